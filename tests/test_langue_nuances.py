import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.fichiers import lire_table
from ess_analyse.grille import lire_grille
from ess_analyse.langue import NUANCES, nuancer, reperer
from ess_analyse.langue.nuances import _charger_arbre
from ess_analyse.langue.portee import lire_portee
from ess_analyse.langue.tournures import DECLENCHEURS

RACINE = Path(__file__).parents[1]
FENETRE = 5


def lire(crochets):
    """Lire une phrase où l'indice est entre crochets ; rendre ses nuances."""
    debut, fin = crochets.index("["), crochets.index("]") - 1
    return nuancer([re.sub(r"[\[\]]", "", crochets)], [[(debut, fin)]])[0][0]


@pytest.fixture(scope="module")
def essais():
    table = lire_table(RACINE / "tests/donnees/nuances.csv", ("part", "texte", "indice", "nuances"))
    debuts = [texte.index(indice) for texte, indice in zip(table["texte"], table["indice"], strict=True)]
    places = [(debut, debut + len(indice)) for debut, indice in zip(debuts, table["indice"], strict=True)]
    return table.assign(place=places, attendues=[set(nuances.split()) - {"-"} for nuances in table["nuances"]])


@pytest.fixture(scope="module")
def lues(essais):
    trouvees = nuancer(essais["texte"].tolist(), [[place] for place in essais["place"]])
    return essais.assign(lues=[set(nuances) for [nuances] in trouvees])


def chercher_autour(texte, debut, fin):
    """La comparaison naïve : les mêmes mots, à cinq mots de l'indice."""
    avant = re.findall(r"\w+['’]?|[?]", texte[:debut])[-FENETRE:]
    apres = re.findall(r"\w+['’]?|[?]", texte[fin:])[:FENETRE]
    cotes = [re.sub(r"(['’]) ", r"\1", " ".join(cote)) for cote in (avant, apres)]
    trouvees = {nuance for nuance, motif in DECLENCHEURS.items() if any(motif.search(cote) for cote in cotes)}
    return trouvees | ({"question"} if any("?" in cote or "est-ce" in cote for cote in cotes) else set())


def mesurer(attendues, lues, nuances=NUANCES):
    """Rendre précision, rappel et F1."""
    vrais = sum(len(a & b & set(nuances)) for a, b in zip(attendues, lues, strict=True))
    rendus = sum(len(b & set(nuances)) for b in lues)
    voulus = sum(len(a & set(nuances)) for a in attendues)
    return vrais / rendus, vrais / voulus, 2 * vrais / (rendus + voulus)


# --- le jeu d'essai ----------------------------------------------------------------------------------------------


def test_le_jeu_d_essai_est_assez_grand_et_bien_forme(essais):
    assert len(essais) >= 150
    assert essais["texte"].is_unique
    assert (essais["part"].value_counts() >= 60).all()
    assert set(essais["part"]) == {"reglage", "controle"}
    assert all(texte.count(indice) == 1 for texte, indice in zip(essais["texte"], essais["indice"], strict=True))
    assert set().union(*essais["attendues"]) == set(NUANCES)
    comptes = Counter((part, n) for part, a in zip(essais["part"], essais["attendues"], strict=True) for n in a)
    assert min(comptes.values()) >= 10
    assert essais.groupby("part")["nuances"].apply(lambda nuances: (nuances == "-").mean()).min() > 0.3


@pytest.mark.parametrize(
    ("part", "nuance", "plancher"),
    [
        ("reglage", "negation", 0.95),
        ("reglage", "reduction", 0.95),
        ("reglage", "conditionnel", 0.97),
        ("reglage", "question", 0.98),
        ("controle", "negation", 0.82),
        ("controle", "reduction", 0.83),
        ("controle", "conditionnel", 0.87),
        ("controle", "question", 0.95),
    ],
)
def test_les_nuances_tiennent_leur_mesure(lues, part, nuance, plancher):
    de_la_part = lues[lues["part"] == part]
    _, _, f1 = mesurer(de_la_part["attendues"], de_la_part["lues"], (nuance,))
    assert f1 >= plancher


