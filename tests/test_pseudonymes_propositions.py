"""Un remplacement garde le genre, la sorte, l'époque ; il ne répète personne et ne dépend que du nom."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ess_analyse.pseudonymes.motif import aplatir
from ess_analyse.pseudonymes.noms import NOMS
from ess_analyse.pseudonymes.prenoms import DIMINUTIFS, EPICENES, ORIGINES, chercher_prenom, est_compose, lister_prenoms
from ess_analyse.pseudonymes.propositions import Nom, proposer_pseudonymes
from ess_analyse.pseudonymes.remplacement import remplacer


def un(reel, nature="personne", sorte="", genre=""):
    return proposer_pseudonymes([Nom(reel, nature, sorte, genre)])[0]


@pytest.mark.parametrize("prenom", ["Sandrine", "Élodie", "Germaine", "Jennifer", "Nicolas", "Marcel", "Enzo", "Kévin"])
def test_un_prenom_garde_son_genre_et_son_epoque_et_change_d_initiale(prenom):
    recu, reel = chercher_prenom(un(prenom, sorte="prénom")), chercher_prenom(prenom)
    assert (recu.genre, recu.epoque) == (reel.genre, reel.epoque)
    assert aplatir(recu.nom)[0] != aplatir(prenom)[0]


def test_un_prenom_compose_un_surnom_une_origine_se_gardent():
    assert est_compose(un("Marie-Rose", sorte="prénom"))
    assert un("Momo", sorte="prénom") in DIMINUTIFS["m"]
    assert un("Fatima", sorte="prénom") in ORIGINES[0]["f"]
    assert un("Moussa", sorte="prénom") in ORIGINES[1]["m"]
    assert un("Dominique", sorte="prénom") in EPICENES
    assert un("Inconnuprénom", sorte="prénom") in EPICENES
    assert chercher_prenom(un("Dominique", sorte="prénom", genre="f")).genre == "f"


def test_un_nom_de_famille_devient_un_nom_courant():
    assert un("Kervella", sorte="nom") in NOMS
    assert un("Kervella") in NOMS


def test_un_nom_complet_se_compose_de_ses_parties():
    noms = [
        Nom("Joël Marchand", "personne", "nom complet"),
        Nom("Marchand", "personne", "nom"),
        Nom("Joël", "personne", "prénom"),
    ]
    complet, famille, prenom = proposer_pseudonymes(noms)
    assert complet == f"{prenom} {famille}"


def test_deux_ecritures_d_un_nom_recoivent_le_meme_pseudonyme():
    noms = [Nom(reel, "personne", "prénom") for reel in ("Élodie", "elodie", "ELODIE")]
    un, bas, autre = proposer_pseudonymes(noms)
    assert un == autre
    assert bas == un.lower()
    remise = [Nom("la Remise", "organisation"), Nom("Remise", "organisation"), Nom("Les Prés", "organisation")]
    une, nue, pres = proposer_pseudonymes(remise)
    assert une == nue != pres


def test_ce_qui_est_pris_n_est_pas_repris():
    libre = un("Sandrine", sorte="prénom")
    autre = proposer_pseudonymes([Nom("Sandrine", "personne", "prénom")], [libre])[0]
    assert autre not in (libre, "Sandrine")


def test_un_compose_ne_contient_aucun_nom_reel():
    noms = [Nom(reel, "personne", "prénom") for reel in ("Jean-Luc", "Pierre", "Marie", "Anne", "Jean-Marc")]
    recus = proposer_pseudonymes(noms)
    assert not {part for recu in recus for part in recu.split("-")} & {"Pierre", "Marie", "Anne"}
    assert len(set(recus)) == len(recus)


@pytest.mark.parametrize(
    ("reel", "nature", "sorte", "attendu"),
    [
        ("Nantes", "lieu", "grande ville", "une grande ville"),
        ("Vitré", "lieu", "ville", "une ville du département"),
        ("Alger", "lieu", "ville étrangère", "une ville de l'étranger"),
        ("Finistère", "lieu", "département", "un département"),
        ("Bretagne", "lieu", "région", "une région"),
        ("Pontvieux", "lieu", "bourg", "un bourg"),
        ("Pontvieux", "lieu", "", "un bourg"),
        ("lycée Vaugrand", "organisation", "lycée", "lycée"),
        ("Vaugrand", "organisation", "lycée", "le lycée"),
        ("Bidule", "organisation", "association", "l'association"),
        ("Bidule", "organisation", "banque", "la banque"),
        ("Bidule", "organisation", "hôtel", "l'hôtel"),
        ("Bidule", "organisation", "jardins", "les jardins"),
        ("Bidule", "organisation", "mairie", "la mairie"),
        ("GesMAD", "autre", "logiciel", "le logiciel"),
        ("SAUR", "organisation", "sigle", "une organisation"),
        ("la Remise", "organisation", "structure", "une organisation"),
        ("AR", "personne", "initiales", "[initiales]"),
        ("Bâti", "autre", "", "[nom]"),
        ("06 12 34 56 78", "coordonnées", "téléphone", "[téléphone]"),
        ("a@b.fr", "coordonnées", "courriel", "[courriel]"),
        ("FR76", "coordonnées", "iban", "[compte bancaire]"),
        ("née le 3 mars 1981", "coordonnées", "date de naissance", "née [date de naissance]"),
        ("j'ai 43 ans", "coordonnées", "âge", "j'ai une quarantaine d'années"),
        ("elle a cinquante-deux ans", "coordonnées", "âge", "elle a une cinquantaine d'années"),
        ("âgé de 43 ans", "coordonnées", "âge", "âgé d'une quarantaine d'années"),
        ("femme de soixante-dix-huit ans", "coordonnées", "âge", "femme de plus de soixante-dix ans"),
        ("il a neuf ans", "coordonnées", "âge", "il a quelques années"),
        ("il a seize ans", "coordonnées", "âge", "il a une quinzaine d'années"),
        ("Quarante-six ans", "coordonnées", "âge", "Une quarantaine d'années"),
        ("34 ans", "coordonnées", "âge", "une trentaine d'années"),
        ("ses cinquante ans", "coordonnées", "âge", "son âge"),
    ],
)
def test_chaque_sorte_a_son_remplacement(reel, nature, sorte, attendu):
    assert un(reel, nature, sorte) == attendu


def test_une_rue_reste_une_rue_et_une_autre_en_est_une_autre():
    rues = proposer_pseudonymes([Nom(reel, "lieu", "rue") for reel in ("rue des Tanneurs", "rue Basse", "rue du Port")])
    assert len(set(rues)) == 3
    assert all(rue.startswith("rue ") for rue in rues)


def test_cent_noms_de_la_meme_sorte_restent_distincts():
    for sorte, nature in (
        ("ville", "lieu"),
        ("", "organisation"),
        ("rue", "lieu"),
        ("prénom", "personne"),
        ("nom", "personne"),
    ):
        noms = [Nom(f"X{'abcdefghij'[rang // 10]}{'abcdefghij'[rang % 10]}o", nature, sorte) for rang in range(100)]
        recus = proposer_pseudonymes(noms)
        assert len(set(recus)) == 100, sorte


def test_le_choix_ne_depend_pas_de_l_ordre_des_noms():
    noms = [Nom(reel, "personne", "prénom") for reel in ("Sandrine", "Nathalie", "Sylvie", "Karim", "Rachid", "Léa")]
    endroit, envers = proposer_pseudonymes(noms), proposer_pseudonymes(noms[::-1])
    assert endroit == envers[::-1]


def test_le_remplacement_est_du_bon_francais():
    cle = pd.DataFrame([["la Remise", un("la Remise", "organisation", "association"), "organisation"]])
    cle.columns = ["reel", "pseudonyme", "nature"]
    assert remplacer("Je viens de la Remise.", cle) == "Je viens de l'association."


PRENOMS = st.sampled_from([*lister_prenoms("f"), *lister_prenoms("m"), "Momo", "Camille", "Marie-Rose", "Xavière"])


@settings(max_examples=60, deadline=None)
@given(st.lists(PRENOMS, max_size=40, unique_by=aplatir), st.lists(st.sampled_from(NOMS), max_size=20, unique=True))
def test_jamais_un_nom_reel_jamais_deux_fois_le_meme(prenoms, familles):
    noms = [Nom(p, "personne", "prénom") for p in prenoms] + [Nom(f, "personne", "nom") for f in familles]
    recus = proposer_pseudonymes(noms)
    assert len({aplatir(recu) for recu in recus}) == len(recus)
    assert not {aplatir(recu) for recu in recus} & {aplatir(nom.reel) for nom in noms}
    assert not any(signe in recu for recu in recus for signe in ":\n;|")
    assert recus == proposer_pseudonymes(noms)
