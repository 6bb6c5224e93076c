"""Écrire ce que Taguette et LibreQDA savent importer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ess_analyse.echanges.codes import decrire, nommer
from ess_analyse.echanges.refi.conventions import LU_RIEN
from ess_analyse.echanges.taguette.balises import habiller
from ess_analyse.echanges.taguette.schema import REVISION, SCHEMA
from ess_analyse.erreurs import Probleme, lever, proposer
from ess_analyse.fichiers import ecrire_octets
from ess_analyse.grille import Grille
from ess_analyse.modele import CODAGES, RIEN, Corpus, Place, verifier_colonnes

if TYPE_CHECKING:
    import sqlite3

__all__ = ["PERTES", "exporter_livre_taguette", "exporter_taguette"]

PERTES = (
    "Le nom du codeur : Taguette attribue tout à qui importe ; il y a donc un projet par codeur, à importer l'un après "
    "l'autre, et leur nom le dit.",
    "Les suggestions, et d'où vient un code : décidé seul, ou proposé par la machine puis accepté.",
    "Les mémos : Taguette n'a pas de note sur un passage.",
    "La famille et la dimension d'un code : seul l'identifiant les rappelle.",
    "Les indices de la grille et leurs exceptions : définition, règles et exemples sont réunis en une description.",
    "La date d'un codage : toutes sont fixées au 1ᵉʳ janvier 2000, pour que deux exports soient identiques.",
    "La diffusion de chaque passage : seule celle du document est dite, dans sa description.",
    "Les locuteurs et les temps de l'enregistrement : le texte garde le nom de qui parle, en tête de chaque tour.",
    "Les signes de commande des textes : une espace les remplace.",
    "Les enseignements, les fiches et le plan d'actions.",
)
"""Ce qu'un projet de Taguette ou de LibreQDA ne peut pas tenir."""

_DATE = "2000-01-01 00:00:00.000000"
_SEUL = "admin"
"""L'utilisateur sous lequel Taguette s'ouvre quand il n'est pas un serveur."""
_NOM, _CHEMIN, _DESCRIPTION = 50, 200, 100_000
"""Signes que Taguette permet à un nom de document ou de projet, à une étiquette, à une description."""
_APPLICATION = 0x54677474
_NON_THEMATIQUE = "Une personne a lu cette phrase et n'y a rien trouvé à coder : ce n'est pas un thème."


def exporter_taguette(chemin: Path, corpus: Corpus, grille: Grille, codages: pd.DataFrame) -> bool:
    """Exporter l'étude en un fichier que Taguette 1.5 et LibreQDA 1.2 importent (« Import a project »).

    Un projet par codeur, chacun avec tous les documents et toutes les étiquettes ; sans codage, un seul. Une étiquette
    porte l'identifiant et le libellé du code ; une lecture sans code (``-``) porte l'étiquette « Lu, rien à coder ».
    Ce qui est perdu est dans ``PERTES``. Source : le code de Taguette 1.5.2 (``database/copy.py``, ``convert.py``).

    Parameters
    ----------
    chemin : Path
        Le fichier à écrire, en ``.sqlite3``.
    corpus : Corpus
        Les textes, tous : ce fichier n'est pas publiable, documents restreints compris.
    grille : Grille
        Les codes.
    codages : DataFrame
        Colonnes ``segment, codeur, code, origine``.

    Returns
    -------
    bool
        Vrai si le fichier a changé. Deux exports des mêmes données sont identiques à l'octet.

    Raises
    ------
    ErreurDonnees
        Si un codage désigne un code, un entretien ou une place qui n'existe pas, si un passage n'a que des blancs, ou
        si un identifiant est trop long pour Taguette.
    """
    import sqlite3

    verifier_colonnes(codages, CODAGES, "codages")
    lever([*_verifier(codages, corpus, grille)])
    uniques = codages.drop_duplicates(["segment", "codeur", "code"])
    par_codeur = {str(codeur): poses for codeur, poses in uniques.groupby("codeur", sort=True)}
    with closing(sqlite3.connect(":memory:")) as connexion:
        connexion.executescript(SCHEMA)
        connexion.execute(f"PRAGMA application_id = {_APPLICATION}")
        connexion.execute("INSERT INTO alembic_version VALUES (?)", [REVISION])
        for login in sorted({_SEUL, *par_codeur}):
            connexion.execute("INSERT INTO users (login, created, disabled) VALUES (?, ?, 0)", [login, _DATE])
        for codeur, poses in (par_codeur or {"": uniques}).items():
            _ajouter_projet(connexion, codeur, corpus, grille, poses)
        connexion.commit()
        return ecrire_octets(chemin, connexion.serialize())


