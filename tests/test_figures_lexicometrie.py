"""Les figures des mots : tout y est écrit une fois, rien ne s'y couvre, elles ne bougent pas."""

from __future__ import annotations

import io
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.figures import preparer_figures, tracer_dendrogramme, tracer_plan, tracer_similitudes
from ess_analyse.figures.lexicometrie import _derouler
from ess_analyse.lexicometrie import analyser_correspondances

ARBRE = pd.DataFrame(
    [(1, 0, 20, 9.4, 0), (2, 1, 12, 1234.0, 0), (3, 1, 8, np.nan, 2), (4, 2, 9, np.nan, 1), (5, 2, 3, np.nan, 3)],
    columns=["noeud", "parent", "effectif", "chi2", "classe"],
)


def svg(figure) -> bytes:
    sortie = io.BytesIO()
    figure.savefig(sortie, format="svg", metadata={"Date": None, "Creator": None})
    return sortie.getvalue()


def ecrits(figure) -> list[str]:
    return [texte.get_text() for texte in figure.axes[0].texts]


def croiser(mots: int, parts: int = 4) -> pd.DataFrame:
    """Composer un tableau de contingence serré, où les noms se gênent."""
    hasard = np.random.default_rng(7)
    noms = [f"mot-{'x' * (rang % 9)}{rang}" for rang in range(mots)]
    return pd.DataFrame(hasard.poisson(9, (mots, parts)) + 1, index=noms, columns=[f"P{rang}" for rang in range(parts)])


@pytest.fixture(scope="module", autouse=True)
def figures():
    preparer_figures()


@pytest.fixture(scope="module")
def plan():
    """Un plan de quarante mots, dessiné pour de vrai."""
    figure = tracer_plan(analyser_correspondances(croiser(60)), "Un plan", {"P0": "Moyens techniques"}, mots=40)
    svg(figure)
    return figure


def test_aucun_nom_du_plan_n_en_couvre_un_autre(plan):
    moteur = plan.canvas.get_renderer() if hasattr(plan.canvas, "get_renderer") else None
    cadres = [texte.get_window_extent(moteur) for texte in plan.axes[0].texts]
    assert len(cadres) > 15
    assert not [paire for paire in combinations(cadres, 2) if paire[0].overlaps(paire[1])]


def test_le_plan_nomme_chaque_colonne_et_dit_l_inertie_de_ses_axes(plan):
    assert {"Moyens techniques", "P1", "P2", "P3"} <= set(ecrits(plan))
    parts = 100 * analyser_correspondances(croiser(60)).axes["part"]
    for nom, part in zip((plan.axes[0].get_xlabel(), plan.axes[0].get_ylabel()), parts, strict=False):
        assert f"{part:.1f}".replace(".", ",") in nom
        assert nom.endswith("de l’inertie)")


def test_le_plan_trace_les_mots_qui_comptent_le_plus(plan):
    analyse = analyser_correspondances(croiser(60))
    deux = analyse.lignes[analyse.lignes["axe"] <= 2].groupby("element")["contribution"].sum()
    points = next(ligne for ligne in plan.axes[0].lines if ligne.get_marker() == ".")
    assert len(points.get_xdata()) == 40
    assert set(ecrits(plan)) - {"Moyens techniques", "P1", "P2", "P3"} <= set(deux.nlargest(40).index)
    assert {ligne.get_marker() for ligne in plan.axes[0].lines} >= {".", "s"}, "les formes disent mots ou parts"


def test_un_plan_a_besoin_des_colonnes_d_une_analyse():
    analyse = analyser_correspondances(croiser(5))
    manque = type(analyse)(analyse.inertie, analyse.axes, analyse.lignes.drop(columns="axe"), analyse.colonnes)
    with pytest.raises(ErreurDonnees, match="axe"):
        tracer_plan(manque, "Un plan")


def test_le_dendrogramme_dit_chaque_classe_et_chaque_coupe():
    figure = tracer_dendrogramme(ARBRE, "La descente", {1: "écran, heure"})
    assert ecrits(figure) == [
        "classe 1 (9) : écran, heure",
        "classe 3 (3)",
        "classe 2 (8)",
        "χ² = 9",
        "χ² = 1\u202f234",
    ]


