import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.codages import (
    avancement,
    consolider,
    ecrire_feuille,
    est_relecture,
    lire_codages,
    lire_memos,
)
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.feuilles import lire_feuille
from ess_analyse.fichiers import ecrire_table
from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.modele import CODAGES, SEGMENTS, SUGGESTIONS

IDS = ("R-SENS", "R-CHARGE", "O-SENS", "O-SERVICE", "O-COMP", "R-COMP", "P-GESTION")
E01 = ("On ressaisit tout deux fois.", "Le logiciel aide bien.", "Personne ne nous a formés.", "Voilà.")
E02 = ("Voilà.", "Chez nous, on en discute.")


def grille_de(*ids):
    codes = tuple(Code(nom, "prisme" if nom[0] == "P" else "theme", nom, "…", (), (), (), (), ()) for nom in ids)
    return Grille(1, (Dimension("theme", "Thème"), Dimension("prisme", "Prisme")), codes)


def segmenter(debut=0, **entretiens):
    lignes = []
    for entretien, textes in entretiens.items():
        place = debut
        for rang, texte in enumerate(textes, start=1):
            fin = place + len(texte)
            lignes.append((f"{entretien}:{place}-{fin}", entretien, rang, "Marion", place, fin, texte))
            place = fin + 1
    return pd.DataFrame(lignes, columns=SEGMENTS)


GRILLE = grille_de(*IDS)
SEGMENTS_ = segmenter(E01=E01, E02=E02)
NOMS = list(SEGMENTS_["segment"])


@pytest.fixture
def dossier(tmp_path):
    return tmp_path / "codages"


def coder(dossier, codeur, codes, segments=SEGMENTS_, **cellules):
    """Write a filled sheet: codes by row rank, then other cells as ``texte={1: "…"}``."""
    chemin = dossier / f"{codeur}.csv"
    ecrire_feuille(chemin, segments)
    feuille = lire_feuille(chemin).reset_index(drop=True)
    for colonne, valeurs in {"codes": codes, **cellules}.items():
        for rang, valeur in valeurs.items():
            feuille.loc[rang, colonne] = valeur
    ecrire_table(chemin, feuille)
    return chemin


def problemes(dossier, segments=SEGMENTS_, grille=GRILLE):
    with pytest.raises(ErreurDonnees) as erreur:
        lire_codages(dossier, segments, grille)
    return erreur.value.problemes


def table(*lignes):
    return pd.DataFrame([(*ligne, "humain")[:4] for ligne in lignes], columns=CODAGES, dtype="str")


def test_lire_rend_une_ligne_par_code_et_garde_le_lu_sans_code(dossier):
    coder(dossier, "bob", {0: "-", 4: "O-SENS"})
    coder(dossier, "ana", {0: "R-CHARGE, P-GESTION | R-SENS", 2: " - "})
    codages = lire_codages(dossier, SEGMENTS_, GRILLE)
    assert list(codages.columns) == list(CODAGES)
    assert codages.values.tolist() == [
        [NOMS[0], "ana", "R-SENS", "humain"],
        [NOMS[0], "ana", "R-CHARGE", "humain"],
        [NOMS[0], "ana", "P-GESTION", "humain"],
        [NOMS[0], "bob", "-", "humain"],
        [NOMS[2], "ana", "-", "humain"],
        [NOMS[4], "bob", "O-SENS", "humain"],
    ]


def test_une_phrase_pas_encore_lue_est_absente(dossier):
    coder(dossier, "ana", {1: " \u00a0", 2: ";"}, memo={3: "à relire"})
    assert lire_codages(dossier, SEGMENTS_, GRILLE).empty


def test_une_seule_feuille_et_un_dossier_sans_feuille(dossier):
    chemin = coder(dossier, "ana", {0: "-"})
    coder(dossier, "bob", {0: "-"})
    assert list(lire_codages(chemin, SEGMENTS_, GRILLE)["codeur"]) == ["ana"]
    vide = dossier / "vide"
    vide.mkdir()
    codages = lire_codages(vide, SEGMENTS_, GRILLE)
    assert codages.empty
    assert list(codages.columns) == list(CODAGES)


