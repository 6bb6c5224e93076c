from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.enseignements import (
    MOTIF_CITATION,
    Action,
    Enseignement,
    citations,
    lire_autodiagnostic,
    lire_enseignements,
    lire_fiches,
    lire_plan,
    mesurer_soutien,
)
from ess_analyse.enseignements.citations import mal_ecrites, paroles_citees, retapee
from ess_analyse.enseignements.preuves import Reperes
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.modele import DOCUMENTS, PREAMBULE, Corpus, Entretien, Place
from ess_analyse.segments import segmenter

TEXTES = {
    "E01": "Enquêtrice : Et le planning ?\n\n"
    "Marion : Ben, on le recopie l’après-midi. C’est long, quoi. Deux fois, même.\n\n"
    "Enquêtrice : Deux fois ?\n\nMarion : Une sur le papier, une sur la tablette.\n",
    "E02": "Léo : La caisse marche bien. Moi, ça me va !\n",
    "E09": "Inès : Ne répétez pas ceci.\n",
    "O01": "9 h 10. La tablette reste dans le tiroir.\n",
}


def place_de(entretien, mots, fin=None):
    debut = TEXTES[entretien].index(mots)
    dernier = fin or mots
    return f"{entretien}:{debut}-{TEXTES[entretien].index(dernier, debut) + len(dernier)}"


RECOPIE = place_de("E01", "Ben, on le recopie l’après-midi.")
LONG = place_de("E01", "C’est long, quoi.")
PAPIER = place_de("E01", "Une sur le papier, une sur la tablette.")
CAISSE = place_de("E02", "La caisse marche bien.")
CA_ME_VA = place_de("E02", "Moi, ça me va !")
TIROIR = place_de("O01", "La tablette reste dans le tiroir.")
QUESTION = place_de("E01", "Et le planning ?")
TROP_LOIN = f"E02:27-{len(TEXTES['E02']) + 1}"
RESTREINTE = place_de("E09", "Ne répétez pas ceci.")


@pytest.fixture(scope="module")
def corpus():
    entretiens = tuple(Entretien.depuis_texte(nom, texte, parle=nom[0] == "E") for nom, texte in TEXTES.items())
    lignes = [
        ("E01", "entretien", "S1", "encadrement technique", "2025-03", "publique"),
        ("E02", "entretien", "S2", "direction", "2025-03", "publique"),
        ("E09", "entretien", "S2", "", "2025-03", "restreinte"),
        ("O01", "observation", "S1", "", "2025-03", "publique"),
    ]
    return Corpus(entretiens, pd.DataFrame(lignes, columns=DOCUMENTS, dtype="str"))


@pytest.fixture(scope="module")
def segments(corpus):
    return segmenter(corpus)


@pytest.fixture(scope="module")
def grille():
    themes = [Code(nom, "theme", nom, "…", (), (), (), (), ()) for nom in ("R-CHARGE", "R-SENS", "O-SERVICE")]
    prisme = Code("P-GESTION", "prisme", "Gestion", "…", (), (), (), (), ())
    return Grille(1, (Dimension("theme", "Thème"), Dimension("prisme", "Prisme")), (*themes, prisme))


ENTETE = f"""---
numero: 1
titre: Recopier deux fois use le métier
resume: La double saisie prend le temps du travail.
codes: [R-CHARGE]
fiches: [F1]
solutions:
  - "Un seul support, la tablette [@{PAPIER}]"
contre: [{CAISSE}]
---
"""
CORPS = f"""
## Ce qui se passe

On recopie « l'après-midi », dit une encadrante [@{RECOPIE}].

[@{LONG}]

## En résumé

Un seul support.
"""
FICHE = f"""---
numero: F1
titre: Le planning recopié
temps: Un mardi de mars
lieu: Un atelier
acteurs: [Une encadrante]
actions:
  - "Elle recopie [@{RECOPIE}]"
consequences: [Du temps perdu]
causes: [Deux supports obligatoires]
agir: [En garder un]
codes: [R-CHARGE]
---

Le récit [@{PAPIER}].
"""


