"""Ce que devient une cellule quand un code change de nom, rejoint un autre, se partage ou disparaît."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ess_analyse.feuilles import couper_codes
from ess_analyse.grille import ecrire_code
from ess_analyse.modele import RIEN

__all__ = ["Suites", "migrer_codes", "migrer_origine", "motif_des_codes"]

Suites = Mapping[str, tuple[str, ...]]
"""Code d'avant → codes d'après ; aucun : il est ôté."""

_MOT = re.compile(r"[^\s,;|]+")
_SUGGESTION = re.compile(r"\s*(?P<code>[^:|\s]+):\s*(?P<score>\d+(?:[.,]\d+)?):", re.ASCII)


def motif_des_codes(codes: Iterable[str]) -> re.Pattern:
    """Rendre ce qui reconnaît des codes dans un texte, jamais au milieu d'un mot.

    Parameters
    ----------
    codes : iterable of str
        Au moins un identifiant.

    Returns
    -------
    re.Pattern
        Le motif.

    Examples
    --------
    >>> motif_des_codes(["R-SENS"]).findall("R-SENS, PR-SENS, R-SENSE, R-SENS-2, (R-SENS)")
    ['R-SENS', 'R-SENS']
    """
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(codes)))})(?![\w-])")


def migrer_codes(cellule: str, suites: Suites) -> str:
    """Rendre les codes d'une cellule après le changement.

    Parameters
    ----------
    cellule : str
        Des codes, séparés comme une personne les sépare.
    suites : mapping of str to tuple of str
        Code d'avant → codes d'après.

    Returns
    -------
    str
        La même cellule si rien n'y change ; les mêmes séparateurs si chaque code en devient un seul, différent des
        autres ; sinon les codes sans doublon, séparés par une espace, ou « - » s'il n'en reste aucun : la phrase a
        été lue.

    Examples
    --------
    >>> migrer_codes("R-SENS, O-COMP", {"R-SENS": ("R-METIER",)}), migrer_codes("R-SENS", {"R-SENS": ()})
    ('R-METIER, O-COMP', '-')
    >>> migrer_codes("R-SENS|O-COMP", {"R-SENS": ("O-COMP",)})
    'O-COMP'
    """
    codes = couper_codes(cellule)
    if not any(code in suites for code in codes):
        return cellule
    images = [suites.get(code, (code,)) for code in codes]
    neufs = list(dict.fromkeys(code for image in images for code in image))
    if len(neufs) == len(codes) and all(len(image) == 1 for image in images):
        return _MOT.sub(lambda mot: suites.get(ecrire_code(mot[0]), (mot[0],))[0], cellule)
    return " ".join(neufs) or RIEN


def migrer_origine(cellule: str, codes: Iterable[str], suites: Suites) -> str:
    """Rendre ce que la machine avait montré, sous les codes d'après : chaque suggestion garde score, méthode et indice.

    Parameters
    ----------
    cellule : str
        ``code:score:méthode:indice``, séparés par ``|``.
    codes : iterable of str
        Les codes que la personne avait alors posés.
    suites : mapping of str to tuple of str
        Code d'avant → codes d'après.

    Returns
    -------
    str
        La même cellule si rien n'y change. Quand deux suggestions deviennent celle d'un même code, reste celle que la
        personne avait acceptée, sinon celle du meilleur score.

    Examples
    --------
    >>> migrer_origine("R-SENS:0.4:modele:|R-LIEN:0.9:indices:seul", ["R-SENS"], {"R-LIEN": ("R-SENS",)})
    'R-SENS:0.4:modele:'
    >>> migrer_origine("R-SENS:0.4:modele:|R-LIEN:0.9:indices:seul", [], {"R-LIEN": ("R-SENS",)})
    'R-SENS:0.9:indices:seul'
    """
    lus = [(texte, _SUGGESTION.match(texte)) for texte in cellule.split("|")]
    avants = dict.fromkeys(lu["code"] for _, lu in lus if lu)
    if not any(code in suites for code in avants):
        return cellule
    images = {code: suites.get(code, (code,)) for code in avants}
    if len(set(images.values())) == len(images) and all(len(image) == 1 for image in images.values()):
        return "|".join(_renommer(texte, lu, images[lu["code"]][0]) if lu else texte for texte, lu in lus)
    poses, restes = set(codes), {}
    for rang, (texte, lu) in enumerate(lus):
        if lu is None:
            # What cannot be read is kept where it stands: lire_codages says so.
            restes[str(rang)] = (False, 0.0), texte
            continue
        poids = lu["code"] in poses, float(lu["score"].replace(",", "."))
        for apres in images[lu["code"]]:
            if apres not in restes or restes[apres][0] < poids:
                restes[apres] = poids, _renommer(texte, lu, apres)
    return "|".join(texte for _, texte in restes.values())


def _renommer(texte: str, lu: re.Match, code: str) -> str:
    return texte[: lu.start("code")] + code + texte[lu.end("code") :]
