"""Lire et écrire la clé : la table nom réel → pseudonyme, qu'une personne valide ligne à ligne."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd

from ess_analyse.coffre import ecrire_prive, est_chiffree, ouvrir_coffre, sceller, trouver_cle
from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, proposer, relatif
from ess_analyse.etude import Etude
from ess_analyse.fichiers import analyser_table, decoder, lire_table, reconnaitre_cellules, table_en_octets
from ess_analyse.modele import verifier_colonnes
from ess_analyse.pseudonymes.accords import en_tete
from ess_analyse.pseudonymes.motif import forme, motif_cle

__all__ = ["CLE", "CONTEXTE", "NATURES", "ecrire_cle", "lire_cle", "ouvrir_cle"]

CLE = ("reel", "pseudonyme", "nature", "valide")
CONTEXTE = ("occurrences", "contextes")
"""Ce qu'une proposition ajoute pour aider à décider."""
NATURES = ("personne", "lieu", "organisation", "autre", "coordonnées")
_DECISIONS = ("oui", "non", "")


def lire_cle(chemin: Path, phrase: str | None = None, *, toutes: bool = False) -> pd.DataFrame:
    r"""Lire la clé : la table nom réel → pseudonyme.

    Parameters
    ----------
    chemin : Path
        CSV ``reel;pseudonyme;nature;valide``, en clair ou chiffré (``.age``) ; ``nature`` : personne, lieu,
        organisation, autre ou coordonnées (téléphone, courriel, adresse, numéro) ; ``valide`` : « oui » quand une
        personne a validé la ligne, « non » quand elle l'a écartée, vide tant qu'elle n'a pas décidé. Les colonnes
        ``occurrences`` et ``contextes`` sont permises.
    phrase : str, optional
        La phrase de passe d'une clé chiffrée ; par défaut, la variable d'environnement ``ESS_ANALYSE_PHRASE``.
    toutes : bool
        Rendre aussi les lignes écartées ou pas encore décidées.

    Returns
    -------
    DataFrame
        Les lignes validées, colonnes ``CLE``, index ``ligne`` ; avec ``toutes``, toutes les lignes, et les colonnes
        ``CONTEXTE``, vides si elles manquent.

    Raises
    ------
    ErreurDonnees
        Nom vide ou en double, pseudonyme absent, mal formé ou qui contient un nom validé, nature ou décision inconnue ;
        phrase de passe absente ou fausse. Aucun message ne répète un nom réel : il peut être envoyé tel quel à qui
        aide.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     cle = Path(dossier, "cle.csv")
    ...     _ = cle.write_text("reel;pseudonyme;nature;valide\nJade;Lila;personne;oui\nMai;;autre;non\n", "utf-8")
    ...     print(lire_cle(cle).to_string(index=False))
    ...     len(lire_cle(cle, toutes=True))
    reel pseudonyme   nature valide
    Jade       Lila personne    oui
    2
    """
    cle = _lire(Path(chemin), phrase).apply(lambda colonne: colonne.str.strip())
    cle = reconnaitre_cellules(cle, {"nature": NATURES, "valide": _DECISIONS})
    lever(sorted(_verifier(cle, relatif(chemin))))
    return cle if toutes else cle.loc[cle["valide"] == "oui", list(CLE)]


def ouvrir_cle(etude: Etude, phrase: str | None = None, *, toutes: bool = False) -> pd.DataFrame | None:
    """Lire la clé d'une étude, où qu'elle soit rangée, sans jamais l'écrire en clair.

    Parameters
    ----------
    etude : Etude
        L'étude.
    phrase : str, optional
        La phrase de passe, si la clé est chiffrée ; par défaut, la variable d'environnement ``ESS_ANALYSE_PHRASE``.
    toutes : bool
        Rendre aussi les lignes écartées ou pas encore décidées.

    Returns
    -------
    DataFrame or None
        Comme ``lire_cle`` ; rien si l'étude n'a pas encore de clé.

    Raises
    ------
    ErreurDonnees
        Comme ``lire_cle``.

    Examples
    --------
    >>> ouvrir_cle(Etude(Path("etude-sans-cle"))) is None
    True
    """
    chemin = trouver_cle(etude)
    return None if chemin is None else lire_cle(chemin, phrase, toutes=toutes)


