"""Reconnaître un numéro à ses seuls chiffres, quels que soient ses séparateurs et son préfixe."""

from __future__ import annotations

import re

__all__ = ["lire_numero", "motif_numero"]

_CHIFFRES_MIN = 9
"""En deçà, les chiffres d'un numéro se suivraient trop souvent par hasard pour se passer de ses séparateurs."""
_ENTRE = r"[\s.·/()_‐‑–-]{0,3}"
_NUMERO = re.compile(r"[+(]?[A-Za-z]{0,2}(?:[0-9\s.·/()_‐‑–-]|[A-Za-z](?![A-Za-z]))*+")
_TELEPHONE = re.compile(r"(?:(?:\+|00)?33|0)([1-9][0-9]{8})")
_ETRANGER = re.compile(r"00([1-9][0-9]{9,})")


def lire_numero(nom: str) -> str:
    """Rendre ce qui fait un numéro (téléphone, SIRET, IBAN…) : ses chiffres, et ses lettres s'il en a.

    Parameters
    ----------
    nom : str
        N'importe quel texte.

    Returns
    -------
    str
        Les signes du numéro, en capitales ; un téléphone français commence par 0, un autre par 00. Vide si ce n'est pas
        un numéro d'au moins neuf chiffres.

    Examples
    --------
    >>> lire_numero("06 12 34 56 78"), lire_numero("+33 (0)6.12.34.56.78"), lire_numero("12 rue Basse")
    ('0612345678', '0612345678', '')
    """
    if not _NUMERO.fullmatch(nom):
        return ""
    signes = "".join(signe for signe in nom.replace("(0)", "") if signe.isalnum() or signe == "+")
    if sum(map(str.isdigit, signes)) < _CHIFFRES_MIN:
        return ""
    telephone = _TELEPHONE.fullmatch(signes)
    return f"0{telephone[1]}" if telephone else signes.replace("+", "00").upper()


def motif_numero(numero: str) -> str:
    """Composer le motif de toutes les écritures d'un numéro.

    Parameters
    ----------
    numero : str
        Ce que rend :func:`lire_numero`.

    Returns
    -------
    str
        Une expression rationnelle, sans ses limites.

    Examples
    --------
    >>> motif = re.compile(motif_numero("0612345678"))
    >>> all(map(motif.fullmatch, ("0612345678", "06-12-34-56-78", "+33 6 12 34 56 78", "0033612345678")))
    True
    """
    prefixe, signes = "", numero
    if telephone := _TELEPHONE.fullmatch(numero):
        prefixe, signes = rf"(?:(?:\+|00)?33{_ENTRE}(?:\(0\){_ENTRE})?|0{_ENTRE})", telephone[1]
    elif etranger := _ETRANGER.fullmatch(numero):
        prefixe, signes = r"(?:\+|00)", etranger[1]
    return prefixe + _ENTRE.join(f"[{signe}{signe.lower()}]" if signe.isalpha() else signe for signe in signes)
