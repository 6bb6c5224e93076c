"""Changer un texte déjà codé : tout ce qui le cite suit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.cli import principal
from ess_analyse.corrections import Deplacement, suivre_textes
from ess_analyse.etude import Etude
from ess_analyse.feuilles import lire_feuille
from ess_analyse.fichiers import lire_texte
from ess_analyse.lecture import lire_corpus
from ess_analyse.modele import Entretien

AVANT = "Ana : On voit Élodie le soir. C'est long, hein."


def changer(corpus, ancien, nouveau):
    entretiens = tuple(
        Entretien.depuis_texte(e.identifiant, e.texte.replace(ancien, nouveau), parle=True) for e in corpus
    )
    return replace(corpus, entretiens=entretiens)


@pytest.mark.parametrize(
    ("apres", "dit"),
    [
        (AVANT.replace("Élodie", "Marie-Jo"), "On voit Marie-Jo le soir."),
        (AVANT.replace("d'Élodie", "de Marion"), "On voit Élodie le soir."),
        (AVANT.replace("On voit ", ""), "Élodie le soir."),
        (AVANT.replace("Ana", "Une salariée"), "On voit Élodie le soir."),
        (AVANT.replace("soir", "soir, tard"), "On voit Élodie le soir, tard."),
        ("Bref. " + AVANT, "On voit Élodie le soir."),
    ],
)
def test_une_phrase_est_retrouvee(apres, dit):
    debut = AVANT.index("On voit")
    place = Deplacement.entre(AVANT, apres).suivre(debut, AVANT.index(" C'est"))
    assert apres[slice(*place)] == dit


def test_une_phrase_otee_n_est_nulle_part():
    debut = AVANT.index(" C'est")
    assert Deplacement.entre(AVANT, AVANT[:debut]).suivre(debut, len(AVANT)) is None


@given(
    st.lists(st.lists(st.sampled_from(["oui", "Élodie", "là", "bon", "pesée"]), min_size=1), min_size=1, max_size=20)
)
def test_chaque_phrase_d_un_texte_pseudonymise_est_retrouvee(phrases):
    dites = [f"{' '.join(mots)} {rang}." for rang, mots in enumerate(phrases)]
    ancien, debut = " ".join(dites), 0
    suivi = Deplacement.entre(ancien, nouveau := ancien.replace("Élodie", "Marie-Jo"))
    for dite in dites:
        place = suivi.suivre(debut, debut + len(dite))
        assert nouveau[slice(*place)] == dite.replace("Élodie", "Marie-Jo")
        debut += len(dite) + 1


@given(st.lists(st.sampled_from(["oui", "non", " ", ".", "Élodie", "là"]), max_size=30), st.data())
def test_un_texte_inchange_garde_toutes_ses_places(mots, data):
    texte = "".join(mots) + "."
    debut = data.draw(st.integers(0, len(texte) - 1))
    fin = data.draw(st.integers(debut + 1, len(texte)))
    assert Deplacement.entre(texte, texte).suivre(debut, fin) == (debut, fin)


@given(st.text("ab .", max_size=30), st.text("ab .", max_size=30), st.data())
def test_une_place_suivie_est_toujours_dans_le_nouveau_texte(ancien, nouveau, data):
    if not ancien:
        return
    debut = data.draw(st.integers(0, len(ancien) - 1))
    fin = data.draw(st.integers(debut + 1, len(ancien)))
    place = Deplacement.entre(ancien, nouveau).suivre(debut, fin)
    assert place is None or 0 <= place[0] < place[1] <= len(nouveau)


def test_codages_enseignements_et_diffusion_suivent(etude):
    (etude / "data/corpus/diffusion.csv").write_text("segment;diffusion;motif\nE01:63-80;restreinte;\n", "utf-8")
    ancien = lire_corpus(Etude(etude).corpus)
    nouveau = changer(ancien, "Et les pesées ?", "Et les pesées du matin, alors ?")
    changes = suivre_textes(Etude(etude), ancien, nouveau)
    assert {chemin.name for chemin in changes} == {"E01.txt", "lea.csv", "1-ressaisie.md", "diffusion.csv"}
    feuille = lire_feuille(etude / "data/codages/lea.csv")
    assert feuille["codes"].tolist() == ["-", "R-CHARGE P-GESTION", "R-CHARGE", "-", "O-SOUTIEN", "-"]
    for segment, texte in zip(feuille["segment"], feuille["texte"], strict=True):
        assert nouveau.extrait(segment) == texte
    assert "[@E01:53-78]" in lire_texte(etude / "data/enseignements/1-ressaisie.md")
    assert "E01:79-96" in lire_texte(etude / "data/corpus/diffusion.csv")
    verification = CliRunner().invoke(principal, ["verifier"])
    assert verification.exit_code == 0, verification.output


def test_sans_changement_rien_n_est_ecrit(etude):
    corpus = lire_corpus(Etude(etude).corpus)
    assert suivre_textes(Etude(etude), corpus, corpus) == []


def test_les_paroles_recopiees_sont_reecrites(etude):
    ancien = lire_corpus(Etude(etude).corpus)
    nouveau = changer(ancien, "ressaisit", "recopie")
    suivre_textes(Etude(etude), ancien, nouveau, lambda paroles: paroles.replace("ressaisit", "recopie"))
    assert "« On les recopie le soir »" in lire_texte(etude / "data/enseignements/1-ressaisie.md")
    assert CliRunner().invoke(principal, ["verifier"]).exit_code == 0


def test_un_suivi_interrompu_se_refait_sans_deplacer_deux_fois(etude, monkeypatch):
    ancien = lire_corpus(Etude(etude).corpus)
    nouveau = changer(ancien, "Et les pesées ?", "Et les pesées du matin, alors ?")
    avant = {chemin: chemin.read_bytes() for chemin in (etude / "data").rglob("*.*") if chemin.is_file()}

    def panne(self, cible):
        raise OSError("disque plein")

    with monkeypatch.context() as coupure:
        coupure.setattr("pathlib.Path.replace", panne)
        with pytest.raises(Exception, match="écriture impossible"):
            suivre_textes(Etude(etude), ancien, nouveau)
    assert {chemin: chemin.read_bytes() for chemin in avant} == avant
    assert not list((etude / "data").rglob(".ess-*"))


def test_une_ligne_qui_ne_redit_pas_l_ancien_texte_n_est_pas_touchee(etude):
    feuille = etude / "data/codages/lea.csv"
    feuille.write_text(lire_texte(feuille).replace("C'est long, hein.", "Autre chose."), "utf-8")
    ancien = lire_corpus(Etude(etude).corpus)
    suivre_textes(Etude(etude), ancien, changer(ancien, "Et les pesées ?", "Et les pesées du matin ?"))
    assert "E01:63-80" in lire_feuille(feuille)["segment"].tolist()
