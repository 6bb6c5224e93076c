"""Les notebooks : lisibles par qui ne programme pas, exécutés, identiques d'une exécution à l'autre."""

from __future__ import annotations

import ast
import base64
import html
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

import ess_analyse as ess
from ess_analyse.publication import auditer_tables, verifier_cahiers, verifier_singularites

RACINE = Path(__file__).parents[1]
CAHIERS = sorted((RACINE / "notebooks").glob("*.ipynb"))
LE_PLUS_RAPIDE = "05_enseignements.ipynb"
CONCLUSION = "## Ce que l'on apprend"
NOMBRE = re.compile(r"(?<![\w.,])\d+(?:[ \u00a0\u202f]\d{3}(?!\d))*(?:,\d+)?")
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture(params=CAHIERS, ids=lambda chemin: chemin.stem)
def cahier(request):
    return nbformat.read(request.param, as_version=4)


def cellules(cahier, sorte: str = "code") -> list:
    return [cellule for cellule in cahier.cells if cellule.cell_type == sorte]


def option(cellule, nom: str) -> str:
    """Lire une option ``#| nom: …``, sur une ou plusieurs lignes."""
    trouve = re.search(rf"^#\| {nom}: (?:>-\n)?(.*(?:\n#\|   .*)*)", cellule.source, re.MULTILINE)
    return re.sub(r"(?:\n#\|)? +", " ", trouve[1]).strip(' "') if trouve else ""


def donnees(cahier, format_: str) -> list[str]:
    return [
        sortie.data[format_]
        for cellule in cellules(cahier)
        for sortie in cellule.outputs
        if format_ in sortie.get("data", {})
    ]


def tables(cahier) -> dict[str, pd.DataFrame]:
    """Relire les tables montrées : étiquette → table, une cellule masquée ou vide manque."""
    return {
        option(cellule, "label"): relire(sortie.data["text/html"])
        for cellule in cellules(cahier)
        for sortie in cellule.outputs
        if "text/html" in sortie.get("data", {})
    }


def relire(tableau: str) -> pd.DataFrame:
    nu = re.sub(r"<style.*?</style>", "", tableau, flags=re.DOTALL).replace("&nbsp;", "")
    (coin, *colonnes), *lignes = (
        ["".join(case.itertext()).strip() for case in ligne] for ligne in ET.fromstring(nu).iter("tr")
    )
    index = pd.Index([ligne[0] for ligne in lignes], name=coin or None)
    return pd.DataFrame([list(map(valeur, ligne[1:])) for ligne in lignes], index=index, columns=colonnes)


def valeur(ecrite: str) -> float | str | None:
    if ecrite in ("masqué", "—"):
        return None
    nombre = ecrite.replace("\u202f", "").replace("−", "-").replace(",", ".")
    return float(nombre) if re.fullmatch(r"-?\d+(?:\.\d+)?", nombre) else ecrite


def conclusion(cahier) -> list:
    """Rendre les cellules de la conclusion, son titre d'abord."""
    debuts = [rang for rang, cellule in enumerate(cahier.cells) if cellule.source.startswith(CONCLUSION)]
    assert len(debuts) == 1
    return cahier.cells[debuts[0] :]


def lire_conclusion(cahier) -> str:
    """Rendre ce que la conclusion montre : ses textes, et ceux que ses cellules de code ont calculés."""
    textes = [cellule.source for cellule in conclusion(cahier) if cellule.cell_type == "markdown"]
    return "\n\n".join([*textes, *donnees(cahier, "text/markdown")])


def ecrits_a_la_main(source: str) -> str:
    """Rendre d'une cellule de code ce que ses textes à trous ne calculent pas."""
    textes = [noeud for noeud in ast.walk(ast.parse(source)) if isinstance(noeud, ast.JoinedStr)]
    return " ".join(part.value for texte in textes for part in texte.values if isinstance(part, ast.Constant))


def nombres(texte: str) -> set[str]:
    return {re.sub(r"\s", "", trouve[0]) for trouve in NOMBRE.finditer(texte)}


# ─── Ce qu'un chercheur lit ───


def test_les_analyses_se_suivent():
    numeros = [chemin.stem[:2] for chemin in CAHIERS]
    assert numeros == [f"{rang:02}" for rang in range(1, len(CAHIERS) + 1)]
    assert len(numeros) >= 5


