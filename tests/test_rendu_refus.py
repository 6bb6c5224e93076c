"""Ce que le moteur embarqué refuse : où, pourquoi, que faire ; et les notebooks."""

import base64
import json
import shutil
from pathlib import Path

import pytest

from ess_analyse.arbre import lire_arbre
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.rendu import rendre_site, verifier_projet
from ess_analyse.rendu.cahier import lire_cahier
from ess_analyse.rendu.mots import MOTS, completer
from ess_analyse.rendu.site import composer_site
from ess_analyse.rendu.sorties import barriere, en_attribut
from ess_analyse.rendu.vocabulaire import THEMES_DISTANTS

QUARTO = "project:\n  type: website\nwebsite:\n  title: Essai\nlang: fr\n"
PNG = base64.b64encode(b"\x89PNG").decode()


def ecrire(racine, **fichiers):
    textes = {"_quarto.yml": QUARTO, "index.qmd": "# Accueil\n"} | {
        nom.replace("__", "/") + ("" if "." in nom else ".qmd"): texte for nom, texte in fichiers.items()
    }
    for nom, texte in textes.items():
        chemin = racine / nom
        chemin.parent.mkdir(parents=True, exist_ok=True)
        chemin.write_text(texte, encoding="utf-8")
    return racine


def dits(racine):
    return [str(probleme) for probleme in verifier_projet(racine)]


