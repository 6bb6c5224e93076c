"""Retirer un document : rien n'est écrit avant qu'on le demande, rien de lui ne reste, tout ce qui se perd est dit."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import typst
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.cli import principal
from ess_analyse.cli.joints import joindre
from ess_analyse.corrections import sceller_preuves
from ess_analyse.enseignements import citations
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude
from ess_analyse.fichiers import ecrire_table, lire_table
from ess_analyse.lecture import attribuer_identifiants, lire_corpus
from ess_analyse.modele import Place
from ess_analyse.pages import ecrire_pages
from ess_analyse.pages.edition import preparer_edition
from ess_analyse.pages.matiere import rassembler
from ess_analyse.pseudonymes import CLE
from ess_analyse.pseudonymes.sources import CHOIX, PSEUDONYMES, SOURCES
from ess_analyse.rendu import rendre_site
from ess_analyse.retrait import (
    MOTIFS,
    REGISTRE,
    application,
    chercher_dans_git,
    lire_registre,
    preparer_retrait,
    retirer,
    retraits_inacheves,
)
from ess_analyse.retrait.prose import RETIREE, nettoyer, nettoyer_cellule, nettoyer_recit, verifier_nettoye
from ess_analyse.retrait.registre import inscrire, trouver_sources
from ess_analyse.retrait.restes import Empreinte, parcourir
from ess_analyse.segments import segmenter

RACINE = Path(__file__).parents[1]
NON_LU = "non lu (image, enregistrement…) : à regarder vous-même"
JOUR = date(2026, 11, 22)
TROU = "\0"
PHRASE = "On les ressaisit le soir. C'est long, hein."


def photographier(racine: Path) -> dict[str, str]:
    return {
        chemin.relative_to(racine).as_posix(): hashlib.sha256(chemin.read_bytes()).hexdigest()
        for chemin in sorted(racine.rglob("*"))
        if chemin.is_file()
    }


def poser(chemin: Path, texte: str) -> Path:
    chemin.parent.mkdir(parents=True, exist_ok=True)
    chemin.write_text(texte, encoding="utf-8")
    return chemin


def lancer(*arguments: str):
    return CliRunner().invoke(principal, arguments, prog_name="ess-analyse")


def lire_cle_entiere(etude: Etude) -> pd.DataFrame:
    return lire_table(etude.cle, CLE)


def cahier(*cellules: dict) -> str:
    return json.dumps({"cells": list(cellules), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


def code(source: str, *textes: str) -> dict:
    sorties = [{"output_type": "stream", "name": "stdout", "text": [texte]} for texte in textes]
    return {"cell_type": "code", "execution_count": 3, "metadata": {}, "outputs": sorties, "source": [source]}


@pytest.fixture(scope="session")
def moule(tmp_path_factory):
    """Où la petite étude complète est gardée, faite une fois et recopiée."""
    return tmp_path_factory.mktemp("moule") / "etude"


@pytest.fixture
def petite(etude, moule) -> Etude:
    """La petite étude, avec une fiche, un plan, des suggestions, un notebook, un site rendu et des caches."""
    if not moule.exists():
        completer(etude)
        shutil.copytree(etude, moule)
    shutil.copytree(moule, etude, dirs_exist_ok=True)
    return Etude(etude)


def publier(etude: Etude) -> None:
    """Écrire les pages et ce que l'on y joint."""
    edition = preparer_edition(etude, rassembler(etude))
    ecrire_pages(etude, edition)
    joindre(etude, edition)


def completer(etude: Path) -> None:
    fiche = (
        "---\nnumero: F1\ntitre: La pesée\ntemps: Le soir\nlieu: Au quai\nacteurs: [Une salariée]\n"
        'actions:\n  - "On ressaisit [@E01:37-62; @E02:38-62]."\n  - "[@E01:63-80]"\n'
        'consequences: ["C\'est long [@E01:63-80]."]\ncauses: [Deux registres]\nagir:\n  - Peser une fois\n'
        "codes: [R-CHARGE]\n---\n\nLe soir, tout est repris [@E01:37-62].\n\n[@E02:38-62]\n"
    )
    poser(etude / "data/fiches/F1.md", fiche)
    poser(
        etude / "data/plan.csv",
        "numero;portee;theme;axe;action;pilote;echeance;indicateur;enseignements;preuves\n"
        "A1;collective;Temps;Peser;Peser une fois;Direction;2027-01;Pesées;;E01:37-62 E02:38-62\n"
        "A2;collective;Temps;Aider;Montrer la caisse;Direction;2027-01;Séances;1;E01:63-80\n",
    )
    lue = (etude / "data/codages/lea.csv").read_text(encoding="utf-8")
    poser(etude / "data/codages/paul.csv", lue)
    corpus = lire_corpus(etude / "data/corpus")
    premiers = [Place(un.identifiant, un.tours[0].debut, un.tours[0].fin) for un in corpus][:2]
    poser(etude / "data/corpus/temps.csv", "segment;debut;fin\n" + "".join(f"{place};0;2\n" for place in premiers))
    assert lancer("echantillon").exit_code == 0
    poser(etude / "data/corpus/diffusion.csv", "segment;diffusion;motif\nE01:13-28;restreinte;à sa demande\n")
    poser(
        etude / "notebooks/01.ipynb",
        cahier(
            code("a", f"E01 {PHRASE}"),
            code("b", "rien"),
            {"cell_type": "markdown", "metadata": {}, "source": ["Du texte."]},
        ),
    )
    # Without example sentences, learning costs nothing.
    (etude / "data/exemples").mkdir()
    assert lancer("suggerer").exit_code == 0
    publier(Etude(etude))
    sceller_preuves(Etude(etude), segmenter(corpus))
    rendre_site(etude)
    assert PHRASE[:20] in (etude / "_site/rapports/verbatims/structure-s1.html").read_text(encoding="utf-8")


# ─── La prose ───