def test_le_titre_est_une_question(cahier):
    tete = cahier.cells[0]
    assert tete.cell_type == "raw"
    assert re.fullmatch(r'---\ntitle: "[^"]+\u202f\?"\n(?:[a-z-]+: .+\n)*---', tete.source)


def test_le_corpus_fictif_est_annonce_d_abord(cahier):
    assert cahier.cells[1].source.startswith("> **Corpus fictif")


def test_l_accord_dit_que_les_lecteurs_se_ressemblent():
    accord = ouvrir("03")
    assert "lecteurs très semblables" in accord.cells[1].source
    assert "lecteurs sont très semblables" in lire_conclusion(accord)


def test_la_conclusion_est_ecrite(cahier):
    assert len(lire_conclusion(cahier).split()) > 100


def test_aucun_nombre_de_la_conclusion_n_est_ecrit_a_la_main(cahier):
    for cellule in conclusion(cahier):
        if cellule.cell_type == "code":
            assert option(cellule, "echo") == "false"
            assert [*cellule.outputs[0].data] == ["text/markdown", "text/plain"]
            assert not nombres(ecrits_a_la_main(cellule.source)), cellule.source
        else:
            assert not nombres(cellule.source), cellule.source


def test_un_nombre_ecrit_a_la_main_est_vu():
    source = 'Markdown(f"""{phrases[1]} phrases, α de 0,84, F1 de {ecrire(f1, 2)}""")'
    assert nombres(ecrits_a_la_main(source)) == {"0,84"}


def test_chaque_nombre_de_la_conclusion_est_dans_une_table(cahier):
    tables = " ".join(
        re.sub(r"<style.*?</style>|<[^>]+>", " ", table, flags=re.DOTALL) for table in donnees(cahier, "text/html")
    )
    ecrits = nombres(" ".join(donnees(cahier, "text/markdown")))
    assert len(ecrits) > 5
    assert not ecrits - nombres(html.unescape(tables))


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("2\u202f731 phrases, 0,91 et 19,3", {"2731", "0,91", "19,3"}),
        ("de 9 à 13 %, E01, 2025-09.", {"9", "13", "2025", "09"}),
    ],
)
def test_nombres(texte, attendu):
    assert nombres(texte) == attendu


def test_le_code_est_simple(cahier):
    for cellule in cellules(cahier):
        assert len(cellule.source.splitlines()) <= 15, cellule.source
        noeuds = list(ast.walk(ast.parse(cellule.source)))
        interdits = (ast.FunctionDef, ast.Lambda, ast.ClassDef, ast.For, ast.While, ast.Try, ast.With, ast.Global)
        assert not [noeud for noeud in noeuds if isinstance(noeud, interdits)], cellule.source
        assert sum(isinstance(noeud, ast.comprehension) for noeud in noeuds) <= 1, cellule.source


def test_rien_d_autre_n_est_importe(cahier):
    code = "\n".join(cellule.source for cellule in cellules(cahier))
    imports = re.findall(r"^ *(?:from|import) .*", code, re.MULTILINE)
    assert imports == [
        "import pandas as pd",
        "from IPython.display import Markdown",
        "import ess_analyse as ess",
        "from ess_analyse.figures.ecriture import ecrire",
    ]


# ─── Ce qui est publié ───


def test_une_figure_a_une_alternative_et_ses_chiffres_a_cote(cahier):
    codes = cellules(cahier)
    figures = [
        rang
        for rang, cellule in enumerate(codes)
        if any("image/svg+xml" in sortie.get("data", {}) for sortie in cellule.outputs)
    ]
    assert figures
    for rang in figures:
        assert option(codes[rang], "label").startswith("fig-")
        assert option(codes[rang], "fig-cap")
        alternative = option(codes[rang], "fig-alt")
        assert len(alternative) > 100
        assert alternative.endswith(("dans le tableau suivant.", "dans le tableau précédent."))
        voisine = codes[rang + (1 if "suivant" in alternative else -1)]
        assert option(voisine, "label").startswith("tbl-")


def test_une_table_est_etiquetee_et_porte_sa_legende(cahier):
    for cellule in cellules(cahier):
        for sortie in cellule.outputs:
            if "text/html" not in sortie.get("data", {}):
                continue
            assert option(cellule, "label").startswith("tbl-"), cellule.source
            legende = re.search("<caption>(.+?)</caption>", sortie.data["text/html"])[1]
            assert html.unescape(legende) == option(cellule, "tbl-cap")


