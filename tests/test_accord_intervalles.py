"""Les bornes de l'accord : par entretien, reproductibles, et celles d'un calcul naïf."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ess_analyse.accord import ENCADREMENT, encadrer_accord, mesurer_accord
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.modele import CODAGES

IDS = ("R-SENS", "O-SENS", "P-GESTION")
GRILLE = Grille(
    1,
    (Dimension("theme", "Thème"), Dimension("prisme", "Prisme")),
    tuple(Code(nom, "prisme" if nom[0] == "P" else "theme", nom, "…", *[()] * 5) for nom in IDS),
)


def coder(*avis):
    """``(entretien, place, codeur, codes)``."""
    lignes = [
        (f"{entretien}:{place}0-{place}9", codeur, code, "humain")
        for entretien, place, codeur, codes in avis
        for code in sorted(codes) or ["-"]
    ]
    return pd.DataFrame(lignes, columns=CODAGES, dtype="str")


def au_hasard(entretiens=5, phrases=12, codeurs=("ana", "bob"), graine=1):
    hasard = np.random.default_rng(graine)
    return coder(
        *(
            (f"E{rang:02}", place, codeur, {code for code in IDS if hasard.random() < 0.2 + 0.4 * (place % 2)})
            for rang in range(entretiens)
            for place in range(1, phrases)
            for codeur in codeurs
        )
    )


avis = st.lists(
    st.tuples(
        st.sampled_from(["E01", "E02", "E03"]),
        st.integers(1, 3),
        st.sampled_from(["ana", "bob", "cle"]),
        st.frozensets(st.sampled_from(IDS)),
    ),
    unique_by=lambda un: un[:3],
)


@settings(max_examples=40)
@given(avis)
def test_la_valeur_est_celle_de_mesurer_accord_et_les_bornes_l_entourent(lus):
    codages = coder(*lus)
    table = encadrer_accord(codages, GRILLE, tirages=30)
    mesures = mesurer_accord(codages, GRILLE).set_index("code")
    assert tuple(table.columns) == ENCADREMENT
    assert list(table["code"].drop_duplicates()) == [*IDS, "theme", "prisme"]
    for ligne in table.itertuples():
        assert ligne.valeur == pytest.approx(mesures.loc[ligne.code, ligne.mesure], nan_ok=True, abs=1e-12)
        assert math.isnan(ligne.bas) == math.isnan(ligne.haut)
        assert math.isnan(ligne.bas) or ligne.bas <= ligne.haut
        assert ligne.entretiens > 1 or math.isnan(ligne.bas)


def test_les_bornes_sont_celles_d_un_calcul_naif_qui_recopie_les_entretiens():
    codages = au_hasard(codeurs=("ana", "bob", "cle"))
    tirages = 60
    poids = np.random.default_rng(7).multinomial(5, np.full(5, 0.2), size=tirages)
    groupes = dict(list(codages.groupby(codages["segment"].str[:3])))
    naives = []
    for tirage in poids:
        copies = [
            groupes[nom].assign(segment=f"C{copie}" + groupes[nom]["segment"])
            for nom, fois in zip(sorted(groupes), tirage, strict=True)
            for copie in range(fois)
        ]
        naives.append(mesurer_accord(pd.concat(copies), GRILLE).set_index("code"))
    table = encadrer_accord(codages, GRILLE, tirages=tirages, graine=7)
    for ligne in table[table["mesure"] != "kappa"].itertuples():
        valeurs = [naive.loc[ligne.code, ligne.mesure] for naive in naives]
        assert [ligne.bas, ligne.haut] == pytest.approx(np.nanquantile(valeurs, [0.025, 0.975]), abs=1e-12)
    assert table.loc[table["mesure"] == "kappa", ["valeur", "bas", "haut"]].isna().all(axis=None)


def test_kappa_a_ses_bornes_quand_les_codeurs_sont_deux():
    table = encadrer_accord(au_hasard(), GRILLE).set_index(["mesure", "code"])
    assert table.loc["kappa", ["valeur", "bas", "haut"]].notna().all(axis=None)
    assert table.loc["kappa", "bas"].lt(table.loc["kappa", "haut"]).all()
    assert set(table.loc["ac1"].index) == set(IDS)
    assert set(table.loc["alpha_masi"].index) == {"theme", "prisme"}


def test_la_meme_graine_rend_les_memes_bornes():
    codages = au_hasard()
    une, encore, autre = (encadrer_accord(codages, GRILLE, tirages=50, graine=graine) for graine in (3, 3, 4))
    pd.testing.assert_frame_equal(une, encore)
    assert not une.equals(autre)


def test_pas_de_bornes_si_un_seul_entretien_porte_le_code():
    seul = coder(
        *[("E01", place, nom, {"R-SENS"} if place < 3 else set()) for place in range(1, 6) for nom in ("ana", "bob")],
        *[("E02", place, nom, {"O-SENS"} if place < 3 else set()) for place in range(1, 6) for nom in ("ana", "bob")],
    )
    table = encadrer_accord(seul, GRILLE, tirages=50).set_index(["code", "mesure"])
    assert table.loc[("R-SENS", "alpha"), "entretiens"] == 1
    assert table.loc["R-SENS", ["bas", "haut"]].isna().all(axis=None)
    assert table.loc[("theme", "alpha"), ["entretiens", "bas", "haut"]].tolist() == [2, 1, 1]


def test_sans_phrase_commune_rien_n_est_defini():
    table = encadrer_accord(coder(("E01", 1, "ana", set())), GRILLE, tirages=5)
    assert table[["valeur", "bas", "haut"]].isna().all(axis=None)
    assert (table["entretiens"] == 0).all()


def test_il_faut_un_tirage_et_des_codeurs_connus():
    with pytest.raises(ErreurDonnees, match=r"il faut au moins un tirage \(« 0 »\)"):
        encadrer_accord(au_hasard(), GRILLE, tirages=0)
    with pytest.raises(ErreurDonnees, match="Vouliez-vous dire « ana »"):
        encadrer_accord(au_hasard(), GRILLE, ["anna", "bob"])
