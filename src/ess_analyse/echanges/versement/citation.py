"""Comment citer un dépôt : ce que seule l'équipe peut en dire, lu dans ``data/depot.yml``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from importlib.resources import files
from pathlib import Path
from typing import ClassVar

from ess_analyse.arbre import Arbre, lire_arbre
from ess_analyse.echanges.versement.licences import LICENCES
from ess_analyse.erreurs import Probleme, lever, proposer, relatif
from ess_analyse.fichiers import ecrire_octets, lire_texte

__all__ = ["Auteur", "Citation", "Financement", "Lien", "lire_citation", "poser_modele"]

RELATIONS = (
    "IsSupplementTo",
    "IsDocumentedBy",
    "IsCitedBy",
    "Cites",
    "References",
    "IsReferencedBy",
    "IsDerivedFrom",
    "IsSourceOf",
    "IsPartOf",
    "HasPart",
    "IsNewVersionOf",
    "IsPreviousVersionOf",
)
"""Celles du vocabulaire de DataCite qui ont un sens entre un corpus et un texte, ou entre deux versions."""

_MANQUES = ("", "à compléter")
_ORCID = re.compile(r"(?:https?://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])")
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_LANGUE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True)
class Auteur:
    """Un auteur du dépôt ; sans prénom, c'est une organisation.

    Examples
    --------
    >>> str(Auteur("Martin", "Ana")), str(Auteur("Coopérative fictive"))
    ('Martin, Ana', 'Coopérative fictive')
    """

    nom: str
    prenom: str = ""
    orcid: str = ""
    affiliation: str = ""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.nom, self.prenom)))


@dataclass(frozen=True)
class Financement:
    """Qui a payé, et pour quel projet."""

    nom: str
    numero: str = ""
    titre: str = ""

    __pydantic_config__: ClassVar = {"extra": "forbid"}


@dataclass(frozen=True)
class Lien:
    """Un texte ou un jeu de données auquel le dépôt est lié, par son DOI."""

    doi: str
    relation: str

    __pydantic_config__: ClassVar = {"extra": "forbid"}


@dataclass(frozen=True)
class Citation:
    """Ce que l'équipe dit de son dépôt.

    Attributes
    ----------
    titre, editeur, description, univers : str
        Le titre ; l'archive ou qui publie ; ce que c'est ; de qui l'étude parle.
    auteurs : tuple of Auteur
        Dans l'ordre où l'on cite.
    annee : int
        L'année de publication.
    licence : str
        Un identifiant SPDX de :data:`~ess_analyse.echanges.versement.licences.LICENCES`.
    mots_cles, langue, version, doi, collecte, resume_anglais
        Facultatifs ; ``doi`` est celui du dépôt lui-même.
    financements, liens : tuple
        Facultatifs.

    Examples
    --------
    >>> citation = Citation("Un corpus", (Auteur("Martin", "Ana"), Auteur("Diallo", "Omar")), 2026, "Zenodo", "…", "…",
    ...                     "CC-BY-4.0", doi="10.5281/zenodo.1")
    >>> print(citation)
    Martin, Ana ; Diallo, Omar (2026). Un corpus [jeu de données]. Zenodo. https://doi.org/10.5281/zenodo.1
    """

    titre: str
    auteurs: tuple[Auteur, ...]
    annee: int
    editeur: str
    description: str
    univers: str
    licence: str
    mots_cles: tuple[str, ...] = ()
    langue: str = "fr"
    version: str = ""
    doi: str = ""
    collecte: str = ""
    resume_anglais: str = ""
    financements: tuple[Financement, ...] = ()
    liens: tuple[Lien, ...] = ()

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    def __str__(self) -> str:
        version = f" (version {self.version})" if self.version else ""
        adresse = f" https://doi.org/{self.doi}" if self.doi else ""
        return f"{self.signer()} ({self.annee}). {self.titre}{version} [jeu de données]. {self.editeur}.{adresse}"

    def signer(self) -> str:
        """Rendre les auteurs, tels qu'on les cite."""
        return " ; ".join(map(str, self.auteurs))

    def sans_auteurs(self) -> Citation:
        """Rendre la même citation, signée par personne : de quoi contrôler tout le reste.

        Qui signe l'a décidé ; un prénom que la clé connaît aussi n'est pas, là, celui d'une personne interrogée.
        """
        return replace(self, auteurs=(Auteur("Auteurs"),))


_CLES = {champ.name for forme in (Citation, Auteur, Financement, Lien) for champ in fields(forme)}


def poser_modele(chemin: Path) -> None:
    """Écrire le modèle commenté que l'équipe remplit ; un fichier déjà là n'est pas touché.

    Parameters
    ----------
    chemin : Path
        ``data/depot.yml``.
    """
    if not Path(chemin).exists():
        ecrire_octets(chemin, (files("ess_analyse.echanges.versement") / "modele.yml").read_bytes())


