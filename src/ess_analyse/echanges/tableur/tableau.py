"""Un tableau de citations codées, une par ligne : ses colonnes à confirmer, puis ce qu'il contient."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ess_analyse.codages.verification import lire_origine
from ess_analyse.echanges.lignes import en_reprises
from ess_analyse.echanges.projet import CODES_REPRIS, INCONNUE, Projet, Source
from ess_analyse.echanges.reprise.mots import plier_mots
from ess_analyse.echanges.tableur.classeurs import lister_feuilles
from ess_analyse.echanges.tableur.colonnes import EXIGES, ROLES, chercher_colonnes, dire_absence
from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, proposer, relatif
from ess_analyse.lecture.archive import IllisibleError
from ess_analyse.lecture.lecteurs import trouver_probleme
from ess_analyse.modele import MOTIF_PLACE

__all__ = ["Tableau", "lire_tableur", "ouvrir_tableur"]

_VIRGULES = "codes applied combined"
"""Le titre de Dedoose, qui sépare par une virgule les codes d'un extrait."""
_MONTREES = 5
"""Lignes nommées dans un message : assez pour vérifier."""
_NOMBRE = re.compile(r"\d{1,9}")
_ETENDUE = re.compile(r"(\d{1,9})\s*[-–]\s*(\d{1,9})")
_IDENTIFIANT = re.compile(r"[ROP]-[A-Z][A-Z0-9]*")
_CHEMIN = re.compile(r"\s*(?:\\|>|::)\s*|\s+/\s+")


@dataclass(frozen=True)
class Tableau:
    """Un tableau ouvert, dont une personne doit confirmer les colonnes avant que rien n'en soit repris.

    Attributes
    ----------
    fichier : str
        Son nom.
    feuille : str
        La feuille lue ; vide pour un CSV.
    titres : tuple of str
        Un par colonne, ou sa lettre.
    roles : dict of str to int
        Rôle → rang de sa colonne.
    lignes : tuple of (int, tuple of str)
        Les lignes sous les titres, chacune avec son numéro.
    """

    fichier: str
    feuille: str
    titres: tuple[str, ...]
    roles: dict[str, int]
    lignes: tuple[tuple[int, tuple[str, ...]], ...]

    @property
    def option(self) -> str:
        """Ce qu'il faut écrire après ``--colonnes`` pour confirmer."""
        return ",".join(f"{role}={self.titres[rang]}" for role, rang in self.roles.items())

    @property
    def laissees(self) -> list[str]:
        """Les titres des colonnes qui ne sont pas reprises."""
        return [titre for rang, titre in enumerate(self.titres) if rang not in self.roles.values()]

    def montrer(self, nombre: int = 3) -> pd.DataFrame:
        """Rendre les premières lignes, chaque colonne sous son rôle et son titre."""
        noms = [f"{role} = {self.titres[rang]}" for role, rang in self.roles.items()]
        lignes = [[ligne[rang] for rang in self.roles.values()] for _, ligne in self.lignes[:nombre]]
        return pd.DataFrame(lignes, columns=noms, dtype="str")

    def en_projet(self) -> Projet:
        """Rendre les citations codées.

        Une cellule peut tenir plusieurs codes : un par ligne, ou séparés par un point-virgule ou une barre ; par une
        virgule seulement si chaque morceau est ailleurs seul dans sa cellule (un libellé peut en contenir une). Un
        document écrit une fois vaut pour les lignes suivantes. Une position n'est gardée que si elle compte des
        signes ; le rapprochement la compare encore aux mots cités. Une ligne sans code qui porte un mémo le garde.
        L'origine d'une de nos feuilles suit chacun des codes acceptés.

        Returns
        -------
        Projet
            Les lignes sans citation, sans code ni mémo, ou qui ont reçu le document d'une autre sont dans ``ecartes``.
        """
        dites = [(numero, {r: ligne[rang] for r, rang in self.roles.items()}) for numero, ligne in self.lignes]
        separer = _Separateur([ligne["code"] for _, ligne in dites], self.titres[self.roles["code"]])
        lignes, origines, sans, herites, document = [], [], {role: [] for role in EXIGES}, [], ""
        for numero, ligne in dites:
            source, debut, fin = _lire_place(ligne)
            sien = source or ligne.get("document", "")
            document = sien or document
            codeur, memo, date, origine = (ligne.get(role, "") for role in ("codeur", "memo", "date", "origine"))
            if manquant := next((role for role in EXIGES if not (ligne[role] or (role == "code" and memo))), ""):
                sans[manquant] += [numero] if any(ligne.values()) else []
                continue
            herites += [numero] if document and not sien else []
            acceptees, codes = lire_origine(origine)[0], separer(ligne["code"]) or [""]
            lignes += [(document, debut, fin, ligne["citation"], codeur, code, memo, date) for code in codes]
            origines += [acceptees.get(code, "") for code in codes]
        codages = en_reprises(self.fichier, lignes).assign(origine=pd.Series(origines, dtype="str"))
        codes = pd.DataFrame([_ranger(code) for code in dict.fromkeys(codages["code"]) if code], columns=CODES_REPRIS)
        sources = tuple(Source(nom) for nom in dict.fromkeys(codages["source"]) if nom)
        ecartes = (*_dire_manques(self.fichier, sans), *_dire_herites(self.fichier, herites))
        return Projet(self.fichier, sources, codes.astype("str"), codages, ecartes)


