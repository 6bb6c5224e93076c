"""Composer les trois documents : chacun un gabarit et ce qu'il montre."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial
from typing import Any

import pandas as pd

from ess_analyse.coefficients import ecrire_coefficient
from ess_analyse.documents.barres import Barre, Barres
from ess_analyse.documents.ecriture import accorder, en_table
from ess_analyse.documents.fonds import Fonds
from ess_analyse.documents.impression import Document
from ess_analyse.documents.paroles import choisir_ailleurs, compter_temoins, exiger_temoins
from ess_analyse.documents.preuves import Appels, citer, lister_seules, sans_preuves
from ess_analyse.documents.profil import Part, Profil, dresser_profil
from ess_analyse.documents.tri import Tri
from ess_analyse.enseignements import COLLECTIVE, Action, Enseignement
from ess_analyse.grille import Code
from ess_analyse.modele import Place
from ess_analyse.publication import NON_DITES

__all__ = [
    "DEMANDE",
    "METHODE",
    "RETRAITS",
    "composer_rapport",
    "composer_restitution",
    "composer_synthese",
    "compter_themes",
]

DEMANDE = ("problematique", "question", "contexte")
METHODE = ("orientation", "selection", "collecte", "traitement", "limites")
"""Ce qui, dans ``data/methode.yml``, dit la demande et la méthode quand l'équipe n'a pas écrit sa synthèse."""
RETRAITS = {
    "L’essentiel": ("essentiel",),
    "Risques et opportunités": ("paroles",),
    "Enseignements": ("exergues",),
    "Plan d’actions": ("actions propres", "dernières actions"),
}
"""Ce qu'une partie de la synthèse peut laisser au rapport pour tenir sur sa page, dans cet ordre."""
_PLUS_DITS = 3
_COURT = 8
"""Les actions qu'une page montre quand tout le plan n'y tient pas."""
_PISTES = 2
_LARGE = 30
"""Pour cent de la largeur : le plus long libellé d'un thème y tient sans être coupé."""
_MASQUE = "·"


def composer_synthese(fonds: Fonds, tus: Collection[str] = ()) -> Document:
    """Composer la synthèse de quatre pages : demande et méthode, risques et opportunités, enseignements, plan.

    Parameters
    ----------
    fonds : Fonds
        Ce que l'étude peut montrer.
    tus : collection of str
        Ce qui est laissé au rapport, parmi :data:`RETRAITS`.

    Returns
    -------
    Document
        Une page par partie ; ce qui n'est pas encore écrit est dit.
    """
    communes = [action for action in fonds.plan if action.portee == COLLECTIVE]
    actions = communes if "actions propres" in tus and communes else list(fonds.plan)
    actions = actions[:_COURT] if "dernières actions" in tus else actions
    plus_dits = {famille: _plus_dits(fonds, famille) for famille in "RO"}
    exergues = {} if "exergues" in tus else _exergues(fonds)
    themes = [code.id for codes in plus_dits.values() for code, _ in codes]
    paroles = choisir_ailleurs(fonds, "", themes, sauf=exergues.values())
    contexte = {
        "appels": Appels(fonds, "s"),
        "plus_dits": plus_dits,
        "masquees": {famille: _en_masque(fonds, famille) for famille in "RO"},
        "paroles": {}
        if "paroles" in tus
        else {code: citer(fonds, choisies[0].place) for code, choisies in paroles.items()},
        "exergues": {numero: citer(fonds, place) for numero, place in exergues.items()},
        "themes": _themes(fonds),
        "plan": _table_du_plan(fonds, actions, "Le plan d'actions") if actions else "",
        "essentiel": () if "essentiel" in tus else fonds.enseignements,
        "restent": len(fonds.plan) - len(actions),
    }
    markdown = _remplir("synthese.md.j2", fonds, contexte)
    return Document(fonds.typographier(fonds.titre), "Synthèse", markdown, contexte["themes"])


