"""L'accord entre codeurs, et d'un codeur avec lui-même ; l'échantillon que tous codent ; la machine à côté."""

from ess_analyse.accord.arbitrage import CLASSEMENT, Bilan, classer_desaccords, dresser_bilan, lister_lecteurs
from ess_analyse.accord.constance import CONSTANCE, mesurer_constance
from ess_analyse.accord.copies import reperer_copies
from ess_analyse.accord.echantillon import (
    ECHANTILLON,
    empreindre_grille,
    figer_echantillon,
    lire_echantillon,
    lister_communs,
    tirer_echantillon,
)
from ess_analyse.accord.intervalles import ENCADREMENT, encadrer_accord
from ess_analyse.accord.machine import COMPARAISON, comparer_humains
from ess_analyse.accord.mesures import ACCORD_COMPLET, conclure, lister_desaccords, mesurer_accord
from ess_analyse.coefficients import ac1_gwet, alpha_krippendorff, alpha_masi, kappa_cohen

__all__ = [
    "ACCORD_COMPLET",
    "CLASSEMENT",
    "COMPARAISON",
    "CONSTANCE",
    "ECHANTILLON",
    "ENCADREMENT",
    "Bilan",
    "ac1_gwet",
    "alpha_krippendorff",
    "alpha_masi",
    "classer_desaccords",
    "comparer_humains",
    "conclure",
    "dresser_bilan",
    "empreindre_grille",
    "encadrer_accord",
    "figer_echantillon",
    "kappa_cohen",
    "lire_echantillon",
    "lister_communs",
    "lister_desaccords",
    "lister_lecteurs",
    "mesurer_accord",
    "mesurer_constance",
    "reperer_copies",
    "tirer_echantillon",
]
