"""Commencer une étude : ce qui est posé, ce qui est refusé, ce que git ne voit pas, ce que le paquet emporte."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

import ess_analyse as ess
from ess_analyse.arbre import lire_arbre
from ess_analyse.cli.controle import controler
from ess_analyse.conduite import A_REMPLACER
from ess_analyse.echanges import exporter_qdc
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude
from ess_analyse.modele import DOCUMENTS, FONCTIONS, STRUCTURES
from ess_analyse.nouveau import (
    choisir_grille,
    composer_exigences,
    creer_etude,
    exigences,
    nommer_etude,
    trouver_adresse,
)
from ess_analyse.nouveau.cahiers import composer_cahiers
from ess_analyse.nouveau.creation import _intituler
from ess_analyse.pages.transparence import lire_methode, lire_points

RACINE = Path(__file__).parents[1]
QDC = """\
<?xml version="1.0" encoding="utf-8"?>
<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes>
<Code guid="a1" name="Risques" isCodable="false"><Code guid="a2" name="Charge de travail" isCodable="true">
<Description>Trop de travail.</Description></Code></Code>
</Codes></CodeBook>
"""


@pytest.fixture(scope="module")
def creee(tmp_path_factory):
    """Une étude neuve, avec la grille du programme."""
    return creer_etude(tmp_path_factory.mktemp("neuve") / "mon étude", titre='Le "travail" : ici \\ là').etude


@pytest.fixture
def copie(creee, tmp_path):
    shutil.copytree(creee.racine, tmp_path / "copie")
    return Etude(tmp_path / "copie")


def photographier(racine: Path) -> dict[str, bytes]:
    fichiers = (chemin for chemin in racine.rglob("*") if chemin.is_file())
    return {chemin.relative_to(racine).as_posix(): chemin.read_bytes() for chemin in fichiers}


def messages(appel, *arguments, **options) -> str:
    with pytest.raises(ErreurDonnees) as erreur:
        appel(*arguments, **options)
    return str(erreur.value)


def test_les_dossiers_sont_la(creee):
    for nom in ("brut", "codages", "corpus", "enseignements", "fiches", "prive"):
        assert (creee.data / nom).is_dir(), nom
    assert all((creee.racine / nom).is_file() for nom in ("LISEZ-MOI.md", "_quarto.yml", "index.qmd", ".gitignore"))
    assert [chemin.name for chemin in creee.racine.parent.iterdir()] == ["mon étude"]


def test_aucune_donnee_n_est_inventee(creee):
    for chemin, colonnes in (
        (creee.documents, DOCUMENTS),
        (creee.structures, STRUCTURES),
        (creee.fonctions, FONCTIONS),
    ):
        table = ess.lire_table(chemin, colonnes)
        assert table.empty
    assert len(ess.lire_corpus(creee.corpus)) == 0
    assert lire_methode(creee.methode) == {}
    assert not list(creee.codages.iterdir()) + list(creee.enseignements.iterdir())


def test_chaque_colonne_a_sa_ligne_d_aide(creee):
    aide = (creee.data / "LISEZ-MOI.md").read_text(encoding="utf-8")
    for colonne in (*DOCUMENTS, *STRUCTURES, *FONCTIONS, "codes", "memo"):
        assert f"`{colonne}`" in aide, colonne
    for chemin in re.findall(r"`(modeles/[\w.-]+)`", aide):
        assert (creee.racine / chemin).is_file(), chemin


def test_methode_a_toutes_les_cles_attendues_et_rien_d_autre(creee):
    cles = re.findall(r"^(\w+):$", creee.methode.read_text(encoding="utf-8"), re.MULTILINE)
    assert cles == list(dict.fromkeys(point.cle for point in lire_points() if point.cle))


def test_l_etude_neuve_se_verifie_et_se_rend(copie):
    assert controler(copie) == []
    assert ess.ecrire_pages(copie) == []
    ecrits = ess.rendre_site(copie.racine, copie.site)
    assert copie.site / "index.html" in ecrits
    accueil = (copie.site / "index.html").read_text(encoding="utf-8")
    assert "travail" in accueil
    assert not [chemin for chemin in copie.site.rglob("*.html") if "Numérique et travail" in chemin.read_text("utf-8")]


def test_le_titre_est_ecrit_tel_quel(creee):
    projet = YAML(typ="safe").load((creee.racine / "_quarto.yml").read_text(encoding="utf-8"))
    assert projet["website"]["title"] == 'Le "travail" : ici \\ là'
    entete = (creee.racine / "index.qmd").read_text(encoding="utf-8").split("---")[1]
    assert YAML(typ="safe").load(entete)["title"] == 'Le "travail" : ici \\ là'


def test_les_reglages_demandes_sont_ecrits(tmp_path):
    etude = creer_etude(tmp_path / "essai", fictive=True, seuil=5).etude
    reglages = ess.lire_reglages(etude.reglages)
    assert (reglages.fictif, reglages.seuil, reglages.identifiant) == ("oui", 5, "")
    assert ess.lire_reglages(etude.reglages, ess.lire_grille(etude.grille).ids()) == reglages


def test_deux_etudes_de_meme_nom_sont_identiques_a_l_octet(creee, tmp_path):
    autre = creer_etude(tmp_path / "mon étude", titre='Le "travail" : ici \\ là').etude
    assert photographier(autre.racine) == photographier(creee.racine)


def test_aucun_mot_du_modele_ne_reste_a_remplir(creee):
    for nom, octets in photographier(creee.racine).items():
        assert not re.search(rb"@[A-Z]{3,}@", octets), nom
        assert str(RACINE).encode() not in octets, nom


@pytest.mark.skipif(sys.platform == "win32", reason="Windows n'a pas ces droits")
def test_les_droits_sont_ceux_d_un_dossier_ordinaire(creee):
    assert stat.S_IMODE(creee.racine.stat().st_mode) & 0o500 == 0o500
    assert stat.S_IMODE(creee.racine.stat().st_mode) == stat.S_IMODE(creee.data.stat().st_mode)


@pytest.mark.parametrize("attributs", [".gitattributes", "src/ess_analyse/nouveau/modele/gitattributes"])
def test_git_rend_chaque_octet_meme_sous_windows(tmp_path, exiger, attributs):
    """Une étude reconnaît ses textes à leurs octets : Git pour Windows ne doit rien y changer."""
    fichiers = {
        "data/corpus/E01.txt": b"Vera : Oui.\nVera : Non.\n",
        "data/brut/recu.txt": b"Vera : Oui.\r\nVera : Non.\n",
        "rapports/plan.ics": b"BEGIN:VCALENDAR\r\n",
    }
    for nom, octets in fichiers.items():
        (tmp_path / nom).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / nom).write_bytes(octets)
    shutil.copy(RACINE / attributs, tmp_path / ".gitattributes")
    reglages = ("-c", "core.autocrlf=true", "-c", "core.safecrlf=false", "-c", "user.name=a", "-c", "user.email=a@b.c")
    for geste in (["init", "-q"], ["add", "."], ["commit", "-qm", "a"], ["rm", "-rqf", "data", "rapports"]):
        subprocess.run([exiger("git"), *reglages, *geste], cwd=tmp_path, check=True, capture_output=True)
    subprocess.run([exiger("git"), *reglages, "checkout", "-q", "HEAD", "--", "."], cwd=tmp_path, check=True)
    assert {nom: (tmp_path / nom).read_bytes() for nom in fichiers} == fichiers


def test_git_ne_voit_ni_donnees_recues_ni_cle(copie, exiger):
    racine = copie.racine
    secrets = [
        "data/brut/E01_Marie.docx",
        "data/brut/sous/dossier.txt",
        "data/prive/cle.csv",
        "data/prive/sources.csv",
        "cle.csv.age",
        "enregistrements/E01.m4a",
        "E01.mp3",
        "_site/index.html",
        "restitutions/S1/paroles.csv",
        "exports/citations.csv",
        "data/suggestions.csv",
        ".cache/analyses/x",
    ]
    permis = ["data/corpus/E01.txt", "data/codages/camille.csv", "data/enseignements/1-lecon.md", "rapports/a.qmd"]
    for nom in (*secrets, *permis):
        (racine / nom).parent.mkdir(parents=True, exist_ok=True)
        (racine / nom).write_text("x", encoding="utf-8")

    def git(*arguments: str) -> list[str]:
        fini = subprocess.run([exiger("git"), *arguments], cwd=racine, capture_output=True, text=True, check=True)
        return fini.stdout.splitlines()

    git("init", "--quiet")
    assert git("check-ignore", *secrets) == secrets
    vus = set(git("status", "--porcelain", "--untracked-files=all", "-z")[0].split("\0"))
    assert {f"?? {nom}" for nom in permis} < vus
    assert not {f"?? {nom}" for nom in secrets} & vus
    assert not [nom for nom in vus if "brut" in nom or "prive" in nom]
    assert "?? .github/workflows/verifier.yml" in vus


def test_un_dossier_occupe_est_refuse_et_n_est_pas_touche(tmp_path):
    (tmp_path / "pris").mkdir()
    (tmp_path / "pris/notes.txt").write_text("à garder", encoding="utf-8")
    dit = messages(creer_etude, tmp_path / "pris")
    assert "n'est pas vide" in dit
    assert "choisissez un autre nom" in dit
    (tmp_path / "fichier").write_text("", encoding="utf-8")
    assert "un fichier porte ce nom" in messages(creer_etude, tmp_path / "fichier")
    assert sorted(photographier(tmp_path)) == ["fichier", "pris/notes.txt"]


def test_un_dossier_vide_est_rempli_sur_place_ou_reste_vide(tmp_path, monkeypatch):
    """Un terminal peut y être ouvert : c'est le même dossier, avant et après."""
    monkeypatch.chdir(tmp_path)
    avant, vrai = tmp_path.stat().st_ino, Path.rename

    def tomber(chemin, cible):
        if chemin.name == "data":
            raise OSError("disque plein")
        return vrai(chemin, cible)

    with monkeypatch.context() as panne:
        panne.setattr(Path, "rename", tomber)
        assert "impossible à créer" in messages(creer_etude, Path())
    assert list(tmp_path.iterdir()) == []
    assert creer_etude(Path()).etude.grille.is_file()
    assert Path.cwd().stat().st_ino == avant
    assert not list(tmp_path.glob(".ess-*"))