@pytest.mark.parametrize(
    ("avant", "apres"),
    [
        ("Oui [@E05:1-9].", f"Oui{TROU}."),
        ("Oui\u00a0[@E05:1-9] [@E05:2-4].", f"Oui{TROU}."),
        ("Oui [@E01:1-9;@E05:1-9; @E02:3-4].", "Oui [@E01:1-9; @E02:3-4]."),
        ("[@E05:1-9] Non.", f"{TROU}Non."),
        ("Un.\n\n[@E05:1-9]\n\nDeux.\n", "Un.\n\nDeux.\n"),
        ("Un.\n\n- [@E05:1-9]\n- Deux.\n", "Un.\n\n- Deux.\n"),
        ("« On note » [@E05:1-9].", f"« {RETIREE} »{TROU}."),
        ("« Il note » puis « on verra », dit-elle [@E05:1-9].", f"« {RETIREE} » puis « {RETIREE} », dit-elle{TROU}."),
        ("« On note » [@E05:1-9; @E01:0-8].", f"« {RETIREE} » [@E01:0-8]."),
        ("« Elle note » [@E05:1-9; @E01:0-8].", "« Elle note » [@E01:0-8]."),
        ("« Faire avec ». Puis « on note » [@E01:0-8].", "« Faire avec ». Puis « on note » [@E01:0-8]."),
        ("Le « faire avec » des autres. Oui [@E05:1-9].", f"Le « faire avec » des autres. Oui{TROU}."),
        ("E055 et [@E055:1-9], [@XE05:1-9].", "E055 et [@E055:1-9], [@XE05:1-9]."),
        ("Une ligne [@E01:1-2;\n@E05:1-9] coupée.", "Une ligne [@E01:1-2] coupée."),
    ],
)
def test_nettoyer(avant, apres):
    mots = {"E05": "On note. Il note, on verra.", "E01": "Elle note tout."}
    assert nettoyer(avant, "E05", lambda place: mots.get(place.entretien, "")) == apres


PLACES = st.builds(
    lambda nom, a, n: Place(nom, a, a + n), st.sampled_from(["E05", "E01", "O02"]), *[st.integers(1, 99)] * 2
)
GROUPES = st.lists(st.lists(PLACES, min_size=1, max_size=4), max_size=6)


@given(GROUPES, st.lists(st.sampled_from(["Elle dit", "\n\n", "« mot »", ". Puis", "\n- "]), min_size=6, max_size=6))
def test_nettoyer_ote_le_document_et_lui_seul(groupes, mots):
    texte = "".join(
        f"{mot} [{'; '.join(f'@{place}' for place in groupe)}]" for mot, groupe in zip(mots, groupes, strict=False)
    )
    neuf = nettoyer(texte, "E05", lambda place: "").replace(TROU, "")
    attendues = [place for groupe in groupes for place in groupe if place.entretien != "E05"]
    assert [place for _, _, places in citations(neuf) for place in places] == attendues
    assert "E05" not in neuf
    assert nettoyer(neuf, "E05", lambda place: "") == neuf


def test_nettoyer_une_cellule():
    assert nettoyer_cellule("E05:1-9", "E05", str) == ""
    assert nettoyer_cellule("E05:1-9 E01:2-3", "E05", str) == "E01:2-3"
    assert nettoyer_cellule("Peser [@E05:1-9].", "E05", str) == "Peser."
    assert nettoyer_cellule("  rien  ", "E05", str) == "  rien  "
    assert nettoyer_cellule("AE05:1-9 E05:1-99", "E05", str) == "AE05:1-9"


RECIT = """\
---
numero: 1   # gardé
titre: "Un « titre » : simple"
solutions:
  - "Inscrire [@E05:1-9]."  # voilà
  - "Garder [@E01:1-9; @E05:1-9]."
  - >
    Un texte plié
    sur deux lignes [@E05:1-9].
  - "[@E05:3-4]"
codes: [R-CHARGE, "R-SENS"]
fiches: ["E05:1-2", F2, E05:2-3]
contre:
  - "E05:1-9"
  - 'E01:3-4'
---

## Un

Elle note [@E05:1-9]. Il garde [@E01:1-9]. Cela dure. [@E05:2-3] Tant mieux.

- un point [@E05:1-9]
- un autre [@E01:1-9]
"""
RECIT_NETTOYE = """\
---
numero: 1   # gardé
titre: "Un « titre » : simple"
solutions:
  - "Inscrire."  # voilà
  - "Garder [@E01:1-9]."
  - >
    Un texte plié
    sur deux lignes.
codes: [R-CHARGE, "R-SENS"]
fiches: [F2]
contre:
  - 'E01:3-4'
---

## Un

Elle note. Il garde [@E01:1-9]. Cela dure. Tant mieux.

- un point
- un autre [@E01:1-9]
"""


def test_nettoyer_un_recit_ne_touche_a_rien_d_autre():
    neuf, orphelines = nettoyer_recit(RECIT, RECIT.index("\n## Un"), "E05", lambda place: "")
    assert neuf == RECIT_NETTOYE
    assert [(une.ligne, une.phrase) for une in orphelines] == [
        (5, "Inscrire."),
        (9, "Un texte plié sur deux lignes."),
        (18, "Elle note."),
        (18, "Cela dure."),
        (20, "- un point"),
    ]


def test_nettoyer_une_liste_entiere():
    texte = '---\ncontre:\n  - "E05:1-9"\nfiches: [E05:1-2]\n---\n'
    assert nettoyer_recit(texte, len(texte), "E05", lambda place: "")[0] == "---\ncontre:\nfiches: []\n---\n"


def test_un_renvoi_ou_une_cle_double_ne_font_rien_perdre():
    texte = '---\na: &x "Un [@E05:1-9]."\nb: *x\nb: "Deux [@E05:1-9]."\n---\n'
    neuf, orphelines = nettoyer_recit(texte, len(texte), "E05", lambda place: "")
    assert neuf == '---\na: &x "Un."\nb: *x\nb: "Deux."\n---\n'
    assert "E05" not in neuf
    assert [une.ligne for une in orphelines] == [2, 4]


