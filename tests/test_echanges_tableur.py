"""Reprendre un tableau de citations codées : ses colonnes, ses codes, ses places, et ce qui l'abîme."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import random
import zipfile

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ess_analyse as ess
from ess_analyse.echanges.projet import INCONNUE, Projet
from ess_analyse.echanges.reprise import rapprocher
from ess_analyse.echanges.tableur import ROLES, lire_tableur, ouvrir_tableur
from ess_analyse.echanges.tableur.classeurs import lister_feuilles
from ess_analyse.echanges.tableur.colonnes import chercher_colonnes
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.feuilles import lire_feuille
from ess_analyse.fichiers import table_en_octets
from ess_analyse.grille import Code, Grille

SIMPLE = "Document;Extrait;Code;Codeur;Mémo\nE01;On trie.;Tri;Ana;bon mot\nE01;On range.;Rangement;Bob;\n"


@pytest.fixture
def classeur(tmp_path):
    """Écrire un classeur ``.xlsx`` : ``classeur(feuille=[[…]])``."""
    import xlsxwriter

    def poser(nom: str = "t.xlsx", **feuilles: list[list[object]]):
        with xlsxwriter.Workbook(tmp_path / nom) as ouvert:
            jour = ouvert.add_format({"num_format": "yyyy-mm-dd"})
            for titre, lignes in feuilles.items():
                feuille = ouvert.add_worksheet(titre)
                for rang, ligne in enumerate(lignes):
                    for colonne, valeur in enumerate(ligne):
                        if isinstance(valeur, dt.date):
                            feuille.write_datetime(rang, colonne, valeur, jour)
                        else:
                            feuille.write(rang, colonne, valeur)
        return tmp_path / nom

    return poser


def dire(projet: Projet, *colonnes: str) -> list[list]:
    return projet.codages[list(colonnes or ("source", "texte", "code"))].values.tolist()


def refuser(chemin, colonnes=None) -> str:
    with pytest.raises(ErreurDonnees) as erreur:
        lire_tableur(chemin, colonnes)
    return str(erreur.value)


# Reading


def test_un_tableau_simple_se_lit_entier(ecrire):
    projet = lire_tableur(ecrire("t.csv", SIMPLE))
    assert dire(projet, "source", "texte", "code", "codeur", "memo", "debut", "fin") == [
        ["E01", "On trie.", "Tri", "Ana", "bon mot", INCONNUE, INCONNUE],
        ["E01", "On range.", "Rangement", "Bob", "", INCONNUE, INCONNUE],
    ]
    assert [(source.nom, source.texte) for source in projet.sources] == [("E01", "")]
    assert projet.codes.values.tolist() == [["Tri", "Tri", "", ""], ["Rangement", "Rangement", "", ""]]
    assert projet.ecartes == ()


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separateur", [";", ",", "\t", "|"])
def test_tout_encodage_et_tout_separateur(ecrire, encodage, separateur):
    texte = SIMPLE.replace(";", separateur).replace("\n", "\r\n")
    projet = lire_tableur(ecrire("t.csv", texte.encode(encodage)))
    assert dire(projet, "texte", "memo") == [["On trie.", "bon mot"], ["On range.", ""]]


def test_le_separateur_annonce_l_emporte(ecrire):
    projet = lire_tableur(ecrire("t.csv", "sep=,\nExtrait,Code\nOui ; non.,Doute\n"))
    assert dire(projet, "texte", "code") == [["Oui ; non.", "Doute"]]


def test_une_cellule_peut_tenir_des_lignes_et_des_guillemets(ecrire):
    projet = lire_tableur(ecrire("t.csv", 'Extrait;Code\n"Elle dit : ""non"".\nPuis oui.";Doute\n'))
    assert dire(projet, "texte") == [['Elle dit : "non".\nPuis oui.']]


def test_un_classeur_se_lit_nombres_et_dates_compris(classeur):
    chemin = classeur(
        Notice=[["Ce classeur", "contient des citations"]],
        Citations=[
            ["Projet d'essai"],
            ["Document", "Citation", "Code", "Début", "Fin", "Date de codage"],
            ["E01", "On trie.", "Tri", 9, 17, dt.date(2026, 1, 2)],
        ],
    )
    tableau = ouvrir_tableur(chemin)
    assert (tableau.feuille, tableau.titres[0]) == ("Citations", "Document")
    projet = tableau.en_projet()
    assert dire(projet, "source", "debut", "fin", "date") == [["E01", 9, 17, "2026-01-02"]]


def test_un_ods_de_libreoffice_se_lit(ecrire, convertir, tmp_path):
    convertir("ods", tmp_path, ecrire("t.csv", SIMPLE.replace(";", ",")))
    assert dire(lire_tableur(tmp_path / "t.ods"), "texte", "code") == [["On trie.", "Tri"], ["On range.", "Rangement"]]


def test_un_document_ecrit_une_fois_vaut_pour_la_suite(ecrire):
    texte = "Source;Extrait;Code\nE01;a b;X\n;c d;X\nE02;e f;X\n"
    projet = lire_tableur(ecrire("t.csv", texte))
    assert dire(projet, "source") == [["E01"], ["E01"], ["E02"]]
    (herite,) = projet.ecartes
    assert (herite.ligne, herite.valeur) == (3, "ligne 3")
    assert herite.message == "1 ligne sans document a reçu celui d'une ligne d'avant"


def test_les_documents_herites_sont_comptes_et_les_premieres_lignes_nommees(ecrire):
    texte = "Source;Extrait;Code\nE01;a b;X\n;;\n" + ";c d;X\n" * 7
    (herites,) = lire_tableur(ecrire("t.csv", texte)).ecartes
    assert herites.message == "7 lignes sans document ont reçu celui d'une ligne d'avant"
    assert (herites.valeur, "le bon" in herites.remede) == ("lignes 4, 5, 6, 7, 8, …", True)


def test_sans_colonne_de_document_la_source_est_vide(ecrire):
    projet = lire_tableur(ecrire("t.csv", "Extrait;Code\na b;X\n"))
    assert (dire(projet, "source"), projet.sources) == ([[""]], ())


def test_les_lignes_incompletes_sont_dites(ecrire):
    projet = lire_tableur(ecrire("t.csv", "Source;Extrait;Code\nE01;a b;\nE01;;X\n;;\nE01;c d;X\nE01;e f;\n"))
    assert dire(projet, "texte") == [["c d"]]
    assert [(p.ligne, p.message) for p in projet.ecartes] == [
        (3, "1 ligne sans citation laissée de côté"),
        (2, "2 lignes sans code laissées de côté"),
    ]


def test_un_memo_sans_code_est_garde(ecrire):
    projet = lire_tableur(ecrire("t.csv", "Extrait;Code;Mémo\na b;;à revoir\nc d;;\ne f;X;noté\n"))
    assert dire(projet, "texte", "code", "memo") == [["a b", "", "à revoir"], ["e f", "X", "noté"]]
    assert list(projet.codes["code"]) == ["X"]
    assert [p.message for p in projet.ecartes] == ["1 ligne sans code laissée de côté"]


def test_une_origine_qui_n_est_pas_la_notre_ne_dit_rien(ecrire):
    projet = lire_tableur(ecrire("t.csv", "Extrait;Code;Origine\na b;X;suggestion acceptée\n"))
    assert dire(projet, "code", "origine") == [["X", ""]]


def test_une_lecture_sans_code_se_dit_par_un_tiret(ecrire):
    assert dire(lire_tableur(ecrire("t.csv", "Extrait;Code\na b;-\n")), "code") == [["-"]]


# Columns


@pytest.mark.parametrize(
    ("titres", "roles"),
    [
        ("Document|Extrait|Code", {"document": 0, "citation": 1, "code": 2}),
        ("Fichier|Verbatim|Nœud|Commentaire", {"document": 0, "citation": 1, "code": 2, "memo": 3}),
        ("id|document|tag|content", {"document": 1, "citation": 3, "code": 2}),
        (
            "Color|Comment|Document group|Document name|Code|Beginning|End|Segment|Created by|Created",
            {"document": 3, "citation": 7, "code": 4, "codeur": 8, "memo": 1, "date": 9, "debut": 5, "fin": 6},
        ),
        (
            "ID|Document|Quotation Name|Quotation Content|Comment|Codes|Reference|Created by",
            {"document": 1, "citation": 3, "code": 5, "codeur": 7, "memo": 4},
        ),
        (
            "Media Title|Excerpt Range|Excerpt Creator|Excerpt Date|Excerpt Copy|Codes Applied Combined|Code: X",
            {"document": 0, "citation": 4, "code": 5, "codeur": 2, "date": 3, "place": 1},
        ),
        ("File Name|Coded Text|Hierarchical Name", {"document": 0, "citation": 1, "code": 2}),
        ("CITATION|Codes", {"citation": 0, "code": 1}),
    ],
)
def test_les_titres_connus_sont_devines(titres, roles):
    titres = titres.split("|")
    assert chercher_colonnes([titres, ["x"] * len(titres)]).roles == roles


def test_une_colonne_de_places_se_reconnait_a_ce_qu_elle_contient():
    plan = chercher_colonnes([["segment", "texte", "codes"], ["E01:0-9", "On trie.", "X"], ["", "", ""]])
    assert plan.roles == {"citation": 1, "code": 2, "place": 0}


def test_les_colonnes_a_confirmer_se_montrent(ecrire):
    tableau = ouvrir_tableur(ecrire("t.csv", "Extrait;Code;Autre\na;X;1\nb;X;2\nc;X;3\nd;X;4\n"))
    assert tableau.option == "citation=Extrait,code=Code"
    assert tableau.laissees == ["Autre"]
    assert tableau.montrer().columns.tolist() == ["citation = Extrait", "code = Code"]
    assert tableau.montrer().values.tolist() == [["a", "X"], ["b", "X"], ["c", "X"]]


@pytest.mark.parametrize(
    "colonnes", [{"citation": "ce qui est dit", "code": "Tri"}, {"citation": "A", "code": "C", "document": "B"}]
)
def test_les_colonnes_demandees_l_emportent(ecrire, colonnes):
    projet = lire_tableur(ecrire("t.csv", "Ce qui est dit;Où;Tri\nOn trie.;E01;X\n"), colonnes)
    assert ["On trie.", "X"] in dire(projet, "texte", "code")


@pytest.mark.parametrize(
    ("texte", "colonnes", "message"),
    [
        ("Où;Quoi\nE01;On trie.\n", None, "aucune colonne de citations et de codes n'est reconnue. Dites lesquelles"),
        ("Où;Quoi\nE01;On trie.\n", None, "colonnes de ce fichier : Où, Quoi"),
        ("Extrait;Code\na;X\n", {"citation": "Extraits", "code": "Code"}, "vouliez-vous dire « Extrait » ?"),
        ("Extrait;Code\na;X\n", {"citation": "Extrait"}, "une colonne manque (« code »)"),
        ("Extrait;Code\na;X\n", {"citation": "Extrait", "code": "D"}, "colonne introuvable (« D »)"),
        ("Extrait;Code\na;X\n", {"citations": "Extrait"}, "rôle de colonne inconnu (« citations »)"),
        ("Extrait;Code\na;X\n", {"zzz": "Extrait"}, "citation, code, codeur"),
    ],
)
def test_une_colonne_absente_est_dite(ecrire, texte, colonnes, message):
    assert message.casefold() in refuser(ecrire("t.csv", texte), colonnes).casefold()


# Codes


@pytest.mark.parametrize(
    ("cellule", "codes"),
    [
        ("Tri", ["Tri"]),
        ('"Tri\nRangement"', ["Tri", "Rangement"]),
        ("Tri | Rangement|Tri", ["Tri", "Rangement"]),
        ('"Tri; Rangement"', ["Tri", "Rangement"]),
        ('"Tri, Rangement"', ["Tri", "Rangement"]),
        ('"Sens, organisation, dialogue"', ["Sens, organisation, dialogue"]),
        ('"Tri, inconnu"', ["Tri, inconnu"]),
        ("R-CHARGE O-SENS", ["R-CHARGE", "O-SENS"]),
        ('"R-CHARGE, O-SENS"', ["R-CHARGE", "O-SENS"]),
        ("Le sens du travail", ["Le sens du travail"]),
    ],
)
def test_plusieurs_codes_dans_une_cellule(ecrire, cellule, codes):
    texte = f"Extrait;Code\na b;{cellule}\nc d;Tri\ne f;Rangement\n"
    projet = lire_tableur(ecrire("t.csv", texte))
    assert [code for (dit, code) in dire(projet, "texte", "code") if dit == "a b"] == codes


def test_dedoose_separe_toujours_par_une_virgule(ecrire):
    texte = 'Media Title,Excerpt Range,Excerpt Copy,Codes Applied Combined\nE01,4-12,On trie.,"Tri, Rangement"\n'
    projet = lire_tableur(ecrire("t.csv", texte))
    assert dire(projet, "source", "debut", "fin", "code") == [["E01", 4, 12, "Tri"], ["E01", 4, 12, "Rangement"]]


@pytest.mark.parametrize(
    ("code", "dossier", "nom"),
    [
        ("Risque > Charge", "Risque", "Charge"),
        ("Risque\\Travail\\Charge", "Risque / Travail", "Charge"),
        ("Risque :: Charge", "Risque", "Charge"),
        ("Risque / Charge", "Risque", "Charge"),
        ("et/ou", "", "et/ou"),
        (">", "", ">"),
    ],
)
def test_un_code_range_dans_un_dossier(ecrire, code, dossier, nom):
    projet = lire_tableur(ecrire("t.csv", f"Extrait\tCode\na b\t{code}\n"))
    assert projet.codes[["code", "nom", "dossier"]].values.tolist() == [[code, nom, dossier]]


# Places


@pytest.mark.parametrize(
    ("titres", "valeurs", "attendu"),
    [
        ("Place", "E02:4-12", ["E02", 4, 12]),
        ("Place;Document", "E02:4-12;E01", ["E02", 4, 12]),
        ("Excerpt range;Document", "4 - 12;E01", ["E01", 4, 12]),
        ("Début;Fin;Document", "4;12;E01", ["E01", 4, 12]),
        ("Début;Fin;Document", "12;12;E01", ["E01", INCONNUE, INCONNUE]),
        ("Début;Fin;Document", "00:01;00:02;E01", ["E01", INCONNUE, INCONNUE]),
        ("Début;Document", "4;E01", ["E01", INCONNUE, INCONNUE]),
        ("Place;Document", "p. 4;E01", ["E01", INCONNUE, INCONNUE]),
    ],
)
def test_une_place_n_est_gardee_que_si_elle_compte_des_signes(ecrire, titres, valeurs, attendu):
    projet = lire_tableur(ecrire("t.csv", f"Extrait;Code;{titres}\nOn trie.;X;{valeurs}\n"))
    assert dire(projet, "source", "debut", "fin") == [attendu]


MOTS = st.lists(st.sampled_from(["on", "trie", "range", "l'été", "oui", "non", "Élodie"]), min_size=1, max_size=8).map(
    " ".join
)


@given(
    st.lists(
        st.tuples(MOTS, st.sampled_from(["Tri", "Rang", "R-SENS"]), st.sampled_from(["", "ana", "bob"])), min_size=1
    )
)
def test_ce_qui_est_ecrit_par_un_tableur_revient(tmp_path_factory, lignes):
    chemin = tmp_path_factory.mktemp("t") / "t.csv"
    chemin.write_bytes(table_en_octets(pd.DataFrame(lignes, columns=["Citation", "Code", "Codeur"])))
    assert dire(lire_tableur(chemin), "texte", "code", "codeur") == [list(ligne) for ligne in lignes]


def test_une_feuille_de_codage_revient_sur_ses_phrases(composer, tmp_path):
    """Codes, origine et mémo, d'une phrase codée, lue sans code, seulement notée, ou pas encore lue."""
    corpus = composer(E01="Ana : Oui. On trie. Oui. On range.\n\nBob : Oui.")
    segments = ess.segmenter(corpus)
    grille = Grille(1, (), tuple(Code(nom, "theme", nom, "…", *[()] * 5) for nom in ("R-SENS", "O-SENS")))
    ess.ecrire_feuille(tmp_path / "ana.csv", segments)
    feuille = lire_feuille(tmp_path / "ana.csv").reset_index(drop=True)
    proposees = "R-SENS:0.82:indices:trier|P-GESTION:0.41:indices:oui"
    feuille["codes"] = ["R-SENS O-SENS", "-", "", "R-SENS", ""]
    feuille["origine"] = [proposees, proposees, proposees, "", proposees]
    feuille["memo"] = ["à revoir", "", "seulement noté", "", ""]
    (tmp_path / "ana.csv").write_bytes(table_en_octets(feuille))
    repris = rapprocher(lire_tableur(tmp_path / "ana.csv"), corpus, segments, grille, codeur="ana")
    assert set(repris.passages["reconnu"]) == {"même place"}
    assert repris.inconnus.empty
    places = list(segments["segment"])
    assert {place: tuple(dite) for (_, place), dite in repris.decisions.items()} == {
        places[0]: ({"R-SENS", "O-SENS"}, "R-SENS:0.82:indices:trier", "à revoir"),
        places[1]: ({"-"}, "", ""),
        places[2]: (set(), "", "seulement noté"),
        places[3]: ({"R-SENS"}, "", ""),
    }


