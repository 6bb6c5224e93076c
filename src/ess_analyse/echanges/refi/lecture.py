"""Lire ce qu'un autre logiciel a écrit au standard REFI-QDA."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree as ET

from ess_analyse.echanges.projet import Projet, Source
from ess_analyse.echanges.refi.codes import lire_livre, normaliser, numeroter
from ess_analyse.echanges.refi.constats import Constats
from ess_analyse.echanges.refi.dossier import Arbre, Dossier, ouvrir
from ess_analyse.echanges.refi.passages import Document, Lecteur
from ess_analyse.echanges.refi.positions import Regle, trouver_regle
from ess_analyse.echanges.refi.releve import Releve
from ess_analyse.erreurs import ErreurDonnees, Probleme, relatif
from ess_analyse.lecture.archive import IllisibleError, lire_xml_nu

__all__ = ["lire_qdc", "lire_qdpx"]

_MEMOS = ("Description", "Cases/Case/Description", "Variables/Variable/Description")
"""Où d'autres programmes écrivent des mémos qui ne tiennent à aucun passage."""


def lire_qdpx(chemin: Path) -> Projet:
    """Lire un projet ``.qdpx``, de ce programme ou d'un autre.

    Les programmes ne comptent pas tous les positions de la même façon : avec ou sans la marque d'ordre du texte, ``CR
    LF`` pour un signe ou pour deux, un émoji pour un ou pour deux (UTF-16). Une seule règle est retenue pour tout le
    projet : celle sous laquelle le plus de passages redisent les mots que leur nom cite, puis celle sous laquelle le
    plus commencent et finissent sur le bord d'un mot, puis la plus proche du standard. Les positions rendues sont des
    points de code du texte, lignes séparées par ``LF``, sans marque d'ordre. Un passage dont le nom cite en entier des
    mots que le texte a ailleurs qu'à cette place a une position ``INCONNUE`` : ses mots font foi. Rien n'est rapproché
    par GUID au-delà de ce fichier : chaque programme en invente.

    Sont lus comme des documents : un texte, dans l'archive ou dans le XML, le texte d'un PDF (sa ``Representation``) et
    la transcription d'un enregistrement. Un document qui n'est donné que mis en forme (``.docx``) ne l'est pas : rien
    ne dit ce que ses positions y comptent.

    Parameters
    ----------
    chemin : Path
        Le fichier.

    Returns
    -------
    Projet
        Ce qu'il contient. Un code est désigné par son nom, ou par son chemin si deux codes ont le même ; « Lu, rien à
        coder » devient ``-`` ; un mémo sans codage a un ``code`` vide. Les codages ont une colonne de plus,
        ``origine`` : ``humain``, ou ``score:méthode:indice`` d'une suggestion acceptée, ou vide si le fichier n'en dit
        rien.

    Raises
    ------
    ErreurDonnees
        Fichier absent, abîmé, hostile, vide, ou qui n'est pas un projet.
    """
    with _refus(chemin):
        dossier, constats = Dossier(ouvrir(chemin)), Constats()
        racine = dossier.lire_projet()
        cas = {normaliser(un.get("guid", "")) for un in racine.iterfind("Cases/Case")} - {""}
        livre = lire_livre(racine, constats, cas)
        lecteur = Lecteur(racine, dossier, constats)
        notes, documents = lecteur.lire_notes(), list(lecteur.lire_documents())
        if not documents and not livre.codes:
            raise IllisibleError("projet vide : ni document dont le texte soit donné, ni code", "vérifiez l'export")
        constats.compter("ensemble", len(racine.findall("Sets/Set")) + len(racine.findall("Graphs/Graph")))
        personnes, doubles = _nommer_personnes(racine.iterfind("Users/User"))
        releve = Releve(livre, personnes, notes, cas, constats)
        noms = _distinguer(documents, constats)
        regle = _accorder(documents, constats)
        for nom, document in zip(noms, documents, strict=True):
            releve.relever(nom, document, regle)
    variables = lecteur.lire_cas(documents)
    sources = tuple(
        Source(nom, document.texte.propre, variables[document.guid] | document.variables)
        for nom, document in zip(noms, documents, strict=True)
    )
    codages = releve.en_table()
    constats.compter("personne", len(doubles & set(codages["codeur"])))
    seuls = (un.text or "" for chemin in _MEMOS for un in racine.iterfind(chemin))
    constats.compter("memo", len(notes.keys() - releve.notes_lues) + sum(bool(texte.strip()) for texte in seuls))
    fichier = relatif(chemin)
    return Projet(fichier, sources, livre.en_table(set(codages["code"])), codages, constats.en_problemes(fichier))