def test_une_citation_mal_ecrite_du_document_se_dit():
    problemes = verifier_nettoye("Un.\nDeux [@E05: 1–9], trois [@E01 : 2].", "1-a.md", "E05")
    assert [(un.ligne, un.message) for un in problemes] == [(2, "citation de ce document mal écrite")]


# ─── Le registre ───


def test_registre_une_ligne_datee_sans_nom(tmp_path):
    chemin = tmp_path / "registre.csv"
    assert inscrire(chemin, "E07", JOUR)
    assert inscrire(chemin, "E08", JOUR, "erreur")
    assert not inscrire(chemin, "E07", date(2030, 1, 1)), "la première date fait foi"
    assert chemin.read_text(encoding="utf-8-sig").splitlines() == [
        ";".join(REGISTRE),
        "2026-11-22;retrait;E07;à la demande de la personne",
        "2026-11-22;retrait;E08;document versé par erreur",
    ]
    assert list(lire_registre(chemin)["document"]) == ["E07", "E08"]


def test_le_motif_est_pris_dans_une_liste(tmp_path):
    with pytest.raises(ErreurDonnees, match="motif inconnu"):
        inscrire(tmp_path / "registre.csv", "E07", JOUR, "demande de Mme Tessier")
    assert not (tmp_path / "registre.csv").exists()
    assert set(MOTIFS) == {"demande", "consentement", "erreur"}


def test_registre_fautif_dit_tout(ecrire):
    chemin = ecrire(
        "registre.csv", "date;acte;document;motif\n22/11/2026;retrais;Élodie T;à la demande de la personne\n"
    )
    with pytest.raises(ErreurDonnees) as erreur:
        lire_registre(chemin)
    assert [probleme.message for probleme in erreur.value.problemes] == [
        "date mal écrite",
        "acte inconnu",
        "document mal écrit",
    ]
    assert "Élodie" not in str(erreur.value)


def test_un_identifiant_retire_ne_sert_plus(petite):
    retirer(petite, preparer_retrait(petite, "E01"), JOUR)
    pris = {f"retrait de {document}": document for document in lire_registre(petite.registre)["document"]}
    assert attribuer_identifiants(["nouvelle.txt"], {"E02_Karim.txt": "E02", **pris}) == {"nouvelle.txt": "E03"}


# ─── Les sources ───


def test_trouver_sources_par_la_table_ou_par_le_nom(petite):
    assert [chemin.name for chemin in trouver_sources(petite, "E01")] == ["E01_Sandrine.txt"]
    poser(petite.brut / "son/E01 enregistrement.wav", "x")
    poser(petite.brut / "E010_autre.txt", "x")
    ecrire_table(
        petite.sources,
        pd.DataFrame(
            [("E01_Sandrine.txt", "E02"), ("libre.txt", "E01")], columns=["fichier", "entretien"], dtype="str"
        ),
    )
    poser(petite.brut / "libre.txt", "x")
    assert [chemin.name for chemin in trouver_sources(petite, "E01")] == ["libre.txt", "E01 enregistrement.wav"]


def test_un_fichier_renomme_se_trouve_a_son_contenu(petite):
    reste = petite.brut / "E01_Sandrine.txt"
    for nom in ("nouveau_nom.txt", "enregistrement.wav"):
        (petite.brut / nom).write_bytes(reste.read_bytes())
    reste.unlink()
    assert [chemin.name for chemin in trouver_sources(petite, "E01")] == ["nouveau_nom.txt"]
    assert [chemin.name for chemin in trouver_sources(petite, "E02")] == ["E02_Karim.txt"]


def test_sans_table_un_nom_muet_n_est_de_personne(petite):
    petite.sources.unlink()
    poser(petite.brut / "nouvelle.txt", "x")
    assert [chemin.name for chemin in trouver_sources(petite, "E03")] == []


# ─── Préparer ───


def test_preparer_ne_change_pas_un_octet(petite):
    avant = photographier(petite.racine)
    retrait = preparer_retrait(petite, "E01", lire_cle_entiere(petite))
    assert retrait.en_tables()
    assert photographier(petite.racine) == avant


def test_preparer_dit_ce_qui_part(petite):
    retrait = preparer_retrait(petite, "E01")
    assert [chemin.name for chemin in retrait.effaces] == ["E01.txt", "E01_Sandrine.txt"]
    assert [chemin.name for chemin in retrait.sites] == ["_site"]
    assert {".ess", "verbatims.csv", "e1.qmd", "f1.qmd"} <= {chemin.name for chemin in retrait.caches}
    assert [chemin.name for chemin in retrait.cahiers] == ["01.ipynb"]
    otees = dict(zip(retrait.lignes["fichier"], retrait.lignes["lignes"], strict=True))
    assert otees.pop("data/suggestions.csv") > 0
    assert otees == {
        "data/codages/lea.csv": 3,
        "data/codages/paul.csv": 3,
        "data/corpus/temps.csv": 1,
        "data/preuves.csv": 3,
        "data/echantillon.csv": 1,
        "data/corpus/diffusion.csv": 1,
        "data/corpus/corpus.csv": 1,
        "data/fonctions.csv": 1,
        "data/prive/sources.csv": 1,
    }
    assert set(retrait.recits["fichier"]) == {"data/enseignements/1-ressaisie.md", "data/fiches/F1.md", "data/plan.csv"}


def test_tout_ce_que_les_pages_ecrivent_est_vide_ou_efface(petite):
    ecrites = {chemin for chemin in petite.rapports.rglob("*") if chemin.is_file()}
    for chemin in (petite.rapports / nom for nom in ("_fragments", "donnees", "enseignements", "fiches", "verbatims")):
        shutil.rmtree(chemin)
    refaites = set(ecrire_pages(petite))
    retrait = preparer_retrait(petite, "E01")
    posees = {chemin for chemin in refaites if chemin.name == "index.qmd"}
    assert refaites - posees == {*retrait.morceaux, *(c for c in retrait.caches if c.is_relative_to(petite.rapports))}
    assert refaites <= ecrites