# Les pages


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        (
            "a\n\n```{python}\n1\n```\n",
            "index.qmd, ligne 3 : cellule exécutable dans une page (« {python} »). Mettez-la dans un "
            "notebook et citez sa sortie par {{< embed … >}}, ou écrivez {.python} pour montrer le code.",
        ),
        (
            "```{r, echo=FALSE}\n1\n```\n",
            "index.qmd, ligne 1 : cellule exécutable dans une page (« {r, echo=FALSE} »).",
        ),
        ("- a\n\n    ```{python}\n    1\n    ```\n", "index.qmd, ligne 3 : cellule exécutable"),
        ("```{mermaid}\ng\n```\n", "index.qmd, ligne 1 : bloc mermaid refusé : il ne se rend pas sans Quarto"),
        ("```{dot}\ng\n```\n", "bloc dot refusé"),
        ("```{ojs}\ng\n```\n", "bloc ojs refusé"),
        ("Il y en a `{python} n`.\n", "index.qmd, ligne 1 : code exécuté dans le texte (« `{python} n` »)."),
        ("Il y en a `r nrow(x)`.\n", "code exécuté dans le texte (« `r nrow(x)` »)."),
        ("{{< video https://exemple.invalid/v >}}\n", "index.qmd, ligne 1 : raccourci inconnu"),
        ("{{< metta title >}}\n", "Vouliez-vous dire « meta » ?"),
        (
            "{{< meta rien >}}\n",
            "valeur introuvable (« {{< meta rien >}} »). Ajoutez « rien » dans l'en-tête de la page.",
        ),
        ("{{< var a.b >}}\n", "Ajoutez « a.b » dans _variables.yml."),
        ("Un {{< include a.qmd >}} ici\n", "ce raccourci doit être seul sur sa ligne"),
        (
            "{{< include indx.qmd >}}\n",
            "fichier à inclure introuvable (« indx.qmd »). Vouliez-vous dire « index.qmd » ?",
        ),
        ("{{< include index.qmd >}}\n", "inclusion en boucle"),
        ("{{< include ../../etc/passwd >}}\n", "fichier à inclure introuvable"),
        ("{{< embed rien.ipynb#x >}}\n", "notebook ou cellule à citer introuvable"),
        (
            "un\n## Deux\n",
            "index.qmd, ligne 2 : titre ou bloc collé au paragraphe : il serait lu comme du texte (« ## Deux »).",
        ),
        ("un\n::: {.callout-note}\nx\n:::\n", "titre ou bloc collé au paragraphe"),
        ("::: {.callout-nota}\nx\n:::\n", "encadré inconnu (« callout-nota »). Choix possibles : callout-note"),
        ("::: {.panel-tabset}\nx\n:::\n", "onglets sans titre"),
        ("::: {layout-ncol=9}\nx\n:::\n", "nombre de colonnes incompris (« 9 »). Écrivez un nombre de 1 à 6."),
        ('::: {layout="[1,2]"}\nx\n:::\n', "disposition hors du sous-ensemble commun (« layout »)."),
        ("::: {.column-margin}\nx\n:::\n", "disposition hors du sous-ensemble commun (« column-margin »)."),
        ("@fig-rien\n", "index.qmd, ligne 1 : référence irrésolue (« @fig-rien »). Étiquetez la figure"),
        (
            "## T {#sec-t}\n\n@sec-t\n",
            "renvoi à une section sans numéro (« @sec-t »). Ajoutez « number-sections: true »",
        ),
        ("::: {#fig-x}\nrien\n:::\n", None),
        ("## T {#ici}\n\n[a]{#ici}\n", "ancre donnée deux fois (« ici »)."),
        ("[a](rien.qmd)\n", "index.qmd, ligne 1 : lien cassé : page ou fichier introuvable (« rien.qmd »)."),
        ("[a](#nulle)\n", "lien cassé : cette page n'a pas cette ancre (« #nulle »)."),
        ("[a](../ailleurs.pdf)\n", "ce fichier est hors du projet"),
        ("[a](data/prive/cle.csv)\n", "ce fichier est privé : il n'est jamais publié"),
        ("[a](javascript:alert)\n", "adresse refusée"),
        ("![Légende](rien.svg)\n", "index.qmd, ligne 1 : image introuvable (« rien.svg »)."),
        (
            "![](a.svg)\n",
            "image sans texte alternatif (« a.svg »). "
            'Décrivez-la : ![Légende](image.svg){fig-alt="Ce qu\'elle montre"}.',
        ),
        (
            '```{=html}\n<img src="a.svg">\n```\n',
            "index.qmd, ligne 2 : image sans texte alternatif (« a.svg »). Ajoutez alt",
        ),
        ("![A](https://exemple.invalid/a.png)\n", "ressource distante refusée (« https://exemple.invalid/a.png »)."),
        ('```{=html}\n<script src="//exemple.invalid/a.js"></script>\n```\n', "ressource distante refusée"),
        ('```{=html}\n<video src="https://exemple.invalid/v.mp4"></video>\n```\n', "ressource distante refusée"),
        ("```{=html}\n<style>@import 'https://exemple.invalid/p.css';</style>\n```\n", "ressource distante refusée"),
        (
            '```{=html}\n<p style="background:url(http://exemple.invalid/f.png)">x</p>\n```\n',
            "ressource distante refusée",
        ),
        ("un[^a]\n", None),
        ("[^a]: jamais appelée\n\nun\n", "pandoc signale : Note with key 'a' defined"),
        ("---\ntitel: x\n---\n", "index.qmd, ligne 2 : clé inconnue (« titel »). Vouliez-vous dire « title » ?"),
        ("---\nfreeze: true\n---\n", "« freeze » n'a pas d'effet ici"),
        ("---\nexecute:\n  freeze: auto\n---\n", "« freeze » n'a pas d'effet ici"),
        ("---\nfilters: [a.lua]\n---\n", "les filtres Lua ne sont pas du sous-ensemble commun"),
        ("---\ndraft: true\n---\n", "une page en brouillon serait publiée"),
        ("---\nlisting: default\n---\n", "les listes automatiques de pages"),
        ("---\nformat: revealjs\n---\n", "format inconnu (« revealjs »)."),
        ("---\nformat:\n  html:\n    theme: a.scss\n---\n", "feuille SCSS refusée (« a.scss »)."),
        ("---\nformat:\n  html:\n    toque: true\n---\n", "clé inconnue (« format.html.toque »)."),
        ("---\ntitle: a: b\n---\n", "index.qmd, ligne 2 : deux-points inattendu"),
        ("---\ntitle: a\n", "en-tête YAML jamais fermé"),
        (
            "---\nbibliography: rien.bib\n---\n",
            "index.qmd : fichier introuvable (« rien.bib »). Vérifiez la clé « bibliography ».",
        ),
        ("---\ncss: rien.css\n---\n", "feuille de style introuvable (« rien.css »)."),
    ],
)
def test_une_page_fautive_est_refusee_a_sa_ligne(tmp_path, texte, attendu):
    (tmp_path / "a.svg").write_text("<svg/>")
    (tmp_path / "data/prive").mkdir(parents=True)
    (tmp_path / "data/prive/cle.csv").write_text("x")
    dit = dits(ecrire(tmp_path, index=texte))
    if attendu is None:
        assert all("ligne 0" not in un for un in dit)
    else:
        assert any(attendu in un for un in dit), dit
        with pytest.raises(ErreurDonnees):
            rendre_site(tmp_path)
        assert not (tmp_path / "_site").exists()


