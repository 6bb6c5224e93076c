"""Composer le diaporama d'une réunion de restitution : peu de mots à l'écran, les preuves dans les notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ess_analyse.documents.barres import Barre, Barres
from ess_analyse.documents.composition import DEMANDE, METHODE, compter_themes
from ess_analyse.documents.diapositives import (
    COLONNES,
    LIGNES,
    Bloc,
    Diapositive,
    couper,
    ecrire_diapositives,
    mesurer,
    ranger,
)
from ess_analyse.documents.ecriture import abreger, accorder
from ess_analyse.documents.fonds import Fonds
from ess_analyse.documents.impression import Document
from ess_analyse.documents.preuves import dire_mots, dire_source, lister_seules, sans_preuves, trouver
from ess_analyse.documents.prose import lire_prose, proteger
from ess_analyse.enseignements import COLLECTIVE, Action, Enseignement
from ess_analyse.modele import Place

__all__ = ["PAROLES", "composer_diaporama"]

PAROLES = 2
"""Les paroles d'un enseignement que l'on a le temps de lire à voix haute."""
_PAROLE = 260
_ACTIONS = 3
_MORCEAU = COLONNES * (LIGNES - 4)
_BREVE = 30
_FIGURES = {
    "risques": ("risque", "R", "Les risques, d'après ce qui a été dit"),
    "opportunites": ("opportunite", "O", "Les opportunités, d'après ce qui a été dit"),
}
_PRUDENCE = (
    "Ce sont des phrases que l'on compte, non des opinions : on parle d'un thème plus que d'un autre, cela ne dit pas "
    "qu'il est plus grave. Un thème porté par trop peu de documents n'est pas montré."
)
_RIEN_NE_CONTREDIT = "Nous n'avons retenu aucune parole contraire ; cela ne prouve pas qu'il n'y en a pas."


def composer_diaporama(fonds: Fonds) -> Document:
    """Composer le diaporama des enseignements.

    Parameters
    ----------
    fonds : Fonds
        Ce que l'étude peut montrer.

    Returns
    -------
    Document
        Une diapositive par titre de premier niveau : demande, méthode, panel, risques, opportunités, puis pour chaque
        enseignement une phrase, deux paroles et leur source, ce qui le contredit et ce que l'on peut faire ; le plan
        d'actions ; ce qui reste à discuter. Ce qui n'est pas encore écrit n'a pas de diapositive. Les notes de la
        personne qui parle ont toutes les preuves.
    """
    figures = _dessiner(fonds)
    diapositives = [
        *_dire(fonds, "La demande", "Demande", DEMANDE),
        *_dire(fonds, "Comment nous avons travaillé", "Méthode", METHODE),
        *_ranger(fonds, "Avec qui", _panel(fonds)),
        *(
            d
            for barres in figures
            for d in _ranger(fonds, _FIGURES[barres.nom][2], [_figure(barres)], fonds.brut(_PRUDENCE))
        ),
        *(d for lecon in fonds.enseignements for d in _enseigner(fonds, lecon)),
        *_plan(fonds),
        *_ranger(fonds, "Ce qui reste à discuter ensemble", _discuter(fonds)),
    ]
    sous_titre = "Restitution des enseignements" + ". Démonstration : tout y est fictif" * fonds.fictif
    titre = fonds.typographier(abreger(fonds.titre, _PAROLE))
    return Document(titre, fonds.typographier(sous_titre), ecrire_diapositives(diapositives), figures)


def _ranger(fonds: Fonds, titre: str, blocs: Iterable[Bloc], notes: str = "") -> list[Diapositive]:
    """Ranger ce qu'il y a à montrer ; rien à montrer, pas de diapositive."""
    blocs = tuple(blocs)
    return ranger(fonds.typographier(titre), blocs, notes) if blocs else []


def _dire(fonds: Fonds, titre: str, section: str, cles: Iterable[str]) -> list[Diapositive]:
    """Montrer ce que l'équipe a écrit : sa synthèse, sinon ce qu'elle dit de sa méthode."""
    if ecrit := fonds.recit.sections.get(section):
        return _ranger(fonds, titre, _prose(fonds, ecrit))
    dits = [fonds.methode[cle] for cle in cles if fonds.methode.get(cle, "").strip()]
    return _ranger(fonds, titre, [bloc for dit in dits for bloc in _paragraphes(fonds, dit)])


