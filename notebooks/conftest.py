"""Rejouer les notebooks et comparer leurs sorties, en réparant ce que nbval laisse passer.

nbval ne compare pas les images PNG et JPEG, accepte un notebook jamais exécuté, et fait échouer à tort une cellule
finie par « ; ».
"""

from __future__ import annotations

import os
from functools import partial

import pytest
from nbval.plugin import IPyNbFile

IMAGES = {"image/png", "image/jpeg"}


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(parent):
    """Mettre nos notebooks à la place de ceux de nbval."""
    fichiers = yield
    return [
        Cahier.from_parent(parent, path=fichier.path) if isinstance(fichier, IPyNbFile) else fichier
        for fichier in fichiers
    ]


class Cahier(IPyNbFile):
    """Un notebook dont toutes les sorties sont comparées, images comprises."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.skip_compare = tuple(nom for nom in self.skip_compare if nom not in IMAGES)

    def collect(self):
        """Rendre d'abord la vérification du fichier, puis ses cellules."""
        cellules = list(super().collect())
        yield Garde.from_parent(self, name="sorties gardées", cellules=[cellule.cell for cellule in cellules])
        yield from cellules

    def setup(self):
        """Démarrer le noyau."""
        # On a busy machine, the threads of linear algebra wait for each other: four times the work.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        super().setup()
        # IPython finds the trailing « ; » in the history, where nbval writes nothing.
        self.kernel.execute_cell_input = partial(self.kernel.kc.execute, store_history=True, stop_on_error=False)


class Garde(pytest.Item):
    """Refuser un notebook que personne n'a exécuté : ses sorties ne diraient rien."""

    def __init__(self, *, cellules, **kwargs):
        super().__init__(**kwargs)
        self.cellules = [cellule for cellule in cellules if cellule.source.strip()]

    def runtest(self):
        """Vérifier que chaque cellule a été exécutée et que le notebook a gardé des sorties."""
        assert self.cellules, "ce notebook n'a aucune cellule de code"
        oubliees = [rang for rang, cellule in enumerate(self.cellules) if cellule.execution_count is None]
        assert not oubliees, f"cellules de code jamais exécutées : {oubliees} ; lancez « python3 lancer.py notebooks »"
        assert any(cellule.outputs for cellule in self.cellules), "ce notebook n'a gardé aucune sortie"
        ignorees = [rang for rang, cellule in enumerate(self.cellules) if "NBVAL" in cellule.source.upper()]
        assert not ignorees, f"cellules soustraites à la comparaison : {ignorees}"

    def repr_failure(self, excinfo):
        """Dire le problème sans traceback."""
        return str(excinfo.value)

    def reportinfo(self):
        """Nommer la vérification."""
        return self.path, 0, f"{self.path.name} : sorties gardées"
