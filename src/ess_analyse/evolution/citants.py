"""Tout ce qui cite un code, grille mise à part : où, et ce que cela devient."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ess_analyse.enseignements.entetes import lire_pages
from ess_analyse.erreurs import lever
from ess_analyse.etude import Etude
from ess_analyse.evolution.blocs import composer, entree, lire_valeur, oter, remplacer, tranche
from ess_analyse.evolution.brut import Brut, Retouche
from ess_analyse.evolution.cellules import Rangee, lire_rangees, remplir
from ess_analyse.evolution.migration import Suites, migrer_codes, migrer_origine, motif_des_codes
from ess_analyse.feuilles import couper_codes, lister_feuilles
from ess_analyse.fichiers import TIRETS
from ess_analyse.modele import FEUILLE, SUGGESTIONS

__all__ = [
    "DESACCORDS",
    "EXEMPLES",
    "FEUILLES",
    "PERDUS",
    "QUESTIONS",
    "RECITS",
    "REGLAGES",
    "REPRISES",
    "Changement",
    "Choix",
    "Migration",
    "Sorte",
    "lister_citants",
    "migrer",
]

_ENTETE = re.compile(r"---[ \t]*\r?\n(?P<entete>.*?)^---[ \t\r]*$", re.DOTALL | re.MULTILINE)


class Sorte(NamedTuple):
    """Une sorte de fichier : les colonnes qu'il doit avoir, et celles où des codes sont écrits."""

    nom: str
    exigees: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


FEUILLES = Sorte("feuille", FEUILLE[:4], ("codes",))
PERDUS = Sorte("perdus", ("segment", "codes"), ("codes",))
EXEMPLES = Sorte("exemples", ("texte", "codes"), ("codes",))
QUESTIONS = Sorte("autodiagnostic", ("prisme", "code"), ("prisme", "code"))
REPRISES = Sorte("reprises", ("segment", "code"), ("code",))
DESACCORDS = Sorte("désaccords", ("segment", "decision"), ("decision",))
PROPOSITIONS = Sorte("suggestions", SUGGESTIONS)
RECITS = Sorte("récit")
REGLAGES = Sorte("réglages")


class Choix(NamedTuple):
    """Ce que deviennent, dans une ligne, les codes décidés et les codes suggérés."""

    codes: Suites
    origine: Suites


class Changement(NamedTuple):
    """Une ligne changée, avec de quoi la remettre comme elle était."""

    feuille: str
    ligne: int
    segment: str
    codes_avant: str
    codes_apres: str
    origine_avant: str = ""
    origine_apres: str = ""


@dataclass
class Migration:
    """Ce qu'un changement fait d'un fichier.

    Attributes
    ----------
    sorte : Sorte
        Sa sorte.
    avant, apres : Brut
        Le fichier, avant et après.
    changements : list of Changement
        Les lignes changées ; celles des suggestions, que la machine refera, n'y sont pas.
    citations : list of (int, str)
        Ligne et code : où les codes surveillés sont écrits avant le changement.
    """

    sorte: Sorte
    avant: Brut
    apres: Brut
    changements: list[Changement] = field(default_factory=list)
    citations: list[tuple[int, str]] = field(default_factory=list)


def lister_citants(etude: Etude) -> Iterator[tuple[Sorte, Path]]:
    """Trouver les fichiers d'une étude où un code est une donnée, et non un mot du texte.

    Parameters
    ----------
    etude : Etude
        L'étude.

    Yields
    ------
    sorte : Sorte
        Comment le lire.
    chemin : Path
        Le fichier.

    Raises
    ------
    ErreurDonnees
        Si une feuille est un classeur de tableur, ou si l'en-tête d'un récit ne se lit pas.
    """
    problemes = []
    if etude.codages.is_dir():
        feuilles, problemes = lister_feuilles(etude.codages)
        yield from ((FEUILLES, chemin) for chemin in feuilles)
    for dossier in (etude.enseignements, etude.fiches):
        pages, ecarts = lire_pages(dossier) if dossier.is_dir() else ([], [])
        problemes += ecarts
        yield from ((RECITS, page.chemin) for page in pages)
    lever(problemes)
    seuls = (
        (PERDUS, etude.perdus),
        (QUESTIONS, etude.autodiagnostic),
        (DESACCORDS, etude.desaccords),
        (PROPOSITIONS, etude.suggestions),
        (REGLAGES, etude.reglages),
    )
    yield from ((sorte, chemin) for sorte, chemin in seuls if chemin.is_file())
    for sorte, dossier in ((REPRISES, etude.reprises), (EXEMPLES, etude.exemples)):
        yield from ((sorte, chemin) for chemin in sorted(dossier.glob("*.csv")))


