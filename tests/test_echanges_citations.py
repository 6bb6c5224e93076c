"""Les citations : une ligne par citation et par code, et rien de plus que le site si elles doivent sortir."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from ess_analyse.codages import ARBITRAGE, consolider, lire_codages, lire_memos
from ess_analyse.echanges import notes
from ess_analyse.echanges.citations import CITATIONS, PERTES, composer_citations, exporter_citations
from ess_analyse.enseignements import Enseignement
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.fichiers import lire_table
from ess_analyse.grille import Code, Dimension, Grille, lire_grille
from ess_analyse.lecture import lire_corpus
from ess_analyse.modele import CODAGES, MEMOS, RIEN, Corpus, Place
from ess_analyse.publication import decrire_sources, lire_fonctions, lire_structures, verbatims_publiables
from ess_analyse.segments import segmenter

DONNEES = Path(__file__).parents[1] / "data"
MARION = "Enquêtrice : Ça va ?\n\nMarion : Ben oui. On ressaisit tout. Le soir, seule. Personne ne m'aide. Voilà."
GRILLE = Grille(
    1,
    (Dimension("theme", "Thème"), Dimension("prisme", "Prisme")),
    tuple(
        Code(nom, dimension, libelle, "…", *[()] * 5)
        for nom, dimension, libelle in (
            ("R-CHARGE", "theme", "Charge de travail"),
            ("O-SOUTIEN", "theme", "Pratiques soutenantes"),
            ("P-GESTION", "prisme", "Gestion"),
        )
    ),
)
SOURCES = pd.DataFrame(
    [("E01", "Une ressourcerie", "équipe permanente"), ("O01", "Une ressourcerie", "")],
    columns=["entretien", "libelle_structure", "famille"],
    dtype="str",
)


@pytest.fixture
def etude(composer):
    corpus = composer(E01=MARION, O01="La balance est en panne. On pèse à la main.")
    return corpus, segmenter(corpus)


def place(segments: pd.DataFrame, debut: str) -> str:
    (trouvee,) = segments.loc[segments["texte"].str.startswith(debut), "segment"]
    return trouvee


def coder(segments: pd.DataFrame, *lignes: tuple[str, str, str]) -> pd.DataFrame:
    """Composer des codages : le début d'une phrase, le codeur, le code, et au besoin l'origine."""
    poses = [(place(segments, debut), qui, code, *(suite or ("humain",))) for debut, qui, code, *suite in lignes]
    return pd.DataFrame(poses, columns=CODAGES, dtype="str")


def restreindre(corpus: Corpus, *places: str) -> Corpus:
    return Corpus(corpus.entretiens, corpus.documents, tuple((Place.lire(p), "restreinte") for p in places))


def enseignement(numero: int, preuves: tuple[str, ...], contre: tuple[str, ...] = ()) -> Enseignement:
    places = tuple(map(Place.lire, preuves)), tuple(map(Place.lire, contre))
    return Enseignement(numero, "T", "R", (), (), (), places[1], "…", places[0], Path(f"{numero}-t.md"))


def test_une_ligne_par_citation_et_par_code_dans_l_ordre_de_la_grille_puis_du_corpus(etude):
    corpus, segments = etude
    codages = coder(
        segments,
        ("Personne", "ana", "O-SOUTIEN"),
        ("On ressaisit", "ana", "P-GESTION"),
        ("On ressaisit", "ana", "R-CHARGE"),
        ("La balance", "ana", "R-CHARGE"),
        ("Voilà", "ana", RIEN),
    )
    table = composer_citations(corpus, segments, GRILLE, codages)
    assert list(table) == list(CITATIONS)
    assert table[["chemin", "citation"]].values.tolist() == [
        ["Risque > Charge de travail", "On ressaisit tout."],
        ["Risque > Charge de travail", "La balance est en panne."],
        ["Opportunité > Pratiques soutenantes", "Personne ne m'aide."],
        ["Prisme > Gestion", "On ressaisit tout."],
    ]


def test_chaque_ligne_dit_d_ou_vient_la_citation(etude):
    corpus, segments = etude
    (ligne,) = composer_citations(
        corpus, segments, GRILLE, coder(segments, ("On ressaisit", "ana", "R-CHARGE"))
    ).to_dict("records")
    attendu = {
        "code": "R-CHARGE",
        "libelle": "Charge de travail",
        "dimension": "theme",
        "locuteur": "Marion",
        "avant": "Ça va ? Ben oui.",
        "apres": "Le soir, seule. Personne ne m'aide.",
        "document": "E01",
        "type": "entretien",
        "structure": "S1",
        "fonction": "direction",
        "date": "2025-03",
        "diffusion": "publique",
        "codeur": "ana",
        "origine": "humain",
        "methode": "",
        "indice": "",
        "memo": "",
        "enseignements": "",
        "lien": "",
    }
    assert attendu.items() <= ligne.items()
    assert corpus.extrait(ligne["place"]) == ligne["citation"] == "On ressaisit tout."
    assert pd.isna(ligne["score"])


def test_le_contexte_s_arrete_aux_bords_du_document(etude):
    corpus, segments = etude
    codages = coder(segments, ("La balance", "ana", "R-CHARGE"), ("Voilà", "ana", "R-CHARGE"))
    table = composer_citations(corpus, segments, GRILLE, codages)
    assert table[["avant", "apres"]].values.tolist() == [
        ["Le soir, seule. Personne ne m'aide.", ""],
        ["", "On pèse à la main."],
    ]


def test_une_suggestion_acceptee_garde_sa_methode_son_score_et_son_indice(etude):
    corpus, segments = etude
    codages = coder(segments, ("On ressaisit", "ana", "R-CHARGE", "0.82:indices:ressaisir"))
    ligne = composer_citations(corpus, segments, GRILLE, codages).iloc[0]
    assert [ligne[nom] for nom in ("origine", "methode", "score", "indice")] == [
        "suggestion acceptée",
        "indices",
        0.82,
        "ressaisir",
    ]


def test_plusieurs_codeurs_une_ligne_chacun_ou_un_avis_consolide(etude):
    corpus, segments = etude
    codages = coder(
        segments,
        ("On ressaisit", "ana", "R-CHARGE"),
        ("On ressaisit", "bob", "R-CHARGE"),
        ("On ressaisit", "bob", "O-SOUTIEN"),
    )
    tous = composer_citations(corpus, segments, GRILLE, codages)
    assert tous[["code", "codeur"]].values.tolist() == [["R-CHARGE", "ana"], ["R-CHARGE", "bob"], ["O-SOUTIEN", "bob"]]
    un = composer_citations(corpus, segments, GRILLE, consolider(codages))
    assert un[["code", "codeur"]].values.tolist() == [["R-CHARGE", "majorite"]]


def test_un_memo_suit_son_auteur_et_un_avis_de_la_majorite_les_reunit(etude):
    corpus, segments = etude
    codages = coder(segments, ("On ressaisit", "ana", "R-CHARGE"), ("On ressaisit", "bob", "R-CHARGE"))
    ici = place(segments, "On ressaisit")
    memos = pd.DataFrame([(ici, "ana", "À revoir."), (ici, "zoe", "Fort.")], columns=MEMOS)
    tous = composer_citations(corpus, segments, GRILLE, codages, memos=memos)
    assert list(tous["memo"]) == ["À revoir.", ""]
    un = composer_citations(corpus, segments, GRILLE, consolider(codages), memos=memos)
    assert list(un["memo"]) == ["ana : À revoir.\nzoe : Fort."]


def test_un_avis_arbitre_reunit_aussi_les_memos(etude):
    corpus, segments = etude
    ici = place(segments, "On ressaisit")
    avis = [("ana", "R-CHARGE"), ("bob", "-"), (ARBITRAGE, "R-CHARGE")]
    codages = coder(segments, *(("On ressaisit", *un) for un in avis))
    memos = pd.DataFrame([(ici, "ana", "À revoir."), (ici, ARBITRAGE, "Vu ensemble.")], columns=MEMOS)
    un = composer_citations(corpus, segments, GRILLE, consolider(codages), memos=memos)
    assert un[["codeur", "memo"]].values.tolist() == [[ARBITRAGE, f"ana : À revoir.\n{ARBITRAGE} : Vu ensemble."]]
    seul = composer_citations(corpus, segments, GRILLE, consolider(codages), memos=memos[memos["codeur"] == ARBITRAGE])
    assert seul["memo"].tolist() == ["Vu ensemble."]


def test_les_memos_qui_ne_partent_pas_sont_dits(etude):
    corpus, segments = etude
    codages = coder(segments, ("On ressaisit", "ana", "-"))
    memos = pd.DataFrame([(place(segments, "On ressaisit"), "ana", "À revoir.")], columns=MEMOS)
    assert composer_citations(corpus, segments, GRILLE, codages, memos=memos).empty
    dit = "Les mémos des phrases sans code n'y sont pas."
    assert dit in PERTES
    assert dit in notes.PERTES


def test_les_enseignements_qui_citent_la_phrase_entiere_ou_en_partie_sont_dits(etude):
    corpus, segments = etude
    codages = coder(segments, ("On ressaisit", "ana", "R-CHARGE"), ("Voilà", "ana", "R-CHARGE"))
    un, suite, fin = (Place.lire(place(segments, debut)) for debut in ("On ressaisit", "Le soir", "Voilà"))
    ensemble = str(Place("E01", un.debut, suite.fin))
    lecons = [enseignement(1, (ensemble,)), enseignement(3, (str(suite),), (str(un),)), enseignement(4, (str(fin),))]
    table = composer_citations(corpus, segments, GRILLE, codages, enseignements=lecons)
    assert list(table["enseignements"]) == ["1, 3 (contre)", "4"]


def test_le_lien_n_est_donne_que_s_il_existe(etude):
    corpus, segments = etude
    codages = coder(segments, ("On ressaisit", "ana", "R-CHARGE"), ("Voilà", "ana", "R-CHARGE"))
    liens = {place(segments, "Voilà"): "v.html#v"}
    assert list(composer_citations(corpus, segments, GRILLE, codages, liens=liens)["lien"]) == ["", "v.html#v"]


def test_un_passage_restreint_est_signale_quand_tout_est_exporte(etude):
    corpus, segments = etude
    corpus = restreindre(corpus, place(segments, "On ressaisit"))
    codages = coder(segments, ("On ressaisit", "ana", "R-CHARGE"), ("Voilà", "ana", "R-CHARGE"))
    assert list(composer_citations(corpus, segments, GRILLE, codages)["diffusion"]) == ["restreinte", "publique"]


def test_ce_qui_peut_sortir_ne_dit_pas_plus_que_le_site(etude):
    corpus, segments = etude
    corpus = restreindre(corpus, place(segments, "Le soir"), place(segments, "Personne"))
    codages = coder(
        segments,
        ("On ressaisit", "ana", "R-CHARGE"),
        ("On ressaisit", "ana", "P-GESTION"),
        ("Le soir", "ana", "R-CHARGE"),
        ("La balance", "ana", "R-CHARGE"),
        ("Ça va", "ana", "R-CHARGE"),
    )
    memos = pd.DataFrame([(place(segments, "On ressaisit"), "ana", "C'est elle.")], columns=MEMOS)
    table = composer_citations(corpus, segments, GRILLE, codages, memos=memos, sources=SOURCES)
    assert set(CITATIONS) - set(table) == {"locuteur", "type", "date", "codeur", "memo"}
    (ligne,) = table.to_dict("records")
    assert ligne["citation"] == "On ressaisit tout."
    assert (ligne["code"], ligne["structure"], ligne["fonction"]) == (
        "R-CHARGE",
        "Une ressourcerie",
        "équipe permanente",
    )
    assert (ligne["avant"], ligne["apres"]) == ("Ça va ? Ben oui.", "[…]")


def test_une_structure_sans_libelle_garde_son_identifiant(etude):
    corpus, segments = etude
    codages = coder(segments, ("Voilà", "ana", "R-CHARGE"))
    table = composer_citations(corpus, segments, GRILLE, codages, sources=SOURCES.assign(libelle_structure=""))
    assert list(table["structure"]) == ["S1"]


def test_sans_codage_la_table_est_vide_mais_entiere(etude):
    corpus, segments = etude
    for sources in (None, SOURCES):
        table = composer_citations(corpus, segments, GRILLE, coder(segments), sources=sources)
        assert table.empty
        assert set(table) <= set(CITATIONS)


def test_un_code_inconnu_est_dit(etude):
    corpus, segments = etude
    with pytest.raises(ErreurDonnees, match="code inconnu"):
        composer_citations(corpus, segments, GRILLE, coder(segments, ("Voilà", "ana", "R-CHARGES")))


@given(st.data())
def test_autant_de_lignes_que_de_codes_poses(composer, data):
    corpus = composer(E01=MARION)
    segments = segmenter(corpus)
    choix = st.tuples(st.sampled_from(list(segments["segment"])), st.sampled_from("abc"), st.sampled_from(GRILLE.ids()))
    poses = data.draw(st.lists(choix, unique=True))
    codages = pd.DataFrame([(*pose, "humain") for pose in poses], columns=CODAGES, dtype="str")
    table = composer_citations(corpus, segments, GRILLE, codages)
    assert sorted(table[["place", "codeur", "code"]].itertuples(index=False, name=None)) == sorted(poses)
    assert [corpus.extrait(nom) for nom in table["place"]] == list(table["citation"])


def demonstration():
    corpus, grille = lire_corpus(DONNEES / "corpus"), lire_grille(DONNEES / "grille.yml")
    segments = segmenter(corpus)
    return corpus, segments, grille, lire_codages(DONNEES / "codages", segments, grille)


def test_sur_la_demonstration_entiere(tmp_path):
    corpus, segments, grille, codages = demonstration()
    memos = lire_memos(DONNEES / "codages", segments)
    table = composer_citations(corpus, segments, grille, codages, memos=memos)
    assert len(table) == (codages["code"] != RIEN).sum() > 1000
    exporter_citations(tmp_path / "c.csv", table)
    relue = lire_table(tmp_path / "c.csv", list(CITATIONS))
    assert list(relue["place"]) == list(table["place"])
    assert [texte.removeprefix("'") for texte in relue["citation"]] == [
        texte.removeprefix("'") for texte in table["citation"]
    ]


def test_publiable_sur_la_demonstration_ce_que_le_site_montre_et_rien_d_autre():
    corpus, segments, grille, codages = demonstration()
    fonctions = lire_fonctions(DONNEES / "fonctions.csv")
    sources = decrire_sources(corpus.documents, lire_structures(DONNEES / "structures.csv"), fonctions)
    avis = consolider(codages)
    table = composer_citations(corpus, segments, grille, avis, sources=sources)
    themes = avis[avis["code"].isin(grille.ids("theme"))]
    assert set(table["place"]) == set(verbatims_publiables(segments, themes, corpus)["segment"])
    assert set(table["dimension"]) == {"theme"}
    assert not set(table["fonction"]) & set(fonctions["fonction"])


def lire_csv(chemin: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(chemin.read_text(encoding="utf-8-sig")), delimiter=";"))


def test_dans_le_csv_rien_n_est_une_formule_ni_une_date(etude, tmp_path):
    corpus, segments = etude
    table = composer_citations(corpus, segments, GRILLE, coder(segments, ("Voilà", "ana", "R-CHARGE")))
    table = table.assign(citation="=HYPERLINK(1)", memo="-2+3", avant="+33 6", score=pd.array([0.5], "Float64"))
    assert exporter_citations(tmp_path / "c.csv", table)
    (ligne,) = lire_csv(tmp_path / "c.csv")
    assert [ligne[nom] for nom in ("citation", "memo", "avant", "date", "score")] == [
        "'=HYPERLINK(1)",
        "'-2+3",
        "'+33 6",
        "'2025-03",
        "0.5",
    ]
    assert not exporter_citations(tmp_path / "c.csv", table)


def test_le_classeur_dit_ce_qu_il_contient(etude, tmp_path):
    corpus, segments = etude
    corpus = restreindre(corpus, place(segments, "Voilà"))
    table = composer_citations(corpus, segments, GRILLE, coder(segments, ("Voilà", "ana", "R-CHARGE")))
    exporter_citations(tmp_path / "c.xlsx", table, titre="Essai", fictif=True, avis="De ana.")
    lignes = CalamineWorkbook.from_path(tmp_path / "c.xlsx").get_sheet_by_name("Lisez-moi").to_python()
    dits = {}
    for nom, sens in lignes:
        dits.setdefault(nom, sens)
    assert (dits["Étude"], dits["Paroles"], dits["Codages"]) == ("Essai", "Fictives.", "De ana.")
    assert "1 de ses 1 lignes sont des passages restreints" in dits["Diffusion"]
    assert "Ne le déposez pas" in dits["Diffusion"]
    assert all(dits[nom] == sens for nom, sens in CITATIONS.items())


def test_le_classeur_publiable_ne_parle_que_de_ses_colonnes(etude, tmp_path):
    corpus, segments = etude
    table = composer_citations(corpus, segments, GRILLE, coder(segments, ("Voilà", "a", "R-CHARGE")), sources=SOURCES)
    exporter_citations(tmp_path / "c.xlsx", table)
    classeur = CalamineWorkbook.from_path(tmp_path / "c.xlsx")
    dits = dict(classeur.get_sheet_by_name("Lisez-moi").to_python())
    assert dits["Paroles"] == "De vraies personnes, pseudonymisées, non anonymisées."
    assert "que ce que le site peut montrer" in dits["Diffusion"]
    assert not {"locuteur", "codeur", "memo"} & set(dits)
    assert classeur.get_sheet_by_name("Citations").to_python()[0] == list(table)


def test_libreoffice_ouvre_le_classeur_et_y_lit_les_memes_textes(etude, tmp_path, convertir):
    corpus, segments = etude
    codages = coder(
        segments, ("On ressaisit", "ana", "R-CHARGE", "0.82:indices:ressaisir"), ("Voilà", "ana", "O-SOUTIEN")
    )
    table = composer_citations(corpus, segments, GRILLE, codages)
    table = table.assign(memo=["=1+1", "« œuvre » ; 1er\u202f— 🙂"], avant=["2025-03", "+33"])
    exporter_citations(tmp_path / "c.xlsx", table)
    # Every sheet, semicolons, UTF-8, cells as they are shown: the filter's tokens.
    convertir(
        "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false,false,false,-1", tmp_path, tmp_path / "c.xlsx"
    )
    texte = (tmp_path / "c-Citations.csv").read_bytes().decode("utf-8")
    lues = list(csv.DictReader(io.StringIO(texte, newline=""), delimiter=";"))
    attendues = table.astype({"score": "object"}).fillna("").astype("str").to_dict("records")
    assert [dict(ligne, score=ligne["score"].replace(",", ".")) for ligne in lues] == attendues
    assert "Lisez-moi" in "".join(chemin.name for chemin in tmp_path.glob("c-*.csv"))


def test_deux_exports_sont_identiques_et_l_ordre_des_codages_n_y_change_rien(etude, tmp_path):
    corpus, segments = etude
    codages = coder(segments, ("On ressaisit", "ana", "R-CHARGE"), ("Voilà", "ana", "O-SOUTIEN"))
    for nom, ordre in (("a", codages), ("b", codages.iloc[::-1])):
        exporter_citations(tmp_path / f"{nom}.xlsx", composer_citations(corpus, segments, GRILLE, ordre))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_une_extension_inconnue_est_refusee(etude, tmp_path):
    with pytest.raises(ErreurDonnees, match=r"extension inconnue .* Choix possibles : \.csv, \.xlsx"):
        exporter_citations(tmp_path / "c.pdf", pd.DataFrame(columns=list(CITATIONS)))
    assert not list(tmp_path.iterdir())
