"""Situer dans l'étude les passages d'un autre logiciel, et trouver les phrases qu'ils couvrent."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import takewhile

import pandas as pd

from ess_analyse.echanges.projet import Source
from ess_analyse.echanges.reprise.citations import Absent, Citations, Effort, Lieu
from ess_analyse.echanges.reprise.mots import TextePlie
from ess_analyse.modele import Corpus, Place

__all__ = ["INTROUVABLES", "PASSAGES", "couvrir", "situer_passages"]

PASSAGES = ("segment", "texte", "codeur", "code_origine", "code", "origine", "phrases", "memo", "date", "reconnu")
INTROUVABLES = ("source", "texte", "codeur", "code", "raison", "places")
_MOITIE = 0.5
_SUGGESTION = re.compile(r"\d+(?:[.,]\d+)?:[^:|]*:[^:|]*")
"""L'origine d'un code que la machine avait proposé ; toute autre ne dit rien qu'une feuille puisse garder."""


def couvrir(phrases: Sequence[tuple[str, int, int]], document: TextePlie, debut: int, fin: int) -> list[str]:
    """Trouver les phrases d'un passage qui n'en est pas forcément une.

    Toute phrase couverte pour moitié au moins, et au moins une : à défaut, celle dont le passage prend le plus. Ce sont
    les lettres et les chiffres qui comptent. Mesuré sur la démonstration, 1 500 suites d'une à trois phrases dont les
    deux bords sont déplacés au hasard : à trois signes près, 99,5 % retrouvent exactement leurs phrases (69 % si toute
    phrase touchée comptait, 72 % s'il fallait toute la phrase) ; à dix signes près, 91 % (46 %, 60 %).

    Parameters
    ----------
    phrases : sequence of (str, int, int)
        Les segments du document et leurs bornes, dans l'ordre.
    document : TextePlie
        Son texte.
    debut, fin : int
        Le passage.

    Returns
    -------
    list of str
        Les segments, dans l'ordre ; aucun si le passage n'a pas un mot dans une phrase.

    Examples
    --------
    >>> phrases, document = [("E01:0-8", 0, 8), ("E01:9-18", 9, 18)], TextePlie("On trie. On range.")
    >>> couvrir(phrases, document, 0, 11), couvrir(phrases, document, 3, 18), couvrir(phrases, document, 9, 10)
    (['E01:0-8'], ['E01:0-8', 'E01:9-18'], ['E01:9-18'])
    """
    premiere = bisect_right(phrases, debut, key=lambda phrase: phrase[2])
    parts = {
        segment: (document.compter_lettres(max(a, debut), min(b, fin)), document.compter_lettres(a, b))
        for segment, a, b in takewhile(lambda phrase: phrase[1] < fin, phrases[premiere:])
    }
    couvertes = [segment for segment, (prises, toutes) in parts.items() if prises and prises >= _MOITIE * toutes]
    if couvertes or not any(prises for prises, _ in parts.values()):
        return couvertes
    return [max(parts, key=lambda segment: parts[segment][0])]


