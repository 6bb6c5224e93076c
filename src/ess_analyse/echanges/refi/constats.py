"""Compter ce qu'un fichier contient et que l'étude ne peut pas tenir, pour le dire en quelques phrases."""

from __future__ import annotations

from collections import Counter

from ess_analyse.erreurs import Probleme

__all__ = ["Constats"]

_VERIFIER = "vérifiez quelques citations dans le programme qui l'a fait"
_AILLEURS = "gardez le projet d'origine : cela n'est que là"
_FORMES = {
    "marque": ("les positions y comptent la marque d'ordre des textes : elles ont été réparées", "", _VERIFIER),
    "fins": (
        "les positions n'y comptent pas les fins de ligne comme les textes : elles ont été réparées",
        "",
        _VERIFIER,
    ),
    "doubles": ("les positions y comptent les émojis pour deux signes : elles ont été réparées", "", _VERIFIER),
    "image": ("image laissée de côté", "images laissées de côté", _AILLEURS),
    "son": (
        "enregistrement sans transcription laissé de côté",
        "enregistrements sans transcription laissés de côté",
        _AILLEURS,
    ),
    "pdf": ("PDF sans son texte laissé de côté", "PDF sans leur texte laissés de côté", _AILLEURS),
    "sans_texte": (
        "document dont le projet ne donne pas le texte seul (mis en forme, ou hors du projet) laissé de côté",
        "documents dont le projet ne donne pas le texte seul (mis en forme, ou hors du projet) laissés de côté",
        "dans le programme qui l'a fait, exportez les documents avec le projet, en texte",
    ),
    "zone": (
        "codage d'une zone d'image ou de page, ou d'un moment d'enregistrement, laissé de côté",
        "codages de zones d'images ou de pages, ou de moments d'enregistrement, laissés de côté",
        _AILLEURS,
    ),
    "orphelin": (
        "codage d'un document laissé de côté, qui l'est aussi",
        "codages de documents laissés de côté, qui le sont aussi",
        _AILLEURS,
    ),
    "document": (
        "codage d'un document entier laissé de côté",
        "codages de documents entiers laissés de côté",
        "codez ses phrases si elles le demandent",
    ),
    "ailleurs": (
        "passage dont la position ne dit pas les mots qu'il cite : cherché à ses mots",
        "passages dont la position ne dit pas les mots qu'ils citent : cherchés à leurs mots",
        _VERIFIER,
    ),
    "hors": (
        "passage dont la position n'est pas dans son texte laissé de côté",
        "passages dont la position n'est pas dans leur texte laissés de côté",
        _VERIFIER,
    ),
    "pendant": (
        "codage par un code que le fichier ne décrit pas laissé de côté",
        "codages par un code que le fichier ne décrit pas laissés de côté",
        "exportez le projet avec tout son livre de codes",
    ),
    "cas": (
        "passage rattaché à un cas, qui n'est pas un thème, laissé de côté",
        "passages rattachés à des cas, qui ne sont pas des thèmes, laissés de côté",
        _AILLEURS,
    ),
    "anonyme": (
        "codage dont le codeur n'est pas dans le fichier, repris sans son nom",
        "codages dont le codeur n'est pas dans le fichier, repris sans son nom",
        "donnez-lui un nom avec --codeur",
    ),
    "vide": ("passage sans code ni mémo laissé de côté", "passages sans code ni mémo laissés de côté", ""),
    "double": ("codage en double, repris une fois", "codages en double, repris une fois", ""),
    "code_double": (
        "code dont l'identifiant sert déjà à un autre laissé de côté",
        "codes dont l'identifiant sert déjà à un autre laissés de côté",
        "réexportez le projet",
    ),
    "homonyme": (
        "document du même nom qu'un autre, numéroté",
        "documents du même nom que d'autres, numérotés",
        "rapprochez-les un à un",
    ),
    "personne": (
        "codeur du même nom qu'un autre, numéroté",
        "codeurs du même nom que d'autres, numérotés",
        "si c'est la même personne, dites-le : --codeur « NOM=NOM » --codeur « NOM (2)=NOM »",
    ),
    "memo": (
        "mémo qui ne tient à aucun passage laissé de côté",
        "mémos qui ne tiennent à aucun passage laissés de côté",
        _AILLEURS,
    ),
    "memo_riche": (
        "mémo mis en forme, sans son texte seul, laissé de côté",
        "mémos mis en forme, sans leur texte seul, laissés de côté",
        _AILLEURS,
    ),
    "description": (
        "description de document laissée de côté",
        "descriptions de documents laissées de côté",
        _AILLEURS,
    ),
    "ensemble": (
        "ensemble, lien ou graphique laissé de côté",
        "ensembles, liens ou graphiques laissés de côté",
        _AILLEURS,
    ),
    "groupe": (
        "cas laissé de côté ; ses variables sont dites de ses documents",
        "cas laissés de côté ; leurs variables sont dites de leurs documents",
        _AILLEURS,
    ),
    "windows": (
        "texte lu en Windows-1252, et non en UTF-8",
        "textes lus en Windows-1252, et non en UTF-8",
        "vérifiez leurs accents",
    ),
}


class Constats:
    """Ce qui n'est pas repris, compté par sorte.

    Examples
    --------
    >>> constats = Constats()
    >>> constats.compter("vide", 2)
    >>> print(constats.en_problemes("etude.qdpx")[0])
    etude.qdpx : 2 passages sans code ni mémo laissés de côté.
    """

    def __init__(self):
        self._comptes: Counter[str] = Counter()

    def compter(self, sorte: str, combien: int = 1) -> None:
        """Compter des choses d'une sorte."""
        self._comptes[sorte] += combien

    def en_problemes(self, fichier: str) -> tuple[Probleme, ...]:
        """Rendre un problème par sorte, en toujours le même ordre."""
        problemes = []
        for sorte, (un, plusieurs, remede) in _FORMES.items():
            if combien := self._comptes[sorte]:
                dit = (un if combien == 1 else plusieurs) if plusieurs else un
                problemes.append(Probleme(fichier, 0, f"{combien} {dit}" if plusieurs else dit, remede=remede))
        return tuple(problemes)
