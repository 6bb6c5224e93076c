"""Empêcher que ce qui est personnel n'entre dans un dépôt git, où rien ne s'efface."""

from __future__ import annotations

import os
import re
import shlex
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme, relatif
from ess_analyse.fichiers import ecrire_octets
from ess_analyse.modele import verifier_colonnes
from ess_analyse.publication.noms import Releve, situer
from ess_analyse.publication.octets import Extrait, lire_tout
from ess_analyse.publication.octets.textes import decoder_texte
from ess_analyse.publication.reels import Noms

__all__ = ["poser_crochet", "verifier_depot"]

_INTERDITS = ("data/brut", "data/prive")
_COMMANDE = "publication depot"
_SIGNATURE = "# ess-analyse : crochet posé par le programme ; il peut être refait ou retiré sans rien perdre."
_CROCHET = """\
#!/bin/sh
{signature}
# Refuse d'enregistrer les transcriptions reçues, la clé, et tout texte où se lit un vrai nom.
for python in {pythons}; do
    if [ -x "$python" ]; then exec "$python" -m ess_analyse --etude {etude} {commande}; fi
done
if command -v ess-analyse >/dev/null 2>&1; then exec ess-analyse --etude {etude} {commande}; fi
echo "ess-analyse est introuvable : rien n'est enregistré tant que ce crochet ne peut pas contrôler." >&2
echo "Installez-le de nouveau, ou relancez la commande depuis l'environnement de l'étude." >&2
exit 1
"""
_PYTHONS = (".venv/bin/python", ".venv/Scripts/python.exe")
_RETIRER = "retirez-le de ce qui va être enregistré (« git rm --cached »), et gardez-le hors du dépôt"
_CORRIGER = "corrigez-le, puis « git add » de nouveau ; ou retirez-le (« git rm --cached »)"
_DELAI = 60
"""Secondes laissées à git pour répondre."""


def verifier_depot(
    racine: Path, *, fictif: bool, cle: pd.DataFrame | None = None, seulement_indexes: bool = True
) -> list[Probleme]:
    """Contrôler ce que git s'apprête à enregistrer.

    Sont refusés : ``data/brut`` et ``data/prive``, une clé (quel que soit le nom du fichier), un fichier chiffré
    ``.age``, tout fichier où se lit un nom de la clé, et ce qui ne peut pas être lu. C'est le contenu préparé
    (``git add``) qui est contrôlé, pas celui du dossier.

    Parameters
    ----------
    racine : Path
        Le dossier de l'étude ; il peut être une partie du dépôt.
    fictif : bool
        Vrai si l'étude est déclarée fictive : rien n'est alors refusé.
    cle : DataFrame, optional
        Colonne ``reel`` : les noms cherchés.
    seulement_indexes : bool
        Vrai : ce que le prochain enregistrement ajoute ou change. Faux : tout ce que le dépôt suit.

    Returns
    -------
    list of Probleme
        Un par fichier refusé et par nom lu, trié ; aucun ne répète un nom. Vide si tout peut être enregistré.

    Raises
    ------
    ErreurDonnees
        Si git n'est pas installé, ou si le dossier n'est pas dans un dépôt.

    Examples
    --------
    >>> verifier_depot(Path("."), fictif=True)
    []
    """
    if fictif:
        return []
    if cle is not None:
        verifier_colonnes(cle, ("reel",), "clé")
    sommet = _sommet(racine)
    noms = Noms(cle if cle is not None else pd.DataFrame({"reel": []}, dtype="str"))
    releve, problemes = Releve(noms), set()
    etude = _depuis(sommet, racine)
    for nom in _lister(sommet, seulement_indexes):
        montre = relatif(sommet / noms.masquer(nom))
        octets = _git(sommet, "show", f":0:{nom}", permis=True)
        if octets is None:
            # A submodule has no content of its own here; anything else that cannot be read cannot be let in.
            if not (sommet / nom).is_dir():
                problemes.add(Probleme(montre, 0, "git ne rend pas ce fichier", remede=_RETIRER))
        elif refus := _refuser(PurePosixPath(nom), octets, etude):
            problemes.add(Probleme(montre, 0, refus, remede=_RETIRER))
        else:
            for extrait in _extraits(nom, octets):
                problemes |= {replace(un, remede=_CORRIGER) for un in releve.relever(montre, extrait)}
                if extrait.defaut:
                    lieu = situer(montre, noms.masquer(extrait.lieu))
                    problemes.add(Probleme(lieu, 0, extrait.defaut, remede=_RETIRER))
    return sorted(problemes)


def _extraits(nom: str, octets: bytes) -> Iterator[Extrait]:
    yield Extrait(nom, nature="nom")
    yield from lire_tout(octets, nom)


def _refuser(nom: PurePosixPath, octets: bytes, etude: PurePosixPath) -> str:
    dans_etude = nom.relative_to(etude).as_posix().casefold() if nom.is_relative_to(etude) else ""
    # On Windows and macOS, « Data/Brut » is the same folder.
    if dossier := next((dossier for dossier in _INTERDITS if dans_etude.startswith(f"{dossier}/")), None):
        return f"rien de {dossier} n'entre dans le dépôt d'une étude réelle"
    if nom.suffix.casefold() == ".age":
        return "un fichier chiffré n'entre pas dans le dépôt d'une étude réelle"
    return "ce fichier est une clé : il dit qui est qui" if _est_cle(octets) else ""


