"""La page COREQ et SRQR : ce que l'étude montre, ce que l'équipe écrit, ce qui manque, sans désigner personne."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ess_analyse
from ess_analyse.codages import consolider
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude
from ess_analyse.fichiers import ecrire_table, lire_texte
from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.lecture import lire_corpus
from ess_analyse.modele import CODAGES, DOCUMENTS, FONCTIONS, STRUCTURES, Corpus, Entretien
from ess_analyse.pages import ecrire_pages
from ess_analyse.pages.matiere import ABLATION, Matiere, rassembler
from ess_analyse.pages.morceaux import composer_morceaux
from ess_analyse.pages.tables import composer_tables
from ess_analyse.pages.transparence import lire_methode, lire_points
from ess_analyse.pages.transparence.constats import CONSTATS
from ess_analyse.pages.transparence.effectifs import Effectifs, accorder
from ess_analyse.pages.transparence.releve import ETATS, TRANSPARENCE, denombrer, relever_points, tabler_points
from ess_analyse.pages.transparence.sources import Constat, Sources
from ess_analyse.pages.verbatims import lister_verbatims
from ess_analyse.publication import decrire_sources

RACINE = Path(__file__).parents[1]
DEMO = Etude(RACINE)
FRAGMENT = "_fragments/transparence.qmd"
CLES = [point.cle for point in lire_points() if point.cle]
GRILLE = Grille(
    1,
    (Dimension("theme", "Thème"), Dimension("prisme", "Prisme")),
    (
        *(Code(nom, "theme", nom.title(), "…", *[()] * 5) for nom in ("R-SENS", "R-CHARGE", "O-COMP")),
        Code("P-GESTION", "prisme", "Gestion", "…", *[()] * 5),
    ),
)


def composer_matiere(documents, codages=(), temps=None, methode=None, grille=GRILLE) -> Matiere:
    """Composer une étude : des documents ``(nom, type, structure, fonction, date, diffusion)``, une phrase chacun."""
    entretiens = []
    for nom, type_, *_ in documents:
        entretien = Entretien.depuis_texte(nom, f"Voix{nom} : Ben oui.\n", parle=type_ == "entretien")
        if temps and nom in temps:
            entretien = replace(entretien, tours=tuple(replace(t, temps=(0.0, temps[nom])) for t in entretien.tours))
        entretiens.append(entretien)
    table = pd.DataFrame(documents, columns=DOCUMENTS, dtype="str")
    corpus = Corpus(tuple(entretiens), table)
    lignes = [
        (f"{e.identifiant}:{t.debut}-{t.fin}", e.identifiant, 1, t.locuteur, t.debut, t.fin, e.extrait(t.debut, t.fin))
        for e in corpus
        for t in e.tours
    ]
    segments = pd.DataFrame(
        lignes, columns=["segment", "entretien", "tour", "locuteur", "debut", "fin", "texte"]
    ).astype({"segment": "str", "entretien": "str", "locuteur": "str", "texte": "str"})
    places = dict(zip(segments["entretien"], segments["segment"], strict=True))
    poses = [(places[nom], codeur, code, origine) for nom, codeur, code, origine in codages]
    codages = pd.DataFrame(poses, columns=CODAGES, dtype="str")
    noms = sorted({structure for structure in table["structure"] if structure})
    structures = pd.DataFrame(
        [(nom, f"Structure {nom}", "ACI", "tri", 9, 9, 9, "ville") for nom in noms], columns=STRUCTURES
    )
    fonctions = pd.DataFrame(
        [(nom, f"famille {nom}") for nom in sorted({f for f in table["fonction"] if f})], columns=FONCTIONS, dtype="str"
    )
    return Matiere(
        corpus=corpus,
        segments=segments,
        grille=grille,
        codages=codages,
        consolide=consolider(codages),
        structures=structures,
        sources=decrire_sources(table, structures, fonctions),
        enseignements=(),
        fiches=(),
        plan=(),
        questions=(),
        ablation=pd.DataFrame(columns=ABLATION, dtype="str"),
        methode=methode or {},
    )


def relever(matiere, seuil=3):
    """Relever toutes les réponses d'une étude, par liste et numéro."""
    verbatims = lister_verbatims(matiere)
    reponses = relever_points(matiere, composer_tables(matiere, verbatims, seuil), verbatims, seuil)
    return {(reponse.point.liste, reponse.point.numero): reponse for reponse in reponses}


def entretiens(nombre, **champs):
    """Décrire des entretiens publics de la même structure."""
    decrits = {"type": "entretien", "structure": "S1", "fonction": "accueil", "date": "2025-03"} | champs
    return [(f"E{rang:02}", *decrits.values(), "publique") for rang in range(1, nombre + 1)]


def texte_de(reponse) -> str:
    return " ".join(constat.texte for constat in reponse.constats)


