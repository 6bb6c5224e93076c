"""L'accord d'un codeur avec lui-même."""

from __future__ import annotations

import pandas as pd
import pytest

from ess_analyse.accord import ACCORD_COMPLET, CONSTANCE, encadrer_accord, mesurer_accord, mesurer_constance
from ess_analyse.accord.mesures import retenir_lectures
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.modele import CODAGES

GRILLE = Grille(
    1,
    (Dimension("theme", "Thème"),),
    tuple(Code(nom, "theme", nom, "…", *[()] * 5) for nom in ("R-SENS", "O-SENS")),
)
MARS, JUIN = "ana@2026-03-01", "ana@2026-06-01"


def table(lectures, origine="humain"):
    """``{codeur: "code de la phrase 0, de la phrase 1…"}`` ; ``.`` pas encore lue."""
    lignes = [
        (f"E01:{place}0-{place}9", codeur, code, origine)
        for codeur, codes in lectures.items()
        for place, code in enumerate(codes.split(), start=1)
        if code != "."
    ]
    return pd.DataFrame(lignes, columns=CODAGES, dtype="str")


LECTURES = {"ana": "R-SENS R-SENS - O-SENS -", MARS: "R-SENS - - O-SENS .", "bob": "- - O-SENS R-SENS -"}


def test_les_mesures_sont_celles_de_deux_codeurs_qui_auraient_lu_la_meme_chose():
    constance = mesurer_constance(table(LECTURES), GRILLE)
    assert tuple(constance.columns) == CONSTANCE
    assert set(constance["codeur"] + "@" + constance["relecture"]) == {MARS}
    deux = table({"un": LECTURES["ana"], "deux": LECTURES[MARS]})
    communes = [colonne for colonne in ACCORD_COMPLET if colonne != "codeurs"]
    pd.testing.assert_frame_equal(constance[communes], mesurer_accord(deux, GRILLE)[communes])
    assert constance["unites"].tolist() == [4, 4, 4]
    assert constance["pourcentage"].iloc[0] == 0.75


def test_chaque_relecture_est_comparee_a_la_precedente():
    lectures = {"ana": "R-SENS - -", JUIN: "- R-SENS R-SENS", MARS: "R-SENS - -", "bob@2026-01-01": "-", "bob": "-"}
    constance = mesurer_constance(table(lectures), GRILLE)
    sens = constance[constance["code"] == "R-SENS"]
    assert sens[["codeur", "relecture", "unites", "pourcentage"]].values.tolist() == [
        ["ana", "2026-03-01", 3, 1],
        ["ana", "2026-06-01", 3, 0],
        ["bob", "2026-01-01", 1, 1],
    ]
    assert set(mesurer_constance(table(lectures), GRILLE, ["bob"])["codeur"]) == {"bob"}


def test_une_lecture_guidee_par_la_machine_ne_compte_que_si_on_la_demande():
    codages = pd.concat([table({"ana": LECTURES["ana"]}), table({MARS: LECTURES[MARS]}, "0.90:indices:sens")])
    assert mesurer_constance(codages, GRILLE).empty
    assert len(mesurer_constance(codages, GRILLE, ["ana"])) == 3
    ailleurs = codages.assign(segment=codages["segment"].str.replace("E01", "E02"))
    lues = pd.concat([table(LECTURES), ailleurs], ignore_index=True)
    pd.testing.assert_frame_equal(mesurer_constance(lues, GRILLE), mesurer_constance(table(LECTURES), GRILLE))


def test_sans_seconde_lecture_la_table_est_vide_et_un_codeur_demande_est_signale():
    sans = table({"ana": "-", "bob": "-"})
    assert tuple(mesurer_constance(sans, GRILLE).columns) == CONSTANCE
    assert mesurer_constance(sans, GRILLE).empty
    with pytest.raises(ErreurDonnees, match=r"codeur sans seconde lecture \(« bob »\). Choix possibles : ana."):
        mesurer_constance(table(LECTURES), GRILLE, ["bob"])


def test_une_relecture_n_entre_dans_aucun_accord_entre_codeurs():
    avec, sans = table(LECTURES), table({nom: codes for nom, codes in LECTURES.items() if nom != MARS})
    assert set(retenir_lectures(avec, None)["codeur"]) == {"ana", "bob"}
    pd.testing.assert_frame_equal(mesurer_accord(avec, GRILLE), mesurer_accord(sans, GRILLE))
    pd.testing.assert_frame_equal(encadrer_accord(avec, GRILLE, tirages=5), encadrer_accord(sans, GRILLE, tirages=5))
