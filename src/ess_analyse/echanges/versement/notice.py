"""Rédiger la notice d'un dépôt : ce que c'est, ce qui n'y est pas et pourquoi, comment citer, comment rouvrir."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from importlib.resources import files
from string import Template

from ess_analyse.echanges.versement.citation import Citation
from ess_analyse.echanges.versement.datacite import FICTIF
from ess_analyse.echanges.versement.ddi import PSEUDONYMISE, compter_types
from ess_analyse.echanges.versement.dictionnaire import lister_pieces
from ess_analyse.echanges.versement.licences import LICENCES
from ess_analyse.echanges.versement.selection import MARQUE, Selection
from ess_analyse.erreurs import compter

__all__ = ["SIGNATURE", "rediger_notice"]

SIGNATURE = "Ce dossier a été composé par la commande ess-analyse deposer, de l'étude d'où il vient."
"""Ce qui fait reconnaître un dépôt que la commande peut remplacer."""

_INSECABLE = re.compile(r" (?=[:;?!»])|(?<=«) ")
_REELLES = (
    f"{PSEUDONYMISE} Les noms y sont remplacés ; ce que disent les paroles peut encore faire reconnaître quelqu'un de "
    "qui le connaît. Ne cherchez pas à savoir qui parle."
)
_SANS_MATIERE = "Les enregistrements, les transcriptions reçues, et la clé qui relie les noms aux pseudonymes."
_SANS_FONCTION = (
    "L'intitulé exact des fonctions, et la date de chaque document : dans une petite structure, ils désignent une "
    "personne. Seules des familles de fonctions assez larges sont dites."
)
_PROSES = ("enseignements/", "fiches/", "plan.csv")
_EN_PROSE = (
    "Ce que la description d'un document tait peut se lire ailleurs : un enseignement, une fiche, une action peut "
    "nommer une structure dans son texte, que ce dépôt ne change pas."
)
_SANS_NOM = "Le nom des codeurs : ils sont numérotés."
_SANS_MEMO = "Les mémos des codeurs, qui sont des notes de travail."
_SANS_SUITE = (
    "Les codes que la machine a proposés et que personne n'a retenus ; les secondes lectures d'un même codeur ; les "
    "tables de comptes, que l'on refait d'après les codages."
)
_SANS_SOURCE = (
    "Un enseignement, une fiche ou une action peut citer une phrase publique d'un document qui n'est pas déposé : ses "
    "mots y sont, mais sa place ne mène alors nulle part ici."
)


def rediger_notice(
    citation: Citation,
    selection: Selection,
    fichiers: Sequence[str],
    *,
    fictif: bool = False,
    nommes: bool = False,
    actions: int = 0,
) -> str:
    """Rédiger le ``LISEZ-MOI.md`` d'un dépôt.

    Parameters
    ----------
    citation : Citation
        Ce que l'équipe dit du dépôt.
    selection : Selection
        Ce qui est déposé, et ce qui en a été ôté.
    fichiers : sequence of str
        Les chemins des fichiers du dépôt.
    fictif, nommes : bool
        Vrai si les données sont inventées ; si les codeurs ont leur nom.
    actions : int
        Actions ôtées du plan : la structure qu'elles concernent n'est pas dite.

    Returns
    -------
    str
        Du Markdown, en français, avec un résumé en anglais.
    """
    nom, adresse = LICENCES[citation.licence]
    modele = Template((files("ess_analyse.echanges.versement") / "notice.md").read_text(encoding="utf-8"))
    texte = modele.substitute(
        titre=citation.titre,
        signature=SIGNATURE,
        nature=FICTIF if fictif else _REELLES,
        description=citation.description,
        univers=citation.univers,
        documents=compter_types(selection) + _dire_periode(selection),
        collecte=citation.collecte,
        resume=_resumer(citation, selection, fictif),
        citation=citation,
        licence=nom,
        spdx=citation.licence,
        adresse=adresse,
        pieces="\n".join(f"- `{piece}` : {sens}" for piece, sens in lister_pieces(fichiers).items()),
        absents="\n".join(f"- {phrase}" for phrase in _lister_absents(selection, nommes, actions, fichiers)),
    )
    return _INSECABLE.sub("\u00a0", re.sub(r"\n{3,}", "\n\n", texte))


def _dire_periode(selection: Selection) -> str:
    if selection.periode is None:
        return ""
    debut, fin = selection.periode
    return f" ; recueil : {debut}" if debut == fin else f" ; recueil : de {debut} à {fin}"


def _resumer(citation: Citation, selection: Selection, fictif: bool) -> str:
    genre = "Fictional data: people, organisations and words are invented. " if fictif else ""
    return (
        f"{genre}This deposit holds {len(selection.documents)} pseudonymised (not anonymised) French-language "
        f"documents, cut into {len(selection.segments)} sentences, their qualitative codings, the codebook and what "
        "the team concluded. Restricted documents are left out, restricted passages are masked in place. "
        f"{citation.resume_anglais}"
    ).strip()


def _lister_absents(selection: Selection, nommes: bool, actions: int, fichiers: Sequence[str]) -> Iterator[str]:
    """Dire tout ce qui a été ôté, du plus gros au plus fin."""
    yield _SANS_MATIERE
    if selection.restreints:
        yield f"{compter(selection.restreints, 'document')} dont la diffusion est restreinte."
    if selection.passages:
        yield (
            f"{compter(selection.passages, 'passage')} dont la diffusion est restreinte : chaque caractère y est "
            f"remplacé (« █ », avec « {MARQUE} » au milieu s'il est assez long), sans changer la longueur du texte ; "
            "toutes les places restent justes."
        )
    if selection.phrases:
        yield f"Ce qui a été codé dans ces documents et ces passages ({compter(selection.phrases, 'phrase')})."
    yield _SANS_FONCTION
    if selection.tus:
        yield (
            f"La structure ou la famille de {compter(len(selection.tus), 'document')} ({', '.join(selection.tus)}) : "
            "trop peu de documents déposés la portent."
        )
    if actions:
        yield f"{compter(actions, 'action')} du plan : la structure concernée n'est pas dite dans documents.csv."
    if (selection.tus or actions) and any(fichier.startswith(_PROSES) for fichier in fichiers):
        yield _EN_PROSE
    if not nommes:
        yield _SANS_NOM
    if selection.memos is None:
        yield _SANS_MEMO
    yield _SANS_SUITE
    yield _SANS_SOURCE