@pytest.fixture(scope="module")
def demo():
    """Les réponses de l'étude de démonstration."""
    return relever(rassembler(DEMO))


# Les points


def test_les_deux_listes_sont_entieres():
    points = lire_points()
    for liste, nombre in (("COREQ", 32), ("SRQR", 21)):
        assert [point.numero for point in points if point.liste == liste] == list(range(1, nombre + 1))
    assert len({point.intitule for point in points}) == len({point.attendu for point in points}) == 53
    assert len({point.ancre for point in points}) == 53


def test_chaque_point_a_une_cle_ou_un_renvoi():
    assert len(CLES) == len(set(CLES))
    assert all(re.fullmatch(r"[a-z_]+", cle) for cle in CLES)
    for point in lire_points():
        assert bool(point.cle) != bool(point.renvoi), point
        assert (point.reponse == "renvoi") == bool(point.renvoi), point
        assert point.liste == "SRQR" or not point.renvoi, point
        assert all(1 <= numero <= 32 for numero in point.renvoi)
        assert point.constats or point.reponse != "constat", point


def test_chaque_constat_sert_et_existe():
    assert {nom for point in lire_points() for nom in point.constats} == set(CONSTATS)


# data/methode.yml


def test_methode_garde_les_textes_et_laisse_les_blancs(ecrire):
    chemin = ecrire(
        "methode.yml",
        "# à nous\ngenre: Deux femmes.\nlieu:\nguide: ''\nrefus: ~\nlimites: >-\n  Un seul\n  territoire.\n",
    )
    assert lire_methode(chemin) == {"genre": "Deux femmes.", "limites": "Un seul territoire."}


@pytest.mark.parametrize(
    "blanc",
    [
        "à compléter",
        "À COMPLÉTER",
        "A completer",
        "**[à compléter : le lieu]**",
        "Avis rendu le [à compléter].",
        "… à compléter",
    ],
)
def test_un_blanc_est_un_manque(ecrire, blanc):
    assert lire_methode(ecrire("methode.yml", f"ethique: '{blanc}'\n")) == {}


@pytest.mark.parametrize("plein", ["Le tableau reste à compléter par les équipes.", "Entretiens à compléments libres."])
def test_une_phrase_qui_parle_de_completer_reste(ecrire, plein):
    assert lire_methode(ecrire("methode.yml", f"limites: {plein}\n")) == {"limites": plein}


@pytest.mark.parametrize("contenu", ["# rien encore\n", "\n# un\n\n  # deux"])
def test_un_fichier_de_commentaires_ne_dit_rien(ecrire, contenu):
    assert lire_methode(ecrire("methode.yml", contenu)) == {}


@given(st.dictionaries(st.sampled_from(CLES), st.text("abcdéç :-#«»'\"[]{}&*!|>%@`", min_size=1), max_size=8))
def test_tout_texte_entre_guillemets_revient(tmp_path_factory, textes):
    chemin = tmp_path_factory.mktemp("methode") / "methode.yml"
    lignes = [f"{cle}: 'x{texte.replace(chr(39), chr(39) * 2)}x'\n" for cle, texte in textes.items()]
    chemin.write_text("".join(lignes) or "# rien\n", encoding="utf-8")
    attendu = {cle: re.sub(r" +", " ", f"x{texte}x") for cle, texte in textes.items()}
    assert lire_methode(chemin) == attendu


def test_toutes_les_fautes_de_methode_sont_dites_ensemble(ecrire):
    chemin = ecrire(
        "methode.yml",
        "genre: Deux femmes.\ngenr: Une.\nlieu: [bureau]\ntaille: 12\n",
    )
    with pytest.raises(ErreurDonnees) as levee:
        lire_methode(chemin)
    dits = [(p.ligne, p.message, p.valeur, p.remede) for p in levee.value.problemes]
    assert dits == [
        (2, "clé inconnue", "genr", "vouliez-vous dire « genre » ?"),
        (3, "un texte est attendu", "bureau", "écrivez un seul texte, sans tiret ni crochets"),
        (4, "un texte est attendu", "12", "mettez le texte entier entre guillemets"),
    ]


@pytest.mark.parametrize(
    ("cle", "remede"),
    [
        ("coreq-13", "la clé de ce point est « refus »"),
        ("COREQ 13", "la clé de ce point est « refus »"),
        ("srqr_6", "ce point renvoie à COREQ 1, 2, 3, 4, 5, 6, 7, 8 : écrivez là-bas"),
        ("xyz", "« rapports/donnees/transparence.csv » dit la clé de chaque point"),
        ("coreq-99", "« rapports/donnees/transparence.csv » dit la clé de chaque point"),
    ],
)
def test_un_point_designe_par_son_numero_est_retrouve(ecrire, cle, remede):
    with pytest.raises(ErreurDonnees) as levee:
        lire_methode(ecrire("methode.yml", f"{cle}: un texte\n"))
    assert [probleme.remede for probleme in levee.value.problemes] == [remede]


