"""Ce que l'étude montre de ses résultats : citations, preuves, paroles contraires, thèmes."""

from __future__ import annotations

import pandas as pd

from ess_analyse.pages.transparence.effectifs import accorder
from ess_analyse.pages.transparence.sources import Constat, Sources

__all__ = ["citations", "contre_preuves", "preuves", "themes_majeurs", "themes_mineurs"]

_ENSEIGNEMENTS = (("enseignements", "enseignements/index.html"), ("table du soutien", "donnees/soutien.csv"))
_THEMES = (("risques et opportunités", "risques-opportunites.html"), ("usages de chaque code", "donnees/codes.csv"))
_MAJEUR = 0.5
"""Un thème est majeur s'il est dit dans au moins cette part des documents codés : une convention, que la page dit."""
_NOMMES = 5


def citations(sources: Sources) -> Constat | None:
    """Compter les citations publiées, et dire que chacune mène à son document."""
    montrees = [verbatim for verbatim in sources.verbatims if not verbatim.contenue]
    if not montrees:
        return None
    documents = {verbatim.place.entretien for verbatim in montrees}
    cites = sources.effectifs.part(len(documents), len(sources.matiere.corpus), "document")
    return Constat(
        f"{accorder(len(montrees), 'citation publiée', 'citations publiées')}, sources : {cites}. Chacune porte "
        "l'identifiant pseudonymisé de son document, sa place dans le texte et ce qui l'entoure.",
        (("verbatims", "verbatims.html"), ("table des citations", "donnees/verbatims.csv")),
    )


def preuves(sources: Sources) -> Constat | None:
    """Compter les preuves de chaque enseignement."""
    if not len(soutien := _soutien(sources)):
        return None
    nombres = soutien["preuves"]
    bornes = nombres.min(), nombres.max()
    etendue = f"de {bornes[0]} à {bornes[1]} chacun" if bornes[0] < bornes[1] else f"{bornes[0]} chacun"
    etendue = f" ({etendue})" if len(soutien) > 1 else ""
    return Constat(
        f"{accorder(len(soutien), 'enseignement cite', 'enseignements citent')} "
        f"{accorder(int(nombres.sum()), 'preuve')}{etendue}. Chaque preuve est un lien vers la phrase entendue, "
        "reprise du texte et jamais retapée.",
        _ENSEIGNEMENTS,
        suffit=bool(bornes[0]),
    )


def contre_preuves(sources: Sources) -> Constat | None:
    """Compter les paroles qui contredisent les enseignements."""
    soutien = _soutien(sources)
    contre = soutien["contre"]
    if not contre.sum():
        return None
    avec, total = int((contre > 0).sum()), len(soutien)
    en_ont = "en a" if avec == 1 else "en ont"
    combien = "chaque enseignement en a" if avec == total else f"{accorder(avec, 'enseignement')} sur {total} {en_ont}"
    citees = accorder(int(contre.sum()), "parole contraire est citée", "paroles contraires sont citées")
    return Constat(
        f"{citees} ; {combien}.",
        _ENSEIGNEMENTS,
    )


def themes_majeurs(sources: Sources) -> Constat | None:
    """Compter les thèmes dits dans au moins la moitié des documents codés."""
    if (themes := _themes(sources)) is None:
        return None
    majeurs = themes[themes["entretiens"] >= _MAJEUR * sources.lus]
    if not len(majeurs):
        return Constat("Aucun thème n'est dit dans la moitié au moins des documents codés.", _THEMES)
    return Constat(
        f"{accorder(len(majeurs), 'thème est dit', 'thèmes sont dits')} dans la moitié au moins des documents codés. "
        f"Les plus partagés : {_nommer(majeurs.sort_values('entretiens', ascending=False, kind='stable'))}.",
        _THEMES,
    )


def themes_mineurs(sources: Sources) -> Constat | None:
    """Compter les thèmes dits dans moins de la moitié des documents codés."""
    if (themes := _themes(sources)) is None:
        return None
    mineurs = themes[(themes["entretiens"] > 0) & (themes["entretiens"] < _MAJEUR * sources.lus)]
    if not len(mineurs):
        return None
    return Constat(
        f"{accorder(len(mineurs), 'thème est dit', 'thèmes sont dits')} dans moins de la moitié des documents codés. "
        f"Les moins partagés : {_nommer(mineurs.sort_values('entretiens', kind='stable'))}.",
        _THEMES,
    )


def _soutien(sources: Sources) -> pd.DataFrame:
    return sources.tables.get("soutien", pd.DataFrame({"preuves": [], "contre": []}, dtype="int64"))


def _themes(sources: Sources) -> pd.DataFrame | None:
    """Lire le nombre de documents de chaque thème dans la table publiée : ce qui y est masqué n'est pas nommé."""
    codes = sources.tables["codes"]
    themes = codes[codes["code"].isin(sources.matiere.grille.ids("theme")) & codes["entretiens"].notna()]
    assez = sources.lus and sources.effectifs.montrables(sources.lus)
    return themes if assez and themes["entretiens"].sum() else None


def _nommer(themes: pd.DataFrame) -> str:
    return ", ".join(
        f"« {ligne.libelle} » ({accorder(int(ligne.entretiens), 'document')})"
        for ligne in themes.head(_NOMMES).itertuples()
    )
