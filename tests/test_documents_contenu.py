"""Ce que les documents disent : d'où vient chaque mot, ce qui n'y est pas, ce qui manque."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.documents.composition import RETRAITS, composer_rapport, composer_restitution, composer_synthese
from ess_analyse.documents.diaporama import composer_diaporama
from ess_analyse.documents.diapositives import LIGNES, mesurer
from ess_analyse.documents.fonds import Fonds, Recit
from ess_analyse.documents.impression import Document, compter_pages
from ess_analyse.documents.paroles import (
    PORTEURS,
    TEMOINS,
    choisir_ailleurs,
    compter_temoins,
    exiger_temoins,
    lister_candidates,
)
from ess_analyse.documents.preuves import Appels, citer, sans_preuves, trouver
from ess_analyse.documents.profil import PRIORITES, Part, Profil, dresser_profil
from ess_analyse.documents.prose import lire_prose, proteger
from ess_analyse.documents.recits import SECTIONS, lire_recit
from ess_analyse.documents.synthese import PAGES, imprimer_synthese
from ess_analyse.documents.tri import Tri, proposer_paroles
from ess_analyse.enseignements import Action, Enseignement, Fiche, Question
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.grille import Code, Dimension, Grille
from ess_analyse.modele import CODAGES, DOCUMENTS, FONCTIONS, SEGMENTS, STRUCTURES, Place
from ess_analyse.publication import decrire_panel

THEMES = ("R-CHARGE", "R-LIEN", "R-SENS", "O-SOUTIEN", "O-COMP")


@dataclass(frozen=True)
class Parole:
    """Une parole publiable, telle que les pages la donnent."""

    place: Place
    texte: str
    codes: tuple[str, ...]
    structure: str
    libelle: str
    famille: str = "salariés permanents"
    contenue: bool = False


def parole(place: str, texte: str, *codes: str, structure: str = "S1", **autres) -> Parole:
    return Parole(Place.lire(place), texte, codes, structure, f"La structure {structure}", **autres)


def lecon(numero: int = 1, **autres) -> Enseignement:
    champs = {
        "titre": "La ressaisie mange les soirées",
        "resume": "On écrit deux fois ce qui a été pesé une fois.",
        "codes": ("R-CHARGE",),
        "fiches": (),
        "solutions": ("Peser une seule fois [@E01:0-40].",),
        "contre": (),
        "corps": "Le soir, on recommence [@E01:0-40].\n\n[@E02:0-40]\n\n## En résumé\n\nUne pesée, deux écritures.",
        "preuves": (Place("E01", 0, 40), Place("E02", 0, 40)),
    }
    return Enseignement(numero=numero, chemin=Path("1.md"), **(champs | autres))


def action(numero: str, portee: str = "collective", **autres) -> Action:
    champs = {
        "theme": "Reconnaître",
        "axe": "Partager",
        "action": "Inscrire deux heures au planning",
        "pilote": "Directions",
        "echeance": "2026-05",
        "indicateur": "Heures faites",
        "enseignements": (1,),
        "preuves": (),
    }
    return Action(numero=numero, portee=portee, **(champs | autres))


def tables(**lignes: tuple[int | None, ...]) -> dict[str, pd.DataFrame]:
    """Des tables publiées : code → (S1, S2, ensemble)."""
    codes = [nom.replace("_", "-") for nom in lignes]
    colonnes = [pd.array(colonne, dtype="Int64") for colonne in zip(*lignes.values(), strict=True)]
    croisee = pd.DataFrame({"code": codes, "S1": colonnes[0], "S2": colonnes[1]})
    return {
        "codes": pd.DataFrame({"code": codes, "segments": colonnes[2]}),
        "code_structure": croisee,
        "code_fonction": croisee.rename(columns={"S1": "permanents", "S2": "en insertion"}),
        "code_prisme": croisee.rename(columns={"S1": "P-GESTION", "S2": "P-PRODUCTION"}),
        "accord": pd.DataFrame(columns=["code", "usages", "kappa", "alpha", "conclusion"]),
    }


PAROLES = (
    parole("E01:0-40", "Le soir on recommence tout au propre, encore.", "R-CHARGE"),
    parole("E02:0-40", "Une fois sur la feuille, une fois sur le tableau.", "R-CHARGE"),
    parole("E03:0-40", "Quelqu'un m'a montré, maintenant je le fais seule.", "O-SOUTIEN"),
    parole("E04:0-40", "On ne se voit plus, tout passe par les messages.", "R-CHARGE", structure="S2"),
)


@pytest.fixture
def fonds() -> Fonds:
    documents = [
        (f"E0{n}", "entretien", "S1" if n < 4 else "S2", "direction", "2025-03", "publique") for n in range(1, 6)
    ]
    codes = tuple(
        Code(nom, "theme", f"Thème {nom[2:].lower()}", f"Ce que tient {nom}.", *[()] * 5) for nom in THEMES
    ) + tuple(Code(nom, "prisme", nom[2:].capitalize(), "…", *[()] * 5) for nom in ("P-GESTION", "P-PRODUCTION"))
    return Fonds(
        grille=Grille(1, (Dimension("theme", "Thème"), Dimension("prisme", "Prisme")), codes),
        documents=pd.DataFrame(documents, columns=DOCUMENTS).assign(famille="salariés permanents"),
        segments=pd.DataFrame([("E01:0-40", "E01", 1, "Véra", 0, 40, "…")], columns=SEGMENTS),
        consolide=pd.DataFrame(
            [("E01:0-40", "lea", "R-CHARGE", "humain"), ("E01:41-50", "lea", "-", "")], columns=CODAGES
        ),
        structures=pd.DataFrame(
            [
                ("S1", "La ressourcerie", "ACI", "tri", 7, 28, 24, "ville"),
                ("S2", "Les jardins", "EI", "légumes", 5, 22, 19, ""),
            ],
            columns=STRUCTURES,
        ),
        fonctions=pd.DataFrame(
            [("direction", "permanents"), ("encadrement technique", "permanents")], columns=FONCTIONS
        ),
        enseignements=(lecon(),),
        fiches=(),
        plan=(action("A1"), action("A2", "S1"), action("A3", "S2")),
        questions=(Question("Q1", "P-GESTION", "R-CHARGE", "Écrit-on une seule fois ?", "", (1,)),),
        tables=tables(
            R_CHARGE=(30, 10, 50), R_LIEN=(None, 5, 20), R_SENS=(10, 20, 30), O_SOUTIEN=(10, None, 20), O_COMP=(0, 4, 0)
        ),
        verbatims=PAROLES,
        typographier=lambda texte: texte.replace("'", "’"),
        en_mois=lambda mois: {"2026-05": "mai 2026"}.get(mois, mois),
    )


def nu(document: Document) -> str:
    """Le Markdown d'un document, sans ses échappements."""
    return re.sub(r"\\(.)", r"\1", document.markdown)


