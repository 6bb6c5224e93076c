"""Permettre `python -m ess_analyse`."""

from ess_analyse.cli import principal

principal(prog_name="ess-analyse")
