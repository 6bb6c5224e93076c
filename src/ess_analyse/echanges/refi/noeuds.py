"""Composer un XML déterministe, que tous les logiciels peuvent lire."""

from __future__ import annotations

import re
from uuid import NAMESPACE_URL, UUID, uuid5
from xml.etree import ElementTree as ET

from ess_analyse import __version__

__all__ = ["DATE", "composer", "en_octets", "identifier", "poser", "propre"]

DATE = "2000-01-01T00:00:00Z"
"""La date de toute chose : plusieurs lecteurs échouent s'il n'y en a pas, et une date fixe garde les exports égaux."""

_ORIGINE = f"ess_analyse {__version__}"
_ESPACE = uuid5(NAMESPACE_URL, "urn:ess-analyse")
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_INTERDITS = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def composer(nom: str, schema: str, **attributs: object) -> ET.Element:
    """Composer l'élément racine d'un document ; ``schema`` vaut ``Project`` ou ``Codebook``."""
    urn = f"urn:QDA-XML:{schema.lower()}:1.0"
    # The standard is called 1.5; its schemas, of March 2019, are still numbered 1.0.
    lieu = f"{urn} http://schema.qdasoftware.org/versions/{schema}/v1.0/{schema}.xsd"
    racine = ET.Element(nom, {"xmlns": urn, "xmlns:xsi": _XSI, "xsi:schemaLocation": lieu, "origin": _ORIGINE})
    racine.attrib.update(_en_attributs(attributs))
    return racine


def poser(parent: ET.Element, nom: str, texte: str = "", **attributs: object) -> ET.Element:
    """Ajouter un élément à la fin d'un autre."""
    element = ET.SubElement(parent, nom, _en_attributs(attributs))
    element.text = propre(texte) or None
    return element


def propre(texte: str) -> str:
    r"""Retirer ce que XML 1.0 interdit ; une fin de ligne s'y écrit ``\n``.

    Examples
    --------
    >>> propre("a\x0bb\r\nc")
    'ab\nc'
    """
    return _INTERDITS.sub("", texte.replace("\r\n", "\n").replace("\r", "\n"))


def identifier(*mots: str) -> UUID:
    """Donner un GUID à une chose, toujours le même pour les mêmes mots."""
    # The separator keeps ("a", "bc") and ("ab", "c") apart.
    return uuid5(_ESPACE, "\x1f".join(mots))


def en_octets(racine: ET.Element) -> bytes:
    """Mettre un document en octets."""
    ET.indent(racine)
    return ET.tostring(racine, encoding="utf-8", xml_declaration=True) + b"\n"


def _en_attributs(attributs: dict[str, object]) -> dict[str, str]:
    return {cle: propre(str(valeur)) for cle, valeur in attributs.items()}