def test_preparer_dit_ce_que_l_etude_perd(petite):
    retrait = preparer_retrait(petite, "E01")
    soutien = retrait.soutien.set_index("quoi")
    assert soutien.loc["enseignement 1", ["preuves", "preuves_apres", "contre_apres"]].tolist() == [1, 0, 1]
    assert soutien.loc["enseignement 1", "alerte"] == "plus aucune preuve"
    assert soutien.loc["fiche F1", ["preuves", "preuves_apres", "documents", "documents_apres"]].tolist() == [
        3,
        1,
        2,
        1,
    ]
    assert soutien.loc["fiche F1", "alerte"] == "ne tient plus qu'à un seul document"
    assert soutien.loc["action A1", "alerte"] == "ne tient plus qu'à un seul document"
    assert soutien.loc["action A2", "alerte"] == "plus aucune preuve ; reste l'enseignement cité"
    assert retrait.affirmations["phrase"].tolist() == [
        f"Les pesées sont reprises en fin de journée : « {RETIREE} ».",
        "C'est long.",
        "Le soir, tout est repris.",
    ]
    assert dict(zip(retrait.codes["code"], retrait.codes["alerte"], strict=True)) == {
        "R-CHARGE": "plus aucun document",
        "P-GESTION": "plus aucun document",
    }
    assert retrait.double_codage.values.tolist() == [
        ["phrases codées deux fois", 6, 3],
        ["documents codés deux fois", 2, 1],
    ]
    assert any("S1 ne compte plus qu'un document :" in avis for avis in retrait.avis)
    assert any("« ess-analyse notebooks »" in avis for avis in retrait.avis)


def test_une_contre_preuve_se_perd_aussi(petite):
    soutien = preparer_retrait(petite, "E02").soutien.set_index("quoi")
    assert soutien.loc["enseignement 1", ["preuves_apres", "contre", "contre_apres"]].tolist() == [1, 1, 0]


def test_le_seuil_est_celui_de_l_etude(petite):
    for nom in ("E03", "E04", "E05"):
        poser(petite.brut / f"{nom}.txt", "Enquêtrice : Et là ?\n\nAna : On les ressaisit le soir.\n")
        corpus = (petite.documents).read_text(encoding="utf-8-sig")
        poser(petite.documents, corpus + f"{nom};entretien;S1;direction;2025-03;publique\n")
        poser(petite.corpus / f"{nom}.txt", "Enquêtrice : Et là ?\n\nAna : On les ressaisit le soir.\n")
        feuille = petite.codages / "lea.csv"
        poser(
            feuille, feuille.read_text(encoding="utf-8-sig") + f"{nom}:28-53;Ana;On les ressaisit le soir.;R-CHARGE;;\n"
        )
    (petite.codages / "paul.csv").unlink()
    assert "R-CHARGE" not in set(preparer_retrait(petite, "E05").codes["code"])
    poser(petite.reglages, "seuil: 4\n")
    codes = preparer_retrait(petite, "E05").codes.set_index("code")
    assert codes.loc["R-CHARGE", ["documents", "documents_apres"]].tolist() == [4, 3]
    assert codes.loc["R-CHARGE", "alerte"] == "moins de 4 documents : ses cellules seront masquées"


# ─── Ce qui reste ailleurs ───


def test_empreinte_reconnait_ses_mots_et_non_ceux_de_tous():
    empreinte = Empreinte(
        "E05", "Je pose le micro ici, sur la caisse. On verra bien ce soir, hein.", ["On verra bien ce soir, hein."]
    )
    assert empreinte.lignes("JE POSE <b>le</b> micro\nici, sur la caisse") == [1]
    assert empreinte.lignes('{"t": "x\\nje pose le micro ici, sur la caiss\\u0065"}') == [1]
    assert empreinte.lignes("On verra bien ce soir, hein.") == []
    assert empreinte.lignes("je pose le micro ailleurs") == []
    assert empreinte.lignes("&laquo;je pose le micro ici, sur&raquo;") == [1]
    assert empreinte.places("v-E05-3-4\nE05:3-4 E055:1-2\nXE05:1-2") == [1, 2]
    assert empreinte.nomme("E05 : 3 tours")
    assert not empreinte.nomme("E055 E05bis")


def test_les_restes_se_disent_et_ne_s_effacent_pas(petite):
    longue = "On les ressaisit le soir. C'est long, hein."
    memo = poser(petite.data / "memo.md", f"Idée.\n\nVoir E01:37-62.\n\n« {longue} »\n")
    with zipfile.ZipFile(petite.racine / "envoi.qdpx", "w") as archive:
        archive.writestr("Sources/x.txt", longue)
    consentement = poser(petite.data / "prive/E01_consentement.pdf", "%PDF \0")
    (petite.racine / "documents").mkdir()
    (petite.racine / "documents/rapport.pdf").write_bytes(typst.compile(f"Ceci.#pagebreak(){longue}".encode()))
    (petite.racine / "documents/balayee.pdf").write_bytes(typst.compile(b"#rect()"))
    poser(petite.racine / "venv/pyvenv.cfg", "")
    poser(petite.racine / "venv/x.txt", longue)
    poser(petite.racine / "programme/exemple.py", "# E01:37-62\n")
    retrait = preparer_retrait(petite, "E01")
    assert retrait.restes.values.tolist() == [
        ["envoi.qdpx (Sources/x.txt)", 1, "paroles du document"],
        ["data/memo.md", 3, "place du document"],
        ["data/memo.md", 5, "paroles du document"],
        ["data/prive/E01_consentement.pdf", 0, "identifiant dans le nom du fichier"],
        ["data/prive/E01_consentement.pdf", 0, NON_LU],
        ["documents/balayee.pdf", 0, NON_LU],
        ["documents/rapport.pdf (page 2)", 1, "paroles du document"],
    ]
    retirer(petite, retrait, JOUR)
    assert longue in memo.read_text(encoding="utf-8")
    assert consentement.exists()


