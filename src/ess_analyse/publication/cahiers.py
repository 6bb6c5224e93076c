"""Refuser dans un cahier ou une page ce qui trahit la machine, son utilisateur, ou ce que l'on croyait caché."""

from __future__ import annotations

import functools
import getpass
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ess_analyse.erreurs import ErreurDonnees, Probleme, relatif
from ess_analyse.publication.octets.textes import decoder_texte

__all__ = ["controler_page", "nommer_compte", "verifier_cahiers"]

_SORTIE = 1_000_000
"""Signes d'une sortie : au-delà, c'est une table entière qui a été affichée."""
_WIDGETS = "application/vnd.jupyter.widget"
_TRACE = re.compile(r"Traceback \(most recent call last\)")
_DOSSIER = r"[^\s\"'<>|:*?,;()\[\]{}/\\]+"
# A path begins a word: « https://site.org/home/ana » is an address, not a place on someone's machine.
_CHEMIN = re.compile(
    rf"(?<![\w./~\\-])(?:(?:/home|/Users)/{_DOSSIER}|/root(?=[/\s\"'<]|$)|/(?:private/)?(?:tmp|var/folders)/{_DOSSIER}"
    rf"|[A-Za-z]:[\\/]+(?:Users|Documents and Settings|Utilisateurs)[\\/]+{_DOSSIER})"
)
_FICHIER = re.compile(rf"file://+(?=(?:{_DOSSIER})?/)")
_INVITE = re.compile(r"(?<![\w.@-])[\w.-]{1,64}@[\w.-]{1,64}:[~/]")
_ANONYMES = frozenset({"root", "user", "admin", "runner", "ubuntu", "debian", "jovyan", "docker", "vscode"})
"""Des noms de compte que tant de machines ont qu'ils ne disent rien de personne."""
_RELATIF = "écrivez un chemin relatif à l'étude, puis relancez le cahier"
_REJOUER = "relancez le cahier de bout en bout, puis enregistrez-le"


def verifier_cahiers(dossier: Path) -> list[Probleme]:
    r"""Contrôler les cahiers Jupyter et les pages HTML d'un dossier.

    Parameters
    ----------
    dossier : Path
        Le site rendu, ou le dossier ``notebooks`` du projet ; les dossiers cachés ne sont pas lus.

    Returns
    -------
    list of Probleme
        État de widgets (il garde des données que la page ne montre pas), chemin de la machine, nom d'utilisateur, trace
        d'erreur, sortie démesurée ; avec le cahier, la cellule, la sortie et le remède. Le nom d'utilisateur n'y est
        jamais répété.

    Raises
    ------
    ErreurDonnees
        Si le dossier n'existe pas.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     _ = Path(dossier, "a.html").write_text("<pre>lu dans\n/home/ana/etude</pre>", encoding="utf-8")
    ...     problemes = verifier_cahiers(Path(dossier))
    >>> [(probleme.ligne, probleme.message) for probleme in problemes]
    [(2, 'un chemin de la machine se lit ici')]
    """
    dossier = Path(dossier)
    if not dossier.is_dir():
        raise ErreurDonnees([Probleme(relatif(dossier), 0, "dossier introuvable", remede="vérifiez son nom")])
    problemes = set()
    for chemin in sorted(dossier.rglob("*")):
        cache = any(partie.startswith(".") for partie in chemin.relative_to(dossier).parts)
        if chemin.suffix in (".ipynb", ".html", ".htm") and chemin.is_file() and not cache:
            problemes |= set(controler_page(relatif(chemin), chemin.read_bytes()))
    return sorted(problemes)


def controler_page(nom: str, octets: bytes) -> Iterator[Probleme]:
    """Contrôler un cahier ou une page.

    Parameters
    ----------
    nom : str
        Son chemin, montrable ; son extension dit ce que c'est. Rien n'est dit d'un autre fichier.
    octets : bytes
        Son contenu.

    Yields
    ------
    Probleme
        Ce qui ne doit pas être publié.
    """
    texte = decoder_texte(octets) or ""
    if nom.endswith(".ipynb"):
        yield from _cahier(nom, texte)
    elif nom.endswith((".html", ".htm")):
        if _WIDGETS in texte:
            ligne = texte.count("\n", 0, texte.index(_WIDGETS)) + 1
            yield Probleme(nom, ligne, "la page contient l'état d'un widget", remede=_sans_widget("le cahier"))
        yield from _trouver(nom, texte, _FICHIER, "l'adresse d'un fichier de la machine se lit ici", _RELATIF)
        # A page shows its text without its tags: a path may be coloured piece by piece.
        yield from _texte(nom, html.unescape(re.sub(r"<[^<>]*>", lambda b: "\n" * b[0].count("\n"), texte)))


