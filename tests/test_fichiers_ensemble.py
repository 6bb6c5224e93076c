"""Écrire des fichiers qui vont ensemble : tous, ou aucun."""

from __future__ import annotations

from pathlib import Path

import pytest

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.fichiers import ecrire_ensemble

NOMS = ["a.csv", "neuf.csv", "c.csv", "d.csv"]


@pytest.fixture
def ensemble(ecrire):
    """Quatre fichiers à écrire, dont un qui n'existe pas encore."""
    chemins = [ecrire(nom, f"ancien {nom}") for nom in NOMS]
    chemins[1].unlink()
    return {chemin: f"nouveau {chemin.name}".encode() for chemin in chemins}


def lire(contenus):
    dossier = next(iter(contenus)).parent
    return {voisin.name: voisin.read_text(encoding="utf-8") for voisin in sorted(dossier.iterdir())}


def refuser(monkeypatch, rangs, panne):
    """Faire tomber les remplacements de ces rangs, comme Windows sur un fichier ouvert dans un tableur."""
    appels, remplacer = [], Path.replace

    def tomber(self, cible):
        appels.append(cible)
        if len(appels) in rangs:
            raise panne
        return remplacer(self, cible)

    monkeypatch.setattr(Path, "replace", tomber)


@pytest.mark.parametrize("rang", [1, 2, 3, 4])
def test_un_fichier_ouvert_ailleurs_et_tous_sont_intacts(ensemble, rang, monkeypatch):
    avant = lire(ensemble)
    refuser(monkeypatch, {rang}, PermissionError(13, "ouvert dans un tableur"))
    with pytest.raises(ErreurDonnees) as prise:
        ecrire_ensemble(ensemble)
    assert lire(ensemble) == avant
    (probleme,) = prise.value.problemes
    assert probleme.fichier.endswith(NOMS[rang - 1])
    assert probleme.message == "écriture impossible"
    assert "fermez-le s'il est ouvert dans un tableur" in probleme.remede


def test_une_interruption_au_milieu_laisse_tout_intact(ensemble, monkeypatch):
    avant = lire(ensemble)
    refuser(monkeypatch, {3}, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        ecrire_ensemble(ensemble)
    assert lire(ensemble) == avant


def test_un_fichier_qui_ne_peut_etre_remis_est_nomme(ensemble, monkeypatch):
    avant = lire(ensemble)
    refuser(monkeypatch, {3, 4}, PermissionError(13, "ouvert dans un tableur"))
    with pytest.raises(ErreurDonnees) as prise:
        ecrire_ensemble(ensemble)
    assert lire(ensemble) == avant | {"a.csv": "nouveau a.csv"}
    refus, reste = prise.value.problemes
    assert refus.fichier.endswith("c.csv")
    assert reste.fichier.endswith("a.csv")
    assert "n'a pu être remis" in reste.message


def test_ce_qui_ne_change_pas_n_est_pas_remplace(ensemble, monkeypatch):
    ensemble[next(iter(ensemble))] = b"ancien a.csv"
    refuser(monkeypatch, set(), OSError())
    assert [chemin.name for chemin in ecrire_ensemble(ensemble)] == NOMS[1:]
    assert ecrire_ensemble(ensemble) == []
