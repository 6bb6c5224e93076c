import csv
import html
import io
import json
import random
import re
import shutil
import sqlite3
import unicodedata
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.echanges import lignes as bornes
from ess_analyse.echanges.projet import INCONNUE
from ess_analyse.echanges.taguette import PERTES, exporter_livre_taguette, exporter_taguette, lire_taguette
from ess_analyse.echanges.taguette.balises import habiller, rendre
from ess_analyse.echanges.taguette.etiquettes import lire_auteurs, ranger_etiquettes
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.modele import CODAGES, Corpus, Entretien
from ess_analyse.segments import segmenter

DONNEES = Path(__file__).parent / "donnees" / "taguette"
E01 = (
    "Entretien n° 1 – l’atelier\n\nEnquêtrice : Ça va\u00a0?\n\n"
    "Élodie : Ben oui 🙂, on ressaisit tout\ndeux fois… & à la main."
    "\n\nle matin, à neuf heures\nle soir\n\nNaïma : L’œuvre d’accueil, c’est déjà fini 👩\u200d🔧. On ne change rien."
)
E02 = "00:00:01 Léo : La caisse marche, enfin 🎉.\n\n00:00:04 Léo : On est formés, à peine."
COMPETENCES = "R-COMP Décrochage des compétences"
PASSAGES = [
    ("E01", "Ça va\u00a0?", "Soutien"),
    ("E01", "on ressaisit tout\ndeux fois…", "R.Charge"),
    ("E01", "neuf heures", "R.Charge"),
    ("E01", "neuf heures", "R.Santé"),
    ("E01", "L’œuvre d’accueil, c’est déjà fini 👩\u200d🔧.", "R.Santé"),
    ("E02", "La caisse marche, enfin 🎉.", "Soutien"),
    ("E02", "On est formés, à peine.", COMPETENCES),
]
SAISIE = ("E01", "à la main.", "Saisie")


def code(identifiant, libelle, **autres):
    champs = {"inclure": (), "exclure": (), "exemples": (), "contre_exemples": (), "indices": ()} | autres
    return Code(identifiant, "theme", libelle, f"Ce qu'est {libelle}.", **champs)


GRILLE = Grille(
    1,
    (Dimension("theme", "Thème"),),
    (
        code("R-CHARGE", "Charge, temps « perdu »", inclure=("On ressaisit.",), exemples=("Trop.",)),
        code("O-SOUTIEN", "Soutien"),
    ),
)


@pytest.fixture(params=["taguette", "libreqda"])
def programme(request):
    return request.param


@pytest.fixture
def modifier(tmp_path):
    """Copier un vrai projet et y exécuter du SQL."""

    def faire(*requetes: str, programme: str = "taguette", parametres=()):
        chemin = tmp_path / "projet.sqlite3"
        shutil.copyfile(DONNEES / f"{programme}-projet.sqlite3", chemin)
        with closing(sqlite3.connect(chemin)) as connexion:
            for requete in requetes:
                connexion.execute(requete, parametres if "?" in requete else ())
            connexion.commit()
        return chemin

    return faire


@pytest.fixture(scope="module")
def corpus(composer):
    return composer(
        E01="Enquêtrice : Ça va & <bien> ?\n\nMarion : Ben oui 🙂 enfin. On ressaisit tout\nl’été.\n\n\n\nÉlo : Si.",
        E02="Léo : La caisse marche.",
        O01="9 h. Le tiroir.",
    )


@pytest.fixture(scope="module")
def codages(corpus):
    segments = list(segmenter(corpus)["segment"])
    lignes = [
        (segments[1], "ana", "R-CHARGE"),
        (segments[1], "ana", "O-SOUTIEN"),
        (segments[1], "bob", "R-CHARGE"),
        (segments[2], "ana", "R-CHARGE"),
        (segments[2], "bob", "-"),
        (segments[-1], "bob", "O-SOUTIEN"),
    ]
    return pd.DataFrame([(*ligne, "humain") for ligne in lignes], columns=CODAGES)


def refus(chemin, projet=None) -> str:
    with pytest.raises(ErreurDonnees) as capture:
        lire_taguette(chemin, projet)
    return str(capture.value)


