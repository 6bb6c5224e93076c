"""La commande `ess-analyse lexique` : elle compte ce qui a changé, ne garde que du publiable, et le dit."""

from __future__ import annotations

import json
from itertools import product

import pandas as pd
import pytest
from click.testing import CliRunner

from ess_analyse import langue
from ess_analyse.cli.controle import controler
from ess_analyse.cli.lexique import lexique
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude
from ess_analyse.pages.lexicometrie import lire_comptes
from ess_analyse.retrait import preparer_retrait

SUJETS = [("écran", "tableau", "logiciel"), ("fourgon", "tournée", "route")]


@pytest.fixture
def grande(etude):
    """L'étude, élargie à six documents qui parlent d'écrans, puis de camions, et codée."""
    corpus, lignes, codages = etude / "data/corpus", [], []
    for rang, (numero, sujet) in enumerate(product(range(3), SUJETS), start=3):
        phrases = [f"Le {sujet[0]} et la {sujet[1]} pour le {sujet[2]} {fois}." for fois in ("un", "six", "dix")]
        texte = "Véra : " + " ".join(phrases) + "\n"
        (corpus / f"E{rang:02}.txt").write_text(texte, encoding="utf-8")
        lignes.append(f"E{rang:02};entretien;S1;direction;2025-0{numero + 1};publique\n")
        for phrase in phrases:
            debut = texte.index(phrase)
            code = "R-CHARGE" if sujet == SUJETS[0] else "O-SOUTIEN"
            codages.append(f"E{rang:02}:{debut}-{debut + len(phrase)};Véra;{phrase};{code};;\n")
    with (corpus / "corpus.csv").open("a", encoding="utf-8") as fichier:
        fichier.writelines(lignes)
    with (etude / "data/codages/lea.csv").open("a", encoding="utf-8") as fichier:
        fichier.writelines(codages)
    return etude


@pytest.fixture(autouse=True)
def lectures(monkeypatch):
    """Compter les lectures, et lire sans le modèle : un mot est son propre lemme, tous sont des noms."""
    faites = []

    def lire(segments, cache=None):
        faites.append(cache)
        lignes = [
            (place, rang, 0, 1, mot.strip("."), mot.strip(".").lower(), "NOUN" if len(mot) > 4 else "DET")
            for place, texte in zip(segments["segment"], segments["texte"], strict=True)
            for rang, mot in enumerate(texte.split(), start=1)
        ]
        return pd.DataFrame(lignes, columns=langue.LEMMES)

    monkeypatch.setattr(langue, "lemmatiser", lire)
    return faites


def lancer(*arguments):
    return CliRunner().invoke(lexique, list(arguments), obj=".", catch_exceptions=False)


def test_elle_compte_garde_et_dit_ce_qu_elle_a_trouve(grande):
    resultat = lancer("--classes", "2", "--taille", "0")
    assert resultat.exit_code == 0
    assert "Mots propres à chaque thème" in resultat.output
    assert "Groupes de mots" in resultat.output
    assert "data/lexicometrie : à jour" in resultat.output
    comptes = lire_comptes(grande / "data/lexicometrie")
    nommes = {mot for sujet in SUJETS for mot in sujet}
    assert nommes <= set(comptes.tables["lexique"]["mot"])
    assert {"Véra", "samir", "bleu"}.isdisjoint(comptes.tables["lexique"]["mot"])
    propres = comptes.tables["specificites"].query("score > 0").groupby("code")["mot"].agg(set).to_dict()
    assert propres["R-CHARGE"] >= set(SUJETS[0])
    assert propres["O-SOUTIEN"] >= set(SUJETS[1])
    classes = comptes.tables["profils"].groupby("classe")["mot"].agg(set).tolist()
    assert sorted(map(sorted, classes)) == sorted(map(sorted, SUJETS)), "deux mondes, deux groupes"