# data/synthese.md


def test_sans_fichier_rien_n_est_ecrit(tmp_path):
    assert lire_recit(tmp_path / "synthese.md") == Recit()


def test_les_sections_sont_reconnues_quelle_que_soit_leur_ecriture(ecrire):
    chemin = ecrire(
        "synthese.md", "# Titre\n\n## DEMANDE ##\n\nPourquoi.\n\n### Détail\n\n## Plan d’actions\n\nQuoi.\n"
    )
    recit = lire_recit(chemin)
    assert recit.titre == "Titre"
    assert recit.sections == {"Demande": "Pourquoi.\n\n### Détail", "Plan d'actions": "Quoi."}


def test_un_diese_dans_du_code_n_est_pas_une_section(ecrire):
    chemin = ecrire("synthese.md", "## Demande\n\n````\n## Autre\n```\n## Encore\n````\n\nFin.\n")
    assert lire_recit(chemin).sections["Demande"].endswith("Fin.")


def test_tous_les_problemes_de_la_synthese_sont_dits(ecrire):
    chemin = ecrire("synthese.md", "Perdu.\n## Demandes\nx\n## Méthode\n\n## Panel\na\n## Panel\nb\n# Tard\n")
    with pytest.raises(ErreurDonnees) as leve:
        lire_recit(chemin)
    dits = [(p.ligne, p.message, p.valeur, p.remede) for p in leve.value.problemes]
    assert dits == [
        (1, "texte hors de toute section", "Perdu.", "commencez par une section, par exemple « ## Demande »"),
        (2, "section inconnue", "Demandes", "vouliez-vous dire « Demande » ?"),
        (4, "section vide", "Méthode", "écrivez-la ou retirez son titre"),
        (8, "section en double", "Panel", "réunissez-les en une seule"),
        (10, "titre de trop", "Tard", "un seul, en tête du fichier"),
    ]


@given(st.lists(st.sampled_from(SECTIONS), unique=True))
def test_ce_que_l_equipe_ecrit_est_rendu_tel_quel(tmp_path, sections):
    chemin = tmp_path / "synthese.md"
    chemin.write_text("# T\n\n" + "".join(f"## {nom}\n\nTexte de {nom}.\n\n" for nom in sections), encoding="utf-8")
    assert lire_recit(chemin).sections == {nom: f"Texte de {nom}." for nom in sections}


# Les preuves


def test_les_appels_sont_numerotes_dans_l_ordre_et_une_seule_fois(fonds):
    appels = Appels(fonds, "e1")
    prose = appels.prose("A [@E02:0-40]. B [@E01:0-40; @E02:0-40].\n\n[@E03:0-40]\n\nC\u00a0[@E01:0-40].")
    assert "A^[1](#e1-1)^. B^[2](#e1-2),[1](#e1-1)^." in prose
    assert "C^[2](#e1-2)^." in prose
    assert "> « Quelqu’un m’a montré, maintenant je le fais seule\\. »" in prose
    assert [ligne.split("]")[0] for ligne in appels.liste().split("\n")] == ["1. [", "2. ["]
    assert "{#e1-1}« Une fois sur la feuille" in appels.liste()


def test_une_citation_dit_sa_source_assez_largement(fonds):
    assert citer(fonds, Place("E01", 0, 40)).endswith("[La structure S1, salariés permanents, E01\\:0\\-40]{.source}")


def test_une_preuve_qui_n_est_pas_publiable_est_refusee(fonds):
    appels = Appels(fonds, "s")
    appels.phrase("Vu [@E09:1-9].")
    with pytest.raises(ErreurDonnees, match=r"preuve qui n'est pas publiable \(« E09:1-9 »\)"):
        appels.liste()


def test_sans_preuves_laisse_la_phrase_entiere():
    assert sans_preuves("Peser [@E01:3-9; @E02:4-8], puis écrire [@E01:3-9].") == "Peser, puis écrire."


# Le profil


def test_les_parts_ne_portent_que_sur_les_themes_montres(fonds):
    profil = dresser_profil(fonds, "S1")
    assert profil.masques == ("R-LIEN",)
    assert [(p.code, p.phrases, p.part, p.panel) for p in profil.parts] == [
        ("R-CHARGE", 30, 60.0, 50.0),
        ("R-SENS", 10, 20.0, 30.0),
        ("O-SOUTIEN", 10, 20.0, 20.0),
        ("O-COMP", 0, 0.0, 0.0),
    ]