def lire_tableur(chemin: Path, colonnes: Mapping[str, str] | None = None) -> Projet:
    r"""Lire un tableau d'une citation codée par ligne : CSV, XLSX, ODS.

    Les titres des exports de Dedoose ont été vérifiés dans des programmes qui les lisent ; ceux de MAXQDA (« Document
    name », « Code », « Segment »), d'ATLAS.ti (« Document », « Quotation Content », « Codes ») et de NVivo (« Coded
    Text ») sont écrits de mémoire : faites confirmer les colonnes (:func:`ouvrir_tableur`) avant de vous y fier.

    Parameters
    ----------
    chemin : Path
        Le fichier.
    colonnes : mapping of str to str, optional
        Rôle → titre de sa colonne, ou sa lettre ; deviné sinon. Rôles : ``document``, ``citation``, ``code``,
        ``codeur``, ``memo``, ``date``, ``debut``, ``fin``, ``place`` (``E01:71-95``, ou ``71-95``), ``origine`` (d'une
        de nos feuilles).

    Returns
    -------
    Projet
        Les citations codées, sans le texte des documents.

    Raises
    ------
    ErreurDonnees
        Fichier illisible, démesuré ou piégé ; colonne demandée absente ; aucune colonne de citations ou de codes.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     csv = Path(dossier, "codage.csv")
    ...     _ = csv.write_text("Document,Segment,Code\nE01,On ressaisit.,Risque > Charge\n", encoding="utf-8")
    ...     projet = lire_tableur(csv)
    >>> projet.codages[["source", "texte", "code"]].values.tolist(), projet.codes["dossier"].tolist()
    ([['E01', 'On ressaisit.', 'Risque > Charge']], ['Risque'])
    """
    return ouvrir_tableur(chemin, colonnes).en_projet()


