"""Ce qui est déposé : seulement le public, à sa place, décrit comme les archives le demandent."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft201909Validator
from referencing import Registry

from ess_analyse.echanges.refi import lire_qdc, lire_qdpx
from ess_analyse.echanges.versement import Versement, choisir, deposer, lire_citation, poser_modele
from ess_analyse.echanges.versement.citation import Auteur, Citation, Financement, Lien, calculer_cle_orcid
from ess_analyse.echanges.versement.contenu import ecrire_donnees, ecrire_notices
from ess_analyse.echanges.versement.datacite import decrire_datacite
from ess_analyse.echanges.versement.ddi import compter_types, decrire_ddi
from ess_analyse.echanges.versement.dictionnaire import COLONNES, PIECES, composer_dictionnaire, lister_pieces
from ess_analyse.echanges.versement.licences import LICENCES, rediger_licence
from ess_analyse.echanges.versement.notice import SIGNATURE, rediger_notice
from ess_analyse.echanges.versement.selection import DEPOSES, MARQUE, masquer
from ess_analyse.enseignements.tables import PLAN, QUESTIONS
from ess_analyse.erreurs import ErreurDonnees, Probleme
from ess_analyse.feuilles import proteger
from ess_analyse.fichiers import lire_table
from ess_analyse.fichiers.tables import table_en_octets
from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.modele import CODAGES, DOCUMENTS, MEMOS, SEGMENTS, Corpus, Entretien, Place
from ess_analyse.publication.octets import lire_dossier
from ess_analyse.segments import segmenter

SCHEMA = json.loads((Path(__file__).parent / "donnees/datacite/datacite-v4.5.json").read_text(encoding="utf-8"))
# Without a retriever, a reference that is not in the schema itself is an error, never a request.
VALIDEUR = Draft201909Validator(SCHEMA, registry=Registry())
ESPACE = {"d": "ddi:codebook:2_5"}
GRILLE = Grille(
    1,
    (Dimension("theme", "Thème"),),
    tuple(
        Code(nom, "theme", nom, "Ce que c'est.", ("Ceci.",), (), ("Ainsi.",), (), ("mot",))
        for nom in ("R-CHARGE", "O-COOP")
    ),
)
# Every word is found once: one that can still be read somewhere was not masked there.
MOTS = iter(f"mot{rang:03d}" for rang in range(1000))


def phrase(mots: int) -> str:
    return "On " + " ".join(next(MOTS) for _ in range(mots)) + "."


def composer_corpus() -> Corpus:
    noms = ["E01", "E02", "O01"]
    textes = [
        "\n\n".join(f"{qui} : {phrase(5)} {phrase(3)} 🙂 {phrase(4)}" for qui in ("Enquêtrice", "Marion", "Marion"))
        for _ in noms
    ]
    decrits = [
        ("E01", "entretien", "S1", "gérante", "2025-03-12", "publique"),
        ("E02", "entretien", "S1", "valoriste", "2025-10", "publique"),
        ("O01", "observation", "S1", "équipe", "au printemps", "publique"),
    ]
    entretiens = (
        Entretien.depuis_texte(nom, texte + "\n", parle=nom != "O01") for nom, texte in zip(noms, textes, strict=True)
    )
    return Corpus(tuple(entretiens), pd.DataFrame(decrits, columns=DOCUMENTS, dtype="str"))


CORPUS = composer_corpus()
SOURCES = pd.DataFrame(
    [(nom, "La ressourcerie", "permanents") for nom in ("E01", "E02", "O01")],
    columns=["entretien", "libelle_structure", "famille"],
    dtype="str",
)
CITATION = Citation(
    titre="Un corpus : « essai »",
    auteurs=(Auteur("Martin", "Ana", "0000-0002-1825-0097", "Un laboratoire"), Auteur("Coopérative fictive")),
    annee=2026,
    editeur="Zenodo",
    description="Trois documents.",
    univers="Une ressourcerie inventée.",
    licence="CC-BY-NC-4.0",
    mots_cles=("travail", "tri", "travail"),
    version="1.0",
    doi="10.5281/zenodo.12",
    collecte="Des entretiens d'une heure.",
    resume_anglais="Three documents.",
    financements=(Financement("Une fondation", "F-12", "Travail & tri"), Financement("Une autre")),
    liens=(Lien("10.1234/article", "IsSupplementTo"),),
)


@pytest.fixture(scope="module")
def segments():
    return segmenter(CORPUS)


@pytest.fixture(scope="module")
def codages(segments):
    lignes = []
    for rang, segment in enumerate(segments["segment"]):
        lignes.append((segment, "zoé", "R-CHARGE" if rang % 2 else "-", "humain"))
        if rang % 3 == 0:
            lignes += [(segment, "abel", "O-COOP", "0.82:indices:mot"), (segment, "abel", "R-CHARGE", "humain")]
    lignes.append((segments["segment"][0], "arbitrage", "-", "humain"))
    return pd.DataFrame(lignes, columns=CODAGES, dtype="str")


@pytest.fixture(scope="module")
def memos(segments):
    noms = segments["segment"]
    lignes = [(noms[1], "zoé", "=1+1 à revoir"), (noms[0], "abel", "Bien dit."), (noms[0], "zoé@2026-01-02", "Relu.")]
    return pd.DataFrame(lignes, columns=MEMOS, dtype="str")


@pytest.fixture(scope="module")
def selection(segments, codages):
    return choisir(CORPUS, segments, codages, SOURCES, GRILLE)


@pytest.fixture
def versement(selection):
    plan = pd.DataFrame([["A1", *"bcdefghij"]], columns=PLAN)
    questions = pd.DataFrame([["Q1", *"bcdef"]], columns=QUESTIONS)
    fichiers = {
        "grille.yml": b"version: 1\n",
        "enseignements/1-essai.md": b"# Un essai\n",
        "plan.csv": table_en_octets(plan),
        "autodiagnostic.csv": table_en_octets(questions),
    }
    return Versement(selection, GRILLE, fichiers)


def restreindre(passages=(), documents=(), corpus=CORPUS) -> Corpus:
    """Le même corpus, des passages et des documents y étant à diffusion restreinte."""
    diffusion = corpus.documents["diffusion"].mask(corpus.documents["entretien"].isin(documents), "restreinte")
    lieux = tuple((Place.lire(p) if isinstance(p, str) else p, "restreinte") for p in passages)
    return replace(corpus, documents=corpus.documents.assign(diffusion=diffusion), diffusions=lieux)


def photographier(dossier: Path) -> dict[str, bytes]:
    return {f.relative_to(dossier).as_posix(): f.read_bytes() for f in sorted(dossier.rglob("*")) if f.is_file()}


def rien(_: Path) -> list[Probleme]:
    return []


# Masquer


@given(
    st.text(st.sampled_from("abé🙂 \n:"), max_size=80),
    st.lists(st.tuples(st.integers(0, 80), st.integers(0, 90)).map(sorted), max_size=4),
)
@example("Ana : Ben oui, le chef nous surveille tous.\n\nBob : Oui.\n", [[15, 42]])
def test_masquer_ne_deplace_rien_et_ne_laisse_rien(texte, passages):
    sortie = masquer(texte, passages)
    assert len(sortie) == len(texte)
    for rang, (avant, apres) in enumerate(zip(texte, sortie, strict=True)):
        dedans = any(debut <= rang < fin for debut, fin in passages)
        if not dedans or avant == "\n":
            assert apres == avant
    for trouve in re.finditer(
        r"[^█\n]+", "".join(s for r, s in enumerate(sortie) if any(a <= r < b for a, b in passages))
    ):
        assert set(trouve[0]) <= set(MARQUE)


def test_un_passage_long_se_lit_comme_une_marque_un_court_comme_des_paves():
    assert masquer("x" * 23, [(0, 23)]) == "██[passage restreint]██"
    assert masquer("x" * 19, [(0, 19)]) == MARQUE
    assert masquer("x" * 18, [(0, 18)]) == "█" * 18
    assert masquer("ab\ncd", [(0, 5)]) == "██\n██"
    assert masquer("abcd", [(0, 2), (1, 3)]) == "███d"
    assert masquer("abcd", []) == "abcd"


@st.composite
def passages(tirer):
    lieux = []
    for nom in tirer(st.lists(st.sampled_from(["E01", "E02", "O01"]), max_size=4)):
        taille = len(CORPUS[nom].texte)
        debut = tirer(st.integers(0, taille - 1))
        lieux.append(Place(nom, debut, tirer(st.integers(debut + 1, min(taille, debut + 90)))))
    return lieux


@given(passages(), st.sets(st.sampled_from(["E01", "E02", "O01"]), max_size=2))
@example([Place("E01", 0, 60), Place("E01", 40, 90)], set())
@example([], {"E01", "E02"})
def test_rien_de_restreint_ne_se_lit_dans_aucun_fichier_et_chaque_codage_reste_sur_ses_mots(
    segments, codages, memos, lieux, absents
):
    corpus = restreindre(lieux, absents)
    choix = choisir(corpus, segments, codages, SOURCES, GRILLE, memos=memos)
    caches = [mot[0] for nom in absents for mot in re.finditer(r"mot\d+", CORPUS[nom].texte)]
    for place in lieux:
        for mot in re.finditer(r"mot\d+", CORPUS[place.entretien].texte):
            if mot.start() < place.fin and place.debut < mot.end():
                caches.append(mot[0])
    with tempfile.TemporaryDirectory() as nom:
        dossier = Path(nom)
        ecrire_donnees(dossier, Versement(choix, GRILLE, {}))
        lu = "\n".join(extrait.texte for _, extrait in lire_dossier(dossier))
        assert [mot for mot in caches if mot in lu] == []
        phrases = lire_table(dossier / "segments.csv", SEGMENTS).set_index("segment")
        for segment in {*phrases.index, *lire_table(dossier / "codages.csv", CODAGES)["segment"]}:
            place = Place.lire(segment)
            texte = (dossier / f"textes/{place.entretien}.txt").read_bytes().decode("utf-8")
            assert texte[place.debut : place.fin] == CORPUS.extrait(place)
            assert phrases.at[segment, "texte"] == proteger(CORPUS.extrait(place))
        projet = lire_qdpx(dossier / "etude.qdpx")
    for ligne in projet.codages.itertuples():
        assert ligne.texte == CORPUS.extrait(Place(ligne.source, ligne.debut, ligne.fin))
    restants = codages[[corpus.est_public(s) and s.partition(":")[0] not in absents for s in codages["segment"]]]
    assert len(choix.codages) == len(restants)
    assert len(projet.codages) == len(restants)


# Choisir


def test_ce_qui_est_ote_est_compte(segments, codages):
    corpus = restreindre(["E01:15-30", "E02:15-30"], ["E02"])
    choix = choisir(corpus, segments, codages, SOURCES, GRILLE)
    assert (choix.restreints, choix.passages) == (1, 1)
    assert choix.phrases == 1 + len(segments[segments["entretien"] == "E02"])
    assert [entretien.identifiant for entretien in choix.corpus] == ["E01", "O01"]
    assert choix.documents["entretien"].tolist() == ["E01", "O01"]
    assert choix.corpus.diffusions == ()


def test_un_passage_public_d_un_document_restreint_n_est_pas_depose(segments, codages):
    corpus = replace(restreindre((), ["E01"]), diffusions=((Place("E01", 13, 60), "publique"),))
    assert corpus.est_public("E01:13-60")
    choix = choisir(corpus, segments, codages, SOURCES, GRILLE)
    assert "E01" not in choix.corpus
    assert not choix.segments["segment"].str.startswith("E01:").any()
    assert choix.passages == 0


def test_le_corpus_depose_ne_dit_ni_fonction_ni_date(selection):
    documents = selection.corpus.documents
    assert documents["fonction"].tolist() == ["permanents"] * 3
    assert documents["structure"].tolist() == ["La ressourcerie"] * 3
    assert set(documents["date"]) == {""}
    assert selection.periode == ("2025-03", "2025-10")
    assert tuple(selection.documents) == DEPOSES


def test_sans_date_lisible_aucune_periode(segments, codages):
    corpus = replace(CORPUS, documents=CORPUS.documents.assign(date=["", "au printemps", "été 2025"]))
    assert choisir(corpus, segments, codages, SOURCES, GRILLE).periode is None


@pytest.mark.parametrize("seuil", [2, 3, 4])
def test_ce_que_trop_peu_de_documents_portent_n_est_pas_dit(seuil, segments, codages):
    documents = CORPUS.documents.assign(structure=["S1", "S1", "S2"])
    sources = SOURCES.assign(famille=["permanents", "permanents", "équipe"], libelle_structure=["Un", "Un", "Deux"])
    choix = choisir(replace(CORPUS, documents=documents), segments, codages, sources, GRILLE, seuil=seuil)
    montres = choix.documents.set_index("entretien")
    assert (montres.loc["O01", ["structure", "libelle_structure", "famille"]] == "").all()
    deux = ["S1", "Un", "permanents"] if seuil == 2 else ["", "", ""]
    assert montres.loc["E01", ["structure", "libelle_structure", "famille"]].tolist() == deux
    assert choix.tus == (("O01",) if seuil == 2 else ("E01", "E02", "O01"))
    assert choix.corpus.documents["fonction"].tolist() == montres["famille"].tolist()


def test_une_etude_d_une_seule_structure_la_dit(segments, codages):
    choix = choisir(CORPUS, segments, codages, SOURCES, GRILLE, seuil=9)
    assert set(choix.documents["structure"]) == {"S1"}
    assert set(choix.documents["famille"]) == {""}


def test_le_seuil_compte_les_documents_deposes_et_non_ceux_de_l_etude(segments, codages):
    choix = choisir(restreindre((), ["E02"]), segments, codages, SOURCES, GRILLE, seuil=3)
    assert set(choix.documents["famille"]) == {""}
    assert choix.tus == ("E01", "O01")


def test_un_document_sans_source_decrite_reste_vide(segments, codages):
    choix = choisir(CORPUS, segments, codages, SOURCES.iloc[:0], GRILLE)
    assert set(choix.documents["famille"]) == {""}
    assert choix.tus == ()
    assert choix.corpus.documents["structure"].tolist() == ["S1"] * 3


def test_les_codeurs_sont_numerotes_d_apres_ce_qu_ils_ont_code(segments, codages, selection):
    numeros = selection.codages.merge(codages, on=["segment", "code", "origine"], suffixes=("", "_vrai"))
    vrais = set(map(tuple, numeros[["codeur", "codeur_vrai"]].drop_duplicates().to_numpy()))
    comptes = codages["codeur"].value_counts()
    premier, second = sorted(("abel", "zoé"), key=lambda nom: -comptes[nom])
    assert {("codeur 1", premier), ("codeur 2", second), ("arbitrage", "arbitrage")} <= vrais
    renommes = codages.assign(codeur=codages["codeur"].replace({"abel": "zzz", "zoé": "aaa"}))
    autre = choisir(CORPUS, segments, renommes, SOURCES, GRILLE)
    pd.testing.assert_frame_equal(autre.codages, selection.codages)


def test_les_noms_des_codeurs_restent_si_on_le_veut(segments, codages):
    choix = choisir(CORPUS, segments, codages, SOURCES, GRILLE, noms_des_codeurs=True)
    assert set(choix.codages["codeur"]) == {"abel", "zoé", "arbitrage"}
    assert len(choix.codages) == len(codages)


def test_les_memos_ne_sont_deposes_que_si_on_le_veut(segments, codages, memos, selection):
    assert selection.memos is None
    choix = choisir(CORPUS, segments, codages, SOURCES, GRILLE, memos=memos)
    assert choix.memos["memo"].tolist() == ["Bien dit.", "=1+1 à revoir"]
    assert set(choix.memos["codeur"]) <= set(choix.codages["codeur"])
    corpus = restreindre([segments["segment"][1]])
    assert choisir(corpus, segments, codages, SOURCES, GRILLE, memos=memos).memos["memo"].tolist() == ["Bien dit."]


def test_qui_n_a_ecrit_que_des_memos_a_son_numero(segments, codages, memos):
    seul = memos.assign(codeur="marthe")
    choix = choisir(CORPUS, segments, codages, SOURCES, GRILLE, memos=seul)
    assert set(choix.memos["codeur"]) == {"codeur 3"}


def test_une_etude_sans_codage_se_choisit(segments):
    choix = choisir(CORPUS, segments, pd.DataFrame(columns=CODAGES, dtype="str"), SOURCES, GRILLE)
    assert choix.codages.empty
    assert choix.phrases == 0
    assert len(choix.segments) == len(segments)


# Lire comment citer

ENTIER = """\
titre: "Un corpus : essai"
auteurs:
  - {nom: Martin, prenom: Ana, orcid: "https://orcid.org/0000-0002-1694-233X", affiliation: Un laboratoire}
  - nom: Coopérative fictive
