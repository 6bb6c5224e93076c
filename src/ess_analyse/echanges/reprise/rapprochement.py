"""Rapprocher ce qu'un autre logiciel tient de ce que l'étude tient, sans rien écrire."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from ess_analyse.codages import ARBITRAGE
from ess_analyse.echanges.projet import CODES_REPRIS, Projet, Source
from ess_analyse.echanges.reprise.codeurs import nommer_codeurs
from ess_analyse.echanges.reprise.correspondance import decider_codes, lister_inconnus
from ess_analyse.echanges.reprise.passages import situer_passages
from ess_analyse.echanges.reprise.sources import reconnaitre_sources
from ess_analyse.erreurs import Probleme
from ess_analyse.grille import Grille
from ess_analyse.lecture.paragraphes import propre
from ess_analyse.modele import RIEN, SEGMENTS, STRUCTURES, Corpus, verifier_colonnes

__all__ = ["VARIABLES", "Decision", "Rapprochement", "rapprocher"]

VARIABLES = ("source", "document", "variable", "valeur")

_POSITIONS = ("debut", "fin")
_DU_PANEL = frozenset(f"structure_{nom}" for nom in STRUCTURES)
"""Les variables que l'export de ce programme tire du panel : l'étude l'a déjà."""


class Decision(NamedTuple):
    """Ce qu'une personne a décidé d'une phrase dans l'autre logiciel.

    Attributes
    ----------
    codes : frozenset of str
        Des codes de la grille, ou ``-`` seul ; vide si elle n'a qu'un mémo.
    origine : str
        Les suggestions dont ils viennent, comme une feuille les écrit ; vide si le fichier n'en dit rien.
    memo : str
        Ce qu'elle en a noté.
    """

    codes: frozenset[str]
    origine: str
    memo: str


@dataclass(frozen=True, eq=False)
class Rapprochement:
    """Ce que l'étude peut reprendre d'un fichier, et ce qu'elle ne peut pas.

    Attributes
    ----------
    fichier : str
        Son nom.
    sources : DataFrame
        ``source, document, reconnu, remarque`` : ``document`` est vide si la source n'est pas reconnue.
    passages : DataFrame
        ``segment`` (la place exacte), ``texte`` (tel que le corpus le dit), ``codeur``, ``code_origine`` (vide : un
        mémo seul), ``code`` (de la grille, séparés par une espace ; vide si ce code est inconnu ou laissé de côté),
        ``origine`` (la suggestion acceptée, si le fichier la dit), ``phrases`` (les segments couverts, séparés par une
        espace), ``memo``, ``date``, ``reconnu`` (comment la place a été retrouvée).
    inconnus : DataFrame
        ``code, nom, dossier, usages, proposition`` : les codes employés dont rien ne dit ce qu'ils deviennent.
    introuvables : DataFrame
        ``source, texte, codeur, code, raison, places`` : les passages dont la place n'est pas sûre.
    variables : DataFrame
        ``source, document, variable, valeur`` : ce que le fichier dit des documents, et que leur description ne dit
        pas. Rien n'en est repris : la table des documents est à qui la tient.
    ecartes : tuple of Probleme
        Ce que le fichier contient et que l'étude ne peut tenir.
    """

    fichier: str
    sources: pd.DataFrame
    passages: pd.DataFrame
    inconnus: pd.DataFrame
    introuvables: pd.DataFrame
    variables: pd.DataFrame
    ecartes: tuple[Probleme, ...]

    @cached_property
    def decisions(self) -> dict[tuple[str, str], Decision]:
        """Ce que chaque codeur a décidé de chaque phrase : ``(codeur, segment)`` → sa décision.

        Un code posé l'emporte sur une lecture sans code. Le mémo d'un passage va à sa première phrase.
        """
        codes, origines, memos = defaultdict(set), defaultdict(dict), defaultdict(dict)
        reprises = self.passages[(self.passages["code"] != "") | (self.passages["code_origine"] == "")]
        for passage in reprises.itertuples():
            poses = passage.code.split()
            for rang, segment in enumerate(passage.phrases.split()):
                cle = (passage.codeur, segment)
                codes[cle].update(poses)
                if passage.origine and poses != [RIEN]:
                    origines[cle].update(dict.fromkeys(poses, passage.origine))
                if passage.memo and not rang:
                    memos[cle][passage.memo] = None
        return {
            cle: Decision(
                frozenset(poses - {RIEN} or poses),
                "|".join(f"{code}:{origine}" for code, origine in sorted(origines[cle].items())),
                " / ".join(memos[cle]),
            )
            for cle, poses in codes.items()
            if poses or memos[cle]
        }