@pytest.fixture
def lire(ecrire, corpus, segments, grille):
    def faire(texte=ENTETE + CORPS, nom="1-recopier.md", **autres):
        ecrire("fiches/F1.md", FICHE)
        for autre, contenu in ({nom: texte} | autres).items():
            chemin = ecrire(f"enseignements/{autre}", contenu)
        return lire_enseignements(chemin.parent, corpus, segments, grille)

    return faire


@pytest.fixture
def refus(lire):
    """Lire un enseignement fautif et rendre ses problèmes."""

    def faire(*arguments, **autres):
        with pytest.raises(ErreurDonnees) as erreur:
            lire(*arguments, **autres)
        return erreur.value.problemes

    return faire


def messages(problemes):
    return [(probleme.message, probleme.valeur) for probleme in problemes]


def changer(ancien, nouveau, texte=ENTETE + CORPS):
    assert ancien in texte
    return texte.replace(ancien, nouveau)


# --- les citations ---------------------------------------------------------------------------------------------------

lieux = st.builds(
    lambda e, d, n: Place(e, d, d + n),
    st.sampled_from(["E01", "O12", "doc-a_b", "7x"]),
    st.integers(0, 10**6),
    st.integers(1, 500),
)


@given(st.lists(st.lists(lieux, min_size=1, max_size=4), max_size=4), st.sampled_from([";", "; ", " ; ", " ;"]))
def test_les_citations_ecrites_se_relisent_toutes_a_leur_place(groupes, joint):
    ecrites = [f"[{joint.join(f'@{place}' for place in groupe)}]" for groupe in groupes]
    texte = "Une phrase " + " [1] puis ".join(ecrites) + "."
    lues = list(citations(texte))
    assert [list(places) for _, _, places in lues] == groupes
    assert [texte[debut:fin] for debut, fin, _ in lues] == ecrites
    assert not list(mal_ecrites(texte, ["E01", "O12", "doc-a_b", "7x"]))


def test_une_reference_bibliographique_n_est_ni_une_preuve_ni_une_faute():
    texte = "Voir [@dupont2020, p. 3-9], [@ab12] et le format A4 : 210-297, à 10:30, ou a@b12:3-4x."
    assert not MOTIF_CITATION.search(texte)
    assert not list(mal_ecrites(texte, ["E01"]))


@pytest.mark.parametrize(
    "ecrit",
    [
        "[@E01: 12-40]",
        "[@E01:12–40]",
        "[@E01 : 12-40]",
        "[E01:12-40]",
        "[@E01:12-40, @E01:50-60]",
        "[@E01]",
        "[@E01.12-40]",
        "[@E01:40-12]",
        "[ @E01:12-40 ]",
        "[@E01:12-40; @dupont2020]",
        "[@E77: 12-40]",
        "[@E01:12]",
    ],
)
def test_une_citation_manquee_est_vue_entiere(ecrit):
    assert list(mal_ecrites(f"Avant {ecrit} après.", ["E01"])) == [(6, ecrit)]


def test_une_place_sans_crochets_est_une_citation_manquee():
    assert list(mal_ecrites("Vu (@E01:12-40) et E01:7-9.", ["E01"])) == [(4, "@E01:12-40"), (19, "E01:7-9")]


@pytest.mark.parametrize(
    ("mots", "absente"),
    [
        ("on recopie tout", False),
        ("On  recopie\u00a0tout", False),
        ("l'après-midi", False),
        ("*on recopie* tout.", False),
        ("on recopie […] deux fois", False),
        ("on [...] l’après-midi", False),
        ("deux fois […] on recopie", True),
        ("recopie to […] deux fois", True),
        ("on copie tout", True),
        ("copie tout", True),
        ("recopier tout", True),
        ("tout ?", True),
    ],
)
def test_des_mots_recopies_se_reconnaissent_malgre_la_typographie(mots, absente):
    assert retapee(mots, ["Ailleurs.", "Ben, on recopie tout, l’après-midi, deux fois !"]) is absente