def bornes_valides(projet) -> bool:
    textes = {source.nom: source.texte for source in projet.sources}
    return all(
        (c.debut, c.fin) == (INCONNUE, INCONNUE)
        or (0 <= c.debut < c.fin and textes[c.source][c.debut : c.fin] == c.texte)
        for c in projet.codages.itertuples()
    )


# Ce que les vrais programmes ont écrit


def test_un_projet_tombe_sur_les_mots_selectionnes_dans_le_navigateur(programme):
    projet = lire_taguette(DONNEES / f"{programme}-projet.sqlite3")
    assert [(source.nom, source.texte) for source in projet.sources] == [("E01", E01), ("E02", E02)]
    voulus = sorted(PASSAGES + ([(SAISIE[0], "à la main", SAISIE[2])] if programme == "libreqda" else []))
    assert sorted(map(tuple, projet.codages[["source", "texte", "code"]].values.tolist())) == voulus
    assert bornes_valides(projet)
    assert (projet.codages["debut"] > INCONNUE).all()
    assert set(projet.codages["codeur"]) == {""}
    assert projet.codages["date"].str.startswith("2026-11-").all()
    assert projet.ecartes == ()


def test_les_etiquettes_sont_rangees(programme):
    codes = lire_taguette(DONNEES / f"{programme}-projet.sqlite3").codes.set_index("code")
    assert codes.loc["R.Charge"].tolist() == ["Charge", "R", "Trop de travail, saisie deux fois"]
    assert codes.loc[COMPETENCES, ["nom", "dossier"]].tolist() == [COMPETENCES, ""]
    if programme == "libreqda":
        assert codes.loc["Saisie"].tolist() == ["Saisie", "R.Charge", "Double saisie"]


def test_un_document_garde_ce_que_le_programme_en_dit():
    sources = lire_taguette(DONNEES / "libreqda-projet.sqlite3").sources
    assert sources[0].variables == {"description": "document E01", "collection": "Terrain"}
    assert sources[1].variables == {"description": "document E02"}


def test_les_passages_exportes_en_csv(programme):
    projet = lire_taguette(DONNEES / f"{programme}-highlights.csv")
    mots = {tuple(" ".join(un.split()) for un in passage) for passage in PASSAGES}
    mots |= {("E01", "à la main", "Saisie")} if programme == "libreqda" else set()
    lus = {
        tuple(unicodedata.normalize("NFC", " ".join(un.split())) for un in ligne)
        for ligne in projet.codages[["source", "texte", "code"]].values.tolist()
    }
    assert lus == mots
    assert set(projet.codages["debut"]) == set(projet.codages["fin"]) == {INCONNUE}
    assert [source.nom for source in projet.sources] == ["E01", "E02"]


def test_le_livre_de_codes_exporte_en_csv(programme):
    projet = lire_taguette(DONNEES / f"{programme}-codebook.csv")
    voulu = lire_taguette(DONNEES / f"{programme}-projet.sqlite3").codes
    assert sorted(projet.codes.values.tolist()) == sorted(voulu.values.tolist())
    assert len(projet.codages) == 0
    assert projet.sources == ()


def test_un_projet_et_son_export_disent_les_memes_passages(programme):
    base, citations = (lire_taguette(DONNEES / f"{programme}-{n}") for n in ("projet.sqlite3", "highlights.csv"))
    cles = [
        sorted((c.source, "".join(c.texte.split()), c.code) for c in projet.codages.itertuples())
        for projet in (base, citations)
    ]
    assert cles[0] == cles[1]


# Ce qu'un projet peut avoir de particulier


def test_plusieurs_projets_sont_listes(modifier):
    chemin = modifier(
        "INSERT INTO projects VALUES (2, 'Autre', '', '2026')", "INSERT INTO projects VALUES (3, 'Autre', '', '')"
    )
    message = refus(chemin)
    assert "plusieurs projets. Choisissez avec --projet : « Étude de l’atelier » (n° 1), « Autre » (n° 2), " in message
    assert "plusieurs projets ont ce nom (« Autre »)" in refus(chemin, "Autre")
    assert "projet introuvable (« Etude de l’atelier »). Vouliez-vous dire « Étude de l’atelier »" in refus(
        chemin, "Etude de l’atelier"
    )
    assert len(lire_taguette(chemin, "1").codages) == len(lire_taguette(chemin, "Étude de l’atelier").codages) == 7
    vide = lire_taguette(chemin, "2")
    assert (len(vide.codages), len(vide.codes), vide.sources) == (0, 0, ())


