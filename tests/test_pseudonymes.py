"""Aucun nom réel ne reste, le français reste correct, le reste du texte ne bouge pas."""

import re

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.modele import Entretien
from ess_analyse.pseudonymes import CLE, lire_cle, motif_noms, pseudonymiser, remplacer


def cle(**paires: str) -> pd.DataFrame:
    return pd.DataFrame({"reel": [nom.replace("_", " ") for nom in paires], "pseudonyme": list(paires.values())})


def table(*paires: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(paires, columns=["reel", "pseudonyme"], dtype="str")


# --- élisions et contractions -----------------------------------------------------------------------------------


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


# --- ce qui est un nom, ce qui n'en est pas un -------------------------------------------------------------------


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
    ],
)
def test_ce_qui_n_est_pas_le_nom_reste(texte):
    assert remplacer(texte, cle(Rose="Fatou")) == texte


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("Rose, ROSE et Rose.", "Fatou, FATOU et Fatou."),
        ("(Rose) « Rose » “Rose” Rose? Rose/Rose", "(Fatou) « Fatou » “Fatou” Fatou? Fatou/Fatou"),
        ("**Rose** et _Rose_", "**Fatou** et _Fatou_"),
        ("le fichier E11_Rose.odt", "le fichier E11_Fatou.odt"),
        ("Rose", "Fatou"),
        ("", ""),
        ("Rose\nRose", "Fatou\nFatou"),
    ],
)
def test_le_nom_se_trouve_entre_toutes_les_ponctuations(texte, attendu):
    assert remplacer(texte, cle(Rose="Fatou")) == attendu


@pytest.mark.parametrize(
    "texte",
    [
        "Marie-Rose Le Gall",
        "Marie‑Rose Le Gall",
        "Marie Rose Le Gall",
        "Marie-Rose\u00a0Le\u202fGall",
        "Marie-Rose\nLe  Gall",
        "MARIE-ROSE LE GALL",
    ],
)
@pytest.mark.parametrize("reel", ["Marie-Rose Le Gall", "Marie Rose Le Gall", "Marie-Rose\u00a0Le  Gall"])
def test_blancs_et_traits_d_union_se_valent_dans_un_nom(reel, texte):
    attendu = "ANNA" if texte.isupper() else "Anna"
    assert remplacer(f"Voici {texte}, là.", table((reel, "Anna"))) == f"Voici {attendu}, là."


@pytest.mark.parametrize("reel", ["Ahmed N'Diaye", "Ahmed N’Diaye"])
@pytest.mark.parametrize("texte", ["Ahmed N'Diaye", "Ahmed N’Diaye", "AHMED N’DIAYE"])
def test_apostrophes_droites_et_courbes_se_valent_dans_un_nom(reel, texte):
    assert remplacer(texte, table((reel, "Paul"))).lower() == "paul"


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("ÉLODIE", "MARION"),
        ("ELODIE", "MARION"),
        ("Elodie", "Marion"),
        ("Élodie", "Marion"),
        ("élodie", "élodie"),
        ("HÉLÈNE HELENE HELÈNE Hélène", "ANNE ANNE ANNE Anne"),
    ],
)
def test_les_capitales_sans_accent_sont_reconnues(texte, attendu):
    assert remplacer(texte, cle(Élodie="Marion", Hélène="Anne")) == attendu


def test_un_sigle_ne_met_pas_son_pseudonyme_en_capitales():
    assert remplacer("On appelle la CAF.", cle(CAF="caisse du coin")) == "On appelle la caisse du coin."


def test_la_casse_exacte_de_la_cle_l_emporte():
    noms = cle(Rose="Fatou", ROSE="l'association")
    assert remplacer("Rose va à ROSE.", noms) == remplacer("Rose va à ROSE.", noms[::-1]) == "Fatou va à l'association."


