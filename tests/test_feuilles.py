import os
import string
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.feuilles import (
    Reperes,
    couper_codes,
    ecrire_feuille,
    lire_feuille,
    lister_feuilles,
    parcourir_feuilles,
)
from ess_analyse.fichiers import ecrire_table
from ess_analyse.modele import FEUILLE, SEGMENTS, SUGGESTIONS

PHRASES = ("On ressaisit tout.", "Le logiciel aide bien.", "On n'a pas eu de formation.", "Voilà.")


def segmenter(*textes, entretien="E01", debut=0):
    lignes = []
    for rang, texte in enumerate(textes, start=1):
        fin = debut + len(texte)
        lignes.append((f"{entretien}:{debut}-{fin}", entretien, rang, "Marion", debut, fin, texte))
        debut = fin + 1
    return pd.DataFrame(lignes, columns=SEGMENTS)


def suggestion(segment, code, score, rang, retenu=True, indice="ressaisit"):
    return (segment, code, score, rang, retenu, "indices", indice, 0, 5)


def remplir(chemin, **cellules):
    """Write in the sheet as a person would: ``remplir(chemin, codes={0: "-"})``."""
    feuille = lire_feuille(chemin).reset_index(drop=True)
    for colonne, valeurs in cellules.items():
        for rang, valeur in valeurs.items():
            feuille.loc[rang, colonne] = valeur
    ecrire_table(chemin, feuille)


@pytest.fixture
def chemin(tmp_path):
    return tmp_path / "codages" / "camille.csv"


def test_une_feuille_neuve_a_les_colonnes_du_contrat_et_rien_de_decide(chemin):
    segments = segmenter(*PHRASES)
    assert ecrire_feuille(chemin, segments)
    assert chemin.read_bytes().startswith(b"\xef\xbb\xbfsegment;locuteur;texte;codes;origine;memo\n")
    feuille = lire_feuille(chemin)
    assert list(feuille.columns) == list(FEUILLE)
    assert list(feuille["texte"]) == list(PHRASES)
    assert (feuille[["codes", "origine", "memo"]] == "").all(axis=None)


def test_reecrire_la_meme_feuille_ne_change_rien(chemin):
    segments = segmenter(*PHRASES)
    ecrire_feuille(chemin, segments)
    assert ecrire_feuille(chemin, segments) is False


def test_les_suggestions_retenues_sont_montrees_dans_leur_rang_sans_jamais_preremplir(chemin):
    segments = segmenter(*PHRASES)
    premier, deuxieme = segments["segment"][:2]
    suggestions = pd.DataFrame(
        [
            suggestion(premier, "O-SERVICE", 0.314, 2, indice=float("nan")),
            suggestion(premier, "R-CHARGE", 0.82, 1, indice="tout|ressaisir \n encore"),
            suggestion(deuxieme, "R-SENS", 0.1, 1, retenu=False),
        ],
        columns=SUGGESTIONS,
    )
    ecrire_feuille(chemin, segments, suggestions)
    feuille = lire_feuille(chemin)
    assert list(feuille["origine"][:2]) == ["R-CHARGE:0.82:indices:tout ressaisir encore|O-SERVICE:0.31:indices:", ""]
    assert (feuille["codes"] == "").all()


def test_ce_qu_une_personne_a_ecrit_est_garde_et_le_reste_refait(chemin):
    segments = segmenter(*PHRASES)
    ecrire_feuille(chemin, segments)
    remplir(chemin, codes={1: "O-SERVICE, R-SENS"}, memo={2: "à revoir", 1: "sûre"}, origine={1: "R-SENS:0.5:modele:"})
    avant = lire_feuille(chemin)
    plus_tard = pd.DataFrame([suggestion(nom, "R-CHARGE", 0.9, 1) for nom in segments["segment"]], columns=SUGGESTIONS)
    ecrire_feuille(chemin, segments.assign(locuteur="Marie"), plus_tard)
    apres = lire_feuille(chemin)
    pd.testing.assert_frame_equal(apres.iloc[[1, 2]], avant.iloc[[1, 2]])
    assert list(apres["locuteur"]) == ["Marie", "Marion", "Marion", "Marie"]
    assert list(apres["origine"] != "") == [True, True, False, True]


