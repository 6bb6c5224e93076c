"""Faire tenir dans une étiquette le nom de qui parle, tel qu'un format le donne."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ess_analyse.lecture.paragraphes import Paragraphe, propre

__all__ = ["abreger_noms", "mettre_en_etiquette"]

_SIGNES = 60
"""Ce que le texte canonique admet devant « : »."""
_COUPE = 50
"""Où couper un nom plus long, pour que des points de suspension et un rang y tiennent encore."""

_FIN_DE_NOM = " \u00a0\u202f:"


def mettre_en_etiquette(nom: str) -> str:
    r"""Écrire un nom sur une ligne et sans deux-points, pour que « Nom : paroles » se relise.

    Parameters
    ----------
    nom : str
        Tel que le format ou la personne le donne.

    Returns
    -------
    str
        Le nom ; vide s'il n'y a rien à lire.

    Examples
    --------
    >>> mettre_en_etiquette("Dr : Petit\n(directrice)")
    'Dr Petit (directrice)'
    """
    return " ".join(propre(nom).replace(":", " ").split())


def abreger_noms(paragraphes: Sequence[Paragraphe]) -> tuple[list[Paragraphe], list[str]]:
    """Mettre au propre les noms que le format donne.

    Un nom trop long qui revient est celui d'un locuteur : il est coupé après un mot, et deux noms que la coupe rendrait
    pareils restent distincts. Un nom trop long qui ne sert qu'une fois est plutôt une phrase : il rejoint le texte.

    Parameters
    ----------
    paragraphes : sequence of Paragraphe
        Les paragraphes.

    Returns
    -------
    paragraphes : list of Paragraphe
        Les mêmes, chaque locuteur tenant devant « : ».
    constats : list of str
        Combien de noms ont été changés, sans les citer : un constat se recopie et se transmet.

    Examples
    --------
    >>> abreger_noms([Paragraphe("Oui.", "Dr : Petit"), Paragraphe("Non.", "Rose")])[1]
    ['1 nom de locuteur récrit sans deux-points ni saut de ligne']
    """
    fois = Counter(p.locuteur for p in paragraphes if p.locuteur)
    ecrits = {nom: mettre_en_etiquette(nom) for nom in fois}
    revenus: Counter[str] = Counter()
    for nom, combien in fois.items():
        revenus[ecrits[nom]] += combien
    longs = [ecrit for ecrit in revenus if len(ecrit) > _SIGNES]
    courts = _couper([ecrit for ecrit in longs if revenus[ecrit] > 1], {*revenus})
    phrases = {*longs} - {*courts}
    lus = []
    for paragraphe in paragraphes:
        ecrit = ecrits.get(paragraphe.locuteur, "")
        if ecrit in phrases:
            lus.append(replace(paragraphe, texte=f"{ecrit} – {paragraphe.texte}", locuteur=None))
        else:
            lus.append(replace(paragraphe, locuteur=courts.get(ecrit, ecrit) or None))
    recrits = sum(":" in (nu := propre(nom).rstrip(_FIN_DE_NOM)) or "\n" in nu for nom in fois)
    return lus, [
        *_dire(recrits, "récrit{s} sans deux-points ni saut de ligne"),
        *_dire(len(courts), f"de plus de {_SIGNES} signes coupé{{s}}"),
        *_dire(len(phrases), f"de plus de {_SIGNES} signes qui ne revien{{nent}} pas, mis en tête des paroles"),
    ]


def _couper(noms: Sequence[str], pris: set[str]) -> dict[str, str]:
    courts, rangs = {}, Counter()
    for nom in noms:
        tete = nom[:_COUPE]
        base = court = f"{tete.rpartition(' ')[0] or tete}…"
        while court in pris:
            rangs[base] += 1
            court = f"{base} ({rangs[base] + 1})"
        pris.add(court)
        courts[nom] = court
    return courts


def _dire(nombre: int, quoi: str) -> list[str]:
    s, nent = ("s", "nent") if nombre > 1 else ("", "t")
    return [f"{nombre} nom{s} de locuteur {quoi.format(s=s, nent=nent)}"] if nombre else []