@given(st.text("abcé’ .,", min_size=3).filter(lambda texte: any(signe.isalpha() for signe in texte)), st.data())
def test_une_tranche_n_est_jamais_dite_retapee_d_elle_meme(texte, donnees):
    mots = texte.split()
    debut = donnees.draw(st.integers(0, len(mots) - 1))
    fin = donnees.draw(st.integers(debut + 1, len(mots)))
    assert not retapee("\u00a0".join(mots[debut:fin]).replace("’", "'"), [texte])


def test_seules_les_paroles_de_la_phrase_de_la_preuve_lui_sont_attribuees():
    texte = "Un « mot ». Elle dit « oui ! » et « non », voilà [@E01:1-2]. « Après »\n\n[@E01:3-4]"
    assert [mots.strip() for _, mots, _ in paroles_citees(texte)] == ["oui !", "non"]


# --- lire les enseignements ------------------------------------------------------------------------------------------


def test_un_enseignement_juste_est_lu_en_entier(lire):
    (lecon,) = lire()
    assert lecon == Enseignement(
        1,
        "Recopier deux fois use le métier",
        "La double saisie prend le temps du travail.",
        ("R-CHARGE",),
        ("F1",),
        (f"Un seul support, la tablette [@{PAPIER}]",),
        (Place.lire(CAISSE),),
        CORPS.strip("\n"),
        tuple(map(Place.lire, (RECOPIE, LONG, PAPIER))),
        lecon.chemin,
    )
    assert lecon.chemin.name == "1-recopier.md"


def test_les_enseignements_sont_tries_par_numero_et_les_notices_laissees(lire):
    autres = {f"{n:02d}-x.md": changer("numero: 1\n", f"numero: {n}\n") for n in (10, 2)}
    lecons = lire(**autres, **{"LISEZ-MOI.md": "Rien.", ".brouillon.md": "Rien."})
    assert [lecon.numero for lecon in lecons] == [1, 2, 10]


def test_les_listes_facultatives_peuvent_etre_vides(lire):
    texte = changer(f"contre: [{CAISSE}]", "contre:", changer("fiches: [F1]", "fiches: []"))
    (lecon,) = lire(texte)
    assert (lecon.contre, lecon.fiches) == ((), ())


def test_une_preuve_peut_reunir_plusieurs_phrases_d_un_tour(lire):
    deux = place_de("E01", "Ben, on", "long, quoi.")
    assert Place.lire(deux) in lire(changer(f"[@{LONG}]", f"[@{deux}]"))[0].preuves


def test_une_note_d_observation_est_une_preuve(lire):
    assert Place.lire(TIROIR) in lire(changer(f"[@{LONG}]", f"[@{TIROIR}]"))[0].preuves


def test_un_dossier_absent_se_dit_et_un_dossier_vide_ne_donne_rien(tmp_path, corpus, segments, grille):
    with pytest.raises(ErreurDonnees, match="dossier introuvable"):
        lire_enseignements(tmp_path / "rien", corpus, segments, grille)
    assert lire_enseignements(tmp_path, corpus, segments, grille) == ()


@pytest.mark.parametrize(
    ("texte", "message", "ligne"),
    [
        ("# Un titre\n", "en-tête manquant", 1),
        ("---\nnumero: 1\n", "en-tête jamais fermé", 1),
        ("---\n\n---\nTexte.\n", "en-tête vide", 1),
        (changer("titre: Recopier", "titre: Bilan : recopier"), "deux-points inattendu", 3),
        (
            changer('  - "Un seul support, la tablette', "  - [@E01:1-2] tablette #"),
            "signe interdit en tête de texte",
            8,
        ),
    ],
)
def test_un_en_tete_casse_dit_sa_ligne(refus, texte, message, ligne):
    (probleme,) = refus(texte)
    assert (probleme.message, probleme.ligne) == (message, ligne)
    assert probleme.remede
    assert probleme.fichier.endswith("1-recopier.md")


