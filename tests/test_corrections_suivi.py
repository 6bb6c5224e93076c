"""Suivre des phrases dont l'ancien texte n'existe plus."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.corrections import Phrase, Suivi

LONGUES = ("On ressaisit tout le soir.", "Le logiciel rame depuis deux ans.", "Personne ne nous a formés à ça.")
BREVES = ("Oui.", "Non.", "Bon.")


def poser(textes, locuteur="Ana"):
    phrases, debut = [], len(locuteur) + 3
    for texte in textes:
        phrases.append(Phrase(debut, debut + len(texte), locuteur, texte))
        debut += len(texte) + 1
    return phrases


def suivre(avant, apres):
    suivi = Suivi.entre(poser(avant), poser(apres))
    return list(zip(suivi.rangs, suivi.raisons, strict=True))


def test_un_texte_inchange_est_sur_repetitions_comprises():
    textes = ["Oui.", LONGUES[0], "Oui.", "Oui.", LONGUES[1]]
    assert suivre(textes, textes) == [(rang, "") for rang in range(5)]


def test_une_phrase_longue_est_suivie_meme_deplacee():
    assert suivre(LONGUES, LONGUES[::-1]) == [(2, ""), (1, ""), (0, "")]


def test_une_faute_corrigee_est_a_confirmer_et_ses_voisines_sont_sures():
    avant = [LONGUES[0], "Oui.", LONGUES[1], "Oui.", LONGUES[2]]
    apres = [avant[0], "Oui.", "Le logiciel rame depuis trois ans.", "Oui.", avant[4]]
    assert suivre(avant, apres) == [(0, ""), (1, ""), (2, "mots changés (87 %)"), (3, ""), (4, "")]


def test_une_repetition_otee_laisse_un_doute_sur_l_autre():
    avant = [LONGUES[0], "Oui.", "Oui.", LONGUES[1]]
    assert suivre(avant, [LONGUES[0], "Oui.", LONGUES[1]]) == [
        (0, ""),
        (1, "phrase répétée"),
        (None, "phrase ôtée"),
        (2, ""),
    ]


def test_deux_breves_interverties_dans_leur_passage_sont_suivies():
    assert suivre([LONGUES[0], "Oui.", "Non.", LONGUES[1]], [LONGUES[0], "Non.", "Oui.", LONGUES[1]])[1:3] == [
        (2, ""),
        (1, ""),
    ]


def test_une_phrase_jointe_a_sa_voisine_est_proposee():
    avant = ["Le matin, avant d'ouvrir la caisse, on recompte tout.", "Le soir, toujours."]
    apres = ["Le matin, avant d'ouvrir la caisse, on recompte tout, le soir, toujours."]
    assert suivre(avant, apres) == [(0, "mots changés (85 %)"), (0, "phrase coupée ou jointe")]


def test_une_breve_seule_connue_n_est_jamais_sure_si_l_ancien_texte_est_troue():
    avant = poser([LONGUES[0], "Bon.", "Oui.", LONGUES[1]])
    suivi = Suivi.entre([avant[0], avant[2], avant[3]], poser([LONGUES[0], "Oui.", LONGUES[1]]))
    assert suivi.raisons == ("", "phrase répétée", "")


def test_une_phrase_otee_est_perdue_et_rien_ne_lui_ressemble():
    assert suivre(LONGUES, LONGUES[:2])[2] == (None, "phrase ôtée")


@pytest.mark.parametrize(
    ("debut", "fin", "dit", "raison"),
    [
        (6, 32, LONGUES[0], ""),
        (6, 66, f"{LONGUES[0]} {LONGUES[1]}", ""),
        (9, 18, "ressaisit", ""),
        (6, 98, None, "phrases qui ne se suivent plus"),
        (200, 220, None, "ancien texte inconnu"),
    ],
)
def test_une_preuve_suit_ses_phrases(debut, fin, dit, raison):
    neuf = ["Bonjour à vous.", LONGUES[0], LONGUES[1], "Ça oui.", LONGUES[2]]
    suivi, texte = Suivi.entre(poser(LONGUES), poser(neuf)), "Ana : " + " ".join(neuf)
    arrivee = suivi.suivre(debut, fin)
    assert arrivee.raison == raison
    if dit:
        assert texte[slice(*arrivee.place)] == dit


def test_une_preuve_dont_une_phrase_manque_aux_feuilles_est_a_confirmer():
    avant = poser(LONGUES)
    suivi = Suivi.entre([avant[0], avant[2]], poser(["Bon.", *LONGUES]))
    assert suivi.suivre(6, avant[2].fin).raison == "phrases qui ne se suivent plus"
    suivi = Suivi.entre([avant[0], avant[2]], poser(["Bon.", LONGUES[0], LONGUES[2]]))
    assert suivi.suivre(6, avant[2].fin).raison == "ancien texte incomplet"


@given(st.lists(st.sampled_from(BREVES + LONGUES), min_size=1, max_size=12), st.data())
def test_apres_une_correction_rien_de_sur_n_est_faux(textes, data):
    """Même quand tout se répète : ôter, ajouter, intervertir."""
    suite = list(enumerate(textes))
    rang = data.draw(st.integers(0, len(suite) - 1))
    match data.draw(st.sampled_from(["oter", "ajouter", "intervertir"])):
        case "oter":
            suite.pop(rang)
        case "ajouter":
            suite.insert(rang, (-1, data.draw(st.sampled_from(BREVES + LONGUES))))
        case "intervertir":
            autre = data.draw(st.integers(0, len(suite) - 1))
            suite[rang], suite[autre] = suite[autre], suite[rang]
    if [texte for _, texte in suite] == textes:
        return
    vrais = {ancien: nouveau for nouveau, (ancien, _) in enumerate(suite)}
    for ancien, (vers, raison) in enumerate(suivre(textes, [texte for _, texte in suite])):
        if vers is not None and not raison:
            assert vrais.get(ancien) == vers
