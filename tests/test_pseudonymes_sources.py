"""La table des sources : rangée avec la clé, lue et écrite au même endroit."""

from __future__ import annotations

import pandas as pd
import pytest

from ess_analyse import coffre
from ess_analyse.etude import Etude
from ess_analyse.pseudonymes.sources import (
    CHOIX,
    PSEUDONYMES,
    SOURCES,
    ecrire_sources,
    empreindre_source,
    lire_connues,
    lister_perimes,
    suivre_sources,
    tables_des_sources,
)

UNE = pd.DataFrame([("E01_Rose.txt", "E01", "a1", "b2", "Rose,Paul", "")], columns=[*SOURCES, *CHOIX], dtype="str")


@pytest.fixture
def ailleurs(tmp_path, monkeypatch):
    """Le dossier de l'utilisateur, où la clé de l'étude est rangée."""
    (tmp_path / "utilisateur").mkdir()
    monkeypatch.setattr(coffre, "_dossier_utilisateur", lambda identifiant: tmp_path / "utilisateur")
    (tmp_path / "etude/data").mkdir(parents=True)
    (tmp_path / "etude/data/etude.yml").write_text("identifiant: etude-1\n", encoding="utf-8")
    (tmp_path / "utilisateur/cle.csv").write_text("reel;pseudonyme;nature;valide\n", encoding="utf-8")
    return tmp_path / "utilisateur"


def test_sans_cle_elle_est_dans_l_etude_et_s_y_relit(tmp_path):
    etude = Etude(tmp_path)
    assert ecrire_sources(etude, UNE)
    assert tables_des_sources(etude) == (etude.sources,)
    assert lire_connues(etude).to_dict("records") == UNE.assign(pseudonymes="").to_dict("records")
    assert not ecrire_sources(etude, UNE)


def test_elle_suit_la_cle_hors_de_l_etude(ailleurs, tmp_path):
    etude = Etude(tmp_path / "etude")
    assert lire_connues(etude).empty
    ecrire_sources(etude, UNE)
    assert tables_des_sources(etude) == (ailleurs / "sources.csv",)
    assert not etude.sources.exists()
    assert lire_connues(etude)["entretien"].tolist() == ["E01"]


def test_celle_de_l_etude_fait_foi_et_y_reste(ailleurs, tmp_path):
    etude = Etude(tmp_path / "etude")
    ecrire_sources(etude, UNE)
    autre = UNE.assign(entretien="E02")
    etude.sources.parent.mkdir()
    autre.to_csv(etude.sources, sep=";", index=False)
    assert lire_connues(etude)["entretien"].tolist() == ["E02"]
    ecrire_sources(etude, autre.assign(entretien="E03"))
    assert lire_connues(etude)["entretien"].tolist() == ["E03"]
    assert "E01" in (ailleurs / "sources.csv").read_text(encoding="utf-8-sig")


def test_la_table_suit_la_cle_appliquee_et_garde_ce_qui_est_perime(composer):
    ancien, nouveau = composer(E01="Véra : Karim vient."), composer(E01="Véra : Samir vient.")
    ici = empreindre_source(ancien["E01"].texte.encode())
    connues = UNE.assign(texte=ici, **{PSEUDONYMES: "Véra"})
    cle = pd.DataFrame({"pseudonyme": ["Samir", "Julie"]})
    suivie = suivre_sources(connues, cle, ancien, nouveau)
    assert suivie[PSEUDONYMES].tolist() == ["Samir | Véra"]
    assert suivie["texte"].tolist() == [empreindre_source(nouveau["E01"].texte.encode())]
    assert lister_perimes(suivie, cle, nouveau) == ["Véra"]
    assert lister_perimes(suivie, cle, composer(E01="Julie : Samir vient.")) == []
    # A text corrected by hand keeps the print of its import, so that nothing overwrites the correction.
    assert suivre_sources(UNE.assign(**{PSEUDONYMES: ""}), cle, ancien, nouveau)["texte"].tolist() == ["b2"]
