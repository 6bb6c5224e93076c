"""La porte du site, celle du dépôt et le retrait, tels qu'une personne les emploie."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from ess_analyse.cli import principal

NOM = "Fatou"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" role="img"><title>Pesées</title><text>{NOM}</text></svg>'


def lancer(*arguments: str):
    return CliRunner().invoke(principal, arguments, prog_name="ess-analyse")


def photographier(racine: Path) -> dict[str, str]:
    return {
        chemin.relative_to(racine).as_posix(): hashlib.sha256(chemin.read_bytes()).hexdigest()
        for chemin in sorted(racine.rglob("*"))
        if chemin.is_file()
    }


@pytest.fixture(scope="module")
def moule(tmp_path_factory):
    """Où l'étude au site rendu est gardée, faite une fois et recopiée."""
    return tmp_path_factory.mktemp("moule") / "etude"


@pytest.fixture
def publiee(etude, moule):
    """L'étude, son site rendu une première fois, et un dossier de téléchargements."""
    if not moule.exists():
        assert lancer("site").exit_code == 0
        quarto = etude / "_quarto.yml"
        texte = quarto.read_text(encoding="utf-8")
        quarto.write_text(texte.replace('"rapports/donnees/*.csv"', '"rapports/documents/*"'), encoding="utf-8")
        shutil.copytree(etude, moule)
    shutil.copytree(moule, etude, dirs_exist_ok=True)
    return etude


def ecrire(nom: str, contenu: str | bytes) -> None:
    chemin = Path(nom)
    chemin.parent.mkdir(parents=True, exist_ok=True)
    chemin.write_bytes(contenu if isinstance(contenu, bytes) else contenu.encode("utf-8"))


def ajouter(nom: str, texte: str) -> None:
    ecrire(nom, Path(nom).read_text(encoding="utf-8") + texte)


def remplacer(nom: str, avant: str, apres: str) -> None:
    texte = Path(nom).read_text(encoding="utf-8-sig")
    assert avant in texte
    ecrire(nom, texte.replace(avant, apres))


def cahier(sortie: dict) -> bytes:
    cellules = [
        nbformat.v4.new_markdown_cell("# Pesées\n\nUn essai."),
        nbformat.v4.new_code_cell("peser()", execution_count=1, outputs=[sortie]),
    ]
    for rang, cellule in enumerate(cellules):
        cellule["id"] = f"c{rang}"
    return nbformat.writes(nbformat.v4.new_notebook(cells=cellules)).encode()


def page() -> None:
    ajouter("index.qmd", f"\nMerci à {NOM}.\n")


def verbatim() -> None:
    for nom in ("data/corpus/E01.txt", "data/codages/lea.csv", "data/preuves.csv"):
        remplacer(nom, "C'est long, hein.", f"C'est long {NOM}.")


def etiquette_de_figure() -> None:
    sortie = nbformat.v4.new_output("display_data", {"image/svg+xml": SVG, "text/plain": "figure"})
    ecrire("notebooks/01_essai.ipynb", cahier(sortie).replace(b"peser()", b"#| fig-alt: Les pes\xc3\xa9es\\npeser()"))


def dessin() -> None:
    ecrire("rapports/schema.svg", SVG)
    ajouter("index.qmd", '\n![Un schéma](rapports/schema.svg){fig-alt="Le circuit des pesées"}\n')


def table() -> None:
    remplacer("data/structures.csv", ";tri;", f";tri chez {NOM};")


def memo() -> None:
    ecrire("rapports/documents/feuille.csv", f"segment;codes;memo\nE01:37-62;R-CHARGE;voir {NOM}\n")


def nom_de_fichier() -> None:
    ecrire(f"rapports/documents/pesees_{NOM}.csv", "a;b\n1;2\n")


def metadonnees_pdf() -> None:
    from pypdf import PdfWriter

    ecrit, tampon = PdfWriter(), io.BytesIO()
    ecrit.add_blank_page(72, 72)
    ecrit.add_metadata({"/Author": NOM})
    ecrit.write(tampon)
    ecrire("rapports/documents/synthese.pdf", tampon.getvalue())


def sortie_de_notebook() -> None:
    ecrire("notebooks/01_essai.ipynb", cahier(nbformat.v4.new_output("stream", name="stdout", text=f"{NOM} 3\n")))


def index_json() -> None:
    ecrire("rapports/documents/index.json", json.dumps([{"qui": "F\u0061tou"}]).replace("Fatou", "F\\u0061tou"))


def texte_alternatif() -> None:
    ecrire("rapports/schema.svg", SVG.replace(NOM, "pesées"))
    ajouter("index.qmd", f'\n![Un schéma](rapports/schema.svg){{fig-alt="{NOM} pèse"}}\n')


def telechargement() -> None:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        morceaux = f"<w:r><w:t>{NOM[:3]}</w:t></w:r><w:r><w:t>{NOM[3:]}</w:t></w:r>"
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document {w}><w:body><w:p>{morceaux}</w:p></w:body></w:document>")
    ecrire("rapports/documents/synthese.docx", tampon.getvalue())


LIEUX = {
    page: "✗ index.qmd, ligne",
    verbatim: "✗ data/corpus/E01.txt, ligne 3",
    etiquette_de_figure: "_site/site_libs/figures/notebooks-01-essai-cellule-2.svg",
    dessin: "rapports/schema.svg",
    table: "✗ data/structures.csv, ligne 2",
    memo: "rapports/documents/feuille.csv, ligne 2",
    nom_de_fichier: "rapports/documents/pesees_F…",
    metadonnees_pdf: "rapports/documents/synthese.pdf",
    sortie_de_notebook: "notebooks/01_essai",
    index_json: "rapports/documents/index.json",
    texte_alternatif: "✗ index.qmd, ligne",
    telechargement: "rapports/documents/synthese.docx",
}


