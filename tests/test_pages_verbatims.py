"""Les listes de citations : où chacune se lit, ce que la recherche en sait, et ce qu'aucune ne trahit."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.etude import Etude
from ess_analyse.fichiers import lire_texte
from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.modele import Place
from ess_analyse.pages import ecrire_pages
from ess_analyse.pages.adresses import _PAR_PAGE, Adresses, Liste, Recherche, adresser_recherche, ranger_listes
from ess_analyse.pages.citations import dire_source, ecrire_citations
from ess_analyse.pages.fil import Renvoi
from ess_analyse.pages.prismes import dire_prismes
from ess_analyse.pages.verbatims import Verbatim
from ess_analyse.publication import verifier_publication
from ess_analyse.publication.ecrits import ECRITS

RACINE = Path(__file__).parents[1]
THEMES = ("R-A", "R-B", "O-A")
PRISMES = ("P-A", "P-B")


def citer(place, codes=("R-A",), structure="S1", texte="On le dit.", **autres):
    """Composer une citation d'une seule phrase."""
    place = Place.lire(place)
    defauts = {
        "avant": "Avant.",
        "apres": "Après.",
        "libelle": f"Structure {structure}" if structure else "",
        "famille": "permanents",
        "phrases": ((place, texte),),
        "themes": (tuple(codes),),
        "contenue": False,
        "ancres": (),
    }
    return Verbatim(place=place, texte=texte, codes=tuple(codes), structure=structure, **defauts | autres)


def lire_donnees(javascript):
    """Lire l'appel qu'une page de recherche recevra."""
    nom, corps = re.fullmatch(r"essCitations\((\"[\w-]+\"),(\{.*\})\);\n", javascript, re.DOTALL).groups()
    return json.loads(nom), json.loads(corps)


# ─── Les listes ───


@st.composite
def panels(tirer):
    structures = tirer(st.lists(st.sampled_from(["S1", "S2", "s1", "S 2", "É", "e", "", "S1_2", "…"]), min_size=1))
    verbatims = []
    for rang, structure in enumerate(structures):
        for numero in range(tirer(st.integers(1, 4))):
            longueur = tirer(st.sampled_from([10, 20_000, 60_000]))
            place = f"E{rang:02d}:{numero * 100_000}-{numero * 100_000 + longueur}"
            verbatims.append(citer(place, structure=structure, texte="é" * longueur, contenue=tirer(st.booleans())))
    return verbatims


@given(panels())
def test_chaque_citation_est_sur_une_page_et_une_seule_dans_l_ordre(verbatims):
    listes = ranger_listes(verbatims)
    montrees = [un for liste in listes for un in liste.verbatims]
    assert sorted(un.place for un in montrees) == sorted(un.place for un in verbatims if not un.contenue)
    for liste in listes:
        places = [un.place for un in liste.verbatims]
        assert places == sorted(places)
        assert {un.structure for un in liste.verbatims} == {liste.structure}
        assert sum(len(dites) for dites in liste.documents.values()) == liste.nombre > 0
    noms = [liste.nom.casefold() for liste in listes]
    assert len(noms) == len(set(noms)), "deux pages d'un même nom s'écraseraient"
    assert all(re.fullmatch(r"structure-[a-z0-9-]+(_\d+)?", nom) for nom in noms)


@given(panels())
def test_une_page_reste_legere_et_une_part_finit_avec_un_document_s_il_tient(verbatims):
    listes = ranger_listes(verbatims)
    for liste in listes:
        octets = sum(len(un.texte.encode()) for un in liste.verbatims)
        assert octets <= _PAR_PAGE or liste.nombre == 1
    for avant, apres in pairwise(listes):
        if avant.structure != apres.structure:
            assert (avant.part, apres.part) == (avant.parts, 1)
            continue
        assert (apres.part, apres.parts) == (avant.part + 1, avant.parts)
        partage = list(avant.documents)[-1]
        if partage in apres.documents:
            entier = [*avant.documents[partage], *apres.documents[partage]]
            assert sum(len(un.texte.encode()) for un in entier) > _PAR_PAGE / 2


