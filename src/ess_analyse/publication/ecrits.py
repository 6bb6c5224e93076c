"""Les fichiers que l'écriture des pages pose dans ``rapports/`` : eux seuls s'effacent sans demander."""

from __future__ import annotations

__all__ = ["ECRITS", "SUIVIS", "TABLES"]

TABLES = {
    "codes": "Usages de chaque code",
    "code_structure": "Thèmes et structures",
    "code_fonction": "Thèmes et familles de fonctions",
    "code_prisme": "Thèmes et prismes",
    "cooccurrences": "Thèmes dits ensemble",
    "saturation": "Thèmes rencontrés à mesure que l'on lit",
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
ECRITS = (
    *(f"donnees/{nom}.csv" for nom in TABLES),
    *(f"donnees/{nom}" for nom in SUIVIS),
    "enseignements/e[0-9]*.qmd",
    "fiches/f[0-9]*.qmd",
)
"""Les motifs, depuis ``rapports/``, de ce que les pages ont pu écrire ; les autres fichiers sont ceux de l'équipe."""