def migrer(
    sorte: Sorte, brut: Brut, nom: str, surveilles: Collection[str], choisir: Callable[[Rangee | None], Choix]
) -> Migration:
    """Récrire un fichier sous les codes d'après.

    Parameters
    ----------
    sorte : Sorte
        Sa sorte.
    brut : Brut
        Le fichier.
    nom : str
        Son nom dans l'étude.
    surveilles : collection of str
        Les codes dont on veut savoir où ils sont écrits ; un fichier qui n'en nomme aucun n'est pas lu.
    choisir : callable
        Ce que deviennent les codes d'une rangée, ou d'un fichier sans rangées (``None``).

    Returns
    -------
    Migration
        Le fichier récrit, ses changements, ses citations.

    Raises
    ------
    ErreurDonnees
        Si le fichier nomme un code et ne peut être lu.
    """
    migration = Migration(sorte, brut, brut)
    if not motif_des_codes(surveilles).search(brut.texte.translate(TIRETS).upper()):
        return migration
    if sorte is PROPOSITIONS:
        retouches = _migrer_suggestions(migration, surveilles, choisir(None).codes)
    elif sorte is RECITS:
        retouches = _migrer_recit(migration, nom, surveilles, choisir(None).codes)
    elif sorte is REGLAGES:
        retouches = _migrer_seuils(migration, nom, surveilles, choisir(None).codes)
    else:
        retouches = _migrer_table(migration, nom, surveilles, choisir)
    migration.apres = brut.retoucher(retouches) if (retouches := list(retouches)) else brut
    return migration


def _migrer_table(migration: Migration, nom: str, surveilles, choisir) -> Iterator[Retouche]:
    brut, sorte = migration.avant, migration.sorte
    for rangee in lire_rangees(brut, sorte.exigees):
        choix, segment = choisir(rangee), rangee.lire("segment").strip()
        for colonne in sorte.codes:
            codes = rangee.lire(colonne)
            poses = couper_codes(codes)
            migration.citations += [(rangee.ligne, code) for code in poses if code in surveilles]
            origine = rangee.lire("origine")
            apres = migrer_codes(codes, choix.codes), migrer_origine(origine, poses, choix.origine)
            if apres[0] != codes:
                yield remplir(rangee.cellules[colonne], apres[0], brut.texte)
            if apres[1] != origine:
                yield remplir(rangee.cellules["origine"], apres[1], brut.texte)
            if apres != (codes, origine):
                avant = codes, apres[0], origine, apres[1]
                migration.changements.append(Changement(nom, rangee.ligne, segment, *avant))


def _migrer_suggestions(migration: Migration, surveilles, suites: Suites) -> Iterator[Retouche]:
    brut, meilleures = migration.avant, {}
    rangees = lire_rangees(brut, migration.sorte.exigees)
    for rangee in rangees:
        code = rangee.lire("code")
        migration.citations += [(rangee.ligne, code)] * (code in surveilles)
        for apres in suites.get(code, (code,)):
            cle, poids = (rangee.lire("segment"), apres), _nombre(rangee.lire("score"))
            if cle not in meilleures or meilleures[cle][0] < poids:
                meilleures[cle] = poids, rangee.ligne
    gardees = {ligne for _, ligne in meilleures.values()}
    visees = {*suites, *(code for image in suites.values() for code in image)}
    for rangee in rangees:
        code = rangee.lire("code")
        if code in visees and rangee.ligne not in gardees:
            yield Retouche(rangee.debut, rangee.fin, "")
        elif code in suites:
            yield remplir(rangee.cellules["code"], suites[code][0], brut.texte)


def _nombre(score: str) -> float:
    try:
        return float(score)
    except ValueError:
        return 0.0


def _migrer_recit(migration: Migration, nom: str, surveilles, suites: Suites) -> Iterator[Retouche]:
    entete = _ENTETE.match(migration.avant.texte)
    texte, depart = entete["entete"], entete.start("entete")
    liste = entree(composer(texte), "codes")
    if liste is None or not isinstance(liste.value, list):
        return
    noeuds = [noeud for noeud in liste.value if isinstance(noeud.value, str)]
    avant = [lire_valeur(noeud) for noeud in noeuds]
    retouches, otes, prises = [], [], {code: {code} for code in avant if code not in suites}
    for noeud, code in zip(noeuds, avant, strict=True):
        ligne = migration.avant.texte.count("\n", 0, depart + noeud.start_mark.index) + 1
        migration.citations += [(ligne, code)] * (code in surveilles)
        if code not in suites:
            continue
        prises.setdefault(code, {*suites[code]} - set().union(*prises.values()))
        retouches += [remplacer(texte, noeud, neuf, flux=bool(liste.flow_style)) for neuf in prises[code]]
        otes += [noeud] * (not prises[code])
    if retouches or otes:
        ligne = migration.avant.texte.count("\n", 0, depart + liste.start_mark.index) + 1
        apres = migrer_codes(" ".join(avant), suites)
        migration.changements.append(Changement(nom, ligne, "", " ".join(avant), apres))
    for debut, fin, neuf in [*retouches, *oter(texte, liste, otes)]:
        yield Retouche(depart + debut, depart + fin, neuf)


def _migrer_seuils(migration: Migration, nom: str, surveilles, suites: Suites) -> Iterator[Retouche]:
    texte = migration.avant.texte
    seuils = entree(composer(texte), "seuils")
    entrees = seuils.value if seuils is not None and isinstance(seuils.value, list) else []
    otes = []
    for cle, valeur in entrees:
        code, ligne = lire_valeur(cle), texte.count("\n", 0, cle.start_mark.index) + 1
        migration.citations += [(ligne, code)] * (code in surveilles)
        if code not in suites:
            continue
        avant, apres = f"{code}: {lire_valeur(valeur)}", "".join(suites[code])
        migration.changements.append(Changement(nom, ligne, "", avant, apres and avant.replace(code, apres)))
        if apres:
            yield remplacer(texte, cle, apres, flux=bool(seuils.flow_style))
        else:
            otes.append(valeur)
    if otes and len(otes) == len(entrees):
        yield Retouche(*tranche(texte, seuils), "{}")
    else:
        yield from oter(texte, seuils, otes) if otes else ()
