"""Figures et tables : lisibles sans la couleur, les mêmes octets pour les mêmes chiffres."""

from __future__ import annotations

import io
import re
import subprocess
import sys

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.figures import Tableau, preparer_figures, presenter, tracer_barres, tracer_courbes, tracer_points
from ess_analyse.figures.ecriture import ecrire
from ess_analyse.figures.tableau import _CHALEUR, _ENCRE
from ess_analyse.grille import Code, Dimension, Grille

GRILLE = Grille(
    1,
    (Dimension("theme", "Thème"), Dimension("prisme", "Prisme")),
    (
        Code("R-CHARGE", "theme", "Charge de travail", "…", *[()] * 5),
        Code("O-COM", "theme", "Communication", "…", *[()] * 5),
        Code("P-GESTION", "prisme", "Gestion", "…", *[()] * 5),
    ),
)
COMPTES = pd.Series({"R-CHARGE": 12, "O-COM": 3}, name="phrases").rename_axis("code")


def textes(figure) -> list[str]:
    """Rendre tout ce qui est écrit dans une figure."""
    svg(figure)
    ecrits = [texte.get_text() for texte in figure.findobj(lambda objet: hasattr(objet, "get_text"))]
    return [texte for texte in ecrits if texte]


def svg(figure) -> bytes:
    sortie = io.BytesIO()
    figure.savefig(sortie, format="svg", metadata={"Date": None, "Creator": None})
    return sortie.getvalue()


def contraste(un: str, deux: str) -> float:
    """Rapport de contraste de WCAG 2."""
    clartes = []
    for teinte in (un, deux):
        parts = [int(teinte[rang : rang + 2], 16) / 255 for rang in (1, 3, 5)]
        lineaires = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        clartes.append(sum(poids * part for poids, part in zip((0.2126, 0.7152, 0.0722), lineaires, strict=True)))
    return (max(clartes) + 0.05) / (min(clartes) + 0.05)


# ─── Écrire ───


@pytest.mark.parametrize(
    ("valeur", "decimales", "attendu"),
    [
        (3, 2, "3"),
        (0.914, 2, "0,91"),
        (-0.06, 2, "−0,06"),
        (25914, 2, "25\u202f914"),
        (7.0, 0, "7"),
        (7.0, 2, "7,00"),
        (0.05, None, "0,05"),
        (20.0, None, "20"),
        (1234567.5, None, "1\u202f234\u202f567,5"),
        (123456.75, None, "123\u202f456,75"),
        (0.1 + 0.2, None, "0,3"),
        (1e-5, None, "0,00001"),
        (-0.0, None, "0"),
        (-0.001, 2, "0,00"),
        (pd.Timestamp("2026-01-01"), 2, "2026-01-01"),
        ("E01", 2, "E01"),
        (float("nan"), 2, "—"),
        (pd.NA, 2, "—"),
        (None, 2, "—"),
    ],
)
def test_ecrire_a_la_francaise(valeur, decimales, attendu):
    assert ecrire(valeur, decimales, "—") == attendu


@given(st.integers(-(10**9), 10**9))
def test_un_entier_ecrit_se_relit(nombre):
    assert int(ecrire(nombre, 2).replace("\u202f", "").replace("−", "-")) == nombre


# ─── Tables ───


def test_la_legende_et_les_codes_en_clair():
    tableau = presenter(COMPTES, "Phrases par code", GRILLE)
    assert isinstance(tableau, Tableau)
    assert "<caption>Phrases par code</caption>" in tableau._repr_html_()
    assert "R\u00a0·\u00a0Charge de travail" in tableau.html
    assert "R-CHARGE" not in tableau.html
    assert repr(tableau).splitlines()[1].split() == ["R", "·", "Charge", "de", "travail", "12"]


def test_le_nom_de_l_index_est_dans_le_coin_et_l_entete_n_a_qu_une_ligne():
    html = presenter(COMPTES, "Essai").html
    assert html.count("<tr>") == 1 + len(COMPTES)
    assert re.search(r"<th[^>]*>code</th>", html)


def test_ce_qui_est_montre_est_echappe():
    html = presenter(pd.DataFrame({"<b>": ["a & <i>"]}, index=["x<y"]), "Essai").html
    assert "&lt;b&gt;" in html
    assert "a &amp; &lt;i&gt;" in html
    assert "x&lt;y" in html
    assert "<i>" not in html


def test_une_cellule_masquee_est_ecrite_et_n_est_pas_coloree():
    table = pd.DataFrame({"S1": pd.array([4, None], dtype="Int64"), "S2": pd.array([0, 8], dtype="Int64")})
    html = presenter(table, "Essai", teinte=True, vide="masqué").html
    assert html.count(">masqué</td>") == 1
    style = html.partition("</style>")[0]
    assert style.count("background-color") == 2
    assert "row1_col0" not in style
    assert "row0_col1" not in style


