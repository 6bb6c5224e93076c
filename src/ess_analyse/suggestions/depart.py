"""Le départ : ce que la machine sait de la grille et des phrases d'exemple, avant que quiconque n'ait codé."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ess_analyse.fichiers import ecrire_octets
from ess_analyse.grille import Grille
from ess_analyse.suggestions.classifieur import ClassifieurParFamille
from ess_analyse.suggestions.exemples import decider_exemples
from ess_analyse.suggestions.regles import Comptes, compter, lire
from ess_analyse.suggestions.traits import PhraseLue, Traits

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["Depart", "apprendre", "preparer", "textes_grille"]

_VERSION = 4
_ECART = 1e-6
_GARDES = 4
"""Combien de départs restent sur le disque : une grille en cours d'écriture en fait un à chaque essai."""
_PEU = 500
"""Un départ appris de si peu d'exemples se refait aussi vite qu'il se relit."""
_PENTE, _ORIGINE = 1.22, 0.92
"""Une régression dit trop bas ce qu'elle n'a pas vu : la sigmoïde qui le corrige, apprise des exemples, chaque main
étant notée par ce que les autres avaient appris (novembre 2026, 25 812 phrases)."""


@dataclass(frozen=True)
class Depart:
    """Un modèle appris de la grille et des exemples.

    Attributes
    ----------
    traits : Traits
        Les traits connus.
    classifieur : ClassifieurParFamille
        Ce qu'ils valent pour chaque code de la grille.
    comptes : Counter
        Combien de fois les exemples confirment chaque indice.
    lus : ndarray, shape (codes,)
        Combien d'exemples disent oui ou non de chaque code.
    taux : ndarray, shape (codes,)
        La part de ce dont le modèle a appris qui a chaque code.
    mots : csr_matrix, shape (exemples, mots)
        Les mots de chaque exemple, pour retrouver le plus proche d'une phrase.
    """

    traits: Traits
    classifieur: ClassifieurParFamille
    comptes: Comptes
    lus: np.ndarray
    taux: np.ndarray
    mots: csr_matrix

    def predict_proba(self, X: Sequence[str | PhraseLue]) -> np.ndarray:
        """Estimer la probabilité de chaque code, pour des phrases ; calibrée si les exemples sont nombreux."""
        from scipy.special import expit, logit

        brute = self.classifieur.predict_proba(self.traits.transform(X))
        if self.mots.shape[0] < _PEU:
            return brute
        return expit(_PENTE * logit(np.clip(brute, _ECART, 1 - _ECART)) + _ORIGINE)


def preparer(grille: Grille, exemples: pd.DataFrame, dossier: Path | None = None) -> Depart:
    """Relire le départ de cette grille et de ces exemples, ou l'apprendre et le garder.

    Parameters
    ----------
    grille : Grille
        Les codes.
    exemples : DataFrame
        Tels que :func:`~ess_analyse.suggestions.lire_exemples` les rend.
    dossier : Path, optional
        Où les départs sont gardés ; par défaut, le cache de l'utilisateur. Rien des entretiens n'y entre.

    Returns
    -------
    Depart
        Le même, appris ou relu ; de peu d'exemples, il n'est pas gardé. Un fichier abîmé est refait ; un dossier où
        l'on ne peut pas écrire n'arrête rien.
    """
    if len(exemples) < _PEU:
        return apprendre(grille, exemples)
    dossier = Path(dossier) if dossier is not None else _cache()
    chemin = dossier / f"depart-{_empreindre(grille, exemples)}.npz"
    try:
        depart = _relire(chemin.read_bytes())
        chemin.touch()
    except (OSError, ValueError, KeyError, EOFError, NotImplementedError, zipfile.BadZipFile):
        depart = apprendre(grille, exemples)
        _garder(chemin, depart)
    return depart


