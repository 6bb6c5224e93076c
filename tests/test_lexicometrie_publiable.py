"""Ce qu'un lexique publié ne doit ni dire ni laisser deviner ; les mots que l'on dit ensemble."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.langue import LEMMES
from ess_analyse.lexicometrie import (
    croiser_mots,
    lister_publiables,
    masquer_croisement,
    mesurer_similitudes,
    rendre_publiable,
    reperer_communautes,
    retenir_publiables,
)
from ess_analyse.modele import DOCUMENTS, Corpus, Entretien, Place
from ess_analyse.segments import segmenter


def composer_mots(phrases, nature="NOUN"):
    """``[(segment, "mot mot")]`` → une table de mots ; une capitale donne un nom propre."""
    lignes = [
        (segment, rang, rang * 10, rang * 10 + len(mot), mot, mot.lower(), "PROPN" if mot[0].isupper() else nature)
        for segment, texte in phrases
        for rang, mot in enumerate(texte.split(), start=1)
    ]
    return pd.DataFrame(lignes, columns=LEMMES)


@pytest.fixture(scope="module")
def etude():
    textes = {
        "E01": "Accueil au dépôt.\n\nEnquêtrice : Le logiciel ?\n\nVéra : Bon. Un secret.\n",
        "E02": "Samir : Restreint. Sauf ceci.\n",
        "O01": "Le camion part.\n",
    }
    entretiens = (
        Entretien.depuis_paroles(
            "E01", [("Préambule", "Accueil."), ("Enquêtrice", "Logiciel ?"), ("Véra", "Bon. Secret.")]
        ),
        Entretien.depuis_texte("E02", textes["E02"]),
        Entretien.depuis_texte("O01", textes["O01"], parle=False),
    )
    types = {"E01": ("entretien", "publique"), "E02": ("entretien", "restreinte"), "O01": ("observation", "publique")}
    documents = pd.DataFrame(
        [(nom, type_, "S1", "", "", choix) for nom, (type_, choix) in types.items()], columns=DOCUMENTS
    )
    e01, e02 = entretiens[0].texte, entretiens[1].texte
    diffusions = (
        (Place("E01", e01.index("Secret"), e01.index("Secret") + 7), "restreinte"),
        (Place("E02", e02.index("Sauf"), e02.index("Sauf") + 11), "publique"),
    )
    corpus = Corpus(entretiens, documents, diffusions)
    segments = segmenter(corpus)
    mots = composer_mots(
        [
            (segment, texte.strip(".?! ").lower())
            for segment, texte in zip(segments["segment"], segments["texte"], strict=True)
        ]
    )
    return corpus, segments, mots


def test_seuls_comptent_les_mots_publics_de_qui_n_enquete_pas(etude):
    corpus, segments, mots = etude
    assert retenir_publiables(mots, segments, corpus)["lemme"].tolist() == [
        "bon",
        "sauf",
        "ceci",
        "le",
        "camion",
        "part",
    ]
    citables = retenir_publiables(mots, segments, corpus, citables=True)
    assert citables["lemme"].tolist() == ["bon", "sauf", "ceci"]
    assert set(mots["lemme"]) > {"accueil", "logiciel", "secret", "restreint"}


def test_un_mot_nomme_est_partage():
    mots = composer_mots(
        [
            ("E01:0-9", "commun rare tic tic tic tic tic tic tic tic tic Marion deux"),
            ("E02:0-9", "commun rare tic Marion deux"),
            ("E03:0-9", "commun tic Marion deux Sigle"),
            ("E04:0-9", "Sigle"),
            ("E05:0-9", "Sigle"),
        ]
    )
    mots.loc[mots["lemme"] == "deux", "categorie"] = "NUM"
    # Not tagged as a name, but never written in lower case.
    mots.loc[mots["lemme"] == "sigle", "categorie"] = "NOUN"
    assert lister_publiables(mots, 3) == ("commun",)
    assert lister_publiables(mots, 2) == ("commun", "rare")
    # One occurrence of « tic » more elsewhere, and no document has more than four in five of them.
    plus = pd.concat([mots, composer_mots([("E04:10-19", "tic")])])
    assert lister_publiables(plus, 3) == ("commun", "tic")


@given(
    st.lists(st.tuples(st.integers(1, 5), st.sampled_from(["bon", "jour", "nuit", "Véra"])), max_size=40),
    st.integers(2, 4),
)
def test_aucun_mot_nomme_n_est_de_trop_peu_de_documents(emplois, seuil):
    mots = composer_mots([(f"E0{document}:0-9", mot) for document, mot in emplois])
    for mot in lister_publiables(mots, seuil):
        documents = mots.loc[mots["lemme"] == mot, "segment"]
        assert documents.nunique() >= seuil
        assert documents.value_counts(normalize=True).max() <= 0.8
        assert mot != "véra"


def test_rendre_publiable_exige_tous_les_mots_d_une_ligne():
    aretes = pd.DataFrame(
        {"mot": ["bon", "bon", "secret"], "avec": ["jour", "secret", "jour"], "indice": [1.0, 2.0, 3.0]}
    )
    gardees = rendre_publiable(aretes, ("bon", "jour"), ("mot", "avec"))
    assert gardees.values.tolist() == [["bon", "jour", 1.0]]
    with pytest.raises(ErreurDonnees, match="colonne manquante"):
        rendre_publiable(aretes, (), ("forme",))


def test_une_petite_cellule_entraine_la_moins_appuyee():
    effectifs = pd.DataFrame({"S1": [9], "S2": [2], "S3": [6], "S4": [0]}, index=["bon"])
    documents = pd.DataFrame({"S1": [4], "S2": [1], "S3": [3], "S4": [0]}, index=["bon"])
    masquee = masquer_croisement(effectifs, documents, 3)
    # No word is said by three documents of S2, nor of S4: those parts are not shown.
    assert list(masquee.columns) == ["S1", "S3"]
    assert masquee["S1"].tolist() == [9]
    assert masquee["S3"].isna().all()


def test_un_mot_trop_disperse_n_est_pas_ventile():
    effectifs = pd.DataFrame({"S1": [1, 5], "S2": [1, 5], "S3": [1, 5], "S4": [0, 5]}, index=["rare", "commun"])
    documents = effectifs.clip(upper=3)
    masquee = masquer_croisement(effectifs, documents, 3)
    assert masquee.loc["rare"].isna().all()
    assert masquee.loc["commun"].tolist() == [5, 5, 5, 5]


@st.composite
def croisements(draw):
    parts = draw(st.integers(1, 5))
    documents = draw(st.lists(st.integers(0, 5), min_size=parts, max_size=parts))
    effectifs = [nombre + draw(st.integers(0, 4)) if nombre else 0 for nombre in documents]
    colonnes = [f"S{rang}" for rang in range(parts)]
    tables = [pd.DataFrame([valeurs], columns=colonnes, index=["bon"]) for valeurs in (effectifs, documents)]
    return (*tables, draw(st.integers(2, 4)))


@given(croisements())
def test_un_lecteur_qui_a_le_total_ne_retrouve_aucune_petite_cellule(croisement):
    effectifs, documents, seuil = croisement
    masquee = masquer_croisement(effectifs, documents, seuil).iloc[0]
    petites = [part for part in documents if 0 < documents.loc["bon", part] < seuil]
    assert not masquee.reindex(petites).notna().any()
    montrees = masquee.dropna()
    assert (effectifs.loc["bon", montrees.index] == montrees).all()
    if not petites:
        assert masquee.notna().all()
        return
    entiere = documents.columns[masquee.reindex(documents.columns).isna()]
    if len(entiere) == len(documents.columns):
        return
    # The reader knows the total, what is shown, and that a hidden cell is not nought: he tries everything.
    caches = [part for part in documents if part in petites or pd.isna(masquee.get(part, 0))]
    reste = effectifs.loc["bon", caches].sum()
    possibles = [essai for essai in itertools.product(range(1, reste + 1), repeat=len(caches)) if sum(essai) == reste]
    for place, part in enumerate(caches):
        valeurs = {essai[place] for essai in possibles}
        if part in petites:
            assert valeurs >= set(range(1, seuil + 1))


def test_le_masque_ne_touche_pas_aux_lignes_sans_petite_cellule():
    tirages = np.random.default_rng(1)
    documents = pd.DataFrame(
        tirages.integers(0, 7, (60, 5)), columns=list("abcde"), index=[f"m{i:02}" for i in range(60)]
    )
    effectifs = documents * 2
    masquee = masquer_croisement(effectifs, documents, 3)
    sures = ~documents.isin([1, 2]).any(axis=1)
    assert sures.sum() > 3
    assert (masquee[sures] == effectifs[sures]).all(axis=None)
    assert masquee[~sures].isna().any(axis=1).all()
    assert masquee.dtypes.eq("Int64").all()


def test_le_masque_tient_avec_les_tables_du_croisement():
    mots = composer_mots([(f"E0{i}:0-9", "bon") for i in range(1, 7)] + [("E01:10-19", "bon bon")])
    parts = pd.DataFrame({"segment": mots["segment"].unique()})
    parts["part"] = ["S1", "S1", "S1", "S1", "S2", "S2", "S1"]
    tables = [croiser_mots(mots, parts, mesure=mesure) for mesure in ("effectif", "documents")]
    assert tables[1].loc["bon"].to_dict() == {"S1": 4, "S2": 2}
    # The two of S2 would be the total less what S1 has: both are hidden.
    masquee = masquer_croisement(*tables, 3)
    assert list(masquee.columns) == ["S1"]
    assert masquee["S1"].isna().all()


PHRASES = [
    ("E01:0-9", "bon jour"),
    ("E01:10-19", "bon jour nuit"),
    ("E02:0-9", "bon jour"),
    ("E03:0-9", "nuit lune jour"),
    ("E03:10-19", "nuit lune"),
    ("E04:0-9", "seul"),
]
MOTS = ("bon", "jour", "nuit", "lune", "seul", "absent")


@pytest.mark.parametrize(
    ("indice", "attendu"),
    [("effectif", 3), ("jaccard", 3 / 4), ("dice", 6 / 7), ("inclusion", 1), ("cosinus", 3 / 12**0.5)],
)
def test_les_indices_sont_ceux_des_formules(indice, attendu):
    aretes = mesurer_similitudes(composer_mots(PHRASES), MOTS, indice=indice, minimum=1)
    ligne = aretes[(aretes["mot"] == "bon") & (aretes["avec"] == "jour")].iloc[0]
    assert (ligne["effectif"], ligne["documents"]) == (3, 2)
    assert ligne["indice"] == pytest.approx(attendu)


def test_l_arbre_relie_sans_boucle_et_par_les_plus_fortes():
    aretes = mesurer_similitudes(composer_mots(PHRASES), MOTS, minimum=1)
    arbre = set(aretes.loc[aretes["arbre"], ["mot", "avec"]].itertuples(index=False, name=None))
    assert arbre == {("bon", "jour"), ("lune", "nuit"), ("jour", "nuit")}
    assert (aretes["mot"] < aretes["avec"]).all()
    assert aretes["indice"].is_monotonic_decreasing


@st.composite
def phrases_au_hasard(draw):
    lettres = draw(st.lists(st.sets(st.sampled_from("abcdef"), min_size=1, max_size=4), min_size=2, max_size=8))
    return composer_mots([(f"E0{i}:0-9", " ".join(sorted(phrase))) for i, phrase in enumerate(lettres, start=1)])


@given(phrases_au_hasard(), st.sampled_from(["effectif", "jaccard", "dice", "inclusion", "cosinus"]))
def test_aucun_arbre_n_est_plus_fort(mots, indice):
    aretes = mesurer_similitudes(mots, "abcdef", indice=indice, minimum=1)
    lies = list(aretes[["mot", "avec"]].itertuples(index=False, name=None))
    poids = dict(zip(lies, aretes["indice"], strict=True))

    def grouper(gardees):
        groupes = {mot: {mot} for mot in {mot for lie in lies for mot in lie}}
        for mot, avec in gardees:
            if groupes[mot] is groupes[avec]:
                return None
            groupes[mot] |= groupes[avec]
            for autre in groupes[avec]:
                groupes[autre] = groupes[mot]
        return {id(groupe) for groupe in groupes.values()}

    arbre = [lie for lie, garde in zip(lies, aretes["arbre"], strict=True) if garde]
    assert grouper(arbre) is not None
    # Kruskal, written plainly: taken from the strongest, all that makes no loop.
    glouton = []
    for lie in sorted(lies, key=poids.get, reverse=True):
        if grouper([*glouton, lie]) is not None:
            glouton.append(lie)
    assert len(arbre) == len(glouton)
    assert sum(map(poids.get, arbre)) == pytest.approx(sum(map(poids.get, glouton)))


def test_un_seuil_ecarte_une_paire_avant_l_arbre():
    mots = composer_mots(PHRASES)
    entier, montre = mesurer_similitudes(mots, MOTS, minimum=1), mesurer_similitudes(mots, MOTS, minimum=1, seuil=2)
    assert entier.loc[entier["mot"] == "lune", "arbre"].tolist() == [True]
    # « lune » and « nuit » are together in one document only: neither the edge nor the branch is left.
    assert montre[["mot", "avec", "documents"]].values.tolist() == [["bon", "jour", 2], ["jour", "nuit", 2]]
    assert montre["arbre"].all()


def test_l_ordre_du_corpus_ne_change_pas_les_similitudes():
    mots = composer_mots(PHRASES)
    pd.testing.assert_frame_equal(
        mesurer_similitudes(mots.sample(frac=1, random_state=6), MOTS[::-1], minimum=1),
        mesurer_similitudes(mots, MOTS, minimum=1),
    )


def test_des_groupes_nets_sont_retrouves():
    mots = composer_mots(
        [(f"E01:{i}0-{i}9", "logiciel écran souris") for i in range(1, 6)]
        + [(f"E02:{i}0-{i}9", "camion tournée essence dépôt") for i in range(1, 6)]
        + [("E03:0-9", "écran camion")]
    )
    groupes = reperer_communautes(mesurer_similitudes(mots, set(mots["lemme"]), minimum=1))
    assert groupes.groupby("communaute")["mot"].agg(set).tolist() == [
        {"camion", "tournée", "essence", "dépôt"},
        {"logiciel", "écran", "souris"},
    ]
    assert groupes["degre"].sum() == 2 * 6


def separer(mots, branches):
    """Ranger des mots en morceaux, ceux que des branches relient."""
    morceaux = [{mot} for mot in mots]
    for un, autre in branches:
        siens = [morceau for morceau in morceaux if un in morceau or autre in morceau]
        morceaux = [morceau for morceau in morceaux if morceau not in siens] + [set().union(*siens)]
    return morceaux


@given(st.lists(st.tuples(*[st.sampled_from("abcdefgh")] * 2, st.integers(1, 9)), min_size=1, max_size=20))
@settings(max_examples=25)
def test_chaque_branche_otee_est_celle_qui_augmente_le_plus_la_modularite(liens):
    poids = {tuple(sorted(lien[:2])): lien[2] for lien in liens if lien[0] != lien[1]}
    mots = sorted({mot for paire in poids for mot in paire})
    branches = []
    for paire in sorted(poids, key=lambda paire: (-poids[paire], paire)):
        if len(separer(mots, [*branches, paire])) < len(separer(mots, branches)):
            branches.append(paire)
    somme = 2 * sum(poids.values())
    degres = {mot: sum(p for paire, p in poids.items() if mot in paire) for mot in mots}

    def moduler(gardees):
        return sum(
            2 * sum(p for paire, p in poids.items() if set(paire) <= morceau) / somme
            - (sum(degres[mot] for mot in morceau) / somme) ** 2
            for morceau in separer(mots, gardees)
        )

    aretes = pd.DataFrame(
        [(*paire, p, paire in branches) for paire, p in poids.items()], columns=["mot", "avec", "indice", "arbre"]
    ).astype({"arbre": "bool"})
    ordonnees = [paire for paire in poids if paire in branches]
    while ordonnees:
        essais = [round(moduler([*ordonnees[:rang], *ordonnees[rang + 1 :]]), 12) for rang in range(len(ordonnees))]
        if max(essais) <= moduler(ordonnees) + 1e-12:
            break
        del ordonnees[essais.index(max(essais))]
    groupes = reperer_communautes(aretes).groupby("communaute")["mot"].agg(set).tolist()
    assert sorted(map(sorted, groupes)) == sorted(map(sorted, separer(mots, ordonnees)))


def test_des_branches_qui_font_une_boucle_ne_sont_pas_un_arbre():
    boucle = pd.DataFrame([("a", "b"), ("b", "c"), ("a", "c")], columns=["mot", "avec"]).assign(indice=1.0, arbre=True)
    with pytest.raises(ErreurDonnees, match="font une boucle"):
        reperer_communautes(boucle)


def test_sans_arete_il_n_y_a_ni_arbre_ni_groupe():
    vide = mesurer_similitudes(composer_mots([("E01:0-9", "bon")]), ("bon", "jour"))
    assert vide.empty
    assert list(vide.columns) == ["mot", "avec", "effectif", "documents", "indice", "arbre"]
    assert reperer_communautes(vide).empty
    with pytest.raises(ErreurDonnees, match=r"indice inconnu .*jacard.*jaccard"):
        mesurer_similitudes(composer_mots(PHRASES), MOTS, indice="jacard")


def lier_structures(**lieux):
    return pd.DataFrame({"entretien": list(lieux), "structure": list(lieux.values())})


def test_dans_un_entretien_un_tour_sans_locuteur_n_est_pas_publiable():
    e01 = Entretien.depuis_texte("E01", "Vous ressaisissez tout ?\n", parle=False)
    o01 = Entretien.depuis_texte("O01", "Le camion part.\n", parle=False)
    lignes = [("E01", "entretien", "S1", "", "", "publique"), ("O01", "observation", "S1", "", "", "publique")]
    corpus = Corpus((e01, o01), pd.DataFrame(lignes, columns=DOCUMENTS))
    segments = segmenter(corpus)
    assert set(segments["locuteur"]) == {""}
    mots = composer_mots([(segment, "mot") for segment in segments["segment"]])
    assert {un.split(":")[0] for un in retenir_publiables(mots, segments, corpus)["segment"]} == {"O01"}


def test_un_mot_nomme_est_de_deux_structures():
    mots = composer_mots([(f"E0{i}:0-9", "commun" + (" maison" if i < 4 else "")) for i in range(1, 6)])
    deux = lier_structures(E01="S1", E02="S1", E03="S1", E04="S2", E05="")
    assert lister_publiables(mots, 3) == ("commun", "maison")
    assert lister_publiables(mots, 3, documents=deux) == ("commun",)
    # A document without a structure is not one more structure.
    assert lister_publiables(mots, 3, documents=deux.replace({"E03": "S2"})) == ("commun",)
    # In a study of one place, which place it is tells nothing.
    assert lister_publiables(mots, 3, documents=deux.assign(structure="S1")) == ("commun", "maison")
    with pytest.raises(ErreurDonnees, match="colonne manquante"):
        lister_publiables(mots, 3, documents=deux.drop(columns="structure"))


def test_une_cellule_d_une_seule_structure_est_masquee_et_une_autre_avec_elle():
    effectifs = pd.DataFrame({"A": [9], "B": [8], "C": [7], "D": [0]}, index=["bon"])
    documents = pd.DataFrame({"A": [6], "B": [5], "C": [4], "D": [0]}, index=["bon"])
    structures = pd.DataFrame({"A": [3], "B": [1], "C": [2], "D": [0]}, index=["bon"])
    assert masquer_croisement(effectifs, documents, 3).loc["bon"].tolist() == [9, 8, 7]
    masquee = masquer_croisement(effectifs, documents, 3, structures).loc["bon"]
    assert masquee["A"] == 9
    assert masquee[["B", "C"]].isna().all()


def test_une_arete_d_une_seule_structure_n_est_pas_montree():
    phrases = [(f"E0{i}:0-9", "bon jour" + (" nuit" if i < 4 else "")) for i in range(1, 6)]
    lieux = lier_structures(E01="S1", E02="S1", E03="S1", E04="S2", E05="S2")
    entieres = mesurer_similitudes(composer_mots(phrases), MOTS, seuil=3)
    assert entieres[["mot", "avec"]].values.tolist() == [["bon", "jour"], ["bon", "nuit"], ["jour", "nuit"]]
    montrees = mesurer_similitudes(composer_mots(phrases), MOTS, seuil=3, documents=lieux)
    assert montrees[["mot", "avec", "documents"]].values.tolist() == [["bon", "jour", 5]]
