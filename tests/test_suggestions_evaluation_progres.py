"""La courbe d'apprentissage : des entretiens entiers, jamais les mêmes pour apprendre et pour mesurer."""

from __future__ import annotations

import pandas as pd
import pytest

from ess_analyse import suggestions as module
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.modele import CODAGES, RIEN, SEGMENTS
from ess_analyse.suggestions.evaluation import JUGEES, PROGRES, courbe_d_apprentissage

SANS = pd.DataFrame({"texte": [], "codes": [], "main": []}, dtype="str")
GRILLE = Grille(
    1,
    (Dimension("theme", "Thème"),),
    (Code("R-MOYENS", "theme", "Moyens", "…", (), (), ("Ça tombe.",), (), ("panne",)),),
)


def etude(nombre):
    """Des entretiens de trois phrases, la première codée."""
    lignes, codes = [], []
    for numero in range(1, nombre + 1):
        for debut, texte in ((0, "La zigouillette grince."), (30, "Il fait beau."), (60, "Voilà, c'est tout.")):
            segment = f"E{numero:02}:{debut}-{debut + len(texte)}"
            lignes.append((segment, f"E{numero:02}", 1, "Marion", debut, debut + len(texte), texte))
            codes.append((segment, "ana", "R-MOYENS" if debut == 0 else RIEN, "humain"))
    return pd.DataFrame(lignes, columns=SEGMENTS), pd.DataFrame(codes, columns=CODAGES)


@pytest.fixture
def appels(monkeypatch):
    """Remplacer la machine par une qui note ce qu'on lui donne et propose le code partout."""
    notes = []

    def feindre(segments, grille, codages=None, *, exemples=None):
        appris = set() if codages is None else {segment.split(":")[0] for segment in codages["segment"]}
        notes.append((appris, set(segments["entretien"])))
        lignes = [(segment, "R-MOYENS", 0.9, 1, True) for segment in segments["segment"]]
        return pd.DataFrame(lignes, columns=JUGEES)

    monkeypatch.setattr(module, "suggerer", feindre)
    return notes


def test_on_n_apprend_jamais_d_un_entretien_que_l_on_mesure(appels):
    segments, codages = etude(8)
    table = courbe_d_apprentissage(segments, GRILLE, codages, tailles=[0, 2, 5], tirages=4)
    assert tuple(table.columns) == PROGRES
    assert len(appels) == len(table) == 12
    for tirage in range(4):
        trois = appels[3 * tirage : 3 * tirage + 3]
        assert [len(appris) for appris, _ in trois] == [0, 2, 5]
        juges = trois[2][1] - trois[2][0]
        # The same three interviews judge every size of a draw; the lessons grow one inside the other.
        assert len(juges) == 3
        assert all(donnes - appris == juges for appris, donnes in trois)
        assert trois[1][0] < trois[2][0]
    assert len({frozenset(donnes - appris) for appris, donnes in appels}) > 1


def test_la_table_dit_de_combien_on_a_appris_et_mesure_le_reste(appels):
    table = courbe_d_apprentissage(*etude(6)[:1], GRILLE, etude(6)[1], tailles=[4, 1], tirages=2)
    assert table[["entretiens", "tirage", "phrases"]].values.tolist() == [[1, 1, 3], [1, 2, 3], [4, 1, 12], [4, 2, 12]]
    # Two interviews are left, with one sentence out of three to find.
    assert table[["usages", "proposes", "rappel"]].drop_duplicates().values.tolist() == [[2, 6, 1]]
    assert table["precision"].tolist() == pytest.approx([1 / 3] * 4)


def test_la_meme_graine_donne_la_meme_courbe(appels):
    segments, codages = etude(6)
    un = courbe_d_apprentissage(segments, GRILLE, codages, tirages=2)
    pd.testing.assert_frame_equal(un, courbe_d_apprentissage(segments, GRILLE, codages[::-1], tirages=2))
    moitie = len(appels) // 2
    assert appels[:moitie] == appels[moitie:]
    courbe_d_apprentissage(segments, GRILLE, codages, tirages=2, graine=3)
    assert appels[2 * moitie :] != appels[:moitie]


@pytest.mark.parametrize(
    ("nombre", "tailles"), [(2, [0, 1]), (4, [0, 1, 2]), (6, [0, 1, 2, 4]), (24, [0, 1, 2, 4, 8, 16])]
)
def test_les_tailles_doublent_et_laissent_de_quoi_mesurer(appels, nombre, tailles):
    segments, codages = etude(nombre)
    table = courbe_d_apprentissage(segments, GRILLE, codages, tirages=1)
    assert table["entretiens"].tolist() == tailles


def test_un_entretien_que_personne_n_a_lu_ne_compte_pas(appels):
    segments, codages = etude(4)
    codages = codages[~codages["segment"].str.startswith("E04")]
    table = courbe_d_apprentissage(segments, GRILLE, codages, tailles=[2], tirages=3)
    assert len(table) == 3
    assert not any("E04" in donnes for _, donnes in appels)


def test_la_vraie_machine_apprend_un_mot_que_la_grille_ignore():
    segments, codages = etude(40)
    table = courbe_d_apprentissage(segments, GRILLE, codages, exemples=SANS, tailles=[0, 36], tirages=1)
    assert table["rappel"].iloc[0] < 1
    assert table["rappel"].iloc[1] == 1


@pytest.mark.parametrize("tailles", [[2], [-1], []])
def test_une_taille_qui_ne_laisse_rien_a_mesurer_est_refusee(appels, tailles):
    with pytest.raises(ErreurDonnees, match=r"taille impossible.*il faut garder un entretien à mesurer"):
        courbe_d_apprentissage(*etude(2)[:1], GRILLE, etude(2)[1], tailles=tailles)


def test_un_seul_entretien_code_ne_s_apprend_ni_ne_se_mesure(appels):
    segments, codages = etude(1)
    with pytest.raises(ErreurDonnees, match="au moins deux entretiens codés"):
        courbe_d_apprentissage(segments, GRILLE, codages)


def test_il_faut_au_moins_un_tirage(appels):
    segments, codages = etude(2)
    with pytest.raises(ErreurDonnees, match="il faut au moins un tirage"):
        courbe_d_apprentissage(segments, GRILLE, codages, tirages=0)