def test_jamais_dans_une_autre_etude(creee, tmp_path, monkeypatch):
    dit = messages(creer_etude, creee.racine / "dedans/encore")
    assert f"serait dans une autre étude (« {creee.racine} »)" in dit
    assert f"par exemple {creee.racine.parent / 'encore'}" in dit
    assert not (creee.racine / "dedans").exists()
    monkeypatch.chdir(creee.racine)
    # The neighbour of that name is the study itself.
    assert f"par exemple {creee.racine}-2" in messages(creer_etude, Path(creee.racine.name))
    # Many a home folder has a « data » that is no study.
    (tmp_path / "data").mkdir()
    assert creer_etude(tmp_path / "a-cote").etude.data.is_dir()


def test_tous_les_refus_sont_dits_d_un_coup(tmp_path):
    (tmp_path / "pris").write_text("", encoding="utf-8")
    dit = messages(creer_etude, tmp_path / "pris", seuil=1, programme="ess-analyse")
    assert all(mot in dit for mot in ("un fichier porte ce nom", "seuil trop bas", "adresse mal écrite"))


@pytest.mark.parametrize("grille", ["autre", "absent.qdc"])
def test_une_grille_impossible_ne_laisse_rien(grille, tmp_path):
    messages(creer_etude, tmp_path / "essai", grille=grille)
    assert list(tmp_path.iterdir()) == []


