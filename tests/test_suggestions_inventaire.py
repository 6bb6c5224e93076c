"""L'inventaire des documents : peu de mots de chacun, de quoi les reprendre un à un, et voir celui qui a changé."""

from __future__ import annotations

import weakref
from collections.abc import Sequence

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.langue import nommer_analyse
from ess_analyse.modele import SEGMENTS
from ess_analyse.suggestions import documents, inventorier
from ess_analyse.suggestions.documents import couper_en_documents

NOTEES = {"segment": "E9:0-3", "locuteur": "Rose", "debut": 7, "texte": "Non."}


def composer(nom, *textes):
    lignes = [(f"{nom}:{rang}-{rang + 1}", nom, 1, "Claire", rang, rang + 1, mots) for rang, mots in enumerate(textes)]
    return pd.DataFrame(lignes, columns=SEGMENTS)


@pytest.fixture
def tables():
    return [composer("E01", "Oui.", "Non."), composer("E02"), composer("E03", "Bon.")]


class Lues(Sequence):
    """Des tables qui notent ce qu'on leur demande, et qui n'en gardent rien."""

    def __init__(self, tables):
        self.tables, self.prises, self.vivantes, self.plus = tables, [], [], 0

    def __len__(self):
        return len(self.tables)

    def __getitem__(self, rang):
        table = self.tables[rang].copy()
        self.prises.append(rang)
        self.vivantes = [vive for vive in self.vivantes if vive() is not None] + [weakref.ref(table)]
        self.plus = max(self.plus, len(self.vivantes))
        return table


def test_il_retient_le_nom_l_analyse_et_le_nombre_de_phrases(tables):
    inventaire = inventorier(tables)
    assert [fiche.entretien for fiche in inventaire] == ["E01", "E03"]
    assert [fiche.analyse for fiche in inventaire] == [nommer_analyse(["Oui.", "Non."]), nommer_analyse(["Bon."])]
    assert (inventaire.phrases, [len(siennes) for siennes in inventaire.fiches]) == (3, [1, 0, 1])
    assert tuple(inventaire.lues.columns) == SEGMENTS
    assert inventaire.lues.empty


@pytest.mark.parametrize("colonne", SEGMENTS)
def test_l_empreinte_suit_ce_dont_les_suggestions_dependent_et_rien_d_autre(colonne, tables):
    change = tables[0].copy()
    change.loc[0, colonne] = NOTEES.get(colonne, 5 if colonne in ("tour", "fin") else "E01")
    (avant,), (apres,) = (list(inventorier([table])) for table in (tables[0], change))
    assert (avant.empreinte != apres.empreinte) == (colonne in NOTEES)


def test_les_segments_des_documents_cites_sont_gardes_entiers_et_eux_seuls(tables, monkeypatch):
    monkeypatch.setattr(documents, "_PLUS_LONG", 1)
    inventaire = inventorier(tables, {"E01", "E99"})
    pd.testing.assert_frame_equal(inventaire.lues, tables[0])
    assert [fiche.phrases for fiche in inventaire] == [1, 1, 1]


def test_une_colonne_qui_manque_est_dite(tables):
    with pytest.raises(ErreurDonnees, match=r"table segments : colonne manquante \(« texte »\)"):
        inventorier([tables[0].drop(columns="texte")])


# ─── Reprendre ───


@given(tailles=st.lists(st.integers(0, 5), max_size=6), choix=st.sets(st.integers(0, 12)))
def test_reprendre_rend_les_documents_voulus_dans_leur_ordre_et_ne_relit_qu_eux(tailles, choix):
    with pytest.MonkeyPatch.context() as rustine:
        rustine.setattr(documents, "_PLUS_LONG", 2)
        tables = Lues([composer(f"E{rang}", *"abcde"[:taille]) for rang, taille in enumerate(tailles)])
        inventaire = inventorier(tables)
        tous = [document for table in tables.tables if len(table) for document in couper_en_documents(table)]
        tables.prises.clear()
        repris = list(inventaire.reprendre(choix))
    attendus = [document for rang, document in enumerate(tous) if rang in choix]
    assert [document["segment"].tolist() for document in repris] == [un["segment"].tolist() for un in attendus]
    noms = list(dict.fromkeys(document["entretien"].iloc[0] for document in attendus))
    assert [f"E{rang}" for rang in tables.prises] == noms


def test_une_table_de_plusieurs_documents_se_reprend_document_par_document(tables):
    inventaire = inventorier([pd.concat(tables, ignore_index=True)])
    assert [fiche.phrases for fiche in inventaire] == [2, 1]
    assert [document["texte"].tolist() for document in inventaire.reprendre({1})] == [["Bon."]]


def test_un_seul_document_est_tenu_a_la_fois():
    tables = Lues([composer(f"E{rang}", "Oui.", "Non.") for rang in range(9)])
    inventaire = inventorier(tables)
    for document in inventaire.reprendre(set(range(9))):
        del document
    assert len(tables.prises) == 18
    # The one being read, and the one the loop has not let go of yet.
    assert tables.plus <= 2


@pytest.mark.parametrize(
    "apres",
    [("Ah oui.", "Non."), ("Oui.",), ("Oui.", "Non.", "Si."), ("Oui.", "Non.", "Si.", "Bon.", "Là."), ()],
    ids=["autre mot", "raccourci", "allongé", "une part de plus", "vidé"],
)
def test_un_document_change_entre_les_deux_passages_est_refuse(apres, tables, monkeypatch):
    monkeypatch.setattr(documents, "_PLUS_LONG", 4)
    inventaire = inventorier(tables)
    tables[0] = composer("E01", *apres)
    with pytest.raises(ErreurDonnees) as prise:
        list(inventaire.reprendre({0, 1}))
    assert str(prise.value) == "E01 : ce document a changé pendant le calcul. Ce qui est fait est gardé : relancez."
    assert [document["texte"].tolist() for document in inventaire.reprendre({1})] == [["Bon."]]
