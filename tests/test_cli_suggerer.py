"""La commande « suggerer » : la table de l'API, à l'octet, sans jamais tenir le corpus."""

from __future__ import annotations

import weakref

import pytest
from click.testing import CliRunner

import ess_analyse as ess
from ess_analyse.cache import Magasin
from ess_analyse.cli import principal
from ess_analyse.lecture import CorpusSurDisque
from ess_analyse.suggestions import documents, inventaire

COPIES = 8


def lancer(*arguments: str):
    return CliRunner().invoke(principal, ["suggerer", *arguments], prog_name="ess-analyse")


@pytest.fixture
def grande(etude):
    """L'étude des commandes, sans exemples, son premier document recopié sous d'autres noms."""
    (etude / "data/exemples").mkdir()
    texte, table = (etude / "data/corpus/E01.txt").read_text("utf-8"), etude / "data/corpus/corpus.csv"
    lignes = table.read_text("utf-8-sig")
    for rang in range(COPIES):
        # Twice the same text would share what the cache keeps of it.
        (etude / f"data/corpus/F{rang}.txt").write_text(f"{texte}\nVéra : Et {rang} fois.\n", encoding="utf-8")
        lignes += f"F{rang};entretien;S1;direction;2025-03;publique\n"
    table.write_text(lignes, encoding="utf-8")
    return etude


@pytest.fixture
def un_par_groupe(monkeypatch):
    monkeypatch.setattr(documents, "_PAQUET", 1)


def lire(etude):
    segments = ess.segmenter(ess.lire_corpus(etude / "data/corpus"))
    return segments, ess.lire_grille(etude / "data/grille.yml")


def par_l_api(etude):
    """Écrire la table que l'API rend de toute l'étude, et rendre ses octets."""
    segments, grille = lire(etude)
    codages = ess.consolider(ess.lire_codages(etude / "data/codages", segments, grille))
    exemples = ess.lire_exemples(etude / "data/exemples")
    ess.ecrire_suggestions(etude / "api.csv", ess.suggerer(segments, grille, codages, exemples=exemples, seuil={}))
    return (etude / "api.csv").read_bytes()


@pytest.fixture
def suivis(monkeypatch):
    """Les textes lus, à mesure, et combien d'entretiens et de documents ont été tenus à la fois."""
    lus, vivants, plus = [], {"entretiens": [], "documents": []}, {"entretiens": 0, "documents": 0}

    def suivre(sorte, objet):
        vivants[sorte] = [vivant for vivant in vivants[sorte] if vivant() is not None] + [weakref.ref(objet)]
        plus[sorte] = max(plus[sorte], len(vivants[sorte]))
        return objet

    def lire_un(corpus, nom, *reste):
        lus.append(nom)
        return suivre("entretiens", lire_entretien(corpus, nom, *reste))

    lire_entretien, couper = CorpusSurDisque._lire, inventaire.couper_tables
    monkeypatch.setattr(CorpusSurDisque, "_lire", lire_un)
    monkeypatch.setattr(inventaire, "couper_tables", lambda tables: (suivre("documents", un) for un in couper(tables)))
    return lus, plus


def test_la_table_est_celle_de_l_api_et_il_n_y_a_jamais_que_quelques_documents(grande, un_par_groupe, suivis):
    lus, plus = suivis
    noms = ["E01", "E02", *(f"F{rang}" for rang in range(COPIES))]
    assert lancer().exit_code == 0
    assert lus == noms * 2
    # Those that a person has coded, the one being read, the one whose place it takes.
    assert plus["entretiens"] <= 2
    assert plus["documents"] <= 4 < len(noms)

    lus.clear()
    with (grande / "data/corpus/F3.txt").open("a", encoding="utf-8") as texte:
        texte.write("\nVéra : On ressaisit encore.\n")
    assert lancer().exit_code == 0
    assert lus == [*noms, "F3"]
    assert (grande / "data/suggestions.csv").read_bytes() == par_l_api(grande)