@pytest.mark.parametrize(
    ("contenu", "message"),
    [
        ("- genre\n- lieu\n", "ligne 1 : des clés sont attendues"),
        ("Deux femmes.\n", "ligne 1 : des clés sont attendues"),
        ("genre: Deux : femmes\n", "ligne 1 : deux-points inattendu"),
        ("genre: a\ngenre: b\n", r"ligne 2 : clé en double \(« genre »\)"),
        ("genre: &a x\nlieu: *a\n", "ligne 1 : ancre YAML refusée"),
        ("genre: !!python/name:os.system x\n", "ligne 1 : étiquette YAML refusée"),
        ('genre: "a\n', "guillemet ouvert et jamais fermé"),
        ("genre: a\n---\nlieu: b\n", "2 documents YAML"),
        ("", "fichier vide"),
    ],
)
def test_un_fichier_abime_est_refuse_en_francais(ecrire, contenu, message):
    with pytest.raises(ErreurDonnees, match=message):
        lire_methode(ecrire("methode.yml", contenu))


def test_un_fichier_absent_est_dit(tmp_path):
    with pytest.raises(ErreurDonnees, match=r"methode\.yml"):
        lire_methode(tmp_path / "methode.yml")


# Les effectifs


@given(st.integers(0, 40), st.integers(0, 40), st.integers(2, 6))
def test_une_part_ne_rend_jamais_un_petit_nombre(reste, nombre, seuil):
    ecrit = Effectifs(seuil).part(nombre, nombre + reste, "document")
    nombres = list(map(int, re.findall(r"\d+", ecrit)))
    connus = [*nombres, *([nombres[1] - nombres[0]] if len(nombres) == 2 else [])]
    assert all(connu == 0 or connu >= seuil for connu in connus)
    if all(n == 0 or n >= seuil for n in (nombre, reste)):
        assert nombres[0] == nombre, "rien n'est caché sans raison"


@pytest.mark.parametrize(
    ("nombre", "total", "attendu"),
    [
        (0, 9, "0 document sur 9"),
        (9, 9, "les 9 documents"),
        (2, 2, "les documents"),
        (2, 9, "une partie des documents"),
        (8, 9, "une partie des documents"),
        (4, 9, "4 documents sur 9"),
    ],
)
def test_une_part_se_dit(nombre, total, attendu):
    assert Effectifs(3).part(nombre, total, "document") == attendu


def test_les_nombres_s_accordent():
    assert [accorder(n, "code", "codes") for n in (0, 1, 2, 1234)] == [
        "0 code",
        "1 code",
        "2 codes",
        "1\u202f234 codes",
    ]
    assert Effectifs(5).dire(4, "note d'observation", "notes d'observation") == "moins de 5 notes d'observation"


# Les constats


def test_l_echantillon_est_compte_par_type():
    documents = [*entretiens(5), *((f"O0{r}", "observation", "S2", "équipe", "2025-05", "publique") for r in (1, 2, 3))]
    reponse = relever(composer_matiere(documents))["COREQ", 12]
    assert texte_de(reponse) == (
        "Le corpus réunit 8 documents (5 entretiens, 3 observations). Dans les entretiens répondent 5 personnes, "
        "équipe de recherche non comprise."
    )
    assert reponse.etat == "constaté"


def test_un_type_trop_rare_emporte_le_detail_et_le_nombre_de_personnes():
    documents = [*entretiens(5), ("O01", "observation", "S1", "équipe", "2025-05", "publique")]
    matiere = composer_matiere(documents, temps={nom: 60.0 for nom, *_ in documents[:4]})
    reponses = relever(matiere)
    assert texte_de(reponses["COREQ", 12]) == "Le corpus réunit 6 documents."
    assert texte_de(reponses["COREQ", 20]) == "Le corpus contient des notes d'observation."
    assert "pour une partie des entretiens : 4 minutes en tout" in texte_de(reponses["COREQ", 21])


def test_des_noms_partages_ne_comptent_pas_des_personnes():
    documents = entretiens(4)
    matiere = composer_matiere(documents)
    memes = tuple(
        replace(un, tours=tuple(replace(tour, locuteur="Réponse") for tour in un.tours)) for un in matiere.corpus
    )
    matiere = replace(matiere, corpus=replace(matiere.corpus, entretiens=memes))
    assert texte_de(relever(matiere)["COREQ", 12]) == "Le corpus réunit 4 documents."


