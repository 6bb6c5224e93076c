"""Appeler pandoc une fois par page changée, et jamais pour une page inchangée."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, NamedTuple

from ess_analyse.erreurs import ErreurDonnees, Probleme
from ess_analyse.fichiers import ecrire_texte

__all__ = ["Analyse", "Avertissement", "Pandoc"]

_ENTETE = 3
_AVERTIT = re.compile(r"^\[WARNING\] (?P<dit>.*(?:\n  .*)*)", re.MULTILINE)
_LIGNE = re.compile(r" ?at line (?P<ligne>\d+) column \d+| \(?line (?P<autre>\d+)\)?")
_CACHE = ".ess/rendu"


class Avertissement(NamedTuple):
    """Ce que pandoc a trouvé à redire ; ``rang`` est l'indice de la ligne, -1 s'il n'en dit rien."""

    texte: str
    rang: int


class Analyse(NamedTuple):
    """L'arbre JSON d'une page, les avertissements de pandoc, et l'empreinte de tout ce dont ils viennent."""

    arbre: dict[str, Any]
    avertissements: tuple[Avertissement, ...]
    cle: str


@dataclass
class Pandoc:
    """Un pandoc et son cache, rangé dans un dossier caché du projet.

    Parameters
    ----------
    racine : Path
        Le projet.

    Attributes
    ----------
    lances : list of str
        Les empreintes des pages pour lesquelles pandoc a été lancé.
    employes : set of str
        Celles de toutes les pages analysées.
    """

    racine: Path
    lances: list[str] = field(default_factory=list)
    employes: set[str] = field(default_factory=set)

    def __post_init__(self):
        import pypandoc

        self.programme = pypandoc.get_pandoc_path()
        filtre = files("ess_analyse.rendu") / "arbre.lua"
        self.identite = f"{pypandoc.get_pandoc_version()}{filtre.read_text(encoding='utf-8')}"

    def analyser(
        self, texte: str, meta: Mapping[str, Any], bibliographies: Sequence[Path] = (), csl: Path | None = None
    ) -> Analyse:
        """Analyser du Markdown de Quarto.

        Parameters
        ----------
        texte : str
            Le Markdown, sans en-tête.
        meta : mapping
            Ce que pandoc doit savoir de la page (``title``, ``lang``…) : du Markdown, lui aussi.
        bibliographies : sequence of Path
            Les références ; citeproc n'est appelé que s'il y en a.
        csl : Path, optional
            Le style de citation.

        Returns
        -------
        Analyse
            L'arbre, formules en MathML et code coloré compris.

        Raises
        ------
        ErreurDonnees
            Si pandoc échoue.
        """
        cle = self._cle(texte, meta, bibliographies, csl)
        self.employes.add(cle)
        fichier = self.racine / _CACHE / f"{cle}.json"
        if fichier.is_file():
            with contextlib.suppress(ValueError, KeyError):
                range_ = json.loads(fichier.read_text(encoding="utf-8"))
                return Analyse(range_["arbre"], tuple(Avertissement(*un) for un in range_["avertissements"]), cle)
        self.lances.append(cle)
        analyse = Analyse(*self._lancer(texte, meta, bibliographies, csl), cle)
        # A read-only project is still rendered: the cache only saves time.
        with contextlib.suppress(OSError):
            ecrire_texte(self.racine / ".ess/.gitignore", "*\n")
            ecrire_texte(fichier, json.dumps(analyse._asdict(), ensure_ascii=False))
        return analyse

    def nettoyer(self) -> None:
        """Retirer du cache ce que ce rendu n'a pas employé."""
        for fichier in (self.racine / _CACHE).glob("*.json"):
            if fichier.stem not in self.employes:
                with contextlib.suppress(OSError):
                    fichier.unlink()

    def _cle(self, texte: str, meta: Mapping[str, Any], bibliographies: Sequence[Path], csl: Path | None) -> str:
        annexes = [chemin.read_bytes() for chemin in (*bibliographies, *([csl] if csl else []))]
        parties = [
            self.identite.encode(),
            json.dumps(meta, sort_keys=True).encode(),
            texte.encode(),
            b"csl" if csl else b"",
            *annexes,
        ]
        empreinte = hashlib.sha256()
        for partie in parties:
            empreinte.update(len(partie).to_bytes(8, "big") + partie)
        return empreinte.hexdigest()[:32]

    def _lancer(
        self, texte: str, meta: Mapping[str, Any], bibliographies: Sequence[Path], csl: Path | None
    ) -> tuple[dict[str, Any], tuple[Avertissement, ...]]:
        # JSON is YAML; one line of it keeps pandoc's line numbers a constant away from ours.
        entree = f"---\n{json.dumps(dict(meta), ensure_ascii=False)}\n---\n{texte}"
        with as_file(files("ess_analyse.rendu") / "arbre.lua") as filtre:
            commande = [self.programme, "--from=markdown", "--to=json", f"--lua-filter={filtre}"]
            if bibliographies:
                commande += ["--citeproc", *(f"--bibliography={chemin}" for chemin in bibliographies)]
                commande += [f"--csl={csl}"] if csl else []
            fini = subprocess.run(commande, input=entree.encode(), capture_output=True, cwd=self.racine, check=False)
        dit = fini.stderr.decode("utf-8", "replace").replace("\r\n", "\n")
        if fini.returncode:
            raise ErreurDonnees(
                [
                    Probleme(
                        "pandoc",
                        0,
                        f"la page n'a pas pu être lue : {dit.strip()[:300]}",
                        remede="vérifiez la bibliographie, le style CSL et les blocs ouverts",
                    )
                ]
            )
        avertissements = tuple(self._avertissement(trouve["dit"]) for trouve in _AVERTIT.finditer(dit))
        return json.loads(fini.stdout), avertissements

    @staticmethod
    def _avertissement(dit: str) -> Avertissement:
        situe = _LIGNE.search(dit)
        rang = int(situe["ligne"] or situe["autre"]) - 1 - _ENTETE if situe else -1
        return Avertissement(" ".join(_LIGNE.sub("", dit, count=1).split()), rang)