def test_la_teinte_croit_avec_la_valeur():
    html = presenter(pd.DataFrame({"n": [0, 1, 40, 60, 80, 100]}), "Essai", teinte=True).html
    assert re.findall(r"background-color: (#\w+)", html) == list(_CHALEUR)


def test_une_table_de_zeros_se_teinte_sans_erreur():
    assert "background-color" not in presenter(pd.DataFrame({"n": [0, 0]}), "Essai", teinte=True).html


def test_une_table_sans_nombre_n_est_pas_teintee():
    assert presenter(pd.DataFrame({"n": ["x"]}), "Essai", teinte=True) == presenter(pd.DataFrame({"n": ["x"]}), "Essai")


def test_une_table_a_teinter_dit_ses_doublons():
    with pytest.raises(ErreurDonnees, match="ligne en double"):
        presenter(pd.DataFrame({"n": [1, 2]}, index=["x", "x"]), "Essai", teinte=True)


def test_une_annee_en_tete_reste_nue():
    tableau = presenter(pd.DataFrame({2025: [2026]}, index=[2026]), "Essai")
    assert repr(tableau).split(maxsplit=2) == ["2025", "2026", "2\u202f026"]
    assert re.findall(r">([\d\u202f]+)</t", tableau.html) == ["2025", "2026", "2\u202f026"]


@pytest.mark.parametrize("fond", _CHALEUR)
def test_le_nombre_se_lit_sur_toutes_les_teintes(fond):
    assert contraste(_ENCRE, fond) >= 7


def test_les_nombres_sont_a_droite_et_les_longs_textes_ont_de_la_place():
    html = presenter(pd.DataFrame({"n": [1], "court": ["oui"], "long": ["mot " * 20]}), "Essai").html
    regles = dict(re.findall(r"(td\.col\d)(?:, [^{]*)? \{\s*([^}]*?)\s*\}", re.sub(r"#T_\w+ ", "", html)))
    assert regles["td.col0"] == "text-align: right;"
    assert regles["td.col1"] == "text-align: left;"
    assert "min-width: 20em" in regles["td.col2"]


@given(
    st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6), st.integers(0, 10**6)), min_size=1, max_size=6), st.booleans()
)
def test_la_meme_table_donne_les_memes_octets(valeurs, teinte):
    table = pd.DataFrame({"n": pd.Series(valeurs, dtype="float64")})
    un, deux = presenter(table, "Essai", teinte=teinte), presenter(table.copy(), "Essai", teinte=teinte)
    assert un == deux
    assert un.html == deux.html
    assert "0x" not in repr(un)


def test_presenter_ne_touche_pas_a_la_table():
    table = COMPTES.to_frame()
    avant = table.copy()
    presenter(table, "Essai", GRILLE, teinte=True)
    pd.testing.assert_frame_equal(table, avant)


# ─── Figures ───


def test_les_barres_disent_titre_unite_codes_valeurs_et_familles():
    ecrits = textes(tracer_barres(COMPTES, "Phrases par code", "phrases", GRILLE))
    attendus = {
        "Phrases par code",
        "phrases",
        "R\u00a0·\u00a0Charge de travail",
        "O\u00a0·\u00a0Communication",
        "12",
        "3",
        "risque",
        "opportunité",
    }
    assert attendus <= set(ecrits)


def test_les_barres_se_distinguent_sans_la_couleur():
    risque, opportunite = tracer_barres(COMPTES, "Essai", "phrases", GRILLE).axes[0].patches
    assert risque.get_hatch() != opportunite.get_hatch()
    assert risque.get_facecolor() != opportunite.get_facecolor()


def test_les_barres_s_empilent_et_leur_total_est_ecrit():
    figure = tracer_barres(pd.DataFrame({"pour": [3, 1], "contre": [1, 0]}, index=["un", "deux"]), "Essai", "phrases")
    barres = figure.axes[0].patches
    assert [(barre.get_x(), barre.get_width()) for barre in barres] == [(0, 3), (0, 1), (3, 1), (1, 0)]
    assert len({barre.get_hatch() for barre in barres}) == 2
    assert {"4", "1", "pour", "contre"} <= set(textes(figure))


def test_une_famille_garde_sa_couleur_de_figure_en_figure():
    lignes = tracer_barres(COMPTES, "Essai", "phrases", GRILLE).axes[0].patches
    colonnes = tracer_barres(pd.DataFrame({"R": [2], "O": [1]}, index=["P-GESTION"]), "Essai", "codes", GRILLE)
    piles = colonnes.axes[0].patches
    assert [barre.get_facecolor() for barre in piles] == [barre.get_facecolor() for barre in lignes]
    assert {"P\u00a0·\u00a0Gestion", "risque", "opportunité"} <= set(textes(colonnes))