def test_une_panne_ne_laisse_rien(tmp_path, monkeypatch):
    def tomber(_):
        raise RuntimeError("panne")

    monkeypatch.setattr("ess_analyse.nouveau.creation.ecrire_pages", tomber)
    with pytest.raises(RuntimeError):
        creer_etude(tmp_path / "essai")
    assert list(tmp_path.iterdir()) == []


def test_un_dossier_rempli_entre_temps_n_est_pas_ecrase(tmp_path, monkeypatch):
    cible = tmp_path / "essai"
    vraies = ess.ecrire_pages

    def doubler(etude):
        cible.mkdir()
        (cible / "venu.txt").write_text("entre-temps", encoding="utf-8")
        return vraies(etude)

    monkeypatch.setattr("ess_analyse.nouveau.creation.ecrire_pages", doubler)
    assert "impossible à créer" in messages(creer_etude, cible)
    assert sorted(photographier(tmp_path)) == ["essai/venu.txt"]


def test_la_grille_du_programme_est_celle_de_la_demonstration(creee):
    assert creee.grille.read_bytes() == (RACINE / "data/grille.yml").read_bytes()


def test_la_grille_vide_se_lit_et_dit_ce_qu_il_faut_remplacer(tmp_path, ecrire):
    grille = ess.lire_grille(ecrire("vide.yml", choisir_grille("vide")))
    assert grille.ids() == (A_REMPLACER,)
    texte = choisir_grille("vide")
    for champ in lire_arbre(texte, "vide.yml").valeur["codes"][0]:
        assert re.search(rf"^#   {champ} ", texte, re.MULTILINE), champ


