"""Contrôler les clés de ``_quarto.yml`` et des en-têtes de pages."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from ess_analyse.arbre import Arbre
from ess_analyse.erreurs import Probleme, proposer
from ess_analyse.rendu.vocabulaire import CLES_DE_PAGE, FORMATS, HTML, PROJET, REFUS, THEMES_DISTANTS

__all__ = ["controler_page", "controler_projet"]


def controler_projet(arbre: Arbre) -> list[Probleme]:
    """Contrôler les clés de ``_quarto.yml``.

    Parameters
    ----------
    arbre : Arbre
        Le fichier lu.

    Returns
    -------
    list of Probleme
        Clés refusées ou inconnues, types de projet et de mathématiques que les deux moteurs ne rendent pas pareil.
    """
    if not isinstance(arbre.valeur, dict):
        return [arbre.probleme((), "un bloc de clés est attendu", "", "écrivez une clé par ligne : « clé: valeur »")]
    problemes = [*_inconnues(arbre, arbre.valeur, PROJET, ()), *_valeurs(arbre)]
    projet, site = arbre.valeur.get("project"), arbre.valeur.get("website")
    if not isinstance(projet, dict) or projet.get("type") != "website":
        valeur = projet.get("type", "") if isinstance(projet, dict) else ""
        problemes.append(
            arbre.probleme(
                ("project", "type"),
                "seul le type « website » est rendu",
                valeur,
                "écrivez « type: website » sous « project: »",
            )
        )
    if not isinstance(site, dict) or not isinstance(site.get("title"), str):
        problemes.append(
            arbre.probleme(("website",), "le site n'a pas de titre", "", "écrivez « title: … » sous « website: »")
        )
    return problemes


def controler_page(arbre: Arbre) -> list[Probleme]:
    r"""Contrôler l'en-tête YAML d'une page ; les clés propres à l'étude y sont permises.

    Parameters
    ----------
    arbre : Arbre
        L'en-tête lu.

    Returns
    -------
    list of Probleme
        Clés refusées, et clés qui ressemblent à s'y méprendre à une clé connue.

    Examples
    --------
    >>> from ess_analyse.arbre import lire_arbre
    >>> print(controler_page(lire_arbre("titel: Essai\nnumero: 3", "a.qmd"))[0])
    a.qmd, ligne 1 : clé inconnue (« titel »). Vouliez-vous dire « title » ?
    """
    if not isinstance(arbre.valeur, dict):
        return [arbre.probleme((), "un bloc de clés est attendu", "", "écrivez une clé par ligne : « clé: valeur »")]
    problemes = _valeurs(arbre)
    problemes += [
        arbre.probleme(
            place,
            "inclusion dans l'en-tête HTML d'une seule page",
            place[-1],
            "placez le contenu dans la page, ou dites-le pour tout le site, dans _quarto.yml",
        )
        for place in arbre.lignes
        if place and place[-1] == "include-in-header"
    ]
    for cle in arbre.valeur:
        if cle not in CLES_DE_PAGE and difflib.get_close_matches(cle, CLES_DE_PAGE, 1, 0.79) and cle not in HTML:
            problemes.append(arbre.probleme((cle,), "clé inconnue", cle, proposer(cle, CLES_DE_PAGE)))
    html = arbre.valeur.get("format")
    if isinstance(html, dict):
        problemes += _inconnues(arbre, html, PROJET["format"], ("format",))
    elif isinstance(html, str) and html not in FORMATS:
        problemes.append(arbre.probleme(("format",), "format inconnu", html, proposer(html, FORMATS)))
    return problemes


def _inconnues(arbre: Arbre, bloc: object, permises: dict, place: tuple) -> Iterator[Probleme]:
    for rang, element in enumerate(bloc if isinstance(bloc, list) else []):
        yield from _inconnues(arbre, element, permises, (*place, rang))
    for cle, valeur in bloc.items() if isinstance(bloc, dict) else ():
        if cle in REFUS:
            continue
        if cle not in permises:
            remede = proposer(cle, permises) or "retirez-la : les deux moteurs ne la rendent pas de même"
            yield arbre.probleme((*place, cle), "clé inconnue", ".".join(map(str, (*place, cle))), remede)
        elif isinstance(permises[cle], dict):
            yield from _inconnues(arbre, valeur, permises[cle], (*place, cle))


def _valeurs(arbre: Arbre) -> list[Probleme]:
    """Refuser les clés interdites où qu'elles soient, et les valeurs que les deux moteurs ne rendent pas de même."""
    problemes = []
    for place in arbre.lignes:
        cle, valeur = place[-1] if place else "", _atteindre(arbre.valeur, place)
        if place[:2] in (("format", "typst"), ("format", "docx")):
            continue
        if cle in REFUS and valeur is not False:
            message, remede = REFUS[cle]
            problemes.append(arbre.probleme(place, message, cle, remede))
        elif isinstance(valeur, str) and valeur.endswith((".scss", ".sass")):
            problemes.append(
                arbre.probleme(place, "feuille SCSS refusée", valeur, "écrivez une feuille .css ordinaire")
            )
        elif "theme" in place and isinstance(valeur, str) and valeur.casefold() in THEMES_DISTANTS:
            problemes.append(
                arbre.probleme(
                    place,
                    "thème dont la police est distante",
                    valeur,
                    "prenez « default » (clair) ou « slate » (sombre), qui n'en chargent pas",
                )
            )
        elif cle == "html-math-method" and valeur != "mathml":
            problemes.append(
                arbre.probleme(
                    place,
                    "méthode mathématique distante ou non commune",
                    valeur,
                    "écrivez « html-math-method: mathml »",
                )
            )
        elif cle == "embed-resources" and valeur is True:
            problemes.append(arbre.probleme(place, "un site ne s'écrit pas en une seule page", cle, "retirez la clé"))
        elif cle in ("css", "favicon", "logo", "theme") and isinstance(valeur, str) and "//" in valeur:
            problemes.append(arbre.probleme(place, "ressource distante refusée", valeur, "copiez-la dans le projet"))
    return problemes


def _atteindre(valeur: object, place: tuple) -> object:
    for pas in place:
        try:
            valeur = valeur[pas]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return None
    return valeur
