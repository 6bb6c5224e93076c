"""Ce qui est vrai de tout changement de grille, quelles que soient les feuilles."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ess_analyse as ess
from ess_analyse.codages import consolider
from ess_analyse.etude import Etude
from ess_analyse.evolution import (
    SCISSION,
    appliquer_evolution,
    lire_journal,
    preparer_fusion,
    preparer_renommage,
    preparer_scission,
    preparer_suppression,
)
from ess_analyse.feuilles import couper_codes, lire_feuille
from ess_analyse.fichiers import ecrire_table, lire_table
from ess_analyse.grille import lire_grille

JOUR = date(2026, 11, 22)
CODES = {"R-A": "theme", "R-B": "theme", "R-C": "theme", "O-D": "theme", "P-E": "prisme"}
GRILLE = "version: 1\ndimensions: [{id: theme, libelle: T}, {id: prisme, libelle: P}]\ncodes:\n" + "".join(
    f"  - {{id: {code}, dimension: {dimension}, libelle: L {code}, definition: D, inclure: [i], exclure: [e], "
    f"exemples: [x {code}], contre_exemples: [y {code}], indices: [z {code}]}}\n"
    for code, dimension in CODES.items()
)
PHRASES = [f"Phrase {rang} dite." for rang in range(6)]
SEGMENTS = pd.DataFrame(
    [(f"E01:{20 * rang}-{20 * rang + len(texte)}", "E01", texte) for rang, texte in enumerate(PHRASES)],
    columns=["segment", "entretien", "texte"],
)


@st.composite
def decisions(draw):
    """Une cellule de codes : rien, « - », ou des codes séparés comme une personne les sépare."""
    poses = draw(st.lists(st.sampled_from(list(CODES)), max_size=3, unique=True))
    if not poses:
        return draw(st.sampled_from(["", "-", " "]))
    return draw(st.sampled_from([" ", ", ", "|", "\n"])).join(poses)


ORIGINES = st.lists(
    st.builds(
        "{}:{}:modele:{}".format, st.sampled_from(list(CODES)), st.sampled_from(["0.20", "0.75"]), st.just("mot")
    ),
    max_size=3,
    unique_by=lambda une: une[:3],
).map("|".join)
FEUILLE = st.lists(st.tuples(decisions(), ORIGINES), min_size=len(PHRASES), max_size=len(PHRASES))
ETUDES = st.dictionaries(st.sampled_from(["ana", "bob", "arbitrage", "ana@2026-03-01"]), FEUILLE, min_size=1).map(
    lambda feuilles: feuilles | {"ana": feuilles.get("ana") or next(iter(feuilles.values()))}
)
PRESENTATIONS = st.sampled_from([(";", "utf-8-sig", "\n"), (",", "cp1252", "\r\n"), ("\t", "utf-8", "\n")])


@contextmanager
def etude_de(feuilles: dict, presentation=(";", "utf-8", "\n")):
    """Écrire une étude dans un dossier neuf, et y aller."""
    separateur, encodage, saut = presentation
    with tempfile.TemporaryDirectory() as dossier:
        etude, avant = Etude(Path(dossier)), Path.cwd()
        etude.codages.mkdir(parents=True)
        # Without its own, a study is compared with the thousands that the program brings.
        etude.exemples.mkdir()
        etude.grille.write_text(GRILLE, encoding="utf-8")
        for nom, lignes in feuilles.items():
            table = SEGMENTS[["segment"]].assign(locuteur="Véra", texte=SEGMENTS["texte"])
            table = table.assign(codes=[codes for codes, _ in lignes], origine=[vue for _, vue in lignes], memo="R-A ?")
            octets = table.to_csv(sep=separateur, index=False, lineterminator=saut).encode(encodage)
            (etude.codages / f"{nom}.csv").write_bytes(octets)
        os.chdir(dossier)
        try:
            yield etude
        finally:
            os.chdir(avant)


def etat(etude: Etude) -> dict[str, bytes]:
    return {chemin.name: chemin.read_bytes() for chemin in sorted(etude.codages.iterdir())}


def lectures(etude: Etude) -> dict[str, list[bool]]:
    return {
        chemin.stem: [bool(couper_codes(codes)) for codes in lire_feuille(chemin)["codes"]]
        for chemin in sorted(etude.codages.iterdir())
    }


def sur_chaque(etude: Etude) -> dict[tuple[str, str], set[str]]:
    feuilles = {chemin.stem: lire_feuille(chemin) for chemin in sorted(etude.codages.iterdir())}
    return {
        (nom, segment): set(couper_codes(codes))
        for nom, feuille in feuilles.items()
        for segment, codes in zip(feuille["segment"], feuille["codes"], strict=True)
    }


def renommer(etude: Etude, code: str, vers: str) -> None:
    appliquer_evolution(preparer_renommage(etude, code, vers, raison="x", le=JOUR))


def lire(etude: Etude) -> pd.DataFrame:
    return ess.lire_codages(etude.codages, SEGMENTS, lire_grille(etude.grille), relectures=True)


@given(ETUDES, PRESENTATIONS, st.sampled_from(["R-A", "P-E"]))
def test_renommer_a_l_envers_rend_les_memes_octets(feuilles, presentation, code):
    with etude_de(feuilles, presentation) as etude:
        avant, grille = etat(etude), etude.grille.read_text(encoding="utf-8")
        vers = f"{code[0]}-NEUF"
        renommer(etude, code, vers)
        assert not any(code in poses for poses in sur_chaque(etude).values())
        renommer(etude, vers, code)
        assert etat(etude) == avant
        assert etude.grille.read_text(encoding="utf-8") == grille.replace("version: 1", "version: 3")


@given(ETUDES)
def test_consolider_puis_renommer_vaut_renommer_puis_consolider(feuilles):
    with etude_de(feuilles) as etude:
        avant = consolider(lire(etude)).replace({"code": {"R-B": "R-ZED"}})
        renommer(etude, "R-B", "R-ZED")
        apres = consolider(lire(etude))
        tri = ["segment", "codeur", "code"]
        pd.testing.assert_frame_equal(
            avant.sort_values(tri, ignore_index=True), apres.sort_values(tri, ignore_index=True)
        )


@given(
    ETUDES, PRESENTATIONS, st.sampled_from([("R-A",), ("R-A", "R-C"), ("R-B", "R-A")]), st.sampled_from(["R-B", "R-C"])
)
def test_une_fusion_ne_perd_aucune_lecture(feuilles, presentation, codes, vers):
    with etude_de(feuilles, presentation) as etude:
        avant, lus = sur_chaque(etude), lectures(etude)
        appliquer_evolution(preparer_fusion(etude, codes, vers, raison="x", le=JOUR))
        absorbes = set(codes) - {vers}
        attendu = {place: {vers if code in absorbes else code for code in poses} for place, poses in avant.items()}
        assert sur_chaque(etude) == attendu
        assert lectures(etude) == lus
        machine = lire(etude)
        assert machine.duplicated(["segment", "codeur", "code"]).sum() == 0


@given(ETUDES, st.sampled_from(list(CODES)))
def test_une_suppression_ne_change_pas_le_nombre_de_phrases_lues(feuilles, code):
    with etude_de(feuilles) as etude:
        avant, lus = sur_chaque(etude), lectures(etude)
        evolution = preparer_suppression(etude, code, raison="x", le=JOUR)
        appliquer_evolution(evolution)
        assert lectures(etude) == lus
        assert sur_chaque(etude) == {
            place: (poses - {code} or {"-"}) if poses else poses for place, poses in avant.items()
        }
        assert evolution.codages == sum(code in poses for poses in avant.values())
        assert lire_journal(etude.journal_grille)["codages"].tolist() == [evolution.codages]


@settings(max_examples=20)
@given(ETUDES, st.data())
def test_une_scission_ne_porte_que_ce_qui_est_rempli(feuilles, tirage):
    with etude_de(feuilles) as etude:
        avant, lus, restait = sur_chaque(etude), lectures(etude), None
        attendu = dict(avant)
        for _ in range(8):
            if "R-A" not in lire_grille(etude.grille):
                break
            evolution = preparer_scission(etude, "R-A", ("R-B", "R-C"), raison="x", le=JOUR)
            appliquer_evolution(evolution)
            assert lectures(etude) == lus
            assert sur_chaque(etude) == attendu
            assert ("R-A" in lire_grille(etude.grille)) == bool(evolution.restent)
            assert restait is None or evolution.restent == restait
            if not evolution.restent:
                break
            table = lire_table(etude.scission, SCISSION)
            choix = [deja or tirage.draw(st.sampled_from(["", "R-B", "R-C", "R-C R-B"])) for deja in table["nouveau"]]
            ecrire_table(etude.scission, table.assign(nouveau=choix))
            restait = choix.count("")
            for *place, nouveau in zip(table["feuille"], table["segment"], choix, strict=True):
                if nouveau:
                    attendu[tuple(place)] = avant[tuple(place)] - {"R-A"} | set(couper_codes(nouveau))


@pytest.mark.parametrize("geste", ["renommer", "fusionner", "supprimer"])
@settings(max_examples=20)
@given(ETUDES)
def test_un_essai_puis_le_geste_disent_la_meme_chose(geste, feuilles):
    preparer = {
        "renommer": lambda etude: preparer_renommage(etude, "R-A", "R-Z", raison="x", le=JOUR),
        "fusionner": lambda etude: preparer_fusion(etude, ["R-A"], "R-B", raison="x", le=JOUR),
        "supprimer": lambda etude: preparer_suppression(etude, "R-A", raison="x", le=JOUR),
    }[geste]
    with etude_de(feuilles) as etude:
        avant = etat(etude)
        essai = preparer(etude)
        assert etat(etude) == avant
        fait = preparer(etude)
        assert essai.contenus == fait.contenus
        appliquer_evolution(fait)
        assert {nom: octets for nom, octets in etat(etude).items()} == {
            nom: fait.contenus.get(etude.codages / nom, octets) for nom, octets in avant.items()
        }
