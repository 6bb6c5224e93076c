"""Ce que les documents ont à montrer, reçu de qui l'a déjà choisi et masqué."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import pandas as pd

from ess_analyse.documents.ecriture import en_markdown
from ess_analyse.enseignements import Action, Enseignement, Fiche, Question
from ess_analyse.grille import Grille
from ess_analyse.modele import RIEN, Place
from ess_analyse.publication import compter_structures, compter_types, decrire_panel, dire_totaux

__all__ = ["Citation", "Fonds", "Recit"]


class Citation(Protocol):
    """Une parole publiable : sa place, ses mots, ses codes, et ce que l'on peut dire de sa source."""

    place: Place
    texte: str
    codes: tuple[str, ...]
    structure: str
    libelle: str
    famille: str
    contenue: bool


@dataclass(frozen=True)
class Recit:
    """Ce que l'équipe a écrit dans ``data/synthese.md`` : un titre et des sections, en Markdown."""

    titre: str = ""
    sections: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fonds:
    """Ce que les documents montrent.

    Parameters
    ----------
    grille : Grille
        Les codes.
    documents, segments, consolide, structures, fonctions : DataFrame
        Les documents (avec leur ``famille`` publiable), leurs phrases, un avis par phrase, le panel, les fonctions.
    enseignements, fiches, plan, questions : tuple
        Ce que l'étude a écrit ; vide si elle ne l'a pas encore fait.
    tables : mapping of str to DataFrame
        Les tables publiées, déjà masquées : ``codes``, ``code_structure``, ``code_fonction``, ``accord``, ``soutien``…
    verbatims : sequence of Citation
        Les paroles publiables, et elles seules.
    typographier, en_mois : callable
        Poser les espaces du français ; écrire un mois ``AAAA-MM``.
    methode : mapping of str to str
        Ce que l'équipe dit de sa méthode, point par point.
    recit : Recit
        Les textes longs de la synthèse.
    seuil : int
        Le plus petit nombre de documents derrière une cellule publiée.
    fictif : bool
        Vrai si les données sont inventées : les documents le disent.
    titre_du_site : str
        Celui que le site montre, pour une étude qui ne s'en donne pas d'autre.
    """

    grille: Grille
    documents: pd.DataFrame
    segments: pd.DataFrame
    consolide: pd.DataFrame
    structures: pd.DataFrame
    fonctions: pd.DataFrame
    enseignements: tuple[Enseignement, ...]
    fiches: tuple[Fiche, ...]
    plan: tuple[Action, ...]
    questions: tuple[Question, ...]
    tables: Mapping[str, pd.DataFrame]
    verbatims: Sequence[Citation]
    typographier: Callable[[str], str]
    en_mois: Callable[[str], str]
    methode: Mapping[str, str] = field(default_factory=dict)
    recit: Recit = field(default_factory=Recit)
    seuil: int = 3
    fictif: bool = False
    titre_du_site: str = ""

    @property
    def titre(self) -> str:
        """Le titre de l'étude, tel que l'équipe l'a écrit : dans la synthèse, dans la méthode, sinon pour le site."""
        ecrits = (self.recit.titre, self.methode.get("titre", ""), self.titre_du_site)
        return next(filter(str.strip, ecrits), "Restitution de l'étude")

    def brut(self, texte: str) -> str:
        """Écrire en Markdown un texte qui n'en est pas, à la typographie française."""
        return en_markdown(self.typographier(texte))

    @cached_property
    def noms(self) -> dict[str, str]:
        """Le libellé de chaque structure, d'après son identifiant."""
        return dict(zip(self.structures["structure"], self.structures["libelle"], strict=True))

    @cached_property
    def par_place(self) -> dict[Place, Citation]:
        """Chaque citation publiable, d'après sa place."""
        return {verbatim.place: verbatim for verbatim in self.verbatims}

    @cached_property
    def sur(self) -> dict[str, str]:
        """Sur combien de documents et de structures l'étude compte, là où on peut le dire."""
        return dire_totaux(self.documents, self.seuil)

    @cached_property
    def chiffres(self) -> list[tuple[str, str]]:
        """Ce que l'étude a réuni : des nombres, écrits à la française, et ce qu'ils comptent ; un petit est tu."""
        types = compter_types(self.documents, self.seuil)
        codees = self.consolide.loc[self.consolide["code"] != RIEN, "segment"].nunique()
        comptes = [
            (compter_structures(self.documents), "structure", "structures"),
            (types.get("entretien", 0), "entretien", "entretiens"),
            (types.get("observation", 0), "observation", "observations"),
            (self.consolide["segment"].nunique(), "phrase lue", "phrases lues"),
            (codees, "phrase codée", "phrases codées"),
        ]
        return [
            (f"{nombre:,}".replace(",", "\u202f"), nom if nombre < 2 else noms)
            for nombre, nom, noms in comptes
            if nombre
        ]

    @cached_property
    def panel(self) -> str:
        """Le panel, par des comptes et des étendues : aucune structure ne s'y reconnaît à son effectif."""
        return str(decrire_panel(self.structures, self.seuil))
