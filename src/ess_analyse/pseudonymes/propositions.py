"""Proposer pour chaque nom un remplacement qui en garde le genre, l'époque, la sorte, et rien d'autre."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from ess_analyse.pseudonymes.contextes import LIAISONS
from ess_analyse.pseudonymes.motif import aplatir
from ess_analyse.pseudonymes.nombres import NOMBRE, lire_nombre
from ess_analyse.pseudonymes.noms import NOMS
from ess_analyse.pseudonymes.prenoms import (
    DIMINUTIFS,
    EPICENES,
    ORIGINES,
    Prenom,
    chercher_prenom,
    est_compose,
    lister_prenoms,
)

__all__ = ["Nom", "proposer_pseudonymes"]

_COMPLEMENTS = (
    "des Fontaines", "du Puits", "des Tilleuls", "de la Source", "du Verger", "des Noyers", "du Four", "des Peupliers",
    "de la Croix", "du Colombier", "des Genêts", "de la Fontaine", "du Lavoir", "des Acacias", "de l'Étang", "du Canal",
    "des Glycines", "de la Grange", "du Ruisseau", "des Merisiers", "de la Halle", "du Cèdre", "des Bruyères", "du Gué",
)  # fmt: skip
"""Des noms de rues si répandus qu'ils ne situent rien."""
_LIEUX = {
    "ville": ("une ville du département", "une ville voisine", "une petite ville", "une autre ville"),
    "grande ville": ("une grande ville", "une autre grande ville"),
    "ville étrangère": ("une ville de l'étranger", "une autre ville de l'étranger"),
    "département": ("un département", "un autre département"),
    "région": ("une région", "une autre région"),
    "bourg": ("un bourg", "un autre bourg", "un village"),
}
_REPLI = "Personne A"
"""Quand toutes les listes sont épuisées."""
_ORGANISATIONS = ("une organisation", "une autre organisation")
_FEMININS = frozenset((
    "association", "asso", "entreprise", "société", "boîte", "université", "fac", "faculté", "crèche", "résidence",
    "clinique", "maison", "ferme", "ressourcerie", "recyclerie", "régie", "coopérative", "scop", "scic", "fondation",
    "fédération", "mutuelle", "banque", "mairie", "agence", "école", "brasserie", "boulangerie", "épicerie",
    "pharmacie", "salle", "église", "paroisse", "mosquée", "imprimerie", "usine", "laverie", "blanchisserie",
    "communauté", "métropole", "prison", "caisse", "centrale", "application", "appli", "plateforme",
))  # fmt: skip
_COORDONNEES = {
    "adresse web": "[adresse web]",
    "siret": "[numéro Siret]",
    "siren": "[numéro Siren]",
    "sécurité sociale": "[numéro de sécurité sociale]",
    "iban": "[compte bancaire]",
}
_AGE = re.compile(rf"(?P<de>\bde\s)?(?P<nombre>\d{{1,3}}|{NOMBRE})\sans\Z", re.IGNORECASE)
_POSSESSIFS = {"mes": "mon âge", "tes": "ton âge", "ses": "son âge", "vos": "votre âge", "leurs": "leur âge"}
_DECENNIES = ("vingtaine", "trentaine", "quarantaine", "cinquantaine", "soixantaine")


@dataclass(frozen=True)
class Nom:
    """Un nom à remplacer.

    Attributes
    ----------
    reel : str
        Tel qu'il sera dans la clé.
    nature : str
        ``personne``, ``lieu``, ``organisation``, ``coordonnées`` ou ``autre``.
    sorte : str
        ``prénom``, ``nom``, ``nom complet``, une sorte de lieu ou d'identifiant, ou le mot qui dit ce que c'est
        (« lycée », « rue ») ; vide si on ne le sait pas.
    genre : str
        ``f``, ``m``, ou vide.
    """

    reel: str
    nature: str
    sorte: str = ""
    genre: str = ""


