"""La machine à côté des personnes : mêmes phrases, mêmes mesures, à l'aveugle."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from ess_analyse.accord import COMPARAISON, comparer_humains, encadrer_accord, mesurer_accord
from ess_analyse.coefficients import alpha_krippendorff
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.modele import CODAGES, RIEN
from ess_analyse.suggestions.evaluation import JUGEES

NOMS = ("R-CHARGE", "R-MOYENS", "O-COMP")
GRILLE = Grille(
    1,
    (Dimension("theme", "Thème"), Dimension("prisme", "Prisme")),
    (
        *(Code(nom, "theme", nom, "…", *[()] * 5) for nom in NOMS),
        Code("P-GESTION", "prisme", "Gestion", "…", *[()] * 5),
    ),
)

avis = st.lists(st.tuples(*[st.sets(st.sampled_from(NOMS))] * 3), min_size=1, max_size=10)


def coder(codeur, poses, origine="humain", depart=0):
    return pd.DataFrame(
        [
            (f"E01:{rang}0-{rang}9", codeur, code, origine)
            for rang, codes in enumerate(poses, start=depart)
            for code in sorted(codes) or [RIEN]
        ],
        columns=CODAGES,
    )


def proposer(poses, depart=0):
    return pd.DataFrame(
        [
            (f"E01:{rang}0-{rang}9", code, 0.9 - place / 10, place, True)
            for rang, codes in enumerate(poses, start=depart)
            for place, code in enumerate(sorted(codes), start=1)
        ],
        columns=JUGEES,
    )


@settings(max_examples=20)
@given(avis)
def test_une_machine_qui_recopie_une_personne_s_accorde_comme_elle(lus):
    """Même échelle : la machine qui dit ce que dit Bob a, avec Ana, les chiffres de Bob avec Ana."""
    ana, bob, _ = zip(*lus, strict=True)
    codages = pd.concat([coder("ana", ana), coder("bob", bob)], ignore_index=True)
    table = comparer_humains(proposer(bob), codages, GRILLE)
    assert tuple(table.columns) == COMPARAISON
    assert table[["paire", "premier", "second"]].values.tolist() == [
        ["humain-humain", "ana", "bob"],
        ["machine-humain", "machine", "ana"],
        ["machine-humain", "machine", "bob"],
    ]
    mesures = table[["unites", "f1", "alpha", "valence", "valence_risque"]].astype(float)
    pd.testing.assert_series_equal(mesures.loc[0], mesures.loc[1], check_names=False)
    assert table["f1"].iloc[2] == (1.0 if any(bob) else pytest.approx(float("nan"), nan_ok=True))


@settings(max_examples=20)
@given(avis)
def test_les_mesures_sont_celles_de_scikit_learn_et_d_accord(lus):
    ana, bob, machine = zip(*lus, strict=True)
    codages = pd.concat([coder("ana", ana), coder("bob", bob)], ignore_index=True)
    table = comparer_humains(proposer(machine), codages, GRILLE)
    theme = mesurer_accord(codages, GRILLE).set_index("code").loc["theme", "alpha"]
    assert table["alpha"].iloc[0] == pytest.approx(theme, nan_ok=True)
    tables = [[[code in codes for code in NOMS] for codes in poses] for poses in (ana, bob, machine)]
    for ligne, (un, deux) in enumerate(((0, 1), (2, 0), (2, 1))):
        attendu = f1_score(tables[un], tables[deux], average="micro", zero_division=float("nan"))
        assert table["f1"].iloc[ligne] == pytest.approx(attendu, nan_ok=True)
        valences = [
            ["".join(sorted({code[0] for code in codes})) for codes in (ana, bob, machine)[c]] for c in (un, deux)
        ]
        assert table["valence"].iloc[ligne] == pytest.approx(alpha_krippendorff(valences), nan_ok=True)


def test_la_valence_de_risque_ne_lit_que_les_phrases_nettes_pour_les_deux_personnes():
    ana = [{"R-CHARGE"}, {"O-COMP"}, {"O-COMP"}, {"R-CHARGE", "O-COMP"}, {"R-CHARGE"}, set()]
    bob = [{"R-MOYENS"}, {"O-COMP"}, {"R-CHARGE"}, {"R-CHARGE"}, set(), {"O-COMP"}]
    machine = [{"R-CHARGE"}, {"R-MOYENS"}, {"O-COMP"}, {"O-COMP"}, {"O-COMP"}, {"O-COMP"}]
    codages = pd.concat([coder("ana", ana), coder("bob", bob)], ignore_index=True)
    valeurs = comparer_humains(proposer(machine), codages, GRILLE)["valence_risque"]
    # Only the first three sentences are clear to both: ana R O O, bob R O R, machine R R O.
    attendus = [
        alpha_krippendorff([list(un), list(deux)]) for un, deux in (("ROO", "ROR"), ("RRO", "ROO"), ("RRO", "ROR"))
    ]
    assert valeurs.tolist() == pytest.approx(attendus)


def test_seules_comptent_les_phrases_lues_deux_fois_a_l_aveugle():
    poses = [{"R-CHARGE"}, set(), {"O-COMP"}, {"R-MOYENS"}]
    codages = pd.concat(
        [
            coder("ana", poses[:3]),
            coder("bob", poses[1:], depart=1),
            coder("arbitrage", poses),
            coder("cle", poses, origine="0.9:modele:"),
            coder("dan", poses[:1], depart=7),
        ],
        ignore_index=True,
    )
    table = comparer_humains(proposer(poses), codages, GRILLE)
    assert set(table["premier"]) | set(table["second"]) == {"ana", "bob", "machine"}
    assert table["unites"].tolist() == [2, 2, 2]
    nommes = comparer_humains(proposer(poses), codages, GRILLE, ["ana", "cle"])
    assert nommes[["premier", "second", "unites"]].values.tolist()[0] == ["ana", "cle", 3]


def test_chaque_paire_est_comparee_sur_ses_phrases_a_elle():
    poses = [{"R-CHARGE"}, {"O-COMP"}, {"R-MOYENS"}]
    codages = pd.concat([coder("ana", poses), coder("bob", poses[:2]), coder("cle", poses[:1])], ignore_index=True)
    table = comparer_humains(proposer(poses), codages, GRILLE)
    humains = table[table["paire"] == "humain-humain"]
    assert humains[["premier", "second", "unites"]].values.tolist() == [
        ["ana", "bob", 2],
        ["ana", "cle", 1],
        ["bob", "cle", 1],
    ]
    assert len(table) == 9


def test_une_suggestion_non_retenue_n_est_pas_une_reponse():
    poses = [{"R-CHARGE"}, set()]
    codages = pd.concat([coder("ana", poses), coder("bob", poses)], ignore_index=True)
    table = comparer_humains(proposer(poses).assign(retenu=False), codages, GRILLE)
    assert table["f1"].tolist() == [1.0, 0.0, 0.0]


def test_sans_double_lecture_rien_a_comparer():
    table = comparer_humains(proposer([]), coder("ana", [set()]), GRILLE)
    assert table.empty
    assert tuple(table.columns) == COMPARAISON


def test_un_codeur_inconnu_ou_nomme_machine_est_refuse():
    codages = pd.concat([coder("ana", [set()]), coder("machine", [set()])], ignore_index=True)
    with pytest.raises(ErreurDonnees, match="nom de codeur réservé"):
        comparer_humains(proposer([]), codages, GRILLE)
    with pytest.raises(ErreurDonnees, match="Vouliez-vous dire « ana »"):
        comparer_humains(proposer([]), codages, GRILLE, ["anna"])
    with pytest.raises(ErreurDonnees, match="code inconnu"):
        comparer_humains(proposer([]), pd.concat([coder("ana", [set()]), coder("bob", [{"R-ZZ"}])]), GRILLE)


def etendre(poses, nombre):
    """Repeat the same sentences in several interviews."""
    return pd.concat([poses.assign(segment=poses["segment"].str.replace("E01", f"E{k:02}")) for k in range(nombre)])


def test_un_seul_entretien_n_a_pas_de_bornes():
    poses = [{"R-CHARGE"}, {"O-COMP"}]
    table = comparer_humains(proposer(poses), pd.concat([coder("ana", poses), coder("bob", poses)]), GRILLE)
    assert table["alpha"].notna().all()
    assert table.filter(regex="_(bas|haut)$").isna().all(axis=None)


def test_des_entretiens_tous_pareils_ont_des_bornes_serrees():
    """Every draw says the same thing, but for α's small-sample term, which does not depend on which interviews."""
    ana, bob = [{"R-CHARGE"}, {"O-COMP"}, set()], [{"R-CHARGE"}, {"R-MOYENS"}, set()]
    codages = pd.concat([etendre(coder("ana", ana), 6), etendre(coder("bob", bob), 6)], ignore_index=True)
    table = comparer_humains(etendre(proposer(bob), 6), codages, GRILLE, tirages=200)
    for mesure in ("f1", "alpha", "valence"):
        assert table[f"{mesure}_bas"].tolist() == pytest.approx(table[mesure].tolist())
        assert table[f"{mesure}_haut"].tolist() == pytest.approx(table[mesure].tolist())