def test_l_equipe_n_est_pas_comptee_parmi_les_personnes():
    textes = [f"Enquêtrice : Et ici ?\n\nMarion{rang} : Ben oui.\n" for rang in range(4)]
    decrits = entretiens(4)
    corpus = Corpus(
        tuple(Entretien.depuis_texte(nom, texte) for (nom, *_), texte in zip(decrits, textes, strict=True)),
        pd.DataFrame(decrits, columns=DOCUMENTS, dtype="str"),
    )
    sources = Sources(replace(composer_matiere(decrits), corpus=corpus), {}, [], Effectifs(3))
    assert sources.interroges == {f"Marion{rang}" for rang in range(4)}


def test_la_duree_est_celle_de_l_enregistrement():
    matiere = composer_matiere(entretiens(6), temps={"E01": 600.0, "E02": 1200.0, "E03": 1800.0})
    reponses = relever(matiere)
    assert "pour 3 entretiens sur 6 : 60 minutes en tout, 20 minutes en moyenne" in texte_de(reponses["COREQ", 21])
    assert reponses["COREQ", 21].etat == "constaté"
    assert reponses["COREQ", 19].etat == "manque", "un minutage ne dit pas avec quoi l'on a enregistré"


def test_une_duree_trop_rare_n_est_ni_publiee_ni_tenue():
    reponse = relever(composer_matiere(entretiens(6), temps={"E01": 601.0}))["COREQ", 21]
    assert "Trop peu d'entretiens" in texte_de(reponse)
    assert "10" not in texte_de(reponse)
    assert reponse.etat == "manque"
    assert reponse.remede == "écrire la clé « duree » dans data/methode.yml, ou remplir data/corpus/temps.csv"


@pytest.mark.parametrize(
    ("jours", "attendu"),
    [
        (["2025-03", "2025-03-14", "2025-03"], "en mars\u00a02025, d'après la date que portent les 3 documents"),
        (["2025-03", "2025-06", "2025-05"], "de mars à juin\u00a02025"),
        (["2024-12", "2025-01", "2025-02"], "de décembre\u00a02024 à février\u00a02025"),
        (["2025-03", "2025-04", "2025-04", "au printemps", "", "2025-13"], "les 3 documents|3 documents sur 6"),
    ],
)
def test_les_dates_vont_d_un_mois_a_l_autre(jours, attendu):
    documents = [(f"E{r:02}", "entretien", "S1", "accueil", jour, "publique") for r, jour in enumerate(jours)]
    assert re.search(attendu, texte_de(relever(composer_matiere(documents))["COREQ", 16]))


def test_trop_peu_de_dates_n_en_donnent_aucune():
    documents = [(f"E{r:02}", "entretien", "", "", "2025-03" if r < 2 else "", "publique") for r in range(5)]
    reponse = relever(composer_matiere(documents))["COREQ", 16]
    assert "2025" not in texte_de(reponse)
    assert reponse.etat == "manque"


def test_aucun_intitule_de_poste_n_est_dit():
    documents = [(f"E0{r}", "entretien", f"S{r}", f"poste{r}", "2025-03", "publique") for r in range(6)]
    dits = " ".join(map(texte_de, relever(composer_matiere(documents)).values()))
    assert "6 structures" in dits
    assert "poste0" not in dits


def coder(nombre, *avis):
    """Donner les mêmes avis ``(codeur, code)`` sur plusieurs documents."""
    return [(f"E{rang:02}", codeur, code, "humain") for rang in range(1, nombre + 1) for codeur, code in avis]


def test_les_codeurs_sont_comptes_sans_l_arbitrage():
    codages = [*coder(4, ("ana", "R-SENS")), *coder(3, ("bob", "-")), *coder(3, ("arbitrage", "R-SENS"))]
    reponses = relever(composer_matiere(entretiens(7), codages))
    assert texte_de(reponses["COREQ", 24]) == (
        "2 personnes ont codé 4 phrases, sans accepter aucune suggestion. 3 phrases ont été lues par deux personnes au "
        "moins, dans 3 documents sur 7."
    )
    assert "3 phrases divisent les personnes qui codent ; 3 ont été tranchées ensemble" in texte_de(
        reponses["SRQR", 15]
    )
    assert reponses["SRQR", 15].etat == "constaté"


def test_des_desaccords_jamais_tranches_se_voient():
    codages = coder(4, ("ana", "R-SENS"), ("bob", "-"))
    assert "4 phrases divisent les personnes qui codent ; 0 a été tranchée" in texte_de(
        relever(composer_matiere(entretiens(4), codages))["SRQR", 15]
    )


def test_ce_qui_vient_de_la_machine_est_dit():
    codages = [(f"E0{r}", "ana", "R-SENS", "0.8:modele:trop" if r < 2 else "humain") for r in range(1, 5)]
    reponses = relever(composer_matiere(entretiens(4), codages))
    assert f"ess_analyse, version {ess_analyse.__version__}. Sur 4 codes posés, 1 vient" in texte_de(
        reponses["COREQ", 27]
    )
    assert "sans accepter" not in texte_de(reponses["COREQ", 24])
    humains = relever(composer_matiere(entretiens(4), coder(4, ("ana", "R-SENS"))))
    assert "aucun ne vient d'une suggestion" in texte_de(humains["COREQ", 27])


