"""Les enseignements, à suivre dans un lecteur de flux (Atom, RFC 4287)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from uuid import NAMESPACE_URL, uuid5

from ess_analyse.enseignements import Enseignement

__all__ = ["ecrire_flux"]


def ecrire_flux(enseignements: Iterable[Enseignement], panel: Iterable[str], date: str) -> str:
    """Écrire le flux des enseignements.

    Parameters
    ----------
    enseignements : iterable of Enseignement
        Une entrée chacun.
    panel : iterable of str
        Les libellés des structures : ils distinguent le flux de celui d'une autre étude.
    date : str
        Le mois ``AAAA-MM`` du dernier document de l'étude, jamais l'heure du rendu.

    Returns
    -------
    str
        Du XML. Les adresses sont relatives au flux, que le site ait ou non une adresse publique.

    Examples
    --------
    >>> "<updated>2025-10-01T00:00:00Z</updated>" in ecrire_flux([], ["Le garage"], "2025-10")
    True
    """
    nom = "ess_analyse/" + "|".join(sorted(panel))
    maj = f"{date}-01T00:00:00Z" if re.fullmatch(r"\d{4}-(?:0[1-9]|1[0-2])", date) else "2000-01-01T00:00:00Z"
    entrees = "".join(
        f"<entry>\n<id>{uuid5(NAMESPACE_URL, f'{nom}/enseignement/{lecon.numero}').urn}</id>\n"
        f"<title>{escape(lecon.titre)}</title>\n<updated>{maj}</updated>\n"
        f'<link href="../enseignements/e{lecon.numero}.html"/>\n<summary>{escape(lecon.resume)}</summary>\n</entry>\n'
        for lecon in enseignements
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr">\n'
        f"<id>{uuid5(NAMESPACE_URL, nom).urn}</id>\n<title>Enseignements</title>\n<updated>{maj}</updated>\n"
        f"<author><name>L’équipe de l’étude</name></author>\n"
        f'<link href="../enseignements/index.html"/>\n{entrees}</feed>\n'
    )
