"""Lire un tableau d'un tour par ligne : xlsx, ods, csv."""

from __future__ import annotations

import csv
import io
import re
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice

from ess_analyse.lecture.analyseur import Jauge
from ess_analyse.lecture.archive import IllisibleError, descendre, epurer
from ess_analyse.lecture.colonnes import Cellule, lire_lignes
from ess_analyse.lecture.paragraphes import Depouillement

__all__ = ["couper_csv", "lire_classeur", "lire_csv", "lire_feuilles"]

_CASES = 1_000_000
"""Cases d'une feuille, vides comprises : dix mille tours de cent colonnes."""
_SIGNES = 10_000_000
"""Signes d'un classeur, chaque texte compté autant de fois qu'il est montré."""
_COLONNES = 200
_SUSPECT = "vérifiez d'où il vient, il n'a pas été lu"
_REFAIRE = "ouvrez-le dans votre tableur et réenregistrez-le, en .xlsx, en .ods ou en .csv"
_DESIGNER = "dites quelle colonne porte les paroles, par exemple --colonnes locuteur=Qui,texte=Parole"
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_MACROS = re.compile(r"macroEnabled|^(?:Basic|Scripts)/.*[^/]$")
"""Ce qu'annonce de ses pièces un classeur à macros, d'Excel ou de LibreOffice."""
_SEPARATEURS = ";\t,|"
_AUCUN = "\x1f"
"""Un séparateur qu'aucun texte ne contient : le fichier n'a qu'une colonne."""
_REGULIER = 0.6
"""Part des lignes qu'un vrai séparateur coupe en autant de cellules ; une virgule de phrase n'y arrive pas."""
_ESSAI = 50
"""Lignes lues pour reconnaître le séparateur d'un CSV."""


class _Etendue:
    """Mesurer ce qu'une feuille de calcul deviendrait une fois dépliée, sans la déplier.

    Un fichier d'un kilooctet peut demander une case à chaque coin de la feuille, répéter une ligne un million de fois
    ou montrer partout le même long texte ; calamine déplie tout, et arrête le programme s'il manque de mémoire.
    """

    def __init__(self, jauge: Jauge, longueurs: array, renvois: array):
        self.jauge, self.longueurs, self.renvois = jauge, longueurs, renvois
        self.pile: list[str] = []
        self.cases = self.signes = 0
        self.partage: list[str] | None = None
        self._ouvrir_feuille()
        self._ouvrir_case({})

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        descendre(len(self.pile))
        self.jauge.ouvrir(attrs)
        nom = tag.rpartition("}")[2]
        self.pile.append(nom)
        match nom:
            case "Default" | "Override" | "file-entry" if any(map(_MACROS.search, attrs.values())):
                raise IllisibleError("document à macros", "enregistrez-en une copie sans macros, en .xlsx")
            case "table":
                self._ouvrir_feuille()
            case "row":
                self.ligne, self.colonne = int(attrs.get("r", self.ligne + 1)), 0
            case "c":
                self._placer(attrs.get("r"))
                self.partage = [] if attrs.get("t") == "s" else None
            case "si":
                self.longueurs.append(0)
            case "table-row":
                self.repete, self.colonne, self.signes_ligne = _repeter(attrs, "number-rows-repeated"), 0, 0
            case "table-cell" | "covered-table-cell":
                self._ouvrir_case(attrs)

    def data(self, data: str) -> None:
        if "si" in self.pile[-4:]:
            self.longueurs[-1] += len(data)
        elif self.partage is not None and self.pile[-1] == "v":
            self.partage.append(data)
        self.pleine = self.pleine or not data.isspace()
        self.signes_case += len(data)

    def end(self, tag: str) -> None:
        match self.pile.pop():
            case "c" if self.partage:
                self.renvois.append(int("".join(self.partage)))
            case "table-cell" | "covered-table-cell":
                if self.pleine:
                    bas, droite = self.ligne + self.repete, self.colonne + self.repete_case
                    self._etendre(self.ligne + 1, bas, self.colonne + 1, droite)
                    self.signes_ligne += self.signes_case * self.repete_case
                self.colonne += self.repete_case
            case "table-row":
                self.ligne += self.repete
                self.signes += self.signes_ligne * self.repete
                if self.signes > _SIGNES:
                    raise IllisibleError("classeur démesuré : ses textes sont répétés", _SUSPECT)

    def close(self) -> None: ...

    def _ouvrir_feuille(self) -> None:
        self.cases_avant = self.cases
        self.ligne = self.colonne = self.signes_ligne = 0
        self.repete = 1
        self.bords: tuple[int, int, int, int] | None = None

    def _ouvrir_case(self, attrs: Mapping[str, str]) -> None:
        self.repete_case = _repeter(attrs, "number-columns-repeated")
        self.pleine = any(cle.endswith(("value", "formula")) for cle in attrs)
        self.signes_case = sum(map(len, attrs.values()))

    def _placer(self, reference: str | None) -> None:
        """Retenir où est une case d'un xlsx : là où elle le dit, ou à la suite."""
        if reference is None:
            self.colonne += 1
        else:
            place = _REFERENCE.fullmatch(reference.upper())
            if not place:
                raise IllisibleError("document tronqué ou abîmé", _REFAIRE)
            lettres, self.ligne = place[1], int(place[2])
            self.colonne = sum((ord(signe) - 64) * 26**rang for rang, signe in enumerate(reversed(lettres)))
        self._etendre(self.ligne, self.ligne, self.colonne, self.colonne)

    def _etendre(self, haut: int, bas: int, gauche: int, droite: int) -> None:
        if self.bords:
            haut, bas = min(haut, self.bords[0]), max(bas, self.bords[1])
            gauche, droite = min(gauche, self.bords[2]), max(droite, self.bords[3])
        self.bords = haut, bas, gauche, droite
        self.cases = self.cases_avant + (bas - haut + 1) * (droite - gauche + 1)
        if self.cases > _CASES:
            raise IllisibleError("classeur démesuré : trop de cases, même vides", _SUSPECT)


