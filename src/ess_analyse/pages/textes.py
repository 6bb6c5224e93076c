"""Les textes d'une étude et leurs phrases, dont la place est gardée d'un passage à l'autre."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ess_analyse.cache import Magasin, decrire_versions, empreindre, empreindre_programme
from ess_analyse.etude import Etude
from ess_analyse.lecture import lire_corpus
from ess_analyse.modele import SEGMENTS, Corpus, Place
from ess_analyse.segments import segmenter

__all__ = ["Textes", "lire_textes"]

_SORTE = "phrases"
_PLACE = ("entretien", "tour", "debut", "fin")
_ENTIER = np.dtype("<u4")

Textes = tuple[Corpus, pd.DataFrame]
"""Un corpus et ses segments."""


def lire_textes(etude: Etude, magasin: Magasin | None = None) -> Textes:
    """Lire le corpus d'une étude, et le couper en phrases.

    Parameters
    ----------
    etude : Etude
        L'étude.
    magasin : Magasin, optional
        Où garder les places des phrases, jamais leurs mots. Il n'est cru que scellé par un secret : une phrase
        restreinte mal placée ne serait pas reconnue dans ce qui se publie.

    Returns
    -------
    tuple of (Corpus, DataFrame)
        Le corpus, et ce que :func:`ess_analyse.segmenter` en rend.

    Raises
    ------
    ErreurDonnees
        Si le corpus ne peut être lu.
    """
    corpus = lire_corpus(etude.corpus)
    if magasin is None or not magasin.secret:
        return corpus, segmenter(corpus)
    cle = _empreindre(corpus)
    if (octets := magasin.prendre(_SORTE, cle)) is not None:
        return corpus, _relire(corpus, np.frombuffer(octets, _ENTIER).reshape(-1, len(_PLACE)))
    segments = segmenter(corpus)
    magasin.ranger(_SORTE, cle, _decrire(corpus, segments).tobytes())
    magasin.nettoyer(_SORTE, [cle])
    return corpus, segments


def _empreindre(corpus: Corpus) -> str:
    textes = (
        partie
        for entretien in corpus
        for partie in (entretien.identifiant, entretien.texte, [(tour.debut, tour.fin) for tour in entretien.tours])
    )
    return empreindre(*textes, empreindre_programme("segments", "modele"), decrire_versions())


def _decrire(corpus: Corpus, segments: pd.DataFrame) -> np.ndarray:
    rangs = {entretien.identifiant: rang for rang, entretien in enumerate(corpus)}
    places = segments[list(_PLACE)].assign(entretien=segments["entretien"].map(rangs))
    return places.to_numpy(_ENTIER)


def _relire(corpus: Corpus, places: np.ndarray) -> pd.DataFrame:
    entretiens, mots = list(corpus), {"segment": [], "entretien": [], "locuteur": [], "texte": []}
    for rang, tour, debut, fin in places.tolist():
        ici = entretiens[rang]
        mots["segment"].append(str(Place(ici.identifiant, debut, fin)))
        mots["entretien"].append(ici.identifiant)
        mots["locuteur"].append(ici.tours[tour - 1].locuteur)
        mots["texte"].append(ici.texte[debut:fin])
    colonnes = {nom: pd.array(valeurs, dtype="str") for nom, valeurs in mots.items()}
    colonnes |= {nom: places[:, rang].astype("int64") for rang, nom in enumerate(_PLACE) if nom not in mots}
    return pd.DataFrame({nom: colonnes[nom] for nom in SEGMENTS})
