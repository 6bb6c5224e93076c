"""Ce qu'un projet de site dit de lui-même, par morceaux : réglages, menus, liens, notebooks, écriture."""

import base64
import hashlib
import json
import posixpath
import shutil
import tempfile
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.rendu import rendre_site, verifier_projet
from ess_analyse.rendu.balayage import balayer
from ess_analyse.rendu.cahier import lire_cahier
from ess_analyse.rendu.choix import choisir_fichiers, impubliable
from ess_analyse.rendu.ecriture import remplacer
from ess_analyse.rendu.liens import Lieux, lier
from ess_analyse.rendu.mots import MOTS
from ess_analyse.rendu.navigation import Entree, lire_navigation
from ess_analyse.rendu.projet import lire_projet
from ess_analyse.rendu.raccourcis import lire_source
from ess_analyse.rendu.sources import Source, lire_lignes

MINIMAL = "project:\n  type: website\nwebsite:\n  title: Carnet\n"
OCTETS = b"\x89PNG\r\n\x1a\nimage"
AUTRES_OCTETS = b"\x89PNG\r\n\x1a\nautre"


def poser(racine, fichiers):
    """Écrire des fichiers de texte, `_quarto.yml` et l'accueil compris s'ils ne sont pas donnés."""
    for nom, contenu in ({"_quarto.yml": MINIMAL, "index.qmd": "# Accueil\n"} | fichiers).items():
        chemin = racine / nom
        chemin.parent.mkdir(parents=True, exist_ok=True)
        chemin.write_text(contenu, encoding="utf-8")
    return racine


def menus(racine, site, **fichiers):
    """Lire la navigation d'un bloc `website` écrit à la main."""
    poser(racine, {"_quarto.yml": MINIMAL + site, **fichiers})
    projet, problemes = lire_projet(racine)
    navigation, fautes = lire_navigation(projet)
    return navigation, [str(faute) for faute in (*problemes, *fautes)]


def developper(racine, nom="index.qmd"):
    """Développer une page sans pandoc : son Markdown, et ce qui ne va pas."""
    projet, _ = lire_projet(racine)
    source, fautes = lire_source(
        projet,
        nom,
        lire_lignes(racine / nom, projet.racine),
        lambda chemin: lire_cahier(chemin, projet.racine, projet.reglages).cellules,
    )
    return source.texte, [str(faute) for faute in fautes]


def relier(html, page="rapports/a.qmd", racine=None, **autres):
    """Réécrire les liens d'un fragment parmi trois pages ; donne le fragment, les problèmes et les copies."""
    ancres = {"index.qmd": {"haut"}, "rapports/a.qmd": {"ici"}, "rapports/à lire.qmd": {"été"}}
    pages = {nom: nom.replace(".qmd", ".html") for nom in ancres}
    lieux, problemes = Lieux(racine or Path("absent"), pages, ancres), []
    return lier(html, Source(page), lieux, problemes, **autres), [str(un) for un in problemes], lieux.copies


def code(source, *sorties):
    return {"cell_type": "code", "source": source, "outputs": list(sorties), "execution_count": 1, "metadata": {}}


def sortie(mime, valeur, **meta):
    donnees = {mime: valeur, "text/plain": "<objet>"}
    return {"output_type": "display_data", "data": donnees, "metadata": {mime: meta} if meta else {}}


def flux(texte, nom="stdout"):
    return {"output_type": "stream", "name": nom, "text": texte}


