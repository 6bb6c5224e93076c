"""Régler la vue que displaCy donne des indices."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["regler_displacy"]

_ENCRE, _FOND = "#1a1a1a", "#ffffff"
# A family is told by the letter of its label and by the pattern of its line, before its colour.
_TRAITS = {
    "R": "#b3261e",
    "O": "repeating-linear-gradient(90deg, #1b6e3c 0 9px, transparent 9px 13px)",
    "P": "repeating-linear-gradient(90deg, #1f5fa8 0 3px, transparent 3px 6px)",
}
_AUTRE = "#595959"
_PAS = 26
"""De quoi loger, en pixels, le trait d'un indice et son étiquette dessous."""
_TRANCHE = (
    '<span style="background: {bg}; top: {top_offset}px; height: 4px; left: -1px; width: calc(100% + 2px); '
    'position: absolute;"></span>'
)
_ETIQUETTE = (
    '<span style="background: {bg}; top: {top_offset}px; height: 4px; left: -1px; width: calc(100% + 2px); '
    'position: absolute;"><span style="'
    f"background: {_FOND}; color: {_ENCRE}; border: 1px solid {_ENCRE}; "
    "z-index: 10; top: 6px; left: 0; padding: 2px 3px; position: absolute; font-size: 0.6em; font-weight: bold; "
    'line-height: 1; border-radius: 3px; white-space: nowrap;">{label}{kb_link}</span></span>'
)
_MOT = (
    '<span style="display: inline-block; position: relative; height: {total_height}px;">'
    "{text}{span_slices}{span_starts}</span> "
)


def regler_displacy(codes: Iterable[str], cle: str = "ess") -> dict[str, object]:
    """Composer les options de ``displacy.render(doc, style="span", options=…)`` pour les codes d'une grille.

    Un risque est souligné d'un trait plein, une opportunité d'un tireté, un prisme d'un pointillé, tous trois aussi de
    couleur différente ; l'étiquette, noire sur blanc, dit le code. displaCy échappe les mots du texte, non les
    étiquettes : le composant ``ess_indices`` refuse un code qui serait du HTML.

    Parameters
    ----------
    codes : iterable of str
        Les identifiants des codes (``grille.ids()``).
    cle : str
        La clé de ``doc.spans`` où sont les indices.

    Returns
    -------
    dict
        ``spans_key``, ``colors`` (le trait de chaque code), ``top_offset_step`` et ``template``.

    Examples
    --------
    >>> regler_displacy(["R-CHARGE"])["colors"]
    {'R-CHARGE': '#b3261e'}
    """
    traits = {code: _TRAITS.get(code.partition("-")[0], _AUTRE) for code in codes}
    return {
        "spans_key": cle,
        "colors": traits,
        "top_offset_step": _PAS,
        "template": {"span": _MOT, "slice": _TRANCHE, "start": _ETIQUETTE},
    }