def test_aucun_projet(modifier):
    assert "ne contient aucun projet" in refus(modifier("DELETE FROM projects"))


def test_le_journal_dit_les_codeurs(modifier):
    charge = json.dumps({"type": "highlight_add", "highlight_id": 3, "tags": [2, 3]})
    premiere = """UPDATE commands SET payload = '{"type": "highlight_add", "highlight_id": 3, "tags": [2]}'"""
    chemin = modifier(
        "UPDATE commands SET user_login = 'ana'",
        premiere + " WHERE json_extract(payload, '$.highlight_id') = 3",
        "INSERT INTO commands VALUES (99, '2027-01-01', 'bob', 1, 1, ?)",
        parametres=[charge],
    )
    codages = lire_taguette(chemin).codages
    neuf = codages[codages["texte"] == "neuf heures"].set_index("code")
    assert neuf["codeur"].to_dict() == {"R.Charge": "ana", "R.Santé": "bob"}
    assert neuf.loc["R.Santé", "date"] == "2027-01-01"
    assert set(codages["codeur"]) == {"ana", "bob"}


@pytest.mark.parametrize(
    "charge",
    [
        "",
        "[1",
        "[" * 100_000,
        "3",
        '{"type": "highlight_add", "highlight_id": "1"}',
        '{"type": "highlight_add", "highlight_id": 1, "tags": 5}',
        '{"type": "tag_add"}',
    ],
)
def test_un_journal_illisible_ne_dit_rien(charge):
    auteurs = lire_auteurs([{"user_login": "ana", "date": "2026", "payload": charge}])
    assert auteurs.trouver(7, 2) == ("", "")


def test_une_etiquette_ajoutee_sans_journal_revient_au_dernier():
    charge = json.dumps({"type": "highlight_add", "highlight_id": 1, "tags": [4]})
    auteurs = lire_auteurs([{"user_login": "ana", "date": "2026", "payload": charge}])
    assert auteurs.trouver(1, 9) == ("ana", "2026")


def test_des_mots_qui_ne_sont_plus_a_leur_place_font_foi(modifier):
    """Une position qui désigne d'autres mots que ceux que Taguette garde est fausse."""
    projet = lire_taguette(modifier("UPDATE highlights SET start_offset = 90, end_offset = 99 WHERE id = 2"))
    passage = projet.codages[projet.codages["code"] == "Soutien"].iloc[0]
    assert (passage["debut"], passage["fin"], passage["texte"]) == (INCONNUE, INCONNUE, "Ça va\u00a0?")


@pytest.mark.parametrize("bornes_", [(-5, 3), (50, 40), (0, 99_999), (2**62, 2**63 - 1)])
def test_une_position_hors_du_texte(modifier, bornes_):
    projet = lire_taguette(
        modifier("UPDATE highlights SET start_offset = ?, end_offset = ? WHERE id = 3", parametres=bornes_)
    )
    passages = projet.codages[projet.codages["texte"] == "neuf heures"]
    assert passages["debut"].tolist() == [INCONNUE, INCONNUE]


def test_ce_qui_ne_dit_rien_est_ecarte_et_dit(modifier):
    chemin = modifier(
        "UPDATE highlights SET snippet = '<p> </p>', start_offset = 0, end_offset = 0 WHERE id = 1",
        "DELETE FROM highlight_tags WHERE highlight_id = 2",
    )
    projet = lire_taguette(chemin)
    assert [probleme.message for probleme in projet.ecartes] == [
        "passage sans mots, laissé de côté",
        "passage surligné sans étiquette, laissé de côté",
    ]
    assert [probleme.valeur for probleme in projet.ecartes] == ["E01", "Ça va ?"]
    assert len(projet.codages) == 5


def test_deux_documents_du_meme_nom_restent_deux_sources(modifier):
    projet = lire_taguette(modifier("UPDATE documents SET name = 'E'"))
    assert [source.nom for source in projet.sources] == ["E", "E (2)"]
    assert bornes_valides(projet)


