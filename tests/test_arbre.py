from dataclasses import dataclass
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.arbre import lire_arbre
from ess_analyse.erreurs import ErreurDonnees, Probleme


@dataclass(frozen=True)
class Fiche:
    titre: str
    mots: tuple[str, ...] = ()

    __pydantic_config__: ClassVar = {"extra": "forbid"}


@pytest.mark.parametrize(
    ("ecrit", "lu"),
    [
        ("~", None),
        ("", None),
        ("null", None),
        ("true", True),
        ("False", False),
        ("12", 12),
        ("-1.5", -1.5),
        (".5", 0.5),
        ("'12'", "12"),
        ('"no"', "no"),
        ("1" * 5000, float("inf")),
        ("[a, [b]]", ["a", ["b"]]),
        ("{b: c}", {"b": "c"}),
        ("|\n  un\n  deux", "un deux"),
        (">-\n  un\n\n  deux", "un deux"),
        ("  un   deux  ", "un deux"),
    ],
)
def test_une_valeur_a_son_type(ecrit, lu):
    assert lire_arbre(f"a: {ecrit}", "f.yml").valeur == {"a": lu}


@pytest.mark.parametrize("mot", ["no", "on", "yes", "off", "y", "2024-01-31", "0x1F", "1_000", "NO", "12h30"])
def test_un_mot_piege_reste_un_texte(mot):
    assert lire_arbre(f"a: [{mot}]", "f.yml").valeur == {"a": [mot]}


def test_les_lignes_partent_de_celle_du_fichier():
    assert lire_arbre("a: 1\nb:\n  - c", "fiche.md", ligne=5).lignes["b", 0] == 7


@given(st.text(st.sampled_from("ab: -[]{}'\"\n#&*!|>%@,é\t?"), max_size=40))
def test_aucun_texte_ne_fait_tomber_la_lecture(texte):
    dernier = texte.count("\n") + 1
    try:
        lignes = lire_arbre(texte, "f.yml").lignes.values()
    except ErreurDonnees as erreur:
        lignes = [probleme.ligne or 1 for probleme in erreur.problemes]
    assert all(1 <= ligne <= dernier for ligne in lignes)


def test_une_forme_juste_rend_un_objet():
    assert lire_arbre("titre: Un\nmots: [no]", "f.yml").valider(Fiche) == (Fiche("Un", ("no",)), [])


def test_une_forme_fausse_dit_tous_ses_ecarts():
    objet, problemes = lire_arbre("mot: [a]\nmots: [1, b, {c: d}]", "f.yml", ligne=4).valider(Fiche, ["titre", "mots"])
    assert objet is None
    assert sorted(problemes) == [
        Probleme("f.yml", 4, "clé inconnue", "mot", "vouliez-vous dire « mots » ?"),
        Probleme("f.yml", 4, "clé manquante", "titre", "ajoutez-la"),
        Probleme("f.yml", 5, "un texte est attendu", "1", "mettez le texte entier entre guillemets"),
        Probleme(
            "f.yml",
            5,
            "un texte est attendu",
            "c:",
            "mettez le texte entier entre guillemets : sans eux, « : » en fait une clé",
        ),
    ]


def test_une_place_absente_se_dit_a_la_ligne_de_ce_qui_la_contient():
    arbre = lire_arbre("a:\n  - b: c\n", "f.yml")
    assert arbre.probleme(("a", 0, "absente"), "manque").ligne == 2
    assert arbre.probleme(("z",), "manque").ligne == 1
