"""Le tutoriel se déroule tel qu'il est écrit : chaque commande, chaque ligne à remplir, chaque réponse montrée."""

from __future__ import annotations

import csv
import io
import re
import shlex
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
from click.testing import CliRunner

from ess_analyse.cli import principal
from ess_analyse.fichiers import lire_texte
from ess_analyse.lecture import lister_sources

RACINE = Path(__file__).parents[1]
PAGE = RACINE / "rapports/tutoriel.qmd"
FICHIERS = RACINE / "rapports/donnees/tutoriel"
BLOC = re.compile(r"^```(?P<entete>[^`\n]*)\n(?P<corps>.*?)\n```$", re.MULTILINE | re.DOTALL)
COUPE = "[…]"
REEL = {"Laurence", "Valérie", "Youssef", "Thionval", "Grenier"}


class Bloc(NamedTuple):
    """Un bloc de la page : ses classes, ses attributs, son texte, sa ligne."""

    classes: tuple[str, ...]
    attributs: dict[str, str]
    corps: str
    ligne: int


def lire_blocs() -> list[Bloc]:
    texte = PAGE.read_text(encoding="utf-8")
    blocs = []
    for trouve in BLOC.finditer(texte):
        mots = shlex.split(trouve["entete"].strip().strip("{}"))
        attributs = dict(mot.split("=", 1) for mot in mots if "=" in mot)
        classes = tuple(mot.lstrip(".") for mot in mots if "=" not in mot)
        blocs.append(Bloc(classes, attributs, trouve["corps"], texte[: trouve.start()].count("\n") + 1))
    return blocs


def motif(montre: str) -> re.Pattern:
    """Faire de ce que la page montre un motif : tout y est exact, sauf ce qu'elle dit avoir coupé."""
    return re.compile(r"[\s\S]*?".join(map(re.escape, montre.split(COUPE))))


class Personne:
    """Qui suit le tutoriel : elle tape, elle regarde, elle remplit, elle copie."""

    def __init__(self, depart: Path, monkeypatch: pytest.MonkeyPatch):
        self.ici, self.monkeypatch = depart, monkeypatch
        self.affiche = ""
        monkeypatch.chdir(depart)

    def suivre(self, bloc: Bloc) -> None:
        if bloc.classes == ("bash",):
            self.affiche = "".join(map(self.taper, bloc.corps.splitlines()))
        elif "sortie" in bloc.classes:
            assert motif(bloc.corps).fullmatch(self.affiche.strip("\n")), (bloc.ligne, self.affiche)
        elif "fichiers" in bloc.classes:
            for nom in bloc.corps.split("\n"):
                shutil.copy(FICHIERS / nom, self.ici / bloc.attributs["dossier"] / nom)
        elif "lignes" in bloc.classes:
            self.remplir(self.ici / bloc.attributs["fichier"], bloc.corps)
        elif "fichier" in bloc.attributs:
            (self.ici / bloc.attributs["fichier"]).write_text(bloc.corps + "\n", encoding="utf-8")
        else:
            assert bloc.classes in (("sh",), ("powershell",)), bloc

    def taper(self, ligne: str) -> str:
        programme, *arguments = shlex.split(ligne)
        if programme == "cd":
            self.ici = (self.ici / arguments[0]).resolve()
            self.monkeypatch.chdir(self.ici)
            return ""
        assert programme == "ess-analyse", ligne
        resultat = CliRunner().invoke(principal, arguments, prog_name="ess-analyse", catch_exceptions=False)
        assert resultat.exit_code == 0, resultat.output
        # A table drawn without a terminal ends its lines with blanks that nobody sees.
        return "".join(f"{une.rstrip()}\n" for une in resultat.output.splitlines())

    def remplir(self, fichier: Path, montre: str) -> None:
        """Remplir les cases montrées, dans les lignes de même clé ; ce qui est montré sans être rempli doit y être."""
        table = pd.read_csv(fichier, sep=";", dtype="str", keep_default_na=False, encoding="utf-8-sig")
        lignes = list(csv.DictReader(io.StringIO(montre), delimiter=";"))
        cle = next(iter(lignes[0]))
        assert [ligne[cle] for ligne in lignes] == table[cle].tolist(), fichier
        for place, ligne in zip(table.index, lignes, strict=True):
            for colonne, valeur in ligne.items():
                if colonne in (cle, "texte"):
                    assert table.at[place, colonne] == valeur, (fichier, ligne)
                table.at[place, colonne] = valeur
        table.to_csv(fichier, sep=";", index=False, encoding="utf-8-sig", lineterminator="\n")