def _prose(fonds: Fonds, texte: str) -> list[Bloc]:
    """Reprendre du Markdown de l'équipe, en morceaux qui tiennent à l'écran."""
    return [
        Bloc(f"**{un}**", mesurer(un)) if sorte == "titre" else _bloc(proteger(un), puce=sorte == "puce")
        for sorte, dit in lire_prose(texte)
        for un in couper(fonds.typographier(dit), _MORCEAU)
    ]


def _paragraphes(fonds: Fonds, texte: str, *, puce: bool = False) -> list[Bloc]:
    return [_bloc(fonds.brut(un), puce=puce) for un in couper(" ".join(texte.split()), _MORCEAU)]


def _bloc(markdown: str, *, puce: bool = False) -> Bloc:
    return Bloc(f"- {markdown}" if puce else markdown, mesurer(markdown))


def _panel(fonds: Fonds) -> list[Bloc]:
    puces = [_bloc(f"**{fonds.brut(nombre)}** {fonds.brut(nom)}", puce=True) for nombre, nom in fonds.chiffres]
    return [*puces, *_paragraphes(fonds, fonds.panel)]


def _dessiner(fonds: Fonds) -> tuple[Barres, ...]:
    """Dessiner risques et opportunités chacun sur sa diapositive, pour qu'on les lise du fond de la salle."""
    figures = []
    for nom, (sorte, famille, _) in _FIGURES.items():
        comptes = sorted(compter_themes(fonds, famille), key=lambda paire: (-paire[1], paire[0].id))
        lignes = tuple(Barre(fonds.typographier(code.libelle), sorte, (nombre,)) for code, nombre in comptes)
        figures += [Barres(nom, lignes, ("phrases",))] * bool(lignes)
    return tuple(figures)


def _figure(barres: Barres) -> Bloc:
    return Bloc(f"![]({barres.nom})", LIGNES)


def _enseigner(fonds: Fonds, lecon: Enseignement) -> list[Diapositive]:
    """Montrer un enseignement en trois temps : ce qu'il dit et qui le dit, ce qui s'y oppose, ce qu'on en fait."""
    resume = [Bloc(f"**{bloc.markdown}**", bloc.lignes) for bloc in _paragraphes(fonds, sans_preuves(lecon.resume))]
    paroles = [_parole(fonds, place) for place in _choisir(fonds, lecon)]
    contre = [_parole(fonds, place) for place in lecon.contre[:PAROLES]] or _paragraphes(fonds, _RIEN_NE_CONTREDIT)
    return [
        *_ranger(fonds, f"{lecon.numero}. {lecon.titre}", [*resume, *paroles], _prouver(fonds, lecon)),
        *_ranger(fonds, f"{lecon.numero}. Les paroles contraires", contre, _opposer(fonds, lecon)),
        *_ranger(fonds, f"{lecon.numero}. Ce que l'on peut faire", _agir(fonds, lecon)),
    ]


def _choisir(fonds: Fonds, lecon: Enseignement) -> list[Place]:
    """Choisir les paroles : d'abord celles que la leçon donne en entier, brèves, de structures différentes."""
    seules = set(lister_seules(lecon.corps))

    def rang(place: Place) -> tuple[bool, bool, int, Place]:
        longueur = place.fin - place.debut
        return (longueur not in range(_BREVE, _PAROLE + 1), place not in seules, longueur, place)

    premieres = sorted(lecon.preuves, key=rang)[:1]
    deja = {trouver(fonds, place).structure for place in premieres}
    restent = set(lecon.preuves) - set(premieres)
    suite = sorted(restent, key=lambda place: (trouver(fonds, place).structure in deja, rang(place)))
    return [*premieres, *suite][:PAROLES]


def _parole(fonds: Fonds, place: Place) -> Bloc:
    dite, source = dire_mots(fonds, place, _PAROLE), dire_source(fonds, place)
    return Bloc(f"> « {dite} »\\\n> [{source}]{{.source}}", mesurer(dite) + mesurer(source))


def _agir(fonds: Fonds, lecon: Enseignement) -> list[Bloc]:
    actions = [action for action in fonds.plan if lecon.numero in action.enseignements][:_ACTIONS]
    pistes = [_resumer(fonds, action) for action in actions] or [*map(sans_preuves, lecon.solutions[:_ACTIONS])]
    if not pistes:
        return _paragraphes(fonds, "Aucune action du plan n'y répond encore.")
    return [bloc for piste in pistes for bloc in _paragraphes(fonds, piste, puce=True)]