def test_une_part_qui_disparait_du_cache_en_route_est_refaite(grande, monkeypatch):
    assert lancer().exit_code == 0
    attendue = (grande / "data/suggestions.csv").read_bytes()
    (grande / "data/suggestions.csv").unlink()
    prendre, vues = Magasin.prendre, []

    def perdre(magasin, sorte, cle):
        """Avoir chaque part au premier regard, et n'avoir plus la première quand vient son tour."""
        vues.extend([cle] * (sorte == "parts"))
        perdue = sorte == "parts" and cle == vues[0] and vues.count(cle) == 2
        return None if perdue else prendre(magasin, sorte, cle)

    monkeypatch.setattr(Magasin, "prendre", perdre)
    resultat = lancer()
    assert resultat.exit_code == 0, resultat.output
    assert vues.count(vues[0]) == 2
    assert (grande / "data/suggestions.csv").read_bytes() == attendue


def test_un_texte_change_pendant_le_calcul_est_refuse_et_la_table_d_avant_reste(grande, un_par_groupe, monkeypatch):
    lire_un = CorpusSurDisque.__getitem__

    def corriger(corpus, nom):
        """Corriger le dernier texte dès qu'un premier est relu."""
        (corpus.dossier / f"F{COPIES - 1}.txt").write_text("Véra : Autre chose.\n", encoding="utf-8")
        return lire_un(corpus, nom)

    (grande / "data/suggestions.csv").write_bytes(b"avant")
    with monkeypatch.context() as rustine:
        rustine.setattr(CorpusSurDisque, "__getitem__", corriger)
        resultat = lancer()
    assert resultat.exit_code == 1
    assert "F7 : ce document a changé pendant le calcul" in resultat.output
    assert (grande / "data/suggestions.csv").read_bytes() == b"avant"
    faites = len(list((grande / ".ess/cache/parts").iterdir()))
    assert faites == COPIES + 1
    assert lancer().exit_code == 0


# ─── Les fautes ───


def test_toutes_les_fautes_du_corpus_sont_dites_ensemble(grande):
    (grande / "data/corpus/F2.txt").unlink()
    (grande / "data/corpus/F5.txt").write_bytes(b"\x81\x8d\x8f")
    table = grande / "data/corpus/corpus.csv"
    table.write_text(table.read_text("utf-8").replace("F6;entretien", "F6;entretient"), encoding="utf-8")
    resultat = lancer()
    assert resultat.exit_code == 1
    for dit in ("F2.txt : fichier introuvable", "F5.txt : encodage inconnu", "type inconnu (« entretient »)"):
        assert dit in resultat.output
    assert not (grande / "data/suggestions.csv").exists()


def test_les_fautes_des_feuilles_sont_dites_comme_si_tout_etait_tenu(grande):
    """Deux fautes, dont l'une demande le nom d'un document où personne n'a codé."""
    feuille = grande / "data/codages/lea.csv"
    lignes = feuille.read_text("utf-8") + "F-2:0-9;Véra;Bon.;-;;\nE02:0-9;Samir;Awa me montre la caisse.;-;;\n"
    feuille.write_text(lignes, encoding="utf-8")
    resultat = lancer()
    with pytest.raises(ess.ErreurDonnees) as prise:
        ess.lire_codages(grande / "data/codages", *lire(grande))
    assert resultat.exit_code == 1
    assert [probleme.message for probleme in prise.value.problemes] == [
        "entretien absent du corpus",
        "segment déplacé",
    ]
    assert "vouliez-vous dire « F2 »" in str(prise.value).replace("Vouliez", "vouliez")
    # The terminal folds long lines.
    dit = " ".join(resultat.output.split())
    for probleme in prise.value.problemes:
        assert " ".join(str(probleme).split()) in dit


def test_une_feuille_illisible_est_dite_une_fois(grande):
    (grande / "data/codages/paul.csv").write_text("segmant;codes\n", encoding="utf-8")
    resultat = lancer()
    assert resultat.exit_code == 1
    assert resultat.output.count("colonne inconnue (« segmant »)") == 1
