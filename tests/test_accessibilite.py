"""Ce que le site dit de lui-même : mentions, déclaration tirée d'un audit réel, et l'audit que rien ne contredit."""

from __future__ import annotations

import importlib
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from ess_analyse.echanges import exporter_qdc
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude
from ess_analyse.fichiers import lire_table
from ess_analyse.grille import lire_grille
from ess_analyse.pages import ecrire_pages
from ess_analyse.pages.accessibilite import CRITERES_RGAA, dire_mentions, preparer_accessibilite
from ess_analyse.pages.matiere import AUDIT
from ess_analyse.pages.morceaux import _gabarits
from ess_analyse.reglages import MENTIONS
from ess_analyse.rendu import verifier_projet

RACINE = Path(__file__).parents[1]
ENREGISTRE = RACINE / "data/mesures/accessibilite.csv"
REFAIRE = "relancez « python -m benchmarks accessibilite »"


@pytest.fixture(scope="module")
def banc():
    """Le module de l'audit, qui n'est pas installé avec le paquet."""
    with pytest.MonkeyPatch.context() as rustine:
        rustine.syspath_prepend(RACINE)
        yield importlib.import_module("benchmarks.accessibilite")


@pytest.fixture(scope="module")
def enregistre():
    table = lire_table(ENREGISTRE, AUDIT)
    return table.assign(**table[["pages", "echecs", "a_verifier"]].astype(int))


# ─── L'audit ───


def test_l_audit_enregistre_est_entier(enregistre):
    assert set(enregistre["outil"].str.split().str[0]) == {"axe-core", "Chromium", "Nu"}, REFAIRE
    assert enregistre["controle"].is_unique
    pages = len(list(RACINE.glob("rapports/**/*.qmd"))) - len(list(RACINE.glob("rapports/_fragments/*.qmd")))
    pages += len(list(RACINE.glob("notebooks/*.ipynb"))) + len(list(RACINE.glob("*.qmd")))
    assert abs(enregistre["pages"].max() - pages) <= 3, REFAIRE
    assert (enregistre[["echecs", "a_verifier"]].max(axis=1) <= enregistre["pages"]).all()
    assert enregistre["criteres"].map(lambda dits: bool(re.fullmatch(r"(\d+\.\d+( \d+\.\d+)*)?", dits))).all()


def test_l_audit_enregistre_ne_trouve_aucun_echec(enregistre):
    assert enregistre.loc[enregistre["echecs"] > 0, "controle"].tolist() == []


def test_chaque_regle_a_son_nom_en_francais(banc, enregistre):
    regles = enregistre.loc[enregistre["outil"].str.startswith("axe"), "controle"]
    assert set(regles) <= set(banc.REGLES), "nommez ces règles dans benchmarks/accessibilite.py, puis " + REFAIRE
    assert len(set(banc.REGLES.values())) == len(banc.REGLES)


FAUTIVE = """<!doctype html><html lang="fr"><head><title>Fautive</title></head><body>
<header><nav><a href="a.html" style="outline: none">A</a></nav></header>
<main><h1>Titre</h1><img src="rien.png"><div style="width: 700px">large</div><p style="color: #ccc">pâle</p></main>
<footer></footer></body></html>"""
SAINE = """<!doctype html><html lang="fr"><head><title>Saine</title><meta name="viewport" content="width=device-width">
<style>:focus-visible { outline: 3px solid } .e:not(:focus) { position: absolute; left: -999px }</style></head><body>
<a class="e" href="#m">Aller au contenu</a><header><nav aria-label="Menu"><a href="index.html">A</a></nav>
<button type="button">Rechercher</button></header><main id="m" tabindex="-1"><h1>Titre</h1></main>
<footer><a href="rapports/plan-du-site.html">Plan du site</a></footer></body></html>"""


def test_l_audit_voit_les_fautes(tmp_path, banc, exiger):
    exiger("chromium")
    exiger("java")
    (tmp_path / "fautive.html").write_text(FAUTIVE, encoding="utf-8")
    (tmp_path / "index.html").write_text(SAINE, encoding="utf-8")
    pages = ["fautive.html", "index.html"]
    # Another file of the same process may hold a browser: each thread has its own.
    with ThreadPoolExecutor(1) as a_part:
        trouves = a_part.submit(banc.auditer, tmp_path, pages, [(1280, "light")]).result().set_index("controle")
    fautifs = set(trouves.index[trouves["echecs"] > 0])
    nôtres = {"reflux", "zoom", "focus-visible", "evitement", "menu", "plan", "recherche", "html"}
    assert nôtres | {"image-alt", "color-contrast"} <= fautifs
    assert trouves.loc["image-alt", "criteres"] == "1.1"
    assert not {"ordre-clavier", "piege-clavier", "titre-unique"} & fautifs
    assert set(trouves.loc[list(fautifs), "echecs"]) == {1}, "la page saine ne manque à rien"
    assert trouves.loc["html", "pages"] == 2


# ─── La déclaration ───


def table_d_audit(*lignes):
    return pd.DataFrame([ligne for ligne in lignes], columns=AUDIT, dtype="str")


AXE = ("image-alt", "1.1 1.2", "Chaque image a un texte", "axe-core 4", "7", "0", "0")


def propre(texte):
    return re.sub(r"[ \u00a0\u202f]+", " ", texte)


@pytest.fixture(scope="module")
def declarer():
    """Écrire la déclaration d'un audit et de mentions, espaces ramenées à une."""
    gabarit = _gabarits().get_template("accessibilite.qmd.j2")

    def faire(*lignes, **mentions):
        matiere = SimpleNamespace(audit=table_d_audit(*lignes), mentions=mentions)
        return propre(gabarit.render(accessibilite=preparer_accessibilite(matiere)))

    return faire