annee: 2026
editeur: Zenodo
description: Trois documents.
univers: Une ressourcerie inventée.
licence: etalab-2.0
doi: https://doi.org/10.5281/zenodo.12
liens:
  - {doi: "doi:10.1234/Article(1)", relation: IsSupplementTo}
"""


def test_la_citation_est_lue_et_ses_identifiants_mis_a_nu(ecrire):
    citation = lire_citation(ecrire("depot.yml", ENTIER))
    assert [str(auteur) for auteur in citation.auteurs] == ["Martin, Ana", "Coopérative fictive"]
    assert citation.auteurs[0].orcid == "0000-0002-1694-233X"
    assert (citation.doi, citation.liens[0].doi) == ("10.5281/zenodo.12", "10.1234/Article(1)")
    assert (citation.langue, citation.version, citation.mots_cles) == ("fr", "", ())
    assert str(citation) == (
        "Martin, Ana ; Coopérative fictive (2026). Un corpus : essai [jeu de données]. Zenodo. "
        "https://doi.org/10.5281/zenodo.12"
    )
    assert "Martin" not in str(citation.sans_auteurs())
    assert citation.sans_auteurs().titre == citation.titre


@pytest.mark.parametrize(
    ("avant", "apres", "dit"),
    [
        ("editeur: Zenodo", "editeurs: Zenodo", "clé inconnue (« editeurs »). Vouliez-vous dire « editeur » ?"),
        ("editeur: Zenodo\n", "", "clé manquante (« editeur »). Ajoutez-la."),
        ("prenom: Ana", "prenon: Ana", "ligne 3 : clé inconnue (« prenon »). Vouliez-vous dire « prenom » ?"),
        ("annee: 2026", "annee: 26", "ligne 5 : année mal écrite (« 26 »). Écrivez-la en quatre chiffres."),
        ("annee: 2026", "annee: 20266", "année mal écrite (« 20266 »)"),
        ("annee: 2026", "annee: true", "année mal écrite"),
        ("annee: 2026", "annee: l'an prochain", "un nombre entier est attendu"),
        ("233X", "2339", "ORCID dont la clé de contrôle est fausse"),
        ("0000-0002", "0000 0002", "ORCID mal écrit"),
        ("0000-0002-1694-233X", "0000-0002-1694-233x", "ORCID mal écrit"),
        (
            "licence: etalab-2.0",
            "licence: CC-BY-4",
            "licence inconnue (« CC-BY-4 »). Vouliez-vous dire « CC-BY-4.0 » ?",
        ),
        ("licence: etalab-2.0", "licence: libre", "licence inconnue (« libre »). Choix possibles : CC-BY-4.0"),
        ("doi.org/10.5281/", "doi.org/5281/", "DOI mal écrit"),
        ('"doi:10.1234/Article(1)"', "article", "DOI mal écrit (« article »)"),
        (
            "IsSupplementTo",
            "SupplementTo",
            "relation inconnue (« SupplementTo »). Vouliez-vous dire « IsSupplementTo » ?",
        ),
        ("IsSupplementTo", "accompagne", "relation inconnue (« accompagne »). Choix possibles : IsSupplementTo"),
        ("editeur: Zenodo", "editeur: Zenodo\nlangue: français", "langue mal écrite (« français »)"),
        ("editeur: Zenodo", "editeur: ''", "ligne 6 : rien n'est encore écrit ici (« editeur »)"),
        ("univers: Une ressourcerie inventée.", "univers: À compléter", "rien n'est encore écrit ici (« univers »)"),
        ("nom: Martin", "nom: à compléter", "ligne 3 : rien n'est encore écrit ici (« nom »)"),
        ("editeur: Zenodo", "editeur: Zenodo\nversion: 1.0", "un texte est attendu"),
        ("editeur: Zenodo", "editeur: Zenodo\nmots_cles: [a, '']", "rien n'est encore écrit ici (« mots_cles »)"),
        ("editeur: Zenodo", "editeur: &e Zenodo", "ancre YAML refusée"),
    ],
)
def test_une_citation_fautive_dit_ou_et_que_faire(avant, apres, dit, ecrire):
    assert avant in ENTIER
    with pytest.raises(ErreurDonnees) as erreur:
        lire_citation(ecrire("depot.yml", ENTIER.replace(avant, apres)))
    assert dit in str(erreur.value)
    assert len(erreur.value.problemes) == 1 or "editeurs" in apres


def test_sans_auteur_la_citation_est_refusee(ecrire):
    texte = re.sub(r"auteurs:\n(?:  -.*\n)+", "auteurs: []\n", ENTIER)
    with pytest.raises(ErreurDonnees, match="aucun auteur"):
        lire_citation(ecrire("depot.yml", texte))


def test_toutes_les_fautes_sont_dites_ensemble(ecrire):
    texte = ENTIER.replace("etalab", "etalob").replace("2026", "26").replace("233X", "2331")
    with pytest.raises(ErreurDonnees) as erreur:
        lire_citation(ecrire("depot.yml", texte))
    assert [probleme.ligne for probleme in erreur.value.problemes] == [3, 5, 9]


def test_un_fichier_qui_n_est_pas_une_citation_est_refuse(ecrire):
    for contenu in ("- une liste\n", "a: b: c\n", "juste un texte\n", "à compléter\n"):
        with pytest.raises(ErreurDonnees, match=re.escape("depot.yml")):
            lire_citation(ecrire("depot.yml", contenu))


def test_le_modele_se_lit_et_dit_tout_ce_qui_reste_a_ecrire(tmp_path):
    chemin = tmp_path / "data/depot.yml"
    poser_modele(chemin)
    with pytest.raises(ErreurDonnees) as erreur:
        lire_citation(chemin)
    manques = [probleme.valeur for probleme in erreur.value.problemes]
    assert manques == ["titre", "nom", "prenom", "annee", "editeur", "description", "univers", "licence"]
    chemin.write_text(ENTIER, encoding="utf-8")
    poser_modele(chemin)
    assert chemin.read_text(encoding="utf-8") == ENTIER


def test_le_modele_une_fois_rempli_avec_ses_exemples_est_juste(tmp_path):
    chemin = tmp_path / "depot.yml"
    poser_modele(chemin)
    texte = chemin.read_text(encoding="utf-8").replace("annee: à compléter", "annee: 2026")
    texte = texte.replace("licence: à compléter", "licence: CC-BY-4.0").replace("à compléter", "écrit")
    # Every commented line that holds a key is an example: it has to be a good one.
    texte = re.sub(r"^(\s*)# (?=(?:- )?[a-z_]+: |[a-z_]+:$|  )", r"\1", texte, flags=re.MULTILINE)
    chemin.write_text(texte, encoding="utf-8")
    citation = lire_citation(chemin)
    assert citation.auteurs[0].orcid == "0000-0002-1825-0097"
    assert citation.financements[0].numero == "ANR-00-XXXX"
    assert citation.liens[0].relation == "IsSupplementTo"
    assert citation.mots_cles == ("travail", "numérique", "entretiens")


@given(st.text("0123456789", min_size=15, max_size=15), st.integers(0, 14), st.integers(1, 9))
def test_la_cle_d_un_orcid_voit_toute_faute_d_un_chiffre(chiffres, rang, ecart):
    faux = chiffres[:rang] + str((int(chiffres[rang]) + ecart) % 10) + chiffres[rang + 1 :]
    assert calculer_cle_orcid(chiffres + "0") != calculer_cle_orcid(faux + "0")


# Décrire


def test_la_fiche_datacite_est_valide_et_dit_tout(selection):
    Draft201909Validator.check_schema(SCHEMA)
    fiche = decrire_datacite(CITATION, selection, fictif=True)
    VALIDEUR.validate(fiche)
    assert fiche["creators"][0]["nameIdentifiers"][0]["nameIdentifier"] == "https://orcid.org/0000-0002-1825-0097"
    assert fiche["creators"][1] == {"name": "Coopérative fictive", "nameType": "Organizational"}
    assert fiche["publicationYear"] == "2026"
    assert fiche["doi"] == "10.5281/zenodo.12"
    assert [sujet["subject"] for sujet in fiche["subjects"]] == ["travail", "tri"]
    assert fiche["rightsList"][0]["rightsIdentifier"] == "CC-BY-NC-4.0"
    assert fiche["dates"] == [{"date": "2025-03/2025-10", "dateType": "Collected"}]
    assert [d["descriptionType"] for d in fiche["descriptions"]] == ["Abstract", "Abstract", "Methods", "Other"]
    assert fiche["fundingReferences"][0]["awardNumber"] == "F-12"
    assert fiche["relatedIdentifiers"][0]["relationType"] == "IsSupplementTo"


@pytest.mark.parametrize("licence", LICENCES)
def test_la_plus_petite_citation_est_valide_sous_chaque_licence(licence, selection):
    citation = Citation("T", (Auteur("N"),), 2026, "E", "D", "U", licence)
    fiche = decrire_datacite(citation, replace(selection, periode=None))
    VALIDEUR.validate(fiche)
    assert not {"doi", "dates", "subjects", "version", "fundingReferences", "relatedIdentifiers"} & set(fiche)
    texte = rediger_licence(licence, "N", 2026)
    assert texte.startswith(f"SPDX-License-Identifier: {licence}\n")
    assert LICENCES[licence][1] in texte


def test_le_schema_refuse_ce_qu_il_doit(selection):
    fiche = decrire_datacite(CITATION, selection)
    for faux in (fiche | {"publicationYear": "26"}, fiche | {"auteurs": []}, {**fiche, "creators": []}):
        assert not VALIDEUR.is_valid(faux)


def test_la_description_ddi_suit_l_ordre_de_la_norme(selection):
    racine = ET.fromstring(decrire_ddi(CITATION, selection, ["textes/E01.txt", "codages.csv"], fictif=True))
    assert racine.tag == "{ddi:codebook:2_5}codeBook"

    def enfants(chemin: str) -> list[str]:
        return [enfant.tag.partition("}")[2] for enfant in racine.find(chemin, ESPACE)]

    assert enfants(".") == ["stdyDscr", "fileDscr", "fileDscr"]
    assert enfants("d:stdyDscr") == ["citation", "stdyInfo", "method", "dataAccs"]
    assert enfants("d:stdyDscr/d:citation") == ["titlStmt", "rspStmt", "prodStmt", "distStmt", "verStmt", "biblCit"]
    assert enfants("d:stdyDscr/d:citation/d:titlStmt") == ["titl", "IDNo"]
    assert enfants("d:stdyDscr/d:citation/d:prodStmt") == ["fundAg", "fundAg", "grantNo"]
    assert enfants("d:stdyDscr/d:stdyInfo") == ["subject", "abstract", "abstract", "sumDscr"]
    assert enfants(".//d:sumDscr") == ["collDate", "collDate", "anlyUnit", "universe", "dataKind"]
    assert enfants(".//d:useStmt") == ["restrctn", "citReq", "conditions"]
    assert racine.findtext(".//d:titl", namespaces=ESPACE) == CITATION.titre
    assert racine.findtext(".//d:universe", namespaces=ESPACE) == CITATION.univers
    assert racine.findtext(".//d:collMode", namespaces=ESPACE) == "2 entretiens, 1 observation"
    assert [f.get("URI") for f in racine.findall("d:fileDscr", ESPACE)] == ["textes/", "codages.csv"]
    assert racine.findtext(".//d:abstract", namespaces=ESPACE).startswith("Données fictives")


def test_une_citation_minimale_donne_un_ddi_lisible(selection):
    citation = Citation("T\x0b<&", (Auteur("N"),), 2026, "E", "D", "U", "CC0-1.0")
    racine = ET.fromstring(decrire_ddi(citation, replace(selection, periode=None), []))
    assert racine.findtext(".//d:titl", namespaces=ESPACE) == "T<&"
    for absent in ("prodStmt", "verStmt", "collDate", "IDNo", "keyword"):
        assert racine.find(f".//d:{absent}", ESPACE) is None


def test_le_dictionnaire_decrit_toutes_les_colonnes_de_toutes_les_tables_deposees(
    versement, segments, codages, memos, tmp_path
):
    choix = choisir(CORPUS, segments, codages, SOURCES, GRILLE, memos=memos)
    ecrire_donnees(tmp_path, replace(versement, selection=choix))
    ecrits = {
        (chemin.name, colonne) for chemin in tmp_path.glob("*.csv") for colonne in pd.read_csv(chemin, sep=";").columns
    }
    table = pd.read_csv(tmp_path / "dictionnaire.csv", sep=";", keep_default_na=False)
    assert list(zip(table["fichier"], table["colonne"], strict=True)) == [
        (fichier, colonne) for fichier, colonnes in COLONNES.items() for colonne in colonnes
    ]
    assert set(zip(table["fichier"], table["colonne"], strict=True)) == ecrits
    assert (table[["type", "description"]] != "").all(axis=None)
    permis = table.set_index(["fichier", "colonne"])["valeurs"]
    assert set(choix.codages["code"]) <= set(permis["codages.csv", "code"].split(" | "))
    assert set(choix.documents["type"]) <= set(permis["documents.csv", "type"].split(" | "))


def test_le_dictionnaire_ne_decrit_que_les_tables_deposees():
    assert set(composer_dictionnaire(GRILLE, ["codages.csv", "textes/E01.txt"])["fichier"]) == {"codages.csv"}
    assert composer_dictionnaire(GRILLE, []).empty


def test_chaque_fichier_ecrit_est_presente(versement, tmp_path):
    ecrire_donnees(tmp_path, versement)
    ecrire_notices(tmp_path, versement, CITATION)
    presents = {nom.partition("/")[0] + "/" * ("/" in nom) for nom in photographier(tmp_path)}
    assert presents == set(PIECES) - {"memos.csv", "fiches/", "SHA256SUMS"}
    assert set(lister_pieces(photographier(tmp_path))) == presents
    notice = (tmp_path / "LISEZ-MOI.md").read_text(encoding="utf-8")
    assert [piece for piece in presents if f"- `{piece}`\u00a0:" not in notice] == []


def test_la_notice_dit_ce_qui_manque_et_pourquoi(segments, codages, memos):
    corpus = restreindre(["E01:15-30", "O01:0-5"], ["E02"])
    choix = choisir(corpus, segments, codages, SOURCES, GRILLE)
    notice = rediger_notice(CITATION, choix, ["codages.csv"])
    assert SIGNATURE in notice
    assert "1 document dont la diffusion est restreinte." in notice
    assert "2 passages dont la diffusion est restreinte\u00a0: chaque caractère y est remplacé" in notice
    assert "toutes les places restent justes" in notice
    assert "Le nom des codeurs\u00a0: ils sont numérotés." in notice
    assert "Les mémos des codeurs, qui sont des notes de travail." in notice
    assert "La structure ou la famille de 2 documents (E01, O01)" in notice
    assert "pseudonymisés, non anonymisés" in notice
    assert "sans avoir été validé contre son" in notice
    assert (
        "## English summary\n\nThis deposit holds 2 pseudonymised (not anonymised) French-language documents" in notice
    )
    avec = choisir(corpus, segments, codages, SOURCES, GRILLE, memos=memos, noms_des_codeurs=True)
    notice = rediger_notice(CITATION, avec, ["codages.csv"], nommes=True, fictif=True)
    assert "ils sont numérotés" not in notice
    assert "Les mémos des codeurs" not in notice
    assert "**Données fictives\u00a0:" in notice
    assert "Fictional data" in notice


def test_la_notice_dit_qu_une_structure_tue_peut_se_lire_en_prose(segments, codages, selection):
    corpus = restreindre([], ["E02"])
    choix = choisir(corpus, segments, codages, SOURCES, GRILLE)
    dit = "une action peut nommer une structure dans son texte"
    assert dit in rediger_notice(CITATION, choix, ["fiches/F1.md"])
    assert dit in rediger_notice(CITATION, selection, ["plan.csv"], actions=2)
    assert dit not in rediger_notice(CITATION, choix, ["codages.csv"])
    assert dit not in rediger_notice(CITATION, selection, ["fiches/F1.md"])
    assert "2 actions du plan\u00a0: la structure" in rediger_notice(CITATION, selection, [], actions=2)


def test_la_notice_sans_rien_d_ote_ne_parle_pas_de_ce_qui_ne_manque_pas(selection):
    notice = rediger_notice(CITATION, selection, [])
    assert "diffusion est restreinte" not in notice
    assert "trop peu de documents" not in notice
    assert "recueil\u00a0: de 2025-03 à 2025-10" in notice
    assert not re.search(r"\n{3}| [:;?!»]|« ", notice)


def test_les_types_sont_comptes_au_singulier_et_au_pluriel(selection):
    assert compter_types(selection) == "2 entretiens, 1 observation"
    vide = replace(selection, documents=selection.documents.iloc[:0])
    assert compter_types(vide) == ""


def test_un_memo_ou_une_phrase_ne_deviennent_pas_une_formule(versement, segments, codages, memos, tmp_path):
    choix = choisir(CORPUS, segments, codages, SOURCES, GRILLE, memos=memos)
    ecrire_donnees(tmp_path, replace(versement, selection=choix))
    assert lire_table(tmp_path / "memos.csv", MEMOS)["memo"].tolist() == ["Bien dit.", "'=1+1 à revoir"]


def test_la_grille_deposee_se_relit(versement, tmp_path):
    ecrire_donnees(tmp_path, versement)
    assert lire_qdc(tmp_path / "grille.qdc") is not None
    assert len(lire_qdpx(tmp_path / "etude.qdpx").sources) == 3
    variables = lire_qdpx(tmp_path / "etude.qdpx").sources[0].variables
    assert variables == {
        "type": "entretien",
        "structure": "La ressourcerie",
        "fonction": "permanents",
        "diffusion": "publique",
    }


# Poser le dossier


def test_un_depot_est_entier_verifiable_et_le_meme_deux_fois(versement, tmp_path):
    cibles = [tmp_path / nom / "depot" for nom in ("a", "b/profond")]
    for cible in cibles:
        assert deposer(cible, versement, CITATION, rien, zippe=True) == [cible, cible.with_name("depot.zip")]
    premier, second = (photographier(cible) for cible in cibles)
    assert premier == second
    assert cibles[0].with_name("depot.zip").read_bytes() == cibles[1].with_name("depot.zip").read_bytes()
    sommes = premier.pop("SHA256SUMS").decode("utf-8")
    assert sommes == "".join(f"{hashlib.sha256(octets).hexdigest()}  {nom}\n" for nom, octets in premier.items())
    if shutil.which("sha256sum"):
        subprocess.run(["sha256sum", "-c", "--strict", "--quiet", "SHA256SUMS"], cwd=cibles[0], check=True)
    assert [chemin.name for chemin in sorted((tmp_path / "a").iterdir())] == ["depot", "depot.zip"]


def test_l_archive_contient_le_dossier(versement, tmp_path):
    cible, archive = deposer(tmp_path / "etude.v1", versement, CITATION, rien, zippe=True)
    assert archive.name == "etude.v1.zip"
    with zipfile.ZipFile(io.BytesIO(archive.read_bytes())) as lue:
        contenu = {info.filename: lue.read(info) for info in lue.infolist()}
        assert {info.date_time for info in lue.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert contenu == {f"etude.v1/{nom}": octets for nom, octets in photographier(cible).items()}


def test_si_le_controle_refuse_rien_n_est_ecrit_et_l_ancien_reste(versement, tmp_path):
    cible = tmp_path / "depots/depot"

    def refuser(dossier: Path) -> list[Probleme]:
        return [Probleme(str(dossier / "textes/E01.txt"), 3, "un nom réel")]

    with pytest.raises(ErreurDonnees) as erreur:
        deposer(cible, versement, CITATION, refuser, zippe=True)
    assert erreur.value.problemes[0].fichier.endswith("depots/depot/textes/E01.txt")
    assert list(tmp_path.iterdir()) == []
    deposer(cible, versement, CITATION, rien)
    avant = photographier(tmp_path)
    with pytest.raises(ErreurDonnees, match="un nom réel"):
        deposer(cible, versement, replace(CITATION, titre="Autre"), refuser, zippe=True)
    assert photographier(tmp_path) == avant
    assert [chemin.name for chemin in cible.parent.iterdir()] == ["depot"]


def test_une_panne_au_milieu_laisse_l_ancien(versement, tmp_path, monkeypatch):
    cible = tmp_path / "depot"
    deposer(cible, versement, CITATION, rien)
    avant, vrai = photographier(tmp_path), Path.replace

    def casser(self, cible_):
        if self.name.startswith(".ess-depot-") and not self.name.endswith("-ancien"):
            raise OSError("disque plein")
        return vrai(self, cible_)

    monkeypatch.setattr(Path, "replace", casser)
    with pytest.raises(OSError, match="disque plein"):
        deposer(cible, versement, replace(CITATION, titre="Autre"), rien)
    assert photographier(tmp_path) == avant


def test_l_ancien_n_est_efface_que_si_le_nouveau_est_en_place(versement, tmp_path, monkeypatch):
    """Le disque refuse tout : ni le nouveau, ni l'ancien ne peut revenir à sa place."""
    cible = tmp_path / "depot"
    deposer(cible, versement, CITATION, rien)
    avant, vrai = photographier(cible), Path.replace

    def casser(self, cible_):
        if self.name.startswith(".ess-depot-"):
            raise OSError("disque plein")
        return vrai(self, cible_)

    monkeypatch.setattr(Path, "replace", casser)
    with pytest.raises(OSError, match="disque plein"):
        deposer(cible, versement, replace(CITATION, titre="Autre"), rien)
    (garde,) = tmp_path.glob("*-ancien")
    assert photographier(garde) == avant


