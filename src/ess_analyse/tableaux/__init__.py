"""Les tableaux tirés des codages."""

from ess_analyse.tableaux.comptes import compter_codes, compter_cooccurrences, croiser_codes
from ess_analyse.tableaux.saturation import mesurer_saturation

__all__ = ["compter_codes", "compter_cooccurrences", "croiser_codes", "mesurer_saturation"]
