"""Porter ce qui est repris dans les feuilles de codage, sans toucher à ce qu'une personne y a écrit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ess_analyse.echanges.reprise.passages import PASSAGES
from ess_analyse.echanges.reprise.rapprochement import Decision, Rapprochement
from ess_analyse.erreurs import Probleme, lever, relatif
from ess_analyse.feuilles import (
    Reperes,
    couper_codes,
    empreinte,
    est_ecrite,
    lire_feuille,
    lister_feuilles,
    proteger,
)
from ess_analyse.fichiers import (
    ecrire_ensemble,
    exiger_inchanges,
    lire_table,
    photographier,
    seul_dans,
    table_en_octets,
)
from ess_analyse.grille import Grille
from ess_analyse.modele import FEUILLE, RIEN, verifier_colonnes

__all__ = ["CONFLITS", "Reprise", "appliquer_reprise", "preparer_reprise"]

CONFLITS = ("codeur", "segment", "texte", "feuille", "reprise")


@dataclass(frozen=True, eq=False)
class Reprise:
    """Ce qu'une reprise fera. Rien n'est encore écrit.

    Attributes
    ----------
    bilan : DataFrame
        Par codeur, des phrases : ``reprises`` (écrites), ``lues`` (dites sans rien à coder parce que tout a été lu),
        ``deja`` (qui disaient déjà la même chose), ``conflits``.
    conflits : DataFrame
        ``codeur, segment, texte, feuille, reprise`` : ce que dit la feuille, gardé, et ce que dit le fichier.
    retenus : tuple of (str, str)
        ``(codeur, document)`` que l'on ne peut tenir pour lus : un passage n'y a pas été retrouvé.
    contenus : dict of Path to bytes
        Ce qui sera écrit, ensemble.
    dossier : Path
        Celui des feuilles, où personne d'autre n'écrira pendant que la reprise s'y écrit.
    lus : dict of Path to bytes or None
        Ce qui a été lu, et que personne ne doit avoir changé au moment d'écrire.
    """

    bilan: pd.DataFrame
    conflits: pd.DataFrame
    retenus: tuple[tuple[str, str], ...]
    contenus: dict[Path, bytes] = field(repr=False)
    dossier: Path
    lus: dict[Path, bytes | None] = field(repr=False)


def preparer_reprise(
    rapprochement: Rapprochement,
    segments: pd.DataFrame,
    grille: Grille,
    codages: Path,
    passages: Path,
    lus: Collection[str] = (),
) -> Reprise:
    """Composer les feuilles complétées et la table des passages exacts.

    Une cellule remplie n'est jamais écrasée : une phrase dont la feuille dit autre chose (codes ou mémo) est un
    conflit, et rien n'en est changé. Une phrase sans codage repris reste à lire. Une ligne que la machine avait
    garnie de suggestions ne les garde pas : la décision reprise ne leur doit rien.

    Parameters
    ----------
    rapprochement : Rapprochement
        Ce qui a été retrouvé.
    segments : DataFrame
        Les phrases du corpus.
    grille : Grille
        L'ordre où les codes sont écrits.
    codages : Path
        Le dossier des feuilles.
    passages : Path
        La table des passages exacts ; si elle existe, ses lignes sont gardées.
    lus : collection of str
        Les documents qu'une personne affirme lus en entier : leurs phrases sans codage repris deviennent ``-``, pour
        chaque codeur qui y a codé, ou pour l'unique codeur du fichier. Un document où un passage n'a pas été
        retrouvé n'est pas tenu pour lu : ce passage y serait perdu.

    Returns
    -------
    Reprise
        Le bilan, les conflits, ce qui sera écrit.

    Raises
    ------
    ErreurDonnees
        Si une feuille ne peut être lue, n'est pas un CSV, ou ne dit plus le texte d'aujourd'hui.
    """
    verifier_colonnes(segments, ("segment", "entretien", "locuteur", "texte"), "segments")
    choisies = _Choix(rapprochement, segments, lus)
    noms = sorted({*rapprochement.passages["codeur"], *(codeur for codeur, _ in choisies.lus)})
    lus_avant = photographier([*(codages / f"{codeur}.csv" for codeur in noms), passages])
    feuilles = _ouvrir(codages, noms)
    contenus, bilans, conflits = {}, [], []
    for codeur, (chemin, ancienne) in feuilles.items():
        feuille = _Feuille(codeur, chemin, ancienne, segments, choisies.documents(codeur))
        for segment, decision in choisies.decisions(codeur).items():
            codes = " ".join(code for code in (*grille.ids(), RIEN) if code in decision.codes)
            feuille.poser(segment, codes, decision)
        for document in choisies.documents_lus(codeur):
            feuille.tenir_pour_lu(document)
        bilans.append((codeur, *feuille.comptes.values()))
        conflits += feuille.conflits
        if feuille.comptes["reprises"] or feuille.comptes["lues"]:
            contenus[chemin] = table_en_octets(feuille.table)
    if len(rapprochement.passages):
        contenus[passages] = _garder_passages(passages, rapprochement.passages)
    bilan = pd.DataFrame(bilans, columns=["codeur", *_COMPTES])
    conflits = pd.DataFrame(conflits, columns=CONFLITS, dtype="str")
    return Reprise(bilan, conflits, choisies.retenus, contenus, codages, lus_avant)


def appliquer_reprise(reprise: Reprise) -> list[Path]:
    """Écrire une reprise : tous les fichiers, ou aucun.

    Parameters
    ----------
    reprise : Reprise
        Ce que :func:`preparer_reprise` a préparé.

    Returns
    -------
    list of Path
        Les fichiers dont le contenu a changé.

    Raises
    ------
    ErreurDonnees
        Si un fichier a changé depuis qu'il a été lu, ou ne peut être écrit ; rien n'est alors changé.
    """
    with seul_dans(reprise.dossier, creer=bool(reprise.contenus)):
        exiger_inchanges(reprise.lus)
        return ecrire_ensemble(reprise.contenus)


_LIBRES = ("texte", "code_origine", "memo", "date")
_COMPTES = ("reprises", "lues", "deja", "conflits")


class _Choix:
    """Qui a codé quoi, et qui a tout lu."""

    def __init__(self, rapprochement: Rapprochement, segments: pd.DataFrame, lus: Collection[str]):
        self.toutes = rapprochement.decisions
        self.entretiens = dict(zip(segments["segment"], segments["entretien"], strict=True))
        passages, absents = rapprochement.passages, rapprochement.introuvables
        codeurs = {*passages["codeur"], *absents["codeur"]}
        codes = {(codeur, place.partition(":")[0]) for place, codeur in passages[["segment", "codeur"]].to_numpy()}
        affirmes = {(codeur, document) for codeur in codeurs for document in lus}
        if len(codeurs) > 1:
            affirmes &= codes
        documents = dict(zip(rapprochement.sources["source"], rapprochement.sources["document"], strict=True))
        perdus = {(codeur, documents.get(source, "")) for source, codeur in absents[["source", "codeur"]].to_numpy()}
        # A quotation whose document is unknown may come from any of them.
        sans_document = {codeur for codeur, document in perdus if not document}
        self.retenus = tuple(sorted(un for un in affirmes if un in perdus or un[0] in sans_document))
        self.lus = affirmes - {*self.retenus}

    def decisions(self, codeur: str) -> dict[str, tuple[frozenset[str], str]]:
        return {segment: dit for (qui, segment), dit in self.toutes.items() if qui == codeur}

    def documents_lus(self, codeur: str) -> list[str]:
        return sorted(document for qui, document in self.lus if qui == codeur)

    def documents(self, codeur: str) -> set[str]:
        """Les documents dont les phrases doivent être dans sa feuille."""
        return {self.entretiens[segment] for segment in self.decisions(codeur)} | {*self.documents_lus(codeur)}


class _Feuille:
    """La feuille d'un codeur, complétée en mémoire."""

    def __init__(
        self, codeur: str, chemin: Path, ancienne: pd.DataFrame, segments: pd.DataFrame, documents: Iterable[str]
    ):
        self.codeur, self.conflits, self.notees = codeur, [], set()
        self.comptes = dict.fromkeys(_COMPTES, 0)
        self.textes = dict(zip(segments["segment"], segments["texte"], strict=True))
        self.phrases = segments[segments["entretien"].isin(list(documents))]
        lever(_verifier_textes(relatif(chemin), ancienne, self.phrases))
        self.table = _completer(ancienne, self.phrases, {segment: rang for rang, segment in enumerate(self.textes)})
        self.rangs: dict[str, int] = {}
        for rang, (segment, ecrite) in enumerate(
            zip(self.table["segment"].str.strip(), est_ecrite(self.table), strict=True)
        ):
            if segment not in self.rangs or ecrite:
                self.rangs[segment] = rang

    def poser(self, segment: str, codes: str, decision: Decision) -> None:
        ligne, memo = self.table.loc[self.rangs[segment]], decision.memo
        poses, note = couper_codes(ligne["codes"]), ligne["memo"].strip()
        memes_codes = not codes or set(poses) == decision.codes
        meme_memo = not memo or empreinte(note) == empreinte(memo)
        if not codes:
            self.notees.add(segment)
        if (poses and not memes_codes) or (note and not meme_memo):
            self.comptes["conflits"] += 1
            self.notees.discard(segment)
            versions = _dire(ligne["codes"], note), _dire(codes, memo)
            self.conflits.append((self.codeur, segment, self.textes[segment], *versions))
        elif memes_codes and meme_memo:
            self.comptes["deja"] += 1
        else:
            self._ecrire(segment, codes if not poses else "", decision)
            self.comptes["reprises"] += 1

    def tenir_pour_lu(self, document: str) -> None:
        for segment in self.phrases.loc[self.phrases["entretien"] == document, "segment"]:
            ligne = self.table.loc[self.rangs[segment]]
            if not ligne["codes"].strip() and (not ligne["memo"].strip() or segment in self.notees):
                self._ecrire(segment, RIEN, Decision(frozenset(), "", ""))
                self.comptes["lues"] += 1

    def _ecrire(self, segment: str, codes: str, decision: Decision) -> None:
        rang = self.rangs[segment]
        if codes:
            self.table.at[rang, "codes"], self.table.at[rang, "origine"] = codes, decision.origine
        if decision.memo and not self.table.at[rang, "memo"].strip():
            self.table.at[rang, "memo"] = proteger(decision.memo)