def rapprocher(
    projet: Projet,
    corpus: Corpus,
    segments: pd.DataFrame,
    grille: Grille,
    correspondance: Mapping[str, tuple[str, ...]] | None = None,
    codeur: str | Mapping[str, str] | None = None,
    *,
    documents: Mapping[str, str] | None = None,
    connus: Iterable[str] = (),
) -> Rapprochement:
    """Retrouver dans une étude ce qui a été codé dans un autre logiciel.

    Les identifiants internes du fichier ne servent pas : les autres logiciels en inventent. Une source est reconnue à
    son texte, à son nom ou à sa ressemblance ; un passage à sa place, suivie d'un texte à l'autre, et à ses mots ; un
    code à son identifiant ou à son libellé ; une personne à son nom. Rien de douteux n'est pris.

    Parameters
    ----------
    projet : Projet
        Ce que le fichier contient.
    corpus, segments, grille
        L'étude : ses textes, leurs phrases, ses codes.
    correspondance : mapping of str to tuple of str, optional
        Ce qu'une personne a décidé des codes inconnus (:func:`lire_correspondance`).
    codeur : str or mapping of str to str, optional
        Qui a codé, si le fichier ne le dit pas, ou « nom là-bas » → nom ici.
    documents : mapping of str to str, optional
        Source → identifiant, décidé par une personne.
    connus : iterable of str
        Les codeurs qui ont déjà une feuille.

    Returns
    -------
    Rapprochement
        Ce qui est retrouvé, inconnu, introuvable, écarté.

    Raises
    ------
    ErreurDonnees
        Si l'on ne sait pas qui a codé, ou si un choix désigne ce que le fichier ou l'étude n'ont pas.

    Examples
    --------
    >>> from ess_analyse.modele import DOCUMENTS, Entretien
    >>> from ess_analyse.echanges.projet import REPRISES
    >>> from ess_analyse.grille import Code
    >>> from ess_analyse.segments import segmenter
    >>> e01 = Entretien.depuis_texte("E01", "Marion : Ben oui. On ressaisit tout.")
    >>> corpus = Corpus((e01,), pd.DataFrame([["E01", "entretien", "S1", "CIP", "", "publique"]], columns=DOCUMENTS))
    >>> grille = Grille(1, (), (Code("R-CHARGE", "theme", "Charge", "…", (), (), (), (), ()),))
    >>> codes = pd.DataFrame([("7", "Charge", "Risque", "")], columns=CODES_REPRIS)
    >>> codages = pd.DataFrame([("E01", -1, -1, "ressaisit tout", "Ana", "7", "", "")], columns=REPRISES)
    >>> repris = rapprocher(Projet("f.csv", (Source("E01"),), codes, codages), corpus, segmenter(corpus), grille)
    >>> repris.passages[["segment", "code", "phrases"]].values.tolist()
    [['E01:21-35', 'R-CHARGE', 'E01:18-36']]
    >>> repris.decisions["ana", "E01:18-36"].codes
    frozenset({'R-CHARGE'})
    """
    verifier_colonnes(segments, SEGMENTS, "segments")
    projet = _nettoyer(projet)
    noms = nommer_codeurs(projet.codages["codeur"], codeur, projet.fichier, connus)
    reserves = projet.codages[~projet.codages["codeur"].isin(list(noms))]
    codages = projet.codages.drop(reserves.index).drop_duplicates()
    codes = _completer(projet.codes, codages["code"])
    devenus = decider_codes(codes, grille, correspondance)
    sources = reconnaitre_sources(_toutes_sources(projet), corpus, documents)
    dits = codages.assign(
        codeur=codages["codeur"].map(noms),
        devenu=[" ".join(devenus.get(code, ())) for code in codages["code"]],
    )
    passages, introuvables = situer_passages(projet.sources, dits, sources, corpus, segments)
    usages = Counter(code for code in codages["code"] if code)
    inconnus = codes[codes["code"].isin(list(usages)) & ~codes["code"].isin(list(devenus))]
    return Rapprochement(
        projet.fichier,
        sources,
        passages,
        lister_inconnus(inconnus, usages, grille),
        introuvables,
        _lister_variables(projet.sources, sources, corpus),
        (*projet.ecartes, *_dire_reserves(reserves, projet.fichier)),
    )


def _nettoyer(projet: Projet) -> Projet:
    """Ôter de ce que l'étude gardera ou montrera les signes invisibles, qu'une table ou un terminal ne supporte pas."""
    dits = {colonne: projet.codages[colonne].map(propre) for colonne in projet.codages if colonne not in _POSITIONS}
    return replace(
        projet,
        sources=tuple(replace(source, nom=propre(source.nom)) for source in projet.sources),
        codes=projet.codes[list(CODES_REPRIS)].map(propre),
        codages=projet.codages.assign(origine=projet.codages.get("origine", "")).assign(**dits),
    )


def _completer(codes: pd.DataFrame, employes: Iterable[str]) -> pd.DataFrame:
    """Ajouter les codes que les passages portent sans que le fichier les décrive."""
    oublies = sorted(set(employes) - {"", *codes["code"]})
    table = pd.DataFrame([(code, code, "", "") for code in oublies], columns=CODES_REPRIS, dtype="str")
    return pd.concat([codes, table], ignore_index=True).drop_duplicates("code")


def _toutes_sources(projet: Projet) -> list[Source]:
    sources = {source.nom: source for source in projet.sources}
    return [*sources.values(), *(Source(nom) for nom in sorted(set(projet.codages["source"]) - {*sources, ""}))]


def _lister_variables(sources: Iterable[Source], reconnues: pd.DataFrame, corpus: Corpus) -> pd.DataFrame:
    documents = dict(zip(reconnues["source"], reconnues["document"], strict=True))
    connues = corpus.documents.set_index("entretien", drop=False).to_dict("index")
    lignes = [
        (source.nom, document, propre(variable), propre(valeur))
        for source in sources
        for document in (documents[source.nom],)
        for variable, valeur in source.variables.items()
        if variable not in _DU_PANEL and str(connues.get(document, {}).get(variable, "")) != valeur
    ]
    return pd.DataFrame(lignes, columns=VARIABLES, dtype="str")


def _dire_reserves(reserves: pd.DataFrame, fichier: str) -> list[Probleme]:
    return [
        Probleme(
            fichier,
            0,
            f"{nombre} passage{'s' * (nombre > 1)} d'un codeur au nom réservé laissé{'s' * (nombre > 1)} de côté",
            nom,
            f"si c'est celui de l'équipe, relancez avec --codeur « {nom}={nom} » ; sinon, avec --codeur « {nom}=NOM »"
            if nom == ARBITRAGE
            else f"dites qui c'est avec --codeur « {nom}=NOM »",
        )
        for nom, nombre in sorted(Counter(reserves["codeur"]).items())
    ]
