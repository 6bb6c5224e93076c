"""Reconnaître dans l'arbre de pandoc les blocs de Quarto : encadrés, onglets, dispositions, figures, tableaux."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ess_analyse.rendu.noeuds import Noeud, attribut, en_clair
from ess_analyse.rendu.sources import Source

__all__ = ["preparer"]

_ENCADRES = ("note", "tip", "warning", "important", "caution")
_HORS_CHAMP = re.compile(r"column-(?!$)|g-col-|grid$|panel-(?!tabset$)|aside$|margin-")


def preparer(arbre: Noeud, source: Source, titre_references: str, problemes: list) -> list[Noeud]:
    """Remplacer les blocs de Quarto par les nôtres.

    Parameters
    ----------
    arbre : dict
        L'arbre JSON de pandoc.
    source : Source
        La page, pour situer ce qui est refusé.
    titre_references : str
        Le titre de la bibliographie.
    problemes : list of Probleme
        Reçoit ce qui est refusé.

    Returns
    -------
    list of dict
        Les blocs ; s'y ajoutent ``Encadre``, ``Onglets``, ``Disposition`` et ``Legende``.
    """
    preparateur = _Preparateur(source, problemes)
    blocs = preparateur.blocs(arbre["blocks"])
    return list(_titrer_references(blocs, titre_references))


def _titrer_references(blocs: list[Noeud], titre: str) -> Iterator[Noeud]:
    for rang, bloc in enumerate(blocs):
        if bloc["t"] == "Div" and bloc["c"][0][0] == "refs":
            bloc["c"][0][2] = [["role", "list"]]
            for entree in bloc["c"][1]:
                entree["c"][0][2] = [["role", "listitem"]]
            if not bloc["c"][1]:
                continue
            if not rang or blocs[rang - 1]["t"] != "Header":
                mots = [{"t": "Str", "c": titre}]
                yield {"t": "Header", "c": [2, ["references", ["unnumbered"], []], mots]}
        yield bloc


@dataclass
class _Preparateur:
    source: Source
    problemes: list

    def refuser(self, motif: str, message: str, valeur: str = "", remede: str = "") -> None:
        self.problemes.append(self.source.probleme(motif, message, valeur, remede))

    def blocs(self, blocs: list[Noeud]) -> list[Noeud]:
        return [prepare for bloc in blocs for prepare in self.bloc(bloc)]

    def bloc(self, bloc: Noeud) -> Iterator[Noeud]:
        genre = bloc["t"]
        if genre == "Div":
            yield from self.division(*bloc["c"])
        elif genre == "Para" and _est_figure_seule(bloc["c"]):
            # Quarto numbers a labelled image without a caption; pandoc alone leaves it in its paragraph.
            image = bloc["c"][0]
            identifiant, image["c"][0][0] = image["c"][0][0], ""
            yield {"t": "Figure", "c": [[identifiant, [], []], [None, []], [{"t": "Plain", "c": [image]}]]}
        else:
            self.verifier_titres_colles(bloc)
            yield self.descendre(bloc)

    def descendre(self, noeud: Any) -> Any:
        """Préparer les blocs contenus dans un nœud quelconque (listes, citations, cellules)."""
        if isinstance(noeud, dict):
            return {cle: self.descendre(valeur) for cle, valeur in noeud.items()}
        if isinstance(noeud, list):
            suite = []
            for element in noeud:
                if isinstance(element, dict) and element.get("t") == "Div":
                    suite.extend(self.division(*element["c"]))
                else:
                    suite.append(self.descendre(element))
            return suite
        return noeud

    def verifier_titres_colles(self, bloc: Noeud) -> None:
        if bloc["t"] not in ("Para", "Plain"):
            return
        for rang, (avant, element, apres) in enumerate(zip(bloc["c"], bloc["c"][1:], bloc["c"][2:], strict=False), 1):
            if (
                avant["t"] == "SoftBreak"
                and element["t"] == "Str"
                and apres["t"] == "Space"
                and re.fullmatch(r"#{1,6}|:{3,}", element["c"])
            ):
                debut = f"{element['c']} {en_clair(bloc['c'][rang + 2])}"
                self.refuser(
                    debut,
                    "titre ou bloc collé au paragraphe : il serait lu comme du texte",
                    debut,
                    "laissez une ligne vide avant",
                )

    def division(self, attr: list, blocs: list[Noeud]) -> Iterator[Noeud]:
        identifiant, classes, _ = attr
        hors = next((classe for classe in classes if _HORS_CHAMP.match(classe)), None)
        if hors or any(attribut(attr, cle) for cle in ("layout", "layout-nrow")):
            self.refuser(
                hors or "layout",
                "disposition hors du sous-ensemble commun",
                hors or "layout",
                "employez « ::: {layout-ncol=2} »",
            )
        if "content-visible" in classes or "content-hidden" in classes:
            if _est_visible(attr):
                yield from self.blocs(blocs)
            return
        encadre = next((classe.removeprefix("callout-") for classe in classes if classe.startswith("callout-")), None)
        if encadre:
            yield from self.encadre(attr, encadre, blocs)
        elif "panel-tabset" in classes:
            yield from self.onglets(attr, blocs)
        elif identifiant.startswith(("fig-", "tbl-")) or "sortie-legendee" in classes:
            yield self.legende(attr, blocs)
        elif attribut(attr, "layout-ncol"):
            yield {
                "t": "Disposition",
                "attr": attr,
                "colonnes": self.colonnes(attr),
                "blocs": self.blocs(list(_eclater(blocs))),
            }
        else:
            yield {"t": "Div", "c": [attr, self.blocs(blocs)]}

    def encadre(self, attr: list, genre: str, blocs: list[Noeud]) -> Iterator[Noeud]:
        if genre not in _ENCADRES:
            self.refuser(
                f"callout-{genre}",
                "encadré inconnu",
                f"callout-{genre}",
                "choix possibles : " + ", ".join(f"callout-{nom}" for nom in _ENCADRES),
            )
            return
        titre: Any = attribut(attr, "title")
        if titre:
            titre = [{"t": "Str", "c": titre}]
        elif blocs and blocs[0]["t"] == "Header":
            titre, blocs = blocs[0]["c"][2], blocs[1:]
        yield {
            "t": "Encadre",
            "attr": attr,
            "genre": genre,
            "titre": titre,
            "repli": attribut(attr, "collapse"),
            "blocs": self.blocs(blocs),
        }

    def onglets(self, attr: list, blocs: list[Noeud]) -> Iterator[Noeud]:
        niveau = blocs[0]["c"][0] if blocs and blocs[0]["t"] == "Header" else 0
        if not niveau:
            self.refuser("panel-tabset", "onglets sans titre", "", "commencez chaque onglet par un titre, « ## Nom »")
            return
        volets: list[Noeud] = []
        for bloc in blocs:
            if bloc["t"] == "Header" and bloc["c"][0] == niveau:
                volets.append({"id": bloc["c"][1][0], "titre": bloc["c"][2], "blocs": []})
            else:
                volets[-1]["blocs"].append(bloc)
        for volet in volets:
            volet["blocs"] = self.blocs(volet["blocs"])
        yield {"t": "Onglets", "groupe": attribut(attr, "group") or "", "niveau": niveau, "volets": volets}

    def legende(self, attr: list, blocs: list[Noeud]) -> Noeud:
        identifiant, _, _ = attr
        genre = attribut(attr, "genre") or identifiant[:3]
        legende: list[Noeud] = []
        if genre == "tbl" and len(blocs) == 1 and blocs[0]["t"] == "Table":
            legende = [inline for bloc in blocs[0]["c"][1][1] for inline in bloc["c"]]
        elif blocs and blocs[-1]["t"] in ("Para", "Plain") and not _est_image(blocs[-1]["c"]):
            legende, blocs = blocs[-1]["c"], blocs[:-1]
        if not legende:
            self.refuser(
                f"#{identifiant}",
                "figure ou tableau étiqueté sans légende",
                identifiant,
                "finissez le bloc par un paragraphe : sa légende",
            )
        colonnes = self.colonnes(attr) if attribut(attr, "layout-ncol") else 0
        return {
            "t": "Legende",
            "attr": attr,
            "genre": genre,
            "legende": legende,
            "colonnes": colonnes,
            "blocs": self.blocs(list(_eclater(blocs)) if colonnes else blocs),
        }

    def colonnes(self, attr: list) -> int:
        ecrit = attribut(attr, "layout-ncol") or ""
        if not ecrit.isdecimal() or not 1 <= int(ecrit) <= 6:
            self.refuser("layout-ncol", "nombre de colonnes incompris", ecrit, "écrivez un nombre de 1 à 6")
            return 1
        return int(ecrit)


def _est_visible(attr: list) -> bool:
    quand, sauf = attribut(attr, "when-format"), attribut(attr, "unless-format")
    voulu = quand.startswith("html") if quand else not sauf.startswith("html") if sauf else True
    return voulu == ("content-visible" in attr[1])


def _est_image(inlines: list[Noeud]) -> bool:
    return bool(inlines) and all(inline["t"] in ("Image", "Space", "SoftBreak") for inline in inlines)


def _est_figure_seule(inlines: list[Noeud]) -> bool:
    return len(inlines) == 1 and inlines[0]["t"] == "Image" and inlines[0]["c"][0][0].startswith("fig-")


def _eclater(blocs: list[Noeud]) -> Iterator[Noeud]:
    """Donner une case à chaque image d'un paragraphe qui n'a que des images, comme Quarto."""
    for bloc in blocs:
        if bloc["t"] == "Para" and _est_image(bloc["c"]):
            yield from ({"t": "Para", "c": [inline]} for inline in bloc["c"] if inline["t"] == "Image")
        else:
            yield bloc
