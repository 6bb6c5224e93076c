"""Les entretiens et leurs codes à lire dans un traitement de texte (RTF), ou à importer dans Sonal (texte).

**Ce que Sonal importe.** Son mode d'emploi (« Encoder des documents textuels dans Sonal », sonal-info.com, depuis la
version 1.7) : un document à la fois, en ``.doc``, ``.docx`` ou ``.txt`` ; un ``.docx`` passe par Word, que Sonal ouvre.
Aucune mise en forme n'est gardée, aucun codage n'est repris : le texte entier arrive comme un seul extrait. D'où un
``.txt`` par document. Il est en UTF-8 avec marque et fins de ligne de Windows, parce que Sonal est un programme
Windows : ce choix-là n'est pas documenté, et l'import n'a pas été essayé dans Sonal. Ses crochets marquent des instants
de l'enregistrement : les codes y sont donc entre accolades.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from ess_analyse.echanges.codes import Provenance, rassembler_codes, rassembler_memos, verifier_codages
from ess_analyse.fichiers import ecrire_ensemble, ecrire_octets
from ess_analyse.grille import Grille
from ess_analyse.modele import Corpus, Entretien

__all__ = ["PERTES_RTF", "PERTES_TEXTES", "exporter_rtf", "exporter_textes"]

PERTES_RTF = (
    "C'est un texte à lire : les codes y sont écrits entre crochets, aucun logiciel ne les reprend comme des codages.",
    "Les phrases lues sans rien y coder ne se distinguent pas de celles que personne n'a lues.",
    "La méthode, le score et l'indice d'une suggestion acceptée n'y sont pas.",
    "Le mode d'emploi des codes (définitions, exemples, indices) n'y est pas.",
)
PERTES_TEXTES = (
    "C'est du texte : les codes y sont écrits entre accolades, aucun logiciel ne les reprend comme des codages.",
    "Qui a posé chaque code, les mémos, la provenance et les places n'y sont pas.",
    "La description des documents (structure, fonction, date, diffusion) n'y est pas.",
)

_DEBUT = (
    r"{\rtf1\ansi\ansicpg1252\deff0\uc1{\fonttbl{\f0\fswiss Arial;}}{\colortbl;\red90\green90\blue90;}"
    r"\deflang1036\fs22" + "\n"
)
_UNITE_UTF16 = 2
_INTERDITS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def exporter_rtf(
    chemin: Path,
    corpus: Corpus,
    segments: pd.DataFrame,
    grille: Grille,
    codages: pd.DataFrame,
    *,
    memos: pd.DataFrame | None = None,
) -> bool:
    """Écrire tous les documents dans un fichier à lire, chaque phrase codée suivie de ses codes et de sa place.

    Parameters
    ----------
    chemin : Path
        Un ``.rtf``.
    corpus, segments, grille, codages
        L'étude, passages restreints compris.
    memos : DataFrame, optional
        ``segment, codeur, memo``, écrits après les codes.

    Returns
    -------
    bool
        Vrai si le fichier a changé.

    Raises
    ------
    ErreurDonnees
        Si un codage désigne un code ou une phrase qui n'existe pas.

    Examples
    --------
    >>> import tempfile
    >>> from ess_analyse.grille import Code
    >>> from ess_analyse.modele import CODAGES, DOCUMENTS, SEGMENTS
    >>> e01 = Entretien.depuis_texte("E01", "Marion : Ben oui.")
    >>> documents = pd.DataFrame([["E01", "entretien", "S1", "gérante", "2025-03", "publique"]], columns=DOCUMENTS)
    >>> segments = pd.DataFrame([["E01:9-17", "E01", 1, "Marion", 9, 17, "Ben oui."]], columns=SEGMENTS)
    >>> grille = Grille(1, (), (Code("R-SENS", "theme", "Sens", "…", *[()] * 5),))
    >>> codages = pd.DataFrame([["E01:9-17", "ana", "R-SENS", "humain"]], columns=CODAGES)
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     chemin = Path(dossier, "etude.rtf")
    ...     _ = exporter_rtf(chemin, Corpus((e01,), documents), segments, grille, codages)
    ...     "[R-SENS Sens (ana), E01:9-17]" in chemin.read_text(encoding="ascii")
    True
    """
    verifier_codages(codages, segments, grille)
    codes, notes = rassembler_codes(codages), rassembler_memos(memos)
    marques = {
        segment: _marquer(segment, codes.get(segment, {}), notes.get(segment, ()), grille, corpus.est_public(segment))
        for segment in segments["segment"]
        if segment in codes or segment in notes
    }
    par_document = dict(iter(segments.groupby("entretien", sort=False)))
    lignes = []
    for entretien, document in zip(corpus, corpus.documents.to_dict("records"), strict=True):
        titre = " · ".join(valeur for valeur in document.values() if valeur)
        lignes.append(rf"\pard\sb360\sa120\b\fs28 {en_rtf(titre)}\b0\fs22\par")
        phrases = par_document.get(entretien.identifiant, segments.iloc[:0])
        lignes += _ecrire_tours(entretien, phrases, marques)
    return ecrire_octets(chemin, (_DEBUT + "\n".join(lignes) + "\n}\n").encode("ascii"))


def exporter_textes(
    dossier: Path, corpus: Corpus, segments: pd.DataFrame, grille: Grille, codages: pd.DataFrame
) -> list[Path]:
    """Écrire un ``.txt`` par document, chaque phrase codée suivie de ses codes entre accolades.

    Parameters
    ----------
    dossier : Path
        Où les écrire : ``E01.txt``, ``E02.txt``…
    corpus, segments, grille, codages
        L'étude, passages restreints compris ; sans codages, les textes seuls.

    Returns
    -------
    list of Path
        Les fichiers dont le contenu a changé.

    Raises
    ------
    ErreurDonnees
        Si un codage désigne un code ou une phrase qui n'existe pas.

    Examples
    --------
    >>> import tempfile
    >>> from ess_analyse.grille import Code
    >>> from ess_analyse.modele import CODAGES, DOCUMENTS, SEGMENTS
    >>> e01 = Entretien.depuis_texte("E01", "Marion : Ben oui. Bon.")
    >>> documents = pd.DataFrame([["E01", "entretien", "S1", "gérante", "2025-03", "publique"]], columns=DOCUMENTS)
    >>> segments = pd.DataFrame([["E01:9-17", "E01", 1, "Marion", 9, 17, "Ben oui."]], columns=SEGMENTS)
    >>> grille = Grille(1, (), (Code("R-SENS", "theme", "Sens", "…", *[()] * 5),))
    >>> codages = pd.DataFrame([["E01:9-17", "ana", "R-SENS", "humain"]], columns=CODAGES)
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     (texte,) = exporter_textes(Path(dossier), Corpus((e01,), documents), segments, grille, codages)
    ...     texte.read_text(encoding="utf-8-sig")
    'Marion : Ben oui. {R-SENS} Bon.'
    """
    verifier_codages(codages, segments, grille)
    codes, contenus = rassembler_codes(codages), {}
    for entretien in corpus:
        morceaux, fin = [], 0
        for phrase in segments[segments["entretien"] == entretien.identifiant].itertuples():
            if phrase.segment in codes:
                morceaux += [entretien.texte[fin : phrase.fin], f" {{{', '.join(codes[phrase.segment])}}}"]
                fin = phrase.fin
        texte = "".join(morceaux) + entretien.texte[fin:]
        contenus[Path(dossier) / f"{entretien.identifiant}.txt"] = texte.replace("\n", "\r\n").encode("utf-8-sig")
    return ecrire_ensemble(contenus)


def en_rtf(texte: str) -> str:
    r"""Écrire un texte dans un fichier RTF : de l'ASCII, les autres lettres par leurs unités UTF-16.

    Parameters
    ----------
    texte : str
        Un texte quelconque.

    Returns
    -------
    str
        Le même ; les signes de commande que RTF ne peut porter sont ôtés.

    Examples
    --------
    >>> print(en_rtf("{é}\t\n"))
    \{\u233?\}\tab \line
    """
    texte = _INTERDITS.sub("", texte).translate({ord(signe): rf"\{signe}" for signe in "\\{}"})
    texte = texte.replace("\t", r"\tab ").replace("\n", r"\line ")
    return re.sub(r"[^\x00-\x7f]", lambda lettre: "".join(_unites(lettre[0])), texte)


def _unites(lettre: str) -> Iterator[str]:
    octets = lettre.encode("utf-16-le")
    for debut in range(0, len(octets), _UNITE_UTF16):
        yield rf"\u{int.from_bytes(octets[debut : debut + _UNITE_UTF16], 'little', signed=True)}?"


def _ecrire_tours(entretien: Entretien, phrases: pd.DataFrame, marques: dict[str, str]) -> Iterator[str]:
    par_tour = dict(iter(phrases.groupby("tour")))
    for rang, tour in enumerate(entretien.tours, start=1):
        morceaux, fin = [], tour.debut
        for phrase in par_tour.get(rang, phrases.iloc[:0]).itertuples():
            if phrase.segment in marques:
                morceaux += [en_rtf(entretien.extrait(fin, phrase.fin)), marques[phrase.segment]]
                fin = phrase.fin
        morceaux.append(en_rtf(entretien.extrait(fin, tour.fin)))
        qui = rf"\b {en_rtf(tour.locuteur)}\b0  : " if tour.locuteur else ""
        yield rf"\pard\sa120 {qui}{''.join(morceaux)}\par"


def _marquer(
    segment: str,
    codes: dict[str, dict[str, Provenance]],
    notes: Iterable[tuple[str, str]],
    grille: Grille,
    public: bool,
) -> str:
    """Écrire entre crochets ce que l'on sait d'une phrase, en petit et en gris."""
    dits = [f"{code} {grille[code].libelle} ({', '.join(codeurs)})" for code, codeurs in codes.items()]
    restreint = [] if public else ["diffusion restreinte"]
    memos = [f"mémo de {codeur} : {memo}" for codeur, memo in notes]
    return rf" {{\cf1\fs16 [{en_rtf(', '.join([*dits, segment, *restreint, *memos]))}]}}"
