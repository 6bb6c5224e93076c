"""Le composant de relecture dans un notebook : rien de l'entretien n'y reste une fois le notebook enregistré."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from ess_analyse.codages import verifier_nom
from ess_analyse.erreurs import Probleme, lever
from ess_analyse.etude import Etude
from ess_analyse.relecture.actions import executer
from ess_analyse.relecture.commune import SeanceCommune
from ess_analyse.relecture.page import composer_module, lire_fichier
from ess_analyse.relecture.seance import Seance

__all__ = ["relire"]


def relire(
    entretien: str | None = None, *, codeur: str, aveugle: bool = False, etude: Etude | Path | str | None = None
) -> Any:
    """Coder un entretien au clavier, dans un notebook de JupyterLab ; chaque décision est aussitôt enregistrée.

    C'est le composant de la commande ``ess-analyse relire``. Il échange par messages : le notebook enregistré ne garde
    ni le texte de l'entretien, ni les codes.

    Parameters
    ----------
    entretien : str, optional
        Le document à relire ; par défaut, le premier que la personne n'a pas fini.
    codeur : str
        Le nom de la feuille : ``data/codages/<codeur>.csv``, créée ou complétée.
    aveugle : bool
        Ne montrer aucune suggestion, pour mesurer l'accord.
    etude : Etude or path, optional
        L'étude ; par défaut, celle dont le dossier courant fait partie.

    Returns
    -------
    anywidget.AnyWidget
        Le composant, que la cellule montre s'il en est la dernière valeur.

    Raises
    ------
    ErreurDonnees
        Codeur mal nommé, document inconnu, données fautives, ou anywidget absent.

    Examples
    --------
    >>> relire("E03", codeur="majorite", etude=Etude(Path("etude")))
    Traceback (most recent call last):
    ess_analyse.erreurs.ErreurDonnees: codeur : nom de codeur réservé (« majorite »). Prenez un autre nom.
    """
    if not isinstance(etude, Etude):
        etude = Etude.trouver(Path.cwd() if etude is None else Path(etude))
    lever(verifier_nom(codeur, etude.codages))
    composant = _charger_composant()
    return composant(Seance(etude, codeur, entretien, aveugle=aveugle))


@cache
def _charger_composant() -> type:
    try:
        import anywidget
    except ImportError:
        remede = "installez-le (pip install anywidget), ou lancez « ess-analyse relire » dans un terminal"
        lever([Probleme("ess.relire", 0, "le composant de notebook demande anywidget", remede=remede)])

    class Composant(anywidget.AnyWidget):
        _esm = composer_module()
        _css = lire_fichier("relire.css")

        def __init__(self, seance: SeanceCommune):
            super().__init__()
            # A plain attribute, not a trait: a saved notebook keeps traits.
            self._seance = seance
            self.on_msg(self._repondre)

        def __repr__(self) -> str:
            return "Relire : le notebook ne garde rien de l'entretien ; exécutez cette cellule pour le retrouver."

        def _repondre(self, _: Any, message: Any, tampons: Any) -> None:
            if isinstance(message, dict):
                reponse = executer(self._seance, message.get("action"), message.get("corps"))
                self.send({"numero": message.get("numero"), "reponse": reponse})

    return Composant