def test_les_structures_suivent_le_panel_et_la_premiere_page_garde_son_nom():
    dites = [citer("E01:0-9", structure="S2"), citer("E02:0-9", structure=""), citer("E03:0-9", structure="S1")]
    listes = ranger_listes(dites, ["S1", "S2", "S3"])
    assert [(liste.nom, liste.titre) for liste in listes] == [
        ("structure-s1", "Structure S1"),
        ("structure-s2", "Structure S2"),
        ("structure-aucune", "Hors de toute structure"),
    ]
    longues = [citer(f"E01:{rang}00000-{rang}90000", texte="a" * 90_000) for rang in range(1, 4)]
    noms = [(liste.nom, liste.titre) for liste in ranger_listes(longues)]
    assert noms == [
        ("structure-s1", "Structure S1 (1 sur 3)"),
        ("structure-s1_2", "Structure S1 (2 sur 3)"),
        ("structure-s1_3", "Structure S1 (3 sur 3)"),
    ]


def test_ce_qui_s_efface_est_ce_qui_s_ecrit():
    motifs = [motif for motif in ECRITS if motif.startswith("verbatims/")]
    liste = ranger_listes([citer("E01:0-9", structure="")])[0]
    for suffixe in (".qmd", ".js"):
        assert any(Path(f"verbatims/{liste.nom}{suffixe}").match(motif) for motif in motifs)


# ─── Les adresses ───


def test_une_phrase_contenue_se_lit_dans_la_page_de_celle_qui_la_contient():
    dites = [citer("E01:10-90", ancres=(Place("E01", 10, 40), Place("E01", 41, 90))), citer("E02:0-9", structure="S2")]
    adresses = Adresses(ranger_listes(dites))
    assert adresses("E01:41-90") == "verbatims/structure-s1.html#v-E01-41-90"
    assert adresses(Place("E02", 0, 9), "../", "qmd") == "../verbatims/structure-s2.qmd#v-E02-0-9"
    assert adresses.depuis("../")(Place("E01", 10, 90)) == "../verbatims/structure-s1.html#v-E01-10-90"


def test_une_adresse_de_recherche_tait_ce_qui_ne_filtre_pas_et_refuse_ce_qui_n_existe_pas():
    assert adresser_recherche() == "verbatims.html"
    assert adresser_recherche(famille="salariés & co", code="") == "verbatims.html?famille=salari%C3%A9s+%26+co"
    with pytest.raises(TypeError, match="couleur"):
        adresser_recherche(couleur="bleu")


def test_une_cellule_ne_mene_que_la_ou_une_meme_phrase_porte_tout():
    longue = citer(
        "E01:0-50",
        codes=("R-A", "O-A"),
        phrases=((Place("E01", 0, 20), "Un."), (Place("E01", 21, 50), "Deux.")),
        themes=(("R-A",), ("O-A",)),
    )
    recherche = Recherche([longue, citer("E02:0-9", codes=("R-B",), contenue=True)], {"E01:0-20": ("P-A",)})
    assert recherche.adresser(code="R-A", structure="S1") == "verbatims.html?code=R-A&structure=S1"
    assert recherche.adresser("../", code="R-A", prisme="P-A") == "../verbatims.html?code=R-A&prisme=P-A"
    assert recherche.adresser(code="R-A", avec="O-A") == "", "dits dans la citation, non dans une même phrase"
    assert recherche.adresser(code="O-A", prisme="P-A") == ""
    assert recherche.adresser(code="R-A", structure="S2") == ""
    assert recherche.adresser(code="R-A", famille="direction") == ""
    assert recherche.adresser(code="R-B") == "", "une citation contenue n'est pas montrée seule"


# ─── Les prismes ───


def etudier(prismes):
    """Composer ce qu'il faut d'une étude pour dire des prismes : place → prismes posés."""
    dimensions = (Dimension("theme", "Thème"), Dimension("prisme", "Prisme"))
    codes = [(nom, "theme") for nom in THEMES] + [(nom, "prisme") for nom in PRISMES]
    grille = Grille(1, dimensions, tuple(Code(nom, dimension, nom, "…", *[()] * 5) for nom, dimension in codes))
    lignes = [(place, prisme) for place, siens in prismes.items() for prisme in siens]
    return SimpleNamespace(grille=grille, consolide=pd.DataFrame(lignes, columns=["segment", "code"]))


def croiser(**cellules):
    """Composer la table publiée ; ``R_A__P_A=None`` masque une cellule, les autres valent 9."""
    table = pd.DataFrame(9, index=THEMES, columns=PRISMES, dtype="Int64").rename_axis("code")
    for nom, valeur in cellules.items():
        theme, prisme = (partie.replace("_", "-") for partie in nom.split("__"))
        table.loc[theme, prisme] = valeur
    return table.reset_index()


