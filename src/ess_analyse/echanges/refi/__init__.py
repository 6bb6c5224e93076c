"""Échanger l'étude avec les autres logiciels d'analyse qualitative, au standard REFI-QDA 1.5."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5
from xml.etree import ElementTree as ET

import pandas as pd

from ess_analyse import __version__
from ess_analyse.erreurs import Probleme, lever, proposer
from ess_analyse.fichiers import ecrire_octets
from ess_analyse.grille import Code, Grille
from ess_analyse.modele import CODAGES, RIEN, Corpus, Entretien, Place, verifier_colonnes

__all__ = ["exporter_qdc", "exporter_qdpx"]

_ORIGINE = f"ess_analyse {__version__}"
_ESPACE = uuid5(NAMESPACE_URL, "urn:ess-analyse")
# Several readers fail without a date; a fixed one keeps two exports identical.
_DATE = "2000-01-01T00:00:00Z"
_DATE_ZIP = (1980, 1, 1, 0, 0, 0)
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_INTERDITS = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DOSSIERS = {"R": ("Risque", "#B3261E"), "O": ("Opportunité", "#1B6E3C"), "P": ("Prisme", "#2B5DA8")}
_VARIABLES = ("type", "structure", "fonction", "date", "diffusion")


def exporter_qdpx(chemin: Path, corpus: Corpus, grille: Grille, codages: pd.DataFrame) -> bool:
    """Exporter toute l'étude en un projet ``.qdpx``.

    Chaque document est un texte ``sources/<GUID>.txt`` ; chaque phrase codée par quelqu'un est une
    ``PlainTextSelection`` à son nom, qui porte ses codes. Les phrases lues sans rien y coder (``-``) n'ont pas
    d'équivalent dans le standard et ne sont pas exportées. Source : *REFI-QDA Standard*, version 1.5, 2019, et son
    schéma ``Project.xsd``.

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

    Returns
    -------
    bool
        Vrai si le fichier a changé. Deux exports des mêmes données sont identiques à l'octet.

    Raises
    ------
    ErreurDonnees
        Si un codage désigne un code, un entretien ou une place qui n'existe pas.
    """
    verifier_colonnes(codages, CODAGES, "codages")
    poses = codages[codages["code"] != RIEN].drop_duplicates(["segment", "codeur", "code"])
    lever(_verifier(poses, corpus, grille))
    projet = _projet(corpus, grille, poses)
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        _ranger(archive, "project.qde", _en_xml(projet))
        for guid, entretien in sorted((str(_guid_source(entretien)), entretien.texte) for entretien in corpus):
            _ranger(archive, f"sources/{guid}.txt", entretien.encode("utf-8"))
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
    """
    racine = _racine("CodeBook", "codebook", "Codebook")
    _ajouter_codes(racine, grille)
    return ecrire_octets(chemin, _en_xml(racine))


def _projet(corpus: Corpus, grille: Grille, poses: pd.DataFrame) -> ET.Element:
    projet = _racine(
        "Project", "project", "Project", name="Étude", creatingUserGUID=_guid("codeur", ""), creationDateTime=_DATE
    )
    utilisateurs = _element(projet, "Users")
    _element(utilisateurs, "User", guid=_guid("codeur", ""), name="ess_analyse")
    for codeur in sorted(set(poses["codeur"])):
        _element(utilisateurs, "User", guid=_guid("codeur", codeur), name=codeur)
    _ajouter_codes(_element(projet, "CodeBook"), grille)
    if len(corpus):
        _ajouter_cas(projet, corpus)
        sources = _element(projet, "Sources")
        par_entretien = dict(iter(poses.groupby(poses["segment"].map(_entretien))))
        for entretien in corpus:
            _ajouter_source(sources, entretien, par_entretien.get(entretien.identifiant, poses.iloc[:0]))
    return projet


def _ajouter_codes(parent: ET.Element, grille: Grille) -> None:
    codes = _element(parent, "Codes")
    for famille in dict.fromkeys(code.famille for code in grille):
        nom, couleur = _DOSSIERS[famille]
        dossier = _element(codes, "Code", guid=_guid("famille", famille), name=nom, isCodable="false", color=couleur)
        for code in grille:
            if code.famille == famille:
                # The id makes the name unique: two codes may bear one label.
                feuille = _element(
                    dossier,
                    "Code",
                    guid=_guid("code", code.id),
                    name=f"{code.id} {code.libelle}",
                    isCodable="true",
                    color=couleur,
                )
                _element(feuille, "Description").text = _propre(_decrire(code))


def _decrire(code: Code) -> str:
    parties = [code.definition]
    for titre, lignes in (
        ("Inclure", code.inclure),
        ("Exclure", code.exclure),
        ("Exemples", code.exemples),
        ("Contre-exemples", code.contre_exemples),
    ):
        if lignes:
            parties.append("\n".join([f"{titre}\u00a0:", *(f"- {ligne}" for ligne in lignes)]))
    return "\n\n".join(parties)


