"""Les tables que le site montre et donne à télécharger, et ce que chacune permet de recompter.

**Ce qui est public par nature.** ``verbatims`` montre une à une les phrases publiques codées, avec leur document, leur
structure et leurs thèmes : qui les compte retrouve, pour ces phrases, chaque nombre par thème, par document et par
structure. ``soutien`` ne compte que des preuves que la page de l'enseignement montre une à une. Masquer ces comptes ne
cacherait rien ; ce qui ne doit désigner personne y est l'étiquette de la source
(:mod:`ess_analyse.publication.singularites`).

**Ce qui ne doit pas se déduire.** Ce qui est restreint n'est compté dans aucune table de codes : avec un seul document
restreint, la différence entre un total et les citations serait ce qu'il dit. La fonction d'une personne n'y est comptée
que par l'étiquette montrée avec ses citations. Le reste (observations, prismes, phrases que rien ne cite) est protégé
par le masquage (:mod:`ess_analyse.publication.cellules`), tables liées comprises ; une phrase citée ne dit son prisme
que si cela ne défait pas ce masque (:mod:`ess_analyse.pages.prismes`).
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from ess_analyse.accord import mesurer_accord
from ess_analyse.cache import Magasin
from ess_analyse.enseignements import PLAN, mesurer_soutien
from ess_analyse.grille import Grille
from ess_analyse.modele import CODAGES, Corpus, verifier_colonnes
from ess_analyse.pages.courbe import mesurer_courbe
from ess_analyse.pages.gardes import reprendre_tables
from ess_analyse.pages.lexicometrie.montre import donner_tables
from ess_analyse.pages.matiere import Matiere
from ess_analyse.pages.verbatims import Verbatim
from ess_analyse.publication.cellules import masquer_petites_cellules, masquer_tables
from ess_analyse.tableaux import compter_codes, compter_cooccurrences, croiser_codes

__all__ = ["composer_tables", "compter_publiable"]

_CROISEMENTS = {"code_structure": "structure", "code_fonction": "famille", "code_prisme": "prisme"}


def composer_tables(
    matiere: Matiere, verbatims: list[Verbatim], seuil: int = 3, magasin: Magasin | None = None
) -> dict[str, pd.DataFrame]:
    """Calculer toutes les tables publiées.

    Parameters
    ----------
    matiere : Matiere
        L'étude.
    verbatims : list of Verbatim
        Les citations publiables.
    seuil : int
        Le plus petit nombre de documents derrière une cellule publiée.
    magasin : Magasin, optional
        Où garder les tables masquées (:func:`ess_analyse.pages.gardes.reprendre_tables`).

    Returns
    -------
    dict of str to DataFrame
        Nom du fichier (sans extension) → table ; une cellule masquée est vide dans le fichier.

        - ``codes``, ``code_structure``, ``code_fonction``, ``code_prisme`` et ``cooccurrences`` sont masquées
          (:func:`compter_publiable`).
        - ``accord`` mesure deux personnes qui codent, sans dire de quel document : rien n'y désigne une source. Seul le
          nombre d'usages d'un code dont le total est masqué l'est aussi, parce qu'il en donnerait l'ordre de grandeur.
        - ``soutien``, ``verbatims`` et ``grille`` ne comptent rien qui ne soit montré ; la colonne ``fonctions`` du
          soutien compte les étiquettes montrées, non les intitulés.
        - ``saturation`` dit une moyenne sur tous les ordres de lecture, sans document (:func:`mesurer_courbe`) ;
          ``plan`` est le plan d'actions, tel que la page le montre.
        - ``mots`` et les suivantes n'ont gardé que ce qui peut être publié
          (:func:`ess_analyse.pages.lexicometrie.montre.donner_tables`).
    """
    grille, documents = matiere.grille, matiere.documents
    entrees = matiere.consolide, matiere.segments, documents, grille, matiere.corpus, seuil
    comptes = reprendre_tables(magasin, _decrire_entrees(*entrees), lambda: compter_publiable(*entrees))
    tables = {nom: table.reset_index(names="code") for nom, table in comptes.items()}
    tables["codes"].insert(1, "libelle", [grille[code].libelle for code in tables["codes"]["code"]])
    tables |= {
        "accord": _accord(matiere, comptes["codes"]["segments"]),
        "verbatims": pd.DataFrame(
            [(str(v.place), v.texte, " ".join(v.codes), v.structure, v.famille) for v in verbatims],
            columns=["place", "texte", "codes", "structure", "famille"],
            dtype="str",
        ),
        "grille": pd.DataFrame(
            [(code.id, code.dimension, code.libelle, code.definition) for code in grille],
            columns=["code", "dimension", "libelle", "definition"],
        ),
    }
    if len(courbe := mesurer_courbe(matiere, seuil)):
        tables["saturation"] = courbe
    if matiere.plan:
        tables["plan"] = _plan(matiere)
    if matiere.enseignements:
        tables["soutien"] = mesurer_soutien(matiere.enseignements, documents.assign(fonction=documents["famille"]))
    return tables | donner_tables(matiere, seuil)


def compter_publiable(
    codages: pd.DataFrame,
    segments: pd.DataFrame,
    documents: pd.DataFrame,
    grille: Grille,
    corpus: Corpus,
    seuil: int = 3,
) -> dict[str, pd.DataFrame]:
    """Compter les codes comme on peut les publier : sans ce qui est restreint, petites cellules masquées.

    Un seul calcul sert les tables du site et les analyses, pour que leur différence ne rende rien.

    Parameters
    ----------
    codages, segments, grille
        Comme pour :func:`ess_analyse.tableaux.compter_codes`.
    documents : DataFrame
        Les documents, avec la ``famille`` que l'on peut montrer (:func:`ess_analyse.publication.decrire_sources`).
    corpus : Corpus
        La diffusion des documents et de leurs passages : ce qui n'est pas public n'est pas compté.
    seuil : int
        Le plus petit nombre de documents derrière une cellule publiée.

    Returns
    -------
    dict of str to DataFrame
        Index ``code`` ; ``NA`` dans une cellule de moins de ``seuil`` documents ou d'une seule structure (quand l'étude
        en a plusieurs et que la table n'est pas ventilée par structure), et dans celles qui la feraient deviner.
        ``codes`` (``segments, entretiens, structures``), ``code_structure``, ``code_fonction`` (par famille montrée) et
        ``cooccurrences`` sont masquées ensemble ; ``code_prisme`` à part, risques et opportunités séparément, parce que
        leurs sommes par prisme sont publiées.

    Raises
    ------
    ErreurDonnees
        S'il manque la colonne ``famille``.

    Examples
    --------
    >>> from ess_analyse.grille import Code, Dimension
    >>> from ess_analyse.modele import CODAGES, DOCUMENTS, Entretien
    >>> themes = tuple(Code(nom, "theme", nom, "…", *[()] * 5) for nom in ("R-SENS", "O-SENS"))
    >>> prisme = Code("P-GESTION", "prisme", "Gestion", "…", *[()] * 5)
    >>> grille = Grille(1, (Dimension("theme", "Thème"), Dimension("prisme", "Prisme")), (*themes, prisme))
    >>> noms = ["E01", "E02", "E03"]
    >>> textes = tuple(Entretien.depuis_texte(nom, "Ben oui.") for nom in noms)
    >>> decrits = [(nom, "entretien", "S1", "gérante", "2025-03", "publique") for nom in noms]
    >>> corpus = Corpus(textes, pd.DataFrame(decrits, columns=DOCUMENTS))
    >>> segments = pd.DataFrame({"segment": [f"{nom}:0-8" for nom in noms], "entretien": noms})
    >>> lus = [(segment, "ana", "R-SENS", "humain") for segment in segments["segment"]]
    >>> lus.append(("E01:0-8", "ana", "O-SENS", "humain"))
    >>> documents = corpus.documents.assign(famille="permanents")
    >>> tables = compter_publiable(pd.DataFrame(lus, columns=CODAGES), segments, documents, grille, corpus)
    >>> tables["codes"]["segments"].tolist()
    [3, <NA>, 0]
    """
    verifier_colonnes(documents, ("entretien", "structure", "famille"), "documents")
    publics = segments[corpus.sont_publics(segments["segment"])]
    codages = codages[codages["segment"].isin(publics["segment"])]
    publics = publics[publics["segment"].isin(codages["segment"])]
    nombres, appuis = (_compter(codages, publics, documents, grille, unite) for unite in ("segment", "entretien"))
    # In a study of one structure, no cell singles it out.
    plusieurs = documents["structure"].nunique() > 1
    structures = _compter(codages, publics, documents, grille, "structure") if plusieurs else {}
    structures.pop("code_structure", None)
    prismes, documents_prismes, structures_prismes = (
        tables.pop("code_prisme", None) for tables in (nombres, appuis, structures)
    )
    masques = [
        masquer_petites_cellules(
            lignes,
            documents_prismes.loc[lignes.index],
            seuil,
            totaux="colonnes",
            structures=structures_prismes.loc[lignes.index] if plusieurs else None,
        )
        for _, lignes in prismes.groupby(prismes.index.str[0], sort=False)
    ]
    return masquer_tables(nombres, appuis, seuil, structures=structures) | {"code_prisme": pd.concat(masques)}


def _decrire_entrees(codages, segments, documents, grille: Grille, corpus: Corpus, seuil: int) -> tuple[Any, ...]:
    """Dire tout ce que :func:`compter_publiable` lit, et rien de plus."""
    lus = segments[segments["segment"].isin(codages["segment"])]
    return (
        [codages[nom].tolist() for nom in CODAGES],
        [lus[nom].tolist() for nom in ("segment", "entretien")],
        corpus.sont_publics(lus["segment"]).tolist(),
        [documents[nom].astype("str").tolist() for nom in ("entretien", "structure", "famille")],
        [(code.id, code.dimension) for code in grille],
        [dimension.id for dimension in grille.dimensions],
        seuil,
    )


def _compter(codages, segments, documents, grille, unite) -> dict[str, pd.DataFrame]:
    """Compter des phrases, ou les documents ou les structures derrière chaque nombre de phrases."""
    codes = compter_codes(codages, segments, documents, grille).set_index("code")
    if unite != "segment":
        appui = codes["entretiens" if unite == "entretien" else "structures"]
        codes = pd.DataFrame(dict.fromkeys(codes, appui))
    mesure = "segments" if unite == "segment" else "entretiens"
    tables = {
        nom: croiser_codes(codages, *_regrouper(segments, documents, unite, par), grille, par=par, mesure=mesure)
        for nom, par in _CROISEMENTS.items()
    }
    tables |= {"codes": codes, "cooccurrences": _croiser_paires(codages, segments, documents, grille, unite)}
    return {nom: table.rename_axis(index="code", columns=None) for nom, table in tables.items()}


def _regrouper(segments: pd.DataFrame, documents: pd.DataFrame, unite: str, par: str) -> tuple:
    """Tenir une structure pour un seul document, afin que compter des documents compte des structures."""
    if unite != "structure":
        return segments, documents
    noms = documents["structure"] + (" : " + documents[par] if par in documents else "")
    groupes = dict(zip(documents["entretien"], noms, strict=True))
    return (
        segments.assign(entretien=segments["entretien"].map(groupes)),
        documents.assign(entretien=noms).drop_duplicates("entretien"),
    )


def _croiser_paires(codages, segments, documents, grille, unite) -> pd.DataFrame:
    if unite == "segment":
        return compter_cooccurrences(codages, grille)
    lieux = segments[["segment", "entretien"]].merge(documents[["entretien", "structure"]], on="entretien")
    return compter_cooccurrences(codages, grille, groupes=dict(zip(lieux["segment"], lieux[unite], strict=True)))


def _plan(matiere: Matiere) -> pd.DataFrame:
    lignes = [
        (
            *(getattr(action, nom) for nom in PLAN[:8]),
            " ".join(map(str, action.enseignements)),
            " ".join(map(str, action.preuves)),
        )
        for action in matiere.plan
    ]
    return pd.DataFrame(lignes, columns=PLAN, dtype="str")


def _accord(matiere: Matiere, totaux: pd.Series) -> pd.DataFrame:
    mesures = mesurer_accord(matiere.codages, matiere.grille)
    masques = mesures["code"].isin(totaux.index[totaux.isna()])
    mesures["usages"] = mesures["usages"].astype("Int64").mask(masques)
    return mesures.round(dict.fromkeys(("pourcentage", "kappa", "alpha", "ac1", "alpha_masi"), 3))