def _repeter(attrs: Mapping[str, str], nom: str) -> int:
    # The same name may stand in two namespaces: the reader behind may believe either.
    return max([1, *(int(valeur) for cle, valeur in attrs.items() if cle.rpartition("}")[2] == nom)])


def lire_classeur(octets: bytes, colonnes: Mapping[str, str] | None = None) -> Depouillement:
    """Lire un classeur dont chaque ligne est un tour.

    Parameters
    ----------
    octets : bytes
        Le fichier ``.xlsx`` ou ``.ods``.
    colonnes : mapping of str to str, optional
        Rôle (``locuteur``, ``texte``, ``debut``, ``fin``) → titre de sa colonne, ou sa lettre ; deviné sinon.

    Returns
    -------
    Depouillement
        Les tours de la première feuille qui convient ; les colonnes devinées, les colonnes et les feuilles laissées de
        côté sont dites.

    Raises
    ------
    IllisibleError
        Classeur protégé, abîmé ou démesuré, colonne demandée absente, ou aucune colonne de paroles.
    """
    lu, laissees, refus = None, [], None
    for nom, lignes in lire_feuilles(octets):
        if lu is None:
            try:
                lu = lire_lignes(lignes, colonnes)
            except IllisibleError as erreur:
                refus = refus or erreur
            if lu is not None:
                retenue = nom
                continue
        laissees.append(nom)
    if lu is None:
        raise refus or IllisibleError("aucune feuille n'a de colonne de paroles", _DESIGNER)
    if not laissees:
        return lu
    pluriel, noms = "s" * (len(laissees) > 1), ", ".join(f"« {nom} »" for nom in laissees)
    constat = f"feuille lue : « {retenue} » ; feuille{pluriel} laissée{pluriel} de côté : {noms}"
    return Depouillement(lu.paragraphes, (constat, *lu.constats))