@pytest.mark.parametrize(
    "texte",
    [
        "`r` et `r squelette` et ``{python}``\n",
        "```{.python}\n1\n```\n\n```{=html}\n<b>x</b>\n```\n\n```python\n1\n```\n",
        "````\n```{python}\n1\n```\n````\n",
        "![Une légende vaut texte alternatif](a.svg)\n",
        '![](a.svg){fig-alt=""}\n',
        "---\ncodes: [R-CHARGE]\nnumero: 3\n---\n\nclés de l'étude\n",
        "[a](mailto:a@exemple.invalid) [b](https://exemple.invalid)\n",
        '::: {.content-visible when-format="typst"}\n[cassé](rien.qmd)\n:::\n',
        "---\nformat:\n  typst:\n    n-importe: quoi\n    template: a.typ\n---\n",
    ],
)
def test_ce_qui_est_permis_n_est_pas_refuse(tmp_path, texte):
    (tmp_path / "a.svg").write_text("<svg/>")
    assert dits(ecrire(tmp_path, index=texte)) == []


def test_tous_les_problemes_sont_dits_ensemble_page_par_page(tmp_path):
    racine = ecrire(tmp_path, index="[a](x.qmd)\n\n![](y.png)\n", b="```{python}\n1\n```\n\n@fig-z\n")
    lieux = [(probleme.fichier, probleme.ligne) for probleme in verifier_projet(racine)]
    assert lieux == [("b.qmd", 1), ("b.qmd", 5), ("index.qmd", 1), ("index.qmd", 3), ("index.qmd", 3)]


def test_un_probleme_inclus_est_dit_dans_le_fichier_inclus(tmp_path):
    racine = ecrire(tmp_path, index="un\n\n{{< include _f/a.qmd >}}\n", _f__a="deux\n\n[a](rien.qmd)\n")
    assert dits(racine)[0].startswith("_f/a.qmd, ligne 3 : lien cassé")


def test_une_reference_vers_une_autre_page_propose_le_lien(tmp_path):
    (tmp_path / "a.svg").write_text("<svg/>")
    racine = ecrire(tmp_path, rapports__a="![A](../a.svg){#fig-a}\n", rapports__b="Voir @fig-a.\n")
    assert dits(racine) == [
        "rapports/b.qmd, ligne 1 : référence croisée vers une autre page (« @fig-a »). "
        "Écrivez un lien : [texte](a.qmd#fig-a)."
    ]


def test_une_reference_bibliographique_absente_est_dite_a_sa_ligne(tmp_path):
    (tmp_path / "b.bib").write_text("@book{a2020, author={Un, A}, title={T}, year={2020}}")
    racine = ecrire(tmp_path, index="---\nbibliography: b.bib\n---\n\n@a2020 et [@rien2021].\n")
    assert dits(racine) == [
        "index.qmd, ligne 5 : référence bibliographique introuvable (« @rien2021 »). "
        "Vérifiez la clé dans la bibliographie."
    ]


def test_une_page_illisible_ne_casse_pas_les_liens_vers_elle(tmp_path):
    racine = ecrire(tmp_path, index="[b](b.qmd#ici)\n", b="")
    assert [probleme.message for probleme in verifier_projet(racine)] == ["fichier vide"]


