"""Reconnaître les documents de l'étude parmi ceux d'un autre logiciel."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

import pandas as pd

from ess_analyse.echanges.projet import Source
from ess_analyse.echanges.reprise.mots import plier_mots
from ess_analyse.erreurs import Probleme, lever, proposer
from ess_analyse.modele import Corpus

__all__ = ["SOURCES", "reconnaitre_sources"]

SOURCES = ("source", "document", "reconnu", "remarque")

_MEME = 0.7
"""Ressemblance, mot à mot, à partir de laquelle deux textes sont deux états d'un même entretien. Mesuré sur la
démonstration : deux de ses documents se ressemblent au plus à 0,17 ; un document dont un mot sur dix a changé garde
0,90."""
_PROPOSEE = 0.3
"""Ressemblance à partir de laquelle un document est proposé : deux fois ce que deux entretiens ont en commun."""


def reconnaitre_sources(
    sources: Iterable[Source], corpus: Corpus, choix: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Dire quel document de l'étude est chaque source d'un autre logiciel.

    Par son texte d'abord, s'il est le même (aux blancs et à la typographie près) ; puis par son nom, s'il contient
    l'identifiant d'un seul document et que son texte lui ressemble ; puis par ressemblance, si un seul document a au
    moins sept mots sur dix en commun, dans le même ordre. Une source douteuse n'est jamais prise : elle est dite, avec
    ce qu'elle pourrait être.

    Parameters
    ----------
    sources : iterable of Source
        Les documents de l'autre logiciel ; une source sans texte n'est reconnue qu'à son nom.
    corpus : Corpus
        Ceux de l'étude.
    choix : mapping of str to str, optional
        Nom là-bas → identifiant, décidé par une personne.

    Returns
    -------
    DataFrame
        ``source``, ``document`` (vide si elle n'est pas reconnue), ``reconnu`` (à quoi), ``remarque`` (pourquoi elle ne
        l'est pas).

    Raises
    ------
    ErreurDonnees
        Si un choix désigne une source ou un document inconnu.

    Examples
    --------
    >>> from ess_analyse.modele import DOCUMENTS, Entretien
    >>> e01 = Entretien.depuis_texte("E01", "Marion : Ben oui. On ressaisit tout.")
    >>> ligne = ["E01", "entretien", "S1", "direction", "2025-03", "publique"]
    >>> corpus = Corpus((e01,), pd.DataFrame([ligne], columns=DOCUMENTS))
    >>> reconnaitre_sources([Source("Marion.docx", "Marion: Ben oui.  On ressaisit tout")], corpus).values.tolist()
    [['Marion.docx', 'E01', 'même texte, à la typographie près', '']]
    """
    sources, choix = tuple(sources), dict(choix or {})
    lever(_verifier_choix(choix, [source.nom for source in sources], [entretien.identifiant for entretien in corpus]))
    recherche = _Recherche(corpus)
    lignes = [
        (source.nom, choix[source.nom], "choisi", "")
        if source.nom in choix
        else (source.nom, *recherche.reconnaitre(source))
        for source in sources
    ]
    return pd.DataFrame(lignes, columns=SOURCES, dtype="str")


class _Recherche:
    """Les documents de l'étude, sous les formes où on les cherche."""

    def __init__(self, corpus: Corpus):
        self.textes = {entretien.identifiant: entretien.texte for entretien in corpus}
        self.plies = {identifiant: plier_mots(texte) for identifiant, texte in self.textes.items()}
        self.mots = {identifiant: plie.split() for identifiant, plie in self.plies.items()}
        self.comptes = {identifiant: Counter(mots) for identifiant, mots in self.mots.items()}

    def reconnaitre(self, source: Source) -> tuple[str, str, str]:
        nomme = self._nommer(source.nom)
        if not source.texte.strip():
            return (nomme, "son nom", "") if nomme else ("", "", self._proposer_nom(source.nom))
        texte, plie = unicodedata.normalize("NFC", source.texte), plier_mots(source.texte)
        for formes, cherche, dit in (
            (self.textes, texte, "même texte"),
            (self.plies, plie, "même texte, à la typographie près"),
        ):
            pareils = [identifiant for identifiant, forme in formes.items() if forme == cherche and plie]
            if len(pareils) == 1 or nomme in pareils:
                return nomme if nomme in pareils else pareils[0], dit, ""
        return self._comparer(nomme, plie.split())

    def _comparer(self, nomme: str, mots: list[str]) -> tuple[str, str, str]:
        proches = self._ressembler(mots)
        if nomme:
            part = proches.get(nomme, 0)
            if part >= _MEME:
                return nomme, f"son nom, et un texte ressemblant{_part(part)}", ""
            return "", "", f"elle a le nom de {nomme}, mais pas son texte{_part(part)}"
        surs = [identifiant for identifiant, part in proches.items() if part >= _MEME]
        if len(surs) == 1:
            return surs[0], f"un texte ressemblant{_part(proches[surs[0]])}", ""
        if surs:
            return "", "", f"son texte ressemble à plusieurs documents : {', '.join(surs)}"
        if proches:
            meilleur = max(proches, key=proches.__getitem__)
            return "", "", f"peut-être {meilleur}{_part(proches[meilleur])}"
        return "", "", "aucun document de l'étude ne lui ressemble"

    def _ressembler(self, mots: list[str]) -> dict[str, float]:
        """Mesurer les documents assez proches : mots communs d'abord, puis mots communs dans le même ordre."""
        from rapidfuzz.distance import Indel

        compte, proches = Counter(mots), {}
        for identifiant, siens in self.mots.items():
            total = len(mots) + len(siens)
            # The shared words, whatever their order, bound the measure from above, and cost much less.
            if total and 2 * (compte & self.comptes[identifiant]).total() >= _PROPOSEE * total:
                part = Indel.normalized_similarity(mots, siens)
                if part >= _PROPOSEE:
                    proches[identifiant] = part
        return proches

    def _nommer(self, nom: str) -> str:
        """Trouver le seul document dont l'identifiant est dans un nom ; le plus long l'emporte (E01-bis, non E01)."""
        cherche = f" {plier_mots(nom)} "
        dedans = [identifiant for identifiant in self.textes if f" {plier_mots(identifiant)} " in cherche]
        longs = [un for un in dedans if not any(un != autre and un in autre for autre in dedans)]
        return longs[0] if len(longs) == 1 else ""

    def _proposer_nom(self, nom: str) -> str:
        propose = proposer(nom.rpartition(".")[0] or nom, self.textes)
        return f"aucun document n'a ce nom{' ; ' * bool(propose)}{propose}"


def _part(part: float) -> str:
    return f" ({100 * part:.0f} %)" if part else ""


def _verifier_choix(choix: Mapping[str, str], sources: list[str], documents: list[str]) -> list[Probleme]:
    problemes = []
    for nom, identifiant in choix.items():
        if nom not in sources:
            problemes.append(Probleme("--source", 0, "ce fichier n'a pas cette source", nom, proposer(nom, sources)))
        if identifiant not in documents:
            remede = proposer(identifiant, documents)
            problemes.append(Probleme("--source", 0, "document inconnu de l'étude", identifiant, remede))
    return problemes
