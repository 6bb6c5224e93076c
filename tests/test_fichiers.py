"""Lire ce que les équipes envoient, écrire sans rien perdre."""

import os
import stat
import string
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.fichiers import (
    decoder,
    ecrire_octets,
    ecrire_table,
    ecrire_texte,
    lire_octets,
    lire_table,
    lire_texte,
    lire_texte_encode,
)

PHRASE = "« Ça va ? » – l'œuvre d'Élodie… 10 € à Noël\n"


# --- lire un texte ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encodage", "reconnu"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("cp1252", "cp1252"),
    ],
)
def test_un_texte_francais_se_lit_dans_chaque_encodage(encodage, reconnu):
    assert decoder(PHRASE.encode(encodage)) == (PHRASE, reconnu)


@pytest.mark.parametrize("marque", ["utf-16-le", "utf-16-be"])
def test_les_deux_ordres_d_octets_d_utf_16_se_lisent(marque):
    assert decoder(("\ufeff" + PHRASE).encode(marque)) == (PHRASE, "utf-16")


@pytest.mark.parametrize("ordre", ["utf-16-le", "utf-16-be"])
def test_un_utf_16_evident_se_lit_sans_marque(ordre):
    assert decoder(PHRASE.encode(ordre)) == (PHRASE, "utf-16")


@pytest.mark.parametrize("octets", [b"a\0b\0c", b"a\0\0b", b"PK\3\4\0\0", b"\0\0\0\0"])
def test_des_octets_nuls_ne_font_pas_un_utf_16(octets):
    assert decoder(octets)[1] == "utf-8"


def test_l_encodage_d_un_texte_est_rendu_avec_lui(ecrire):
    assert lire_texte_encode(ecrire("a.txt", PHRASE.encode("cp1252"))) == (PHRASE, "cp1252")
    assert lire_texte_encode(ecrire("a.txt", PHRASE)) == (PHRASE, "utf-8")


@pytest.mark.parametrize("fin", ["\n", "\r\n", "\r"])
def test_toutes_les_fins_de_ligne_deviennent_simples(fin, ecrire):
    assert lire_texte(ecrire("a.txt", f"un{fin}deux{fin}{fin}trois".encode())) == "un\ndeux\n\ntrois"


def test_les_accents_decomposes_sont_recomposes(ecrire):
    assert lire_texte(ecrire("a.txt", unicodedata.normalize("NFD", "Élodie à Noël"))) == "Élodie à Noël"


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\0\ufeff")))
def test_tout_texte_utf_8_se_relit_tel_quel(texte):
    assert decoder(texte.encode()) == (unicodedata.normalize("NFC", texte), "utf-8")


# An accent before an ASCII character is never valid UTF-8: one such pair, which any French text has, settles it.
@given(st.text(alphabet=string.ascii_letters + "éèàùçœÉ’«»… "), st.sampled_from("éèàùç"), st.sampled_from("ts ,"))
def test_un_texte_cp1252_n_est_jamais_lu_de_travers(texte, accent, lettre):
    texte += accent + lettre
    assert decoder(texte.encode("cp1252")) == (texte, "cp1252")


@pytest.mark.parametrize(
    ("nom", "octets", "message", "remede"),
    [
        ("vide", b"", "fichier vide", "retirez-le"),
        ("blanc", b" \r\n\t", "fichier vide", "retirez-le"),
        ("marque seule", b"\xef\xbb\xbf\n", "fichier vide", "retirez-le"),
        ("marque utf-16 seule", b"\xff\xfe", "fichier vide", "retirez-le"),
        ("nul", b"PK\x03\x04\x00\x00", "n'est pas du texte", "texte UTF-8"),
        ("inconnu", b"\x81\x8d\x8f", "encodage inconnu", "texte UTF-8"),
        ("utf-16 impair", b"\xff\xfea", "encodage inconnu", "texte UTF-8"),
    ],
)
def test_ce_qui_n_est_pas_du_texte_est_refuse(nom, octets, message, remede, ecrire):
    with pytest.raises(ErreurDonnees, match=message) as prise:
        lire_texte(ecrire(f"{nom}.txt", octets))
    assert remede in str(prise.value)
    assert f"{nom}.txt" in str(prise.value)


def test_un_fichier_absent_est_nomme_avec_son_remede(tmp_path):
    with pytest.raises(ErreurDonnees, match=r"absent\.txt : fichier introuvable\. Vérifiez son nom et son dossier\."):
        lire_octets(tmp_path / "absent.txt")


def test_un_dossier_a_la_place_d_un_fichier_est_dit_en_francais(tmp_path):
    with pytest.raises(ErreurDonnees, match="c'est un dossier, pas un fichier"):
        lire_octets(tmp_path)


def test_un_fichier_interdit_est_dit_en_francais(ecrire, monkeypatch):
    def refuser(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuser)
    with pytest.raises(ErreurDonnees, match="fichier illisible") as prise:
        lire_octets(ecrire("a.txt", "a"))
    assert "Permission denied" not in str(prise.value)
    assert "vos droits" in str(prise.value)


