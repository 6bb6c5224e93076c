"""Réexécuter les notebooks dont une entrée a changé, et eux seuls."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path

import click

from ess_analyse.cache import Magasin, empreindre, empreindre_arbre, ouvrir_magasin
from ess_analyse.cli.affichage import dire, progresser
from ess_analyse.cli.etape import etape
from ess_analyse.cli.jalons import empreindre_entrees, force, interruptible
from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, proposer, relatif
from ess_analyse.etude import Etude
from ess_analyse.fichiers import ecrire_texte

__all__ = ["executer", "notebooks"]

_SORTE = "notebooks"
_TEMOIN = Path(__file__).with_name("temoin.py")


@click.command()
@click.argument("cahiers", nargs=-1, metavar="[01_corpus.ipynb]…")
@force
@etape
def notebooks(etude: Etude, cahiers: tuple[str, ...], force: bool) -> None:
    """Réexécuter sur place les notebooks dont une entrée a changé.

    Sont des entrées : le notebook lui-même, les fichiers de l'étude qu'il a lus la dernière fois, les noms de tous ceux
    de data/, le programme et ses versions. Un notebook qui échoue garde ses sorties d'avant.
    """
    choisis = _choisir(etude, cahiers)
    magasin = ouvrir_magasin(etude.racine)
    perimes = [chemin for chemin in choisis if force or not _est_a_jour(etude, magasin, chemin)]
    with (
        interruptible("Les notebooks déjà exécutés sont gardés : relancez « ess-analyse notebooks » pour finir."),
        progresser("Notebooks", len(perimes)) as avancer,
    ):
        for chemin in perimes:
            avant = empreindre_arbre(etude.racine, [etude.data])
            lus = executer(chemin, etude.racine)
            # What a person changed meanwhile may have been read before, or after.
            if empreindre_arbre(etude.racine, [etude.data]) == avant:
                _noter(etude, magasin, chemin, lus)
            avancer(1)
            dire(f"{relatif(chemin)} : exécuté.")
    for chemin in choisis:
        if chemin not in perimes:
            dire(f"{relatif(chemin)} : déjà à jour, rien de ce qu'il lit n'a changé.")


def executer(chemin: Path, racine: Path) -> list[str]:
    """Exécuter un notebook sur place, et dire ce qu'il a lu de l'étude.

    Ni l'heure, ni les versions ne sont gardées : deux exécutions donnent les mêmes octets.

    Parameters
    ----------
    chemin : Path
        Le notebook.
    racine : Path
        Le dossier de l'étude.

    Returns
    -------
    list of str
        Des noms relatifs à ``racine``, triés.

    Raises
    ------
    ErreurDonnees
        Si une cellule échoue, si le noyau manque ou s'arrête, si le fichier n'est pas un notebook, ou si quelqu'un l'a
        enregistré pendant ce temps ; il n'est alors pas changé.
    """
    from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, NoSuchKernel
    from nbclient.exceptions import CellExecutionError
    from nbconvert.exporters import NotebookExporter
    from nbformat.reader import NotJSONError
    from nbformat.validator import NotebookValidationError
    from traitlets.config import Config

    with tempfile.TemporaryDirectory() as dossier:
        journal = Path(dossier) / "lectures.txt"
        appel = f"__import__('runpy').run_path({str(_TEMOIN)!r})['surveiller']({str(racine)!r}, {str(journal)!r})"
        reglages = {
            "ExecutePreprocessor": {
                "enabled": True,
                "record_timing": False,
                "extra_arguments": [f"--IPKernelApp.exec_lines={appel}", "--IPKernelApp.log_level=ERROR"],
            },
            "ClearMetadataPreprocessor": {
                "enabled": True,
                "preserve_nb_metadata_mask": {"kernelspec", ("language_info", "name")},
            },
        }
        avant = chemin.read_bytes()
        try:
            texte, _ = NotebookExporter(config=Config(reglages)).from_filename(
                str(chemin), resources={"metadata": {"path": str(chemin.parent)}}
            )
        except CellExecutionError as echec:
            remede = "ouvrez-le, corrigez la cellule, puis relancez"
            dit = f"une cellule échoue : {echec.ename} : {echec.evalue}"
            raise ErreurDonnees([Probleme(relatif(chemin), 0, dit[:300], remede=remede)]) from None
        except NoSuchKernel as echec:
            remede = f"ouvrez-le dans JupyterLab, choisissez le noyau « {NATIVE_KERNEL_NAME} », enregistrez, relancez"
            raise ErreurDonnees([Probleme(relatif(chemin), 0, "noyau absent d'ici", echec.name, remede)]) from None
        # A kernel that dies, at its start or in a cell.
        except RuntimeError:
            remede = "la mémoire a pu manquer : fermez d'autres programmes, puis relancez"
            raise ErreurDonnees([Probleme(relatif(chemin), 0, "le noyau s'est arrêté", remede=remede)]) from None
        except (NotJSONError, NotebookValidationError, UnicodeDecodeError):
            remede = "rouvrez-le dans JupyterLab, ou reprenez-le de git"
            raise ErreurDonnees([Probleme(relatif(chemin), 0, "ce n'est pas un notebook", remede=remede)]) from None
        if not chemin.is_file() or chemin.read_bytes() != avant:
            remede = "ce qui y a été enregistré est gardé : fermez-le, puis relancez"
            raise ErreurDonnees([Probleme(relatif(chemin), 0, "changé pendant son exécution", remede=remede)])
        ecrire_texte(chemin, texte.rstrip("\n") + "\n")
        return sorted(set(journal.read_text(encoding="utf-8").splitlines()))


def _choisir(etude: Etude, noms: Iterable[str]) -> list[Path]:
    tous = {chemin.name: chemin for chemin in sorted(etude.notebooks.glob("*.ipynb"))}
    voulus = [Path(nom).name for nom in noms]
    lever(
        Probleme(relatif(etude.notebooks), 0, "notebook inconnu", nom, proposer(nom, tous))
        for nom in voulus
        if nom not in tous
    )
    return [tous[nom] for nom in voulus] if voulus else list(tous.values())


def _est_a_jour(etude: Etude, magasin: Magasin, chemin: Path) -> bool:
    octets = magasin.prendre(_SORTE, chemin.name)
    if octets is None:
        return False
    garde = json.loads(octets)
    return garde.get("entrees") == _empreindre(etude, chemin, garde.get("lus", []))


def _noter(etude: Etude, magasin: Magasin, chemin: Path, lus: list[str]) -> None:
    contenu = {"lus": lus, "entrees": _empreindre(etude, chemin, lus)}
    magasin.ranger(_SORTE, chemin.name, json.dumps(contenu).encode())


def _empreindre(etude: Etude, chemin: Path, lus: Iterable[str]) -> str:
    """Rendre l'empreinte d'un notebook exécuté et de ce dont ses sorties dépendent."""
    fichiers = [etude.racine / nom for nom in lus if (etude.racine / nom).is_file() and not _est_cache(nom)]
    # A file that appears may be read though no one of those read before has changed.
    noms = sorted(petit.relative_to(etude.racine).as_posix() for petit in etude.data.rglob("*"))
    return empreindre_entrees(etude, [*fichiers, chemin], empreindre(noms))


def _est_cache(nom: str) -> bool:
    return any(partie.startswith(".") or partie == "__pycache__" for partie in Path(nom).parts)