@pytest.mark.parametrize(
    ("ancien", "nouveau", "attendu", "ligne", "remede"),
    [
        ("titre: Recopier deux fois use le métier\n", "", ("clé manquante", "titre"), 2, "ajoutez-la"),
        ("resume:", "résumé:", ("clé inconnue", "résumé"), 4, "« resume »"),
        ("titre: Recopier deux fois use le métier", 'titre: ""', ("texte vide", "titre"), 3, "écrivez-le"),
        ("numero: 1", "numero: un", ("un nombre entier est attendu", "un"), 2, "chiffres"),
        ("codes: [R-CHARGE]", "codes: []", ("liste vide", "codes"), 5, "au moins un"),
        ("codes: [R-CHARGE]", "codes: [R-CHARGES]", ("code inconnu", "R-CHARGES"), 5, "« R-CHARGE »"),
        ("codes: [R-CHARGE]", "codes: [R-CHARGE, R-CHARGE]", ("élément en double", "R-CHARGE"), 5, "gardez-en un"),
        ("fiches: [F1]", "fiches: [F2]", ("fiche inexistante", "F2"), 6, "F1"),
        ("numero: 1", "numero: 2", ("le fichier ne porte pas le numéro de l'enseignement", "2"), 2, "2-titre-court.md"),
        (CAISSE, "E02;3", ("place mal écrite", "E02;3"), 9, "E05:100-150"),
        (CAISSE, QUESTION, ("preuve prise dans les paroles de qui enquête", QUESTION), 9, "réponse"),
        (CAISSE, LONG, ("cette parole contraire est aussi une preuve", LONG), 9, "côté"),
        (f"[@{LONG}]", f"[@{LONG}, @E02:1-2]", ("citation mal écrite", f"[@{LONG}, @E02:1-2]"), 16, "« ; »"),
        (f"[@{LONG}]", "[@E21:3-9]", ("entretien inconnu", "E21:3-9"), 16, "vouliez-vous dire"),
        (f"[@{LONG}]", "[@E02:8-900]", ("place hors du texte", "E02:8-900"), 16, f"finit à {len(TEXTES['E02'])}"),
        (f"[@{LONG}]", f"[@{TROP_LOIN}]", ("place hors du texte", TROP_LOIN), 16, "finit à"),
        (
            f"[@{LONG}]",
            f"[@{RESTREINTE}]",
            ("preuve à diffusion restreinte", RESTREINTE),
            16,
            "public",
        ),
        (f"[@{LONG}]", f"[@{QUESTION}]", ("preuve prise dans les paroles de qui enquête", QUESTION), 16, "réponse"),
        (
            "« l'après-midi »",
            "« le midi »",
            ("paroles entre guillemets absentes de la preuve qui les suit", "le midi"),
            14,
            "italique",
        ),
        (
            "la tablette [@",
            "« ma tablette » [@",
            ("paroles entre guillemets absentes de la preuve qui les suit", "ma tablette"),
            8,
            "recopiez",
        ),
        (f"[@{LONG}]", "## Sans rien\n\nDu vent.", ("section sans preuve", "Sans rien"), 16, "retirez"),
        ("## En résumé", "## Bilan", ("section « En résumé » absente", ""), 20, "finissez"),
        ("\n## En résumé", "## En résumé", ("intertitre collé au texte qui le précède", "En résumé"), 17, "ligne vide"),
    ],
)
def test_chaque_faute_dit_sa_ligne_sa_valeur_et_son_remede(refus, ancien, nouveau, attendu, ligne, remede):
    problemes = refus(changer(ancien, nouveau))
    (probleme,) = [probleme for probleme in problemes if (probleme.message, probleme.valeur) == attendu]
    assert probleme.ligne == ligne
    assert remede in probleme.remede


def test_la_place_entiere_est_proposee_quand_une_phrase_est_coupee(refus):
    (probleme,) = refus(changer(f"[@{LONG}]", f"[@{RECOPIE[:-1]}0]"))
    assert probleme.message == "place qui coupe une phrase"
    assert f"[@{RECOPIE}]" in probleme.remede


