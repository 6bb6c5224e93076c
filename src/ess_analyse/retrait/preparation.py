"""Préparer un retrait : tout lire, tout dire, ne rien écrire."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, proposer, relatif
from ess_analyse.etude import Etude
from ess_analyse.fichiers import lire_texte, table_en_octets
from ess_analyse.modele import Place
from ess_analyse.pseudonymes.sources import tables_des_sources
from ess_analyse.publication.ecrits import ECRITS, JOINTS
from ess_analyse.retrait.cle import ORPHELINES, lister_orphelines
from ess_analyse.retrait.etat import Etat, lignes_du_document, lire_etat
from ess_analyse.retrait.pertes import mesurer_codes, mesurer_double_codage, mesurer_pertes
from ess_analyse.retrait.prose import nettoyer_cellule, nettoyer_recit, verifier_nettoye
from ess_analyse.retrait.registre import trouver_sources
from ess_analyse.retrait.restes import Empreinte, lister_restes, parcourir, vider_sorties

__all__ = ["ECARTE", "Retrait", "preparer_retrait"]

ECARTE = ".retrait-"
"""Ce qui marque le nom d'un site mis à l'écart, que l'on est en train d'effacer."""

# What a site render marks its folder with: anything else in _site is someone's work.
_MARQUE_DU_SITE = "site_libs"
_CACHES = ("data/lexicometrie", ".ess", ".quarto", "_freeze", "**/.ipynb_checkpoints", "**/*.quarto_ipynb")
# The study's own pages include these: missing, they would hide what the check has to say.
_MORCEAUX = "_fragments/*.qmd"
# It goes into the head of every page, where no sentence is allowed.
_ENTETE = "entete.qmd"
_A_REFAIRE = "Cette partie est à refaire : un document a été retiré de l'étude.\n".encode()


@dataclass(frozen=True, eq=False)
class Retrait:
    """Ce qu'un retrait fera, et ce que l'étude y perdra. Rien n'est encore écrit.

    Attributes
    ----------
    document : str
        Par exemple ``E07``.
    commence : str
        Le jour où ce retrait a commencé, s'il a été interrompu ; sinon vide.
    sites : tuple of Path
        Les sites rendus à effacer, d'abord.
    caches : tuple of Path
        Ce qui se recalcule et sera effacé : caches, pages et tables écrites par ``ess-analyse pages``.
    morceaux : tuple of Path
        Les morceaux de pages qui seront vidés : les pages de l'étude les incluent, ``ess-analyse pages`` les refait.
    contenus : dict of Path to bytes
        Ce qui sera écrit, dans cet ordre ; les tables des sources n'y sont pas.
    effaces : tuple of Path
        Le texte du corpus et ce qui a été reçu.
    origines : dict of Path to bytes
        Les tables des sources sans ce document, écrites en dernier.
    lignes : DataFrame
        ``fichier, lignes`` : combien de lignes chaque table perd.
    recits : DataFrame
        ``fichier, affirmations`` : les récits et les tables dont des citations sont ôtées.
    cahiers : tuple of Path
        Les notebooks dont des sorties sont vidées ; ``ess-analyse notebooks`` les refait.
    soutien, affirmations, codes, double_codage : DataFrame
        Ce que l'étude perd : preuves de chaque enseignement, fiche, action ; phrases sans plus aucune preuve
        (``fichier, ligne, phrase``) ; codes qui passent sous le seuil ; double codage.
    restes : DataFrame
        ``fichier, ligne, reste`` : où l'on lirait encore le document, qu'une personne doit reprendre.
    cle : DataFrame
        ``ligne, pseudonyme, nature`` : les lignes de la clé qui ne servent plus qu'à ce document.
    avis : tuple of str
        Ce qu'il faut savoir de plus, en phrases sans point.
    lus : dict of Path to bytes or None
        Ce qui a été lu, et que personne ne doit avoir changé au moment d'écrire.
    """

    document: str
    commence: str
    sites: tuple[Path, ...]
    caches: tuple[Path, ...]
    morceaux: tuple[Path, ...]
    contenus: dict[Path, bytes] = field(repr=False)
    effaces: tuple[Path, ...]
    origines: dict[Path, bytes] = field(repr=False)
    lignes: pd.DataFrame
    recits: pd.DataFrame
    cahiers: tuple[Path, ...]
    soutien: pd.DataFrame
    affirmations: pd.DataFrame
    codes: pd.DataFrame
    double_codage: pd.DataFrame
    restes: pd.DataFrame
    cle: pd.DataFrame
    avis: tuple[str, ...]
    lus: dict[Path, bytes | None] = field(repr=False)

    @property
    def chemins(self) -> tuple[Path, ...]:
        """Tous les fichiers que le retrait efface ou change : ceux dont l'histoire est à regarder dans git."""
        return tuple(dict.fromkeys((*self.effaces, *self.contenus, *(c for c in self.caches if c.is_file()))))

    def en_tables(self) -> dict[str, pd.DataFrame]:
        """Rendre ce qu'il y a à montrer avant de décider.

        Returns
        -------
        dict of str to DataFrame
            Titre → table ; les tables vides n'y sont pas. Un fichier reçu n'y est pas nommé en entier : son nom est
            souvent celui de la personne.
        """
        effaces = [(self._taire(chemin), "source ou texte") for chemin in self.effaces]
        effaces += [(relatif(chemin), "se recalcule") for chemin in (*self.sites, *self.caches, *self.morceaux)]
        tables = {
            "Fichiers effacés": pd.DataFrame(effaces, columns=["fichier", "sorte"]),
            "Lignes ôtées": self.lignes,
            "Citations ôtées": self.recits,
            "Notebooks dont des sorties sont vidées": pd.DataFrame({"fichier": [relatif(un) for un in self.cahiers]}),
            "Preuves, avant et après": self.soutien,
            "Phrases sans plus aucune preuve": self.affirmations,
            "Codes sous le seuil": self.codes,
            "Double codage": self.double_codage,
            "À reprendre vous-même": self.restes,
            "Lignes de la clé qui ne servent plus": self.cle,
        }
        return {titre: table for titre, table in tables.items() if len(table)}

    def _taire(self, chemin: Path) -> str:
        if chemin.stem == self.document:
            return relatif(chemin)
        return relatif(chemin.with_name(f"{self.document}…{chemin.suffix}"))


