"""Écrire une feuille ou un récit tel qu'il sera, une fois ses places suivies."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ess_analyse.corrections.attente import NON, OUI, Attente
from ess_analyse.corrections.suivi import Phrase, Suivi
from ess_analyse.corrections.versions import Anciens
from ess_analyse.erreurs import relatif
from ess_analyse.feuilles import couper_codes, empreinte, est_ecrite, proteger
from ess_analyse.fichiers import table_en_octets
from ess_analyse.modele import MOTIF_PLACE, RIEN, Corpus, Place

__all__ = ["Etat", "recaler_citations", "recaler_feuille"]

_DEJA = "déjà codée à cette place"
_RESTREINTE = re.compile(r"\brestreinte\b", re.IGNORECASE)


@dataclass
class Etat:
    """Ce qu'un recalage sait, et ce qu'il relève au fil des fichiers.

    Attributes
    ----------
    racine : Path
        Le dossier de l'étude, d'où les fichiers sont nommés.
    corpus : Corpus
        Les textes d'aujourd'hui.
    phrases : dict of str to Phrase
        Leurs segments.
    anciens : dict of str to Anciens
        Les entretiens dont une feuille dit un autre texte.
    choisis : frozenset of str
        Les entretiens à recaler.
    attentes : dict
        Ce qui est à confirmer, ou vient de l'être.
    confirmer : bool
        Tenir pour confirmé ce qui a une place proposée.
    sures : Counter
        Fichier → lignes et citations déplacées.
    perdus : list of tuple
        Les lignes mises de côté.
    vues : set
        Les attentes qu'un fichier porte encore.
    """

    racine: Path
    corpus: Corpus
    phrases: dict[str, Phrase]
    anciens: dict[str, Anciens]
    choisis: frozenset[str]
    attentes: dict[tuple[str, str], Attente] = field(default_factory=dict)
    confirmer: bool = False
    sures: Counter[str] = field(default_factory=Counter)
    perdus: list[tuple[str, ...]] = field(default_factory=list)
    vues: set[tuple[str, str]] = field(default_factory=set)

    def mots(self, segment: str) -> str:
        """Rendre les mots d'une place, rien si elle n'existe pas."""
        try:
            return self.corpus.extrait(segment)
        except (KeyError, ValueError):
            return ""

    def attendre(self, attente: Attente) -> Attente:
        """Noter ce qui est à confirmer, une fois pour tous les fichiers."""
        fichier, connue = attente.ou[0], self.attentes.get(attente.cle)
        if connue is None and self.confirmer and attente.vers:
            connue = Attente(**{**vars(attente), "decision": OUI})
        self.attentes[attente.cle] = (connue or attente).aussi(fichier)
        self.vues.add(attente.cle)
        return self.attentes[attente.cle]


def recaler_feuille(etat: Etat, chemin: Path, feuille: pd.DataFrame) -> bytes | None:
    """Écrire une feuille dont les décisions ont suivi leurs phrases.

    Parameters
    ----------
    etat : Etat
        Complété au passage.
    chemin : Path
        La feuille.
    feuille : DataFrame
        Ses lignes.

    Returns
    -------
    bytes or None
        Rien si elle ne change pas. Une ligne à confirmer reste telle quelle ; une ligne perdue est mise de côté ; une
        ligne où personne n'a écrit, et dont la phrase a changé, est ôtée.
    """
    nom, ecrites = relatif(chemin, etat.racine), est_ecrite(feuille).to_dict()
    arrivees: dict[int, str] = {}
    otees: list[int] = []
    connues = dict(zip(feuille.index, zip(feuille["segment"].str.strip(), feuille["texte"], strict=True), strict=True))
    suites = {ligne: _arrivee(etat, chemin, nom, ligne, *connue) for ligne, connue in connues.items()}
    prises = {connues[ligne][0] for ligne, suite in suites.items() if suite is None and ecrites[ligne]}
    confirmees = set()
    for ligne, suite in suites.items():
        if isinstance(suite, str) and suite in prises and ecrites[ligne]:
            suite = Attente(connues[ligne][0], "", connues[ligne][1], "", suite, etat.mots(suite), _DEJA, (nom,))
        if suite is None:
            continue
        if isinstance(suite, str):
            arrivees[ligne] = suite
            etat.sures[nom] += ecrites[ligne] and suite != connues[ligne][0]
        elif not ecrites[ligne]:
            otees.append(ligne)
        else:
            attente = etat.attendre(suite) if suite.vers or suite.decision else suite
            if attente.decision == OUI:
                arrivees[ligne] = attente.vers
                confirmees.add(ligne)
            elif attente.decision == NON or not attente.vers:
                otees.append(ligne)
                _perdre(etat, nom, feuille.loc[ligne], attente.raison)
    suivie = _deplacer(etat, feuille, arrivees).drop(index=otees)
    suivie = _reunir(suivie, {ligne for ligne, ecrite in ecrites.items() if ecrite}, set(arrivees), confirmees)
    return None if suivie.equals(feuille) else table_en_octets(suivie)


def _deplacer(etat: Etat, feuille: pd.DataFrame, arrivees: dict[int, str]) -> pd.DataFrame:
    phrases = {ligne: etat.phrases[vers] for ligne, vers in arrivees.items()}
    colonnes = {
        "segment": arrivees,
        "locuteur": {ligne: phrase.locuteur for ligne, phrase in phrases.items()},
        "texte": {ligne: proteger(phrase.texte) for ligne, phrase in phrases.items()},
    }
    return feuille.assign(
        **{
            colonne: pd.Series({**feuille[colonne].to_dict(), **nouvelles}, dtype="str").reindex(feuille.index)
            for colonne, nouvelles in colonnes.items()
        }
    )


def _arrivee(etat: Etat, chemin: Path, nom: str, ligne: int, segment: str, texte: str) -> str | Attente | None:
    """Dire où va une ligne : une place sûre, une attente, ou rien si elle est à jour."""
    entretien = segment.partition(":")[0]
    if entretien not in etat.choisis:
        return None
    attente = etat.attentes.get((segment, empreinte(texte)))
    if attente is not None and nom in attente.ou:
        return attente
    anciens = etat.anciens.get(entretien)
    if anciens is None or (trouvee := anciens.arrivee(chemin, ligne)) is None:
        return None
    suivi, rang = trouvee
    vers = suivi.rangs[rang]
    if vers is not None and not suivi.raisons[rang]:
        return str(Place(entretien, *suivi.nouvelles[vers][:2]))
    return _attente(etat, suivi, rang, segment, texte, nom)


def _attente(etat: Etat, suivi: Suivi, rang: int, segment: str, texte: str, nom: str) -> Attente:
    vers, phrases = suivi.rangs[rang], suivi.anciennes
    place = "" if vers is None else str(Place(segment.partition(":")[0], *suivi.nouvelles[vers][:2]))
    avant = phrases[rang - 1].texte if rang else ""
    apres = phrases[rang + 1].texte if rang + 1 < len(phrases) else ""
    return Attente(segment, avant, texte, apres, place, etat.mots(place), suivi.raisons[rang], (nom,))


def _reunir(feuille: pd.DataFrame, ecrites: set[int], deplacees: set[int], confirmees: set[int]) -> pd.DataFrame:
    """Joindre les décisions que la correction réunit dans une phrase ; ôter les lignes vides qu'elles remplacent."""
    gardees: dict[str, int] = {}
    otees = []
    # The lines that a person has written first: an empty one then gives way to them.
    segments = feuille["segment"].to_dict()
    for ligne in sorted(segments, key=lambda ligne: (ligne not in ecrites, ligne in confirmees)):
        premiere = gardees.setdefault(segments[ligne], ligne)
        if premiere == ligne or not {ligne, premiere} & (confirmees if ligne in ecrites else deplacees):
            continue
        otees.append(ligne)
        if ligne in ecrites:
            codes = couper_codes(f"{feuille.at[premiere, 'codes']} {feuille.at[ligne, 'codes']}")
            feuille.at[premiere, "codes"] = " ".join([code for code in codes if code != RIEN] or codes)
            for colonne, entre in (("origine", "|"), ("memo", " / ")):
                dits = dict.fromkeys(filter(None, (feuille.at[k, colonne].strip() for k in (premiere, ligne))))
                feuille.at[premiere, colonne] = entre.join(dits)
    return feuille.drop(index=otees)


