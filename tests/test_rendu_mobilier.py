"""Le mobilier d'un site : page introuvable, plan pour les robots, partage, liens d'en-tête, styles à leur place."""

from __future__ import annotations

import functools
import http.server
import re
import struct
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.rendu import rendre_site, verifier_projet
from ess_analyse.rendu.balayage import balayer
from ess_analyse.rendu.partage import place_du_site
from ess_analyse.rendu.styles import sortir_styles

QUARTO = """project:
  type: website
  resources: ["donnees/*.xml"]
website:
  title: Essai
  description: Du site
{site}
  page-footer: "[Accueil](/index.qmd)"
  sidebar:
    contents: [index.qmd, r/a.qmd]
lang: fr
format:
  html:
    toc: true
{html}
"""
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 1200, 630) + b"\x08\x02\x00\x00\x00"
ABSENTE = """---
title: Page introuvable
---

[Accueil](index.qmd), [A](/r/a.qmd#s), [ici](#fin), <https://a.invalid>

## Fin
"""


def poser(racine, site="", html="", **pages):
    """Écrire un petit projet : deux pages, une page introuvable, un flux, une image."""
    textes = {
        "_quarto.yml": QUARTO.format(site=site, html=html),
        "index.qmd": "---\ntitle: Essai\n---\n\nAccueil\n",
        "404.qmd": ABSENTE,
        "r/a.qmd": "---\ntitle: A\n---\n\n## S\n\nx\n",
        "donnees/flux.xml": "<feed/>\n",
        **{nom.replace("__", "/") + ("" if "." in nom else ".qmd"): texte for nom, texte in pages.items()},
    }
    for nom, texte in textes.items():
        chemin = racine / nom
        chemin.parent.mkdir(parents=True, exist_ok=True)
        chemin.write_bytes(texte if isinstance(texte, bytes) else texte.encode())
    return racine


def lire(racine, nom):
    return (racine / "_site" / nom).read_text(encoding="utf-8")


def metas(html):
    return dict(re.findall(r'<meta property="og:([^"]*)" content="([^"]*)">', html))


# La page introuvable


@pytest.mark.parametrize(
    ("site", "place"),
    [
        ("", "/"),
        ("  site-url: https://exemple.invalid", "/"),
        ("  site-url: https://exemple.invalid/mon/etude/", "/mon/etude/"),
        ("  site-url: https://exemple.invalid/autre\n  site-path: /etude", "/etude/"),
    ],
)
def test_la_page_introuvable_part_de_la_racine_du_serveur(tmp_path, site, place):
    rendre_site(poser(tmp_path, site))
    liens = [lien.valeur for lien in balayer(lire(tmp_path, "404.html")).liens]
    siens = [valeur for valeur in liens if not valeur.startswith(("#", "https:"))]
    assert len(siens) > 8
    assert [valeur for valeur in siens if not re.match(rf"{place}(?!/|\.)", valeur)] == []
    assert {f"{place}index.html", f"{place}r/a.html#s", f"{place}site_libs/site.css"} <= set(siens)
    assert {"#fin", "https://a.invalid"} <= set(liens)
    assert f'data-racine="{place}"' in lire(tmp_path, "404.html")
    assert 'href="../index.html"' in lire(tmp_path, "r/a.html"), "les autres pages restent relatives"


def test_la_page_introuvable_n_est_ni_au_plan_ni_dans_la_recherche(tmp_path):
    rendre_site(poser(tmp_path, "  site-url: https://exemple.invalid/e"))
    assert "404" not in lire(tmp_path, "sitemap.xml")
    assert "404" not in lire(tmp_path, "site_libs/recherche.js")
    assert 'rel="canonical"' not in lire(tmp_path, "404.html")


def test_une_page_404_rangee_ailleurs_est_une_page_comme_une_autre(tmp_path):
    rendre_site(poser(tmp_path, "  site-url: https://exemple.invalid", r__404="---\ntitle: Code\n---\n\n[A](a.qmd)\n"))
    assert 'href="a.html"' in lire(tmp_path, "r/404.html")
    assert "<loc>https://exemple.invalid/r/404.html</loc>" in lire(tmp_path, "sitemap.xml")


class _Serveur(http.server.SimpleHTTPRequestHandler):
    """Sert un site sous « /etude/ », et sa page introuvable à la place de ce qui manque, comme un hébergeur."""

    def translate_path(self, path):
        return super().translate_path(path.removeprefix("/etude"))

    def send_error(self, code, message=None, explain=None):
        octets = (self.absente).read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(octets)

    def log_message(self, *_):
        pass