def _ouvrir(dossier: Path, codeurs: Iterable[str]) -> dict[str, tuple[Path, pd.DataFrame]]:
    """Lire la feuille de chaque codeur, vide s'il n'en a pas encore."""
    feuilles = {}
    vide = pd.DataFrame(columns=FEUILLE, dtype="str")
    problemes = lister_feuilles(dossier)[1] if dossier.is_dir() else []
    lever(problemes)
    for codeur in codeurs:
        chemin = dossier / f"{codeur}.csv"
        feuilles[codeur] = (chemin, lire_feuille(chemin) if chemin.is_file() else vide)
    return feuilles


def _verifier_textes(nom: str, feuille: pd.DataFrame, phrases: pd.DataFrame) -> list[Probleme]:
    """Refuser d'écrire à une place où la feuille dit d'autres mots que le corpus."""
    reperes, siennes = Reperes.depuis(phrases), set(phrases["entretien"])
    remede = "lancez d'abord « ess-analyse recaler », puis relancez"
    return [
        Probleme(nom, ligne, "cette feuille ne dit plus le texte d'aujourd'hui", segment.strip(), remede)
        for ligne, segment, texte in feuille.loc[est_ecrite(feuille), ["segment", "texte"]].itertuples()
        if segment.strip().partition(":")[0] in siennes and not reperes.reconnait(segment.strip(), texte)
    ]


