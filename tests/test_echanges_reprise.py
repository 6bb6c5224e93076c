"""Reprendre un codage fait ailleurs : les mots, les documents, les codes, les personnes, puis les feuilles."""

from __future__ import annotations

import re
import string
import time
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ess_analyse as ess
from ess_analyse.arbre import lire_arbre
from ess_analyse.echanges.projet import CODES_REPRIS, INCONNUE, REPRISES, Projet, Source
from ess_analyse.echanges.refi import exporter_qdc, exporter_qdpx, lire_qdc, lire_qdpx
from ess_analyse.echanges.reprise import (
    appliquer_reprise,
    citations,
    comparer_grille,
    composer_grille,
    lire_correspondance,
    preparer_reprise,
    rapprocher,
    rendre_correspondance,
)
from ess_analyse.echanges.reprise.citations import Absent, Citations
from ess_analyse.echanges.reprise.codeurs import nommer_codeurs
from ess_analyse.echanges.reprise.correspondance import (
    associer_codes,
    decider_codes,
    deviner_famille,
    lister_inconnus,
    separer_identifiant,
)
from ess_analyse.echanges.reprise.feuilles import CONFLITS
from ess_analyse.echanges.reprise.formats import lire_projet, reconnaitre_format
from ess_analyse.echanges.reprise.mots import TextePlie, plier_mots
from ess_analyse.echanges.reprise.passages import PASSAGES, couvrir
from ess_analyse.echanges.reprise.sources import reconnaitre_sources
from ess_analyse.echanges.taguette import exporter_livre_taguette, exporter_taguette
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.feuilles import lire_feuille
from ess_analyse.fichiers import lire_table
from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.modele import CODAGES, FEUILLE, RIEN

DEMO = Path(__file__).parents[1] / "data"
CLAIRE = """\
Enquêtrice : Et l'été, ça va ?

Claire : On trie l'après-midi. On ressaisit tout le soir, deux fois. Oui.

Enquêtrice : Deux fois ?

Claire : Oui. Le matin on pèse, et le soir on ressaisit la pesée dans l'ordinateur.
"""
BILAL = """\
Enquêtrice : Qui vous aide ?

Bilal : Fatou me montre la caisse. Le camion est bleu, il part à huit heures.
"""


def code(identifiant: str, libelle: str, dimension: str = "theme") -> Code:
    return Code(identifiant, dimension, libelle, f"Ce que contient {libelle}.", *[("x",)] * 5)


GRILLE = Grille(
    1,
    (Dimension("theme", "Thème"), Dimension("prisme", "Prisme")),
    (
        code("R-CHARGE", "Charge de travail"),
        code("R-SENS", "Sens du travail et transition"),
        code("O-SOUTIEN", "Pratiques soutenantes"),
        code("O-SENS", "Sens, organisation, dialogue"),
        code("P-GESTION", "Gestion", "prisme"),
    ),
)


@pytest.fixture(scope="module")
def corpus(composer):
    return composer(E01=CLAIRE, E02=BILAL)


@pytest.fixture(scope="module")
def segments(corpus):
    return ess.segmenter(corpus)


@pytest.fixture(scope="module")
def demo():
    lu = ess.lire_corpus(DEMO / "corpus")
    return lu, ess.segmenter(lu), ess.lire_grille(DEMO / "grille.yml")


def codes(*lignes: tuple[str, ...]) -> pd.DataFrame:
    """Des codes ``(code, nom, dossier, definition)``, dont seuls les premiers champs sont dits."""
    return pd.DataFrame([(*ligne, *[""] * (4 - len(ligne))) for ligne in lignes], columns=CODES_REPRIS, dtype="str")


def citer(texte: str, quoi: str = "R-CHARGE", source: str = "E01", codeur: str = "ana", **autres) -> dict:
    base = {"source": source, "debut": INCONNUE, "fin": INCONNUE, "texte": texte, "codeur": codeur, "code": quoi}
    return base | {"memo": "", "date": ""} | autres


def composer_projet(*citations: dict, livre: pd.DataFrame | None = None, sources: tuple = (), **suite) -> Projet:
    codages = pd.DataFrame(list(citations), columns=[*REPRISES, *(["origine"] * ("origine" in suite))])
    codages = codages.astype({nom: "int64" if nom in ("debut", "fin") else "str" for nom in REPRISES})
    noms = {source.nom for source in sources}
    sources += tuple(Source(nom) for nom in dict.fromkeys(codages["source"]) if nom and nom not in noms)
    if livre is None:
        livre = codes(*((un, un) for un in dict.fromkeys(codages["code"]) if un))
    return Projet("f.qdpx", sources, livre, codages)


