"""Lire du YAML écrit à la main : chaque valeur garde sa ligne, chaque faute se dit en français."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from ess_analyse.erreurs import ErreurDonnees, Probleme, proposer

__all__ = ["Arbre", "lire_arbre"]

T = TypeVar("T")
_PROFONDEUR = 8
_CONSTANTES = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_NOMBRE = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?")
_GUILLEMETS = "mettez le texte entier entre guillemets"
# What ruamel.yaml says, and what it means to the person who wrote the file.
_CASSES = (
    (r"character '\\t'", "tabulation en tête de ligne", "remplacez-la par des espaces"),
    (r"mapping values are not allowed", "deux-points inattendu", f"{_GUILLEMETS}, ou vérifiez le retrait de la ligne"),
    (r"unexpected end of stream", "guillemet ouvert et jamais fermé", "fermez-le"),
    (r"expected '?,'? or '?[\]}]", "crochet ou accolade jamais fermé", "fermez-le, ou écrivez un élément par ligne"),
    (r"expected <block end>", "retrait incohérent", "alignez la ligne sur les autres éléments du même bloc"),
    (r"could not find expected ':'", "deux-points manquant après une clé", "écrivez « clé: valeur »"),
    (r"character '(.)' that cannot start", "signe interdit en tête de texte", _GUILLEMETS),
    (r"unknown escape character", "barre oblique inverse entre guillemets", "employez des guillemets simples"),
    (r"special characters are not allowed", "signe invisible interdit", "effacez-le et réenregistrez en UTF-8"),
    (r"scanning an (anchor|alias)|expected alphabetic", "signe « & » ou « * » en tête de texte", _GUILLEMETS),
    (r"directive|document start", "ligne commençant par « % » ou texte avant la première clé", _GUILLEMETS),
)
# pydantic's error types: what to say, what to do.
_TYPES = {
    "missing": ("clé manquante", "ajoutez-la"),
    "string_type": ("un texte est attendu", _GUILLEMETS),
    "tuple_type": ("une liste est attendue", "écrivez un élément par ligne, précédé d'un tiret"),
    "dataclass_type": ("un bloc de clés est attendu", "écrivez une clé par ligne : « clé: valeur »"),
    "int_type": ("un nombre entier est attendu", "écrivez-le en chiffres"),
    "int_parsing": ("un nombre entier est attendu", "écrivez-le en chiffres"),
    "int_from_float": ("un nombre entier est attendu", "écrivez-le en chiffres"),
}


@dataclass(frozen=True)
class Arbre:
    """Ce qu'un fichier YAML contient, et où.

    Attributes
    ----------
    fichier : str
        Son nom, pour les messages.
    valeur : object
        Dictionnaires, listes, textes, nombres, booléens ou rien.
    lignes : dict
        Pour chaque place (``("codes", 3, "indices", 0)``), sa ligne à partir de 1.
    problemes : tuple of Probleme
        Ce que le YAML a de permis et que nous refusons : renvois, ancres, étiquettes, clés en double.
    """

    fichier: str
    valeur: object
    lignes: dict[tuple, int]
    problemes: tuple[Probleme, ...]

    def probleme(self, place: tuple, message: str, valeur: object = "", remede: str = "") -> Probleme:
        """Dire un problème à la ligne d'une place, ou de ce qui la contient si elle manque."""
        while place and place not in self.lignes:
            place = place[:-1]
        return Probleme(self.fichier, self.lignes[place], message, _montrer(valeur), remede)

    def valider(self, forme: type[T], cles: Iterable[str] = ()) -> tuple[T | None, list[Probleme]]:
        """Vérifier la forme d'un arbre : les clés, les types.

        Parameters
        ----------
        forme : type
            Une dataclass, ou un type que pydantic sait vérifier.
        cles : iterable of str
            Les clés permises, toutes places confondues, pour en proposer une à la place d'une clé inconnue.

        Returns
        -------
        objet : forme or None
            L'objet, ou rien si la forme n'est pas la bonne.
        problemes : list of Probleme
            Tous les écarts.

        Examples
        --------
        >>> lire_arbre("a: [1, no]", "f.yml").valider(dict[str, tuple[str, ...]])[1]
        [Probleme(fichier='f.yml', ligne=1, message='un texte est attendu', valeur='1',
                  remede='mettez le texte entier entre guillemets')]
        """
        from pydantic import TypeAdapter, ValidationError

        try:
            return TypeAdapter(forme).validate_python(self.valeur), []
        except ValidationError as erreur:
            details = erreur.errors(include_url=False)
        return None, [self._traduire(detail["type"], detail["loc"], detail["input"], set(cles)) for detail in details]

    def _traduire(self, genre: str, place: tuple, valeur: object, cles: set[str]) -> Probleme:
        if genre == "unexpected_keyword_argument":
            return self.probleme(place, "clé inconnue", place[-1], proposer(str(place[-1]), cles) or "retirez-la")
        message, remede = _TYPES.get(genre, ("valeur inacceptable", "comparez avec les autres"))
        if genre == "missing":
            valeur = place[-1]
        elif valeur is None:
            remede = "écrivez la valeur, ou retirez la ligne"
        elif genre == "string_type" and isinstance(valeur, dict):
            remede = f"{_GUILLEMETS} : sans eux, « : » en fait une clé"
        elif genre == "string_type" and isinstance(valeur, list):
            remede = "écrivez un seul texte, sans tiret ni crochets"
        return self.probleme(place, message, valeur, remede)


