"""Ce qui vient d'un autre logiciel y repart à sa place exacte, tant que la personne ne l'a pas changé."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.cli import principal
from ess_analyse.echanges.refi import exporter_qdpx, lire_qdpx
from ess_analyse.echanges.reprise import lire_passages, rendre_exacts
from ess_analyse.echanges.reprise.passages import PASSAGES
from ess_analyse.echanges.taguette import lire_taguette
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude
from ess_analyse.feuilles import lire_feuille
from ess_analyse.fichiers import ecrire_table
from ess_analyse.grille import lire_grille
from ess_analyse.lecture import lire_corpus
from ess_analyse.modele import CODAGES, Place

SUITE = ("E01:0-8", "E01:9-18", "E01:19-27")


def coder(*lignes):
    return pd.DataFrame([(*ligne, "humain") for ligne in lignes], columns=CODAGES)


def reprendre(place, code, phrases, codeur="ana"):
    passage = (place, "mots", codeur, "Là-bas", code, "", " ".join(phrases), "", "", "place")
    return pd.DataFrame([passage], columns=PASSAGES)


def lancer(*arguments: str) -> str:
    resultat = CliRunner().invoke(principal, arguments, prog_name="ess-analyse")
    assert resultat.exit_code == 0, resultat.output
    return resultat.output


def test_un_passage_remplace_ses_phrases_et_elles_seules():
    codages = coder((SUITE[0], "ana", "R-SENS"), (SUITE[1], "ana", "R-SENS"), (SUITE[1], "bob", "R-SENS"),
                    (SUITE[1], "ana", "O-COMP"), (SUITE[2], "ana", "R-SENS"))  # fmt: skip
    rendus = rendre_exacts(codages, reprendre("E01:3-16", "R-SENS", SUITE[:2]))
    assert rendus.values.tolist() == [
        [SUITE[1], "bob", "R-SENS", "humain"],
        [SUITE[1], "ana", "O-COMP", "humain"],
        [SUITE[2], "ana", "R-SENS", "humain"],
        ["E01:3-16", "ana", "R-SENS", "humain"],
    ]


@pytest.mark.parametrize(
    "codages",
    [
        coder((SUITE[0], "ana", "R-SENS")),
        coder((SUITE[0], "ana", "R-SENS"), (SUITE[1], "ana", "-")),
        coder((SUITE[0], "bob", "R-SENS"), (SUITE[1], "bob", "R-SENS")),
    ],
    ids=["une phrase décodée", "une phrase lue sans rien", "une autre personne"],
)
def test_un_passage_que_la_feuille_ne_dit_plus_reste_en_phrases(codages):
    rendus = rendre_exacts(codages, reprendre("E01:3-16", "R-SENS", SUITE[:2]))
    pd.testing.assert_frame_equal(rendus, codages)


def test_un_passage_de_plusieurs_codes_les_rend_tous():
    codages = coder((SUITE[0], "ana", "R-SENS"), (SUITE[0], "ana", "O-COMP"))
    rendus = rendre_exacts(codages, reprendre("E01:2-7", "R-SENS O-COMP", SUITE[:1]))
    assert sorted(rendus["code"]) == ["O-COMP", "R-SENS"]
    assert set(rendus["segment"]) == {"E01:2-7"}


def test_une_suggestion_acceptee_reste_dite():
    codages = coder((SUITE[0], "ana", "R-SENS")).assign(origine="0.8:modele:trie")
    assert rendre_exacts(codages, reprendre("E01:2-7", "R-SENS", SUITE[:1]))["origine"].tolist() == ["0.8:modele:trie"]


def test_sans_passage_rien_ne_change():
    codages = coder((SUITE[0], "ana", "R-SENS"))
    assert rendre_exacts(codages, lire_passages(Path("nulle-part"))) is codages


@given(
    st.lists(
        st.tuples(st.sampled_from(SUITE), st.sampled_from(["ana", "bob"]), st.sampled_from(["R-SENS", "-"])),
        unique=True,
    )
)
def test_aucun_codage_ne_se_perd_ni_ne_s_invente(lignes):
    codages = coder(*lignes)
    rendus = rendre_exacts(codages, reprendre("E01:3-16", "R-SENS", SUITE[:2]))
    ecrit = {("E01:3-16", "ana", "R-SENS")}
    restes = {tuple(ligne) for ligne in rendus[list(CODAGES[:3])].values.tolist()}
    attendus = {(phrase, "ana", "R-SENS") for phrase in SUITE[:2]}
    avant = set(lignes)
    assert restes == ((avant - attendus) | ecrit if attendus <= avant else avant)


def test_une_table_abimee_est_dite(tmp_path):
    (tmp_path / "a.csv").write_text("segment;texte\nE01:0-8;x\n", encoding="utf-8")
    with pytest.raises(ErreurDonnees, match="colonne manquante"):
        lire_passages(tmp_path)


def test_les_correspondances_ne_sont_pas_des_passages(tmp_path):
    ecrire_table(tmp_path / "etude.csv", reprendre("E01:3-16", "R-SENS", SUITE[:2]))
    (tmp_path / "etude-correspondance.csv").write_text("code;vers\nA;R-SENS\n", encoding="utf-8")
    assert lire_passages(tmp_path)["segment"].tolist() == ["E01:3-16"]


def ecrire_ailleurs(etude: Etude) -> str:
    """Coder ailleurs un passage qui commence et finit au milieu de deux phrases."""
    corpus = lire_corpus(etude.corpus)
    texte = corpus["E01"].texte
    place = Place("E01", texte.index("les ressaisit"), texte.index("long, hein.") + len("long"))
    codages = pd.DataFrame([(str(place), "zoe", "R-CHARGE", "humain")], columns=CODAGES)
    exporter_qdpx(Path("recu.qdpx"), corpus, lire_grille(etude.grille), codages)
    return str(place)


def test_un_passage_fait_l_aller_retour_sans_s_arrondir(etude):
    place = ecrire_ailleurs(Etude(etude))
    lancer("reprendre", "recu.qdpx")
    feuille = lire_feuille(Path("data/codages/zoe.csv"))
    assert (feuille["codes"] == "R-CHARGE").sum() == 2
    lancer("exporter", "rendu.qdpx", "--codeur", "zoe")
    codages = lire_qdpx(Path("rendu.qdpx")).codages
    assert codages[["debut", "fin", "code"]].values.tolist() == [[*Place.lire(place)[1:], codages["code"].iloc[0]]]
    lancer("exporter", "rendu.sqlite3", "--codeur", "zoe")
    assert lire_taguette(Path("rendu.sqlite3")).codages["texte"].tolist() == codages["texte"].tolist()


def test_un_passage_change_dans_la_feuille_repart_en_phrases(etude):
    ecrire_ailleurs(Etude(etude))
    lancer("reprendre", "recu.qdpx")
    feuille = lire_feuille(Path("data/codages/zoe.csv"))
    premiere = feuille.index[feuille["codes"] == "R-CHARGE"][0]
    feuille.loc[premiere, "codes"] = "-"
    ecrire_table(Path("data/codages/zoe.csv"), feuille)
    lancer("exporter", "rendu.qdpx", "--codeur", "zoe")
    codages = lire_qdpx(Path("rendu.qdpx")).codages
    assert len(codages) == 2
    assert set(codages["texte"]) == set(feuille.loc[feuille["codes"] != "", "texte"])
