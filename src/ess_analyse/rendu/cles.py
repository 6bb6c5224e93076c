"""Les clés de Quarto que le moteur embarqué comprend, et celles qu'il refuse en disant pourquoi."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from ess_analyse.arbre import Arbre
from ess_analyse.erreurs import Probleme, proposer

__all__ = ["controler_page", "controler_projet"]

_LIBRE: dict = {}
_ENTREE = dict.fromkeys(("href", "file", "text", "icon", "aria-label", "menu", "target", "rel"))
_NAVBAR = dict.fromkeys(
    (
        "title",
        "logo",
        "logo-alt",
        "logo-href",
        "background",
        "foreground",
        "search",
        "pinned",
        "collapse",
        "collapse-below",
        "toggle-position",
        "left",
        "right",
        "tools-collapse",
    )
)
_LATERAL = dict.fromkeys(
    (
        "id",
        "title",
        "subtitle",
        "style",
        "search",
        "collapse-level",
        "contents",
        "alignment",
        "background",
        "foreground",
        "border",
        "pinned",
        "logo",
        "logo-alt",
        "logo-href",
    )
)
_HTML = dict.fromkeys(
    (
        "toc",
        "toc-depth",
        "toc-title",
        "toc-location",
        "toc-expand",
        "number-sections",
        "number-depth",
        "css",
        "theme",
        "html-math-method",
        "code-fold",
        "code-summary",
        "code-copy",
        "code-tools",
        "code-overflow",
        "code-line-numbers",
        "highlight-style",
        "link-external-newwindow",
        "link-external-icon",
        "smooth-scroll",
        "anchor-sections",
        "lang",
        "fig-cap-location",
        "tbl-cap-location",
        "fig-align",
        "fig-responsive",
        "citations-hover",
        "footnotes-hover",
        "crossrefs-hover",
        "notebook-links",
        "notebook-view",
        "page-layout",
        "lightbox",
        "grid",
        "date-format",
        "reference-location",
        "citation-location",
        "section-divs",
        "embed-resources",
        "respect-user-color-scheme",
        "minimal",
        "mainfont",
        "monofont",
        "fontsize",
        "linestretch",
        "format-links",
        "link-citations",
    )
)
_SITE = dict.fromkeys(
    (
        "title",
        "description",
        "site-url",
        "site-path",
        "favicon",
        "search",
        "page-navigation",
        "open-graph",
        "twitter-card",
        "bread-crumbs",
        "back-to-top-navigation",
        "image",
        "image-alt",
        "repo-url",
        "repo-branch",
    )
) | {
    "navbar": _NAVBAR,
    "sidebar": _LATERAL,
    "page-footer": dict.fromkeys(("left", "center", "right", "border", "background", "foreground")),
}
_PROJET = {
    "project": dict.fromkeys(
        ("type", "title", "output-dir", "render", "resources", "pre-render", "execute-dir", "lib-dir")
    ),
    "website": _SITE,
    "format": {"html": _HTML, "typst": None, "docx": None},
    "execute": dict.fromkeys(("enabled", "echo", "output", "warning", "error", "include", "eval", "cache", "daemon")),
} | dict.fromkeys(
    (
        "lang",
        "language",
        "bibliography",
        "csl",
        "citeproc",
        "link-citations",
        "reference-section-title",
        "author",
        "date",
        "date-format",
        "title",
        "nocite",
        "toc",
        "toc-depth",
        "toc-title",
        "number-sections",
        "crossref",
        "metadata",
        "jupyter",
        "page-layout",
        "pdf-standard",
    )
)

_CLES_DE_PAGE = (
    "title",
    "subtitle",
    "description",
    "lang",
    "toc",
    "toc-depth",
    "toc-title",
    "number-sections",
    "page-layout",
    "categories",
    "author",
    "date",
    "abstract",
    "bibliography",
    "csl",
    "nocite",
    "format",
    "execute",
    "sidebar",
    "pagetitle",
    "reference-section-title",
)
_REFUS = {
    "filters": (
        "les filtres Lua ne sont pas du sous-ensemble commun",
        "retirez la clé ; écrivez le résultat dans la page",
    ),
    "freeze": (
        "« freeze » n'a pas d'effet ici : les pages ne sont jamais exécutées",
        "retirez la clé ; les notebooks gardent leurs sorties",
    ),
    "shortcodes": ("les extensions de Quarto ne sont pas du sous-ensemble commun", "retirez la clé"),
    "extensions": ("les extensions de Quarto ne sont pas du sous-ensemble commun", "retirez la clé"),
    "revealjs-plugins": ("les extensions de Quarto ne sont pas du sous-ensemble commun", "retirez la clé"),
    "post-render": ("une étape après le rendu donnerait deux sites différents", "faites-la dans pre-render"),
    "listing": (
        "les listes automatiques de pages ne sont pas du sous-ensemble commun",
        "écrivez la liste dans la page, ou incluez-la par {{< include … >}}",
    ),
    "draft": ("une page en brouillon serait publiée", "retirez la clé, et renommez la page avec « _ » en tête"),
    "drafts": ("une page en brouillon serait publiée", "retirez la clé, et renommez les pages avec « _ » en tête"),
    "google-analytics": ("mesure d'audience distante", "retirez la clé : le site ne contacte personne"),
    "comments": ("commentaires servis par un tiers", "retirez la clé : le site ne contacte personne"),
    "cookie-consent": ("bandeau de consentement sans objet", "retirez la clé : le site ne dépose rien"),
    "include-in-header": (
        "inclusion dans l'en-tête HTML refusée",
        "placez le contenu dans la page ou dans une feuille css",
    ),
    "include-before-body": ("inclusion dans le gabarit refusée", "placez le contenu dans la page"),
    "include-after-body": ("inclusion dans le gabarit refusée", "placez le contenu dans la page"),
    "header-includes": (
        "inclusion dans l'en-tête HTML refusée",
        "placez le contenu dans la page ou dans une feuille css",
    ),
    "template": ("un autre gabarit que le nôtre changerait le site d'un moteur à l'autre", "retirez la clé"),
    "template-partials": ("un autre gabarit que le nôtre changerait le site d'un moteur à l'autre", "retirez la clé"),
    "mermaid": ("les diagrammes Mermaid ne sont pas du sous-ensemble commun", "donnez une image SVG avec fig-alt"),
    "engine": ("aucune page n'est exécutée par le moteur du site", "retirez la clé"),
}
_FORMATS = ("html", "typst", "docx")


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
    problemes = [*_inconnues(arbre, arbre.valeur, _PROJET, ()), *_valeurs(arbre)]
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
    """Contrôler l'en-tête YAML d'une page ; les clés propres à l'étude y sont permises.

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
    >>> print(controler_page(lire_arbre("titel: Essai\\nnumero: 3", "a.qmd"))[0])
    a.qmd, ligne 1 : clé inconnue (« titel »). Vouliez-vous dire « title » ?
    """
    if not isinstance(arbre.valeur, dict):
        return [arbre.probleme((), "un bloc de clés est attendu", "", "écrivez une clé par ligne : « clé: valeur »")]
    problemes = _valeurs(arbre)
    for cle in arbre.valeur:
        if cle not in _CLES_DE_PAGE and difflib.get_close_matches(cle, _CLES_DE_PAGE, 1, 0.79) and cle not in _HTML:
            problemes.append(arbre.probleme((cle,), "clé inconnue", cle, proposer(cle, _CLES_DE_PAGE)))
    html = arbre.valeur.get("format")
    if isinstance(html, dict):
        problemes += _inconnues(arbre, html, _PROJET["format"], ("format",))
    elif isinstance(html, str) and html not in _FORMATS:
        problemes.append(arbre.probleme(("format",), "format inconnu", html, proposer(html, _FORMATS)))
    return problemes


def _inconnues(arbre: Arbre, bloc: object, permises: dict, place: tuple) -> Iterator[Probleme]:
    for rang, element in enumerate(bloc if isinstance(bloc, list) else []):
        yield from _inconnues(arbre, element, permises, (*place, rang))
    for cle, valeur in bloc.items() if isinstance(bloc, dict) else ():
        if cle in _REFUS:
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
        if cle in _REFUS and valeur is not False:
            message, remede = _REFUS[cle]
            problemes.append(arbre.probleme(place, message, cle, remede))
        elif isinstance(valeur, str) and valeur.endswith((".scss", ".sass")):
            problemes.append(
                arbre.probleme(place, "feuille SCSS refusée", valeur, "écrivez une feuille .css ordinaire")
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
