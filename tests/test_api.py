"""La référence du logiciel : complète, à jour, liée, dans ce que les deux moteurs rendent."""

from __future__ import annotations

import importlib
import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ess_analyse as ess
from ess_analyse.rendu import rendre_site, verifier_projet

RACINE = Path(__file__).parents[1]
PROJET = """\
project:
  type: website
  render: ["*.qmd", "rapports/api/*.qmd"]
website:
  title: "Essai"
lang: fr
format:
  html:
    toc: true
"""


@pytest.fixture(scope="module")
def reference():
    """Les modules de la référence, qui ne sont pas dans le paquet installé."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.syspath_prepend(str(RACINE))
        yield {nom: importlib.import_module(f"reference.{nom}") for nom in ("objets", "pages", "prose", "taches")}
    for nom in [nom for nom in sys.modules if nom.partition(".")[0] == "reference"]:
        del sys.modules[nom]


@pytest.fixture(scope="module")
def pages(reference) -> dict[str, str]:
    return reference["pages"].composer_pages(RACINE)


@pytest.fixture(scope="module")
def site(pages, tmp_path_factory) -> Path:
    """La référence seule, rendue une fois."""
    racine = tmp_path_factory.mktemp("reference")
    (racine / "rapports/api").mkdir(parents=True)
    for nom, texte in pages.items():
        (racine / "rapports/api" / nom).write_text(texte, encoding="utf-8")
    (racine / "_quarto.yml").write_text(PROJET, encoding="utf-8")
    (racine / "index.qmd").write_text('---\ntitle: "Accueil"\n---\n\nBonjour.\n', encoding="utf-8")
    assert verifier_projet(racine) == []
    rendre_site(racine)
    return racine / "_site/rapports/api"


def hors_code(texte: str) -> str:
    return re.sub(r"^```.*?^```$", "", texte, flags=re.DOTALL | re.MULTILINE)


def test_les_pages_gardees_dans_git_sont_celles_du_code(pages):
    gardees = {chemin.name: chemin.read_text(encoding="utf-8") for chemin in (RACINE / "rapports/api").glob("*.qmd")}
    perimees = sorted(nom for nom in pages.keys() | gardees.keys() if pages.get(nom) != gardees.get(nom))
    assert perimees == [], "relancez « python -m reference »"


def test_chaque_nom_public_est_decrit_une_fois_et_annonce_une_fois(pages):
    titres = Counter(
        nom
        for page, texte in pages.items()
        if page != "index.qmd"
        for nom in re.findall(r"^## .* \{#([\w.]+)\}$", hors_code(texte), re.MULTILINE)
    )
    assert titres == Counter(ess.__all__)
    annonces = re.findall(r"^- \[`(\w+)`\]\(\w+\.qmd#(\w+)\) : \S", pages["index.qmd"], re.MULTILINE)
    assert Counter(nom for nom, _ in annonces) == Counter(ess.__all__)
    assert all(nom == ancre for nom, ancre in annonces)


def test_chaque_page_est_au_sommaire_du_site(pages):
    quarto = (RACINE / "_quarto.yml").read_text(encoding="utf-8")
    assert {f"rapports/api/{nom}" for nom in pages} == set(re.findall(r"- (rapports/api/\w+\.qmd)", quarto))
    modele = (RACINE / "src/ess_analyse/pages/projet/_quarto.yml").read_text(encoding="utf-8")
    assert "rapports/api" not in modele


def test_chaque_lien_mene_a_un_nom_decrit(pages):
    ancres = {
        f"{page}#{ancre}"
        for page, texte in pages.items()
        for ancre in re.findall(r"\{#([\w.]+)\}$", texte, re.MULTILINE)
    }
    liens = [lien for texte in pages.values() for lien in re.findall(r"\]\((\w+\.qmd#[\w.]+)\)", hors_code(texte))]
    assert len(liens) > len(ess.__all__)
    assert set(liens) <= ancres


def test_aucune_marque_de_docstring_ne_reste(pages):
    for nom, texte in pages.items():
        nu = re.sub(r"`[^`\n]+`", "", hors_code(texte))
        assert not re.search(r":(?:func|class|meth|data|mod):|``|^-{4,}$|^\.\. ", nu, re.MULTILINE), nom
        assert not re.search(r"^(?:Parameters|Returns|Raises|Examples|Notes|References)$", nu, re.MULTILINE), nom


def test_les_exemples_montres_sont_ceux_des_docstrings(pages):
    montres = [ligne for texte in pages.values() for ligne in texte.split("\n") if ligne.startswith(">>> ")]
    assert len(montres) > 100
    docstring = ess.kappa_cohen.__doc__
    exemple = next(ligne.strip() for ligne in docstring.split("\n") if ligne.strip().startswith(">>> "))
    assert exemple in montres


@pytest.mark.parametrize(
    ("page", "attendus"),
    [
        ("accord", ["kappa_cohen(premier: Sequence[object], second: Sequence[object]) -> float", "**Sources**"]),
        ("lire", ["Place.lire", "Etude.trouver", "**Attributs**"]),
        ("suggerer", ["ClassifieurParFamille(", "## `Adaptation`"]),
    ],
)
def test_signatures_membres_et_sections(pages, page, attendus):
    for attendu in attendus:
        assert attendu in pages[f"{page}.qmd"]


def test_la_commande_s_explique_et_refuse_ce_qui_est_de_trop(reference, monkeypatch, capsys):
    commande = importlib.import_module("reference.__main__")
    monkeypatch.delattr(commande, "ecrire_pages")
    assert commande.principal(["--help"]) == 0
    assert "python -m reference" in capsys.readouterr().out
    assert commande.principal(["lire"]) == 2
    assert "« lire » est de trop" in capsys.readouterr().err


def test_une_piece_sans_tache_est_dite(reference):
    repartir, toutes = reference["taches"].repartir, reference["taches"].TACHES
    with pytest.raises(ValueError, match=r"sans tâche dans reference/taches\.py : inconnue"):
        repartir({"lecture": ["lire_corpus"], "inconnue": ["x"]})
    assert repartir({"lecture": ["b", "A"], "etude": ["c"]}) == {
        "lire": [("etude", "c"), ("lecture", "A"), ("lecture", "b")]
    }
    pieces = Counter(piece for tache in toutes for piece in tache.pieces)
    assert set(pieces.values()) == {1}
    assert len({tache.nom for tache in toutes}) == len(toutes)


def test_un_nom_introuvable_est_dit(reference):
    paquet = reference["objets"].lire_paquet(str(RACINE / "src"))
    with pytest.raises(LookupError, match=r"ess_analyse\.accord n'a pas de absente"):
        reference["objets"].trouver(paquet, "accord", "absente")


def test_ecrire_ne_touche_que_ce_qui_change_et_retire_le_reste(reference, pages, tmp_path, monkeypatch):
    monkeypatch.setattr(reference["pages"], "composer_pages", lambda _: {"index.qmd": "a\n", "lire.qmd": "b\n"})
    dossier, ecrire = tmp_path / "rapports/api", reference["pages"].ecrire_pages
    assert ecrire(tmp_path) == [dossier / "index.qmd", dossier / "lire.qmd"]
    (dossier / "vieille.qmd").write_text("x", encoding="utf-8")
    (dossier / "lire.qmd").write_text("autre\n", encoding="utf-8")
    assert ecrire(tmp_path) == [dossier / "lire.qmd", dossier / "vieille.qmd"]
    assert ecrire(tmp_path) == []


@given(st.text("ab _*`[]<>$@^~{}|#:\\'« »", max_size=40))
def test_toute_prose_se_lit_sans_marque_imprevue(reference, texte):
    """Hors du code, du gras et des renvois, chaque signe de Markdown est protégé."""
    prose = reference["prose"].en_prose(texte, reference["prose"].en_code)
    nu = re.sub(r"\\.|`[^`]*`|``.*?``|\*+", "", prose, flags=re.DOTALL)
    assert not re.search(r"[\[\]<>$@^~{}|#_]", nu)


def test_gras_italique_et_renvois_sur_deux_lignes(reference):
    prose, lier = reference["prose"].en_prose, lambda nom: f"[{nom}](x)"
    assert (
        prose("*Les cahiers\nde l'analyse*, **gras** et 2 * 3", lier)
        == "*Les cahiers\nde l’analyse*, **gras** et 2 \\* 3"
    )
    assert prose("comme :func:`~ess_analyse.a.lire` et ``lire``", lier) == "comme [ess_analyse.a.lire](x) et [lire](x)"
    assert reference["prose"].en_code("a`b") == "`` a`b ``"


def test_un_type_garde_ses_apostrophes_et_une_description_commune_n_est_dite_qu_une_fois(reference, pages):
    en_prose, en_code = reference["prose"].en_prose, reference["prose"].en_code
    assert en_prose("('lemme', 'forme')", en_code, francaise=False) == "('lemme', 'forme')"
    types = [
        ligne for texte in pages.values() for ligne in texte.split("\n") if ligne.startswith("**`") and " : *" in ligne
    ]
    assert types
    assert not [ligne for ligne in types if "’" in ligne]
    assert any(re.match(r"\*\*`\w+`\*\*, \*\*`\w+`\*\* : ", ligne) for ligne in types)
    for texte in pages.values():
        assert not re.search(r"^\*\*`\w+`\*\*( : .*\n:   .+)\n\n\*\*`\w+`\*\*\1$", texte, re.MULTILINE)


def test_le_chapeau_dit_ce_qu_un_exemple_importe(pages):
    assert "`from ess_analyse import lire_corpus`" in pages["index.qmd"]
    assert "`import pandas as pd`" in pages["index.qmd"]


def test_la_reference_se_rend_et_dit_la_langue_des_blocs(site, pages):
    assert sorted(chemin.stem for chemin in site.glob("*.html")) == sorted(nom.removesuffix(".qmd") for nom in pages)
    html = (site / "accord.html").read_text(encoding="utf-8")
    assert "<dt>" in html
    assert "Paramètres" in html
    assert max(chemin.stat().st_size for chemin in site.glob("*.html")) < 300_000


@pytest.mark.parametrize("page", ["index.html", "accord.html"])
def test_aucune_violation_d_accessibilite(ouvrir, violations, page):
    ouverte = ouvrir(page, 390)
    assert violations(ouverte) == []
    assert ouverte.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


# Ce que devient une docstring

SOURCE = '''
"""Une pièce."""

class Boite:
    """Une boîte, gelée.

    Attributes
    ----------
    nom : str
        Son nom.
    """

    nom: str

    def __init__(self, nom: str, *, taille: int = 3):
        self.nom = nom

    def ouvrir(self, force: float = 1.5) -> str:
        """Ouvrir la boîte."""

    def _fermer(self):
        """Cachée."""

    def muette(self):
        pass

    @property
    def largeur(self) -> int:
        """Sa largeur."""


def ranger(premier, /, *autres: str, ordre: bool = True, **reste: int) -> list[Boite]:
    """Ranger des boîtes.

    Parameters
    ----------
    premier, second : str
        Deux noms [sûrs], voir ``Boite``.

    Yields
    ------
    Boite
        L'une après l'autre.

    Raises
    ------
    ValueError
        Si rien n'est donné.

    Notes
    -----
    Une note.

    Examples
    --------
    Une boîte :

    >>> ranger("a")
    []
    """


def seule():
    pass


LIMITE = 3
"""Une limite."""
'''


@pytest.fixture(scope="module")
def decrits(reference) -> dict[str, list[str]]:
    import griffe

    with griffe.temporary_visited_module(SOURCE, docstring_parser="numpy") as module:
        return {
            nom: list(reference["objets"].decrire(module[nom], nom, reference["prose"].en_code))
            for nom in ("Boite", "ranger", "seule", "LIMITE")
        }


def test_une_signature_garde_ses_sortes_de_parametres(decrits):
    assert decrits["ranger"][1] == (
        "```python\nranger(premier, *autres: str, ordre: bool = True, **reste: int) -> list[Boite]\n```"
    )
    assert decrits["Boite"][1] == "```python\nBoite(nom: str, *, taille: int = 3)\n```"


def test_une_signature_trop_longue_passe_a_la_ligne(reference):
    import griffe

    code = "def longue(" + ", ".join(f"parametre_{n}: int = {n}" for n in range(6)) + ") -> str: ..."
    with griffe.temporary_visited_module(code) as module:
        titre, signature = reference["objets"].decrire(module["longue"], "longue", reference["prose"].en_code)
    assert titre == "## `longue` {#longue}"
    lignes = signature.split("\n")[1:-1]
    assert (lignes[0], lignes[1], lignes[-1]) == ("longue(", "    parametre_0: int = 0,", ") -> str")
    assert len(lignes) == 8


def test_les_sections_ont_des_titres_francais_et_leurs_termes(decrits):
    texte = "\n\n".join(decrits["ranger"])
    titres = re.findall(r"^\*\*([^*`]+)\*\*$", texte, re.MULTILINE)
    assert titres == ["Paramètres", "Rend, un à un", "Lève", "Notes", "Exemple"]
    assert "**`premier`**, **`second`** : *str*\n:   Deux noms \\[sûrs\\], voir `Boite`." in texte
    assert "`Boite`\n:   L’une après l’autre." in texte
    assert "Une boîte :" in texte.replace("\u00a0", " ")
    assert '```pycon\n>>> ranger("a")\n[]\n```' in texte


def test_une_classe_montre_ses_membres_publics_qui_se_disent(decrits):
    titres = [bloc for bloc in decrits["Boite"] if bloc.startswith("#")]
    assert titres == [
        "## `Boite` {#Boite}",
        "### `Boite.ouvrir` {#Boite.ouvrir}",
        "### `Boite.largeur` {#Boite.largeur}",
    ]
    assert "Boite.ouvrir(force: float = 1.5) -> str" in "\n".join(decrits["Boite"])
    assert "Cachée" not in "\n".join(decrits["Boite"])


def test_ce_qui_n_a_pas_de_docstring_ou_de_signature_a_au_moins_son_titre(decrits):
    assert decrits["seule"] == ["## `seule` {#seule}", "```python\nseule()\n```"]
    assert decrits["LIMITE"] == ["## `LIMITE` {#LIMITE}", "Une limite."]