def test_l_arbre_vaut_mieux_qu_une_fenetre_de_cinq_mots(lues):
    de_la_part = lues[lues["part"] == "controle"]
    naives = [chercher_autour(t, *p) for t, p in zip(de_la_part["texte"], de_la_part["place"], strict=True)]
    precision, rappel, f1 = mesurer(de_la_part["attendues"], de_la_part["lues"])
    assert precision >= 0.86
    assert rappel >= 0.85
    assert f1 >= 0.87
    assert f1 > mesurer(de_la_part["attendues"], naives)[2] + 0.15


def test_filtrer_les_phrases_ne_perd_rien(essais):
    for texte, (debut, fin) in zip(essais["texte"], essais["place"], strict=True):
        dehors = [trouve for motif in DECLENCHEURS.values() for trouve in motif.finditer(texte)]
        if not any(trouve.end() <= debut or fin <= trouve.start() for trouve in dehors):
            lue = lire_portee(_charger_arbre()(texte).char_span(debut, fin, alignment_mode="expand"))
            assert lue <= {"conditionnel"}, texte


def test_peu_de_phrases_du_corpus_sont_analysees(monkeypatch):
    grille = lire_grille(RACINE / "data/grille.yml")
    tours = [
        ligne.partition(" : ")[2] or ligne
        for chemin in sorted((RACINE / "data/corpus").glob("*.txt"))
        for ligne in chemin.read_text(encoding="utf-8").splitlines()
    ]
    phrases = [phrase for tour in tours for phrase in re.split(r"(?<=[.!?…])\s+", tour) if phrase]
    config = grille.configurer_indices()
    places = [[(r.debut, r.fin) for r in trouves] for trouves in reperer(phrases, config["indices"], config["sauf"])]
    passees = []
    arbre = _charger_arbre()

    class Temoin:
        def pipe(self, textes, **options):
            textes = list(textes)
            passees.extend(textes)
            return arbre.pipe(textes, **options)

    monkeypatch.setattr("ess_analyse.langue.nuances._charger_arbre", Temoin)
    nuancer(phrases, places)
    assert 0 < len(passees) < 0.04 * len(phrases)
    assert len(passees) < sum(map(bool, places))


# --- les règles --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ne", ["n'", ""])
def test_ne_n_est_jamais_exige(ne):
    assert lire(f"On {ne}a pas de [double saisie].") == ("negation",)


@pytest.mark.parametrize(
    ("phrase", "attendu"),
    [
        ("On n'a plus de [paperasse].", ("negation",)),
        ("On a plus de [temps] maintenant.", ()),
        ("On a plus du tout de [réseau].", ("negation",)),
        ("On a plus aucune [panne].", ("negation",)),
        ("On n'a plus que de la [paperasse].", ()),
    ],
)
def test_plus_seul_reste_indecis(phrase, attendu):
    assert lire(phrase) == attendu


@pytest.mark.parametrize(
    "phrase",
    [
        "On est [pas formés], voilà.",
        "On laisse tomber, [faute de temps].",
        "Il y a [moins de lien] entre nous.",
        "Il est arrivé [sans formation].",
        "On est mal, [si elle part].",
        "Sans avoir [jamais été formée], elle tient la caisse.",
    ],
)
def test_ce_qui_est_dans_l_indice_ne_compte_pas(phrase):
    assert lire(phrase) == ()


def test_nier_une_negation_ou_une_reduction_l_annule():
    assert lire("Ça évite la [double saisie].") == ("reduction",)
    assert lire("Ça n'évite pas la [double saisie].") == ()
    assert lire("Je ne dis pas qu'il n'y a pas de [surcharge].") == ()
    assert lire("Je ne dis pas qu'on est [pas formés].") == ("negation",)
    assert lire("Elle n'a jamais eu aucune [formation].") == ("negation",)