def mots(texte: str) -> str:
    """Les lettres d'un texte, par un autre chemin que celui du programme."""
    nu = unicodedata.normalize("NFKD", texte.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(signe for signe in nu if signe.isalnum())


# Words and their places


@pytest.mark.parametrize(
    ("texte", "plie"),
    [("L’Œuvre, c’est ÇA !", "l oeuvre c est ca"), ("", ""), ("… — !", ""), ("tri_sélectif", "tri selectif")],
)
def test_plier_ne_garde_que_les_mots(texte, plie):
    assert plier_mots(texte) == plie


def test_une_citation_commence_et_finit_sur_des_mots_entiers():
    document = TextePlie("Le garçon trie. On trie. On triera.")
    assert [document.texte[slice(*place)] for place in document.chercher("on trie")] == ["On trie"]
    assert document.chercher("rien de tel") == document.chercher("…") == []


def test_la_ponctuation_de_la_citation_est_rendue_avec_elle():
    document = TextePlie("Elle dit : « On trie, hein ? » et voilà. On trie.")
    assert [document.texte[slice(*place)] for place in document.chercher("« on trie, hein? »")] == [
        "« On trie, hein ? »"
    ]
    assert [document.texte[slice(*place)] for place in document.chercher("On trie hein")] == ["On trie, hein"]


def test_de_deux_endroits_celui_qui_ecrit_exactement_la_citation():
    document = TextePlie("oui. Oui ! Oui, oui.")
    assert document.chercher("Oui !") == [(5, 10)]
    assert len(document.chercher("OUI")) == 4


@given(st.data())
def test_une_suite_de_mots_se_retrouve_sous_une_autre_typographie(demo, data):
    corpus, *_ = demo
    texte = data.draw(st.sampled_from([entretien.texte for entretien in corpus]))
    trouves = list(re.finditer(r"[^\W_]+", texte))
    premier = data.draw(st.integers(0, len(trouves) - 1))
    dernier = data.draw(st.integers(premier, min(premier + 30, len(trouves) - 1)))
    debut, fin = trouves[premier].start(), trouves[dernier].end()
    citation = texte[debut:fin].replace("'", "’").replace(" ", data.draw(st.sampled_from(["  ", "\u00a0", "\n"])))
    citation = data.draw(st.sampled_from([str.upper, str.lower, lambda dit: unicodedata.normalize("NFD", dit)]))(
        citation
    )
    places = TextePlie(texte).chercher(citation)
    assert (debut, fin) in places
    assert {mots(texte[slice(*place)]) for place in places} == {mots(citation)}


def test_approcher_retrouve_une_phrase_ou_un_mot_a_change():
    document = TextePlie("On trie. Le matin on pèse les meubles avec Karim, puis on range. C'est tout.")
    ((place, score),) = document.approcher("Le matin on pèse des meubles avec Samir puis on range", 85)
    assert document.texte[slice(*place)] == "Le matin on pèse les meubles avec Karim, puis on range"
    assert 85 <= score < 100


def test_approcher_rend_deux_places_quand_rien_ne_permet_de_choisir():
    phrase = "le matin on pèse les meubles avec {} puis on range"
    document = TextePlie(f"{phrase.format('Karim')}. Alors {phrase.format('Bilal')}.")
    assert len(document.approcher(phrase.format("Samir"), 85)) == 2


@pytest.mark.parametrize("citation", ["", "?", "tout autre chose, qui n'est pas dit ici", "mot " * 500])
def test_approcher_ne_rend_rien_sous_le_seuil(citation):
    assert TextePlie("Le matin on pèse les meubles avec Karim.").approcher(citation, 85) == []


# Documents


def reconnaitre(corpus, *sources: Source, **choix: str) -> list[tuple[str, str, str]]:
    lignes = reconnaitre_sources(sources, corpus, choix)
    return list(lignes[["document", "reconnu", "remarque"]].itertuples(index=False, name=None))


def test_le_texte_l_emporte_sur_le_nom(corpus):
    ((document, reconnu, _),) = reconnaitre(corpus, Source("E02", corpus["E01"].texte))
    assert (document, reconnu) == ("E01", "même texte")


@pytest.mark.parametrize(
    "abimer",
    [
        lambda texte: texte.replace("\n\n", "\r\n").replace(" : ", ":"),
        lambda texte: texte.replace("'", "’").upper(),
        lambda texte: "\ufeff" + texte.replace(" ", "\u00a0"),
    ],
)
def test_la_typographie_ne_compte_pas(corpus, abimer):
    ((document, reconnu, _),) = reconnaitre(corpus, Source("x", abimer(corpus["E01"].texte)))
    assert (document, reconnu) == ("E01", "même texte, à la typographie près")


def test_un_texte_decompose_est_le_meme(corpus):
    ((document, reconnu, _),) = reconnaitre(corpus, Source("x", unicodedata.normalize("NFD", corpus["E01"].texte)))
    assert (document, reconnu) == ("E01", "même texte")


@pytest.mark.parametrize("nom", ["E01", "e01.docx", "2025 - E01_Claire.docx", "Entretien E01"])
def test_une_source_sans_texte_est_reconnue_a_son_nom(corpus, nom):
    assert reconnaitre(corpus, Source(nom)) == [("E01", "son nom", "")]


def test_un_nom_inconnu_est_dit_avec_une_proposition(corpus):
    ((document, _, remarque),) = reconnaitre(corpus, Source("E01a.docx"))
    assert document == ""
    assert remarque == "aucun document n'a ce nom ; vouliez-vous dire « E01 » ?"


def test_deux_identifiants_dans_un_nom_ne_decident_de_rien(corpus):
    assert reconnaitre(corpus, Source("E01 et E02"))[0][0] == ""


def test_l_identifiant_le_plus_long_l_emporte(composer):
    corpus = composer(**{"E01": CLAIRE, "E01-bis": BILAL})
    assert reconnaitre(corpus, Source("E01-bis.docx"))[0][0] == "E01-bis"


def test_le_bon_nom_sur_un_autre_texte_est_refuse(corpus):
    ((document, _, remarque),) = reconnaitre(corpus, Source("E01", "Une tout autre conversation, sur la pluie."))
    assert (document, remarque) == ("", "elle a le nom de E01, mais pas son texte")


def test_un_texte_corrige_se_reconnait(corpus):
    texte = corpus["E01"].texte.replace("ordinateur", "tableur").replace("Claire", "Nadia")
    ((document, reconnu, _),) = reconnaitre(corpus, Source("Claire.docx", texte))
    assert document == "E01"
    assert re.fullmatch(r"un texte ressemblant \(\d\d %\)", reconnu)
    ((document, reconnu, _),) = reconnaitre(corpus, Source("E01.docx", texte))
    assert (document, reconnu[:26]) == ("E01", "son nom, et un texte resse")


def test_un_texte_a_demi_pareil_est_propose_jamais_pris(corpus):
    moitie = " ".join(corpus["E01"].texte.split()[:20])
    ((document, _, remarque),) = reconnaitre(corpus, Source("x", moitie + " et puis la suite n'a rien à voir" * 3))
    assert document == ""
    assert re.fullmatch(r"peut-être E01 \(\d\d %\)", remarque)


def test_deux_documents_pareils_sont_dits_sauf_si_le_nom_choisit(composer):
    corpus = composer(E01=CLAIRE, E02=CLAIRE)
    ((document, _, remarque),) = reconnaitre(corpus, Source("x", CLAIRE))
    assert document == ""
    assert remarque == "son texte ressemble à plusieurs documents : E01, E02"
    assert reconnaitre(corpus, Source("E02.txt", corpus["E01"].texte))[0][:2] == ("E02", "même texte")


def test_une_personne_peut_choisir(corpus):
    assert reconnaitre(corpus, Source("Claire.docx", "rien"), **{"Claire.docx": "E01"}) == [("E01", "choisi", "")]


def test_un_choix_impossible_est_dit(corpus):
    with pytest.raises(ErreurDonnees) as erreur:
        reconnaitre(corpus, Source("Claire"), Clair="E01", Claire="E3")
    assert [(p.message, p.valeur, p.remede) for p in erreur.value.problemes] == [
        ("ce fichier n'a pas cette source", "Clair", "vouliez-vous dire « Claire » ?"),
        ("document inconnu de l'étude", "E3", "choix possibles : E01, E02"),
    ]


def test_un_texte_demesure_ne_coute_rien(corpus):
    debut = time.perf_counter()
    ((document, *_),) = reconnaitre(corpus, Source("E01", "on ressaisit tout le soir " * 200_000))
    assert document == ""
    assert time.perf_counter() - debut < 20


def test_les_documents_de_la_demonstration_ne_se_confondent_pas(demo):
    corpus, *_ = demo
    sources = [Source(f"texte {rang}", entretien.texte.replace("e", "é", 9)) for rang, entretien in enumerate(corpus)]
    assert list(reconnaitre_sources(sources, corpus)["document"]) == [entretien.identifiant for entretien in corpus]


# Places


def situer(ancien: str, nouveau: str, debut: int, fin: int, texte: str = ""):
    return Citations(Source("x", ancien), TextePlie(nouveau)).situer(debut, fin, texte)


def test_le_meme_texte_garde_la_place_sans_ses_blancs():
    assert situer("On trie. On range.", "On trie. On range.", 8, 18) == (9, 18, "même place")


def test_un_mot_ajoute_avant_deplace_la_citation():
    lieu = situer("On trie. On range.", "Bon. Alors on trie. On range tout.", 9, 17)
    assert lieu == (20, 28, "mêmes mots, suivis")


def test_un_nom_devenu_pseudonyme_est_suivi_et_dit():
    ancien = "Alors. Karim nous montre la caisse le matin. Voilà."
    lieu = situer(ancien, ancien.replace("Karim", "Samir"), 7, 44)
    assert (lieu.debut, lieu.fin) == (7, 44)
    assert re.fullmatch(r"mots changés \(\d\d %\)", lieu.comment)


def test_une_phrase_recrite_n_est_pas_reprise():
    ancien = "On trie. La balance est en panne. On range."
    absent = situer(ancien, "On trie. Personne ne sait pourquoi. On range.", 9, 33)
    assert absent.raison == "les mots ont trop changé"
    assert absent.lieux


def test_une_phrase_otee_n_est_pas_reprise():
    absent = situer("On trie. La balance. On range.", "On trie. On range.", 9, 20)
    assert absent == Absent("ces mots ne sont plus dans le document")


@pytest.mark.parametrize(
    ("debut", "fin", "raison"),
    [
        (3, 99, "position hors du texte"),
        (5, 5, "position hors du texte"),
        (-4, 2, "position hors du texte"),
        (8, 9, "passage vide"),
    ],
)
def test_une_position_impossible_est_dite(debut, fin, raison):
    assert situer("On trie. On range.", "On trie. On range.", debut, fin).raison == raison


def test_les_mots_cites_l_emportent_sur_une_position_fausse():
    texte = "On trie. On range."
    assert situer(texte, texte, 0, 8, "On range.") == (9, 18, "mots retrouvés")


def test_une_position_sans_le_texte_de_la_source_doit_redire_les_mots():
    document = "Oui. On trie. Oui."
    assert situer("", document, 14, 18, "Oui.") == (14, 18, "même place")
    assert situer("", document, 0, 9, "Oui.").raison == "ces mots y sont 2 fois"
    assert situer("", document, 5, 13).raison == "le fichier n'en donne ni le texte ni les mots"


def test_sans_position_deux_endroits_ne_sont_pas_pris():
    absent = situer("", "Oui. On trie. Oui.", INCONNUE, INCONNUE, "oui")
    assert absent == Absent("ces mots y sont 2 fois", ((0, 3), (14, 17)))


@pytest.mark.parametrize(
    ("texte", "raison"),
    [
        ("…", "citation sans aucun mot"),
        ("On vend.", "ces mots n'y sont pas, et sont trop peu pour être approchés"),
        ("Personne ici ne parle jamais de cela", "ces mots n'y sont pas"),
    ],
)
def test_une_citation_absente_est_dite(texte, raison):
    assert situer("", "On trie. On range le soir.", INCONNUE, INCONNUE, texte) == Absent(raison)


def test_une_citation_presque_pareille_est_approchee_et_dite():
    lieu = situer("", f"Bon. {BILAL}", INCONNUE, INCONNUE, "Le camion est bleu et il part à 8 heures")
    assert BILAL[lieu.debut - 5 : lieu.fin - 5] == "Le camion est bleu, il part à huit heures"
    assert lieu.comment.startswith("mots approchés (")


def test_deux_passages_ressemblants_ne_sont_pas_pris():
    phrase = "le matin on pèse les meubles avec {} puis on range"
    document = f"{phrase.format('Karim')}. Alors {phrase.format('Bilal')}."
    absent = situer("", document, INCONNUE, INCONNUE, phrase.format("Samir"))
    assert (absent.raison, len(absent.lieux)) == ("plusieurs passages y ressemblent", 2)


def test_un_texte_decompose_est_suivi():
    ancien = unicodedata.normalize("NFD", "Été : on a pesé. Élodie range.")
    debut = ancien.index("E\u0301lodie")
    lieu = situer(ancien, "L'été : on a pesé. Élodie range.", debut, len(ancien))
    assert lieu == (19, 32, "mêmes mots, suivis")


def test_les_citations_a_approcher_sont_bornees_tous_documents_ensemble(corpus, segments, monkeypatch):
    monkeypatch.setattr(citations, "_EFFORT", 30_000)
    presque = "Le matin on pesait, et le soir on ressaisit la pesée dans l'ordinateur"
    perdues = [citer(f"{presque} numéro {rang}", source="E02") for rang in range(3)]
    projet = composer_projet(citer(presque), *perdues, citer("On ressaisit tout le soir"), citer(f"{presque}."))
    repris = rapprocher(projet, corpus, segments, GRILLE)
    assert list(repris.passages["reconnu"]) == ["mots retrouvés", "mots approchés (96 %)"]
    raisons = list(repris.introuvables["raison"])
    assert raisons[0] == "ces mots n'y sont pas"
    assert raisons[-1] == "trop de citations à approcher : corrigez leurs mots ou donnez leurs places"


def test_une_source_demesuree_n_est_pas_alignee():
    debut = time.perf_counter()
    absent = situer("On trie. " * 500_000, "On trie.", 0, 8)
    assert absent.raison == "le texte de la source est démesuré à côté de celui du document"
    assert time.perf_counter() - debut < 10


ABIMER = {
    "identique": lambda texte: texte,
    "apostrophes": lambda texte: texte.replace("'", "’"),
    "insécables": lambda texte: texte.replace(" ", "\u00a0"),
    "étiquettes": lambda texte: texte.replace(" : ", ":\t"),
    "lignes": lambda texte: texte.replace("\n\n", "\n"),
    "préambule": lambda texte: "Entretien du matin, salle du fond.\n\n" + texte,
    "minuscules": str.lower,
}


@given(st.data(), st.sampled_from(sorted(ABIMER)))
def test_ce_qui_revient_est_sur_les_memes_mots(demo, data, comment):
    corpus, *_ = demo
    entretien = data.draw(st.sampled_from(list(corpus)))
    ailleurs = ABIMER[comment](entretien.texte)
    debut = data.draw(st.integers(0, len(ailleurs) - 2))
    fin = data.draw(st.integers(debut + 1, min(debut + 300, len(ailleurs))))
    dit = ailleurs[debut:fin]
    lieu = situer(ailleurs, entretien.texte, debut, fin, dit)
    if isinstance(lieu, Absent):
        # Only what the study does not have, or has not to the letter, may be missing.
        assert not mots(dit) or mots(dit) not in mots(entretien.texte) or comment != "identique"
        assert not mots(dit) or comment == "préambule" or len(mots(dit)) < 12
    else:
        ici = entretien.texte[lieu.debut : lieu.fin]
        assert ici == ici.strip()
        assert mots(ici) == mots(dit) or lieu.comment.startswith("mots changés")


# Sentences

PHRASES = [("E01:0-8", 0, 8), ("E01:9-18", 9, 18), ("E01:30-50", 30, 50)]
TEXTE = TextePlie("On trie. On range.  Bilal : Non, je ne crois pas tout à fait.")


@pytest.mark.parametrize(
    ("debut", "fin", "attendues"),
    [
        (0, 8, ["E01:0-8"]),
        (0, 18, ["E01:0-8", "E01:9-18"]),
        (3, 11, ["E01:0-8"]),
        (0, 1, ["E01:0-8"]),
        (7, 13, ["E01:9-18"]),
        (7, 9, []),
        (20, 26, []),
        (19, 60, ["E01:30-50"]),
    ],
)
def test_un_passage_est_rattache_aux_phrases_qu_il_couvre(debut, fin, attendues):
    assert couvrir(PHRASES, TEXTE, debut, fin) == attendues


@given(st.data())
def test_couvrir_rend_des_phrases_qui_se_suivent_et_touchent_le_passage(demo, data):
    corpus, segments, _ = demo
    entretien = data.draw(st.sampled_from(list(corpus)))
    siens = segments[segments["entretien"] == entretien.identifiant]
    phrases = list(siens[["segment", "debut", "fin"]].itertuples(index=False, name=None))
    document = TextePlie(entretien.texte)
    debut = data.draw(st.integers(0, len(entretien.texte) - 1))
    fin = data.draw(st.integers(debut + 1, len(entretien.texte)))
    couvertes = couvrir(phrases, document, debut, fin)
    rangs = [rang for rang, (segment, *_) in enumerate(phrases) if segment in couvertes]
    assert [phrases[rang][0] for rang in rangs] == couvertes
    assert not rangs or rangs == list(range(rangs[0], rangs[-1] + 1))
    assert all(phrases[rang][1] < fin and debut < phrases[rang][2] for rang in rangs)
    touche = any(mots(entretien.texte[max(a, debut) : min(b, fin)]) for _, a, b in phrases if a < fin and debut < b)
    assert bool(couvertes) == touche
    dedans = [segment for segment, a, b in phrases if debut <= a and b <= fin and mots(entretien.texte[a:b])]
    assert set(dedans) <= set(couvertes)


# People


def test_un_nom_devient_celui_d_une_feuille():
    noms = ["Ana Martín", "Jean-Loup", "paul@2026-03-01", "Œuvre"]
    assert nommer_codeurs(noms, None, "f") == {
        "Ana Martín": "ana-martin",
        "Jean-Loup": "jean-loup",
        "paul@2026-03-01": "paul@2026-03-01",
        "Œuvre": "oeuvre",
    }


def test_une_feuille_deja_la_est_reconnue_sans_casse_ni_accents():
    assert nommer_codeurs(["noemie"], None, "f", ["Noémie", "paul"]) == {"noemie": "Noémie"}


@pytest.mark.parametrize(
    ("codeurs", "remede"),
    [
        ([""], "dites-le avec --codeur NOM"),
        (["", "ana"], "dites-le avec --codeur « =NOM »"),
        (["???"], "dites-le avec"),
    ],
)
def test_un_passage_sans_auteur_est_dit(codeurs, remede):
    with pytest.raises(ErreurDonnees, match="le fichier ne dit pas qui a codé") as erreur:
        nommer_codeurs(codeurs, None, "f")
    assert erreur.value.problemes[0].remede.startswith(remede)


@pytest.mark.parametrize(
    ("codeurs", "choix"), [([""], "ana"), (["Bob"], "ana"), (["", "Bob"], {"": "ana", "Bob": "bob"})]
)
def test_une_personne_dit_qui_a_code(codeurs, choix):
    assert nommer_codeurs(codeurs, choix, "f")[codeurs[0]] == "ana"


def test_un_seul_nom_pour_plusieurs_personnes_est_refuse():
    with pytest.raises(ErreurDonnees, match="2 personnes ont codé ce fichier") as erreur:
        nommer_codeurs(["ana", "bob"], "eve", "f")
    assert "ana, bob" in erreur.value.problemes[0].remede


@pytest.mark.parametrize(
    ("choix", "message"),
    [
        ({"Anna": "ana"}, "ce fichier n'a pas ce codeur"),
        ({"ana": "a/b"}, "nom impossible"),
        ({"ana": "../x"}, "nom impossible"),
        ({"ana": "majorite"}, "nom de codeur réservé"),
        ({"ana": "machine"}, "nom de codeur réservé"),
        ({"ana": "-"}, "nom impossible"),
    ],
)
def test_un_nom_impossible_est_refuse(choix, message):
    with pytest.raises(ErreurDonnees, match=message):
        nommer_codeurs(["ana"], choix, "f")


def test_un_nom_que_windows_refuse_est_demande():
    with pytest.raises(ErreurDonnees, match="ce nom ne peut être celui d'une feuille"):
        nommer_codeurs(["Aux"], None, "f")
    assert nommer_codeurs(["Aux"], "auxane", "f") == {"Aux": "auxane"}


def test_deux_personnes_ne_partagent_une_feuille_que_si_quelqu_un_le_dit():
    with pytest.raises(ErreurDonnees, match="deux codeurs auraient la feuille de lea"):
        nommer_codeurs(["Léa", "lea"], None, "f")
    assert nommer_codeurs(["Léa", "lea"], {"Léa": "lea", "lea": "lea"}, "f") == {"Léa": "lea", "lea": "lea"}


def test_les_noms_reserves_ne_sont_pris_que_dits():
    assert nommer_codeurs(["Arbitrage", "majorite"], None, "f") == {}
    assert nommer_codeurs(["arbitrage"], {"arbitrage": "arbitrage"}, "f") == {"arbitrage": "arbitrage"}


@given(st.text(max_size=30))
def test_tout_nom_rendu_est_celui_d_un_fichier_du_dossier(nom):
    try:
        rendus = nommer_codeurs([nom], None, "f")
    except ErreurDonnees:
        return
    for rendu in rendus.values():
        assert re.fullmatch(r"[^\W_]+(-[^\W_]+)*(@\d{4}-\d{2}-\d{2})?", rendu), rendu
        assert Path("dossier", f"{rendu}.csv").parent == Path("dossier")


# Codes


@pytest.mark.parametrize(
    ("nom", "dossier", "attendu"),
    [
        ("R-CHARGE", "", "R-CHARGE"),
        ("R-CHARGE Charge de travail", "", "R-CHARGE"),
        ("r_charge : la surcharge", "Opportunité", "R-CHARGE"),
        ("R‑CHARGE", "", "R-CHARGE"),
        ("charge  de TRAVAIL", "", "R-CHARGE"),
        ("Charge de travail", "Thèmes / Risques", "R-CHARGE"),
        ("Charge de travail", "Opportunités", None),
        ("Charge de travail", "Divers", "R-CHARGE"),
        ("R-CHARGES", "", None),
        ("R-CHARGE-BIS", "", None),
        ("Charge", "", None),
        ("Lu, rien à coder", "", RIEN),
        ("-", "", RIEN),
    ],
)
def test_un_code_se_reconnait_a_son_identifiant_ou_a_son_libelle(nom, dossier, attendu):
    assert associer_codes(codes(("7", nom, dossier)), GRILLE).get("7") == attendu


def test_deux_codes_de_meme_nom_se_distinguent_par_leur_dossier():
    livre = codes(("1", "Sens", "Risque"), ("2", "Sens", "Opportunité"))
    grille = Grille(1, (), (code("R-SENS", "Sens"), code("O-SENS", "Sens !")))
    assert associer_codes(livre, grille) == {"1": "R-SENS", "2": "O-SENS"}


def test_deux_codes_de_meme_nom_que_rien_ne_distingue_sont_inconnus():
    livre = codes(("1", "Gestion", "A"), ("2", "gestion", "B"))
    assert associer_codes(livre, GRILLE) == {}
    assert list(lister_inconnus(livre, {}, GRILLE)["proposition"]) == ["P-GESTION", "P-GESTION"]


def test_de_deux_codes_de_meme_identifiant_seul_celui_de_la_grille_est_pris():
    livre = codes(
        ("1", "R-SENS Sens du travail et transition"),
        ("2", "R-SENS à ne plus utiliser"),
        ("O-SENS", "Autre"),
        ("3", "r-sens"),
    )
    assert associer_codes(livre, GRILLE) == {"1": "R-SENS", "3": "R-SENS", "O-SENS": "O-SENS"}
    inconnus = lister_inconnus(livre.iloc[[1]], {"2": 4}, GRILLE)
    assert inconnus[["code", "usages", "proposition"]].values.tolist() == [["2", 4, "R-SENS"]]


@pytest.mark.parametrize(
    ("dossier", "famille"),
    [("Risque", "R"), ("2. RISQUES", "R"), ("Opportunités / Divers", "O"), ("Risques et opportunités", ""), ("", "")],
)
def test_la_famille_d_un_dossier(dossier, famille):
    assert deviner_famille(dossier) == famille


def test_separer_un_identifiant_de_son_libelle():
    assert separer_identifiant("(O-SENS) Sens, dialogue") == ("O-SENS", "Sens, dialogue")
    assert separer_identifiant("Ordinateur") == ("", "Ordinateur")


def test_les_inconnus_sont_listes_les_plus_employes_d_abord():
    livre = codes(("a", "Soutien", "Opportunités"), ("b", "La charge de travail", ""), ("c", "Xyz", ""))
    lus = lister_inconnus(livre, {"b": 3, "c": 1}, GRILLE)
    assert lus[["code", "usages", "proposition"]].values.tolist() == [["b", 3, "R-CHARGE"], ["c", 1, ""], ["a", 0, ""]]


def test_ce_qu_une_personne_decide_l_emporte():
    livre = codes(("1", "R-CHARGE"), ("2", "Autre"))
    decides = {"1": ("O-SENS", "R-SENS"), "2": (), "3": ("R-SENS",)}
    assert decider_codes(livre, GRILLE, decides) == {"1": ("O-SENS", "R-SENS"), "2": ()}


def test_la_table_des_codes_se_lit(ecrire):
    table = ecrire("t.csv", "code;nom;vers\nA;x;R-CHARGE O-SENS\nB;;-\nC;;\n'=D;;R-SENS\n")
    assert lire_correspondance(table, GRILLE) == {
        "A": ("R-CHARGE", "O-SENS"),
        "B": (RIEN,),
        "C": (),
        "=D": ("R-SENS",),
    }


def test_les_fautes_de_la_table_sont_dites_ensemble(ecrire):
    table = ecrire("t.csv", "code;vers\nA;R-CHARG\nB;- R-SENS\nA;R-SENS\n")
    with pytest.raises(ErreurDonnees) as erreur:
        lire_correspondance(table, GRILLE)
    assert [(p.ligne, p.message) for p in erreur.value.problemes] == [
        (2, "code inconnu de la grille"),
        (3, "« - » mêlé à des codes"),
        (4, "code en double"),
    ]
    assert "R-CHARGE" in erreur.value.problemes[0].remede


def test_une_table_ou_rien_n_est_decide_est_refusee(ecrire):
    with pytest.raises(ErreurDonnees, match=r"aucune ligne n'est remplie.*--sans-les-inconnus"):
        lire_correspondance(ecrire("t.csv", "code;vers\nA;\n"), GRILLE)


def test_la_table_preremplie_garde_ce_qu_une_personne_y_a_ecrit(tmp_path):
    chemin = tmp_path / "t.csv"
    inconnus = lister_inconnus(codes(("A", "La charge de travail"), ("=B", "x")), {"A": 2, "=B": 1}, GRILLE)
    chemin.write_bytes(rendre_correspondance(chemin, inconnus))
    table = lire_table(chemin, ("code", "nom", "dossier", "usages", "proposition", "vers"))
    assert table[["code", "proposition", "vers"]].values.tolist() == [["A", "R-CHARGE", ""], ["'=B", "", ""]]
    chemin.write_text("code;vers\nA;R-SENS\n", encoding="utf-8")
    chemin.write_bytes(rendre_correspondance(chemin, inconnus))
    assert lire_correspondance(chemin, GRILLE) == {"A": ("R-SENS",), "=B": ()}
    assert rendre_correspondance(chemin, inconnus) == chemin.read_bytes()


# A whole file


def test_un_projet_entier_est_rapproche(corpus, segments):
    ailleurs = corpus["E01"].texte.replace("Claire", "Marie-Claire")
    debut = ailleurs.index("On ressaisit")
    fin = ailleurs.index(", deux fois")
    projet = composer_projet(
        citer("", "7", "x", debut=debut, fin=fin, memo="À revoir", date="2026-01-02"),
        citer("Le camion est bleu", "Soutien", "E02", "Bob"),
        citer("Fatou me montre", "O-SOUTIEN", "E02", "Bob"),
        citer("pas dans le texte", "O-SOUTIEN", "E02", "Bob"),
        livre=codes(("7", "Charge de travail", "Risques")),
        sources=(Source("x", ailleurs),),
    )
    repris = rapprocher(projet, corpus, segments, GRILLE)
    assert list(repris.passages.columns) == list(PASSAGES)
    assert repris.passages.drop(columns=["reconnu", "origine"]).values.tolist() == [
        ["E01:63-88", "On ressaisit tout le soir", "ana", "7", "R-CHARGE", "E01:63-100", "À revoir", "2026-01-02"],
        ["E02:38-53", "Fatou me montre", "bob", "O-SOUTIEN", "O-SOUTIEN", "E02:38-64", "", ""],
        ["E02:65-83", "Le camion est bleu", "bob", "Soutien", "", "E02:65-107", "", ""],
    ]
    assert repris.inconnus[["code", "usages"]].values.tolist() == [["Soutien", 1]]
    assert repris.introuvables[["source", "texte", "codeur"]].values.tolist() == [["E02", "pas dans le texte", "bob"]]
    assert {cle: (set(dit.codes), dit.memo) for cle, dit in repris.decisions.items()} == {
        ("ana", "E01:63-100"): ({"R-CHARGE"}, "À revoir"),
        ("bob", "E02:38-64"): ({"O-SOUTIEN"}, ""),
    }


def test_un_passage_de_plusieurs_phrases_porte_son_code_a_chacune_et_son_memo_a_la_premiere(corpus, segments):
    projet = composer_projet(citer("On trie l'après-midi. On ressaisit tout le soir, deux fois.", memo="Long"))
    decisions = rapprocher(projet, corpus, segments, GRILLE).decisions
    assert [(dit.codes, dit.memo) for dit in decisions.values()] == [({"R-CHARGE"}, "Long"), ({"R-CHARGE"}, "")]


def test_un_code_pose_l_emporte_sur_une_lecture_sans_code(corpus, segments):
    projet = composer_projet(citer("On trie l'après-midi", RIEN), citer("trie l'après", "R-SENS", memo="m"))
    (decision,) = rapprocher(projet, corpus, segments, GRILLE).decisions.values()
    assert (decision.codes, decision.memo) == ({"R-SENS"}, "m")


def test_un_memo_seul_est_garde(corpus, segments):
    projet = composer_projet(citer("On trie l'après-midi", "", memo="Beau mot"))
    repris = rapprocher(projet, corpus, segments, GRILLE)
    (decision,) = repris.decisions.values()
    assert (decision.codes, decision.memo) == (set(), "Beau mot")
    assert repris.inconnus.empty


@pytest.mark.parametrize(
    ("origine", "cellule"),
    [("0.82:indices:ressaisir", "R-CHARGE:0.82:indices:ressaisir"), ("humain", ""), ("", ""), ("0.8:a|b:c", "")],
)
def test_la_suggestion_acceptee_reste_dite(corpus, segments, origine, cellule):
    projet = composer_projet(citer("On trie l'après-midi", origine=origine), origine=True)
    (decision,) = rapprocher(projet, corpus, segments, GRILLE).decisions.values()
    assert decision.origine == cellule


def test_un_code_vaut_ce_que_la_table_en_dit(corpus, segments):
    projet = composer_projet(citer("On trie l'après-midi", "A"), citer("Fatou me montre", "B", "E02"))
    decides = {"A": ("R-SENS", "R-CHARGE"), "B": ()}
    repris = rapprocher(projet, corpus, segments, GRILLE, decides)
    assert list(repris.passages["code"]) == ["R-SENS R-CHARGE", ""]
    assert repris.inconnus.empty
    assert [set(dit.codes) for dit in repris.decisions.values()] == [{"R-SENS", "R-CHARGE"}]


def test_une_citation_sans_document_est_cherchee_partout_mot_pour_mot(corpus, segments):
    projet = composer_projet(
        citer("Le camion est bleu", source=""),
        citer("Oui", source=""),
        citer("Le camion est bleu et il part", source=""),
    )
    repris = rapprocher(projet, corpus, segments, GRILLE)
    assert list(repris.passages["segment"]) == ["E02:65-83"]
    assert list(repris.introuvables["raison"]) == [
        "ces mots sont 2 fois dans l'étude ; dites de quel document ils viennent",
        "ces mots ne sont pas dans l'étude",
    ]


def test_une_source_non_reconnue_n_est_pas_fouillee(corpus, segments):
    repris = rapprocher(composer_projet(citer("Oui", source="Autre.docx")), corpus, segments, GRILLE)
    assert list(repris.introuvables["raison"]) == ["source non reconnue"]
    repris = rapprocher(
        composer_projet(citer("l'été", source="Autre.docx")), corpus, segments, GRILLE, documents={"Autre.docx": "E01"}
    )
    assert list(repris.passages["segment"]) == ["E01:16-21"]


def test_une_etiquette_de_locuteur_n_est_pas_une_phrase(corpus, segments):
    debut = corpus["E02"].texte.index("Bilal")
    projet = composer_projet(
        citer("", source="E02", debut=debut, fin=debut + 5), sources=(Source("E02", corpus["E02"].texte),)
    )
    repris = rapprocher(projet, corpus, segments, GRILLE)
    assert list(repris.introuvables["raison"]) == ["ce passage n'a pas un mot dans une phrase"]


def test_les_passages_d_un_nom_reserve_sont_ecartes_et_dits(corpus, segments):
    projet = composer_projet(citer("l'été", codeur="arbitrage"), citer("Oui", codeur="majorite"), citer("l'été"))
    repris = rapprocher(projet, corpus, segments, GRILLE)
    assert list(repris.passages["codeur"]) == ["ana"]
    assert repris.introuvables.empty
    assert [(p.message, p.valeur) for p in repris.ecartes] == [
        ("1 passage d'un codeur au nom réservé laissé de côté", "arbitrage"),
        ("1 passage d'un codeur au nom réservé laissé de côté", "majorite"),
    ]
    assert "« arbitrage=arbitrage »" in repris.ecartes[0].remede


def test_les_signes_invisibles_ne_passent_pas(corpus, segments):
    projet = composer_projet(citer("l'été", "R-\u200bCHARGE", codeur="a\x00na", memo="a\x00\x1b[31mb\ud800\r\nc"))
    repris = rapprocher(projet, corpus, segments, GRILLE)
    assert repris.passages[["codeur", "code", "memo"]].values.tolist() == [["ana", "R-CHARGE", "a[31mb\ufffd\nc"]]


def test_un_fichier_sans_codage_ne_rend_rien(corpus, segments):
    repris = rapprocher(composer_projet(), corpus, segments, GRILLE)
    assert repris.passages.empty
    assert repris.decisions == {}


QUELCONQUE = st.one_of(st.text(max_size=20), st.sampled_from(["", "-", "E01", "R-CHARGE", "On trie", "Oui."]))
CITATION = st.fixed_dictionaries(
    {nom: QUELCONQUE for nom in REPRISES} | {nom: st.integers(-3, 300) for nom in ("debut", "fin")}
)


@given(st.lists(CITATION, max_size=6), st.lists(st.tuples(QUELCONQUE, st.sampled_from([CLAIRE, BILAL, "", "Oui."]))))
def test_un_projet_quelconque_est_rapproche_ou_refuse(corpus, segments, citations, sources):
    projet = composer_projet(*citations, sources=tuple(Source(*source) for source in sources))
    try:
        repris = rapprocher(projet, corpus, segments, GRILLE)
    except ErreurDonnees:
        return
    connus = set(segments["segment"])
    for passage in repris.passages.itertuples():
        assert corpus.extrait(passage.segment) == passage.texte == passage.texte.strip() != ""
        assert set(passage.phrases.split()) <= connus
        assert set(passage.code.split()) <= {*GRILLE.ids(), RIEN}
    uniques = projet.codages.drop_duplicates()
    assert len(repris.passages) + len(repris.introuvables) <= len(uniques)
    assert {segment for _, segment in repris.decisions} <= connus


# Sheets


@pytest.fixture
def dossier(tmp_path):
    (tmp_path / "codages").mkdir()
    return tmp_path


def reprendre(dossier, corpus, segments, *citations, lus=(), ecrire=True, **options):
    repris = rapprocher(composer_projet(*citations), corpus, segments, GRILLE, **options)
    reprise = preparer_reprise(repris, segments, GRILLE, dossier / "codages", dossier / "reprises/f.csv", lus)
    if ecrire:
        appliquer_reprise(reprise)
    return reprise


def lire(dossier, codeur="ana") -> dict[str, tuple[str, str]]:
    feuille = lire_feuille(dossier / f"codages/{codeur}.csv")
    return {ligne.segment: (ligne.codes, ligne.memo) for ligne in feuille.itertuples() if ligne.codes or ligne.memo}


def ecrire_feuille(dossier, segments, codeur="ana", **cellules: tuple[str, str]):
    table = segments[list(FEUILLE[:3])].assign(codes="", origine="", memo="").set_index("segment", drop=False)
    for place, (codes_, memo) in cellules.items():
        table.loc[place.replace("_", ":").replace("à", "-"), ["codes", "memo"]] = codes_, memo
    (dossier / f"codages/{codeur}.csv").write_text(table.to_csv(sep=";", index=False), encoding="utf-8-sig")
    return dossier / f"codages/{codeur}.csv"


def test_une_feuille_neuve_a_les_phrases_des_documents_codes(dossier, corpus, segments):
    reprise = reprendre(dossier, corpus, segments, citer("On trie l'après-midi"))
    feuille = lire_feuille(dossier / "codages/ana.csv")
    assert list(feuille["segment"]) == list(segments.loc[segments["entretien"] == "E01", "segment"])
    assert lire(dossier) == {"E01:41-62": ("R-CHARGE", "")}
    assert reprise.bilan.values.tolist() == [["ana", 1, 0, 0, 0]]
    lus = ess.lire_codages(dossier / "codages", segments, GRILLE)
    assert lus.values.tolist() == [["E01:41-62", "ana", "R-CHARGE", "humain"]]


def test_les_codes_sont_ecrits_dans_l_ordre_de_la_grille(dossier, corpus, segments):
    reprendre(
        dossier, corpus, segments, *(citer("On trie l'après-midi", un) for un in ("P-GESTION", "O-SENS", "R-CHARGE"))
    )
    assert lire(dossier) == {"E01:41-62": ("R-CHARGE O-SENS P-GESTION", "")}


def test_relancer_ne_change_rien(dossier, corpus, segments):
    citations = [citer("On trie l'après-midi", memo="=1+1"), citer("Deux fois", RIEN), citer("Oui", source="E01")]
    reprendre(dossier, corpus, segments, *citations, lus=["E02"])
    avant = {chemin: chemin.read_bytes() for chemin in dossier.rglob("*.csv")}
    reprise = reprendre(dossier, corpus, segments, *citations, lus=["E02"])
    assert {chemin: chemin.read_bytes() for chemin in dossier.rglob("*.csv")} == avant
    assert reprise.bilan[["reprises", "lues", "conflits"]].to_numpy().sum() == 0
    assert lire(dossier)["E01:41-62"] == ("R-CHARGE", "'=1+1")


def test_une_decision_prise_pendant_la_reprise_n_est_pas_perdue(dossier, corpus, segments):
    chemin = ecrire_feuille(dossier, segments)
    reprise = reprendre(dossier, corpus, segments, citer("On trie l'après-midi"), ecrire=False)
    ecrire_feuille(dossier, segments, **{"E01_41à62": ("O-SENS", "mien")})
    avant = chemin.read_bytes()
    with pytest.raises(ErreurDonnees, match=r"ana\.csv : ce fichier vient de changer"):
        appliquer_reprise(reprise)
    assert chemin.read_bytes() == avant
    assert not (dossier / "reprises/f.csv").exists()


def test_une_cellule_qui_dit_autre_chose_est_un_conflit_et_reste(dossier, corpus, segments):
    chemin = ecrire_feuille(dossier, segments, **{"E01_41à62": ("O-SENS", "mien")})
    avant = chemin.read_bytes()
    reprise = reprendre(dossier, corpus, segments, citer("On trie l'après-midi", memo="sien"))
    assert reprise.conflits.to_dict("records") == [
        dict(
            zip(
                CONFLITS,
                ("ana", "E01:41-62", "On trie l'après-midi.", "O-SENS (mémo : mien)", "R-CHARGE (mémo : sien)"),
                strict=True,
            )
        )
    ]
    assert chemin.read_bytes() == avant


def test_un_conflit_n_empeche_pas_le_reste(dossier, corpus, segments):
    ecrire_feuille(dossier, segments, **{"E01_41à62": (RIEN, "")})
    reprise = reprendre(dossier, corpus, segments, citer("On trie l'après-midi"), citer("On ressaisit tout le soir"))
    assert reprise.bilan.values.tolist() == [["ana", 1, 0, 0, 1]]
    assert lire(dossier) == {"E01:41-62": (RIEN, ""), "E01:63-100": ("R-CHARGE", "")}


def test_un_memo_different_est_un_conflit_un_memo_absent_est_ecrit(dossier, corpus, segments):
    ecrire_feuille(dossier, segments, **{"E01_41à62": ("R-CHARGE", ""), "E01_63à100": ("R-CHARGE", "mien")})
    citations = (citer("On trie l'après-midi", memo="sien"), citer("On ressaisit tout le soir", memo="sien"))
    reprise = reprendre(dossier, corpus, segments, *citations)
    assert lire(dossier) == {"E01:41-62": ("R-CHARGE", "sien"), "E01:63-100": ("R-CHARGE", "mien")}
    assert list(reprise.conflits["segment"]) == ["E01:63-100"]


def test_un_memo_seul_ne_change_pas_les_codes(dossier, corpus, segments):
    ecrire_feuille(dossier, segments, **{"E01_41à62": ("O-SENS", "")})
    reprendre(
        dossier, corpus, segments, citer("On trie l'après-midi", "", memo="noté"), citer("Deux fois", "", memo="ici")
    )
    assert lire(dossier) == {"E01:41-62": ("O-SENS", "noté"), "E01:120-131": ("", "ici")}


def test_les_suggestions_montrees_ne_restent_pas_a_cote_d_une_decision_venue_d_ailleurs(dossier, corpus, segments):
    chemin = ecrire_feuille(dossier, segments)
    feuille = lire_feuille(chemin).assign(origine="R-CHARGE:0.90:indices:trier")
    chemin.write_text(feuille.to_csv(sep=";", index=False), encoding="utf-8")
    reprendre(dossier, corpus, segments, citer("On trie l'après-midi"))
    origines = lire_feuille(chemin).set_index("segment")["origine"]
    assert origines.pop("E01:41-62") == ""
    assert set(origines) == {"R-CHARGE:0.90:indices:trier"}


def test_les_autres_documents_de_la_feuille_et_les_lignes_perdues_restent(dossier, corpus, segments):
    chemin = ecrire_feuille(dossier, segments[segments["entretien"] == "E02"], **{"E02_65à107": ("O-SENS", "")})
    with chemin.open("a", encoding="utf-8") as fichier:
        fichier.write("E09:0-9;X;Perdue ?;R-SENS;;\n")
    reprendre(dossier, corpus, segments, citer("On trie l'après-midi"))
    feuille = lire_feuille(chemin)
    assert list(feuille["segment"]) == [*segments["segment"], "E09:0-9"]
    assert lire(dossier)["E09:0-9"] == ("R-SENS", "")
    assert lire(dossier)["E02:65-107"] == ("O-SENS", "")


def test_une_phrase_sans_codage_reste_a_lire_sauf_si_tout_a_ete_lu(dossier, corpus, segments):
    reprendre(dossier, corpus, segments, citer("On trie l'après-midi"))
    assert list(lire(dossier)) == ["E01:41-62"]
    reprise = reprendre(dossier, corpus, segments, citer("On trie l'après-midi"), lus=["E01", "E02"])
    assert reprise.bilan.values.tolist() == [["ana", 0, len(segments) - 1, 1, 0]]
    assert {codes_ for codes_, _ in lire(dossier).values()} == {RIEN, "R-CHARGE"}


def test_tout_lu_ne_touche_ni_une_cellule_remplie_ni_un_memo_de_la_personne(dossier, corpus, segments):
    ecrire_feuille(dossier, segments, **{"E01_63à100": ("O-SENS", ""), "E01_120à131": ("", "à revoir")})
    reprendre(dossier, corpus, segments, citer("On trie l'après-midi", "", memo="noté"), lus=["E01"])
    lus = lire(dossier)
    assert (lus["E01:63-100"], lus["E01:120-131"]) == (("O-SENS", ""), ("", "à revoir"))
    assert lus["E01:41-62"] == (RIEN, "noté")


def ecrire_deux_lignes(dossier, segments, place, *cellules: tuple[str, str]):
    chemin = ecrire_feuille(dossier, segments)
    feuille = lire_feuille(chemin)
    ligne = feuille[feuille["segment"] == place]
    remplies = [ligne.assign(codes=codes_, memo=memo) for codes_, memo in cellules]
    feuille = pd.concat([*remplies, feuille[feuille["segment"] != place]])
    chemin.write_text(feuille.to_csv(sep=";", index=False), encoding="utf-8-sig")
    return chemin


@pytest.mark.parametrize("cellules", [(("", ""), ("O-SENS", "")), (("O-SENS", ""), ("", ""))])
def test_de_deux_lignes_d_une_phrase_celle_qui_est_remplie_n_est_pas_ecrasee(dossier, corpus, segments, cellules):
    chemin = ecrire_deux_lignes(dossier, segments, "E01:63-100", *cellules)
    reprendre(dossier, corpus, segments, citer("On trie l'après-midi"), lus=["E01"])
    feuille = lire_feuille(chemin)
    assert list(feuille.loc[feuille["segment"] == "E01:63-100", "codes"]) == [codes_ for codes_, _ in cellules]


def test_un_memo_pareil_aux_blancs_pres_reste_tel_que_la_personne_l_a_ecrit(dossier, corpus, segments):
    ecrire_feuille(dossier, segments, **{"E01_41à62": ("", "à  revoir ?")})
    reprise = reprendre(dossier, corpus, segments, citer("On trie l'après-midi", memo="à revoir ?"))
    assert lire(dossier)["E01:41-62"] == ("R-CHARGE", "à  revoir ?")
    assert reprise.conflits.empty


def test_plusieurs_codeurs_n_ont_lu_que_ce_qu_ils_ont_code(dossier, corpus, segments):
    citations = (citer("On trie l'après-midi"), citer("Le camion est bleu", source="E02", codeur="bob"))
    reprendre(dossier, corpus, segments, *citations, lus=["E01", "E02"])
    assert {segment.partition(":")[0] for segment in lire(dossier, "ana")} == {"E01"}
    assert {segment.partition(":")[0] for segment in lire(dossier, "bob")} == {"E02"}


@pytest.mark.parametrize("perdue", [citer("Une phrase jamais dite ici"), citer("Oui"), citer("Jamais dit", source="")])
def test_un_document_ou_un_passage_manque_n_est_pas_tenu_pour_lu(dossier, corpus, segments, perdue):
    reprise = reprendre(dossier, corpus, segments, citer("On trie l'après-midi"), perdue, lus=["E01"])
    assert reprise.retenus == (("ana", "E01"),)
    assert list(lire(dossier)) == ["E01:41-62"]


def test_les_passages_exacts_sont_gardes_meme_laisses_de_cote(dossier, corpus, segments):
    reprendre(dossier, corpus, segments, citer("trie l'après", "Inconnu", memo="m", date="2026-01-02"))
    reprendre(dossier, corpus, segments, citer("On ressaisit tout"))
    passages = lire_table(dossier / "reprises/f.csv", PASSAGES)
    assert passages[["segment", "texte", "code_origine", "code", "phrases"]].values.tolist() == [
        ["E01:44-56", "trie l'après", "Inconnu", "", "E01:41-62"],
        ["E01:63-80", "On ressaisit tout", "R-CHARGE", "R-CHARGE", "E01:63-100"],
    ]
    assert list(lire(dossier)) == ["E01:63-100"]


def test_une_feuille_qui_n_est_plus_a_jour_arrete_tout(dossier, corpus, segments):
    chemin = ecrire_feuille(dossier, segments, **{"E01_63à100": ("R-SENS", "")})
    chemin.write_text(chemin.read_text(encoding="utf-8-sig").replace("tout le soir", "tout"), encoding="utf-8")
    avant = chemin.read_bytes()
    with pytest.raises(ErreurDonnees, match=r"ne dit plus le texte d'aujourd'hui.*E01:63-100.*ess-analyse recaler"):
        reprendre(dossier, corpus, segments, citer("On trie l'après-midi"))
    assert chemin.read_bytes() == avant
    assert not (dossier / "reprises").exists()


def test_un_classeur_dans_le_dossier_des_feuilles_arrete_tout(dossier, corpus, segments):
    (dossier / "codages/ana.xlsx").write_bytes(b"PK")
    with pytest.raises(ErreurDonnees, match="classeur de tableur"):
        reprendre(dossier, corpus, segments, citer("On trie l'après-midi"))


def test_une_feuille_illisible_arrete_tout(dossier, corpus, segments):
    (dossier / "codages/ana.csv").write_text("segment;texte\n", encoding="utf-8")
    with pytest.raises(ErreurDonnees, match="colonne manquante"):
        reprendre(dossier, corpus, segments, citer("On trie l'après-midi"))


CHOIX = ["R-CHARGE", "O-SENS", RIEN]


@given(
    remplies=st.dictionaries(
        st.integers(0, 8), st.tuples(st.sampled_from([*CHOIX, ""]), st.sampled_from(["", "m", "n"]))
    ),
    reprises=st.lists(st.tuples(st.integers(0, 8), st.sampled_from([*CHOIX, ""]), st.sampled_from(["", "m"]))),
    tout=st.booleans(),
)
def test_jamais_une_cellule_remplie_ne_change(tmp_path_factory, corpus, segments, remplies, reprises, tout):
    dossier = tmp_path_factory.mktemp("etude")
    (dossier / "codages").mkdir()
    lignes = segments.reset_index(drop=True)
    places = {lignes.at[rang, "segment"]: dit for rang, dit in remplies.items() if rang < len(lignes)}
    chemin = ecrire_feuille(
        dossier, segments, **{place.replace(":", "_").replace("-", "à"): dit for place, dit in places.items()}
    )
    avant = lire_feuille(chemin).set_index("segment")
    citations = [
        citer(
            "",
            quoi,
            lignes.at[rang, "entretien"],
            debut=int(lignes.at[rang, "debut"]),
            fin=int(lignes.at[rang, "fin"]),
            memo=memo,
        )
        for rang, quoi, memo in reprises
        if rang < len(lignes) and (quoi or memo)
    ]
    sources = tuple(Source(entretien.identifiant, entretien.texte) for entretien in corpus)
    repris = rapprocher(composer_projet(*citations, sources=sources), corpus, segments, GRILLE)
    lus = ["E01", "E02"] if tout else []
    reprise = preparer_reprise(repris, segments, GRILLE, dossier / "codages", dossier / "f.csv", lus)
    appliquer_reprise(reprise)
    apres = lire_feuille(chemin).set_index("segment")
    for colonne in ("codes", "memo"):
        ecrites = avant[colonne] != ""
        assert (apres.loc[ecrites, colonne] == avant.loc[ecrites, colonne]).all()
    for conflit in reprise.conflits.itertuples():
        assert apres.loc[conflit.segment].equals(avant.loc[conflit.segment])
    ess.lire_codages(dossier / "codages", segments, GRILLE)
    assert preparer_reprise(repris, segments, GRILLE, dossier / "codages", dossier / "f.csv", lus).conflits.equals(
        reprise.conflits
    )


# Codebooks


def test_une_grille_reprise_se_lit_une_fois_remplie():
    livre = codes(
        ("1", "Charge de travail", "Risques", "La surcharge.\n\nInclure :\n- le soir\n- la nuit"),
        ("2", "Aux petits soins", "Opportunités"),
        ("3", "Aux petits soins", "Prisme"),
        ("4", "Divers", ""),
        ("5", "O-SENS Le sens !", ""),
        ("-", "Lu, rien à coder", ""),
    )
    comparaison = comparer_grille(livre, GRILLE).values.tolist()
    assert comparaison == [
        ["Charge de travail", "Risques", "R-CHARGE", "même code, autre définition"],
        ["Aux petits soins", "Opportunités", "O-PETITS", "nouveau"],
        ["Aux petits soins", "Prisme", "P-PETITS", "nouveau"],
        ["Divers", "", "", "nouveau"],
        ["O-SENS Le sens !", "", "O-SENS", "même code, autre libellé"],
        ["", "", "R-SENS", "absent du fichier"],
        ["", "", "O-SOUTIEN", "absent du fichier"],
        ["", "", "P-GESTION", "absent du fichier"],
    ]
    arbre = lire_arbre(composer_grille(livre, GRILLE, "f.qdc"), "g.yml")
    charge, petits, prisme, divers, sens = arbre.valeur["codes"]
    assert (charge["definition"], charge["inclure"], charge["exclure"]) == (
        "La surcharge.",
        ["le soir", "la nuit"],
        ["x"],
    )
    assert (petits["id"], petits["dimension"], petits["indices"]) == ("O-PETITS", "theme", [])
    assert (prisme["dimension"], divers["id"], divers["dimension"]) == ("prisme", "", "")
    assert (sens["libelle"], sens["definition"]) == ("Le sens !", GRILLE["O-SENS"].definition)


def test_ce_qui_reste_a_remplir_est_dit_par_la_lecture_de_la_grille(ecrire):
    texte = composer_grille(codes(("1", "Divers", "", "Un peu de tout.")), GRILLE, "f.qdc")
    with pytest.raises(ErreurDonnees) as erreur:
        ess.lire_grille(ecrire("g.yml", texte))
    assert {(p.message, p.valeur) for p in erreur.value.problemes} >= {("texte vide", "id"), ("liste vide", "inclure")}
    assert texte.count("# à remplir") == 7


def test_deux_codes_ne_recoivent_jamais_le_meme_identifiant():
    livre = codes(
        *((str(rang), nom, "Risque") for rang, nom in enumerate(["Charge", "Charge !", "R-CHARGE x", "R-CHARGE y"]))
    )
    identifiants = list(comparer_grille(livre, GRILLE)["identifiant"][:4])
    assert len(set(identifiants)) == 4
    assert "R-CHARGE" in identifiants


def test_une_etude_sans_grille_recoit_les_deux_dimensions():
    texte = composer_grille(codes(("1", "Sens", "Risques"), ("2", "Gérer", "Prisme")), Grille(1, (), ()), "f.qdc")
    valeur = lire_arbre(texte, "g.yml").valeur
    assert [une["id"] for une in valeur["dimensions"]] == ["theme", "prisme"]
    assert [(un["id"], un["dimension"]) for un in valeur["codes"]] == [("R-SENS", "theme"), ("P-GERER", "prisme")]


HOSTILE = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from("\"'#:-[]{}&*!|>%@`\\\n\t\x85\u2028\u00a0é ")), max_size=40
)