def test_servie_n_importe_ou_la_page_introuvable_a_son_style_et_sa_recherche(tmp_path, navigateur):
    rendre_site(poser(tmp_path, "  site-path: /etude/\n  search: true"))
    gere = type("_", (_Serveur,), {"absente": tmp_path / "_site/404.html"})
    gere = functools.partial(gere, directory=str(tmp_path / "_site"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), gere) as serveur:
        fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.02})
        fil.start()
        try:
            contexte = navigateur.new_context(viewport={"width": 390, "height": 800})
            page, manques = contexte.new_page(), []
            page.on("response", lambda reponse: reponse.status < 400 or manques.append(reponse.url))
            absente = f"http://127.0.0.1:{serveur.server_port}/etude/r/tres/loin.html"
            assert page.goto(absente).status == 404
            assert page.inner_text("h1") == "Page introuvable"
            page.keyboard.press("/")
            page.fill("#ess-mots", "accueil")
            page.wait_for_selector("#ess-resultats li")
            page.click("#ess-resultats li a")
            page.wait_for_url("**/etude/index.html*")
            assert page.inner_text("h1") == "Essai"
            assert [url for url in manques if url != absente and not url.endswith("favicon.ico")] == []
            contexte.close()
        finally:
            serveur.shutdown()
            fil.join()


@given(st.lists(st.from_regex(r"[a-z0-9-]{1,8}", fullmatch=True), max_size=3), st.booleans())
def test_la_place_du_site_commence_et_finit_par_une_barre(parties, barre):
    chemin = "/".join(parties)
    place = place_du_site({"site-url": f"https://exemple.invalid/{chemin}" + "/" * barre})
    assert place == f"/{chemin}/".replace("//", "/")
    assert place_du_site({"site-path": chemin}) == place


# Le plan du site


def test_sans_adresse_publique_ni_plan_ni_robots(tmp_path):
    rendre_site(poser(tmp_path))
    assert not [nom for nom in ("sitemap.xml", "robots.txt") if (tmp_path / "_site" / nom).exists()]


def test_le_plan_nomme_chaque_page_une_fois_et_sans_date(tmp_path):
    import xml.etree.ElementTree as Arbre

    rendre_site(poser(tmp_path, '  site-url: "https://exemple.invalid/a&b"'))
    racine = Arbre.fromstring(lire(tmp_path, "sitemap.xml"))
    espace = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    assert [un.text for un in racine.iter(f"{espace}loc")] == [
        "https://exemple.invalid/a&b/index.html",
        "https://exemple.invalid/a&b/r/a.html",
    ]
    assert {un.tag.removeprefix(espace) for un in racine.iter()} == {"urlset", "url", "loc"}
    assert lire(tmp_path, "robots.txt") == "Sitemap: https://exemple.invalid/a&b/sitemap.xml\n"


def test_un_robots_de_l_etude_est_repris_tel_quel(tmp_path):
    texte = "User-agent: *\nDisallow: /rapports/\n"
    rendre_site(poser(tmp_path, "  site-url: https://exemple.invalid", **{"robots.txt": texte}))
    assert lire(tmp_path, "robots.txt") == texte
    rendre_site(poser(tmp_path, **{"robots.txt": texte}))
    assert lire(tmp_path, "robots.txt") == texte


# Le partage


def test_sans_open_graph_rien_n_est_dit(tmp_path):
    rendre_site(poser(tmp_path))
    assert metas(lire(tmp_path, "index.html")) == {}


def test_l_image_du_site_est_dite_par_son_adresse_publique_avec_sa_taille(tmp_path):
    site = (
        "  site-url: https://exemple.invalid/e\n  image: i/carte.png\n"
        "  open-graph:\n    locale: fr_FR\n    site-name: Le nom"
    )
    page = "---\ntitle: B\nimage: vue.svg\nimage-alt: Une vue\n---\n\nx\n"
    rendre_site(poser(tmp_path, site, **{"i/carte.png": PNG, "r/vue.svg": "<svg/>", "r__b": page}))
    assert metas(lire(tmp_path, "r/a.html")) == {
        "title": "A – Essai",
        "description": "Du site",
        "image": "https://exemple.invalid/e/i/carte.png",
        "image:height": "630",
        "image:width": "1200",
        "site_name": "Le nom",
        "locale": "fr_FR",
    }
    assert metas(lire(tmp_path, "r/b.html")) | {"image": "https://exemple.invalid/e/r/vue.svg"} == metas(
        lire(tmp_path, "r/b.html")
    )
    assert metas(lire(tmp_path, "r/b.html"))["image:alt"] == "Une vue"
    assert (tmp_path / "_site/i/carte.png").read_bytes() == PNG


@pytest.mark.parametrize("image", ["prive/carte.png", "../carte.png", "absente.png"])
def test_une_image_absente_ou_privee_n_est_jamais_partagee(tmp_path, image):
    site = f"  site-url: https://exemple.invalid\n  open-graph: true\n  image: {image}"
    rendre_site(poser(tmp_path, site, **{"prive/carte.png": PNG}))
    assert "image" not in metas(lire(tmp_path, "index.html"))
    assert not list((tmp_path / "_site").rglob("carte.png"))


# Les liens d'en-tête

FLUX = '<link rel="alternate" type="application/atom+xml" title="Suivre" href="/donnees/flux.xml">'