def test_lu_rien_a_coder(modifier):
    projet = lire_taguette(modifier("UPDATE tags SET path = 'lu, rien à  coder' WHERE path = 'Soutien'"))
    assert projet.codages["code"].tolist().count("-") == 2
    assert "Soutien" not in set(projet.codes["code"])
    assert len(projet.codes) == 4


def test_des_etiquettes_en_boucle_ou_orphelines(modifier):
    chemin = modifier(
        "UPDATE tags SET parent_id = 3 WHERE id = 2",
        "UPDATE tags SET parent_id = 77 WHERE id = 5",
        programme="libreqda",
    )
    codes = lire_taguette(chemin).codes.set_index("code")
    assert codes.loc["Saisie", "dossier"] == "Saisie / R.Charge"
    assert codes.loc["R.Charge", "dossier"] == "R.Charge / Saisie"
    assert codes.loc[COMPETENCES, "dossier"] == ""


@pytest.mark.parametrize(
    ("chemins", "rangees"),
    [
        (["a.b"], [("a.b", "")]),
        (["a", "a.b"], [("a", ""), ("b", "a")]),
        (["a.b.c", "a.b.d"], [("c", "a / b"), ("d", "a / b")]),
        (["p. ex. un", "p. ex. deux"], [("p. ex. un", ""), ("p. ex. deux", "")]),
        (["fin.", ".debut"], [("fin.", ""), (".debut", "")]),
    ],
)
def test_un_point_n_est_pas_toujours_un_dossier(chemins, rangees):
    etiquettes = [{"path": chemin, "description": "", "mere": ""} for chemin in chemins]
    assert list(map(tuple, ranger_etiquettes("x", etiquettes)[["nom", "dossier"]].values.tolist())) == rangees


# Le HTML


