"""Ce qui reste est trouvé, montré sans jamais être écrit, et ce qui peut rester ne l'est pas."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ess_analyse.pseudonymes.cle import CLE
from ess_analyse.pseudonymes.restes import RESTES, chercher_restes

CLEF = pd.DataFrame(
    [
        ("Sandrine", "Véra", "personne", "oui"),
        ("Morvan", "Castel", "personne", "oui"),
        ("Élodie", "Marion", "personne", "oui"),
        ("Jean-Marc", "Michel", "personne", "oui"),
        ("Rose", "Lucrèce", "personne", "oui"),
        ("N'Diaye", "Sissoko", "personne", "oui"),
        ("La Remise", "la ressourcerie", "organisation", "oui"),
        ("Pontvieux", "le bourg du nord", "lieu", "oui"),
        ("06 12 34 56 78", "[téléphone]", "coordonnées", "oui"),
        ("GesMAD", "", "autre", "non"),
        ("j'ai 43 ans", "", "coordonnées", "non"),
        ("Zaoui", "", "personne", ""),
    ],
    columns=CLE,
    dtype="str",
)


def restes(texte, cle=CLEF):
    table = chercher_restes({"E01": texte}, cle)
    return list(zip(table["sorte"], table["indice"], strict=True))


@pytest.mark.parametrize(
    ("texte", "sorte", "indice"),
    [
        ("On a vu Sandrine.", "nom de la clé", "S…"),
        ("On a vu SANDRINE.", "nom de la clé", "S…"),
        ("ben sandrine est là", "nom de la clé", "s…"),
        ("ben elodie est là", "nom de la clé", "e…"),
        ("Avec Elodie.", "nom de la clé", "E…"),
        ("Avec Jean Marc.", "nom de la clé", "J…"),
        ("Avec Jean‑Marc.", "nom de la clé", "J…"),
        ("avec madame rose", "nom de la clé", "r…"),
        ("On vient de la Remise.", "nom de la clé", "R…"),
        ("S. Morvan l'a dit", "nom de la clé", "M…"),
        ("c'est pontvieux", "nom de la clé", "p…"),
        ("avec JeanMarc oui", "nom soudé", "J…"),
        ("avec jeanmarc oui", "nom soudé", "j…"),
        ("avec Ndiaye oui", "nom soudé", "N…"),
        ("chez les Morvans oui", "pluriel", "M…"),
        ("avec Sandrinne oui", "faute de frappe", "S…"),
        ("avec Sadrine oui", "faute de frappe", "S…"),
        ("avec Snadrine oui", "faute de frappe", "S…"),
        ("avec sandrinne oui", "faute de frappe", "s…"),
        ("à Pontvieu oui", "faute de frappe", "P…"),
        ("signé S.M. oui", "initiales", "S…"),
        ("signé S. M. oui", "initiales", "S…"),
        ("signé S.M oui", "initiales", "S…"),
        ("E. Castel : oui", "initiales", "E…"),
        ("S. Castel, de Sissoko", "initiales", "S…"),
        ("E. CASTEL : oui", "initiales", "E…"),
        ("Véra E. : oui", "initiales", "E…"),
        ("au 06 12 34 56 78", "nom de la clé", "0…"),
        ("au 06 98 76 54 32", "téléphone", "0…"),
        ("elle a 52 ans", "âge", "e…"),
        ("avec Kervella oui", "nom inconnu", "K…"),
        ("avec Zaoui oui", "nom inconnu", "Z…"),
        ("j'ai dit à nathalie", "nom inconnu", "n…"),
        ("à Nantes oui", "nom inconnu", "N…"),
        ("la SAUR a dit", "nom inconnu", "S…"),
    ],
)
def test_un_reste_est_trouve(texte, sorte, indice):
    assert restes(texte) == [(sorte, indice)]


@pytest.mark.parametrize(
    "texte",
    [
        "",
        "Véra et Castel vont à la ressourcerie, avec Michel. Marion aussi.",
        "véra, marion : oui.",
        "Le bourg du nord est loin. Lucrèce, Sissoko.",
        "La rose est rose, une remise, on remise.",
        "Sur GesMAD, j'ai 43 ans, avec la CAF et Excel, en France.",
        "Appelez le [téléphone], dans l'A.C.I. et la S.A.R.L.",
        "Alors là, on ressaisit tout. Avec les gants, non.",
        "ça scotchait partout",
        "On le dit [@E02:10-35 ; @O01:1-9].",
        "Voilà.\n\n## Rendre l'écran",
    ],
)
def test_ce_qui_peut_rester_n_est_pas_un_reste(texte):
    assert restes(texte) == []


def test_les_termes_de_l_equipe_ne_sont_pas_inconnus_mais_un_nom_de_la_cle_y_est_vu():
    dits = {"E01": "O-KERVELLA, R-ZAOUI ; nolwenn, Nolwenn, sandrine."}
    table = chercher_restes(dits, CLEF, termes=["O-KERVELLA", "nolwenn", "sandrine"])
    assert table[["sorte", "indice"]].values.tolist() == [
        ["nom inconnu", "R…"],
        ["nom inconnu", "N…"],
        ["nom de la clé", "s…"],
    ]


def test_un_pseudonyme_proche_d_un_vrai_nom_n_est_pas_une_faute():
    cle = pd.DataFrame([("Marlon", "Marion", "personne", "oui")], columns=CLE, dtype="str")
    assert restes("Marion et Maron.", cle) == [("faute de frappe", "M…")]


def test_la_table_dit_ou_et_ne_montre_aucun_nom():
    texte = "Véra : Bonjour.\n\nVéra : Et là Sandrine Kervella, de Pontvieux,\nSandrinne, au 06 98 76 54 32, à S.M.\n"
    table = chercher_restes({"E01": texte, "fichier E05_Morvan.odt": "E05_Morvan.odt", "page": "rien"}, CLEF)
    assert list(table.columns) == list(RESTES)
    assert list(table["ligne"]) == [3, 3, 3, 4, 4, 4, 1]
    assert list(table["lieu"]) == ["E01"] * 6 + ["fichier E05_M….odt"]
    assert table["contexte"].iloc[0] == "Véra : Bonjour. Véra : Et là ›S…‹ K…, de P…, S…"
    assert all("›" in contexte for contexte in table["contexte"])
    montre = table.to_csv()
    for nom in ("Sandrine", "Kervella", "Pontvieux", "Sandrinne", "06 98", "Morvan", "S.M."):
        assert nom not in montre


def test_sans_reste_ni_cle_la_table_est_vide_mais_entiere():
    vide = pd.DataFrame(columns=CLE, dtype="str")
    assert chercher_restes({}, vide).empty
    assert list(chercher_restes({}, vide).columns) == list(RESTES)
    assert [sorte for sorte, _ in restes("Avec Sandrine.", vide)] == ["nom inconnu"]


NOMS = ["Sandrine", "Morvan", "Jean-Marc", "N'Diaye", "Pontvieux", "Élodie"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["Véra", "Oui", "on", "va", "à", "la", "ressourcerie", ",", "."]), max_size=10),
    st.sampled_from(NOMS),
    st.sampled_from([str, str.upper, lambda nom: nom.replace("É", "E"), lambda nom: nom.replace("-", " ")]),
    st.integers(0, 9),
)
def test_un_nom_plante_n_importe_ou_est_trouve_et_jamais_montre(mots, nom, ecrire, place):
    ecrit = ecrire(nom)
    table = chercher_restes({"E01": " ".join([*mots[:place], ecrit, *mots[place:]])}, CLEF)
    assert "nom de la clé" in set(table["sorte"])
    assert ecrit not in table.to_csv()


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["Sandrine", "Pontvieux", "Morvan"]), st.integers(1, 5), st.sampled_from("zkxw"))
def test_toute_faute_d_une_lettre_dans_un_nom_long_est_trouvee(nom, place, lettre):
    for faute in (nom[:place] + lettre + nom[place:], nom[:place] + lettre + nom[place + 1 :]):
        assert restes(f"avec {faute} oui") == [("faute de frappe", f"{faute[0]}…")]