def test_rien_n_est_relu_si_rien_n_a_change(grande, lectures):
    lancer("--classes", "2")
    octets = {chemin.name: chemin.read_bytes() for chemin in (grande / "data/lexicometrie").iterdir()}
    assert "déjà à jour" in lancer("--classes", "2").output
    assert len(lectures) == 1
    assert lancer("--classes", "2", "--force").exit_code == 0
    assert len(lectures) == 2
    assert {chemin.name: chemin.read_bytes() for chemin in (grande / "data/lexicometrie").iterdir()} == octets


@pytest.mark.parametrize(
    "changer",
    [
        lambda etude: lancer("--classes", "3"),
        lambda etude: (etude / "data/lexicometrie/profils.csv").unlink(),
        lambda etude: (etude / "data/etude.yml").write_text("seuil: 2\n", encoding="utf-8"),
        lambda etude: (etude / "data/codages/lea.csv").unlink(),
    ],
    ids=["réglage", "table perdue", "seuil", "codages"],
)
def test_ce_qui_change_est_recompte(grande, lectures, changer):
    lancer("--classes", "2")
    changer(grande)
    avant = len(lectures)
    assert lancer("--classes", "2").exit_code == 0
    assert len(lectures) == avant + 1


def test_la_lecture_des_mots_est_gardee_dans_l_etude(grande, lectures):
    lancer()
    assert lectures[0].dossier.is_relative_to(".") or lectures[0].dossier.is_relative_to(grande)


def test_en_json_tout_est_donne(grande):
    lu = json.loads(lancer("--classes", "2", "--json").output)
    assert lu["nombres"]["classes"] == 2
    assert {un["mot"] for un in lu["specificites"]} >= set(SUJETS[0])
    assert set(lu) >= {"lexique", "classes", "profils", "typiques", "stabilite", "arbre"}


@pytest.mark.parametrize("arguments", [("--classes", "1"), ("--taille", "-1"), ("--classes", "deux")])
def test_un_reglage_absurde_est_refuse(grande, lectures, arguments):
    assert lancer(*arguments).exit_code == 2
    assert lectures == []
    assert not (grande / "data/lexicometrie").exists()


def test_une_petite_etude_n_a_rien_a_montrer_mais_le_dit(etude):
    resultat = lancer()
    assert resultat.exit_code == 0
    assert "0 que l'on peut nommer" in resultat.output
    assert all(table.empty for table in lire_comptes(etude / "data/lexicometrie").tables.values())


def test_verifier_dit_des_comptes_perimes_ou_abimes(grande):
    ailleurs = [str(probleme) for probleme in controler(Etude(grande))]
    lancer("--classes", "2", "--taille", "0")
    assert [str(probleme) for probleme in controler(Etude(grande))] == ailleurs, "à jour, rien à dire"
    codages = grande / "data/codages/lea.csv"
    codages.write_text(codages.read_text(encoding="utf-8").replace("O-SOUTIEN", "R-CHARGE", 1), encoding="utf-8")
    (neuf,) = {str(probleme) for probleme in controler(Etude(grande))} - set(ailleurs)
    assert "les codages ont changé" in neuf
    assert "« ess-analyse lexique --classes 2 --taille 0 »" in neuf
    (grande / "data/lexicometrie/etat.csv").unlink()
    (neuf,) = {str(probleme) for probleme in controler(Etude(grande))} - set(ailleurs)
    assert "etat.csv : fichier introuvable" in neuf


def test_retirer_un_document_efface_ce_que_les_comptes_en_gardent(grande):
    lancer("--classes", "2", "--taille", "0")
    assert "E03:" in (grande / "data/lexicometrie/typiques.csv").read_text(encoding="utf-8-sig")
    retrait = preparer_retrait(Etude(grande), "E03")
    assert grande / "data/lexicometrie" in retrait.caches
    assert not [reste for reste in retrait.restes["fichier"] if "lexicometrie" in reste]


def test_sans_grille_elle_dit_ce_qui_manque(etude):
    (etude / "data/grille.yml").unlink()
    with pytest.raises(ErreurDonnees, match="introuvable"):
        lancer()
