"""Dire ce que l'étude tient des points de COREQ et de SRQR, et ce qui manque.

COREQ et SRQR listent ce qu'un compte rendu de recherche qualitative doit dire. Ce que l'étude peut montrer elle-même
est calculé de ses données et de ses tables publiées, jamais écrit en dur ; ce que seule l'équipe sait s'écrit dans
``data/methode.yml``. Aucune des deux listes n'est une note : un point tenu dit que l'information est donnée, pas que
l'étude est bonne.
"""

from ess_analyse.pages.transparence.methode import lire_methode
from ess_analyse.pages.transparence.points import lire_points

__all__ = ["lire_methode", "lire_points"]