def test_une_phrase_dit_ses_prismes_quand_tout_est_publie():
    dites = [citer("E01:0-9", ("R-A", "O-A")), citer("E02:0-9", ())]
    etude = etudier({"E01:0-9": ["P-B", "P-A"], "E02:0-9": ["P-A"]})
    assert dire_prismes(etude, dites, croiser(), 3) == {"E01:0-9": PRISMES}, "sans thème, rien n'est croisé"


def test_une_phrase_d_une_cellule_masquee_ne_dit_pas_son_prisme():
    places = [f"E0{rang}:0-9" for rang in range(1, 5)]
    dites = [citer(place) for place in places] + [citer("E05:0-9", ("R-A", "R-B"))]
    etude = etudier({place: ["P-A"] for place in places[:3]} | {"E04:0-9": ["P-B"], "E05:0-9": ["P-B"]})
    dits = dire_prismes(etude, dites, croiser(R_A__P_A=None), 3)
    assert dits == {"E04:0-9": ("P-B",), "E05:0-9": ("P-B",)}


def test_celles_qui_restent_muettes_doivent_venir_d_assez_de_documents():
    dites = [citer("E01:0-9"), citer("E02:0-9"), citer("E03:0-9"), citer("E03:10-19"), citer("E04:0-9", ("R-B",))]
    poses = {"E01:0-9": ["P-A"], "E02:0-9": ["P-A"], "E03:0-9": ["P-B"], "E04:0-9": ["P-B"]}
    dits = dire_prismes(etudier(poses), dites, croiser(R_A__P_A=None), 3)
    assert dits == {"E03:0-9": ("P-B",), "E04:0-9": ("P-B",)}, "E03:10-19 est muette elle aussi : trois documents"
    assert dire_prismes(etudier(poses), dites, croiser(R_A__P_A=None), 4) == {"E04:0-9": ("P-B",)}
    assert dire_prismes(etudier(poses), dites, croiser(R_A__P_A=0), 4)["E01:0-9"] == ("P-A",), "un zéro est publié"


@given(
    st.lists(st.tuples(st.integers(1, 6), st.sets(st.sampled_from(THEMES)), st.sets(st.sampled_from(PRISMES)))),
    st.sets(st.tuples(st.sampled_from(THEMES), st.sampled_from(PRISMES))),
    st.integers(1, 4),
)
def test_aucune_cellule_masquee_ne_se_lit_ni_ne_se_cerne(phrases, masquees, seuil):
    dites = [citer(f"E{nom:02d}:{rang}0-{rang}9", tuple(sorted(codes))) for rang, (nom, codes, _) in enumerate(phrases)]
    poses = {str(un.place): sorted(prismes) for un, (_, _, prismes) in zip(dites, phrases, strict=True)}
    croises = croiser(**{f"{code}__{prisme}".replace("-", "_"): None for code, prisme in masquees})
    dits = dire_prismes(etudier(poses), dites, croises, seuil)
    for un in dites:
        siens = dits.get(str(un.place), ())
        assert set(siens) <= set(poses[str(un.place)])
        assert not {(code, prisme) for code in un.codes for prisme in siens} & masquees
    for code in {code for code, _ in masquees}:
        siennes = [un for un in dites if code in un.codes]
        muettes = [un for un in siennes if str(un.place) not in dits]
        assert muettes == siennes or len({un.place.entretien for un in muettes}) >= seuil


# ─── Les données de la recherche ───


def test_les_donnees_disent_ce_que_la_liste_montre():
    renvois = {"E01:0-9": (Renvoi("enseignement 1", "e1.html"),), "E01:10-19": (Renvoi("enseignement 1", "e1.html"),)}
    dites = [citer("E01:0-9", texte="C'est </script> ?"), citer("E01:10-19", ("R-A", "O-A")), citer("E02:0-9", ())]
    (liste,) = ranger_listes(dites)
    nom, donnees = lire_donnees(ecrire_citations(liste, renvois, {"E01:10-19": ("P-A",)}))
    assert nom == "structure-s1"
    assert donnees["renvois"] == [["enseignement 1", "e1.html"]]
    (premier, second) = donnees["documents"]
    assert premier[:3] == ["E01", "Structure S1, permanents", "permanents"]
    assert premier[3] == [
        ["0-9", "C’est </script>\u202f?", ["R-A"], "Avant.", "Après.", [0]],
        ["10-19", "On le dit.", ["R-A O-A P-A"], "Avant.", "Après.", [0]],
    ]
    assert second[3][0][2] == [""], "une preuve sans thème reste montrée"


def test_la_source_d_un_document_sans_structure_est_sa_famille():
    assert dire_source(citer("E01:0-9", structure="")) == "permanents"