@given(st.lists(st.tuples(st.none() | st.integers(0, 40), st.none() | st.integers(1, 90)), min_size=5, max_size=5))
def test_le_profil_se_recalcule_avec_les_seules_cellules_montrees(cellules):
    """Il ne dit rien qui ne soit dans les tables publiées : mêmes cellules montrées, mêmes parts."""
    lignes = {nom.replace("-", "_"): (chez, 1, panel) for nom, (chez, panel) in zip(THEMES, cellules, strict=True)}
    codes = tuple(Code(nom, "theme", nom, "…", *[()] * 5) for nom in THEMES)
    vide = pd.DataFrame({"structure": []})
    fonds = Fonds(Grille(1, (Dimension("theme", "T"),), codes), *[vide] * 5, *[()] * 4, tables(**lignes), (), str, str)
    profil = dresser_profil(fonds, "S1")
    montrees = {
        nom: (chez, panel) for nom, (chez, panel) in zip(THEMES, cellules, strict=True) if None not in (chez, panel)
    }
    total = sum(chez for chez, _ in montrees.values())
    assert {part.code for part in profil.parts} == (set(montrees) if total else set())
    assert {*profil.masques, *(part.code for part in profil.parts)} == set(THEMES)
    assert all(part.part == round(100 * montrees[part.code][0] / total, 1) for part in profil.parts)


def test_les_parts_montrees_font_cent(fonds):
    profil = dresser_profil(fonds, "S1")
    assert sum(part.part for part in profil.parts) == pytest.approx(100, abs=0.3)
    assert sum(part.panel for part in profil.parts) == pytest.approx(100, abs=0.3)


@pytest.mark.parametrize("structure", ["S1", "S9"])
def test_sans_cellule_montree_le_profil_est_vide(fonds, structure):
    vide = replace(fonds, tables=tables(R_CHARGE=(None, 10, 50), R_SENS=(0, 3, 9)))
    assert dresser_profil(vide, structure) == Profil((), THEMES)


def test_les_priorites_sont_ce_qui_depasse_le_panel():
    parts = tuple(Part(f"R-{n}", n, float(n), 3.0) for n in range(8))
    choisies = Profil(parts, ()).priorites("R")
    assert [part.code for part in choisies] == ["R-7", "R-6", "R-5"]
    assert len(choisies) == PRIORITES
    assert Profil(parts, ()).priorites("O") == ()


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=8))
def test_un_theme_au_niveau_du_panel_ou_dessous_n_est_jamais_prioritaire(paires):
    parts = tuple(Part(f"R-{n}", 9, float(chez), float(panel)) for n, (chez, panel) in enumerate(paires))
    choisies = Profil(parts, ()).priorites("R")
    assert all(part.part > part.panel for part in choisies)
    assert len(choisies) == min(PRIORITES, sum(chez > panel for chez, panel in paires))


def test_quand_rien_ne_depasse_le_panel_le_diagnostic_le_dit(fonds):
    pareil = replace(fonds, tables=tables(R_CHARGE=(30, 10, 30), O_COMP=(10, 4, 10)), verbatims=SUR_TROIS)
    texte = nu(composer_restitution(pareil, "S1"))
    assert texte.count("Rien ne dépasse le panel, parmi les thèmes montrés.") == 2
    assert "aucun thème montré ne dépasse ici le panel" in texte
    assert "### Thème" not in texte
    sans_opportunite = replace(fonds, tables=tables(R_CHARGE=(30, 10, 30)))
    texte = nu(composer_restitution(sans_opportunite, "S1"))
    assert texte.count("Rien ne dépasse le panel, parmi les thèmes montrés.") == 1
    assert "Aucune opportunité ne peut être comparée au panel." in texte


# Les paroles rendues à une structure


def trois(*textes: str, codes: tuple[str, ...] = ("R-CHARGE",)) -> tuple[Parole, ...]:
    return tuple(parole(f"E0{1 + n % 3}:{n * 100}-{n * 100 + 50}", texte, *codes) for n, texte in enumerate(textes))


SUR_TROIS = trois(
    "Vraiment, on n'en voit pas le bout de la semaine.",
    "Alors on recommence, et le soir tombe déjà dehors.",
    "Mais la feuille revient toujours sur mon bureau.",
)


def test_les_paroles_sont_donnees_sans_rien_qui_dise_de_qui(fonds):
    rendues = lister_candidates(replace(fonds, verbatims=SUR_TROIS), "S1", ["R-CHARGE"])
    assert rendues == {"R-CHARGE": sorted(un.texte for un in SUR_TROIS)}
    markdown = nu(composer_restitution(replace(fonds, verbatims=SUR_TROIS), "S1", Tri(gardees=rendues)))
    partie = markdown.split("# Ce que l’on a entendu")[1].split("# Vos actions")[0]
    assert SUR_TROIS[0].texte.replace("'", "’") in partie
    assert not re.search(r"E0\d|salariés permanents|direction", partie)
    assert "l’équipe de l’étude a relu chaque parole et décidé de la garder" in partie
    assert "ne nomme quelqu’un" not in partie


@pytest.mark.parametrize(
    ("tri", "dit"),
    [
        (Tri(), "aucune parole ne peut être proposée"),
        (Tri(attendues=3), "elles attendent la décision de l’équipe"),
        (Tri(attendues=1, refusees=2), "elles attendent la décision de l’équipe"),
        (Tri(refusees=3), "a préféré n’en rendre aucune"),
    ],
)
def test_sans_parole_gardee_le_diagnostic_n_en_imprime_aucune_et_dit_pourquoi(fonds, tri, dit):
    texte = nu(composer_restitution(replace(fonds, verbatims=(*SUR_TROIS, PAROLES[3])), "S1", tri))
    assert dit in texte
    assert not [un.texte for un in SUR_TROIS if un.texte.replace("'", "’") in texte]
    assert "Voici ce que d’autres structures du panel disent des mêmes thèmes." in texte


def test_seules_les_priorites_font_proposer_des_paroles(fonds):
    autres = trois(*(f"Une phrase assez longue, la {n}, du soir." for n in range(3)), codes=("R-SENS",))
    proposees = proposer_paroles(replace(fonds, verbatims=(*SUR_TROIS, *autres)), "S1")
    assert proposees.keys() == {"R-CHARGE"}