@pytest.mark.parametrize(
    ("page", "texte"),
    [
        ("", ""),
        ("nu", "nu"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<p>a</p>\n    <p>b</p>", "a\n\nb"),
        ("<p>a</p>\n\n\n<p>b</p>\n", "a\n\n\nb\n"),
        ("<p>a<br>b<br/>c<br />d</p>", "a\nb\nc\nd"),
        ("<p>a<br><br></p><p>b</p>", "a\n\nb"),
        ("<p>a  b\nc</p>", "a  b\nc"),
        ("<pre>\n a\n  b</pre>", " a\n  b"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>d", "a\nb\nc\n\nd"),
        ('<a href="x" title="1 > 0">a</a>&lt;b&gt; &amp;amp; &eacute;&#233;&nbsp;', "a<b> &amp; éé\u00a0"),
        ("1 < 2 et <3", "1 < 2 et <3"),
        ("<P>A</P>\r\n\r\n<P>B</P>", "A\n\nB"),
    ],
)
def test_le_texte_d_une_page(page, texte):
    assert rendre(page).texte == texte


def test_les_positions_comptent_les_blancs_que_le_texte_ne_rend_pas():
    document = rendre("<p>é</p>\n   <p>b</p>")
    assert document.texte == "é\n\nb"
    assert document.situer(6, 7) == (3, 4)
    assert document.situer(0, 6) == (0, 1)


@pytest.mark.parametrize("motif", ["<a '", '<a "', "<", "<a", "&", "&#", "<a \"'", "< a '\">"])
def test_une_page_hostile_est_du_texte_lu_en_temps_lineaire(motif):
    """Cent mille balises qui ne se ferment pas : les relire chacune jusqu'au bout prendrait des heures."""
    page = motif * 100_000
    assert "".join(rendre(page).texte.split()) == "".join(html.unescape(page).split())


TEXTES = st.text(st.sampled_from("abé…&<>\"'/;# .\t\n\u00a0🙂👩\u200d\x0b\x1f"), min_size=1, max_size=60)


@given(TEXTES)
def test_habiller_puis_rendre_rend_le_texte(texte):
    propre = re.sub("[\x00-\x08\x0b-\x1f]", " ", texte)
    document = rendre(habiller(texte))
    assert document.texte == propre
    assert document.departs[-1] == len(texte.encode())


@given(TEXTES)
def test_le_html_ecrit_n_a_que_des_balises_permises(texte):
    assert set(re.findall("<[^>]*>", habiller(texte))) <= {"<p>", "</p>", "<br>"}


# Écrire


def relire(chemin, codeur):
    return lire_taguette(chemin, f"Codages de {codeur}")


def test_l_aller_retour_rend_les_memes_places_codes_et_textes(tmp_path, corpus, codages):
    assert exporter_taguette(tmp_path / "e.sqlite3", corpus, GRILLE, codages)
    for codeur in ("ana", "bob"):
        projet = relire(tmp_path / "e.sqlite3", codeur)
        assert [(s.nom, s.texte) for s in projet.sources] == [(e.identifiant, e.texte) for e in corpus]
        lus = {
            (f"{c.source}:{c.debut}-{c.fin}", c.codeur, c.code.split(" ")[0], c.texte)
            for c in projet.codages.itertuples()
        }
        siens = codages[codages["codeur"] == codeur]
        assert lus == {(c.segment, codeur, c.code, corpus.extrait(c.segment)) for c in siens.itertuples()}
        assert projet.codes["code"].tolist() == ["R-CHARGE Charge, temps « perdu »", "O-SOUTIEN Soutien"]
        assert projet.ecartes == ()


@given(data=st.data(), textes=st.lists(TEXTES.filter(lambda texte: texte.strip()), min_size=1, max_size=3))
def test_l_aller_retour_de_n_importe_quel_texte(tmp_path_factory, data, textes):
    textes = [unicodedata.normalize("NFC", re.sub("[\x00-\x08\x0b-\x1f]", " ", texte)) for texte in textes]
    textes = [texte if texte.strip() else "a" for texte in textes]
    noms = [f"E{rang}" for rang in range(len(textes))]
    documents = pd.DataFrame([(nom, "document", "", "", "", "publique") for nom in noms])
    documents.columns = ["entretien", "type", "structure", "fonction", "date", "diffusion"]
    corpus = Corpus(tuple(Entretien(nom, texte, ()) for nom, texte in zip(noms, textes, strict=True)), documents)
    lignes = set()
    for nom, texte in zip(noms, textes, strict=True):
        debut = data.draw(st.sampled_from([rang for rang, signe in enumerate(texte) if signe.strip()]))
        fin = data.draw(st.sampled_from([r + 1 for r, signe in enumerate(texte) if signe.strip() and r >= debut]))
        lignes.add(
            (f"{nom}:{debut}-{fin}", "ana", data.draw(st.sampled_from(["R-CHARGE", "O-SOUTIEN", "-"])), "humain")
        )
    chemin = tmp_path_factory.mktemp("export") / "e.sqlite3"
    exporter_taguette(chemin, corpus, GRILLE, pd.DataFrame(sorted(lignes), columns=CODAGES))
    projet = lire_taguette(chemin)
    assert [source.texte for source in projet.sources] == textes
    lus = {
        (f"{c.source}:{c.debut}-{c.fin}", c.codeur, c.code.split(" ")[0], "humain") for c in projet.codages.itertuples()
    }
    assert lus == lignes


def test_le_schema_ecrit_est_celui_de_taguette(tmp_path, corpus, codages):
    """Taguette importe une base dont la révision et les tables sont les siennes."""
    exporter_taguette(tmp_path / "e.sqlite3", corpus, GRILLE, codages)
    schemas = []
    for chemin in (tmp_path / "e.sqlite3", DONNEES / "taguette-projet.sqlite3"):
        with closing(sqlite3.connect(f"{chemin.as_uri()}?mode=ro", uri=True)) as connexion:
            tables = connexion.execute(
                "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
            ).fetchall()
            revision = connexion.execute("SELECT version_num FROM alembic_version").fetchall()
            application = connexion.execute("PRAGMA application_id").fetchone()
        schemas.append(({(t, n, "".join(sql.split())) for t, n, sql in tables}, revision, application))
    assert schemas[0] == schemas[1]


def test_ce_que_taguette_verifie_en_important(tmp_path, corpus, codages):
    exporter_taguette(tmp_path / "e.sqlite3", corpus, GRILLE, codages)
    with closing(sqlite3.connect(tmp_path / "e.sqlite3")) as connexion:
        assert connexion.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connexion.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connexion.execute("SELECT max(length(path)) <= 200, min(length(path)) > 0 FROM tags").fetchone() == (
            1,
            1,
        )
        assert connexion.execute("SELECT DISTINCT user_login, privileges FROM project_members").fetchall() == [
            ("admin", "ADMIN")
        ]
        for charge, document in connexion.execute("SELECT payload, document_id FROM commands"):
            lue = json.loads(charge)
            assert lue.keys() == {"type", "highlight_id", "start_offset", "end_offset", "tags"}
            surlignage = connexion.execute("SELECT * FROM highlights WHERE id = ?", [lue["highlight_id"]]).fetchone()
            assert surlignage[1:4] == (document, lue["start_offset"], lue["end_offset"])


def test_deux_exports_sont_identiques_et_rien_n_est_recrit(tmp_path, corpus, codages):
    un, deux = tmp_path / "un.sqlite3", tmp_path / "deux.sqlite3"
    assert exporter_taguette(un, corpus, GRILLE, codages)
    assert exporter_taguette(deux, corpus, GRILLE, codages.iloc[::-1])
    assert un.read_bytes() == deux.read_bytes()
    assert not exporter_taguette(un, corpus, GRILLE, codages)


def test_sans_codage_il_y_a_un_projet(tmp_path, corpus):
    exporter_taguette(tmp_path / "e.sqlite3", corpus, GRILLE, pd.DataFrame(columns=CODAGES))
    projet = lire_taguette(tmp_path / "e.sqlite3")
    assert (len(projet.sources), len(projet.codes), len(projet.codages)) == (3, 2, 0)


def test_un_document_part_avec_sa_description(tmp_path, corpus, codages):
    exporter_taguette(tmp_path / "e.sqlite3", corpus, GRILLE, codages)
    variables = relire(tmp_path / "e.sqlite3", "ana").sources[0].variables
    assert variables == {nom: valeur for nom, valeur in corpus.documents.iloc[0, 1:].items() if valeur}


def test_ce_qui_ne_peut_pas_partir_est_dit_d_un_coup(tmp_path, corpus, composer):
    long = "E" * 51
    corpus = composer(**{long: "Léo : Oui."}, E02="Léo : a   b")
    lignes = [
        ("E02:0-3", "ana", "R-SENS"),
        ("E09:0-3", "ana", "-"),
        ("E02:0-999", "ana", "-"),
        ("E02:7-10", "ana", "-"),
    ]
    codages = pd.DataFrame([(*ligne, "humain") for ligne in lignes], columns=CODAGES)
    with pytest.raises(ErreurDonnees) as capture:
        exporter_taguette(tmp_path / "e.sqlite3", corpus, GRILLE, codages)
    message = str(capture.value)
    for morceau in (
        "code inconnu (« R-SENS »)",
        "entretien inconnu (« E09:0-3 »)",
        "E02:0-999 sort du texte",
        "passage sans mots (« E02:7-10 »)",
        f"identifiant trop long (« {long} »)",
    ):
        assert morceau in message
    assert not (tmp_path / "e.sqlite3").exists()


def test_le_livre_de_codes_se_relit_et_se_lit_ailleurs(tmp_path):
    chemin = tmp_path / "codebook.csv"
    assert exporter_livre_taguette(chemin, GRILLE)
    assert not exporter_livre_taguette(chemin, GRILLE)
    lignes = list(csv.reader(io.StringIO(chemin.read_bytes().decode("utf-8-sig"))))
    assert lignes[0] == ["tag", "description"]
    assert lignes[1][0] == "R-CHARGE Charge, temps « perdu »"
    assert "Inclure\u00a0:\n- On ressaisit.\n\nExemples\u00a0:\n- Trop." in lignes[1][1]
    assert lignes[-1][0] == "Lu, rien à coder"
    relu = lire_taguette(chemin).codes
    assert relu["code"].tolist() == [ligne[0] for ligne in lignes[1:-1]]
    assert relu["definition"].tolist() == [ligne[1] for ligne in lignes[1:-1]]


def test_les_pertes_sont_des_phrases():
    assert all(perte[0].isupper() and perte.endswith(".") for perte in PERTES)


# Les fichiers abîmés ou hostiles


@pytest.mark.parametrize(
    ("contenu", "message"),
    [
        (b"", "fichier vide"),
        (b"PK\x03\x04\x00\x00", "n'est pas du texte"),
        (b"nom;prenom\na;b\n", "colonne manquante (« tag »)"),
        (b'tag,description\n"a,b\n', "guillemet mal placé"),
        (b"id,document,tag,content\n1,E01,a\n", "3 cellules au lieu de 4"),
        (b"id,document,tag,content,secret\n", "colonne inconnue (« secret »)"),
        (b"SQLite format 3\0" + b"\0" * 200, "projet tronqué ou abîmé"),
    ],
)
def test_un_fichier_qui_n_est_pas_de_taguette(ecrire, contenu, message):
    assert message in refus(ecrire("export.csv", contenu))


def test_une_citation_vide_ou_sans_etiquette_est_dite(ecrire):
    projet = lire_taguette(ecrire("e.csv", "id,document,tag,content\n1,E01,a,\n2,E01,,Oui.\n3,E01,a,Non.\n"))
    assert [(p.ligne, p.message) for p in projet.ecartes] == [
        (2, "passage sans mots, laissé de côté"),
        (3, "passage surligné sans étiquette, laissé de côté"),
    ]
    assert projet.codages["texte"].tolist() == ["Non."]


def test_un_csv_reenregistre_par_un_tableur_francais(ecrire):
    octets = "id;document;tag;content\r\n1;E01;Santé;Ça va ?\r\n".encode("cp1252")
    assert lire_taguette(ecrire("e.csv", octets)).codages["code"].tolist() == ["Santé"]


def test_une_base_sans_les_bonnes_tables(modifier):
    assert "une table manque (« highlights »)" in refus(modifier("DROP TABLE highlights"))
    assert "une colonne manque (« documents.contents »)" in refus(
        modifier("ALTER TABLE documents RENAME contents TO c")
    )
    assert "type inattendu (« highlights.start_offset »)" in refus(modifier("UPDATE highlights SET start_offset = 'x'"))


def test_un_projet_demesure(modifier, monkeypatch):
    monkeypatch.setattr(bornes, "_SIGNES", 100)
    assert "projet démesuré" in refus(modifier())


@pytest.mark.parametrize("borne", ["_SIGNES", "_ESSAIS"])
def test_de_longs_passages_sans_etiquette_sont_refuses_avant_d_etre_cites(modifier, monkeypatch, borne):
    """Sans étiquette, un passage n'est pas un codage : seule la mesure de ce qui est cité le compte."""
    monkeypatch.setattr(bornes, borne, 1)
    assert "projet démesuré" in refus(modifier("DELETE FROM highlight_tags"))


def test_des_chemins_d_etiquettes_demesures(modifier, monkeypatch):
    monkeypatch.setattr("ess_analyse.echanges.taguette.etiquettes.CHEMINS", 3)
    assert "projet démesuré" in refus(modifier(programme="libreqda"))


def test_des_collections_demesurees(modifier, monkeypatch):
    monkeypatch.setattr("ess_analyse.echanges.taguette.lecture.CHEMINS", 3)
    assert "projet démesuré" in refus(modifier(programme="libreqda"))


def test_des_octets_changes_sont_lus_ou_refuses(tmp_path, programme):
    octets = (DONNEES / f"{programme}-projet.sqlite3").read_bytes()
    # Most of a database is empty pages: changing them would prove nothing.
    pleines = [rang for rang in range(0, len(octets), 512) if octets[rang : rang + 512].strip(b"\0")]
    chemin, tirage, lus = tmp_path / "p.sqlite3", random.Random(11), 0
    for _ in range(150):
        change = bytearray(octets)
        for _ in range(tirage.choice((1, 2, 8))):
            change[tirage.choice(pleines) + tirage.randrange(512)] = tirage.randrange(256)
        chemin.write_bytes(change)
        try:
            projet = lire_taguette(chemin)
        except ErreurDonnees:
            continue
        lus += 1
        assert bornes_valides(projet)
    assert 0 < lus < 150