def test_chaque_code_garde_la_suggestion_qui_le_proposait(dossier):
    chemin = dossier / "ana.csv"
    suggestions = pd.DataFrame(
        [
            (NOMS[0], "R-CHARGE", 0.819, 1, True, "indices", "ressaisir : deux fois", 0, 5),
            (NOMS[0], "O-SERVICE", 0.3, 2, True, "modele", "", 0, 5),
        ],
        columns=SUGGESTIONS,
    )
    ecrire_feuille(chemin, SEGMENTS_, suggestions)
    feuille = lire_feuille(chemin)
    # A colon inside the cue would break the cell's own format, so it is written without.
    assert feuille["origine"].iloc[0] == "R-CHARGE:0.82:indices:ressaisir deux fois|O-SERVICE:0.30:modele:"
    feuille.iloc[0, feuille.columns.get_loc("codes")] = "R-CHARGE R-SENS"
    feuille.iloc[1, feuille.columns.get_loc("codes")] = "-"
    ecrire_table(chemin, feuille)
    codages = lire_codages(dossier, SEGMENTS_, GRILLE)
    assert codages.set_index("code")["origine"].to_dict() == {
        "R-SENS": "humain",
        "R-CHARGE": "0.82:indices:ressaisir deux fois",
        "-": "humain",
    }


@pytest.mark.parametrize(
    ("cellule", "valeur", "remede"),
    [
        ("R-SEN", "R-SEN", "vouliez-vous dire « R-SENS » ?"),
        ("r-sen ", "R-SEN", "vouliez-vous dire « R-SENS » ?"),
        ("charge", "charge", "vouliez-vous dire « R-CHARGE » ?"),
        ("O-SENS xyz", "xyz", "choix possibles : -, O-COMP, O-SENS, O-SERVICE, P-GESTION, R-CHARGE, R-COMP, R-SENS"),
    ],
)
def test_un_code_inconnu_est_signale_avec_sa_ligne_et_le_plus_proche(dossier, cellule, valeur, remede):
    coder(dossier, "ana", {2: cellule})
    (probleme,) = problemes(dossier)
    assert probleme.fichier.endswith("ana.csv")
    assert (probleme.ligne, probleme.message, probleme.valeur, probleme.remede) == (4, "code inconnu", valeur, remede)


@pytest.mark.parametrize(
    ("cellule", "codes"), [("r-sens ", ["R-SENS"]), ("R–CHARGE o-comp", ["R-CHARGE", "O-COMP"]), ("—", ["-"])]
)
def test_un_code_se_reconnait_malgre_la_correction_automatique(dossier, cellule, codes):
    coder(dossier, "ana", {2: cellule})
    assert sorted(lire_codages(dossier, SEGMENTS_, GRILLE)["code"]) == sorted(codes)


def test_avec_une_grande_grille_un_code_lointain_renvoie_a_la_grille(dossier):
    coder(dossier, "ana", {0: "xyz"})
    assert problemes(dossier, grille=grille_de(*IDS, "R-LIEN", "R-SANTE"))[0].remede == "voyez la grille"


def test_le_tiret_ne_se_mele_pas_a_des_codes(dossier):
    coder(dossier, "ana", {0: "R-SENS -"})
    (probleme,) = problemes(dossier)
    assert str(probleme).endswith("ligne 2 : « - » mêlé à des codes (« R-SENS - »). Gardez les codes, ou « - » seul.")


def test_un_segment_deplace_dit_sa_nouvelle_place(dossier):
    coder(dossier, "ana", {0: "-", 3: "-"})
    nouveaux = segmenter(debut=10, E01=("Euh.", *E01, "Voilà."), E02=E02)
    premier, dernier = problemes(dossier, nouveaux)
    assert (premier.message, premier.valeur) == ("segment déplacé", NOMS[0])
    assert premier.remede == "sa phrase est maintenant en E01:15-43 : lancez « ess-analyse recaler »"
    assert dernier.remede.startswith("sa phrase est maintenant en E01:94-100 ou E01:101-107 : ")


def test_un_segment_deplace_n_est_pas_cherche_dans_un_autre_entretien(dossier):
    coder(dossier, "ana", {5: "-"})
    autre = segmenter(E01=(*E01, E02[1]), E02=("Rien.",))
    assert [p.message for p in problemes(dossier, autre)] == ["segment absent du corpus"]


def test_un_texte_retape_est_montre_a_cote_de_celui_du_corpus(dossier):
    coder(dossier, "ana", {1: "O-SERVICE"}, texte={1: "Le logiciel aide très bien."})
    (probleme,) = problemes(dossier)
    assert (probleme.message, probleme.valeur) == ("texte retapé", "Le logiciel aide très bien.")
    assert probleme.remede == "le corpus dit : « Le logiciel aide bien. »"


def test_un_texte_retape_sur_une_ligne_pas_encore_lue_n_est_pas_une_faute(dossier):
    coder(dossier, "ana", {}, texte={1: "Autre chose."})
    assert lire_codages(dossier, SEGMENTS_, GRILLE).empty