def composer_rapport(fonds: Fonds) -> Document:
    """Composer le rapport complet : enseignements et leurs preuves, fiches, tables, plan, méthode, grille.

    Parameters
    ----------
    fonds : Fonds
        Ce que l'étude peut montrer.

    Returns
    -------
    Document
        Avec une table des matières.
    """
    contexte = {
        "appels": Appels(fonds, "r"),
        "themes": _themes(fonds),
        "tables": _tables_du_rapport(fonds),
        "parties": [(lecon, Appels(fonds, f"e{lecon.numero}")) for lecon in fonds.enseignements],
        "fiches": [(fiche, Appels(fonds, fiche.numero.lower())) for fiche in fonds.fiches],
        "plan": _table_du_plan(fonds, fonds.plan, "Le plan d'actions", complet=True) if fonds.plan else "",
    }
    markdown = _remplir("rapport.md.j2", fonds, contexte)
    return Document(fonds.typographier(fonds.titre), "Rapport complet", markdown, contexte["themes"], sommaire=True)


def composer_restitution(fonds: Fonds, structure: str, tri: Tri | None = None) -> Document:
    """Composer le diagnostic d'une structure, pour elle seule.

    Parameters
    ----------
    fonds : Fonds
        Ce que l'étude peut montrer.
    structure : str
        Une structure du panel.
    tri : Tri, optional
        Les paroles que l'équipe a gardées ; sans lui, aucune n'est rendue.

    Returns
    -------
    Document
        Son profil face au panel, ses priorités, des paroles sans auteur, ses actions, un plan à compléter.
    """
    tri, profil = tri or Tri(), dresser_profil(fonds, structure)
    priorites = {famille: profil.priorites(famille) for famille in "RO"}
    codes = profil.codes_prioritaires
    lecons = {code: [lecon for lecon in fonds.enseignements if code in lecon.codes] for code in codes}
    touchees = {lecon.numero for part in priorites["R"] for lecon in lecons[part.code]}
    siennes = [action for action in fonds.plan if action.portee == structure]
    communes = [a for a in fonds.plan if a.portee == COLLECTIVE and touchees & set(a.enseignements)]
    contexte = {
        "structure": structure,
        "profil": profil,
        "barres": _barres_du_profil(fonds, profil),
        "table": _table_du_profil(fonds, profil),
        "priorites": priorites,
        "lecons": lecons,
        "questions": {code: [question for question in fonds.questions if question.code == code] for code in codes},
        "tri": tri,
        "temoins": compter_temoins(fonds, structure),
        "minimum": exiger_temoins(fonds),
        "ailleurs": {
            code: [citer(fonds, parole.place) for parole in choisies]
            for code, choisies in choisir_ailleurs(fonds, structure, codes).items()
        },
        "siennes": _table_du_plan(fonds, siennes, "Les actions de la structure", complet=True) if siennes else "",
        "communes": _table_du_plan(fonds, communes, "Les actions communes") if communes else "",
        "projet": _projet(fonds, priorites["R"], lecons),
    }
    markdown = _remplir("restitution.md.j2", fonds, contexte)
    titre = fonds.typographier(f"{fonds.noms[structure]} : diagnostic")
    return Document(titre, fonds.typographier(fonds.titre), markdown, contexte["barres"])


