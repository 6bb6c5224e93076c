"""Les fichiers que l'écriture des pages pose dans ``rapports/`` : eux seuls s'effacent sans demander."""

from __future__ import annotations

__all__ = ["ECRITS", "JOINTS", "SUIVIS", "SYNTHESE", "TABLES"]

TABLES = {
    "codes": "Usages de chaque code",
    "code_structure": "Thèmes et structures",
    "code_fonction": "Thèmes et familles de fonctions",
    "code_prisme": "Thèmes et prismes",
    "cooccurrences": "Thèmes dits ensemble",
    "saturation": "Thèmes rencontrés à mesure que l'on lit",
    "mots": "Mots de l'étude",
    "mots_themes": "Mots propres à chaque thème",
    "mots_groupes": "Groupes de mots",
    "mots_ensemble": "Mots dits ensemble",
    "accord": "Accord entre codeurs",
    "soutien": "Ce qui soutient chaque enseignement",
    "plan": "Plan d'actions",
    "verbatims": "Citations publiées",
    "grille": "Grille de codage",
    "transparence": "Points de COREQ et de SRQR",
}
"""Nom de chaque table donnée à télécharger → ce qu'elle contient, dans l'ordre où la page les propose."""
SUIVIS = ("plan.ics", "enseignements.xml")
"""Ce qu'un agenda et un lecteur de flux savent suivre, rangé avec les tables."""
SYNTHESE = "donnees/synthese.pdf"
"""La synthèse imprimée. Une étude dont git ne garde pas les PDF ne l'a pas encore quand on vient de la cloner : un lien
vers elle n'y est pas cassé pour qui vérifie, il attend la commande « pages ». Au rendu, elle doit être là."""
JOINTS = (SYNTHESE, "donnees/grille.qdc")
"""Ce que la commande « pages » joint à ses pages et qu'elle seule sait faire. Les mêmes données donnent toujours les
mêmes octets : git peut les garder, comme les pages."""
ECRITS = (
    *(f"donnees/{nom}.csv" for nom in TABLES),
    *(f"donnees/{nom}" for nom in SUIVIS),
    "enseignements/e[0-9]*.qmd",
    "fiches/f[0-9]*.qmd",
    "verbatims/structure-*.qmd",
    "verbatims/structure-*.js",
)
"""Les motifs, depuis ``rapports/``, de ce que les pages ont pu écrire ; les autres fichiers sont ceux de l'équipe."""
