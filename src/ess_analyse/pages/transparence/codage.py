"""Ce que l'étude montre de son analyse : qui code, avec quels codes, quel programme, quel accord, jusqu'où."""

from __future__ import annotations

import math

import ess_analyse
from ess_analyse.accord import lister_desaccords
from ess_analyse.codages import ARBITRAGE, HUMAIN
from ess_analyse.coefficients import ecrire_coefficient
from ess_analyse.modele import RIEN
from ess_analyse.pages.transparence.effectifs import accorder
from ess_analyse.pages.transparence.sources import Constat, Sources
from ess_analyse.tableaux import mesurer_saturation

__all__ = ["accord", "arbitrage", "codeurs", "grille", "logiciel", "saturation", "version_grille"]

_ACCORD = (("accord entre codeurs", "methode.html"), ("table de l'accord", "donnees/accord.csv"))
_GRILLE = (("grille de codage", "grille.html"), ("table de la grille", "donnees/grille.csv"))


def codeurs(sources: Sources) -> Constat | None:
    """Compter les personnes qui codent, et ce que plusieurs ont lu."""
    lectures = sources.matiere.codages
    lectures = lectures[lectures["codeur"] != ARBITRAGE]
    personnes = lectures["codeur"].nunique()
    if not personnes:
        return None
    aveugles = personnes - lectures.loc[lectures["origine"] != HUMAIN, "codeur"].nunique()
    texte = f"{accorder(personnes, 'personne a', 'personnes ont')} codé "
    texte += f"{accorder(lectures['segment'].nunique(), 'phrase')}"
    if aveugles == personnes:
        texte += ", sans accepter aucune suggestion"
    elif aveugles:
        texte += f" ; {accorder(aveugles, 'n’a', 'n’ont')} accepté aucune suggestion"
    voix = lectures.groupby("segment")["codeur"].nunique()
    doubles = set(voix.index[voix > 1])
    if doubles:
        lieux = sources.matiere.segments
        lus = lieux.loc[lieux["segment"].isin(doubles), "entretien"].nunique()
        dans = sources.effectifs.part(lus, len(sources.matiere.corpus), "document")
        texte += f". {accorder(len(doubles), 'phrase a été lue', 'phrases ont été lues')} par deux personnes au moins, "
        texte += f"dans {dans}"
    return Constat(f"{texte}.", _ACCORD[:1])


def grille(sources: Sources) -> Constat | None:
    """Décrire l'arbre des codes."""
    codes = sources.matiere.grille
    if not len(codes):
        return None
    dimensions = [f"{d.libelle} : {accorder(len(codes.ids(d.id)), 'code')}" for d in codes.dimensions]
    exemples = sum(len(code.exemples) + len(code.contre_exemples) for code in codes)
    return Constat(
        f"La grille compte {accorder(len(codes), 'code')}, en {accorder(len(dimensions), 'dimension')} "
        f"({' ; '.join(dimensions)}). Chacun a sa définition, ce qu'il comprend et ne comprend pas ; en tout, "
        f"{accorder(exemples, 'exemple ou contre-exemple', 'exemples et contre-exemples')}.",
        _GRILLE,
    )


def version_grille(sources: Sources) -> Constat:
    """Dire si la grille a changé en route."""
    version = sources.matiere.grille.version
    if version == 1:
        return Constat("La grille est dans sa première version : elle n'a pas changé pendant le codage.", _GRILLE[:1])
    changements = accorder(version - 1, "changement la sépare", "changements la séparent")
    return Constat(f"La grille en est à sa version {version} : {changements} de la première.", _GRILLE[:1])


def logiciel(sources: Sources) -> Constat:
    """Nommer le programme, sa version, et ce que les codages lui doivent."""
    texte = f"L'étude est faite avec ess_analyse, version {ess_analyse.__version__}"
    poses = sources.matiere.consolide
    poses = poses[poses["code"] != RIEN]
    if len(poses):
        acceptes = int((poses["origine"] != HUMAIN).sum())
        viennent = accorder(acceptes, "vient", "viennent") if acceptes else "aucun ne vient"
        texte += f". Sur {accorder(len(poses), 'code posé', 'codes posés')}, {viennent} d'une suggestion du programme "
        texte += "qu'une personne a acceptée"
    return Constat(f"{texte}.", (("fiche du modèle", "fiche-modele.html"),))


