"""Après la correction à la main d'un texte déjà codé, déplacer tout ce qui le cite."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from ess_analyse.corrections.attente import NON, OUI, PERDUS, Attente, en_table, lire_attentes
from ess_analyse.corrections.deplacements import Etat, recaler_citations, recaler_feuille
from ess_analyse.corrections.suivi import Phrase
from ess_analyse.corrections.temps import recaler_temps
from ess_analyse.corrections.textes import encoder, lister_citants
from ess_analyse.corrections.versions import lire_anciens
from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, proposer, relatif
from ess_analyse.etude import Etude
from ess_analyse.feuilles import Reperes, empreinte, est_ecrite, lister_feuilles, parcourir_feuilles
from ess_analyse.fichiers import (
    ecrire_ensemble,
    exiger_inchanges,
    lire_table,
    lire_texte,
    photographier,
    seul_dans,
    table_en_octets,
)
from ess_analyse.lecture import lire_documents
from ess_analyse.modele import Corpus, Entretien, Place
from ess_analyse.segments import segmenter

__all__ = ["Recalage", "appliquer_recalage", "preparer_recalage", "textes_corriges"]


@dataclass(frozen=True, eq=False)
class Recalage:
    """Ce qu'un recalage fera. Rien n'est encore écrit.

    Attributes
    ----------
    sures : DataFrame
        ``ou, lignes`` : combien de lignes de feuille et de citations suivent leurs mots, sans rien demander.
    attentes : tuple of Attente
        Ce qu'une personne doit confirmer ; sans nouvelle place, la phrase est perdue et reste où elle est citée.
    confirmees : int
        Les phrases qu'elle a confirmées, et que ce qui les code ou les cite suit cette fois à leur nouvelle place.
    perdus : DataFrame
        ``ou, segment, locuteur, texte, codes, origine, memo, raison`` : les décisions mises de côté cette fois.
    contenus : dict of Path to bytes
        Ce qui sera écrit.
    lus : dict of Path to bytes or None
        Ce qui a été lu, et que personne ne doit avoir changé au moment d'écrire.
    """

    sures: pd.DataFrame
    attentes: tuple[Attente, ...]
    confirmees: int
    perdus: pd.DataFrame
    contenus: dict[Path, bytes] = field(repr=False)
    lus: dict[Path, bytes | None] = field(default_factory=dict, repr=False)


def preparer_recalage(etude: Etude, entretiens: Iterable[str] = (), *, confirmer: bool = False) -> Recalage:
    """Chercher où les phrases codées et citées sont passées, sans rien écrire.

    L'ancien texte n'existe plus : les feuilles de codage en sont la mémoire, par leur place, leur texte et leurs
    phrases voisines. Une preuve n'a que sa place : ses mots sont ceux qu'une feuille, ou
    :func:`~ess_analyse.corrections.sceller_preuves`, a gardés là.

    Parameters
    ----------
    etude : Etude
        L'étude, dont ``data/corpus`` a été corrigé.
    entretiens : iterable of str
        Seulement ceux-là ; tous par défaut.
    confirmer : bool
        Tenir pour « oui » tout ce qui a une place proposée.

    Returns
    -------
    Recalage
        Ce qui est sûr, à confirmer, perdu.

    Raises
    ------
    ErreurDonnees
        Si un fichier ne peut être lu, ou si un entretien est inconnu.
    """
    # Before anything is read: what changes meanwhile is then seen when it is time to write.
    lus = photographier(_lister_lus(etude))
    corpus = _lire_textes(etude)
    choisis = _choisir(corpus, tuple(entretiens), relatif(etude.documents))
    attentes = lire_attentes(etude.recalage)
    feuilles = _lire_feuilles(etude)
    etat = _situer(etude, corpus, feuilles, attentes, choisis)
    etat.confirmer = confirmer
    ici = [une for une in attentes if une.entretien in etat.choisis]
    etat.attentes = {une.cle: une for une in _decider(etat, _rafraichir(etat, ici), relatif(etude.recalage))}
    contenus = {chemin: recaler_feuille(etat, chemin, feuille) for chemin, feuille in feuilles.items()}
    for chemin in lister_citants(etude):
        texte = lire_texte(chemin)
        suivi = recaler_citations(etat, chemin, texte)
        contenus[chemin] = None if suivi == texte else encoder(chemin, suivi)
    if etude.temps.is_file():
        contenus[etude.temps] = recaler_temps(etat, etude.temps)
    restent = [une for une in etat.attentes.values() if not une.decision and une.cle in etat.vues]
    restent += [une for une in attentes if une.entretien not in etat.choisis]
    confirmees = sum(une.decision == OUI and une.cle in etat.vues for une in etat.attentes.values())
    perdus = pd.DataFrame(etat.perdus, columns=PERDUS, dtype="str")
    if len(perdus):
        deja = lire_table(etude.perdus, PERDUS) if etude.perdus.is_file() else perdus[:0]
        contenus[etude.perdus] = table_en_octets(pd.concat([deja, perdus]).drop_duplicates())
    if restent or etude.recalage.is_file():
        contenus[etude.recalage] = table_en_octets(en_table(restent))
    sures = pd.DataFrame(sorted((+etat.sures).items()), columns=["ou", "lignes"]).astype({"lignes": "int64"})
    contenus = {chemin: octets for chemin, octets in contenus.items() if octets is not None}
    return Recalage(sures, tuple(restent), confirmees, perdus, contenus, lus)


def appliquer_recalage(etude: Etude, recalage: Recalage) -> list[Path]:
    """Écrire un recalage : tous les fichiers, ou aucun.

    Parameters
    ----------
    etude : Etude
        L'étude.
    recalage : Recalage
        Ce que :func:`preparer_recalage` a préparé.

    Returns
    -------
    list of Path
        Les fichiers dont le contenu a changé.

    Raises
    ------
    ErreurDonnees
        Si l'un d'eux a changé depuis qu'il a été lu, ou ne peut être écrit ; aucun n'est alors changé.
    """
    with seul_dans(etude.codages, creer=False):
        exiger_inchanges(recalage.lus)
        changes = ecrire_ensemble(recalage.contenus)
        if not recalage.attentes:
            etude.recalage.unlink(missing_ok=True)
    return changes


def textes_corriges(etude: Etude, segments: pd.DataFrame) -> list[Probleme]:
    """Dire quels textes ne sont plus ceux que les feuilles ont codés, et ce qui attend encore une décision.

    Parameters
    ----------
    etude : Etude
        L'étude.
    segments : DataFrame
        Les segments du corpus.

    Returns
    -------
    list of Probleme
        Un par entretien à recaler, un par place à confirmer.

    Raises
    ------
    ErreurDonnees
        Si une feuille ou ``data/recalage.csv`` ne peut être lu.
    """
    reperes, attentes = Reperes.depuis(segments), lire_attentes(etude.recalage)
    attendues = {une.cle for une in attentes}
    entretiens, comptes = set(segments["entretien"]), {}
    for chemin, feuille in _lire_feuilles(etude).items():
        ecrites = feuille if chemin == etude.preuves else feuille[est_ecrite(feuille)]
        for segment, texte in zip(ecrites["segment"].str.strip(), ecrites["texte"], strict=True):
            entretien = segment.partition(":")[0]
            attendue = (segment, empreinte(texte)) in attendues
            if entretien in entretiens and not attendue and not reperes.reconnait(segment, texte):
                comptes[entretien] = comptes.get(entretien, 0) + 1
    problemes = [
        Probleme(
            relatif(etude.corpus / f"{entretien}.txt"),
            0,
            f"le texte n'est plus celui qui a été codé ou cité ({nombre} phrase{'s' * (nombre > 1)})",
            remede=f"si vous l'avez corrigé, lancez « ess-analyse recaler {entretien} » : codages et preuves suivront",
        )
        for entretien, nombre in sorted(comptes.items())
    ]
    remede = "écrivez oui ou non dans « decision », puis relancez « ess-analyse recaler »"
    nom = relatif(etude.recalage)
    return problemes + [Probleme(nom, 0, "nouvelle place à confirmer", une.segment, remede) for une in attentes]


def _lister_lus(etude: Etude) -> list[Path]:
    feuilles = lister_feuilles(etude.codages)[0] if etude.codages.is_dir() else []
    textes = sorted(etude.corpus.glob("*.txt"))
    return [*feuilles, etude.preuves, *lister_citants(etude), etude.temps, etude.recalage, etude.perdus, *textes]


def _lire_textes(etude: Etude) -> Corpus:
    # A passage or a time that the correction has pushed out of the text must not prevent from moving it.
    documents, problemes, entretiens = lire_documents(etude.documents), [], []
    for document in documents.itertuples(index=False):
        try:
            texte = lire_texte(etude.corpus / f"{document.entretien}.txt")
            entretiens.append(Entretien.depuis_texte(document.entretien, texte, parle=document.type == "entretien"))
        except ErreurDonnees as erreur:
            problemes += erreur.problemes
    lever(problemes)
    return Corpus(tuple(entretiens), documents)


def _choisir(corpus: Corpus, demandes: tuple[str, ...], nom: str) -> tuple[str, ...]:
    connus = [entretien.identifiant for entretien in corpus]
    lever(
        Probleme(nom, 0, "document inconnu", demande, proposer(demande, connus))
        for demande in demandes
        if demande not in connus
    )
    return demandes or tuple(connus)


def _lire_feuilles(etude: Etude) -> dict[Path, pd.DataFrame]:
    chemins, problemes = lister_feuilles(etude.codages) if etude.codages.is_dir() else ([], [])
    chemins += [etude.preuves] * etude.preuves.is_file()
    feuilles = dict(parcourir_feuilles(chemins, problemes))
    lever(problemes)
    return feuilles


def _situer(etude: Etude, corpus: Corpus, feuilles, attentes, choisis) -> Etat:
    segments = segmenter(corpus)
    reperes, attendues = Reperes.depuis(segments), {une.cle: une for une in attentes}
    colonnes = ["debut", "fin", "locuteur", "texte"]
    phrases = {
        nom: tuple(map(Phrase._make, groupe[colonnes].itertuples(index=False, name=None)))
        for nom, groupe in segments.groupby("entretien")
    }
    groupes = {
        chemin: dict(iter(feuille.groupby(feuille["segment"].str.strip().str.split(":").str[0])))
        for chemin, feuille in feuilles.items()
    }
    anciens = {}
    for nom in choisis:
        siennes = {chemin: groupe[nom] for chemin, groupe in groupes.items() if nom in groupe}
        if trouves := lire_anciens(nom, siennes, reperes, phrases.get(nom, ()), attendues):
            anciens[nom] = trouves
    par_segment = dict(
        zip(segments["segment"], map(Phrase._make, segments[colonnes].itertuples(index=False)), strict=True)
    )
    return Etat(etude.racine, corpus, par_segment, anciens, frozenset(choisis))


def _rafraichir(etat: Etat, attentes: Iterable[Attente]) -> list[Attente]:
    """Faire suivre à son tour une place proposée, si le texte ou la personne l'a changée depuis."""
    fraiches = []
    for une in attentes:
        mots = etat.mots(une.vers)
        if empreinte(mots) != empreinte(une.nouveau):
            suite = _suite(etat, une)
            # At that place are other words than those that the person has read: they must be read again.
            gardee = une.decision if suite or une.decision == NON else ""
            vers = suite or une.vers * bool(mots)
            une = replace(une, vers=vers, nouveau=etat.mots(vers), decision=gardee)
        fraiches.append(une)
    return fraiches


def _suite(etat: Etat, une: Attente) -> str:
    if une.entretien not in etat.anciens or not une.nouveau:
        return ""
    try:
        _, debut, fin = Place.lire(une.vers)
    except ValueError:
        return ""
    arrivee = etat.anciens[une.entretien].suivre(debut, fin)
    sure = arrivee.place and not arrivee.raison and empreinte(arrivee.texte) == empreinte(une.nouveau)
    return str(Place(une.entretien, *arrivee.place)) if sure else ""


def _decider(etat: Etat, attentes: Iterable[Attente], nom: str) -> list[Attente]:
    decidees = [
        replace(une, decision=OUI) if etat.confirmer and une.vers and not une.decision else une for une in attentes
    ]
    remede = "recopiez la place d'une phrase entière du même entretien"
    lever(
        Probleme(nom, 0, "nouvelle place qui n'est pas celle d'une phrase", une.vers, remede)
        for une in decidees
        if une.decision == OUI and any(ou.startswith("data/codages/") for ou in une.ou) and une.vers not in etat.phrases
    )
    return decidees