def _perdre(etat: Etat, nom: str, ligne: pd.Series, raison: str) -> None:
    cellules = (ligne[colonne] for colonne in ("segment", "locuteur", "texte", "codes", "origine", "memo"))
    etat.perdus.append((nom, *cellules, raison))


def recaler_citations(etat: Etat, chemin: Path, texte: str) -> str:
    """Écrire un récit ou une table dont les places ont suivi leurs mots.

    Parameters
    ----------
    etat : Etat
        Complété au passage.
    chemin : Path
        Le fichier.
    texte : str
        Son contenu.

    Returns
    -------
    str
        Une place à confirmer reste telle quelle ; une place que la personne dit perdue ne garde que le nom de
        l'entretien, que la vérification refuse. Un passage restreint à confirmer l'est aussi à sa nouvelle place.
    """
    nom = relatif(chemin, etat.racine)
    places = {trouve[0] for trouve in MOTIF_PLACE.finditer(texte) if trouve["entretien"] in etat.choisis}
    suites = {place: suite for place in sorted(places) if (suite := _suite(etat, nom, place)) is not None}
    _ecarter_rencontres(etat, nom, suites)
    for place, suite in suites.items():
        if isinstance(suite, Attente):
            suites[place] = etat.attendre(suite)
    nouveau = MOTIF_PLACE.sub(lambda trouve: _ecrire(trouve[0], suites.get(trouve[0])), texte)
    etat.sures[nom] += sum(
        isinstance(suite := suites.get(trouve[0]), str) and suite != trouve[0] for trouve in MOTIF_PLACE.finditer(texte)
    )
    for place, suite in suites.items():
        if isinstance(suite, Attente) and suite.decision == NON:
            etat.perdus.append((nom, place, "", proteger(suite.texte), "", "", "", suite.raison))
    if chemin.name == "diffusion.csv" and any(isinstance(suite, Attente) for suite in suites.values()):
        return _proteger_passages(nouveau, suites)
    return nouveau


