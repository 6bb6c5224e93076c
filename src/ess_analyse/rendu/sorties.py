"""Écrire en Markdown de pandoc les sorties gardées d'une cellule : tables, figures, textes."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Any

from ess_analyse.erreurs import Probleme
from ess_analyse.rendu.dataframes import nettoyer_table

__all__ = ["FIGURES", "Sorties", "barriere", "en_attribut", "en_bloc_html", "en_texte"]

FIGURES = "site_libs/figures"
"""Le dossier du site qui reçoit les figures des notebooks."""

_DYNAMIQUES = (
    "application/vnd.jupyter.widget-view+json",
    "application/javascript",
    "application/vnd.plotly.v1+json",
    "application/vnd.vegalite.v5+json",
    "application/vnd.bokehjs_exec.v0+json",
)
_IMAGES = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}
_ETIQUETTES = ("fig-", "tbl-")


@dataclass
class Sorties:
    """Les sorties d'une cellule.

    Parameters
    ----------
    cahier, place : str
        Le notebook, et la cellule pour les messages.
    options : mapping
        Ses options ``#|``.
    nom : str
        Le nom de ses figures.

    Attributes
    ----------
    ressources : dict of str to bytes
        Ses figures, par chemin dans le site.
    problemes : list of Probleme
        Échecs, figures muettes, sorties dynamiques.
    """

    cahier: str
    place: str
    options: Mapping[str, Any]
    nom: str
    ressources: dict[str, bytes] = field(default_factory=dict)
    problemes: list[Probleme] = field(default_factory=list)

    def refuser(self, message: str, valeur: str = "", remede: str = "") -> None:
        """Retenir un problème de cette cellule."""
        self.problemes.append(Probleme(self.place, 0, message, valeur, remede))

    def ecrire(self, sorties: list[dict[str, Any]]) -> Iterator[str]:
        """Écrire les lignes Markdown de toutes les sorties."""
        blocs = []
        for sortie in sorties:
            genre = sortie.get("output_type")
            if genre == "error":
                self.refuser(
                    "cette cellule a échoué",
                    str(sortie.get("ename", "")),
                    "corrigez-la puis exécutez le notebook de nouveau",
                )
            elif genre == "stream" and sortie.get("name") == "stderr":
                blocs.append(self._avertissement(en_texte(sortie.get("text"))))
            elif genre == "stream":
                blocs.append(_en_bloc_de_texte(en_texte(sortie.get("text"))))
            else:
                nom = self.nom if not blocs else f"{self.nom}-{len(blocs) + 1}"
                blocs.append(list(self._montrer(sortie.get("data") or {}, sortie.get("metadata") or {}, nom)))
        yield from self._legender([bloc for bloc in blocs if bloc])

    def ranger(self, nom: str, mime: str, donnees: Any) -> str:
        """Ranger une image parmi les ressources et donner son adresse ; vide si ce n'en est pas une."""
        suffixe = _IMAGES.get(mime)
        if suffixe is None:
            return ""
        racine = re.sub(r"[^A-Za-z0-9]+", "-", self.cahier.rsplit(".", 1)[0]).strip("-")
        debut = f"{FIGURES}/{racine}-{re.sub(r'[^A-Za-z0-9_-]+', '-', nom)}"
        texte, octets = en_texte(donnees), b""
        try:
            octets = texte.encode() if suffixe == "svg" else base64.b64decode("".join(texte.split()), validate=True)
        except binascii.Error:
            self.refuser("image illisible", nom, "exécutez le notebook de nouveau")
        # Jupyter calls every pasted picture "image.png": two cells must not share one file.
        noms = (f"{debut}{suite}.{suffixe}" for suite in chain([""], (f"-bis{rang}" for rang in count(1))))
        chemin = next(un for un in noms if self.ressources.get(un, octets) == octets)
        self.ressources[chemin] = octets
        return f"/{chemin}"

    def _avertissement(self, texte: str) -> list[str]:
        montrer = self.options.get("warning")
        if montrer is None:
            # A warning often carries a path of the machine: it is published only on purpose.
            self.refuser(
                "avertissement de Python dans une sortie",
                " ".join(texte.split())[:60],
                "corrigez-en la cause, ou ajoutez « #| warning: false »",
            )
        return _en_bloc_de_texte(texte) if montrer else []

    def _legender(self, blocs: list[list[str]]) -> Iterator[str]:
        """Entourer les sorties d'un bloc étiqueté quand la cellule a une étiquette de renvoi ou une légende."""
        etiquette = str(self.options.get("label") or "")
        legende = self.options.get("fig-cap") or self.options.get("tbl-cap")
        renvoi = etiquette.startswith(_ETIQUETTES)
        if blocs and (legende or renvoi):
            if not legende:
                self.refuser("sortie étiquetée sans légende", etiquette, f"ajoutez « #| {etiquette[:3]}-cap: … »")
            attributs = f"#{etiquette} .sortie-legendee" if etiquette else ".sortie-legendee"
            attributs += "" if renvoi else f' genre="{"fig" if self.options.get("fig-cap") else "tbl"}"'
            colonnes = self.options.get("layout-ncol")
            attributs += f' layout-ncol="{colonnes}"' if colonnes else ""
            blocs = [[f"::::: {{{attributs}}}", ""], *blocs, [" ".join(str(legende or "").split()), "", ":::::", ""]]
        for bloc in blocs:
            yield from bloc

    def _montrer(self, donnees: Mapping[str, Any], meta: Mapping[str, Any], nom: str) -> Iterator[str]:
        dynamique = next((mime for mime in _DYNAMIQUES if mime in donnees), None)
        image = next((mime for mime in _IMAGES if mime in donnees), None)
        if dynamique and not image:
            self.refuser(
                "sortie dynamique refusée : elle ne marche pas hors de Jupyter",
                dynamique,
                "montrez une table, ou une figure matplotlib avec fig-alt",
            )
        elif "text/html" in donnees and not dynamique:
            yield from en_bloc_html(nettoyer_table(en_texte(donnees["text/html"])))
        elif image:
            yield from self._figure(image, donnees[image], meta.get(image) or {}, nom)
        elif texte := next((donnees[mime] for mime in ("text/markdown", "text/latex") if mime in donnees), None):
            yield from (*en_texte(texte).split("\n"), "")
        else:
            yield from _en_bloc_de_texte(en_texte(donnees.get("text/plain")))

    def _figure(self, mime: str, donnees: Any, meta: Mapping[str, Any], nom: str) -> Iterator[str]:
        alternative = self.options.get("fig-alt")
        if not isinstance(alternative, str) or not alternative.strip():
            self.refuser(
                "figure sans texte alternatif",
                nom,
                "ajoutez « #| fig-alt: … » : ce que la figure montre, en une phrase",
            )
        elif chemin := self.ranger(nom, mime, donnees):
            largeur = f' width="{int(meta["width"])}"' if isinstance(meta.get("width"), int | float) else ""
            yield from (f'![]({chemin}){{fig-alt="{en_attribut(alternative)}"{largeur}}}', "")


def en_texte(valeur: Any) -> str:
    """Donner un texte de notebook, écrit d'une pièce ou ligne à ligne."""
    return "".join(valeur) if isinstance(valeur, list) else str(valeur or "")


def barriere(texte: str) -> str:
    """Choisir une clôture de code plus longue que toutes celles d'un texte."""
    return "`" * (1 + max((len(suite) for suite in re.findall(r"`{3,}", texte)), default=2))


def en_bloc_html(html: str) -> list[str]:
    """Écrire un bloc HTML brut en Markdown de pandoc."""
    cloture = barriere(html)
    return [f"{cloture}{{=html}}", *html.strip("\n").split("\n"), cloture, ""]


def en_attribut(texte: str) -> str:
    """Échapper un texte pour un attribut de pandoc."""
    return re.sub(r'([\\"`*_<>$&\[\]{}])', r"\\\1", " ".join(texte.split()))


def _en_bloc_de_texte(texte: str) -> list[str]:
    texte = re.sub(r"\x1b\[[0-9;]*m", "", texte).rstrip("\n")
    cloture = barriere(texte)
    return [cloture + "{.sortie}", *texte.split("\n"), cloture, ""] if texte.strip() else []