def lire_feuilles(octets: bytes) -> Iterator[tuple[str, list[list[Cellule]]]]:
    """Lire les feuilles d'un classeur qui ne sont pas vides, une à la fois.

    Parameters
    ----------
    octets : bytes
        Le fichier ``.xlsx`` ou ``.ods``.

    Yields
    ------
    tuple of (str, list of list)
        Le nom de la feuille, et ses cellules, ligne par ligne.

    Raises
    ------
    IllisibleError
        Classeur protégé, abîmé, démesuré ou à macros.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    jauge, longueurs, renvois = Jauge(), array("L"), array("L")
    propre = epurer(octets, lambda _: _Etendue(jauge, longueurs, renvois))
    if any(renvoi >= len(longueurs) for renvoi in renvois):
        raise IllisibleError("document tronqué ou abîmé", _REFAIRE)
    if sum(longueurs[renvoi] for renvoi in renvois) > _SIGNES:
        raise IllisibleError("classeur démesuré : ses textes sont répétés", _SUSPECT)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(propre)) as classeur:
            for rang, nom in enumerate(classeur.sheet_names):
                lignes = list(classeur.get_sheet_by_index(rang).iter_rows())
                if any(cellule != "" for ligne in lignes for cellule in ligne):
                    yield nom, lignes
    except PasswordError:
        raise IllisibleError(
            "document protégé par un mot de passe", "enregistrez-en une copie sans mot de passe"
        ) from None
    except (CalamineError, OSError, ValueError):
        raise IllisibleError("document tronqué ou abîmé", _REFAIRE) from None


def lire_csv(texte: str, colonnes: Mapping[str, str] | None = None) -> Depouillement:
    r"""Lire un fichier CSV dont chaque ligne est un tour.

    Parameters
    ----------
    texte : str
        Le contenu du fichier ; séparateur ``;``, ``,``, tabulation ou ``|``.
    colonnes : mapping of str to str, optional
        Rôle (``locuteur``, ``texte``, ``debut``, ``fin``) → titre de sa colonne, ou sa lettre ; deviné sinon.

    Returns
    -------
    Depouillement
        Les tours ; les colonnes devinées et celles laissées de côté sont dites.

    Raises
    ------
    IllisibleError
        CSV démesuré, colonne demandée absente, ou aucune colonne de paroles.

    Examples
    --------
    >>> lu = lire_csv("Qui;Parole;Début\nRose;On trie.;00:01:02,5\n", {"texte": "Parole", "debut": "Début"})
    >>> lu.paragraphes
    (Paragraphe(texte='On trie.', locuteur=None, temps=(62.5, 62.5), gras=0),)
    >>> lu.constats
    ('colonne laissée de côté : « Qui »',)
    """
    lu = lire_lignes([ligne for ligne in couper_csv(texte) if any(ligne)], colonnes)
    if lu is None:
        raise IllisibleError("aucune colonne de paroles dans ce CSV", _DESIGNER)
    return lu


def couper_csv(texte: str) -> list[list[str]]:
    r"""Couper un fichier CSV en cellules, toutes les lignes ayant la même largeur.

    Parameters
    ----------
    texte : str
        Le contenu du fichier ; séparateur ``;``, ``,``, tabulation ou ``|``, annoncé par ``sep=`` ou reconnu.

    Returns
    -------
    list of list of str
        Les lignes, vides comprises.

    Raises
    ------
    IllisibleError
        CSV démesuré, ou cellule qui ne se ferme pas.

    Examples
    --------
    >>> couper_csv("sep=|\na|b\nc\n")
    [['a', 'b'], ['c', '']]
    """
    if texte.startswith("sep=") and (annonce := re.match(r"sep=(.)\n", texte)):
        separateur, texte = annonce[1], texte[annonce.end() :]
    else:
        separateur = _trouver_separateur(texte)
    jauge, lignes = Jauge(), []
    try:
        for ligne in csv.reader(io.StringIO(texte, newline=""), delimiter=separateur):
            jauge.ajouter(elements=len(ligne), contenants=1, signes=sum(map(len, ligne)))
            lignes.append(ligne)
    except csv.Error:
        raise IllisibleError("une cellule de ce CSV est démesurée ou ne se ferme pas", _REFAIRE) from None
    largeur = max(map(len, lignes), default=0)
    if largeur * len(lignes) > _CASES or largeur > _COLONNES:
        raise IllisibleError("tableau démesuré", _SUSPECT)
    return [ligne + [""] * (largeur - len(ligne)) for ligne in lignes]


def _trouver_separateur(texte: str) -> str:
    """Trouver le séparateur qui coupe le plus de lignes en autant de cellules ; à défaut, ne rien couper."""

    def noter(separateur: str) -> tuple[float, int]:
        try:
            lignes = list(islice(csv.reader(io.StringIO(texte, newline=""), delimiter=separateur), _ESSAI))
        except csv.Error:
            return 0, 0
        pleines = [ligne for ligne in lignes if any(ligne)]
        # A quote left alone in a cell shows that the separator cut a quoted text.
        coupees = [len(ligne) for ligne in pleines if not any(cellule.count('"') % 2 for cellule in ligne)]
        largeurs = Counter(largeur for largeur in coupees if largeur > 1)
        largeur, fois = largeurs.most_common(1)[0] if largeurs else (0, 0)
        return fois / len(pleines) if pleines else 0, largeur

    notes = {separateur: noter(separateur) for separateur in _SEPARATEURS}
    meilleur = max(notes, key=notes.__getitem__)
    return meilleur if notes[meilleur][0] >= _REGULIER else _AUCUN
