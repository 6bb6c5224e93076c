"""Reconnaître qui parle."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.lecture import depouiller, lire_entretien
from ess_analyse.lecture.etiquettes import lire_etiquette, plier
from ess_analyse.lecture.paragraphes import Paragraphe
from ess_analyse.lecture.tours import reconnaitre_tours
from ess_analyse.modele import Entretien


def tours(*dits, **options) -> list[tuple[str, str]]:
    paragraphes = [dit if isinstance(dit, Paragraphe) else Paragraphe(dit) for dit in dits]
    return [(parole.locuteur, parole.texte) for parole in reconnaitre_tours(paragraphes, **options).paroles]


# --- un nom devant chaque tour -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("un", "deux", "noms"),
    [
        ("Claire : ", "Rose : ", ("Claire", "Rose")),
        ("Claire: ", "Rose: ", ("Claire", "Rose")),
        ("Claire\u00a0: ", "Rose\u202f: ", ("Claire", "Rose")),
        ("Claire :\u00a0", "Rose :\u00a0", ("Claire", "Rose")),
        ("CLAIRE – ", "ROSE — ", ("CLAIRE", "ROSE")),
        ("Q : ", "R : ", ("Q", "R")),
        ("Q. : ", "R. : ", ("Q.", "R.")),
        ("Q. – ", "R. – ", ("Q.", "R.")),
        ("[00:01:02] Claire : ", "[01:02] Rose : ", ("Claire", "Rose")),
        ("00:01:02.500 Claire : ", "(00:01:02) Rose : ", ("Claire", "Rose")),
        ("Claire [00:01:02] : ", "Rose (01:02): ", ("Claire", "Rose")),
        ("00:01 – Claire : ", "00:02 - Rose : ", ("Claire", "Rose")),
        ("12. Claire : ", "13) Rose : ", ("Claire", "Rose")),
        ("Mme Le Goff : ", "Jean-Marc N'Diaye : ", ("Mme Le Goff", "Jean-Marc N'Diaye")),
        ("Enquêteur 1 : ", "Locuteur 2 : ", ("Enquêteur 1", "Locuteur 2")),
        ("Élodie : ", "Œdipe : ", ("Élodie", "Œdipe")),
        ("Question : ", "Réponse : ", ("Question", "Réponse")),
        ("Elle : ", "Lui : ", ("Elle", "Lui")),
    ],
)
def test_les_etiquettes_de_locuteur_sont_reconnues(un, deux, noms):
    assert tours(f"{un}Ça va ?", f"{deux}Oui.", "Enfin bon.", f"{un}Bien.", f"{deux}Voilà.") == [
        (noms[0], "Ça va ?"),
        (noms[1], "Oui.\nEnfin bon."),
        (noms[0], "Bien."),
        (noms[1], "Voilà."),
    ]


@pytest.mark.parametrize(
    "paragraphe",
    [
        "Ça commence à 9:30 le matin.",
        "moi : je trie.",
        "Une phrase bien trop longue pour un nom : oui.",
        "https://exemple.fr : le site.",
        "Claire:oui",
        "- Claire : oui",
        "12 : oui",
        ": oui",
        "Claire",
        "Claire - oui",
        "Je dis « non » : voilà",
        "Une Phrase De Cinq Mots : oui",
        "[Note : dans le tableur]",
    ],
)
def test_ce_qui_n_est_pas_une_etiquette_n_en_est_pas_une(paragraphe):
    assert lire_etiquette(Paragraphe(paragraphe)) is None


def test_une_etiquette_dit_tout_ce_qu_elle_porte():
    etiquette = lire_etiquette(Paragraphe("4. [01:02] Mme Petit :", gras=20))
    assert (etiquette.nom, etiquette.dit, etiquette.moment, etiquette.numero) == ("Mme Petit", "", 62.0, "4.")
    assert etiquette.gras


def test_un_nom_seul_devant_deux_points_ouvre_le_tour_qui_suit():
    dits = ["Claire :", "Ça va ?", "Rose :", "Oui.", "Trois choses :", "le tri,", "Claire :", "Bien.", "Rose : Non."]
    assert tours(*dits) == [
        ("Claire", "Ça va ?"),
        ("Rose", "Oui.\nTrois choses :\nle tri,"),
        ("Claire", "Bien."),
        ("Rose", "Non."),
    ]


def test_deux_paragraphes_du_meme_nom_font_un_tour():
    assert tours("Claire : un", "Claire : deux", "Rose : trois", "Rose : quatre", suite=" ") == [
        ("Claire", "un deux"),
        ("Rose", "trois quatre"),
    ]


def test_de_tres_longues_reponses_ne_cachent_pas_les_tours():
    dits = []
    for rang in range(4):
        dits += [f"Enquêtrice : Et ensuite, {rang} ?", "Marion : Ben."] + ["On ressaisit, voilà."] * 20
    assert {nom for nom, _ in tours(*dits)} == {"Enquêtrice", "Marion"}


# --- ce qui ressemble à un nom -------------------------------------------------------------------------------------


def test_un_nom_entendu_une_fois_parmi_des_locuteurs_connus_est_un_locuteur():
    lu = reconnaitre_tours(
        [
            Paragraphe(dit)
            for dit in ("Claire : Ça va ?", "Rose : Oui.", "Paul : Bonjour !", "Claire : Bien.", "Rose : Oui.")
        ]
    )
    assert [parole.locuteur for parole in lu.paroles] == ["Claire", "Rose", "Paul", "Claire", "Rose"]
    assert lu.constats == ("1 nom n'ouvre qu'un tour (paragraphe 3) : vérifiez que c'est un locuteur",)


@pytest.mark.parametrize("fois", [1, 2, 5])
@pytest.mark.parametrize("mot", ["Attention", "Par exemple", "Résultat", "Il dit", "Donc", "Remarque", "D’abord"])
def test_un_mot_suivi_de_deux_points_n_est_pas_un_locuteur(mot, fois):
    dits = ["Claire : Ça va ?", "Rose : Oui."] * 6
    dits[4:4] = [f"{mot} : c'est lourd."] * fois
    assert {nom for nom, _ in tours(*dits)} == {"Claire", "Rose"}


def test_un_mot_qui_ressemble_a_un_nom_est_signale_sans_etre_cite():
    dits = ["Claire : Ça va ?", "Rose : Oui.", "Enfin bon.", "On trie.", "Budget : zéro."] * 2
    dits[4] = "On pèse."
    lu = reconnaitre_tours([Paragraphe(dit) for dit in dits])
    assert {parole.locuteur for parole in lu.paroles} == {"Claire", "Rose"}
    assert lu.constats == (
        "1 début de paragraphe suivi de deux-points (paragraphe 10) : lu comme du texte, non comme un locuteur",
    )


@pytest.mark.parametrize("nom", ["Mme Petit", "Enquêtrice 2", "Locuteur 3"])
def test_un_nom_evident_entendu_une_fois_est_un_locuteur(nom):
    dits = ["Claire : Ça va ?", "Rose : Oui.", "Enfin bon.", "On trie."] * 3
    assert nom in {qui for qui, _ in tours(*dits, f"{nom} : Bonjour.")}


def test_un_mot_ecrit_ailleurs_en_minuscules_n_est_pas_un_nom_nouveau():
    dits = ["Claire : Ça va ?", "Rose : Oui, le budget."] * 3
    assert {qui for qui, _ in tours(*dits, "Budget : zéro.")} == {"Claire", "Rose"}


@pytest.mark.parametrize(
    ("un", "deux"),
    [
        (Paragraphe("Claire : Ça va ?", gras=8), Paragraphe("Rose : Oui.", gras=6)),
        (Paragraphe("CLAIRE : Ça va ?"), Paragraphe("ROSE : Oui.")),
        (Paragraphe("[00:01] Claire : Ça va ?"), Paragraphe("[00:02] Rose : Oui.")),
    ],
)
def test_la_marque_commune_a_tous_les_noms_ecarte_les_autres(un, deux):
    dits = [un, deux] * 4
    noms = {nom for nom, _ in tours(*dits, "Budget : zéro.", *dits, "Budget : zéro.")}
    assert {nom.title() for nom in noms} == {"Claire", "Rose"}


# --- d'autres écritures --------------------------------------------------------------------------------------------


def test_les_initiales_suffisent_sans_deux_points():
    assert tours("Q. Ça va ?", "R. Oui.", "Enfin.", "Q. Bien ?", "R. Oui.") == [
        ("Q.", "Ça va ?"),
        ("R.", "Oui.\nEnfin."),
        ("Q.", "Bien ?"),
        ("R.", "Oui."),
    ]


def test_un_nom_et_un_horodatage_seuls_sur_leur_ligne_ouvrent_un_tour():
    dits = ["Claire Petit  0:03\nÇa va ?", "Rose, 0:05", "Oui.", "Claire Petit  0:09\nBien.", "Rose 1:00:00"]
    lu = reconnaitre_tours([Paragraphe(dit) for dit in [*dits, "Voilà."]])
    assert [tuple(parole) for parole in lu.paroles] == [
        ("Claire Petit", "Ça va ?", (3.0, 5.0)),
        ("Rose", "Oui.", (5.0, 9.0)),
        ("Claire Petit", "Bien.", (9.0, 3600.0)),
        ("Rose", "Voilà.", (3600.0, 3600.0)),
    ]
    assert lu.constats == ("4 horodatages devenus le temps de leur tour",)


def test_des_noms_en_gras_ouvrent_un_tour_sans_deux_points():
    dits = [
        Paragraphe("Claire Ça va ?", gras=6),
        Paragraphe("Rose\nOui.", gras=4),
        Paragraphe("Très bien.", gras=4),
        Paragraphe("Claire Bien.", gras=6),
        Paragraphe("Rose Voilà.", gras=4),
    ]
    assert tours(*dits) == [
        ("Claire", "Ça va ?"),
        ("Rose", "Oui.\nTrès bien."),
        ("Claire", "Bien."),
        ("Rose", "Voilà."),
    ]


def test_des_noms_seuls_sur_leur_ligne_ouvrent_un_tour():
    dits = ["Claire", "Ça va ?", "Mme Petit", "Oui.", "Enfin.", "Claire", "Bien.", "Mme Petit\nVoilà."]
    assert tours("Le 3 mai", *dits) == [
        ("Préambule", "Le 3 mai"),
        ("Claire", "Ça va ?"),
        ("Mme Petit", "Oui.\nEnfin."),
        ("Claire", "Bien."),
        ("Mme Petit", "Voilà."),
    ]


def test_des_titres_qui_reviennent_ne_sont_pas_des_noms():
    dits = ["Constat", "On ressaisit.", "On trie.", "Constat", "On pèse.", "Constat", "On range."]
    assert tours(*dits) == [("", dit) for dit in dits]


def test_un_nom_connu_en_gras_ouvre_un_tour_sans_deux_points():
    dits = ["Claire : Ça va ?", "Rose : Oui.", "Claire : Bien.", Paragraphe("Rose Voilà.", gras=4)]
    assert tours(*dits)[-1] == ("Rose", "Voilà.")


def test_les_questions_sans_nom_separent_les_tours():
    dits = ["Entretien de juin.", "Ça va ?", "Oui.", "Plutôt.", "Et le tri ?", "On trie.", "Et l'outil ?", "Bof."]
    assert tours(*dits) == [
        ("Préambule", "Entretien de juin."),
        ("Question", "Ça va ?"),
        ("Réponse", "Oui.\nPlutôt."),
        ("Question", "Et le tri ?"),
        ("Réponse", "On trie."),
        ("Question", "Et l'outil ?"),
        ("Réponse", "Bof."),
    ]


def test_les_questions_en_gras_separent_les_tours_meme_sans_point_d_interrogation():
    questions = ["Ça va ?", "Parlez-moi du tri.", "Et l'outil ?"]
    dits = [p for q in questions for p in (Paragraphe(q, gras=len(q)), Paragraphe("On trie, vous voyez ?"))]
    assert tours(*dits) == [p for q in questions for p in (("Question", q), ("Réponse", "On trie, vous voyez ?"))]


def test_des_titres_en_gras_ne_sont_pas_des_questions():
    dits = [
        p for titre in ("Un", "Deux", "Trois") for p in (Paragraphe(f"{titre} axe", gras=7), Paragraphe("On trie."))
    ]
    assert {nom for nom, _ in tours(*dits)} == {""}


@pytest.mark.parametrize(
    "dits",
    [
        [],
        ["Un seul."],
        ["Ça va ?", "Oui.", "Et toi ?", "Non."],
        ["Objectif : former.", "Public : tous.", "Lieu : l'atelier."],
        ["Il est 9 h.", "On trie.", "Qui pèse ?", "Personne.", "On range.", "On balaie.", "On ferme."],
    ],
)
def test_un_document_sans_tours_garde_ses_paragraphes(dits):
    assert tours(*dits) == [("", dit) for dit in dits]


# --- le temps ------------------------------------------------------------------------------------------------------


def test_un_horodatage_devient_le_temps_du_tour_jusqu_au_suivant():
    dits = ["[00:00:01] Claire : Ça va ?", "Rose : Oui.", "[00:01:02] Claire : Bien.", "[00:02] Rose : Retour."]
    lu = reconnaitre_tours([Paragraphe(dit) for dit in dits])
    assert [parole.temps for parole in lu.paroles] == [(1.0, 62.0), None, (62.0, 62.0), (2.0, 2.0)]
    assert lu.constats == ("3 horodatages devenus le temps de leur tour",)


def test_un_horodatage_seul_sur_sa_ligne_date_le_tour_qui_suit():
    dits = ["[00:01]", "Claire : Ça va ?", "[00:02]", "Rose : Oui.", "Claire : Bien.", "[00:09]", "Enfin bon."]
    lu = reconnaitre_tours([Paragraphe(dit) for dit in dits])
    assert [tuple(parole) for parole in lu.paroles] == [
        ("Claire", "Ça va ?", (1.0, 2.0)),
        ("Rose", "Oui.", (2.0, 2.0)),
        ("Claire", "Bien.\n[00:09]\nEnfin bon.", None),
    ]


def test_le_temps_du_format_l_emporte_sur_l_horodatage():
    dits = [Paragraphe(f"[00:0{n}] Claire : Oui.", temps=(10.0 + n, 11.0 + n)) for n in range(3)]
    [parole] = reconnaitre_tours(dits).paroles
    assert parole == ("Claire", "Oui.\nOui.\nOui.", (10.0, 13.0))


def test_des_paragraphes_sans_locuteur_gardent_leur_temps():
    [parole] = reconnaitre_tours([Paragraphe("Il pleut.", temps=(1.0, 2.0))]).paroles
    assert parole == ("", "Il pleut.", (1.0, 2.0))


# --- ce que le format dit ------------------------------------------------------------------------------------------


def test_le_locuteur_du_format_l_emporte_toujours():
    dits = [
        Paragraphe("Bonjour."),
        Paragraphe("Rose : elle dit oui.", "Claire"),
        Paragraphe("Claire : bien.", "Claire"),
        Paragraphe("Attention : c'est lourd."),
        Paragraphe("Rose : Oui."),
        Paragraphe("Oui.", "Rose"),
        Paragraphe("Rose"),
    ]
    assert tours(*dits) == [
        ("Préambule", "Bonjour."),
        ("Claire", "Rose : elle dit oui.\nbien.\nAttention : c'est lourd."),
        ("Rose", "Oui.\nOui.\nRose"),
    ]


@pytest.mark.parametrize(
    ("nom", "attendu"), [("Dr : Petit", "Dr Petit"), (" Rose\n Petit ", "Rose Petit"), ("E\u0301lodie", "Élodie")]
)
def test_un_nom_du_format_tient_dans_une_etiquette(nom, attendu, ecrire):
    [parole] = reconnaitre_tours([Paragraphe("Oui.", nom)]).paroles
    assert parole.locuteur == attendu
    entretien = Entretien.depuis_paroles("E01", [parole[:2]])
    assert Entretien.depuis_texte("E01", entretien.texte) == entretien


def test_un_nom_du_format_bien_trop_long_rejoint_le_texte():
    assert tours(Paragraphe("Oui.", "mot " * 20)) == [("", "mot " * 19 + "mot – Oui.")]


# --- ce que la personne dit ----------------------------------------------------------------------------------------

DOUTE = [
    "Préparatifs.",
    "ELODIE : Ça va ?",
    "Rose – Oui.",
    "Budget : zéro.",
    "Élodie - Bien.",
    "Budget : deux.",
    "Rose",
]


def test_les_locuteurs_demandes_ouvrent_seuls_un_tour():
    assert tours(*DOUTE, "Fin.", locuteurs=["élodie", "rose"]) == [
        ("Préambule", "Préparatifs."),
        ("ELODIE", "Ça va ?"),
        ("Rose", "Oui.\nBudget : zéro."),
        ("ELODIE", "Bien.\nBudget : deux.\nRose\nFin."),
    ]


def test_un_nom_demande_seul_sur_ses_lignes_ouvre_ses_tours():
    assert tours("Rose", "Oui.", "Claire", "Non.", locuteurs=["Rose", "Claire"]) == [
        ("Rose", "Oui."),
        ("Claire", "Non."),
    ]


@pytest.mark.parametrize("aucun", ["aucun", ["aucun"], ["Aucun"]])
def test_aucun_locuteur_n_est_cherche_quand_il_n_y_en_a_pas(aucun):
    dits = ["Claire : Ça va ?", "Rose : Oui."] * 3
    assert tours(*dits, locuteurs=aucun) == [("", dit) for dit in dits]


@pytest.mark.parametrize("vide", [None, (), []])
def test_sans_demande_les_locuteurs_sont_reconnus(vide):
    assert tours("Claire : un", "Claire : deux", locuteurs=vide) == [("Claire", "un\ndeux")]


def test_un_locuteur_demande_et_jamais_trouve_est_un_probleme(ecrire):
    chemin = ecrire("E01.txt", "Claire : Ça va ?\n\nRose : Oui.\n\nClaire : Bien.\n\nRose : Oui.\n")
    with pytest.raises(ErreurDonnees) as prise:
        lire_entretien(chemin, locuteurs=["Claire", "Roze", "Zébulon"])
    assert [(Path(p.fichier).name, p.message, p.valeur, p.remede) for p in prise.value.problemes] == [
        ("E01.txt", "locuteur demandé, jamais trouvé en tête d'un tour", "Roze", "vouliez-vous dire « Rose » ?"),
        ("E01.txt", "locuteur demandé, jamais trouvé en tête d'un tour", "Zébulon", "choix possibles : Claire, Rose"),
    ]


def test_un_locuteur_que_le_format_donne_est_trouve(ecrire):
    vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Élodie>Oui.\n"
    assert depouiller(ecrire("E01.vtt", vtt), locuteurs=["ELODIE"]).tours == {"Élodie": 1}


def test_les_noms_se_comparent_sans_casse_accents_ni_blancs():
    assert plier(" Mme\u00a0LE\u202fGOFF. ") == plier("mme le goff") == "mme le goff"
    assert plier("N’Diaye") == plier("n'diaye")


# --- rien n'est perdu ----------------------------------------------------------------------------------------------

_OUVERTURE = st.sampled_from(
    [
        *("", "", "Claire : ", "Rose: ", "ROSE – ", "[00:01:02] Paul : ", "Q. – ", "R. – ", "Q. ", "R. ", "- ", "1. "),
        *("Trois choses :", "Claire :", "  ", "Élodie ", "Attention : ", "**Rose** ", "Rose", "Paul 0:03", "[00:07]"),
    ]
)
_DIT = st.lists(
    st.sampled_from(["Ça va ?", "Oui.", "on ressaisit tout le matin et le soir", "à 9:30 ", "« bon »", " ", "…"]),
    max_size=4,
).map("".join)
_LIGNE = st.builds(str.__add__, _OUVERTURE, _DIT)
_HORODATAGE = re.compile(r"\[00:01:02\]|0:03|\[00:07\]|\b1\.")
_NOMS = re.compile("Claire|Rose|ROSE|Paul|Élodie|[QR]|Préambule|Question|Réponse|Trois choses")


# The name of a speaker who goes on is written once, whatever the source did: names do not count here.
@given(
    lignes=st.lists(_LIGNE, max_size=15),
    encodage=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    extension=st.sampled_from([".txt", ".md"]),
)
def test_toutes_les_lettres_d_un_texte_sont_dans_l_entretien(lignes, encodage, extension, ecrire, lettres, paroles):
    texte = "\n".join(lignes)

    def dites(dit: str) -> str:
        return lettres(_NOMS.sub("", _HORODATAGE.sub("", dit)))

    if not dites(texte):
        return
    entretien = lire_entretien(ecrire(f"E01{extension}", texte.encode(encodage)))
    assert dites("\n".join(dit for _, dit in paroles(entretien))) == dites(texte)
    parle = any(tour.locuteur for tour in entretien.tours)
    relu = Entretien.depuis_texte("E01", entretien.texte, parle=parle)
    assert [(t.locuteur, t.debut, t.fin) for t in relu.tours] == [(t.locuteur, t.debut, t.fin) for t in entretien.tours]


_NOM = st.sampled_from(["Claire", "Rose", "Paul Petit", "Q.", "Attention", "Locuteur 2"])
_PARAGRAPHE = st.builds(
    lambda nom, separateur, dit, gras, voix, temps: Paragraphe(
        (nom + separateur + dit).strip() or "…", voix, temps, len(nom) if gras else 0
    ),
    st.one_of(st.just(""), _NOM),
    st.sampled_from([" : ", ": ", " – ", " ", "\n", " 0:03\n"]),
    st.sampled_from(["Oui.", "Ça va ?", "on trie", "Rose", ""]),
    st.booleans(),
    st.one_of(st.none(), _NOM),
    st.one_of(st.none(), st.just((1.0, 2.0))),
)


# Here names count: each letter is in the words, in the name of the turn, or in a counted finding.
@given(
    paragraphes=st.lists(_PARAGRAPHE, max_size=20),
    demandes=st.sampled_from([None, ["aucun"], ["Claire", "rose"], ["Attention"]]),
)
def test_chaque_paragraphe_est_dans_son_tour_ou_compte(paragraphes, demandes, lettres):
    lu = reconnaitre_tours(paragraphes, locuteurs=demandes)
    reste = "".join(lettres(parole.locuteur) + lettres(parole.texte) for parole in lu.paroles)
    for paragraphe in paragraphes:
        dit = re.split(r" : |: | – |\n", paragraphe.texte)[-1]
        assert lettres(dit) in reste or any(re.match(r"\d+ (nom|horodatage)", constat) for constat in lu.constats)
    assert all(parole.texte and parole.locuteur == parole.locuteur.strip() for parole in lu.paroles)