def test_le_controle_lit_tout_sauf_les_auteurs(versement, tmp_path):
    vus = {}
    deposer(tmp_path / "depot", versement, CITATION, lambda dossier: vus.update(photographier(dossier)) or [])
    poses = photographier(tmp_path / "depot")
    changes = {nom for nom in poses if poses[nom] != vus.get(nom)}
    assert changes == {"LICENCE.txt", "LISEZ-MOI.md", "SHA256SUMS", "datacite.json", "ddi.xml"}
    assert b"Martin" in poses["LISEZ-MOI.md"]
    assert not any(b"Martin" in octets or b"Un laboratoire" in octets for octets in vus.values())


def test_un_depot_fait_ici_est_remplace(versement, tmp_path):
    cible = tmp_path / "depot"
    deposer(cible, versement, CITATION, rien)
    (cible / ".DS_Store").write_bytes(b"\0")
    moindre = replace(versement, fichiers={"grille.yml": b"version: 2\n"})
    deposer(cible, moindre, CITATION, rien)
    assert not (cible / "plan.csv").exists()
    assert not (cible / ".DS_Store").exists()
    assert (cible / "grille.yml").read_bytes() == b"version: 2\n"


def test_un_dossier_vide_est_rempli_et_un_lien_reste_un_lien(versement, tmp_path):
    (tmp_path / "vrai").mkdir()
    (tmp_path / "lien").symlink_to(tmp_path / "vrai", target_is_directory=True)
    deposer(tmp_path / "lien", versement, CITATION, rien)
    assert (tmp_path / "lien").is_symlink()
    assert (tmp_path / "vrai/LISEZ-MOI.md").is_file()