def test_a_cheval_sur_des_tours_les_reponses_seules_sont_proposees(refus):
    entre = place_de("E01", "C’est long", "le papier")
    (probleme,) = refus(changer(f"[@{LONG}]", f"[@{entre}]"))
    assert probleme.message == "place à cheval sur plusieurs tours de parole"
    assert probleme.remede == f"la place entière est [@{place_de('E01', 'C’est long', 'Deux fois, même.')}; @{PAPIER}]"


def test_la_place_d_une_etiquette_n_est_celle_d_aucune_phrase(refus):
    (probleme,) = refus(changer(f"[@{LONG}]", "[@E02:0-3]"))
    assert probleme.message == "aucune phrase à cette place"


@given(st.integers(0, len(TEXTES["E01"]) - 1), st.integers(1, len(TEXTES["E01"])))
def test_toute_place_refusee_recoit_une_place_que_l_on_accepte(corpus, segments, debut, longueur):
    reperes = Reperes.depuis(segments, corpus)
    place = Place("E01", debut, min(debut + longueur, len(TEXTES["E01"])))
    for message, remede in reperes.juger(place):
        proposees = [proposee for _, _, places in citations(remede) for proposee in places]
        assert bool(proposees) is message.startswith(("place qui coupe", "place à cheval"))
        for proposee in proposees:
            assert not [refus for refus, _ in reperes.juger(proposee) if "qui enquête" not in refus]
            assert max(place.debut, proposee.debut) < min(place.fin, proposee.fin)


def test_ce_qui_precede_l_entretien_n_est_pas_une_preuve():
    textes = Entretien.depuis_paroles("E01", [(PREAMBULE, "Une visite, en mars."), ("Marion", "On recopie tout.")])
    documents = pd.DataFrame([("E01", "entretien", "S1", "", "2025-03", "publique")], columns=DOCUMENTS, dtype="str")
    corpus = Corpus((textes,), documents)
    segments = segmenter(corpus)
    reperes = Reperes.depuis(segments, corpus)
    preambule, parole = (Place.lire(place) for place in segments["segment"])
    assert [refus for refus, _ in reperes.juger(preambule)] == ["preuve prise dans ce qui précède l'entretien"]
    assert list(reperes.juger(parole)) == []


def test_deux_enseignements_ne_portent_pas_le_meme_numero(refus):
    problemes = refus(**{"1-encore.md": ENTETE + CORPS})
    assert messages(problemes) == [("numéro en double", "1")]
    assert problemes[0].fichier.endswith("1-recopier.md")
    assert "1-encore.md" in problemes[0].remede


def test_un_enseignement_sans_preuve_est_refuse(refus):
    sans = changer(f" [@{RECOPIE}]", "", changer(f"[@{LONG}]", ""))
    assert messages(refus(sans)) == [
        ("enseignement sans aucune preuve", ""),
        ("section sans preuve", "Ce qui se passe"),
    ]


def test_en_resume_doit_finir_le_texte(refus):
    problemes = refus(ENTETE + CORPS + f"\n## Encore\n\nEt ceci [@{TIROIR}].\n")
    assert messages(problemes) == [("« En résumé » n'est pas la dernière section", "")]


def test_tous_les_problemes_de_tous_les_fichiers_sont_dits_d_un_coup(refus):
    fautif = changer("codes: [R-CHARGE]", "codes: [R-CHARG]", changer(f"[@{LONG}]", f"[@{RESTREINTE}]"))
    problemes = refus(fautif, **{"2-casse.md": "---\nnumero: 2\n", "3-vide.md": "\n"})
    assert {(probleme.fichier.rsplit("/", 1)[-1], probleme.message) for probleme in problemes} == {
        ("1-recopier.md", "code inconnu"),
        ("1-recopier.md", "preuve à diffusion restreinte"),
        ("2-casse.md", "en-tête jamais fermé"),
        ("3-vide.md", "fichier vide"),
    }


# --- les fiches ------------------------------------------------------------------------------------------------------


@pytest.fixture
def lire_une_fiche(ecrire, corpus, segments, grille):
    return lambda texte=FICHE, nom="F1.md": lire_fiches(ecrire(f"fiches/{nom}", texte).parent, corpus, segments, grille)