def apprendre(grille: Grille, exemples: pd.DataFrame) -> Depart:
    """Apprendre un départ.

    À froid, un code a pour lui ses exemples, ses indices, son libellé, sa définition et ses consignes d'inclusion ;
    contre lui, ceux des autres codes de sa dimension et ses contre-exemples (qui ne disent rien des autres codes).

    Parameters
    ----------
    grille : Grille
        Les codes.
    exemples : DataFrame
        Tels que :func:`~ess_analyse.suggestions.lire_exemples` les rend ; vide s'il n'y en a pas.

    Returns
    -------
    Depart
        Le même à chaque fois pour les mêmes données.
    """
    froids, verites = textes_grille(grille)
    decisions = decider_exemples(exemples, grille)
    lus = lire(exemples["texte"].tolist(), grille)
    phrases = [*lire(froids, grille), *lus]
    # A trait seen once among thousands of sentences says nothing; among a few, it may be all there is.
    traits = Traits(usages=2 if len(lus) >= _PEU else 1).fit(phrases)
    tableau = traits.transform(phrases)
    familles = [(code.dimension, code.famille) for code in grille]
    verites = np.vstack([verites, decisions])
    appris = ClassifieurParFamille(familles).fit(tableau, verites)
    # Rounded now, so that learning and reading back give the same scores to the last digit.
    classifieur = ClassifieurParFamille(familles).restaurer(appris.coef_.astype(np.float32), appris.intercept_)
    mots = tableau[len(froids) :, : traits.nombre_de_mots]
    connus, comptes = (~np.isnan(decisions)).sum(axis=0), compter(lus, decisions, grille)
    return Depart(traits, classifieur, comptes, connus, np.nanmean(verites, axis=0), mots)


def textes_grille(grille: Grille) -> tuple[list[str], np.ndarray]:
    """Rendre les textes de la grille, et ce que chacun dit de chaque code : 1, 0, ou NaN s'il n'en dit rien."""
    textes, verites = [], []
    for rang, code in enumerate(grille):
        autres = [0.0 if autre.dimension == code.dimension else np.nan for autre in grille]
        pour = [*code.exemples, *code.indices, *code.inclure, code.definition, code.libelle]
        textes += [*pour, *code.contre_exemples]
        verites += [[*autres[:rang], 1.0, *autres[rang + 1 :]]] * len(pour)
        verites += [[*[np.nan] * rang, 0.0, *[np.nan] * (len(grille) - rang - 1)]] * len(code.contre_exemples)
    return textes, np.array(verites)


def _cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("ess_analyse", appauthor=False)


def _empreindre(grille: Grille, exemples: pd.DataFrame) -> str:
    versions = [version(paquet) for paquet in ("scikit-learn", "spacy")]
    contenu = [_VERSION, versions, repr(grille), exemples[["texte", "codes"]].to_numpy()]
    return hashlib.sha256(json.dumps(contenu, default=lambda table: table.tolist()).encode()).hexdigest()[:32]


def _garder(chemin: Path, depart: Depart) -> None:
    try:
        chemin.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        ecrire_octets(chemin, _en_octets(depart))
        anciens = sorted(chemin.parent.glob("depart-*.npz"), key=lambda garde: garde.stat().st_mtime)[:-_GARDES]
        for ancien in anciens:
            ancien.unlink(missing_ok=True)
    except OSError:
        # A cache that cannot be written costs time, never a result.
        return


def _en_octets(depart: Depart) -> bytes:
    """Écrire un départ en nombres et en texte : le relire n'exécute rien."""
    modele, memoire = depart.classifieur, io.BytesIO()
    mots, lettres = depart.traits.noms
    textes = {
        "mots": mots,
        "lettres": lettres,
        "familles": modele.familles,
        "comptes": [[*cle, nombre] for cle, nombre in depart.comptes.items()],
    }
    np.savez_compressed(
        memoire,
        textes=np.frombuffer(json.dumps(textes, ensure_ascii=False).encode(), dtype=np.uint8),
        idf_mots=depart.traits.mots_.idf_,
        idf_lettres=depart.traits.lettres_.idf_,
        coef=modele.coef_,
        constantes=modele.intercept_,
        lus=depart.lus,
        taux=depart.taux,
        valeurs=depart.mots.data,
        colonnes=depart.mots.indices,
        lignes=depart.mots.indptr,
        forme=depart.mots.shape,
    )
    return memoire.getvalue()


def _relire(octets: bytes) -> Depart:
    from scipy.sparse import csr_matrix

    with np.load(io.BytesIO(octets), allow_pickle=False) as tables:
        textes = json.loads(tables["textes"].tobytes())
        traits = Traits().restaurer(textes["mots"], tables["idf_mots"], textes["lettres"], tables["idf_lettres"])
        familles = [tuple(famille) for famille in textes["familles"]]
        modele = ClassifieurParFamille(familles).restaurer(tables["coef"], tables["constantes"])
        lus, taux = tables["lus"], tables["taux"]
        mots = csr_matrix((tables["valeurs"], tables["colonnes"], tables["lignes"]), shape=tuple(tables["forme"]))
    comptes = Counter({(code, indice, confirme): nombre for code, indice, confirme, nombre in textes["comptes"]})
    return Depart(traits, modele, comptes, lus, taux, mots)
