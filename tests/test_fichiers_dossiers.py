"""Remplacer un dossier : le nouveau entier, ou l'ancien."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from ess_analyse.fichiers import remplacer_dossier


@pytest.fixture
def dossiers(tmp_path):
    """Un dossier en place, un autre composé à côté."""
    for nom, contenu in (("site", "vieux"), (".neuf-x", "neuf")):
        (tmp_path / nom).mkdir(mode=0o700)
        (tmp_path / nom / "index.html").write_text(contenu, encoding="utf-8")
    return tmp_path / "site", tmp_path / ".neuf-x"


def lire(dossier: Path) -> dict[str, str]:
    return {un.relative_to(dossier).as_posix(): un.read_text("utf-8") for un in dossier.rglob("*") if un.is_file()}


def refuser(monkeypatch, panne: BaseException, *noms: str) -> None:
    """Faire refuser par le disque le déplacement de ces dossiers."""
    vrai = Path.replace

    def deplacer(self, cible):
        if self.name in noms:
            raise panne
        return vrai(self, cible)

    monkeypatch.setattr(Path, "replace", deplacer)


def test_le_nouveau_prend_la_place_et_rien_ne_traine(dossiers, tmp_path):
    cible, neuf = dossiers
    remplacer_dossier(cible, neuf)
    assert lire(tmp_path) == {"site/index.html": "neuf"}
    assert stat.S_IMODE(cible.stat().st_mode) == 0o755


def test_un_dossier_qui_n_existait_pas_se_pose_jusque_dans_un_parent_neuf(dossiers, tmp_path):
    _, neuf = dossiers
    remplacer_dossier(tmp_path / "public/site", neuf)
    assert lire(tmp_path) == {"site/index.html": "vieux", "public/site/index.html": "neuf"}


@pytest.mark.parametrize("panne", [PermissionError("ouvert"), KeyboardInterrupt()])
def test_l_ancien_revient_si_le_nouveau_ne_peut_prendre_sa_place(dossiers, tmp_path, monkeypatch, panne):
    cible, neuf = dossiers
    refuser(monkeypatch, panne, neuf.name)
    with pytest.raises(type(panne)):
        remplacer_dossier(cible, neuf)
    assert lire(tmp_path) == {"site/index.html": "vieux", ".neuf-x/index.html": "neuf"}


def test_l_ancien_reste_a_cote_si_rien_ne_se_laisse_deplacer(dossiers, tmp_path, monkeypatch):
    cible, neuf = dossiers
    refuser(monkeypatch, OSError("disque plein"), neuf.name, f"{neuf.name}-ancien")
    with pytest.raises(OSError, match="disque plein"):
        remplacer_dossier(cible, neuf)
    assert lire(tmp_path) == {".neuf-x-ancien/index.html": "vieux", ".neuf-x/index.html": "neuf"}


def test_une_cible_qui_ne_se_laisse_pas_ecarter_ne_change_pas(dossiers, tmp_path, monkeypatch):
    cible, neuf = dossiers
    refuser(monkeypatch, PermissionError("ouvert"), cible.name)
    with pytest.raises(PermissionError):
        remplacer_dossier(cible, neuf)
    assert lire(tmp_path) == {"site/index.html": "vieux", ".neuf-x/index.html": "neuf"}