def test_la_grille_est_decrite_et_sa_version_aussi():
    reponses = relever(composer_matiere(entretiens(3)))
    assert "4 codes, en 2 dimensions (Thème : 3 codes ; Prisme : 1 code)" in texte_de(reponses["COREQ", 25])
    assert "première version" in texte_de(reponses["COREQ", 26])
    assert reponses["COREQ", 26].etat == "manque", "la version ne dit pas d'où viennent les thèmes"
    trois = relever(composer_matiere(entretiens(3), grille=replace(GRILLE, version=3)))["COREQ", 26]
    assert "version 3 : 2 changements la séparent de la première" in texte_de(trois)


def codages_par_rang(rangs):
    """Coder douze documents : chaque thème apparaît pour la première fois au rang donné, et plus ensuite."""
    poses = {rang: code for code, rang in rangs.items()}
    return [(f"E{rang:02}", "ana", poses.get(rang, "-"), "humain") for rang in range(1, 13)]


@pytest.mark.parametrize(
    ("rangs", "attendu"),
    [
        ({"R-SENS": 1, "R-CHARGE": 7}, "Après le 7ᵉ document codé sur 12, plus aucun n'est nouveau"),
        ({"R-SENS": 1, "R-CHARGE": 2}, "dès les premiers documents codés"),
        ({"R-SENS": 1, "R-CHARGE": 11}, "parmi les derniers documents codés"),
        ({"R-SENS": 1, "R-CHARGE": 12}, "encore dans le dernier document codé"),
    ],
)
def test_la_saturation_dit_quand_le_nouveau_s_arrete(rangs, attendu):
    reponse = relever(composer_matiere(entretiens(12), codages_par_rang(rangs)))["COREQ", 22]
    assert attendu in texte_de(reponse)
    assert "2 thèmes rencontrés" in texte_de(reponse)
    assert reponse.etat == "constaté"


def test_la_saturation_suit_les_dates_et_tait_ce_qui_est_restreint():
    dates = [f"2025-{13 - rang:02}" for rang in range(1, 13)]
    documents = [(f"E{r:02}", "entretien", "S1", "accueil", date, "publique") for r, date in enumerate(dates, 1)]
    codages = codages_par_rang({"R-SENS": 12, "R-CHARGE": 6})
    assert "Après le 7ᵉ document" in texte_de(relever(composer_matiere(documents, codages))["COREQ", 22])
    restreints = [(*ligne[:5], "restreinte" if ligne[0] == "E06" else "publique") for ligne in documents]
    dit = texte_de(relever(composer_matiere(restreints, codages))["COREQ", 22])
    assert "1 thème rencontré," in dit
    assert "sur 1" not in dit, "le nombre de documents codés ferait compter les restreints"


def test_les_themes_sont_majeurs_ou_mineurs():
    codages = [*coder(8, ("ana", "R-SENS")), *coder(3, ("ana", "R-CHARGE")), *coder(1, ("ana", "O-COMP"))]
    reponses = relever(composer_matiere(entretiens(8), codages))
    assert "1 thème est dit dans la moitié au moins" in texte_de(reponses["COREQ", 31])
    assert "« R-Sens » (8 documents)" in texte_de(reponses["COREQ", 31])
    assert "« R-Charge » (3 documents)" in texte_de(reponses["COREQ", 32])
    assert "O-Comp" not in texte_de(reponses["COREQ", 32]), "un seul document le porte"


def test_sans_theme_partage_on_le_dit():
    codages = [(f"E{r:02}", "ana", "R-SENS" if r <= 3 else "-", "humain") for r in range(1, 10)]
    reponse = relever(composer_matiere(entretiens(9), codages))["COREQ", 31]
    assert texte_de(reponse) == "Aucun thème n'est dit dans la moitié au moins des documents codés."


EFFECTIF = re.compile(
    r"([\d\u202f]+) (documents?|entretiens?|observations?|autres? documents?|personnes?|structures?|étiquettes?|notes?)"
    r"(?! (?:a|ont) codé)(?: sur ([\d\u202f]+))?"
)
descriptions = st.lists(
    st.tuples(
        st.sampled_from(["entretien", "entretien", "observation", "document"]),
        st.sampled_from(["S1", "S2", "S3", ""]),
        st.sampled_from(["accueil", "direction", ""]),
        st.sampled_from(["2025-03", "2025-07", ""]),
        st.sampled_from(["publique", "publique", "restreinte"]),
        st.sampled_from(["R-SENS", "R-CHARGE", "O-COMP", "P-GESTION", "-", ""]),
        st.booleans(),
    ),
    max_size=14,
)


