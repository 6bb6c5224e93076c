"""Mettre au propre les tables HTML d'un notebook : légende, portée des en-têtes, alignement."""

from __future__ import annotations

import re

__all__ = ["legender_table", "nettoyer_table"]

_STYLE_PANDAS = re.compile(r"<style scoped>.*?</style>\s*", re.DOTALL)
_LIGNE = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_ENVELOPPE = re.compile(r"<div>\s*(<table\b.*</table>)\s*</div>", re.DOTALL)
_CELLULE = re.compile(r"<(?P<nom>t[dh])(?P<attributs>[^>]*)>(?P<texte>.*?)</t[dh]>", re.DOTALL)
_NOMBRE = re.compile(r"[-−+]?[\d\s.,\u202f]*\d\s*%?|NaN|nan|—|-|")
_ENTETE = re.compile(r"<th\b(?P<attributs>[^>]*)>(?P<texte>.*?)</th>", re.DOTALL)


def nettoyer_table(html: str) -> str:
    r"""Rendre accessible une table écrite par pandas : portée des en-têtes, ni style ni bordure à elle.

    Parameters
    ----------
    html : str
        La sortie ``text/html`` d'une cellule ; ce qui n'est pas une table n'est pas touché.

    Returns
    -------
    str
        La même table : ``scope="col"`` en tête, ``scope="row"`` ailleurs, coin vide sans en-tête.

    Examples
    --------
    >>> nettoyer_table('<table border="1" class="dataframe"><thead><tr style="text-align: right;"><th></th>'
    ...                '<th>n</th></tr></thead> <tbody><tr><th>a</th><td>1</td></tr></tbody></table>')
    '<table class="dataframe"><thead><tr><td></td><th scope="col" class="droite">n</th></tr></thead>
     <tbody><tr><th scope="row">a</th><td class="droite">1</td></tr></tbody></table>'
    """
    if "<table" not in html:
        return html
    html = (
        _STYLE_PANDAS.sub("", html)
        .replace('<table border="1"', "<table")
        .replace('<tr style="text-align: right;">', "<tr>")
    )
    tete, balise, reste = html.partition("</thead>")
    tete = _LIGNE.sub(lambda ligne: _porter(ligne[0], "col"), tete) if balise else tete
    reste = _LIGNE.sub(lambda ligne: _porter(ligne[0], "row"), reste if balise else tete)
    html = tete + balise + reste if balise else reste
    enveloppe = _ENVELOPPE.fullmatch(html.strip())
    return _aligner(enveloppe[1] if enveloppe else html)


def _aligner(html: str) -> str:
    """Aligner à droite les colonnes de nombres ; une table à cellules fusionnées reste comme elle est."""
    if 'class="dataframe"' not in html or re.search(r"(col|row)span=", html):
        return html
    lignes = [[_chiffrer(trouve) for trouve in _CELLULE.finditer(ligne)] for ligne in _LIGNE.findall(html)]
    entetes = html.partition("</thead>")[0].count("<tr")
    if len({len(ligne) for ligne in lignes}) != 1 or len(lignes) <= entetes:
        return html
    nombres = {
        rang
        for rang, colonne in enumerate(zip(*lignes[entetes:], strict=True))
        if all(map(_NOMBRE.fullmatch, colonne)) and any(re.search(r"\d", texte) for texte in colonne)
    }

    def marquer(ligne: re.Match[str]) -> str:
        cellules = iter(range(len(lignes[0])))
        return _CELLULE.sub(lambda trouve: _droite(trouve) if next(cellules) in nombres else trouve[0], ligne[0])

    return _LIGNE.sub(marquer, html)


def _chiffrer(trouve: re.Match[str]) -> str:
    """Donner le texte d'une case ; un en-tête de ligne n'est jamais un nombre."""
    return "en-tête" if trouve["nom"] == "th" else trouve["texte"].strip()


def _droite(trouve: re.Match[str]) -> str:
    nom, attributs, texte = trouve["nom"], trouve["attributs"], trouve["texte"]
    if "class=" in attributs or 'scope="row' in attributs:
        return trouve[0]
    return f'<{nom}{attributs} class="droite">{texte}</{nom}>'


def _porter(ligne: str, portee: str) -> str:
    def remplacer(trouve: re.Match[str]) -> str:
        attributs, texte = trouve["attributs"], trouve["texte"]
        if not re.sub(r"<[^>]*>|&nbsp;|\s", "", texte):
            return f"<td{attributs}>{texte}</td>"
        if "scope=" in attributs:
            return trouve[0]
        etendue = "group" if re.search(rf'{"col" if portee == "col" else "row"}span="?(?!1")\d', attributs) else ""
        return f'<th scope="{portee}{etendue}"{attributs}>{texte}</th>'

    return _ENTETE.sub(remplacer, ligne)


def legender_table(html: str, legende: str) -> str:
    """Placer une légende dans la première table d'un fragment.

    Examples
    --------
    >>> legender_table("<table><tr></tr></table>", "Titre")
    '<table><caption>Titre</caption><tr></tr></table>'
    """
    html = re.sub(r"<caption\b.*?</caption>\s*", "", html, count=1, flags=re.DOTALL)
    return re.sub(r"(<table\b[^>]*>)", lambda trouve: f"{trouve[1]}<caption>{legende}</caption>", html, count=1)
