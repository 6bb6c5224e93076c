"""Changer un YAML ou un CSV sur place : ce qui est lu change comme prévu, le reste ne bouge pas d'un octet."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.arbre import lire_arbre
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.evolution.blocs import ajouter, ajouter_cle, composer, entree, oter, remplacer, tranche
from ess_analyse.evolution.brut import Brut, Retouche, retoucher
from ess_analyse.evolution.cellules import lire_rangees, remplir
from ess_analyse.evolution.citants import FEUILLES, Choix, migrer
from ess_analyse.evolution.livre import Livre
from ess_analyse.evolution.migration import migrer_codes, migrer_origine
from ess_analyse.feuilles import couper_codes
from ess_analyse.grille import lire_grille
from ess_analyse.modele import RIEN

GRILLE = Path(__file__).parents[1] / "data/grille.yml"


# ── les cellules ──


def brut_de(texte: str, nom: str = "t.csv") -> Brut:
    return Brut(Path(nom), texte.encode(), texte, "utf-8", "")


CELLULE = st.text(alphabet='ab;,"\n é', max_size=6)


@given(st.lists(st.lists(CELLULE, min_size=3, max_size=3), min_size=1, max_size=5), st.sampled_from(["\n", "\r\n"]))
def test_les_cellules_sont_celles_que_lit_le_module_csv(rangees, saut):
    sortie = io.StringIO(newline="")
    csv.writer(sortie, delimiter=";", lineterminator=saut).writerows([["x", "y", "z"], *rangees])
    lues = lire_rangees(brut_de(sortie.getvalue()), ("x", "y", "z"))
    attendues = [rangee for rangee in rangees if any(cellule.strip() for cellule in rangee)]
    assert [[rangee.lire(colonne) for colonne in "xyz"] for rangee in lues] == attendues


@given(st.lists(st.lists(CELLULE, min_size=2, max_size=2), min_size=1, max_size=5), st.data())
def test_remplir_une_cellule_ne_change_qu_elle(rangees, tirage):
    sortie = io.StringIO(newline="")
    csv.writer(sortie, delimiter=";", lineterminator="\n").writerows([["x", "y"], ["sûr", "sûr"], *rangees])
    brut = brut_de(sortie.getvalue())
    lues = lire_rangees(brut, ("x", "y"))
    rang = tirage.draw(st.integers(0, len(lues) - 1))
    neuf = brut.retoucher([remplir(lues[rang].cellules["y"], "R-X R-Y", brut.texte)])
    attendues = [(rangee.lire("x"), "R-X R-Y" if k == rang else rangee.lire("y")) for k, rangee in enumerate(lues)]
    assert [(r.lire("x"), r.lire("y")) for r in lire_rangees(neuf, ("x", "y"))] == attendues
    assert brut.retoucher([remplir(lues[rang].cellules["y"], lues[rang].lire("y"), brut.texte)]).texte == brut.texte


def test_les_lignes_sont_celles_du_fichier():
    texte = '"x","y"\r\n\r\n"a\r\nb",1\r\n ,\r\nc,"2"'
    rangees = lire_rangees(brut_de(texte), ("x",))
    assert [(r.ligne, r.lire("x"), r.lire("y"), r.lire("z")) for r in rangees] == [
        (3, "a\r\nb", "1", ""),
        (6, "c", "2", ""),
    ]
    assert texte[rangees[0].debut : rangees[0].fin].startswith('"a\r\nb",1')


def test_une_table_abimee_est_refusee():
    with pytest.raises(ErreurDonnees, match="colonne manquante"):
        lire_rangees(brut_de("a;b\n1;2\n"), ("segment",))
    with pytest.raises(ErreurDonnees, match="colonne en double"):
        lire_rangees(brut_de("a;a\n1;2\n"), ("a",))
    with pytest.raises(ErreurDonnees, match="guillemet mal placé"):
        lire_rangees(brut_de('a;b\n1;"2\n'), ("a",))


# ── les codes ──

CODES = ["R-A", "R-B", "R-C", "O-A", "P-A"]


@st.composite
def cellules(draw):
    codes = draw(st.lists(st.sampled_from(CODES), max_size=4))
    return draw(st.sampled_from(["", " "])) + "".join(
        code + draw(st.sampled_from([" ", ", ", "|", ";", "\n"])) for code in codes
    )


@given(cellules())
def test_renommer_une_cellule_puis_la_renommer_a_l_envers_la_rend(cellule):
    renommee = migrer_codes(cellule, {"R-A": ("R-Z",)})
    assert "R-A" not in renommee
    assert migrer_codes(renommee, {"R-Z": ("R-A",)}) == cellule


def test_un_code_en_minuscules_suit_aussi():
    feuille, suites = brut_de("segment;locuteur;texte;codes\nE01:0-4;;Oui.;r–a|O–A\n"), {"R-A": ("R-Z",)}
    migration = migrer(FEUILLES, feuille, "ana.csv", ["R-A"], lambda rangee: Choix(suites, suites))
    assert migration.apres.texte == feuille.texte.replace("r–a", "R-Z")


@given(cellules(), st.dictionaries(st.sampled_from(CODES), st.lists(st.sampled_from(CODES), max_size=2).map(tuple)))
def test_une_cellule_lue_reste_lue_une_vide_reste_vide(cellule, suites):
    apres = migrer_codes(cellule, suites)
    codes = couper_codes(apres)
    assert bool(couper_codes(cellule)) == bool(codes)
    attendus = {neuf for code in couper_codes(cellule) for neuf in suites.get(code, (code,))}
    assert set(codes) - {RIEN} == attendus
    assert (codes == [RIEN]) == (not attendus and bool(couper_codes(cellule)))
    assert suites.keys().isdisjoint(couper_codes(cellule)) <= (apres == cellule)


SUGGESTION = st.builds(
    "{}:{}:{}:{}".format,
    st.sampled_from(CODES),
    st.sampled_from(["0.10", "0,5", "0.9"]),
    st.sampled_from(["modele", "indices"]),
    st.sampled_from(["", "mot", "R-A dit"]),
)


@given(st.lists(SUGGESTION | st.sampled_from(["", "illisible", " "]), max_size=4).map("|".join))
def test_renommer_une_origine_a_l_envers_la_rend(origine):
    renommee = migrer_origine(origine, [], {"R-A": ("R-Z",)})
    assert not re.search(r"(?:^|\|)\s*R-A:", renommee)
    assert migrer_origine(renommee, [], {"R-Z": ("R-A",)}) == origine


@given(st.lists(SUGGESTION, max_size=4, unique_by=lambda une: une[:3]).map("|".join), st.sets(st.sampled_from(CODES)))
def test_une_fusion_garde_la_suggestion_acceptee_sinon_la_meilleure(origine, poses):
    suites = {"R-A": ("R-B",), "R-C": ("R-B",)}
    lues = [une.split(":", 1) for une in origine.split("|") if une]
    apres = [une.split(":", 1) for une in migrer_origine(origine, poses, suites).split("|") if une]
    rivales = [
        ((code in poses, float(suite.split(":")[0].replace(",", "."))), suite) for code, suite in lues if code[0] == "R"
    ]
    assert [code for code, _ in apres].count("R-B") == bool(rivales)
    if rivales:
        assert dict(apres)["R-B"] in {suite for poids, suite in rivales if poids == max(rivales)[0]}
    assert [une for une in apres if une[0][0] != "R"] == [une for une in lues if une[0][0] != "R"]


# ── le YAML ──

MOT = st.sampled_from(
    ["a", "b c", "d : e", "no", "12", "f # g", "[h]", "{i", "l'eau", 'dit "oui"', "é, ù", "- tiret", "j\\k"]
)


@st.composite
def listes(draw):
    """Une liste écrite de toutes les façons, entre deux autres clés, et ce qu'elle dit."""
    mots = draw(st.lists(MOT, min_size=1, max_size=4, unique=True))
    ecrits = [draw(st.sampled_from([ecrire(mot), json.dumps(mot, ensure_ascii=False)])) for mot in mots]
    if draw(st.booleans()):
        return mots, f"avant: 1\nliste: [{', '.join(ecrits)}]  # fin\napres: 2\n"
    lignes, vide = "", draw(st.sampled_from(["", "\n", "  # note\n"]))
    retrait = draw(st.sampled_from(["", "  "]))
    for ecrit in ecrits:
        suite = draw(st.sampled_from(["", "   # mot"]))
        puce = draw(st.sampled_from(["- ", f"-\n{retrait}  "]))
        lignes += f"{retrait}{puce}{ecrit}{suite}\n{vide}"
    return mots, f"avant: 1\nliste:\n{lignes}# avant la suite\napres: 2\n"