def test_les_etiquettes_ne_servent_qu_une_fois(cahier):
    etiquettes = [nom for cellule in cellules(cahier) if (nom := option(cellule, "label"))]
    assert len(etiquettes) == len(set(etiquettes))


def test_les_figures_sont_du_svg_sans_date_ni_version(cahier):
    for figure in donnees(cahier, "image/svg+xml"):
        ET.fromstring(figure)
        assert "<dc:date>" not in figure
        assert "Matplotlib v" not in figure
    assert not donnees(cahier, "image/png")


def test_ni_erreur_ni_avertissement_ni_objet_dynamique(cahier):
    sorties = [sortie for cellule in cellules(cahier) for sortie in cellule.outputs]
    assert {sortie.output_type for sortie in sorties} <= {"execute_result", "display_data"}
    assert {nom for sortie in sorties for nom in sortie.data} <= {
        "text/plain",
        "text/html",
        "text/markdown",
        "image/svg+xml",
    }


def test_ni_chemin_ni_adresse_memoire(cahier):
    sorties = " ".join(donnees(cahier, "text/plain") + donnees(cahier, "text/html") + donnees(cahier, "text/markdown"))
    assert not re.search(r" at 0x|/(?:home|Users|work|tmp|root)/|[A-Z]:\\", sorties)


def test_aucun_nom_reel():
    cle = ess.Etude.trouver(RACINE).cle
    assert ess.chercher_noms(RACINE / "notebooks", ess.lire_cle(cle)) == []


def test_les_cellules_sont_executees_dans_l_ordre(cahier):
    codes = cellules(cahier)
    assert [cellule.execution_count for cellule in codes] == list(range(1, len(codes) + 1))


def test_rien_de_la_machine_dans_les_metadonnees(cahier):
    noyau = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    assert cahier.metadata == {"kernelspec": noyau, "language_info": {"name": "python"}}
    assert not any(cellule.metadata for cellule in cahier.cells)


def test_reexecuter_donne_les_memes_octets(tmp_path):
    shutil.copytree(RACINE / "data", tmp_path / "data")
    (tmp_path / "notebooks").mkdir()
    shutil.copy(RACINE / "notebooks" / LE_PLUS_RAPIDE, tmp_path / "notebooks")
    commande = [sys.executable, "-m", "ess_analyse", "notebooks", "--force"]
    subprocess.run(commande, check=True, capture_output=True, cwd=tmp_path)
    # Only the line ends may differ, on Windows.
    avant, apres = (
        racine.joinpath("notebooks", LE_PLUS_RAPIDE).read_bytes().splitlines() for racine in (RACINE, tmp_path)
    )
    assert apres == avant


# ─── Ce qui ne désigne personne ───


@pytest.fixture(scope="module")
def etude():
    return ess.Etude.trouver(RACINE)


@pytest.fixture(scope="module")
def corpus(etude):
    return ess.lire_corpus(etude.corpus)


@pytest.fixture(scope="module")
def sigles(etude):
    """Ce qui est montré à la place de l'identifiant d'un code ou d'une structure → cet identifiant."""
    codes = {f"{code.famille}\u00a0·\u00a0{code.libelle}": code.id for code in ess.lire_grille(etude.grille)}
    structures = ess.lire_structures(etude.structures)
    return codes | dict(zip(structures["libelle"], structures["structure"], strict=True))


@pytest.fixture(scope="module")
def telechargees(etude):
    """Les tables de codes que le site donne à télécharger."""
    return {
        nom: pd.read_csv(etude.rapports / "donnees" / f"{nom}.csv", sep=";", encoding="utf-8-sig", index_col="code")
        for nom in ("accord", "codes", "code_structure", "code_fonction", "code_prisme", "cooccurrences")
    }


def ouvrir(numero: str):
    return nbformat.read(next(RACINE.glob(f"notebooks/{numero}_*.ipynb")), as_version=4)


def montrer(numero: str, etiquette: str, sigles: dict[str, str]) -> pd.DataFrame:
    return tables(ouvrir(numero))[etiquette].rename(index=sigles, columns=sigles)


def test_relire_une_table():
    table = pd.DataFrame({"phrases": [1850, None], "famille": ["équipe", "l'autre"]}, index=["R-SENS", "-"])
    relue = relire(ess.presenter(table.rename_axis("code"), "Des nombres", decimales=1)._repr_html_())
    pd.testing.assert_frame_equal(relue, table.rename_axis("code"), check_column_type=False)