@settings(max_examples=25)
@given(descriptions, st.integers(2, 5))
def test_aucun_constat_ne_publie_un_effectif_sous_le_seuil(decrits, seuil):
    noms = [f"E{rang:02}" for rang in range(len(decrits))]
    documents = [(nom, *decrit[:5]) for nom, decrit in zip(noms, decrits, strict=True)]
    codages = [(nom, "ana", decrit[5], "humain") for nom, decrit in zip(noms, decrits, strict=True) if decrit[5]]
    minutes = {nom: 600.0 for nom, decrit in zip(noms, decrits, strict=True) if decrit[6]}
    publies: dict[str, set[int]] = {}
    for reponse in relever(composer_matiere(documents, codages, minutes), seuil).values():
        for constat in reponse.constats:
            for nombre, unite, total in EFFECTIF.findall(constat.texte):
                valeurs = [int(nombre), *([int(total), int(total) - int(nombre)] if total else [])]
                assert all(valeur == 0 or valeur >= seuil for valeur in valeurs), constat.texte
                publies.setdefault(unite, set()).add(int(nombre))
            assert "poste" not in constat.texte or "intitulé des postes" in constat.texte
    # What one finding says must not give away, by difference, what another hides.
    types = [decrit[0] for decrit in decrits]
    if any(types.count(type_) < seuil for type_ in types):
        assert not [unite for unite in publies if not unite.startswith(("document", "structure", "étiquette"))]


# Les états


def test_sans_rien_d_autre_qu_un_corpus_la_plupart_des_points_manquent():
    reponses = relever(composer_matiere(entretiens(3)))
    assert {reponse.etat for reponse in reponses.values()} == {"constaté", "manque"}
    assert not reponses["SRQR", 9].tenu, "ce que le site cache ne dit pas l'éthique"
    assert reponses["SRQR", 9].constats
    for numero in (22, 24, 29, 30, 31, 32):
        assert reponses["COREQ", numero].etat == "manque"
        assert "data/methode.yml, ou remplir data/" in reponses["COREQ", numero].remede


def test_chaque_texte_tient_son_point():
    sans = relever(composer_matiere(entretiens(3)))
    avec = relever(composer_matiere(entretiens(3), methode=dict.fromkeys(CLES, "C'est dit.")))
    assert all(reponse.tenu for reponse in avec.values())
    assert all(reponse.remede == "" for reponse in avec.values())
    for cle, reponse in avec.items():
        if reponse.point.cle:
            constate = any(constat.suffit for constat in sans[cle].constats)
            assert reponse.etat == ("constaté et écrit" if constate else "écrit par l'équipe")
            assert reponse.texte == "C'est dit."


def test_un_renvoi_n_est_tenu_que_si_tous_le_sont():
    equipe = dict.fromkeys(CLES[:8], "C'est dit.")
    assert relever(composer_matiere(entretiens(3), methode=equipe))["SRQR", 6].etat == "écrit par l'équipe"
    sans_genre = {cle: texte for cle, texte in equipe.items() if cle not in ("genre", "diplomes")}
    reponse = relever(composer_matiere(entretiens(3), methode=sans_genre))["SRQR", 6]
    assert reponse.etat == "manque"
    assert reponse.remede == "répondre à COREQ 2, 4"


def test_un_renvoi_a_un_constat_et_a_un_texte_est_les_deux():
    reponses = relever(composer_matiere(entretiens(3), methode={"participants": "Des volontaires."}))
    assert (reponses["COREQ", 12].etat, reponses["COREQ", 16].etat) == ("constaté", "constaté et écrit")
    assert reponses["SRQR", 12].etat == "constaté et écrit"


def test_denombrer_compte_chaque_point_une_fois(demo):
    comptes = denombrer(tuple(demo.values()))
    assert comptes.columns.tolist() == ["liste", "domaine", *ETATS]
    assert comptes.groupby("liste")[list(ETATS)].sum().sum(axis=1).to_dict() == {"COREQ": 32, "SRQR": 21}
    assert comptes["domaine"].tolist()[:3] == ["L'équipe", "La conception de l'étude", "L'analyse et les résultats"]
    vides = denombrer(tuple(relever(composer_matiere([])).values()))
    assert vides["écrit par l'équipe"].sum() == 0


def test_la_table_dit_tout_et_s_ouvre_dans_un_tableur(tmp_path):
    reponses = relever(composer_matiere(entretiens(3), methode={"genre": "=1+1", "lieu": "Un bureau."}))
    table = tabler_points(tuple(reponses.values()))
    assert tuple(table.columns) == TRANSPARENCE
    assert len(table) == 53
    ecrire_table(tmp_path / "t.csv", table)
    relue = pd.read_csv(tmp_path / "t.csv", sep=";", encoding="utf-8-sig", keep_default_na=False).set_index("cle")
    assert relue.at["lieu", "texte"] == "Un bureau."
    assert relue.at["genre", "texte"] == "'=1+1"
    assert relue.at["taille", "constat"].startswith("Le corpus réunit 3 documents")
    assert relue.at["taille", "voir"] == "methode.html"
    assert relue.at["refus", "remede"] == "écrire la clé « refus » dans data/methode.yml"
    assert table.loc[table["cle"] == "", "voir"].str.startswith("COREQ ").all()


