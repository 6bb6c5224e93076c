"""Le lexique d'un corpus, et sa richesse."""

from __future__ import annotations

import pandas as pd

from ess_analyse.lexicometrie.mots import Unite, est_pleine, lire_documents, lister_parts, nommer_unites, poser_parts

__all__ = ["dresser_lexique", "mesurer_richesse"]

_ENSEMBLE = "ensemble"


def dresser_lexique(mots: pd.DataFrame, unite: Unite = "lemme") -> pd.DataFrame:
    """Dresser le lexique : chaque unité, sa nature, ses formes, combien de fois et chez qui.

    Parameters
    ----------
    mots : DataFrame
        Les mots (:func:`ess_analyse.langue.lemmatiser`).
    unite : {"lemme", "forme"}
        Une ligne par lemme, ou par forme en minuscules.

    Returns
    -------
    DataFrame
        ``mot``, ``categorie`` (sa plus fréquente), ``pleine`` (vrai si la plupart de ses occurrences sont pleines,
        :func:`~ess_analyse.lexicometrie.est_pleine`), ``effectif`` (1 : un hapax), ``documents`` et ``formes`` (de la
        plus à la moins fréquente, « bons (3), bon (1) »). Du plus au moins fréquent, puis par ordre alphabétique.

    References
    ----------
    Muller (1977). *Principes et méthodes de statistique lexicale*. Hachette.

    Examples
    --------
    >>> from ess_analyse.langue import LEMMES
    >>> lignes = [("E01:0-9", 1, 0, 4, "Bons", "bon", "NOUN"), ("E01:0-9", 2, 5, 8, "bon", "bon", "NOUN")]
    >>> dresser_lexique(pd.DataFrame(lignes, columns=LEMMES)).values.tolist()
    [['bon', 'NOUN', True, 2, 1, 'bon (1), bons (1)']]
    """
    table = pd.DataFrame(
        {
            "mot": nommer_unites(mots, unite),
            "categorie": mots["categorie"],
            "pleine": est_pleine(mots),
            "document": lire_documents(mots),
            "forme": nommer_unites(mots, "forme"),
        }
    )
    par_mot = table.groupby("mot")
    lexique = pd.DataFrame(
        {
            "categorie": _plus_frequente(table, "categorie"),
            "pleine": par_mot["pleine"].mean() > 1 / 2,
            "effectif": par_mot.size(),
            "documents": par_mot["document"].nunique(),
            "formes": _compter_formes(table),
        }
    ).rename_axis("mot")
    types = {"mot": "str", "categorie": "str", "pleine": "bool", "formes": "str"}
    return (
        lexique.reset_index()
        .sort_values(["effectif", "mot"], ascending=[False, True], ignore_index=True)
        .astype({**types, "effectif": "int64", "documents": "int64"})
    )


def mesurer_richesse(mots: pd.DataFrame, parts: pd.DataFrame | None = None, unite: Unite = "lemme") -> pd.DataFrame:
    """Mesurer l'étendue du vocabulaire.

    Le rapport ``ttr`` baisse quand le texte s'allonge : il ne compare que des parts de même taille. L'indice de Guiraud
    y est moins sensible, sans y être indifférent.

    Parameters
    ----------
    mots : DataFrame
        Les mots.
    parts : DataFrame, optional
        Leurs parts (``segment, part``) ; sans elles, tout le corpus.
    unite : {"lemme", "forme"}
        Ce que l'on compte.

    Returns
    -------
    DataFrame
        Une ligne par part : ``part``, ``occurrences`` (N), ``vocabulaire`` (V, unités distinctes), ``hapax`` (unités
        d'une seule occurrence dans la part), ``part_hapax`` (hapax / V), ``guiraud`` (V / √N), ``ttr`` (V / N) ; NaN si
        la part est vide.

    References
    ----------
    Guiraud (1954). *Les caractères statistiques du vocabulaire*. PUF (l'indice V / √N).
    Muller (1977). *Principes et méthodes de statistique lexicale*. Hachette.

    Examples
    --------
    >>> from ess_analyse.langue import LEMMES
    >>> lignes = [("E01:0-9", rang, 0, 4, mot, mot, "NOUN") for rang, mot in enumerate(["bon", "bon", "jour", "nuit"])]
    >>> mesurer_richesse(pd.DataFrame(lignes, columns=LEMMES)).values.tolist()
    [['ensemble', 4, 3, 2, 0.6666666666666666, 1.5, 0.75]]
    """
    table = pd.DataFrame({"segment": mots["segment"], "mot": nommer_unites(mots, unite)})
    if parts is None:
        table, ordre = table.assign(part=_ENSEMBLE), [_ENSEMBLE]
    else:
        ordre = lister_parts(parts)
        table = table.merge(poser_parts(parts), on="segment")
    effectifs = table.groupby(["part", "mot"], observed=True).size().rename("effectif").reset_index()
    par_part = effectifs.groupby("part", observed=True)["effectif"]
    bilan = pd.DataFrame(
        {
            "occurrences": par_part.sum(),
            "vocabulaire": par_part.size(),
            "hapax": (effectifs["effectif"] == 1).groupby(effectifs["part"], observed=True).sum(),
        }
    )
    bilan.index = bilan.index.astype("object")
    bilan = bilan.reindex(ordre, fill_value=0).astype("int64")
    occurrences, vocabulaire = (bilan[nom].where(bilan[nom] > 0) for nom in ("occurrences", "vocabulaire"))
    bilan = bilan.assign(
        part_hapax=bilan["hapax"] / vocabulaire,
        guiraud=vocabulaire / occurrences**0.5,
        ttr=vocabulaire / occurrences,
    )
    return bilan.rename_axis("part").reset_index().astype({"part": "str"})


def _plus_frequente(table: pd.DataFrame, colonne: str) -> pd.Series:
    """Rendre la valeur la plus fréquente de chaque mot ; à égalité, la première par ordre alphabétique."""
    comptes = table.groupby(["mot", colonne]).size().rename("nombre").reset_index()
    comptes = comptes.sort_values(["mot", "nombre", colonne], ascending=[True, False, True])
    return comptes.drop_duplicates("mot").set_index("mot")[colonne]


def _compter_formes(table: pd.DataFrame) -> pd.Series:
    comptes = table.groupby(["mot", "forme"]).size().rename("nombre").reset_index()
    comptes = comptes.sort_values(["mot", "nombre", "forme"], ascending=[True, False, True])
    ecrites = comptes["forme"] + " (" + comptes["nombre"].astype("str") + ")"
    return ecrites.groupby(comptes["mot"]).agg(", ".join)
