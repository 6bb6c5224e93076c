"""Des noms de famille courants en France : en choisir un autre, et en reconnaître un qui est aussi un mot."""

from __future__ import annotations

__all__ = ["NOMS", "NOMS_QUI_SONT_DES_MOTS"]

NOMS = (
    "Aubert", "Bailly", "Barbier", "Bertin", "Besson", "Blanchard", "Bodin",
    "Bouvier", "Brunet", "Carlier", "Carpentier", "Chauvin", "Chevallier", "Collet", "Cordier", "Coulon",
    "Courtin", "Delattre", "Delmas", "Descamps", "Devaux", "Dubreuil", "Dufour", "Dumas", "Dumont",
    "Dupuis", "Duval", "Evrard", "Fabre", "Faure", "Ferrand", "Fleury", "Fournier", "Gaillard", "Garnier", "Gaudin",
    "Giraud", "Guérin", "Guichard", "Guillet", "Hamon", "Hoarau", "Huet", "Imbert",
    "Jourdan", "Klein", "Lacroix", "Lagarde", "Langlois", "Laporte", "Lebreton", "Leclercq", "Lefort",
    "Legrand", "Lemaire", "Lemoine", "Leroux", "Lesage", "Mallet", "Marty", "Masson",
    "Meunier", "Millet", "Monnier", "Moreau", "Morin", "Navarro", "Paquet",
    "Pasquier", "Pelletier", "Perret", "Picard", "Pichon", "Poulain", "Prévost", "Raynaud",
    "Regnier", "Renaud", "Rey", "Rivière", "Rousseau", "Royer", "Schmitt", "Tanguy", "Tessier",
    "Vallet", "Verdier", "Vidal", "Weber", "Zimmermann",
)  # fmt: skip
"""Des plus portés en France (listes publiques des noms les plus fréquents) : aucun ne désigne une personne réelle."""

_TEXTE_NOMS_QUI_SONT_DES_MOTS = """
petit roux blanc noir brun leroy roy roi marchand boulanger meunier berger boucher charpentier lefèvre fontaine
rivière forêt dubois bois lacroix legrand grand gros gras lebrun rousseau moreau lemoine moine lambert poirier pommier
olivier rosier cordier tanneur tisserand masson maçon barbier fournier mercier cousin neveu voisin maître bonnet
chapeau caron chevalier baron comte duc prince léger vif joly gentil sage doux courtois vidal vial caillou roche
pierre pont moulin maison château royer sauvage renard loup lelièvre mouton poulain pigeon merle rossignol corbeau
lion picard normand breton lebreton langlois allemand français bourgeois lesage lenoir leblanc legros legendre carré
camus vallée dupont dupré bailly collet collin jardin prairie champ deschamps dujardin bourdon carpentier chauvin
clerc leclerc prévost maréchal sergent soldat page valet bon bonhomme bonneau constant parent hardi vaillant franc
libre heureux joyeux toussaint noël mardi samedi janvier février avril mai juillet août
"""
NOMS_QUI_SONT_DES_MOTS = frozenset(_TEXTE_NOMS_QUI_SONT_DES_MOTS.split())
"""Des noms de famille qui sont des mots : sans capitale, « madame petit » en dit un, « madame la directrice » non."""
