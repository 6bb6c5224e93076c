"""Les traits d'une phrase : suites de mots et de lettres, places, mémoire."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer

from ess_analyse.langue import decouper, lire_phrases
from ess_analyse.suggestions.traits import PhraseLue, Traits, composer_grammes

PHRASES = ["On ressaisit tout, deux fois.", "Former les équipes ?", "Qui forme les équipes, au juste ?", "Oui."]


def lire(textes):
    return [PhraseLue.depuis(phrase) for phrase in lire_phrases(textes, {})]


def composer(texte):
    [mots] = decouper([texte])
    return composer_grammes(mots)


def test_les_suites_ont_leurs_bords():
    formes = [gramme.forme for gramme in composer("On ressaisit tout.")]
    assert formes == ["on", "ressais", "tout", "on ressais", "ressais tout", "| on", "tout |"]


def test_un_bord_ou_un_mot_de_liaison_ne_se_montre_pas():
    montrables = {gramme.forme for gramme in composer("On ressaisit tout.") if gramme.montrable}
    assert montrables == {"ressais", "on ressais", "ressais tout"}


def test_une_phrase_sans_mot_n_a_pas_de_suite():
    assert composer("… ?!") == []
    assert Traits(usages=1).fit(PHRASES).transform(["…"])[:, : Traits(usages=1).fit(PHRASES).nombre_de_mots].nnz == 0


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=60))
def test_chaque_suite_est_a_sa_place(texte):
    for gramme in composer(texte):
        assert 0 <= gramme.debut < gramme.fin <= len(texte)
        assert texte[gramme.debut : gramme.fin].strip()


def test_une_phrase_lue_ou_non_donne_les_memes_traits():
    traits = Traits(usages=1).fit(PHRASES)
    attendu = traits.transform(PHRASES)
    assert abs(attendu - traits.transform(lire(PHRASES))).max() == 0
    assert abs(attendu[:, : traits.nombre_de_mots] - traits.transformer_mots(PHRASES)).max() == 0


def test_les_lettres_sont_celles_de_scikit_learn():
    traits = Traits(usages=1).fit(PHRASES)
    reference = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True).fit(PHRASES)
    assert set(traits.lettres_.vocabulary_) == set(reference.vocabulary_)
    nos, leurs = traits.lettres_.transform(PHRASES), reference.transform(PHRASES)
    np.testing.assert_allclose(nos.toarray(), leurs.toarray())


@pytest.mark.parametrize(("un", "autre"), [("L’équipe dit", "l'équipe DIT"), ("à\u202fl'aise", "à l'aise")])
def test_apostrophes_casse_et_espaces_ne_changent_rien(un, autre):
    traits = Traits(usages=1).fit(["l'équipe dit qu'elle est à l'aise"])
    lettres = traits.lettres_.transform([un, autre])
    assert abs(lettres[0] - lettres[1]).max() == 0


def test_un_trait_trop_rare_ne_compte_pas():
    traits = Traits(usages=2).fit(["Former les équipes.", "Former les élus."])
    assert "form" in traits.mots_.vocabulary_
    assert "équip" not in traits.mots_.vocabulary_


def test_une_seule_phrase_suffit_pour_apprendre():
    assert Traits().fit(["Oui."]).transform(["Oui."]).nnz


def test_restaurer_rend_les_memes_traits():
    appris = Traits(usages=1).fit(PHRASES)
    rendu = Traits().restaurer(
        appris.mots_.get_feature_names_out(),
        appris.mots_.idf_,
        appris.lettres_.get_feature_names_out(),
        appris.lettres_.idf_,
    )
    assert abs(appris.transform(PHRASES) - rendu.transform(PHRASES)).max() == 0


def test_se_clone_comme_tout_estimateur():
    assert clone(Traits(usages=3)).get_params() == {"usages": 3}
