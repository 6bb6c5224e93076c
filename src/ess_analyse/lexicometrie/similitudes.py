"""Les mots que l'on dit ensemble, et l'arbre qui les relie."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme
from ess_analyse.lexicometrie.mots import (
    Unite,
    croiser_presences,
    lire_documents,
    lire_structures,
    nommer_unites,
    ont_des_structures,
    verifier_choix,
)
from ess_analyse.lexicometrie.publiable import STRUCTURES
from ess_analyse.modele import verifier_colonnes

__all__ = ["mesurer_similitudes", "reperer_communautes"]

_INDICES = ("effectif", "jaccard", "dice", "inclusion", "cosinus")


def mesurer_similitudes(
    mots: pd.DataFrame,
    unites: Sequence[str],
    *,
    unite: Unite = "lemme",
    indice: str = "jaccard",
    minimum: int = 2,
    seuil: int | None = None,
    documents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Mesurer combien de segments réunissent deux mots, et garder l'arbre qui relie les plus semblables.

    Parameters
    ----------
    mots : DataFrame
        Les mots.
    unites : sequence of str
        Les mots reliés : un lexique entier ne se lit pas, quelques dizaines se lisent.
    unite : {"lemme", "forme"}
        Ce que ``unites`` nomme.
    indice : {"jaccard", "effectif", "dice", "inclusion", "cosinus"}
        Avec ``a`` et ``b`` les segments de chaque mot et ``n`` ceux des deux : ``n / (a + b − n)``, ``n``,
        ``2n / (a + b)``, ``n / min(a, b)``, ``n / √(ab)``.
    minimum : int
        Le plus petit nombre de segments d'une arête.
    seuil : int, optional
        Pour publier : une arête n'est gardée que si au moins ``seuil`` documents réunissent les deux mots dans un même
        segment. L'arbre est alors celui des arêtes publiables.
    documents : DataFrame, optional
        Pour publier aussi : colonnes ``entretien, structure`` ; s'il y a plusieurs structures, une arête doit être d'au
        moins deux.

    Returns
    -------
    DataFrame
        ``mot``, ``avec`` (après ``mot`` dans l'ordre alphabétique), ``effectif`` (segments), ``documents``, ``indice``,
        ``arbre`` (vrai pour une arête de l'arbre maximum, ou de la forêt s'il y a plusieurs morceaux). Par indice
        décroissant, puis par mots.

    Raises
    ------
    ErreurDonnees
        Si l'indice ou l'unité est inconnu.

    References
    ----------
    Flament (1962). L'analyse de similitude. *Cahiers du Centre de recherche opérationnelle*, 4, 63-97.
    Ratinaud et son coauteur (2012). L'analyse de similitude appliquée aux corpus textuels. *JADT 2012*, 687-699.

    Examples
    --------
    >>> from ess_analyse.langue import LEMMES
    >>> phrases = ["bon jour", "bon jour nuit"]
    >>> lignes = [(f"E01:{i}-9", rang, 0, 9, mot, mot, "NOUN")
    ...           for i, phrase in enumerate(phrases) for rang, mot in enumerate(phrase.split())]
    >>> aretes = mesurer_similitudes(pd.DataFrame(lignes, columns=LEMMES), ("bon", "jour", "nuit"), minimum=1)
    >>> aretes[["mot", "avec", "indice", "arbre"]].values.tolist()
    [['bon', 'jour', 1.0, True], ['bon', 'nuit', 0.5, True], ['jour', 'nuit', 0.5, False]]
    """
    from scipy import sparse

    verifier_choix("indice inconnu", indice, _INDICES)
    noms, unites = nommer_unites(mots, unite), sorted(set(unites))
    rangs, segments = pd.factorize(mots["segment"])
    presences = croiser_presences(rangs, noms, len(segments), unites)
    communs = sparse.triu(presences.T @ presences, k=1).tocoo()
    lignes, colonnes, effectifs = communs.row, communs.col, communs.data.round().astype(np.int64)
    places = pd.DataFrame({"segment": segments})
    appuis = _compter_porteurs(presences, lire_documents(places), lignes, colonnes)
    gardes = (effectifs >= minimum) & (appuis >= (seuil or 0))
    if ont_des_structures(documents):
        gardes &= _compter_porteurs(presences, lire_structures(places, documents), lignes, colonnes) >= STRUCTURES
    lignes, colonnes, effectifs, appuis = (valeurs[gardes] for valeurs in (lignes, colonnes, effectifs, appuis))
    totaux = presences.sum(axis=0)
    valeurs = _mesurer(indice, effectifs.astype(float), totaux[lignes], totaux[colonnes])
    table = pd.DataFrame(
        {
            "mot": np.array(unites, dtype=object)[lignes],
            "avec": np.array(unites, dtype=object)[colonnes],
            "effectif": effectifs,
            "documents": appuis,
            "indice": valeurs,
        }
    ).astype({"mot": "str", "avec": "str"})
    ordre = np.lexsort((colonnes, lignes, -np.round(valeurs, 12)))
    table, lignes, colonnes = table.iloc[ordre].reset_index(drop=True), lignes[ordre], colonnes[ordre]
    return table.assign(arbre=_choisir_arbre(lignes, colonnes, len(unites)))