def _est_cle(octets: bytes) -> bool:
    entete = (decoder_texte(octets[:4096]) or "").lstrip().split("\n", 1)[0]
    colonnes = [cellule.strip().strip("\"'").casefold() for cellule in re.split(r"[;,\t|]", entete)]
    return "pseudonyme" in colonnes and bool({"reel", "réel"} & set(colonnes))


def _lister(sommet: Path, seulement_indexes: bool) -> list[str]:
    if seulement_indexes:
        commande = ("diff", "--cached", "--name-only", "--no-renames", "--diff-filter=d", "--no-ext-diff", "-z")
    else:
        commande = ("ls-files", "--cached", "-z")
    return sorted({os.fsdecode(nom) for nom in _git(sommet, *commande).split(b"\0") if nom})


def _sommet(racine: Path) -> Path:
    # Inside a hook, git says where it is working in variables that would hide the folder asked about.
    ailleurs = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith("GIT_")}
    sommet = _git(Path(racine), "rev-parse", "--show-toplevel", permis=True, env=ailleurs)
    if sommet is None or not sommet.strip():
        remede = "lancez « git init » dans le dossier de l'étude, si vous voulez en garder l'historique"
        raise ErreurDonnees([Probleme(relatif(racine), 0, "ce dossier n'est pas dans un dépôt git", remede=remede)])
    return Path(os.fsdecode(sommet.rstrip(b"\r\n")))


def _depuis(sommet: Path, racine: Path) -> PurePosixPath:
    return PurePosixPath(Path(racine).resolve().relative_to(sommet.resolve()).as_posix())


def _git(dossier: Path, *arguments: str, permis: bool = False, env: dict[str, str] | None = None) -> bytes | None:
    """Lancer git, sans passer par un interpréteur de commandes ; rien si git refuse et que c'est permis."""
    try:
        fini = subprocess.run(
            ["git", *arguments], cwd=dossier, env=env, capture_output=True, timeout=_DELAI, check=False
        )
    except FileNotFoundError:
        absent = "dossier introuvable" if not Path(dossier).is_dir() else "git n'est pas installé"
        remede = "vérifiez son nom" if not Path(dossier).is_dir() else "installez-le, ou n'employez pas de dépôt"
        raise ErreurDonnees([Probleme(relatif(dossier), 0, absent, remede=remede)]) from None
    except subprocess.TimeoutExpired:
        raise ErreurDonnees([Probleme(relatif(dossier), 0, "git ne répond pas", remede="réessayez")]) from None
    if fini.returncode and not permis:
        raise ErreurDonnees(
            [
                Probleme(
                    relatif(dossier),
                    0,
                    "git refuse de lire ce dépôt",
                    remede="lancez « git status » pour savoir pourquoi",
                )
            ]
        )
    return None if fini.returncode else fini.stdout


def poser_crochet(racine: Path) -> Path:
    """Poser le crochet que git lance avant chaque enregistrement.

    Parameters
    ----------
    racine : Path
        Le dossier de l'étude ; il peut être une partie du dépôt.

    Returns
    -------
    Path
        Le crochet : ``.git/hooks/pre-commit``, ou là où le dépôt range les siens. Il appelle ``ess-analyse publication
        depot`` par le Python de l'environnement ; s'il ne trouve pas le programme, il refuse d'enregistrer. Reposé, il
        est refait ; un crochet qui n'est pas de nous n'est jamais touché, et suffit s'il contient déjà l'appel.

    Raises
    ------
    ErreurDonnees
        Si git n'est pas installé, si le dossier n'est pas dans un dépôt, ou si un autre crochet est déjà là : le
        remède donne la ligne à y ajouter.
    """
    sommet = _sommet(racine)
    dossier = sommet / os.fsdecode(_git(sommet, "rev-parse", "--git-path", "hooks").rstrip(b"\r\n"))
    crochet = dossier / "pre-commit"
    etude = shlex.quote(str(_depuis(sommet, racine)))
    if crochet.exists():
        existant = crochet.read_text(encoding="utf-8", errors="replace")
        if _SIGNATURE not in existant:
            return _accepter(crochet, existant, f"ess-analyse --etude {etude} {_COMMANDE} || exit 1")
    pythons = dict.fromkeys([sys.executable, *(str(Path(racine).resolve() / lieu) for lieu in _PYTHONS)])
    texte = _CROCHET.format(
        signature=_SIGNATURE,
        pythons=" ".join(shlex.quote(Path(python).as_posix()) for python in pythons if python),
        etude=etude,
        commande=_COMMANDE,
    )
    ecrire_octets(crochet, texte.encode("utf-8"))
    crochet.chmod(crochet.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return crochet


def _accepter(crochet: Path, existant: str, ligne: str) -> Path:
    if re.search(rf"^[^#\n]*\b{_COMMANDE}\b", existant, re.MULTILINE):
        return crochet
    raise ErreurDonnees(
        [
            Probleme(
                relatif(crochet),
                0,
                "un autre crochet est déjà là, il n'a pas été touché",
                remede=f"ajoutez-y cette ligne, avant toute autre qui finit le script : {ligne}",
            )
        ]
    )