def test_une_negation_ne_sort_pas_de_son_membre_de_phrase():
    assert lire("Le logiciel n'est pas cher mais la [formation] est longue.") == ()
    assert lire("Quand j'ai pas de réseau, je fais de la [double saisie].") == ()
    assert lire("Malgré la [méfiance], on n'a pas reculé.") == ()


@pytest.mark.parametrize(
    ("phrase", "attendu"),
    [
        ("C'est si [chronophage] que j'ai abandonné.", ()),
        ("Si, on a eu une [formation] en mars.", ()),
        ("S'il y a une [panne], on passe au papier.", ("conditionnel",)),
        ("Je me demande si la [formation] sert à quelque chose.", ("question",)),
        ("On changerait de [logiciel].", ("conditionnel",)),
        ("Avec un tableur propre, on [gagnerait du temps].", ("conditionnel",)),
        ("Il préparait la [formation] le soir, et il retirait les fiches.", ()),
        ("Je voudrais dire que la [surcharge] est réelle.", ()),
    ],
)
def test_si_et_le_conditionnel(phrase, attendu):
    assert lire(phrase) == attendu


@pytest.mark.parametrize(
    ("phrase", "attendu"),
    [
        ("Vous avez un [tutoriel] ?", ("question",)),
        ("Vous avez un [tutoriel]\u202f?!", ("question",)),
        ("Est-ce qu'il y a une [formation]", ("question",)),
        ("C'est une [perte de temps], hein ?", ()),
        ("C'est une [perte de temps]. Et vous ?", ()),
        ("Ça va ? On [ressaisit].", ()),
    ],
)
def test_la_question_est_celle_de_sa_phrase(phrase, attendu):
    assert lire(phrase) == attendu


def test_les_nuances_sont_dans_l_ordre_annonce():
    assert lire("Vous n'auriez pas un [tutoriel] ?") == ("negation", "conditionnel", "question")


# --- la forme ----------------------------------------------------------------------------------------------------


def test_rien_ne_donne_rien():
    assert nuancer([], []) == []
    assert nuancer(["Pas de souci.", ""], [[], []]) == [[], []]


def test_plusieurs_places_d_une_phrase_sont_lues_chacune_pour_elle():
    texte = "On a pas de réseau mais la formation est là."
    assert nuancer([texte], [[(12, 18), (27, 36)]]) == [[("negation",), ()]]


@pytest.mark.parametrize("blanc", ["\n", "\u00a0", "\t"])
def test_un_blanc_ne_decale_pas_les_places(blanc):
    assert lire(f"On{blanc}a pas de [double{blanc}saisie].") == ("negation",)


@pytest.mark.parametrize("place", [(0, 0), (3, 2), (0, 99), (-1, 2)])
def test_une_place_hors_de_la_phrase_est_refusee(place):
    with pytest.raises(ValueError, match="n'est pas dans la phrase « Aucun outil »"):
        nuancer(["Aucun outil"], [[place]])


def test_il_faut_autant_de_places_que_de_textes():
    with pytest.raises(ValueError, match="zip"):
        nuancer(["Aucun outil"], [])


MOTS = [
    "si",
    "plus",
    "pas",
    "jamais",
    "sans",
    "ni",
    "on",
    "ne",
    "évite",
    "outils",
    ",",
    "?",
    "plutôt",
    "que",
    "rien",
    "serait",
]


@given(st.lists(st.sampled_from(MOTS), min_size=1, max_size=9), st.data())
def test_aucune_suite_de_mots_ne_fait_echouer(mots, donnees):
    rang = donnees.draw(st.integers(0, len(mots) - 1))
    debut = len(" ".join([*mots[:rang], ""]))
    [[nuances]] = nuancer([" ".join(mots)], [[(debut, debut + len(mots[rang]))]])
    assert list(nuances) == [nuance for nuance in NUANCES if nuance in nuances]
    assert not {"negation", "reduction"} <= set(nuances)