# La démonstration


def test_les_constats_de_la_demonstration_sont_ceux_de_ses_fichiers(demo):
    corpus = lire_corpus(DEMO.corpus)
    types = corpus.documents["type"].value_counts()
    assert f"{len(corpus)} documents ({types['entretien']} entretiens" in texte_de(demo["COREQ", 12])
    minutes = [[t.temps for t in un.tours if t.temps] for un in corpus]
    durees = [tours[-1][1] - tours[0][0] for tours in minutes if tours]
    assert f"pour {len(durees)} entretiens sur {types['entretien']} : {round(sum(durees) / 60)} minutes" in texte_de(
        demo["COREQ", 21]
    )
    soutien = pd.read_csv(DEMO.rapports / "donnees/soutien.csv", sep=";")
    assert f"{len(soutien)} enseignements citent {soutien['preuves'].sum()} preuves" in texte_de(demo["COREQ", 30])
    contraires = f"{soutien['contre'].sum()} paroles contraires sont citées ; chaque enseignement en a."
    assert contraires in texte_de(demo["COREQ", 32])
    accord = pd.read_csv(DEMO.rapports / "donnees/accord.csv", sep=";").set_index("code")
    alpha = f"{accord.at['theme', 'alpha']:.3f}".replace(".", ",")
    assert f"{accord.at['theme', 'unites']} phrases lues" in texte_de(demo["SRQR", 15])
    assert f"Thème, {alpha} ({accord.at['theme', 'conclusion']})" in texte_de(demo["SRQR", 15])
    feuilles = {chemin.stem for chemin in DEMO.codages.glob("*.csv")} - {"arbitrage"}
    assert f"{len(feuilles)} personnes ont codé" in texte_de(demo["COREQ", 24])
    listes = (DEMO.rapports / "verbatims").glob("structure-*.qmd")
    montrees = sum(lire_texte(liste).count("<article ") for liste in listes)
    assert f"{montrees} citations publiées" in texte_de(demo["COREQ", 29])


def test_la_demonstration_laisse_trois_points_et_les_montre(demo):
    manques = [cle for cle, reponse in demo.items() if not reponse.tenu]
    assert manques == [("COREQ", 13), ("COREQ", 28), ("SRQR", 20)]
    texte = lire_texte(DEMO.rapports / FRAGMENT)
    assert "<strong>30 sur 32</strong> points de COREQ tenus" in texte
    assert "<strong>20 sur 21</strong> points de SRQR tenus" in texte
    assert 'href="#coreq-13">COREQ 13, Refus et abandons</a>' in texte
    assert re.search(
        r"<summary>Pour l’équipe.*COREQ 13.*clé «\u00a0refus\u00a0» dans data/methode.yml", texte, re.DOTALL
    )
    assert "fictif" in lire_texte(DEMO.methode)


def test_la_page_est_dans_les_deux_menus_et_dit_ses_sources():
    neuve, demo = (
        lire_texte(RACINE / nom / "rapports/transparence.qmd") for nom in ("src/ess_analyse/pages/projet", "")
    )
    apres = neuve.index("Deux listes")
    assert demo.endswith(neuve[apres:])
    assert "Corpus fictif" in demo
    assert "fictif" not in neuve.lower()
    for attendu in ("Tong, Sainsbury et Craig (2007)", "Gedda (2015)", "O'Brien", "pas une note"):
        assert attendu in neuve
    for projet in (RACINE, RACINE / "src/ess_analyse/pages/projet"):
        menu = lire_texte(projet / "_quarto.yml")
        assert menu.index("- rapports/methode.qmd") < menu.index("- rapports/transparence.qmd")


# La page


def test_la_page_d_une_etude_qui_commence_dit_ce_qui_manque(etude):
    for nom in ("codages", "enseignements"):
        shutil.rmtree(etude / "data" / nom)
    for nom in ("structures.csv", "fonctions.csv"):
        (etude / "data" / nom).unlink()
    ecrire_pages(Etude(etude))
    texte = lire_texte(etude / "rapports" / FRAGMENT)
    assert "{{< include _fragments/transparence.qmd >}}" in lire_texte(etude / "rapports/transparence.qmd")
    assert "ou remplir data/codages/" in texte
    assert "moins de 3 documents" in texte
    assert "0 sur 21" in texte
    assert not re.search(r"\b[12] (?:documents?|entretiens?|structures?|personnes?)\b", texte)


