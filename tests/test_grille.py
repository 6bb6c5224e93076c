import pytest

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.grille import Code, Dimension, Grille, lire_grille

VALIDE = """\
version: 1
dimensions:
  - {id: theme, libelle: Thème}
  - {id: prisme, libelle: Prisme}
codes:
  - id: R-CHARGE
    dimension: theme
    libelle: Charge de travail
    definition: >-
      Le travail en trop,
      ou en double.
    inclure: [La double saisie]
    exclure: [La fatigue des yeux]
    exemples:
      - "Je tape tout : deux fois."
      - no
    contre_exemples: [J'ai mal aux yeux.]
    indices: [ressaisir, perte de temps, on]
    sauf: [temps plein]
  - id: P-GESTION
    dimension: prisme
    libelle: Gestion
    definition: Faire tourner la maison
    inclure: [La paie]
    exclure: [L'atelier]
    exemples: [Je fais la paie.]
    contre_exemples: [Je soude.]
    indices: [paie]
"""


@pytest.fixture
def lire(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def _lire(texte):
        (tmp_path / "grille.yml").write_text(texte, encoding="utf-8")
        return lire_grille(tmp_path / "grille.yml")

    return _lire


@pytest.fixture
def fautes(lire):
    def _fautes(texte):
        with pytest.raises(ErreurDonnees) as levee:
            lire(texte)
        return [str(probleme) for probleme in levee.value.problemes]

    return _fautes


def changer(avant, apres):
    assert VALIDE.count(avant) == 1
    return VALIDE.replace(avant, apres)


def test_une_grille_valide_se_lit(lire):
    grille = lire(VALIDE)
    assert grille.dimensions == (Dimension("theme", "Thème"), Dimension("prisme", "Prisme"))
    assert grille["R-CHARGE"] == Code(
        "R-CHARGE",
        "theme",
        "Charge de travail",
        "Le travail en trop, ou en double.",
        ("La double saisie",),
        ("La fatigue des yeux",),
        ("Je tape tout : deux fois.", "no"),
        ("J'ai mal aux yeux.",),
        ("ressaisir", "perte de temps", "on"),
        ("temps plein",),
    )
    assert grille["P-GESTION"].sauf == ()


def test_une_grille_se_parcourt(lire):
    grille = lire(VALIDE)
    assert [code.famille for code in grille] == ["R", "P"]
    assert grille.ids() == ("R-CHARGE", "P-GESTION")
    assert grille.ids("prisme") == ("P-GESTION",)
    assert "R-CHARGE" in grille
    assert "R-SENS" not in grille
    with pytest.raises(KeyError):
        grille["R-SENS"]


@pytest.mark.parametrize("version", [1, 2, 47])
def test_la_version_est_celle_de_la_grille(lire, version):
    assert lire(changer("version: 1", f"version: {version}")).version == version


def test_une_version_a_virgule_n_est_dite_qu_une_fois(fautes):
    assert fautes(changer("version: 1", "version: 0.5")) == [
        "grille.yml, ligne 1 : un nombre entier est attendu (« 0.5 »). Écrivez-le en chiffres."
    ]


def test_une_grille_ne_change_pas():
    grille = Grille(1, (), ())
    with pytest.raises(AttributeError):
        grille.codes = ("R-SENS",)


@pytest.mark.parametrize(
    ("avant", "apres", "message"),
    [
        (
            "indices: [paie]",
            "indises: [paie]",
            "grille.yml, ligne 28 : clé inconnue (« indises »). Vouliez-vous dire « indices » ?",
        ),
        (
            "    definition: Faire tourner la maison\n",
            "",
            "grille.yml, ligne 20 : clé manquante (« definition »). Ajoutez-la.",
        ),
        (
            "dimension: prisme",
            "dimension: prismes",
            "grille.yml, ligne 21 : dimension inconnue (« prismes »). Vouliez-vous dire « prisme » ?",
        ),
        (
            "id: P-GESTION",
            "id: R-CHARGE",
            "grille.yml, ligne 20 : identifiant en double (« R-CHARGE »). Déjà écrit ligne 6 : changez l'un des deux.",
        ),
        (
            "id: P-GESTION",
            "id: p_gestion",
            "grille.yml, ligne 20 : identifiant mal formé (« p_gestion »). Vouliez-vous dire « P-GESTION » ?",
        ),
        (
            "id: P-GESTION",
            "id: gestion",
            "grille.yml, ligne 20 : identifiant mal formé (« gestion »). "
            "Écrivez R-, O- ou P- puis un mot en capitales, sans accent.",
        ),
        (
            "id: theme,",
            "id: Thème,",
            "grille.yml, ligne 3 : identifiant mal formé (« Thème »). Vouliez-vous dire « theme » ?",
        ),
        (
            "libelle: Gestion",
            "libelle: charge de Travail",
            "grille.yml, ligne 22 : libellé en double (« charge de Travail »). "
            "Déjà écrit ligne 8 : changez l'un des deux.",
        ),
        (
            "exemples: [Je fais la paie.]",
            "exemples: []",
            "grille.yml, ligne 26 : liste vide (« exemples »). Écrivez au moins un élément.",
        ),
        (
            "[ressaisir, perte de temps, on]",
            "[ressaisir, Ressaisir]",
            "grille.yml, ligne 18 : indice en double dans ce code (« Ressaisir »). Gardez-en un.",
        ),
        (
            "sauf: [temps plein]",
            "sauf: [ressaisir]",
            "grille.yml, ligne 19 : texte à la fois dans « indices » et « sauf » (« ressaisir »). Gardez-en un.",
        ),
        (
            "contre_exemples: [Je soude.]",
            "contre_exemples: [Je fais la paie.]",
            "grille.yml, ligne 27 : texte à la fois dans « exemples » et « contre_exemples » (« Je fais la paie. »). "
            "Gardez-en un.",
        ),
        (
            "indices: [paie]",
            "indices: [paie|solde]",
            "grille.yml, ligne 28 : barre verticale dans un indice (« paie|solde »). "
            "Retirez-la : elle sépare les suggestions dans une feuille.",
        ),
        (
            "indices: [paie]",
            "indices: paie",
            "grille.yml, ligne 28 : une liste est attendue (« paie »). "
            "Écrivez un élément par ligne, précédé d'un tiret.",
        ),
        (
            "indices: [paie]",
            "indices: [2024]",
            "grille.yml, ligne 28 : un texte est attendu (« 2024 »). Mettez le texte entier entre guillemets.",
        ),
        (
            "indices: [paie]",
            "indices: [true]",
            "grille.yml, ligne 28 : un texte est attendu (« true »). Mettez le texte entier entre guillemets.",
        ),
        (
            "indices: [paie]",
            "indices:\n      - paie\n      -",
            "grille.yml, ligne 30 : un texte est attendu. Écrivez la valeur, ou retirez la ligne.",
        ),
        (
            "indices: [paie]",
            "indices: ['…']",
            "grille.yml, ligne 28 : texte sans aucun mot (« … »). Écrivez-le, ou retirez la ligne.",
        ),
        (
            "exemples: [Je fais la paie.]",
            "exemples:\n      - Lui : il râle",
            "grille.yml, ligne 27 : un texte est attendu (« Lui: »). Mettez le texte entier entre guillemets : "
            "sans eux, « : » en fait une clé.",
        ),
        (
            "libelle: Gestion",
            "libelle: [Gestion]",
            "grille.yml, ligne 22 : un texte est attendu (« Gestion »). Écrivez un seul texte, sans tiret ni crochets.",
        ),
        ("libelle: Gestion", "libelle: ''", "grille.yml, ligne 22 : texte vide (« libelle »). Écrivez-le."),
        (
            "version: 1",
            "version: 0",
            "grille.yml, ligne 1 : version de la grille mal écrite (« 0 »). "
            "Écrivez un nombre entier à partir de 1 : chaque changement de la grille l'augmente.",
        ),
        ("version: 1", "version: -2", "grille.yml, ligne 1 : version de la grille mal écrite (« -2.0 »)."),
        ("version: 1", "version: true", "grille.yml, ligne 1 : version de la grille mal écrite (« true »)."),
        (
            "version: 1",
            "version: une",
            "grille.yml, ligne 1 : un nombre entier est attendu (« une »). Écrivez-le en chiffres.",
        ),
        (
            "version: 1",
            "version: 1.5",
            "grille.yml, ligne 1 : un nombre entier est attendu (« 1.5 »). Écrivez-le en chiffres.",
        ),
        ("version: 1\n", "version: 1\nauteur: moi\n", "grille.yml, ligne 2 : clé inconnue (« auteur »)."),
        (
            "  - {id: theme, libelle: Thème}",
            "  - theme",
            "grille.yml, ligne 3 : un bloc de clés est attendu (« theme »). "
            "Écrivez une clé par ligne : « clé: valeur ».",
        ),
        (
            "    inclure: [La paie]",
            "    inclure: [La paie]\n    inclure: [Le loyer]",
            "grille.yml, ligne 25 : clé en double (« inclure »). Gardez-en une.",
        ),
        (
            "inclure: [La paie]",
            "inclure: &moi [La paie]",
            "grille.yml, ligne 24 : ancre YAML refusée (« &moi »). "
            "Recopiez la valeur à chaque endroit ; si c'est un texte, mettez-le entre guillemets.",
        ),
        (
            "indices: [paie]",
            "indices: !!python/object:os.system [paie]",
            "grille.yml, ligne 28 : étiquette YAML refusée",
        ),
    ],
)
def test_une_faute_est_dite_a_sa_ligne(fautes, avant, apres, message):
    dites = fautes(changer(avant, apres))
    assert any(dite.startswith(message) for dite in dites), dites


@pytest.mark.parametrize(
    ("texte", "message"),
    [
        ("a:\n\t- b", "ligne 2 : tabulation en tête de ligne (« - b »)"),
        ("version: 1\nlibelle: Lui : il râle", "ligne 2 : deux-points inattendu (« libelle: Lui : il râle »)"),
        ("a: 'début\nb: c\n", "ligne 1 : guillemet ouvert et jamais fermé (« a: 'début »)"),
        ("a:\n  - b\n c: d", "ligne 3 : retrait incohérent (« c: d »)"),
        ("a: 1\nb: [c, d\ne: f", "ligne 2 : crochet ou accolade jamais fermé (« b: [c, d »)"),
        ("a: @moi", "ligne 1 : signe interdit en tête de texte"),
        ('a: "c:\\qui"', "ligne 1 : barre oblique inverse entre guillemets"),
        ("a: b\n\x01", "ligne 2 : signe invisible interdit"),
        ("a: & b", "ligne 1 : signe « & » ou « * » en tête de texte"),
        ("%moi\na: b", "ligne commençant par « % »"),
        ("a: 1\n---\nb: 2", "2 documents YAML au lieu d'un"),
        ("# rien", "0 documents YAML"),
    ],
)
def test_un_yaml_casse_se_dit_en_francais(fautes, texte, message):
    [dite] = fautes(texte)
    assert message in dite
    assert not any(anglais in dite for anglais in ("expected", "found", "while", "mapping", "unicode"))


def test_tous_les_problemes_d_un_coup_et_dans_l_ordre(fautes):
    texte = changer("version: 1", "version: 0").replace("dimension: prisme", "dimension: prism")
    texte = texte.replace("indices: [paie]", "indices: []").replace("libelle: Charge de travail", "libelle: 12")
    assert [(dite.split(" : ")[0], dite.split(" : ")[1].split(" (")[0]) for dite in fautes(texte)] == [
        ("grille.yml, ligne 1", "version de la grille mal écrite"),
        ("grille.yml, ligne 8", "un texte est attendu"),
        ("grille.yml, ligne 21", "dimension inconnue"),
        ("grille.yml, ligne 28", "liste vide"),
    ]


def test_une_grille_qui_n_est_pas_un_bloc_est_refusee(fautes):
    assert fautes("- a\n- b")[0].startswith("grille.yml, ligne 1 : un bloc de clés est attendu")
    assert len(fautes("codes: []")) == 3


def test_un_fichier_absent_est_dit(tmp_path):
    with pytest.raises(ErreurDonnees, match="fichier introuvable"):
        lire_grille(tmp_path / "absente.yml")


def test_une_bombe_d_alias_est_refusee_sans_etre_suivie(fautes):
    lignes = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    dites = fautes("\n".join(lignes))
    assert sum("renvoi YAML refusé" in dite for dite in dites) == 39
    assert sum("ancre YAML refusée" in dite for dite in dites) == 40


def test_un_alias_de_lui_meme_est_refuse(fautes):
    assert any("renvoi YAML refusé (« *moi »)" in dite for dite in fautes("codes: &moi [*moi]"))


def test_un_emboitement_sans_fin_est_refuse(fautes):
    assert fautes("a: " + "[" * 5000) == ["grille.yml, ligne 1 : listes ou blocs trop emboîtés."]


def test_un_texte_long_est_abrege_dans_le_message(fautes):
    [dite] = fautes(changer("indices: [paie]", f"indices: [paie, '{'x|' * 80}']"))
    assert "…" in dite
    assert len(dite) < 220
