"""Écrire les blocs de Quarto : encadrés, onglets, dispositions, figures et tableaux étiquetés, code replié."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ess_analyse.rendu.balises import attributs, balise, echapper, typographier
from ess_analyse.rendu.dataframes import legender_table
from ess_analyse.rendu.noeuds import Noeud, attribut, en_clair

if TYPE_CHECKING:
    from ess_analyse.rendu.document import Ecrivain

__all__ = ["ecrire_composant", "ecrire_legende"]

_SIGNES = {"note": "i", "tip": "✓", "warning": "!", "important": "!", "caution": "✕"}


def ecrire_composant(ecrivain: Ecrivain, bloc: Noeud) -> str:
    """Écrire un bloc que pandoc ne connaît pas, ou dont Quarto change le sens.

    Parameters
    ----------
    ecrivain : Ecrivain
        L'écrivain de la page.
    bloc : dict
        ``Div``, ``Figure``, ``Encadre``, ``Onglets``, ``Disposition`` ou ``Legende``.

    Returns
    -------
    str
        Son HTML.
    """
    return _ECRITURES[bloc["t"]](ecrivain, bloc)


def ecrire_legende(ecrivain: Ecrivain, identifiant: str, inlines: list[Noeud]) -> str:
    """Écrire une légende, précédée de « Figure 1 : » si elle est étiquetée."""
    texte = ecrivain.inlines(inlines)
    renvoi = ecrivain.renvois.cibles.get(identifiant)
    if renvoi is None:
        return texte
    if "(" in renvoi.numero:
        numero = "(" + renvoi.numero.partition("(")[2]
    else:
        numero = f"{ecrivain.mots[f'crossref-{renvoi.genre}-title']}\u00a0{renvoi.numero}\u00a0:"
    return f'<span class="numero">{echapper(numero)}</span> {texte}'.rstrip()


def _division(ecrivain: Ecrivain, bloc: Noeud) -> str:
    attr, blocs = bloc["c"]
    if "cellule-code" in attr[1]:
        return _code_de_cellule(ecrivain, attr, blocs)
    return balise("div", "\n" + ecrivain.blocs(blocs), attr)


def _code_de_cellule(ecrivain: Ecrivain, attr: list, blocs: list[Noeud]) -> str:
    code = ecrivain.blocs(blocs)
    if "replie" not in attr[1]:
        return balise("div", code, ["", ["cellule-code"], []])
    resume = attribut(attr, "resume") or ecrivain.mots["code-summary"]
    ouvert = " open" if attribut(attr, "ouvert") else ""
    return f'<details class="cellule-code"{ouvert}><summary>{echapper(resume)}</summary>\n{code}</details>'


def _figure(ecrivain: Ecrivain, bloc: Noeud) -> str:
    (identifiant, classes, paires), (_, legende), blocs = bloc["c"]
    inlines = [inline for un in legende for inline in un.get("c", [])]
    dit = ecrire_legende(ecrivain, identifiant, inlines)
    contenu = "\n" + ecrivain.blocs(blocs) + (f"<figcaption>{dit}</figcaption>\n" if dit else "")
    return balise("figure", contenu, [identifiant, classes, paires])


def _legende(ecrivain: Ecrivain, bloc: Noeud) -> str:
    identifiant, classes, paires = bloc["attr"]
    corps = ecrivain.blocs(bloc["blocs"])
    if bloc["colonnes"]:
        corps = _grille(bloc["colonnes"], [ecrivain.bloc(un) for un in bloc["blocs"]])
    dit = ecrire_legende(ecrivain, identifiant, bloc["legende"])
    garde = [classe for classe in classes if classe != "sortie-legendee"]
    if bloc["genre"] == "tbl" and corps.count("<table") == 1:
        table = legender_table(corps, dit)
        if 'class="table-large"' not in table:
            table = f'<div class="table-large">\n{table}</div>\n'
        return balise("div", "\n" + table, [identifiant, ["tableau", *garde], paires])
    return balise("figure", f"\n{corps}<figcaption>{dit}</figcaption>\n", [identifiant, garde, paires])


def _disposition(ecrivain: Ecrivain, bloc: Noeud) -> str:
    identifiant, classes, paires = bloc["attr"]
    return _grille(bloc["colonnes"], [ecrivain.bloc(un) for un in bloc["blocs"]], [identifiant, classes, paires])


def _grille(colonnes: int, cases: list[str], attr: list | None = None) -> str:
    identifiant, classes, paires = attr or ["", [], []]
    contenu = "\n" + "".join(f"<div>{case.strip()}</div>\n" for case in cases if case.strip())
    attr = [identifiant, ["disposition", *classes], paires]
    return balise("div", contenu, attr, style=f"--colonnes:{colonnes}") + "\n"


def _encadre(ecrivain: Ecrivain, bloc: Noeud) -> str:
    genre = bloc["genre"]
    titre = ecrivain.inlines(bloc["titre"]) if bloc["titre"] else echapper(ecrivain.mots[f"callout-{genre}-title"])
    # Without its own title, the kind is the title; with one, it is still said to those who do not see the colour.
    dit = (
        ""
        if not bloc["titre"]
        else f'<span class="lecteur">{echapper(ecrivain.mots[f"callout-{genre}-title"])}\u00a0: </span>'
    )
    entete = f'<span class="signe" aria-hidden="true">{_SIGNES[genre]}</span> {dit}{titre}'
    corps = f'<div class="callout-corps">\n{ecrivain.blocs(bloc["blocs"])}</div>\n'
    identifiant, _, paires = bloc["attr"]
    attr: list[Any] = [
        identifiant,
        ["callout", f"callout-{genre}"],
        [p for p in paires if p[0] not in ("title", "collapse")],
    ]
    if bloc["repli"] is None:
        return balise("div", f'\n<p class="callout-titre">{entete}</p>\n{corps}', attr)
    ouvert = " open" if bloc["repli"] == "false" else ""
    return f'<details{attributs(attr)}{ouvert}>\n<summary class="callout-titre">{entete}</summary>\n{corps}</details>'


def _onglets(ecrivain: Ecrivain, bloc: Noeud) -> str:
    ecrivain.onglets += 1
    rang = ecrivain.onglets
    niveau = min(6, bloc["niveau"])
    volets = "".join(
        f'<section class="volet" id="onglets-{rang}-{numero}">\n'
        f'<h{niveau} class="volet-titre" id="{echapper(volet["id"])}">{ecrivain.inlines(volet["titre"])}</h{niveau}>\n'
        f"{ecrivain.blocs(volet['blocs'])}</section>\n"
        for numero, volet in enumerate(bloc["volets"], 1)
    )
    titres = ", ".join(typographier(" ".join(en_clair(volet["titre"]).split())) for volet in bloc["volets"])
    groupe = f' data-groupe="{echapper(bloc["groupe"])}"' if bloc["groupe"] else ""
    return f'<div class="onglets"{groupe} data-titre="{echapper(titres)}">\n{volets}</div>'


_ECRITURES = {
    "Div": _division,
    "Figure": _figure,
    "Legende": _legende,
    "Disposition": _disposition,
    "Encadre": _encadre,
    "Onglets": _onglets,
}