@pytest.mark.parametrize(
    ("segment", "message", "remede"),
    [
        ("E1:0-28", "entretien absent du corpus", "vouliez-vous dire « E01 » ?"),
        (
            "E01:500-510",
            "segment absent du corpus",
            "sa phrase a changé : lancez « ess-analyse recaler », qui la retrouve ou garde la décision à part",
        ),
        ("E01 0 28", "place mal écrite", "recopiez la place d'origine, par exemple E01:71-95"),
        ("", "place mal écrite", "recopiez la place d'origine, par exemple E01:71-95"),
    ],
)
def test_un_segment_introuvable(dossier, segment, message, remede):
    coder(dossier, "ana", {0: "-"}, segment={0: segment}, texte={0: "Une phrase perdue."})
    (probleme,) = problemes(dossier)
    assert (probleme.message, probleme.valeur, probleme.remede) == (message, segment, remede)


def test_un_segment_decide_deux_fois(dossier):
    chemin = coder(dossier, "ana", {0: "-"})
    feuille = lire_feuille(chemin)
    ecrire_table(chemin, pd.concat([feuille, feuille.iloc[:1].assign(codes="R-SENS")]))
    (probleme,) = problemes(dossier)
    assert (probleme.ligne, probleme.message) == (8, "segment en double")
    assert probleme.remede == "il est décidé ligne 2 : gardez une ligne"


@pytest.mark.parametrize("origine", ["R-SENS", "R-SENS:haut:indices:mot", "R-SENS:0.5:indices:mot|:0.5:x:"])
def test_une_origine_abimee(dossier, origine):
    coder(dossier, "ana", {0: "R-SENS"}, origine={0: origine})
    (probleme,) = problemes(dossier)
    assert probleme.message == "suggestion illisible dans « origine »"
    assert probleme.valeur in origine


@pytest.mark.parametrize(
    ("nom", "message"), [("ana copie", "nom de codeur avec une espace"), ("majorite", "nom de codeur réservé")]
)
def test_un_nom_de_codeur_impossible(dossier, nom, message):
    coder(dossier, nom, {0: "-"})
    assert [(p.message, p.valeur) for p in problemes(dossier)] == [(message, nom)]


def test_une_seconde_lecture_est_verifiee_mais_ne_compte_pas(dossier):
    coder(dossier, "ana", {0: "R-SENS"})
    coder(dossier, "bob", {0: "R-SENS", 1: "-"})
    sans = lire_codages(dossier, SEGMENTS_, GRILLE)
    coder(dossier, "ana@2026-03-01", {0: "O-SENS", 2: "O-SENS"})
    pd.testing.assert_frame_equal(lire_codages(dossier, SEGMENTS_, GRILLE), sans)
    tout = lire_codages(dossier, SEGMENTS_, GRILLE, relectures=True)
    assert tout[["segment", "codeur"]].values.tolist() == [
        [NOMS[0], "ana"],
        [NOMS[0], "ana@2026-03-01"],
        [NOMS[0], "bob"],
        [NOMS[1], "bob"],
        [NOMS[2], "ana@2026-03-01"],
    ]
    assert tout.loc[tout["codeur"].map(est_relecture), "code"].tolist() == ["O-SENS", "O-SENS"]
    pd.testing.assert_frame_equal(consolider(tout), consolider(sans))
    assert avancement(dossier, SEGMENTS_)["codeur"].tolist() == ["ana", "ana@2026-03-01", "bob"]
    coder(dossier, "ana@2026-03-01", {1: "xyz"})
    assert [p.valeur for p in problemes(dossier)] == ["xyz"]


@pytest.mark.parametrize("quand", ["", "hier", "2026-13-01", "2026-3-1", "20260301", "2026-03-01@2"])
def test_une_seconde_lecture_porte_une_date(dossier, quand):
    coder(dossier, "ana", {0: "-"})
    coder(dossier, f"ana@{quand}", {0: "-"})
    (probleme,) = problemes(dossier)
    assert (probleme.message, probleme.valeur) == ("seconde lecture sans date lisible", quand)
    assert probleme.remede == "nommez la feuille par exemple paul@2026-03-01.csv"


def test_une_seconde_lecture_suppose_la_premiere(dossier):
    chemin = coder(dossier, "ana@2026-03-01", {0: "-"})
    assert [(p.message, p.valeur) for p in problemes(dossier)] == [("seconde lecture sans la première", "ana")]
    # Read alone, a sheet says nothing of what else is in its folder.
    assert lire_codages(chemin, SEGMENTS_, GRILLE, relectures=True)["codeur"].tolist() == ["ana@2026-03-01"]