@pytest.mark.parametrize(
    ("html", "fichiers"),
    [
        ("    include-in-header: tete.html", {"tete.html": FLUX + "\n"}),
        ("    include-in-header:\n      - file: tete.html\n      - vide.html", {"tete.html": FLUX, "vide.html": "\n"}),
        (f"    include-in-header:\n      - text: |\n          {FLUX}", {}),
    ],
)
def test_un_flux_se_decouvre_depuis_chaque_page(tmp_path, html, fichiers):
    rendre_site(poser(tmp_path, html=html, **fichiers))
    for page, adresse in {
        "index.html": "donnees/flux.xml",
        "r/a.html": "../donnees/flux.xml",
        "404.html": "/donnees/flux.xml",
    }.items():
        tete = lire(tmp_path, page).partition("</head>")[0]
        assert FLUX.replace("/donnees/flux.xml", adresse) in tete, page
    assert (tmp_path / "_site/donnees/flux.xml").is_file()


@pytest.mark.parametrize(
    ("ecrit", "message"),
    [
        ("<script>1</script>", "élément refusé dans l'en-tête HTML (« <script> »)"),
        ('<link rel="stylesheet" href="/a.css">', "élément refusé dans l'en-tête HTML"),
        ('<link href="/donnees/flux.xml">', "élément refusé dans l'en-tête HTML"),
        ('<meta http-equiv="refresh" content="0;url=/x" name="a">', "élément refusé dans l'en-tête HTML"),
        ('<meta name="a" content="b" onload="x()">', "élément refusé dans l'en-tête HTML"),
        ("du texte", "élément refusé dans l'en-tête HTML (« du texte »)"),
        (FLUX.replace('"/donnees', '"donnees'), "lien d'en-tête qui ne part pas de la racine (« donnees/flux.xml »)"),
        (FLUX.replace("flux.xml", "flu.xml"), "fichier introuvable (« /donnees/flu.xml »)"),
        (FLUX.replace("/donnees", "https://a.invalid"), "ressource distante refusée"),
    ],
)
def test_l_en_tete_n_admet_ni_code_ni_lien_casse(tmp_path, ecrit, message):
    poser(tmp_path, html="    include-in-header: tete.html", **{"tete.html": f"<!-- ici -->\n{ecrit}\n"})
    dits = list(map(str, verifier_projet(tmp_path)))
    assert len(dits) == 1, dits
    assert dits[0].startswith("tete.html, ligne 2 : ")
    assert message in dits[0]
    with pytest.raises(ErreurDonnees):
        rendre_site(tmp_path)


def test_une_mention_d_auteur_est_admise(tmp_path):
    poser(
        tmp_path, html="    include-in-header: tete.html", **{"tete.html": '<meta name="author" content="A &amp; B">\n'}
    )
    rendre_site(tmp_path)
    assert '<meta name="author" content="A &amp; B">' in lire(tmp_path, "r/a.html")


@pytest.mark.parametrize("entete", ["include-in-header: t.html", "format:\n  html:\n    include-in-header: t.html"])
def test_une_seule_page_n_a_pas_son_en_tete(tmp_path, entete):
    poser(tmp_path, **{"t.html": "", "r__b": f"---\ntitle: B\n{entete}\n---\n\nx\n"})
    (dit,) = map(str, verifier_projet(tmp_path))
    assert "r/b.qmd, ligne" in dit
    assert "inclusion dans l'en-tête HTML d'une seule page" in dit


# Les styles

BLOC = "```{{=html}}\n{}\n```\n"


def test_un_style_ecrit_dans_la_page_va_dans_l_en_tete(tmp_path):
    style = '<style type="text/css" media="print">\n#t td { color: red }\n</style>'
    html = f'<div>{style}<table id="t"><tr><td>1</td></tr></table></div>'
    dessin = '<svg role="img" aria-label="Trait"><style>line { stroke: red }</style></svg>'
    rendre_site(poser(tmp_path, r__b="---\ntitle: B\n---\n\n" + BLOC.format(html + dessin)))
    tete, _, corps = lire(tmp_path, "r/b.html").partition("</head>")
    assert '<style media="print">#t td { color: red }</style>' in tete
    assert tete.index("site_libs/site.css") < tete.index("<style")
    assert corps.count("<style") == 1
    assert dessin in corps
    assert '<table id="t">' in corps


def test_ce_qui_parle_de_style_sans_en_etre_ne_bouge_pas():
    html = '<pre>&lt;style&gt;</pre><script>"<style>a</style>"</script><p data-a="<style>">é</p>'
    assert sortir_styles(html) == (html, "")


@given(st.lists(st.tuples(st.text("ab é\n<&", max_size=6), st.text("ab{}:;\n", max_size=6)), max_size=4))
def test_sortir_les_styles_ne_perd_rien(parties):
    from html import escape

    html = "".join(f"<p>{escape(texte)}</p><style>{style}</style>" for texte, style in parties)
    corps, styles = sortir_styles(html)
    assert corps == "".join(f"<p>{escape(texte)}</p>" for texte, _ in parties)
    attendus = dict.fromkeys(f"<style>{style.strip()}</style>" for _, style in parties)
    assert styles == "\n".join(attendus)