def test_un_texte_de_l_equipe_entre_dans_la_page(etude):
    ecrire_pages(Etude(etude))
    manque = '<li><a href="#coreq-4">COREQ 4, Genre</a>'
    assert manque in lire_texte(etude / "rapports" / FRAGMENT)
    (etude / "data/methode.yml").write_text("genre: Qui ? Une femme, d'Arras.\n", encoding="utf-8")
    assert etude / "rapports" / FRAGMENT in ecrire_pages(Etude(etude))
    texte = lire_texte(etude / "rapports" / FRAGMENT)
    assert "<dd>Qui\u202f? Une femme, d’Arras.</dd>" in texte
    assert manque not in texte
    assert etude / "rapports" / FRAGMENT not in ecrire_pages(Etude(etude))


def test_un_texte_hostile_reste_du_texte(etude):
    poison = "<script>alert(1)</script> {{< include ../data/prive/cle.csv >}} ``` ::: {.x} [lien](x) {{ 7*7 }}"
    (etude / "data/methode.yml").write_text(f"ethique: '{poison}'\nlieu: '``` ---'\n", encoding="utf-8")
    ecrire_pages(Etude(etude))
    texte = lire_texte(etude / "rapports" / FRAGMENT)
    assert "<script>" not in texte
    assert "{{<" not in texte
    assert "{{ 7*7 }}" in texte
    assert [ligne for ligne in texte.splitlines() if ligne.startswith("```")].count("```{=html}") * 2 == sum(
        ligne.startswith("```") for ligne in texte.splitlines()
    )


def test_un_methode_fautif_n_ecrit_rien(etude):
    (etude / "data/methode.yml").write_text("genr: Une femme.\n", encoding="utf-8")
    with pytest.raises(ErreurDonnees, match=r"methode\.yml, ligne 1 : clé inconnue \(« genr »\)"):
        ecrire_pages(Etude(etude))
    assert not (etude / "rapports").exists()


def test_la_page_se_lit_sans_la_couleur_et_tous_ses_liens_menent_quelque_part(demo):
    texte = lire_texte(DEMO.rapports / FRAGMENT)
    ancres = re.findall(r'id="([^"]+)"', texte)
    assert ancres == [point.ancre for point in lire_points()]
    assert re.findall(r'class="etiquette"><span aria-hidden="true">(.)</span> ([^<]+)</span>', texte) == [
        ("○" if not reponse.tenu else "●", reponse.etat.replace("'", "’")) for reponse in demo.values()
    ]
    for adresse in re.findall(r'href="([^"]+)"', texte):
        if adresse.startswith("#"):
            assert adresse[1:] in ancres
        else:
            assert (DEMO.rapports / adresse.replace(".html", ".qmd")).is_file(), adresse
    assert "<caption>" in texte
    assert texte.count('scope="col"') == 5
    assert texte.count("<dl>") == texte.count("</dl>") == 50, "un point qui manque n'a rien à montrer"
    # Outside the HTML blocks, both engines do the typography themselves.
    visible = re.sub(r"<[^>]+>", "", "".join(re.findall(r"```\{=html\}\n(.*?)\n```", texte, re.DOTALL)))
    assert "'" not in visible
    assert not re.search(r"[^\u202f][;?!]\s|[^\u00a0]:\s|«[^\u00a0]|[^\u00a0]»", visible)


def test_des_reponses_deja_relevees_ne_sont_pas_recalculees(monkeypatch):
    matiere = composer_matiere(entretiens(3), methode={"genre": "Une femme."})
    verbatims = lister_verbatims(matiere)
    tables = composer_tables(matiere, verbatims)
    attendu = composer_morceaux(matiere, tables, verbatims)[FRAGMENT]
    reponses = relever_points(matiere, tables, verbatims)
    monkeypatch.setattr("ess_analyse.pages.morceaux.relever_points", None)
    assert composer_morceaux(matiere, tables, verbatims, reponses=reponses)[FRAGMENT] == attendu
    assert "transparence.csv" not in attendu
    avec = composer_morceaux(matiere, tables | {"transparence": tabler_points(reponses)}, verbatims, 3, reponses)
    assert "[transparence.csv](donnees/transparence.csv)" in avec[FRAGMENT]


def test_un_constat_qui_ne_suffit_pas_est_montre_sans_tenir_le_point(monkeypatch):
    monkeypatch.setitem(CONSTATS, "documents", lambda sources: Constat("Presque.", suffit=False))
    reponse = relever(composer_matiere(entretiens(3)))["COREQ", 12]
    assert (reponse.etat, texte_de(reponse)) == ("manque", "Presque.")
    monkeypatch.setitem(CONSTATS, "documents", lambda sources: None)
    assert relever(composer_matiere(entretiens(3)))["COREQ", 12].constats == ()
