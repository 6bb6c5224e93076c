"""Composer des paragraphes avec les morceaux, les notes, les cadres et les cases d'un document de bureau."""

from __future__ import annotations

from collections.abc import Iterable

from ess_analyse.lecture.paragraphes import Paragraphe, propre

__all__ = ["Brouillon", "Case", "Contenant", "Ligne", "Note", "Tableau", "joindre"]


class Contenant:
    """Ce qui reçoit des paragraphes : le document, une case, une note."""

    def __init__(self):
        self.recus: list[Paragraphe] = []
        self.ouvert: Brouillon | None = None
        """Un paragraphe dont la marque de fin a été supprimée : le suivant le continue."""

    def recevoir(self, paragraphes: list[Paragraphe]) -> None:
        """Recevoir ce qu'un autre contenant a composé."""
        self.finir()
        self.recus += paragraphes

    def finir(self) -> None:
        """Composer le paragraphe que rien n'est venu continuer."""
        if brouillon := self.ouvert:
            self.ouvert = None
            self.recus += brouillon.composer()

    def composer(self) -> list[Paragraphe]:
        """Rendre les paragraphes reçus."""
        self.finir()
        return self.recus


class Note(Contenant):
    """Le corps d'une note."""


class Case(Contenant):
    """Une case de tableau."""


class Ligne(Contenant):
    """Une ligne de tableau."""

    def __init__(self):
        super().__init__()
        self.cases: list[list[Paragraphe]] = []
        self.supprimee = False


class Tableau(Contenant):
    """Un tableau, gardé entier jusqu'à ce que l'on sache si ses lignes sont des tours."""

    def __init__(self):
        super().__init__()
        self.lignes: list[list[list[Paragraphe]]] = []


class Brouillon(Contenant):
    """Un paragraphe en cours : ses morceaux, gras ou non, les notes qu'il appelle, les cadres qu'il porte."""

    def __init__(self):
        super().__init__()
        self.morceaux: list[tuple[str, bool]] = []
        self.notes: list[str] = []
        self.tete = self.style = ""
        self.gras = self.continue_ = False
        self.numero: dict[str, str] = {}

    def composer(self) -> list[Paragraphe]:
        """Rendre le paragraphe, puis ses notes, puis ses cadres."""
        self.finir()
        texte = propre("".join(morceau for morceau, _ in self.morceaux))
        paragraphes = [self._composer(texte)] if texte else []
        notes = [Paragraphe(f"[Note : {note}]") for note in self.notes]
        return paragraphes + notes + self.recus

    def _composer(self, texte: str) -> Paragraphe:
        gras = ""
        for morceau, est_gras in self.morceaux:
            if not est_gras and morceau.strip():
                break
            gras += morceau
        gras = propre(gras)
        longueur = len(gras) if texte.startswith(gras) and any(g and m.strip() for m, g in self.morceaux) else 0
        tete = f"{self.tete} " if self.tete else ""
        return Paragraphe(propre(tete + texte), gras=longueur and len(tete) + longueur)


def joindre(paragraphes: Iterable[Paragraphe]) -> str:
    """Mettre bout à bout les paragraphes d'une note."""
    return " ".join(paragraphe.texte.replace("\n", " ") for paragraphe in paragraphes)
