"""Un texte corrigé garde le temps de ses tours : chacun suit ses mots, rien n'est demandé."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from ess_analyse.cli import principal
from ess_analyse.corrections import appliquer_recalage, preparer_recalage
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude
from ess_analyse.fichiers import lire_table, lire_texte
from ess_analyse.lecture import lire_corpus
from ess_analyse.modele import TEMPS, Place


@pytest.fixture
def datee(etude):
    """La petite étude, où le tour de rang n commence à la seconde 10 n."""
    etude = Etude(etude)
    corpus = lire_corpus(etude.corpus)
    lignes = [
        f"{Place(un.identifiant, tour.debut, tour.fin)};{10 * rang};{10 * rang + 5}"
        for un in corpus
        for rang, tour in enumerate(un.tours)
    ]
    etude.temps.write_text("segment;debut;fin\n" + "\n".join(lignes) + "\n", encoding="utf-8")
    return etude


def modifier(etude: Etude, nom: str, avant: str, apres: str) -> None:
    chemin = etude.corpus / f"{nom}.txt"
    texte = lire_texte(chemin)
    assert avant in texte
    chemin.write_text(texte.replace(avant, apres), encoding="utf-8")


def recaler(etude: Etude):
    recalage = preparer_recalage(etude)
    appliquer_recalage(etude, recalage)
    return recalage


def dater(etude: Etude, nom: str) -> dict[str, tuple[float, float] | None]:
    entretien = lire_corpus(etude.corpus)[nom]
    return {entretien.extrait(tour.debut, tour.fin): tour.temps for tour in entretien.tours}


def test_sans_correction_rien_ne_change(datee):
    avant = datee.temps.read_bytes()
    assert not recaler(datee).contenus
    assert datee.temps.read_bytes() == avant


def test_un_tour_ajoute_decale_les_places_et_garde_les_temps(datee):
    avant = dater(datee, "E01")
    modifier(datee, "E01", "Enquêtrice : Et", "Enquêtrice : Bonjour à vous.\n\nEnquêtrice : Et")
    with pytest.raises(ErreurDonnees, match=r"aucun tour à cette place.*recaler E01"):
        lire_corpus(datee.corpus)
    recaler(datee)
    apres = dater(datee, "E01")
    assert apres.pop("Bonjour à vous.") is None
    assert apres == avant


def test_une_faute_corrigee_garde_le_temps_sans_rien_demander(datee):
    avant = list(dater(datee, "E01").values())
    modifier(datee, "E01", "ressaisit le soir", "ressaisit chaque soir")
    recaler(datee)
    assert list(dater(datee, "E01").values()) == avant


def test_un_tour_ote_est_mis_de_cote_avec_son_temps(datee):
    corpus = lire_corpus(datee.corpus)
    tour = corpus["E01"].tours[-1]
    texte, mots = lire_texte(datee.corpus / "E01.txt"), corpus["E01"].extrait(tour.debut, tour.fin)
    ote = texte[: tour.debut - len(f"{tour.locuteur} : ")].rstrip() + "\n"
    (datee.corpus / "E01.txt").write_text(ote, encoding="utf-8")
    recalage = recaler(datee)
    assert mots not in dater(datee, "E01")
    perdu = recalage.perdus[recalage.perdus["ou"] == "data/corpus/temps.csv"]
    assert perdu["segment"].tolist() == [str(Place("E01", tour.debut, tour.fin))]
    assert perdu["memo"].tolist() == [f"de {tour.temps[0]:g} à {tour.temps[1]:g} secondes"]
    assert perdu["raison"].tolist() == ["aucun tour ne dit plus ces mots"]


def test_deux_tours_reunis_ont_le_temps_des_deux(datee):
    corpus = lire_corpus(datee.corpus)
    rang = next(k for k, tour in enumerate(corpus["E01"].tours) if k and tour.locuteur == "Véra")
    un, deux = corpus["E01"].tours[rang - 1 : rang + 1]
    texte = lire_texte(datee.corpus / "E01.txt")
    reunis = f"{texte[: un.fin]} {texte[deux.debut :]}"
    (datee.corpus / "E01.txt").write_text(reunis, encoding="utf-8")
    recaler(datee)
    assert lire_corpus(datee.corpus)["E01"].tours[rang - 1].temps == (un.temps[0], deux.temps[1])


def test_un_texte_que_personne_n_a_code_garde_ce_qui_n_a_pas_bouge(datee):
    for feuille in datee.codages.iterdir():
        feuille.unlink()
    dernier = lire_corpus(datee.corpus)["E02"].tours[-1]
    modifier(
        datee, "E02", lire_corpus(datee.corpus)["E02"].extrait(dernier.debut, dernier.fin), "Autre chose, dit ici."
    )
    recaler(datee)
    temps = list(dater(datee, "E02").values())
    assert None not in temps[:-1]
    assert temps[-1] is None


def test_un_entretien_non_choisi_n_est_pas_touche(datee):
    modifier(datee, "E01", "Enquêtrice : Et", "Enquêtrice : Bonjour à vous.\n\nEnquêtrice : Et")
    avant = lire_table(datee.temps, TEMPS)
    appliquer_recalage(datee, preparer_recalage(datee, ["E02"]))
    assert lire_table(datee.temps, TEMPS).equals(avant)


def test_la_cle_deplace_aussi_les_temps(datee, monkeypatch):
    monkeypatch.chdir(datee.racine)
    avant = list(dater(datee, "E01").values())
    texte = lire_texte(datee.corpus / "E01.txt")
    (datee.corpus / "E01.txt").write_text(texte.replace("C'est long, hein.", "C'est Fatou, hein."), encoding="utf-8")
    datee.temps.unlink()
    corpus = lire_corpus(datee.corpus)
    lignes = [
        f"{Place('E01', tour.debut, tour.fin)};{a};{b}" for tour, (a, b) in zip(corpus["E01"].tours, avant, strict=True)
    ]
    datee.temps.write_text("segment;debut;fin\n" + "\n".join(lignes) + "\n", encoding="utf-8")
    for feuille in datee.codages.iterdir():
        feuille.unlink()
    resultat = CliRunner().invoke(principal, ["cle", "appliquer"])
    assert resultat.exit_code == 0, resultat.output
    assert "C'est Awa, hein." in lire_texte(datee.corpus / "E01.txt")
    assert list(dater(datee, "E01").values()) == avant


def test_la_table_des_temps_mal_faite_est_dite(datee):
    datee.temps.write_text("segment;debut\nE01:1-2;3\n", encoding="utf-8")
    with pytest.raises(ErreurDonnees, match="colonne manquante"):
        preparer_recalage(datee)


def test_ce_qui_n_est_pas_une_place_reste_pour_etre_dit(datee):
    datee.temps.write_text("segment;debut;fin\nE01;1;2\n", encoding="utf-8")
    assert Path(datee.temps) not in preparer_recalage(datee).contenus