# Le projet


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        (
            "project:\n  type: book\nwebsite:\n  title: E\n",
            "_quarto.yml, ligne 2 : seul le type « website » est rendu (« book »).",
        ),
        ("project:\n  type: website\n", "_quarto.yml, ligne 1 : le site n'a pas de titre."),
        ("- a\n", "_quarto.yml, ligne 1 : un bloc de clés est attendu."),
        ("a: b: c\n", "deux-points inattendu"),
        (QUARTO + "filters:\n  - a.lua\n", "_quarto.yml, ligne 6 : les filtres Lua"),
        (QUARTO + "langue: fr\n", "clé inconnue (« langue »)."),
        (QUARTO + "execute:\n  freeze: auto\n", "« freeze » n'a pas d'effet ici"),
        (
            QUARTO + "format:\n  html:\n    html-math-method: katex\n",
            "écrivez « html-math-method: mathml »".capitalize(),
        ),
        (QUARTO + "format:\n  html:\n    theme: [cosmo, a.scss]\n", "feuille SCSS refusée (« a.scss »)."),
        (
            QUARTO + "format:\n  html:\n    theme:\n      light: default\n      dark: darkly\n",
            "_quarto.yml, ligne 10 : thème dont la police est distante (« darkly »). "
            "Prenez « default » (clair) ou « slate » (sombre), qui n'en chargent pas.",
        ),
        (QUARTO + "format:\n  html:\n    theme: [Cosmo, brand]\n", "police est distante (« Cosmo »)"),
        (QUARTO + "format:\n  html:\n    css: https://exemple.invalid/a.css\n", "ressource distante refusée"),
        (
            QUARTO + "format:\n  html:\n    css: rien.css\n",
            "_quarto.yml, ligne 8 : feuille de style introuvable (« rien.css »).",
        ),
        (
            QUARTO + "format:\n  html:\n    include-in-header: a.html\n",
            "_quarto.yml, ligne 8 : fichier introuvable (« a.html »).",
        ),
        (
            QUARTO + "format:\n  html:\n    include-in-header: prive/cle.csv\n",
            "ce fichier est privé : il n'est jamais publié (« prive/cle.csv »)",
        ),
        (QUARTO + "bibliography: rien.bib\n", "_quarto.yml, ligne 6 : fichier introuvable (« rien.bib »)."),
        (QUARTO + "language: rien.yml\n", "fichier introuvable (« rien.yml »)."),
        (QUARTO.replace("website:\n", "website:\n  navbr: {}\n"), "Vouliez-vous dire « navbar » ?"),
        (QUARTO.replace("website:\n", "website:\n  google-analytics: x\n"), "mesure d'audience distante"),
        (
            QUARTO.replace("website:\n", "website:\n  favicon: rien.png\n"),
            "_quarto.yml, ligne 4 : fichier introuvable (« rien.png »).",
        ),
        (
            QUARTO.replace("website:\n", "website:\n  sidebar:\n    contents:\n      - indx.qmd\n"),
            "_quarto.yml, ligne 6 : page introuvable (« indx.qmd »)",
        ),
        (
            QUARTO.replace("website:\n", "website:\n  navbar:\n    left:\n      - coucou: x\n"),
            "entrée de menu incomprise",
        ),
        (
            QUARTO.replace("website:\n", "website:\n  sidebar:\n    contents: [rien/*.qmd]\n"),
            "aucune page ne répond à ce motif",
        ),
        (
            QUARTO.replace("website:\n", 'website:\n  page-footer: "[a](index.qmd)"\n'),
            "_quarto.yml, ligne 4 : lien du pied de page qui ne part pas de la racine (« index.qmd »). "
            "Commencez-le par « / ».",
        ),
        (
            QUARTO.replace("website:\n", 'website:\n  page-footer: "[a](/rien.qmd)"\n'),
            "_quarto.yml, ligne 4 : lien cassé",
        ),
        (
            QUARTO.replace("type: website\n", "type: website\n  render: [rien.qmd, index.qmd]\n"),
            "page introuvable (« rien.qmd »).",
        ),
        (
            QUARTO.replace("type: website\n", "type: website\n  render: rien\n"),
            "une liste de motifs est attendue (« rien »).",
        ),
        (QUARTO.replace("type: website\n", "type: website\n  render: ['rien/*.qmd']\n"), "aucune page à rendre"),
        (
            QUARTO.replace("type: website\n", "type: website\n  resources: [rien.csv]\n"),
            "aucun fichier ne répond à ce motif",
        ),
        (QUARTO.replace("type: website\n", "type: website\n  resources: ['prive/*']\n"), "ce fichier est privé"),
        (QUARTO.replace("type: website\n", "type: website\n  post-render: x.py\n"), "une étape après le rendu"),
    ],
)
def test_un_projet_fautif_est_refuse_a_sa_ligne(tmp_path, texte, attendu):
    racine = ecrire(tmp_path, **{"_quarto.yml": texte, "prive/cle.csv": "x"})
    dit = dits(racine)
    assert any(attendu in un for un in dit), dit


