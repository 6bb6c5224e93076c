"""Lire des textes simples et Markdown, dans tous les encodages."""

import pytest

from ess_analyse.lecture import depouiller, lire_entretien
from ess_analyse.lecture.balisage import debaliser
from ess_analyse.lecture.textes import lire_txt


@pytest.mark.parametrize(
    ("encodage", "constats"),
    [
        ("utf-8", ()),
        ("utf-8-sig", ()),
        ("utf-16", ("texte lu en UTF-16, et non en UTF-8",)),
        ("utf-16-le", ("texte lu en UTF-16, et non en UTF-8",)),
        ("utf-16-be", ("texte lu en UTF-16, et non en UTF-8",)),
        ("cp1252", ("texte lu en CP1252, et non en UTF-8",)),
    ],
)
def test_un_texte_se_lit_dans_chaque_encodage_et_le_dit(
    encodage, constats, ecrire, entretien_simple, tours_simples, paroles
):
    lu = depouiller(ecrire("E03.txt", entretien_simple.replace("\n", "\r\n").encode(encodage)))
    assert paroles(lu.entretien) == tours_simples
    assert lu.constats == constats


def test_des_lignes_coupees_a_largeur_fixe_sont_recollees(ecrire, paroles):
    texte = """\
Claire : Vous pouvez me raconter une journée ordinaire,
depuis l'ouverture des portes jusqu'au dernier camion
du soir ?

Rose : On arrive à huit heures, on ouvre le tableur et on
reprend les pesées de la veille une par une.

Claire : Et ensuite ?

Rose : Deux choses surtout, que je vous donne dans l'ordre :
- trier ce qui est arrivé dans la nuit sans étiquette,
- peser le reste.
"""
    assert paroles(lire_entretien(ecrire("E01.txt", texte))) == [
        (
            "Claire",
            "Vous pouvez me raconter une journée ordinaire, depuis l'ouverture des portes jusqu'au dernier "
            "camion du soir ?",
        ),
        ("Rose", "On arrive à huit heures, on ouvre le tableur et on reprend les pesées de la veille une par une."),
        ("Claire", "Et ensuite ?"),
        (
            "Rose",
            "Deux choses surtout, que je vous donne dans l'ordre :\n- trier ce qui est arrivé dans la nuit sans "
            "étiquette,\n- peser le reste.",
        ),
    ]


@pytest.mark.parametrize("forme", ["{} : ", "{}: ", "{} – ", "[00:01:02] {} : "])
def test_des_tours_longs_sans_ligne_vide_ne_sont_pas_recolles(forme, ecrire, paroles):
    tours = [
        ("Claire", "Est-ce que vous pouvez me raconter votre matinée ?"),
        ("Rose", "On arrive à huit heures et on ouvre tout de suite."),
        ("Claire", "Et après, est-ce que vous passez par le tableur ?"),
        ("Rose", "Oui, on y passe bien deux heures avec les pesées."),
    ]
    texte = "\n".join(forme.format(nom) + dit for nom, dit in tours)
    assert paroles(lire_entretien(ecrire("E01.txt", texte))) == tours


def test_des_lignes_courtes_ne_sont_pas_recollees(ecrire, paroles):
    lu = depouiller(ecrire("O01.txt", "Matin\nIl pleut.\nOn trie.\n"))
    assert paroles(lu.entretien) == [("", "Matin"), ("", "Il pleut."), ("", "On trie.")]
    assert lu.tours == {}
    assert lu.constats == ("aucun locuteur reconnu : chaque paragraphe est un tour",)


def test_des_noms_en_gras_dans_du_markdown_ouvrent_des_tours(ecrire, paroles):
    texte = "**Claire** Ça va ?\n\n**Rose** Oui.\n\nEnfin, *bon*.\n\n**Claire** Bien.\n\n__Rose__ Voilà.\n"
    assert paroles(lire_entretien(ecrire("E01.md", texte))) == [
        ("Claire", "Ça va ?"),
        ("Rose", "Oui.\nEnfin, bon."),
        ("Claire", "Bien."),
        ("Rose", "Voilà."),
    ]


def test_le_gras_de_tete_est_mesure():
    assert [
        p.gras for p in lire_txt("**Rose** oui\n\nun **mot**\n\n**Tout est en gras, même long ?**").paragraphes
    ] == [4, 0, 29]


def test_balisage_colle_dans_un_texte(ecrire, paroles):
    chemin = ecrire(
        "D01.txt",
        "# Axes\n\n**Former** les *équipes*\t<ul style='list-style: none'> "
        "Un guide.<br>Un tutorat &amp; un relais.</ul>\n\nElle dit <rires> 2 * 3 * 4 et snake_case.\n",
    )
    lu = depouiller(chemin)
    assert [dit for _, dit in paroles(lu.entretien)] == [
        "Axes",
        "Former les équipes",
        "Un guide.",
        "Un tutorat & un relais.",
        "Elle dit <rires> 2 * 3 * 4 et snake_case.",
    ]
    assert lu.constats[0] == "3 balises HTML ôtées"


def test_balisage_sans_balise_rien_ne_change():
    texte = "Il a coché 3 < 5 et a > b, *voilà tout.\nR&D &amp; co"
    assert debaliser(texte) == (texte, 0)


def test_un_gras_jamais_ferme_ne_fait_pas_attendre():
    assert debaliser("**a " * 100_000)[1] == 0