def _completer(feuille: pd.DataFrame, phrases: pd.DataFrame, rangs: Mapping[str, int]) -> pd.DataFrame:
    """Ajouter les phrases qui manquent, chacune à son rang ; ce qui n'est plus du corpus reste, en fin de feuille."""
    manquent = phrases[~phrases["segment"].isin(feuille["segment"].str.strip())]
    neuves = manquent[list(FEUILLE[:3])].assign(texte=manquent["texte"].map(proteger), codes="", origine="", memo="")
    table = pd.concat([feuille[list(FEUILLE)], neuves])
    ordre = table["segment"].str.strip().map(rangs).fillna(len(rangs))
    return table.iloc[ordre.argsort(kind="stable")].reset_index(drop=True)


def _garder_passages(chemin: Path, passages: pd.DataFrame) -> bytes:
    """Ajouter les passages exacts à ceux que l'on gardait déjà de ce fichier."""
    montres = passages.assign(**{colonne: passages[colonne].map(proteger) for colonne in _LIBRES})
    deja = lire_table(chemin, PASSAGES) if chemin.is_file() else montres[:0]
    return table_en_octets(pd.concat([deja, montres]).drop_duplicates())


def _dire(codes: str, memo: str) -> str:
    return f"{codes} (mémo : {memo})" if memo else codes