def _resumer(fonds: Fonds, action: Action) -> str:
    """Dire une action, la structure pour qui elle vaut si ce n'est pas toutes, qui s'en charge et pour quand."""
    pour = "" if action.portee == COLLECTIVE else fonds.noms.get(action.portee, action.portee)
    qui = " ; ".join(filter(None, (pour, ", ".join(filter(None, (action.pilote, fonds.en_mois(action.echeance)))))))
    return f"{action.numero}. {action.action}" + f" ({qui})" * bool(qui)


def _prouver(fonds: Fonds, lecon: Enseignement) -> str:
    """Donner à la personne qui parle toutes les preuves, en entier, et ce qui les mesure."""
    soutien = fonds.tables["soutien"].set_index("numero") if "soutien" in fonds.tables else None
    dites = [f"« {dire_mots(fonds, place)} » ({dire_source(fonds, place)})" for place in lecon.preuves]
    tete = [fonds.brut("Preuves citées, dans l'ordre de l'enseignement.")] if dites else []
    if soutien is not None and lecon.numero in soutien.index:
        un = soutien.loc[lecon.numero]
        tete = [
            fonds.brut(
                f"{accorder(un['preuves'], 'preuve tirée')} "
                f"de {accorder(un['documents'], 'document')}{fonds.sur['documents']} "
                f"et de {accorder(un['structures'], 'structure')}{fonds.sur['structures']} ; "
                f"{accorder(un['contre'], 'parole contraire')}."
            )
        ]
    return "\n\n".join([*tete, *dites])


def _opposer(fonds: Fonds, lecon: Enseignement) -> str:
    return "\n\n".join(f"« {dire_mots(fonds, place)} » ({dire_source(fonds, place)})" for place in lecon.contre)


def _plan(fonds: Fonds) -> list[Diapositive]:
    """Montrer le plan thème par thème, dans l'ordre où l'équipe l'a écrit."""
    themes = dict.fromkeys(action.theme for action in fonds.plan)
    return [
        diapositive
        for theme in themes
        for diapositive in _ranger(
            fonds,
            f"Plan d'actions : {theme}" if theme else "Plan d'actions",
            [
                bloc
                for action in fonds.plan
                if action.theme == theme
                for bloc in _paragraphes(fonds, _resumer(fonds, action), puce=True)
            ],
        )
    ]


def _discuter(fonds: Fonds) -> list[Bloc]:
    """Lister ce que la salle a à dire : ce que l'équipe demande, sinon ce que l'étude laisse ouvert."""
    if ecrit := fonds.recit.sections.get("À discuter"):
        return _prose(fonds, ecrit)
    questions = ["Reconnaissez-vous votre travail dans ce qui vient d'être dit ? Qu'est-ce qui manque ?"]
    nuances = [lecon for lecon in fonds.enseignements if lecon.contre]
    entiers = [lecon for lecon in fonds.enseignements if not lecon.contre]
    couverts = {numero for action in fonds.plan for numero in action.enseignements}
    sans_action = [lecon for lecon in fonds.enseignements if lecon.numero not in couverts]
    if nuances:
        questions.append(f"Des paroles nuancent {_nommer(nuances)}. Et chez vous, comment cela se passe-t-il ?")
    if entiers:
        contraires = _nommer(entiers, "à l'", "aux ")
        questions.append(f"Nous n'avons retenu aucune parole contraire {contraires}. Qui a vu autre chose ?")
    if sans_action:
        lesquels = _nommer(sans_action, "à l'", "aux ")
        questions.append(f"Aucune action ne répond encore {lesquels}. Laquelle essayer ?")
    if fonds.plan:
        questions.append("Par quelle action commencer, qui s'en charge, et à quoi verra-t-on que c'est fait ?")
    return [bloc for question in questions for bloc in _paragraphes(fonds, question, puce=True)]


def _nommer(lecons: Sequence[Enseignement], un: str = "l'", plusieurs: str = "les ") -> str:
    *debut, dernier = (str(lecon.numero) for lecon in lecons)
    return f"{plusieurs}enseignements {', '.join(debut)} et {dernier}" if debut else f"{un}enseignement {dernier}"