def carnet(*cellules):
    return json.dumps({"cells": list(cellules), "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def lire(racine, *cellules, **reglages):
    """Lire un notebook fait de ces cellules : le cahier et son Markdown."""
    (racine / "n.ipynb").write_text(carnet(*cellules), encoding="utf-8")
    cahier = lire_cahier(racine / "n.ipynb", racine, reglages)
    return cahier, "\n".join(ligne.texte for ligne in cahier.lignes)


def octets_de(dossier):
    return {
        chemin.relative_to(dossier).as_posix(): hashlib.sha256(chemin.read_bytes()).hexdigest()
        for chemin in dossier.rglob("*")
        if chemin.is_file()
    }


# Lire `_quarto.yml`


def test_sans_reglage_les_valeurs_par_defaut_valent(tmp_path):
    projet, problemes = lire_projet(poser(tmp_path, {}))
    assert problemes == []
    assert projet.sortie == tmp_path / "_site"
    assert (projet.pages, projet.ressources, dict(projet.variables)) == (("index.qmd",), (), {})
    assert dict(projet.mots) == dict(MOTS)
    assert projet.reglages == {}


def test_les_reglages_de_html_passent_devant_ceux_de_tete(tmp_path):
    texte = MINIMAL + "toc: false\ntoc-depth: 2\nformat:\n  html:\n    toc: true\n    css: a.css\n"
    projet, _ = lire_projet(poser(tmp_path, {"_quarto.yml": texte}))
    assert projet.reglages == {"toc": True, "toc-depth": 2, "css": "a.css"}


def test_les_motifs_de_pages_gardent_leur_ordre_et_retirent(tmp_path):
    motifs = '  render:\n    - index.qmd\n    - "notes/*.qmd"\n    - a.md\n    - "!notes/b.qmd"\n    - "notes/*.csv"\n'
    texte = MINIMAL.replace("type: website\n", "type: website\n" + motifs)
    fichiers = {f"notes/{nom}": "x\n" for nom in ("c.qmd", "b.qmd", "a.qmd", "_d.qmd", "e.csv")}
    projet, problemes = lire_projet(poser(tmp_path, {"_quarto.yml": texte, "a.md": "x\n", **fichiers}))
    assert projet.pages == ("index.qmd", "notes/a.qmd", "notes/c.qmd", "a.md")
    assert problemes == []


def test_le_dossier_de_sortie_n_est_jamais_lu(tmp_path):
    texte = MINIMAL.replace("type: website\n", "type: website\n  output-dir: public/\n")
    projet, _ = lire_projet(poser(tmp_path, {"_quarto.yml": texte, "public/vieux.md": "x\n", "publics.md": "x\n"}))
    assert projet.sortie == tmp_path / "public"
    assert projet.pages == ("index.qmd", "publics.md")


def test_une_page_privee_n_est_jamais_choisie(tmp_path):
    projet, problemes = lire_projet(poser(tmp_path, {"data/prive/noms.md": "Nom réel\n"}))
    assert projet.pages == ("index.qmd",)
    assert [(un.message, un.valeur) for un in problemes] == [
        ("ce fichier est privé : il n'est jamais publié", "data/prive/noms.md")
    ]
    retire = MINIMAL.replace("type: website\n", 'type: website\n  render: ["**/*.*", "!data/prive/noms.md"]\n')
    assert verifier_projet(poser(tmp_path, {"_quarto.yml": retire})) == []


def test_une_ressource_seule_s_ecrit_sans_liste(tmp_path):
    texte = MINIMAL.replace("type: website\n", "type: website\n  resources: donnees\n")
    projet, problemes = lire_projet(poser(tmp_path, {"_quarto.yml": texte, "donnees/b.csv": "", "donnees/a/c.csv": ""}))
    assert projet.ressources == ("donnees/a/c.csv", "donnees/b.csv")
    assert problemes == []


@pytest.mark.parametrize(
    ("langue", "annexe", "attendu"),
    [
        ("", "callout-note-title: Nota\n", "Nota"),
        ("", "fr:\n  callout-note-title: Remarque\nen:\n  callout-note-title: Note!\n", "Remarque"),
        ("lang: en\n", "fr:\n  callout-note-title: Remarque\nen:\n  callout-note-title: Note!\n", "Note!"),
        ("language:\n  callout-note-title: Ici\n", "callout-note-title: Nota\n", "Ici"),
        ("", "", "Note"),
    ],
)
def test_les_mots_viennent_de_la_langue_du_projet(tmp_path, langue, annexe, attendu):
    projet, problemes = lire_projet(poser(tmp_path, {"_quarto.yml": MINIMAL + langue, "_language.yml": annexe}))
    assert projet.mots["callout-note-title"] == attendu
    assert projet.mots["callout-tip-title"] == "Astuce"
    assert problemes == []


def test_un_fichier_de_langue_nomme_remplace_celui_du_projet(tmp_path):
    texte = MINIMAL + "language: mots.yml\n"
    poser(tmp_path, {"_quarto.yml": texte, "_language.yml": "code-summary: non\n"})
    assert [str(un) for un in lire_projet(tmp_path)[1]] == [
        "_quarto.yml, ligne 5 : fichier introuvable (« mots.yml »). Vérifiez son nom."
    ]
    (tmp_path / "mots.yml").write_text("code-summary: Le code\n", encoding="utf-8")
    projet, problemes = lire_projet(tmp_path)
    assert (projet.mots["code-summary"], problemes) == ("Le code", [])


@pytest.mark.parametrize("annexe", ["_variables.yml", "_language.yml"])
def test_une_annexe_mal_ecrite_est_dite_sous_son_nom(tmp_path, annexe):
    problemes = lire_projet(poser(tmp_path, {annexe: "bon: 1\nmal: a: b\n"}))[1]
    assert [(un.fichier, un.ligne) for un in problemes] == [(annexe, 2)]


# Les menus


def test_les_menus_imbriques_gardent_leurs_niveaux(tmp_path):
    navigation, fautes = menus(
        tmp_path,
        "  sidebar:\n    title: Plan\n    contents:\n      - section: Un\n        contents:\n"
        "          - section: b.qmd\n            contents: index.qmd\n"
        '      - "---"\n      - text: Ailleurs\n        href: https://exemple.invalid/x\n',
        **{"b.qmd": "# B\n"},
    )
    assert fautes == []
    (laterale,) = navigation.laterales
    assert laterale.titre == "Plan"
    assert laterale.entrees == (
        Entree("Un", "", (Entree("", "b.qmd", (Entree("", "index.qmd"),)),)),
        Entree("Ailleurs", "https://exemple.invalid/x"),
    )
    assert [entree.texte or entree.cible for entree in laterale.chemin("b.qmd")] == ["Un", "b.qmd"]
    assert [entree.cible for entree in laterale.chemin("index.qmd")] == ["", "b.qmd", "index.qmd"]
    assert laterale.chemin("c.qmd") == []
    assert laterale.pages() == ["b.qmd", "index.qmd"]


def test_auto_range_les_pages_rendues_et_elles_seules(tmp_path):
    navigation, fautes = menus(
        tmp_path,
        '  sidebar:\n    contents:\n      - section: Notes\n        contents:\n          - auto: "notes/*.qmd"\n'
        "      - auto: fiches\n",
        **{nom: "x\n" for nom in ("notes/b.qmd", "notes/a.qmd", "notes/_c.qmd", "fiches/d.md", "fiches/e.csv")},
    )
    assert fautes == []
    assert navigation.laterales[0].pages() == ["notes/a.qmd", "notes/b.qmd", "fiches/d.md"]


def test_auto_sans_motif_est_refuse_plutot_que_montre_vide(tmp_path):
    navigation, fautes = menus(tmp_path, "  sidebar:\n    contents:\n      - auto: true\n")
    assert navigation.laterales[0].entrees == ()
    assert len(fautes) == 1
    assert fautes[0].startswith("_quarto.yml, ligne 7 : une liste d'entrées est attendue")


def test_une_barre_laterale_nommee_ne_va_que_sur_ses_pages(tmp_path):
    navigation, _ = menus(
        tmp_path,
        "  sidebar:\n    - id: un\n      contents: [a.qmd]\n    - id: deux\n      contents: [b.qmd]\n",
        **{"a.qmd": "x\n", "b.qmd": "x\n"},
    )
    assert [
        navigation.laterale(page) and navigation.laterale(page).nom for page in ("a.qmd", "b.qmd", "index.qmd")
    ] == [
        "un",
        "deux",
        None,
    ]


def test_une_faute_dans_un_menu_deroulant_est_dite_a_sa_ligne(tmp_path):
    _, fautes = menus(
        tmp_path,
        "  navbar:\n    left:\n      - text: Lire\n        menu:\n          - index.qmd\n          - indexe.qmd\n",
    )
    assert fautes == ["_quarto.yml, ligne 10 : page introuvable (« indexe.qmd »). Vouliez-vous dire « index.qmd » ?"]


def test_la_barre_prend_le_titre_du_site_ou_le_sien(tmp_path):
    assert menus(tmp_path, "  navbar:\n    left: [index.qmd]\n")[0].titre == "Carnet"
    navigation, fautes = menus(tmp_path, "  navbar:\n    title: Court\n    right:\n      - href: /index.html#haut\n")
    assert (navigation.titre, navigation.droite, fautes) == ("Court", (Entree("", "index.qmd#haut"),), [])


def test_le_pied_de_page_est_un_texte_ou_trois_places(tmp_path):
    assert menus(tmp_path, '  page-footer: "Un *pied*"\n')[0].pied == {"center": "Un *pied*"}
    navigation, fautes = menus(
        tmp_path,
        "  page-footer:\n    left: À gauche\n    right:\n"
        "      - text: Écrire\n        href: mailto:a@exemple.invalid\n",
    )
    assert navigation.pied == {"left": "À gauche", "right": (Entree("Écrire", "mailto:a@exemple.invalid"),)}
    assert fautes == []


@pytest.mark.parametrize(
    ("site", "ligne"),
    [
        ("  favicon: data/prive/signe.svg\n", 5),
        ("  navbar:\n    logo: data/prive/signe.svg\n", 6),
        ("  navbar:\n    left:\n      - text: Noms\n        href: data/prive/signe.svg\n", 7),
        ("format:\n  html:\n    css: data/prive/signe.svg\n", 7),
    ],
)
def test_un_reglage_ne_publie_jamais_un_fichier_prive(tmp_path, site, ligne):
    racine = poser(tmp_path, {"_quarto.yml": MINIMAL + site, "data/prive/signe.svg": "Nom réel"})
    dits = [str(un) for un in verifier_projet(racine)]
    assert dits == [
        f"_quarto.yml, ligne {ligne} : ce fichier est privé : il n'est jamais publié (« data/prive/signe.svg »). "
        "Retirez le lien."
    ]


@pytest.mark.parametrize(
    "reglages",
    [
        MINIMAL + "  navbar:\n    left:\n      - text: Dehors\n        href: ../dehors.css\n",
        MINIMAL + "format:\n  html:\n    css: ../dehors.css\n",
        MINIMAL.replace("type: website\n", "type: website\n  resources: [../dehors.css]\n"),
        MINIMAL + "format:\n  html:\n    css: a.css\n",
    ],
)
def test_rien_ne_s_ecrit_hors_du_site(tmp_path, reglages):
    fichiers = {"_quarto.yml": reglages, "a.css": "a{background:url(../dehors.css)}"}
    racine = poser(tmp_path / "projet", fichiers)
    (tmp_path / "dehors.css").write_text("a{}", encoding="utf-8")
    with pytest.raises(ErreurDonnees, match="ce fichier est hors du projet"):
        rendre_site(racine, tmp_path / "sites/un")
    assert not (tmp_path / "sites").exists()


# Les inclusions et les valeurs


def test_des_inclusions_en_boucle_sont_dites_dans_le_fichier_qui_boucle(tmp_path):
    racine = poser(
        tmp_path,
        {
            "index.qmd": "avant\n\n{{< include _f/a.qmd >}}\n\naprès\n",
            "_f/a.qmd": "A\n\n{{< include b.qmd >}}\n",
            "_f/b.qmd": "B\n\n{{< include a.qmd >}}\n",
        },
    )
    texte, fautes = developper(racine)
    assert texte.split() == ["avant", "A", "B", "après"]
    assert fautes == ["_f/b.qmd, ligne 3 : inclusion en boucle (« a.qmd »). Retirez l'une des inclusions."]


def test_un_meme_fichier_s_inclut_deux_fois_de_suite(tmp_path):
    racine = poser(tmp_path, {"index.qmd": "{{< include _f.qmd >}}\n\n{{< include _f.qmd >}}\n", "_f.qmd": "Deux.\n"})
    texte, fautes = developper(racine)
    assert (texte.count("Deux."), fautes) == (2, [])


def test_les_inclusions_s_arretent_a_dix_niveaux(tmp_path):
    chaine = {f"_f{rang}.qmd": f"niveau {rang}\n\n{{{{< include _f{rang + 1}.qmd >}}}}\n" for rang in range(1, 11)}
    racine = poser(tmp_path, {"index.qmd": "{{< include _f1.qmd >}}\n", "_f11.qmd": "fond\n", **chaine})
    texte, fautes = developper(racine)
    assert "niveau 10" in texte
    assert "fond" not in texte
    assert len(fautes) == 1
    assert fautes[0].startswith("_f10.qmd, ligne 3 : inclusion en boucle")


@pytest.mark.parametrize(
    ("nom", "attendu"),
    [
        ("_f/fragmant.qmd", "Vouliez-vous dire « fragment.qmd » ?"),
        ("_g/rien.qmd", "Vérifiez son nom."),
        ("../dehors.qmd", ""),
        ("/../dehors.qmd", ""),
    ],
)
def test_un_fichier_a_inclure_absent_ou_dehors_est_dit(tmp_path, nom, attendu):
    racine = poser(tmp_path / "projet", {"index.qmd": f"un\n\n{{{{< include {nom} >}}}}\n", "_f/fragment.qmd": "x\n"})
    (tmp_path / "dehors.qmd").write_text("secret\n", encoding="utf-8")
    texte, fautes = developper(racine)
    assert "secret" not in texte
    assert len(fautes) == 1
    assert fautes[0].startswith(f"index.qmd, ligne 3 : fichier à inclure introuvable (« {nom} »). {attendu}")


@pytest.mark.parametrize("raccourci", ["include data/prive/n.ipynb", "embed data/prive/n.ipynb#tbl-noms"])
def test_un_fichier_prive_ne_s_inclut_ni_ne_se_cite(tmp_path, raccourci):
    prive = carnet(code("#| label: tbl-noms\n#| tbl-cap: Noms\nx", flux("Nom réel")))
    racine = poser(tmp_path, {"index.qmd": f"{{{{< {raccourci} >}}}}\n", "data/prive/n.ipynb": prive})
    texte, fautes = developper(racine)
    assert "Nom réel" not in texte
    assert len(fautes) == 1
    assert fautes[0].startswith("index.qmd, ligne 1 : ce fichier est privé : il n'est jamais publié")


def test_une_inclusion_part_d_un_dossier_dont_le_nom_a_une_virgule(tmp_path):
    racine = poser(tmp_path, {"notes, essais/a.qmd": "{{< include _b.qmd >}}\n", "notes, essais/_b.qmd": "Inclus.\n"})
    assert developper(racine, "notes, essais/a.qmd") == ("Inclus.\n", [])


def test_une_valeur_s_ecrit_selon_son_genre_ou_se_refuse(tmp_path):
    racine = poser(
        tmp_path,
        {
            "_variables.yml": "a:\n  vrai: true\n  zero: 0\n  liste: [1]\n",
            "_quarto.yml": MINIMAL + "toc-depth: 4\n",
            "index.qmd": "---\nserie: S\n---\n"
            "{{< var a.vrai >}} {{< var a.zero >}} {{< meta toc-depth >}} {{< meta serie >}}\n"
            "{{< var a.liste >}}\n{{< var a >}}\n{{< var a.vrai.x >}}\n{{< meta titre >}}\n",
        },
    )
    texte, fautes = developper(racine)
    assert texte.splitlines()[0] == "true 0 4 S"
    assert [faute.partition(" : ")[0] for faute in fautes] == [f"index.qmd, ligne {rang}" for rang in range(5, 9)]
    assert fautes[2].endswith("Ajoutez « a.vrai.x » dans _variables.yml.")
    assert fautes[3].endswith("Ajoutez « titre » dans l'en-tête de la page.")


def test_les_raccourcis_dans_du_code_restent_ecrits(tmp_path):
    racine = poser(tmp_path, {"index.qmd": "```\n{{< include rien.qmd >}}\n{{{< var x >}}}\n```\n\n{{{< var y >}}}\n"})
    assert developper(racine) == ("```\n{{< include rien.qmd >}}\n{{< var x >}}\n```\n\n{{< var y >}}\n", [])


def test_une_cellule_citee_se_trouve_par_son_nom(tmp_path):
    contenu = carnet(code("#| label: tbl-comptes\n#| tbl-cap: Comptes\nsecret", flux("douze")))
    racine = poser(tmp_path, {"index.qmd": "{{< embed nb/n.ipynb#tbl-comptes >}}\n", "nb/n.ipynb": contenu})
    texte, fautes = developper(racine)
    assert fautes == []
    assert "douze" in texte
    assert "secret" not in texte
    assert texte.rstrip().endswith("[Source : [n](/nb/n.ipynb)]{.source}")
    poser(tmp_path, {"index.qmd": "{{< embed nb/n.ipynb#tbl-compte >}}\n\n{{< embed nb/n.ipynb >}}\n"})
    assert [faute.partition(" : ")[2].partition(" (")[0] for faute in developper(racine)[1]] == [
        "ce notebook n'a pas de cellule de ce nom",
        "notebook ou cellule à citer introuvable",
    ]


# Les liens


@pytest.mark.parametrize(
    ("ecrit", "rendu"),
    [
        ("../index.qmd", "../index.html"),
        ("/index.qmd#haut", "../index.html#haut"),
        ("..", "../index.html"),
        ("/", "../index.html"),
        ("#ici", "#ici"),
        ("#top", "#top"),
        ("a.qmd#ici", "a.html#ici"),
        ("%C3%A0%20lire.qmd#%C3%A9t%C3%A9", "%C3%A0%20lire.html#%C3%A9t%C3%A9"),
        ("à lire.qmd#été", "%C3%A0%20lire.html#été"),
        ("./a.qmd?b=1&amp;c=2", "a.html?b=1&amp;c=2"),
        ("https://exemple.invalid/a.qmd", "https://exemple.invalid/a.qmd"),
        ("//exemple.invalid/a.qmd", "//exemple.invalid/a.qmd"),
        ("mailto:a@exemple.invalid", "mailto:a@exemple.invalid"),
        ("tel:+33100000000", "tel:+33100000000"),
    ],
)
def test_un_lien_est_rapporte_a_sa_page_ou_laisse(ecrit, rendu):
    html, problemes, copies = relier(f'<a href="{ecrit}">x</a>')
    assert (html, problemes, copies) == (f'<a href="{rendu}">x</a>', [], set())


@pytest.mark.parametrize(
    ("ecrit", "message"),
    [
        ("../../index.qmd", "ce fichier est hors du projet"),
        ("%2e%2e/%2e%2e/etc/passwd", "ce fichier est hors du projet"),
        ("/data/%70rive/cle.csv", "ce fichier est privé"),
        ("../.git/config", "ce fichier est privé"),
        ("FILE:///etc/passwd", "adresse refusée"),
        ("data:text/html,x", "adresse refusée"),
        ("b.qmd", "lien cassé : page ou fichier introuvable (« b.qmd »). Vouliez-vous dire « a.qmd » ?"),
    ],
)
def test_un_lien_refuse_reste_comme_il_est_ecrit(ecrit, message):
    html, problemes, copies = relier(f'<a href="{ecrit}">x</a>')
    assert html == f'<a href="{ecrit}">x</a>'
    assert len(problemes) == 1
    assert message in problemes[0]
    assert copies == set()


@pytest.mark.parametrize(
    ("ecrit", "remede"),
    [
        ("../index.qmd#bas", "Choix possibles : haut."),
        ("%C3%A0%20lire.qmd#%C3%A9t%C3%A9s", "Vouliez-vous dire « été » ?"),
        ("#icy", "Vouliez-vous dire « ici » ?"),
    ],
)
def test_une_ancre_absente_de_la_page_visee_est_dite(ecrit, remede):
    assert relier(f'<a href="{ecrit}">x</a>')[1] == [
        f"rapports/a.qmd : lien cassé : cette page n'a pas cette ancre (« {ecrit} »). {remede}"
    ]


def test_un_fichier_cite_est_retenu_une_fois_et_son_adresse_encodee(tmp_path):
    (tmp_path / "données").mkdir()
    (tmp_path / "données/mes comptes.csv").write_text("x", encoding="utf-8")
    adresse = "donn%C3%A9es/mes%20comptes.csv"
    html, problemes, copies = relier(
        f'<a href="../données/mes comptes.csv">a</a> <img src="/{adresse}" alt="">', racine=tmp_path
    )
    assert html == f'<a href="../{adresse}">a</a> <img src="../{adresse}" alt="">'
    assert (problemes, copies) == ([], {"données/mes comptes.csv"})


def test_deux_adresses_d_une_meme_balise_sont_reecrites(tmp_path):
    for nom in ("v.mp4", "v.png"):
        (tmp_path / nom).write_text("x", encoding="utf-8")
    html, problemes, copies = relier("<video src='/v.mp4' poster=/v.png controls></video>", racine=tmp_path)
    assert html == '<video src="../v.mp4" poster="../v.png" controls></video>'
    assert (problemes, copies) == ([], {"v.mp4", "v.png"})


def test_une_page_non_rendue_n_est_pas_copiee(tmp_path):
    (tmp_path / "_brouillon.qmd").write_text("x", encoding="utf-8")
    _, problemes, copies = relier('<a href="_brouillon.qmd">x</a>', "index.qmd", racine=tmp_path)
    assert copies == set()
    assert problemes == ["index.qmd : cette page n'est pas rendue (« _brouillon.qmd »). Ajoutez-la à project.render."]


def test_les_liens_partent_de_la_base_quand_on_la_donne():
    assert relier('<a href="rapports/a.qmd">x</a>', base="")[:2] == ('<a href="a.html">x</a>', [])


NOMS = st.text("aé _-'&?#%:", min_size=1, max_size=5).filter(lambda nom: nom.strip() == nom)


@given(st.lists(NOMS, min_size=1, max_size=3), st.lists(NOMS, max_size=3), st.sampled_from(["", "#ici"]))
def test_tout_lien_ecrit_depuis_la_racine_revient_a_sa_page(cible, dossier, ancre):
    vise, page = "/".join([*cible, "x.qmd"]), "/".join([*dossier, "y.qmd"])
    lieux = Lieux(
        Path("absent"),
        {nom: Source(nom).adresse for nom in (vise, page)},
        {vise: {"ici"}, page: {"ici"}},
    )
    ecrit = "/" + "".join(f"%{octet:02X}" for octet in vise.encode()) + ancre
    problemes = []
    html = lier(f'<a href="{ecrit}">x</a>', Source(page), lieux, problemes)
    chemin, _, fin = balayer(html).liens[0].valeur.partition("#")
    assert problemes == []
    assert posixpath.normpath(posixpath.join(*dossier, unquote(chemin))) == vise.replace(".qmd", ".html")
    assert fin == ancre.removeprefix("#")


FICHIERS = ("a.qmd", "b.md", "d/a.qmd", "d/b.md", "d/e/a.qmd", "f/c.csv")
MOTIFS = st.sampled_from(["*.qmd", "*.md", "d", "/d/*", "**/*.qmd", "f/c.csv", "rien/*", "b.md"])


@settings(max_examples=40)
@given(st.lists(MOTIFS, max_size=3), st.lists(MOTIFS, max_size=2))
def test_le_choix_des_fichiers_est_stable_trie_et_sans_doublon(motifs, retires):
    with tempfile.TemporaryDirectory() as dossier:
        racine = Path(dossier)
        for nom in reversed(FICHIERS):
            (racine / nom).parent.mkdir(parents=True, exist_ok=True)
            (racine / nom).touch()
        choisis = choisir_fichiers(racine, motifs)
        restent = choisir_fichiers(racine, [*motifs, *(f"!{motif}" for motif in retires)])
        assert len(choisis) == len(set(choisis))
        assert set(choisis) == {nom for motif in motifs for nom in choisir_fichiers(racine, [motif])} <= set(FICHIERS)
        assert choisir_fichiers(racine, motifs[:1]) == sorted(choisis[: len(choisir_fichiers(racine, motifs[:1]))])
        assert restent == [nom for nom in choisis if nom not in choisir_fichiers(racine, retires)]


@given(st.lists(st.sampled_from(["a", "prive", "..", ".", ".git", "privees"]), min_size=1, max_size=5))
def test_rien_de_prive_ni_de_dehors_n_est_publiable(parties):
    normal = posixpath.normpath("/".join(parties)).split("/")
    permis = impubliable("/".join(parties), caches=True) is None
    assert permis is (".." not in normal and "prive" not in normal)
    if impubliable("/".join(parties)) is None:
        assert permis
        assert not any(partie.startswith(".") for partie in normal)


# Les notebooks


@pytest.mark.parametrize(
    ("reglages", "options", "vu", "dit"),
    [
        ({"echo": False}, "", False, True),
        ({"echo": False}, "#| echo: true\n", True, True),
        ({"include": False}, "", False, False),
        ({"include": False}, "#| include: true\n", True, True),
        ({"output": False}, "", True, False),
        ({"output": False, "echo": False}, "", False, False),
        ({}, "#| output: false\n", True, False),
    ],
)
def test_l_option_de_la_cellule_passe_devant_celle_du_projet(tmp_path, reglages, options, vu, dit):
    cahier, texte = lire(tmp_path, code(options + "formule()", flux("résultat")), execute=reglages)
    assert ("formule()" in texte, "résultat" in texte) == (vu, dit)
    assert cahier.problemes == []


@pytest.mark.parametrize(("reglage", "montre", "fautes"), [(None, False, 1), (False, False, 0), (True, True, 0)])
def test_un_avertissement_suit_le_reglage_du_projet(tmp_path, reglage, montre, fautes):
    execute = {} if reglage is None else {"warning": reglage}
    cahier, texte = lire(tmp_path, code("x", flux("attention\n", "stderr"), flux("la suite\n")), execute=execute)
    assert ("attention" in texte, len(cahier.problemes)) == (montre, fautes)
    assert "la suite" in texte


def test_les_sorties_d_une_cellule_gardent_leur_ordre_et_chacune_son_fichier(tmp_path):
    image = base64.encodebytes(OCTETS).decode()
    cahier, texte = lire(
        tmp_path,
        code(
            "#| fig-alt: Deux vues\ntout()",
            flux("d'abord"),
            sortie("image/png", image, width=300.0),
            sortie("image/svg+xml", ["<svg>", "é</svg>"]),
            flux("enfin"),
        ),
    )
    figures = {
        "site_libs/figures/n-cellule-1-2.png": OCTETS,
        "site_libs/figures/n-cellule-1-3.svg": "<svg>é</svg>".encode(),
    }
    assert cahier.problemes == []
    assert cahier.ressources == figures
    places = [texte.index(mot) for mot in ("d'abord", *figures, "enfin")]
    assert places == sorted(places)
    assert texte.count("width=") == texte.count('width="300"') == 1


def test_deux_images_collees_du_meme_nom_ne_se_remplacent_pas(tmp_path):
    cellules = [
        {
            "cell_type": "markdown",
            "source": f"![Vue {rang}](attachment:image.png)",
            "metadata": {},
            "attachments": {"image.png": {"image/png": base64.b64encode(octets).decode()}},
        }
        for rang, octets in enumerate((OCTETS, AUTRES_OCTETS, OCTETS), 1)
    ]
    cahier, texte = lire(tmp_path, *cellules)
    adresses = [ligne.partition("](/")[2].rstrip(")") for ligne in texte.splitlines() if ligne]
    assert [cahier.ressources[adresse] for adresse in adresses] == [OCTETS, AUTRES_OCTETS, OCTETS]
    assert len(cahier.ressources) == 2


def test_deux_notebooks_ne_se_partagent_pas_une_figure(tmp_path):
    figure = carnet(code("#| fig-alt: Une vue\nx", sortie("image/svg+xml", "<svg/>")))
    racine = poser(tmp_path, {"essai-1.ipynb": figure, "essai_1.ipynb": figure})
    assert [str(un) for un in verifier_projet(racine)] == [
        "essai_1.ipynb : figures de même nom que celles d'un autre notebook (« essai-1.ipynb »). Renommez l'un."
    ]


def test_une_table_de_pandas_a_plusieurs_index_garde_ses_portees(tmp_path):
    index = pd.MultiIndex.from_product([["Lisse", "Rive"], ["2023", "2024"]], names=["atelier", "an"])
    colonnes = pd.MultiIndex.from_product([["Heures"], ["femmes", "hommes"]])
    table = pd.DataFrame([[1, 2], [3, 4], [5, 6], [7, 8]], index=index, columns=colonnes)
    (tmp_path / "n.ipynb").write_text(
        carnet(code("#| label: tbl-h\n#| tbl-cap: Heures\nt", sortie("text/html", table.to_html()))), encoding="utf-8"
    )
    poser(tmp_path, {})
    rendre_site(tmp_path)
    html = (tmp_path / "_site/n.html").read_text("utf-8")
    assert '<th scope="colgroup" colspan="2" halign="left">Heures</th>' in html
    assert html.count('scope="rowgroup" rowspan="2"') == 2
    assert html.count('<th scope="row">202') == 4
    assert '<caption><span class="numero">Tableau\u00a01\u00a0:</span> Heures</caption>' in html
    assert 'border="1"' not in html


def test_une_longue_sortie_garde_toutes_ses_lignes(tmp_path):
    lignes = [f"ligne {rang}" + " ```" * (rang % 7 == 0) for rang in range(3000)]
    _, texte = lire(tmp_path, code("#| echo: false\nx", flux([ligne + "\n" for ligne in lignes])))
    cloture, *milieu, fin, _ = texte.split("\n")
    assert (cloture, fin) == ("````{.sortie}", "````")
    assert milieu == lignes


def test_chaque_cellule_fautive_est_dite_a_son_rang(tmp_path):
    widget = sortie("application/vnd.jupyter.widget-view+json", {"model_id": "x"})
    cahier, texte = lire(
        tmp_path,
        code("bon()", flux("bien")),
        code("1/0", flux("avant"), {"output_type": "error", "ename": "ZeroDivisionError"}),
        code("curseur()", widget),
        code("#| label: tbl-a\nt", sortie("text/html", "<table></table>")),
        code("#| label: libre\nt", sortie("text/html", "<table></table>")),
    )
    assert [str(un).partition(" (")[0] for un in cahier.problemes] == [
        "n.ipynb, cellule 2 : cette cellule a échoué",
        "n.ipynb, cellule 3 : sortie dynamique refusée : elle ne marche pas hors de Jupyter",
        "n.ipynb, cellule 4 : sortie étiquetée sans légende",
    ]
    assert "bien" in texte
    assert "avant" in texte
    assert "<objet>" not in texte


def test_une_sortie_dynamique_avec_image_garde_l_image(tmp_path):
    montre = sortie("application/vnd.plotly.v1+json", {})
    montre["data"]["image/png"] = base64.b64encode(OCTETS).decode()
    cahier, _ = lire(tmp_path, code("#| fig-alt: Une courbe\nx", montre))
    assert (cahier.problemes, list(cahier.ressources.values())) == ([], [OCTETS])


# Écrire


def test_le_site_est_remplace_d_un_coup(tmp_path):
    sortie_ = tmp_path / "_site"
    (sortie_ / "site_libs").mkdir(parents=True)
    (sortie_ / "vieux.html").write_text("vieux", encoding="utf-8")
    vus = []

    def remplir(neuf):
        vus.append((neuf.parent, sorted(neuf.iterdir()), (sortie_ / "vieux.html").read_text("utf-8")))
        (neuf / "neuf.html").write_text("neuf", encoding="utf-8")

    remplacer(sortie_, remplir)
    assert vus == [(tmp_path, [], "vieux")]
    assert [chemin.name for chemin in sortie_.iterdir()] == ["neuf.html"]
    assert list(tmp_path.iterdir()) == [sortie_]


@pytest.mark.parametrize("erreur", [OSError("disque plein"), KeyboardInterrupt()])
def test_un_remplissage_interrompu_ne_laisse_que_l_ancien_site(tmp_path, erreur):
    sortie_ = tmp_path / "_site"
    (sortie_ / "site_libs").mkdir(parents=True)
    (sortie_ / "vieux.html").write_text("vieux", encoding="utf-8")
    avant = octets_de(sortie_)

    def remplir(neuf):
        (neuf / "moitie.html").write_text("x", encoding="utf-8")
        raise erreur

    with pytest.raises(type(erreur)):
        remplacer(sortie_, remplir)
    assert octets_de(sortie_) == avant
    assert list(tmp_path.iterdir()) == [sortie_]


def test_l_ancien_site_revient_si_le_neuf_ne_peut_prendre_sa_place(tmp_path, monkeypatch):
    sortie_ = tmp_path / "_site"
    (sortie_ / "site_libs").mkdir(parents=True)
    (sortie_ / "vieux.html").write_text("vieux", encoding="utf-8")
    vrai = Path.replace

    def replace(soi, cible):
        if ".neuf-" in soi.name and not soi.name.endswith("-ancien"):
            raise PermissionError(soi)
        return vrai(soi, cible)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(PermissionError):
        remplacer(sortie_, lambda neuf: None)
    assert (sortie_ / "vieux.html").read_text("utf-8") == "vieux"
    assert list(tmp_path.iterdir()) == [sortie_]


def test_ce_qui_n_est_pas_un_site_reste_et_rien_n_est_rempli(tmp_path):
    fichier, dossier, vide = tmp_path / "these.docx", tmp_path / "these", tmp_path / "vide"
    fichier.write_text("dix ans", encoding="utf-8")
    dossier.mkdir()
    vide.mkdir()
    (dossier / "chapitre.docx").write_text("un an", encoding="utf-8")
    remplis = []
    with pytest.raises(ErreurDonnees, match="ce n'est pas un dossier"):
        remplacer(fichier, remplis.append)
    with pytest.raises(ErreurDonnees, match="autre chose qu'un site rendu"):
        remplacer(dossier, remplis.append)
    assert remplis == []
    assert (fichier.read_text("utf-8"), (dossier / "chapitre.docx").read_text("utf-8")) == ("dix ans", "un an")
    remplacer(vide, lambda neuf: (neuf / "index.html").touch())
    assert [chemin.name for chemin in vide.iterdir()] == ["index.html"]


def test_les_ressources_sont_copiees_octet_pour_octet_sans_que_le_cache_y_change(tmp_path):
    reglages = MINIMAL.replace("type: website\n", 'type: website\n  resources: ["d/*.bin", .nojekyll]\n')
    reglages += "  navbar:\n    right:\n      - text: Table\n        href: d/table.csv\n"
    racine = poser(
        tmp_path,
        {
            "_quarto.yml": reglages,
            "index.qmd": "# Un\n\n[le *fichier*](<d/à lire.txt>)\n",
            "d/table.csv": "a;b\r\n",
            "d/à lire.txt": "x",
            "d/jamais.txt": "x",
            ".nojekyll": "",
        },
    )
    (racine / "d/brut.bin").write_bytes(bytes(range(256)))
    rendre_site(racine)
    avant = octets_de(racine / "_site")
    assert {nom for nom in avant if not nom.startswith("site_libs/")} == {
        ".nojekyll",
        "d/brut.bin",
        "d/table.csv",
        "d/à lire.txt",
        "index.html",
    }
    for nom in ("d/brut.bin", "d/table.csv", "d/à lire.txt"):
        assert (racine / "_site" / nom).read_bytes() == (racine / nom).read_bytes()
    shutil.rmtree(racine / ".ess")
    rendre_site(racine)
    assert octets_de(racine / "_site") == avant