def ouvrir_tableur(chemin: Path, colonnes: Mapping[str, str] | None = None) -> Tableau:
    """Ouvrir un tableau et trouver ce que sont ses colonnes, sans encore rien en reprendre.

    Parameters
    ----------
    chemin, colonnes
        Comme :func:`lire_tableur`.

    Returns
    -------
    Tableau
        La première feuille qui convient.

    Raises
    ------
    ErreurDonnees
        Comme :func:`lire_tableur`.
    """
    chemin, nom = Path(chemin), relatif(chemin)
    lever(
        Probleme(
            "--colonnes", 0, "rôle de colonne inconnu", role, proposer(role, ROLES) or f"rôles : {', '.join(ROLES)}"
        )
        for role in colonnes or ()
        if role not in ROLES
    )
    if probleme := trouver_probleme(chemin):
        raise ErreurDonnees([probleme])
    vues = []
    try:
        for feuille, lignes in lister_feuilles(chemin):
            if plan := chercher_colonnes(lignes, colonnes):
                suite = tuple(enumerate(lignes[plan.debut :], start=plan.debut + 1))
                return Tableau(nom, feuille, plan.titres, plan.roles, suite)
            vues.append(lignes)
    except IllisibleError as erreur:
        raise ErreurDonnees([Probleme(nom, 0, str(erreur), remede=erreur.remede)]) from None
    raise ErreurDonnees([dire_absence(nom, vues, colonnes)])


class _Separateur:
    """Séparer les codes d'une cellule, d'après ce que les autres cellules montrent."""

    def __init__(self, cellules: Sequence[str], titre: str):
        self.virgules = plier_mots(titre) == _VIRGULES
        self.seuls = {morceau for cellule in cellules for morceau in _couper(cellule) if "," not in morceau}

    def __call__(self, cellule: str) -> list[str]:
        return list(dict.fromkeys(code for morceau in _couper(cellule) for code in self._separer(morceau)))

    def _separer(self, morceau: str) -> list[str]:
        identifiants = re.split(r"[\s,]+", morceau)
        if all(map(_IDENTIFIANT.fullmatch, identifiants)):
            return identifiants
        essais = [essai.strip() for essai in morceau.split(",") if essai.strip()]
        return essais if self.virgules or self.seuls.issuperset(essais) else [morceau]


def _couper(cellule: str) -> list[str]:
    return [morceau.strip() for morceau in re.split(r"[\n;|]", cellule) if morceau.strip()]


def _ranger(code: str) -> tuple[str, str, str, str]:
    *dossiers, nom = [part for part in _CHEMIN.split(code) if part] or [code]
    return code, nom, " / ".join(dossiers), ""


def _lire_place(ligne: Mapping[str, str]) -> tuple[str, int, int]:
    """Lire où est une citation : son document si la place le dit, puis ses positions, ou ``INCONNUE``."""
    dite, source = ligne.get("place", ""), ""
    bornes = (ligne.get("debut", ""), ligne.get("fin", ""))
    if place := MOTIF_PLACE.fullmatch(dite):
        bornes, source = place.group("debut", "fin"), place["entretien"]
    elif etendue := _ETENDUE.fullmatch(dite):
        bornes = etendue.groups()
    if all(map(_NOMBRE.fullmatch, bornes)) and int(bornes[0]) < int(bornes[1]):
        return source, int(bornes[0]), int(bornes[1])
    return source, INCONNUE, INCONNUE


def _dire_manques(fichier: str, sans: Mapping[str, Sequence[int]]) -> Iterator[Probleme]:
    for role, numeros in sans.items():
        if numeros:
            pluriel = "s" * (len(numeros) > 1)
            message = f"{len(numeros)} ligne{pluriel} sans {role} laissée{pluriel} de côté"
            yield Probleme(fichier, numeros[0], message)


def _dire_herites(fichier: str, numeros: Sequence[int]) -> Iterator[Probleme]:
    if numeros:
        plusieurs = len(numeros) > 1
        sujet = f"{len(numeros)} lignes sans document ont" if plusieurs else "1 ligne sans document a"
        lignes = ", ".join(map(str, numeros[:_MONTREES])) + ", …" * (len(numeros) > _MONTREES)
        remede = "vérifiez que c'est le bon ; sinon, écrivez le document à chaque ligne"
        yield Probleme(
            fichier, numeros[0], f"{sujet} reçu celui d'une ligne d'avant", f"ligne{'s' * plusieurs} {lignes}", remede
        )
