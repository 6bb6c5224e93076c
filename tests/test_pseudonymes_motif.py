"""Un nom se retrouve sous toutes ses écritures, un mot ne passe jamais pour un nom."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ess_analyse.pseudonymes import motif_cle, motif_noms
from ess_analyse.pseudonymes.motif import aplatir, forme


def trouver(texte: str, *noms: str, **options) -> list[str]:
    return [trouve[0] for trouve in motif_noms(noms, **options).finditer(texte)]


def trouver_cle(texte: str, *lignes: tuple[str, str], **options) -> list[str]:
    cle = pd.DataFrame(lignes, columns=["reel", "nature"], dtype="str")
    return [trouve[0] for trouve in motif_cle(cle, **options).finditer(texte)]


# --- la forme exacte --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "texte",
    [
        "Rosette et Roseline",
        "une rose rose",
        "arrose",
        "Éros",
        "Prose",
        "Rosé",
        "rOSE",
        "Rose7",
        "LaRose",
        "AROSE",
        "7Rose",
        "Rose\u0301",
    ],
)
@pytest.mark.parametrize("souple", [False, True])
def test_ce_qui_n_est_pas_le_nom_n_est_pas_trouve(texte, souple):
    assert trouver(texte, "Rose", souple=souple) == []


def test_par_defaut_la_casse_est_celle_de_la_cle_ou_tout_en_capitales():
    assert trouver("Élodie ÉLODIE Elodie ELODIE élodie elodie", "Élodie") == ["Élodie", "ÉLODIE", "Elodie", "ELODIE"]


def test_un_nom_qui_commence_par_une_minuscule_se_trouve_aussi_en_tete_de_phrase():
    assert trouver("Du Pré vient. Mme du Pré, DU PRÉ, le pré.", "du Pré") == ["Du Pré", "du Pré", "DU PRÉ"]


@pytest.mark.parametrize(
    ("un", "autre"),
    [("Łukasz", "Lukasz"), ("Yıldız", "Yildiz"), ("Øyvind", "Oyvind"), ("Đorđe", "Dorde"), ("Weiß", "Weiss")],
)
def test_une_lettre_barree_ou_liee_vaut_celle_du_clavier_francais(un, autre):
    for dit, ecrit in ((un, autre), (autre, un), (un, autre.upper()), (un, autre.lower())):
        assert trouver(f"avec {ecrit} hier", dit, souple=True) == [ecrit]
    assert aplatir(un) == aplatir(autre)


@pytest.mark.parametrize("souple", [False, True])
def test_le_nom_le_plus_long_l_emporte(souple):
    noms = ("Rose", "Rose Petit", "Marie-Rose", "Marie-Rose Petit")
    texte = "Marie-Rose Petit, Rose Petit, Marie-Rose et Rose"
    assert trouver(texte, *noms, souple=souple) == texte.replace(" et ", ", ").split(", ")


@pytest.mark.parametrize("souple", [False, True])
def test_un_article_se_trouve_contracte(souple):
    texte = "le Relais, Le Relais, du Relais, au Relais, un Relais, ce Relais, Relais"
    assert trouver(texte, "Le Relais", souple=souple) == ["le Relais", "Le Relais", "du Relais", "au Relais"]
    assert trouver("l'Envol, L’Envol, d'Envol", "L'Envol", souple=souple) == ["l'Envol", "L’Envol"]


def test_les_groupes_disent_l_article_et_le_nom_nu():
    trouve = motif_noms(["La Remise", "Rose"]).search("à la Remise")
    assert (trouve["article"], trouve["nu"], trouve["nom"]) == ("la ", "Remise", None)


@pytest.mark.parametrize("souple", [False, True])
def test_sans_nom_rien_n_est_trouve(souple):
    assert trouver("Rose et  rien", souple=souple) == []
    assert trouver("Rose et  rien", "", "  ", souple=souple) == []


def test_un_nom_decompose_vaut_un_nom_compose():
    assert trouver("Élodie", "E\u0301lodie") == ["Élodie"]


# --- la forme souple --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nom", "ecritures"),
    [
        ("Sandrine", "sandrine SANDRINE Sandrine sANDRINE"),
        ("Élodie", "élodie elodie Elodie ELODIE ÉLODIE Élodié"),
        ("Jean-Marc", "jean-marc JEAN-MARC Jean-marc jean‑marc"),
        ("Ŝœur", "soeur SŒUR sœur SOEUR"),
        ("Łukasz", "łukasz ŁUKASZ Łukasz"),
        ("N'Diaye", "n'diaye N’DIAYE n’Diaye"),
        ("Nguyễn", "nguyen NGUYEN nguyễn Nguyên"),
        ("Kaïs", "kais KAÏS kaïs"),
        ("Bæk", "baek BÆK Baek"),
        ("DUPONT-Roy", "dupont-roy Dupont-Roy"),
    ],
)
def test_la_casse_et_les_accents_sont_indifferents(nom, ecritures):
    assert trouver(ecritures, nom, souple=True) == ecritures.split()


@pytest.mark.parametrize(
    "texte",
    [
        "ben j'ai dit à rose de venir",
        "c'est avec rose que je pèse",
        "madame rose",
        "chez rose",
        "M. rose",
        "rose elle m'a dit de venir",
        "rose, elle m'a dit",
        "ben rose elle ressaisit",
        "et là, rose m'a dit non",
        "quand rose nous a formés",
        "elle s'appelle rose",
        "Bon.\nrose il dit quoi",
        "mais rose a dit oui",
        "tata rose",
    ],
)
def test_un_prenom_qui_est_un_mot_se_trouve_dans_un_contexte_de_personne(texte):
    assert trouver(texte, "Rose", souple=True) == ["rose"]


@pytest.mark.parametrize(
    "texte",
    [
        "une rose, elle est fanée",
        "la rose elle sent bon",
        "un pull rose, elle l'a mis",
        "de l'eau de rose",
        "le papier rose et le bleu",
        "à la rose",
        "rose ou bleu",
        "j'aime le rose. elle aussi",
        "une rose m'a piquée",
        "chez les roses",
    ],
)
def test_le_meme_mot_ailleurs_n_est_pas_un_prenom(texte):
    assert trouver(texte, "Rose", souple=True) == []


@pytest.mark.parametrize(
    ("nom", "texte"),
    [
        ("Prudence", "avec prudence"),
        ("Grâce", "grâce à eux, avec grâce"),
        ("Mai", "d'avril à mai, mai a été long ; mai, il pleut"),
        ("Petit", "petit à petit, à petit prix, bon, petit il lisait"),
        ("Bon", "bon, elle m'a dit ; bon il faut"),
        ("Marchand", "au marchand"),
        ("Aimé", "je n'aime pas, qu'il aime, on aime, il m'a dit"),
        ("Blanche", "la machine blanche, la blanche"),
        ("Constant", "un effort constant"),
    ],
)
def test_qualites_mois_et_metiers_ne_nomment_personne(nom, texte):
    assert trouver(texte, nom, souple=True) == []


@pytest.mark.parametrize("nom", ["Prudence", "Grâce", "Mai", "Petit", "Marchand", "Aimé", "Olivier"])
def test_mais_un_titre_ou_une_capitale_suffit(nom):
    ecrits = [nom, nom.upper(), nom.lower(), aplatir(nom)]
    assert trouver(f"{nom} {nom.upper()} madame {nom.lower()} chez {aplatir(nom)}", nom, souple=True) == ecrits


@pytest.mark.parametrize(
    ("nom", "trouves", "laisses"),
    [
        ("Coup de Main", "Coup de Main COUP DE MAIN Coup De Main", "un coup de main, un Coup de main"),
        ("La Remise", "la Remise LA REMISE", "la remise en main propre"),
        ("Les Hauts-Prés", "les Hauts-Pres", "les hauts-prés"),
        ("rue Basse", "Rue Basse rue BASSE", "une rue basse"),
        ("CAF", "CAF", "caf Caf"),
    ],
)
def test_un_nom_fait_de_mots_garde_ses_capitales_et_perd_ses_accents(nom, trouves, laisses):
    trouve = trouver(f"{trouves} / {laisses}", nom, souple=True)
    assert trouve
    assert " ".join(trouve) == trouves


@pytest.mark.parametrize("nom", ["AR", "Lô", "O.", "Li"])
def test_un_nom_tres_court_garde_sa_casse(nom):
    assert trouver(f"{nom}", nom, souple=True) == [nom]
    assert trouver(nom.lower(), nom, souple=True) == []


# --- la nature d'un nom -----------------------------------------------------------------------------------------


def test_la_nature_decide_de_ce_que_la_forme_ne_dit_pas():
    texte = "en roue libre"
    assert trouver_cle(texte, ("Roue Libre", "organisation")) == []
    assert trouver_cle(texte, ("Roue Libre", "personne")) == ["roue libre"]
    assert trouver_cle("à morvelle, au préau", ("Morvelle", "lieu"), ("Préau", "organisation")) == ["morvelle"]
    assert trouver_cle("monsieur le goff", ("Le Goff", "personne")) == ["le goff"]
    assert trouver_cle("un coulou, Un coulou", ("un coulou", "personne")) == ["un coulou", "Un coulou"]
    assert trouver_cle("une fontaine", ("Fontaine", "lieu")) == []


def test_une_coordonnee_se_trouve_dans_toutes_les_casses():
    ligne = ("Sandrine.Morvan@exemple.fr", "coordonnées")
    assert trouver_cle("sandrine.morvan@exemple.fr", ligne) == ["sandrine.morvan@exemple.fr"]
    assert trouver_cle("au 06 12 34 56 78.", ("06\u00a012\u00a034\u00a056\u00a078", "coordonnées")) == [
        "06 12 34 56 78"
    ]


@pytest.mark.parametrize(
    ("numero", "ecritures"),
    [
        ("06 12 34 56 78", "0612345678/06.12.34.56.78/06-12-34-56-78/+33 6 12 34 56 78/+33(0)612345678/0033612345678"),
        ("+33 (0)6 12 34 56 78", "0612345678/06 12 34 56 78"),
        ("+32 475 12 34 56", "0032475123456/+32475123456"),
        ("123 456 789 00012", "12345678900012/123.456.789.00012"),
        ("FR76 3000 6000 0112", "FR76300060000112/fr76 3000 6000 0112"),
    ],
)
def test_un_numero_se_trouve_quels_que_soient_ses_separateurs(numero, ecritures):
    for ecrit in ecritures.split("/"):
        assert trouver_cle(f"au {ecrit}, oui", (numero, "coordonnées")) == [ecrit]
        assert trouver(f"au {ecrit}", numero) == [ecrit]
        assert aplatir(ecrit) == aplatir(numero)


@pytest.mark.parametrize("texte", ["06 12 34 56 79", "106 12 34 56 78", "06 12 34 56 789", "6 12 34 56 78"])
def test_un_autre_numero_n_est_pas_celui_de_la_cle(texte):
    assert trouver_cle(texte, ("06 12 34 56 78", "coordonnées")) == []


def test_un_numero_court_garde_ses_separateurs():
    assert trouver_cle("42 000, 42000", ("42000", "coordonnées")) == ["42000"]


@pytest.mark.parametrize(
    ("nom", "ecritures", "laisse"),
    [
        ("Saint-Étienne", "St-Étienne/St Etienne/St. Etienne/SAINT ETIENNE/ST-ÉTIENNE/Saint-Étienne", "Sainte-Étienne"),
        ("St-Malo", "Saint Malo/St-Malo", "Est-Malo"),
        ("Stes-Maries", "Saintes-Maries/Stes Maries", "St-Maries"),
    ],
)
def test_saint_s_abrege(nom, ecritures, laisse):
    for ecrit in ecritures.split("/"):
        assert trouver_cle(f"à {ecrit}.", (nom, "lieu")) == [ecrit]
        assert trouver(f"à {ecrit}.", nom) == [ecrit]
        assert aplatir(ecrit) == aplatir(nom)
    assert trouver_cle(laisse, (nom, "lieu")) == []


def test_le_nom_d_une_personne_se_trouve_dans_les_deux_ordres():
    lignes = (("Martine Dupuis", "personne"), ("Jean-Luc Le Gall", "personne"), ("Claire Fontaine", "personne"))
    texte = "Dupuis Martine, DUPUIS MARTINE, dupuis martine, LE GALL Jean-Luc, Fontaine Claire, une fontaine claire"
    assert trouver_cle(texte, *lignes) == texte.split(", ")[:-1]
    assert trouver("Dupuis Martine", "Martine Dupuis") == ["Dupuis Martine"]
    assert trouver_cle("Habitat Ravel", ("Ravel Habitat", "organisation")) == []


def test_un_lexique_rend_aussi_les_lieux_et_les_organisations_sans_capitales():
    lexique = frozenset({"coup", "main", "roue", "libre"})
    lignes = (("Coup de Main", "organisation"), ("Coup de Main Morvelle", "organisation"), ("Ravel Habitat", "lieu"))
    texte = "un coup de main de coup de main morvelle et de ravel habitat"
    assert trouver_cle(texte, *lignes, courants=lexique) == ["coup de main morvelle", "ravel habitat"]
    assert trouver_cle(texte, *lignes) == []


def test_un_lexique_ne_cache_pas_les_personnes_qu_il_contient():
    assert trouver("j'ai vu martine", "Martine", souple=True, courants={"martine"}) == ["martine"]


def test_dans_une_etiquette_tout_nom_est_un_nom():
    lignes = (("Rose", "personne"), ("Coup de Main", "organisation"), ("AR", "personne"))
    assert trouver_cle("rose", *lignes, etiquette=True) == ["rose"]
    assert trouver_cle("coup de main", *lignes, etiquette=True) == ["coup de main"]
    assert trouver_cle("ar", *lignes, etiquette=True) == []


def test_sans_colonne_nature_la_forme_decide():
    cle = pd.DataFrame({"reel": ["Sandrine", "La Remise"]})
    assert [t[0] for t in motif_cle(cle).finditer("sandrine, la remise")] == ["sandrine"]


# --- propriétés -------------------------------------------------------------------------------------------------

# No keyboard writes the long s of old prints.
_NOM = st.text(st.characters(categories=["Lu", "Ll", "Lt", "Lo"], exclude_characters="ſ"), min_size=3, max_size=8)


@given(_NOM)
def test_tout_nom_se_retrouve_sous_toutes_ses_casses(nom):
    assume(not re.search(r"\s", nom))
    motif = motif_noms([nom], souple=True)
    for casse in (nom, nom.upper(), nom[0].upper() + nom[1:]):
        # The corpus, and what the gate reads of a site, are composed.
        ecrit = unicodedata.normalize("NFC", casse)
        assert motif.search(f"« {ecrit} »"), ecrit


@given(st.text(max_size=40), st.text(max_size=40))
def test_ce_que_la_forme_exacte_trouve_la_souple_le_trouve_aussi(avant, apres):
    noms = ["Sandrine", "Rose", "La Remise", "Coup de Main", "Marie-Rose", "AR"]
    texte = f"{avant}Rose{apres} la Remise{avant} MARIE-ROSE {apres}AR"
    exactes = {t.span() for t in motif_noms(noms).finditer(texte)}
    assert exactes <= {t.span() for t in motif_noms(noms, souple=True).finditer(texte)}


@given(_NOM, _NOM)
def test_aplatir_confond_les_casses_et_ne_change_plus(un, deux):
    assert aplatir(aplatir(un)) == aplatir(un)
    assert aplatir(f"{un}-{deux}") == aplatir(f"{un} {deux}")


def test_la_forme_d_un_nom_met_a_part_son_article():
    assert forme("Les  Hauts‑Prés") == (True, "Hauts Prés")
    assert forme("l’Envol") == (True, "Envol")
    assert forme("Lesage") == (False, "Lesage")
