"""La règle des programmes externes : sauter ici, échouer en intégration continue."""

import sys

import pytest


def test_un_programme_present_est_rendu(exiger, monkeypatch):
    monkeypatch.setenv("PATH", sys.exec_prefix + "/bin")
    assert exiger("python").endswith("python")


def test_un_programme_absent_saute_le_test_avec_sa_raison(exiger, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="programme-absent n'est pas installé"):
        exiger("programme-absent")


def test_un_programme_absent_fait_echouer_le_test_en_integration_continue(exiger, monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="programme-absent n'est pas installé"):
        exiger("programme-absent")
