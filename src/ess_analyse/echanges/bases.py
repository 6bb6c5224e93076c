"""Lire une base SQLite venue d'ailleurs sans lui faire confiance."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ess_analyse.erreurs import ErreurDonnees, Probleme, relatif

if TYPE_CHECKING:
    import sqlite3

__all__ = ["Base", "demesure", "est_base", "ouvrir_base"]

_ENTETE = b"SQLite format 3\0"
_PAGE = slice(16, 18)
"""Où l'en-tête dit la taille d'une page."""
_PLAFOND = 256 * 1024 * 1024
"""Octets d'une base : elle tient des textes, un millier d'entretiens d'une heure en font cent millions."""
_CELLULE = 32 * 1024 * 1024
"""Octets d'une cellule : mille fois un entretien d'une heure."""
_LIGNES = 2_000_000
"""Lignes lues en tout : un projet de mille entretiens en a quelques centaines de milliers."""
_SIGNES = 64 * 1024 * 1024
"""Signes lus en tout."""
_DELAI = 60.0
"""Secondes qu'une requête peut prendre : la plus longue en prend moins d'une ; ce qui ne finit pas est un piège."""
_PAS = 1000
"""Instructions de SQLite entre deux regards à l'heure."""
_VOISINS = ("-wal", "-journal")
"""Ce que SQLite laisse à côté d'une base ouverte, ou mal fermée ; ``immutable`` ne le lirait pas."""
_SUSPECT = "vérifiez d'où il vient, il n'a pas été lu"
_REPARER = "ouvrez-le dans le logiciel qui l'a fait et enregistrez-en une copie"
_DEMESURE, _ABIME = "projet démesuré", "projet tronqué ou abîmé"
_REGLAGES = ("trusted_schema=OFF", "ignore_check_constraints=ON", "cell_size_check=ON", "mmap_size=0", "query_only=ON")
_REFUS = {
    "SQLITE_TOOBIG": (_DEMESURE, _SUSPECT),
    "SQLITE_INTERRUPT": ("projet dont la lecture ne finit pas", _SUSPECT),
}


class _Minuterie:
    """Ce qui arrête une requête trop longue."""

    def __init__(self):
        self.lancer()

    def lancer(self) -> None:
        self._fin = time.monotonic() + _DELAI

    def sonner(self) -> bool:
        return time.monotonic() > self._fin


class Base:
    """Une base ouverte en lecture seule, dont seules les tables demandées sont lues.

    Parameters
    ----------
    connexion : sqlite3.Connection
        Déjà bridée.
    nom : str
        Le fichier, pour les messages.
    tables : mapping of str to frozenset of str
        Ses vraies tables (ni vues, ni tables virtuelles), chacune avec ses vraies colonnes (aucune n'est calculée).
    minuterie
        Ce qui arrête une requête trop longue.
    """

    def __init__(
        self, connexion: sqlite3.Connection, nom: str, tables: Mapping[str, frozenset[str]], minuterie: _Minuterie
    ):
        self.nom = nom
        self._connexion, self._tables, self._minuterie = connexion, tables, minuterie
        self._lignes = self._signes = 0

    def lire(
        self,
        table: str,
        colonnes: Mapping[str, type],
        facultatives: Mapping[str, type] | None = None,
        *,
        exigee: bool = True,
    ) -> list[dict[str, Any]]:
        """Lire des colonnes d'une table, leurs types vérifiés.

        Parameters
        ----------
        table : str
            Son nom.
        colonnes : mapping of str to type
            Les colonnes exigées : ``int`` ou ``str``, jamais vides.
        facultatives : mapping of str to type, optional
            Les colonnes qui peuvent manquer ou être vides : elles valent alors ``""`` ou ``None``.
        exigee : bool
            Faux si la table peut manquer.

        Returns
        -------
        list of dict
            Une ligne par élément.

        Raises
        ------
        ErreurDonnees
            Table ou colonne absente, valeur d'un autre type, table démesurée.
        """
        if table not in self._tables:
            if exigee:
                raise _refuser(self.nom, "ce n'est pas le projet attendu : une table manque", table, _REPARER)
            return []
        types, presentes = {**colonnes, **(facultatives or {})}, self._tables[table]
        if manquantes := [f"{table}.{colonne}" for colonne in colonnes if colonne not in presentes]:
            message = "ce n'est pas le projet attendu : une colonne manque"
            raise _refuser(self.nom, message, manquantes[0], _REPARER)
        lues = [colonne for colonne in types if colonne in presentes]
        vide = {colonne: _rien(genre) for colonne, genre in types.items()}
        choix = ", ".join(f'"{colonne}"' for colonne in lues)
        self._minuterie.lancer()
        lignes = []
        for valeurs in self._connexion.execute(f'SELECT {choix} FROM "{table}"'):
            self._peser(valeurs)
            remplies = {c: v for c, v in zip(lues, valeurs, strict=True) if v is not None or c in colonnes}
            for colonne, valeur in remplies.items():
                if not isinstance(valeur, types[colonne]):
                    raise _refuser(self.nom, "valeur d'un type inattendu", f"{table}.{colonne}", _REPARER)
            lignes.append(vide | remplies)
        return lignes

    def _peser(self, valeurs: tuple[Any, ...]) -> None:
        self._lignes += 1
        self._signes += sum(len(valeur) for valeur in valeurs if isinstance(valeur, str | bytes))
        if self._lignes > _LIGNES or self._signes > _SIGNES:
            raise demesure(self.nom)


