"""Lire un notebook sans jamais l'exécuter : ses textes, son code, ses sorties gardées."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from ess_analyse.arbre import lire_arbre
from ess_analyse.erreurs import ErreurDonnees, Probleme, proposer, relatif
from ess_analyse.fichiers import lire_texte
from ess_analyse.rendu.sorties import Sorties, barriere, en_attribut, en_bloc_html, en_texte
from ess_analyse.rendu.sources import Ligne, lire_entete

__all__ = ["Cahier", "lire_cahier"]

_OPTION = re.compile(r"^#\|\s?(.*)$")
_OPTIONS = (
    "label",
    "fig-cap",
    "fig-alt",
    "tbl-cap",
    "echo",
    "include",
    "output",
    "warning",
    "error",
    "code-fold",
    "code-summary",
    "eval",
    "fig-width",
    "fig-height",
    "fig-subcap",
    "layout-ncol",
    "tags",
    "id",
    "message",
)


@dataclass
class Cahier:
    """Un notebook mis en Markdown.

    Attributes
    ----------
    nom : str
        Son chemin depuis la racine du projet.
    lignes : list of Ligne
        Toute la page.
    cellules : dict of str to list of Ligne
        Les sorties de chaque cellule étiquetée, pour ``embed``.
    ressources : dict of str to bytes
        Ses figures, par chemin dans le site.
    problemes : list of Probleme
        Cellules en échec, figures sans texte alternatif, sorties dynamiques…
    """

    nom: str
    lignes: list[Ligne] = field(default_factory=list)
    cellules: dict[str, list[Ligne]] = field(default_factory=dict)
    ressources: dict[str, bytes] = field(default_factory=dict)
    problemes: list[Probleme] = field(default_factory=list)


def lire_cahier(chemin: Path, racine: Path, reglages: Mapping[str, Any]) -> Cahier:
    """Lire un notebook.

    Parameters
    ----------
    chemin : Path
        Le fichier ``.ipynb`` ; ses sorties doivent y être.
    racine : Path
        La racine du projet.
    reglages : mapping
        Les réglages du projet : ``execute`` (``echo``, ``include``, ``output``, ``warning``) et ``code-fold``.

    Returns
    -------
    Cahier
        La page, ses figures, ses cellules, ses problèmes.
    """
    cahier = Cahier(relatif(chemin, racine))
    try:
        contenu = json.loads(lire_texte(chemin))
        cellules = contenu["cells"] if contenu["nbformat"] == 4 and _sont_des_cellules(contenu["cells"]) else None
    except (ValueError, KeyError, TypeError):
        cellules = None
    except ErreurDonnees as erreur:
        cahier.problemes.extend(erreur.problemes)
        return cahier
    if cellules is None:
        cahier.problemes.append(
            Probleme(
                cahier.nom,
                0,
                "ce n'est pas un notebook Jupyter (version 4)",
                remede="enregistrez-le de nouveau depuis Jupyter",
            )
        )
        return cahier
    code = [
        cellule
        for cellule in cellules
        if cellule.get("cell_type") == "code" and en_texte(cellule.get("source")).strip()
    ]
    if code and not any(cellule.get("outputs") or cellule.get("execution_count") for cellule in code):
        cahier.problemes.append(
            Probleme(
                cahier.nom,
                0,
                "notebook jamais exécuté : il n'a aucune sortie",
                remede="exécutez toutes ses cellules puis enregistrez-le",
            )
        )
    _Lecteur(cahier, dict(reglages)).lire(cellules)
    return cahier


@dataclass
class _Lecteur:
    cahier: Cahier
    reglages: dict[str, Any]
    place: str = ""

    def lire(self, cellules: list[dict[str, Any]]) -> None:
        for rang, cellule in enumerate(cellules, 1):
            self.place, texte = f"{self.cahier.nom}, cellule {rang}", en_texte(cellule.get("source"))
            if cellule.get("cell_type") == "markdown":
                self.cahier.lignes += [*self.markdown(cellule, texte), Ligne(self.place, 0, "")]
            elif cellule.get("cell_type") == "raw":
                self.brut(rang, texte)
            elif texte.strip():
                self.code(rang, cellule, texte)

    def refuser(self, message: str, valeur: str = "", remede: str = "", ligne: int = 0) -> None:
        self.cahier.problemes.append(Probleme(self.place, ligne, message, valeur, remede))

    def situer(self, texte: str) -> list[Ligne]:
        return [Ligne(self.place, numero, ligne) for numero, ligne in enumerate(texte.split("\n"), 1)]

    def brut(self, rang: int, texte: str) -> None:
        lignes = self.situer(texte)
        if rang == 1 and texte.startswith("---"):
            # Only read here for the notebook's own echo and code-fold; the page checks the header again.
            entete = lire_entete(lignes, [])[0]
            propre = entete.get("execute")
            self.reglages |= {cle: valeur for cle, valeur in entete.items() if cle in ("code-fold", "code-summary")}
            self.reglages["execute"] = {
                **(self.reglages.get("execute") or {}),
                **(propre if isinstance(propre, dict) else {}),
            }
            self.cahier.lignes += lignes
        elif texte.strip():
            self.cahier.lignes += [*self.situer("\n".join(en_bloc_html(texte))), Ligne(self.place, 0, "")]

    def markdown(self, cellule: dict[str, Any], texte: str) -> list[Ligne]:
        jointes = Sorties(self.cahier.nom, self.place, {}, "", self.cahier.ressources)
        for nom, formats in sorted((cellule.get("attachments") or {}).items()):
            for mime, donnees in sorted(formats.items()):
                chemin = jointes.ranger(PurePosixPath(nom).stem, mime, donnees)
                texte = texte.replace(f"attachment:{nom}", chemin or f"attachment:{nom}")
        self.retenir(jointes)
        return self.situer(texte)

    def code(self, rang: int, cellule: dict[str, Any], texte: str) -> None:
        options, corps = self.options(texte)
        execute = self.reglages.get("execute") if isinstance(self.reglages.get("execute"), dict) else {}
        options = {
            **execute,
            **{cle: self.reglages[cle] for cle in ("code-fold", "code-summary") if cle in self.reglages},
            **options,
        }
        etiquette = str(options.get("label") or "")
        if options.get("include") is False:
            return
        sorties = Sorties(self.cahier.nom, self.place, options, etiquette or f"cellule-{rang}", self.cahier.ressources)
        gardees = [] if options.get("output") is False else cellule.get("outputs") or []
        dit = [Ligne(self.place, 0, ligne) for ligne in sorties.ecrire(gardees)]
        self.retenir(sorties)
        if etiquette:
            self.cahier.cellules[etiquette] = dit
        if options.get("echo", True) is not False and corps.strip():
            self.cahier.lignes += [Ligne(self.place, 0, ligne) for ligne in _montrer_code(corps, options)]
        self.cahier.lignes += dit

    def retenir(self, sorties: Sorties) -> None:
        self.cahier.problemes += sorties.problemes

    def options(self, texte: str) -> tuple[dict[str, Any], str]:
        lignes = texte.split("\n")
        fin = next((rang for rang, ligne in enumerate(lignes) if not _OPTION.match(ligne)), len(lignes))
        if not fin:
            return {}, texte.strip("\n")
        try:
            arbre = lire_arbre("\n".join(_OPTION.match(ligne)[1] for ligne in lignes[:fin]), self.place)
        except ErreurDonnees as erreur:
            self.cahier.problemes.extend(erreur.problemes)
            return {}, "\n".join(lignes[fin:])
        self.cahier.problemes.extend(arbre.problemes)
        options = arbre.valeur if isinstance(arbre.valeur, dict) else {}
        for cle in options:
            if cle == "freeze" or cle not in _OPTIONS:
                self.refuser(
                    "option de cellule inconnue", cle, proposer(cle, _OPTIONS) or "retirez-la", arbre.lignes[cle,]
                )
        return options, "\n".join(lignes[fin:]).strip("\n")


def _montrer_code(corps: str, options: Mapping[str, Any]) -> Iterator[str]:
    replie, cloture = options.get("code-fold", True), barriere(corps)
    attributs = ".cellule-code" + (" .replie" if replie in (True, "show") else "")
    attributs += ' ouvert="oui"' if replie == "show" else ""
    attributs += f' resume="{en_attribut(str(options["code-summary"]))}"' if options.get("code-summary") else ""
    yield from (f"::: {{{attributs}}}", f"{cloture}python", *corps.split("\n"), cloture, ":::", "")


def _sont_des_cellules(cellules: object) -> bool:
    return isinstance(cellules, list) and all(isinstance(cellule, dict) for cellule in cellules)