def test_le_seuil_de_l_etude_releve_le_nombre_de_temoins(fonds):
    sur_trois = replace(fonds, verbatims=SUR_TROIS)
    assert [exiger_temoins(replace(fonds, seuil=seuil)) for seuil in (1, 3, 5)] == [TEMOINS, TEMOINS, 5]
    assert lister_candidates(sur_trois, "S1", ["R-CHARGE"])
    exigeant = replace(sur_trois, seuil=4)
    assert lister_candidates(exigeant, "S1", ["R-CHARGE"]) == {}
    texte = nu(composer_restitution(exigeant, "S1"))
    assert "seules 3 personnes entendues peuvent être citées" in texte
    assert "Il en faut au moins 4." in texte


def test_avec_trop_peu_de_temoins_aucune_parole_n_est_rendue(fonds):
    deux = replace(fonds, verbatims=tuple(un for un in SUR_TROIS if un.place.entretien != "E03"))
    assert compter_temoins(deux, "S1") == TEMOINS - 1
    assert lister_candidates(deux, "S1", ["R-CHARGE"]) == {}


def test_un_theme_porte_par_une_seule_personne_n_est_pas_rendu(fonds):
    seul = (*SUR_TROIS, parole("E01:900-950", "Personne ne me relaie, jamais, pas une heure.", "R-SENS"))
    assert PORTEURS == 2
    assert lister_candidates(replace(fonds, verbatims=seul), "S1", ["R-SENS", "R-CHARGE"]).keys() == {"R-CHARGE"}


@pytest.mark.parametrize(
    "designante",
    [
        "Hier Véra est encore restée jusqu'à vingt heures.",
        "Il faut demander à Samir, il sait pour la caisse.",
        "Moi, à la direction, je signe tout le soir venu.",
        "L'encadrante technique reprend tout derrière nous.",
        "Et l'encadrante, elle, reprend tout derrière nous.",
        "Je l'ai dit au délégué, il a levé les bras au ciel.",
        "La conseillère m'a montré, une fois, deux fois, voilà.",
        "La présidente a signé sans lire, comme chaque année.",
        "La patronne a dû vous le raconter, cette histoire-là.",
        "Apprendre ça, à cinquante-sept ans, vous imaginez bien.",
        "Son mari a été hospitalisé, alors on a tout décalé.",
        "La comptable, elle, refait tous les totaux à la main.",
        "Voilà.",
        "Un très long récit que tout le monde reconnaîtrait. " * 8,
    ],
)
def test_une_parole_qui_designe_quelqu_un_n_est_pas_rendue(fonds, designante):
    paroles = (*SUR_TROIS, parole("E02:800-860", designante, "R-CHARGE"))
    fonctions = pd.DataFrame([("direction", "p"), ("agent comptable", "p")], columns=FONCTIONS)
    connues = replace(fonds, verbatims=paroles, fonctions=fonctions)
    rendues = lister_candidates(connues, "S1", ["R-CHARGE"], {"Samir"})
    assert designante not in rendues["R-CHARGE"]
    assert len(rendues["R-CHARGE"]) == len(SUR_TROIS)


def test_une_observation_et_un_extrait_contenu_ne_sont_pas_des_temoins(fonds):
    documents = fonds.documents.assign(type=["entretien", "entretien", "observation", "entretien", "entretien"])
    assert compter_temoins(replace(fonds, verbatims=SUR_TROIS, documents=documents), "S1") == 2
    contenues = tuple(replace(un, contenue=True) for un in SUR_TROIS)
    assert compter_temoins(replace(fonds, verbatims=contenues), "S1") == 0


@pytest.mark.parametrize(
    "generale",
    [
        "Personne ne vient jamais voir comment on travaille.",
        "Il y a la charge, et les salariés qui attendent dehors.",
        "Toute l'équipe relit le soir, en marchant vers le car.",
    ],
)
def test_un_mot_trop_commun_d_une_fonction_n_ecarte_pas_une_parole(fonds, generale):
    fonctions = ("délégué du personnel", "chargé d'insertion", "salarié en insertion", "équipe")
    connues = pd.DataFrame([(nom, "p") for nom in fonctions], columns=FONCTIONS)
    paroles = (*SUR_TROIS, parole("E02:800-860", generale, "R-CHARGE"))
    rendues = lister_candidates(replace(fonds, verbatims=paroles, fonctions=connues), "S1", ["R-CHARGE"])
    assert generale in rendues["R-CHARGE"]


def test_une_parole_n_est_proposee_que_sous_un_theme(fonds):
    nombreuses = trois(
        *(f"Une phrase assez longue, la numéro {n}, du soir." for n in range(12)), codes=("R-CHARGE", "R-SENS")
    )
    rendues = lister_candidates(replace(fonds, verbatims=nombreuses), "S1", ["R-CHARGE", "R-SENS"])
    toutes = [texte for textes in rendues.values() for texte in textes]
    assert rendues.keys() == {"R-CHARGE"}
    assert toutes == sorted(un.texte for un in nombreuses)


def test_ailleurs_n_est_jamais_chez_soi(fonds):
    assert {code: [un.structure for un in choix] for code, choix in choisir_ailleurs(fonds, "S1", THEMES).items()} == {
        "R-CHARGE": ["S2"]
    }
    assert [un.structure for un in choisir_ailleurs(fonds, "", ["R-CHARGE"])["R-CHARGE"]] == ["S1", "S2"]


# La restitution


def test_la_restitution_dit_profil_priorites_actions_et_projet(fonds):
    document = composer_restitution(fonds, "S1")
    texte = nu(document)
    assert document.titre == "La ressourcerie : diagnostic"
    assert "| Thème charge | 30 | 60,0\u00a0% | 50,0\u00a0% | +10,0 |" in texte
    assert "| Thème sens | 10 | 20,0\u00a0% | 30,0\u00a0% | −10,0 |" in texte
    assert "Non montrés" in texte
    assert "enseignement 1, « La ressaisie mange les soirées »" in texte
    assert "- Écrit-on une seule fois ?" in texte
    assert "| A2 |" in texte
    assert "| A3 |" not in texte
    assert "touchent vos priorités" in texte
    assert "| **Thème charge** | Peser une seule fois. |  |  |  |" in texte
    assert document.barres[0].series == ("Votre structure", "Ensemble du panel")