@pytest.mark.parametrize("contenu", [{"notes.md": "à moi"}, {"LISEZ-MOI.md": "x", "SHA256SUMS": "y"}])
def test_un_dossier_etranger_est_refuse(contenu, versement, tmp_path):
    cible = tmp_path / "depot"
    cible.mkdir()
    for nom, texte in contenu.items():
        (cible / nom).write_text(texte, encoding="utf-8")
    avant = photographier(tmp_path)
    with pytest.raises(ErreurDonnees, match="ce dossier contient autre chose qu'un dépôt fait ici"):
        deposer(cible, versement, CITATION, rien)
    assert photographier(tmp_path) == avant


def test_ce_qu_une_personne_a_change_dans_un_depot_n_est_jamais_efface(versement, tmp_path):
    cible = tmp_path / "depot"
    deposer(cible, versement, CITATION, rien)
    (cible / "textes/E01.txt").write_text("corrigé", encoding="utf-8")
    (cible / "lettre.md").write_text("à moi", encoding="utf-8")
    avant = photographier(tmp_path)
    with pytest.raises(ErreurDonnees) as erreur:
        deposer(cible, versement, CITATION, rien)
    dits = sorted((Path(p.fichier).name, p.message) for p in erreur.value.problemes)
    assert dits == [
        ("E01.txt", "ce fichier a été modifié depuis le dépôt"),
        ("lettre.md", "ce fichier n'est pas du dépôt"),
    ]
    assert photographier(tmp_path) == avant