def _suite(etat: Etat, nom: str, place: str) -> str | Attente | None:
    attendue = next((une for une in etat.attentes.values() if une.segment == place and nom in une.ou), None)
    if attendue is not None:
        return attendue
    lue = Place.lire(place) if _est_place(place) else None
    if lue is None or (anciens := etat.anciens.get(lue.entretien)) is None:
        return None
    arrivee = anciens.suivre(lue.debut, lue.fin)
    vers = str(Place(lue.entretien, *arrivee.place)) if arrivee.place else ""
    if vers and not arrivee.raison:
        return vers
    return Attente(place, "", arrivee.texte, "", vers, etat.mots(vers), arrivee.raison, (nom,))


def _est_place(texte: str) -> bool:
    trouve = MOTIF_PLACE.fullmatch(texte)
    return bool(trouve) and int(trouve["debut"]) < int(trouve["fin"])


def _ecarter_rencontres(etat: Etat, nom: str, suites: dict[str, str | Attente]) -> None:
    """Retenir une citation dont la nouvelle place s'écrit comme l'ancienne d'une autre, qui attend dans ce fichier."""
    while True:
        attendues = {place for place, suite in suites.items() if isinstance(suite, Attente) and suite.decision != OUI}
        rencontres = [p for p, suite in suites.items() if isinstance(suite, str) and suite != p and suite in attendues]
        if not rencontres:
            return
        for place in rencontres:
            vers, lue = suites[place], Place.lire(place)
            dit = etat.anciens[lue.entretien].suivre(lue.debut, lue.fin).texte
            raison = "sa place est aussi l'ancienne d'une preuve qui attend"
            suites[place] = Attente(place, "", dit, "", vers, etat.mots(vers), raison, (nom,))


def _ecrire(place: str, suite: str | Attente | None) -> str:
    if suite is None or isinstance(suite, str):
        return suite or place
    if suite.decision == NON:
        return place.partition(":")[0]
    return suite.vers if suite.decision == OUI else place


def _proteger_passages(texte: str, suites: dict[str, str | Attente]) -> str:
    """Restreindre dès maintenant la place proposée d'un passage restreint ; ôter ce que la personne dit perdu."""
    otes = {p.partition(":")[0] for p, suite in suites.items() if isinstance(suite, Attente) and suite.decision == NON}
    lignes: list[str] = []
    for ligne in texte.splitlines():
        trouve = MOTIF_PLACE.search(ligne)
        if trouve is None and ligne.split(";")[0].strip('" ') in otes:
            continue
        lignes.append(ligne)
        suite = suites.get(trouve[0]) if trouve else None
        if isinstance(suite, Attente) and not suite.decision and suite.vers and _RESTREINTE.search(ligne):
            lignes.append(ligne.replace(trouve[0], suite.vers))
    return "\n".join(dict.fromkeys(lignes)) + "\n"
