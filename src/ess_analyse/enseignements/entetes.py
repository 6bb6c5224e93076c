"""Lire un fichier Markdown à en-tête YAML, en sachant où chaque chose y est écrite."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path

from ess_analyse.arbre import Arbre, lire_arbre
from ess_analyse.erreurs import ErreurDonnees, Probleme, proposer, relatif
from ess_analyse.fichiers import lire_texte
from ess_analyse.grille import Grille

__all__ = ["Page", "lire_pages"]

_NOTICE = re.compile(r"(?i)lisez-?moi|readme")


@dataclass(frozen=True)
class Page:
    """Un fichier lu : son en-tête, avec la ligne de chaque valeur, et son corps.

    Attributes
    ----------
    chemin : Path
        Le fichier.
    arbre : Arbre
        L'en-tête.
    corps : str
        Ce qui suit l'en-tête.
    ligne : int
        La ligne du fichier où le corps commence.
    """

    chemin: Path
    arbre: Arbre
    corps: str
    ligne: int

    @property
    def valeurs(self) -> dict[str, object]:
        """L'en-tête, vide s'il n'est pas un bloc de clés."""
        return self.arbre.valeur if isinstance(self.arbre.valeur, dict) else {}

    def ligne_du_corps(self, position: int) -> int:
        """Dire à quelle ligne du fichier est une position du corps."""
        return self.ligne + self.corps.count("\n", 0, position)

    def probleme(self, place: tuple | int, message: str, valeur: object = "", remede: str = "") -> Probleme:
        """Dire un problème, à une place de l'en-tête ou à une position du corps."""
        if isinstance(place, int):
            texte = str(valeur)
            return Probleme(
                self.arbre.fichier,
                self.ligne_du_corps(place),
                message,
                texte if len(texte) <= 60 else texte[:59] + "…",
                remede,
            )
        return self.arbre.probleme(place, message, valeur, remede)

    def liste(self, cle: str) -> Iterator[tuple[tuple, str]]:
        """Rendre les textes d'une liste de l'en-tête, avec leur place."""
        entrees = self.valeurs.get(cle)
        for rang, entree in enumerate(entrees if isinstance(entrees, list) else []):
            if isinstance(entree, str):
                yield (cle, rang), entree

    def textes(self, cles: Iterable[str]) -> Iterator[tuple[tuple | int, str]]:
        """Rendre le corps (place : 0), puis les textes de l'en-tête sous ces clés, avec leur place."""
        yield 0, self.corps
        for cle in cles:
            if isinstance(texte := self.valeurs.get(cle), str):
                yield (cle,), texte
            yield from self.liste(cle)

    def verifier_forme(self, forme: type, pleines: Iterable[str]) -> tuple[object, list[Probleme]]:
        """Vérifier les clés et les types de l'en-tête.

        Parameters
        ----------
        forme : type
            La dataclass attendue.
        pleines : iterable of str
            Ses listes qui ne peuvent être vides ; les autres le peuvent, même sans crochets.

        Returns
        -------
        entete : forme or None
            L'en-tête, s'il a la bonne forme.
        problemes : list of Probleme
            Tous ses écarts : clés manquantes ou inconnues, types, textes et listes vides, entrées en double.
        """
        pleines = set(pleines)
        listes = [champ.name for champ in fields(forme) if str(champ.type).startswith("tuple")]
        arbre = self.arbre
        if isinstance(arbre.valeur, dict):
            souples = {cle: [] for cle in listes if cle not in pleines and arbre.valeur.get(cle, 0) is None}
            arbre = replace(arbre, valeur=arbre.valeur | souples)
        entete, problemes = arbre.valider(forme, [champ.name for champ in fields(forme)])
        problemes += arbre.problemes
        problemes += [
            self.probleme((cle,), "texte vide", cle, "écrivez-le")
            for cle, valeur in self.valeurs.items()
            if valeur == ""
        ]
        problemes += [
            self.probleme((cle,), "liste vide", cle, "écrivez au moins un élément")
            for cle in sorted(pleines)
            if self.valeurs.get(cle) == []
        ]
        for cle in listes:
            entrees = list(self.liste(cle))
            problemes += [
                self.probleme(place, "texte vide", cle, "écrivez-le ou retirez la ligne")
                for place, entree in entrees
                if not entree
            ]
            problemes += [
                self.probleme(place, "élément en double", entree, "gardez-en un")
                for rang, (place, entree) in enumerate(entrees)
                if entree and entree in [autre for _, autre in entrees[:rang]]
            ]
        return entete, problemes

    def verifier_codes(self, grille: Grille) -> list[Probleme]:
        """Vérifier que les codes de l'en-tête sont dans la grille."""
        return [
            self.probleme(place, "code inconnu", code, proposer(code, grille.ids()))
            for place, code in self.liste("codes")
            if code and code not in grille
        ]


def lire_pages(dossier: Path) -> tuple[list[Page], list[Probleme]]:
    """Lire les fichiers Markdown d'un dossier.

    Parameters
    ----------
    dossier : Path
        Par exemple ``data/enseignements`` ; fichiers cachés et notices (``LISEZ-MOI…``, ``README…``) sont laissés.

    Returns
    -------
    pages : list of Page
        Celles dont l'en-tête se lit, par nom de fichier.
    problemes : list of Probleme
        Ce qui empêche de lire les autres.

    Raises
    ------
    ErreurDonnees
        Si le dossier n'existe pas.
    """
    dossier = Path(dossier)
    if not dossier.is_dir():
        raise ErreurDonnees([Probleme(relatif(dossier), 0, "dossier introuvable", remede="vérifiez son nom")])
    pages, problemes = [], []
    for chemin in sorted(dossier.glob("*.md")):
        if chemin.name.startswith((".", "~")) or _NOTICE.match(chemin.name):
            continue
        try:
            pages.append(_lire_page(chemin))
        except ErreurDonnees as erreur:
            problemes += erreur.problemes
    return pages, problemes


def _lire_page(chemin: Path) -> Page:
    texte, nom = lire_texte(chemin), relatif(chemin)
    if not re.match(r"---[ \t]*\n", texte):
        remede = "commencez le fichier par une ligne « --- », l'en-tête, puis une ligne « --- »"
        raise ErreurDonnees([Probleme(nom, 1, "en-tête manquant", texte.split("\n", 1)[0][:60], remede)])
    debut = texte.index("\n") + 1
    fermeture = re.compile(r"^---[ \t]*(?:\n|\Z)", re.MULTILINE).search(texte, debut)
    if not fermeture:
        raise ErreurDonnees([Probleme(nom, 1, "en-tête jamais fermé", remede="fermez-le par une ligne « --- »")])
    if not texte[debut : fermeture.start()].strip():
        raise ErreurDonnees([Probleme(nom, 1, "en-tête vide", remede="écrivez-y une clé par ligne : « clé: valeur »")])
    arbre = lire_arbre(texte[debut : fermeture.start()], nom, ligne=2)
    return Page(chemin, arbre, texte[fermeture.end() :], texte.count("\n", 0, fermeture.end()) + 1)