def _remplir(gabarit: str, fonds: Fonds, contexte: dict[str, Any]) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    gabarits = Environment(
        loader=PackageLoader("ess_analyse.documents", "gabarits"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    gabarits.filters |= {
        "accorde": accorder,
        "brut": fonds.brut,
        "typo": fonds.typographier,
        "mois": fonds.en_mois,
        "nu": lambda texte: fonds.brut(sans_preuves(texte)),
        "nombre": lambda nombre: f"{nombre:.1f}".replace(".", ","),
    }
    commun = {
        "f": fonds,
        "citer": partial(citer, fonds),
        "grille": fonds.grille,
        "demande": _dire(fonds, DEMANDE),
        "methode": _dire(fonds, METHODE),
        "soutien": fonds.tables["soutien"].set_index("numero").to_dict("index") if "soutien" in fonds.tables else {},
    }
    return gabarits.get_template(gabarit).render(commun | contexte)


def _dire(fonds: Fonds, cles: tuple[str, ...]) -> str:
    """Réunir ce que l'équipe a écrit de sa méthode, un paragraphe par point."""
    return "\n\n".join(fonds.brut(fonds.methode[cle].strip()) for cle in cles if fonds.methode.get(cle))


def _exergues(fonds: Fonds) -> dict[int, Place]:
    """Choisir, pour chaque enseignement, la plus courte parole qu'il donne en entier, seule dans son paragraphe."""
    seules = {lecon.numero: lister_seules(lecon.corps) for lecon in fonds.enseignements}
    return {
        numero: min(places, key=lambda place: (place.fin - place.debut, place))
        for numero, places in seules.items()
        if places
    }


def _plus_dits(fonds: Fonds, famille: str) -> list[tuple[Code, int]]:
    """Lister les thèmes que le plus de phrases disent, parmi ceux que le site compte."""
    return sorted(compter_themes(fonds, famille), key=lambda paire: (-paire[1], paire[0].id))[:_PLUS_DITS]


def _en_masque(fonds: Fonds, famille: str) -> bool:
    """Dire si un thème de cette famille est tu : ceux que l'on montre ne sont peut-être pas les plus dits."""
    tus = fonds.tables["codes"].set_index("code")["segments"].isna()
    return any(code.famille == famille and tus.get(code.id, False) for code in fonds.grille)


def compter_themes(fonds: Fonds, famille: str) -> Iterator[tuple[Code, int]]:
    """Compter les phrases de chaque thème d'une famille (``R`` ou ``O``), parmi ceux que le site compte."""
    table = fonds.tables["codes"].set_index("code")["segments"]
    for code in fonds.grille:
        if code.famille == famille and pd.notna(nombre := table.get(code.id, pd.NA)) and nombre:
            yield code, int(nombre)


def _themes(fonds: Fonds) -> tuple[Barres, ...]:
    lignes = tuple(
        Barre(fonds.typographier(code.libelle), sorte, (nombre,))
        for famille, sorte in (("R", "risque"), ("O", "opportunite"))
        for code, nombre in sorted(compter_themes(fonds, famille), key=lambda paire: (-paire[1], paire[0].id))
    )
    return (Barres("themes", lignes, ("phrases",)),) if lignes else ()


def _barres_du_profil(fonds: Fonds, profil: Profil) -> tuple[Barres, ...]:
    lignes = tuple(
        Barre(
            fonds.typographier(fonds.grille[part.code].libelle),
            "risque" if part.code.startswith("R-") else "opportunite",
            (part.part, part.panel),
        )
        for part in profil.parts
    )
    return (Barres("profil", lignes, ("Votre structure", "Ensemble du panel"), "\u00a0%"),) if lignes else ()


def _table_du_profil(fonds: Fonds, profil: Profil) -> str:
    def ligne(part: Part) -> list[str]:
        ecart = f"{part.ecart:+.1f}".replace("-", "−").replace(".", ",")
        parts = [f"{valeur:.1f} %".replace(".", ",").replace(" ", "\u00a0") for valeur in (part.part, part.panel)]
        return [fonds.brut(fonds.grille[part.code].libelle), str(part.phrases), *parts, ecart if part.ecart else "0"]

    entetes = ["Thème", "Phrases", "Chez vous", "Panel", "Écart (points)"]
    return en_table(entetes, map(ligne, profil.parts), [5, -1, -1, -1, -2], "Part des phrases codées, thème par thème")


def _table_du_plan(fonds: Fonds, actions: Any, legende: str, *, complet: bool = False) -> str:
    """Écrire des actions en table ; complète, elle dit aussi pour qui et à quoi on verra que c'est fait."""

    def ligne(action: Action) -> list[str]:
        pour = "toutes" if action.portee == COLLECTIVE else fonds.noms.get(action.portee, action.portee)
        quoi = f"**{fonds.brut(action.axe)}.** {fonds.brut(action.action)}."
        fin = [fonds.brut(action.pilote), fonds.brut(fonds.en_mois(action.echeance))]
        return [action.numero, quoi, fonds.brut(pour), *fin, *([fonds.brut(action.indicateur)] if complet else [])]

    entetes = ["N°", "Action", "Structure", "Pilote", "Échéance", *(["Indicateur"] if complet else [])]
    largeurs = [5, 32, 13, 16, 14, 20] if complet else [5, 49, 14, 18, 14]
    return en_table(entetes, map(ligne, actions), largeurs, fonds.typographier(legende))


def _projet(fonds: Fonds, priorites: tuple[Part, ...], lecons: dict[str, list[Enseignement]]) -> str:
    """Écrire le plan à compléter : une ligne par piste que l'étude donne sur les priorités, et des lignes libres."""
    lignes, deja = [], set()
    for part in priorites:
        pistes = [s for lecon in lecons[part.code] for s in map(sans_preuves, lecon.solutions) if s not in deja]
        deja |= set(pistes[:_PISTES])
        libelle = f"**{fonds.brut(fonds.grille[part.code].libelle)}**"
        lignes += [[libelle, fonds.brut(piste), "", "", ""] for piste in pistes[:_PISTES] or [""]]
    entetes = ["Priorité", "Une piste, d'après l'étude", "Ce que nous ferons", "Qui, pour quand", "À quoi on le verra"]
    lignes += [[""] * len(entetes)] * _PISTES
    return en_table([*map(fonds.typographier, entetes)], lignes, [15, 28, 23, 16, 18], "Projet de plan", "vide")


def _tables_du_rapport(fonds: Fonds) -> dict[str, str]:
    """Écrire les tables que le site publie, masquées comme elles le sont là."""
    croisements = {
        "code_structure": ("Phrases codées par thème et par structure", fonds.noms),
        "code_fonction": ("Phrases codées par thème et par famille de fonctions", NON_DITES),
        "code_prisme": ("Phrases codées par thème et par prisme", {code.id: code.libelle for code in fonds.grille}),
    }
    tables = {}
    for nom, (legende, noms) in croisements.items():
        table = fonds.tables[nom].set_index("code")
        entetes = ["Thème", *(fonds.brut(noms.get(colonne, colonne)) for colonne in table.columns)]
        lignes = [
            [fonds.brut(fonds.grille[code].libelle), *(_MASQUE if pd.isna(n) else str(int(n)) for n in table.loc[code])]
            for code in table.index
        ]
        tables[nom] = en_table(
            entetes,
            lignes,
            [_LARGE, *[-(100 - _LARGE) // max(len(table.columns), 1)] * len(table.columns)],
            legende,
            "chaleur",
        )
    accord = fonds.tables["accord"]
    if len(accord := accord[accord["usages"].fillna(0) > 0]):
        libelles = {code.id: code.libelle for code in fonds.grille}
        libelles |= {dimension.id: f"Ensemble : {dimension.libelle}" for dimension in fonds.grille.dimensions}
        lignes = [
            [
                fonds.brut(libelles[un.code]),
                str(un.usages),
                *(ecrire_coefficient(v) for v in (un.kappa, un.alpha)),
                un.conclusion,
            ]
            for un in accord.itertuples()
        ]
        entetes = ["Code", "Usages", "κ de Cohen", "α de Krippendorff", "On peut conclure"]
        tables["accord"] = en_table(entetes, lignes, [32, -12, -14, -18, 18], "Accord entre les personnes qui codent")
    return tables
