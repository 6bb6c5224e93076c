"""Ranger la clé hors de portée : où elle est, à qui elle s'ouvre, sous quelle phrase de passe."""

from __future__ import annotations

import os
import re
import secrets
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from ess_analyse.erreurs import ErreurDonnees, Probleme, relatif
from ess_analyse.etude import Etude
from ess_analyse.fichiers import ecrire_octets, ecrire_texte, lire_octets, lire_texte
from ess_analyse.reglages import lire_reglages

__all__ = [
    "PHRASE",
    "chercher_egaree",
    "chiffrer",
    "choisir_dossier",
    "dechiffrer",
    "ecrire_prive",
    "est_chiffree",
    "ouvrir_coffre",
    "sceller",
    "trouver_cle",
]

PHRASE = "ESS_ANALYSE_PHRASE"
"""La variable d'environnement où la phrase de passe est lue quand elle n'est pas donnée."""

_SIGNES_MIN = 12
"""Quatre mots courts les dépassent ; en deçà, une phrase se retrouve en essayant toutes les autres."""

_NOM, _SUFFIXE = "cle.csv", ".age"
_CLASSEURS = ("cle.xlsx", "cle.xls", "cle.ods")
"""Ce qu'un tableur écrit quand on n'a pas gardé le format CSV."""
_ENTETE_AGE = (b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----")
_IDENTIFIANT_VIDE = re.compile(r"^identifiant[ \t]*:[ \t]*(?:\"\"|'')", re.MULTILINE)


def trouver_cle(etude: Etude) -> Path | None:
    """Trouver la clé d'une étude.

    Parameters
    ----------
    etude : Etude
        L'étude.

    Returns
    -------
    Path or None
        ``data/prive/cle.csv``, sinon ``data/prive/cle.csv.age``, sinon la même, en clair puis chiffrée, dans le dossier
        de l'utilisateur ; rien si l'étude n'a pas encore de clé.

    Raises
    ------
    ErreurDonnees
        Si ``data/etude.yml`` est mal formé, et que la clé n'est pas dans ``data/prive`` ; si un classeur de tableur est
        là où la clé se range : ce qui y est décidé ne serait pas appliqué.

    Examples
    --------
    >>> trouver_cle(Etude(Path("etude-sans-cle"))) is None
    True
    """
    for dossier in _dossiers(etude):
        for classeur in (dossier / nom for nom in _CLASSEURS):
            if classeur.is_file():
                remede = f"enregistrez-le en CSV (point-virgule, UTF-8) sous le nom {_NOM}, puis retirez-le du dossier"
                raise _erreur(classeur, "clé dans un classeur de tableur, qui n'est pas lu", remede)
        for nom in (_NOM, _NOM + _SUFFIXE):
            if (chemin := dossier / nom).is_file():
                return chemin
    return None


def chercher_egaree(etude: Etude) -> list[Probleme]:
    """Dire si la clé d'une étude est restée sur un autre ordinateur.

    Parameters
    ----------
    etude : Etude
        L'étude.

    Returns
    -------
    list of Probleme
        Un problème si ``data/etude.yml`` dit sous quel nom la clé est rangée et qu'elle n'y est pas ; sinon rien, que
        l'étude ait sa clé ou n'en ait jamais eu.

    Raises
    ------
    ErreurDonnees
        Comme :func:`trouver_cle`.

    Examples
    --------
    >>> chercher_egaree(Etude(Path("etude-sans-cle")))
    []
    """
    if trouver_cle(etude) is not None or not (identifiant := lire_reglages(etude.reglages).identifiant):
        return []
    remede = (
        f"copiez-la de l'ordinateur qui l'a vers {_dossier_utilisateur(identifiant)} ; si elle est perdue ou n'a "
        f"jamais été faite, effacez la ligne « identifiant » de {relatif(etude.reglages)}"
    )
    return [Probleme(relatif(etude.reglages), 0, "la clé de cette étude n'est pas sur cet ordinateur", remede=remede)]


def choisir_dossier(etude: Etude, *, dans_l_etude: bool = False) -> Path:
    """Choisir, et créer, le dossier de la clé d'une étude neuve.

    Parameters
    ----------
    etude : Etude
        L'étude. Si elle n'a pas d'identifiant, il en est tiré un au hasard, ajouté à ``data/etude.yml``.
    dans_l_etude : bool
        Ranger la clé dans ``data/prive`` plutôt que dans le dossier de l'utilisateur, hors de tout dépôt.

    Returns
    -------
    Path
        Le dossier ; sous Linux et macOS, personne d'autre n'y entre.

    Raises
    ------
    ErreurDonnees
        Si ``data/etude.yml`` est mal formé, ou si le dossier ne peut être créé.
    """
    if dans_l_etude:
        dossier = etude.cle.parent
    else:
        identifiant = lire_reglages(etude.reglages).identifiant or _inscrire_identifiant(etude.reglages)
        dossier = _dossier_utilisateur(identifiant)
    try:
        dossier.mkdir(parents=True, exist_ok=True)
        dossier.chmod(0o700)
    except OSError:
        raise _erreur(dossier, "dossier impossible à créer", "vérifiez vos droits et la place libre") from None
    return dossier


def chiffrer(chemin: Path, phrase: str) -> Path:
    """Chiffrer la clé sous une phrase de passe, au format age, et effacer la clé en clair.

    Parameters
    ----------
    chemin : Path
        La clé en clair.
    phrase : str
        Au moins 12 signes. Elle n'est gardée nulle part : perdue, la clé l'est aussi.

    Returns
    -------
    Path
        ``cle.csv.age``, que l'outil ``age`` ouvre aussi (``age -d``). La clé en clair n'est effacée qu'une fois relue
        de ce fichier ; un disque ou une sauvegarde peut en garder la trace.

    Raises
    ------
    ErreurDonnees
        Phrase trop courte, clé absente ou déjà chiffrée, ou si une clé chiffrée est déjà là.
    """
    chemin = Path(chemin)
    if est_chiffree(chemin):
        raise _erreur(chemin, "cette clé est déjà chiffrée", "rien à faire")
    clair, cible = lire_octets(chemin), chemin.with_name(chemin.name + _SUFFIXE)
    if cible.exists():
        remede = "gardez la plus récente des deux, et déplacez l'autre hors de ce dossier"
        raise _erreur(cible, "une clé chiffrée est déjà à côté de la clé en clair", remede)
    ecrire_prive(cible, sceller(cible, clair, phrase))
    if ouvrir_coffre(cible, phrase) != clair:
        cible.unlink()
        raise _erreur(cible, "la clé chiffrée ne se relit pas", "la clé en clair est intacte : recommencez")
    _effacer(chemin)
    return cible


def dechiffrer(chemin: Path, phrase: str) -> Path:
    """Remettre la clé en clair, et effacer la clé chiffrée.

    Parameters
    ----------
    chemin : Path
        ``cle.csv.age``.
    phrase : str
        La phrase sous laquelle elle a été chiffrée.

    Returns
    -------
    Path
        ``cle.csv``, que son propriétaire seul peut lire.

    Raises
    ------
    ErreurDonnees
        Phrase fausse, fichier abîmé, ou si une clé en clair est déjà là.
    """
    chemin = Path(chemin)
    if not est_chiffree(chemin):
        raise _erreur(chemin, "cette clé n'est pas chiffrée", "rien à faire")
    cible = chemin.with_suffix("")
    if cible.exists():
        remede = "gardez la plus récente des deux, et déplacez l'autre hors de ce dossier"
        raise _erreur(cible, "une clé en clair est déjà à côté de la clé chiffrée", remede)
    ecrire_prive(cible, ouvrir_coffre(chemin, phrase))
    _effacer(chemin)
    return cible


def ouvrir_coffre(chemin: Path, phrase: str | None = None) -> bytes:
    """Déchiffrer un fichier en mémoire, sans rien écrire.

    Parameters
    ----------
    chemin : Path
        Un fichier au format age, chiffré sous une phrase de passe.
    phrase : str, optional
        Par défaut, la variable d'environnement ``ESS_ANALYSE_PHRASE``.

    Returns
    -------
    bytes
        Le contenu.

    Raises
    ------
    ErreurDonnees
        Phrase absente ou fausse, fichier qui n'est pas au format age, ou abîmé.
    """
    import pyrage

    phrase = phrase or os.environ.get(PHRASE, "")
    if not phrase:
        remede = f"donnez sa phrase de passe, ou posez-la dans la variable {PHRASE}"
        raise _erreur(chemin, "cette clé est chiffrée", remede)
    scelle = lire_octets(chemin)
    if not scelle.startswith(_ENTETE_AGE):
        raise _erreur(chemin, "ce fichier n'est pas une clé chiffrée", "remplacez-le par votre dernière sauvegarde")
    try:
        return pyrage.passphrase.decrypt(scelle, _normaliser(phrase))
    except pyrage.DecryptError as erreur:
        # age says so when the phrase does not open the header; anything else is a damaged or foreign file.
        if "Decryption failed" in str(erreur):
            remede = "vérifiez majuscules, accents et clavier ; sans elle, personne ne peut ouvrir cette clé"
            raise _erreur(chemin, "phrase de passe fausse", remede) from None
        remede = "remplacez-le par votre dernière sauvegarde"
        raise _erreur(chemin, "fichier chiffré abîmé, ou chiffré autrement que par une phrase", remede) from None


def sceller(chemin: Path, clair: bytes, phrase: str) -> bytes:
    """Chiffrer des octets sous une phrase de passe ; ``chemin`` n'est là que pour les messages.

    Raises
    ------
    ErreurDonnees
        Si la phrase est trop courte.
    """
    import pyrage

    phrase = _normaliser(phrase)
    if len(phrase.strip()) < _SIGNES_MIN:
        remede = f"au moins {_SIGNES_MIN} signes : quatre ou cinq mots sans rapport entre eux, faciles à retenir"
        raise _erreur(chemin, "phrase de passe trop courte", remede)
    return pyrage.passphrase.encrypt(clair, phrase)


def ecrire_prive(chemin: Path, octets: bytes) -> bool:
    """Écrire un fichier que son propriétaire seul peut lire, dès le premier octet ; dire si le contenu a changé.

    Raises
    ------
    ErreurDonnees
        Si l'écriture est impossible.
    """
    chemin = Path(chemin)
    neuf = not chemin.exists()
    try:
        chemin.parent.mkdir(parents=True, exist_ok=True)
        if neuf:
            chemin.touch(mode=0o600)
        chemin.chmod(0o600)
    except OSError:
        raise _erreur(chemin, "écriture impossible", "vérifiez vos droits et la place libre") from None
    try:
        # An existing file keeps its mode when it is replaced.
        return ecrire_octets(chemin, octets)
    except ErreurDonnees:
        if neuf:
            chemin.unlink(missing_ok=True)
        raise


def est_chiffree(chemin: Path) -> bool:
    """Dire si un fichier est une clé chiffrée, à son nom.

    Examples
    --------
    >>> est_chiffree(Path("cle.csv.age")), est_chiffree(Path("cle.csv"))
    (True, False)
    """
    return Path(chemin).suffix == _SUFFIXE


def _dossiers(etude: Etude) -> Iterator[Path]:
    yield etude.cle.parent
    if identifiant := lire_reglages(etude.reglages).identifiant:
        yield _dossier_utilisateur(identifiant)


def _dossier_utilisateur(identifiant: str) -> Path:
    import platformdirs

    return platformdirs.user_data_path("ess-analyse", appauthor=False) / "etudes" / identifiant


def _inscrire_identifiant(reglages: Path) -> str:
    identifiant = f"etude-{secrets.token_hex(4)}"
    ligne = f"identifiant: {identifiant}"
    texte = lire_texte(reglages) if reglages.is_file() else ""
    if _IDENTIFIANT_VIDE.search(texte):
        texte = _IDENTIFIANT_VIDE.sub(ligne, texte)
    else:
        raison = (
            "# Le dossier de la clé, dans les données de l'utilisateur, porte ce nom ; il ne dit rien de l'étude.\n"
        )
        texte = texte + "\n" * (bool(texte) and not texte.endswith("\n")) + raison + ligne + "\n"
    ecrire_texte(reglages, texte)
    return identifiant


def _effacer(chemin: Path) -> None:
    try:
        chemin.unlink()
    except OSError:
        remede = "fermez-la dans le tableur, puis effacez-la vous-même : la nouvelle est à côté, entière"
        raise _erreur(chemin, "l'ancienne clé ne peut être effacée", remede) from None


def _normaliser(phrase: str) -> str:
    # The same phrase typed on two systems may be coded in two ways.
    return unicodedata.normalize("NFC", phrase)


def _erreur(chemin: Path, message: str, remede: str) -> ErreurDonnees:
    return ErreurDonnees([Probleme(relatif(chemin), 0, message, remede=remede)])
