"""Lire ce qu'un projet dit de ses documents : leurs textes, les passages qu'on y a marqués."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree import ElementTree as ET

from ess_analyse.echanges.refi.codes import normaliser
from ess_analyse.echanges.refi.constats import Constats
from ess_analyse.echanges.refi.dossier import Dossier, borner, decoder_brut
from ess_analyse.echanges.refi.positions import Texte
from ess_analyse.lecture.archive import IllisibleError

__all__ = ["Codage", "Document", "Lecteur", "Passage"]

_SOURCES = {
    "TextSource": ("", ""),
    "PDFSource": ("Representation", "pdf"),
    "PictureSource": ("Representation", "image"),
    "AudioSource": ("Transcript", "son"),
    "VideoSource": ("Transcript", "son"),
}
"""Où chaque sorte de source tient son texte, et comment compter celle qui n'en a pas."""
_ZONES = ("PDFSelection", "PictureSelection", "AudioSelection", "VideoSelection")
_SANS_CODE = "?"
"""Le code d'un codage qui n'en nomme aucun ; un code vide, lui, est celui d'un mémo sans codage."""
_VARIABLES = 500
"""Variables d'un projet : un questionnaire entier en a cent."""
_COMBIEN = 10_000
"""Documents d'un projet : autant que les pièces qu'une archive peut avoir."""
_SUSPECT = "vérifiez d'où il vient, ou exportez-le en plusieurs projets"


class Codage(NamedTuple):
    """Un code posé sur un passage : par qui, lequel, quand, avec quelles notes ; personnes, codes et notes par GUID."""

    codeur: str
    code: str
    date: str
    notes: tuple[str, ...]


class Passage(NamedTuple):
    """Un passage marqué, tel que le fichier le dit ; ``citation`` est son nom."""

    debut: int
    fin: int
    citation: str
    description: str
    notes: tuple[str, ...]
    codages: tuple[Codage, ...]


@dataclass(frozen=True)
class Document:
    """Un document dont le projet donne le texte."""

    guid: str
    nom: str
    texte: Texte
    passages: tuple[Passage, ...]
    variables: dict[str, str] = field(default_factory=dict)


