"""Ce qu'une personne doit confirmer après une correction, et ce qui est gardé à part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from ess_analyse.erreurs import Probleme, lever, proposer, relatif
from ess_analyse.feuilles import empreinte, proteger
from ess_analyse.fichiers import lire_table, reconnaitre

__all__ = ["ATTENTES", "NON", "OUI", "PERDUS", "Attente", "en_table", "lire_attentes"]

ATTENTES = ("segment", "avant", "texte", "apres", "vers", "nouveau", "raison", "ou", "decision")
PERDUS = ("ou", "segment", "locuteur", "texte", "codes", "origine", "memo", "raison")

OUI, NON = "oui", "non"
_ENTRE = " | "


@dataclass(frozen=True)
class Attente:
    """Une place dont la suite est à confirmer.

    Attributes
    ----------
    segment, texte : str
        L'ancienne place et l'ancien texte ; vide si aucune feuille ne l'a gardé.
    avant, apres : str
        Les anciennes phrases voisines.
    vers, nouveau : str
        La place proposée et ses mots ; vides si rien n'y ressemble.
    raison : str
        Pourquoi il faut confirmer.
    ou : tuple of str
        Les fichiers où l'ancienne place est écrite.
    decision : str
        ``oui``, ``non``, ou vide.
    """

    segment: str
    avant: str
    texte: str
    apres: str
    vers: str
    nouveau: str
    raison: str
    ou: tuple[str, ...]
    decision: str = ""

    @property
    def cle(self) -> tuple[str, str]:
        """Ce qui la distingue des autres."""
        return self.segment, empreinte(self.texte)

    @property
    def entretien(self) -> str:
        """L'entretien de l'ancienne place."""
        return self.segment.partition(":")[0]

    def aussi(self, fichier: str) -> Attente:
        """La même, attendue aussi dans un autre fichier."""
        return replace(self, ou=tuple(sorted({*self.ou, fichier})))


def lire_attentes(chemin: Path) -> list[Attente]:
    """Lire ce que la personne a décidé.

    Parameters
    ----------
    chemin : Path
        ``data/recalage.csv`` ; il peut manquer.

    Returns
    -------
    list of Attente
        Dans l'ordre du fichier.

    Raises
    ------
    ErreurDonnees
        Si une décision n'est ni ``oui``, ni ``non``, ni vide, ou si ``oui`` n'a pas de place.
    """
    if not chemin.is_file():
        return []
    table, nom, problemes, attentes = lire_table(chemin, ATTENTES), relatif(chemin), [], []
    for ligne in table.itertuples():
        decision = reconnaitre(ligne.decision, (OUI, NON))
        if decision not in ("", OUI, NON):
            remede = proposer(decision, (OUI, NON))
            problemes.append(Probleme(nom, ligne.Index, "décision inconnue", ligne.decision, remede))
        if decision == OUI and not ligne.vers.strip():
            remede = "écrivez dans « vers » la nouvelle place, par exemple E01:71-95"
            problemes.append(Probleme(nom, ligne.Index, "« oui » sans nouvelle place", ligne.segment, remede))
        cellules = [getattr(ligne, colonne) for colonne in ATTENTES[:7]]
        ou = tuple(morceau.strip() for morceau in ligne.ou.split(_ENTRE.strip()) if morceau.strip())
        attentes.append(Attente(*cellules, ou=ou, decision=decision))
    lever(problemes)
    return attentes


def en_table(attentes: Iterable[Attente]) -> pd.DataFrame:
    """Mettre des attentes dans la table que la personne remplit."""
    lignes = [
        (
            une.segment,
            *(_proteger(mots) for mots in (une.avant, une.texte, une.apres)),
            une.vers,
            _proteger(une.nouveau),
            une.raison,
            _ENTRE.join(une.ou),
            une.decision,
        )
        for une in attentes
    ]
    return pd.DataFrame(lignes, columns=ATTENTES, dtype="str")


def _proteger(mots: str) -> str:
    return proteger(mots.removeprefix("'"))
