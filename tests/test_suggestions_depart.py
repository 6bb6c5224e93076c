"""Le départ : appris une fois, relu sans rien exécuter, refait s'il est abîmé."""

from __future__ import annotations

import dataclasses
import os
import time

import numpy as np
import pandas as pd
import pytest

from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.suggestions import depart as module
from ess_analyse.suggestions.depart import apprendre, preparer

GRILLE = Grille(
    1,
    (Dimension("theme", "Thème"),),
    (
        Code("R-CHARGE", "theme", "Charge", "Le travail en trop", (), (), ("On ressaisit.",), (), ("ressaisir",)),
        Code("O-COMP", "theme", "Compétences", "Apprendre", (), (), ("Elle se forme.",), (), ("se former",)),
    ),
)
PHRASES = ["On ressaisit le planning.", "Elle se forme au tableur.", "Rien n'est simple ici.", "On ressaisit encore."]
NOUVELLES = ["On ressaisit.", "Elle se forme.", "Bonjour."]


@pytest.fixture(scope="module")
def exemples():
    return pd.DataFrame({"texte": PHRASES * 150, "codes": ["R-CHARGE", "O-COMP", "-", "R-CHARGE"] * 150})


@pytest.fixture
def compter(monkeypatch):
    appels = []

    def espionner(grille, exemples):
        appels.append(len(exemples))
        return apprendre(grille, exemples)

    monkeypatch.setattr(module, "apprendre", espionner)
    return appels


def test_il_n_est_appris_qu_une_fois_et_se_relit_a_l_identique(tmp_path, exemples, compter):
    appris, relu = (preparer(GRILLE, exemples, tmp_path) for _ in range(2))
    assert compter == [600]
    np.testing.assert_array_equal(appris.predict_proba(NOUVELLES), relu.predict_proba(NOUVELLES))
    np.testing.assert_array_equal(appris.classifieur.poids, relu.classifieur.poids)
    assert appris.comptes == relu.comptes
    assert appris.comptes["R-CHARGE", "ressaisir", True] == 300
    assert abs(appris.mots - relu.mots).max() == 0
    for nom in ("lus", "taux"):
        np.testing.assert_array_equal(getattr(appris, nom), getattr(relu, nom))


def test_une_autre_grille_ou_un_autre_exemple_se_rapprend(tmp_path, exemples, compter):
    preparer(GRILLE, exemples, tmp_path)
    autre = dataclasses.replace(
        GRILLE, codes=(GRILLE.codes[0], dataclasses.replace(GRILLE.codes[1], indices=("cours",)))
    )
    preparer(autre, exemples, tmp_path)
    preparer(GRILLE, exemples.replace("O-COMP", "-"), tmp_path)
    assert len(compter) == 3


@pytest.mark.parametrize(
    "abimer", [lambda octets: octets[:200], lambda octets: b"", lambda octets: b"PK" + octets[2:90]]
)
def test_un_fichier_abime_est_refait(tmp_path, exemples, compter, abimer):
    preparer(GRILLE, exemples, tmp_path)
    [garde] = tmp_path.glob("depart-*.npz")
    garde.write_bytes(abimer(garde.read_bytes()))
    preparer(GRILLE, exemples, tmp_path)
    preparer(GRILLE, exemples, tmp_path)
    assert len(compter) == 2


def test_un_objet_python_cache_dans_le_fichier_n_est_jamais_execute(tmp_path, exemples, compter):
    preparer(GRILLE, exemples, tmp_path)
    [garde] = tmp_path.glob("depart-*.npz")

    class Piege:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "piege"),))

    np.savez(garde, textes=np.array([Piege()], dtype=object))
    preparer(GRILLE, exemples, tmp_path)
    assert not (tmp_path / "piege").exists()
    assert len(compter) == 2


def test_les_plus_anciens_sont_oublies(tmp_path, exemples):
    for version in range(6):
        preparer(dataclasses.replace(GRILLE, version=version), exemples, tmp_path)
        time.sleep(0.01)
    assert len(list(tmp_path.glob("depart-*.npz"))) == 4


def test_un_dossier_ou_l_on_ne_peut_ecrire_n_arrete_rien(tmp_path, exemples):
    (tmp_path / "pris").write_text("ici")
    depart = preparer(GRILLE, exemples, tmp_path / "pris" / "cache")
    assert depart.predict_proba(NOUVELLES)[0].argmax() == 0


def test_de_peu_d_exemples_rien_n_est_garde(tmp_path, exemples):
    preparer(GRILLE, exemples.head(10), tmp_path)
    assert not list(tmp_path.iterdir())


def test_rien_de_lisible_par_un_autre_utilisateur(tmp_path, exemples):
    if os.name == "nt":
        pytest.skip("les droits POSIX n'existent pas sous Windows")
    preparer(GRILLE, exemples, tmp_path / "cache")
    assert (tmp_path / "cache").stat().st_mode & 0o077 == 0


def test_les_exemples_ne_disent_rien_d_un_code_qu_ils_ignorent(exemples):
    grille = dataclasses.replace(GRILLE, codes=(*GRILLE.codes, dataclasses.replace(GRILLE.codes[0], id="R-SENS")))
    assert apprendre(grille, exemples).lus.tolist() == [600, 600, 0]