def lire_arbre(texte: str, fichier: str, ligne: int = 1) -> Arbre:
    r"""Lire un document YAML 1.2, sans jamais suivre de renvoi ni construire autre chose que des données.

    Parameters
    ----------
    texte : str
        Le YAML. ``no``, ``on``, ``yes`` et les dates y sont des textes ; dans un texte, une suite de blancs vaut une
        espace.
    fichier : str
        Son nom, pour les messages.
    ligne : int
        La ligne du fichier où ce texte commence.

    Returns
    -------
    Arbre
        Les valeurs, leurs lignes, et ce qui est refusé.

    Raises
    ------
    ErreurDonnees
        Si le YAML est mal formé.

    Examples
    --------
    >>> arbre = lire_arbre("mots: [no, 12]\nfin: ~", "f.yml")
    >>> arbre.valeur, arbre.lignes["fin",]
    ({'mots': ['no', 12], 'fin': None}, 2)
    >>> lire_arbre("a: b: c", "f.yml")
    Traceback (most recent call last):
    ess_analyse.erreurs.ErreurDonnees: f.yml, ligne 1 : deux-points inattendu (« a: b: c »).
    Mettez le texte entier entre guillemets, ou vérifiez le retrait de la ligne.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    lecteur = _Lecteur(fichier, ligne, YAML(typ="safe", pure=True).parse(texte))
    try:
        documents = [
            lecteur.lire(next(lecteur.evenements), ())
            for evenement in lecteur.evenements
            if type(evenement).__name__ == "DocumentStartEvent"
        ]
    except YAMLError as erreur:
        raise ErreurDonnees([*lecteur.problemes, _dire_casse(erreur, texte, fichier, ligne)]) from None
    if len(documents) != 1:
        remede = "gardez-en un seul, sans ligne « --- » ni « ... »"
        raise ErreurDonnees([Probleme(fichier, 0, f"{len(documents)} documents YAML au lieu d'un", remede=remede)])
    return Arbre(fichier, documents[0], lecteur.lignes, tuple(lecteur.problemes))


@dataclass
class _Lecteur:
    """Suivre les événements de ruamel.yaml : avec eux, un renvoi se voit sans que rien ne soit recopié."""

    fichier: str
    premiere: int
    evenements: Iterator
    lignes: dict[tuple, int] = field(default_factory=dict)
    problemes: list[Probleme] = field(default_factory=list)

    def lire(self, evenement, place: tuple) -> object:
        genre, ligne = type(evenement).__name__, evenement.start_mark.line + self.premiere
        self.lignes[place] = ligne
        self._refuser(evenement, genre, ligne)
        if genre == "AliasEvent":
            return ""
        if genre == "ScalarEvent":
            return _scalaire(evenement)
        if len(place) >= _PROFONDEUR:
            raise ErreurDonnees([*self.problemes, Probleme(self.fichier, ligne, "listes ou blocs trop emboîtés")])
        if genre == "SequenceStartEvent":
            liste: list[object] = []
            for suivant in self._jusqu_a("SequenceEndEvent"):
                liste.append(self.lire(suivant, (*place, len(liste))))
            return liste
        bloc: dict[str, object] = {}
        for suivant in self._jusqu_a("MappingEndEvent"):
            cle = _montrer(self.lire(suivant, (*place, "")))
            ligne = suivant.start_mark.line + self.premiere
            if cle in bloc:
                self.problemes.append(Probleme(self.fichier, ligne, "clé en double", cle, "gardez-en une"))
            bloc[cle] = self.lire(next(self.evenements), (*place, cle))
            self.lignes[*place, cle] = ligne
        return bloc

    def _jusqu_a(self, genre: str) -> Iterator:
        while type(evenement := next(self.evenements)).__name__ != genre:
            yield evenement

    def _refuser(self, evenement, genre: str, ligne: int) -> None:
        remede = "recopiez la valeur à chaque endroit ; si c'est un texte, mettez-le entre guillemets"
        if genre == "AliasEvent":
            self.problemes.append(Probleme(self.fichier, ligne, "renvoi YAML refusé", f"*{evenement.anchor}", remede))
        elif evenement.anchor:
            self.problemes.append(Probleme(self.fichier, ligne, "ancre YAML refusée", f"&{evenement.anchor}", remede))
        if getattr(evenement, "tag", None):
            remede = "retirez-la ; si c'est un texte, mettez-le entre guillemets"
            self.problemes.append(Probleme(self.fichier, ligne, "étiquette YAML refusée", str(evenement.tag), remede))


def _scalaire(evenement) -> object:
    texte = re.sub(r"[ \t\n]+", " ", evenement.value).strip(" ")
    if evenement.implicit[0]:
        if texte in _CONSTANTES:
            return _CONSTANTES[texte]
        if _NOMBRE.fullmatch(texte):
            return int(texte) if texte.isdecimal() and len(texte) < 16 else float(texte)
    return texte


def _montrer(valeur: object) -> str:
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return str(valeur).lower()
    if isinstance(valeur, dict):
        valeur = next(iter(valeur), "") + ":"
    elif isinstance(valeur, list):
        valeur = ", ".join(map(_montrer, valeur))
    texte = str(valeur)
    return texte if len(texte) <= 60 else texte[:59] + "…"


def _dire_casse(erreur, texte: str, fichier: str, premiere: int) -> Probleme:
    """Traduire une faute de syntaxe ; la place dite est celle qu'il faut corriger, non celle où la lecture s'arrête."""
    dit = " ".join(str(partie) for partie in (getattr(erreur, "context", ""), getattr(erreur, "problem", ""), erreur))
    message, remede = next(
        ((message, remede) for motif, message, remede in _CASSES if re.search(motif, dit)),
        ("YAML mal formé", "comparez la ligne avec ses voisines : retrait, tiret, deux-points"),
    )
    marque = getattr(erreur, "problem_mark", None)
    if "jamais fermé" in message:
        marque = getattr(erreur, "context_mark", None) or marque
    lignes = texte.split("\n")
    rang = min(marque.line if marque else texte.count("\n", 0, getattr(erreur, "position", 0)), len(lignes) - 1)
    return Probleme(fichier, rang + premiere, message, _montrer(lignes[rang].strip()), remede)
