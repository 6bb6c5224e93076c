"""Les figures et les tables des analyses : lisibles sans la couleur, toujours les mêmes pour les mêmes chiffres."""

from ess_analyse.figures.dessins import preparer_figures, tracer_barres, tracer_courbes, tracer_points
from ess_analyse.figures.evaluation import tracer_apprentissage, tracer_calibration, tracer_seuils
from ess_analyse.figures.lexicometrie import tracer_dendrogramme, tracer_plan, tracer_similitudes
from ess_analyse.figures.tableau import Tableau, presenter

__all__ = [
    "Tableau",
    "preparer_figures",
    "presenter",
    "tracer_apprentissage",
    "tracer_barres",
    "tracer_calibration",
    "tracer_courbes",
    "tracer_dendrogramme",
    "tracer_plan",
    "tracer_points",
    "tracer_seuils",
    "tracer_similitudes",
]