@dataclass
class _Attribution:
    """Ce qui est déjà pris, et ce que chaque nom a reçu."""

    pris: set[str]
    recus: dict[str, str] = field(default_factory=dict)

    def choisir(self, reel: str, *listes: Sequence[str], initiale: bool = True) -> str:
        """Choisir le premier libre à partir d'une place que le nom seul décide ; d'abord dans la première liste.

        L'initiale change quand ``initiale`` est vrai ; quand tout est pris, un nom est suivi d'une lettre.
        """
        graine = int.from_bytes(hashlib.sha256(aplatir(reel).encode()).digest()[:8], "big")
        for contrainte, liste in [(initiale, liste) for liste in listes] + [(False, listes[-1])]:
            for rang in range(len(liste)):
                choix = liste[(graine + rang) % len(liste)]
                if self._est_libre(choix) and not (contrainte and aplatir(choix)[0] == aplatir(reel)[0]):
                    return self._prendre(choix)
        return self.distinguer((_REPLI,))

    def distinguer(self, variantes: Sequence[str]) -> str:
        """Prendre la première variante libre, ou la première suivie d'une lettre puis d'un numéro."""
        base = variantes[0].removesuffix(" A")
        lettres = (f"{base} {lettre}" for lettre in "BCDEFGHIJKLMNOPQRSTUVWXYZ")
        numeros = (f"{base} {numero}" for numero in range(27, len(self.pris) + 28))
        return self._prendre(
            next(
                choix for source in (variantes, lettres, numeros) for choix in source if aplatir(choix) not in self.pris
            )
        )

    def _est_libre(self, choix: str) -> bool:
        return self.pris.isdisjoint((aplatir(choix), *aplatir(choix).split()))

    def _prendre(self, choix: str) -> str:
        self.pris.add(aplatir(choix))
        return choix


def proposer_pseudonymes(noms: Sequence[Nom], pris: Collection[str] = ()) -> list[str]:
    """Proposer un pseudonyme pour chaque nom.

    Le choix ne dépend que du nom et de ce qui est déjà pris : la même clé se propose deux fois pareil. Deux écritures
    d'un même nom (« Émilie », « emilie ») reçoivent le même ; deux noms différents, jamais. Un prénom garde son genre,
    son époque et ce que l'on devine de son origine ; il change d'initiale.

    Parameters
    ----------
    noms : sequence of Nom
        Les noms à remplacer.
    pris : collection of str
        Les noms réels et les pseudonymes que rien ne doit répéter.

    Returns
    -------
    list of str
        Dans l'ordre des noms ; sans deux-points ni saut de ligne.

    Examples
    --------
    >>> noms = [Nom("Nantes", "lieu", "grande ville"), Nom("lycée Vaugrand", "organisation", "lycée"),
    ...         Nom("j'ai 43 ans", "coordonnées", "âge"), Nom("06 12 34 56 78", "coordonnées", "téléphone")]
    >>> proposer_pseudonymes(noms)
    ['une grande ville', 'lycée', "j'ai une quarantaine d'années", '[téléphone]']
    """
    attribution = _Attribution({aplatir(nom) for nom in pris} | {aplatir(nom.reel) for nom in noms})
    attribution.pris |= {mot for nom in noms if nom.sorte == "nom complet" for mot in aplatir(nom.reel).split()}
    # A full name is made of its parts: they are chosen first.
    ordre = sorted(range(len(noms)), key=lambda rang: (noms[rang].sorte == "nom complet", aplatir(noms[rang].reel)))
    choix = {rang: _proposer(noms[rang], attribution) for rang in ordre}
    return [choix[rang] for rang in range(len(noms))]


def _proposer(nom: Nom, attribution: _Attribution) -> str:
    if nom.nature == "coordonnées":
        return _masquer(nom)
    cle = re.sub(r"^(?:l[ea]s? |l')", "", aplatir(nom.reel)) if nom.nature != "personne" else aplatir(nom.reel)
    if cle not in attribution.recus:
        attribution.recus[cle] = _PAR_NATURE[nom.nature](nom, attribution)
    recu = attribution.recus[cle]
    return recu.lower() if nom.nature == "personne" and nom.reel.islower() else recu


def _proposer_personne(nom: Nom, attribution: _Attribution) -> str:
    prenom = chercher_prenom(nom.reel)
    if nom.sorte == "initiales":
        return attribution.distinguer(("[initiales]",))
    if nom.sorte == "nom complet":
        return _composer(nom, attribution)
    if nom.sorte == "prénom" or (not nom.sorte and prenom):
        return attribution.choisir(nom.reel, *_lister(nom, prenom))
    return attribution.choisir(nom.reel, NOMS)


