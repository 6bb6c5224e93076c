"""Les mots de l'étude : ce que la commande compte et garde, ce que la page en montre."""

from ess_analyse.pages.lexicometrie.arbre import tracer_arbre
from ess_analyse.pages.lexicometrie.gardees import (
    Comptes,
    ecrire_comptes,
    lire_comptes,
    mesurer_empreintes,
    verifier_comptes,
)

__all__ = ["Comptes", "ecrire_comptes", "lire_comptes", "mesurer_empreintes", "tracer_arbre", "verifier_comptes"]
