"""Le réseau des thèmes et la courbe de saturation : dessins fixes, doublés d'une table, muets sur le masqué."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.etude import Etude
from ess_analyse.fichiers import lire_texte
from ess_analyse.pages import ecrire_pages
from ess_analyse.pages.chaleur import table_de_chaleur
from ess_analyse.pages.courbe import dire_apport, mesurer_courbe, tracer_courbe
from ess_analyse.pages.matiere import rassembler
from ess_analyse.pages.reseau import Paire, lister_paires, ranger_themes, tabler_paires, tracer_reseau

CODES = ["R-A", "R-B", "R-C", "O-A", "O-B"]
LIBELLES = {code: f"Thème <{code}>" for code in CODES}


def carrer(**nombres):
    """Composer une table de cooccurrences : ``carrer(R_A__O_A=4)`` ; ``None`` est masqué."""
    carre = pd.DataFrame(0, index=CODES, columns=CODES, dtype="Int64")
    for nom, nombre in nombres.items():
        a, b = (code.replace("_", "-") for code in nom.split("__"))
        carre.loc[a, b] = carre.loc[b, a] = pd.NA if nombre is None else nombre
    return carre


def lire(svg):
    """Lire le dessin comme du XML."""
    return ET.fromstring(re.search(r"<svg.*</svg>", svg, re.DOTALL)[0])


def test_les_paires_masquees_viennent_apres_sans_nombre():
    paires = lister_paires(carrer(R_A__O_A=4, R_A__R_B=9, R_B__O_B=None))
    assert paires == [Paire("R-A", "R-B", 9), Paire("R-A", "O-A", 4), Paire("R-B", "O-B", None)]
    table = tabler_paires(paires, LIBELLES, lambda a, b: f"{a}+{b}" * (b != "O-A"))
    nombre, sans_citation, masque = table["Phrases"]
    assert (nombre.texte, nombre.adresse) == ("9", "R-A+R-B")
    assert nombre.precision == f"{LIBELLES['R-A']}, avec {LIBELLES['R-B']}"
    assert (sans_citation.texte, sans_citation.adresse) == ("4", "")
    assert masque == "masqué", "une cellule masquée ne mène nulle part"


def test_le_dessin_dit_chaque_nombre_et_aucun_nombre_masque():
    svg = tracer_reseau(carrer(R_A__O_A=4, R_A__R_B=9, R_B__O_B=None), LIBELLES, "Un titre")
    racine = lire(svg)
    assert [un.text for un in racine.iter("text") if un.get("class") == "nombre"] == ["4", "9"]
    assert len(racine.findall("path[@class='masque']")) == 1
    assert len(racine.findall("path[@class='risque']")) == 2, "un thème sans lien n'est pas dessiné"
    assert len(racine.findall("circle[@class='opportunite']")) == 2
    assert racine.get("role") == "img"
    nommes = {un.get("id"): un.text for un in (racine.find("title"), racine.find("desc"))}
    assert racine.get("aria-labelledby").split() == list(nommes)
    assert nommes["reseau-titre"] == "Un titre"
    assert "1 sont masquées" in nommes["reseau-dit"]
    assert "Thème &lt;R-A&gt;" in svg


def test_sans_paire_rien_n_est_dessine():
    assert tracer_reseau(carrer(), LIBELLES, "Un titre") == ""


@given(st.lists(st.tuples(st.sampled_from(list(itertools.combinations(CODES, 2))), st.integers(1, 50)), max_size=8))
def test_chaque_theme_lie_a_une_place_et_une_seule(liens):
    paires = [Paire(a, b, fois) for (a, b), fois in dict(liens).items()]
    gauche, droite = ranger_themes(CODES, paires)
    assert sorted(gauche + droite) == sorted({code for paire in paires for code in paire[:2]})
    assert all(code.startswith("R") for code in gauche)
    assert all(code.startswith("O") for code in droite)
    assert ranger_themes(CODES, paires) == (gauche, droite)


def test_le_rangement_decroise_les_traits():
    gauche, droite = ranger_themes(CODES, [Paire("R-A", "O-B", 5), Paire("R-C", "O-A", 5)])
    assert gauche.index("R-A") < gauche.index("R-C") if droite == ["O-B", "O-A"] else gauche == ["R-C", "R-A"]


def test_la_courbe_ne_compte_pas_ce_qui_est_restreint(etude):
    matiere = rassembler(Etude(etude))
    assert mesurer_courbe(matiere, 2).values.tolist() == [[1.0, 1.0], [2.0, 2.0]]
    documents = matiere.corpus.documents.assign(diffusion=["publique", "restreinte"])
    restreinte = replace(matiere, corpus=replace(matiere.corpus, documents=documents))
    assert mesurer_courbe(restreinte, 1).values.tolist() == [[1.0, 1.0]]


@pytest.mark.parametrize(
    ("themes", "rang"),
    [([12.5, 16.4, 18.0, 18.8], "4ᵉ"), ([3.0, 3.8], "2ᵉ"), ([3.0, 3.9], ""), ([3.0], ""), ([], "")],
)
def test_l_apport_d_un_document_de_plus_ne_se_dit_que_s_il_est_sous_un_theme(themes, rang):
    dit = dire_apport(pd.DataFrame({"documents": range(1, len(themes) + 1), "themes": themes}, dtype="float64"))
    assert bool(dit) == bool(rang)
    assert rang in dit


def test_sous_le_seuil_pas_de_courbe(etude):
    courbe = mesurer_courbe(rassembler(Etude(etude)), 3)
    assert courbe.empty
    assert list(courbe) == ["documents", "themes"]
    assert tracer_courbe(courbe, "Un titre") == ""
    ecrire_pages(Etude(etude))
    assert not (etude / "rapports/donnees/saturation.csv").exists()
    assert "À mesure que l'on lit" not in lire_texte(etude / "rapports/_fragments/risques.qmd")


@pytest.mark.parametrize("lus", [1, 2, 6, 23, 41])
def test_la_courbe_reste_dans_son_cadre(lus):
    courbe = pd.DataFrame({"documents": range(1, lus + 1), "themes": [20 * rang / lus for rang in range(1, lus + 1)]})
    racine = lire(tracer_courbe(courbe, "Un titre"))
    _, _, largeur, hauteur = map(int, racine.get("viewBox").split())
    points = [tuple(map(float, un.split(","))) for un in racine.find("polyline").get("points").split()]
    assert len(points) == lus
    assert all(0 < x < largeur and 0 < y < hauteur for x, y in points)
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    marques = [un.text for un in racine.iter("text") if un.get("class") == "milieu"]
    assert marques[0] == "1"
    assert str(lus) in marques


def test_une_cellule_mene_aux_citations_qu_elle_compte():
    table = pd.DataFrame({"S1": pd.array([4, 0, 2, pd.NA], dtype="Int64")}, index=CODES[:4])
    html = table_de_chaleur(
        table, "T", LIBELLES, {"S1": "Le garage"}, lambda code, nom: f"v.html?code={code}&s={nom}" * (code != "R-C")
    )
    assert re.findall(r'href="([^"]+)"', html) == ["v.html?code=R-A&amp;s=S1"], "ni zéro, ni masquée, ni sans citation"
    assert '4<span class="lecteur"> \u00a0: Thème &lt;R-A&gt;, Le garage</span>' in html.replace(" :", " \u00a0:")
