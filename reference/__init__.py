"""La référence du logiciel, tirée des docstrings : `python -m reference` récrit `rapports/api/`.

Elle n'est pas livrée avec le paquet : c'est la documentation du logiciel, non celle d'une étude. `griffe` lit le code
sans l'exécuter et comprend numpydoc ; le reste est à nous, pour rester dans ce que les deux moteurs rendent.
"""

from reference.pages import composer_pages, ecrire_pages

__all__ = ["composer_pages", "ecrire_pages"]
