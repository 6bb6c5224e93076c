"""Sortir l'étude vers d'autres logiciels, en disant ce que chaque format ne tient pas."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import click

import ess_analyse as ess
from ess_analyse.cli.affichage import dire
from ess_analyse.cli.etape import etape, lire_cle_etude
from ess_analyse.cli.formats import FORMATS, Choix, Matiere
from ess_analyse.erreurs import ErreurDonnees, Probleme, compter, lever, relatif
from ess_analyse.etude import Etude
from ess_analyse.fichiers import ecrire_ensemble
from ess_analyse.retrait import retraits_inacheves

__all__ = ["exporter"]

_MONTRES = 10
_GRILLES = ("qdc", "livre-taguette")
"""Les formats qui n'ont que la grille."""


@click.command()
@click.argument("cible", type=click.Path(path_type=Path))
@click.option("--format", "nom", type=click.Choice(list(FORMATS)), help="Si l'extension de CIBLE ne le dit pas.")
@click.option("--codeur", metavar="NOM", help="Seulement les codages de cette personne.")
@click.option("--consolide", is_flag=True, help="Un seul avis par phrase : l'arbitrage, sinon la majorité.")
@click.option("--publiable", is_flag=True, help="Citations : seulement ce que le site peut montrer.")
@click.option("--code", default="", metavar="R-CHARGE", help="IRaMuTeQ : seulement les phrases de ce code.")
@click.option(
    "--par", type=click.Choice(["document", "tour"]), default="document", help="IRaMuTeQ : ce qu'est un texte."
)
@click.option("--avec-enqueteur", "enqueteur", is_flag=True, help="IRaMuTeQ : garder aussi les questions.")
@click.option("--remplacer", is_flag=True, help="Remplacer un fichier qui existe et dit autre chose.")
@etape
def exporter(etude: Etude, cible: Path, nom: str | None, remplacer: bool, **options) -> None:
    """Exporter l'étude pour un autre logiciel, d'après l'extension de CIBLE.

    .qdpx, .qdc (REFI-QDA), .sqlite3 (Taguette), .xlsx, .csv (une ligne par citation et par code), .txt (IRaMuTeQ),
    .jsonld (annotations du Web), .rtf (traitement de texte) ; avec --format, un dossier de notes Markdown (notes), de
    textes pour Sonal (textes), ou la grille en CSV pour Taguette et LibreQDA (livre-taguette).
    """
    choix = Choix(**options)
    nom = _choisir_format(cible, nom)
    _verifier_choix(nom, choix)
    cible = cible.absolute()
    lever(etude.refuser_sortie(cible, "exportez ailleurs, par exemple exports/"))
    # What can be published is what all agreed upon: one coder's own view stays inside.
    matiere = Matiere(etude, replace(choix, consolide=choix.consolide or choix.publiable), cible)
    with tempfile.TemporaryDirectory() as provisoire:
        brouillon = Path(provisoire) / cible.name
        try:
            pertes = FORMATS[nom][1](matiere, brouillon)
            if choix.publiable:
                lever(_passer_la_porte(matiere, Path(provisoire)))
        except ErreurDonnees as erreur:
            lieux = relatif(brouillon), relatif(cible)
            raise ErreurDonnees(replace(p, fichier=p.fichier.replace(*lieux)) for p in erreur.problemes) from None
        restes = _poser(brouillon, cible, remplacer=remplacer)
    _conclure(matiere, nom, pertes, restes)


def _choisir_format(cible: Path, nom: str | None) -> str:
    if nom is not None:
        return nom
    for format_, (extensions, _) in FORMATS.items():
        if cible.suffix.lower() in extensions:
            return format_
    connues = ", ".join(extension for extensions, _ in FORMATS.values() for extension in extensions)
    raise click.BadParameter(
        f"le nom doit finir par {connues} ; pour un dossier, ajoutez --format notes ou --format textes",
        param_hint="CIBLE",
    )


def _verifier_choix(nom: str, choix: Choix) -> None:
    if choix.codeur is not None and (choix.consolide or choix.publiable):
        raise click.BadParameter("un codeur, ou l'avis de tous : pas les deux", param_hint="--codeur")
    if nom in _GRILLES and (choix.codeur is not None or choix.consolide):
        raise click.BadParameter("ce format n'a que la grille, sans codages", param_hint="--codeur ou --consolide")
    if choix.publiable and nom != "citations":
        raise click.BadParameter("seules les citations (.xlsx, .csv) ont une forme publiable", param_hint="--publiable")
    if nom != "iramuteq" and (choix.code or choix.par != "document" or choix.enqueteur):
        raise click.BadParameter("pour IRaMuTeQ seulement", param_hint="--code, --par ou --avec-enqueteur")


def _passer_la_porte(matiere: Matiere, dossier: Path) -> list[Probleme]:
    return ess.verifier_publication(
        dossier,
        cle=lire_cle_etude(matiere.etude),
        corpus=matiere.corpus,
        segments=matiere.segments,
        autres=retraits_inacheves(matiere.etude),
    )


def _poser(brouillon: Path, cible: Path, *, remplacer: bool) -> list[Path]:
    """Mettre l'export à sa place ; rendre les fichiers d'un export précédent qui ne viennent plus de l'étude."""
    sources = sorted(f for f in brouillon.rglob("*") if f.is_file()) if brouillon.is_dir() else [brouillon]
    contenus = {cible / source.relative_to(brouillon): source.read_bytes() for source in sources}
    if not remplacer:
        remede = "donnez un autre nom, ou ajoutez --remplacer"
        lever(
            Probleme(relatif(chemin), 0, "ce fichier existe et dit autre chose", remede=remede)
            for chemin, octets in contenus.items()
            if chemin.is_file() and chemin.read_bytes() != octets
        )
    ecrire_ensemble(contenus)
    dossiers = {(chemin.parent, chemin.suffix) for chemin in contenus} if brouillon.is_dir() else set()
    voisins = (fichier for dossier, suffixe in dossiers for fichier in dossier.glob(f"*{suffixe}"))
    return sorted(set(voisins) - set(contenus))


def _conclure(matiere: Matiere, nom: str, pertes: tuple[str, ...], restes: list[Path]) -> None:
    dire(f"{relatif(matiere.cible)} écrit.")
    click.echo("Ce que ce format ne tient pas :")
    for perte in pertes:
        click.echo(f"  - {perte}")
    if restes:
        montres = ", ".join(map(relatif, restes[:_MONTRES])) + (", …" if len(restes) > _MONTRES else "")
        dire(f"Ne viennent pas de l'étude d'aujourd'hui (document retiré, renommé ?) : {montres}.", signe="!")
    if nom in _GRILLES:
        return
    if matiere.choix.publiable:
        dire("Ni nom de la clé, ni parole restreinte ne s'y lit, pour ce que l'on sait chercher.")
        return
    segments, est_public = matiere.segments["segment"], matiere.corpus.est_public
    if restreintes := int((~segments.map(est_public).astype("bool")).sum()):
        phrases = compter(restreintes, "phrase")
        dire(f"Cet export contient des passages restreints ({phrases}) : ne le déposez pas.", signe="!")
        return
    dire(
        "Cet export n'a pas passé la porte de publication, et peut dire la fonction exacte des personnes : "
        "ne le déposez pas tel quel.",
        signe="!",
    )
