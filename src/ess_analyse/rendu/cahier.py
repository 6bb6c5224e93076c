"""Lire un notebook sans jamais l'exécuter : ses textes, son code, ses sorties gardées."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from ess_analyse.arbre import lire_arbre
from ess_analyse.erreurs import ErreurDonnees, Probleme, proposer, relatif
from ess_analyse.fichiers import lire_texte
from ess_analyse.rendu.sorties import FIGURES, en_attribut, en_bloc_html, nettoyer_table
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
_DYNAMIQUES = (
    "application/vnd.jupyter.widget-view+json",
    "application/javascript",
    "application/vnd.plotly.v1+json",
    "application/vnd.vegalite.v5+json",
    "application/vnd.bokehjs_exec.v0+json",
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
        cellules = contenu["cells"] if contenu["nbformat"] == 4 else None
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
        cellule for cellule in cellules if cellule.get("cell_type") == "code" and _texte(cellule.get("source")).strip()
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
            self.place, texte = f"{self.cahier.nom}, cellule {rang}", _texte(cellule.get("source"))
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
            self.cahier.lignes += self.situer("\n".join(en_bloc_html(texte))) + [Ligne(self.place, 0, "")]

    def markdown(self, cellule: dict[str, Any], texte: str) -> list[Ligne]:
        for nom, formats in sorted((cellule.get("attachments") or {}).items()):
            for mime, donnees in sorted(formats.items()):
                chemin = self.ranger(PurePosixPath(nom).stem, mime, donnees)
                texte = texte.replace(f"attachment:{nom}", chemin or f"attachment:{nom}")
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
        lignes = (
            list(self.montrer_code(corps, options)) if options.get("echo", True) is not False and corps.strip() else []
        )
        sorties = list(self.sorties(cellule.get("outputs") or [], options, etiquette or f"cellule-{rang}"))
        if options.get("output") is False:
            sorties = []
        if etiquette:
            self.cahier.cellules[etiquette] = [Ligne(self.place, 0, ligne) for ligne in sorties]
        self.cahier.lignes += [Ligne(self.place, 0, ligne) for ligne in (*lignes, *sorties)]

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

    def montrer_code(self, corps: str, options: Mapping[str, Any]) -> Iterator[str]:
        barriere = _barriere(corps)
        replie = options.get("code-fold", True)
        classes = ".cellule-code" + (".replie" if replie in (True, "true", "show") else "")
        ouvert = ' ouvert="oui"' if replie == "show" else ""
        resume = f' resume="{en_attribut(str(options["code-summary"]))}"' if options.get("code-summary") else ""
        yield from (
            f"::: {{{classes.replace('.', ' .').strip()}{ouvert}{resume}}}",
            f"{barriere}python",
            *corps.split("\n"),
            barriere,
            ":::",
            "",
        )

    def sorties(self, sorties: list[dict[str, Any]], options: Mapping[str, Any], nom: str) -> Iterator[str]:
        blocs, images = [], 0
        for sortie in sorties:
            genre = sortie.get("output_type")
            if genre == "error":
                self.refuser(
                    "cette cellule a échoué",
                    str(sortie.get("ename", "")),
                    "corrigez-la puis exécutez le notebook de nouveau",
                )
            elif genre == "stream":
                if sortie.get("name") != "stderr" or options.get("warning", True) is not False:
                    blocs.append(_en_texte(_texte(sortie.get("text"))))
            else:
                donnees = sortie.get("data") or {}
                images += 1
                blocs.append(
                    list(
                        self.montrer(
                            donnees, sortie.get("metadata") or {}, options, nom if images == 1 else f"{nom}-{images}"
                        )
                    )
                )
        yield from self.legender([bloc for bloc in blocs if bloc], options)

    def legender(self, blocs: list[list[str]], options: Mapping[str, Any]) -> Iterator[str]:
        """Entourer les sorties d'un bloc étiqueté quand la cellule a une étiquette de renvoi ou une légende."""
        etiquette = str(options.get("label") or "")
        legende = options.get("fig-cap") or options.get("tbl-cap")
        if blocs and (legende or etiquette.startswith(("fig-", "tbl-"))):
            attributs = f"#{etiquette} .sortie-legendee" if etiquette else ".sortie-legendee"
            if etiquette.startswith(("fig-", "tbl-")) and not legende:
                cle = f"{etiquette[:3]}-cap"
                self.refuser("sortie étiquetée sans légende", etiquette, f"ajoutez « #| {cle}: … »")
            genre = "" if etiquette else f' genre="{"fig" if options.get("fig-cap") else "tbl"}"'
            colonnes = f' layout-ncol="{options["layout-ncol"]}"' if options.get("layout-ncol") else ""
            blocs = [
                [f"::::: {{{attributs}{genre}{colonnes}}}", ""],
                *blocs,
                [" ".join(str(legende or "").split()), "", ":::::", ""],
            ]
        for bloc in blocs:
            yield from bloc

    def montrer(
        self, donnees: Mapping[str, Any], meta: Mapping[str, Any], options: Mapping[str, Any], nom: str
    ) -> Iterator[str]:
        dynamique = next((mime for mime in _DYNAMIQUES if mime in donnees), None)
        if dynamique and not any(mime in donnees for mime in ("image/svg+xml", "image/png")):
            self.refuser(
                "sortie dynamique refusée : elle ne marche pas hors de Jupyter",
                dynamique,
                "montrez une table, ou une figure matplotlib avec fig-alt",
            )
            return
        if "text/html" in donnees and not dynamique:
            yield from en_bloc_html(nettoyer_table(_texte(donnees["text/html"])))
            return
        for mime in ("image/svg+xml", "image/png", "image/jpeg"):
            if mime in donnees:
                yield from self.figure(mime, donnees[mime], meta.get(mime) or {}, options, nom)
                return
        for mime in ("text/markdown", "text/latex"):
            if mime in donnees:
                yield from (*_texte(donnees[mime]).split("\n"), "")
                return
        yield from _en_texte(_texte(donnees.get("text/plain", "")))

    def figure(
        self, mime: str, donnees: Any, meta: Mapping[str, Any], options: Mapping[str, Any], nom: str
    ) -> Iterator[str]:
        alternative = options.get("fig-alt")
        if not isinstance(alternative, str) or not alternative.strip():
            self.refuser(
                "figure sans texte alternatif",
                nom,
                "ajoutez « #| fig-alt: … » : ce que la figure montre, en une phrase",
            )
            return
        chemin = self.ranger(nom, mime, donnees)
        if chemin:
            largeur = f' width="{int(meta["width"])}"' if isinstance(meta.get("width"), int | float) else ""
            yield from (f'![]({chemin}){{fig-alt="{en_attribut(alternative)}"{largeur}}}', "")

    def ranger(self, nom: str, mime: str, donnees: Any) -> str:
        suffixe = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}.get(mime)
        if suffixe is None:
            return ""
        racine = re.sub(r"[^A-Za-z0-9]+", "-", self.cahier.nom.rsplit(".", 1)[0]).strip("-")
        chemin = f"{FIGURES}/{racine}-{re.sub(r'[^A-Za-z0-9_-]+', '-', nom)}.{suffixe}"
        try:
            self.cahier.ressources[chemin] = (
                _texte(donnees).encode() if suffixe == "svg" else base64.b64decode(_texte(donnees), validate=False)
            )
        except binascii.Error:
            self.refuser("image illisible", nom, "exécutez le notebook de nouveau")
        return f"/{chemin}"


def _texte(valeur: Any) -> str:
    return "".join(valeur) if isinstance(valeur, list) else str(valeur or "")


def _barriere(texte: str) -> str:
    return "`" * (1 + max((len(suite) for suite in re.findall(r"`{3,}", texte)), default=2))


def _en_texte(texte: str) -> list[str]:
    texte = re.sub(r"\x1b\[[0-9;]*m", "", texte).rstrip("\n")
    barriere = _barriere(texte)
    return [barriere + "{.sortie}", *texte.split("\n"), barriere, ""] if texte.strip() else []
