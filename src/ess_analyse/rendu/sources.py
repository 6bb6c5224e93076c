"""Lire une page : son en-tête et ses lignes ; chacune garde le fichier d'où elle vient."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from ess_analyse.arbre import lire_arbre
from ess_analyse.erreurs import ErreurDonnees, Probleme, relatif
from ess_analyse.fichiers import lire_texte
from ess_analyse.rendu.cles import controler_page

__all__ = ["Ligne", "Source", "lire_entete", "lire_lignes"]


class Ligne(NamedTuple):
    """Une ligne d'une page développée, et d'où elle vient."""

    fichier: str
    numero: int
    texte: str


@dataclass(frozen=True)
class Source:
    """Une page prête pour pandoc.

    Attributes
    ----------
    nom : str
        Son chemin depuis la racine du projet.
    meta : mapping
        Son en-tête YAML.
    lignes : tuple of Ligne
        Son texte, inclusions faites, sans l'en-tête.
    ressources : mapping of str to bytes
        Les fichiers qu'elle apporte (figures d'un notebook), par chemin dans le site.
    """

    nom: str
    meta: Mapping[str, Any] = field(default_factory=dict)
    lignes: tuple[Ligne, ...] = ()
    ressources: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def adresse(self) -> str:
        """Sa place dans le site."""
        return PurePosixPath(self.nom).with_suffix(".html").as_posix()

    @property
    def texte(self) -> str:
        """Son Markdown."""
        return "\n".join(ligne.texte for ligne in self.lignes) + "\n"

    def situer(self, motif: str) -> tuple[str, int]:
        """Retrouver la ligne où un texte est écrit ; la page, ligne 0, s'il est introuvable."""
        trouvee = next((ligne for ligne in self.lignes if motif and motif in ligne.texte), None)
        return (trouvee.fichier, trouvee.numero) if trouvee else (self.nom, 0)

    def probleme(self, motif: str, message: str, valeur: str = "", remede: str = "") -> Probleme:
        """Dire un problème là où ``motif`` est écrit."""
        return Probleme(*self.situer(motif), message, valeur, remede)


def lire_entete(lignes: list[Ligne], problemes: list[Probleme]) -> tuple[dict[str, Any], list[Ligne]]:
    """Séparer l'en-tête YAML du reste d'une page.

    Parameters
    ----------
    lignes : list of Ligne
        La page.
    problemes : list of Probleme
        Reçoit ce qui ne va pas dans l'en-tête.

    Returns
    -------
    meta : dict
        L'en-tête ; vide s'il n'y en a pas.
    lignes : list of Ligne
        Le reste.
    """
    if not lignes or lignes[0].texte.rstrip() != "---":
        return {}, lignes
    fin = next((rang for rang, ligne in enumerate(lignes[1:], 1) if ligne.texte.rstrip() in ("---", "...")), None)
    if fin is None:
        problemes.append(
            Probleme(
                lignes[0].fichier,
                lignes[0].numero,
                "en-tête YAML jamais fermé",
                "---",
                "fermez-le par une ligne « --- »",
            )
        )
        return {}, lignes
    texte = "\n".join(ligne.texte for ligne in lignes[1:fin])
    if not re.sub(r"(?m)^\s*#.*$", "", texte).strip():
        return {}, lignes[fin + 1 :]
    try:
        arbre = lire_arbre(texte, lignes[0].fichier, lignes[0].numero + 1)
    except ErreurDonnees as erreur:
        problemes.extend(erreur.problemes)
        return {}, lignes[fin + 1 :]
    problemes.extend([*arbre.problemes, *controler_page(arbre)])
    return (arbre.valeur if isinstance(arbre.valeur, dict) else {}), lignes[fin + 1 :]


def lire_lignes(chemin: Path, racine: Path) -> list[Ligne]:
    """Lire un fichier de texte en lignes situées."""
    nom = relatif(chemin, racine)
    texte = lire_texte(chemin).removesuffix("\n")
    return [Ligne(nom, numero, ligne) for numero, ligne in enumerate(texte.split("\n"), 1)]