def exporter_livre_taguette(chemin: Path, grille: Grille) -> bool:
    """Exporter la grille en un livre de codes CSV, que Taguette et LibreQDA importent (« Import codebook »).

    Parameters
    ----------
    chemin : Path
        Le fichier à écrire, en ``.csv``.
    grille : Grille
        Les codes.

    Returns
    -------
    bool
        Vrai si le fichier a changé.
    """
    livre = pd.DataFrame(_lister_etiquettes(grille), columns=["tag", "description"])
    # Taguette reads commas only, and guesses the encoding: only a byte order mark makes the guess right.
    return ecrire_octets(chemin, livre.to_csv(index=False, lineterminator="\n").encode("utf-8-sig"))


def _ajouter_projet(
    connexion: sqlite3.Connection, codeur: str, corpus: Corpus, grille: Grille, poses: pd.DataFrame
) -> None:
    nom = f"Codages de {codeur}" if codeur else "Étude"
    projet = _inserer(connexion, "projects", name=nom[:_NOM], description="Exporté par ess_analyse", created=_DATE)
    _inserer(connexion, "project_members", project_id=projet, user_login=_SEUL, privileges="ADMIN")
    etiquettes = {}
    for code, (tag, description) in zip([*grille.ids(), RIEN], _lister_etiquettes(grille), strict=True):
        etiquettes[code] = _inserer(connexion, "tags", project_id=projet, path=tag, description=description)
    documents = {}
    for entretien, description in zip(corpus, _decrire_documents(corpus), strict=True):
        documents[entretien.identifiant] = _inserer(
            connexion,
            "documents",
            name=entretien.identifiant,
            description=description,
            filename=f"{entretien.identifiant}.html",
            created=_DATE,
            project_id=projet,
            text_direction="LEFT_TO_RIGHT",
            contents=habiller(entretien.texte),
        )
    passages = {Place.lire(str(segment)): groupe["code"] for segment, groupe in poses.groupby("segment")}
    for place, codes in sorted(passages.items()):
        siennes = sorted(etiquettes[code] for code in codes)
        _ajouter_passage(connexion, (projet, documents[place.entretien]), corpus, place, siennes, codeur)


def _ajouter_passage(
    connexion: sqlite3.Connection,
    ou: tuple[int, int],
    corpus: Corpus,
    place: Place,
    etiquettes: Sequence[int],
    codeur: str,
) -> None:
    projet, document = ou
    avant = len(corpus[place.entretien].texte[: place.debut].encode())
    mots = corpus.extrait(place)
    bornes = {"start_offset": avant, "end_offset": avant + len(mots.encode())}
    surlignage = _inserer(connexion, "highlights", document_id=document, **bornes, snippet=habiller(mots))
    for etiquette in etiquettes:
        _inserer(connexion, "highlight_tags", highlight_id=surlignage, tag_id=etiquette)
    charge = {"type": "highlight_add", "highlight_id": surlignage, **bornes, "tags": list(etiquettes)}
    charge = json.dumps(charge, sort_keys=True)
    pose = {"user_login": codeur, "date": _DATE, "project_id": projet, "document_id": document}
    _inserer(connexion, "commands", **pose, payload=charge)


def _inserer(connexion: sqlite3.Connection, table: str, **valeurs: object) -> int:
    colonnes, places = ", ".join(valeurs), ", ".join("?" * len(valeurs))
    curseur = connexion.execute(f"INSERT INTO {table} ({colonnes}) VALUES ({places})", [*valeurs.values()])
    return curseur.lastrowid or 0


def _lister_etiquettes(grille: Grille) -> list[tuple[str, str]]:
    etiquettes = [(nommer(code)[:_CHEMIN], decrire(code)[:_DESCRIPTION]) for code in grille]
    return [*etiquettes, (LU_RIEN, _NON_THEMATIQUE)]


def _decrire_documents(corpus: Corpus) -> Iterator[str]:
    for document in corpus.documents.drop(columns="entretien").to_dict("records"):
        yield "\n".join(f"{nom}\u00a0: {valeur}" for nom, valeur in document.items() if valeur)


def _verifier(codages: pd.DataFrame, corpus: Corpus, grille: Grille) -> Iterator[Probleme]:
    for code in sorted(set(codages["code"]) - {RIEN, *grille.ids()}):
        yield Probleme("table codages", 0, "code inconnu", code, proposer(code, grille.ids()))
    for segment in sorted(set(codages["segment"])):
        try:
            if not corpus.extrait(segment).strip():
                yield Probleme("table codages", 0, "passage sans mots", segment)
        except KeyError:
            yield Probleme("table codages", 0, "entretien inconnu", segment)
        except ValueError as erreur:
            yield Probleme("table codages", 0, str(erreur))
    for entretien in corpus:
        if len(entretien.identifiant) > _NOM:
            remede = f"Taguette en permet {_NOM}\u00a0: raccourcissez-le"
            yield Probleme("table documents", 0, "identifiant trop long", entretien.identifiant, remede)