def test_la_restitution_explique_pourquoi_elle_ne_cite_personne(fonds):
    deux = replace(fonds, verbatims=PAROLES[:2] + PAROLES[3:])
    texte = nu(composer_restitution(deux, "S1"))
    assert "seules deux personnes entendues peuvent être citées" in texte
    assert "On ne se voit plus" in texte
    assert "Le soir on recommence" not in texte
    assert "aucune personne entendue ne peut être citée" in nu(composer_restitution(replace(fonds, verbatims=()), "S1"))


def test_la_restitution_d_une_etude_a_peine_commencee(fonds):
    vide = replace(
        fonds, tables=tables(R_CHARGE=(None, None, None)), enseignements=(), plan=(), questions=(), verbatims=()
    )
    document = composer_restitution(vide, "S2")
    texte = nu(document)
    assert "aucun nombre ne peut être montré sans désigner quelqu’un" in texte
    assert "Aucun plan d’actions n’est encore écrit." in texte
    assert "Un projet de plan" in texte
    assert document.barres == ()


# La synthèse et le rapport


def test_la_synthese_prend_les_textes_de_l_equipe(fonds):
    recit = Recit(
        "Peser une fois", {"Demande": "Comprendre [@E01:0-40].\n\n### Détail\n\nFin.", "Panel": "Sept lieux."}
    )
    document = composer_synthese(replace(fonds, recit=recit, methode={"problematique": "Autre."}))
    assert document.titre == "Peser une fois"
    assert "# L’essentiel\n\n1. La ressaisie mange les soirées\n\n# Demande" in nu(document)
    assert "Comprendre^[1](#s-1)^." in document.markdown
    assert "[]{#s-1}« Le soir on recommence" in document.markdown
    assert "Sept lieux." in document.markdown
    assert "Autre" not in document.markdown


def test_la_synthese_prend_sinon_ce_que_l_equipe_dit_de_sa_methode(fonds):
    dite = replace(fonds, methode={"question": "Que change l'outil ?", "limites": "Un seul lieu."})
    texte = nu(composer_synthese(dite))
    assert "Que change l’outil ?" in texte
    assert "Un seul lieu." in texte


def test_sans_rien_la_synthese_le_dit_et_n_invente_pas(fonds):
    vide = replace(
        fonds,
        enseignements=(),
        plan=(),
        verbatims=(),
        structures=fonds.structures.iloc[:0],
        tables=tables(R_CHARGE=(None, None, None)),
    )
    for document in (composer_synthese(vide), composer_rapport(vide)):
        texte = nu(document)
        for manque in (
            "L’équipe n’a pas encore écrit la demande",
            "L’équipe n’a pas encore décrit sa méthode",
            "Le panel n’est pas encore décrit",
            "Aucune phrase n’est encore codée",
            "Aucun enseignement n’est encore écrit",
            "Aucun plan d’actions n’est encore écrit",
        ):
            assert manque in texte
        assert document.barres == ()


def test_la_synthese_compte_ce_que_l_etude_a_reuni(fonds):
    assert fonds.chiffres == [("2", "structures"), ("5", "entretiens"), ("2", "phrases lues"), ("1", "phrase codée")]
    mille = pd.DataFrame([(f"E01:{n}-{n + 1}", "lea", "-", "") for n in range(1200)], columns=CODAGES)
    assert ("1\u202f200", "phrases lues") in replace(fonds, consolide=mille).chiffres


def test_un_petit_nombre_d_entretiens_est_tu_et_leur_total_avec(fonds):
    tus = replace(fonds, seuil=6)
    assert [nom for _, nom in tus.chiffres] == ["structures", "phrases lues", "phrase codée"]
    assert tus.sur == {"documents": "", "structures": " sur 2"}


def test_le_panel_est_celui_que_le_site_publie(fonds):
    assert fonds.panel == str(decrire_panel(fonds.structures, fonds.seuil))
    assert fonds.typographier(fonds.panel) in nu(composer_synthese(fonds))


def test_ce_que_la_synthese_tait_est_dit(fonds):
    texte = nu(composer_synthese(fonds, [un for retraits in RETRAITS.values() for un in retraits]))
    assert "> «" not in texte
    assert "L’essentiel" not in texte
    assert "| A2 |" not in texte
    assert "2 autres actions sont dans le rapport complet." in texte


def test_la_synthese_tient_sur_quatre_pages_meme_tres_fournie(fonds):
    """La partie qui déborde, et elle seule, laisse quelque chose au rapport."""
    nombreuses = tuple(
        action(f"A{n}", "collective" if n < 12 else "S1", action="Écrire une règle " * 9) for n in range(1, 30)
    )
    synthese = imprimer_synthese(replace(fonds, plan=nombreuses))
    assert synthese.pages == compter_pages(synthese.pdf) == PAGES
    assert "autres actions sont dans le rapport complet" in nu(synthese.document)
    assert "> « Une fois sur la feuille" in nu(synthese.document)


def test_une_synthese_impossible_dit_combien_de_pages_elle_a(fonds):
    recit = Recit("", {"Demande": "\n\n".join(["Une phrase de la demande, longue et répétée. " * 6] * 40)})
    assert imprimer_synthese(replace(fonds, recit=recit)).pages > PAGES


def test_le_rapport_cite_chaque_preuve_et_ce_qui_contredit(fonds):
    contredit = replace(fonds, enseignements=(lecon(contre=(Place("E03", 0, 40),)),))
    document = composer_rapport(contredit)
    texte = nu(document)
    assert document.sommaire
    assert "[]{#e1-1}« Le soir on recommence" in texte
    assert "> « Une fois sur la feuille" in texte
    assert texte.index("### Les paroles contraires") < texte.index("> « Quelqu’un m’a montré")
    assert "Peser une seule fois^[1](#e1-1)^." in texte
    assert "[@" not in texte


