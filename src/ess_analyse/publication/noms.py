"""Chercher les noms réels dans ce qui va être publié."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ess_analyse.erreurs import Probleme, relatif
from ess_analyse.modele import verifier_colonnes
from ess_analyse.publication.octets import Extrait, lire_dossier
from ess_analyse.publication.reels import Noms

__all__ = ["Releve", "chercher_noms", "situer"]


class Releve:
    """Les noms trouvés dans un dossier, au fil de sa lecture : un problème par nom, par lieu et par ligne.

    Parameters
    ----------
    noms : Noms
        Les noms cherchés.
    """

    def __init__(self, noms: Noms):
        self._noms = noms
        self._vus: dict[str, list[tuple[str, str]]] = {}

    def relever(self, fichier: str, extrait: Extrait) -> Iterator[Probleme]:
        """Relever les noms d'un extrait.

        Parameters
        ----------
        fichier : str
            Le chemin du fichier, montrable.
        extrait : Extrait
            Un de ses textes ; ceux de secours après les autres.

        Yields
        ------
        Probleme
            Un par nom et par ligne ; rien pour une lecture de secours qui ne fait que retrouver le même nom.
        """
        vus = self._vus.setdefault(fichier, [])
        for ligne, initiale, nom in self._noms.trouver(extrait):
            if extrait.secours and any(ou.startswith(extrait.lieu) and nom in vu for ou, vu in vus):
                continue
            vus.append((extrait.lieu, nom))
            message, remede = _dire(extrait)
            yield Probleme(situer(fichier, self._noms.masquer(extrait.lieu)), ligne, message, initiale, remede)


def situer(fichier: str, lieu: str) -> str:
    """Écrire un lieu dans un fichier.

    Parameters
    ----------
    fichier, lieu : str
        Le chemin du fichier ; une pièce, une page, une cellule, ou rien.

    Returns
    -------
    str
        Le chemin, et le lieu entre parenthèses.

    Examples
    --------
    >>> situer("rapport.pdf", "page 3")
    'rapport.pdf (page 3)'
    """
    return f"{fichier} ({lieu})" if lieu else fichier


def _dire(extrait: Extrait) -> tuple[str, str]:
    if extrait.nature != "nom":
        remede = "complétez la clé ou corrigez la source, puis publiez de nouveau"
        return "un nom réel de la clé se lit dans ce fichier", remede
    if extrait.lieu:
        return "un nom réel de la clé se lit dans le nom de cette pièce", "renommez-la"
    return "un nom réel de la clé se lit dans le nom de ce fichier", "renommez-le"


def chercher_noms(dossier: Path, cle: pd.DataFrame) -> list[Probleme]:
    r"""Chercher les noms réels d'une clé dans chaque fichier d'un dossier, noms de fichiers compris.

    Tout ce que :func:`ess_analyse.publication.octets.lire_tout` sait lire est lu : pages, tables, programmes, dessins,
    cahiers, documents de bureau, PDF, métadonnées des images, archives, bases. Un nom est trouvé sans ses accents, en
    minuscules, échappé, codé en base64, coupé par une balise, un trait d'union ou un saut de ligne, même dans un mot ;
    soudé à d'autres par une capitale ou un chiffre, et dans une adresse électronique derrière une initiale, s'il n'est
    ni court ni un mot courant ; un nom complet aussi dans l'autre ordre et en deux cellules ; un numéro quels que
    soient ses séparateurs. Un nom qui est aussi un mot courant (Jade, Prune) ne l'est qu'avec sa capitale. Limites : le
    texte dessiné dans une image n'est pas lu, ni un pluriel, ni un nom épelé.

    Parameters
    ----------
    dossier : Path
        Par exemple ``_site``.
    cle : DataFrame
        Colonne ``reel`` : les noms cherchés (:func:`ess_analyse.pseudonymes.motif_noms`).

    Returns
    -------
    list of Probleme
        Un par nom et par ligne, trié ; un aussi par fichier qui ne peut pas être lu. Le nom n'y paraît jamais, ni dans
        le message ni dans le chemin : seule sa première lettre est écrite.

    Raises
    ------
    ErreurDonnees
        Si le dossier n'existe pas.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     _ = Path(dossier, "index.html").write_text("<p>Le mot\nd'&Eacute;mi<b>lie</b></p>", encoding="utf-8")
    ...     problemes = chercher_noms(Path(dossier), pd.DataFrame({"reel": ["Émilie"]}))
    >>> [(probleme.ligne, probleme.message, probleme.valeur) for probleme in problemes]
    [(2, 'un nom réel de la clé se lit dans ce fichier', 'É…')]
    """
    verifier_colonnes(cle, ("reel",), "clé")
    dossier, noms = Path(dossier), Noms(cle)
    releve, problemes = Releve(noms), set()
    for chemin, extrait in lire_dossier(dossier):
        fichier = relatif(dossier / noms.masquer(chemin.as_posix()))
        problemes |= set(releve.relever(fichier, extrait))
        if extrait.defaut:
            lieu = situer(fichier, noms.masquer(extrait.lieu))
            problemes.add(Probleme(lieu, 0, extrait.defaut, remede=extrait.remede))
    return sorted(problemes)
