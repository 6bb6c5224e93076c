"""Les étapes que l'on relance sans cesse : rien de ce qui calcule n'est chargé tant que rien n'a changé."""

from __future__ import annotations

import click

from ess_analyse.cache import lire_jalon, ouvrir_magasin, poser_jalon
from ess_analyse.cli.affichage import afficher_comptes, dire
from ess_analyse.cli.etape import en_json, etape, prevenir_sans_cle
from ess_analyse.cli.jalons import empreindre_entrees, est_fait, force, interruptible, noter_fait, photographier
from ess_analyse.erreurs import compter, relatif
from ess_analyse.etude import EXEMPLES_LIVRES, Etude

__all__ = ["pages", "site", "suggerer"]


@click.command()
@force
@click.option("--processus", default="1", metavar="N", help="Combien de processus se partagent les documents.")
@click.option("--dask", metavar="ADRESSE", help="Une grappe dask qui se les partage : son adresse, ou « local ».")
@en_json
@etape
def suggerer(etude: Etude, force: bool, processus: str, dask: str | None, en_json: bool) -> None:
    """Proposer des codes pour chaque phrase, avec les mots qui en sont la cause.

    Ce qui n'a pas changé depuis la dernière fois n'est pas refait ; un calcul interrompu reprend où il en était.
    """
    with interruptible("Ce qui est fait est gardé : relancez « ess-analyse suggerer » pour finir."):
        bilan, fait = _suggerer_au_besoin(etude, processus, dask, force=force, muet=en_json)
    afficher_comptes(bilan["retenues"], ("code", "suggestions"), "Suggestions retenues", en_json=en_json)
    if not en_json:
        dire(
            f"{compter(bilan['phrases'], 'phrase lue')}, {bilan['suggerees']} avec au moins une suggestion "
            f"({relatif(etude.suggestions)}{'' if fait else ', déjà à jour'}). "
            "Une suggestion n'est jamais un codage : une personne décide."
        )


def _suggerer_au_besoin(
    etude: Etude, processus: str, dask: str | None, *, force: bool, muet: bool
) -> tuple[dict, bool]:
    """Rendre le bilan des suggestions, et dire s'il a fallu les calculer."""
    magasin, exemples = ouvrir_magasin(etude.racine), etude.exemples if etude.exemples.is_dir() else EXEMPLES_LIVRES
    entrees = empreindre_entrees(etude, [etude.corpus, etude.grille, etude.codages, exemples, etude.reglages])
    ici = (magasin, "suggerer", entrees, etude.racine, [etude.suggestions])
    if not force and (jalon := lire_jalon(*ici)):
        return jalon.bilan, False
    from ess_analyse.cli.calcul import calculer_suggestions

    bilan = calculer_suggestions(etude, magasin, exemples, processus, dask, force=force, muet=muet)
    poser_jalon(*ici, bilan)
    return bilan, True


@click.command()
@force
@etape
def pages(etude: Etude, force: bool) -> None:
    """Écrire les pages du site dans rapports/, à partir des données."""
    if not force and est_fait(etude, "pages"):
        dire("Les pages étaient à jour.")
        return
    with interruptible("Relancez « ess-analyse pages »."):
        from ess_analyse.cli.edition import editer_pages

        avant = photographier(etude)
        ecrites = editer_pages(etude, force=force)
        noter_fait(etude, "pages", avant, [*ecrites, etude.preuves])
    faits = f"{compter(ecrites, 'fichier écrit')} dans {relatif(etude.rapports)}."
    dire(faits if ecrites else "Les pages étaient à jour.")


@click.command()
@click.option(
    "--moteur",
    type=click.Choice(["embarque", "quarto"]),
    default="embarque",
    show_default=True,
    help="« quarto » emploie Quarto s'il est installé.",
)
@force
@etape
def site(etude: Etude, moteur: str, force: bool) -> None:
    """Écrire les pages, rendre le site, et ne le montrer que si rien de personnel n'en sort."""
    nom, pret = f"site-{moteur}", f"ouvrez {relatif(etude.site / 'index.html')} dans votre navigateur."
    if not force and est_fait(etude, nom, [etude.site]):
        dire(f"Le site était à jour : {pret}")
        prevenir_sans_cle(etude)
        return
    with interruptible("Le site d'avant est intact : relancez « ess-analyse site »."):
        from ess_analyse.cli.edition import editer_site

        avant = photographier(etude)
        ecrites = editer_site(etude, moteur, force=force)
        noter_fait(etude, nom, avant, [*ecrites, etude.preuves], [etude.site])
    dire(f"Le site est prêt : {pret}")
    prevenir_sans_cle(etude)