def ecrire(mot: str) -> str:
    return "'" + mot.replace("'", "''") + "'"


@given(listes(), st.data())
def test_oter_et_ajouter_disent_ce_qui_est_attendu(liste, tirage):
    mots, texte = liste
    noeud = entree(composer(texte), "liste")
    otes = tirage.draw(st.sets(st.integers(0, len(mots) - 1), max_size=len(mots) - 1))
    restent = [rang for rang in range(len(mots)) if rang not in otes]
    neufs = composer(texte + "neufs: ['x, y', z]\n")
    texte += "neufs: ['x, y', z]\n"
    retouches = [
        *oter(texte, noeud, [noeud.value[rang] for rang in otes]),
        *ajouter(texte, noeud, entree(neufs, "neufs").value, noeud.value[restent[-1]]),
    ]
    apres = lire_arbre(retoucher(texte, retouches), "f.yml").valeur
    assert apres == {
        "avant": 1,
        "liste": [*(mots[rang] for rang in restent), "x, y", "z"],
        "apres": 2,
        "neufs": ["x, y", "z"],
    }
    assert retoucher(texte, retouches).count("#") >= texte.count("#") - 2 * len(otes)


@given(listes(), MOT)
def test_remplacer_un_mot_ne_change_que_lui(liste, neuf):
    mots, texte = liste
    noeud = entree(composer(texte), "liste")
    change = retoucher(texte, [remplacer(texte, noeud.value[0], neuf, flux=bool(noeud.flow_style))])
    assert lire_arbre(change, "f.yml").valeur["liste"] == [neuf, *mots[1:]]
    debut, fin = tranche(texte, noeud.value[0])
    assert change.startswith(texte[:debut])
    assert change.endswith(texte[fin:])


