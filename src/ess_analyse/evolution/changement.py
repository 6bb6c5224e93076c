"""Préparer un changement de grille, le montrer, l'écrire : tous les fichiers, ou aucun."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, proposer, relatif
from ess_analyse.etude import Etude
from ess_analyse.evolution.brut import Brut
from ess_analyse.evolution.cellules import Rangee
from ess_analyse.evolution.citants import (
    EXEMPLES,
    FEUILLES,
    Changement,
    Choix,
    Migration,
    Sorte,
    lister_citants,
    migrer,
)
from ess_analyse.evolution.journal import inscrire_geste, lire_journal
from ess_analyse.evolution.livre import Livre
from ess_analyse.evolution.restes import lister_restes
from ess_analyse.feuilles import couper_codes
from ess_analyse.fichiers import ecrire_ensemble, exiger_inchanges, seul_dans, table_en_octets
from ess_analyse.grille import Grille, lire_grille
from ess_analyse.reglages import lire_reglages

__all__ = ["APRES", "Chantier", "Evolution", "appliquer_evolution", "lire_raison"]

APRES = "grille après ce geste"
"""Comment les messages nomment la grille qui n'est pas encore écrite."""


@dataclass(frozen=True, eq=False)
class Evolution:
    """Ce qu'un changement de grille fera. Rien n'est encore écrit.

    Attributes
    ----------
    geste : str
        ``renommer``, ``fusionner``, ``scinder`` ou ``supprimer``.
    version : int
        Celle que la grille aura ; celle d'aujourd'hui si le geste ne fait que préparer une répartition.
    dossier : Path
        Celui des feuilles, où personne d'autre n'écrira pendant que le changement s'y écrit.
    codages : int
        Combien de codes décidés changent dans les feuilles.
    feuilles : tuple of str
        Les feuilles où ils sont.
    fichiers : DataFrame
        ``fichier, lignes`` : combien de lignes de chaque fichier changent, les exemples comptés ensemble.
    avis : tuple of str
        Ce qu'il restera à refaire ou à relire.
    restent : int
        Combien de codages attendent encore d'être répartis.
    contenus : dict of Path to bytes
        Ce qui sera écrit.
    lus : dict of Path to bytes
        Ce qui a été lu pour le préparer.
    effaces : tuple of Path
        Ce qui sera effacé ensuite.
    """

    geste: str
    version: int
    dossier: Path
    codages: int = 0
    feuilles: tuple[str, ...] = ()
    fichiers: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["fichier", "lignes"]))
    avis: tuple[str, ...] = ()
    restent: int = 0
    contenus: dict[Path, bytes] = field(default_factory=dict, repr=False)
    lus: dict[Path, bytes] = field(default_factory=dict, repr=False)
    effaces: tuple[Path, ...] = ()