@pytest.mark.parametrize(("planter", "lieu"), LIEUX.items(), ids=[planter.__name__ for planter in LIEUX])
def test_un_nom_plante_arrete_le_site_et_son_lieu_est_dit(planter, lieu, publiee):
    ancien = photographier(publiee / "_site")
    planter()
    resultat = lancer("site")
    assert resultat.exit_code == 1, resultat.output
    assert lieu in resultat.output
    assert "F…" in resultat.output
    assert NOM not in resultat.output
    assert photographier(publiee / "_site") == ancien


def test_la_porte_controle_aussi_un_site_deja_rendu(publiee):
    assert lancer("publication", "verifier").exit_code == 0
    ecrire("_site/rapports/note.html", "<p>Vu avec <b>Fa</b>tou.</p>")
    resultat = lancer("publication", "verifier")
    assert resultat.exit_code == 1
    assert "rapports/note.html" in resultat.output


def test_sans_site_la_porte_dit_quoi_faire(etude):
    resultat = lancer("publication", "verifier")
    assert resultat.exit_code == 1
    assert "aucun site rendu" in resultat.output


def test_une_parole_restreinte_arrete_le_site(publiee):
    ecrire("data/corpus/diffusion.csv", "segment;diffusion;motif\nE02:38-62;restreinte;\n")
    ajouter("index.qmd", "\nElle nous l'a dit : *Awa me montre la caisse.*\n")
    resultat = lancer("site")
    assert resultat.exit_code == 1
    assert "index.html" in resultat.output
    assert "E02:38-62" in resultat.output


def test_un_chemin_de_la_machine_dans_un_cahier_arrete_le_site(publiee):
    sortie = nbformat.v4.new_output("stream", name="stdout", text="/home/claire/etude/data/brut/E01.docx\n")
    ecrire("notebooks/01_essai.ipynb", cahier(sortie))
    resultat = lancer("site")
    assert resultat.exit_code == 1
    assert "01_essai" in resultat.output


def test_git_refuse_les_donnees_recues_la_cle_et_les_noms(etude):
    def git(*arguments: str):
        identite = {f"GIT_{qui}_{quoi}": "essai" for qui in ("AUTHOR", "COMMITTER") for quoi in ("NAME", "EMAIL")}
        return subprocess.run(
            ["git", *arguments], cwd=etude, env=os.environ | identite, capture_output=True, text=True, check=False
        )

    git("init", "-q")
    pose = lancer("publication", "proteger")
    assert pose.exit_code == 0, pose.output
    git("add", "-A")
    refus = git("commit", "-qm", "tout")
    assert refus.returncode != 0
    assert "data/prive/cle.csv" in refus.stderr
    assert NOM not in refus.stdout + refus.stderr
    git("rm", "-rq", "--cached", "data/brut", "data/prive")
    accepte = git("commit", "-qm", "sans les données reçues")
    assert accepte.returncode == 0, accepte.stderr
    ecrire("note.md", f"Rappeler {NOM}.\n")
    git("add", "note.md")
    assert "note.md" in git("commit", "-qm", "note").stderr


def test_une_etude_fictive_entre_dans_git(etude):
    subprocess.run(["git", "init", "-q"], cwd=etude, check=True)
    subprocess.run(["git", "add", "-A"], cwd=etude, check=True)
    assert lancer("publication", "depot").exit_code == 1
    ecrire("data/etude.yml", "fictif: oui\n")
    assert lancer("publication", "depot").exit_code == 0


def test_simuler_un_retrait_ne_change_rien_et_dit_ce_qu_on_perd(publiee):
    avant = photographier(publiee)
    resultat = lancer("retirer", "E01", "--simuler")
    assert resultat.exit_code == 0, resultat.output
    assert "Preuves, avant et après" in resultat.output
    assert "Rien n'a été changé" in resultat.output
    assert photographier(publiee) == avant
    en_json = json.loads(lancer("retirer", "E01", "--simuler", "--json").output)
    assert en_json["Lignes ôtées"]


def test_un_document_retire_ne_revient_pas(publiee):
    cle = Path("data/prive/cle.csv").read_text(encoding="utf-8-sig").splitlines()
    contextes = (f"{ligne};{'contextes' if not rang else 'il y a Karim'}\n" for rang, ligne in enumerate(cle))
    ecrire("data/prive/cle.csv", "".join(contextes))
    resultat = lancer("retirer", "E02", "--oublier-cle")
    assert resultat.exit_code == 0
    assert "« contextes » de la clé peut citer ce document : « ess-analyse retirer » l'ôte" in resultat.output
    assert "E02;" in Path("data/registre.csv").read_text(encoding="utf-8-sig")
    assert not list(Path("data/brut").glob("E02*"))
    cle = Path("data/prive/cle.csv").read_text(encoding="utf-8-sig")
    assert "Sandrine" in cle
    assert "Karim" not in cle
    assert "contextes" not in cle
    ecrire("data/brut/nouvel entretien.txt", "Enquêtrice : Et vous ?\n\nLéo : Moi, ça va.\n\nEnquêtrice : Bien.\n")
    assert lancer("importer").exit_code == 0
    assert Path("data/corpus/E03.txt").is_file()
    assert not Path("data/corpus/E02.txt").exists()


def test_retirer_un_document_inconnu_est_dit(etude):
    resultat = lancer("retirer", "E10")
    assert resultat.exit_code == 1
    assert "E10" in resultat.output