def test_le_rapport_montre_les_cellules_masquees_par_un_point(fonds):
    texte = nu(composer_rapport(fonds))
    assert "| Thème lien | · | 5 |" in texte
    assert "| Thème | La ressourcerie | Les jardins |" in texte
    assert "moins de 3 documents la portent, ou une seule structure (sauf dans le tableau par structure) ;" in texte
    assert texte.count("::: saut") == 1, "une partie n'ouvre pas une page qui finirait par deux lignes"


def test_le_rapport_montre_fiches_accord_et_grille(fonds):
    agir, codes = ("Former une seconde personne.",), ("R-CHARGE",)
    actions = ("L'écran se fige [@E01:0-40].",)
    entete = ("F1", "La caisse se fige", "Un samedi", "Une boutique", ("Une vendeuse",))
    fiche = Fiche(*entete, actions, (), (), agir, codes, "Ce jour-là [@E02:0-40].", (), Path("F1.md"))
    accord = pd.DataFrame(
        [
            ("R-CHARGE", 12, 0.8, float("nan"), "provisoire"),
            ("R-LIEN", pd.NA, 0.1, 0.1, "x"),
            ("theme", 40, 0.9, 0.9, "fiable"),
        ],
        columns=["code", "usages", "kappa", "alpha", "conclusion"],
    )
    texte = nu(composer_rapport(replace(fonds, fiches=(fiche,), tables=fonds.tables | {"accord": accord})))
    assert "## F1. La caisse se fige" in texte
    assert "- L’écran se fige^[2](#f1-2)^." in texte
    assert "**Qui.**\n\n- Une vendeuse\n" in texte
    assert "| Thème charge | 12 | 0,800 | — | provisoire |" in texte
    assert "| Ensemble : Thème | 40 |" in texte
    assert "0,10" not in texte
    assert "## Risques\n\n### Thème charge (R-CHARGE)\n\nCe que tient R-CHARGE." in texte


def test_une_etude_fictive_le_dit(fonds):
    for composer in (composer_synthese, composer_rapport, lambda un: composer_restitution(un, "S1")):
        assert "fictifs" in composer(replace(fonds, fictif=True)).markdown
        assert "fictifs" not in composer(fonds).markdown


def test_une_parole_hostile_reste_une_parole(fonds):
    hostile = (replace(PAROLES[0], texte="![x](/etc/passwd) | # *a* `b` {.c} <d> 100 % [e](f)"), *PAROLES[1:])
    document = composer_rapport(replace(fonds, verbatims=hostile))
    assert "![x](/etc" not in document.markdown
    assert "![x](/etc/passwd) | # *a* `b` {.c} <d>" in nu(document)


# Le diaporama


def diapositives(document: Document) -> dict[str, str]:
    """Chaque diapositive : son titre, ce qu'elle montre (notes comprises)."""
    parties = re.split(r"^# ", document.markdown, flags=re.MULTILINE)[1:]
    titres = [re.sub(r"\\(.)", r"\1", partie.split("\n")[0]) for partie in parties]
    assert len(set(titres)) == len(titres)
    return dict(zip(titres, (re.sub(r"\\(.)", r"\1", partie) for partie in parties), strict=True))


def montre(partie: str) -> str:
    return partie.split("::: notes")[0]


def test_le_diaporama_suit_l_ordre_d_une_reunion(fonds):
    dite = {"question": "Que change l'outil ?", "orientation": "Écouter d'abord."}
    document = composer_diaporama(replace(fonds, methode=dite))
    assert list(diapositives(document)) == [
        "La demande",
        "Comment nous avons travaillé",
        "Avec qui",
        "Les risques, d’après ce qui a été dit",
        "Les opportunités, d’après ce qui a été dit",
        "1. La ressaisie mange les soirées",
        "1. Les paroles contraires",
        "1. Ce que l’on peut faire",
        "Plan d’actions : Reconnaître",
        "Ce qui reste à discuter ensemble",
    ]
    assert [(barres.nom, {ligne.sorte for ligne in barres.lignes}) for barres in document.barres] == [
        ("risques", {"risque"}),
        ("opportunites", {"opportunite"}),
    ]


def test_un_enseignement_se_dit_en_une_phrase_et_deux_paroles(fonds):
    partie = diapositives(composer_diaporama(fonds))["1. La ressaisie mange les soirées"]
    assert "**On écrit deux fois ce qui a été pesé une fois.**" in montre(partie)
    assert montre(partie).count("> «") == 2
    assert "> [La structure S1, salariés permanents, E02:0-40]{.source}" in montre(partie)
    assert "[@" not in partie
    for texte in ("Le soir on recommence", "Une fois sur la feuille"):
        assert texte in partie.split("::: notes")[1]


def test_les_paroles_d_une_autre_structure_passent_avant(fonds):
    places = tuple(Place(f"E0{n}", 0, 40) for n in (1, 2, 4))
    deux = replace(fonds, enseignements=(lecon(preuves=places, corps="Le soir [@E01:0-40; @E02:0-40; @E04:0-40]."),))
    partie = montre(diapositives(composer_diaporama(deux))["1. La ressaisie mange les soirées"])
    assert re.findall(r"E0\d:0-40", partie) == ["E01:0-40", "E04:0-40"]


def test_une_parole_donnee_en_entier_passe_avant_une_parole_en_passant(fonds):
    partie = montre(diapositives(composer_diaporama(fonds))["1. La ressaisie mange les soirées"])
    assert re.findall(r"E0\d:0-40", partie) == ["E02:0-40", "E01:0-40"]


def test_une_parole_trop_longue_est_coupee_a_l_ecran_et_entiere_dans_les_notes(fonds):
    longue = replace(PAROLES[1], texte="Une fois sur la feuille, une fois sur le tableau, " * 9)
    partie = diapositives(composer_diaporama(replace(fonds, verbatims=(PAROLES[0], longue, *PAROLES[2:]))))[
        "1. La ressaisie mange les soirées"
    ]
    assert "[…] »" in montre(partie)
    assert longue.texte.strip() not in montre(partie)
    assert longue.texte.strip() in partie


