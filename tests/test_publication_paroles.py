"""Une phrase que personne n'a permis de citer ne se lit dans aucun fichier publié."""

import io
import time
import zipfile
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.modele import Corpus, Place
from ess_analyse.publication import chercher_paroles_restreintes
from ess_analyse.publication.octets import Extrait
from ess_analyse.publication.paroles import Paroles
from ess_analyse.segments import segmenter

PUBLIC = "Enquêtrice : Et ici ?\n\nMarion : On pèse tout deux fois le soir. Le camion part à l'aube."
SECRET = (
    "Enquêtrice : Et là ?\n\nLéo : L'« outil » d’Anis, on ne s'en sert plus. C'est long, hein. "
    "Le camion part à l’aube ! Le dossier de la cheffe traîne dans l'atelier."
)


@pytest.fixture(scope="session")
def etude(composer):
    """Un document public, un document restreint, et leurs phrases."""
    corpus = composer(E01=PUBLIC, E02=SECRET)
    documents = corpus.documents.assign(diffusion=["publique", "restreinte"])
    corpus = replace(corpus, documents=documents)
    return corpus, segmenter(corpus)


def trouver(etude, texte):
    return [segment for _, segment in Paroles(*etude).trouver(texte)]


def place(etude, debut):
    segments = etude[1]
    return segments.loc[segments["texte"].str.startswith(debut), "segment"].iloc[0]


@pytest.mark.parametrize(
    "ecrit",
    [
        "L'« outil » d’Anis, on ne s'en sert plus.",
        "l’outil d'anis on ne s’en sert plus",
        "L'OUTIL D'ANIS, ON NE S'EN SERT PLUS",
        "« L' “outil” d’Anis\u202f! on ne s'en\nsert plus…",
        "il dit que l'outil d'Anis, on ne s'en sert plus du tout",
    ],
)
def test_une_phrase_restreinte_est_trouvee_a_la_typographie_pres(etude, ecrit):
    assert trouver(etude, ecrit) == [place(etude, "L'«")]


@pytest.mark.parametrize(
    "ecrit",
    [
        "L'outil d'Anis, on s'en sert.",
        "C'est long, hein.",
        "Le camion part à l'aube.",
        "On pèse tout deux fois le soir.",
        "",
    ],
)
def test_ce_qui_est_court_public_ou_change_n_est_pas_un_probleme(etude, ecrit):
    assert trouver(etude, ecrit) == []


def test_le_fichier_la_ligne_et_la_place_sont_dits_jamais_la_phrase(etude, ecrire, tmp_path):
    ecrire("_site/a.html", "<p>ok</p>\n<p>« Le dossier de la <b>chef</b>fe\ntra&icirc;ne dans l&rsquo;atelier. »</p>")
    ecrire("_site/b.js", 'p=["L\\u2019outil d\\u0027Anis, on ne s\\u0027en sert plus"]')
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        archive.writestr("e/E02.txt", SECRET)
    ecrire("_site/c.qdpx", tampon.getvalue())
    problemes = chercher_paroles_restreintes(tmp_path / "_site", *etude)
    outil, dossier = place(etude, "L'«"), place(etude, "Le dossier")
    assert sorted((p.fichier.rsplit("/_site/")[-1], p.ligne, p.valeur) for p in problemes) == sorted(
        [
            ("a.html", 2, dossier),
            ("b.js", 1, outil),
            ("c.qdpx (e/E02.txt)", 3, outil),
            ("c.qdpx (e/E02.txt)", 3, dossier),
        ]
    )
    assert {p.message for p in problemes} == {"une phrase dont la diffusion est restreinte se lit dans ce fichier"}
    assert not any("atelier" in str(p) or "sert plus" in str(p) for p in problemes)


def test_un_passage_restreint_d_un_document_public_est_protege(etude):
    corpus, segments = etude
    pese = Place.lire(place(etude, "On pèse"))
    corpus = replace(corpus, diffusions=((pese, "restreinte"),))
    assert trouver((corpus, segments), "on pèse tout, deux fois, le soir") == [str(pese)]


def test_un_passage_rendu_public_d_un_document_restreint_peut_etre_cite(etude):
    corpus, segments = etude
    dossier = Place.lire(place(etude, "Le dossier"))
    corpus = replace(corpus, diffusions=((dossier, "publique"),))
    assert trouver((corpus, segments), "Le dossier de la cheffe traîne dans l'atelier.") == []


def test_un_corpus_tout_public_n_arrete_rien(composer, tmp_path, ecrire):
    corpus = composer(E01=PUBLIC)
    ecrire("_site/a.txt", PUBLIC)
    assert chercher_paroles_restreintes(tmp_path / "_site", corpus, segmenter(corpus)) == []


def test_deux_phrases_publiques_voisines_n_en_font_pas_une(composer):
    corpus = composer(E01="Marion : On pèse tout. Le soir c'est fini.", E02="Léo : On pèse tout le soir, c'est fini.")
    corpus = replace(corpus, documents=corpus.documents.assign(diffusion=["publique", "restreinte"]))
    assert len(trouver((corpus, segmenter(corpus)), "on pèse tout le soir c'est fini")) == 1


MOTS = st.sampled_from(["camion", "atelier", "le", "on", "été", "l'outil", "deux", "fois", "soir", "vend"])


@given(
    st.lists(MOTS, min_size=5, max_size=9), st.lists(MOTS, max_size=6), st.lists(MOTS, max_size=6), st.integers(0, 3)
)
def test_une_phrase_est_trouvee_ou_qu_elle_soit_et_quelle_que_soit_la_ponctuation(etude, mots, avant, apres, forme):
    corpus, segments = etude
    texte = " ".join(mots) + "."
    ligne = segments.iloc[:1].assign(segment="E02:1-9", texte=texte)
    ecrit = (" ".join, " ,\u00a0".join, "\n".join, lambda mots: " ".join(mots).upper())[forme]([*avant, *mots, *apres])
    assert "E02:1-9" in trouver((corpus, ligne), ecrit)


def test_une_grande_etude_se_cherche_en_une_passe(composer):
    tours = "\n\n".join(f"Léo : Alors la phrase numéro {rang} parle du lot {rang} vendu." for rang in range(4000))
    corpus = composer(E01=tours)
    corpus = replace(corpus, documents=corpus.documents.assign(diffusion="restreinte"))
    paroles = Paroles(corpus, segmenter(corpus))
    texte = "Alors la phrase du lot parle de rien. " * 20_000 + "Alors la phrase numéro 12 parle du lot 12 vendu."
    debut = time.perf_counter()
    assert len(paroles.trouver(texte)) == 1
    # One pass over 160,000 words, not 4,000 of them.
    assert time.perf_counter() - debut < 10


def test_un_nom_de_fichier_n_est_pas_une_parole(etude):
    phrase = "Le dossier de la cheffe traîne dans l'atelier"
    assert list(Paroles(*etude).relever("a", Extrait(phrase, nature="nom"))) == []
    assert len(list(Paroles(*etude).relever("a", Extrait(phrase, "page 2")))) == 1


def test_une_table_mal_formee_et_un_dossier_absent_se_disent(etude, tmp_path):
    with pytest.raises(ErreurDonnees, match="table segments : colonne manquante"):
        Paroles(Corpus((), etude[0].documents.iloc[:0]), pd.DataFrame({"segment": []}))
    with pytest.raises(ErreurDonnees, match="dossier introuvable"):
        chercher_paroles_restreintes(tmp_path / "absent", *etude)