def reperer_communautes(aretes: pd.DataFrame) -> pd.DataFrame:
    """Repérer les groupes de mots d'un arbre de similitude : ses branches.

    L'arbre maximum perd une à une les arêtes dont l'absence augmente le plus la modularité du graphe entier, tant
    qu'elle augmente ; les morceaux qui restent sont les groupes. Rien n'y est tiré au sort.

    Parameters
    ----------
    aretes : DataFrame
        Les arêtes (:func:`mesurer_similitudes`), colonnes ``mot, avec, indice, arbre``.

    Returns
    -------
    DataFrame
        ``mot``, ``communaute`` (à partir de 1, de la plus grande à la plus petite), ``degre`` (ses arêtes dans
        l'arbre). Par communauté, degré décroissant, puis mot.

    Raises
    ------
    ErreurDonnees
        S'il manque une colonne, ou si les arêtes de l'arbre font une boucle.

    References
    ----------
    Newman (2006). Modularity and community structure in networks. *PNAS*, 103(23), 8577-8582 (la modularité).

    Examples
    --------
    >>> aretes = pd.DataFrame([("a", "b", 0.9, True), ("b", "c", 0.1, True), ("c", "d", 0.9, True)],
    ...                       columns=["mot", "avec", "indice", "arbre"])
    >>> reperer_communautes(aretes)[["mot", "communaute"]].values.tolist()
    [['b', 1], ['a', 1], ['c', 2], ['d', 2]]
    """
    from scipy import sparse

    verifier_colonnes(aretes, ("mot", "avec", "indice", "arbre"), "arêtes")
    noms = pd.Index(sorted({*aretes["mot"], *aretes["avec"]}))
    places = noms.get_indexer(aretes["mot"]), noms.get_indexer(aretes["avec"])
    poids = sparse.coo_array((aretes["indice"].to_numpy(dtype=float), places), (len(noms), len(noms))).toarray()
    poids = poids + poids.T
    branches = np.column_stack(places)[aretes["arbre"].to_numpy(dtype=bool)]
    if len(set(_grouper(branches, len(noms)).tolist())) != len(noms) - len(branches):
        remede = "donnez les arêtes telles que « mesurer_similitudes » les rend"
        raise ErreurDonnees([Probleme("table arêtes", 0, "les arêtes de l'arbre font une boucle", remede=remede)])
    groupes = _decouper(poids, branches)
    degres = np.bincount(branches.ravel(), minlength=len(noms))
    table = pd.DataFrame({"mot": noms, "communaute": groupes, "degre": degres}).astype({"mot": "str"})
    return table.sort_values(["communaute", "degre", "mot"], ascending=[True, False, True], ignore_index=True)