def preparer_retrait(etude: Etude, document: str, cle: pd.DataFrame | None = None) -> Retrait:
    """Dire tout ce que retirer un document changerait, sans rien écrire.

    Parameters
    ----------
    etude : Etude
        L'étude.
    document : str
        L'identifiant du document, par exemple ``E07``.
    cle : DataFrame, optional
        La clé entière, lignes non validées comprises, index ``ligne`` ; sans elle, ses lignes ne sont pas cherchées.

    Returns
    -------
    Retrait
        Ce que :func:`ess_analyse.retrait.retirer` fera, et ce que l'étude y perd.

    Raises
    ------
    ErreurDonnees
        Document inconnu ou déjà retiré, ou tous les endroits de l'étude qui ne se lisent pas.
    """
    etat = lire_etat(etude)
    commence = _verifier_document(etat, document)
    contenus, lignes, recits, affirmations, problemes = _recrire(etat, document)
    sites, caches = _lister_caches(etude)
    sources = trouver_sources(etude, document)
    empreinte = Empreinte(
        document, etat.texte(document), (autre.texte for autre in etat.corpus if autre.identifiant != document)
    )
    cahiers, fautes = _vider_cahiers(etude, empreinte, {*sites, *caches})
    lever([*problemes, *fautes])
    morceaux = {
        chemin: b"" if chemin.name == _ENTETE else _A_REFAIRE for chemin in sorted(etude.rapports.glob(_MORCEAUX))
    }
    contenus = morceaux | cahiers | contenus
    effaces = (*(c for c in (etude.corpus / f"{document}.txt",) if c.is_file()), *sources)
    tables = tables_des_sources(etude)
    origines = {chemin: contenus.pop(chemin) for chemin in tables if chemin in contenus}
    connus = {etude.corpus / f"{entretien.identifiant}.txt" for entretien in etat.corpus}
    exclus = {*sites, *caches, *effaces, *connus, *tables, etude.suggestions, etude.registre}
    ailleurs = list(parcourir(etude.racine, exclus))
    restes = lister_restes(ailleurs, etude.racine, empreinte, contenus)
    orphelines, avis_cle = pd.DataFrame(columns=ORPHELINES), ""
    if cle is not None:
        libres = (chemin for chemin in ailleurs if not chemin.is_relative_to(etude.cle.parent))
        orphelines, avis_cle = lister_orphelines(etat, document, cle, libres)
    return Retrait(
        document=document,
        commence=commence,
        sites=sites,
        caches=caches,
        morceaux=tuple(morceaux),
        contenus=contenus,
        effaces=effaces,
        origines=origines,
        lignes=lignes,
        recits=recits,
        cahiers=tuple(cahiers),
        soutien=mesurer_pertes(etat, document),
        affirmations=affirmations,
        codes=mesurer_codes(etat, document),
        double_codage=mesurer_double_codage(etat, document),
        restes=restes,
        cle=orphelines,
        avis=tuple(_aviser(etat, document, cle, avis_cle)),
        lus={chemin: etat.lus[chemin] for chemin in (*contenus, *origines) if chemin in etat.lus},
    )


def _verifier_document(etat: Etat, document: str) -> str:
    """Dire depuis quand le retrait est commencé, ou pourquoi il n'a pas de sens."""
    dates = dict(zip(etat.registre["document"], etat.registre["date"], strict=True))
    if etat.contient(document):
        return dates.get(document, "")
    nom = relatif(etat.etude.registre if document in dates else etat.etude.documents)
    if document in dates:
        remede = "il n'en reste rien à retirer ; voyez ce que git en garde"
        raise ErreurDonnees([Probleme(nom, 0, f"ce document a été retiré le {dates[document]}", document, remede)])
    connus = set(etat.corpus.documents["entretien"])
    remede = proposer(document.upper(), connus) or "voyez la liste dans cette table"
    raise ErreurDonnees([Probleme(nom, 0, "document inconnu", document, remede)])