@pytest.fixture(scope="module")
def etude(tmp_path_factory):
    """L'étude telle que le tutoriel la laisse."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        personne = Personne(tmp_path_factory.mktemp("tutoriel"), monkeypatch)
        for bloc in lire_blocs():
            personne.suivre(bloc)
        yield personne.ici


def test_la_page_publiee_mene_de_la_preuve_a_la_phrase(etude):
    page = etude / "_site/rapports/enseignements/e1.html"
    html = lire_texte(page)
    assert "Peser une seule fois rend du temps" in html
    liens = {lien for lien in re.findall(r'href="([^"]+#[^"]*)"', html) if "205-271" in lien}
    assert liens
    for lien in liens:
        nom, _, ancre = lien.partition("#")
        cible = page if not nom else (page.parent / nom).resolve()
        arrivee = lire_texte(cible)
        debut = re.search(rf'\bid="{re.escape(ancre)}"', arrivee)
        assert debut, lien
        suite = re.sub(r"<[^>]+>|\s+", " ", arrivee[debut.start() : debut.start() + 2000])
        assert "personne ne le voit" in suite


def test_ce_qui_contredit_est_montre_aussi(etude):
    html = re.sub(r"\s+", " ", lire_texte(etude / "_site/rapports/enseignements/e1.html"))
    assert "ne répondait plus" in html


def test_aucun_nom_reel_dans_ce_qui_est_publie(etude):
    for chemin in (etude / "_site").rglob("*"):
        if chemin.suffix in (".html", ".csv", ".js", ".json", ".xml"):
            texte = chemin.read_text(encoding="utf-8")
            assert not [nom for nom in REEL if re.search(rf"\b{nom}\b", texte)], chemin


def test_rien_n_est_ecrit_hors_de_l_etude(etude):
    assert [chemin.name for chemin in etude.parent.iterdir()] == [etude.name]


def test_les_fichiers_montres_sont_ceux_que_l_on_telecharge():
    texte = PAGE.read_text(encoding="utf-8")
    noms = sorted(chemin.name for chemin in lister_sources(FICHIERS))
    assert re.findall(r"\]\(donnees/tutoriel/([\w.]+)\)", texte) == noms
    copies = next(bloc for bloc in lire_blocs() if "fichiers" in bloc.classes)
    assert copies.corps.split("\n") == noms
    assert all(chemin.stat().st_size < 10_000 for chemin in lister_sources(FICHIERS))
    assert "rapports/donnees/tutoriel/*.docx" in (RACINE / "_quarto.yml").read_text(encoding="utf-8")


def test_les_noms_des_entretiens_ne_sont_pas_ceux_de_la_demonstration():
    cle = pd.read_csv(RACINE / "data/prive/cle.csv", sep=";", dtype="str", encoding="utf-8-sig")
    reels = {nom.casefold() for nom in cle.loc[cle["valide"] == "oui", "reel"]}
    texte = PAGE.read_text(encoding="utf-8").casefold()
    assert not [nom for nom in reels if re.search(rf"(?<!\w){re.escape(nom)}(?!\w)", texte) and len(nom) > 2]


def test_seule_l_installation_n_est_pas_rejouee():
    blocs = lire_blocs()
    texte = PAGE.read_text(encoding="utf-8")
    debut, fin = (texte[: texte.index(titre)].count("\n") for titre in ("## Installer", "## Commencer"))
    hors = [bloc for bloc in blocs if bloc.classes in (("sh",), ("powershell",))]
    assert len(hors) == 2
    assert all(debut < bloc.ligne < fin for bloc in hors)
    for bloc in hors:
        assert bloc.corps.split()[:2] in (["python3", "lancer.py"], ["py", "lancer.py"])
    assert (RACINE / "lancer.py").is_file()


def test_chaque_reponse_montree_suit_une_commande():
    blocs = lire_blocs()
    assert len([bloc for bloc in blocs if bloc.classes == ("bash",)]) > 10
    for avant, bloc in pairwise(blocs):
        if "sortie" in bloc.classes:
            assert avant.classes == ("bash",), bloc.ligne
            assert bloc.corps.strip() != COUPE, bloc.ligne


def test_aucun_bloc_que_quarto_executerait():
    for bloc in lire_blocs():
        assert bloc.classes
    assert not re.search(r"^```\{(?!\.)", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(
    ("montre", "affiche", "egal"),
    [
        ("✓ Fait : […]", "✓ Fait : tout", True),
        ("✓ Fait : […]", "✗ Fait : tout", False),
        ("a\n[…]\nb", "a\nx\ny\nb", True),
        ("a\nb", "a\nb\nc", False),
        ("2 (1)", "2 (1)", True),
    ],
)
def test_ce_que_la_page_coupe_est_le_seul_joker(montre, affiche, egal):
    assert bool(motif(montre).fullmatch(affiche)) is egal


def test_une_case_montree_qui_ne_serait_pas_celle_du_fichier_est_refusee(tmp_path, monkeypatch):
    personne = Personne(tmp_path, monkeypatch)
    feuille = tmp_path / "camille.csv"
    feuille.write_text("segment;texte;codes\nE01:0-3;Oui;\n", encoding="utf-8")
    with pytest.raises(AssertionError):
        personne.remplir(feuille, "segment;texte;codes\nE01:0-3;Non;R-SENS")
    with pytest.raises(AssertionError):
        personne.remplir(feuille, "segment;texte;codes\nE01:4-9;Oui;R-SENS")
    personne.remplir(feuille, "segment;codes\nE01:0-3;R-SENS")
    assert "E01:0-3;Oui;R-SENS" in feuille.read_text(encoding="utf-8-sig")


def test_la_commande_installee_est_celle_de_la_page():
    commande = Path(sys.executable).with_name("ess-analyse")
    chemin = shutil.which("ess-analyse", path=str(commande.parent))
    assert chemin
    dit = subprocess.run([chemin, "--version"], capture_output=True, text=True, encoding="utf-8", check=True).stdout
    assert re.fullmatch(r"ess-analyse \d+\.\d+\.\d+\n", dit)
