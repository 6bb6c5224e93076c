"""La grille : les codes d'une étude, tels qu'une chercheuse les écrit dans ``grille.yml``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, proposer, relatif
from ess_analyse.fichiers import lire_texte
from ess_analyse.lecture.yaml import Noeud, lire_yaml

__all__ = ["Code", "Dimension", "Grille", "lire_grille"]
