"""Dire ce que git garde d'un document retiré, et comment l'en purger. Rien n'est jamais exécuté."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

__all__ = ["TRACES", "Traces", "chercher_dans_git"]

TRACES = ("chemin", "commits", "premier", "dernier")

_DELAI = 120
"""Secondes laissées à une commande git : l'histoire d'une étude se lit en moins d'une seconde, un disque réseau peut
être lent."""


@dataclass(frozen=True, eq=False)
class Traces:
    """Ce que git garde de fichiers effacés ou changés.

    Attributes
    ----------
    depot : Path or None
        La racine du dépôt ; rien si l'étude n'est pas dans git, ou si git manque.
    raison : str
        Pourquoi l'on ne sait rien de git, en une phrase ; vide sinon.
    commits : DataFrame
        ``chemin`` (depuis la racine du dépôt), ``commits`` (combien l'ont changé), ``premier``,
        ``dernier`` (abrégés).
    branches, etiquettes, distants : tuple of str
        Les branches et les étiquettes dont l'histoire contient l'un d'eux, et les noms des dépôts distants connus.
    """

    depot: Path | None
    raison: str
    commits: pd.DataFrame
    branches: tuple[str, ...]
    etiquettes: tuple[str, ...]
    distants: tuple[str, ...]

    def commandes(self) -> str:
        """Écrire comment purger l'histoire : des commandes à lire, à copier et à lancer soi-même.

        Returns
        -------
        str
            Les commandes et ce qu'elles ne peuvent faire, une étape par paragraphe ; vide si git ne garde rien.
        """
        if self.commits.empty:
            return ""
        etapes = [_avant(), _reecrire(self.commits["chemin"]), _nettoyer()]
        etapes += [_republier(self.distants), _ailleurs()]
        return "\n\n".join(f"{rang}. {etape}" for rang, etape in enumerate(etapes, start=1)) + "\n"


def _avant() -> str:
    return """\
Enregistrez d'abord le retrait lui-même, prévenez les personnes qui ont une copie, et travaillez sur un clone
   neuf (git filter-repo s'installe à part) :
     git add -A && git commit -m 'Retrait d’un document'
     git clone --no-local . ../etude-purgee && cd ../etude-purgee"""


def _reecrire(chemins: Iterable[str]) -> str:
    options = "".join(f" \\\n       --path {shlex.quote(chemin)}" for chemin in chemins)
    return f"""\
Effacez ces fichiers de toute l'histoire. Ceux qui servent encore (feuilles, enseignements, notebooks) en sortent
   aussi, car leurs anciennes versions contiennent la parole retirée : recopiez ensuite leur version d'aujourd'hui
   depuis l'étude, et enregistrez-la :
     git filter-repo --invert-paths{options}"""


def _nettoyer() -> str:
    return """\
Effacez ce que git garde de côté, vérifiez que l'histoire ne contient plus rien, puis effacez l'ancien dossier :
     git reflog expire --expire=now --all && git gc --prune=now --aggressive
     git log --all --oneline -- CHEMIN"""


def _republier(distants: tuple[str, ...]) -> str:
    if not distants:
        return "Aucun dépôt distant n'est connu ici : demandez s'il en existe un ailleurs, et remplacez-le aussi."
    pousses = "".join(
        f"\n     git push --force --all {nom} && git push --force --tags {nom}" for nom in map(shlex.quote, distants)
    )
    return f"""\
Remplacez l'histoire de chaque dépôt distant (git filter-repo oublie leur adresse, remettez-la par
   « git remote add ») :{pousses}
   Demandez à l'hébergeur de vider ses caches et les demandes de fusion, qui gardent les anciens commits."""


def _ailleurs() -> str:
    return """\
Ce qu'aucune commande ne fait : demandez à chaque collègue d'effacer sa copie et de cloner de nouveau (une fusion
   depuis une ancienne copie remettrait tout) ; effacez ou laissez expirer les sauvegardes, les dossiers synchronisés
   et les bifurcations (forks) ; demandez à Zenodo, à Software Heritage ou à toute archive de fermer les fichiers
   des versions déposées : le DOI, lui, reste."""


def chercher_dans_git(racine: Path, chemins: Iterable[Path]) -> Traces:
    """Chercher dans toute l'histoire git les fichiers d'un document retiré.

    Parameters
    ----------
    racine : Path
        Le dossier de l'étude.
    chemins : iterable of Path
        Les fichiers cherchés, qu'ils existent encore ou non : :attr:`ess_analyse.retrait.Retrait.chemins`.

    Returns
    -------
    Traces
        Ce que branches, étiquettes et copies locales des dépôts distants contiennent encore. Un fichier qui a changé de
        nom n'est cherché que sous son nom d'aujourd'hui.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     chercher_dans_git(Path(dossier), [Path(dossier, "E07.txt")]).commandes()
    ''
    """
    racine = Path(racine).absolute()
    vides = pd.DataFrame(columns=TRACES)
    try:
        haut = _git(racine, "rev-parse", "--show-toplevel")
    except FileNotFoundError:
        return Traces(None, "git n'est pas installé ici : s'il l'est ailleurs, cherchez-y", vides, (), (), ())
    except (subprocess.SubprocessError, OSError):
        return Traces(None, "cette étude n'est pas dans un dépôt git", vides, (), (), ())
    try:
        return _relever(Path(haut[0]), racine, sorted({Path(chemin).absolute() for chemin in chemins}))
    except (subprocess.SubprocessError, OSError):
        return Traces(Path(haut[0]), "l'histoire git n'a pu être lue : cherchez-y vous-même", vides, (), (), ())


def _relever(depot: Path, racine: Path, chemins: list[Path]) -> Traces:
    prefixe = "".join(_git(racine, "rev-parse", "--show-prefix"))
    lignes, gardes = [], []
    for chemin in chemins:
        if not chemin.is_relative_to(racine):
            continue
        nom = chemin.relative_to(racine).as_posix()
        if commits := _git(racine, "log", "--all", "--format=%h", "--", nom):
            lignes.append((prefixe + nom, len(commits), commits[-1], commits[0]))
            gardes.append(nom)
    noms: dict[str, list[str]] = {"heads": [], "remotes": [], "tags": []}
    for reference in _git(racine, "for-each-ref", "--format=%(refname)") if gardes else ():
        _, genre, nom = (*reference.split("/", 2), "")[:3]
        if genre in noms and _git(racine, "log", "-1", "--format=%h", reference, "--", *gardes):
            noms[genre].append(nom)
    distants = tuple(_git(racine, "remote"))
    branches = (*noms["heads"], *noms["remotes"])
    return Traces(depot, "", pd.DataFrame(lignes, columns=TRACES), branches, tuple(noms["tags"]), distants)


def _git(racine: Path, *arguments: str) -> list[str]:
    """Lancer git en lecture, sans interpréteur, sans que l'environnement ne désigne un autre dépôt."""
    environnement = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith("GIT_")}
    environnement |= {"GIT_LITERAL_PATHSPECS": "1", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    sortie = subprocess.run(
        ["git", "-C", str(racine), *arguments],
        capture_output=True,
        check=True,
        timeout=_DELAI,
        env=environnement,
        encoding="utf-8",
        errors="surrogateescape",
        stdin=subprocess.DEVNULL,
    )
    return sortie.stdout.splitlines()
