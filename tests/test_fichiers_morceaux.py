"""Écrire un fichier morceau après morceau : le même, sans le tenir, entier ou intact."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.fichiers import ecrire_morceaux, ecrire_octets, octets

LONG = b"ligne;de;suggestion\n" * 20_000


@given(avant=st.none() | st.binary(max_size=9), morceaux=st.lists(st.binary(max_size=4), max_size=5))
def test_c_est_le_fichier_que_l_on_aurait_ecrit_d_un_coup(avant, morceaux, tmp_path):
    un, deux = tmp_path / "un.csv", tmp_path / "deux.csv"
    for chemin in (un, deux):
        chemin.unlink(missing_ok=True)
        if avant is not None:
            chemin.write_bytes(avant)
    assert ecrire_morceaux(un, iter(morceaux)) == ecrire_octets(deux, b"".join(morceaux))
    assert un.read_bytes() == deux.read_bytes() == b"".join(morceaux)
    assert sorted(voisin.name for voisin in tmp_path.iterdir()) == ["deux.csv", "un.csv"]


@pytest.mark.parametrize("place", [0, octets._BLOC, len(LONG) - 1], ids=["debut", "bloc", "fin"])
def test_un_seul_octet_change_suffit_a_remplacer_et_aucun_ne_touche_a_rien(place, ecrire):
    chemin = ecrire("a.csv", LONG)
    os.utime(chemin, ns=(1, 1))
    avant = chemin.stat()
    morceaux = [LONG[debut : debut + 1000] for debut in range(0, len(LONG), 1000)]
    assert ecrire_morceaux(chemin, morceaux) is False
    assert (chemin.stat().st_mtime_ns, chemin.stat().st_ino) == (avant.st_mtime_ns, avant.st_ino)
    autre = LONG[:place] + b"X" + LONG[place + 1 :]
    assert ecrire_morceaux(chemin, [autre]) is True
    assert chemin.read_bytes() == autre


def test_avant_le_dernier_morceau_le_dossier_ne_montre_que_l_ancien(ecrire):
    chemin, vus = ecrire("a.csv", "ancien"), []

    def morceaux():
        for _ in range(3):
            vus.append({voisin.name: voisin.read_bytes() for voisin in chemin.parent.iterdir()})
            yield LONG

    assert ecrire_morceaux(chemin, morceaux())
    assert vus == [{"a.csv": b"ancien"}] * 3
    assert chemin.read_bytes() == LONG * 3


@pytest.mark.parametrize("panne", [KeyboardInterrupt(), ConnectionError("plus de grappe")], ids=repr)
def test_ce_que_la_source_leve_passe_tel_quel_et_laisse_l_ancien(panne, ecrire):
    """Une panne de réseau n'est pas dite « écriture impossible »."""
    chemin = ecrire("a.csv", "ancien")

    def morceaux():
        yield LONG
        raise panne

    with pytest.raises(type(panne)):
        ecrire_morceaux(chemin, morceaux())
    assert {voisin.name: voisin.read_bytes() for voisin in chemin.parent.iterdir()} == {"a.csv": b"ancien"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="ce système n'imite pas un disque plein")
def test_un_disque_plein_est_dit_en_francais(ecrire, monkeypatch):
    chemin, pleins = ecrire("a.csv", "ancien"), []

    def ouvrir(**_):
        pleins.append(open("/dev/full", "w+b"))  # noqa: PTH123, SIM115
        return pleins[-1]

    monkeypatch.setattr(octets.tempfile, "TemporaryFile", ouvrir)
    with pytest.raises(ErreurDonnees, match=r"a\.csv : écriture impossible\. Vérifiez vos droits, la place libre"):
        ecrire_morceaux(chemin, [LONG])
    assert pleins[0].closed
    assert chemin.read_bytes() == b"ancien"


def test_un_fichier_ouvert_dans_un_tableur_est_dit_et_il_ne_reste_rien(ecrire, monkeypatch):
    chemin = ecrire("a.csv", "ancien")

    def refuser(*_):
        raise PermissionError(13, "ouvert ailleurs")

    monkeypatch.setattr(Path, "replace", refuser)
    with pytest.raises(ErreurDonnees, match="Fermez-le s'il est ouvert dans un tableur"):
        ecrire_morceaux(chemin, [b"nouveau"])
    assert {voisin.name: voisin.read_bytes() for voisin in chemin.parent.iterdir()} == {"a.csv": b"ancien"}


def test_un_dossier_du_meme_nom_et_un_parent_qui_est_un_fichier_sont_refuses(ecrire, tmp_path):
    (tmp_path / "dossier.csv").mkdir()
    fichier = ecrire("fichier", "a")
    for chemin in (tmp_path / "dossier.csv", fichier / "dedans.csv"):
        with pytest.raises(ErreurDonnees, match="écriture impossible"):
            ecrire_morceaux(chemin, [b"a"])
    assert sorted(voisin.name for voisin in tmp_path.iterdir()) == ["dossier.csv", "fichier"]


def test_un_lien_reste_un_lien_et_les_droits_sont_gardes(ecrire):
    cible = ecrire("partage/s.csv", "ancien")
    cible.chmod(0o640)
    lien = cible.parent.parent / "s.csv"
    lien.symlink_to(cible)
    assert ecrire_morceaux(lien, [b"nou", b"veau"])
    assert lien.is_symlink()
    assert (cible.read_bytes(), cible.stat().st_mode & 0o777) == (b"nouveau", 0o640)
