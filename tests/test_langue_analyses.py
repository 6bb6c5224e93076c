"""Ce que spaCy a lu d'un document se relit à l'identique, et seulement de ce document."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.cache import Magasin
from ess_analyse.langue import (
    ARBRES,
    INDICES,
    MOTS,
    Lecteur,
    decoupage,
    decouper,
    lire_phrases,
    nommer_analyse,
    nuancer,
    nuances,
)
from ess_analyse.langue import analyses as module

INDICES_ = {"R-CHARGE": ["double saisie", "ressaisir"], "O-COMP": ["formation"]}
SAUF = {"O-COMP": ["formation politique"]}
TEXTES = [
    "On a pas de double saisie.",
    "On ressaisit\u00a0tout,  hein ?",
    "",
    "Aucune formation, rien, et l'an dernier non plus !",
    "C'est aujourd'hui qu'on réduirait la double saisie.",
]
PHRASES = st.lists(st.text(alphabet="abcéœ ’'-.?!\u00a0\n😀l", max_size=30), min_size=1, max_size=5)


class Memoire(dict):
    """Un cache en mémoire, qui compte ce qu'on lui demande de ranger."""

    def prendre(self, sorte, cle):
        return self.get((sorte, cle))

    def ranger(self, sorte, cle, octets):
        self[sorte, cle] = octets


@pytest.fixture
def sans_modele(monkeypatch):
    """Interdire de charger ce qui découpe et ce qui analyse."""

    def interdire():
        pytest.fail("ce qui est gardé n'a pas à être analysé")

    def poser():
        monkeypatch.setattr(decoupage, "charger_langue", interdire)
        monkeypatch.setattr(nuances, "_charger_arbre", interdire)

    return poser


def lire(textes, cache):
    phrases = Lecteur(INDICES_, SAUF, cache).lire(textes)
    places = [[(trouve.debut, trouve.fin) for trouve in phrase.reperages] for phrase in phrases]
    return phrases, nuancer(textes, places, cache)


def test_lire_avec_ou_sans_cache_c_est_pareil(sans_modele):
    cache = Memoire()
    attendu = lire(TEXTES, None)
    assert attendu[0] == list(lire_phrases(TEXTES, INDICES_, SAUF))
    assert lire(TEXTES, cache) == attendu
    assert {sorte for sorte, _ in cache} == {MOTS, ARBRES, INDICES}
    sans_modele()
    assert lire(TEXTES, cache) == attendu


@given(PHRASES)
def test_des_mots_relus_sont_ceux_qui_ont_ete_lus(textes):
    cache = Memoire()
    premiers = Lecteur(INDICES_, SAUF, cache).lire(textes)
    assert premiers == list(lire_phrases(textes, INDICES_, SAUF))
    assert Lecteur(INDICES_, SAUF, cache).lire(textes) == premiers
    assert {cle for sorte, cle in cache if sorte == MOTS} == {nommer_analyse(textes)}


def test_les_mots_des_indices_se_gardent_aussi(sans_modele):
    cache, indices = Memoire(), ["double saisie", "d'hier"]
    attendu = list(decouper(indices))
    assert list(decouper(indices, cache)) == attendu
    sans_modele()
    assert list(decouper(iter(indices), cache)) == attendu


def test_une_grille_qui_change_ne_fait_pas_relire_les_mots(monkeypatch):
    cache = Memoire()
    lire(TEXTES, cache)
    rangees = []
    monkeypatch.setattr(cache, "ranger", lambda sorte, cle, octets: rangees.append(sorte), raising=False)
    autre = Lecteur({"O-COMP": ["formation"]}, {}, cache).lire(TEXTES)
    assert rangees == [INDICES]
    assert [trouve.indice for phrase in autre for trouve in phrase.reperages] == ["formation"]


def test_des_arbres_d_autres_phrases_sont_refaits():
    """Sous le même nom, d'autres phrases à nuances : la grille a changé, le document non."""
    cache = Memoire()
    toutes = [[(8, 25)], [], [], [(7, 16)], [(37, 50)]]
    moins = [[], [], [], [(7, 16)], []]
    nuancer(TEXTES, toutes, cache)
    avant = dict(cache)
    assert nuancer(TEXTES, moins, cache) == nuancer(TEXTES, moins)
    assert dict(cache).keys() == avant.keys()
    assert dict(cache) != avant


def test_l_arbre_d_une_phrase_ne_doit_rien_aux_autres():
    seules = [nuancer([texte], [[place]])[0] for texte, place in ((TEXTES[0], (8, 25)), (TEXTES[4], (38, 51)))]
    ensemble = nuancer([TEXTES[0], TEXTES[4]], [[(8, 25)], [(38, 51)]])
    assert seules == ensemble


@pytest.mark.parametrize("abime", [b"", b"abc", None])
def test_un_cache_qui_rend_autre_chose_est_refait(abime, tmp_path):
    cache = Magasin(tmp_path)
    attendu = lire(TEXTES, cache)
    for chemin in [chemin for chemin in tmp_path.rglob("*") if chemin.is_file()]:
        if abime is None:
            chemin.unlink()
        else:
            chemin.write_bytes(abime)
    assert lire(TEXTES, cache) == attendu
    assert cache.prendre(MOTS, nommer_analyse(TEXTES)) is not None


def test_l_analyse_d_un_autre_texte_ne_sert_pas():
    cache = Memoire()
    Lecteur(INDICES_, SAUF, cache).lire(["On verra."])
    cache[MOTS, nommer_analyse(TEXTES[:1])] = cache[MOTS, nommer_analyse(["On verra."])]
    assert Lecteur(INDICES_, SAUF, cache).lire(TEXTES[:1]) == list(lire_phrases(TEXTES[:1], INDICES_, SAUF))


def test_le_nom_d_une_analyse_change_avec_la_version_le_code_et_le_texte(monkeypatch):
    noms = {nommer_analyse(TEXTES), nommer_analyse(TEXTES[::-1]), nommer_analyse(["".join(TEXTES)])}
    with monkeypatch.context() as rustine:
        rustine.setattr(module, "decrire_versions", lambda *paquets: dict.fromkeys(paquets, "9.9"))
        noms.add(nommer_analyse(TEXTES))
    with monkeypatch.context() as rustine:
        rustine.setattr(module, "empreindre_programme", lambda *pieces: "autre code")
        noms.add(nommer_analyse(TEXTES))
    assert len(noms) == 5
    assert nommer_analyse(TEXTES) in noms
