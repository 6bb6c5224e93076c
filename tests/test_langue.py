import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.attrs import NORM

from ess_analyse.langue import charger_langue, charger_lexique, decouper, nommer, reperer


def racines(texte):
    return [mot.racine for mot in next(decouper([texte]))]


def reperages(texte, indices, sauf=None):
    return [
        (trouve.code, trouve.indice, texte[trouve.debut : trouve.fin])
        for trouve in next(reperer([texte], indices, sauf))
    ]


def test_la_langue_n_est_chargee_qu_une_fois():
    assert charger_langue() is charger_langue()


@pytest.mark.parametrize(
    ("forme", "autre"),
    [
        ("ressaisir", "ressaisissait"),
        ("logiciel", "Logiciels"),
        ("ordinateur", "ORDINATEURS"),
        ("former", "formées"),
        ("l'écran", "l’écran"),
        ("d'outil", "de outils"),
        ("bidouiller", "bidouille"),
        ("connexion", "connexions"),
        ("emploi", "emplois"),
    ],
)
def test_deux_flexions_ont_la_meme_racine(forme, autre):
    assert racines(forme) == racines(autre)


@pytest.mark.parametrize(
    ("forme", "autre"),
    [
        ("données", "donner"),
        ("format", "formation"),
        ("sais", "saisie"),
        ("café", "CAF"),
        ("devis", "devait"),
        ("direction", "directe"),
        ("pêche", "péché"),
        ("maïs", "mais"),
    ],
)
def test_deux_mots_etrangers_gardent_deux_racines(forme, autre):
    assert racines(forme) != racines(autre)


def test_un_mot_deja_au_vocabulaire_a_sa_racine():
    nlp = charger_langue()
    lexemes = [lexeme for lexeme in nlp.vocab if lexeme.orth_.isalpha()]
    assert lexemes
    assert all(lexeme.norm_ == nlp.vocab.lex_attr_getters[NORM](lexeme.orth_) for lexeme in lexemes)


def test_aucune_exception_du_decoupage_ne_cache_une_racine():
    regles = charger_langue().tokenizer.rules.values()
    assert regles
    assert not any(NORM in mot for mots in regles for mot in mots)


def test_un_indice_ecrit_une_fois_retrouve_ses_flexions():
    indices = {"R-CHARGE": ["double saisie"], "O-COMP": ["se former"]}
    assert reperages("Des doubles saisies, oui ; on s'est formés… enfin, il se forme.", indices) == [
        ("R-CHARGE", "double saisie", "doubles saisies"),
        ("O-COMP", "se former", "se forme"),
    ]


def test_le_plus_long_l_emporte_dans_un_code_et_non_entre_deux():
    indices = {"A": ["temps", "perte de temps"], "B": ["temps"]}
    assert reperages("Une perte de temps.", indices) == [
        ("A", "perte de temps", "perte de temps"),
        ("B", "temps", "temps"),
    ]


def test_deux_places_du_meme_indice_sont_rendues_dans_l_ordre():
    trouves = next(reperer(["mail, mails"], {"A": ["mail"]}))
    assert [(trouve.debut, trouve.fin) for trouve in trouves] == [(0, 4), (6, 11)]


def test_sauf_annule_ce_qu_il_recouvre_dans_son_seul_code():
    indices, sauf = {"A": ["temps"], "B": ["temps"]}, {"A": ["temps plein"]}
    assert reperages("À temps plein, sans avoir le temps.", indices, sauf) == [
        ("A", "temps", "temps"),
        ("B", "temps", "temps"),
        ("B", "temps", "temps"),
    ]
    assert next(reperer(["À temps plein, sans avoir le temps."], indices, sauf))[0].debut == 29


def test_sauf_n_annule_pas_un_indice_plus_long_que_lui():
    assert reperages("Du temps plein les bras.", {"A": ["temps plein les bras"]}, {"A": ["temps plein"]})


def test_sauf_d_un_code_sans_indice_ne_rend_rien():
    assert reperages("Un temps plein.", {"A": ["outil"]}, {"B": ["temps plein"]}) == []


@pytest.mark.parametrize("blanc", [" ", "  ", "\n", "\u00a0", "\u202f \t"])
def test_un_blanc_en_vaut_un_autre(blanc):
    texte = f"Le mot{blanc}de{blanc}passe !"
    assert reperages(texte, {"A": ["mot de passe"]}) == [("A", "mot de passe", f"mot{blanc}de{blanc}passe")]


