"""Le dossier d'une étude : où chaque chose y est rangée."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from ess_analyse.erreurs import ErreurDonnees, Probleme, relatif

__all__ = ["EXEMPLES_LIVRES", "Etude"]

_INSTALLES = Path(str(files("ess_analyse"))) / "exemples"
EXEMPLES_LIVRES = _INSTALLES if _INSTALLES.is_dir() else Path(__file__).parents[2] / "data/exemples"
"""Ceux que le programme apporte ; dans une copie de travail, ils restent là où l'étude range ses données."""


def _chemin(nom: str, doc: str) -> property:
    return property(lambda self: self.racine / nom, doc=doc)


@dataclass(frozen=True)
class Etude:
    """Le dossier d'une étude, et où chaque chose y est rangée.

    Examples
    --------
    >>> Etude(Path("mon-etude")).grille.as_posix()
    'mon-etude/data/grille.yml'
    """

    racine: Path

    @classmethod
    def trouver(cls, depart: Path) -> Etude:
        """Trouver l'étude dont ``depart`` fait partie.

        Parameters
        ----------
        depart : Path
            Un dossier de l'étude ; ses parents sont essayés jusqu'à celui qui contient ``data/``.

        Raises
        ------
        ErreurDonnees
            Si aucun parent n'est une étude.
        """
        depart = Path(depart).absolute()
        for dossier in (depart, *depart.parents):
            if (dossier / "data").is_dir():
                return cls(dossier)
        remede = "allez dans le dossier de l'étude (celui qui contient data/), ou donnez-le avec --etude"
        raise ErreurDonnees([Probleme(str(depart), 0, "ce dossier ne fait partie d'aucune étude", remede=remede)])

    def refuser_sortie(self, cible: Path, remede: str) -> list[Probleme]:
        """Dire ce qui empêche d'écrire à un endroit ce que l'on sort de l'étude.

        Parameters
        ----------
        cible : Path
            Un fichier ou un dossier, qui peut ne pas exister ; un lien est suivi.
        remede : str
            Où écrire plutôt.

        Returns
        -------
        list of Probleme
            Au plus un : la cible est parmi ce que l'équipe écrit, ce qui est publié, ce qui est remis à une structure
            ou ce qui se recalcule.

        Examples
        --------
        >>> etude = Etude(Path("mon-etude"))
        >>> print(*etude.refuser_sortie(etude.site / "e.qdpx", "exportez dans exports/"))
        mon-etude/_site/e.qdpx : ce dossier est celui du site publié. Exportez dans exports/.
        >>> etude.refuser_sortie(Path("mon-etude/exports/e.qdpx"), "")
        []
        """
        reelle = Path(cible).resolve()
        for dossier, raison in (
            (self.data, "ce dossier ne contient que ce que l'équipe écrit"),
            (self.notebooks, "ce dossier ne contient que les analyses"),
            (self.rapports, "ce dossier est celui des pages publiées"),
            (self.site, "ce dossier est celui du site publié"),
            (self.restitutions, "ce dossier est celui des diagnostics, chacun pour une seule structure"),
            (self.memoire, "ce dossier ne contient que ce que la machine recalcule"),
            (self.racine / ".git", "ce dossier est celui de git"),
        ):
            if reelle.is_relative_to(dossier.resolve()):
                return [Probleme(relatif(cible), 0, raison, remede=remede)]
        return []

    data = _chemin("data", "Tout ce qu'une personne écrit ou décide.")
    reglages = _chemin("data/etude.yml", "Les réglages de l'étude.")
    brut = _chemin("data/brut", "Les transcriptions telles que reçues.")
    cle = _chemin("data/prive/cle.csv", "La table nom réel → pseudonyme.")
    sources = _chemin("data/prive/sources.csv", "Quel fichier reçu est devenu quel entretien.")
    corpus = _chemin("data/corpus", "Les textes canoniques, pseudonymisés.")
    documents = _chemin("data/corpus/corpus.csv", "La description de chaque document.")
    temps = _chemin("data/corpus/temps.csv", "Où chaque tour est dans l'enregistrement.")
    diffusion = _chemin("data/corpus/diffusion.csv", "Les passages dont la diffusion n'est pas celle du document.")
    structures = _chemin("data/structures.csv", "Le panel.")
    fonctions = _chemin("data/fonctions.csv", "Les familles de fonctions, assez larges pour être publiées.")
    grille = _chemin("data/grille.yml", "Les codes.")
    journal_grille = _chemin("data/journal_grille.csv", "Ce qui a changé dans la grille, et pourquoi.")
    scission = _chemin("data/scission.csv", "Les codages d'un code scindé, à répartir.")
    evolutions = _chemin("data/evolutions", "Les codages tels qu'ils étaient avant chaque changement de grille.")
    exemples = _chemin("data/exemples", "Les phrases d'exemple, inventées, d'où la machine apprend d'abord.")
    suggestions = _chemin("data/suggestions.csv", "Ce que la machine propose.")
    codages = _chemin("data/codages", "Une feuille par codeur.")
    echantillon = _chemin("data/echantillon.csv", "Les entretiens que toute l'équipe code à l'aveugle.")
    desaccords = _chemin("data/desaccords.csv", "Les désaccords côte à côte, à trancher.")
    recalage = _chemin("data/recalage.csv", "Les codages et les preuves dont la nouvelle place est à confirmer.")
    preuves = _chemin("data/preuves.csv", "Les phrases que l'étude cite, avec leurs mots : ce que recaler suit.")
    perdus = _chemin("data/perdus.csv", "Les codages dont la phrase n'est plus dans le corpus, gardés à part.")
    reprises = _chemin("data/reprises", "Ce qui vient d'un autre logiciel, à sa place exacte.")
    lexicometrie = _chemin("data/lexicometrie", "Les mots de l'étude, comptés comme on peut les publier.")
    depot = _chemin("data/depot.yml", "Comment citer l'étude déposée dans une archive.")
    methode = _chemin("data/methode.yml", "Ce que seule l'équipe peut dire de sa méthode.")
    enseignements = _chemin("data/enseignements", "Les enseignements, avec leurs preuves.")
    fiches = _chemin("data/fiches", "Les fiches situation-problème.")
    plan = _chemin("data/plan.csv", "Le plan d'actions.")
    autodiagnostic = _chemin("data/autodiagnostic.csv", "Les questions de l'autodiagnostic.")
    registre = _chemin("data/registre.csv", "Les retraits, sans le nom des personnes.")
    identifiants = _chemin("data/identifiants", "Des textes fictifs où chaque identifiant est marqué, pour mesurer.")
    notebooks = _chemin("notebooks", "Les analyses, sorties comprises.")
    rapports = _chemin("rapports", "Les pages du site.")
    recit = _chemin("data/synthese.md", "Les textes longs de la synthèse.")
    site = _chemin("_site", "Le site rendu.")
    memoire = _chemin(".ess", "Ce que la machine garde pour ne pas le recalculer.")
    restitutions = _chemin("restitutions", "Le diagnostic de chaque structure, pour elle seule.")