def test_aucun_document_n_est_montre_seul(cahier, corpus):
    # A figure keeps its labels as comments beside the outlines of their letters.
    figures = " ".join(re.findall("<!--.*?-->", " ".join(donnees(cahier, "image/svg+xml")), re.DOTALL))
    textes = " ".join(cellule.source for cellule in cahier.cells)
    sorties = [texte for sorte in ("plain", "html", "markdown") for texte in donnees(cahier, f"text/{sorte}")]
    montre = " ".join([figures, textes, *sorties])
    documents = "|".join(entretien.identifiant for entretien in corpus)
    assert not re.findall(rf"\b(?:{documents})\b", montre)


def test_aucune_famille_ne_designe_quelqu_un_dans_sa_structure(cahier, etude, corpus):
    structures, fonctions = ess.lire_structures(etude.structures), ess.lire_fonctions(etude.fonctions)
    montrees = {
        nom: (table.reset_index() if table.index.name else table).rename(columns=str)
        for nom, table in tables(cahier).items()
    }
    assert verifier_singularites(montrees, corpus.documents, structures, fonctions) == []
    familles = {*fonctions["famille"], *ess.decrire_sources(corpus.documents, structures, fonctions)["famille"]}
    for table in tables(cahier).values():
        croisees = [
            bool(noms & set(axe)) for noms in (familles, {*structures["libelle"]}) for axe in (table.index, table)
        ]
        assert not any(croisees[:2]) or not any(croisees[2:])


@pytest.mark.parametrize(
    ("etiquette", "nom"),
    [("tbl-structures", "code_structure"), ("tbl-familles", "code_fonction"), ("tbl-prisme", "code_prisme")],
)
def test_un_croisement_est_celui_du_site_cases_masquees_comprises(etiquette, nom, sigles, telechargees):
    montree = montrer("04", etiquette, sigles)
    assert montree.isna().any(axis=None)
    pd.testing.assert_frame_equal(montree, telechargees[nom], check_dtype=False, check_names=False)


@pytest.mark.parametrize(
    ("numero", "etiquette", "colonne", "nom", "nombre"),
    [
        ("02", "tbl-codes", "posés", "codes", "segments"),
        ("03", "tbl-accord", "usages", "accord", "usages"),
        ("04", "tbl-codes", "phrases", "codes", "segments"),
        ("04", "tbl-codes", "documents", "codes", "entretiens"),
        ("04", "tbl-codes", "structures", "codes", "structures"),
    ],
)
def test_un_total_est_celui_du_site(numero, etiquette, colonne, nom, nombre, sigles, telechargees):
    montres = montrer(numero, etiquette, sigles)[colonne]
    assert len(montres) > 15
    publies = telechargees[nom].loc[montres.index, nombre]
    pd.testing.assert_series_equal(montres, publies, check_dtype=False, check_names=False)


def test_une_paire_montree_est_celle_du_site(sigles, telechargees):
    libelles = {nom.split("\u00a0·\u00a0")[-1]: code for nom, code in sigles.items()}
    paires = montrer("04", "tbl-paires", sigles)
    assert len(paires)
    for code, (avec, phrases, _) in zip(paires.index, paires.values.tolist(), strict=True):
        assert telechargees["cooccurrences"].at[code, libelles[avec]] == phrases


def test_la_difference_de_deux_tables_ne_rend_aucune_case_masquee(sigles, telechargees):
    prisme, sommes = telechargees["code_prisme"], montrer("04", "tbl-activites", sigles)
    liees = {nom: table for nom, table in telechargees.items() if nom not in ("accord", "code_prisme")}
    for famille, somme in (("R", "risques"), ("O", "opportunités")):
        lignes = prisme[prisme.index.str.startswith(f"{famille}-")]
        assert lignes.isna().any(axis=None)
        liees[somme] = pd.concat([lignes, sommes[[somme]].T.set_axis(["total"])])
    assert auditer_tables(liees) == []


def test_deux_tables_ne_disent_pas_combien_de_phrases_portent_deux_codes_de_sens_contraire(sigles):
    """Risques + opportunités - phrases codées : chaque paire masquée vaudrait alors 1."""
    codes = montrer("04", "tbl-sens", sigles)
    assert codes.columns.tolist() == ["codes", "fois où ils sont posés"]
    assert codes.sum().tolist()[1] == montrer("04", "tbl-codes", sigles)["phrases"].sum()


