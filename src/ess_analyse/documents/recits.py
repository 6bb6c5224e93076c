"""Lire ``data/synthese.md`` : les textes longs que seule l'équipe peut écrire."""

from __future__ import annotations

import re
from pathlib import Path

from ess_analyse.documents.fonds import Recit
from ess_analyse.erreurs import Probleme, lever, proposer, relatif
from ess_analyse.fichiers import lire_texte

__all__ = ["SECTIONS", "lire_recit"]

SECTIONS = ("Demande", "Méthode", "Panel", "Risques et opportunités", "Enseignements", "Plan d'actions", "À discuter")
"""Les sections de la synthèse, dans l'ordre des quatre pages ; l'équipe écrit celles qu'elle veut. La dernière n'est
que pour le diaporama : ce que l'on demande à la salle."""

_TITRE = re.compile(r"^(#{1,2})[ \t]+(?P<titre>.+?)[ \t#]*$")
_BARRIERE = re.compile(r"^ {0,3}(`{3,}|~{3,})")


def lire_recit(chemin: Path) -> Recit:
    r"""Lire les textes longs de la synthèse.

    Parameters
    ----------
    chemin : Path
        Markdown : un titre facultatif (``# …``), puis des sections ``## Demande``, ``## Méthode``…
        (:data:`SECTIONS`), chacune une fois au plus ; absent, rien n'est encore écrit.

    Returns
    -------
    Recit
        Le titre, et le texte de chaque section écrite.

    Raises
    ------
    ErreurDonnees
        Section inconnue, en double ou vide, texte avant la première section.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     chemin = Path(dossier, "synthese.md")
    ...     _ = chemin.write_text("# Peser une fois\n\n## Demande\n\nComprendre la ressaisie.\n", encoding="utf-8")
    ...     lire_recit(chemin)
    Recit(titre='Peser une fois', sections={'Demande': 'Comprendre la ressaisie.'})
    """
    if not Path(chemin).is_file():
        return Recit()
    nom, titre, problemes = relatif(chemin), "", []
    parties: dict[str, list[str]] = {}
    places: dict[str, int] = {}
    courante, barriere = "", ""
    for numero, ligne in enumerate(lire_texte(chemin).split("\n"), start=1):
        barriere = _suivre_barriere(ligne, barriere)
        trouve = None if barriere else _TITRE.match(ligne)
        if trouve and len(trouve[1]) == 1:
            if titre or parties:
                problemes.append(Probleme(nom, numero, "titre de trop", trouve["titre"], "un seul, en tête du fichier"))
            titre = titre or trouve["titre"]
        elif trouve:
            courante = _reconnaitre(trouve["titre"])
            if courante not in SECTIONS:
                remede = proposer(courante, SECTIONS)
                problemes.append(Probleme(nom, numero, "section inconnue", courante, remede))
            elif courante in parties:
                problemes.append(Probleme(nom, numero, "section en double", courante, "réunissez-les en une seule"))
            parties.setdefault(courante, [])
            places.setdefault(courante, numero)
        elif courante:
            parties[courante].append(ligne)
        elif ligne.strip():
            remede = f"commencez par une section, par exemple « ## {SECTIONS[0]} »"
            problemes.append(Probleme(nom, numero, "texte hors de toute section", ligne.strip()[:60], remede))
    sections = {section: "\n".join(lignes).strip() for section, lignes in parties.items()}
    problemes += [
        Probleme(nom, places[section], "section vide", section, "écrivez-la ou retirez son titre")
        for section, texte in sections.items()
        if not texte and section in SECTIONS
    ]
    lever(sorted(problemes, key=lambda probleme: probleme.ligne))
    return Recit(titre, sections)


def _suivre_barriere(ligne: str, ouverte: str) -> str:
    """Dire si l'on est dans un bloc de code, où un dièse n'est pas un titre."""
    trouve = _BARRIERE.match(ligne)
    if not trouve:
        return ouverte
    if not ouverte:
        return trouve[1]
    return "" if trouve[1].startswith(ouverte) else ouverte


def _reconnaitre(titre: str) -> str:
    """Rendre le nom d'une section, quelles que soient sa casse et son apostrophe."""
    plie = titre.replace("’", "'").casefold()
    return next((section for section in SECTIONS if section.casefold() == plie), titre)