# --- écrire -----------------------------------------------------------------------------------------------------


def test_ecrire_cree_le_dossier_et_dit_que_le_contenu_a_change(tmp_path):
    chemin = tmp_path / "data" / "corpus" / "E01.txt"
    assert ecrire_texte(chemin, PHRASE) is True
    assert chemin.read_bytes() == PHRASE.encode("utf-8")


def test_un_contenu_identique_n_est_pas_reecrit(ecrire):
    chemin = ecrire("a.txt", PHRASE)
    os.utime(chemin, ns=(1, 1))
    avant = chemin.stat()
    assert ecrire_texte(chemin, PHRASE) is False
    assert (chemin.stat().st_mtime_ns, chemin.stat().st_ino) == (avant.st_mtime_ns, avant.st_ino)


@pytest.mark.parametrize(
    ("panne", "levee"), [(OSError("disque plein"), ErreurDonnees), (KeyboardInterrupt(), KeyboardInterrupt)]
)
def test_une_panne_laisse_l_ancien_fichier_et_aucun_reste(panne, levee, ecrire, monkeypatch):
    chemin = ecrire("a.txt", "ancien")

    def tomber(self, cible):
        raise panne

    monkeypatch.setattr(Path, "replace", tomber)
    with pytest.raises(levee):
        ecrire_octets(chemin, b"nouveau")
    assert [voisin.name for voisin in chemin.parent.iterdir()] == ["a.txt"]
    assert chemin.read_bytes() == b"ancien"


def test_pendant_l_ecriture_l_ancien_fichier_est_entier_et_le_nouveau_aussi(ecrire, monkeypatch):
    chemin, vus = ecrire("a.txt", "ancien"), []
    remplacer = Path.replace

    def regarder(self, cible):
        vus.append((self.read_bytes(), Path(cible).read_bytes(), self.parent == Path(cible).parent))
        return remplacer(self, cible)

    monkeypatch.setattr(Path, "replace", regarder)
    assert ecrire_octets(chemin, b"nouveau")
    assert vus == [(b"nouveau", b"ancien", True)]
    assert chemin.read_bytes() == b"nouveau"


@pytest.mark.parametrize("droits", [0o600, 0o640, 0o664])
def test_les_droits_d_un_fichier_existant_sont_gardes(droits, ecrire):
    chemin = ecrire("cle.csv", "ancien")
    chemin.chmod(droits)
    ecrire_octets(chemin, b"nouveau")
    assert stat.S_IMODE(chemin.stat().st_mode) == droits


@pytest.mark.parametrize(("masque", "droits"), [(0o022, 0o644), (0o077, 0o600)])
def test_un_fichier_neuf_a_les_droits_que_la_personne_a_choisis(masque, droits, tmp_path):
    avant = os.umask(masque)
    try:
        ecrire_octets(tmp_path / "a.txt", b"a")
        assert os.umask(masque) == masque
    finally:
        os.umask(avant)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == droits


def test_un_lien_reste_un_lien_et_sa_cible_est_ecrite(ecrire):
    cible = ecrire("partage/cle.csv", "ancien")
    lien = cible.parent.parent / "cle.csv"
    lien.symlink_to(cible)
    assert ecrire_octets(lien, b"nouveau")
    assert lien.is_symlink()
    assert cible.read_bytes() == b"nouveau"


# --- tables -----------------------------------------------------------------------------------------------------

COLONNES = ("segment", "codes")


@pytest.mark.parametrize("separateur", [";", ",", "\t"])
def test_le_separateur_est_reconnu_a_l_en_tete(separateur, ecrire):
    texte = "segment;codes\nE01:0-3;R-SENS\n".replace(";", separateur)
    assert lire_table(ecrire("t.csv", texte), COLONNES).values.tolist() == [["E01:0-3", "R-SENS"]]


def test_une_virgule_dans_une_cellule_ne_trompe_pas_un_fichier_a_points_virgules(ecrire):
    table = lire_table(ecrire("t.csv", "segment;codes\nun, deux, trois;-\n"), COLONNES)
    assert table.values.tolist() == [["un, deux, trois", "-"]]


def test_l_index_est_la_ligne_du_fichier_meme_apres_une_cellule_de_plusieurs_lignes(ecrire):
    texte = 'segment;codes\na;1\n\n"b\nsuite\nfin";2\n;\nc;3\n'
    table = lire_table(ecrire("t.csv", texte), COLONNES)
    assert table.index.tolist() == [2, 4, 8]
    assert table.index.name == "ligne"
    assert table["segment"].tolist() == ["a", "b\nsuite\nfin", "c"]


def test_les_colonnes_facultatives_manquantes_sont_vides_et_l_ordre_est_celui_demande(ecrire):
    table = lire_table(ecrire("t.csv", "codes; segment \n-;a\n"), COLONNES, ("memo",))
    assert list(table.columns) == ["segment", "codes", "memo"]
    assert table.values.tolist() == [["a", "-", ""]]