@pytest.mark.parametrize(
    ("textes", "indices", "attendu"),
    [
        ([], {"A": ["outil"]}, []),
        (["", " "], {"A": ["outil"]}, [[], []]),
        (["un outil"], {}, [[]]),
        (["un outil"], {"A": []}, [[]]),
        (["un outil"], {"A": [" "]}, [[]]),
    ],
)
def test_rien_ne_donne_rien(textes, indices, attendu):
    assert list(reperer(textes, indices)) == attendu


def test_les_places_sont_en_points_de_code():
    assert reperages("🙂🙂 des écrans", {"A": ["écran"]}) == [("A", "écran", "écrans")]


def test_les_mots_outils_sont_signales_et_la_ponctuation_ecartee():
    assert [(mot.racine, mot.outil) for mot in next(decouper(["Mais l'outil, « bof »."]))] == [
        ("mais", True),
        ("le", True),
        ("outil", False),
        ("bof", False),
    ]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.text(st.sampled_from("aéfin mots’'-.,!\n\u00a0🙂ŒİßA"), max_size=40), max_size=4))
def test_les_mots_sont_des_tranches_ordonnees_du_texte(textes):
    textes = [unicodedata.normalize("NFC", texte) for texte in textes]
    for texte, mots in zip(textes, decouper(textes), strict=True):
        bornes = [borne for mot in mots for borne in (mot.debut, mot.fin)]
        assert bornes == sorted(bornes)
        assert all(0 <= mot.debut < mot.fin <= len(texte) for mot in mots)
        assert not any(signe.isspace() for mot in mots for signe in texte[mot.debut : mot.fin])


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(["perte", "de", "temps", "plein", "outils", ",", "  "]), max_size=12))
def test_dans_un_code_les_indices_ne_se_recouvrent_jamais(mots):
    texte = " ".join(mots)
    trouves = next(reperer([texte], {"A": ["perte de temps", "temps", "temps plein", "outil", "de temps"]}))
    assert all(avant.fin <= apres.debut for avant, apres in pairwise(trouves))
    assert bool(trouves) == ("temps" in mots or "outils" in mots)


# --- le lexique et les noms --------------------------------------------------------------------------------------


@pytest.mark.parametrize("mot", ["maison", "ressaisissons", "œuvre", "cœur", "aux", "canadiennes"])
def test_un_mot_du_dictionnaire_y_est(mot):
    assert mot in charger_lexique()


@pytest.mark.parametrize("mot", ["sandrine", "kervella", "morvan", "", "xzqw"])
def test_un_nom_n_est_pas_au_dictionnaire(mot):
    assert mot not in charger_lexique()


def test_les_formes_sont_rangees_de_la_plus_a_la_moins_frequente():
    # Nothing but this test promises the order of the model's vectors.
    lexique = charger_lexique()
    assert lexique.rang("de") < lexique.rang("maison") < lexique.rang("bidouillage")
    assert lexique.rang("Sandrine") < lexique.rang("sandrine")
    assert lexique.rang("xzqwvk") is None


@pytest.mark.parametrize("mot", ["rose", "pierre", "claire", "mai", "hein", "tablette", "smartphone", "aux", "petit"])
def test_un_mot_courant_l_est_meme_s_il_est_aussi_un_nom(mot):
    assert charger_lexique().est_courant(mot)


@pytest.mark.parametrize("mot", ["sandrine", "isabelle", "lille", "jean", "marie", "rennes", "scotchait"])
def test_un_nom_sans_capitale_n_est_pas_un_mot_courant(mot):
    assert not charger_lexique().est_courant(mot)


def test_les_noms_sont_des_tranches_de_leur_texte():
    textes = ["Ben Sandrine, elle est partie à Nantes.", "", "Rien.", "🙂 Et Karim Belhadj ?"]
    trouves = list(nommer(textes))
    assert len(trouves) == len(textes)
    assert [[texte[nom.debut : nom.fin] for nom in noms] for texte, noms in zip(textes, trouves, strict=True)][1] == []
    assert "Nantes" in [textes[0][nom.debut : nom.fin] for nom in trouves[0]]
    assert "Karim Belhadj" in textes[3][trouves[3][0].debut : trouves[3][0].fin]


def test_un_long_texte_est_lu_par_paquets_sans_decaler_les_places():
    phrase = "Alors on a demandé à Sandrine de venir à Nantes. "
    texte = phrase * 120
    noms = next(nommer([texte]))
    assert len(noms) > 120
    assert {texte[nom.debut : nom.fin].strip() for nom in noms} <= {"Sandrine", "Nantes", "Nantes."}


def test_un_texte_sans_phrase_est_coupe_quand_meme():
    texte = "euh " * 2000
    assert next(nommer([texte])) == []
