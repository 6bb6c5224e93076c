"""Lire les enseignements et les fiches, et vérifier que rien n'y est affirmé sans preuve."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import ClassVar

import pandas as pd

from ess_analyse.enseignements.citations import citations
from ess_analyse.enseignements.entetes import Page, lire_pages
from ess_analyse.enseignements.objets import Enseignement, Fiche
from ess_analyse.enseignements.preuves import Reperes, lire_preuves, verifier_preuves
from ess_analyse.erreurs import Probleme, lever, proposer
from ess_analyse.grille import Grille
from ess_analyse.modele import Corpus, Place

__all__ = ["lire_enseignements", "lire_fiches"]

_SECTION = re.compile(r"^##[ \t]+(?P<titre>.+?)[ \t]*(?:\{[^}\n]*\})?[ \t]*$", re.MULTILINE)
_RESUME = "en résumé"
_CITEZ = "citez au moins une parole du corpus"


@dataclass(frozen=True)
class _EnTeteEnseignement:
    numero: int
    titre: str
    resume: str
    codes: tuple[str, ...]
    fiches: tuple[str, ...]
    solutions: tuple[str, ...]
    contre: tuple[str, ...]

    __pydantic_config__: ClassVar = {"extra": "forbid"}
    citent: ClassVar = ("resume", "solutions")


@dataclass(frozen=True)
class _EnTeteFiche:
    numero: str
    titre: str
    temps: str
    lieu: str
    acteurs: tuple[str, ...]
    actions: tuple[str, ...]
    consequences: tuple[str, ...]
    causes: tuple[str, ...]
    agir: tuple[str, ...]
    codes: tuple[str, ...]

    __pydantic_config__: ClassVar = {"extra": "forbid"}
    citent: ClassVar = ("temps", "lieu", "acteurs", "actions", "consequences", "causes", "agir")


def lire_enseignements(
    dossier: Path, corpus: Corpus, segments: pd.DataFrame, grille: Grille, *, fiches: Path | None = None
) -> tuple[Enseignement, ...]:
    """Lire les enseignements d'une étude.

    Parameters
    ----------
    dossier : Path
        Un fichier ``<numero>-<titre-court>.md`` par enseignement : en-tête YAML (``numero, titre, resume, codes,
        fiches, solutions, contre`` ; les trois dernières listes peuvent être vides), puis des sections ``## `` dont
        chacune cite au moins une preuve (``[@E03:1204-1290]``), la dernière étant ``## En résumé``.
    corpus : Corpus
        Les textes et la diffusion des documents.
    segments : DataFrame
        Les segments du corpus : une preuve en est un, ou plusieurs qui se suivent dans un même tour.
    grille : Grille
        Les codes permis.
    fiches : Path, optional
        Le dossier des fiches ; par défaut ``fiches`` à côté de ``dossier``.

    Returns
    -------
    tuple of Enseignement
        Par numéro.

    Raises
    ------
    ErreurDonnees
        Tous les problèmes de tous les fichiers : en-tête, codes et fiches inconnus, preuves mal écrites, mal placées,
        restreintes ou prises à qui enquête, paroles retapées, sections sans preuve, parole contraire déjà preuve.
    """
    pages, problemes = lire_pages(dossier)
    reperes = Reperes.depuis(segments, corpus)
    connues = sorted(chemin.stem for chemin in Path(fiches or Path(dossier).parent / "fiches").glob("F*.md"))
    lus = []
    for page in pages:
        entete, ecarts = page.verifier_forme(_EnTeteEnseignement, ("codes",))
        preuves = lire_preuves(page, _EnTeteEnseignement.citent)
        problemes += [
            *ecarts,
            *page.verifier_codes(grille),
            *_verifier_nom(page),
            *_verifier_sections(page),
            *verifier_preuves(page, _EnTeteEnseignement.citent, reperes),
            *_verifier_contre(page, preuves, reperes),
        ]
        problemes += [
            page.probleme(place, "fiche inexistante", fiche, proposer(fiche, connues) or f"écrivez {fiche}.md")
            for place, fiche in page.liste("fiches")
            if fiche and fiche not in connues
        ]
        if entete:
            lus.append((page, entete, preuves))
    problemes += _numeros_doubles(pages)
    lever(sorted(set(problemes)))
    return tuple(
        sorted(
            (
                Enseignement(
                    **asdict(entete) | {"contre": tuple(map(Place.lire, entete.contre))},
                    corps=page.corps.strip("\n"),
                    preuves=preuves,
                    chemin=page.chemin,
                )
                for page, entete, preuves in lus
            ),
            key=lambda enseignement: enseignement.numero,
        )
    )


def lire_fiches(dossier: Path, corpus: Corpus, segments: pd.DataFrame, grille: Grille) -> tuple[Fiche, ...]:
    """Lire les fiches situation-problème.

    Parameters
    ----------
    dossier : Path
        Un fichier ``F1.md`` par fiche : en-tête YAML (``numero, titre, temps, lieu, acteurs, actions, consequences,
        causes, agir, codes``), puis le récit. Récit et phrases de l'en-tête citent leurs preuves.
    corpus, segments, grille
        Comme pour :func:`lire_enseignements`.

    Returns
    -------
    tuple of Fiche
        Par numéro.

    Raises
    ------
    ErreurDonnees
        Tous les problèmes de tous les fichiers.
    """
    pages, problemes = lire_pages(dossier)
    reperes = Reperes.depuis(segments, corpus)
    listes = [champ.name for champ in fields(_EnTeteFiche) if champ.type.startswith("tuple")]
    lues = []
    for page in pages:
        entete, ecarts = page.verifier_forme(_EnTeteFiche, listes)
        preuves = lire_preuves(page, _EnTeteFiche.citent)
        problemes += [*ecarts, *page.verifier_codes(grille), *verifier_preuves(page, _EnTeteFiche.citent, reperes)]
        numero = page.valeurs.get("numero")
        if isinstance(numero, str) and not re.fullmatch(r"F[1-9]\d*", numero):
            problemes.append(page.probleme(("numero",), "numéro de fiche mal écrit", numero, "écrivez par exemple F1"))
        elif isinstance(numero, str) and numero != page.chemin.stem:
            problemes.append(
                page.probleme(
                    ("numero",),
                    "le fichier ne porte pas le numéro de la fiche",
                    numero,
                    f"renommez-le en {numero}.md, ou corrigez le numéro",
                )
            )
        if not preuves:
            problemes.append(page.probleme((), "fiche sans aucune preuve", remede=_CITEZ))
        if entete:
            lues.append(Fiche(**asdict(entete), corps=page.corps.strip("\n"), preuves=preuves, chemin=page.chemin))
    lever(sorted(set(problemes)))
    return tuple(sorted(lues, key=lambda fiche: int(fiche.numero[1:])))


def _verifier_nom(page: Page) -> Iterator[Probleme]:
    numero = page.valeurs.get("numero")
    if type(numero) is not int:
        return
    if numero < 1:
        yield page.probleme(("numero",), "numéro d'enseignement inférieur à 1", numero, "numérotez à partir de 1")
    prefixe = re.match(r"(\d+)-", page.chemin.name)
    if not prefixe or int(prefixe[1]) != numero:
        yield page.probleme(
            ("numero",),
            "le fichier ne porte pas le numéro de l'enseignement",
            numero,
            f"nommez-le « {numero}-titre-court.md », ou corrigez le numéro",
        )


def _numeros_doubles(pages: Iterable[Page]) -> Iterator[Probleme]:
    premiers: dict[int, Page] = {}
    for page in pages:
        numero = page.valeurs.get("numero")
        if type(numero) is int and (premier := premiers.setdefault(numero, page)) is not page:
            yield page.probleme(("numero",), "numéro en double", numero, f"{premier.chemin.name} le porte déjà")


def _verifier_sections(page: Page) -> Iterator[Probleme]:
    sections = list(_SECTION.finditer(page.corps))
    if not any(citations(page.corps)):
        yield page.probleme((), "enseignement sans aucune preuve", remede=_CITEZ)
    titres = [section["titre"].casefold() for section in sections]
    if _RESUME not in titres:
        yield page.probleme(
            len(page.corps.rstrip()), "section « En résumé » absente", remede="finissez par « ## En résumé »"
        )
    elif titres[-1] != _RESUME:
        yield page.probleme(
            sections[titres.index(_RESUME)].start(),
            "« En résumé » n'est pas la dernière section",
            remede="placez-la à la fin",
        )
    fins = [*(section.start() for section in sections[1:]), len(page.corps)]
    for section, titre, fin in zip(sections, titres, fins, strict=False):
        if page.corps[: section.start()].strip() and not re.search(r"\n[ \t]*\n$", page.corps[: section.start()]):
            yield page.probleme(
                section.start(),
                "intertitre collé au texte qui le précède",
                section["titre"],
                "laissez une ligne vide avant « ## »",
            )
        if titre != _RESUME and not any(citations(page.corps[section.end() : fin])):
            yield page.probleme(
                section.start(),
                "section sans preuve",
                section["titre"],
                "citez une parole du corpus, ou retirez ce que rien ne soutient",
            )


def _verifier_contre(page: Page, preuves: tuple[Place, ...], reperes: Reperes) -> Iterator[Probleme]:
    for place, ecrit in page.liste("contre"):
        try:
            contre = Place.lire(ecrit)
        except ValueError:
            yield page.probleme(place, "place mal écrite", ecrit, "écrivez par exemple E05:100-150")
            continue
        for message, remede in reperes.juger(contre):
            yield page.probleme(place, message, ecrit, remede)
        if any(
            preuve.entretien == contre.entretien and preuve.debut < contre.fin and contre.debut < preuve.fin
            for preuve in preuves
        ):
            yield page.probleme(
                place, "cette parole contraire est aussi une preuve", ecrit, "choisissez de quel côté elle est"
            )
