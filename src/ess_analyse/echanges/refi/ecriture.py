"""Écrire l'étude au standard REFI-QDA 1.5."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree as ET

import pandas as pd

from ess_analyse.echanges.refi.conventions import decrire
from ess_analyse.echanges.refi.livre import ajouter_codes, ajouter_lecture, verifier_noms
from ess_analyse.echanges.refi.noeuds import DATE, composer, en_octets, identifier, poser, propre
from ess_analyse.erreurs import Probleme, lever, proposer
from ess_analyse.fichiers import ecrire_octets
from ess_analyse.grille import Grille
from ess_analyse.modele import CODAGES, MEMOS, RIEN, STRUCTURES, Corpus, Entretien, Place, verifier_colonnes

__all__ = ["exporter_qdc", "exporter_qdpx"]

_DATE_ZIP = (1980, 1, 1, 0, 0, 0)
_PROGRAMME = "ess_analyse"
_DU_DOCUMENT = ("type", "structure", "fonction", "date", "diffusion")
_DE_LA_STRUCTURE = tuple(nom for nom in STRUCTURES if nom != "structure")


@dataclass
class _Passage:
    """Ce qu'un codeur a fait d'une place : ses codes, d'où ils viennent, ce qu'il a noté."""

    origines: dict[str, str] = field(default_factory=dict)
    memos: list[str] = field(default_factory=list)


_Passages = Mapping[str, Sequence[tuple[Place, str, _Passage]]]


def exporter_qdpx(
    chemin: Path,
    corpus: Corpus,
    grille: Grille,
    codages: pd.DataFrame,
    *,
    memos: pd.DataFrame | None = None,
    structures: pd.DataFrame | None = None,
) -> bool:
    """Exporter toute l'étude en un projet ``.qdpx``.

    Chaque document est un texte ``sources/<GUID>.txt`` ; chaque place codée par quelqu'un est une
    ``PlainTextSelection`` à son nom, qui porte ses codes, leur origine et son mémo. Une phrase lue sans rien y coder
    (``-``) porte un code à part, « Lu, rien à coder ». Les attributs des documents sont des variables de leur source,
    et non d'un cas : QualCoder, qui lit les deux, ôte à la source les variables qu'un cas porte aussi. Toutes sont du
    texte : « 24,5 » ou une date sans jour n'entrent dans aucun autre type du standard. Ce que le format ne peut tenir
    est dans :data:`PERTES`. Source : *REFI-QDA Standard*, version 1.5, 2019, et son schéma ``Project.xsd``.

    Parameters
    ----------
    chemin : Path
        Le fichier à écrire.
    corpus : Corpus
        Les textes, tous : ce fichier n'est pas publiable, documents restreints compris.
    grille : Grille
        Les codes, rangés sous Risque, Opportunité et Prisme.
    codages : DataFrame
        Colonnes ``segment, codeur, code, origine``, d'un ou de plusieurs codeurs.
    memos : DataFrame, optional
        Colonnes ``segment, codeur, memo`` (:func:`~ess_analyse.codages.lire_memos`).
    structures : DataFrame, optional
        Le panel : ce qu'il dit d'une structure est une variable ``structure_…`` de ses documents.

    Returns
    -------
    bool
        Vrai si le fichier a changé. Deux exports des mêmes données sont identiques à l'octet.

    Raises
    ------
    ErreurDonnees
        Si un codage ou un mémo désigne un code, un entretien ou une place qui n'existe pas, ou si deux noms ne se
        distingueraient plus dans un autre logiciel.

    Examples
    --------
    >>> import tempfile
    >>> from ess_analyse.echanges.refi import lire_qdpx
    >>> from ess_analyse.grille import Code, Dimension
    >>> from ess_analyse.modele import DOCUMENTS
    >>> e01 = Entretien.depuis_texte("E01", "Jade : On ressaisit tout.")
    >>> documents = pd.DataFrame([("E01", "entretien", "S1", "direction", "2025-09", "publique")], columns=DOCUMENTS)
    >>> code = Code("R-CHARGE", "theme", "Charge", "…", (), (), (), (), ())
    >>> grille = Grille(1, (Dimension("theme", "Thème"),), (code,))
    >>> codages = pd.DataFrame([("E01:7-25", "ana", "R-CHARGE", "humain")], columns=CODAGES)
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     _ = exporter_qdpx(Path(dossier, "etude.qdpx"), Corpus((e01,), documents), grille, codages)
    ...     lire_qdpx(Path(dossier, "etude.qdpx")).codages[["texte", "codeur", "code"]].values.tolist()
    [['On ressaisit tout.', 'ana', 'R-CHARGE Charge']]
    """
    verifier_colonnes(codages, CODAGES, "codages")
    notes = pd.DataFrame(columns=list(MEMOS), dtype="str") if memos is None else memos
    verifier_colonnes(notes, MEMOS, "mémos")
    if structures is not None:
        verifier_colonnes(structures, STRUCTURES, "structures")
    lever(_verifier(codages, notes, corpus, grille))
    passages = _rassembler(codages, notes)
    codeurs = sorted({codeur for liste in passages.values() for _, codeur, _ in liste})
    projet = _projet(corpus, grille, passages, codeurs, _decrire_documents(corpus, structures))
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        _ranger(archive, "project.qde", en_octets(projet))
        for guid, texte in sorted((str(_guid_source(entretien)), entretien.texte) for entretien in corpus):
            _ranger(archive, f"sources/{guid}.txt", texte.encode("utf-8"))
    return ecrire_octets(chemin, tampon.getvalue())


def exporter_qdc(chemin: Path, grille: Grille) -> bool:
    """Exporter la grille seule, en un fichier ``.qdc``.

    Parameters
    ----------
    chemin : Path
        Le fichier à écrire.
    grille : Grille
        Les codes ; leurs GUID sont ceux du projet ``.qdpx``.

    Returns
    -------
    bool
        Vrai si le fichier a changé.

    Raises
    ------
    ErreurDonnees
        Si deux noms ne se distingueraient plus dans un autre logiciel.
    """
    lever(verifier_noms(grille))
    racine = composer("CodeBook", "Codebook")
    ajouter_codes(racine, grille)
    return ecrire_octets(chemin, en_octets(racine))


def _rassembler(codages: pd.DataFrame, memos: pd.DataFrame) -> _Passages:
    """Réunir par place et par codeur : les autres logiciels perdent des codages quand une place revient deux fois."""
    passages: dict[tuple[str, str], _Passage] = defaultdict(_Passage)
    for ligne in codages.itertuples():
        origines = passages[ligne.segment, ligne.codeur].origines
        # A suggested origin sorts before "humain", so that the machine's part is never forgotten.
        origines[ligne.code] = min(ligne.origine, origines.get(ligne.code, ligne.origine))
    for ligne in memos.itertuples():
        if propre(ligne.memo).strip():
            passages[ligne.segment, ligne.codeur].memos.append(propre(ligne.memo).strip())
    par_document = defaultdict(list)
    for (segment, codeur), passage in passages.items():
        place = Place.lire(segment)
        par_document[place.entretien].append((place, codeur, passage))
    return {nom: sorted(liste, key=lambda passage: passage[:2]) for nom, liste in par_document.items()}


def _decrire_documents(corpus: Corpus, structures: pd.DataFrame | None) -> dict[str, dict[str, str]]:
    """Rendre les variables de chaque document qui ont une valeur."""
    panel = {} if structures is None else structures.set_index("structure").to_dict("index")
    variables = {}
    for document in corpus.documents.to_dict("records"):
        structure = panel.get(document["structure"], {})
        valeurs = {nom: document[nom] for nom in _DU_DOCUMENT}
        valeurs |= {f"structure_{nom}": structure[nom] for nom in _DE_LA_STRUCTURE if nom in structure}
        variables[document["entretien"]] = {nom: str(valeur) for nom, valeur in valeurs.items() if str(valeur)}
    return variables


def _projet(
    corpus: Corpus,
    grille: Grille,
    passages: _Passages,
    codeurs: Sequence[str],
    variables: Mapping[str, Mapping[str, str]],
) -> ET.Element:
    auteur = identifier("programme")
    projet = composer("Project", "Project", name="Étude", creatingUserGUID=auteur, creationDateTime=DATE)
    utilisateurs = poser(projet, "Users")
    # QualCoder shows the codings of the first user only: it has to be someone who coded.
    for codeur in codeurs:
        poser(utilisateurs, "User", guid=identifier("codeur", codeur), name=codeur)
    poser(utilisateurs, "User", guid=auteur, name=_PROGRAMME)
    ajouter_lecture(ajouter_codes(poser(projet, "CodeBook"), grille))
    noms = dict.fromkeys(nom for valeurs in variables.values() for nom in valeurs)
    if noms:
        liste = poser(projet, "Variables")
        for nom in noms:
            poser(liste, "Variable", guid=identifier("variable", nom), name=nom, typeOfVariable="Text")
    if len(corpus):
        sources = poser(projet, "Sources")
        for entretien in corpus:
            nom = entretien.identifiant
            _ajouter_source(sources, entretien, passages.get(nom, ()), variables[nom])
    _ajouter_notes(projet, corpus, passages)
    return projet


def _ajouter_source(
    sources: ET.Element,
    entretien: Entretien,
    passages: Sequence[tuple[Place, str, _Passage]],
    variables: Mapping[str, str],
) -> None:
    guid = _guid_source(entretien)
    source = poser(
        sources,
        "TextSource",
        guid=guid,
        name=entretien.identifiant,
        plainTextPath=f"internal://{guid}.txt",
        creatingUser=identifier("programme"),
        creationDateTime=DATE,
    )
    for place, codeur, passage in passages:
        pose = {"creatingUser": identifier("codeur", codeur), "creationDateTime": DATE}
        reperes = (str(guid), str(place), codeur)
        bornes = {"name": place, "startPosition": place.debut, "endPosition": place.fin}
        selection = poser(source, "PlainTextSelection", guid=identifier("selection", *reperes), **bornes, **pose)
        poser(selection, "Description", decrire(passage.origines, "\n\n".join(passage.memos)))
        for code in sorted(passage.origines):
            codage = poser(selection, "Coding", guid=identifier("codage", *reperes, code), **pose)
            poser(codage, "CodeRef", targetGUID=identifier("code", code))
        for rang in range(len(passage.memos)):
            poser(selection, "NoteRef", targetGUID=identifier("memo", *reperes, str(rang)))
    for nom, valeur in variables.items():
        valuee = poser(source, "VariableValue")
        poser(valuee, "VariableRef", targetGUID=identifier("variable", nom))
        poser(valuee, "TextValue", valeur)


def _ajouter_notes(projet: ET.Element, corpus: Corpus, passages: _Passages) -> None:
    notes = ET.Element("Notes")
    for entretien in corpus:
        for place, codeur, passage in passages.get(entretien.identifiant, ()):
            reperes = (str(_guid_source(entretien)), str(place), codeur)
            for rang, memo in enumerate(passage.memos):
                note = poser(
                    notes,
                    "Note",
                    guid=identifier("memo", *reperes, str(rang)),
                    name=f"Mémo de {codeur}, {place}",
                    creatingUser=identifier("codeur", codeur),
                    creationDateTime=DATE,
                )
                poser(note, "PlainTextContent", memo)
    if len(notes):
        projet.append(notes)


def _verifier(codages: pd.DataFrame, memos: pd.DataFrame, corpus: Corpus, grille: Grille) -> list[Probleme]:
    problemes = list(verifier_noms(grille))
    problemes += [
        Probleme("table codages", 0, "code inconnu", code, proposer(code, grille.ids()))
        for code in sorted(set(codages["code"]) - {RIEN})
        if code not in grille
    ]
    for nom, table in (("table codages", codages), ("table mémos", memos)):
        problemes += _verifier_places(nom, sorted(set(table["segment"])), corpus)
    return [*problemes, *_verifier_codeurs(sorted({*codages["codeur"], *memos["codeur"]}))]


def _verifier_places(table: str, segments: Sequence[str], corpus: Corpus) -> Iterator[Probleme]:
    for segment in segments:
        try:
            corpus.extrait(segment)
        except KeyError:
            yield Probleme(table, 0, "entretien inconnu", segment)
        except ValueError as erreur:
            yield Probleme(table, 0, str(erreur))


def _verifier_codeurs(codeurs: Sequence[str]) -> Iterator[Probleme]:
    vus: dict[str, str] = {}
    for codeur in codeurs:
        nom = propre(codeur)
        if not nom.strip():
            yield Probleme("table codages", 0, "codeur sans nom", remede="donnez-lui un nom lisible")
        elif vus.setdefault(nom, codeur) != codeur:
            message = "deux codeurs du même nom, aux signes invisibles près"
            yield Probleme("table codages", 0, message, nom, "renommez-en un")


def _guid_source(entretien: Entretien) -> UUID:
    """Un GUID par texte : dès qu'un mot change, les positions d'avant n'ont plus de sens."""
    return identifier("source", entretien.identifiant, entretien.texte)


def _ranger(archive: zipfile.ZipFile, nom: str, octets: bytes) -> None:
    info = zipfile.ZipInfo(nom, _DATE_ZIP)
    # Stored, not deflated: compressors differ from one version to the next, these bytes do not.
    info.create_system, info.external_attr = 3, 0o644 << 16
    archive.writestr(info, octets)