def test_les_lignes_nouvelles_prennent_leur_place_et_les_vides_disparues_partent(chemin):
    segments = segmenter(*PHRASES)
    ecrire_feuille(chemin, segments.iloc[[0, 2]])
    remplir(chemin, codes={1: "R-COMP"})
    ecrire_feuille(chemin, segments.iloc[1:])
    feuille = lire_feuille(chemin)
    assert list(feuille["texte"]) == list(PHRASES[1:])
    assert list(feuille["codes"]) == ["", "R-COMP", ""]


def test_une_ligne_remplie_dont_le_segment_a_disparu_passe_en_fin_de_feuille(chemin):
    segments = segmenter(*PHRASES)
    ecrire_feuille(chemin, segments)
    remplir(chemin, codes={0: "-"}, memo={1: "drôle"})
    ecrire_feuille(chemin, segments.iloc[2:])
    assert list(lire_feuille(chemin)["texte"]) == [PHRASES[2], PHRASES[3], PHRASES[0], PHRASES[1]]


def test_deux_lignes_remplies_pour_un_segment_sont_gardees_toutes_deux(chemin):
    segments = segmenter(*PHRASES)
    ecrire_feuille(chemin, segments)
    feuille = lire_feuille(chemin)
    ecrire_table(chemin, pd.concat([feuille.assign(codes="-"), feuille.iloc[:1].assign(codes="R-SENS")]))
    ecrire_feuille(chemin, segments)
    assert list(lire_feuille(chemin)["codes"]) == ["-", "R-SENS", "-", "-", "-"]


def test_une_feuille_illisible_n_est_pas_touchee(chemin):
    chemin.parent.mkdir()
    chemin.write_text("segment;texte;codes;avis\nE01:0-3;Bon;R-SENS;oui\n", encoding="utf-8")
    avant = chemin.read_bytes()
    with pytest.raises(ErreurDonnees, match=r"colonne manquante \(« locuteur »\)") as erreur:
        ecrire_feuille(chemin, segmenter(*PHRASES))
    assert "colonne inconnue (« avis »)" in str(erreur.value)
    assert chemin.read_bytes() == avant


def test_il_faut_les_colonnes_du_contrat(chemin):
    with pytest.raises(ErreurDonnees, match=r"table segments : colonne manquante \(« texte »\)"):
        ecrire_feuille(chemin, segmenter(*PHRASES).drop(columns="texte"))
    with pytest.raises(ErreurDonnees, match=r"table suggestions : colonne manquante \(« retenu »\)"):
        ecrire_feuille(chemin, segmenter(*PHRASES), pd.DataFrame(columns=["segment", "code", "score", "rang"]))
    assert not chemin.exists()


def test_sans_segment_la_feuille_garde_son_en_tete(chemin):
    ecrire_feuille(chemin, segmenter())
    assert lire_feuille(chemin).empty


cellules = st.text(alphabet=string.ascii_letters + "éœ’ ;,|\"'\n\t=-+@", max_size=12)


@given(st.lists(st.tuples(cellules, cellules), min_size=4, max_size=4), st.sets(st.integers(0, 3)))
def test_aucune_cellule_remplie_n_est_jamais_perdue(tmp_path_factory, ecrits, restants):
    chemin = tmp_path_factory.mktemp("feuille") / "ana.csv"
    segments = segmenter(*PHRASES)
    ecrire_feuille(chemin, segments)
    remplir(chemin, codes=dict(enumerate(code for code, _ in ecrits)), memo=dict(enumerate(memo for _, memo in ecrits)))

    def remplies():
        feuille = lire_feuille(chemin)
        return sorted(map(tuple, feuille[(feuille["codes"] + feuille["memo"]).str.strip() != ""].values.tolist()))

    avant = remplies()
    ecrire_feuille(chemin, segments.iloc[sorted(restants)])
    assert remplies() == avant
    ecrire_feuille(chemin, segments)
    assert remplies() == avant
    assert set(lire_feuille(chemin)["segment"]) == set(segments["segment"])