def test_un_desaccord_que_personne_n_a_arbitre_reste_a_trancher(etude):
    lus = {"E01:0-9": "-", "E01:10-19": None, "E01:20-29": "R-SENS"}
    avis = [
        [(segment, "ana", "R-SENS"), (segment, "bob", "-"), (segment, "arbitrage", lu)] for segment, lu in lus.items()
    ]
    codages = pd.DataFrame([un for trois in avis for un in trois if un[2]], columns=["segment", "codeur", "code"])
    noms = {
        "ess": ess,
        "codages": codages.assign(origine=""),
        "grille": ess.lire_grille(etude.grille),
        "segments": pd.DataFrame({"segment": [*lus], "entretien": "E01"}),
        "documents": pd.DataFrame({"entretien": ["E01"], "structure": "S1"}),
    }
    (cellule,) = [cellule for cellule in cellules(ouvrir("03")) if "à trancher" in cellule.source]
    exec(cellule.source, noms)
    dits = noms["desaccords"].set_index("segment")["retenu"]
    assert dits.to_dict() == dict(zip(lus, ("écarté", "à trancher", "gardé"), strict=True))


def test_la_calibration_dit_aussi_l_erreur_des_suggestions_retenues():
    suggestions = ouvrir("02")
    table = tables(suggestions)["tbl-calibration"]
    tout, retenues = table.loc["erreur, toutes les suggestions"], table.loc["erreur, les seules retenues"]
    assert retenues["suggestions"] < tout["suggestions"] == table["suggestions"].iloc[:-2].sum()
    ecrits = nombres(lire_conclusion(suggestions))
    assert {f"{erreur:.3f}".replace(".", ",") for erreur in (tout["écart"], retenues["écart"])} <= ecrits


def test_les_controles_de_la_porte_passent():
    assert verifier_cahiers(RACINE / "notebooks") == []


def rejouer(cahier) -> set[str]:
    """Exécuter les cellules, et rendre ce qu'écrivent les tables montrées."""
    noms: dict[str, object] = {}
    ecrites: set[str] = set()
    for cellule in cellules(cahier):
        *avant, derniere = ast.parse(cellule.source).body
        if not isinstance(derniere, ast.Expr):
            avant.append(derniere)
        exec(compile(ast.Module(avant, []), "cellule", "exec"), noms)
        if isinstance(derniere, ast.Expr):
            montre = eval(compile(ast.Expression(derniere.value), "cellule", "eval"), noms)
            table = relire(montre._repr_html_()) if hasattr(montre, "texte") else pd.DataFrame()
            ecrites |= {*table.index.map(str), *table.to_numpy(dtype=str).ravel()}
    return ecrites


@pytest.fixture(scope="module")
def suggestions(etude, corpus):
    segments, grille = ess.segmenter(corpus), ess.lire_grille(etude.grille)
    avis = ess.consolider(ess.lire_codages(etude.codages, segments, grille))
    return ess.suggerer(segments, grille, avis, exemples=ess.lire_exemples().iloc[:0])


@pytest.mark.parametrize("numero", ["02", "03"])
def test_une_phrase_restreinte_n_est_plus_montree(numero, corpus, suggestions, monkeypatch):
    phrases = ess.segmenter(corpus).drop_duplicates("texte", keep=False).set_index("texte")["entretien"]
    monkeypatch.chdir(RACINE)
    progres = pd.DataFrame(
        {"entretiens": [0, 4], "phrases": 9, "precision": 0.1, "rappel": 0.1, "f1": 0.1, "rappel_5": 1}
    )
    monkeypatch.setattr(ess, "courbe_d_apprentissage", lambda *_, **__: progres)
    for fonction in ("suggerer", "suggerer_par_plis"):
        # What the machine learns is not in question, and takes long.
        lues = lambda champ, *_, **__: suggestions[suggestions["segment"].isin(champ["segment"])].copy()  # noqa: E731
        monkeypatch.setattr(ess, fonction, lues)
    montres = phrases[phrases.index.isin(rejouer(ouvrir(numero)))].unique()
    assert len(montres) > 1
    decrits = corpus.documents.copy()
    decrits.loc[decrits["entretien"] == montres[0], "diffusion"] = "restreinte"
    monkeypatch.setattr(ess, "lire_corpus", lambda _: replace(corpus, documents=decrits))
    encore = phrases[phrases.index.isin(rejouer(ouvrir(numero)))].unique()
    assert len(encore)
    assert montres[0] not in encore