def test_un_fichier_ou_une_archive_etrangere_sont_refuses(versement, tmp_path):
    (tmp_path / "fichier").write_text("à moi", encoding="utf-8")
    with pytest.raises(ErreurDonnees, match="ce n'est pas un dossier"):
        deposer(tmp_path / "fichier", versement, CITATION, rien)
    (tmp_path / "depot.zip").write_text("à moi", encoding="utf-8")
    with pytest.raises(ErreurDonnees, match="n'est pas l'archive d'un dépôt fait ici"):
        deposer(tmp_path / "depot", versement, CITATION, rien, zippe=True)
    with zipfile.ZipFile(tmp_path / "depot.zip", "w") as archive:
        archive.writestr("photos/a.jpg", b"")
    with pytest.raises(ErreurDonnees, match="n'est pas l'archive d'un dépôt fait ici"):
        deposer(tmp_path / "depot", versement, CITATION, rien, zippe=True)
    assert not (tmp_path / "depot").exists()
    deposer(tmp_path / "depot", versement, CITATION, rien)
    assert zipfile.ZipFile(tmp_path / "depot.zip").namelist() == ["photos/a.jpg"]


def test_une_archive_faite_ici_est_remplacee(versement, tmp_path):
    for titre in ("Un", "Deux"):
        deposer(tmp_path / "depot", versement, replace(CITATION, titre=titre), rien, zippe=True)
    with zipfile.ZipFile(tmp_path / "depot.zip") as archive:
        assert archive.read("depot/LISEZ-MOI.md").startswith(b"# Deux\n")
