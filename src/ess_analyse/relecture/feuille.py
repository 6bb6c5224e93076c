"""La feuille d'un codeur, ouverte : une ligne change à la fois, et jamais par-dessus une autre main."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, relatif
from ess_analyse.feuilles import couper_codes, ecrire_feuille, lire_feuille, proteger
from ess_analyse.fichiers import (
    analyser_table,
    decoder,
    ecrire_octets,
    ecrire_table,
    lire_octets,
    seul_dans,
    table_en_octets,
)
from ess_analyse.modele import FEUILLE

__all__ = ["Conflit", "Etat", "FeuilleOuverte", "montrer_memo", "preparer_feuille", "ranger_memo"]


class Etat(NamedTuple):
    """Ce qu'une personne a décidé d'une phrase.

    Attributes
    ----------
    codes : tuple of str
        Vide : pas encore lue ; ``("-",)`` : lue, rien à coder.
    memo : str
        Ce qu'elle en a noté.
    """

    codes: tuple[str, ...]
    memo: str


class Conflit(Exception):
    """La feuille a changé depuis que la page l'a lue : rien n'a été écrit.

    Parameters
    ----------
    segment : str
        La phrase dont il s'agissait.
    lu : Etat
        Ce que la page en avait lu.
    voulu : Etat
        Ce qu'elle voulait écrire.
    fichier : Etat or None
        Ce que le fichier en dit maintenant ; rien si la ligne ou le fichier a disparu, ou ne se lit plus.
    """

    def __init__(self, segment: str, lu: Etat, voulu: Etat, fichier: Etat | None):
        self.segment, self.lu, self.voulu, self.fichier = segment, lu, voulu, fichier
        super().__init__(f"{segment} : la feuille a changé ailleurs, rien n'a été écrit")


class FeuilleOuverte:
    r"""Une feuille lue, et l'empreinte de ce qui a été lu.

    Parameters
    ----------
    chemin : Path
        ``data/codages/<codeur>.csv``.

    Raises
    ------
    ErreurDonnees
        Si elle ne peut être lue.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     chemin = Path(dossier, "ana.csv")
    ...     _ = chemin.write_text("segment;locuteur;texte;codes\nE01:9-17;Marion;Ben oui.;\n", encoding="utf-8")
    ...     feuille = FeuilleOuverte(chemin)
    ...     feuille.ecrire({"E01:9-17": Etat(("-",), "")}, feuille.empreinte)
    ...     FeuilleOuverte(chemin).etat("E01:9-17")
    Etat(codes=('-',), memo='')
    """

    def __init__(self, chemin: Path):
        self.chemin = Path(chemin)
        self._poser(lire_octets(self.chemin))

    def __contains__(self, segment: str) -> bool:
        return segment in self._rangs

    def etat(self, segment: str) -> Etat:
        """Rendre ce qui est décidé d'une phrase."""
        ligne = self.table.loc[self._rangs[segment]]
        return Etat(tuple(couper_codes(ligne["codes"])), montrer_memo(ligne["memo"]))

    def origine(self, segment: str) -> str:
        """Rendre ce que la machine avait montré d'une phrase."""
        return self.table.loc[self._rangs[segment], "origine"]

    def est_lue(self, segment: str) -> bool:
        """Dire si une phrase est décidée ; une phrase que la feuille n'a pas ne l'est pas."""
        return segment in self._lues

    def ecrire(self, decisions: Mapping[str, Etat], empreinte: str) -> None:
        """Écrire des décisions, si personne n'a changé la feuille entre-temps.

        Parameters
        ----------
        decisions : mapping of str to Etat
            Par phrase, ce qu'il faut écrire ; le reste de la feuille est gardé tel quel.
        empreinte : str
            L'empreinte que connaît la fenêtre qui décide.

        Raises
        ------
        Conflit
            Si le fichier, ou une autre fenêtre, a changé depuis : il montre la première de ces phrases.
        ErreurDonnees
            Si l'écriture est impossible ; le fichier et ce qu'on en sait sont alors intacts.
        """
        with seul_dans(self.chemin.parent):
            if empreinte != self.empreinte or self._empreinte_du_fichier() != self.empreinte:
                segment, etat = next(iter(decisions.items()))
                raise Conflit(segment, self.etat(segment), etat, self._relire(segment))
            table = self.table.copy()
            for segment, etat in decisions.items():
                lu = self.etat(segment)
                if etat.codes != lu.codes:
                    table.loc[self._rangs[segment], "codes"] = " ".join(etat.codes)
                if etat.memo != lu.memo:
                    table.loc[self._rangs[segment], "memo"] = ranger_memo(etat.memo)
            octets = table_en_octets(table)
            ecrire_octets(self.chemin, octets)
        self.table, self.empreinte = table, _empreinte(octets)
        for segment, etat in decisions.items():
            (self._lues.add if etat.codes else self._lues.discard)(segment)

    def restaurer(self) -> None:
        """Remettre une feuille disparue, telle qu'elle a été lue ; une feuille présente n'est pas touchée."""
        with seul_dans(self.chemin.parent):
            if not self.chemin.exists():
                ecrire_octets(self.chemin, table_en_octets(self.table))

    def _poser(self, octets: bytes) -> None:
        self.empreinte = _empreinte(octets)
        self.table = analyser_table(decoder(octets)[0], relatif(self.chemin), FEUILLE[:4], FEUILLE[4:])
        codes, memos = self.table["codes"].to_dict(), self.table["memo"].to_dict()
        # Of the rows of one sentence: the last with codes, else the last with a note, else the first.
        force = {rang: 2 * bool(couper_codes(codes[rang])) + bool(memos[rang].strip()) for rang in codes}
        self._rangs: dict[str, int] = {}
        for rang, segment in self.table["segment"].str.strip().items():
            if segment not in self._rangs or 0 < force[rang] >= force[self._rangs[segment]]:
                self._rangs[segment] = rang
        self._lues = {segment for segment, rang in self._rangs.items() if couper_codes(codes[rang])}

    def _empreinte_du_fichier(self) -> str:
        try:
            return _empreinte(self.chemin.read_bytes())
        except OSError:
            return ""

    def _relire(self, segment: str) -> Etat | None:
        try:
            autre = FeuilleOuverte(self.chemin)
        except (ErreurDonnees, UnicodeDecodeError):
            return None
        return autre.etat(segment) if segment in autre else None


