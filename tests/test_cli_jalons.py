"""Ce qui n'a pas changé n'est pas refait ; ce qui a changé l'est toujours, contrôles compris."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import ess_analyse as ess
from ess_analyse.cli import affichage, calcul, edition, jalons, principal
from ess_analyse.etude import Etude

SANS_EXEMPLES = "data/exemples"


def lancer(*arguments: str):
    return CliRunner().invoke(principal, arguments, prog_name="ess-analyse")


def ajouter(chemin: Path, texte: str = "\n") -> None:
    chemin.write_text(chemin.read_text(encoding="utf-8") + texte, encoding="utf-8")


@pytest.fixture
def petite(etude):
    """L'étude des commandes, sans phrases d'exemple : apprendre n'y coûte rien."""
    (etude / SANS_EXEMPLES).mkdir()
    return etude


@pytest.fixture
def calculs(monkeypatch):
    """Combien de fois les suggestions sont réellement demandées."""
    faits, proposer = [], calcul.proposer_parts

    def espionner(*demande, **options):
        faits.append(demande)
        return proposer(*demande, **options)

    monkeypatch.setattr(calcul, "proposer_parts", espionner)
    return faits


# ─── Suggerer ───


def test_sans_changement_la_commande_redit_son_bilan_sans_rien_calculer(petite, calculs):
    premier, second = lancer("suggerer"), lancer("suggerer")
    assert (premier.exit_code, second.exit_code, len(calculs)) == (0, 0, 1)
    assert "déjà à jour" not in premier.output
    assert second.output == premier.output.replace("suggestions.csv)", "suggestions.csv, déjà à jour)")
    assert json.loads(lancer("suggerer", "--json").output) == [
        {"code": code, "suggestions": nombre} for code, nombre in (("R-CHARGE", 1), ("O-SOUTIEN", 1))
    ]
    assert len(calculs) == 1


@pytest.mark.parametrize(
    "nom",
    ["data/corpus/E01.txt", "data/grille.yml", "data/codages/lea.csv", "data/suggestions.csv", "data/etude.yml"],
)
def test_chaque_entree_et_la_sortie_font_refaire(petite, calculs, nom):
    (petite / "data/etude.yml").write_text("seuil: 3\n", encoding="utf-8")
    lancer("suggerer")
    attendu = (petite / "data/suggestions.csv").read_bytes()
    ajouter(petite / nom, "\nSamir : Voilà.\n" if nom.endswith("txt") else "# vu\n" if nom.endswith("yml") else "\n")
    resultat = lancer("suggerer")
    assert len(calculs) == 2, resultat.output
    assert resultat.exit_code == 0, resultat.output
    assert nom.endswith("txt") or (petite / "data/suggestions.csv").read_bytes() == attendu


def test_force_refait_tout_et_rend_les_memes_octets(petite, calculs):
    lancer("suggerer")
    avant = (petite / "data/suggestions.csv").read_bytes()
    (petite / ".ess/cache/mots/intrus").write_bytes(b"d'une autre fois")
    assert lancer("suggerer", "--force").exit_code == 0
    assert len(calculs) == 2
    assert (petite / "data/suggestions.csv").read_bytes() == avant
    assert not (petite / ".ess/cache/mots/intrus").exists()


def test_un_nombre_de_processus_mal_ecrit_est_refuse(petite):
    resultat = lancer("suggerer", "--processus", "beaucoup")
    assert resultat.exit_code == 1
    assert "beaucoup" in resultat.output
    assert not (petite / "data/suggestions.csv").exists()