def test_les_bornes_de_l_alpha_sont_celles_d_encadrer_accord():
    ana = [{"R-CHARGE"}, {"O-COMP"}, set(), {"R-MOYENS"}]
    bobs = [[{"R-CHARGE"}, set(), set(), {"O-COMP"}], ana, [set()] * 4, [{"R-CHARGE"}, {"O-COMP"}, set(), set()]]
    parts = [
        coder(nom, poses).assign(segment=lambda t, k=k: t["segment"].str.replace("E01", f"E{k}"))
        for k, bob in enumerate(bobs)
        for nom, poses in (("ana", ana), ("bob", bob))
    ]
    codages = pd.concat(parts, ignore_index=True)
    ligne = comparer_humains(proposer([]), codages, GRILLE, tirages=300, graine=3).iloc[0]
    bornes = encadrer_accord(codages, GRILLE, tirages=300, graine=3).set_index(["code", "mesure"]).loc["theme", "alpha"]
    assert ligne["alpha"] == pytest.approx(bornes["valeur"])
    assert (ligne["alpha_bas"], ligne["alpha_haut"]) == pytest.approx((bornes["bas"], bornes["haut"]))
    assert ligne["f1_bas"] < ligne["f1"] < ligne["f1_haut"]


def test_la_meme_graine_donne_les_memes_bornes():
    ana, bob = [{"R-CHARGE"}, {"O-COMP"}], [{"R-CHARGE"}, set()]
    codages = pd.concat(
        [etendre(coder("ana", ana), 3), etendre(coder("bob", bob), 2), coder("bob", ana).replace({"E01": "E02"})]
    )
    tables = [comparer_humains(proposer(ana), codages, GRILLE, tirages=50, graine=7) for _ in range(2)]
    pd.testing.assert_frame_equal(*tables)