@given(st.lists(st.tuples(HOSTILE, HOSTILE, HOSTILE), max_size=6), HOSTILE)
def test_tout_livre_de_codes_donne_un_yaml_sain(livre, fichier):
    table = codes(*((str(rang), *ligne) for rang, ligne in enumerate(livre)))
    arbre = lire_arbre(composer_grille(table, GRILLE, fichier), "g.yml")
    assert not arbre.problemes
    # A file without any code has an empty key: there is nothing to read over.
    blocs = arbre.valeur["codes"] or []
    assert len(blocs) == sum(constat != "absent du fichier" for constat in comparer_grille(table, GRILLE)["constat"])
    for bloc in blocs:
        assert set(bloc) >= {"id", "dimension", "libelle", "definition", "inclure", "indices"}
        assert bloc["id"] == "" or set(bloc["id"]) <= set(string.ascii_uppercase + string.digits + "-")


def test_la_grille_de_la_demonstration_revient_entiere(demo, tmp_path):
    grille = demo[2]
    exporter_qdc(tmp_path / "g.qdc", grille)
    livre = lire_qdc(tmp_path / "g.qdc").codes
    assert set(comparer_grille(livre, grille)["constat"]) == {"même code"}
    (tmp_path / "g.yml").write_text(composer_grille(livre, grille, "g.qdc"), encoding="utf-8")
    assert ess.lire_grille(tmp_path / "g.yml") == grille


