"""La porte de publication : tout ce qui va sortir y passe, et rien de personnel n'en sort."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from ess_analyse.erreurs import Probleme, relatif
from ess_analyse.modele import Corpus, verifier_colonnes
from ess_analyse.publication.cahiers import controler_page
from ess_analyse.publication.noms import Releve, situer
from ess_analyse.publication.octets import lire_dossier
from ess_analyse.publication.paroles import Paroles
from ess_analyse.publication.reels import Noms

__all__ = ["verifier_publication"]


def verifier_publication(
    dossier: Path,
    *,
    cle: pd.DataFrame | None = None,
    corpus: Corpus | None = None,
    segments: pd.DataFrame | None = None,
    autres: Iterable[Probleme] = (),
) -> list[Probleme]:
    """Lire chaque octet d'un dossier à publier, et dire tout ce qui ne doit pas en sortir.

    Parameters
    ----------
    dossier : Path
        Par exemple ``_site``, ou le site rendu qui va le remplacer.
    cle : DataFrame, optional
        Colonne ``reel`` : les noms cherchés (:func:`ess_analyse.publication.chercher_noms`).
    corpus : Corpus, optional
        Avec ``segments``, pour refuser les phrases dont la diffusion n'est pas publique
        (:func:`ess_analyse.publication.chercher_paroles_restreintes`).
    segments : DataFrame, optional
        Les phrases du corpus.
    autres : iterable of Probleme, optional
        Ce que d'autres contrôles ont trouvé (petites cellules, croisements qui désignent une personne) : ils sont
        rangés avec le reste.

    Returns
    -------
    list of Probleme
        Tous les problèmes, triés par lieu : noms, phrases restreintes, traces de la machine dans les cahiers et les
        pages (:func:`ess_analyse.publication.verifier_cahiers`), fichiers qui ne peuvent pas être lus. Aucun ne répète
        un nom. Vide si tout peut être publié.

    Raises
    ------
    ErreurDonnees
        Si le dossier n'existe pas.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     _ = Path(dossier, "a.svg").write_text("<svg><text>Émi<tspan>lie</tspan></text></svg>", encoding="utf-8")
    ...     problemes = verifier_publication(Path(dossier), cle=pd.DataFrame({"reel": ["Émilie"]}))
    >>> [(Path(probleme.fichier).name, probleme.message, probleme.valeur) for probleme in problemes]
    [('a.svg', 'un nom réel de la clé se lit dans ce fichier', 'É…')]
    """
    if cle is not None:
        verifier_colonnes(cle, ("reel",), "clé")
    dossier = Path(dossier)
    noms = Noms(cle if cle is not None else pd.DataFrame({"reel": []}, dtype="str"))
    releves = [Releve(noms)]
    if corpus is not None and segments is not None:
        releves.append(Paroles(corpus, segments))
    problemes, vus = set(autres), set()
    for chemin, extrait in lire_dossier(dossier):
        fichier = relatif(dossier / noms.masquer(chemin.as_posix()))
        if chemin not in vus:
            vus.add(chemin)
            problemes |= set(controler_page(fichier, _octets(dossier / chemin)))
        for releve in releves:
            problemes |= set(releve.relever(fichier, extrait))
        if extrait.defaut:
            lieu = situer(fichier, noms.masquer(extrait.lieu))
            problemes.add(Probleme(lieu, 0, extrait.defaut, remede=extrait.remede))
    return sorted(problemes)


def _octets(chemin: Path) -> bytes:
    try:
        return chemin.read_bytes() if chemin.suffix.lower() in (".ipynb", ".html", ".htm") else b""
    except OSError:
        return b""