# ─── Ce que nbval laissait passer ───

IMAGE = f"from IPython.display import Image\nImage({PIXEL!r})"
SVG = "from IPython.display import SVG\nSVG('<svg xmlns=\"http://www.w3.org/2000/svg\"><g/></svg>')"


def composer(*cases: tuple[str, str], executees: bool = True) -> list:
    """Composer des cellules de code et le texte de leur résultat, comme un noyau l'aurait rendu."""
    codes = []
    for rang, (source, resultat) in enumerate(cases, 1):
        sorties = [nbformat.v4.new_output("execute_result", {"text/plain": resultat}, execution_count=rang)]
        codes.append(
            nbformat.v4.new_code_cell(
                source, execution_count=rang if executees else None, outputs=sorties if resultat and executees else []
            )
        )
    return codes


def executer(*sources: str) -> list:
    """Exécuter des cellules pour de vrai."""
    cahier = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    NotebookClient(cahier, record_timing=False).execute()
    return cahier.cells


def fausser(codes: list) -> list:
    """Changer chaque sortie d'un rien."""
    png, svg, texte = (code.outputs[0].data for code in codes)
    png["image/png"] = base64.b64encode(PIXEL[:-1] + b"\0").decode()
    svg["image/svg+xml"] = svg["image/svg+xml"].replace("<g/>", "<a/>")
    texte["text/plain"] = "3"
    return codes


def ecrire_cas(dossier: Path) -> list[str]:
    un, deux = ("1 + 1", "2"), ("2 + 2", "4")
    cas = {
        "juste": executer(IMAGE, SVG, "1 + 1", "1 + 1;"),
        "fausse": fausser(executer(IMAGE, SVG, "1 + 1")),
        "jamais_execute": composer(un, executees=False),
        "cellule_oubliee": composer(un) + composer(deux, executees=False),
        "sans_sorties": composer(("1 + 1", ""), ("2 + 2", "")),
        "soustraite": composer(("# NBVAL_IGNORE_OUTPUT\n1 + 1", "3")),
        "sans_code": [],
    }
    for nom, codes in cas.items():
        cahier = nbformat.v4.new_notebook(cells=codes)
        cahier.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(cahier, dossier / f"{nom}.ipynb")
    return list(cas)


@pytest.fixture(scope="module")
def bilan(tmp_path_factory):
    """Rejouer, avec notre conftest, un notebook juste et d'autres fautifs ; rendre ce qui échoue dans chacun."""
    dossier = tmp_path_factory.mktemp("cahiers")
    shutil.copy(RACINE / "notebooks/conftest.py", dossier)
    noms = ecrire_cas(dossier)
    commande = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval",
        "--import-mode=importlib",
        "-W",
        "error",
        "-c",
        "neant.ini",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        ".",
        "--junit-xml",
        "bilan.xml",
        "-o",
        "junit_family=xunit1",
    ]
    (dossier / "neant.ini").write_text("[pytest]\n", encoding="utf-8")
    sortie = subprocess.run(commande, cwd=dossier, capture_output=True, text=True, encoding="utf-8")
    assert sortie.returncode == 1, sortie.stdout + sortie.stderr
    echecs: dict[str, dict[str, str]] = {nom: {} for nom in noms}
    for essai in ET.parse(dossier / "bilan.xml").iter("testcase"):
        for echec in essai.iter("failure"):
            echecs[Path(essai.get("file")).stem][essai.get("name")] = echec.text
    return echecs


def test_un_notebook_juste_passe_point_virgule_compris(bilan):
    assert not bilan["juste"]


def test_une_sortie_changee_est_refusee_image_comprise(bilan):
    assert list(bilan["fausse"]) == ["Cell 0", "Cell 1", "Cell 2"]
    assert all("Cell outputs differ" in echec for echec in bilan["fausse"].values())


@pytest.mark.parametrize(
    ("nom", "message"),
    [
        ("jamais_execute", "cellules de code jamais exécutées : [0]"),
        ("cellule_oubliee", "cellules de code jamais exécutées : [1]"),
        ("sans_sorties", "ce notebook n'a gardé aucune sortie"),
        ("soustraite", "cellules soustraites à la comparaison : [0]"),
        ("sans_code", "ce notebook n'a aucune cellule de code"),
    ],
)
def test_un_notebook_non_verifiable_est_refuse(bilan, nom, message):
    assert message in bilan[nom]["sorties gardées"]
