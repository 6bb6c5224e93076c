"""De la phrase entendue à l'enseignement publié."""

__version__ = "0.1.0"
