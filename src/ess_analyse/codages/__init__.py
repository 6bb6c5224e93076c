"""Ce que les personnes ont décidé : lire leurs feuilles, les vérifier, en tirer un avis par phrase."""

from ess_analyse.codages.avis import consolider
from ess_analyse.codages.lecture import avancement, lire_codages, lire_memos
from ess_analyse.codages.noms import ARBITRAGE, CODEUR, HUMAIN, MACHINE, MAJORITE, RELECTURE, est_relecture, est_reserve
from ess_analyse.codages.verification import lire_origine, verifier_nom
from ess_analyse.feuilles import ecrire_feuille

__all__ = [
    "ARBITRAGE",
    "CODEUR",
    "HUMAIN",
    "MACHINE",
    "MAJORITE",
    "RELECTURE",
    "avancement",
    "consolider",
    "ecrire_feuille",
    "est_relecture",
    "est_reserve",
    "lire_codages",
    "lire_memos",
    "lire_origine",
    "verifier_nom",
]