PIEGES = (
    "=1+1",
    "=SOMME(A1;A2)",
    "- oui, bon.",
    "+33 6 peut-être.",
    "@home, on dit.",
    "'T'es là ?",
    "12/03/2024",
    "3 mars 2020",
    "Mars 2020.",
    "mars 2020",
    "lundi 12 mars 2020",
    "2015.",
    "50 %",
    "vrai",
    "TRUE",
    "1,50",
    "(50)",
    "10:30",
    "5/6",
    "007",
    "1e5",
    "1er mai",
    ".5",
    'Il dit « non » ; "jamais", lui.',
    "Une\nliste\n\n- de trucs",
    "Ça va\u00a0? Oui\u202f!",
    "Tab\tici.",
    "Trois — quatre… d’un coup.",
    "2 personnes sont parties, on n'a pas remplacé.",
)


def test_un_texte_fragile_est_protege_et_un_texte_ordinaire_ne_l_est_pas(chemin):
    ecrire_feuille(chemin, segmenter("=1+1", "12/03/2024", "On a 3 postes.", "vrai", "C'est vrai."))
    assert list(lire_feuille(chemin)["texte"]) == ["'=1+1", "'12/03/2024", "On a 3 postes.", "'vrai", "C'est vrai."]


@pytest.mark.parametrize("langue", ["1033", "1036"])
def test_le_texte_revient_identique_apres_un_aller_retour_par_calc(tmp_path, exiger, langue):
    segments = segmenter(*PIEGES)
    chemin = tmp_path / "ana.csv"
    suggestions = pd.DataFrame(
        [suggestion(nom, "R-SENS", 0.5, 1, indice="=a") for nom in segments["segment"]], columns=SUGGESTIONS
    )
    ecrire_feuille(chemin, segments, suggestions)
    remplir(chemin, codes=dict.fromkeys(range(len(PIEGES)), "-"))
    avant = lire_feuille(chemin)
    enregistrer_par_calc(exiger("soffice"), chemin, tmp_path / "calc", langue)
    apres = lire_feuille(tmp_path / "calc" / "ana.csv")
    pd.testing.assert_frame_equal(apres, avant)
    reperes = Reperes.depuis(segments)
    assert all(reperes.reconnait(ligne.segment, ligne.texte) for ligne in apres.itertuples())


def enregistrer_par_calc(soffice: str, chemin: Path, sortie: Path, langue: str):
    options = f"59,34,76,1,,{langue},false,true,false,false"
    commande = [
        soffice,
        f"-env:UserInstallation={(sortie.parent / 'profil').as_uri()}",
        "--headless",
        f"--infilter=CSV:{options},false",
        "--convert-to",
        f"csv:Text - txt - csv (StarCalc):{options}",
        "--outdir",
        str(sortie),
        str(chemin),
    ]
    resultat = subprocess.run(commande, capture_output=True, text=True, timeout=180, check=False)
    if not (sortie / chemin.name).exists():
        # soffice may be there without its spreadsheet (Debian: libreoffice-calc is a package of its own).
        raison = f"LibreOffice Calc n'a pas ouvert la feuille : {resultat.stderr.strip()}"
        pytest.fail(raison) if os.environ.get("CI") else pytest.skip(raison)