def lire_qdc(chemin: Path) -> Projet:
    """Lire un livre de codes ``.qdc``.

    Parameters
    ----------
    chemin : Path
        Le fichier.

    Returns
    -------
    Projet
        Ses codes, sans document ni codage.

    Raises
    ------
    ErreurDonnees
        Fichier absent, abîmé, hostile, sans code, ou qui n'est pas un livre de codes.

    Examples
    --------
    >>> import tempfile
    >>> from ess_analyse.echanges.refi import exporter_qdc
    >>> from ess_analyse.grille import Code, Dimension, Grille
    >>> grille = Grille(1, (Dimension("theme", "Thème"),), (Code("R-SENS", "theme", "Sens", "…", (), (), (), (), ()),))
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     _ = exporter_qdc(Path(dossier, "grille.qdc"), grille)
    ...     lire_qdc(Path(dossier, "grille.qdc")).codes.values.tolist()
    [['R-SENS Sens', 'R-SENS Sens', 'Risque', '…']]
    """
    with _refus(chemin):
        constats = Constats()
        racine = lire_xml_nu(ouvrir(chemin), Arbre())
        if racine.tag not in ("CodeBook", "Project"):
            remede = "exportez le livre de codes au format REFI-QDA (.qdc)"
            raise IllisibleError("ce n'est pas un livre de codes REFI-QDA, malgré son nom", remede)
        livre = lire_livre(racine, constats)
        if not livre.codes:
            raise IllisibleError("livre de codes vide", "vérifiez l'export")
        constats.compter("ensemble", len(racine.findall("Sets/Set")))
        codages = Releve(livre, {}, {}, (), constats).en_table()
    fichier = relatif(chemin)
    return Projet(fichier, (), livre.en_table(()), codages, constats.en_problemes(fichier))


@contextmanager
def _refus(chemin: Path) -> Iterator[None]:
    """Dire de quel fichier vient un refus."""
    try:
        yield
    except IllisibleError as erreur:
        raise ErreurDonnees([Probleme(relatif(chemin), 0, str(erreur), remede=erreur.remede)]) from None


def _nommer_personnes(elements: Iterable[ET.Element]) -> tuple[dict[str, str], set[str]]:
    """Nommer chaque personne, par GUID, et dire lesquelles avaient un nom déjà pris : elles restent deux."""
    noms: dict[str, str] = {}
    pris: dict[str, int] = {}
    doubles = set()
    for element in elements:
        nom = element.get("name") or element.get("id") or ""
        distinct = noms[normaliser(element.get("guid", ""))] = numeroter(nom, pris) if nom else ""
        if distinct != nom:
            doubles.add(distinct)
    return noms, doubles


def _distinguer(documents: Sequence[Document], constats: Constats) -> list[str]:
    """Donner à chaque document un nom qu'aucun autre n'a."""
    noms, pris = [], {}
    for document in documents:
        nom = numeroter(document.nom or "(sans nom)", pris)
        constats.compter("homonyme", int(nom != (document.nom or "(sans nom)")))
        noms.append(nom)
    return noms


def _accorder(documents: Sequence[Document], constats: Constats) -> Regle:
    passages = [(un.texte, p.debut, p.fin, p.citation) for un in documents for p in un.passages if p.debut >= 0]
    regle = trouver_regle(passages)
    for sorte, employee in regle._asdict().items():
        constats.compter(sorte, int(employee))
    return regle
