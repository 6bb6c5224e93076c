"""Réunir les écritures d'un même nom, décider de sa nature et de la forme qu'il aura dans la clé."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ess_analyse.pseudonymes.contextes import lire_type
from ess_analyse.pseudonymes.jugement import DOUTEUX, PROBABLE, est_courant
from ess_analyse.pseudonymes.motif import aplatir, forme
from ess_analyse.pseudonymes.propositions import Nom
from ess_analyse.pseudonymes.reperage import Trouvaille

__all__ = ["Candidat", "reunir"]

_FERME = 3
"""Une liste (prénoms, lieux) ou un mot voisin (« lycée ») pèse autant que trois avis de l'apprentissage."""


@dataclass(frozen=True)
class Candidat:
    """Une ligne possible de la clé.

    Attributes
    ----------
    nom : Nom
        Le nom à remplacer.
    certitude : int
        De 1 (sûr) à 4 (faible).
    """

    nom: Nom
    certitude: int

    @property
    def cle(self) -> tuple[bool, str]:
        """Ce qui le distingue d'une autre ligne de la clé."""
        return forme(self.nom.reel)


def reunir(trouvailles: Sequence[Trouvaille]) -> list[Candidat]:
    """Réunir les écritures d'un même nom, et décider de sa nature.

    Parameters
    ----------
    trouvailles : sequence of Trouvaille
        Tout ce qui a été repéré dans le corpus.

    Returns
    -------
    list of Candidat
        Un ou deux par nom : « la Remise » et « Remise », si le nom se dit aussi sans article ; et la partie d'un nom
        qui pourrait se dire seule (« Vaugrand » pour « lycée Vaugrand »).

    Examples
    --------
    >>> from ess_analyse.pseudonymes.reperage import reperer_noms
    >>> [c.nom.reel for c in reunir(reperer_noms("Oui, Élodie et elodie vont à la Remise, ÉLODIE surtout."))]
    ['Élodie', 'la Remise']
    """
    groupes: dict[str, list[Trouvaille]] = defaultdict(list)
    for trouve in trouvailles:
        groupes[aplatir(trouve.forme)].append(trouve)
    roles = _roles(trouvailles)
    parties = [
        Candidat(Nom(nu, nature, sorte), DOUTEUX)
        for cle, (nu, nature, sorte) in roles.items()
        if cle not in groupes and nature != "lieu" and f"{aplatir(sorte)} {cle}" in groupes
    ]
    return parties + [
        candidat
        for cle, groupe in groupes.items()
        for candidat in _juger_groupe(groupe, roles[cle][2] if cle in roles else "")
    ]


def _roles(trouvailles: Sequence[Trouvaille]) -> dict[str, tuple[str, str, str]]:
    """Apprendre de « le lycée Vaugrand » ce qu'est Vaugrand : son écriture, sa nature, sa sorte."""
    roles: dict[str, tuple[str, str, str]] = {}
    for trouve in trouvailles:
        if trouve.sorte and trouve.forme.lower().startswith(trouve.sorte):
            nu = re.sub(r"^(?:(?:de|du|des|la|le|les)\s|[dl]['’])+", "", trouve.forme[len(trouve.sorte) :].strip())
            roles.setdefault(aplatir(nu), (nu, trouve.nature, trouve.sorte))
    return roles


def _juger_groupe(groupe: Sequence[Trouvaille], role: str) -> Iterator[Candidat]:
    articles = Counter(trouve.article for trouve in groupe if trouve.article)
    nature = _choisir_nature(groupe, sum(articles.values()) / len(groupe) >= 0.5, role)
    sortes = Counter(trouve.sorte for trouve in groupe if trouve.sorte and trouve.nature == nature)
    sorte = max(sortes, key=lambda une: (sortes[une], une == "nom", une), default="")
    if sorte in ("", "sigle", "structure") and nature in ("organisation", "autre"):
        interne = nature == "autre" and any(re.search(r"[a-z][A-Z]", trouve.forme) for trouve in groupe)
        sorte = role or ("outil" if interne else sorte)
    genres = Counter(trouve.genre for trouve in groupe if trouve.genre)
    genre = max(genres, key=lambda un: (genres[un], un), default="")
    certitude = min(trouve.certitude for trouve in groupe)
    ecrit = _choisir_forme(groupe, nature)
    bas = ecrit.lower()
    nus = sum(not trouve.article for trouve in groupe)
    if nature != "personne" and not (sorte and bas.startswith(sorte)) and sum(articles.values()) >= nus:
        article = max(articles, key=lambda un: (un[0].isupper(), articles[un], un))
        lie = article if article.endswith("'") else f"{article} "
        yield Candidat(Nom(lie + ecrit, nature, sorte, genre), certitude)
        if not nus:
            return
    yield Candidat(Nom(ecrit, nature, sorte, genre), certitude)


def _choisir_nature(groupe: Sequence[Trouvaille], a_article: bool, role: str) -> str:
    avis: Counter[str] = Counter()
    for trouve in groupe:
        if trouve.nature:
            avis[trouve.nature] += _FERME if trouve.sorte not in ("", "sigle") else 1
    fermes = any(trouve.sorte not in ("", "sigle") for trouve in groupe)
    if role and not fermes:
        return lire_type(role)
    mots = aplatir(groupe[0].forme).split()
    # « la Remise », « Coup de Main »: common words in capitals are more often a structure than what the model says.
    ordinaire = not fermes and (a_article or len(mots) > 1) and all(map(est_courant, groupe[0].forme.lower().split()))
    if avis and not ordinaire:
        nature = max(avis, key=lambda une: (avis[une], une))
        return "organisation" if nature == "personne" and a_article and not fermes else nature
    if a_article or len(mots) > 1:
        return "organisation"
    titre = any(re.fullmatch(r"[^\W\d_a-z]+[a-zà-ÿœ'’-]+", trouve.forme) for trouve in groupe)
    return "personne" if titre and min(trouve.certitude for trouve in groupe) <= PROBABLE else "autre"


def _choisir_forme(groupe: Sequence[Trouvaille], nature: str) -> str:
    """Choisir l'écriture la plus fréquente qui ait ses capitales ; à défaut, les mettre à une personne ou à un lieu."""
    ecritures = Counter(re.sub(r"\s+", " ", trouve.forme) for trouve in groupe)
    titrees = {
        ecrit: n for ecrit, n in ecritures.items() if not ecrit.islower() and (len(ecrit) < 4 or not ecrit.isupper())
    }
    choix = titrees or ecritures
    ecrit = max(choix, key=lambda un: (choix[un], un))
    if titrees or nature not in ("personne", "lieu") or lire_type(ecrit.split()[0]):
        return ecrit
    return re.sub(r"[^\W\d_]+", lambda mot: mot[0].capitalize(), ecrit)