def test_une_fiche_juste_est_lue_en_entier(lire_une_fiche):
    (fiche,) = lire_une_fiche()
    assert (fiche.numero, fiche.acteurs, fiche.codes) == ("F1", ("Une encadrante",), ("R-CHARGE",))
    assert fiche.actions == (f"Elle recopie [@{RECOPIE}]",)
    assert fiche.preuves == (Place.lire(PAPIER), Place.lire(RECOPIE))
    assert fiche.corps == f"Le récit [@{PAPIER}]."


def test_les_fiches_sont_triees_par_numero(lire_une_fiche):
    lire_une_fiche()
    lire_une_fiche(FICHE.replace("F1", "F10"), "F10.md")
    assert [fiche.numero for fiche in lire_une_fiche(FICHE.replace("F1", "F2"), "F2.md")] == ["F1", "F2", "F10"]


@pytest.mark.parametrize(
    ("ancien", "nouveau", "message", "ligne"),
    [
        ("numero: F1", "numero: F2", "le fichier ne porte pas le numéro de la fiche", 2),
        ("numero: F1", "numero: f1", "numéro de fiche mal écrit", 2),
        ("causes: [Deux supports obligatoires]", "causes: []", "liste vide", 10),
        ("causes: [Deux supports obligatoires]", "causes:", "une liste est attendue", 10),
        ("codes: [R-CHARGE]", "codes: [CHARGE]", "code inconnu", 12),
        (f"recopie [@{RECOPIE}]", f"recopie [@{QUESTION}]", "preuve prise dans les paroles de qui enquête", 8),
        (f"récit [@{PAPIER}]", f"récit [@{PAPIER[:-1]}0]", "place qui coupe une phrase", 15),
    ],
)
def test_une_fiche_fautive_dit_sa_ligne(lire_une_fiche, ancien, nouveau, message, ligne):
    with pytest.raises(ErreurDonnees) as erreur:
        lire_une_fiche(changer(ancien, nouveau, FICHE))
    assert (message, ligne) in [(probleme.message, probleme.ligne) for probleme in erreur.value.problemes]


def test_une_fiche_sans_preuve_est_refusee(lire_une_fiche):
    with pytest.raises(ErreurDonnees, match="fiche sans aucune preuve"):
        lire_une_fiche(changer(f" [@{RECOPIE}]", "", changer(f" [@{PAPIER}]", "", FICHE)))


# --- le plan d'actions et l'autodiagnostic ---------------------------------------------------------------------------

LECONS = [Enseignement(n, "…", "…", (), (), (), (), "…", (), Path("1-a.md")) for n in (1, 2, 12)]
ENTETE_PLAN = "numero;portee;theme;axe;action;pilote;echeance;indicateur;enseignements;preuves\n"


def test_un_passage_restreint_d_un_document_public_n_est_pas_une_preuve(corpus, segments):
    reserve = Corpus(corpus.entretiens, corpus.documents, ((Place.lire(PAPIER), "restreinte"),))
    reperes = Reperes.depuis(segments, reserve)
    assert [message for message, _ in reperes.juger(Place.lire(PAPIER))] == ["preuve à diffusion restreinte"]
    assert list(reperes.juger(Place.lire(LONG))) == []


def test_un_passage_public_d_un_document_restreint_est_une_preuve(corpus, segments):
    ouvert = Corpus(corpus.entretiens, corpus.documents, ((Place.lire(RESTREINTE), "publique"),))
    assert list(Reperes.depuis(segments, ouvert).juger(Place.lire(RESTREINTE))) == []


def test_un_plan_juste_est_lu_en_entier(ecrire, segments, corpus):
    chemin = ecrire(
        "plan.csv",
        ENTETE_PLAN + "A1;collective;Outils;Un support;Choisir;Le groupe;2026-09;Un seul support;1 12;"
        f"{RECOPIE} {CAISSE}\n"
        "A2;S1;Outils;Un support;Former;La direction;2026-12;Une heure;2;\n",
    )
    plan = lire_plan(chemin, corpus, segments, LECONS)
    assert plan[0] == Action(
        "A1",
        "collective",
        "Outils",
        "Un support",
        "Choisir",
        "Le groupe",
        "2026-09",
        "Un seul support",
        (1, 12),
        (Place.lire(RECOPIE), Place.lire(CAISSE)),
    )
    assert (plan[1].enseignements, plan[1].preuves) == ((2,), ())