def preparer_feuille(chemin: Path, segments: pd.DataFrame, suggestions: pd.DataFrame | None = None) -> bool:
    """Mettre dans une feuille les phrases d'un entretien, sans toucher à celles des autres.

    Parameters
    ----------
    chemin : Path
        La feuille, créée au besoin.
    segments : DataFrame
        Les phrases d'un seul entretien.
    suggestions : DataFrame, optional
        Ce que la machine en propose ; sans elles, les phrases pas encore lues deviennent aveugles.

    Returns
    -------
    bool
        Vrai si le fichier a changé.

    Raises
    ------
    ErreurDonnees
        Si la feuille existante ne peut être lue ; elle n'est alors pas touchée.
    """
    chemin = Path(chemin)
    with seul_dans(chemin.parent):
        return _preparer(chemin, segments, suggestions)


def _preparer(chemin: Path, segments: pd.DataFrame, suggestions: pd.DataFrame | None) -> bool:
    if not chemin.exists():
        return ecrire_feuille(chemin, segments, suggestions)
    ancienne = lire_feuille(chemin)
    siennes = ancienne["segment"].str.strip().str.startswith(f"{segments['entretien'].iloc[0]}:")
    # Its own rules hold for one interview: written rows stay, the others are made again.
    with tempfile.TemporaryDirectory() as dossier:
        part = Path(dossier) / chemin.name
        if siennes.any():
            ecrire_table(part, ancienne[siennes])
        ecrire_feuille(part, segments, suggestions)
        neuves = lire_feuille(part)
    debut = int(siennes.to_numpy().argmax()) if siennes.any() else len(ancienne)
    avant, apres = ancienne.iloc[:debut], ancienne.iloc[debut:]
    return ecrire_table(chemin, pd.concat([avant, neuves, apres[~siennes.iloc[debut:]]]))


def ranger_memo(memo: str) -> str:
    """Mettre un mémo en cellule : un tableur n'en fera pas une formule, et il se relira tel quel.

    Parameters
    ----------
    memo : str
        Ce que la personne a écrit.

    Returns
    -------
    str
        La cellule.

    Examples
    --------
    >>> ranger_memo("=1+1"), montrer_memo(ranger_memo("=1+1"))
    ("'=1+1", '=1+1')
    """
    return "'" + memo if memo.startswith("'") else proteger(memo)


def montrer_memo(cellule: str) -> str:
    """Rendre le mémo d'une cellule, sans l'apostrophe qui le protège.

    Parameters
    ----------
    cellule : str
        La cellule.

    Returns
    -------
    str
        Ce que la personne a écrit.

    Examples
    --------
    >>> montrer_memo("'=1+1"), montrer_memo("'tiens'")
    ('=1+1', "'tiens'")
    """
    return cellule[1:] if cellule.startswith("'") and ranger_memo(cellule[1:]) == cellule else cellule


def _empreinte(octets: bytes) -> str:
    return sha256(octets).hexdigest()