def test_une_etude_neuve_dit_ce_qui_reste_a_ecrire_et_annonce_son_flux(etude):
    ecrire_pages(Etude(etude))
    exporter_qdc(etude / "rapports/donnees/grille.qdc", lire_grille(etude / "data/grille.yml"))
    fragments = etude / "rapports/_fragments"
    texte, mentions = (propre((fragments / f"{nom}.qmd").read_text("utf-8")) for nom in ("accessibilite", "mentions"))
    assert "Ce site est **non conforme**" in texte
    assert "**faute d’audit**" in texte
    assert "Aucun contrôle automatique de ce site n’est enregistré" in texte
    assert "contrôlé l’a été" not in texte
    assert texte.count("à écrire par l’équipe") == 2
    assert mentions.count("à écrire par l’équipe") == 6
    assert "data/etude.yml" in mentions
    assert "rapports/donnees/enseignements.xml" in (fragments / "entete.qmd").read_text("utf-8")
    assert (etude / "rapports/donnees/enseignements.xml").is_file()
    assert verifier_projet(etude) == []
    (etude / "data/enseignements/1-ressaisie.md").unlink()
    (etude / "data/etude.yml").write_text("mentions:\n  editeur: '<script>1</script> & Cie'\n", encoding="utf-8")
    ecrire_pages(Etude(etude))
    assert (fragments / "entete.qmd").read_text("utf-8") == ""
    mentions = (fragments / "mentions.qmd").read_text("utf-8")
    assert "&lt;script&gt;1&lt;/script&gt; &amp; Cie" in mentions
    assert "<script>" not in mentions
    assert verifier_projet(etude) == []


def test_des_controles_reussis_ne_font_pas_un_site_conforme(declarer):
    texte = declarer(AXE, ("html", "8.1 8.2", "Le code est valide", "Nu 1", "9", "0", "0"))
    assert "Ce site est **non conforme**" in texte
    assert "ce qu’une machine peut contrôler l’a été" in texte
    assert "<strong>2</strong> contrôles automatiques" in texte
    assert "<strong>9</strong> pages ouvertes" in texte
    assert "<strong>0</strong> contrôle en échec" in texte
    assert f"<strong>4</strong> critères touchés, sur {CRITERES_RGAA}" in texte
    assert f"rien des {CRITERES_RGAA - 4} autres" in texte
    assert "Les contrôles automatiques n’en ont trouvé aucune." in texte


def test_un_echec_et_un_doute_sont_dits(declarer):
    echec = ("focus", "10.7", "Chaque arrêt se voit", "Chromium 1", "9", "2", "0")
    doute = ("contraste", "3.2", "Le texte contraste", "axe-core 4", "9", "0", "1")
    texte = declarer(AXE, echec, doute)
    assert "Chaque arrêt se voit (critère 10.7) : 2 pages sur 9 en échec." in texte
    assert "Le texte contraste : 1 page sur 9." in texte
    assert "n’en ont trouvé aucune" not in texte


@pytest.mark.parametrize(
    ("etat", "dit"), [("totale", "en **conformité totale**"), ("partielle", "en **conformité partielle**")]
)
def test_seul_un_audit_permet_de_se_dire_conforme(declarer, etat, dit):
    audit = "Par Ada, en mars : 80 % des critères."
    texte = declarer(AXE, conformite=etat, audit=audit, declaration="mars 2026", contact="ici@exemple.invalid")
    assert dit in texte
    assert audit in texte
    assert "Déclaration établie : mars 2026." in texte
    assert "Contact : ici@exemple.invalid" in texte
    assert "non conforme" not in texte
    assert "à écrire" not in texte


def test_un_audit_rate_le_dit_sans_parler_d_absence(declarer):
    texte = declarer(audit="Par Ada : 40 %.")
    assert "**non conforme**" in texte
    assert "faute d’audit" not in texte


def test_la_table_suit_l_ordre_des_criteres_puis_des_regles_sans_critere():
    lignes = [
        ("z", "10.4", "Zoom", "Chromium 1", "1", "0", "0"),
        ("r", "", "Règle", "axe-core 4", "1", "0", "0"),
        ("a", "9.1", "Titres", "axe-core 4", "1", "0", "0"),
        ("n", "", "Nôtre", "Chromium 1", "1", "0", "0"),
        AXE,
    ]
    table = preparer_accessibilite(SimpleNamespace(audit=table_d_audit(*lignes), mentions={}))["table"]
    assert table["Critères du RGAA"].tolist() == ["1.1, 1.2", "9.1", "10.4", "règle axe r", "aucun"]
    assert table["Contrôle"].tolist() == ["Chaque image a un texte", "Titres", "Zoom", "Règle", "Nôtre"]


def test_un_audit_mal_range_est_dit(etude):
    (etude / "data/mesures").mkdir()
    (etude / "data/mesures/accessibilite.csv").write_text("controle;pages\na;1\n", encoding="utf-8")
    with pytest.raises(ErreurDonnees, match="criteres"):
        ecrire_pages(Etude(etude))


# ─── Les mentions et l'en-tête ───


def test_les_mentions_ont_toutes_leur_cle_et_gardent_le_texte_de_l_equipe():
    mentions = dire_mentions({"editeur": "<b>Une équipe</b>"})
    assert {une.cle for une in mentions} <= set(MENTIONS)
    assert [une.texte for une in mentions if une.texte] == ["<b>Une équipe</b>"]
    assert all(une.titre and une.attendu for une in mentions)