def demesure(fichier: str) -> ErreurDonnees:
    """Composer le refus d'un projet trop grand pour être vrai.

    Parameters
    ----------
    fichier : str
        Son nom.

    Returns
    -------
    ErreurDonnees
        L'erreur à lever.

    Examples
    --------
    >>> raise demesure("etude.sqlite3")
    Traceback (most recent call last):
    ess_analyse.erreurs.ErreurDonnees: etude.sqlite3 : projet démesuré. Vérifiez d'où il vient, il n'a pas été lu.
    """
    return _refuser(fichier, _DEMESURE)


def est_base(chemin: Path) -> bool:
    """Dire si un fichier est une base SQLite.

    Parameters
    ----------
    chemin : Path
        Le fichier.

    Returns
    -------
    bool
        Vrai s'il en a l'en-tête ; faux aussi s'il manque ou ne peut être lu.

    Examples
    --------
    >>> est_base(Path("absent.sqlite3"))
    False
    """
    try:
        with Path(chemin).open("rb") as fichier:
            return fichier.read(len(_ENTETE)) == _ENTETE
    except OSError:
        return False


@contextmanager
def ouvrir_base(chemin: Path) -> Iterator[Base]:
    """Ouvrir une base SQLite sans exécuter quoi que ce soit de ce qu'elle contient.

    Lecture seule et figée, schéma sans confiance, aucune fonction, vue ni table virtuelle, cellules, lignes et
    instructions comptées, structure vérifiée d'abord : une base abîmée rendrait moins de lignes sans le dire. Source
    des réglages : SQLite, *Defense Against The Dark Arts* (sqlite.org/security.html).

    Parameters
    ----------
    chemin : Path
        Le fichier.

    Yields
    ------
    Base
        La base ; rien n'en est lu avant qu'on le demande.

    Raises
    ------
    ErreurDonnees
        Fichier absent, qui n'est pas une base, abîmé, démesuré, encore ouvert ailleurs, ou piégé.

    Examples
    --------
    >>> with ouvrir_base(Path("absent.sqlite3")): pass
    Traceback (most recent call last):
    ess_analyse.erreurs.ErreurDonnees: absent.sqlite3 : fichier introuvable. Vérifiez son nom et son dossier.
    """
    import sqlite3

    chemin, nom = Path(chemin), relatif(chemin)
    _verifier_fichier(chemin, nom)
    try:
        uri = f"{chemin.resolve().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as connexion:
            minuterie = _Minuterie()
            yield Base(connexion, nom, _brider(connexion, minuterie), minuterie)
    # Python fails so on a message of SQLite that quotes a damaged name.
    except (sqlite3.Error, UnicodeDecodeError) as erreur:
        refus = _REFUS.get(getattr(erreur, "sqlite_errorname", ""), (_ABIME, _REPARER))
        raise _refuser(nom, refus[0], remede=refus[1]) from None


def _verifier_fichier(chemin: Path, nom: str) -> None:
    if not chemin.is_file():
        raise _refuser(nom, "fichier introuvable", remede="vérifiez son nom et son dossier")
    if not est_base(chemin):
        message = "ce n'est pas une base SQLite, ou elle est chiffrée ou illisible"
        raise _refuser(nom, message, remede="donnez le fichier du projet, tel que son logiciel l'enregistre")
    taille = chemin.stat().st_size
    if taille > _PLAFOND:
        raise demesure(nom)
    with chemin.open("rb") as fichier:
        page = int.from_bytes(fichier.read(_PAGE.stop)[_PAGE], "big")
    # 65536 does not fit in two bytes: SQLite writes 1. It reads a last page cut short as if zeros ended it.
    if not page or taille % (65536 if page == 1 else page):
        raise _refuser(nom, _ABIME, remede=_REPARER)
    for suffixe in _VOISINS:
        voisin = chemin.with_name(chemin.name + suffixe)
        if voisin.is_file() and voisin.stat().st_size:
            message = "le projet est encore ouvert, ou a été mal fermé"
            remede = "fermez-le dans le logiciel qui l'a fait, ou enregistrez-en une copie, puis recommencez"
            raise _refuser(nom, message, voisin.name, remede)


def _brider(connexion: sqlite3.Connection, minuterie: _Minuterie) -> dict[str, frozenset[str]]:
    """Interdire tout ce qui n'est pas lire une vraie table, et rendre celles-ci."""
    import sqlite3

    connexion.set_progress_handler(minuterie.sonner, _PAS)
    connexion.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _CELLULE)
    connexion.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    for reglage in _REGLAGES:
        connexion.execute(f"PRAGMA {reglage}")
    if connexion.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise sqlite3.DatabaseError
    # A virtual table calls itself a table, but owns no page.
    vraies = "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"
    tables = {}
    for (table,) in connexion.execute(vraies).fetchall():
        colonnes = connexion.execute("SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0", [table])
        tables[table] = frozenset(nom for (nom,) in colonnes)

    def autoriser(action: int, objet: str | None, *_: str | None) -> int:
        lit = action == sqlite3.SQLITE_READ and objet in tables
        return sqlite3.SQLITE_OK if lit or action == sqlite3.SQLITE_SELECT else sqlite3.SQLITE_DENY

    connexion.set_authorizer(autoriser)
    return tables


def _rien(genre: type) -> str | None:
    return "" if genre is str else None


def _refuser(nom: str, message: str, valeur: str = "", remede: str = _SUSPECT) -> ErreurDonnees:
    return ErreurDonnees([Probleme(nom, 0, message, valeur, remede)])
