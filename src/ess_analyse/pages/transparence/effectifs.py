"""Dire combien, sans qu'un nombre ne désigne trop peu de personnes."""

from __future__ import annotations

from dataclasses import dataclass

from ess_analyse.pages.typographie import en_nombre

__all__ = ["Effectifs", "accorder"]


def accorder(nombre: int, un: str, des: str = "") -> str:
    """Écrire un nombre et ce qu'il compte, accordé.

    Examples
    --------
    >>> accorder(1, "phrase"), accorder(3, "phrase"), accorder(2, "code accepté", "codes acceptés")
    ('1 phrase', '3 phrases', '2 codes acceptés')
    """
    return f"{en_nombre(nombre)} {un if nombre < 2 else des or un + 's'}"


@dataclass(frozen=True)
class Effectifs:
    """Le seuil sous lequel un effectif ne s'écrit pas, et les manières de dire sans l'écrire.

    Sont des effectifs les documents, les personnes interrogées, les structures et les familles de fonctions. Le nombre
    de phrases, de codes, de citations publiées ou de personnes qui codent n'en est pas un : il ne désigne personne que
    l'étude protège.

    Attributes
    ----------
    seuil : int
        Le plus petit effectif publié.

    Examples
    --------
    >>> effectifs = Effectifs(3)
    >>> effectifs.dire(2, "document"), effectifs.dire(4, "document"), effectifs.dire(0, "document")
    ('moins de 3 documents', '4 documents', '0 document')
    """

    seuil: int

    def montrables(self, *nombres: int) -> bool:
        """Dire si tous ces effectifs peuvent s'écrire ; zéro le peut toujours."""
        return all(nombre == 0 or nombre >= self.seuil for nombre in nombres)

    def dire(self, nombre: int, un: str, des: str = "") -> str:
        """Écrire un effectif, ou dire qu'il est sous le seuil."""
        if self.montrables(nombre):
            return accorder(nombre, un, des)
        return f"moins de {self.seuil} {des or un + 's'}"

    def part(self, nombre: int, total: int, un: str, des: str = "") -> str:
        """Écrire une part d'un total publié, si elle et ce qui reste peuvent l'être.

        Parameters
        ----------
        nombre, total : int
            Combien, sur combien.
        un, des : str
            Ce que l'on compte, au singulier et au pluriel.

        Returns
        -------
        str
            « 4 documents sur 9 », « les 9 documents » ; sans nombre, « une partie des documents » ou « les documents »,
            quand un nombre, ou la différence, désignerait trop peu d'entre eux.

        Examples
        --------
        >>> [Effectifs(3).part(nombre, 9, "document") for nombre in (4, 9, 8)]
        ['4 documents sur 9', 'les 9 documents', 'une partie des documents']
        """
        des = des or un + "s"
        if nombre and nombre == total:
            return f"les {en_nombre(total)} {des}" if self.montrables(total) else f"les {des}"
        if not self.montrables(nombre, total - nombre):
            return f"une partie des {des}"
        return f"{accorder(nombre, un, des)} sur {en_nombre(total)}"