def _ajouter_cas(projet: ET.Element, corpus: Corpus) -> None:
    """Décrire les documents : un cas par document, une variable par colonne."""
    variables, cas = _element(projet, "Variables"), _element(projet, "Cases")
    for nom in _VARIABLES:
        _element(variables, "Variable", guid=_guid("variable", nom), name=nom, typeOfVariable="Text")
    for entretien, document in zip(corpus, corpus.documents.to_dict("records"), strict=True):
        un = _element(cas, "Case", guid=_guid("cas", str(_guid_source(entretien))), name=entretien.identifiant)
        for nom in _VARIABLES:
            if document[nom]:
                valeur = _element(un, "VariableValue")
                _element(valeur, "VariableRef", targetGUID=_guid("variable", nom))
                _element(valeur, "TextValue").text = _propre(document[nom])
        _element(un, "SourceRef", targetGUID=_guid_source(entretien))


def _ajouter_source(sources: ET.Element, entretien: Entretien, poses: pd.DataFrame) -> None:
    guid = _guid_source(entretien)
    source = _element(
        sources,
        "TextSource",
        guid=guid,
        name=entretien.identifiant,
        plainTextPath=f"internal://{guid}.txt",
        creatingUser=_guid("codeur", ""),
        creationDateTime=_DATE,
    )
    groupes = {
        (Place.lire(segment), codeur): sorted(groupe["code"])
        for (segment, codeur), groupe in poses.groupby(["segment", "codeur"])
    }
    for (place, codeur), codes in sorted(groupes.items()):
        pose = {"creatingUser": _guid("codeur", codeur), "creationDateTime": _DATE}
        reperes = (str(guid), str(place), codeur)
        selection = _element(
            source,
            "PlainTextSelection",
            guid=_guid("selection", *reperes),
            name=str(place),
            startPosition=place.debut,
            endPosition=place.fin,
            **pose,
        )
        for code in codes:
            codage = _element(selection, "Coding", guid=_guid("codage", *reperes, code), **pose)
            _element(codage, "CodeRef", targetGUID=_guid("code", code))


def _verifier(poses: pd.DataFrame, corpus: Corpus, grille: Grille) -> list[Probleme]:
    problemes = [
        Probleme("table codages", 0, "code inconnu", code, proposer(code, grille.ids()))
        for code in sorted(set(poses["code"]))
        if code not in grille
    ]
    for segment in sorted(set(poses["segment"])):
        try:
            corpus.extrait(segment)
        except KeyError:
            problemes.append(Probleme("table codages", 0, "entretien inconnu", segment))
        except ValueError as erreur:
            problemes.append(Probleme("table codages", 0, str(erreur)))
    return problemes


def _entretien(segment: str) -> str:
    return segment.partition(":")[0]


def _guid(*mots: str) -> UUID:
    # The separator keeps ("a", "bc") and ("ab", "c") apart.
    return uuid5(_ESPACE, "\x1f".join(mots))


def _guid_source(entretien: Entretien) -> UUID:
    """Un GUID par texte : dès qu'un mot change, les positions d'avant n'ont plus de sens."""
    return _guid("source", entretien.identifiant, entretien.texte)


def _racine(nom: str, espace: str, schema: str, **attributs: object) -> ET.Element:
    urn = f"urn:QDA-XML:{espace}:1.0"
    lieu = f"{urn} http://schema.qdasoftware.org/versions/{schema}/v1.0/{schema}.xsd"
    racine = ET.Element(nom, {"xmlns": urn, "xmlns:xsi": _XSI, "xsi:schemaLocation": lieu, "origin": _ORIGINE})
    racine.attrib.update({cle: _propre(str(valeur)) for cle, valeur in attributs.items()})
    return racine


def _element(parent: ET.Element, nom: str, **attributs: object) -> ET.Element:
    return ET.SubElement(parent, nom, {cle: _propre(str(valeur)) for cle, valeur in attributs.items()})


def _propre(texte: str) -> str:
    """Retirer ce que XML 1.0 interdit."""
    return _INTERDITS.sub("", texte)


def _en_xml(racine: ET.Element) -> bytes:
    ET.indent(racine)
    return ET.tostring(racine, encoding="utf-8", xml_declaration=True) + b"\n"


def _ranger(archive: zipfile.ZipFile, nom: str, octets: bytes) -> None:
    info = zipfile.ZipInfo(nom, _DATE_ZIP)
    # Stored, not deflated: compressors differ from one version to the next, these bytes do not.
    info.create_system, info.external_attr = 3, 0o644 << 16
    archive.writestr(info, octets)