def test_une_parole_qui_n_est_pas_publiable_arrete_le_diaporama(fonds):
    for champs in ({"preuves": (Place("E09", 1, 9),)}, {"contre": (Place("E09", 1, 9),)}):
        with pytest.raises(ErreurDonnees, match="preuve qui n'est pas publiable"):
            composer_diaporama(replace(fonds, enseignements=(lecon(**champs),)))


def test_ce_qui_contredit_est_montre_ou_son_absence_est_dite(fonds):
    sans = diapositives(composer_diaporama(fonds))["1. Les paroles contraires"]
    assert "Nous n’avons retenu aucune parole contraire" in sans
    contre = replace(
        fonds, enseignements=(lecon(contre=(Place("E03", 0, 40), Place("E04", 0, 40), Place("E01", 0, 40))),)
    )
    avec = diapositives(composer_diaporama(contre))["1. Les paroles contraires"]
    assert "Quelqu’un m’a montré" in montre(avec)
    assert montre(avec).count("> «") == 2
    assert "Le soir on recommence" in avec.split("::: notes")[1]


def test_agir_montre_les_actions_puis_les_solutions_puis_dit_qu_il_n_y_en_a_pas(fonds):
    nom = "1. Ce que l’on peut faire"
    assert (
        "- A1. Inscrire deux heures au planning (Directions, mai 2026)" in diapositives(composer_diaporama(fonds))[nom]
    )
    sans_plan = replace(fonds, plan=())
    assert "- Peser une seule fois." in diapositives(composer_diaporama(sans_plan))[nom]
    rien = replace(sans_plan, enseignements=(lecon(solutions=()),))
    assert "Aucune action du plan n’y répond encore." in diapositives(composer_diaporama(rien))[nom]


def test_les_notes_disent_la_prudence_et_le_soutien(fonds):
    soutien = pd.DataFrame({"numero": [1], "preuves": [2], "documents": [2], "structures": [1], "contre": [0]})
    parties = diapositives(composer_diaporama(replace(fonds, tables=fonds.tables | {"soutien": soutien})))
    sur = "2 documents sur 5 et de 1 structure sur 2"
    dite = f"2 preuves tirées de {sur} ; 0 parole contraire."
    assert dite in parties["1. La ressaisie mange les soirées"]
    assert dite in nu(composer_rapport(replace(fonds, tables=fonds.tables | {"soutien": soutien})))
    assert "cela ne dit pas qu’il est plus grave" in parties["Les risques, d’après ce qui a été dit"]


def test_une_cellule_masquee_n_est_pas_dessinee(fonds):
    masquee = replace(fonds, tables=tables(R_CHARGE=(30, 10, 50), R_LIEN=(None, 5, None), O_COMP=(0, 4, None)))
    document = composer_diaporama(masquee)
    assert [barres.nom for barres in document.barres] == ["risques"]
    assert [ligne.libelle for ligne in document.barres[0].lignes] == ["Thème charge"]
    assert "Thème lien" not in nu(document)


def test_l_equipe_pose_ses_questions_sinon_l_etude_les_siennes(fonds):
    nom = "Ce qui reste à discuter ensemble"
    deux = replace(fonds, enseignements=(lecon(), lecon(2, contre=(Place("E03", 0, 40),)), lecon(3)), plan=())
    calculees = diapositives(composer_diaporama(deux))[nom]
    assert "Des paroles nuancent l’enseignement 2." in calculees
    assert "Nous n’avons retenu aucune parole contraire aux enseignements 1 et 3." in calculees
    assert "Aucune action ne répond encore aux enseignements 1, 2 et 3." in calculees
    assert "Par quelle action commencer" not in calculees
    assert "Par quelle action commencer" in diapositives(composer_diaporama(fonds))[nom]
    ecrites = replace(deux, recit=Recit("", {"À discuter": "- Qui dépanne ?\n- Qui recopie\n  le soir ?"}))
    puces = montre(diapositives(composer_diaporama(ecrites))[nom]).strip().split("\n\n")[1:]
    assert puces == ["- Qui dépanne ?", "- Qui recopie le soir ?"]


def test_une_action_qui_ne_vaut_que_pour_une_structure_le_dit(fonds):
    partie = diapositives(composer_diaporama(fonds))["Plan d’actions : Reconnaître"]
    assert "- A1. Inscrire deux heures au planning (Directions, mai 2026)" in partie
    assert "- A2. Inscrire deux heures au planning (La ressourcerie ; Directions, mai 2026)" in partie


def test_une_preuve_refusee_dit_le_fichier_qui_la_cite(fonds):
    absente = Place("E09", 1, 9)
    for champs in ({"preuves": (absente,)}, {"contre": (absente,)}):
        with pytest.raises(ErreurDonnees, match=r"^1\.md : preuve qui n'est pas publiable"):
            trouver(replace(fonds, enseignements=(lecon(**champs),)), absente)
    with pytest.raises(ErreurDonnees, match=r"^data/plan\.csv : "):
        trouver(replace(fonds, plan=(action("A1", preuves=(absente,)),)), absente)
    with pytest.raises(ErreurDonnees, match=r"^data/synthese\.md : "):
        trouver(fonds, absente)


def test_le_recit_de_l_equipe_est_repris_sans_rien_perdre(fonds):
    ecrit = (
        "Comprendre [@E01:0-40].\n\n### Détail\n\nUne suite\nsur deux lignes.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
        "```\ncode\n```\n\n---\n\n***\n\n::: notes\n\n1. Un\n2. Deux\n\n![image](x.png)"
    )
    partie = diapositives(composer_diaporama(replace(fonds, recit=Recit("", {"Demande": ecrit}))))["La demande"]
    assert partie.strip().split("\n\n")[1:] == [
        "Comprendre.",
        "**Détail**",
        "Une suite sur deux lignes.",
        "- a · b",
        "- 1 · 2",
        "code",
        "- Un",
        "- Deux",
        "image",
    ]