def test_parcourir_laisse_ce_qui_est_cache_ou_exclu(tmp_path):
    for nom in ("a.txt", ".git/b", "__pycache__/c", "d/e.txt", "f/pyvenv.cfg", ".cache.txt"):
        poser(tmp_path / nom, "x")
    assert {chemin.name for chemin in parcourir(tmp_path, [tmp_path / "d"])} == {"a.txt", ".cache.txt"}


def test_seules_les_sorties_qui_le_montrent_sont_videes(petite):
    retirer(petite, preparer_retrait(petite, "E01"), JOUR)
    cellules = json.loads((petite.notebooks / "01.ipynb").read_text(encoding="utf-8"))["cells"]
    assert cellules[0] == {**code("a"), "execution_count": None}
    assert cellules[1] == code("b", "rien")


def test_un_tableau_tronque_ou_une_figure_sont_reconnus(petite):
    html = {
        "output_type": "display_data",
        "metadata": {},
        "data": {"text/html": ["<td>On les ressaisit le\n", "soir. C&#39;est…</td>"]},
    }
    image = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "E01/"}}
    une, autre = code("a"), code("b")
    une["outputs"], autre["outputs"] = [html], [image]
    chemin = poser(petite.notebooks / "01.ipynb", cahier(une, autre))
    retirer(petite, preparer_retrait(petite, "E01"), JOUR)
    assert [len(cellule["outputs"]) for cellule in json.loads(chemin.read_text(encoding="utf-8"))["cells"]] == [0, 1]


# ─── La clé ───


def test_lignes_de_la_cle_sans_jamais_le_nom(petite):
    retrait = preparer_retrait(petite, "E01", lire_cle_entiere(petite))
    assert retrait.cle.values.tolist() == [[2, "Véra", "personne"]]
    montre = "\n".join(table.to_string() for table in retrait.en_tables().values())
    assert "Sandrine" not in montre
    assert "data/brut/E01….txt" in montre
    assert PHRASE[:20] not in repr(retrait)


def test_un_nom_qui_sert_ailleurs_reste_dans_la_cle(petite):
    poser(
        petite.brut / "E02_Karim.txt",
        (petite.brut / "E02_Karim.txt").read_text(encoding="utf-8") + "\nKarim : Sandrine.\n",
    )
    assert preparer_retrait(petite, "E01", lire_cle_entiere(petite)).cle.empty


def test_un_nom_ecrit_dans_un_autre_fichier_reste_dans_la_cle(petite):
    poser(petite.racine / "notes.md", "Appeler Sandrine.\n")
    assert preparer_retrait(petite, "E01", lire_cle_entiere(petite)).cle.empty


def test_un_document_sans_source_retient_ses_pseudonymes(petite):
    (petite.brut / "E02_Karim.txt").unlink()
    poser(petite.corpus / "E02.txt", (petite.corpus / "E02.txt").read_text(encoding="utf-8").replace("Awa", "Véra"))
    for feuille in petite.codages.glob("*.csv"):
        poser(
            feuille,
            feuille.read_text(encoding="utf-8")
            .replace("Awa me", "Véra me")
            .replace("E02:38-62", "E02:38-63")
            .replace("E02:63-82", "E02:64-83"),
        )
    poser(petite.diffusion, "segment;diffusion;motif\n")
    assert preparer_retrait(petite, "E01", lire_cle_entiere(petite)).cle.empty


@pytest.mark.parametrize("cas", ["absente", "illisible"])
def test_sans_pouvoir_lire_les_sources_on_ne_conclut_pas(petite, cas):
    if cas == "absente":
        (petite.brut / "E01_Sandrine.txt").unlink()
    else:
        (petite.brut / "E02_Karim.txt").write_bytes(b"")
    retrait = preparer_retrait(petite, "E01", lire_cle_entiere(petite))
    assert retrait.cle.empty
    assert any("n'ont pu être cherchées" in avis for avis in retrait.avis)


def test_oublier_la_cle_se_fait_avant_d_effacer_la_source(petite):
    vues = []

    def oublier(lignes):
        vues.append((lignes, (petite.brut / "E01_Sandrine.txt").exists()))
        ecrire_table(petite.cle, lire_cle_entiere(petite).drop(list(lignes)))

    retirer(petite, preparer_retrait(petite, "E01", lire_cle_entiere(petite)), JOUR, oublier=oublier)
    assert vues == [((2,), True)]
    assert list(lire_cle_entiere(petite)["reel"]) == ["Karim", "Fatou"]


def test_les_contextes_de_la_cle_sont_dits_et_otes(petite):
    cle = lire_cle_entiere(petite).assign(contextes=["", "il y a Fatou au tri", ""])
    dit = "la colonne « contextes » de la clé peut citer ce document : « ess-analyse retirer » l'ôte"
    assert dit in preparer_retrait(petite, "E01", cle).avis


def test_la_table_des_sources_suit_la_cle(petite, tmp_path_factory, monkeypatch):
    """Hors de l'étude, les noms des fichiers reçus sont rangés avec la clé."""
    dehors = tmp_path_factory.mktemp("dehors")
    for chemin in (petite.cle, petite.sources):
        shutil.move(chemin, dehors)
    monkeypatch.setattr("ess_analyse.pseudonymes.sources.trouver_cle", lambda etude: dehors / "cle.csv")
    (petite.brut / "E01_Sandrine.txt").rename(petite.brut / "sandrine.txt")
    table = lire_table(dehors / "sources.csv", ["fichier", "entretien"], [*SOURCES[2:], *CHOIX, PSEUDONYMES])
    ecrire_table(dehors / "sources.csv", table.replace("E01_Sandrine.txt", "sandrine.txt"))
    retirer(petite, preparer_retrait(petite, "E01"), JOUR)
    assert not (petite.brut / "sandrine.txt").exists()
    assert "E01" not in (dehors / "sources.csv").read_text(encoding="utf-8-sig")
    assert retraits_inacheves(petite) == []


