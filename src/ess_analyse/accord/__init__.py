"""L'accord entre codeurs, et d'un codeur avec lui-même ; l'échantillon que tous codent ; la machine à côté."""

from ess_analyse.accord.constance import CONSTANCE, mesurer_constance
from ess_analyse.accord.echantillon import (
    ECHANTILLON,
    empreindre_grille,
    figer_echantillon,
    lire_echantillon,
    tirer_echantillon,
)
from ess_analyse.accord.intervalles import ENCADREMENT, encadrer_accord
from ess_analyse.accord.machine import COMPARAISON, comparer_humains
from ess_analyse.accord.mesures import ACCORD_COMPLET, conclure, lister_desaccords, mesurer_accord
from ess_analyse.coefficients import ac1_gwet, alpha_krippendorff, alpha_masi, kappa_cohen

__all__ = [
    "ACCORD_COMPLET",
    "COMPARAISON",
    "CONSTANCE",
    "ECHANTILLON",
    "ENCADREMENT",
    "ac1_gwet",
    "alpha_krippendorff",
    "alpha_masi",
    "comparer_humains",
    "conclure",
    "empreindre_grille",
    "encadrer_accord",
    "figer_echantillon",
    "kappa_cohen",
    "lire_echantillon",
    "lister_desaccords",
    "mesurer_accord",
    "mesurer_constance",
    "tirer_echantillon",
]