def test_toutes_les_fautes_d_un_plan_sont_dites(ecrire, segments, corpus):
    chemin = ecrire(
        "plan.csv",
        ENTETE_PLAN + "A1;S9;T;X;Y;Z;2026-13;I;3;\n"
        f"A1;S1;T;X;;Z;2026-01;I;;E01.3-4 {QUESTION} {RESTREINTE}\n"
        "B1;S1;T;X;Y;Z;2026-01;I;;\n",
    )
    with pytest.raises(ErreurDonnees) as erreur:
        lire_plan(chemin, corpus, segments, LECONS)
    assert [(probleme.ligne, probleme.message, probleme.valeur) for probleme in erreur.value.problemes] == [
        (2, "enseignement inconnu", "3"),
        (2, "portée inconnue", "S9"),
        (2, "échéance mal écrite", "2026-13"),
        (3, "cellule vide", "action"),
        (3, "numéro en double", "A1"),
        (3, "place mal écrite", "E01.3-4"),
        (3, "preuve prise dans les paroles de qui enquête", QUESTION),
        (3, "preuve à diffusion restreinte", RESTREINTE),
        (4, "action que rien ne soutient", "B1"),
        (4, "numéro mal écrit", "B1"),
    ]


ENTETE_QUESTIONS = "numero;prisme;code;question;aide;enseignements\n"


def test_un_autodiagnostic_juste_est_lu_en_entier(ecrire, grille):
    chemin = ecrire(
        "q.csv", ENTETE_QUESTIONS + "Q1;P-GESTION;R-CHARGE;Recopiez-vous ?;;1 2\nQ2;P-GESTION;O-SERVICE;Et ?;Voir;\n"
    )
    questions = lire_autodiagnostic(chemin, grille, LECONS)
    assert [(q.numero, q.prisme, q.code, q.question, q.aide, q.enseignements) for q in questions] == [
        ("Q1", "P-GESTION", "R-CHARGE", "Recopiez-vous ?", "", (1, 2)),
        ("Q2", "P-GESTION", "O-SERVICE", "Et ?", "Voir", ()),
    ]


def test_toutes_les_fautes_d_un_autodiagnostic_sont_dites(ecrire, grille):
    chemin = ecrire("q.csv", ENTETE_QUESTIONS + "Q0;P-GESTIO;P-GESTION;;;9\nQ2;R-SENS;R-SENS;Et ?;;\n")
    with pytest.raises(ErreurDonnees) as erreur:
        lire_autodiagnostic(chemin, grille, LECONS)
    assert messages(erreur.value.problemes) == [
        ("cellule vide", "question"),
        ("code inconnu", "P-GESTION"),
        ("enseignement inconnu", "9"),
        ("numéro mal écrit", "Q0"),
        ("prisme inconnu", "P-GESTIO"),
        ("prisme inconnu", "R-SENS"),
    ]


# --- le soutien ------------------------------------------------------------------------------------------------------


def test_le_soutien_compte_documents_structures_et_fonctions_distincts(lire, corpus):
    (lecon,) = lire(changer(f"[@{LONG}]", f"[@{TIROIR}; @{CA_ME_VA}]"))
    table = mesurer_soutien([lecon], corpus.documents)
    assert table.to_dict("records") == [
        {"numero": 1, "preuves": 4, "contre": 1, "documents": 3, "structures": 2, "fonctions": 2}
    ]


def test_sans_enseignement_le_soutien_est_une_table_vide(corpus):
    table = mesurer_soutien([], corpus.documents)
    assert list(table.columns) == ["numero", "preuves", "contre", "documents", "structures", "fonctions"]
    assert len(table) == 0
