"""L'échantillon commun : tiré avec une graine, réparti, figé avec la grille."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.accord import (
    ECHANTILLON,
    empreindre_grille,
    figer_echantillon,
    lire_echantillon,
    tirer_echantillon,
)
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.fichiers import lire_table
from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.modele import DOCUMENTS, FONCTIONS

CODE = Code("R-SENS", "theme", "Sens", "Une définition.", ("ceci",), ("cela",), ("Oui.",), ("Non.",), ("sens",))
GRILLE = Grille(1, (Dimension("theme", "Thème"),), (CODE,))
FONCTIONS_ = pd.DataFrame(
    [("gérante", "équipe"), ("comptable", "équipe"), ("salariée", "insertion"), ("élue", "gouvernance")],
    columns=FONCTIONS,
)


def decrire(*lignes):
    """``(structure, fonction)`` de chaque entretien."""
    return pd.DataFrame(
        [(f"E{rang:02}", "entretien", *ligne, "2025-03", "publique") for rang, ligne in enumerate(lignes, start=1)],
        columns=DOCUMENTS,
        dtype="str",
    )


panels = st.lists(
    st.tuples(st.sampled_from(["S1", "S2", "S3", ""]), st.sampled_from([*FONCTIONS_["fonction"], ""])),
    min_size=2,
    max_size=30,
).map(lambda lignes: decrire(*lignes))


def test_une_cellule_vide_n_est_pas_une_strate():
    vides = decrire(*[("S1", "gérante")] * 3).assign(structure=float("nan"), fonction=None)
    for fonctions in (None, FONCTIONS_):
        tires = tirer_echantillon(vides, fonctions, part=0.5, graine=1)
        assert set(tires["strate"]) == {"sans structure · sans fonction"}


@given(panels, st.floats(0.01, 1), st.integers(0, 9))
def test_chaque_structure_et_chaque_strate_a_sa_part_a_moins_d_un_entretien_pres(documents, part, graine):
    tires = tirer_echantillon(documents, FONCTIONS_, part=part, graine=graine)
    assert tuple(tires.columns) == ECHANTILLON[:3]
    assert 2 <= len(tires) <= len(documents)
    assert len(tires) == 2 or abs(len(tires) - part * len(documents)) <= 0.5
    assert tires["entretien"].tolist() == sorted(set(tires["entretien"]) & set(documents["entretien"]))
    tous = tirer_echantillon(documents, FONCTIONS_, part=1, graine=graine)
    assert tous["entretien"].tolist() == documents["entretien"].tolist()
    for compter in (lambda strate: strate, lambda strate: strate.partition(" · ")[0]):
        taille, pris = Counter(map(compter, tous["strate"])), Counter(map(compter, tires["strate"]))
        assert all(abs(pris[nom] - len(tires) * taille[nom] / len(tous)) < 1 for nom in taille)


@given(panels, st.integers(0, 50))
def test_la_meme_graine_tire_les_memes_entretiens_dans_tout_ordre(documents, graine):
    une = tirer_echantillon(documents, FONCTIONS_, graine=graine)
    assert set(une["entretien"]) == set(tirer_echantillon(documents.iloc[::-1], FONCTIONS_, graine=graine)["entretien"])


def test_chaque_entretien_peut_etre_tire():
    documents = decrire(*[(f"S{rang % 4}", FONCTIONS_["fonction"][rang % 3]) for rang in range(15)])
    tires = Counter(
        nom for graine in range(150) for nom in tirer_echantillon(documents, FONCTIONS_, graine=graine)["entretien"]
    )
    assert set(tires) == set(documents["entretien"])
    # 150 draws of 3 among 15: thirty each, give or take what chance and the strata allow.
    assert min(tires.values()) > 10
    assert max(tires.values()) < 60


def test_les_familles_aussi_ont_leur_part_toutes_structures_ensemble():
    documents = decrire(*[(f"S{rang}", fonction) for rang in range(6) for fonction in ("gérante", "salariée")])
    for graine in range(20):
        strates = tirer_echantillon(documents, FONCTIONS_, part=0.5, graine=graine)["strate"]
        assert Counter(strates.str.partition(" · ")[2])["équipe"] == 3


def test_la_famille_d_une_fonction_et_ce_qui_n_est_pas_decrit():
    documents = decrire(("S1", "comptable"), ("", ""))
    assert tirer_echantillon(documents, FONCTIONS_, graine=1).values.tolist() == [
        ["E01", "S1 · équipe", 1],
        ["E02", "sans structure · sans fonction", 1],
    ]
    assert tirer_echantillon(documents, graine=1)["strate"].iloc[0] == "S1 · comptable"


def test_seuls_les_entretiens_sont_tires():
    documents = decrire(*[("S1", "gérante")] * 4)
    documents.loc[:1, "type"] = "observation"
    assert tirer_echantillon(documents, FONCTIONS_, graine=1)["entretien"].tolist() == ["E03", "E04"]


@pytest.mark.parametrize(
    ("lignes", "part", "message"),
    [
        ([("S1", "gérante")], 0.2, "table documents : moins de deux entretiens à tirer (« 1 »)."),
        ([("S1", "gérante")] * 3, 0, "échantillon : part hors de 0 à 1 (« 0 »). Écrivez par exemple 0.2."),
        ([("S1", "gérante")] * 3, 20, "échantillon : part hors de 0 à 1 (« 20 »)."),
        ([("S1", "gerante")] * 2, 0.2, "document E01 : fonction sans famille (« gerante »). Vouliez-vous dire"),
    ],
)
def test_un_tirage_impossible_le_dit(lignes, part, message):
    with pytest.raises(ErreurDonnees) as erreur:
        tirer_echantillon(decrire(*lignes), FONCTIONS_, part=part, graine=1)
    assert message in str(erreur.value)


@pytest.fixture
def fige(tmp_path):
    chemin = tmp_path / "echantillon.csv"
    tires = tirer_echantillon(decrire(*[("S1", "gérante")] * 9), FONCTIONS_, graine=1)
    figer_echantillon(chemin, tires, GRILLE)
    return chemin


def test_figer_puis_lire_rend_l_echantillon_sans_avis(fige):
    table, avis = lire_echantillon(fige, GRILLE, decrire(*[("S1", "gérante")] * 9))
    assert avis == []
    assert list(table.columns) == list(ECHANTILLON)
    assert len(table) == 2
    assert table.loc[0, ["strate", "graine", "grille"]].tolist() == ["S1 · équipe", "1", "1"]
    assert set(table["empreinte"]) == {empreindre_grille(GRILLE)}
    assert fige.read_bytes().startswith(b"\xef\xbb\xbfentretien;strate;graine;grille;empreinte\n")


def test_un_echantillon_fige_ne_se_remplace_que_si_on_le_dit(fige):
    avant = fige.read_bytes()
    autre = pd.DataFrame([("E99", "S1 · équipe", 2)], columns=ECHANTILLON[:3])
    ancien = lire_table(fige, ECHANTILLON)[list(ECHANTILLON[:3])].astype({"graine": int})
    assert figer_echantillon(fige, ancien, GRILLE) is False
    changee = replace(GRILLE, codes=(replace(CODE, definition="Une autre."),))
    for tires, grille in ((autre, GRILLE), (ancien, changee)):
        with pytest.raises(ErreurDonnees, match=r"un autre échantillon est déjà figé. Gardez-le .* --refaire"):
            figer_echantillon(fige, tires, grille)
        assert fige.read_bytes() == avant
    assert figer_echantillon(fige, autre, GRILLE, refaire=True) is True
    assert lire_echantillon(fige, GRILLE)[0]["entretien"].tolist() == ["E99"]


@pytest.mark.parametrize(
    ("champ", "valeur", "change"),
    [
        ("definition", "Une autre.", True),
        ("libelle", "Le sens", True),
        ("inclure", ("ceci", "et ça"), True),
        ("exclure", (), True),
        ("exemples", ("Si.",), True),
        ("contre_exemples", (), True),
        ("indices", ("sens", "utile"), False),
        ("sauf", ("sens unique",), False),
    ],
)
def test_la_grille_changee_est_signalee_si_une_personne_la_lirait_autrement(fige, champ, valeur, change):
    changee = replace(GRILLE, codes=(replace(CODE, **{champ: valeur}),))
    avis = lire_echantillon(fige, changee)[1]
    assert [probleme.message for probleme in avis] == ["la grille a changé depuis que l'échantillon est figé"] * change


def test_un_entretien_retire_depuis_est_signale_sans_empecher_de_lire(fige):
    documents = decrire(*[("S1", "gérante")] * 9)
    premier = lire_echantillon(fige, GRILLE)[0]["entretien"].iloc[0]
    table, avis = lire_echantillon(fige, GRILLE, documents[documents["entretien"] != premier])
    assert len(table) == 2
    assert [(p.ligne, p.message, p.valeur) for p in avis] == [(2, "entretien qui n'est plus dans le corpus", premier)]


EMPREINTE = "a" * 64


@pytest.mark.parametrize(
    ("lignes", "attendus"),
    [
        ("", ["échantillon vide"]),
        (f"E01;S;1;1;{EMPREINTE}\nE01;S;1;1;{EMPREINTE}\n", ["ligne 3 : entretien en double (« E01 »)"]),
        (f";S;1;1;{EMPREINTE}\nE02;S;1;1;abc\n", ["ligne 2 : cellule vide", "ligne 3 : empreinte de la grille"]),
        (f"E01;S;1;1;{EMPREINTE}\nE02;S;1;1;{'b' * 64}\n", ["plusieurs versions de la grille"]),
    ],
)
def test_un_echantillon_abime_est_refuse(tmp_path, lignes, attendus):
    chemin = tmp_path / "echantillon.csv"
    chemin.write_text("entretien;strate;graine;grille;empreinte\n" + lignes, encoding="utf-8")
    with pytest.raises(ErreurDonnees) as erreur:
        lire_echantillon(chemin, GRILLE)
    assert len(erreur.value.problemes) == len(attendus)
    assert all(attendu in str(probleme) for attendu, probleme in zip(attendus, erreur.value.problemes, strict=True))


def test_sans_echantillon_fige_la_commande_qui_le_tire_est_dite(tmp_path):
    with pytest.raises(ErreurDonnees, match=r"aucun échantillon figé\. Tirez-le par « ess-analyse echantillon »"):
        lire_echantillon(tmp_path / "echantillon.csv", GRILLE)