def test_interrompre_finit_en_francais_par_130_et_n_abime_rien(petite, monkeypatch):
    lancer("suggerer")
    avant = (petite / "data/suggestions.csv").read_bytes()

    def interrompre(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(calcul, "ecrire_parts", interrompre)
    resultat = lancer("suggerer", "--force")
    assert resultat.exit_code == 130
    assert "Interrompu. Ce qui est fait est gardé" in resultat.stderr
    assert (petite / "data/suggestions.csv").read_bytes() == avant


LENTE = """
import signal
import time
import ess_analyse as ess
from ess_analyse.cli import principal

def lire(dossier):
    print("au travail", flush=True)
    time.sleep(60)

# A suite run in the background would pass on that it ignores interruptions.
signal.signal(signal.SIGINT, signal.default_int_handler)
ess.ouvrir_corpus = lire
principal(["suggerer"])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows n'envoie pas SIGINT à un seul processus")
def test_un_vrai_ctrl_c_finit_en_francais_par_130(petite):
    """Le vrai signal, dans un vrai processus, une fois la commande au travail."""
    tuyaux = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    with subprocess.Popen([sys.executable, "-c", LENTE], cwd=petite, **tuyaux) as processus:
        assert processus.stdout.readline() == "au travail\n"
        processus.send_signal(signal.SIGINT)
        _, erreurs = processus.communicate()
    assert processus.returncode == 130, erreurs
    assert erreurs.strip().splitlines() == [
        "Interrompu. Ce qui est fait est gardé : relancez « ess-analyse suggerer » pour finir."
    ]
    assert not (petite / "data/suggestions.csv").exists()


PRESSEE = """
import signal
import sys

class Pressee:
    def find_spec(self, nom, *_):
        if nom == "click":
            signal.raise_signal(signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, Pressee())
from {module} import {fonction}
{fonction}()
"""


def test_ctrl_c_pendant_que_le_programme_se_charge_finit_sans_trace():
    projet = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, fonction = projet["scripts"]["ess-analyse"].split(":")
    code = PRESSEE.format(module=module, fonction=fonction)
    fini = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8")
    assert (fini.returncode, fini.stdout) == (130, "")
    assert fini.stderr.strip() == "Interrompu. Rien n'a été commencé : relancez la même commande."


# ─── Les pages et le site ───


@pytest.fixture
def rendus(monkeypatch):
    """Combien de fois les pages sont écrites, le site rendu et contrôlé ; le rendu lui-même est un faux."""
    faits = {"pages": 0, "rendu": 0, "controle": 0}

    def ecrire(etude, *_, **__):
        faits["pages"] += 1
        (etude.rapports / "a.qmd").parent.mkdir(exist_ok=True)
        (etude.rapports / "a.qmd").write_text("page", encoding="utf-8")
        return [etude.rapports / "a.qmd"], None

    def rendre(racine, sortie, moteur, controle):
        faits["rendu"] += 1
        sortie.mkdir(exist_ok=True)
        (sortie / "index.html").write_text(f"site {moteur}", encoding="utf-8")
        controle(sortie)
        return []

    def controler(etude, rendu, *_, **__):
        faits["controle"] += 1
        return []

    monkeypatch.setattr(edition, "_ecrire_pages", ecrire)
    monkeypatch.setattr(ess, "rendre_site", rendre)
    monkeypatch.setattr(edition, "verifier_sortie", controler)
    return faits


def test_une_autre_version_de_ce_qui_imprime_fait_refaire_les_pages(petite, rendus, monkeypatch):
    assert lancer("pages").exit_code == 0
    monkeypatch.setattr(jalons, "decrire_versions", lambda *paquets: "autre" if "typst" in paquets else "")
    assert lancer("pages").exit_code == 0
    assert rendus["pages"] == 2


def test_sans_changement_ni_pages_ni_site_ni_controle(petite, rendus):
    assert [lancer("site").exit_code, lancer("site").exit_code] == [0, 0]
    assert rendus == {"pages": 1, "rendu": 1, "controle": 1}
    assert "Le site était à jour" in lancer("site").output
    assert lancer("pages").exit_code == 0
    assert lancer("pages").output.startswith("✓ Les pages étaient à jour")
    assert rendus["pages"] == 2


@pytest.mark.parametrize(
    "change",
    [
        "data/enseignements/1-ressaisie.md",
        "data/prive/cle.csv",
        "data/corpus/corpus.csv",
        "rapports/a.qmd",
        "_site/index.html",
        "notes.md",
        "page de plus",
        "page de moins",
        "clé ailleurs",
        "moteur",
        "programme",
        "--force",
    ],
)
def test_le_moindre_changement_fait_recontroler(petite, rendus, monkeypatch, tmp_path_factory, change):
    lancer("site")
    arguments = ["site"]
    match change:
        case "page de plus":
            (petite / "_site/autre.html").write_text("a", encoding="utf-8")
        case "page de moins":
            (petite / "_site/index.html").unlink()
        case "clé ailleurs":
            cle = tmp_path_factory.mktemp("clé") / "cle.csv"
            shutil.copy(petite / "data/prive/cle.csv", cle)
            monkeypatch.setattr(jalons, "trouver_cle", lambda etude: cle)
            lancer("site")
            ajouter(cle, "Ana;Eva;personne;oui\n")
        case "moteur":
            arguments += ["--moteur", "quarto"]
        case "programme":
            monkeypatch.setattr(jalons, "empreindre_programme", lambda: "une ligne a changé")
        case "--force":
            arguments.append("--force")
        case _:
            chemin = petite / change
            ajouter(chemin) if chemin.exists() else chemin.write_text("neuf", encoding="utf-8")
    avant = rendus["controle"]
    resultat = lancer(*arguments)
    assert resultat.exit_code == 0, resultat.output
    assert "à jour" not in resultat.output
    assert rendus["controle"] == avant + 1


def test_ce_que_les_pages_n_emploient_pas_ne_les_refait_pas(petite, rendus):
    lancer("site")
    for nom in (".git/index", "restitutions/S1.pdf", "data/.brouillon.md"):
        (petite / nom).parent.mkdir(exist_ok=True)
        (petite / nom).write_text("a", encoding="utf-8")
    lancer("site")
    assert rendus["rendu"] == 1


def test_une_etude_changee_pendant_le_rendu_n_est_pas_tenue_pour_rendue(petite, rendus, monkeypatch):
    monkeypatch.setattr(
        edition, "verifier_sortie", lambda etude, *_, **__: ajouter(etude.grille, "# entre-temps\n") or []
    )
    assert lancer("site").exit_code == 0
    monkeypatch.setattr(edition, "verifier_sortie", lambda etude, *_, **__: [])
    lancer("site")
    assert rendus["rendu"] == 2
    lancer("site")
    assert rendus["rendu"] == 2


def test_un_site_refuse_n_est_pas_tenu_pour_rendu(petite, rendus, monkeypatch):
    faute = ess.Probleme("_site/index.html", 1, "nom réel", "Sandrine")
    monkeypatch.setattr(edition, "verifier_sortie", lambda etude, *_, **__: [faute])
    assert [lancer("site").exit_code, lancer("site").exit_code] == [1, 1]
    assert rendus["rendu"] == 2


def test_ce_qui_est_repris_donne_les_octets_qu_on_aurait_en_refaisant_tout(petite):
    """Un enseignement, puis un codage : à chaque fois, le site repris est le site refait."""

    def octets() -> dict[str, bytes]:
        return {str(un.relative_to(petite)): un.read_bytes() for un in petite.glob("_site/**/*") if un.is_file()}

    assert lancer("site").exit_code == 0
    assert {un.name for un in (petite / ".ess/cache").iterdir()} >= {"porte", "tables", "phrases", "pages", "recherche"}
    vus = [octets()]
    feuille = petite / "data/codages/lea.csv"
    codee = feuille.read_text(encoding="utf-8").replace("Le camion est bleu.;-", "Le camion est bleu.;R-CHARGE")
    for chemin, texte in (
        (petite / "data/enseignements/1-ressaisie.md", "\nUne phrase de plus.\n"),
        (feuille, None),
    ):
        ajouter(chemin, texte) if texte else chemin.write_text(codee, encoding="utf-8")
        assert lancer("site").exit_code == 0
        vus.append(octets())
    assert len({tuple(sorted(un.items())) for un in vus}) == len(vus)
    photo = jalons.photographier(Etude(petite))
    assert "Le site était à jour" in lancer("site").output
    assert "Le site est prêt" in lancer("site", "--force").output
    assert (octets(), jalons.photographier(Etude(petite))) == (vus[-1], photo)
    assert "Le site était à jour" in lancer("site").output, "ce que les pages écrivent est stable"


def test_un_nom_ajoute_a_la_cle_apres_coup_est_refuse_dans_un_site_deja_passe(petite):
    ajouter(petite / "data/enseignements/1-ressaisie.md", "\nMerci à Ysoline.\n")
    assert lancer("site").exit_code == 0
    avant = (petite / "_site/index.html").read_bytes()
    ajouter(petite / "data/prive/cle.csv", "Ysoline;Ana;personne;oui\n")
    resultat = lancer("site")
    assert (resultat.exit_code, "Ysoline" in resultat.output) == (1, False)
    assert "un nom réel de la clé y est écrit, et se lirait dans ce qui sort (« Y… »)" in resultat.output
    assert (petite / "_site/index.html").read_bytes() == avant


def test_un_retrait_efface_tout_ce_que_le_cache_gardait(petite):
    lancer("suggerer")
    assert lancer("site").exit_code == 0
    assert any((petite / ".ess/cache/mots").iterdir())
    resultat = lancer("retirer", "E02")
    assert resultat.exit_code == 0, resultat.output
    assert not (petite / ".ess").exists()
    assert not any("E02" in chemin.name for chemin in petite.rglob("*"))


# ─── La progression ───


def test_hors_d_un_terminal_la_progression_se_tait(capsys):
    with affichage.progresser("Suggestions", 3) as avancer:
        avancer(3)
    assert capsys.readouterr() == ("", "")


def test_a_un_terminal_elle_dit_ou_l_on_en_est_sur_la_sortie_d_erreur(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    with affichage.progresser("Suggestions", 7) as avancer:
        avancer(3)
    sortie, erreurs = capsys.readouterr()
    assert sortie == ""
    assert "Suggestions" in erreurs
    with affichage.progresser("Suggestions", 7, muet=True) as avancer:
        avancer(7)
    assert capsys.readouterr() == ("", "")


def test_une_interruption_dit_la_suite_une_autre_erreur_passe(capsys):
    with pytest.raises(SystemExit) as sortie, jalons.interruptible("Relancez."):
        raise KeyboardInterrupt
    assert sortie.value.code == 130
    assert capsys.readouterr().err == "\nInterrompu. Relancez.\n"
    with pytest.raises(click.UsageError), jalons.interruptible("Relancez."):
        raise click.UsageError("autre")


def test_ce_qui_est_a_jour_ne_charge_pas_ce_qui_calcule(petite):
    assert [lancer("suggerer").exit_code, lancer("pages").exit_code] == [0, 0]
    relance = (
        "import sys; from ess_analyse.cli import principal\n"
        "for nom in ('suggerer', 'pages'): principal([nom], standalone_mode=False)\n"
        "print(sorted({'numpy', 'pandas', 'pydantic', 'spacy'} & set(sys.modules)))"
    )
    dit = subprocess.run([sys.executable, "-c", relance], capture_output=True, text=True, encoding="utf-8", check=True)
    assert "déjà à jour" in dit.stdout
    assert "Les pages étaient à jour.\n[]\n" in dit.stdout