@pytest.mark.parametrize(("encodage", "separateur"), [("cp1252", ";"), ("utf-8", ","), ("utf-16", "\t")])
def test_une_feuille_reenregistree_par_un_tableur_reste_reconnue(chemin, encodage, separateur):
    segments = segmenter(*PIEGES)
    ecrire_feuille(chemin, segments)
    texte = lire_feuille(chemin).to_csv(sep=separateur, index=False, lineterminator="\r\n")
    chemin.write_bytes(texte.encode(encodage, "replace"))
    reperes = Reperes.depuis(segments)
    relue = lire_feuille(chemin)
    assert len(relue) == len(PIEGES)
    assert [ligne.texte for ligne in relue.itertuples() if not reperes.reconnait(ligne.segment, ligne.texte)] == []


def test_un_texte_change_n_est_pas_reconnu():
    reperes = Reperes.depuis(segmenter("On ressaisit tout."))
    assert reperes.reconnait("E01:0-18", "On  ressaisit\u00a0tout. ")
    assert not reperes.reconnait("E01:0-18", "On ressaisit tout !")
    assert not reperes.reconnait("E01:0-18", "")
    assert not reperes.reconnait("E01:0-17", "On ressaisit tout.")


def test_lister_ne_prend_que_les_feuilles_et_signale_les_classeurs(tmp_path):
    for nom in ("bob.CSV", "ana.csv", ".ana.csv", "~$ana.csv", "notes.txt", "ana.xlsx", "zoé.ods"):
        (tmp_path / nom).write_text("x", encoding="utf-8")
    feuilles, problemes = lister_feuilles(tmp_path)
    assert [feuille.name for feuille in feuilles] == ["ana.csv", "bob.CSV"]
    assert [Path(probleme.fichier).name for probleme in problemes] == ["ana.xlsx", "zoé.ods"]
    assert "enregistrez-le en CSV" in problemes[0].remede


def test_lister_une_seule_feuille_ou_un_dossier_absent(tmp_path):
    (tmp_path / "ana.csv").write_text("x", encoding="utf-8")
    assert lister_feuilles(tmp_path / "ana.csv") == ([tmp_path / "ana.csv"], [])
    with pytest.raises(ErreurDonnees, match="dossier introuvable"):
        lister_feuilles(tmp_path / "absent")


@pytest.mark.parametrize(
    ("cellule", "codes"),
    [
        ("", []),
        (" \u00a0", []),
        (";", []),
        ("-", ["-"]),
        ("R-SENS\u00a0O-COMP", ["R-SENS", "O-COMP"]),
        ("R-SENS;O-COMP|R-LIEN,\nR-SENS", ["R-SENS", "O-COMP", "R-LIEN"]),
    ],
)
def test_couper_les_codes_d_une_cellule(cellule, codes):
    assert couper_codes(cellule) == codes


def test_une_feuille_illisible_se_dit_et_n_arrete_pas_les_autres(tmp_path):
    ecrire_feuille(tmp_path / "ana.csv", segmenter(*PHRASES))
    (tmp_path / "bob.csv").write_text("segment;texte\nE01:0-3;Oui\n", encoding="utf-8")
    ecrire_feuille(tmp_path / "zoe.csv", segmenter(*PHRASES))
    problemes = []
    lues = dict(parcourir_feuilles(lister_feuilles(tmp_path)[0], problemes))
    assert [chemin.stem for chemin in lues] == ["ana", "zoe"]
    assert lues[tmp_path / "ana.csv"].equals(lire_feuille(tmp_path / "ana.csv"))
    assert problemes
    assert all(probleme.fichier.endswith("bob.csv") for probleme in problemes)


def test_les_problemes_d_une_feuille_viennent_quand_on_y_arrive(tmp_path):
    absente = tmp_path / "absente.csv"
    ecrire_feuille(tmp_path / "ana.csv", segmenter(*PHRASES))
    problemes = []
    parcours = parcourir_feuilles([tmp_path / "ana.csv", absente], problemes)
    next(parcours)
    assert problemes == []
    assert list(parcours) == []
    assert len(problemes) == 1
