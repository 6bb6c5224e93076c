"""Les raisons d'une suggestion : les bons mots, le bon exemple."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.modele import CODAGES, SEGMENTS
from ess_analyse.suggestions import suggerer
from ess_analyse.suggestions.explication import rapprocher

GRILLE = Grille(
    1,
    (Dimension("theme", "Thème"),),
    (
        Code(
            "R-CHARGE",
            "theme",
            "Charge",
            "Le travail en trop",
            (),
            (),
            ("C'est trop.",),
            (),
            ("ressaisir", "double saisie"),
        ),
        Code("O-COMP", "theme", "Compétences", "Apprendre", (), (), ("Elle se forme.",), (), ("se former",)),
    ),
)
EXEMPLES = pd.DataFrame(
    {
        "texte": [
            *(
                "Le tableur nous prend la soirée.",
                "Le fourgon attend pendant qu'on remplit le tableur.",
                "La stagiaire progresse.",
            ),
            *("Le fourgon est bleu.", "La stagiaire apprend le tableur."),
        ],
        "codes": ["R-CHARGE", "R-CHARGE", "O-COMP", "-", "O-COMP"],
    }
)


def poser(*textes, locuteur="Ana"):
    lignes, debut = [], 10
    for texte in textes:
        lignes.append((f"E01:{debut}-{debut + len(texte)}", "E01", 1, locuteur, debut, debut + len(texte), texte))
        debut += len(texte) + 1
    return pd.DataFrame(lignes, columns=SEGMENTS)


def ligne(table, code, rang=0):
    segment = table["segment"].unique()[rang]
    [trouvee] = table[(table["segment"] == segment) & (table["code"] == code)].to_dict("records")
    return trouvee


def test_l_exemple_cite_est_le_plus_proche_de_son_code():
    table = suggerer(
        poser("On remplit encore le tableur.", "La stagiaire sait remplir."), GRILLE, exemples=EXEMPLES, seuil=0
    )
    assert ligne(table, "R-CHARGE")["exemple"] == EXEMPLES["texte"][1]
    assert ligne(table, "O-COMP")["exemple"] == EXEMPLES["texte"][4]
    assert ligne(table, "O-COMP", 1)["exemple"] == EXEMPLES["texte"][2]


def test_sans_mot_commun_aucun_exemple_n_est_cite():
    table = suggerer(poser("Zut."), GRILLE, exemples=EXEMPLES, seuil=0)
    assert (table["exemple"] == "").all()


def test_une_suggestion_non_retenue_n_en_cite_pas():
    table = suggerer(poser("On remplit le tableur."), GRILLE, exemples=EXEMPLES, seuil=1)
    assert (table["exemple"] == "").all()


@pytest.mark.parametrize(
    ("texte", "nuance"),
    [
        ("On a une double saisie.", ""),
        ("On n'a pas de double saisie.", "negation"),
        ("Cela éviterait la double saisie.", "reduction conditionnel"),
        ("Est-ce qu'il y a une double saisie ?", "question"),
    ],
)
def test_une_nuance_est_dite_et_abaisse_le_score(texte, nuance):
    neutre = ligne(suggerer(poser("On a une double saisie."), GRILLE, exemples=EXEMPLES.head(0)), "R-CHARGE")
    trouvee = ligne(suggerer(poser(texte), GRILLE, exemples=EXEMPLES.head(0)), "R-CHARGE")
    assert set(trouvee["nuance"].split()) == set(nuance.split())
    assert trouvee["indice"] == "double saisie"
    assert (trouvee["score"] < neutre["score"]) == bool(nuance)
    assert trouvee["score"] > 0.2


def test_les_mots_appris_de_l_etude_s_expliquent_aussi():
    segments = poser(*["Encore le bordereau rose.", "Il fait beau."] * 8)
    codes = ["R-CHARGE", "-"] * 8
    codages = pd.DataFrame(
        [(segment, "A", code, "humain") for segment, code in zip(segments["segment"], codes, strict=True)],
        columns=CODAGES,
    )
    trouvee = ligne(suggerer(segments, GRILLE, codages, exemples=EXEMPLES), "R-CHARGE")
    assert trouvee["methode"] == "modele"
    assert {"bordereau", "rose"} & set(trouvee["indice"].split())


def test_rapprocher_est_un_cosinus():
    rng = np.random.default_rng(0)
    phrases, exemples = (
        table / np.linalg.norm(table, axis=1)[:, None] for table in (rng.random((5, 8)), rng.random((20, 8)))
    )
    siens = np.array([3, 4, 9, 17])
    trouves = rapprocher(csr_matrix(phrases), csr_matrix(exemples), siens)
    np.testing.assert_array_equal(trouves, siens[(phrases @ exemples[siens].T).argmax(axis=1)])
    assert rapprocher(csr_matrix((1, 8)), csr_matrix(exemples), siens).tolist() == [-1]