# ─── Retirer ───


def test_retirer_ne_laisse_rien(petite):
    retirer(petite, preparer_retrait(petite, "E01"), JOUR)
    reste = {chemin.relative_to(petite.racine).as_posix() for chemin in petite.racine.rglob("*") if chemin.is_file()}
    assert not any("E01" in nom or nom.startswith(("_site", ".ess/")) for nom in reste)
    for nom in reste - {"data/registre.csv", "data/prive/cle.csv"}:
        texte = (petite.racine / nom).read_text(encoding="utf-8-sig")
        assert "ressaisit le soir" not in texte, nom
        assert "E01" not in texte, nom
    assert retraits_inacheves(petite) == []
    assert "direction" not in petite.fonctions.read_text(encoding="utf-8-sig"), "un intitulé que lui seul portait"
    assert lire_corpus(petite.corpus).documents["entretien"].tolist() == ["E02"]


def test_une_decision_prise_pendant_qu_on_lit_le_retrait_l_arrete_avant_tout(petite):
    retrait = preparer_retrait(petite, "E01")
    feuille = next(chemin for chemin in retrait.contenus if chemin.parent == petite.codages)
    feuille.write_text(feuille.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    avant = photographier(petite.racine)
    with pytest.raises(ErreurDonnees, match=f"{feuille.name} : ce fichier vient de changer"):
        retirer(petite, retrait, JOUR)
    assert photographier(petite.racine) == avant


def test_apres_le_retrait_la_verification_ne_dit_que_ce_qui_manque(petite):
    retirer(petite, preparer_retrait(petite, "E01"), JOUR)
    resultat = lancer("verifier", "--json")
    assert not isinstance(resultat.exception, Exception), resultat.output
    problemes = json.loads(resultat.output)
    assert {probleme["fichier"] for probleme in problemes} == {"data/enseignements/1-ressaisie.md"}
    assert {probleme["message"] for probleme in problemes} == {"enseignement sans aucune preuve", "section sans preuve"}
    assert lancer("site").exit_code == 1
    assert not petite.site.exists()


def test_un_second_retrait_n_attend_pas_que_le_premier_soit_repare(petite):
    retirer(petite, preparer_retrait(petite, "E01"), JOUR)
    retrait = preparer_retrait(petite, "E02")
    assert [chemin.name for chemin in retrait.effaces] == ["E02.txt", "E02_Karim.txt"]


def test_retirer_deux_fois_dit_depuis_quand(petite):
    retirer(petite, preparer_retrait(petite, "E01"), JOUR)
    avant = photographier(petite.racine)
    with pytest.raises(ErreurDonnees, match=r"ce document a été retiré le 2026-11-22 \(« E01 »\)"):
        preparer_retrait(petite, "E01")
    assert photographier(petite.racine) == avant


def test_document_inconnu(petite):
    with pytest.raises(ErreurDonnees, match=r"corpus\.csv : document inconnu \(« e1 »\)\. .*E01"):
        preparer_retrait(petite, "e1")


def test_une_etude_illisible_dit_tout_et_rien_ne_change(petite):
    poser(petite.fiches / "F1.md", "---\nnumero: [\n---\n")
    poser(petite.plan, "numero;preuves\nA1;x;y\n")
    poser(petite.grille, "version: 1\n")
    (petite.corpus / "E02.txt").unlink()
    avant = photographier(petite.racine)
    with pytest.raises(ErreurDonnees) as erreur:
        preparer_retrait(petite, "E01")
    assert {"data/fiches/F1.md", "data/plan.csv", "data/grille.yml", "data/corpus/E02.txt"} <= {
        probleme.fichier for probleme in erreur.value.problemes
    }
    assert photographier(petite.racine) == avant


@pytest.mark.parametrize(
    ("fichier", "texte", "dit"),
    [
        ("data/enseignements/1-ressaisie.md", None, "citation de ce document mal écrite"),
        ("notebooks/02.ipynb", "{", "notebook illisible"),
        ("data/codages/zoe.xlsx", "PK", "classeur de tableur"),
    ],
)
def test_ce_qu_on_ne_sait_pas_oter_arrete_tout(petite, fichier, texte, dit):
    chemin = petite.racine / fichier
    if texte is None:
        texte = chemin.read_text(encoding="utf-8").replace("## En résumé", "Aussi [@E01: 37–62].\n\n## En résumé")
    poser(chemin, texte)
    avant = photographier(petite.racine)
    with pytest.raises(ErreurDonnees, match=dit):
        preparer_retrait(petite, "E01")
    assert photographier(petite.racine) == avant


def test_les_autres_lignes_ne_changent_pas(petite):
    feuille = petite.codages / "lea.csv"
    poser(
        feuille,
        feuille.read_text(encoding="utf-8").replace(
            "Le camion est bleu.;-;;", 'Le camion est bleu.;-;;"un ""mémo"" ; à moi"'
        ),
    )
    avant = lire_table(feuille, ["segment", "locuteur", "texte", "codes", "origine", "memo"])
    retirer(petite, preparer_retrait(petite, "E01"), JOUR)
    apres = lire_table(feuille, list(avant.columns))
    assert apres.values.tolist() == avant[~avant["segment"].str.startswith("E01:")].values.tolist()


def test_un_dossier_qui_n_est_pas_un_site_n_est_pas_efface(petite):
    shutil.rmtree(petite.site)
    these = poser(petite.site / "these.txt", f"{PHRASE}\n")
    retrait = preparer_retrait(petite, "E01")
    assert retrait.sites == ()
    assert ["_site/these.txt", 1, "paroles du document"] in retrait.restes.values.tolist()
    retirer(petite, retrait, JOUR)
    assert these.exists()


def test_effacement_impossible_dit_et_repris(petite, monkeypatch):
    def refuser(*_, **__):
        raise PermissionError

    retrait = preparer_retrait(petite, "E01")
    with monkeypatch.context() as ouvert:
        ouvert.setattr(application.shutil, "rmtree", refuser)
        with pytest.raises(ErreurDonnees, match="effacement impossible"):
            retirer(petite, retrait, JOUR)
    assert not petite.site.exists(), "mis à l'écart avant d'être vidé"
    retirer(petite, preparer_retrait(petite, "E01"), JOUR)
    assert not list(petite.racine.glob("_site*"))


# ─── L'interruption ───


class CoupureError(Exception):
    """Le courant est coupé."""


ETAPES = ("_effacer", "inscrire", "ecrire_ensemble")


def retirer_et_couper(etude: Etude, monkeypatch, coup: int) -> bool:
    """Retirer, et s'arrêter juste avant le énième geste ; dire si l'on a été coupé."""
    gestes = iter(range(10_000))
    retrait = preparer_retrait(etude, "E01")
    with monkeypatch.context() as courant:
        for nom in ETAPES:
            vrai = getattr(application, nom)

            def geste(*arguments, vrai=vrai):
                if next(gestes) == coup:
                    raise CoupureError
                return vrai(*arguments)

            courant.setattr(application, nom, geste)
        try:
            retirer(etude, retrait, JOUR)
        except CoupureError:
            return True
    return False


def test_interrompu_n_importe_ou_il_ne_publie_plus_et_se_finit(petite, monkeypatch, tmp_path_factory):
    fini = Etude(tmp_path_factory.mktemp("fini") / "etude")
    shutil.copytree(petite.racine, fini.racine)
    retirer(fini, preparer_retrait(fini, "E01"), JOUR)
    attendu = photographier(fini.racine)
    coup, coupures = 0, 0
    while True:
        copie = Etude(tmp_path_factory.mktemp("coupe") / "etude")
        shutil.copytree(petite.racine, copie.racine)
        if not retirer_et_couper(copie, monkeypatch, coup):
            break
        coupures += 1
        if coup:
            assert not copie.site.exists(), coup
        if coup > 1:
            assert [un.valeur for un in retraits_inacheves(copie)] == ["E01"], coup
            assert "ess-analyse retirer E01" in str(retraits_inacheves(copie)[0])
        reprise = preparer_retrait(copie, "E01")
        assert reprise.commence == ("2026-11-22" if coup > 1 else "")
        retirer(copie, reprise, date(2027, 1, 1) if coup > 1 else JOUR)
        assert photographier(copie.racine) == attendu, coup
        coup += 1
    assert coupures > 10


@pytest.mark.parametrize("coup", range(0, 20, 3))
def test_interrompu_entre_deux_ecritures(petite, monkeypatch, coup):
    vrai, faits = Path.replace, iter(range(10_000))

    def remplacer(chemin, cible):
        if not chemin.is_dir() and next(faits) == coup:
            raise CoupureError
        return vrai(chemin, cible)

    retrait = preparer_retrait(petite, "E01")
    with monkeypatch.context() as courant:
        courant.setattr(Path, "replace", remplacer)
        with pytest.raises(CoupureError):
            retirer(petite, retrait, JOUR)
    assert not petite.site.exists()
    retirer(petite, preparer_retrait(petite, "E01"), JOUR)
    assert retraits_inacheves(petite) == []
    assert not [nom for nom in photographier(petite.data) if "E01" in nom or ".ess-" in nom]
    assert "ressaisit le soir" not in "".join(
        chemin.read_text(encoding="utf-8-sig") for chemin in petite.data.rglob("*") if chemin.is_file()
    )


def test_un_fichier_retire_qui_revient_se_voit(petite):
    source = petite.brut / "E01_Sandrine.txt"
    contenu = source.read_text(encoding="utf-8")
    retirer(petite, preparer_retrait(petite, "E01"), JOUR)
    poser(source, contenu)
    (probleme,) = retraits_inacheves(petite)
    assert (probleme.fichier, probleme.ligne, probleme.valeur) == ("data/registre.csv", 2, "E01")
    retirer(petite, preparer_retrait(petite, "E01"), JOUR)
    assert not source.exists()
    assert len(lire_registre(petite.registre)) == 1


# ─── Git ───


@pytest.fixture
def depot(exiger, tmp_path):
    """Un vrai dépôt : deux versions d'un document, une étiquette, une branche, un dépôt distant."""
    exiger("git")
    racine = tmp_path / "travail" / "étude d'essai"
    nom = racine / "data/corpus/E07.txt"

    def git(*arguments: str, ou: Path = tmp_path / "travail") -> None:
        identite = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", "-C", str(ou), *identite, *arguments], check=True, capture_output=True)

    poser(nom, "un\n")
    git("init", "-q", "-b", "principale")
    git("add", "-A")
    git("commit", "-q", "-m", "un")
    git("tag", "v1")
    poser(nom, "deux\n")
    git("commit", "-q", "-a", "-m", "deux")
    git("checkout", "-q", "-b", "essai")
    poser(racine / "autre.txt", "x\n")
    git("add", "-A")
    git("commit", "-q", "-m", "autre")
    git("init", "-q", "--bare", str(tmp_path / "distant.git"))
    git("remote", "add", "origin", str(tmp_path / "distant.git"))
    git("push", "-q", "origin", "principale")
    return racine


def test_git_dit_ce_qu_il_garde(depot, monkeypatch):
    monkeypatch.setenv("GIT_DIR", "/nulle/part")
    nom = depot / "data/corpus/E07.txt"
    nom.unlink()
    traces = chercher_dans_git(depot, [nom, depot / "data/absent.txt", Path("/ailleurs")])
    assert traces.raison == ""
    assert traces.depot == depot.parent
    assert traces.commits[["chemin", "commits"]].values.tolist() == [["étude d'essai/data/corpus/E07.txt", 2]]
    assert all(re.fullmatch("[0-9a-f]{7,}", commit) for commit in traces.commits[["premier", "dernier"]].values.ravel())
    assert traces.branches == ("essai", "principale", "origin/principale")
    assert traces.etiquettes == ("v1",)
    assert traces.distants == ("origin",)


def test_git_dit_comment_purger_sans_rien_lancer(depot):
    avant = photographier(depot.parent)
    commandes = chercher_dans_git(depot, [depot / "data/corpus/E07.txt"]).commandes()
    assert "git filter-repo --invert-paths" in commandes
    assert """--path 'étude d'"'"'essai/data/corpus/E07.txt'""" in commandes
    for attendu in ("git gc --prune=now", "push --force --all origin", "cloner de nouveau", "sauvegardes", "Zenodo"):
        assert attendu in commandes
    assert [ligne[0] for ligne in commandes.splitlines() if ligne[:1].isdigit()] == list("12345")
    assert max(map(len, commandes.splitlines())) <= 120
    assert photographier(depot.parent) == avant


def test_git_ne_sait_rien_d_un_fichier_jamais_enregistre(depot):
    traces = chercher_dans_git(depot, [poser(depot / "neuf.txt", "x")])
    assert traces.commits.empty
    assert traces.commandes() == ""


def test_hors_de_git_c_est_dit(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    traces = chercher_dans_git(tmp_path, [tmp_path / "a"])
    assert (traces.depot, traces.commandes()) == (None, "")
    assert "n'est pas dans un dépôt git" in traces.raison
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "n'est pas installé" in chercher_dans_git(tmp_path, []).raison


def test_un_depot_abime_est_dit(depot):
    shutil.rmtree(depot.parent / ".git/objects")
    (depot.parent / ".git/objects").mkdir()
    traces = chercher_dans_git(depot, [depot / "data/corpus/E07.txt"])
    assert "n'a pu être lue" in traces.raison


def test_git_regarde_tout_ce_que_le_retrait_touche(petite):
    chemins = preparer_retrait(petite, "E01").chemins
    noms = {chemin.relative_to(petite.racine).as_posix() for chemin in chemins}
    assert {"data/brut/E01_Sandrine.txt", "data/codages/lea.csv", "notebooks/01.ipynb"} <= noms
    assert {"rapports/verbatims/structure-s1.qmd", "rapports/verbatims/structure-s1.js"} <= noms
    assert {"rapports/_fragments/verbatims.qmd", "rapports/donnees/verbatims.csv"} <= noms
    assert "data/corpus/E02.txt" not in noms


# ─── La vraie démonstration ───


@pytest.fixture
def demonstration(tmp_path, monkeypatch) -> Etude:
    """Une copie de la démonstration du dépôt."""
    for nom in ("data", "rapports", "notebooks"):
        shutil.copytree(RACINE / nom, tmp_path / nom, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    for nom in ("404.qmd", "index.qmd", "_quarto.yml"):
        shutil.copy(RACINE / nom, tmp_path)
    monkeypatch.chdir(tmp_path)
    return Etude(tmp_path)


def mots(texte: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", texte.casefold()))


def test_retirer_e05_de_la_demonstration(demonstration):
    corpus = lire_corpus(demonstration.corpus)
    autres = mots(" ".join(un.texte for un in corpus if un.identifiant != "E05"))
    segments = segmenter(corpus)
    phrases = [
        f" {dite} "
        for dite in map(mots, segments.loc[segments["entretien"] == "E05", "texte"])
        if len(dite.split()) >= 5 and dite not in autres
    ]
    assert len(phrases) > 80
    retrait = preparer_retrait(demonstration, "E05", lire_cle_entiere(demonstration))
    assert [chemin.name for chemin in retrait.effaces] == ["E05.txt", "E05_Tessier.vtt"]
    assert set(retrait.soutien["quoi"]) == {*(f"enseignement {n}" for n in (1, 2, 3, 6)), "fiche F2", "action A3"}
    assert len(retrait.affirmations) == 9
    assert not retrait.cle.empty
    retirer(demonstration, retrait, JOUR)

    resultat = lancer("verifier")
    assert not isinstance(resultat.exception, Exception), resultat.output
    assert {ligne.partition(" : ")[2][:25] for ligne in resultat.output.splitlines() if ligne.startswith("✗")} <= {
        "section sans preuve",
        "enseignement sans aucune preuve",
        "fiche sans aucune preuve",
    }
    publier(demonstration)
    rendre_site(demonstration.racine)
    lus = {
        chemin.relative_to(demonstration.racine).as_posix(): chemin.read_text(encoding="utf-8-sig", errors="ignore")
        for chemin in demonstration.racine.rglob("*")
        if chemin.is_file()
    }
    assert {"_site/rapports/verbatims.html", "_site/rapports/verbatims/structure-s1.js"} <= lus.keys()
    assert [nom for nom, texte in lus.items() if re.search(r"\bE05\b", texte)] == ["data/registre.csv"]
    for nom, texte in lus.items():
        lisse = f" {mots(re.sub(r'<[^<>]*>', ' ', texte))} "
        assert not [phrase for phrase in phrases if phrase in lisse], nom


def test_la_note_de_protection_des_donnees_est_la_meme_dans_une_etude_neuve():
    demo, neuve = (
        (RACINE / dossier / "rapports/protection-des-donnees.qmd").read_text(encoding="utf-8")
        for dossier in ("", "src/ess_analyse/pages/projet")
    )
    encadre = re.search(r"::: \{\.callout-important\}\n## Corpus fictif\n.*?\n:::\n\n", demo, re.DOTALL)[0]
    assert demo.replace(encadre, "") == neuve
    assert "fictif" not in neuve
    for attendu in ("art. 33", "72 heures", "ess-analyse retirer E07 --simuler", "Diffusion restreinte", "art. 30"):
        assert attendu in neuve
    assert len(re.findall(r"\*\*\[à\s+compléter[^\]]*\]\*\*", neuve)) > 30