def _recrire(etat: Etat, document: str):
    """Composer les récits et les tables sans le document, dans l'ordre où ils seront écrits."""
    contenus: dict[Path, bytes] = {}
    affirmations, recits, lignes, problemes = [], [], [], []
    texte_du_document = etat.texte(document)

    def tranche(place: Place) -> str:
        texte = texte_du_document if place.entretien == document else ""
        if place.entretien in etat.corpus:
            texte = etat.corpus[place.entretien].texte
        return texte[place.debut : place.fin]

    for page in etat.recits:
        texte, nom = lire_texte(page.chemin), relatif(page.chemin)
        if f"{document}:" not in texte and f"@{document}" not in texte:
            continue
        neuf, orphelines = nettoyer_recit(texte, len(texte) - len(page.corps), document, tranche)
        problemes += verifier_nettoye(neuf, nom, document)
        affirmations += [(nom, un.ligne, un.phrase) for un in orphelines]
        if neuf != texte:
            contenus[page.chemin] = neuf.encode("utf-8")
            recits.append((nom, len(orphelines)))
    for chemin, table in etat.tables.items():
        otees = _lignes_a_oter(etat, chemin, table, document)
        neuve = table[~otees]
        if chemin in (etat.etude.plan, etat.etude.autodiagnostic):
            neuve = table.map(nettoyer_cellule, document=document, tranche=tranche)
            problemes += verifier_nettoye("\n".join(map(" ; ".join, neuve.values.tolist())), relatif(chemin), document)
            if not neuve.equals(table):
                recits.append((relatif(chemin), 0))
        if otees.any():
            lignes.append((relatif(chemin), int(otees.sum())))
        if not neuve.equals(table):
            contenus[chemin] = table_en_octets(neuve)
    return (
        contenus,
        pd.DataFrame(lignes, columns=["fichier", "lignes"]),
        pd.DataFrame(recits, columns=["fichier", "affirmations"]),
        pd.DataFrame(affirmations, columns=["fichier", "ligne", "phrase"]),
        problemes,
    )


def _lignes_a_oter(etat: Etat, chemin: Path, table: pd.DataFrame, document: str) -> pd.Series:
    if chemin != etat.etude.fonctions:
        return lignes_du_document(table, document)
    # An exact job title that no one else bears is the person's name.
    documents = etat.corpus.documents
    siens = documents["entretien"] == document
    dites = documents["fonction"].str.casefold()
    return table["fonction"].str.strip().str.casefold().isin(set(dites[siens]) - set(dites[~siens]))


def _lister_caches(etude: Etude) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    sites = [
        dossier
        for dossier in sorted(etude.racine.glob(f"{etude.site.name}*"))
        if (dossier / _MARQUE_DU_SITE).is_dir() or ECARTE in dossier.name
    ]
    caches = [chemin for motif in _CACHES for chemin in sorted(etude.racine.glob(motif)) if ".venv" not in chemin.parts]
    caches += [chemin for motif in (*ECRITS, *JOINTS) for chemin in sorted(etude.rapports.glob(motif))]
    return tuple(sites), tuple(caches)


def _vider_cahiers(etude: Etude, empreinte: Empreinte, exclus: set[Path]) -> tuple[dict[Path, bytes], list[Probleme]]:
    contenus, problemes = {}, []
    for chemin in parcourir(etude.racine, exclus):
        if chemin.suffix != ".ipynb":
            continue
        octets, fautes = vider_sorties(chemin, lambda texte: bool(empreinte.nomme(texte) or empreinte.lignes(texte)))
        problemes += fautes
        if octets is not None:
            contenus[chemin] = octets
    return contenus, problemes


def _aviser(etat: Etat, document: str, cle: pd.DataFrame | None, avis_cle: str) -> Iterator[str]:
    documents = etat.corpus.documents
    structures = set(documents.loc[documents["entretien"] == document, "structure"]) - {""}
    for structure in sorted(structures):
        restent = int((documents["structure"] == structure).sum()) - 1
        if restent < etat.reglages.seuil:
            autres = "qu'un document" if restent == 1 else f"que {restent} documents"
            reste = autres if restent else "aucun document"
            yield f"{structure} ne compte plus {reste} : ses cellules seront masquées"
    if any(etat.etude.notebooks.glob("*.ipynb")):
        yield "les notebooks ont été calculés avec ce document : refaites-les par « ess-analyse notebooks »"
    if etat.etude.suggestions.is_file():
        yield "les suggestions ont été apprises aussi sur ce document : relancez « ess-analyse suggerer »"
    if cle is not None and "contextes" in cle and cle["contextes"].str.strip().any():
        yield "la colonne « contextes » de la clé peut citer ce document : « ess-analyse retirer » l'ôte"
    if avis_cle:
        yield avis_cle