def _mesurer(indice: str, n: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    match indice:
        case "jaccard":
            return n / (a + b - n)
        case "dice":
            return 2 * n / (a + b)
        case "inclusion":
            return n / np.minimum(a, b)
        case "cosinus":
            return n / np.sqrt(a * b)
    return n


def _compter_porteurs(presences, porteurs: pd.Series, lignes, colonnes) -> np.ndarray:
    """Compter, pour chaque paire, les documents, ou les structures, dont un segment réunit les deux mots."""
    from scipy import sparse

    comptes = np.zeros(presences.shape[1] ** 2, dtype=np.int64)
    for rangs in porteurs.groupby(porteurs, sort=False).indices.values():
        communs = sparse.triu(presences[rangs].T @ presences[rangs], k=1).tocoo()
        comptes[communs.row * presences.shape[1] + communs.col] += 1
    return comptes[lignes * presences.shape[1] + colonnes]


def _choisir_arbre(lignes: np.ndarray, colonnes: np.ndarray, nombre: int) -> np.ndarray:
    """Dire quelles arêtes, données de la plus forte à la plus faible, font l'arbre maximum."""
    from scipy import sparse
    from scipy.sparse.csgraph import minimum_spanning_tree

    # The rank as weight: no tie is left to the algorithm, and the strongest edge costs least.
    couts = sparse.csr_array((np.arange(1.0, len(lignes) + 1), (lignes, colonnes)), (nombre, nombre))
    gardes = minimum_spanning_tree(couts).tocoo()
    return np.isin(np.arange(1, len(lignes) + 1), np.round(gardes.data))


def _grouper(bouts: np.ndarray, nombre: int) -> np.ndarray:
    """Numéroter les morceaux que des branches relient."""
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components

    arbre = sparse.coo_array((np.ones(len(bouts)), tuple(bouts.T)), (nombre, nombre))
    return connected_components(arbre, directed=False)[1]


def _decouper(poids: np.ndarray, bouts: np.ndarray) -> np.ndarray:
    """Ôter une à une les branches de l'arbre dont l'absence augmente le plus la modularité."""
    gardees, gains = np.ones(len(bouts), dtype=bool), np.full(len(bouts), -np.inf)
    groupes = _grouper(bouts, len(poids))
    if somme := poids.sum():
        meilleure = _moduler(poids, groupes)
        a_mesurer = np.unique(groupes, return_index=True)[1].tolist()
        while gardees.any():
            for racine in a_mesurer:
                _mesurer_gains(poids / somme, bouts, gardees, racine, gains)
            rang = int(np.argmax(np.round(meilleure + gains, 12)))
            if gains[rang] <= 1e-12:
                break
            meilleure += gains[rang]
            # Only the two pieces of what was one are to be measured again.
            gardees[rang], gains[rang], a_mesurer = False, -np.inf, bouts[rang].tolist()
        groupes = _grouper(bouts[gardees], len(poids))
    tailles = np.bincount(groupes)
    # From the largest to the smallest; then by their first word.
    ordre = sorted(range(len(tailles)), key=lambda groupe: (-tailles[groupe], int(np.argmax(groupes == groupe))))
    return np.argsort(ordre)[groupes] + 1


def _moduler(poids: np.ndarray, groupes: np.ndarray) -> float:
    degres, somme = poids.sum(axis=1), poids.sum()
    ecarts = poids / somme - np.outer(degres, degres) / somme**2
    return float(ecarts[groupes[:, None] == groupes[None, :]].sum())


def _mesurer_gains(parts: np.ndarray, bouts: np.ndarray, gardees: np.ndarray, racine: int, gains: np.ndarray) -> None:
    """Écrire ce que la modularité gagne à perdre chaque branche du morceau de la racine.

    Une branche ôtée sépare un sous-arbre du reste du morceau : dans l'ordre d'un parcours en profondeur, ses mots se
    suivent, et ce qu'il partage avec le reste se lit sur des sommes cumulées.
    """
    ordre, montees, tailles = _parcourir(bouts, gardees, racine, len(parts))
    nombre, debuts = len(ordre), np.arange(1, len(ordre))
    fins = debuts + tailles[1:]

    def couper(matrice: np.ndarray) -> np.ndarray:
        cumul = np.pad(matrice.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
        dedans = cumul[fins, fins] - cumul[debuts, fins] - cumul[fins, debuts] + cumul[debuts, debuts]
        return cumul[fins, nombre] - cumul[debuts, nombre] - dedans

    degres = np.concatenate([[0], parts.sum(axis=1)[ordre].cumsum()])
    siens = degres[fins] - degres[debuts]
    gains[montees[1:]] = 2 * (siens * (degres[-1] - siens) - couper(parts[np.ix_(ordre, ordre)]))


def _parcourir(
    bouts: np.ndarray, gardees: np.ndarray, racine: int, nombre: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Parcourir un morceau en profondeur : ses mots, la branche qui mène à chacun, combien sont de son sous-arbre."""
    voisins: list[list[tuple[int, int]]] = [[] for _ in range(nombre)]
    for branche in np.flatnonzero(gardees).tolist():
        un, autre = bouts[branche].tolist()
        voisins[un].append((autre, branche))
        voisins[autre].append((un, branche))
    ordre, montees, parents, pile, vus = [], [], [], [(racine, -1, -1)], {racine}
    while pile:
        noeud, montee, parent = pile.pop()
        place = len(ordre)
        ordre.append(noeud)
        montees.append(montee)
        parents.append(parent)
        for voisin, branche in voisins[noeud]:
            if voisin not in vus:
                vus.add(voisin)
                pile.append((voisin, branche, place))
    tailles = np.ones(len(ordre), dtype=np.int64)
    for place in range(len(ordre) - 1, 0, -1):
        tailles[parents[place]] += tailles[place]
    return np.array(ordre), np.array(montees), tailles
