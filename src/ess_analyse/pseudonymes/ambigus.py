"""Les prénoms et les noms qui sont aussi des mots : sans leur capitale, il faut plus pour nommer quelqu'un."""

from __future__ import annotations

__all__ = ["NOMS_COURANTS", "PRENOMS_COURANTS"]

# First names that everyday speech also uses as words: without their capital, a person's context is needed. Left out on
# purpose: words rare in an interview (marc, jean, aurore, capucine), where forgetting the person would cost more.
_MOTS_PRENOMS = """
aime aimee ange blanche cerise claire constant desire fleur france honore juste lise loup marine neige noel olive
olivier perle pierre prune reine rose violette
"""
PRENOMS_COURANTS = frozenset(_MOTS_PRENOMS.split())
# Qualities, months and trades: « avec prudence », « à mai », « bon, il… » name nobody; only a title decides.
_MOTS_NOMS = """
avril bas beau bel berger bergere blanc blond bois bon bonhomme bonnet boucher boulanger brun carre champ champs
chapelle charpentier chat chevalier clemence comte constance cordier courtois cousin couturier doux droit esperance
ete faucon felicite ferme fevrier fontaine forestier fort francais garde gauche gentil grace grand gras gris gros haie
heureux hiver hotte humble janvier jardin jeune joie juillet juin leger libre macon mai maison marchand marechal marin
mars masse matin mercredi merle mignon moine moulin neveu noble noir normand page parent parfait patience petit
poirier pommier pont potier prairie pre prince printemps providence prudence prudent renard riche riviere roche
rossignol rouge roux sabot sage salle samedi sauvage sergent simple tanneur vallee verger victoire vieux vigneron
vilain voisin
"""
NOMS_COURANTS = frozenset(_MOTS_NOMS.split())