@pytest.mark.parametrize(
    ("ecrit", "blocs"),
    [
        ("::: {.callout}\nDedans.\n:::", ["Dedans."]),
        ("Avant.\n| a | b |\n|---|---|\n\n: Légende", ["Avant.", "- a · b", "Légende"]),
        ("![Un plan](x.png){width=3cm}", ["Un plan"]),
        ("![](dossier/x.png)", ["(image dossier/x.png)"]),
        ("Avant. <!-- à revoir\n\n## non --> Après.", ["Avant. Après."]),
        ("Un titre\n========\n\nLe texte.", ["**Un titre**", "Le texte."]),
        ("> Une parole\n> sur deux lignes.", ["Une parole sur deux lignes."]),
        (
            "Dit[^1], redit[^2].\n\n[^1]: La note\n    entière.\n[^3]: Seule.",
            ["Dit (La note entière.), redit[^2].", "Seule."],
        ),
        ("```\n# a\n\nb\n```", ["# a", "b"]),
        ("+---+\n| a |\n+---+", ["- a"]),
    ],
)
def test_ce_qui_n_est_pas_de_la_prose_est_garde_comme_texte(fonds, ecrit, blocs):
    partie = diapositives(composer_diaporama(replace(fonds, recit=Recit("", {"Demande": ecrit}))))["La demande"]
    assert partie.strip().split("\n\n")[1:] == blocs


@given(st.text("mot. #-+*>|:=`~1)\n", max_size=300))
def test_aucun_mot_de_la_prose_ne_se_perd_ni_ne_devient_un_titre_de_diapositive(ecrit):
    lus = lire_prose(ecrit)
    assert "".join(re.findall(r"[mot]+", " ".join(dit for _, dit in lus))) == "".join(re.findall(r"[mot]+", ecrit))
    assert not any("\n" in dit for _, dit in lus)
    assert not re.match(r"#+ |\d+[.)] |[-+*] |>", proteger(ecrit.replace("\n", " ")))


def test_le_diaporama_d_une_etude_a_peine_commencee_n_a_aucune_diapositive_vide(fonds):
    vide = replace(
        fonds,
        enseignements=(),
        plan=(),
        verbatims=(),
        structures=fonds.structures.iloc[:0],
        tables=tables(R_CHARGE=(None, None, None)),
    )
    document = composer_diaporama(vide)
    assert document.barres == ()
    assert list(diapositives(document)) == ["Avec qui", "Ce qui reste à discuter ensemble"]
    assert "encore" not in nu(document)
    sans_documents = replace(vide, documents=fonds.documents.iloc[:0], consolide=fonds.consolide.iloc[:0])
    assert list(diapositives(composer_diaporama(sans_documents))) == ["Ce qui reste à discuter ensemble"]


def test_le_titre_est_celui_de_la_synthese_de_la_methode_ou_du_site(fonds):
    nomme = replace(fonds, recit=Recit(), methode={"titre": " "}, titre_du_site="Le tri et l'écran")
    assert composer_diaporama(nomme).titre == composer_synthese(nomme).titre == "Le tri et l’écran"
    assert replace(nomme, methode={"titre": "De la méthode"}).titre == "De la méthode"
    assert replace(nomme, recit=Recit("De la synthèse"), methode={"titre": "De la méthode"}).titre == "De la synthèse"


def test_les_plus_dits_le_sont_parmi_ceux_que_l_on_montre(fonds):
    masquee = replace(fonds, tables=tables(R_CHARGE=(None, None, None), R_SENS=(10, 20, 30), O_SOUTIEN=(10, 1, 20)))
    texte = composer_synthese(masquee).markdown
    assert "\n## Les risques les plus dits, parmi ceux que l’on peut montrer\n\n" in texte
    assert "\n## Les opportunités les plus dites\n\n" in texte


def test_le_diaporama_d_une_etude_fictive_le_dit_d_abord(fonds):
    assert "fictif" in composer_diaporama(replace(fonds, fictif=True)).sous_titre
    assert "fictif" not in composer_diaporama(fonds).sous_titre


@given(
    titre=st.text("Un titre, « long » #*_", min_size=1, max_size=400),
    resume=st.text("Un résumé. ", min_size=1, max_size=2500),
    agit=st.text("Une action ! ", min_size=1, max_size=2500),
    ecrit=st.text("Une demande ? \n-#|`*", max_size=1500),
)
def test_aucune_diapositive_ne_deborde_si_longs_que_soient_les_textes(titre, resume, agit, ecrit):
    fonds = _petit(titre, resume, agit, ecrit)
    for partie in re.split(r"^# ", composer_diaporama(fonds).markdown, flags=re.MULTILINE)[1:]:
        tete, *blocs = montre(partie).strip().split("\n\n")
        assert len(re.sub(r"\\(.)", r"\1", tete)) <= 200
        if not any(bloc.startswith(("![", ">")) for bloc in blocs):
            assert sum(mesurer(bloc.removeprefix("- ")) for bloc in blocs) <= LIGNES + 0.5


def _petit(titre: str, resume: str, agit: str, ecrit: str) -> Fonds:
    codes = tuple(Code(nom, "theme", nom, "…", *[()] * 5) for nom in THEMES)
    vide = pd.DataFrame({"structure": [], "type": [], "segment": [], "code": []})
    return Fonds(
        Grille(1, (Dimension("theme", "T"),), codes),
        *[vide] * 5,
        enseignements=(lecon(titre=titre, resume=resume, corps="", preuves=(), solutions=(agit,)),),
        fiches=(),
        plan=(action("A1", action=agit, theme=titre),),
        questions=(),
        tables=tables(R_CHARGE=(1, 2, 3)),
        verbatims=(),
        typographier=str,
        en_mois=str,
        recit=Recit("", {"Demande": ecrit}),
    )
