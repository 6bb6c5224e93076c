"""La porte ne relit pas ce qu'elle a lu sans rien y trouver ; elle relit tout le reste, et ne croit aucun autre."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.cache import Magasin
from ess_analyse.modele import Corpus
from ess_analyse.publication import porte, verifier_publication
from ess_analyse.publication.lus import Lus
from ess_analyse.segments import segmenter

CLE = pd.DataFrame({"reel": ["Ysoline"], "nature": ["personne"]})
AUTRE = pd.DataFrame({"reel": ["Ysoline", "Morvan"], "nature": ["personne"] * 2})
PAGES = {
    "index.html": "<p>Bonjour de la part de Morvan.</p>",
    "recherche.js": 'window.mots = ["on ressaisit tout le soir ensemble"];',
    "d/table.csv": "code;phrases\nR-CHARGE;4\n",
}
SECRET = b"de cette machine"


@pytest.fixture
def site(tmp_path):
    for nom, texte in PAGES.items():
        (tmp_path / "site" / nom).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / nom).write_text(texte, encoding="utf-8")
    return tmp_path / "site"


@pytest.fixture
def magasin(tmp_path):
    return Magasin(tmp_path / "cache", SECRET)


@pytest.fixture
def ouverts(monkeypatch):
    """Les fichiers que la porte lit vraiment."""
    faits, lire = [], porte.lire_fichier

    def espionner(nom, octets):
        faits.append(nom.as_posix())
        return lire(nom, octets)

    monkeypatch.setattr(porte, "lire_fichier", espionner)
    return faits


def passer(site, magasin, cle=CLE, **reste):
    return [(Path(un.fichier).name, un.valeur) for un in verifier_publication(site, cle=cle, magasin=magasin, **reste)]


def test_ce_qui_n_a_pas_change_n_est_pas_relu(site, magasin, ouverts):
    assert passer(site, magasin) == []
    assert sorted(ouverts) == sorted(PAGES)
    (site / "index.html").write_text("<p>Autre chose.</p>", encoding="utf-8")
    ouverts.clear()
    assert passer(site, magasin) == []
    assert ouverts == ["index.html"]
    ouverts.clear()
    assert passer(site, magasin) == passer(site, None) == []
    assert sorted(ouverts) == sorted(PAGES), "sans magasin, tout est relu"


def test_un_nom_ajoute_apres_coup_a_la_cle_est_trouve_dans_une_page_deja_passee(site, magasin, ouverts):
    assert passer(site, magasin) == []
    ouverts.clear()
    assert passer(site, magasin, AUTRE) == [("index.html", "M…")]
    assert sorted(ouverts) == sorted(PAGES)


def test_une_page_au_nom_ajoute_est_refusee_et_le_reste_encore_quand_on_revient(site, magasin):
    assert passer(site, magasin) == []
    (site / "index.html").write_text("<p>Ysoline note.</p>", encoding="utf-8")
    assert passer(site, magasin) == passer(site, magasin) == [("index.html", "Y…")]


def test_un_fichier_sans_rien_sous_un_nom_reel_n_est_pas_le_meme_fichier(site, magasin):
    assert passer(site, magasin) == []
    (site / "index.html").rename(site / "Ysoline.html")
    assert [valeur for _, valeur in passer(site, magasin)] == ["Y…"]


def test_une_phrase_devenue_restreinte_est_trouvee_dans_une_page_deja_passee(site, magasin, composer):
    corpus = composer(E01="Marion : On ressaisit tout le soir ensemble.")
    segments = segmenter(corpus)
    assert passer(site, magasin, corpus=corpus, segments=segments) == []
    restreint = Corpus(corpus.entretiens, corpus.documents.assign(diffusion="restreinte"))
    assert [nom for nom, _ in passer(site, magasin, corpus=restreint, segments=segments)] == ["recherche.js"]


@pytest.mark.parametrize("quoi", ["nommer_compte", "empreindre_programme", "decrire_versions"])
def test_un_autre_programme_une_autre_version_un_autre_compte_relisent_tout(site, magasin, ouverts, monkeypatch, quoi):
    passer(site, magasin)
    ouverts.clear()
    monkeypatch.setattr(porte, quoi, lambda *_: "autre")
    passer(site, magasin)
    assert sorted(ouverts) == sorted(PAGES)


@pytest.mark.parametrize("faute", ["autre secret", "sans secret", "écrit à la main", "un octet changé", "renommé"])
def test_un_magasin_falsifie_ne_fait_rien_passer(site, magasin, ouverts, faute):
    """Qui peut écrire dans l'étude prétend que la page au nom réel a déjà passé la porte."""
    (site / "index.html").write_text("<p>Ysoline note.</p>", encoding="utf-8")
    faux = Magasin(magasin.dossier, b"" if faute == "sans secret" else b"d'une autre machine")
    passer(site, magasin)
    (garde,) = (magasin.dossier / "porte").iterdir()
    pretendus = json.dumps({nom: hashlib.sha256((site / nom).read_bytes()).hexdigest() for nom in PAGES}).encode()
    if faute in ("autre secret", "sans secret"):
        faux.ranger("porte", garde.name, pretendus)
    elif faute == "écrit à la main":
        garde.write_bytes(pretendus)
    elif faute == "un octet changé":
        octets = bytearray(garde.read_bytes())
        octets[-3] ^= 1
        garde.write_bytes(octets)
    else:
        passer(site, magasin, AUTRE.iloc[1:])
        (autre,) = (magasin.dossier / "porte").iterdir()
        autre.rename(garde)
    ouverts.clear()
    assert passer(site, magasin) == [("index.html", "Y…")]
    assert sorted(ouverts) == sorted(PAGES)
    magasin.ranger("porte", garde.name, pretendus)
    assert passer(site, magasin) == [], "seul le secret de la machine fait croire un magasin"


def test_sans_secret_rien_n_est_retenu_ni_cru(site, tmp_path, ouverts):
    ouvert_a_tous = Magasin(tmp_path / "cache")
    assert [passer(site, ouvert_a_tous), passer(site, ouvert_a_tous)] == [[], []]
    assert len(ouverts) == 2 * len(PAGES)
    assert not ouvert_a_tous.dossier.exists()


def test_aucun_nom_de_la_cle_ne_se_devine_du_magasin(site, magasin, tmp_path):
    passer(site, magasin)
    ailleurs = Magasin(tmp_path / "ailleurs", b"d'une autre machine")
    passer(site, ailleurs)
    (ici,), (la,) = (list((un.dossier / "porte").iterdir()) for un in (magasin, ailleurs))
    assert ici.name != la.name
    assert "Ysoline" not in ici.read_text(encoding="utf-8", errors="replace")


@given(st.dictionaries(st.sampled_from("abc"), st.binary(max_size=3)), st.sampled_from("abc"), st.binary(max_size=3))
def test_seuls_ce_chemin_et_ces_octets_sont_reconnus(tmp_path_factory, notes, chemin, octets):
    magasin = Magasin(tmp_path_factory.mktemp("cache"), SECRET)
    lus = Lus(magasin, "contexte")
    for nom, contenu in notes.items():
        lus.noter(Path(nom), contenu)
    lus.garder()
    relus = Lus(magasin, "contexte")
    assert relus.connait(Path(chemin), octets) == (notes.get(chemin) == octets)
