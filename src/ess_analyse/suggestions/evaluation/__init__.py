"""Mesurer ce que la machine propose contre ce que des personnes ont décidé.

Toutes ces mesures veulent des suggestions faites sans rien savoir de l'entretien jugé
(:func:`~ess_analyse.suggestions.suggerer_par_plis`) et un seul avis humain par phrase
(:func:`~ess_analyse.codages.consolider`).
"""

from ess_analyse.suggestions.evaluation.calibration import (
    CALIBRATION,
    COUVERTURE,
    erreur_de_calibration,
    mesurer_calibration,
    mesurer_couverture,
)
from ess_analyse.suggestions.evaluation.confrontation import JUGEES
from ess_analyse.suggestions.evaluation.confusions import CONFUSIONS, confondre
from ess_analyse.suggestions.evaluation.mesures import ENCADREMENT, EVALUATION, encadrer, evaluer
from ess_analyse.suggestions.evaluation.progres import PROGRES, courbe_d_apprentissage
from ess_analyse.suggestions.evaluation.seuils import COURBE, SEUILS, choisir_seuils, courbe_des_seuils

__all__ = [
    "CALIBRATION",
    "CONFUSIONS",
    "COURBE",
    "COUVERTURE",
    "ENCADREMENT",
    "EVALUATION",
    "JUGEES",
    "PROGRES",
    "SEUILS",
    "choisir_seuils",
    "confondre",
    "courbe_d_apprentissage",
    "courbe_des_seuils",
    "encadrer",
    "erreur_de_calibration",
    "evaluer",
    "mesurer_calibration",
    "mesurer_couverture",
]
