"""Dire en français ce que pandoc et les renvois ont trouvé à redire, à la bonne ligne."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from pathlib import Path

from ess_analyse.erreurs import Probleme
from ess_analyse.rendu.document import Document
from ess_analyse.rendu.pandoc import Analyse
from ess_analyse.rendu.projet import Projet
from ess_analyse.rendu.renvois import proches
from ess_analyse.rendu.sources import Source

__all__ = ["annexes", "dire_avertissements", "preciser_renvois"]


def annexes(projet: Projet, source: Source, cle: str, fautes: list[Probleme]) -> Iterator[Path]:
    """Trouver bibliographies et styles : depuis la page si elle les nomme, sinon depuis la racine."""
    propre = cle in source.meta
    valeurs = source.meta[cle] if propre else projet.reglages.get(cle)
    dossier = posixpath.dirname(source.nom) if propre else ""
    for valeur in [valeurs] if isinstance(valeurs, str) else valeurs or []:
        chemin = projet.racine / posixpath.normpath(posixpath.join(dossier, str(valeur).lstrip("/")))
        if chemin.is_file():
            yield chemin
        elif propre:
            fautes.append(Probleme(source.nom, 0, "fichier introuvable", str(valeur), f"vérifiez la clé « {cle} »"))
        else:
            fautes.append(projet.probleme((cle,), "fichier introuvable", valeur, "vérifiez son nom et son dossier"))


def dire_avertissements(analyse: Analyse, source: Source) -> list[Probleme]:
    """Traduire les avertissements de pandoc en problèmes situés."""
    problemes = []
    for texte, rang in analyse.avertissements:
        if texte.startswith("Citeproc: citation ") and texte.endswith(" not found"):
            cle = texte.removeprefix("Citeproc: citation ").removesuffix(" not found")
            problemes.append(
                source.probleme(
                    f"@{cle}",
                    "référence bibliographique introuvable",
                    f"@{cle}",
                    "vérifiez la clé dans la bibliographie",
                )
            )
            continue
        lieu = source.lignes[rang][:2] if 0 <= rang < len(source.lignes) else (source.nom, 0)
        problemes.append(
            Probleme(*lieu, f"pandoc signale : {texte.rstrip('.')}", remede="corrigez le Markdown à cet endroit")
        )
    return problemes


def preciser_renvois(problemes: list[Probleme], nom: str, documents: Mapping[str, Document]) -> Iterator[Probleme]:
    """Distinguer l'étiquette qui n'existe nulle part de celle qui est sur une autre page."""
    autres = {autre: document.renvois.cibles for autre, document in documents.items() if autre != nom}
    for probleme in problemes:
        page = proches(probleme.valeur.removeprefix("@"), autres) if probleme.message == "référence irrésolue" else None
        if page:
            lien = posixpath.relpath(page, posixpath.dirname(nom) or ".")
            yield Probleme(
                probleme.fichier,
                probleme.ligne,
                "référence croisée vers une autre page",
                probleme.valeur,
                f"écrivez un lien : [texte]({lien}#{probleme.valeur.removeprefix('@')})",
            )
        else:
            yield probleme
