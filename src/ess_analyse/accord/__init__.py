"""L'accord entre codeurs, code par code, et les phrases dont il faut discuter ; la machine à côté."""

from ess_analyse.accord.machine import COMPARAISON, comparer_humains
from ess_analyse.accord.mesures import conclure, lister_desaccords, mesurer_accord
from ess_analyse.coefficients import alpha_krippendorff, kappa_cohen

__all__ = [
    "COMPARAISON",
    "alpha_krippendorff",
    "comparer_humains",
    "conclure",
    "kappa_cohen",
    "lister_desaccords",
    "mesurer_accord",
]
