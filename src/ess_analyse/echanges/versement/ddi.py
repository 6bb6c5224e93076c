"""Décrire une étude au format DDI Codebook 2.5, que les archives de sciences sociales moissonnent.

Les éléments et leur ordre suivent la documentation du schéma ; le fichier n'est pas validé contre ``codebook.xsd``.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from ess_analyse.echanges.refi.noeuds import en_octets, poser
from ess_analyse.echanges.versement.citation import Citation
from ess_analyse.echanges.versement.datacite import FICTIF
from ess_analyse.echanges.versement.dictionnaire import lister_pieces
from ess_analyse.echanges.versement.licences import LICENCES
from ess_analyse.echanges.versement.selection import Selection

__all__ = ["PSEUDONYMISE", "compter_types", "decrire_ddi"]

PSEUDONYMISE = "Les textes sont pseudonymisés, non anonymisés."
_ESPACE = "ddi:codebook:2_5"
_SCHEMA = "https://ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_UNITE = "La phrase d'un document."
_NATURE = "Données qualitatives : textes et codages."
_PLURIELS = {"entretien": "entretiens", "observation": "observations", "document": "documents"}


def decrire_ddi(citation: Citation, selection: Selection, fichiers: Sequence[str], *, fictif: bool = False) -> bytes:
    """Composer la description DDI d'une étude déposée.

    Parameters
    ----------
    citation : Citation
        Ce que l'équipe dit du dépôt.
    selection : Selection
        Ce qui est déposé : combien de documents, recueillis quand.
    fichiers : sequence of str
        Les chemins des fichiers du dépôt.
    fictif : bool
        Vrai si les données sont inventées.

    Returns
    -------
    bytes
        Un document XML : titre, auteurs, résumé, univers, collecte, accès, fichiers.
    """
    racine = ET.Element(
        "codeBook",
        {
            "xmlns": _ESPACE,
            "xmlns:xsi": _XSI,
            "xsi:schemaLocation": f"{_ESPACE} {_SCHEMA}",
            "version": "2.5",
            "xml:lang": citation.langue,
        },
    )
    etude = poser(racine, "stdyDscr")
    _citer(poser(etude, "citation"), citation)
    _informer(poser(etude, "stdyInfo"), citation, selection, fictif)
    recueil = poser(poser(etude, "method"), "dataColl")
    poser(recueil, "collMode", compter_types(selection))
    if citation.collecte:
        poser(recueil, "collMode", citation.collecte)
    nom, adresse = LICENCES[citation.licence]
    acces = poser(poser(etude, "dataAccs"), "useStmt")
    poser(acces, "restrctn", PSEUDONYMISE)
    poser(acces, "citReq", str(citation))
    poser(acces, "conditions", f"{nom} ({citation.licence}) : {adresse}")
    for rang, (fichier, description) in enumerate(lister_pieces(fichiers).items(), start=1):
        texte = poser(poser(racine, "fileDscr", ID=f"F{rang}", URI=fichier), "fileTxt")
        poser(texte, "fileName", fichier)
        poser(texte, "fileCont", description)
    return en_octets(racine)


def _citer(element: ET.Element, citation: Citation) -> None:
    titre = poser(element, "titlStmt")
    poser(titre, "titl", citation.titre)
    if citation.doi:
        poser(titre, "IDNo", citation.doi, agency="DOI")
    auteurs = poser(element, "rspStmt")
    for auteur in citation.auteurs:
        poser(auteurs, "AuthEnty", str(auteur), **({"affiliation": auteur.affiliation} if auteur.affiliation else {}))
    if citation.financements:
        production = poser(element, "prodStmt")
        for financement in citation.financements:
            poser(production, "fundAg", financement.nom)
        for financement in citation.financements:
            if financement.numero:
                poser(production, "grantNo", financement.numero, agency=financement.nom)
    diffusion = poser(element, "distStmt")
    poser(diffusion, "distrbtr", citation.editeur)
    poser(diffusion, "distDate", str(citation.annee), date=citation.annee)
    if citation.version:
        poser(poser(element, "verStmt"), "version", citation.version)
    poser(element, "biblCit", str(citation))


def _informer(element: ET.Element, citation: Citation, selection: Selection, fictif: bool) -> None:
    if citation.mots_cles:
        sujet = poser(element, "subject")
        for mot in citation.mots_cles:
            poser(sujet, "keyword", mot)
    poser(element, "abstract", f"{FICTIF} {citation.description}" if fictif else citation.description)
    if citation.resume_anglais:
        poser(element, "abstract", citation.resume_anglais, **{"xml:lang": "en"})
    resume = poser(element, "sumDscr")
    for evenement, mois in zip(("start", "end"), selection.periode or (), strict=False):
        poser(resume, "collDate", mois, date=mois, event=evenement)
    poser(resume, "anlyUnit", _UNITE)
    poser(resume, "universe", citation.univers)
    poser(resume, "dataKind", _NATURE)


def compter_types(selection: Selection) -> str:
    """Dire combien de documents de chaque sorte sont déposés.

    Parameters
    ----------
    selection : Selection
        Ce qui est déposé.

    Returns
    -------
    str
        Par exemple « 19 entretiens, 4 observations ».
    """
    comptes = selection.documents["type"].value_counts()
    presents = [(nom, int(comptes[nom])) for nom in _PLURIELS if nom in comptes]
    return ", ".join(f"{nombre} {_PLURIELS[nom] if nombre > 1 else nom}" for nom, nombre in presents)
