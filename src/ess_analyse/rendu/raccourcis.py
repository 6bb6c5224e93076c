"""Développer une page : inclusions, citations de notebooks, valeurs ; refuser ce qui s'exécuterait."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ess_analyse.erreurs import ErreurDonnees, Probleme, proposer, relatif
from ess_analyse.rendu.choix import impubliable
from ess_analyse.rendu.projet import Projet
from ess_analyse.rendu.sources import Ligne, Source, lire_entete, lire_lignes

__all__ = ["Cellules", "lire_source"]

_OUVRE = re.compile(r"^\s*(?:[>*+-]\s+)*(?P<marque>`{3,}|~{3,})\s*(?P<info>.*)$")
_EXECUTABLE = re.compile(r"^\{\s*(?P<langue>[A-Za-z][\w-]*)\s*[,}\s]")
_EN_LIGNE = re.compile(r"(?<!`)`(?:\{(?:python|r|julia|ojs)\} |r (?=[^`]*[(\[$]))[^`]*`(?!`)")
_RACCOURCI = re.compile(r"(?<!\{)\{\{<\s*(?P<nom>/?[\w-]+)\s*(?P<reste>.*?)\s*>\}\}(?!\})")
_ECHAPPE = re.compile(r"\{\{\{(<.*?>)\}\}\}")
_CONNUS = ("embed", "include", "meta", "pagebreak", "var")
_PROFONDEUR = 10

Cellules = Callable[[Path], Mapping[str, list[Ligne]]]
"""Donne, pour un notebook, les lignes Markdown de chaque cellule étiquetée."""


def lire_source(projet: Projet, nom: str, lignes: list[Ligne], cellules: Cellules) -> tuple[Source, list[Probleme]]:
    """Développer une page : en-tête, ``include``, ``embed``, ``meta``, ``var``.

    Parameters
    ----------
    projet : Projet
        Le projet.
    nom : str
        Le chemin de la page depuis la racine.
    lignes : list of Ligne
        Son contenu brut (pour un notebook, celui que `cahier` en a tiré).
    cellules : callable
        Donne les cellules étiquetées d'un notebook, pour ``embed``.

    Returns
    -------
    source : Source
        La page développée.
    problemes : list of Probleme
        En-tête, inclusions et raccourcis fautifs, cellules exécutables.
    """
    problemes: list[Probleme] = []
    meta, corps = lire_entete(lignes, problemes)
    developpeur = _Developpeur(projet, nom, {**projet.reglages, **meta}, cellules, problemes)
    return Source(nom, meta, tuple(developpeur.developper(corps, ()))), problemes


@dataclass
class _Developpeur:
    projet: Projet
    page: str
    meta: Mapping[str, Any]
    cellules: Cellules
    problemes: list[Probleme]

    def refuser(self, ligne: Ligne, message: str, valeur: str = "", remede: str = "") -> None:
        self.problemes.append(Probleme(ligne.fichier, ligne.numero, message, valeur, remede))

    def developper(self, lignes: Iterable[Ligne], pile: tuple[str, ...]) -> Iterator[Ligne]:
        cloture = ""
        for ligne in lignes:
            ouvre = _OUVRE.match(ligne.texte)
            if cloture:
                if ouvre and not ouvre["info"] and ouvre["marque"].startswith(cloture):
                    cloture = ""
                yield ligne._replace(texte=_ECHAPPE.sub(r"{{\1}}", ligne.texte))
                continue
            if ouvre and not (ouvre["marque"][0] == "`" and "`" in ouvre["info"]):
                cloture = ouvre["marque"]
                self.verifier_cloture(ligne, ouvre["info"])
            elif _EN_LIGNE.search(ligne.texte):
                self.refuser(
                    ligne,
                    "code exécuté dans le texte",
                    _EN_LIGNE.search(ligne.texte)[0],
                    "écrivez la valeur, ou employez {{< var … >}}",
                )
            yield from self.remplacer(ligne, pile)

    def verifier_cloture(self, ligne: Ligne, info: str) -> None:
        executable = _EXECUTABLE.match(info)
        if not executable:
            return
        langue = executable["langue"]
        if langue in ("mermaid", "dot", "ojs"):
            remede = (
                "donnez une image SVG avec fig-alt"
                if langue != "ojs"
                else "retirez ce bloc ; un notebook garde ses sorties"
            )
            self.refuser(ligne, f"bloc {langue} refusé : il ne se rend pas sans Quarto", info, remede)
        else:
            self.refuser(
                ligne,
                "cellule exécutable dans une page",
                info,
                "mettez-la dans un notebook et citez sa sortie par {{< embed … >}}, "
                f"ou écrivez {{.{langue}}} pour montrer le code",
            )

    def remplacer(self, ligne: Ligne, pile: tuple[str, ...]) -> Iterator[Ligne]:
        seul = _RACCOURCI.fullmatch(ligne.texte.strip())
        if seul and seul["nom"] == "include":
            yield from self.inclure(ligne, seul["reste"].strip("\"'"), pile)
        elif seul and seul["nom"] == "embed":
            yield from self.citer(ligne, seul["reste"])
        else:
            texte = _RACCOURCI.sub(lambda trouve: self.valeur(ligne, trouve["nom"], trouve["reste"]), ligne.texte)
            yield ligne._replace(texte=_ECHAPPE.sub(r"{{\1}}", texte))

    def inclure(self, ligne: Ligne, nom: str, pile: tuple[str, ...]) -> Iterator[Ligne]:
        chemin = self.chemin(ligne, nom)
        cle = relatif(chemin, self.projet.racine)
        if refus := impubliable(cle, caches=True):
            self.refuser(ligne, refus[0], nom, "retirez cette inclusion")
            return
        if cle in pile or cle == self.page or len(pile) >= _PROFONDEUR:
            self.refuser(ligne, "inclusion en boucle", nom, "retirez l'une des inclusions")
            return
        if not chemin.is_file():
            voisins = (
                [autre.name for autre in chemin.parent.glob("*") if autre.is_file()] if chemin.parent.is_dir() else []
            )
            self.refuser(
                ligne, "fichier à inclure introuvable", nom, proposer(chemin.name, voisins) or "vérifiez son nom"
            )
            return
        try:
            contenu = lire_entete(lire_lignes(chemin, self.projet.racine), self.problemes)[1]
        except ErreurDonnees as erreur:
            self.problemes.extend(erreur.problemes)
            return
        yield from self.developper(contenu, (*pile, cle))

    def citer(self, ligne: Ligne, reste: str) -> Iterator[Ligne]:
        nom, _, etiquette = reste.split()[0].strip("\"'").partition("#") if reste else ("", "", "")
        chemin = self.chemin(ligne, nom)
        if refus := impubliable(relatif(chemin, self.projet.racine), caches=True):
            self.refuser(ligne, refus[0], reste, "retirez cette citation")
            return
        if not nom or not etiquette or not chemin.is_file():
            self.refuser(
                ligne,
                "notebook ou cellule à citer introuvable",
                reste,
                "écrivez {{< embed notebooks/essai.ipynb#fig-essai >}}",
            )
            return
        cellules = self.cellules(chemin)
        if etiquette not in cellules:
            self.refuser(
                ligne,
                "ce notebook n'a pas de cellule de ce nom",
                reste,
                proposer(etiquette, cellules) or "donnez-lui un nom par « #| label: … »",
            )
            return
        yield from (autre._replace(fichier=ligne.fichier, numero=ligne.numero) for autre in cellules[etiquette])
        cible = relatif(chemin, self.projet.racine)
        if cible in self.projet.pages:
            # Quarto writes this link under what it embeds: a reader must be able to go and check.
            yield from (
                ligne._replace(texte=texte) for texte in ("", f"[Source : [{chemin.stem}](/{cible})]{{.source}}", "")
            )

    def chemin(self, ligne: Ligne, nom: str) -> Path:
        depuis = "" if nom.startswith("/") else posixpath.dirname(ligne.fichier)
        propre = posixpath.normpath(posixpath.join(depuis, nom.lstrip("/")))
        return self.projet.racine / ("hors-du-projet" if propre.startswith("..") else propre)

    def valeur(self, ligne: Ligne, nom: str, reste: str) -> str:
        ecrit = f"{{{{< {nom} {reste} >}}}}"
        if nom == "pagebreak":
            return "[]{.saut-de-page}"
        if nom in ("include", "embed"):
            self.refuser(
                ligne, "ce raccourci doit être seul sur sa ligne", ecrit, "isolez-le, une ligne vide de chaque côté"
            )
        elif nom not in _CONNUS:
            self.refuser(ligne, "raccourci inconnu", ecrit, proposer(nom, _CONNUS))
        else:
            trouve: Any = self.meta if nom == "meta" else self.projet.variables
            for pas in reste.split("."):
                trouve = trouve.get(pas) if isinstance(trouve, Mapping) else None
            if trouve is not None and not isinstance(trouve, dict | list):
                return str(trouve).lower() if isinstance(trouve, bool) else str(trouve)
            ou = "l'en-tête de la page" if nom == "meta" else "_variables.yml"
            self.refuser(ligne, "valeur introuvable", ecrit, f"ajoutez « {reste} » dans {ou}")
        return ""
