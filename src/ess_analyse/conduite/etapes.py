"""Une étape de l'étude, et le point où l'on en est."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["A_FAIRE", "ETATS", "FACULTATIF", "FAIT", "PLUS_TARD", "REPARER", "Etape", "Point", "Rendu"]

FAIT, A_FAIRE, REPARER, FACULTATIF, PLUS_TARD = "fait", "à faire", "à réparer", "facultatif", "plus tard"
ETATS = (FAIT, A_FAIRE, REPARER, FACULTATIF, PLUS_TARD)


@dataclass(frozen=True)
class Etape:
    """Une étape, et où elle en est.

    Attributes
    ----------
    cle : str
        Son nom court, stable : ``importer``.
    nom : str
        Ce qu'elle fait, à l'infinitif.
    etat : {"fait", "à faire", "à réparer", "facultatif", "plus tard"}
        « plus tard » : une étape d'avant lui manque.
    constat : str
        Ce que l'étude en montre, en une phrase sans point final.
    pourquoi : str
        À quoi elle sert.
    commande : str
        Ce qu'il faut taper ; vide si tout est à faire à la main.
    a_la_main : tuple of str
        Ce que la personne fait ou décide elle-même, dans l'ordre, avant la commande.
    ensuite : str
        Ce qu'elle peut encore taper une fois la commande passée.

    Examples
    --------
    >>> Etape("importer", "Importer", FAIT, "3 documents").commande
    ''
    """

    cle: str
    nom: str
    etat: str
    constat: str = ""
    pourquoi: str = ""
    commande: str = ""
    a_la_main: tuple[str, ...] = ()
    ensuite: str = ""


class Rendu(NamedTuple):
    """Ce qui prouve d'où vient le site.

    Attributes
    ----------
    rendu : tuple of str or None
        Ce qui a changé dans l'étude depuis que ce site y a été rendu : des noms de fichiers, « clé », « compte » (celui
        qui lance la commande) ; rien si l'on n'en sait rien.
    porte : tuple of str or None
        De même, depuis que ce site, octet pour octet, a passé la porte ; rien si rien ne dit qu'il l'ait passée.
    """

    rendu: tuple[str, ...] | None = None
    porte: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Point:
    """Où en est une étude.

    Attributes
    ----------
    etapes : tuple of Etape
        Toutes, dans l'ordre où on les fait.
    """

    etapes: tuple[Etape, ...]

    @property
    def prochaine(self) -> Etape | None:
        """La première étape à réparer, sinon la première à faire ; rien si l'étude est à jour.

        Examples
        --------
        >>> fait, reste = Etape("importer", "Importer", FAIT), Etape("coder", "Coder", A_FAIRE)
        >>> faute = Etape("enseignements", "Écrire", REPARER)
        >>> Point((fait, reste)).prochaine.cle, Point((fait, reste, faute)).prochaine.cle, Point((fait,)).prochaine
        ('coder', 'enseignements', None)
        """
        return next((etape for etat in (REPARER, A_FAIRE) for etape in self.etapes if etape.etat == etat), None)

    def __getitem__(self, cle: str) -> Etape:
        return next(etape for etape in self.etapes if etape.cle == cle)