def ecrire_cle(chemin: Path, cle: pd.DataFrame, phrase: str | None = None) -> bool:
    """Écrire la clé dans un fichier que son propriétaire seul peut lire.

    Parameters
    ----------
    chemin : Path
        ``cle.csv``, ou ``cle.csv.age`` pour une clé chiffrée.
    cle : DataFrame
        Colonnes ``CLE``, et ``CONTEXTE`` si elles y sont ; les lignes sont écrites dans leur ordre.
    phrase : str, optional
        La phrase de passe d'une clé chiffrée ; par défaut, la variable d'environnement ``ESS_ANALYSE_PHRASE``.

    Returns
    -------
    bool
        Vrai si la clé a changé : un fichier qui dit déjà la même chose n'est pas touché.

    Raises
    ------
    ErreurDonnees
        Colonne manquante, écriture impossible, phrase de passe absente, trop courte, ou qui n'ouvre pas la clé à
        remplacer.
    """
    verifier_colonnes(cle, CLE, "clé")
    chemin = Path(chemin)
    table = cle[[*CLE, *(colonne for colonne in CONTEXTE if colonne in cle)]]
    clair = table_en_octets(table)
    if not est_chiffree(chemin):
        return ecrire_prive(chemin, clair)
    if chemin.exists() and ouvrir_coffre(chemin, phrase) == clair:
        return False
    return ecrire_prive(chemin, sceller(chemin, clair, phrase))


def _lire(chemin: Path, phrase: str | None) -> pd.DataFrame:
    try:
        if est_chiffree(chemin):
            return analyser_table(decoder(ouvrir_coffre(chemin, phrase))[0], relatif(chemin), CLE, CONTEXTE)
        return lire_table(chemin, CLE, CONTEXTE)
    except ErreurDonnees as erreur:
        # A row cut wrong, or a key without its header, would show real names.
        lever(
            replace(probleme, valeur=probleme.valeur if probleme.valeur in CLE else "") for probleme in erreur.problemes
        )
        raise


def _verifier(cle: pd.DataFrame, nom: str) -> list[Probleme]:
    problemes = []
    validees = cle[cle["valide"] == "oui"]
    # What is applied to the texts must find nothing in its own pseudonyms: a second pass would change them.
    motif = motif_cle(validees)
    for ligne, rang in zip(cle.index, cle.itertuples(index=False), strict=True):
        fautes = []
        if not rang.reel:
            fautes.append(("nom réel vide", "", "écrivez-le ou retirez la ligne"))
        if rang.valide not in _DECISIONS:
            fautes.append(("validation inconnue", rang.valide, "écrivez « oui » ou « non »"))
        if rang.nature not in NATURES:
            fautes.append(("nature inconnue", rang.nature, proposer(rang.nature, NATURES)))
        if rang.valide == "oui" and not rang.pseudonyme:
            fautes.append(("pseudonyme manquant", "", "donnez-en un avant de valider"))
        if rang.valide != "non" and (motif.search(rang.pseudonyme) or motif.search(en_tete(rang.pseudonyme))):
            fautes.append(("ce pseudonyme contient un nom réel de la clé", "", "choisissez-en un autre"))
        if re.search(r"[:\n]", rang.pseudonyme):
            remede = "retirez-en les deux-points et les sauts de ligne"
            fautes.append(("ce pseudonyme ne peut pas nommer un locuteur", "", remede))
        problemes += [Probleme(nom, ligne, message, valeur, remede) for message, valeur, remede in fautes]
    formes = cle["reel"].map(forme)
    return problemes + [
        Probleme(nom, ligne, "nom réel en double", remede="gardez une seule ligne")
        for ligne in cle.index[formes.duplicated() & (cle["reel"] != "")]
    ]