def test_notre_grille_revient_entiere_d_un_livre_de_codes(tmp_path):
    grille = ess.lire_grille(RACINE / "data/grille.yml")
    exporter_qdc(tmp_path / "livre.qdc", grille)
    creation = creer_etude(tmp_path / "essai", grille=str(tmp_path / "livre.qdc"))
    texte = creation.etude.grille.read_text(encoding="utf-8")
    assert "reprise de livre.qdc" in texte
    assert [code["id"] for code in lire_arbre(texte, "grille.yml").valeur["codes"]] == list(grille.ids())
    # What a code book cannot hold is all that remains to be written.
    assert {probleme.valeur for probleme in creation.a_completer} <= {"indices"}


def test_un_livre_incomplet_dit_la_seule_chose_a_faire(tmp_path, ecrire):
    creation = creer_etude(tmp_path / "essai", grille=str(ecrire("livre.qdc", QDC)))
    etude = creation.etude
    assert {probleme.fichier for probleme in creation.a_completer} == {"data/grille.yml"}
    problemes = controler(etude)
    assert [(un.ligne, un.message) for un in problemes] == [(un.ligne, un.message) for un in creation.a_completer]
    assert all(Path(probleme.fichier).name == "grille.yml" for probleme in problemes)
    lignes = etude.grille.read_text(encoding="utf-8").splitlines()
    assert all("à remplir" in lignes[probleme.ligne - 1] for probleme in problemes)
    etude.grille.write_text(
        "\n".join(re.sub(r"\[\] # à remplir", f'["{rang}e phrase"]', ligne) for rang, ligne in enumerate(lignes)),
        encoding="utf-8",
    )
    assert ess.lire_grille(etude.grille).ids() == ("R-CHARGE",)
    assert controler(etude) == []


def test_un_livre_sans_code_est_refuse(tmp_path, ecrire):
    dossiers = re.sub('isCodable="true"', 'isCodable="false"', QDC)
    assert "aucun code" in messages(choisir_grille, str(ecrire("dossiers.qdc", dossiers)))
    vide = re.sub(r"<Code .*</Code>", "", QDC, flags=re.DOTALL)
    assert "livre de codes vide" in messages(choisir_grille, str(ecrire("vide.qdc", vide)))