def test_deux_lignes_qui_nomment_la_meme_forme_donnent_toujours_le_meme_pseudonyme():
    noms = table(("Jean-Marc", "Anna"), ("Jean Marc", "Paul"))
    assert remplacer("Jean-Marc", noms) == remplacer("Jean-Marc", noms[::-1])


def test_le_nom_le_plus_long_l_emporte():
    noms = cle(Rose="Fatou", Marie_Rose="Anne", Rose_Petit="Claude Roux", La_Rose="le bar", Les_Prés_de_Rose="la ferme")
    texte = "Rose, Marie-Rose, Rose Petit, La Rose et Les Prés de Rose."
    assert remplacer(texte, noms) == "Fatou, Anne, Claude Roux, le bar et la ferme."


def test_deux_personnes_peuvent_echanger_leurs_noms_en_une_passe():
    assert remplacer("Rose et Anna", cle(Rose="Anna", Anna="Rose")) == "Anna et Rose"


@pytest.mark.parametrize("nom", ["Strauß", "Işık", "İnci", "Œdipe", "N'Guyễn", "O.", "C++ (a)", "[Anne]", "A|B", "Ǆ"])
def test_un_nom_a_signes_rares_est_remplace_lui_aussi(nom):
    for forme in (nom, nom.upper()):
        assert remplacer(f"Voici {forme} !", table((nom, "Zoé"))).lower() == "voici zoé !"


def test_une_cle_vide_ne_change_rien():
    assert remplacer("Rose et l'Envol.", table()) == "Rose et l'Envol."
    assert motif_noms([]).search("Rose") is None
    assert motif_noms(["", " "]).search("Rose et  rien") is None


def test_un_debut_de_phrase_prend_une_capitale_et_une_incise_non():
    noms = cle(La_Remise="la ressourcerie")
    texte = "La Remise ouvre. La Remise ! « La Remise » ferme… La Remise\nLa Remise, La Remise"
    assert remplacer(texte, noms) == (
        "La ressourcerie ouvre. La ressourcerie ! « La ressourcerie » ferme… La ressourcerie\n"
        "La ressourcerie, la ressourcerie"
    )


# --- propriétés -------------------------------------------------------------------------------------------------

# Real names and pseudonyms share no word: what is left over is then a real leak, never a coincidence.
REELS = [
    "Élodie",
    "Rose",
    "Marie-Rose",
    "Rose Petit",
    "Hélène",
    "Le Relais",
    "La Remise",
    "L'Envol",
    "Les Sillons",
    "N'Diaye",
]
FAUX = ["Marion", "Anna", "Ève", "Ursule", "le chantier", "la ferme", "les jardins", "l'atelier", "Oumar Diop", "K. B."]
MOTS = [
    "de ",
    "d'",
    "d’",
    "qu'",
    "que ",
    "à ",
    "du ",
    "au ",
    "des ",
    "aux ",
    "la ",
    "l'",
    "De ",
    "D'",
    "Que ",
    "le tri",
    " et ",
    ". ",
    ", ",
    "\n",
    " « ",
    " » ",
    "… ",
    " ",
    "-",
    "Rosette",
    "rose",
    "on ressaisit",
    "12",
    "!",
    "\u00a0",
]
CLES = st.permutations(FAUX).map(lambda faux: table(*zip(REELS, faux, strict=True)))
TEXTES = st.lists(st.sampled_from([*MOTS, *REELS, *map(str.upper, REELS)]), max_size=20).map("".join)


@given(TEXTES, CLES)
def test_aucun_nom_reel_ne_reste(texte, noms):
    rendu = remplacer(texte, noms)
    assert not motif_noms(REELS).search(rendu), rendu


@given(TEXTES, CLES)
def test_une_seconde_application_ne_change_rien(texte, noms):
    rendu = remplacer(texte, noms)
    assert remplacer(rendu, noms) == rendu