def test_toutes_les_fautes_de_toutes_les_feuilles_sont_dites_ensemble(dossier):
    coder(dossier, "ana", {0: "R-SEN xyz", 1: "- O-SENS"}, texte={1: "Autre."})
    coder(dossier, "bob", {2: "R-SANS"})
    (dossier / "cle.csv").write_text("segment;texte;codes\n", encoding="utf-8")
    (dossier / "dan.xlsx").write_bytes(b"PK")
    trouves = [(p.fichier.rpartition("/")[2], p.ligne, p.message) for p in problemes(dossier)]
    assert trouves == [
        ("dan.xlsx", 0, "classeur de tableur, qui n'est pas lu"),
        ("ana.csv", 2, "code inconnu"),
        ("ana.csv", 2, "code inconnu"),
        ("ana.csv", 3, "texte retapé"),
        ("ana.csv", 3, "« - » mêlé à des codes"),
        ("bob.csv", 4, "code inconnu"),
        ("cle.csv", 1, "colonne manquante"),
    ]


def test_les_lignes_citees_sont_celles_du_fichier_malgre_les_cellules_a_plusieurs_lignes(dossier):
    segments = segmenter(E01=("Une\nliste\nici.", "Suite."))
    coder(dossier, "ana", {1: "non"}, segments=segments)
    assert problemes(dossier, segments)[0].ligne == 5


@pytest.mark.parametrize(("encodage", "separateur"), [("cp1252", ";"), ("cp1252", ","), ("utf-8", "\t")])
def test_une_feuille_reenregistree_par_excel_se_lit_pareil(dossier, encodage, separateur):
    segments = segmenter(E01=("Ça va\u202f? « Bof », dit-il ; non.", "- d’accord…", "=1", "Une\nligne."))
    chemin = coder(dossier, "ana", {0: "R-SENS;O-SENS", 1: "-", 2: "R-COMP", 3: "-"}, segments=segments)
    avant = lire_codages(dossier, segments, GRILLE)
    texte = lire_feuille(chemin).to_csv(sep=separateur, index=False, lineterminator="\r\n")
    chemin.write_bytes(texte.encode(encodage, "replace"))
    pd.testing.assert_frame_equal(lire_codages(dossier, segments, GRILLE), avant)
    assert len(avant) == 5


decisions = st.lists(
    st.one_of(st.just(""), st.just("-"), st.sets(st.sampled_from(IDS), min_size=1).map(" ".join)),
    min_size=len(NOMS),
    max_size=len(NOMS),
)


@given(decisions)
def test_ce_qui_est_ecrit_est_ce_qui_est_lu(tmp_path_factory, codes):
    dossier = tmp_path_factory.mktemp("codages")
    coder(dossier, "ana", dict(enumerate(codes)))
    codages = lire_codages(dossier, SEGMENTS_, GRILLE)
    lus = codages.groupby("segment")["code"].agg(set).to_dict()
    assert lus == {nom: set(cellule.split()) for nom, cellule in zip(NOMS, codes, strict=True) if cellule}
    ligne = avancement(dossier, SEGMENTS_).iloc[0]
    assert (ligne["codeur"], ligne["lus"], ligne["total"]) == ("ana", len(lus), len(NOMS))


def test_l_arbitrage_l_emporte_la_ou_il_existe():
    codages = table(
        ("a", "ana", "R-SENS"),
        ("a", "arbitrage", "O-SENS"),
        ("a", "bob", "R-SENS"),
        ("b", "ana", "R-SENS"),
        ("b", "bob", "R-SENS"),
    )
    assert consolider(codages).values.tolist() == [
        ["a", "arbitrage", "O-SENS", "humain"],
        ["b", "majorite", "R-SENS", "humain"],
    ]


def test_la_majorite_est_stricte_parmi_ceux_qui_ont_lu():
    codages = table(
        ("a", "ana", "R-SENS"),
        ("a", "bob", "-"),
        ("b", "ana", "R-SENS"),
        ("b", "ana", "O-COMP"),
        ("b", "bob", "R-SENS"),
        ("b", "cle", "-"),
        ("c", "cle", "R-COMP"),
    )
    assert consolider(codages)[["segment", "codeur", "code"]].values.tolist() == [
        ["a", "majorite", "-"],
        ["b", "majorite", "R-SENS"],
        ["c", "cle", "R-COMP"],
    ]


