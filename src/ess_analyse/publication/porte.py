"""La porte de publication : tout ce qui va sortir y passe, et rien de personnel n'en sort."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from ess_analyse.cache import Magasin, decrire_versions, empreindre, empreindre_programme
from ess_analyse.erreurs import Probleme, relatif
from ess_analyse.modele import Corpus, verifier_colonnes
from ess_analyse.publication.cahiers import controler_page, nommer_compte
from ess_analyse.publication.lus import Lus
from ess_analyse.publication.noms import Releve, situer
from ess_analyse.publication.octets import lire_fichier, parcourir
from ess_analyse.publication.paroles import Paroles
from ess_analyse.publication.reels import Noms

__all__ = ["verifier_publication"]

_LECTEURS = ("pypdf", "defusedxml", "striprtf")
"""Ce qui, hors du programme et de Python, lit les fichiers : une autre version y verrait peut-être autre chose."""


def verifier_publication(
    dossier: Path,
    *,
    cle: pd.DataFrame | None = None,
    corpus: Corpus | None = None,
    segments: pd.DataFrame | None = None,
    autres: Iterable[Probleme] = (),
    magasin: Magasin | None = None,
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
    magasin : Magasin, optional
        Où retenir les fichiers où rien n'a été trouvé, pour ne pas les relire tant que ni eux, ni les noms, ni les
        phrases restreintes, ni le programme n'ont changé (:class:`ess_analyse.publication.lus.Lus`) ; il n'est cru que
        scellé par un secret.

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
    paroles = None if corpus is None or segments is None else Paroles(corpus, segments)
    releves = [Releve(noms), *([] if paroles is None else [paroles])]
    lus = None if magasin is None else Lus(magasin, _resumer(cle, paroles))
    problemes = set(autres)
    for chemin, octets in parcourir(dossier):
        if lus is not None and octets is not None and lus.connait(chemin, octets):
            continue
        trouves = set(_controler(dossier, chemin, octets, noms, releves))
        problemes |= trouves
        if lus is not None and octets is not None and not trouves:
            lus.noter(chemin, octets)
    if lus is not None:
        lus.garder()
    return sorted(problemes)


def _controler(
    dossier: Path, chemin: Path, octets: bytes | None, noms: Noms, releves: list[Releve | Paroles]
) -> Iterator[Probleme]:
    """Lire un fichier, et dire tout ce qui ne doit pas en sortir."""
    fichier = relatif(dossier / noms.masquer(chemin.as_posix()))
    yield from controler_page(fichier, octets or b"")
    for extrait in lire_fichier(chemin, octets):
        for releve in releves:
            yield from releve.relever(fichier, extrait)
        if extrait.defaut:
            lieu = situer(fichier, noms.masquer(extrait.lieu))
            yield Probleme(lieu, 0, extrait.defaut, remede=extrait.remede)


def _resumer(cle: pd.DataFrame | None, paroles: Paroles | None) -> str:
    """Rendre l'empreinte de tout ce dont la réponse dépend, hors du fichier lui-même."""
    return empreindre(
        None if cle is None else {nom: cle[nom].astype("str").tolist() for nom in cle},
        None if paroles is None else sorted((list(suite), place) for suite, place in paroles.suites.items()),
        nommer_compte(),
        empreindre_programme(),
        decrire_versions(*_LECTEURS),
    )