def test_une_cellule_reste_du_texte_et_une_cellule_vide_reste_vide(ecrire):
    table = lire_table(ecrire("t.csv", "segment;codes\n007;\nNA;nan\n"), COLONNES)
    assert table.values.tolist() == [["007", ""], ["NA", "nan"]]
    assert not table.isna().any(axis=None)


def test_une_table_sans_ligne_garde_ses_colonnes(ecrire):
    table = lire_table(ecrire("t.csv", "segment;codes\n"), COLONNES)
    assert table.empty
    assert list(table.columns) == list(COLONNES)
    assert (table["codes"] == "-").sum() == 0


def test_tous_les_problemes_de_l_en_tete_sont_dits_ensemble(ecrire):
    with pytest.raises(ErreurDonnees) as prise:
        lire_table(ecrire("t.csv", "segmant;memo;memo\na;b;c\n"), COLONNES, ("memo",))
    messages = {(p.ligne, p.message, p.valeur): p.remede for p in prise.value.problemes}
    assert set(messages) == {
        (1, "colonne manquante", "segment"),
        (1, "colonne manquante", "codes"),
        (1, "colonne inconnue", "segmant"),
        (1, "colonne en double", "memo"),
    }
    assert messages[1, "colonne inconnue", "segmant"] == "vouliez-vous dire « segment » ?"
    assert "segment, codes" in messages[1, "colonne manquante", "codes"]


def test_toutes_les_lignes_mal_coupees_sont_dites_ensemble_avec_leur_numero(ecrire):
    with pytest.raises(ErreurDonnees) as prise:
        lire_table(ecrire("t.csv", 'segment;codes\n"a\na";1\nb\nc;1;2\n'), COLONNES)
    assert [(p.ligne, p.message, p.valeur) for p in prise.value.problemes] == [
        (4, "1 cellule au lieu de 2", "b"),
        (5, "3 cellules au lieu de 2", "c;1;2"),
    ]
    assert "guillemets" in str(prise.value)


def test_un_guillemet_jamais_ferme_est_dit_a_la_ligne_ou_il_s_ouvre(ecrire):
    with pytest.raises(ErreurDonnees) as prise:
        lire_table(ecrire("t.csv", 'segment;codes\na;1\n"b;2\nc;3\n'), COLONNES)
    [probleme] = prise.value.problemes
    assert probleme.ligne == 3
    assert "guillemet" in probleme.message
    assert "unexpected" not in str(probleme)


def test_un_guillemet_mal_place_est_dit_en_francais(ecrire):
    with pytest.raises(ErreurDonnees, match=r"ligne 2 : .*guillemet") as prise:
        lire_table(ecrire("t.csv", 'segment;codes\n"a" b;1\n'), COLONNES)
    assert "expected" not in str(prise.value)


def test_un_guillemet_ouvert_en_tete_d_une_longue_table_est_dit_a_sa_ligne(ecrire):
    with pytest.raises(ErreurDonnees, match="ligne 2 : guillemet mal placé ou jamais fermé") as prise:
        lire_table(ecrire("t.csv", 'segment;codes\n"a;1\n' + "une ligne;2\n" * 20_000), COLONNES)
    assert "limit" not in str(prise.value)


def test_une_table_reduite_a_une_marque_est_un_fichier_vide(ecrire):
    with pytest.raises(ErreurDonnees, match="fichier vide"):
        lire_table(ecrire("t.csv", b"\xef\xbb\xbf"), COLONNES)


def test_une_table_ecrite_s_ouvre_dans_un_tableur_francais(tmp_path):
    table = pd.DataFrame({"segment": ["é;è", "b"], "codes": ["-", None]}, index=[7, 9])
    assert ecrire_table(tmp_path / "t.csv", table) is True
    assert (tmp_path / "t.csv").read_bytes() == '\ufeffsegment;codes\n"é;è";-\nb;\n'.encode()
    assert ecrire_table(tmp_path / "t.csv", table) is False


_CELLULE = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


@given(lignes=st.lists(st.tuples(_CELLULE, _CELLULE, st.just("x")), max_size=6))
def test_une_table_ecrite_se_relit_tout_entiere(lignes, tmp_path):
    chemin = tmp_path / "t.csv"
    ecrire_table(chemin, pd.DataFrame(lignes, columns=["segment", "memo", "codes"], dtype="str"))
    attendu = [
        [unicodedata.normalize("NFC", cellule.replace("\r\n", "\n").replace("\r", "\n")) for cellule in ligne]
        for ligne in lignes
    ]
    assert lire_table(chemin, ("segment", "memo", "codes")).values.tolist() == attendu
    assert not ecrire_table(chemin, pd.DataFrame(lignes, columns=["segment", "memo", "codes"], dtype="str"))