def lire_citation(chemin: Path) -> Citation:
    """Lire et vérifier comment citer le dépôt.

    Parameters
    ----------
    chemin : Path
        ``data/depot.yml`` : les clés de :class:`Citation`. Un ORCID et un DOI y sont nus, ou des adresses.

    Returns
    -------
    Citation
        ORCID et DOI sans adresse.

    Raises
    ------
    ErreurDonnees
        Tous les problèmes du fichier : clé inconnue ou manquante, texte vide ou « à compléter », année, ORCID, DOI,
        langue, licence ou relation mal écrits.
    """
    arbre = lire_arbre(lire_texte(chemin), relatif(chemin))
    attente = list(_lister_manques(arbre, arbre.valeur))
    citation, problemes = arbre.valider(Citation, _CLES)
    # « à compléter » is no number either: one fault is said once.
    lignes = {manque.ligne for manque in attente}
    ecarts = (ecart for ecart in problemes if ecart.ligne not in lignes or ecart.valeur.casefold() not in _MANQUES)
    problemes = [*arbre.problemes, *attente, *ecarts]
    if citation is not None:
        problemes += _controler(arbre, citation)
    lever(sorted(dict.fromkeys(problemes), key=lambda probleme: probleme.ligne))
    return _normaliser(citation)


def _lister_manques(arbre: Arbre, valeur: object, place: tuple = ()) -> Iterator[Probleme]:
    """Relever ce que le modèle demandait d'écrire et qui ne l'est pas."""
    if isinstance(valeur, dict | list):
        for cle, dedans in valeur.items() if isinstance(valeur, dict) else enumerate(valeur):
            yield from _lister_manques(arbre, dedans, (*place, cle))
    elif isinstance(valeur, str) and valeur.casefold() in _MANQUES:
        nom = next(str(cle) for cle in reversed(place) if isinstance(cle, str)) if place else ""
        remede = "écrivez sa valeur, ou retirez la ligne si elle est facultative"
        yield arbre.probleme(place, "rien n'est encore écrit ici", nom, remede)


def _controler(arbre: Arbre, citation: Citation) -> Iterator[Probleme]:
    if not citation.auteurs:
        yield arbre.probleme(("auteurs",), "aucun auteur", remede="écrivez au moins un nom")
    for rang, auteur in enumerate(citation.auteurs):
        if auteur.orcid:
            yield from _controler_orcid(arbre, ("auteurs", rang, "orcid"), auteur.orcid)
    if not 1000 <= citation.annee <= 9999:
        yield arbre.probleme(("annee",), "année mal écrite", citation.annee, "écrivez-la en quatre chiffres")
    if citation.licence not in LICENCES:
        remede = proposer(citation.licence, LICENCES) or f"choix possibles : {', '.join(sorted(LICENCES))}"
        yield arbre.probleme(("licence",), "licence inconnue", citation.licence, remede)
    if not _LANGUE.fullmatch(citation.langue):
        yield arbre.probleme(("langue",), "langue mal écrite", citation.langue, "écrivez son code, par exemple fr")
    dois = [(("doi",), citation.doi)] if citation.doi else []
    dois += [(("liens", rang, "doi"), lien.doi) for rang, lien in enumerate(citation.liens)]
    for place, doi in dois:
        if not _DOI.fullmatch(doi):
            yield arbre.probleme(place, "DOI mal écrit", doi, "écrivez par exemple 10.5281/zenodo.1234567")
    for rang, lien in enumerate(citation.liens):
        if lien.relation not in RELATIONS:
            remede = proposer(lien.relation, RELATIONS) or f"choix possibles : {', '.join(RELATIONS)}"
            yield arbre.probleme(("liens", rang, "relation"), "relation inconnue", lien.relation, remede)


def _controler_orcid(arbre: Arbre, place: tuple, orcid: str) -> Iterator[Probleme]:
    trouve = _ORCID.fullmatch(orcid)
    if not trouve:
        yield arbre.probleme(place, "ORCID mal écrit", orcid, "écrivez par exemple 0000-0002-1825-0097")
    elif trouve[1][-1] != calculer_cle_orcid(trouve[1]):
        remede = "une faute de frappe s'y est glissée : recopiez-le depuis orcid.org"
        yield arbre.probleme(place, "ORCID dont la clé de contrôle est fausse", orcid, remede)


def calculer_cle_orcid(orcid: str) -> str:
    """Calculer le dernier signe d'un ORCID, d'après les quinze chiffres qui le précèdent (ISO 7064, MOD 11-2).

    Parameters
    ----------
    orcid : str
        Avec ou sans tirets, son dernier signe compris.

    Returns
    -------
    str
        Un chiffre, ou ``X``.

    Examples
    --------
    >>> calculer_cle_orcid("0000-0002-1825-0097"), calculer_cle_orcid("0000-0002-1694-233X")
    ('7', 'X')
    """
    total = 0
    for chiffre in orcid.replace("-", "")[:-1]:
        total = (total + int(chiffre)) * 2
    reste = (12 - total % 11) % 11
    return "X" if reste == 10 else str(reste)


def _normaliser(citation: Citation) -> Citation:
    return replace(
        citation,
        auteurs=tuple(
            replace(auteur, orcid=_ORCID.fullmatch(auteur.orcid)[1] if auteur.orcid else "")
            for auteur in citation.auteurs
        ),
        doi=_DOI.fullmatch(citation.doi)[1] if citation.doi else "",
        liens=tuple(replace(lien, doi=_DOI.fullmatch(lien.doi)[1]) for lien in citation.liens),
    )