def _composer(nom: Nom, attribution: _Attribution) -> str:
    parts = re.split(r"\s+", nom.reel.strip())
    coupe = next((rang for rang, part in enumerate(parts) if rang and _n_est_pas_un_prenom(part)), len(parts) - 1)
    moities = [Nom(" ".join(parts[:coupe]), "personne", "prénom"), Nom(" ".join(parts[coupe:]), "personne", "nom")]
    return " ".join(_proposer(moitie, attribution) for moitie in moities if moitie.reel)


def _n_est_pas_un_prenom(part: str) -> bool:
    # « Le » is a first name too, but in « Josiane Le Floc'h » it opens the last one.
    return part.lower() in LIAISONS or not chercher_prenom(part)


def _lister(nom: Nom, prenom: Prenom | None) -> list[tuple[str, ...]]:
    """Lister les prénoms possibles, des plus au moins ressemblants."""
    genre = nom.genre or (prenom.genre if prenom else "fm")
    if genre == "fm":
        return [EPICENES]
    cle = aplatir(nom.reel)
    if any(cle == aplatir(surnom) for surnom in DIMINUTIFS[genre]):
        return [DIMINUTIFS[genre]]
    origine = [groupe[genre] for groupe in ORIGINES if any(cle == aplatir(autre) for autre in groupe[genre])]
    compose, epoque = est_compose(nom.reel), prenom.epoque if prenom else 0
    return [*origine, lister_prenoms(genre, epoque, compose=compose), lister_prenoms(genre, compose=compose)]


def _proposer_lieu(nom: Nom, attribution: _Attribution) -> str:
    if not nom.sorte or nom.sorte in _LIEUX:
        return attribution.distinguer(_LIEUX[nom.sorte or "bourg"])
    return attribution.choisir(nom.reel, [f"{nom.sorte} {complement}" for complement in _COMPLEMENTS], initiale=False)


def _proposer_organisation(nom: Nom, attribution: _Attribution) -> str:
    if nom.sorte in ("", "sigle", "structure", "prénom", "nom", "bourg"):
        return attribution.distinguer(_ORGANISATIONS)
    if aplatir(nom.reel).startswith(aplatir(nom.sorte)):
        return attribution.distinguer((nom.sorte,))
    voyelle = aplatir(nom.sorte)[0] in "aeiou" or nom.sorte in ("hôtel", "hôpital")
    article = "l'" if voyelle else "les " if nom.sorte.endswith("s") else "la " if nom.sorte in _FEMININS else "le "
    return attribution.distinguer((article + nom.sorte,))


def _proposer_autre(nom: Nom, attribution: _Attribution) -> str:
    return _proposer_organisation(nom, attribution) if nom.sorte else attribution.distinguer(("[nom]",))


_PAR_NATURE: dict[str, Callable[[Nom, _Attribution], str]] = {
    "personne": _proposer_personne,
    "lieu": _proposer_lieu,
    "organisation": _proposer_organisation,
    "autre": _proposer_autre,
}


def _masquer(nom: Nom) -> str:
    if nom.sorte == "âge":
        return _vieillir(nom.reel)
    if nom.sorte == "date de naissance":
        annonce = re.match(r"[^\W\d_]+", nom.reel)[0]
        return f"{annonce} [date de naissance]"
    return _COORDONNEES.get(nom.sorte, f"[{nom.sorte}]")


def _vieillir(reel: str) -> str:
    """Remplacer un âge exact par sa décennie : « j'ai 43 ans » → « j'ai une quarantaine d'années »."""
    trouve = _AGE.search(reel)
    age = lire_nombre(trouve["nombre"])
    premier = reel.split()[0].lower()
    if premier in _POSSESSIFS:
        return _POSSESSIFS[premier]
    if age < 10:
        tranche = "quelques années"
    elif age < 20:
        tranche = "une quinzaine d'années"
    elif age < 70:
        tranche = f"une {_DECENNIES[age // 10 - 2]} d'années"
    else:
        tranche = "plus de soixante-dix ans"
    de = trouve["de"] or ""
    de = "d'" if de and tranche.startswith("une") else de
    tranche = (
        tranche if trouve.start() or trouve["nombre"].islower() or trouve["nombre"].isdigit() else tranche.capitalize()
    )
    return reel[: trouve.start()] + de + tranche
