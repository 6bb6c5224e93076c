"""Élisions, contractions et articles suivent le pseudonyme, tels qu'on les écrit en français."""

from __future__ import annotations

import pandas as pd
import pytest

from ess_analyse.pseudonymes import remplacer
from ess_analyse.pseudonymes.accords import accorder, en_tete


def cle(**paires: str) -> pd.DataFrame:
    return pd.DataFrame({"reel": [nom.replace("_", " ") for nom in paires], "pseudonyme": list(paires.values())})


def table(*paires: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(paires, columns=["reel", "pseudonyme"], dtype="str")


@pytest.mark.parametrize(
    ("pseudonyme", "attendu"),
    [
        ("Anna", "d'"),
        ("Ève", "d'"),
        ("Œdipe", "d'"),
        ("Yves", "d'"),
        ("Yann", "de "),
        ("Marion", "de "),
        ("[prénom]", "de "),
        ("hôtel", "d'"),
        ("habitat", "d'"),
        ("hameau", "de "),
        ("Hongrie", "de "),
        ("HAVRE", "de "),
    ],
)
def test_l_initiale_decide_de_l_elision(pseudonyme, attendu):
    assert accorder("de ", pseudonyme, "", article=False) == (attendu, pseudonyme)
    assert accorder("d'", pseudonyme, "", article=False) == (attendu, pseudonyme)


@pytest.mark.parametrize("pseudonyme", ["Hervé", "Hélène", "Hugo", "HERVÉ"])
@pytest.mark.parametrize("avant", ["de ", "d'", "que ", "qu'", "l'", "le ", "la "])
def test_devant_un_h_de_prenom_ce_qui_est_ecrit_reste(pseudonyme, avant):
    assert accorder(avant, pseudonyme, ", elle", article=False) == (avant, pseudonyme)


@pytest.mark.parametrize(
    ("avant", "apres", "attendu"),
    [
        ("de l'", " pèse", ("de ", "Marion")),
        ("de l'", ", ellébore", ("de ", "Marion")),
        ("de l'", " ils", ("de ", "Marion")),
        ("de l'", ", elle", ("de ", "la Marion")),
        ("de l'", ", il", ("du ", "Marion")),
        ("à l’", " il", ("au ", "Marion")),
    ],
)
def test_sans_elle_ni_il_l_article_tombe(avant, apres, attendu):
    assert accorder(avant, "Marion", apres, article=False) == attendu


@pytest.mark.parametrize("patronyme", [False, True])
def test_l_article_d_un_nom_de_famille_ne_se_contracte_pas(patronyme):
    attendu = ("de ", "Le Bihan") if patronyme else ("du ", "Bihan")
    assert accorder("de ", "Le Bihan", "", article=False, patronyme=patronyme) == attendu


@pytest.mark.parametrize(
    ("avant", "attendu"),
    [
        ("notre ", ("notre ", "accueil")),
        ("ce ", ("cet ", "accueil")),
        ("CE ", ("CEt ", "accueil")),
        ("à ", ("à ", "l'accueil")),
        ("aux ", ("à ", "l'accueil")),
        ("un ", ("un ", "l'accueil")),
    ],
)
def test_l_article_du_pseudonyme_cede_a_celui_qui_est_ecrit(avant, attendu):
    assert accorder(avant, "l'accueil", "", article=False) == attendu


def test_une_capitale_de_tete_ne_touche_que_la_premiere_lettre():
    assert (en_tete("élan de Vie"), en_tete("")) == ("Élan de Vie", "")


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("Les clés d'Élodie.", "Les clés de Marion."),
        ("Les clés d’Élodie.", "Les clés de Marion."),
        ("Je crois qu'Élodie part.", "Je crois que Marion part."),
        ("Lorsqu'Élodie vient, puisqu'Élodie part.", "Lorsque Marion vient, puisque Marion part."),
        ("Quoiqu'Élodie et jusqu’Élodie.", "Quoique Marion et jusque Marion."),
        ("D'Élodie à moi.", "De Marion à moi."),
        ("Qu’Élodie vienne !", "Que Marion vienne !"),
        ("LES CLÉS D'ÉLODIE.", "LES CLÉS DE MARION."),
        ("Aujourd'Élodie", "Aujourd'Marion"),
        ("Sans Élodie, avec Élodie.", "Sans Marion, avec Marion."),
    ],
)
def test_une_elision_s_ouvre_devant_une_consonne(texte, attendu):
    assert remplacer(texte, cle(Élodie="Marion")) == attendu


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("Les clés de Marion.", "Les clés d'Élodie."),
        ("Je crois que Marion part.", "Je crois qu'Élodie part."),
        ("Lorsque Marion vient.", "Lorsqu'Élodie vient."),
        ("De Marion à moi.", "D'Élodie à moi."),
        ("Presque Marion, code Marion.", "Presque Élodie, code Élodie."),
        ("À Marion, chez Marion.", "À Élodie, chez Élodie."),
    ],
)
def test_une_voyelle_se_referme_devant_une_voyelle(texte, attendu):
    assert remplacer(texte, cle(Marion="Élodie")) == attendu


