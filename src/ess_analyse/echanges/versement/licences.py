"""Les licences sous lesquelles une archive accepte un jeu de données."""

from __future__ import annotations

__all__ = ["LICENCES", "rediger_licence"]

_CC = "https://creativecommons.org/licenses"
LICENCES = {
    "CC-BY-4.0": ("Creative Commons Attribution 4.0 International", f"{_CC}/by/4.0/"),
    "CC-BY-SA-4.0": (
        "Creative Commons Attribution, Partage dans les mêmes conditions 4.0 International",
        f"{_CC}/by-sa/4.0/",
    ),
    "CC-BY-NC-4.0": (
        "Creative Commons Attribution, Pas d'utilisation commerciale 4.0 International",
        f"{_CC}/by-nc/4.0/",
    ),
    "CC-BY-NC-SA-4.0": (
        "Creative Commons Attribution, Pas d'utilisation commerciale, Partage dans les mêmes conditions 4.0 "
        "International",
        f"{_CC}/by-nc-sa/4.0/",
    ),
    "CC-BY-ND-4.0": (
        "Creative Commons Attribution, Pas de modification 4.0 International",
        f"{_CC}/by-nd/4.0/",
    ),
    "CC-BY-NC-ND-4.0": (
        "Creative Commons Attribution, Pas d'utilisation commerciale, Pas de modification 4.0 International",
        f"{_CC}/by-nc-nd/4.0/",
    ),
    "CC0-1.0": ("Creative Commons Zéro 1.0 universel", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "etalab-2.0": (
        "Licence Ouverte 2.0 (Etalab)",
        "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    ),
    "ODbL-1.0": ("Open Database License 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
    "ODC-By-1.0": ("Open Data Commons Attribution License 1.0", "https://opendatacommons.org/licenses/by/1-0/"),
}
"""Identifiant SPDX → nom de la licence, adresse de son texte."""


def rediger_licence(identifiant: str, titulaires: str, annee: int) -> str:
    r"""Rédiger le fichier qui dit sous quelle licence le dépôt est placé.

    Parameters
    ----------
    identifiant : str
        Un identifiant de :data:`LICENCES`.
    titulaires : str
        Les auteurs, tels qu'on les cite.
    annee : int
        L'année du dépôt.

    Returns
    -------
    str
        Le contenu de ``LICENCE.txt``.

    Examples
    --------
    >>> rediger_licence("CC-BY-4.0", "Martin, Ana", 2026).splitlines()[0]
    'SPDX-License-Identifier: CC-BY-4.0'
    """
    nom, adresse = LICENCES[identifiant]
    return (
        f"SPDX-License-Identifier: {identifiant}\n\n"
        f"{titulaires}, {annee}.\n\n"
        f"Ce dépôt est placé sous la licence « {nom} ».\n"
        f"Son texte, qui seul fait foi : {adresse}\n\n"
        "Une licence dit ce que les auteurs permettent. Elle n'ôte rien aux droits des personnes dont on lit les "
        "paroles.\n"
    )
