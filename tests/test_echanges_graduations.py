import unicodedata
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.echanges.graduations import Graduation, compter_octets, compter_utf16, memes_mots

SIGNES = st.text(st.sampled_from("abé…œ🙂👩\u200d\u0301\u0327\u00a0\n .\u0958\u1e69"), min_size=1, max_size=40)


@given(st.characters(codec="utf-8"))
def test_les_octets_sont_ceux_de_utf_8(signe):
    assert compter_octets(signe) == len(signe.encode())


@given(st.characters(codec="utf-8"))
def test_les_unites_sont_celles_de_utf_16(signe):
    assert compter_utf16(signe) == len(signe.encode("utf-16-le")) // 2


@pytest.mark.parametrize("compter", [compter_octets, compter_utf16, lambda signe: 1])
@given(data=st.data(), texte=SIGNES)
def test_un_passage_revient_sur_ses_mots(data, texte, compter):
    texte = unicodedata.normalize("NFC", texte)
    debut = data.draw(st.integers(0, len(texte) - 1))
    fin = data.draw(st.integers(debut + 1, len(texte)))
    places = [0, *accumulate(map(compter, texte))]
    graduation = Graduation.depuis((signe, compter(signe)) for signe in texte)
    place = graduation.situer(places[debut], places[fin])
    if texte[debut:fin].strip():
        assert graduation.texte[slice(*place)] == texte[debut:fin].strip()
        assert debut <= place[0] < place[1] <= fin
    else:
        assert place is None


@given(data=st.data(), texte=SIGNES)
def test_un_passage_de_texte_decompose_revient_compose(data, texte):
    """Entre deux lettres, quelle que soit la forme des accents, les mots sont les mêmes."""
    texte = unicodedata.normalize("NFD", texte)
    bords = [rang for rang, signe in enumerate(texte) if not unicodedata.combining(signe)] + [len(texte)]
    debut, fin = sorted(data.draw(st.tuples(st.sampled_from(bords), st.sampled_from(bords))))
    graduation = Graduation.simple(texte)
    place = graduation.situer(debut, fin)
    voulu = unicodedata.normalize("NFC", texte[debut:fin]).strip()
    assert (graduation.texte[slice(*place)] if place else "") == voulu


@given(SIGNES)
def test_les_departs_croissent_et_couvrent_le_texte(texte):
    graduation = Graduation.depuis((signe, compter_octets(signe)) for signe in texte)
    assert list(graduation.departs) == sorted(graduation.departs)
    assert len(graduation.departs) == len(graduation.texte) + 1
    assert graduation.departs[-1] == len(texte.encode())


def test_simple_et_depuis_graduent_pareil():
    texte = "E\u0301te\u0301, c\u0327a va"
    simple, autre = Graduation.simple(texte), Graduation.depuis((signe, 1) for signe in texte)
    assert (simple.texte, list(simple.departs)) == (autre.texte, list(autre.departs))
    assert simple.texte == "Été, ça va"


@pytest.mark.parametrize(
    ("debut", "fin", "attendu"),
    [
        (-1, 3, None),
        (0, 99, None),
        (3, 3, None),
        (5, 2, None),
        (2**63, 2**63 + 1, None),
        (0, 2, "É"),
        (1, 5, "té"),
        (0, 1, "É"),
        (3, 4, "é"),
    ],
)
def test_une_position_fausse_ou_au_milieu_d_un_signe(debut, fin, attendu):
    graduation = Graduation.depuis((signe, compter_octets(signe)) for signe in "Été")
    place = graduation.situer(debut, fin)
    assert (place and graduation.texte[slice(*place)]) == attendu


def test_ce_qui_est_ajoute_ne_compte_pas_et_ce_qui_est_ote_compte():
    graduation = Graduation.depuis([("", 3), ("a", 1), ("\n", 0), ("\n", 0), ("", 5), ("b", 1)])
    assert graduation.texte == "a\n\nb"
    assert graduation.situer(3, 4) == (0, 1)
    assert graduation.situer(9, 10) == (3, 4)
    assert graduation.situer(0, 10) == (0, 4)
    assert graduation.situer(4, 9) is None


def test_un_texte_vide_n_a_aucune_place():
    assert Graduation.simple("").situer(0, 0) is None
    assert Graduation.depuis([]).texte == ""


@pytest.mark.parametrize(
    ("un", "autre", "memes"),
    [
        ("on  ressaisit\u2029tout", "on ressaisit\ntout", True),
        ("de\u0301ja\u0300", "déjà", True),
        ("neuf heures", "neuf heure", False),
        ("", "\u00a0\n", True),
    ],
)
def test_memes_mots(un, autre, memes):
    assert memes_mots(un, autre) is memes
