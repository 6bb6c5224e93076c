"""Mesurer ce qu'une clé masque, sur des textes marqués."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude
from ess_analyse.pseudonymes import MARQUES, lire_marques, mesurer_masquage, nommer_cle, relever_masques

TEXTE = (
    "Enquêtrice : Et vous ?\n\n{{personne|Zélie}} : Moi, c'est {{personne|Zélie}}, de {{lieu|la Courneuve}}. La rose.\n"
)


def cle(*noms):
    return pd.DataFrame({"reel": noms, "nature": "personne"})


def test_les_marques_sont_lues_et_otees(ecrire, tmp_path):
    ecrire("P01.txt", TEXTE)
    corpus, marques = lire_marques(tmp_path)
    assert "{" not in corpus["P01"].texte
    assert marques[["nature", "texte"]].values.tolist() == [["personne", "Zélie"], ["lieu", "la Courneuve"]]
    for marque in marques.itertuples():
        assert corpus["P01"].extrait(marque.debut, marque.fin) == marque.texte
    assert list(corpus.documents["diffusion"]) == ["restreinte"]


def test_une_marque_mal_fermee_est_dite_avec_sa_ligne(ecrire, tmp_path):
    ecrire("P01.txt", "Ana : Oui.\n\nLéo : Voyez {{lieu|Tours, là.\n")
    with pytest.raises(ErreurDonnees, match=r"P01\.txt, ligne 3 : marque mal écrite"):
        lire_marques(tmp_path)


def test_un_dossier_sans_texte_est_dit(tmp_path):
    with pytest.raises(ErreurDonnees, match="aucun texte"):
        lire_marques(tmp_path)


def test_le_bilan_compte_masquees_formes_et_exces(ecrire, tmp_path):
    ecrire("P01.txt", TEXTE)
    corpus, marques = lire_marques(tmp_path)
    bilan = mesurer_masquage(marques, relever_masques(corpus, cle("Zélie", "Et vous")))
    assert bilan["masquées"].to_dict() == {"lieu": 0, "personne": 1, "ensemble": 1}
    assert bilan.loc["ensemble", ["mentions", "rappel", "formes", "formes trouvées", "en trop"]].tolist() == [
        2,
        0.5,
        2,
        1,
        1,
    ]
    assert bilan["en trop"].isna().tolist() == [True, True, False]


def test_un_article_laisse_n_est_pas_une_fuite_un_mot_si(ecrire, tmp_path):
    ecrire("P01.txt", "Ana : À {{lieu|la Courneuve}}, chez {{personne|Ana Pinto}}.\n")
    corpus, marques = lire_marques(tmp_path)
    masques = relever_masques(corpus, cle("Courneuve", "Pinto"))
    assert mesurer_masquage(marques, masques)["masquées"].to_dict() == {"lieu": 1, "personne": 0, "ensemble": 1}


@given(st.lists(st.sampled_from(["Zélie", "Morgane", "Ylan"]), min_size=1, max_size=12), st.data())
def test_tout_masquer_donne_un_rappel_de_un_et_rien_un_rappel_de_zero(noms, data):
    places, position = [], 0
    for nom in noms:
        position += data.draw(st.integers(1, 9))
        places.append(("E01", position, position + len(nom), "personne", nom))
        position += len(nom)
    marques = pd.DataFrame(places, columns=MARQUES)
    assert mesurer_masquage(marques, marques).loc["ensemble", ["rappel", "en trop"]].tolist() == [1, 0]
    assert mesurer_masquage(marques, marques.iloc[:0])["rappel"].eq(0).all()


def test_les_entites_seules_font_une_cle(composer):
    entites = nommer_cle(composer(E01="Ana : J'habite à Paris avec Mehdi Benali."))
    assert "Paris" in set(entites["reel"])
    assert set(entites["nature"]) <= {"personne", "lieu", "organisation", "autre"}


def test_le_jeu_d_essai_est_assez_grand_et_varie():
    from pathlib import Path

    etude = Etude(Path(__file__).parents[1])
    corpus, marques = lire_marques(etude.identifiants)
    assert len(corpus) == 24
    assert marques["texte"].str.lower().nunique() >= 300
    assert set(marques["nature"]) == {"personne", "lieu", "organisation", "coordonnées", "autre"}
