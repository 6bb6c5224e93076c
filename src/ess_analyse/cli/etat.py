"""Où en est l'étude : ce qui est fait, et la prochaine étape."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from ess_analyse.cli.affichage import dire
from ess_analyse.cli.etape import en_json, etape
from ess_analyse.conduite import A_FAIRE, FACULTATIF, FAIT, PLUS_TARD, REPARER, Etape, Point, Rendu, faire_le_point
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude

__all__ = ["accueillir", "etat"]

_SIGNES = {FAIT: ("✓", "green"), A_FAIRE: ("▸", "yellow"), REPARER: ("✗", "red"), FACULTATIF: ("○", None)}
_SIGNES[PLUS_TARD] = ("·", None)
_LEGENDE = "✓ fait   ▸ à faire   ✗ à réparer   ○ facultatif   · plus tard"
_RENDUS = ("site-embarque", "site-quarto")
"""Les étapes que la commande « site » note une fois faites, une par moteur."""
_PORTE = (*_RENDUS, "porte")
_LARGEUR = 32
_SUITES = (
    ("ess-analyse publication verifier", "relire chaque octet du site avant de l'envoyer"),
    ("ess-analyse pdf", "la synthèse et le rapport, à imprimer"),
    ("ess-analyse restituer S1", "ce qui concerne une structure, pour elle seule"),
    ("ess-analyse deposer depot --zip", "un dossier à verser dans une archive"),
)


@click.command()
@en_json
@etape
def etat(etude: Etude, en_json: bool) -> None:
    """Dire où en est l'étude, et quoi faire ensuite."""
    _montrer(_faire_le_point(etude), en_json=en_json)


def accueillir(contexte: click.Context) -> None:
    """Faire le point si l'on est dans une étude, sinon dire comment en commencer une."""
    try:
        etude = Etude.trouver(contexte.obj)
    except ErreurDonnees:
        click.echo(contexte.get_help())
        click.echo()
        dire(
            "Ce dossier ne fait partie d'aucune étude. Pour en commencer une : ess-analyse nouveau mon-etude", signe="!"
        )
        return
    _montrer(_faire_le_point(etude))


def _faire_le_point(etude: Etude) -> Point:
    from ess_analyse.cli.jalons import comparer, photographier

    def relire_rendu() -> Rendu:
        try:
            photo = photographier(etude)
            return Rendu(*(comparer(etude, photo, noms, [etude.site]) for noms in (_RENDUS, _PORTE)))
        except OSError:
            # A file that cannot be read, or that goes meanwhile, proves nothing.
            return Rendu()

    return faire_le_point(etude, relire_rendu=relire_rendu)


def _montrer(point: Point, *, en_json: bool = False) -> None:
    prochaine = point.prochaine
    if en_json:
        contenu = {
            "etapes": [asdict(une) for une in point.etapes],
            "prochaine": prochaine.cle if prochaine else None,
        }
        click.echo(json.dumps(contenu, ensure_ascii=False, indent=2))
        return
    for une in point.etapes:
        signe, couleur = _SIGNES[une.etat]
        click.secho(f"{signe} ", fg=couleur, nl=False)
        click.echo(f"{une.nom:<{_LARGEUR}}{une.constat}")
    click.secho(_LEGENDE, dim=True)
    click.echo()
    if prochaine is None:
        _conclure(point["completer"])
    else:
        _guider(prochaine)


def _guider(prochaine: Etape) -> None:
    click.secho(f"Prochaine étape : {prochaine.nom[0].lower()}{prochaine.nom[1:]}", bold=True)
    if prochaine.etat == REPARER:
        click.echo(f"  {prochaine.constat}{'' if prochaine.constat.endswith('?') else '.'}")
    if prochaine.pourquoi:
        click.echo(f"  {prochaine.pourquoi}")
    if prochaine.a_la_main:
        click.echo("\nÀ faire vous-même :")
        for rang, geste in enumerate(prochaine.a_la_main, start=1):
            click.echo(f"  {rang}. {geste}.")
    if prochaine.commande:
        click.echo("\nPuis tapez :" if prochaine.a_la_main else "\nTapez :")
        click.secho(f"  {prochaine.commande}", bold=True)
    if prochaine.ensuite:
        click.echo(f"\nEnsuite : {prochaine.ensuite}")


def _conclure(reste: Etape) -> None:
    dire("Tout est à jour. Quand vous voudrez :")
    for commande, effet in _SUITES:
        click.echo(f"  {commande:<{_LARGEUR + 2}}{effet}")
    if reste.etat == FACULTATIF:
        click.echo()
        dire(f"Avant de publier, {reste.constat}. {reste.pourquoi}", signe="!")