@pytest.mark.parametrize(
    ("texte", "cle", "attendu"),
    [
        ("- a: 1\n  b: [x]\n  c: 2\n", "b", "- a: 1\n  c: 2\n"),
        ("- b: [x]   # premier\n  c: 2\n", "b", "- c: 2\n"),
        ("- b:\n    - x\n\n  # note\n  c: 2\n", "b", "- c: 2\n"),
        ("- {a: 1, b: [x], c: 2}\n", "b", "- {a: 1, c: 2}\n"),
        ("- {a: 1, b: [x]}\n", "b", "- {a: 1}\n"),
        ("- a: 1\n  b:\n    - x\n    - >-\n      y\n\n      z\n\n# fin\n", "b", "- a: 1\n\n# fin\n"),
    ],
)
def test_oter_une_cle_ou_qu_elle_soit(texte, cle, attendu):
    bloc = composer(texte).value[0]
    assert retoucher(texte, oter(texte, bloc, [entree(bloc, cle)])) == attendu


def test_ajouter_une_cle_a_la_fin_de_son_bloc():
    texte = "- a: 1\n  b: >-\n    deux\n\n- c: ['x, y', z]\n"
    premier, second = composer(texte).value
    noeuds = entree(second, "c").value
    assert retoucher(texte, [ajouter_cle(texte, premier, "sauf", noeuds)]) == (
        "- a: 1\n  b: >-\n    deux\n  sauf:\n    - 'x, y'\n    - z\n\n- c: ['x, y', z]\n"
    )
    assert retoucher(texte, [ajouter_cle(texte, second, "d", noeuds)]) == f"{texte}  d:\n    - 'x, y'\n    - z\n"


