"""Le registre des retraits : qui tient l'étude y lit ce qui a été retiré et quand, jamais de qui."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, proposer, relatif
from ess_analyse.etude import Etude
from ess_analyse.fichiers import ecrire_table, lire_table, lire_texte, trouver_separateur
from ess_analyse.lecture import EXTENSIONS
from ess_analyse.pseudonymes.sources import empreindre_source, tables_des_sources

__all__ = [
    "MOTIFS",
    "REGISTRE",
    "inscrire",
    "lire_colonnes",
    "lire_registre",
    "retraits_inacheves",
    "trouver_sources",
]

REGISTRE = ("date", "acte", "document", "motif")
RETRAIT = "retrait"
# A closed list: a free text would sooner or later hold the person's name.
MOTIFS = {
    "demande": "à la demande de la personne",
    "consentement": "consentement absent ou incomplet",
    "erreur": "document versé par erreur",
}
"""Les raisons d'un retrait, et comment le registre les écrit."""


def lire_registre(chemin: Path) -> pd.DataFrame:
    """Lire le registre.

    Parameters
    ----------
    chemin : Path
        ``data/registre.csv`` ; absent, rien n'a été retiré.

    Returns
    -------
    DataFrame
        ``date, acte, document, motif``, en texte, index ``ligne``.

    Raises
    ------
    ErreurDonnees
        Date, acte, document ou motif illisible.

    Examples
    --------
    >>> lire_registre(Path("absent.csv")).empty
    True
    """
    if not Path(chemin).is_file():
        return pd.DataFrame(columns=REGISTRE, dtype="str").rename_axis("ligne")
    table, nom = lire_table(chemin, REGISTRE).apply(lambda colonne: colonne.str.strip()), relatif(chemin)
    problemes = []
    for ligne, rangee in table.iterrows():
        if not _est_date(rangee["date"]):
            problemes.append(Probleme(nom, ligne, "date mal écrite", rangee["date"], "écrivez par exemple 2026-11-22"))
        for colonne, choix in (("acte", [RETRAIT]), ("motif", MOTIFS.values())):
            if rangee[colonne] not in choix:
                remede = proposer(rangee[colonne], choix) or f"choix possibles : {', '.join(sorted(choix))}"
                problemes.append(Probleme(nom, ligne, f"{colonne} inconnu", rangee[colonne], remede))
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", rangee["document"]):
            remede = "écrivez l'identifiant, par exemple E07, jamais un nom"
            problemes.append(Probleme(nom, ligne, "document mal écrit", remede=remede))
    lever(problemes)
    return table


def _est_date(texte: str) -> bool:
    try:
        return bool(date.fromisoformat(texte))
    except ValueError:
        return False


def inscrire(chemin: Path, document: str, le: date, motif: str = "demande") -> bool:
    """Ajouter un retrait au registre.

    Parameters
    ----------
    chemin : Path
        ``data/registre.csv``, créé au besoin.
    document : str
        Par exemple ``E07``.
    le : date
        Le jour du retrait.
    motif : str
        Une clé de :data:`MOTIFS`.

    Returns
    -------
    bool
        Faux si ce retrait y est déjà : sa première date fait foi.

    Raises
    ------
    ErreurDonnees
        Motif inconnu, ou registre illisible.
    """
    if motif not in MOTIFS:
        raise ErreurDonnees([Probleme("motif", 0, "motif inconnu", motif, proposer(motif, MOTIFS))])
    registre = lire_registre(chemin)
    if document in set(registre["document"]):
        return False
    ligne = pd.DataFrame([(le.isoformat(), RETRAIT, document, MOTIFS[motif])], columns=REGISTRE, dtype="str")
    return ecrire_table(chemin, pd.concat([registre, ligne]))


def trouver_sources(etude: Etude, document: str) -> tuple[Path, ...]:
    """Trouver ce qui a été reçu pour un document.

    Parameters
    ----------
    etude : Etude
        L'étude.
    document : str
        Par exemple ``E07``.

    Returns
    -------
    tuple of Path
        Les fichiers de ``data/brut`` que la table des sources dit être ce document, par leur nom ou, s'il a changé,
        par leur contenu ; et ceux dont le nom commence par son identifiant, sauf si elle les dit d'un autre.
    """
    fichiers = sorted(chemin for chemin in etude.brut.rglob("*") if chemin.is_file()) if etude.brut.is_dir() else []
    noms = {chemin.relative_to(etude.brut).as_posix() for chemin in fichiers}
    origines, contenus = {}, {}
    for table in tables_des_sources(etude):
        lignes = lire_colonnes(table, ("fichier", "entretien"))
        origines |= dict(zip(lignes["fichier"], lignes["entretien"], strict=True))
        if "source" in lignes:
            # Of two documents with the same content, the one whose file is gone is the one that was renamed.
            lignes = lignes.sort_values("fichier", key=lambda ceux: ~ceux.isin(noms), kind="stable")
            contenus |= dict(zip(lignes["source"], lignes["entretien"], strict=True))
    contenus.pop("", None)
    prefixe = re.compile(rf"{re.escape(document)}(?![^\W_])")

    def attribuer(chemin: Path) -> str:
        nom = chemin.relative_to(etude.brut).as_posix()
        if nom in origines:
            return origines[nom]
        return contenus.get(_empreindre(chemin)) or document * bool(prefixe.match(chemin.name))

    return tuple(chemin for chemin in fichiers if attribuer(chemin) == document)


def _empreindre(chemin: Path) -> str:
    """Rendre l'empreinte d'un fichier qui a pu être importé ; un enregistrement n'est pas lu."""
    try:
        return empreindre_source(chemin.read_bytes()) if chemin.suffix.lower() in EXTENSIONS else ""
    except OSError:
        return ""


def lire_colonnes(chemin: Path, exigees: tuple[str, ...]) -> pd.DataFrame:
    """Lire une table dont seules quelques colonnes nous regardent, sans en perdre aucune ni changer leur ordre."""
    entete = lire_texte(chemin).split("\n", 1)[0]
    noms = [nom.strip() for nom in next(csv.reader([entete], delimiter=trouver_separateur(entete)))]
    return lire_table(chemin, exigees, [nom for nom in dict.fromkeys(noms) if nom not in exigees])[noms]


def retraits_inacheves(etude: Etude) -> list[Probleme]:
    """Dire les retraits inscrits au registre dont le document est encore là.

    C'est le cas d'un retrait interrompu, ou d'un fichier retiré qu'une sauvegarde ou un collègue a remis. Rien ne doit
    alors être importé ni publié.

    Parameters
    ----------
    etude : Etude
        L'étude.

    Returns
    -------
    list of Probleme
        Un par document, avec la commande qui finit le retrait.

    Raises
    ------
    ErreurDonnees
        Si le registre ou une table qui dit quel fichier est quel document ne peut être lu.
    """
    registre = lire_registre(etude.registre)
    if registre.empty:
        return []
    decrits = {
        document
        for chemin in (etude.documents, *tables_des_sources(etude))
        if chemin.is_file()
        for document in lire_colonnes(chemin, ("entretien",))["entretien"]
    }
    return [
        Probleme(
            relatif(etude.registre),
            ligne,
            f"ce document, retiré le {quand}, est encore dans l'étude",
            document,
            f"finissez le retrait : ess-analyse retirer {document}",
        )
        for ligne, quand, document in zip(registre.index, registre["date"], registre["document"], strict=True)
        if document in decrits or (etude.corpus / f"{document}.txt").exists() or trouver_sources(etude, document)
    ]