@pytest.mark.parametrize("theme", ["default", "slate", "cerulean", "{light: default, dark: slate}"])
def test_un_theme_sans_police_distante_est_permis(tmp_path, theme):
    assert dits(ecrire(tmp_path, **{"_quarto.yml": QUARTO + f"format:\n  html:\n    theme: {theme}\n"})) == []


@pytest.mark.parametrize("projet", ["_quarto.yml", "src/ess_analyse/pages/projet/_quarto.yml"])
def test_les_projets_livres_n_ont_pas_de_theme_a_police_distante(projet):
    arbre = lire_arbre((Path(__file__).parents[1] / projet).read_text(encoding="utf-8"), projet)
    themes = arbre.valeur["format"]["html"]["theme"]
    assert set(themes) == {"light", "dark"}
    assert not THEMES_DISTANTS & set(themes.values())


def test_un_dossier_sans_projet_est_dit(tmp_path):
    assert "_quarto.yml : fichier introuvable" in dits(tmp_path)[0]


def test_deux_pages_pour_une_adresse_et_un_accueil_manquant(tmp_path):
    racine = ecrire(tmp_path, **{"a.qmd": "x", "a.md": "y"})
    (racine / "index.qmd").unlink()
    dit = dits(racine)
    assert any("deux pages auraient la même adresse" in un for un in dit)
    assert any("le site n'a pas de page d'accueil" in un for un in dit)


def test_extensions_et_reglages_de_dossier_sont_refuses(tmp_path):
    racine = ecrire(
        tmp_path,
        **{"_extensions/a/_extension.yml": "x: 1", "rapports/a.qmd": "x", "rapports/_metadata.yml": "toc: false"},
    )
    dit = dits(racine)
    assert dit[0].startswith("_extensions : les extensions de Quarto")
    assert dit[1].startswith("rapports/_metadata.yml : réglages de dossier non lus ici")


def test_sans_render_tout_est_rendu_sauf_ce_qui_se_cache(tmp_path):
    racine = ecrire(
        tmp_path,
        **{
            "a.md": "x",
            "README.md": "x",
            "_b.qmd": "x",
            ".c/d.qmd": "x",
            "_e/f.qmd": "x",
            "_site/g.qmd": "x",
            "h/i.qmd": "x",
        },
    )
    site, problemes = composer_site(racine)
    assert problemes == []
    assert list(site.pages) == ["a.md", "index.qmd", "h/i.qmd"]


def test_une_feuille_de_style_est_suivie_jusqu_a_ce_qu_elle_appelle(tmp_path):
    racine = ecrire(
        tmp_path,
        **{
            "_quarto.yml": QUARTO + "format:\n  html:\n    css: c/a.css\n",
            "c/a.css": "a{background:url(f.svg)}b{background:url(g.svg)}",
            "c/f.svg": "<svg/>",
        },
    )
    assert dits(racine) == ["c/a.css : fichier introuvable (« g.svg »). Vérifiez son nom et son dossier."]
    (racine / "c/g.svg").write_text("<svg/>")
    rendre_site(racine)
    assert (racine / "_site/c/g.svg").is_file()