# Round trips


@pytest.fixture(scope="module")
def codages_demo(demo):
    _, segments, grille = demo
    codages = ess.lire_codages(DEMO / "codages", segments, grille)
    gardes = segments.loc[segments["entretien"].isin(["E02", "E12"]), "segment"]
    return codages[codages["segment"].isin(gardes)].reset_index(drop=True)


def revenir(projet, demo, dossier, codages, **options):
    corpus, segments, grille = demo
    repris = rapprocher(projet, corpus, segments, grille, **options)
    assert repris.inconnus.empty
    assert repris.introuvables.empty
    appliquer_reprise(preparer_reprise(repris, segments, grille, dossier / "codages", dossier / "f.csv"))
    revenus = ess.lire_codages(dossier / "codages", segments, grille)
    assert revenus[list(CODAGES)].equals(codages)


def test_un_qdpx_revient_avec_chaque_code_sur_ses_phrases(demo, codages_demo, tmp_path):
    exporter_qdpx(tmp_path / "e.qdpx", demo[0], demo[2], codages_demo)
    tous = {nom: nom for nom in codages_demo["codeur"].unique()}
    revenir(lire_qdpx(tmp_path / "e.qdpx"), demo, tmp_path, codages_demo, codeur=tous)


def test_un_projet_taguette_revient_avec_chaque_code_sur_ses_phrases(demo, codages_demo, tmp_path):
    codages = codages_demo[codages_demo["codeur"] == "lea"].reset_index(drop=True)
    exporter_taguette(tmp_path / "e.sqlite3", demo[0], demo[2], codages)
    projet = lire_projet(tmp_path / "e.sqlite3", reconnaitre_format(tmp_path / "e.sqlite3"))
    revenir(projet, demo, tmp_path, codages.assign(origine="humain"), codeur="lea")