def accord(sources: Sources) -> Constat | None:
    """Dire l'accord des personnes qui codent, dimension par dimension."""
    table = sources.tables["accord"]
    noms = {dimension.id: dimension.libelle for dimension in sources.matiere.grille.dimensions}
    lignes = table[table["code"].isin(noms) & (table["codeurs"] > 1)]
    if not len(lignes):
        return None
    dits = [f"{noms[ligne.code]}, {_alpha(ligne.alpha, ligne.conclusion)}" for ligne in lignes.itertuples()]
    phrases = accorder(int(lignes["unites"].max()), "phrase lue", "phrases lues")
    return Constat(
        f"L'accord a été mesuré sur {phrases} par deux personnes au moins, sans suggestion acceptée "
        f"(α de Krippendorff) : {' ; '.join(dits)}.",
        _ACCORD,
    )


def arbitrage(sources: Sources) -> Constat | None:
    """Compter les phrases en désaccord, et celles qui ont été tranchées ensemble."""
    codages = sources.matiere.codages
    desaccords = set(lister_desaccords(codages)["segment"])
    if not desaccords:
        return None
    tranchees = desaccords & set(codages.loc[codages["codeur"] == ARBITRAGE, "segment"])
    return Constat(
        f"{accorder(len(desaccords), 'phrase divise', 'phrases divisent')} les personnes qui codent ; "
        f"{accorder(len(tranchees), 'a été tranchée', 'ont été tranchées')} ensemble. La feuille de chacune est gardée "
        "telle quelle.",
        suffit=bool(tranchees),
    )


def saturation(sources: Sources) -> Constat | None:
    """Dire à partir de quel document la grille n'a plus rencontré de thème nouveau."""
    codages = sources.codages_publics
    codages = codages[codages["code"].isin([*sources.matiere.grille.ids("theme"), RIEN])]
    courbe = mesurer_saturation(codages, sources.segments_publics, _par_date(sources, codages))
    if not len(courbe) or not courbe["cumul"].iloc[-1]:
        return None
    lus, dernier = len(courbe), int(courbe.loc[courbe["nouveaux"] > 0, "rang"].max())
    effectifs = sources.effectifs
    if not effectifs.montrables(lus):
        return Constat("Trop peu de documents sont codés pour en juger.", suffit=False)
    total = f" sur {lus}" if effectifs.montrables(len(sources.matiere.corpus) - lus) else ""
    if dernier == lus:
        quand = "De nouveaux thèmes apparaissaient encore dans le dernier document codé"
    elif not effectifs.montrables(dernier):
        quand = "Tous étaient apparus dès les premiers documents codés"
    elif not effectifs.montrables(lus - dernier):
        quand = "Les derniers nouveaux sont apparus parmi les derniers documents codés"
    else:
        quand = f"Après le {dernier}ᵉ document codé{total}, plus aucun n'est nouveau"
    themes = accorder(int(courbe["cumul"].iloc[-1]), "thème rencontré", "thèmes rencontrés")
    return Constat(
        f"{themes}, les documents pris dans l'ordre de leurs dates. {quand}. Cette courbe ne suit que les codes de la "
        "grille : elle ne dit pas qu'il n'y a plus rien à apprendre.",
        (("usages de chaque code", "donnees/codes.csv"),),
    )


def _par_date(sources: Sources, codages) -> list[str]:
    """Ranger par date les documents codés ; ceux qui n'en ont pas viennent après."""
    segments, documents = sources.segments_publics, sources.matiere.documents
    lus = set(segments.loc[segments["segment"].isin(codages["segment"]), "entretien"])
    ordre = documents[documents["entretien"].isin(lus)]
    rangees = ordre.sort_values("date", key=lambda dates: dates.where(dates != "", "~"), kind="stable")
    return rangees["entretien"].tolist()


def _alpha(alpha: float, conclusion: str) -> str:
    return conclusion if math.isnan(alpha) else f"{ecrire_coefficient(alpha)} ({conclusion})"