def test_les_mots_de_l_etude_passent_devant(tmp_path):
    racine = ecrire(
        tmp_path,
        **{"_language.yml": "callout-tip-title: Conseil\ninconnu: x\n", "index.qmd": "::: {.callout-tip}\nx\n:::\n"},
    )
    assert "</span> Conseil</p>" in composer_site(racine)[0].pages["index.qmd"].html
    assert completer(None) == dict(MOTS)


# Les notebooks


def cellule(source, *sorties, **autres):
    return {
        "cell_type": "code",
        "source": source,
        "outputs": list(sorties),
        "execution_count": 1,
        "metadata": {},
        **autres,
    }


def montre(meta=None, **donnees):
    noms = {
        "html": "text/html",
        "texte": "text/plain",
        "png": "image/png",
        "svg": "image/svg+xml",
        "md": "text/markdown",
        "widget": "application/vnd.jupyter.widget-view+json",
        "latex": "text/latex",
    }
    return {
        "output_type": "display_data",
        "data": {noms[nom]: valeur for nom, valeur in donnees.items()},
        "metadata": meta or {},
    }


def texte(source):
    return {"cell_type": "markdown", "source": source, "metadata": {}}


def cahier(racine, *cellules, nom="n.ipynb", **fichiers):
    contenu = json.dumps({"cells": list(cellules), "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    return ecrire(racine, **{nom: contenu}, **fichiers)


def rendu(racine, nom="n.ipynb"):
    site, problemes = composer_site(racine)
    assert [str(probleme) for probleme in problemes] == []
    return site.pages[nom].html


@pytest.mark.parametrize(
    ("options", "montre_code", "replie"),
    [
        ("", True, True),
        ("#| echo: true\n", True, True),
        ("#| echo: false\n", False, False),
        ("#| code-fold: false\n", True, False),
        ("#| code-fold: show\n", True, True),
        ("#| include: false\n", False, False),
    ],
)
def test_le_code_est_replie_montre_ou_tu(tmp_path, options, montre_code, replie):
    html = rendu(cahier(tmp_path, cellule(options + "secret = 1", montre(texte="vu"))))
    assert ("secret" in html) is montre_code
    assert ('<details class="cellule-code"' in html) is replie
    assert ("vu" in html) is ("include" not in options)
    assert "#|" not in html


def test_les_reglages_du_projet_et_du_notebook_valent_pour_ses_cellules(tmp_path):
    entete = {"cell_type": "raw", "source": "---\ntitle: T\nexecute:\n  echo: false\n---", "metadata": {}}
    racine = cahier(tmp_path, entete, cellule("secret"), cellule("#| echo: true\nvisible"))
    html = rendu(racine)
    assert "secret" not in html
    assert "visible" in html
    assert composer_site(racine)[0].pages["n.ipynb"].titre == "T"
    ecrire(racine, **{"_quarto.yml": QUARTO + "execute:\n  echo: false\n"})
    assert "secret" not in rendu(
        cahier(tmp_path, cellule("secret"), **{"_quarto.yml": QUARTO + "execute:\n  echo: false\n"})
    )


@pytest.mark.parametrize(
    ("sortie", "attendu"),
    [
        (montre(texte="deux\nlignes"), '<pre class="sortie"><code>deux\nlignes</code></pre>'),
        (
            {"output_type": "stream", "name": "stdout", "text": ["un\n", "\x1b[31mrouge\x1b[0m\n"]},
            "<code>un\nrouge</code>",
        ),
        (montre(html="<b>gras</b>", texte="x"), "<b>gras</b>"),
        (montre(md="**gras**", texte="x"), "<p><strong>gras</strong></p>"),
        (montre(latex="$x$", texte="x"), "<mi>x</mi>"),
        (montre(texte="```\npiège"), "<code>```\npiège</code>"),
    ],
)
def test_chaque_sortie_est_gardee(tmp_path, sortie, attendu):
    assert attendu in rendu(cahier(tmp_path, cellule("#| echo: false\nx", sortie)))


def test_une_figure_a_son_fichier_son_numero_et_son_texte(tmp_path):
    alt = 'La « courbe » a_b *monte* à 3 $ & "vite" [1] `x` \\ <b>'
    source = f"#| label: fig-a\n#| fig-cap: Une *légende*\n#| fig-alt: {json.dumps(alt)}\nplot()"
    racine = cahier(
        tmp_path, texte("Voir @fig-a."), cellule(source, montre(svg=["<svg ", "/>"], texte="x")), nom="nb/n-1.ipynb"
    )
    html = rendu(racine, "nb/n-1.ipynb")
    assert (
        '<img src="../site_libs/figures/nb-n-1-fig-a.svg" '
        'alt="La « courbe » a_b *monte* à 3 $ &amp; &quot;vite&quot; [1] `x` \\ &lt;b&gt;">' in html
    )
    assert '<figcaption><span class="numero">Figure\u00a01\u00a0:</span> Une <em>légende</em></figcaption>' in html
    rendre_site(racine)
    assert (racine / "_site/site_libs/figures/nb-n-1-fig-a.svg").read_text() == "<svg />"


def test_une_image_png_garde_sa_largeur_et_ses_octets(tmp_path):
    racine = cahier(
        tmp_path, cellule("#| fig-alt: Un point\nplot()", montre({"image/png": {"width": 240, "height": 120}}, png=PNG))
    )
    assert 'alt="Un point" width="240"' in rendu(racine)
    rendre_site(racine)
    assert (racine / "_site/site_libs/figures/n-cellule-1.png").read_bytes() == b"\x89PNG"


def test_deux_sorties_d_une_cellule_font_deux_fichiers_sous_une_legende(tmp_path):
    racine = cahier(
        tmp_path,
        cellule(
            "#| label: fig-a\n#| fig-cap: L\n#| fig-alt: A\n#| layout-ncol: 2\nx",
            montre(svg="<svg/>"),
            montre(svg="<svg/>"),
        ),
    )
    html = rendu(racine)
    assert "n-fig-a.svg" in html
    assert "n-fig-a-2.svg" in html
    assert html.count("<figcaption>") == 1
    assert 'class="disposition"' in html


def test_une_table_prend_sa_legende_dedans(tmp_path):
    table = '<table border="1" class="dataframe"><thead><tr><th></th><th>n</th></tr></thead><tbody>'
    table += "<tr><th>a</th><td>1</td></tr></tbody></table>"
    html = rendu(
        cahier(
            tmp_path, cellule("#| label: tbl-a\n#| tbl-cap: Comptes\nt", montre(html=table, texte="x")), texte("@tbl-a")
        )
    )
    assert '<caption><span class="numero">Tableau\u00a01\u00a0:</span> Comptes</caption>' in html
    assert '<div id="tbl-a" class="tableau">' in html
    sans = rendu(cahier(tmp_path, cellule("#| tbl-cap: Comptes\nt", montre(html=table, texte="x"))))
    assert "<caption>Comptes</caption>" in sans


def test_une_piece_jointe_est_rangee(tmp_path):
    jointe = texte("![Un schéma](attachment:s.png)") | {"attachments": {"s.png": {"image/png": PNG}}}
    assert 'src="site_libs/figures/n-s.png"' in rendu(cahier(tmp_path, jointe))


def test_une_cellule_citee_apporte_ses_figures(tmp_path):
    racine = cahier(
        tmp_path,
        cellule("#| label: fig-a\n#| fig-cap: L\n#| fig-alt: A\nx", montre(svg="<svg/>")),
        nom="_nb/n.ipynb",
        index="{{< embed _nb/n.ipynb#fig-a >}}\n\n@fig-a\n",
    )
    rendre_site(racine)
    assert (racine / "_site/site_libs/figures/nb-n-fig-a.svg").is_file()
    assert "Source" not in (racine / "_site/index.html").read_text("utf-8")
    assert not (racine / "_site/_nb").exists()


@pytest.mark.parametrize(
    ("cellules", "attendu"),
    [
        (
            [cellule("1/0", {"output_type": "error", "ename": "ZeroDivisionError"})],
            "n.ipynb, cellule 1 : cette cellule a échoué (« ZeroDivisionError »). "
            "Corrigez-la puis exécutez le notebook de nouveau.",
        ),
        ([texte("x"), cellule("plot()", montre(png=PNG))], "n.ipynb, cellule 2 : figure sans texte alternatif"),
        ([cellule("w", montre(widget={}, texte="w"))], "sortie dynamique refusée : elle ne marche pas hors de Jupyter"),
        (
            [cellule("#| labl: x\nx", montre(texte="x"))],
            "cellule 1, ligne 1 : option de cellule inconnue (« labl »). Vouliez-vous dire « label » ?",
        ),
        (
            [cellule("#| label: fig-a\n#| fig-alt: A\nx", montre(svg="<svg/>"))],
            "sortie étiquetée sans légende (« fig-a »). Ajoutez « #| fig-cap: … ».",
        ),
        (
            [cellule("x", {"output_type": "stream", "name": "stderr", "text": "/tmp/a.py: attention"})],
            "avertissement de Python dans une sortie",
        ),
        ([cellule("#| fig-alt: a: b\nx")], "cellule 1, ligne 1 : deux-points inattendu"),
        ([{**cellule("x"), "execution_count": None}], "n.ipynb : notebook jamais exécuté : il n'a aucune sortie."),
        ([texte("a\n\n[b](rien.qmd)")], "n.ipynb, cellule 1, ligne 3 : lien cassé"),
        (
            [cellule("x", montre(html='<script src="https://exemple.invalid/p.js"></script>'))],
            "ressource distante refusée",
        ),
        ([3], "ce n'est pas un notebook Jupyter (version 4)"),
        ([cellule("#| fig-alt: a\nx", montre(png="!"))], "image illisible"),
    ],
)
def test_un_notebook_fautif_est_refuse_a_sa_cellule(tmp_path, cellules, attendu):
    dit = dits(cahier(tmp_path, *cellules))
    assert any(attendu in un for un in dit), dit


def test_un_avertissement_se_tait_ou_se_montre_quand_on_le_dit(tmp_path):
    sortie = {"output_type": "stream", "name": "stderr", "text": "attention"}
    assert "attention" not in rendu(cahier(tmp_path, cellule("#| warning: false\nx", sortie)))
    assert "attention" in rendu(cahier(tmp_path, cellule("#| warning: true\nx", sortie)))


def test_une_cellule_sans_sortie_publiee_n_est_pas_fautive(tmp_path):
    racine = cahier(
        tmp_path,
        cellule("#| output: false\nplot()", montre(png=PNG)),
        cellule("#| include: false\nplot()", montre(png=PNG)),
    )
    assert dits(racine) == []


def test_ce_qui_n_est_pas_un_notebook_est_dit(tmp_path):
    chemin = tmp_path / "n.ipynb"
    for contenu in ("{", "[]", '{"nbformat": 3, "cells": []}'):
        chemin.write_text(contenu)
        assert "version 4" in str(lire_cahier(chemin, tmp_path, {}).problemes[0])


def test_la_cloture_est_toujours_plus_longue():
    assert barriere("a ```` b ``` c") == "`````"
    assert barriere("rien") == "```"
    assert en_attribut('a "b"\n c') == 'a \\"b\\" c'


def test_lire_un_notebook_ne_le_change_pas(tmp_path):
    racine = cahier(tmp_path, cellule("x", montre(texte="1")))
    avant = (racine / "n.ipynb").read_bytes()
    rendre_site(racine)
    assert (racine / "n.ipynb").read_bytes() == avant


def test_l_exemple_du_depot_est_sans_probleme(tmp_path):
    assert verifier_projet(shutil.copytree(Path(__file__).parent / "exemples_rendu", tmp_path / "site")) == []