def test_les_listes_de_la_demonstration_et_leurs_donnees_disent_les_memes_mots():
    dossier, citations = RACINE / "rapports/verbatims", 0
    for page in sorted(dossier.glob("structure-*.qmd")):
        texte = lire_texte(page)
        nom, donnees = lire_donnees(lire_texte(page.with_suffix(".js")))
        assert nom == page.stem
        places = [f"v-{un[0]}-{dite[0]}" for un in donnees["documents"] for dite in un[3]]
        assert re.findall(r'<article id="([^"]+)"', texte) == places
        citations += len(places)
        paroles = [re.sub(r"<[^>]+>", "", dite) for dite in re.findall(r"<blockquote>(.*?)</blockquote>", texte)]
        assert paroles == [dite[1] for un in donnees["documents"] for dite in un[3]]
    table = pd.read_csv(RACINE / "rapports/donnees/verbatims.csv", sep=";")
    assert 500 < citations <= len(table)


def test_les_prismes_de_la_demonstration_ne_disent_aucune_cellule_masquee():
    croises = pd.read_csv(RACINE / "rapports/donnees/code_prisme.csv", sep=";").set_index("code")
    assert croises.isna().any(axis=None)
    comptes = pd.DataFrame(0, index=croises.index, columns=croises.columns)
    for chemin in (RACINE / "rapports/verbatims").glob("*.js"):
        _, donnees = lire_donnees(lire_texte(chemin))
        phrases = [codes.split() for un in donnees["documents"] for dite in un[3] for codes in dite[2]]
        for codes in phrases:
            prismes = [code for code in codes if code.startswith("P-")]
            comptes.loc[[code for code in codes if not code.startswith("P-")], prismes] += 1
    assert comptes.where(croises.isna(), 0).to_numpy().sum() == 0
    assert ((comptes > 0) == (croises > 0)).all(axis=None), "chaque nombre publié a une parole à montrer"


# ─── Dans une étude ───


def test_la_porte_lit_les_donnees_de_la_recherche(etude):
    ecrire_pages(Etude(etude))
    dossier = etude / "rapports/verbatims"
    cle = pd.DataFrame({"reel": ["Sandrine", "Fatou"]})
    assert verifier_publication(dossier, cle=cle) == []
    fichier = dossier / "structure-s1.js"
    fichier.write_text(lire_texte(fichier).replace("Awa me montre", "Fatou me montre"), encoding="utf-8")
    (probleme,) = verifier_publication(dossier, cle=cle)
    assert probleme.fichier.endswith("structure-s1.js")
    assert probleme.message == "un nom réel de la clé se lit dans ce fichier"


def test_un_document_sans_structure_a_sa_liste(etude):
    documents = etude / "data/corpus/corpus.csv"
    documents.write_text(lire_texte(documents).replace("E02;entretien;S1;", "E02;entretien;;"), encoding="utf-8")
    ecrire_pages(Etude(etude))
    page = lire_texte(etude / "rapports/verbatims/structure-aucune.qmd")
    assert 'id="v-E02-38-62"' in page
    assert "](../verbatims/structure-s1.qmd#v-E01-37-62)" in lire_texte(etude / "rapports/enseignements/e1.qmd")
    accueil = lire_texte(etude / "rapports/_fragments/verbatims.qmd")
    assert 'href="verbatims/structure-aucune.html"' in accueil
    assert '<option value="S1">' in accueil


def test_une_structure_sur_deux_pages_mene_de_l_une_a_l_autre(etude, monkeypatch):
    monkeypatch.setattr("ess_analyse.pages.adresses._PAR_PAGE", 1200)
    ecrire_pages(Etude(etude))
    une, deux = (lire_texte(etude / f"rapports/verbatims/structure-s1{suite}.qmd") for suite in ("", "_2"))
    assert "[2](structure-s1_2.qmd)" in une
    assert "[1](structure-s1.qmd)" in deux
    assert set(re.findall(r'<article id="([^"]+)"', une)).isdisjoint(re.findall(r'<article id="([^"]+)"', deux))
    accueil = lire_texte(etude / "rapports/_fragments/verbatims.qmd")
    debuts = re.findall(r'data-debuts="([^"]+)"', accueil)
    assert debuts[0].startswith("E01:37")
    assert "(2 sur " in accueil


def test_une_liste_dit_le_debut_de_chacun_de_ses_documents():
    dites = (citer("E01:70-90"), citer("E01:95-99"), citer("E02:5-9"))
    assert Liste("structure-s1", "S1", "Le garage", 1, 1, dites).debuts == "E01:70 E02:5"