def test_une_barre_masquee_est_absente_et_dite():
    masquee = pd.Series(pd.array([pd.NA, 3], dtype="Int64"), index=COMPTES.index)
    figure = tracer_barres(masquee, "Essai", "phrases", GRILLE)
    assert [barre.get_width() for barre in figure.axes[0].patches] == [0, 3]
    assert {"masqué", "3"} <= set(textes(figure))
    pile = tracer_barres(pd.DataFrame({"pour": [3.0, 1], "contre": [None, 2.0]}), "Essai", "phrases")
    assert [texte.get_text() for texte in pile.axes[0].texts] == ["3 + masqué", "3"]


def test_un_code_hors_de_la_grille_est_dit():
    with pytest.raises(ErreurDonnees, match=r"code absent de la grille .« R-CHARG ».*R-CHARGE"):
        tracer_barres(pd.Series({"R-CHARG": 3}), "Essai", "phrases", GRILLE)


@pytest.mark.parametrize(
    "figure",
    [
        tracer_barres(pd.Series(dtype=float), "Essai", "phrases"),
        tracer_points(pd.DataFrame({"a": [float("nan")]}), "Essai", "F1"),
        tracer_courbes(pd.DataFrame({"a": [float("nan")] * 2}), "Essai", "x", "y"),
    ],
    ids=["barres", "points", "courbes"],
)
def test_sans_valeur_la_figure_le_dit(figure):
    (message,) = figure.axes[0].texts
    assert re.match("Aucune barre|Rien à tracer", message.get_text())


def test_des_courbes_negatives_ne_retournent_pas_l_axe():
    bas, haut = tracer_courbes(pd.DataFrame({"a": [-0.5, -0.2]}), "Essai", "x", "y").axes[0].get_ylim()
    assert bas < -0.5 < 0 <= haut


def test_la_premiere_ligne_de_la_table_est_en_haut():
    bas, haut = tracer_barres(COMPTES, "Essai", "phrases").axes[0].get_ylim()
    assert bas > haut


def test_les_points_egaux_restent_visibles_tous_les_deux():
    figure = tracer_points(pd.DataFrame({"a": [0.4], "b": [0.4]}, index=["x"]), "Essai", "F1")
    un, deux = figure.axes[0].lines
    assert un.get_markersize() > deux.get_markersize()
    assert un.get_marker() != deux.get_marker()


def test_un_point_absent_n_est_pas_trace():
    figure = tracer_points(pd.DataFrame({"a": [0.4, None]}, index=["x", "y"]), "Essai", "F1")
    assert pd.isna(figure.axes[0].lines[0].get_xdata()[1])
    assert {"x", "y"} <= set(textes(figure))


def test_les_seuils_sont_nommes_et_l_axe_comprend_zero():
    figure = tracer_points(pd.DataFrame({"alpha": [0.9]}, index=["x"]), "Essai", "α", seuils={"fiable": 0.8})
    assert "fiable" in textes(figure)
    assert figure.axes[0].get_xlim()[0] <= 0


def test_un_alpha_negatif_reste_dans_la_figure():
    gauche, _ = tracer_points(pd.DataFrame({"alpha": [-0.3, 0.9]}), "Essai", "α").axes[0].get_xlim()
    assert gauche < -0.3


def test_les_courbes_se_distinguent_sans_la_couleur_et_partent_de_zero():
    figure = tracer_courbes(pd.DataFrame({"a": [3, 5], "b": [2, 4]}, index=[1, 2]), "Essai", "documents", "codes")
    un, deux = figure.axes[0].lines
    assert (un.get_linestyle(), un.get_marker()) != (deux.get_linestyle(), deux.get_marker())
    assert figure.axes[0].get_ylim()[0] == 0
    assert {"documents", "codes", "a", "b"} <= set(textes(figure))


def test_les_axes_comptent_a_la_francaise():
    figure = tracer_courbes(pd.DataFrame({"a": [0.0, 0.35]}, index=[0, 2000]), "Essai", "mots", "part")
    ecrits = textes(figure)
    assert "0,2" in ecrits
    assert "2\u202f000" in ecrits
    assert not [texte for texte in ecrits if re.search(r"\d\.\d", texte)]


@pytest.mark.parametrize(
    "tracer",
    [
        lambda: tracer_barres(COMPTES, "Essai", "phrases", GRILLE),
        lambda: tracer_points(COMPTES.to_frame(), "Essai", "phrases", GRILLE),
        lambda: tracer_courbes(pd.DataFrame({"a": [1, 2]}), "Essai", "x", "y"),
    ],
)
def test_la_meme_figure_donne_les_memes_octets(tracer):
    preparer_figures()
    un, deux = svg(tracer()), svg(tracer())
    assert un == deux
    assert not re.search(rb"\d{4}-\d{2}-\d{2}", un)


def test_les_figures_ne_gardent_rien_en_memoire():
    code = (
        "import pandas as pd, sys; from ess_analyse.figures import tracer_barres as t; "
        "t(pd.Series({'a': 1}), 'x', 'y'); print('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