def test_ajouter_une_cle_entre_accolades():
    texte = "- {a: 1, c: ['x, y', z t]}\n"
    bloc = composer(texte).value[0]
    assert retoucher(texte, [ajouter_cle(texte, bloc, "d", entree(bloc, "c").value)]) == (
        "- {a: 1, c: ['x, y', z t], d: ['x, y', z t]}\n"
    )


def test_les_retouches_se_font_dans_l_ordre_du_texte():
    assert (
        retoucher("abc", [Retouche(2, 3, "Z"), Retouche(0, 0, "1"), Retouche(0, 0, "2"), Retouche(0, 1, "A")])
        == "12AbZ"
    )
    assert retoucher("abc", []) == "abc"


# ── la grille ──


@pytest.fixture(scope="module")
def brut():
    return Brut.lire(GRILLE)


@pytest.mark.parametrize(
    ("absorbe", "garde"),
    [("R-DONNEES", "R-MOYENS"), ("R-SENS", "R-EXCLUSION"), ("O-ETHIQUE", "O-SERVICE"), ("P-GESTION", "P-PRODUCTION")],
)
def test_fusionner_deux_codes_de_la_demonstration(brut, absorbe, garde):
    avant, livre = lire_grille(GRILLE), Livre(brut)
    livre.fusionner([absorbe], garde)
    apres = livre.relire("essai")[1]
    assert apres.ids() == tuple(code for code in avant.ids() if code != absorbe)
    assert all(apres[code.id] == code for code in avant if code.id not in (absorbe, garde))
    for champ in ("inclure", "exclure", "exemples", "indices"):
        deja = [texte.casefold() for texte in getattr(avant[garde], champ)]
        venus = [texte for texte in getattr(avant[absorbe], champ) if texte.casefold() not in deja]
        assert list(getattr(apres[garde], champ)) == [*getattr(avant[garde], champ), *venus]
    exemples = {texte.casefold() for texte in apres[garde].exemples}
    assert not exemples & {texte.casefold() for texte in apres[garde].contre_exemples}


@pytest.mark.parametrize("code", ["R-SENS", "R-EXCLUSION", "O-SERVICE", "P-ACCOMPAGNEMENT"])
def test_oter_un_code_de_la_demonstration_n_ote_que_ses_lignes(brut, code):
    livre = Livre(brut)
    livre.oter(code)
    apres, grille = livre.relire("essai")
    assert grille.codes == tuple(autre for autre in lire_grille(GRILLE) if autre.id != code)
    reste = apres.texte.split("\n")
    debut = next(rang for rang, (un, deux) in enumerate(zip(brut.texte.split("\n"), reste, strict=False)) if un != deux)
    otees = brut.texte.count("\n") - apres.texte.count("\n")
    lignes = brut.texte.split("\n")
    assert lignes[:debut] + lignes[debut + otees :] == reste
    assert lignes[debut].strip() == f"- id: {code}" or not lignes[debut].strip()


def test_des_fins_de_ligne_d_autrefois_sont_lues(tmp_path):
    chemin = tmp_path / "grille.yml"
    chemin.write_bytes(brut_texte := GRILLE.read_bytes().replace(b"\n", b"\r"))
    livre = Livre(Brut.lire(chemin))
    livre.renommer("R-SENS", "R-METIER", "")
    assert livre.relire("essai")[0].octets == brut_texte.replace(b"\r", b"\n").replace(b"id: R-SENS", b"id: R-METIER")
