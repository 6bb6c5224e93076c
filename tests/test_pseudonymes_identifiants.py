"""Les identifiants : trouvés tels que dits ou écrits, sans retour arrière qui n'en finit pas."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ess_analyse.pseudonymes.identifiants import reperer_identifiants
from ess_analyse.pseudonymes.nombres import lire_nombre


def trouves(texte):
    return [(trouve.sorte, texte[trouve.debut : trouve.fin]) for trouve in reperer_identifiants(texte)]


@pytest.mark.parametrize(
    ("sorte", "avant", "identifiant", "apres"),
    [
        ("téléphone", "au ", "06 12 34 56 78", " svp"),
        ("téléphone", "au ", "0612345678", "."),
        ("téléphone", "au ", "02.99.12.34.56", ","),
        ("téléphone", "au ", "02-99-12-34-56", ""),
        ("téléphone", "au ", "+33 6 12 34 56 78", ""),
        ("téléphone", "au ", "+33 (0)6 12 34 56 78", ""),
        ("téléphone", "au ", "0033612345678", ""),
        ("téléphone", "au ", "+221 77 123 45 67", ""),
        ("téléphone", "c'est le ", "zéro six douze trente-quatre cinquante-six soixante-dix-huit", " voilà"),
        ("téléphone", "c'est ", "zéro six, zéro deux, quinze, dix-sept, quatre-vingt-dix-neuf", " oui"),
        ("téléphone", "c'est ", "zero sept douze 34 vingt et un 78", ""),
        ("courriel", "à ", "sandrine.morvan@remise.fr", "."),
        ("courriel", "à ", "sandrine arobase remise point fr", " oui"),
        ("courriel", "à ", "sandrine point morvan arobase la tiret remise point fr", ""),
        ("courriel", "à ", "s_morvan@asso.remise.org", ";"),
        ("adresse", "au ", "12 bis rue des Lilas, 35000 Rennes", " depuis"),
        ("adresse", "au ", "12 rue des Lilas", ", oui"),
        ("adresse", "au ", "12, avenue du Général de Gaulle 75014 Paris", ""),
        ("adresse", "au ", "douze rue de la gare", " je crois"),
        ("adresse", "au ", "14 rue du Général-Leclerc", "."),
        ("code postal", "à ", "35000", " Rennes"),
        ("code postal", "le code postal c'est ", "35000", ""),
        ("siret", "le ", "732 829 320 00074", ""),
        ("siren", "le ", "732829320", ""),
        ("sécurité sociale", "mon ", "1 85 05 78 006 084 91", " oui"),
        ("sécurité sociale", "mon ", "2 81 03 2A 123 456", " oui"),
        ("iban", "sur ", "FR76 3000 6000 0112 3456 7890 189", ""),
        ("adresse web", "sur ", "https://remise.fr/equipe?id=3", "."),
        ("adresse web", "sur ", "www.la-remise.fr", ""),
        ("adresse web", "sur ", "la-remise.fr", ", non"),
        ("adresse web", "sur ", "www point remise point fr", ""),
        ("pseudo", "moi c'est ", "@sandrine35", " sur insta"),
        ("date de naissance", "je suis ", "née le 3 mars 1981", ""),
        ("date de naissance", "je suis ", "née le trois mars quatre-vingt-un", ""),
        ("date de naissance", "il est ", "né le 03/03/1981", ""),
        ("date de naissance", "il est ", "né en 1981", ""),
        ("date de naissance", "ma date de ", "naissance : 12/04/79", ""),
        ("date de naissance", "mon ", "anniversaire c'est le 3 mars", ""),
        ("âge", "et ", "j'ai 43 ans", ""),
        ("âge", "et ", "J’ai quarante et un ans", "."),
        ("âge", "et ", "elle a cinquante-deux ans", ""),
        ("âge", "ma ", "fille a trois ans", ""),
        ("âge", "sandrine ", "a 43 ans", ""),
        ("âge", "il est ", "âgé de soixante-dix-huit ans", ""),
        ("âge", "une ", "femme de 62 ans", ""),
        ("âge", "Karim, ", "34 ans", ", encadrant"),
        ("âge", "il a fêté ", "ses cinquante ans", ""),
        ("immatriculation", "le camion ", "AB-123-CD", ""),
        ("immatriculation", "le camion ", "1234 AB 35", ""),
    ],
)
def test_un_identifiant_est_trouve_en_entier_et_seul(sorte, avant, identifiant, apres):
    assert trouves(avant + identifiant + apres) == [(sorte, identifiant)]


@pytest.mark.parametrize(
    "texte",
    [
        "depuis 3 ans",
        "il y a trois ans",
        "ça fait dix ans que je suis là",
        "la boîte a vingt ans",
        "l'association a dix ans",
        "j'ai dix ans de boîte",
        "elle a trois ans d'ancienneté",
        "trois ans, quand même",
        "ça coûte 12000 euros",
        "à 10 h 30, salle 12",
        "on a fait 120 repas",
        "une place dans le camion",
        "12 rues barrées",
        "zéro problème, six fois sur douze",
        "le 3 mars on a eu une réunion",
        "né sous une bonne étoile",
        "le point fort du projet",
        "page 12, point 3",
        "2 tonnes 500",
        "de 8 h 12 à 9 h 14",
        "",
    ],
)
def test_une_duree_ou_un_compte_n_est_pas_un_identifiant(texte):
    assert trouves(texte) == []


@pytest.mark.parametrize(
    ("texte", "sur"),
    [
        ("732 829 320 00074", True),
        ("732 829 320 00075", False),
        ("356 000 000 00048", True),
        ("732829320", True),
        ("732829321", False),
        ("1 85 05 78 006 084 91", True),
        ("1 85 05 78 006 084 92", False),
        ("1 85 05 2A 006 084 35", True),
        ("FR76 3000 6000 0112 3456 7890 189", True),
        ("FR76 3000 6000 0112 3456 7890 188", False),
    ],
)
def test_une_cle_de_controle_fausse_laisse_un_doute(texte, sur):
    (trouve,) = reperer_identifiants(texte)
    assert trouve.sur is sur


def test_le_nom_qui_precede_un_age_reste_dehors():
    assert trouves("Karim a 43 ans") == [("âge", "a 43 ans")]


@pytest.mark.parametrize(
    ("dit", "nombre"),
    [
        ("zéro", 0),
        ("une", 1),
        ("seize", 16),
        ("dix-sept", 17),
        ("vingt et un", 21),
        ("soixante et onze", 71),
        ("soixante dix huit", 78),
        ("quatre-vingts", 80),
        ("quatre-vingt-un", 81),
        ("quatre-vingt-dix-neuf", 99),
        ("septante-deux", 72),
        ("43", 43),
        ("beaucoup", None),
        ("vingt mille", None),
        ("", None),
    ],
)
def test_les_nombres_se_lisent_comme_ils_se_disent(dit, nombre):
    assert lire_nombre(dit) == nombre


BRUIT = """
zéro six quatre vingt dix et un a point tiret ans 12 rue de la né le @ arobase . , mars j'ai 06 FR76 AB Rue
"""
MOTS = BRUIT.split()
BRUITS = {
    "mots": lambda alea: " ".join(alea.choices(MOTS, k=240_000)),
    "signes": lambda alea: "".join(alea.choices("ab é'-.,0126@/\n:AZ", k=10**6)),
    "lettres": lambda alea: "a" * 10**6,
    "chiffres": lambda alea: "1" * 10**6,
    "paires": lambda alea: "12 " * 333_333,
    "arobases": lambda alea: "a@" * 500_000,
    "points": lambda alea: "a." * 500_000,
    "points dits": lambda alea: "a point " * 125_000,
    "espaces": lambda alea: " " * 10**6,
    "rues": lambda alea: "12 rue De " * 100_000,
    "zéros": lambda alea: "zéro " * 200_000,
    "comptes": lambda alea: "AB12 " * 200_000,
}


@pytest.mark.parametrize("bruit", BRUITS)
def test_un_mega_de_bruit_se_lit_en_temps_lineaire(bruit):
    texte = BRUITS[bruit](random.Random(0))
    debut = time.process_time()
    reperer_identifiants(texte)
    # A pattern that goes back on its steps takes minutes; all of these take one second.
    assert time.process_time() - debut < 20


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(MOTS), max_size=30))
def test_les_places_sont_ordonnees_sans_recouvrement(mots):
    texte = " ".join(mots)
    fin = 0
    for trouve in reperer_identifiants(texte):
        assert fin <= trouve.debut < trouve.fin <= len(texte)
        fin = trouve.fin


@given(st.integers(0, 10**8 - 1))
def test_tout_siren_a_cle_juste_est_sur(base):
    chiffres = f"{base:08d}"
    sommes = [
        sum(sum(divmod(int(c) * (1 + (8 - r) % 2), 10)) for r, c in enumerate(chiffres + str(k))) for k in range(10)
    ]
    siren = chiffres + str(next(k for k in range(10) if sommes[k] % 10 == 0))
    assert [(trouve.sorte, trouve.sur) for trouve in reperer_identifiants(f"le {siren} oui")] in (
        [("siren", True)],
        [("téléphone", True)],
    )


UNITES = ["un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"]
DIZAINES = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante", 80: "quatre-vingt"}


@pytest.mark.parametrize("jonction", ["-", " ", "‑"])
def test_chaque_nombre_de_vingt_a_cent_se_relit(jonction):
    for dizaine, mot in DIZAINES.items():
        for rang, unite in enumerate(UNITES, start=1):
            et = f"{jonction}et" if rang == 1 and dizaine != 80 else ""
            assert lire_nombre(f"{mot}{et}{jonction}{unite}".replace("-", jonction)) == dizaine + rang


@pytest.mark.parametrize("fin", ["fr", "association", "museum", "example", "asso.fr", "solidaires.coop"])
def test_un_courriel_ecrit_est_trouve_quel_que_soit_son_domaine(fin):
    texte = f"Écrivez à sandrine.morvan@remise-nord.{fin}, merci."
    (trouve,) = reperer_identifiants(texte)
    assert (trouve.sorte, texte[trouve.debut : trouve.fin]) == ("courriel", f"sandrine.morvan@remise-nord.{fin}")