# Formats


@pytest.mark.parametrize(
    ("nom", "contenu", "sorte"),
    [
        ("a.QDPX", b"PK", "qdpx"),
        ("a.qdc", b"<", "qdc"),
        ("a.xlsx", b"PK", "tableur"),
        ("a.csv", "Document;Citation;Code\n", "tableur"),
        ("a.csv", '"id","Document","tag","content"\n', "taguette"),
        ("a.csv", "tag,description\n", "taguette"),
        ("a.csv", "id,document,collection,tag,content\n", "taguette"),
        ("a.csv", "tag,description,number of highlights,number of documents\n", "taguette"),
        ("a.csv", "document,tag,content,coder\n", "tableur"),
        ("a.csv", "id,document,tag,content,coder\n", "tableur"),
        ("a.csv", "tag,description,content\n", "tableur"),
        ("a.db", b"SQLite format 3\0", "taguette"),
        ("data.qda", b"SQLite format 3\0", "qualcoder"),
    ],
)
def test_le_format_se_reconnait(ecrire, nom, contenu, sorte):
    assert reconnaitre_format(ecrire(nom, contenu)) == sorte


def test_un_dossier_qualcoder_se_reconnait(tmp_path):
    (tmp_path / "projet.qda").mkdir()
    assert reconnaitre_format(tmp_path / "projet.qda") == "qualcoder"
    with pytest.raises(ErreurDonnees, match="ce dossier n'est pas un projet"):
        reconnaitre_format(tmp_path)


@pytest.mark.parametrize(
    ("nom", "contenu", "message"),
    [
        ("a.nvpx", b"x", "format qui ne se reprend pas"),
        ("a", b"x", "format qui ne se reprend pas"),
        ("a.sqlite3", b"x", "ce n'est pas une base de données SQLite"),
        ("a.csv", b"", "fichier vide"),
    ],
)
def test_un_format_inconnu_est_dit(ecrire, nom, contenu, message):
    with pytest.raises(ErreurDonnees, match=message):
        reconnaitre_format(ecrire(nom, contenu))


def test_un_fichier_absent_est_dit(tmp_path):
    with pytest.raises(ErreurDonnees, match="fichier introuvable"):
        reconnaitre_format(tmp_path / "a.qdpx")


def test_un_livre_de_codes_taguette_n_a_que_des_codes(tmp_path):
    exporter_livre_taguette(tmp_path / "codes.csv", GRILLE)
    projet = lire_projet(tmp_path / "codes.csv", reconnaitre_format(tmp_path / "codes.csv"))
    assert projet.codages.empty
    assert set(associer_codes(projet.codes, GRILLE).values()) >= {*GRILLE.ids()}
