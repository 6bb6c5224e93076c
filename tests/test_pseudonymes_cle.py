"""La clé se lit telle qu'une personne l'a laissée, et aucun message ne dit un nom."""

from __future__ import annotations

import os
import stat

import pandas as pd
import pytest

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude
from ess_analyse.pseudonymes import CLE, CONTEXTE, NATURES, ecrire_cle, lire_cle, ouvrir_cle, remplacer

ENTETE = "reel;pseudonyme;nature;valide\n"


def test_seules_les_lignes_validees_s_appliquent(ecrire):
    lue = lire_cle(ecrire("cle.csv", ENTETE + " Rose ;Anna;personne;oui\nBon;;autre;non\nElle;;autre;\n"))
    assert tuple(lue.columns) == CLE
    assert lue.index.tolist() == [2]
    assert lue.iloc[0].tolist() == ["Rose", "Anna", "personne", "oui"]


@pytest.mark.parametrize(
    ("ligne", "message", "remede"),
    [
        (";Anna;personne;oui", "nom réel vide", "Écrivez-le ou retirez la ligne"),
        ("Zélie;Anna;personne;vrai", "validation inconnue (« vrai »)", "Écrivez « oui » ou « non »"),
        ("Zélie;Anna;persone;oui", "nature inconnue (« persone »)", "Vouliez-vous dire « personne » ?"),
        ("Zélie;Anna;;oui", "nature inconnue", "Choix possibles : autre, coordonnées, lieu, organisation, personne"),
        ("Zélie;;personne;oui", "pseudonyme manquant", "Donnez-en un avant de valider"),
        ("Zélie;Ursule;personne;oui", "ce pseudonyme contient un nom réel de la clé", "Choisissez-en un autre"),
        ("Zélie;Ursule Petit;personne;oui", "ce pseudonyme contient un nom réel de la clé", "Choisissez-en un autre"),
        ("Zélie;Anne-Zélie;personne;oui", "ce pseudonyme contient un nom réel de la clé", "Choisissez-en un autre"),
        ("Zélie;remise du parc;lieu;oui", "ce pseudonyme contient un nom réel de la clé", "Choisissez-en un autre"),
        ("Ursule;Anna;personne;oui", "nom réel en double", "Gardez une seule ligne"),
        ("Jean Marc;Anna;personne;oui", "nom réel en double", "Gardez une seule ligne"),
        ("le  Parc;Anna;personne;oui", "nom réel en double", "Gardez une seule ligne"),
        ("Zélie;Anna : bis;personne;oui", "ce pseudonyme ne peut pas nommer un locuteur", "les deux-points"),
        ('Zélie;"Anna\nbis";personne;oui', "ce pseudonyme ne peut pas nommer un locuteur", "sauts de ligne"),
        ("Zélie;Anna;coordonnees;oui", "nature inconnue (« coordonnees »)", "Vouliez-vous dire « coordonnées » ?"),
        ("Zélie;ursule;personne;oui", "ce pseudonyme contient un nom réel de la clé", "Choisissez-en un autre"),
        ("Zélie;Ursule;personne;", "ce pseudonyme contient un nom réel de la clé", "Choisissez-en un autre"),
        ("Zélie;Anna;personne", "3 cellules au lieu de 4", "Mettez entre guillemets"),
        ("Zélie;Anna;personne;oui;oui", "5 cellules au lieu de 4", "Mettez entre guillemets"),
        ('"Zélie;Anna;personne;oui', "guillemet mal placé ou jamais fermé", "Fermez-le"),
    ],
)
def test_une_faute_dans_la_cle_est_dite_avec_sa_ligne_et_son_remede_sans_le_nom_reel(ligne, message, remede, ecrire):
    debut = "Ursule;Anouk;personne;oui\nJean-Marc;Paul;personne;oui\nLe Parc;les Prés;lieu;oui\nRemise;Bac;lieu;oui\n"
    with pytest.raises(ErreurDonnees) as prise:
        lire_cle(ecrire("cle.csv", ENTETE + debut + ligne + "\n"))
    dit = str(prise.value)
    assert f"cle.csv, ligne 6 : {message}" in dit
    assert remede in dit
    assert len(prise.value.problemes) == 1
    for nom in ("Zélie", "Ursule", "Jean", "Parc", "Remise", "Anna"):
        assert nom not in dit


def test_une_decision_se_lit_malgre_les_capitales_du_tableur(ecrire):
    cle = lire_cle(ecrire("cle.csv", ENTETE + "Zélie;Anna;Personne ;Oui\nRose;;LIEU;NON\n"), toutes=True)
    assert cle[["nature", "valide"]].values.tolist() == [["personne", "oui"], ["lieu", "non"]]


def test_toutes_les_fautes_de_la_cle_sont_dites_ensemble_dans_l_ordre_des_lignes(ecrire):
    with pytest.raises(ErreurDonnees) as prise:
        lire_cle(ecrire("cle.csv", ENTETE + ";Anna;personne;oui\nRose;;lieux;oui\nRose;Ève;lieu;peut-être\n"))
    assert [(p.ligne, p.message) for p in prise.value.problemes] == [
        (2, "nom réel vide"),
        (3, "nature inconnue"),
        (3, "pseudonyme manquant"),
        (4, "nom réel en double"),
        (4, "validation inconnue"),
    ]


def test_deux_lignes_sans_nom_ne_sont_pas_un_double(ecrire):
    with pytest.raises(ErreurDonnees) as prise:
        lire_cle(ecrire("cle.csv", ENTETE + ";Anna;personne;oui\n;Ève;personne;oui\n"))
    assert {p.message for p in prise.value.problemes} == {"nom réel vide"}