@given(TEXTES, CLES, st.randoms(use_true_random=False))
def test_l_ordre_des_lignes_de_la_cle_ne_compte_pas(texte, noms, hasard):
    melange = noms.sample(frac=1, random_state=hasard.randrange(10**6))
    assert remplacer(texte, melange) == remplacer(texte, noms)


NEUTRES = [mot for mot in MOTS if not re.search(r"(?i)\b(?:de|que|du|au|des|aux|à|l|d|qu)\W*$", mot)]


@given(st.lists(st.sampled_from(NEUTRES), max_size=20).map("".join), st.sampled_from(["Rose", "Marie-Rose", "ROSE"]))
def test_le_reste_du_texte_est_intact(autour, nom):
    rendu = remplacer(f"{autour} {nom} {autour}", cle(Rose="Anna", Marie_Rose="Anna"))
    assert rendu.lower() == f"{autour} Anna {autour}".lower()
    assert rendu.startswith(autour)
    assert rendu.endswith(autour)


@given(st.text(max_size=60), CLES)
def test_un_texte_sans_nom_ne_change_pas(texte, noms):
    assume(not motif_noms(REELS).search(texte))
    assert remplacer(texte, noms) == texte


_NOM = st.text(st.characters(categories=["Lu", "Ll", "Lt", "Lo", "Mn"]), min_size=2, max_size=8)


@given(_NOM, TEXTES)
def test_n_importe_quel_nom_est_remplace_sans_erreur(nom, texte):
    assume(nom[0].isalpha())
    rendu = remplacer(f"{texte} {nom} {nom.upper()}.", table((nom, "0")))
    assert not motif_noms([nom]).search(rendu)


# --- corpus -----------------------------------------------------------------------------------------------------


def test_tout_le_corpus_est_pseudonymise_etiquettes_et_description_comprises(composer):
    corpus = composer(E01="Élodie : Le Relais ? Ça va.\n\nROSE : D'Élodie, oui.", O01="Élodie vient du Relais.")
    corpus.documents.loc[0, ["structure", "fonction"]] = ["Le Relais", "directrice du Relais"]
    noms = cle(Élodie="Marion", Rose="Anna", Le_Relais="la ressourcerie")
    rendu = pseudonymiser(corpus, noms)
    assert rendu["E01"].texte == "Marion : La ressourcerie ? Ça va.\n\nANNA : De Marion, oui.\n"
    assert [tour.locuteur for tour in rendu["E01"].tours] == ["Marion", "ANNA"]
    assert rendu["O01"].texte == "Marion vient de la ressourcerie.\n"
    assert rendu.documents.loc[0, ["structure", "fonction"]].tolist() == [
        "La ressourcerie",
        "directrice de la ressourcerie",
    ]
    assert corpus["E01"].tours[0].locuteur == "Élodie"
    assert corpus.documents.at[0, "structure"] == "Le Relais"


def test_une_cle_vide_rend_le_meme_corpus(composer):
    corpus = composer(E01="Élodie : Oui.\nNon.\n\nRose : Bon.")
    assert pseudonymiser(corpus, table()).entretiens == corpus.entretiens


@given(
    paroles=st.lists(st.tuples(st.sampled_from(["Élodie", "Rose Petit", "Enquêtrice"]), TEXTES), max_size=5), noms=CLES
)
def test_le_corpus_pseudonymise_se_relit_tour_pour_tour(paroles, noms, composer):
    avant = composer(E01=Entretien.depuis_paroles("E01", paroles).texte)
    apres = pseudonymiser(avant, noms)
    assert Entretien.depuis_texte("E01", apres["E01"].texte) == apres["E01"]
    assert len(apres["E01"].tours) == len(avant["E01"].tours)
    assert not motif_noms(REELS).search(apres["E01"].texte)


# --- lire la clé ------------------------------------------------------------------------------------------------

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
        ("Zélie;Anna;;oui", "nature inconnue", "Choix possibles : autre, lieu, organisation, personne"),
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
