"""Rendre un projet Quarto « website » sans Quarto : le même ``_quarto.yml``, les mêmes pages.

Ce que le moteur comprend est ce que les deux moteurs rendent de même ; tout le reste est refusé en disant où, pourquoi
et que faire. Rien n'est exécuté, rien ne vient du réseau, deux rendus donnent les mêmes octets.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, proposer

__all__ = ["MOTEURS", "rendre_site", "verifier_projet"]

MOTEURS = ("embarque", "quarto")


def verifier_projet(racine: Path) -> list[Probleme]:
    """Chercher tout ce qui empêcherait de rendre un projet de même avec les deux moteurs.

    Parameters
    ----------
    racine : Path
        Le dossier qui contient ``_quarto.yml``.

    Returns
    -------
    list of Probleme
        Tous les problèmes de toutes les pages ; vide si le site peut être rendu. Un lien vers la synthèse n'est pas
        cassé si elle n'est pas encore imprimée : la commande « pages » l'imprime avant tout rendu.

    Examples
    --------
    >>> print(verifier_projet(Path("absent"))[0].message)
    fichier introuvable
    """
    from ess_analyse.publication.ecrits import SYNTHESE
    from ess_analyse.rendu.site import composer_site

    try:
        return composer_site(racine, [f"rapports/{SYNTHESE}"])[1]
    except ErreurDonnees as erreur:
        return list(erreur.problemes)


def rendre_site(
    racine: Path,
    sortie: Path | None = None,
    moteur: str = "embarque",
    controle: Callable[[Path], None] | None = None,
) -> list[Path]:
    """Rendre un projet Quarto « website ».

    Tout est vérifié avant d'écrire ; le site est rendu à côté, puis mis à la place de l'ancien, qui reste si quelque
    chose échoue. Une page inchangée n'est pas repassée dans pandoc (cache ``.ess/`` du projet).

    Parameters
    ----------
    racine : Path
        Le dossier qui contient ``_quarto.yml``.
    sortie : Path, optional
        Le dossier du site ; par défaut ``project.output-dir``, ou ``_site``.
    moteur : {"embarque", "quarto"}
        ``quarto`` appelle ``quarto render``, dont chaque avertissement devient une erreur.
    controle : callable, optional
        Reçoit le dossier rendu à côté, avant qu'il ne remplace l'ancien ; s'il lève une erreur, l'ancien site reste.

    Returns
    -------
    list of Path
        Les pages HTML du site, dans l'ordre du rendu.

    Raises
    ------
    ErreurDonnees
        Tous les problèmes ensemble : clés et blocs refusés, liens cassés, références irrésolues, images absentes ou
        sans texte alternatif, ressources distantes.

    Examples
    --------
    >>> rendre_site(Path("."), moteur="quatro")
    Traceback (most recent call last):
    ess_analyse.erreurs.ErreurDonnees: moteur : moteur inconnu (« quatro »). Vouliez-vous dire « quarto » ?
    """
    from ess_analyse.rendu.ecriture import ecrire_site, remplacer
    from ess_analyse.rendu.quarto import rendre_par_quarto
    from ess_analyse.rendu.site import composer_site

    if moteur not in MOTEURS:
        raise ErreurDonnees([Probleme("moteur", 0, "moteur inconnu", moteur, proposer(moteur, MOTEURS))])
    site, problemes = composer_site(racine)
    lever(problemes)
    dossier = Path(sortie).absolute() if sortie is not None else site.projet.sortie
    if site.projet.racine.is_relative_to(dossier):
        raise ErreurDonnees(
            [
                Probleme(
                    str(dossier),
                    0,
                    "ce dossier contient le projet lui-même",
                    remede="choisissez un autre dossier de sortie",
                )
            ]
        )

    def remplir(neuf: Path) -> None:
        if moteur == "quarto":
            rendre_par_quarto(site.projet.racine, neuf)
        else:
            ecrire_site(site, neuf)
        if controle is not None:
            controle(neuf)

    remplacer(dossier, remplir)
    if moteur != "quarto":
        site.pandoc.nettoyer()
        site.reprises.nettoyer()
    return [dossier / page.source.adresse for page in site.pages.values()]
