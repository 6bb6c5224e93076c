"""Ce que le site donne à emporter et que ses pages ne savent pas faire : la synthèse imprimée, la grille en qdc."""

from __future__ import annotations

from pathlib import Path

from ess_analyse.cache import (
    decrire_versions,
    empreindre,
    empreindre_arbre,
    empreindre_programme,
    lire_jalon,
    ouvrir_magasin,
    poser_jalon,
)
from ess_analyse.cli.documents import reunir_fonds
from ess_analyse.cli.etape import lire_titre
from ess_analyse.documents import imprimer_synthese
from ess_analyse.echanges import exporter_qdc
from ess_analyse.etude import Etude
from ess_analyse.fichiers import ecrire_octets
from ess_analyse.pages.edition import Edition

__all__ = ["joindre"]

_ETAPE = "synthese"


def joindre(etude: Etude, edition: Edition, *, force: bool = False) -> list[Path]:
    """Écrire, à côté des tables à télécharger, la grille et la synthèse de quatre pages.

    Parameters
    ----------
    etude : Etude
        Ses pages viennent d'être écrites.
    edition : Edition
        Ce qu'elles montrent.
    force : bool
        Vrai pour réimprimer la synthèse, même si rien n'a changé.

    Returns
    -------
    list of Path
        Les fichiers qui ont changé. La synthèse n'est réimprimée que si l'étude ou le programme a changé ; elle est
        retirée si aucun enseignement n'est écrit. Comme toute page, elle passe la porte avec le site rendu.

    Raises
    ------
    ErreurDonnees
        Si la grille ne peut être échangée, ou si un texte de l'étude ne peut être mis en page.
    """
    donnees = etude.rapports / "donnees"
    grille, synthese = donnees / "grille.qdc", donnees / "synthese.pdf"
    changes = [grille] * exporter_qdc(grille, edition.matiere.grille)
    return changes + [synthese] * _imprimer(etude, edition, synthese, force=force)


def _imprimer(etude: Etude, edition: Edition, chemin: Path, *, force: bool) -> bool:
    """Imprimer la synthèse, sauf si elle est déjà là et que rien de ce qu'elle dit n'a changé."""
    magasin, entrees = ouvrir_magasin(etude.racine), _empreindre(etude)
    if not force and lire_jalon(magasin, _ETAPE, entrees, etude.racine, [chemin]):
        return False
    if edition.matiere.enseignements:
        change = ecrire_octets(chemin, imprimer_synthese(reunir_fonds(etude, edition)).pdf)
    else:
        change = chemin.exists()
        chemin.unlink(missing_ok=True)
    poser_jalon(magasin, _ETAPE, entrees, etude.racine, [chemin])
    return change


def _empreindre(etude: Etude) -> str:
    """Rendre l'empreinte de tout ce dont la synthèse est faite ; ni ce qui a été reçu, ni la clé n'y sont."""
    sauf = [etude.brut, etude.cle.parent, etude.suggestions, etude.exemples, etude.identifiants]
    donnees = empreindre_arbre(etude.racine, [etude.data], sauf)
    versions = decrire_versions("typst", "pypandoc_binary")
    return empreindre(donnees, lire_titre(etude), empreindre_programme(), versions)