# Damaged and hostile files


@pytest.mark.parametrize(
    ("nom", "contenu", "message"),
    [
        ("t.csv", b"", "fichier vide"),
        ("t.csv", b"\x00\x01\x02Extrait;Code\n", "n'est pas du texte"),
        ("t.csv", b'Extrait;Code\n"' + b"a" * 200_000 + b'";X\n', "démesurée ou ne se ferme pas"),
        ("t.csv", (b"Code" + b";x" * 300 + b"\n") * 3, "tableau démesuré"),
        ("t.csv", b"Extrait;Code\n" + b"a;X\n" * 200_000, "document démesuré"),
        ("t.xlsx", b"PK\x03\x04 pas un zip", "tronqué ou abîmé"),
        ("t.xlsx", b"Extrait;Code\na;X\n", "tronqué ou abîmé"),
        ("t.xls", b"\xd0\xcf\x11\xe0", "ancien format d'Excel"),
        ("t.xlsm", b"PK", "document à macros"),
        ("t.nvp", b"x", "extension inconnue"),
    ],
)
def test_un_fichier_abime_est_refuse(ecrire, nom, contenu, message):
    assert message in refuser(ecrire(nom, contenu))


def test_un_fichier_absent_est_dit(tmp_path):
    assert "fichier introuvable" in refuser(tmp_path / "t.csv")


