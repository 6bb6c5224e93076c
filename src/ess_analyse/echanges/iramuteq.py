"""Le corpus d'IRaMuTeQ : un fichier de texte, une ligne étoilée devant chaque texte.

Sources : P. Ratinaud, *Documentation Iramuteq*, « Format des données en entrée » (dépôt public d'IRaMuTeQ, fichier
``documentation/html/documentation.html``) ; et ce que son lecteur fait vraiment (``corpus.py``, classes
``BuildFromAlceste``, ``Uci`` et fonction ``decouperlist``) :

- une ligne qui commence par ``****`` ouvre un texte ; ses variables étoilées, ``*variable_modalité``, sont séparées par
  une espace ; le nom de la variable finit au premier ``_`` ;
- une ligne qui commence par ``-*`` ouvre une thématique ;
- un mot entre deux ``_`` est pris pour une variable ;
- un ``$`` arrête la découpe en segments : la fin du texte serait perdue sans un mot ;
- le fichier est coupé à toute fin de ligne d'Unicode, et une marque d'ordre en tête cacherait la première ligne ;
- un texte vide est ôté avec ses variables.

L'importation n'a pas été essayée dans IRaMuTeQ même.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme, proposer, relatif
from ess_analyse.fichiers import ecrire_texte
from ess_analyse.modele import CODAGES, SEGMENTS, Corpus, est_une_parole, verifier_colonnes

__all__ = ["PERTES", "exporter_iramuteq"]

PERTES = (
    "Les codages n'y sont pas ; on peut n'exporter que les phrases d'un code.",
    "Les places dans le corpus n'y sont pas : IRaMuTeQ recoupe le texte à sa manière.",
    "Les signes qu'IRaMuTeQ se réserve (« * », « _ », « $ ») sont remplacés par une espace.",
    "Les noms de modalités n'ont ni espace, ni accent, ni ponctuation : « salarié en insertion » y est "
    "« salarieEnInsertion ».",
)

_VARIABLES = {"type": "type", "structure": "struct", "fonction": "fonction", "date": "date"}
_PAR = ("document", "tour")
_RESERVES = re.compile(r"[*_$]")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss"})


def exporter_iramuteq(
    chemin: Path,
    corpus: Corpus,
    segments: pd.DataFrame,
    *,
    par: str = "document",
    enqueteur: bool = False,
    codages: pd.DataFrame | None = None,
    code: str = "",
) -> bool:
    r"""Écrire le corpus dans le format d'IRaMuTeQ.

    Parameters
    ----------
    chemin : Path
        Un ``.txt``, en UTF-8 sans marque : à choisir dans la boîte d'importation d'IRaMuTeQ.
    corpus, segments
        Les textes, tous : documents restreints compris.
    par : {"document", "tour"}
        Un texte par document, ou par tour de parole (avec la variable ``*loc``).
    enqueteur : bool
        Garder aussi les questions et ce qui précède le premier tour ; sinon, les mots de l'enquête se mêleraient à
        ceux des personnes.
    codages : DataFrame, optional
        Avec ``code``, pour ne garder que les phrases qu'au moins un codeur a ainsi codées.
    code : str
        L'identifiant d'un code.

    Returns
    -------
    bool
        Vrai si le fichier a changé.

    Raises
    ------
    ErreurDonnees
        Si ``par`` est inconnu, si ``codages`` manque à ``code``, ou s'il ne reste rien à écrire.

    Examples
    --------
    >>> import tempfile
    >>> from ess_analyse.modele import DOCUMENTS, Entretien
    >>> e01 = Entretien.depuis_texte("E01", "Marion : Ben oui.")
    >>> documents = pd.DataFrame([["E01", "entretien", "S1", "salariée", "2025-03", "publique"]], columns=DOCUMENTS)
    >>> segments = pd.DataFrame([["E01:9-17", "E01", 1, "Marion", 9, 17, "Ben oui."]], columns=SEGMENTS)
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     chemin = Path(dossier, "corpus.txt")
    ...     _ = exporter_iramuteq(chemin, Corpus((e01,), documents), segments)
    ...     print(chemin.read_text(encoding="utf-8"))
    **** *doc_E01 *type_entretien *struct_S1 *fonction_salariee *date_202503 *annee_2025
    Ben oui.
    """
    verifier_colonnes(segments, SEGMENTS, "segments")
    if par not in _PAR:
        raise ErreurDonnees([Probleme("par", 0, "découpe inconnue", par, proposer(par, _PAR))])
    gardes = segments if enqueteur else segments[segments["locuteur"].map(est_une_parole).astype("bool")]
    if code:
        verifier_colonnes(codages, CODAGES, "codages")
        gardes = gardes[gardes["segment"].isin(codages.loc[codages["code"] == code, "segment"])]
    variables = _decrire(corpus.documents)
    locuteurs = _nommer(segments["locuteur"]) if par == "tour" else {}
    etoile = f" *code_{_nommer([code])[code]}" if code else ""
    morceaux = []
    for (document, *_), groupe in gardes.groupby(
        ["entretien"] if par == "document" else ["entretien", "tour"], sort=False
    ):
        lignes = [ligne for _, tour in groupe.groupby("tour") if (ligne := _neutraliser(tour["texte"]))]
        if lignes:
            qui = locuteurs.get(groupe["locuteur"].iloc[0], "")
            morceaux.append("\n".join([f"**** {variables[document]}{f' *loc_{qui}' * bool(qui)}{etoile}", *lignes, ""]))
    if not morceaux:
        remede = f"aucune phrase n'est codée {code}" if code else "le corpus n'a aucune parole à exporter"
        raise ErreurDonnees([Probleme(relatif(chemin), 0, "rien à exporter", remede=remede)])
    return ecrire_texte(chemin, "\n".join(morceaux))


def _neutraliser(textes: Iterable[str]) -> str:
    """Mettre des phrases sur une ligne, sans rien de ce qu'IRaMuTeQ se réserve."""
    return " ".join(_RESERVES.sub(" ", " ".join(textes)).split())


def _decrire(documents: pd.DataFrame) -> dict[str, str]:
    """Écrire les variables étoilées de chaque document ; une cellule vide n'en donne pas."""
    noms = {colonne: _nommer(documents[colonne]) for colonne in ("entretien", *_VARIABLES)}
    annees = documents["date"].str.extract(r"^(\d{4})", expand=False).fillna("")
    etoiles = {}
    for document, annee in zip(documents.to_dict("records"), annees, strict=True):
        variables = {"doc": noms["entretien"][document["entretien"]]}
        variables |= {nom: noms[colonne].get(document[colonne], "") for colonne, nom in _VARIABLES.items()}
        variables["annee"] = annee
        etoiles[document["entretien"]] = " ".join(f"*{nom}_{valeur}" for nom, valeur in variables.items() if valeur)
    return etoiles


def _nommer(valeurs: Iterable[str]) -> Mapping[str, str]:
    """Donner à chaque valeur un nom de modalité, distinct de tous les autres."""
    noms: dict[str, str] = {}
    for valeur in dict.fromkeys(valeur for valeur in valeurs if valeur):
        nus = unicodedata.normalize("NFKD", valeur.translate(_LIGATURES)).encode("ascii", "ignore").decode()
        premier, *suite = re.findall(r"[A-Za-z0-9]+", nus) or ["m"]
        base = nom = premier + "".join(mot[0].upper() + mot[1:] for mot in suite)
        rang = 1
        while nom in noms.values():
            rang += 1
            nom = f"{base}x{rang}"
        noms[valeur] = nom
    return noms
