"""Ce qu'une séance donne à montrer : ses propositions, et les mots de sa page."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Mots", "Proposition"]


class Proposition(NamedTuple):
    """Un code mis en avant pour une phrase, par la machine ou par des codeurs.

    Attributes
    ----------
    code : str
        Le code.
    raisons : tuple of str
        Pourquoi, en textes prêts à montrer.
    exemple : str
        Une phrase d'exemple proche, ou rien.
    place : tuple of (int, int) or None
        Les mots de la phrase qui l'ont fait proposer.
    """

    code: str
    raisons: tuple[str, ...]
    exemple: str = ""
    place: tuple[int, int] | None = None


class Mots(NamedTuple):
    """Les mots que la page emploie : ils changent avec ce que l'on vient y faire.

    Attributes
    ----------
    titre, consigne : str
        En tête de page ; la consigne peut être vide.
    quoi, sans : str
        Le titre du volet des propositions, et ce qu'il dit quand une phrase n'en a pas.
    suite : str
        Ce que fait la touche « i » ; vide si elle ne fait rien.
    memo : str
        Comment s'appelle la note d'une phrase.
    compte, fini : str
        Ce que l'on compte, et ce que l'on dit quand il n'en reste plus.
    """

    titre: str
    consigne: str
    quoi: str
    sans: str
    suite: str
    memo: str
    compte: str
    fini: str