class Lecteur:
    """Lire les documents d'un projet, en comptant ce qui est laissé de côté.

    Parameters
    ----------
    racine : Element
        ``Project``.
    dossier : Dossier
        L'archive, où sont les textes.
    constats : Constats
        Où compter ce qui n'est pas repris.
    """

    def __init__(self, racine: ET.Element, dossier: Dossier, constats: Constats):
        self._racine, self._dossier, self._constats = racine, dossier, constats
        self._noms = {
            normaliser(variable.get("guid", "")): variable.get("name", "")
            for variable in racine.iterfind("Variables/Variable")
        }
        if len(self._noms) > _VARIABLES:
            raise IllisibleError("projet démesuré : ses variables sont trop nombreuses", _SUSPECT)
        self._notes = {normaliser(note.get("guid", "")): note for note in racine.iterfind("Notes/Note")}
        self._annotations = {guid: note.findall("PlainTextSelection") for guid, note in self._notes.items()}
        self._liees: dict[str, list[str]] = {}
        for lien in racine.iterfind("Links/Link"):
            bouts = [normaliser(lien.get(cle, "")) for cle in ("originGUID", "targetGUID")]
            # NVivo ties an annotation to its passage by a link, in either direction.
            notes = [bout for bout in bouts if bout in self._notes]
            if len(notes) == 1:
                self._liees.setdefault(next(bout for bout in bouts if bout not in self._notes), []).extend(notes)
            else:
                constats.compter("ensemble")

    def lire_notes(self) -> dict[str, str]:
        """Lire le texte de chaque note du projet, par GUID ; une note mise en forme seulement n'y est pas."""
        textes = {}
        for guid, note in self._notes.items():
            texte = note.findtext("PlainTextContent") or self._lire_fichier(note) or note.findtext("Description") or ""
            if texte.strip():
                textes[guid] = texte.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").strip()
            elif note.get("richTextPath"):
                self._constats.compter("memo_riche")
        return textes

    def lire_documents(self) -> Iterator[Document]:
        """Lire les documents, dans l'ordre du fichier."""
        sources = [source for source in self._racine.iterfind("Sources/*") if source.tag in _SOURCES]
        if len(sources) > _COMBIEN:
            raise IllisibleError("projet démesuré : ses documents sont trop nombreux", _SUSPECT)
        for source in sources:
            self._constats.compter("zone", sum(len(source.findall(f"{zone}/Coding")) for zone in _ZONES))
            if (source.findtext("Description") or "").strip():
                self._constats.compter("description")
            variables = self._lire_variables(source)
            for texte in self._trouver_textes(source):
                if document := self._lire_document(texte, source, variables):
                    yield document

    def lire_cas(self, documents: Iterable[Document]) -> dict[str, dict[str, str]]:
        """Lire les variables que les cas donnent à des documents, par GUID ; deux cas peuvent dire deux valeurs."""
        valeurs: dict[str, dict[str, dict[str, None]]] = {}
        codes: dict[str, set[str]] = {}
        for document in documents:
            valeurs[document.guid] = {}
            for code in {codage.code for passage in document.passages for codage in passage.codages}:
                codes.setdefault(code, set()).add(document.guid)
        for cas in self._racine.iterfind("Cases/Case"):
            # A case without a name is how some programs write the variables of a document.
            if cas.get("name"):
                self._constats.compter("groupe")
            renvois = {normaliser(renvoi.get("targetGUID", "")) for renvoi in cas.iterfind("SourceRef")}
            # NVivo ties a case to its document by coding the whole text with it.
            siens = (renvois | codes.pop(normaliser(cas.get("guid", "")), set())) & valeurs.keys()
            for nom, valeur in self._lire_variables(cas).items():
                for document in siens:
                    valeurs[document].setdefault(nom, {})[valeur] = None
        return {guid: {nom: " ; ".join(dites) for nom, dites in siennes.items()} for guid, siennes in valeurs.items()}

    def _trouver_textes(self, source: ET.Element) -> list[ET.Element]:
        """Rendre les éléments qui portent le texte d'une source, ou dire qu'elle n'en a pas."""
        interieur, sorte = _SOURCES[source.tag]
        if not interieur:
            return [source]
        self._constats.compter("document", len(source.findall("Coding")))
        textes = source.findall(interieur)
        if not textes:
            self._constats.compter(sorte)
        return textes

    def _lire_document(self, element: ET.Element, source: ET.Element, variables: dict[str, str]) -> Document | None:
        passages = [
            *self._lire_passages(element),
            *self._lire_transcription(element),
            *self._lire_annotations(element),
        ]
        self._constats.compter("document", len(element.findall("Coding")))
        texte = self._lire_texte(element)
        if texte is None:
            self._constats.compter("sans_texte")
            self._constats.compter("orphelin", sum(bool(codage.code) for p in passages for codage in p.codages))
            return None
        nom = source.get("name", "").strip() or element.get("name", "").strip()
        return Document(normaliser(source.get("guid", "")), nom, texte, tuple(passages), variables)

    def _lire_texte(self, element: ET.Element) -> Texte | None:
        if en_ligne := element.findtext("PlainTextContent"):
            return Texte(borner(en_ligne), en_ligne=True)
        brut = self._lire_fichier(element)
        return None if brut is None else Texte(borner(brut))

    def _lire_fichier(self, element: ET.Element) -> str | None:
        chemin = element.get("plainTextPath", "")
        octets = self._dossier.lire_texte(chemin) if chemin else None
        if octets is None:
            return None
        brut, windows = decoder_brut(octets)
        self._constats.compter("windows", int(windows))
        return brut

    def _lire_passages(self, element: ET.Element) -> Iterator[Passage]:
        for selection in element.iterfind("PlainTextSelection"):
            yield self._lire_passage(selection, selection.get("startPosition", ""), selection.get("endPosition", ""))

    def _lire_transcription(self, element: ET.Element) -> Iterator[Passage]:
        """Lire les passages d'une transcription, bornés par des repères de temps qui ont une place dans le texte."""
        reperes = element.iterfind("SyncPoint")
        places = {normaliser(repere.get("guid", "")): repere.get("position", "") for repere in reperes}
        for selection in element.iterfind("TranscriptSelection"):
            bornes = (normaliser(selection.get(cle, "")) for cle in ("fromSyncPoint", "toSyncPoint"))
            yield self._lire_passage(selection, *(places.get(borne, "") for borne in bornes))

    def _lire_annotations(self, element: ET.Element) -> Iterator[Passage]:
        """Lire les notes d'un document qui disent elles-mêmes à quel passage elles tiennent, comme QualCoder."""
        for guid in _renvois(element):
            # A note annotates one document: reading it again for each reference would have no end.
            for selection in self._annotations.pop(guid, ()):
                note = self._notes[guid]
                bornes = (_entier(selection.get(cle, "")) for cle in ("startPosition", "endPosition"))
                yield Passage(*bornes, "", "", (guid,), (Codage(_personne(note), "", _date(note), ()),))

    def _lire_passage(self, selection: ET.Element, debut: str, fin: str) -> Passage:
        codages = []
        for codage in selection.iterfind("Coding"):
            code = codage.find("CodeRef")
            cible = "" if code is None else normaliser(code.get("targetGUID", ""))
            qui, quand = _personne(codage) or _personne(selection), _date(codage) or _date(selection)
            codages.append(Codage(qui, cible or _SANS_CODE, quand, _renvois(codage)))
        notes = (*_renvois(selection), *self._liees.pop(normaliser(selection.get("guid", "")), ()))
        return Passage(
            _entier(debut),
            _entier(fin),
            selection.get("name", ""),
            (selection.findtext("Description") or "").strip(),
            notes,
            tuple(codages) or (Codage(_personne(selection), "", _date(selection), ()),),
        )

    def _lire_variables(self, element: ET.Element) -> dict[str, str]:
        variables = {}
        for valuee in element.iterfind("VariableValue"):
            renvoi = valuee.find("VariableRef")
            nom = "" if renvoi is None else self._noms.get(normaliser(renvoi.get("targetGUID", "")), "")
            valeur = next((enfant.text for enfant in valuee if enfant.tag != "VariableRef" and enfant.text), "")
            if nom and valeur.strip():
                variables[nom] = valeur.strip()
        return variables


def _renvois(element: ET.Element) -> tuple[str, ...]:
    return tuple(normaliser(renvoi.get("targetGUID", "")) for renvoi in element.iterfind("NoteRef"))


def _personne(element: ET.Element) -> str:
    return normaliser(element.get("creatingUser") or element.get("modifyingUser") or "")


def _date(element: ET.Element) -> str:
    return element.get("creationDateTime") or element.get("modifiedDateTime") or ""


def _entier(texte: str) -> int:
    """Lire une position ; une position illisible n'est dans aucun texte."""
    try:
        return int(texte)
    except ValueError:
        return -1
