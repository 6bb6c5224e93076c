"""Le seuil que l'étude apprend : celui du meilleur F1 que des scores lus comme des chances laissent attendre."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.modele import CODAGES, SEGMENTS
from ess_analyse.suggestions import SEUIL, suggerer
from ess_analyse.suggestions.depart import preparer
from ess_analyse.suggestions.savoir import Lues, _meilleur, apprendre, lire_codages

SANS = pd.DataFrame({"texte": [], "codes": []}, dtype="str")


def code(identifiant, exemple, indice, dimension="theme"):
    return Code(identifiant, dimension, identifiant, "…", (), (), (exemple,), ("Bonjour.",), (indice,))


GRILLE = Grille(
    1,
    (Dimension("theme", "Thème"), Dimension("prisme", "Prisme")),
    (
        code("R-CHARGE", "Je ressaisis tout le soir.", "ressaisir"),
        code("O-COMP", "Elle apprend à se servir du tableur.", "apprendre"),
        code("P-GESTION", "Je fais la paie et les factures.", "facture", "prisme"),
    ),
)


def poser(textes):
    lignes = [
        (
            f"E01:{100 * rang}-{100 * rang + len(texte)}",
            "E01",
            rang,
            "Marion",
            100 * rang,
            100 * rang + len(texte),
            texte,
        )
        for rang, texte in enumerate(textes)
    ]
    return pd.DataFrame(lignes, columns=SEGMENTS)


def coder(segments, codes):
    lignes = [(segment, "ana", nom, "humain") for segment, nom in zip(segments["segment"], codes, strict=True)]
    return pd.DataFrame(lignes, columns=CODAGES)


def savoir(segments, codages):
    return apprendre(GRILLE, preparer(GRILLE, SANS), SANS, lire_codages(segments, GRILLE, codages))


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=40))
def test_le_meilleur_seuil_est_celui_de_tous_les_essais(scores):
    scores = np.array(scores)

    def attendre(seuil):
        retenus = scores >= seuil
        return 2 * scores[retenus].sum() / (retenus.sum() + scores.sum())

    assert attendre(_meilleur(scores)) == pytest.approx(max(map(attendre, scores)))


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=40))
def test_le_meilleur_seuil_vaut_la_moitie_du_f1_attendu(scores):
    """Lipton et al. (2014) : ce qui est retenu dépasse F*/2, ce qui est laissé n'y atteint pas."""
    scores = np.array(scores)
    seuil = _meilleur(scores)
    retenus = scores >= seuil
    moitie = scores[retenus].sum() / (retenus.sum() + scores.sum())
    assert seuil >= moitie - 1e-9
    assert (scores[~retenus] <= moitie + 1e-9).all()


def test_sans_rien_de_lu_chaque_code_garde_le_seuil_du_depart():
    appris = apprendre(GRILLE, preparer(GRILLE, SANS), SANS, Lues.vides(GRILLE))
    assert appris.seuils == dict.fromkeys(GRILLE.ids(), SEUIL)


def test_plus_l_etude_lit_plus_le_seuil_est_le_sien():
    """Un corpus où presque rien n'est à coder : les chances y sont faibles, le seuil descend à mesure qu'on lit."""
    seuils = []
    for nombre in (4, 40, 400):
        segments = poser([f"Il fait beau aujourd'hui, dit la voisine numéro {rang}." for rang in range(nombre)])
        codages = coder(segments, ["R-CHARGE" if rang % 20 == 0 else "-" for rang in range(nombre)])
        seuils.append(savoir(segments, codages).seuils["R-CHARGE"])
    assert SEUIL > seuils[0] > seuils[1] > seuils[2] > 0


def test_une_dimension_que_personne_n_a_codee_garde_le_seuil_du_depart():
    segments = poser([f"On ressaisit la fiche {rang}." for rang in range(30)])
    seuils = savoir(segments, coder(segments, ["R-CHARGE"] * 30)).seuils
    assert seuils["P-GESTION"] == SEUIL
    assert seuils["R-CHARGE"] == seuils["O-COMP"] != SEUIL


def test_un_seuil_demande_l_emporte_sur_celui_qui_est_appris():
    segments = poser([f"Il fait beau {rang}." for rang in range(30)] + ["On ressaisit tout."])
    codages = coder(segments, ["-"] * 30 + ["R-CHARGE"])

    def retenir(seuil):
        table = suggerer(segments, GRILLE, codages, exemples=SANS, seuil=seuil)
        return table.loc[table["retenu"], "code"].value_counts().to_dict()

    assert retenir(1.0) == {}
    assert retenir(0.0) == dict.fromkeys(GRILLE.ids(), len(segments))
    assert retenir({"P-GESTION": 0.0, "R-CHARGE": 1.0}).keys() >= {"P-GESTION"}
    assert "R-CHARGE" not in retenir({"R-CHARGE": 1.0})
    with pytest.raises(ErreurDonnees, match="code inconnu"):
        suggerer(segments, GRILLE, codages, exemples=SANS, seuil={"R-CHARG": 0.5})
