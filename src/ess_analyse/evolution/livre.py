"""La grille telle qu'elle est écrite : y changer un code sans toucher aux lignes des autres."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.evolution.blocs import (
    ajouter,
    ajouter_cle,
    composer,
    entree,
    lire_valeur,
    oter,
    remplacer,
    tranche,
)
from ess_analyse.evolution.brut import Brut, Retouche
from ess_analyse.evolution.migration import Suites, motif_des_codes
from ess_analyse.grille import Grille, lire_grille

__all__ = ["Livre"]

_CONSIGNES = ("definition", "inclure", "exclure")
_LISTES = ("inclure", "exclure", "exemples", "contre_exemples", "indices", "sauf")
_PRIMEES = {"contre_exemples": "exemples", "sauf": "indices"}
"""Une phrase ne peut être dans les deux listes : celle qui relève du code l'emporte sur celle qui n'en relève pas."""


class Livre:
    """Le fichier d'une grille, et les retouches qui l'attendent.

    Parameters
    ----------
    brut : Brut
        ``data/grille.yml``, que :func:`~ess_analyse.grille.lire_grille` accepte.
    """

    def __init__(self, brut: Brut):
        self.brut = brut
        self._racine = composer(brut.texte)
        self._liste = entree(self._racine, "codes")
        self._blocs = {lire_valeur(entree(bloc, "id")): bloc for bloc in self._liste.value}
        self._retouches: list[Retouche] = []
        self._otes: set[str] = set()

    def monter(self, version: int) -> None:
        """Écrire la nouvelle version de la grille."""
        self._retouches.append(Retouche(*tranche(self.brut.texte, entree(self._racine, "version")), str(version)))

    def renommer(self, code: str, vers: str, libelle: str) -> None:
        """Écrire un nouvel identifiant et un nouveau libellé ; le même, ou rien, ne change rien."""
        for cle, valeur in (("id", vers), ("libelle", libelle)):
            noeud = entree(self._blocs[code], cle)
            if valeur and valeur != lire_valeur(noeud):
                flux = bool(self._blocs[code].flow_style)
                self._retouches.append(remplacer(self.brut.texte, noeud, valeur, flux=flux))

    def oter(self, *codes: str) -> None:
        """Ôter des codes, avec tout ce qui est écrit dans leurs blocs."""
        self._otes |= set(codes)
        self._retouches += oter(self.brut.texte, self._liste, [self._blocs[code] for code in codes])

    def fusionner(self, absorbes: Collection[str], garde: str) -> None:
        """Ajouter aux listes d'un code celles des codes qu'il absorbe, sans doublon, puis ôter ceux-ci.

        Un exemple de l'un qui est un contre-exemple de l'autre reste un exemple ; un indice de l'un qui est une
        exception de l'autre reste un indice.
        """
        bloc, siens = self._blocs[garde], {}
        for champ in _LISTES:
            liste = entree(bloc, champ)
            anciens = list(liste.value) if liste is not None else []
            venus = [noeud for code in absorbes for noeud in self._lister(code, champ)]
            vus = {_cle(noeud) for noeud in anciens}
            siens[champ] = anciens, [noeud for noeud in venus if not (_cle(noeud) in vus or vus.add(_cle(noeud)))]
        for champ, (anciens, neufs) in siens.items():
            primes = {_cle(noeud) for liste in siens.get(_PRIMEES.get(champ), ()) for noeud in liste}
            otes = [noeud for noeud in anciens if _cle(noeud) in primes]
            neufs = [noeud for noeud in neufs if _cle(noeud) not in primes]
            self._retouches += self._recomposer(bloc, champ, otes, neufs)
        self.oter(*absorbes)

    def suivre_mentions(self, suites: Suites, sauf: str = "") -> None:
        """Récrire les codes que les consignes des autres codes nomment (« … : R-SENS »), sauf dans celles d'un code."""
        motif = motif_des_codes(suites)
        for code, noeud in self._consignes():
            debut, fin = tranche(self.brut.texte, noeud)
            if code == sauf or code in self._otes:
                continue
            for trouve in motif.finditer(self.brut.texte, debut, fin):
                self._retouches.append(Retouche(*trouve.span(), *suites[trouve[0]]))

    def relire(self, nom: str) -> tuple[Brut, Grille]:
        """Rendre la grille retouchée, vérifiée comme si elle était écrite.

        Parameters
        ----------
        nom : str
            Comment nommer dans les messages la grille qui n'est pas encore écrite.

        Returns
        -------
        brut : Brut
            Le fichier.
        grille : Grille
            Ce qu'il dit.

        Raises
        ------
        ErreurDonnees
            Si une grille ainsi changée serait refusée.
        """
        brut = self.brut.retoucher(self._retouches)
        with tempfile.TemporaryDirectory() as dossier:
            chemin = Path(dossier) / self.brut.chemin.name
            chemin.write_bytes(brut.octets)
            try:
                return brut, lire_grille(chemin)
            except ErreurDonnees as erreur:
                raise ErreurDonnees(replace(probleme, fichier=nom) for probleme in erreur.problemes) from None

    def lister_mentions(self, codes: Collection[str]) -> list[tuple[int, str, str]]:
        """Dire où des consignes nomment l'un de ces codes : ligne, code de la consigne, code nommé."""
        motif = motif_des_codes(codes)
        return [
            (self.brut.texte.count("\n", 0, trouve.start()) + 1, code, trouve[0])
            for code, noeud in self._consignes()
            for trouve in motif.finditer(self.brut.texte, *tranche(self.brut.texte, noeud))
        ]

    def _recomposer(self, bloc, champ: str, otes: list, neufs: list) -> Iterator[Retouche]:
        texte, liste = self.brut.texte, entree(bloc, champ)
        if liste is None:
            if neufs:
                yield ajouter_cle(texte, bloc, champ, neufs)
            return
        restent = [noeud for noeud in liste.value if noeud not in otes]
        if restent:
            yield from oter(texte, liste, otes)
            yield from ajouter(texte, liste, neufs, restent[-1])
        elif neufs:
            # Nothing stays of the old list: its places are taken by the new items.
            for ancien, neuf in zip(otes, neufs, strict=False):
                yield remplacer(texte, ancien, lire_valeur(neuf), flux=bool(liste.flow_style))
            yield from oter(texte, liste, otes[len(neufs) :])
            yield from ajouter(texte, liste, neufs[len(otes) :], otes[-1])
        else:
            yield from oter(texte, bloc, [liste])

    def _lister(self, code: str, champ: str) -> list:
        liste = entree(self._blocs[code], champ)
        return [] if liste is None else liste.value

    def _consignes(self) -> Iterator[tuple[str, object]]:
        for code, bloc in self._blocs.items():
            for champ in _CONSIGNES:
                noeud = entree(bloc, champ)
                for element in noeud.value if isinstance(noeud.value, list) else [noeud]:
                    yield code, element


def _cle(noeud) -> str:
    return re.sub(r"\s+", " ", lire_valeur(noeud)).casefold()