class Chantier:
    """Une étude dont la grille va changer : ce qu'on en lit, ce qu'on en récrit.

    Parameters
    ----------
    etude : Etude
        L'étude.

    Raises
    ------
    ErreurDonnees
        Si la grille, les réglages ou le journal ne se lisent pas, ou si la version de la grille n'est pas celle où le
        journal s'est arrêté.
    """

    def __init__(self, etude: Etude):
        self.etude, self.nom_grille = etude, relatif(etude.grille)
        self.grille: Grille = lire_grille(etude.grille)
        lire_reglages(etude.reglages)
        self.journal = lire_journal(etude.journal_grille)
        self.version = self.grille.version + 1
        lever(self._verifier_version())
        self.brut = Brut.lire(etude.grille)
        self.livre = Livre(self.brut)
        self.citants = _lire_citants(etude)

    def verifier_codes(self, codes: Iterable[str]) -> list[Probleme]:
        """Dire quels codes ne sont pas dans la grille."""
        connus = self.grille.ids()
        return [
            Probleme(self.nom_grille, 0, "code inconnu", code, proposer(code.upper(), connus) or "voyez la grille")
            for code in dict.fromkeys(codes)
            if code not in self.grille
        ]

    def verifier_scission(self) -> list[Probleme]:
        """Dire si une répartition commencée s'oppose à un autre geste."""
        if not self.etude.scission.is_file():
            return []
        remede = "finissez-la par « ess-analyse grille scinder », ou effacez ce fichier pour y renoncer"
        return [Probleme(relatif(self.etude.scission), 0, "une répartition de codages est commencée", remede=remede)]

    def migrer(
        self, surveilles: Collection[str], choisir: Callable[[Sorte, Path, Rangee | None], Choix]
    ) -> list[Migration]:
        """Récrire tout ce qui cite un code.

        Parameters
        ----------
        surveilles : collection of str
            Les codes dont on veut savoir où ils sont écrits.
        choisir : callable
            Selon la sorte de fichier, le fichier et la rangée, ce que deviennent les codes.

        Returns
        -------
        list of Migration
            Une par fichier.

        Raises
        ------
        ErreurDonnees
            Tous les fichiers qui nomment un de ces codes et ne peuvent être lus.
        """
        migrations, problemes = [], []
        for sorte, brut in self.citants:
            try:
                nom = relatif(brut.chemin, self.etude.racine)
                migrations.append(
                    migrer(sorte, brut, nom, surveilles, lambda r, s=sorte, b=brut: choisir(s, b.chemin, r))
                )
            except ErreurDonnees as erreur:
                problemes += erreur.problemes
        lever(problemes)
        return migrations

    def conclure(
        self,
        geste: str,
        codes: Iterable[str],
        vers: str,
        raison: str,
        le: date,
        grille: Brut,
        migrations: list[Migration],
        quittes: Collection[str],
        avis: Iterable[str] = (),
    ) -> Evolution:
        """Composer tout ce qui sera écrit.

        Parameters
        ----------
        geste, codes, vers, raison, le
            Ce que le journal en dira.
        grille : Brut
            La grille récrite.
        migrations : list of Migration
            Ce qui la cite, récrit.
        quittes : collection of str
            Les codes qui ne sont plus dans la grille.
        avis : iterable of str
            Ce qu'il y a à relire, que le geste sait.

        Returns
        -------
        Evolution
            Le changement, prêt à montrer.
        """
        etude, changees = self.etude, [une for une in migrations if une.apres is not une.avant]
        changements = [changement for une in changees for changement in une.changements]
        decidees = {une.avant.chemin.stem: _compter(une) for une in changees if une.sorte is FEUILLES}
        feuilles = tuple(sorted(nom for nom, nombre in decidees.items() if nombre))
        codages = sum(decidees.values())
        noms = " ".join(feuilles)
        journal = inscrire_geste(self.journal, self.version, le, geste, " ".join(codes), vers, raison, codages, noms)
        # What makes it possible to come back is written first, the journal last: it only tells what is done.
        contenus = {
            etude.evolutions / f"v{self.grille.version}.yml": self.brut.octets,
            self._garde(self.version): table_en_octets(pd.DataFrame(changements, columns=Changement._fields)),
            **{une.apres.chemin: une.apres.octets for une in changees},
            grille.chemin: grille.octets,
            etude.journal_grille: table_en_octets(journal),
        }
        lignes: Counter[str] = Counter()
        for une in changees:
            chemin = une.avant.chemin.parent if une.sorte is EXEMPLES else une.avant.chemin
            lignes[relatif(chemin, etude.racine)] += len(une.changements)
        return Evolution(
            geste=geste,
            version=self.version,
            dossier=etude.codages,
            codages=codages,
            feuilles=feuilles,
            fichiers=pd.DataFrame((+lignes).items(), columns=["fichier", "lignes"]),
            avis=(*avis, *lister_restes(etude, contenus, quittes)),
            contenus=contenus,
            lus=self.lus,
        )

    @property
    def lus(self) -> dict[Path, bytes]:
        """Ce qui a été lu, et que personne ne doit avoir changé au moment d'écrire."""
        return {brut.chemin: brut.octets for brut in (self.brut, *(brut for _, brut in self.citants))}

    def _verifier_version(self) -> list[Probleme]:
        """Dire si la grille, son journal et ce que ``data/evolutions`` garde ne parlent pas de la même version."""
        inscrite = max(self.journal["version"], default=1)
        gardees = [int(nom) for chemin in self.etude.evolutions.glob("v*.csv") if (nom := chemin.stem[1:]).isdecimal()]
        if (gardee := max(gardees, default=1)) > inscrite:
            remede = (
                "une écriture a été interrompue, ou le journal effacé : remettez les codes d'avant dans les fichiers "
                "que celui-ci nomme, effacez-le, puis relancez"
            )
            nom = relatif(self._garde(gardee))
            return [Probleme(nom, 0, "le journal de la grille ne dit rien de ce changement", remede=remede)]
        if inscrite > self.grille.version:
            remede = f"écrivez « version: {inscrite} », celle du dernier changement"
            return [Probleme(self.nom_grille, 0, "version déjà dépassée", str(self.grille.version), remede)]
        return []

    def _garde(self, version: int) -> Path:
        return self.etude.evolutions / f"v{version}.csv"


def _lire_citants(etude: Etude) -> list[tuple[Sorte, Brut]]:
    citants, problemes = [], []
    for sorte, chemin in lister_citants(etude):
        try:
            citants.append((sorte, Brut.lire(chemin)))
        except ErreurDonnees as erreur:
            problemes += erreur.problemes
    lever(problemes)
    return citants


def lire_raison(raison: str) -> tuple[str, list[Probleme]]:
    """Réduire une raison à une ligne, et refuser qu'elle soit vide."""
    raison = " ".join(raison.split())
    remede = "dites pourquoi en une phrase : le journal de la grille la gardera"
    return raison, [] if raison else [Probleme("raison", 0, "raison vide", remede=remede)]


def appliquer_evolution(evolution: Evolution) -> list[Path]:
    """Écrire un changement de grille : tous les fichiers, ou aucun.

    Parameters
    ----------
    evolution : Evolution
        Ce qu'un geste a préparé.

    Returns
    -------
    list of Path
        Les fichiers dont le contenu a changé.

    Raises
    ------
    ErreurDonnees
        Si un fichier a changé depuis qu'il a été lu, ou ne peut être écrit ; rien n'est alors changé.
    """
    with seul_dans(evolution.dossier, creer=False):
        exiger_inchanges(evolution.lus)
        changes = ecrire_ensemble(evolution.contenus)
        for chemin in evolution.effaces:
            chemin.unlink(missing_ok=True)
    return changes


def _compter(migration: Migration) -> int:
    """Compter les codes décidés qui changent dans une feuille."""
    changes = [une for une in migration.changements if une.codes_avant != une.codes_apres]
    return sum(max(1, len({*couper_codes(une.codes_avant)} - {*couper_codes(une.codes_apres)})) for une in changes)
