"""Faire tenir des textes sur des diapositives : rien ne déborde, rien ne se perd, aucun titre ne revient."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.documents.diapositives import (
    COLONNES,
    LIGNES,
    Bloc,
    Diapositive,
    couper,
    ecrire_diapositives,
    mesurer,
    ranger,
)
from ess_analyse.documents.ecriture import abreger, couper_entre_mots, en_markdown

MOTS = st.lists(st.text("abcé'.!?", min_size=1, max_size=14), max_size=60).map(" ".join)
BLOCS = st.lists(st.builds(Bloc, st.text("ab", min_size=1, max_size=3), st.floats(0.5, LIGNES)), max_size=20)


@given(MOTS, st.integers(1, 60))
def test_couper_ne_perd_ni_ne_depasse_rien(texte, signes):
    morceaux = couper(texte, signes)
    assert all(0 < len(morceau) <= signes for morceau in morceaux)
    assert re.sub(r"\s", "", "".join(morceaux)) == re.sub(r"\s", "", texte)


@given(MOTS, st.integers(14, 60))
def test_aucun_mot_n_est_coupe_s_il_tient_sur_une_ligne(texte, signes):
    assert " ".join(couper_entre_mots(texte, signes)).split() == texte.split()


def test_on_coupe_d_abord_entre_deux_phrases():
    texte = "Un outil marche toujours. Quelqu'un dépanne ! « Et le soir » on recopie."
    assert couper(texte, 45) == ["Un outil marche toujours. Quelqu'un dépanne !", "« Et le soir » on recopie."]
    assert couper("", 10) == []


@given(MOTS, st.integers(8, 60))
def test_un_texte_abrege_est_un_debut_marque(texte, signes):
    court = abreger(texte, signes, " […]")
    assert len(court) <= max(signes, len(texte) if court == texte else 0)
    if court != texte:
        assert court.endswith(" […]")
        assert texte.startswith(court.removesuffix(" […]"))


@pytest.mark.parametrize(
    ("texte", "lignes"),
    [("m", 1.3), ("m" * COLONNES, 1.3), ("m" * (COLONNES + 1), 2.3), (r"\." * COLONNES, 1.3), ("", 1.3)],
)
def test_une_ligne_se_compte_en_signes_montres(texte, lignes):
    assert mesurer(texte) == pytest.approx(lignes)


@given(st.text("Une phrase.", min_size=1, max_size=300), BLOCS)
def test_ranger_garde_tout_dans_l_ordre_et_ne_deborde_pas(titre, blocs):
    diapositives = ranger(titre, blocs, "Des notes.")
    assert [bloc for une in diapositives for bloc in une.blocs] == blocs
    assert all(sum(bloc.lignes for bloc in une.blocs) <= LIGNES for une in diapositives)
    assert len({une.titre for une in diapositives}) == len(diapositives)
    assert "Des notes." in diapositives[0].notes
    assert not any(une.notes for une in diapositives[1:])
    assert all(une.titre.startswith(titre) or en_markdown(titre) in diapositives[0].notes for une in diapositives)


def test_un_titre_trop_long_est_abrege_et_entier_dans_les_notes():
    titre = "Un titre qui n'en finit pas, " * 12
    (une,) = ranger(titre, [Bloc("a", 1)])
    assert len(une.titre) <= 180
    assert une.titre.endswith("…")
    assert en_markdown(titre) in une.notes
    (marque,) = ranger("# Un *titre* " * 20, [Bloc("a", 1)])
    assert marque.notes.startswith(r"\# Un \*titre\* ")


def test_sans_bloc_il_reste_une_diapositive_et_son_titre():
    assert ranger("Seul", []) == [Diapositive("Seul", ())]


@given(st.lists(st.sampled_from(["A", "a", "A (2)", "A (3)", "B"]), max_size=12))
def test_deux_titres_ne_sont_jamais_les_memes(titres):
    texte = ecrire_diapositives([Diapositive(titre, (Bloc("x", 1),)) for titre in titres])
    ecrits = [re.sub(r"\\(.)", r"\1", titre) for titre in re.findall(r"^# (.+)$", texte, re.MULTILINE)]
    assert len(ecrits) == len(titres) == len({titre.casefold() for titre in ecrits})
    assert all(ecrit.startswith(titre) for ecrit, titre in zip(ecrits, titres, strict=True))


def test_un_titre_hostile_reste_un_titre():
    texte = ecrire_diapositives([Diapositive("# {.x} ![a](b)\n\n# Autre", (Bloc("x", 1),), "Une note.")])
    assert texte == "# \\# \\{\\.x\\} \\!\\[a\\]\\(b\\) \\# Autre\n\nx\n\n::: notes\nUne note.\n:::\n"