def _cahier(nom: str, texte: str) -> Iterator[Probleme]:
    try:
        cahier = json.loads(texte)
        cellules = list(enumerate(cahier["cells"], start=1))
        if "widgets" in cahier.get("metadata", {}):
            remede = _sans_widget("les métadonnées du cahier")
            yield Probleme(nom, 0, "le cahier garde l'état de ses widgets", "metadata.widgets", remede)
        for rang, cellule in cellules:
            yield from _texte(f"{nom} (cellule {rang})", "".join(cellule["source"]))
            for numero, sortie in enumerate(cellule.get("outputs", ()), start=1):
                yield from _sortie(f"{nom} (cellule {rang}, sortie {numero})", sortie)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        yield Probleme(nom, 0, "ce n'est pas un cahier Jupyter", remede="ouvrez-le dans Jupyter et réenregistrez-le")


def _sortie(lieu: str, sortie: dict[str, Any]) -> Iterator[Probleme]:
    contenus = sortie.get("data", {}) | {"text": sortie.get("text", "")}
    if any(sorte.startswith(_WIDGETS) for sorte in contenus):
        yield Probleme(lieu, 0, "cette sortie est un widget", remede=_sans_widget("cette sortie"))
    if sortie.get("output_type") == "error":
        yield Probleme(lieu, 0, "cette sortie est une erreur", sortie.get("ename", ""), f"corrigez-la, {_REJOUER}")
    taille = sum(len(contenu if isinstance(contenu, str) else json.dumps(contenu)) for contenu in contenus.values())
    if taille > _SORTIE:
        remede = f"montrez-en un extrait ou un résumé (un million de signes au plus), {_REJOUER}"
        yield Probleme(lieu, 0, "cette sortie est démesurée", f"{taille} signes", remede)
    for contenu in contenus.values():
        texte = contenu if isinstance(contenu, str) else "".join(map(str, contenu))
        yield from _texte(lieu, texte, lignes=False)
        yield from _trouver(
            lieu, texte, _FICHIER, "l'adresse d'un fichier de la machine se lit ici", _RELATIF, lignes=False
        )


def _sans_widget(ou: str) -> str:
    return f"un widget garde des données que l'on ne voit pas : montrez une table ou une figure, et videz {ou}"


def _texte(lieu: str, texte: str, *, lignes: bool = True) -> Iterator[Probleme]:
    retirer = f"retirez-le, {_REJOUER}"
    for motif, message, remede in (
        (_CHEMIN, "un chemin de la machine se lit ici", _RELATIF),
        (_INVITE, "le nom d'un utilisateur de la machine se lit ici", retirer),
        (_motif_compte(), "le nom d'un utilisateur de la machine se lit ici", retirer),
        (_TRACE, "une trace d'erreur se lit ici", f"corrigez l'erreur, {_REJOUER}"),
    ):
        yield from _trouver(lieu, texte, motif, message, remede, lignes=lignes)


def _trouver(lieu, texte, motif: re.Pattern, message, remede, *, lignes: bool = True) -> Iterator[Probleme]:
    for trouve in motif.finditer(texte):
        yield Probleme(lieu, texte.count("\n", 0, trouve.start()) + 1 if lignes else 0, message, remede=remede)


def nommer_compte() -> str:
    """Rendre le nom du compte qui lance le programme ; vide si la machine n'en dit pas."""
    try:
        return getpass.getuser()
    # Without an account database nor a variable, there is no name to give away.
    except (KeyError, OSError, ImportError):
        return ""


@functools.cache
def _motif_compte() -> re.Pattern:
    """Composer ce qui retrouve le nom du compte, là seulement où une machine l'écrirait."""
    compte = nommer_compte()
    if not compte or compte.lower() in _ANONYMES:
        return re.compile(r"(?!)")
    nom = re.escape(compte)
    return re.compile(rf"(?<=[/\\]){nom}(?=[/\\])|(?<![\w.-]){nom}@")
