"""Les suggestions par document : rien n'est refait pour rien, rien ne manque, et le fichier est le même à l'octet."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import ess_analyse as ess
from ess_analyse.cache import Magasin, ouvrir_magasin
from ess_analyse.cli import principal
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.langue import MOTS, nommer_analyse
from ess_analyse.modele import CODAGES
from ess_analyse.suggestions import (
    Demande,
    documents,
    ecrire_parts,
    inventorier,
    oublier_parts,
    proposer_parts,
    suggerer,
    travail,
)

RACINE = Path(__file__).parents[1]
SANS = pd.DataFrame({"texte": [], "codes": []}, dtype="str")
DOCUMENTS = ("E01", "E02", "O01")


@pytest.fixture(scope="module")
def grille():
    return ess.lire_grille(RACINE / "data/grille.yml")


@pytest.fixture(scope="module")
def segments():
    segments = ess.segmenter(ess.lire_corpus(RACINE / "data/corpus"))
    return segments[segments["entretien"].isin(DOCUMENTS)].groupby("entretien").head(30).reset_index(drop=True)


@pytest.fixture(scope="module")
def codages(segments):
    lues = segments.loc[segments["entretien"] == "E01", "segment"].tolist()[::2]
    codes = ["R-CHARGE", "-", "O-COMP", "-", "P-GESTION"]
    return pd.DataFrame([(nom, "ana", codes[rang % 5], "humain") for rang, nom in enumerate(lues)], columns=CODAGES)


@pytest.fixture(scope="module")
def attendue(segments, grille, codages):
    return suggerer(segments, grille, codages, exemples=SANS)


@pytest.fixture(scope="module")
def plein(tmp_path_factory, segments, grille, codages):
    """Un cache rempli une fois ; chaque test en prend une copie."""
    cache = Magasin(tmp_path_factory.mktemp("plein") / "cache")
    suggerer(segments, grille, codages, exemples=SANS, cache=cache)
    return cache


@pytest.fixture
def cache(plein, tmp_path):
    shutil.copytree(plein.dossier, tmp_path / "cache")
    return Magasin(tmp_path / "cache")


@pytest.fixture
def calcules(monkeypatch):
    """Les documents réellement notés, à mesure."""
    faits, travailler = [], travail.travailler

    def espionner(prepare, groupe):
        faits.extend(document["entretien"].iloc[0] for document in groupe)
        return travailler(prepare, groupe)

    monkeypatch.setattr(travail, "travailler", espionner)
    return faits


def demander(segments, grille, codages, **autres):
    """De quoi appeler ``proposer_parts``."""
    return Demande(segments, grille, codages, SANS, **autres), inventorier([segments])


def photographier(dossier):
    return {chemin.relative_to(dossier): chemin.read_bytes() for chemin in dossier.rglob("[!.]*") if chemin.is_file()}


# ─── Les mêmes suggestions ───


def test_avec_un_cache_vide_ou_plein_les_suggestions_sont_les_memes(segments, grille, codages, attendue, tmp_path):
    cache = Magasin(tmp_path)
    for _ in range(2):
        table = suggerer(segments, grille, codages, exemples=SANS, cache=cache)
        pd.testing.assert_frame_equal(table, attendue)


def test_le_fichier_est_celui_d_ecrire_suggestions_a_l_octet(segments, grille, codages, attendue, cache, tmp_path):
    ess.ecrire_suggestions(tmp_path / "entier.csv", attendue)
    faites = proposer_parts(*demander(segments, grille, codages), cache=cache)
    bilan = ecrire_parts(tmp_path / "parts.csv", faites, grille)
    assert (tmp_path / "parts.csv").read_bytes() == (tmp_path / "entier.csv").read_bytes()
    retenues = attendue[attendue["retenu"]]
    assert bilan["phrases"] == len(segments)
    assert bilan["suggerees"] == retenues["segment"].nunique()
    assert bilan["retenues"] == {code: int((retenues["code"] == code).sum()) for code in grille.ids()}
    assert sum(bilan["retenues"].values()) > 0
    pd.testing.assert_frame_equal(ess.lire_suggestions(tmp_path / "parts.csv", segments, grille), attendue)


def test_deux_processus_donnent_les_memes(segments, grille, codages, attendue, cache):
    cache.nettoyer("parts", [])
    table = suggerer(segments, grille, codages, exemples=SANS, cache=cache, processus=2)
    pd.testing.assert_frame_equal(table, attendue)


def test_un_long_document_est_pris_en_plusieurs_fois(segments, grille, codages, attendue, monkeypatch, tmp_path):
    monkeypatch.setattr(documents, "_PLUS_LONG", 7)
    monkeypatch.setattr(documents, "_PAQUET", 10)
    table = suggerer(segments, grille, codages, exemples=SANS, cache=Magasin(tmp_path))
    pd.testing.assert_frame_equal(table, attendue)


def test_sans_segment_il_n_y_a_rien(segments, grille, tmp_path):
    demande = demander(segments.iloc[:0], grille, None)
    assert list(proposer_parts(*demande, cache=Magasin(tmp_path))) == []
    bilan = ecrire_parts(tmp_path / "s.csv", [], grille)
    assert (bilan["phrases"], set(bilan["retenues"].values())) == (0, {0})
    assert ess.lire_suggestions(tmp_path / "s.csv", segments, grille).empty


def test_une_demande_qui_ne_tient_pas_est_refusee_meme_si_tout_est_fait(segments, grille, codages):
    with pytest.raises(ErreurDonnees, match="code inconnu"):
        demander(segments, grille, codages, seuil={"R-RIEN": 0.5})
    with pytest.raises(ErreurDonnees, match="segment absent"):
        demander(segments, grille, codages.assign(segment="E09:1-2"))


# ─── Ce qui est refait ───


def test_rien_ne_change_rien_n_est_refait_ni_charge(segments, grille, codages, cache, calcules, monkeypatch):
    monkeypatch.setattr(travail, "apprendre_etude", lambda *_: pytest.fail("rien n'est à apprendre"))
    avant = photographier(cache.dossier)
    suivis = []
    faites = list(proposer_parts(*demander(segments, grille, codages), cache=cache, suivre=suivis.append))
    assert len(faites) == len(DOCUMENTS)
    assert calcules == []
    assert suivis == [len(segments)]
    assert photographier(cache.dossier) == avant


@pytest.mark.parametrize(("nom", "appris"), [("O01", False), ("E01", True)])
def test_un_document_modifie_est_seul_refait(segments, grille, codages, cache, calcules, monkeypatch, nom, appris):
    """Une phrase codée qui change de mots change ce que la machine a appris : tous les documents sont alors notés."""
    change = segments.copy()
    rang = change.index[change["entretien"] == nom][0]
    change.loc[rang, "texte"] = change.loc[rang, "texte"].replace("e", "é")
    lus = []
    ranger = Magasin.ranger
    monkeypatch.setattr(Magasin, "ranger", lambda *demande: lus.append(demande[1]) or ranger(*demande))
    table = suggerer(change, grille, codages, exemples=SANS, cache=cache)
    assert calcules == (list(DOCUMENTS) if appris else [nom])
    assert lus.count(MOTS) == 1
    assert lus.count("savoir") == appris
    pd.testing.assert_frame_equal(table, suggerer(change, grille, codages, exemples=SANS))


def test_changer_d_avis_renote_sans_reanalyser(segments, grille, codages, cache, calcules, monkeypatch):
    rangees, ranger = [], Magasin.ranger
    monkeypatch.setattr(Magasin, "ranger", lambda *demande: rangees.append(demande[1]) or ranger(*demande))
    autres = codages.assign(code=codages["code"].replace("O-COMP", "-"))
    table = suggerer(segments, grille, autres, exemples=SANS, cache=cache)
    assert calcules == list(DOCUMENTS)
    assert sorted(rangees) == ["parts", "parts", "parts", "savoir"]
    pd.testing.assert_frame_equal(table, suggerer(segments, grille, autres, exemples=SANS))


@pytest.mark.parametrize("change", ["seuil", "rangs", "exemples", "programme", "version"])
def test_ce_dont_les_scores_dependent_les_fait_refaire(segments, grille, codages, cache, calcules, monkeypatch, change):
    reglages, exemples = {}, SANS
    if change == "seuil":
        reglages = {"seuil": 0.9}
    elif change == "rangs":
        reglages = {"rangs": 2}
    elif change == "exemples":
        exemples = pd.DataFrame({"texte": ["On ressaisit."], "codes": ["R-CHARGE"]})
    elif change == "programme":
        monkeypatch.setattr(f"{Demande.__module__}.empreindre_programme", lambda *pieces: "une ligne a changé")
    else:
        monkeypatch.setattr(f"{Demande.__module__}.decrire_versions", lambda *paquets: {"scikit-learn": "9.9"})
    demande = Demande(segments, grille, codages, exemples, **reglages)
    assert len(list(proposer_parts(demande, inventorier([segments]), cache=cache))) == len(DOCUMENTS)
    assert calcules == list(DOCUMENTS)


def test_un_ordre_different_des_memes_codages_ne_change_rien(segments, grille, codages):
    tous, retournes, moins = (demander(segments, grille, lus)[0] for lus in (codages, codages[::-1], codages[:-1]))
    assert tous.savoir == retournes.savoir != moins.savoir


def test_des_fichiers_abimes_sont_refaits(segments, grille, codages, attendue, cache, calcules):
    for chemin in (cache.dossier / "parts").iterdir():
        chemin.write_bytes(chemin.read_bytes()[:-3])
    table = suggerer(segments, grille, codages, exemples=SANS, cache=cache)
    assert calcules == list(DOCUMENTS)
    pd.testing.assert_frame_equal(table, attendue)


def test_d_un_document_retire_le_cache_ne_garde_rien(segments, grille, codages, cache):
    restants = segments[segments["entretien"] != "O01"].reset_index(drop=True)
    suggerer(restants, grille, codages, exemples=SANS, cache=cache)
    gardes = {sorte: {chemin.name for chemin in (cache.dossier / sorte).iterdir()} for sorte in (MOTS, "parts")}
    textes = [lus["texte"].tolist() for _, lus in segments.groupby("entretien")]
    assert gardes[MOTS] == {nommer_analyse(lus) for lus in textes[:2]}
    assert len(gardes["parts"]) == 2
    neuf = Magasin(cache.dossier.with_name("neuf"))
    suggerer(restants, grille, codages, exemples=SANS, cache=neuf)
    assert photographier(cache.dossier) == photographier(neuf.dossier)


def test_oublier_ne_laisse_rien(cache):
    assert photographier(cache.dossier)
    oublier_parts(cache)
    assert not photographier(cache.dossier)


# ─── Interrompre, tuer, reprendre ───


def test_un_calcul_interrompu_reprend_ou_il_en_etait(
    segments, grille, codages, attendue, tmp_path, calcules, monkeypatch
):
    monkeypatch.setattr(documents, "_PAQUET", 1)
    cache, demande = Magasin(tmp_path), demander(segments, grille, codages)
    interrompu = proposer_parts(*demande, cache=cache)
    next(interrompu)
    next(interrompu)
    interrompu.close()
    assert calcules == ["E01", "E02"]
    table = suggerer(segments, grille, codages, exemples=SANS, cache=cache)
    assert calcules == ["E01", "E02", "O01"]
    pd.testing.assert_frame_equal(table, attendue)


@pytest.fixture(scope="module")
def grande(tmp_path_factory):
    """Une étude de 29 documents, sans exemples ni codages : de quoi être tuée au premier de deux groupes."""
    racine = tmp_path_factory.mktemp("grande")
    (racine / "data/corpus").mkdir(parents=True)
    (racine / "data/exemples").mkdir()
    shutil.copy(RACINE / "data/grille.yml", racine / "data")
    table = ess.lire_table(RACINE / "data/corpus/corpus.csv", ess.modele.DOCUMENTS)
    tables = [table, table.head(6)]
    for tour, siens in zip(("", "b"), tables, strict=True):
        for nom in siens["entretien"]:
            shutil.copy(RACINE / f"data/corpus/{nom}.txt", racine / f"data/corpus/{nom}{tour}.txt")
    tables[1] = tables[1].assign(entretien=tables[1]["entretien"] + "b")
    ess.ecrire_table(racine / "data/corpus/corpus.csv", pd.concat(tables))
    return racine


def test_tue_au_milieu_il_reprend_et_finit_comme_d_un_trait(grande, calcules):
    commande = [sys.executable, "-m", "ess_analyse", "--etude", str(grande), "suggerer"]
    parts_ = grande / ".ess/cache/parts"
    processus = subprocess.Popen(commande, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        while processus.poll() is None and not (parts_.is_dir() and any(parts_.iterdir())):
            time.sleep(0.01)
    finally:
        processus.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        processus.communicate()
    assert not (grande / "data/suggestions.csv").exists()
    cles = {chemin.name for chemin in parts_.iterdir() if not chemin.name.startswith(".")}
    segments, grille_ = (
        ess.segmenter(ess.lire_corpus(grande / "data/corpus")),
        ess.lire_grille(grande / "data/grille.yml"),
    )
    inventaire = inventorier([segments])
    demande = Demande(segments, grille_, None, ess.lire_exemples(grande / "data/exemples"), {})
    faits = {fiche.entretien for fiche in inventaire if demande.nommer(fiche) in cles}
    assert 0 < len(faits) < len(list(inventaire)) == 29

    resultat = CliRunner().invoke(principal, ["--etude", str(grande), "suggerer"])
    assert resultat.exit_code == 0, resultat.output
    assert sorted([*faits, *calcules]) == sorted(segments["entretien"].unique())
    d_un_trait = suggerer(segments, grille_, exemples=demande.exemples, seuil={})
    ess.ecrire_suggestions(grande / "d_un_trait.csv", d_un_trait)
    assert (grande / "data/suggestions.csv").read_bytes() == (grande / "d_un_trait.csv").read_bytes()
    assert [chemin.name for chemin in (grande / "data").iterdir() if chemin.name.startswith(".ess-")] == []
    assert len(list(parts_.iterdir())) == 29
    assert ouvrir_magasin(grande).prendre("jalons", "suggerer") is not None
