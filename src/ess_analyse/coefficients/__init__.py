"""Les coefficients d'accord, calculés sur des réponses : ni corpus, ni grille."""

from ess_analyse.coefficients.desaccords import (
    desaccords_ac1,
    desaccords_alpha,
    desaccords_kappa,
    diviser,
    observer,
    rapporter,
)
from ess_analyse.coefficients.ecriture import ecrire_coefficient
from ess_analyse.coefficients.ensembles import alpha_masi, distance_masi, ranger_ensembles
from ess_analyse.coefficients.nominaux import ac1_gwet, alpha_krippendorff, kappa_cohen
from ess_analyse.coefficients.tirages import borner, tirer_grappes

__all__ = [
    "ac1_gwet",
    "alpha_krippendorff",
    "alpha_masi",
    "borner",
    "desaccords_ac1",
    "desaccords_alpha",
    "desaccords_kappa",
    "distance_masi",
    "diviser",
    "ecrire_coefficient",
    "kappa_cohen",
    "observer",
    "ranger_ensembles",
    "rapporter",
    "tirer_grappes",
]
