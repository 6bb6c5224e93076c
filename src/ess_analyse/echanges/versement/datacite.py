"""Décrire un dépôt au format DataCite 4.5, que Zenodo, Nakala ou Recherche Data Gouv savent reprendre."""

from __future__ import annotations

from typing import Any

from ess_analyse.echanges.versement.citation import Auteur, Citation, Financement
from ess_analyse.echanges.versement.licences import LICENCES
from ess_analyse.echanges.versement.selection import Selection

__all__ = ["FICTIF", "decrire_datacite"]

FICTIF = "Données fictives : les personnes, les structures et les paroles ont été inventées."
_SCHEMA = "http://datacite.org/schema/kernel-4"
_GENRE = "Corpus d'entretiens et d'observations, pseudonymisé et codé"
_FORMATS = ["text/plain", "text/csv", "text/markdown", "application/yaml", "application/xml", "application/zip"]


def decrire_datacite(citation: Citation, selection: Selection, *, fictif: bool = False) -> dict[str, Any]:
    """Composer la fiche DataCite d'un dépôt.

    Parameters
    ----------
    citation : Citation
        Ce que l'équipe dit du dépôt.
    selection : Selection
        Ce qui est déposé, dont la période du recueil.
    fictif : bool
        Vrai si les données sont inventées : la fiche le dit.

    Returns
    -------
    dict
        Un objet JSON, valide au schéma DataCite 4.5 (https://schema.datacite.org/meta/kernel-4.5/).

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> citation = Citation("Un corpus", (Auteur("Martin", "Ana"),), 2026, "Zenodo", "Ceci.", "Cela.", "CC-BY-4.0")
    >>> fiche = decrire_datacite(citation, SimpleNamespace(periode=("2025-03", "2025-10")))
    >>> fiche["publicationYear"], fiche["dates"]
    ('2026', [{'date': '2025-03/2025-10', 'dateType': 'Collected'}])
    """
    langue, (nom, adresse) = citation.langue, LICENCES[citation.licence]
    descriptions = [(citation.description, "Abstract", langue), (citation.resume_anglais, "Abstract", "en")]
    descriptions += [(citation.collecte, "Methods", langue), (FICTIF if fictif else "", "Other", "fr")]
    fiche = {
        "doi": citation.doi,
        "types": {"resourceType": _GENRE, "resourceTypeGeneral": "Dataset"},
        "creators": [_nommer(auteur) for auteur in citation.auteurs],
        "titles": [{"title": citation.titre, "lang": langue}],
        "publisher": {"name": citation.editeur},
        "publicationYear": str(citation.annee),
        "subjects": [{"subject": mot, "lang": langue} for mot in dict.fromkeys(citation.mots_cles)],
        "dates": [{"date": "/".join(dict.fromkeys(selection.periode)), "dateType": "Collected"}]
        if selection.periode
        else [],
        "language": langue,
        "relatedIdentifiers": [
            {"relatedIdentifier": lien.doi, "relatedIdentifierType": "DOI", "relationType": lien.relation}
            for lien in citation.liens
        ],
        "formats": _FORMATS,
        "version": citation.version,
        "rightsList": [
            {
                "rights": nom,
                "rightsUri": adresse,
                "rightsIdentifier": citation.licence,
                "rightsIdentifierScheme": "SPDX",
                "schemeUri": "https://spdx.org/licenses/",
            }
        ],
        "descriptions": [
            {"description": texte, "descriptionType": genre, "lang": parle}
            for texte, genre, parle in descriptions
            if texte
        ],
        "fundingReferences": [_financer(financement) for financement in citation.financements],
        "schemaVersion": _SCHEMA,
    }
    return {cle: valeur for cle, valeur in fiche.items() if valeur}


def _nommer(auteur: Auteur) -> dict[str, Any]:
    personne = {"name": str(auteur), "nameType": "Personal" if auteur.prenom else "Organizational"}
    if auteur.prenom:
        personne |= {"givenName": auteur.prenom, "familyName": auteur.nom}
    if auteur.orcid:
        personne["nameIdentifiers"] = [
            {
                "nameIdentifier": f"https://orcid.org/{auteur.orcid}",
                "nameIdentifierScheme": "ORCID",
                "schemeUri": "https://orcid.org",
            }
        ]
    if auteur.affiliation:
        personne["affiliation"] = [{"name": auteur.affiliation}]
    return personne


def _financer(financement: Financement) -> dict[str, str]:
    champs = {
        "funderName": financement.nom,
        "awardNumber": financement.numero,
        "awardTitle": financement.titre,
    }
    return {cle: valeur for cle, valeur in champs.items() if valeur}