def situer_passages(
    sources: Iterable[Source], codages: pd.DataFrame, reconnues: pd.DataFrame, corpus: Corpus, segments: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Retrouver chaque passage, une fois pour tous ses codes.

    Parameters
    ----------
    sources : iterable of Source
        Les textes de l'autre logiciel.
    codages : DataFrame
        Les codages repris, ``codeur`` étant déjà le nom de la feuille, avec ``origine`` et ``devenu`` (les codes de la
        grille, séparés par une espace).
    reconnues : DataFrame
        ``source, document`` : ce que :func:`reconnaitre_sources` en a dit.
    corpus, segments
        L'étude.

    Returns
    -------
    passages : DataFrame
        Les colonnes ``PASSAGES``, dans l'ordre du corpus.
    introuvables : DataFrame
        Les colonnes ``INTROUVABLES``, dans l'ordre du fichier.
    """
    recherche = _Recherche(sources, reconnues, corpus, segments)
    passages, introuvables, trouves = [], [], {}
    for ligne in codages.itertuples():
        cle = (ligne.source, ligne.debut, ligne.fin, ligne.texte)
        if cle not in trouves:
            trouves[cle] = recherche.situer(*cle)
        document, trouve = trouves[cle]
        if isinstance(trouve, Absent):
            lieux = " ".join(str(Place(document, *lieu)) for lieu in trouve.lieux)
            introuvables.append((ligne.source, ligne.texte, ligne.codeur, ligne.code, trouve.raison, lieux))
            continue
        lieu, phrases = trouve
        place = Place(document, lieu.debut, lieu.fin)
        origine = ligne.origine if _SUGGESTION.fullmatch(ligne.origine) else ""
        dits = (ligne.codeur, ligne.code, ligne.devenu, origine, phrases, ligne.memo, ligne.date, lieu.comment)
        passages.append((place, corpus.extrait(place), *dits))
    rangs = {entretien.identifiant: rang for rang, entretien in enumerate(corpus)}
    passages.sort(key=lambda passage: (rangs[passage[0].entretien], *passage[0][1:], *passage[2:]))
    passages = [(str(place), *suite) for place, *suite in passages]
    return (
        pd.DataFrame(passages, columns=PASSAGES, dtype="str").drop_duplicates(ignore_index=True),
        pd.DataFrame(introuvables, columns=INTROUVABLES, dtype="str"),
    )


class _Recherche:
    """Les documents reconnus, prêts à être fouillés."""

    def __init__(self, sources: Iterable[Source], reconnues: pd.DataFrame, corpus: Corpus, segments: pd.DataFrame):
        self.documents = dict(zip(reconnues["source"], reconnues["document"], strict=True))
        self.textes = {entretien.identifiant: TextePlie(entretien.texte) for entretien in corpus}
        self.phrases = {
            entretien: list(groupe[["segment", "debut", "fin"]].itertuples(index=False, name=None))
            for entretien, groupe in segments.groupby("entretien")
        }
        self.sources = {source.nom: source for source in sources}
        self.citations: dict[str, Citations] = {}
        self.effort = Effort()

    def situer(self, nom: str, debut: int, fin: int, texte: str) -> tuple[str, tuple[Lieu, str] | Absent]:
        document = self.documents.get(nom, "")
        if not document:
            return self._situer_partout(texte) if not nom else ("", Absent("source non reconnue"))
        if nom not in self.citations:
            source = self.sources.get(nom, Source(nom))
            self.citations[nom] = Citations(source, self.textes[document], self.effort)
        return document, self._attacher(document, self.citations[nom].situer(debut, fin, texte))

    def _situer_partout(self, texte: str) -> tuple[str, tuple[Lieu, str] | Absent]:
        """Chercher mot pour mot, dans toute l'étude, une citation dont le fichier ne dit pas le document."""
        trouves = [(nom, lieu) for nom, document in self.textes.items() for lieu in document.chercher(texte)]
        if len(trouves) == 1:
            (nom, place), *_ = trouves
            return nom, self._attacher(nom, Lieu(*place, "mots retrouvés"))
        if trouves:
            dit = f"ces mots sont {len(trouves)} fois dans l'étude"
            return "", Absent(f"{dit} ; dites de quel document ils viennent")
        return "", Absent("ces mots ne sont pas dans l'étude")

    def _attacher(self, document: str, lieu: Lieu | Absent) -> tuple[Lieu, str] | Absent:
        if isinstance(lieu, Absent):
            return lieu
        phrases = couvrir(self.phrases.get(document, ()), self.textes[document], lieu.debut, lieu.fin)
        if not phrases:
            return Absent("ce passage n'a pas un mot dans une phrase", ((lieu.debut, lieu.fin),))
        return lieu, " ".join(phrases)
