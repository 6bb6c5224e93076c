"""Écrire un coefficient d'accord, partout pareil."""

from __future__ import annotations

import pandas as pd

__all__ = ["ecrire_coefficient"]


def ecrire_coefficient(valeur: float) -> str:
    """Écrire un coefficient à la française, à trois décimales : à deux, 0,797 se lirait 0,80, qui conclut autrement.

    Examples
    --------
    >>> ecrire_coefficient(0.7972), ecrire_coefficient(-0.06), ecrire_coefficient(float("nan"))
    ('0,797', '−0,060', '—')
    >>> ecrire_coefficient(-0.0004)
    '0,000'
    """
    return "—" if pd.isna(valeur) else f"{valeur:z.3f}".replace(".", ",").replace("-", "−")