def test_le_dendrogramme_place_une_coupe_au_milieu_de_ses_cotes():
    hauteurs = {texte.get_text(): texte.xy for texte in tracer_dendrogramme(ARBRE, "La descente").axes[0].texts}
    assert hauteurs["classe 1 (9)"][1] < hauteurs["classe 3 (3)"][1] < hauteurs["classe 2 (8)"][1]
    assert hauteurs["χ² = 1\u202f234"] == (1, 0.5)
    assert hauteurs["χ² = 9"] == (0, 1.25)
    assert len({x for nom, (x, _) in hauteurs.items() if nom.startswith("classe")}) == 1, "les classes sont alignées"


@given(st.lists(st.integers(0, 50), min_size=1, max_size=25))
def test_chaque_mot_de_l_arbre_a_sa_ligne_apres_son_parent(parents):
    aretes = [(f"m{rang + 1}", f"m{parent % (rang + 1)}", rang + 1) for rang, parent in enumerate(parents)]
    voisins: dict[str, dict[str, int]] = {}
    for a, b, nombre in aretes:
        voisins.setdefault(a, {})[b] = voisins.setdefault(b, {})[a] = nombre
    rangs = _derouler(voisins)
    assert sorted(rangs) == sorted(voisins)
    vus: dict[str, int] = {}
    for mot, (parent, profondeur) in rangs.items():
        assert profondeur == (vus[parent] + 1 if parent else 0)
        vus[mot] = profondeur
    assert sum(not parent for parent, _ in rangs.values()) == 1


def test_l_arbre_ne_trace_que_ses_aretes_et_ecrit_leurs_nombres():
    aretes = pd.DataFrame(
        [("écran", "heure", 8, True), ("heure", "soir", 3, True), ("écran", "soir", 2, False), ("an", "euro", 4, True)],
        columns=["mot", "avec", "effectif", "arbre"],
    )
    figure = tracer_similitudes(aretes, "Un arbre")
    assert ecrits(figure) == ["heure", "soir", "3", "écran", "8", "an", "euro", "4"]
    epaisseurs = {ligne.get_linewidth() for ligne in figure.axes[0].lines}
    assert max(epaisseurs) == pytest.approx(5.8)


@pytest.mark.parametrize("cycle", [["ab", "bc", "ca"], ["xa", "ab", "bc", "ca", "cy"], ["aa"]])
def test_un_cycle_est_refuse(cycle):
    aretes = pd.DataFrame([(mot, avec, 2) for mot, avec in cycle], columns=["mot", "avec", "effectif"])
    with pytest.raises(ErreurDonnees, match="les arêtes font un cycle"):
        tracer_similitudes(aretes, "Essai")


@pytest.mark.parametrize(
    "tracer",
    [
        lambda: tracer_plan(analyser_correspondances(croiser(12)), "Un plan"),
        lambda: tracer_dendrogramme(ARBRE, "La descente"),
        lambda: tracer_similitudes(pd.DataFrame([("a", "b", 2)], columns=["mot", "avec", "effectif"]), "Un arbre"),
    ],
    ids=["plan", "dendrogramme", "arbre"],
)
def test_une_figure_ne_bouge_pas_et_porte_son_titre(tracer):
    figure = tracer()
    assert svg(figure) == svg(tracer())
    assert figure.get_suptitle()


@pytest.mark.parametrize(
    ("tracer", "dit"),
    [
        (lambda: tracer_plan(analyser_correspondances(croiser(6, 2)), "Vide"), "Pas de plan : 1 axe"),
        (lambda: tracer_plan(analyser_correspondances(croiser(6, 4) * 0 + 3), "Vide"), "Pas de plan : 0 axe"),
        (lambda: tracer_dendrogramme(ARBRE.head(0), "Vide"), "Aucune classe"),
        (
            lambda: tracer_similitudes(pd.DataFrame(columns=["mot", "avec", "effectif", "arbre"]), "Vide"),
            "Aucune arête",
        ),
        (lambda: tracer_similitudes(pd.DataFrame(columns=["mot", "avec", "effectif"]), "Vide"), "Aucune arête"),
    ],
    ids=["un axe", "aucun axe", "aucune classe", "aucune branche", "aucune arête"],
)
def test_une_etude_trop_petite_donne_une_figure_qui_le_dit(tracer, dit):
    figure = tracer()
    svg(figure)
    (texte,) = ecrits(figure)
    assert texte.startswith(dit)
    assert figure.get_suptitle() == "Vide"
