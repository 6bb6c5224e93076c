"""Chercher les noms réels dans ce qui va être publié."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from ess_analyse.erreurs import Probleme, relatif
from ess_analyse.modele import verifier_colonnes
from ess_analyse.publication.octets import Extrait, lire_dossier
from ess_analyse.publication.reels import Noms

__all__ = ["Releve", "chercher_noms", "remonter", "situer"]

_LU = "un nom réel de la clé se lit dans ce fichier"
_ECRIT = "un nom réel de la clé y est écrit, et se lirait dans ce qui sort"
_REMEDE_ECRIT = "remplacez-le par son pseudonyme (dans data/corpus : ess-analyse cle appliquer), puis recommencez"


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


def remonter(problemes: Iterable[Probleme], textes: Mapping[str, str], cle: pd.DataFrame) -> list[Probleme]:
    r"""Dire d'un nom lu dans ce qui allait sortir le fichier où une personne l'a écrit.

    Parameters
    ----------
    problemes : iterable of Probleme
        Ce que la porte a trouvé.
    textes : mapping of str to str
        Fichier → texte : ce que l'équipe écrit, d'où les pages sont faites.
    cle : DataFrame
        Colonne ``reel``.

    Returns
    -------
    list of Probleme
        Les mêmes, triés ; ceux d'un nom retrouvé dans ces textes, à sa première lettre, y sont remplacés par le lieu où
        le corriger. Il en reste toujours un par première lettre.

    Examples
    --------
    >>> lus = [Probleme("_site/e1.html", 168, _LU, "É…"), Probleme("_site/e2.html", 7, _LU, "B…")]
    >>> cle = pd.DataFrame({"reel": ["Émilie"]})
    >>> dits = remonter(lus, {"data/enseignements/1.md": "# Peser\n\nÉmilie pèse."}, cle)
    >>> [(dit.fichier, dit.ligne, dit.valeur) for dit in dits]
    [('_site/e2.html', 7, 'B…'), ('data/enseignements/1.md', 3, 'É…')]
    """
    problemes = list(problemes)
    lus = {probleme.valeur for probleme in problemes if probleme.message == _LU}
    if not lus:
        return problemes
    releve, ecrits = Releve(Noms(cle)), []
    for fichier, texte in textes.items():
        for trouve in releve.relever(fichier, Extrait(texte, ligne=1)):
            if trouve.valeur in lus:
                ecrits.append(replace(trouve, message=_ECRIT, remede=_REMEDE_ECRIT))
    trouves = {ecrit.valeur for ecrit in ecrits}
    return sorted([*ecrits, *(un for un in problemes if un.message != _LU or un.valeur not in trouves)])


def _dire(extrait: Extrait) -> tuple[str, str]:
    if extrait.nature != "nom":
        remede = "complétez la clé ou corrigez la source, puis publiez de nouveau"
        return _LU, remede
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