def test_les_versions_sont_figees_et_le_programme_ne_vient_pas_d_un_nom(creee):
    lignes = [ligne for ligne in (creee.racine / "requirements.txt").read_text("utf-8").splitlines() if ligne]
    exigences_ = [ligne for ligne in lignes if not ligne.startswith("#")]
    assert exigences_[0] == f"./paquets/ess_analyse-{version('ess-analyse')}-py3-none-any.whl"
    projet = tomllib.loads((RACINE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    demandes = {re.sub(r"[._]", "-", re.match(r"[\w.-]+", exigence)[0]) for exigence in projet["dependencies"]}
    figees = dict(ligne.split("==") for ligne in exigences_[1:])
    assert {re.sub(r"[._]", "-", nom) for nom in figees} <= demandes
    assert {"pandas", "spacy", "click"} <= set(figees)
    assert all(version(nom) == figee for nom, figee in figees.items())
    # Anybody may take a free name: a bare one must never be asked of a registry.
    assert not [ligne for ligne in exigences_ if re.match(r"ess.analyse\s*(==|$)", ligne)]
    assert "python3 -m pip wheel" in (creee.racine / "LISEZ-MOI.md").read_text(encoding="utf-8")


def test_une_adresse_donnee_est_celle_de_l_installation(tmp_path):
    adresse = "git+https://exemple.org/ess_analyse@v0.1.0"
    etude = creer_etude(tmp_path / "essai", programme=adresse).etude
    assert f"\ness-analyse @ {adresse}\n" in (etude.racine / "requirements.txt").read_text(encoding="utf-8")
    assert "pip wheel" not in (etude.racine / "LISEZ-MOI.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("note", "adresse"),
    [
        (None, ""),
        ('{"url": "file:///ici", "dir_info": {"editable": true}}', ""),
        (
            '{"url": "https://exemple.org/e", "vcs_info": {"vcs": "git", "commit_id": "abc"}}',
            "git+https://exemple.org/e@abc",
        ),
        ('{"url": "file:///ici/depot", "vcs_info": {"vcs": "git", "commit_id": "abc"}}', ""),
        ('{"url": "https://exemple.org/e", "vcs_info": {"vcs": "hg", "commit_id": "abc"}}', ""),
    ],
    ids=["rien", "dossier", "git", "depot-local", "autre"],
)
def test_l_adresse_est_celle_que_l_installateur_a_notee(note, adresse, monkeypatch):
    class Distribution:
        def read_text(self, nom):
            return note if nom == "direct_url.json" else None

    monkeypatch.setattr(exigences, "distribution", lambda _: Distribution())
    assert trouver_adresse() == adresse


def test_l_environnement_et_la_ci_se_lisent(creee):
    conda = YAML(typ="safe").load((creee.racine / "environment.yml").read_text(encoding="utf-8"))
    assert conda["name"] == "le-travail-ici-l"
    assert {"pip": ["-r requirements.txt"]} in conda["dependencies"]
    travail = YAML(typ="safe").load((creee.racine / ".github/workflows/verifier.yml").read_text(encoding="utf-8"))
    commandes = [pas["run"] for pas in travail["jobs"]["verifier"]["steps"] if "run" in pas]
    assert commandes[0].endswith("pip install -r requirements.txt")
    assert commandes[1:] == ["ess-analyse verifier", "ess-analyse pages", "ess-analyse site"]
    assert travail["permissions"] == {"contents": "read"}


@pytest.mark.parametrize(
    ("nom", "titre"), [("travail-ici", "Travail ici"), ("mon étude", "Mon étude"), ("___", "Mon étude"), ("É_t", "É t")]
)
def test_le_titre_vient_du_dossier(nom, titre):
    assert nommer_etude(Path(nom)) == titre


@given(st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=30))
def test_un_titre_n_est_jamais_vide_ni_sur_deux_lignes(nom):
    titre = nommer_etude(Path("/") / f"x{nom}")
    assert titre
    assert "\n" not in titre


@pytest.fixture(scope="module")
def cahiers():
    return {nom: nbformat.reads(texte, as_version=4) for nom, texte in composer_cahiers().items()}


def executer(cahier, dossier: Path, monkeypatch) -> str:
    """Exécuter les cellules comme un noyau le ferait, et rendre ce qui est dit."""
    dit: list[str] = []
    monkeypatch.chdir(dossier)
    noms = {"print": lambda *mots: dit.append(" ".join(map(str, mots)))}
    for cellule in cahier.cells:
        if cellule.cell_type == "code":
            exec(compile(cellule.source, "cellule", "exec"), noms)
    return "\n".join(dit)


@pytest.mark.parametrize(
    ("nom", "manque"),
    [
        ("01_corpus.ipynb", "Il manque le corpus"),
        ("02_themes.ipynb", "Il manque des phrases codées"),
        ("03_accord.ipynb", "Il manque une seconde lecture"),
        ("04_enseignements.ipynb", "Il manque un enseignement"),
    ],
)
def test_un_notebook_dit_ce_qui_manque_puis_se_lit(nom, manque, cahiers, creee, monkeypatch):
    assert manque in executer(cahiers[nom], creee.racine, monkeypatch)
    assert executer(cahiers[nom], RACINE, monkeypatch) == ""


def test_les_notebooks_sont_valides_courts_et_sans_sortie(cahiers):
    assert len(cahiers) == 4
    for nom, cahier in cahiers.items():
        nbformat.validate(cahier)
        for cellule in cahier.cells:
            if cellule.cell_type == "code":
                assert not cellule.outputs, nom
                assert cellule.source.count("\n") < 15, nom
        for rang, cellule in enumerate(cahier.cells):
            if "#| label: fig-" in cellule.source:
                assert "#| fig-alt:" in cellule.source, (nom, rang)


def test_une_table_de_notebook_masque_les_petites_cellules(cahiers, etude, monkeypatch):
    """Deux documents ne suffisent à aucun nombre : rien de ce qui est montré n'en dit un."""
    vues: list[pd.DataFrame] = []
    vrai = ess.presenter

    def regarder(table, *arguments, **options):
        vues.append(pd.DataFrame(table))
        return vrai(table, *arguments, **options)

    monkeypatch.setattr(ess, "presenter", regarder)
    for nom in ("01_corpus.ipynb", "02_themes.ipynb"):
        executer(cahiers[nom], etude, monkeypatch)
    assert len(vues) > 4
    for table in vues:
        nombres = table.apply(pd.to_numeric, errors="coerce").fillna(0)
        assert (nombres == 0).all(axis=None), table


def test_le_paquet_installe_contient_le_modele(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=RACINE,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        contenus = {nom: archive.read(nom) for nom in archive.namelist() if nom.startswith("ess_analyse/nouveau/")}
    assert contenus["ess_analyse/nouveau/grille.yml"] == (RACINE / "data/grille.yml").read_bytes()
    source = RACINE / "src/ess_analyse/nouveau"
    attendus = {
        f"ess_analyse/nouveau/{chemin.relative_to(source).as_posix()}"
        for chemin in source.rglob("*")
        if chemin.is_file() and "__pycache__" not in chemin.parts
    }
    assert attendus <= set(contenus)
    assert {
        "ess_analyse/nouveau/modele/gitignore",
        "ess_analyse/nouveau/modele/github/workflows/verifier.yml",
    } <= attendus


def test_composer_exigences_dit_toujours_d_ou_vient_le_programme():
    assert "n'est pas sur PyPI" in composer_exigences()
    assert "n'est pas sur PyPI" in composer_exigences("git+https://exemple.org/e@v1")


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=40))
def test_tout_titre_survit_au_yaml(titre):
    with tempfile.TemporaryDirectory() as dossier:
        etude = Etude(Path(dossier))
        _intituler(etude, titre)
        projet = YAML(typ="safe").load((etude.racine / "_quarto.yml").read_text(encoding="utf-8"))
        assert projet["website"]["title"] == titre
        assert set(projet) >= {"project", "website", "format"}