def test_une_cle_sans_en_tete_est_refusee_sans_montrer_les_noms(ecrire):
    with pytest.raises(ErreurDonnees, match="colonne manquante") as prise:
        lire_cle(ecrire("cle.csv", "Zélie;Anna;personne;oui\n"))
    assert "Zélie" not in str(prise.value)
    assert "(« reel »)" in str(prise.value)


def test_une_cle_absente_est_dite(tmp_path):
    with pytest.raises(ErreurDonnees, match="fichier introuvable"):
        lire_cle(tmp_path / "cle.csv")


def test_une_cle_sans_ligne_est_permise(ecrire):
    lue = lire_cle(ecrire("cle.csv", ENTETE))
    assert lue.empty
    assert remplacer("Rose.", lue) == "Rose."


# --- ce qu'une proposition ajoute -------------------------------------------------------------------------------

PROPOSEE = """\
reel;pseudonyme;nature;valide;occurrences;contextes
Rose;Anna;personne;oui;12;"« Rose pèse » ; « dit
Rose »"
Mai;Linh;personne;;1;en mai
Caisse;;autre;non;40;la caisse
06 12;[téléphone];coordonnées;oui;1;
"""


def test_les_colonnes_d_aide_a_la_decision_sont_acceptees(ecrire):
    chemin = ecrire("cle.csv", PROPOSEE)
    lue = lire_cle(chemin)
    assert tuple(lue.columns) == CLE
    assert lue["reel"].tolist() == ["Rose", "06 12"]
    assert lue.index.tolist() == [2, 6]


def test_toutes_rend_aussi_ce_qui_est_ecarte_ou_pas_encore_decide(ecrire):
    lue = lire_cle(ecrire("cle.csv", PROPOSEE), toutes=True)
    assert tuple(lue.columns) == CLE + CONTEXTE
    assert lue["valide"].tolist() == ["oui", "", "non", "oui"]
    assert lue.loc[5, "occurrences"] == "40"
    sans = lire_cle(ecrire("autre.csv", ENTETE + "Rose;Anna;personne;oui\n"), toutes=True)
    assert sans.loc[2, list(CONTEXTE)].tolist() == ["", ""]


@pytest.mark.parametrize("nature", NATURES)
def test_chaque_nature_est_acceptee(nature, ecrire):
    assert lire_cle(ecrire("cle.csv", f"{ENTETE}Zélie;Anna;{nature};oui\n"))["nature"].tolist() == [nature]


def test_un_nom_ecarte_peut_se_lire_dans_un_pseudonyme(ecrire):
    texte = ENTETE + "Caisse;;autre;non\nLens;;lieu;\nCPAM;la Caisse de Lens;organisation;oui\n"
    assert lire_cle(ecrire("cle.csv", texte))["reel"].tolist() == ["CPAM"]


def test_un_pseudonyme_qui_a_le_mot_sans_le_nom_est_permis(ecrire):
    texte = ENTETE + "Pierre;Paul;personne;oui\nPont Neuf;pont de pierre;lieu;oui\n"
    assert len(lire_cle(ecrire("cle.csv", texte))) == 2


# --- écrire -----------------------------------------------------------------------------------------------------

TABLE = pd.DataFrame(
    [
        ("Rose", "Anna", "personne", "oui", "12", "« Rose ; pèse »\nen ligne"),
        ("L’Envol", "l'atelier", "organisation", "", "1", ""),
    ],
    columns=[*CLE, *CONTEXTE],
    dtype="str",
)


@pytest.mark.parametrize("colonnes", [CLE, CLE + CONTEXTE])
def test_une_cle_ecrite_se_relit(colonnes, tmp_path):
    chemin = tmp_path / "neuf" / "cle.csv"
    assert ecrire_cle(chemin, TABLE[list(colonnes)])
    lue = lire_cle(chemin, toutes=True)
    assert lue[list(colonnes)].to_numpy().tolist() == TABLE[list(colonnes)].to_numpy().tolist()
    assert chemin.read_bytes().startswith(b"\xef\xbb\xbfreel;pseudonyme;nature;valide")
    assert not ecrire_cle(chemin, TABLE[list(colonnes)])


def test_une_cle_ecrite_n_a_que_ses_colonnes(tmp_path):
    ecrire_cle(tmp_path / "cle.csv", TABLE.assign(genre="f")[["genre", *reversed(CLE)]])
    assert tuple(lire_cle(tmp_path / "cle.csv").columns) == CLE


def test_une_cle_sans_ses_colonnes_n_est_pas_ecrite(tmp_path):
    with pytest.raises(ErreurDonnees, match=r"table clé : colonne manquante .« valide »"):
        ecrire_cle(tmp_path / "cle.csv", TABLE.drop(columns="valide"))
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name != "posix", reason="droits POSIX")
def test_seul_son_proprietaire_lit_la_cle(ecrire, tmp_path):
    ouverte = ecrire("ouverte.csv", ENTETE)
    ouverte.chmod(0o644)
    for chemin in (tmp_path / "cle.csv", ouverte):
        ecrire_cle(chemin, TABLE)
        assert stat.S_IMODE(chemin.stat().st_mode) == 0o600


def test_une_etude_sans_cle_n_en_a_pas(tmp_path):
    assert ouvrir_cle(Etude(tmp_path)) is None


def test_la_cle_d_une_etude_s_ouvre_ou_qu_elle_soit(tmp_path, ecrire):
    ecrire("data/prive/cle.csv", PROPOSEE)
    assert ouvrir_cle(Etude(tmp_path))["reel"].tolist() == ["Rose", "06 12"]
    assert len(ouvrir_cle(Etude(tmp_path), toutes=True)) == 4
