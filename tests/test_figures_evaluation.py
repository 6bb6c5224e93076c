"""Les figures de l'évaluation : tout y est écrit, rien n'y tient à la couleur."""

from __future__ import annotations

import io
import re

import pandas as pd
import pytest

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.figures import preparer_figures, tracer_apprentissage, tracer_calibration, tracer_seuils
from ess_analyse.suggestions.evaluation import CALIBRATION, COURBE

TABLE = pd.DataFrame([(0.0, 0.5, 1200, 0.1, 0.02), (0.5, 1.0, 30, 0.7, 0.9)], columns=CALIBRATION)
SEUILS = pd.DataFrame(
    [
        (code, seuil / 100, 20, 100 - seuil, seuil / 100, 1 - seuil / 100, 0.5)
        for code in ("R-SENS", "ensemble")
        for seuil in range(1, 100)
    ],
    columns=COURBE,
)
PROGRES = pd.DataFrame({"entretiens": [0, 0, 4, 4], "tirage": [1, 2, 1, 2], "f1": [0.1, 0.2, 0.3, 0.5]})


def svg(figure) -> bytes:
    sortie = io.BytesIO()
    figure.savefig(sortie, format="svg", metadata={"Date": None, "Creator": None})
    return sortie.getvalue()


def textes(figure) -> set[str]:
    svg(figure)
    return {texte.get_text() for texte in figure.findobj(lambda objet: hasattr(objet, "get_text"))}


def styles(figure) -> set[tuple]:
    return {(ligne.get_linestyle(), ligne.get_marker()) for ligne in figure.axes[0].lines}


def test_la_calibration_dit_titre_axes_courbes_et_nombres():
    figure = tracer_calibration(TABLE, "Le score dit-il vrai ?")
    attendus = {
        "Le score dit-il vrai ?",
        "score moyen de la tranche (de 0 à 1)",
        "part confirmée (de 0 à 1)",
        "machine",
        "si chaque score disait vrai",
        "1\u202f200",
        "30",
    }
    assert attendus <= textes(figure)
    machine, droite = figure.axes[0].lines
    assert machine.get_xydata().tolist() == [[0.1, 0.02], [0.7, 0.9]]
    assert droite.get_xydata().tolist() == [[0.1, 0.1], [0.7, 0.7]]
    assert len(styles(figure)) == 2


def test_aucun_nombre_de_la_calibration_n_est_ecrit_sur_l_axe():
    table = pd.DataFrame([(0.0, 0.1, 9000, 0.02, 0.0), (0.1, 1.0, 40, 0.6, 0.05)], columns=CALIBRATION)
    figure = tracer_calibration(table, "Essai")
    figure.canvas.draw()
    bas = figure.axes[0].get_window_extent().y0
    for nombre in figure.axes[0].texts:
        assert nombre.get_window_extent().y0 > bas


def test_les_seuils_montrent_trois_courbes_distinctes_du_code_demande():
    figure = tracer_seuils(SEUILS, "Choisir", "R-SENS")
    assert {"Choisir", "seuil de score (de 0 à 1)", "précision", "rappel", "F1"} <= textes(figure)
    assert len(styles(figure)) == 3
    precision, rappel, _ = figure.axes[0].lines
    assert precision.get_ydata()[9] == pytest.approx(0.1)
    assert rappel.get_ydata()[9] == pytest.approx(0.9)
    assert len(precision.get_xdata()) == 99
    assert precision.get_markevery() == 9


def test_un_seuil_sans_proposition_n_est_pas_trace():
    table = SEUILS.assign(precision=SEUILS["precision"].where(SEUILS["seuil"] < 0.5))
    precision = tracer_seuils(table, "Essai").axes[0].lines[0]
    assert pd.isna(precision.get_ydata()[-1])


def test_l_apprentissage_montre_la_moyenne_entre_les_tirages_extremes():
    figure = tracer_apprentissage(PROGRES, "Apprendre", "f1", "F1 micro (de 0 à 1)")
    attendus = {
        "Apprendre",
        "F1 micro (de 0 à 1)",
        "entretiens codés dont la machine a appris",
        "moyenne des tirages",
        "tirage le plus bas",
        "tirage le plus haut",
    }
    assert attendus <= textes(figure)
    moyenne, haut, bas = (ligne.get_ydata().tolist() for ligne in figure.axes[0].lines)
    assert moyenne == pytest.approx([0.15, 0.4])
    assert (bas, haut) == ([0.1, 0.3], [0.2, 0.5])
    assert len(styles(figure)) == 3
    assert figure.axes[0].get_ylim()[0] == 0


def test_un_alpha_negatif_reste_dans_la_figure():
    figure = tracer_apprentissage(PROGRES.assign(f1=[-0.3, -0.1, 0.1, 0.2]), "Essai", "f1", "α")
    assert figure.axes[0].get_ylim()[0] < -0.3


def test_une_mesure_indefinie_est_dite():
    for figure in (
        tracer_calibration(TABLE.iloc[:0], "Essai"),
        tracer_apprentissage(PROGRES.assign(f1=float("nan")), "Essai", "f1", "F1"),
    ):
        (message,) = figure.axes[0].texts
        assert message.get_text().startswith("Rien à tracer")


def test_un_code_ou_une_mesure_absents_sont_dits():
    with pytest.raises(ErreurDonnees, match="Vouliez-vous dire « R-SENS »"):
        tracer_seuils(SEUILS, "Essai", "R-SEN")
    with pytest.raises(ErreurDonnees, match="mesure absente"):
        tracer_apprentissage(PROGRES, "Essai", "f2", "F1")


@pytest.mark.parametrize(
    "tracer",
    [
        lambda: tracer_calibration(TABLE, "Essai"),
        lambda: tracer_seuils(SEUILS, "Essai"),
        lambda: tracer_apprentissage(PROGRES, "Essai", "f1", "F1"),
    ],
)
def test_la_meme_figure_donne_les_memes_octets(tracer):
    preparer_figures()
    un, deux = svg(tracer()), svg(tracer())
    assert un == deux
    assert not re.search(rb"\d{4}-\d{2}-\d{2}", un)


def test_une_figure_ne_touche_pas_a_sa_table():
    avant = TABLE.copy(), SEUILS.copy(), PROGRES.copy()
    tracer_calibration(TABLE, "Essai")
    tracer_seuils(SEUILS, "Essai")
    tracer_apprentissage(PROGRES, "Essai", "f1", "F1")
    for table, copie in zip((TABLE, SEUILS, PROGRES), avant, strict=True):
        pd.testing.assert_frame_equal(table, copie)