@pytest.mark.parametrize(
    ("pseudonyme", "texte", "attendu"),
    [
        ("la ressourcerie", "On vient du Relais.", "On vient de la ressourcerie."),
        ("la ressourcerie", "On va au Relais.", "On va à la ressourcerie."),
        (
            "la ressourcerie",
            "Du Relais on voit. Au Relais aussi.",
            "De la ressourcerie on voit. À la ressourcerie aussi.",
        ),
        ("la ressourcerie", "LE TRI DU RELAIS.", "LE TRI DE LA RESSOURCERIE."),
        ("la ressourcerie", "Le Relais ouvre. On aime le Relais.", "La ressourcerie ouvre. On aime la ressourcerie."),
        ("le chantier", "On vient du Relais, on va au Relais.", "On vient du chantier, on va au chantier."),
        ("le chantier", "AU RELAIS ET DU RELAIS.", "AU CHANTIER ET DU CHANTIER."),
        ("les jardins", "On vient du Relais, on va au Relais.", "On vient des jardins, on va aux jardins."),
        ("l'atelier", "On vient du Relais, on va au Relais.", "On vient de l'atelier, on va à l'atelier."),
        ("un atelier", "On vient du Relais.", "On vient d'un atelier."),
    ],
)
def test_un_article_se_contracte_et_se_decontracte(pseudonyme, texte, attendu):
    assert remplacer(texte, cle(Le_Relais=pseudonyme)) == attendu


@pytest.mark.parametrize(
    ("reel", "pseudonyme", "texte", "attendu"),
    [
        ("La Remise", "le chantier", "Près de la Remise, à La Remise.", "Près du chantier, au chantier."),
        ("La Remise", "le chantier", "De la Remise. À la Remise.", "Du chantier. Au chantier."),
        ("La Remise", "les jardins", "Près de la Remise, à la Remise.", "Près des jardins, aux jardins."),
        ("Les Sillons", "la ferme", "Ceux des Sillons vont aux Sillons.", "Ceux de la ferme vont à la ferme."),
        ("Les Sillons", "les Prés", "Ceux des Sillons vont aux Sillons.", "Ceux des Prés vont aux Prés."),
        ("L'Envol", "le jardin", "Près de l'Envol, à l’Envol.", "Près du jardin, au jardin."),
        ("L’Envol", "la ferme", "L'Envol ouvre. Chez l'Envol.", "La ferme ouvre. Chez la ferme."),
        ("Envol", "Tilleul", "d'Envol", "de Tilleul"),
    ],
)
def test_chaque_genre_d_article_suit_le_pseudonyme(reel, pseudonyme, texte, attendu):
    assert remplacer(texte, table((reel, pseudonyme))) == attendu
