"""Ce que tout export dit d'un code : son chemin, qui l'a posé, d'où il vient."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.echanges.codes import (
    Provenance,
    decrire,
    lire_provenance,
    nommer,
    ranger,
    rassembler_codes,
    rassembler_memos,
    verifier_codages,
)
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.modele import CODAGES, MEMOS, SEGMENTS


def code(nom: str, libelle: str, dimension: str = "theme") -> Code:
    return Code(nom, dimension, libelle, "…", *[()] * 5)


GRILLE = Grille(
    1,
    (Dimension("theme", "Thème"), Dimension("prisme", "Prisme")),
    (code("R-CHARGE", "Charge de travail"), code("O-SENS", "Sens"), code("P-GESTION", "Gestion", "prisme")),
)
SEGMENT = pd.DataFrame([["E01:0-3", "E01", 1, "Ana", 0, 3, "Oui"]], columns=SEGMENTS)


def codages(*lignes: tuple[str, str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(list(lignes), columns=CODAGES, dtype="str")


def test_un_code_humain_n_a_ni_methode_ni_score():
    assert lire_provenance("humain") == Provenance("", None, "")
    assert str(lire_provenance("humain")) == "humain"


def test_une_suggestion_acceptee_garde_methode_score_et_indice():
    lue = lire_provenance("0.31:modele:")
    assert lue == Provenance("modele", 0.31, "")
    assert str(lue) == "suggestion acceptée (modele, score 0,31)"


def test_un_score_a_la_francaise_et_un_indice_qui_contient_deux_points():
    lue = lire_provenance("0,5:indices:le soir : tard")
    assert lue == Provenance("indices", 0.5, "le soir : tard")
    assert str(lue) == "suggestion acceptée (indices, score 0,50, « le soir : tard »)"


@given(st.integers(0, 100), st.sampled_from(["indices", "modele", "regles"]), st.text("abcé '«»-", max_size=12))
def test_une_provenance_se_relit_telle_qu_ecrite(score, methode, indice):
    lue = lire_provenance(f"{score / 100:.2f}:{methode}:{indice}")
    assert (lue.methode, lue.score, lue.indice) == (methode, score / 100, indice.strip())


def test_le_chemin_dit_la_famille():
    assert [ranger(un) for un in GRILLE] == ["Risque > Charge de travail", "Opportunité > Sens", "Prisme > Gestion"]


def test_les_codes_d_une_phrase_disent_qui_les_a_poses_sans_les_lectures_vides():
    table = codages(
        ("E01:0-3", "ana", "R-CHARGE", "0.82:indices:trop"),
        ("E01:0-3", "bob", "R-CHARGE", "humain"),
        ("E01:0-3", "bob", "O-SENS", "humain"),
        ("E01:4-7", "ana", "-", "humain"),
    )
    codes = rassembler_codes(table)
    assert list(codes) == ["E01:0-3"]
    assert {nom: list(qui) for nom, qui in codes["E01:0-3"].items()} == {"R-CHARGE": ["ana", "bob"], "O-SENS": ["bob"]}
    assert codes["E01:0-3"]["R-CHARGE"]["ana"].indice == "trop"


def test_des_codages_justes_passent():
    verifier_codages(
        codages(("E01:0-3", "ana", "R-CHARGE", "humain"), ("E01:0-3", "bob", "-", "humain")), SEGMENT, GRILLE
    )


def test_toutes_les_fautes_sont_dites_ensemble():
    faux = codages(("E01:0-3", "ana", "R-CHARG", "humain"), ("E09:0-3", "ana", "O-SENS", "humain"))
    with pytest.raises(ErreurDonnees) as erreur:
        verifier_codages(faux, SEGMENT, GRILLE)
    assert [str(probleme) for probleme in erreur.value.problemes] == [
        "table codages : code inconnu (« R-CHARG »). Vouliez-vous dire « R-CHARGE » ?",
        "table codages : phrase absente du corpus (« E09:0-3 »). Relancez « ess-analyse recaler ».",
    ]


def test_une_colonne_manquante_est_dite():
    with pytest.raises(ErreurDonnees, match="table codages : colonne manquante"):
        verifier_codages(codages().drop(columns="origine"), SEGMENT, GRILLE)
    with pytest.raises(ErreurDonnees, match="table segments : colonne manquante"):
        verifier_codages(codages(), SEGMENT.drop(columns="tour"), GRILLE)


def test_deux_codes_de_meme_libelle_ont_deux_noms():
    assert nommer(code("R-SENS", "Sens")) != nommer(code("O-SENS", "Sens"))


def test_une_description_ne_dit_que_ce_que_la_grille_a():
    assert decrire(code("R-SENS", "Sens")) == "…"
    riche = Code("R-SENS", "theme", "Sens", "Déf.", ("a", "b"), (), ("c",), (), ())
    assert decrire(riche) == "Déf.\n\nInclure\u00a0:\n- a\n- b\n\nExemples\u00a0:\n- c"


def test_les_memos_d_une_phrase_gardent_leur_ordre_et_leur_auteur():
    table = pd.DataFrame([("E01:0-3", "bob", "1"), ("E02:0-3", "ana", "2"), ("E01:0-3", "ana", "3")], columns=MEMOS)
    assert rassembler_memos(table) == {"E01:0-3": [("bob", "1"), ("ana", "3")], "E02:0-3": [("ana", "2")]}
    assert rassembler_memos(None) == {}
