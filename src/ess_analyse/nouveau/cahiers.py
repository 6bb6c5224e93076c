"""Les notebooks d'une étude neuve : des modèles en Markdown, dont chaque bloc de Python est une cellule."""

from __future__ import annotations

import re
from importlib.resources import files

__all__ = ["composer_cahiers"]

_ENTETE = re.compile(r"\A(---\n.*?\n---)\n", re.DOTALL)
_BLOC = re.compile(r"^```python\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
_NOYAU = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def composer_cahiers() -> dict[str, str]:
    """Écrire les notebooks d'une étude neuve, sans sorties.

    Returns
    -------
    dict of str to str
        Nom → contenu, toujours le même à l'octet. Chacun s'exécute sur une étude vide, et dit alors ce qui lui manque.

    Examples
    --------
    >>> sorted(composer_cahiers())[0]
    '01_corpus.ipynb'
    """
    modeles = (modele for modele in (files("ess_analyse.nouveau") / "cahiers_modeles").iterdir())
    textes = {modele.name: modele.read_text(encoding="utf-8") for modele in modeles if modele.name.endswith(".md")}
    return {nom.replace(".md", ".ipynb"): _composer(texte) for nom, texte in sorted(textes.items())}


def _composer(texte: str) -> str:
    import nbformat
    from nbformat import v4

    entete = _ENTETE.match(texte)
    cellules = [v4.new_raw_cell(entete[1])]
    # re.split with one group alternates what is between the blocks and what they hold.
    for rang, morceau in enumerate(_BLOC.split(texte[entete.end() :])):
        if morceau.strip():
            cellules.append(v4.new_code_cell(morceau) if rang % 2 else v4.new_markdown_cell(morceau.strip()))
    for rang, cellule in enumerate(cellules):
        # Random identifiers would make two studies differ for nothing.
        cellule["id"] = f"cellule-{rang:02d}"
    return nbformat.writes(v4.new_notebook(cells=cellules, metadata=_NOYAU)) + "\n"
