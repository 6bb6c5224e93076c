"""L'étude en notes Markdown reliées, pour Obsidian, Logseq, Zettlr et leurs pareils.

Ce que ces outils ont en commun (aide d'Obsidian, « Tags », « Internal links », « Properties ») : un en-tête YAML entre
deux ``---`` ; une étiquette ``#R-CHARGE`` de lettres, chiffres, tirets, sans espace, avec au moins une lettre ; un lien
``[[note]]`` vers un nom de fichier unique dans tout le dossier, ``[[note#^bloc|texte]]`` vers un bloc qui finit par
``^bloc`` (lettres, chiffres, tirets). Le reste est du CommonMark. Rien n'a été essayé dans ces outils mêmes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from ess_analyse.echanges.codes import Provenance, ranger, rassembler_codes, rassembler_memos, verifier_codages
from ess_analyse.enseignements import Enseignement
from ess_analyse.erreurs import Probleme, compter, lever
from ess_analyse.fichiers import ecrire_ensemble
from ess_analyse.grille import Code, Grille
from ess_analyse.modele import Corpus, Entretien, Place

__all__ = ["PERTES", "echapper", "exporter_notes"]

PERTES = (
    "Les phrases lues sans rien y coder ne se distinguent pas de celles que personne n'a lues.",
    "Les outils de notes ne tiennent pas de positions : une phrase s'y retrouve par son bloc, non par ses caractères.",
    "Les indices de la grille n'y sont pas.",
    "Les mémos des phrases sans code n'y sont pas.",
)

_DOCUMENTS, _CODES, _LISEZ_MOI = "documents", "codes", "Lisez-moi.md"

_SIGNES = re.compile(r"([\\`*_\[\]<>#|~$^=%&])")
_TETE = re.compile(r"^(\d*)([-+.)])")
_SIGNES_LIEN = re.compile(r"[\[\]|#^]")


def exporter_notes(
    dossier: Path,
    corpus: Corpus,
    segments: pd.DataFrame,
    grille: Grille,
    codages: pd.DataFrame,
    *,
    memos: pd.DataFrame | None = None,
    enseignements: Iterable[Enseignement] = (),
) -> list[Path]:
    """Écrire une note par document et une par code, reliées entre elles.

    Parameters
    ----------
    dossier : Path
        Où les écrire : ``documents/E01.md``, ``codes/R-CHARGE.md``, ``Lisez-moi.md``.
    corpus, segments, grille, codages
        L'étude, passages restreints compris.
    memos : DataFrame, optional
        ``segment, codeur, memo``.
    enseignements : iterable of Enseignement
        Ceux qui citent des passages : leur numéro et leur titre suivent la citation.

    Returns
    -------
    list of Path
        Les fichiers dont le contenu a changé.

    Raises
    ------
    ErreurDonnees
        Si un codage désigne un code ou une phrase qui n'existe pas, ou si un document a le nom d'un code : un lien
        ``[[…]]`` ne saurait lequel suivre.

    Examples
    --------
    >>> import tempfile
    >>> from ess_analyse.modele import CODAGES, DOCUMENTS, SEGMENTS
    >>> e01 = Entretien.depuis_texte("E01", "Marion : Ben oui.")
    >>> documents = pd.DataFrame([["E01", "entretien", "S1", "gérante", "2025-03", "publique"]], columns=DOCUMENTS)
    >>> segments = pd.DataFrame([["E01:9-17", "E01", 1, "Marion", 9, 17, "Ben oui."]], columns=SEGMENTS)
    >>> grille = Grille(1, (), (Code("R-SENS", "theme", "Sens", "…", *[()] * 5),))
    >>> codages = pd.DataFrame([["E01:9-17", "ana", "R-SENS", "humain"]], columns=CODAGES)
    >>> with tempfile.TemporaryDirectory() as racine:
    ...     _ = exporter_notes(Path(racine), Corpus((e01,), documents), segments, grille, codages)
    ...     print(Path(racine, "documents/E01.md").read_text(encoding="utf-8").splitlines()[-1])
    - Ben oui. #R-SENS (ana) ^p9-17
    """
    verifier_codages(codages, segments, grille)
    pris = {code.casefold() for code in (*grille.ids(), Path(_LISEZ_MOI).stem)}
    lever(
        Probleme(f"document {nom}", 0, "ce document a le nom d'une autre note", remede="renommez-le avant d'exporter")
        for nom in corpus.documents["entretien"]
        if nom.casefold() in pris
    )
    codes, notes, preuves = rassembler_codes(codages), rassembler_memos(memos), list(enseignements)
    par_document = dict(iter(segments.groupby("entretien", sort=False)))
    vides, pages = segments.iloc[:0], {_LISEZ_MOI: _presenter(corpus, segments, grille)}
    for entretien, document in zip(corpus, corpus.documents.to_dict("records"), strict=True):
        phrases = par_document.get(entretien.identifiant, vides)
        pages[f"{_DOCUMENTS}/{entretien.identifiant}.md"] = _ecrire_document(entretien, document, phrases, codes)
    for code in grille:
        cites = segments[segments["segment"].map(lambda segment, nom=code.id: nom in codes.get(segment, ()))]
        lignes = [
            ligne
            for phrase in cites.itertuples()
            for ligne in _citer(phrase, codes[phrase.segment][code.id], notes, preuves, corpus)
        ]
        pages[f"{_CODES}/{code.id}.md"] = _ecrire_code(code, len(cites), lignes)
    return ecrire_ensemble({Path(dossier) / nom: page.encode("utf-8") for nom, page in pages.items()})


def echapper(texte: str) -> str:
    r"""Écrire un texte dans du Markdown sans qu'aucun de ses signes ne devienne une commande.

    Parameters
    ----------
    texte : str
        Un texte quelconque.

    Returns
    -------
    str
        Le même, sur une ligne, blancs réduits à une espace.

    Examples
    --------
    >>> print(echapper("- *deux*  fois, [[voilà]] #non"))
    \- \*deux\* fois, \[\[voilà\]\] \#non
    """
    texte = _SIGNES.sub(r"\\\1", " ".join(texte.split()))
    return _TETE.sub(r"\1\\\2", texte)


def _ecrire_document(
    entretien: Entretien, document: dict[str, str], phrases: pd.DataFrame, codes: dict[str, dict]
) -> str:
    entete = {"document": document["entretien"]}
    entete |= {nom: valeur for nom, valeur in document.items() if nom != "entretien" and valeur}
    lignes = [f"# {echapper(entretien.identifiant)}"]
    for (_, locuteur), tour in phrases.groupby(["tour", "locuteur"], sort=False):
        if locuteur:
            lignes += ["", f"**{echapper(locuteur)}**"]
        lignes.append("")
        for phrase in tour.itertuples():
            poses = codes.get(phrase.segment, {})
            marques = "".join(f" #{code} ({', '.join(map(echapper, codeurs))})" for code, codeurs in poses.items())
            lignes.append(f"- {echapper(phrase.texte)}{marques}{f' ^{_bloc(phrase)}' if poses else ''}")
    return _entete(entete) + "\n".join(lignes) + "\n"


def _ecrire_code(code: Code, citations: int, lignes: list[str]) -> str:
    entete = {"aliases": [code.libelle], "tags": [code.id], "dimension": code.dimension, "citations": citations}
    page = [f"# {echapper(code.libelle)}", "", echapper(ranger(code)), "", echapper(code.definition)]
    for titre, textes in (
        ("Inclure", code.inclure),
        ("Exclure", code.exclure),
        ("Exemples", code.exemples),
        ("Contre-exemples", code.contre_exemples),
    ):
        if textes:
            page += ["", f"## {titre}", "", *(f"- {echapper(texte)}" for texte in textes)]
    return _entete(entete) + "\n".join([*page, "", "## Citations", *lignes]) + "\n"


def _citer(
    phrase,
    codeurs: dict[str, Provenance],
    notes: dict[str, list[tuple[str, str]]],
    preuves: list[Enseignement],
    corpus: Corpus,
) -> Iterator[str]:
    """Écrire une citation, sa source, qui l'a codée, ce qu'on en a noté et qui la cite."""
    yield ""
    yield f"> {echapper(phrase.texte)}"
    yield ">"
    qui = f"{echapper(phrase.locuteur)}, " if phrase.locuteur else ""
    lien = f"[[{phrase.entretien}#^{_bloc(phrase)}|{phrase.segment}]]"
    yield f"> — {qui}{lien}{'' if corpus.est_public(phrase.segment) else ' (diffusion restreinte)'}"
    yield ">"
    yield "> Codé par " + ", ".join(f"{echapper(nom)} : {echapper(str(vu))}" for nom, vu in codeurs.items()) + "."
    place = Place.lire(phrase.segment)
    for enseignement in preuves:
        for places, sens in ((enseignement.preuves, "Cité par"), (enseignement.contre, "Opposé à")):
            if any(p.entretien == place.entretien and p.debut < place.fin and place.debut < p.fin for p in places):
                yield ">"
                yield f"> {sens} l'enseignement {enseignement.numero} : {echapper(enseignement.titre)}."
    for codeur, memo in notes.get(phrase.segment, ()):
        yield ">"
        yield f"> Mémo de {echapper(codeur)} : {echapper(memo)}"


def _presenter(corpus: Corpus, segments: pd.DataFrame, grille: Grille) -> str:
    restreints = int((~segments["segment"].map(corpus.est_public).astype("bool")).sum())
    lignes = [
        "# Lisez-moi",
        "",
        "Une note par document, une par code : ouvrez ce dossier comme un coffre de notes. Ces notes sont une copie : "
        "ce que vous y changez ne revient pas dans l'étude.",
        "",
        f"Elles contiennent tout le corpus, dont {compter(restreints, 'phrase')} à diffusion restreinte : ne les "
        "publiez pas, et n'activez pas de synchronisation hors de vos machines.",
        "",
        "## Documents",
        "",
        *(f"- [[{nom}]]" for nom in corpus.documents["entretien"]),
        "",
        "## Codes",
        "",
        *(f"- [[{code.id}|{_SIGNES_LIEN.sub(' ', code.libelle)}]]" for code in grille),
        "",
        "## Ce qui n'y est pas",
        "",
        *(f"- {perte}" for perte in PERTES),
    ]
    return "\n".join(lignes) + "\n"


def _entete(valeurs: dict[str, object]) -> str:
    # Any JSON value is a YAML one.
    lignes = [f"{nom}: {json.dumps(valeur, ensure_ascii=False)}" for nom, valeur in valeurs.items()]
    return "\n".join(["---", *lignes, "---", "", ""])


def _bloc(phrase) -> str:
    return f"p{phrase.debut}-{phrase.fin}"