def test_une_bombe_est_refusee(ecrire, zipper):
    octets = zipper({"xl/worksheets/sheet1.xml": b"<a>" + b" " * 80_000_000 + b"</a>"})
    assert "démesuré une fois décompressé" in refuser(ecrire("t.xlsx", octets))


def test_des_entites_sont_refusees(ecrire, zipper):
    octets = zipper({"content.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'})
    assert "il déclare des entités" in refuser(ecrire("t.ods", octets))


def test_un_classeur_qui_se_deplie_sans_fin_est_refuse(ecrire, zipper):
    case = '<table:table-cell table:number-columns-repeated="100"><p>x</p></table:table-cell>'
    ligne = f'<table:table-row table:number-rows-repeated="1000000">{case}</table:table-row>'
    espaces = 'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    assert "démesuré" in refuser(ecrire("t.ods", zipper({"content.xml": f"<a {espaces}>{ligne}</a>"})))


def test_une_formule_n_est_jamais_qu_un_texte(ecrire):
    projet = lire_tableur(ecrire("t.csv", 'Extrait;Code\n"=HYPERLINK(""http://x"")";=1+1\n'))
    assert dire(projet, "texte", "code") == [['=HYPERLINK("http://x")', "=1+1"]]


def test_les_signes_de_controle_sont_otes(ecrire):
    projet = lire_tableur(ecrire("t.csv", "Extrait;Code\nOn\x1b[31m trie\u200b;X\x07\n"))
    assert dire(projet, "texte", "code") == [["On[31m trie", "X"]]


@pytest.mark.parametrize("nom", ["t.csv", "t.xlsx"])
def test_des_octets_changes_sont_lus_ou_refuses_en_francais(ecrire, classeur, nom):
    hasard = random.Random(7)
    if nom == "t.csv":
        sain = SIMPLE.encode()
    else:
        sain = classeur(Citations=[ligne.split(";") for ligne in SIMPLE.split("\n")]).read_bytes()
    lus = 0
    for rang in range(150):
        octets = bytearray(sain)
        for _ in range(hasard.randint(1, 8)):
            octets[hasard.randrange(len(octets))] = hasard.randrange(256)
        chemin = ecrire(f"{rang}-{nom}", bytes(octets[: hasard.choice([len(octets), len(octets) // 2])]))
        with contextlib.suppress(ErreurDonnees):
            projet = lire_tableur(chemin)
            assert set(projet.codages["code"]) == set(projet.codes["code"])
            lus += 1
    assert lus


def test_des_pieces_doubles_ou_hors_du_dossier_ne_sont_pas_lues(ecrire, classeur):
    sain = classeur(Citations=[["Extrait", "Code"], ["a b", "X"]]).read_bytes()
    tampon = io.BytesIO(sain)
    with zipfile.ZipFile(tampon, "a") as archive:
        archive.writestr("../../ailleurs.xml", "<a/>")
    assert dire(lire_tableur(ecrire("t2.xlsx", tampon.getvalue())), "texte") == [["a b"]]


def test_toutes_les_lignes_ont_la_meme_largeur(ecrire):
    ((nom, lignes),) = lister_feuilles(ecrire("t.csv", "a;b;c\nd;e;f\ng\nh;i;j\n"))
    assert (nom, {len(ligne) for ligne in lignes}, lignes[2]) == ("", {3}, ("g", "", ""))


def test_chaque_role_a_un_nom_que_la_personne_peut_ecrire():
    assert all(role.isascii() and role.islower() for role in ROLES)