def test_une_suggestion_acceptee_par_un_seul_garde_sa_trace():
    codages = table(("a", "ana", "R-SENS", "humain"), ("a", "bob", "R-SENS", "0.50:indices:sens"))
    assert list(consolider(codages)["origine"]) == ["0.50:indices:sens"]


def test_consolider_rien_rend_une_table_vide():
    vide = consolider(table())
    assert vide.empty
    assert list(vide.columns) == list(CODAGES)
    with pytest.raises(ErreurDonnees, match=r"colonne manquante \(« origine »\)"):
        consolider(table().drop(columns="origine"))


avis = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(["ana", "bob", "cle", "arbitrage"])),
    st.one_of(st.just({"-"}), st.sets(st.sampled_from(IDS[:4]), min_size=1)),
)


@given(avis)
def test_consolider_donne_un_avis_par_segment_lu_et_ne_change_plus(decisions):
    codages = table(*[(segment, codeur, code) for (segment, codeur), codes in decisions.items() for code in codes])
    une = consolider(codages)
    pd.testing.assert_frame_equal(consolider(une), une)
    assert set(une["segment"]) == set(codages["segment"])
    assert (une.groupby("segment")["codeur"].nunique() == 1).all()
    for segment, groupe in une.groupby("segment"):
        lecteurs = {codeur: codes for (place, codeur), codes in decisions.items() if place == segment}
        lecteurs = {"arbitrage": lecteurs["arbitrage"]} if "arbitrage" in lecteurs else lecteurs
        attendus = {code for code in IDS if sum(code in codes for codes in lecteurs.values()) * 2 > len(lecteurs)}
        assert set(groupe["code"]) == (attendus or {"-"})


def test_les_memos_se_lisent_dans_l_ordre_du_corpus(dossier):
    coder(dossier, "bob", {0: "R-SENS"}, memo={3: " Fin ? ", 0: "À revoir"})
    coder(dossier, "ana", {}, memo={0: "Ironique"})
    coder(dossier, "bob@2026-03-01", {0: "R-SENS"}, memo={1: "Vu deux fois"})
    assert lire_memos(dossier, SEGMENTS_).values.tolist() == [
        [NOMS[0], "ana", "Ironique"],
        [NOMS[0], "bob", "À revoir"],
        [NOMS[1], "bob@2026-03-01", "Vu deux fois"],
        [NOMS[3], "bob", "Fin ?"],
    ]


def test_un_memo_dont_la_phrase_a_change_n_est_pas_rendu(dossier):
    coder(dossier, "ana", {}, memo={0: "Ironique", 1: "Gardé"}, texte={0: "Autre chose."})
    assert lire_memos(dossier, SEGMENTS_)["memo"].tolist() == ["Gardé"]


def test_sans_memo_la_table_est_vide(dossier):
    coder(dossier, "ana", {0: "R-SENS"})
    assert lire_memos(dossier, SEGMENTS_).empty


def test_les_memos_disent_les_feuilles_illisibles(dossier):
    coder(dossier, "ana", {})
    (dossier / "bob.csv").write_text("rien", encoding="utf-8")
    (dossier / "zoe.xlsx").write_bytes(b"PK")
    with pytest.raises(ErreurDonnees) as prise:
        lire_memos(dossier, SEGMENTS_)
    assert {probleme.fichier.rpartition("/")[2] for probleme in prise.value.problemes} == {"bob.csv", "zoe.xlsx"}


def test_l_avancement_compte_les_lues_de_chaque_feuille(dossier):
    coder(dossier, "ana", {0: "-", 1: "R-SENS", 2: " "})
    coder(dossier, "bob", {0: "xyz"}, segments=SEGMENTS_.iloc[:2])
    assert avancement(dossier, SEGMENTS_).values.tolist() == [["ana", 2, 6], ["bob", 1, 2]]
    assert avancement(dossier, SEGMENTS_.iloc[1:]).values.tolist() == [["ana", 1, 5], ["bob", 0, 1]]


def test_l_avancement_dit_aussi_ce_qu_il_ne_peut_lire(dossier):
    coder(dossier, "ana", {0: "-"})
    (dossier / "bob.csv").write_text("segment;texte\n", encoding="utf-8")
    (dossier / "cle.ods").write_bytes(b"PK")
    with pytest.raises(ErreurDonnees) as erreur:
        avancement(dossier, SEGMENTS_)
    assert [p.fichier.rpartition("/")[2] for p in erreur.value.problemes] == ["cle.ods", "bob.csv", "bob.csv"]
    with pytest.raises(ErreurDonnees, match="dossier introuvable"):
        avancement(dossier / "absent", SEGMENTS_)
