"""La clé est hors de portée : bien rangée, illisible sans sa phrase, jamais perdue."""

from __future__ import annotations

import base64
import os
import stat
import textwrap
import unicodedata
from pathlib import Path

import platformdirs
import pyrage
import pytest

from ess_analyse.coffre import ecrire_prive, ouvrir_coffre
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude
from ess_analyse.pseudonymes import (
    CLE,
    PHRASE,
    chiffrer,
    choisir_dossier,
    dechiffrer,
    ecrire_cle,
    lire_cle,
    ouvrir_cle,
    trouver_cle,
)
from ess_analyse.reglages import lire_reglages

SECRETE = "une clé d'été sans rapport"
CLAIR = "\ufeffreel;pseudonyme;nature;valide\nZélie;Anna;personne;oui\nUrsule;Ève;personne;\n".encode()


# Another program made it, from the age v1 specification: it opens in 8 ms, its work factor being 2**10 where pyrage
# takes 2**20 (seconds).
SCELLEE = base64.b64decode("""
YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBhUkVNNzcvcUFZMysrZVJtcmZ3WUZ3IDEwClFKUS91ZHVHazg4bFNxWTNGeXVWQlFWdG
9XOUttdERjTlRuKzBJRGNlL28KLS0tIE5ocUxLbDFqQURSeVJnOTlNTy9xMzlaTWxLdTBKbmplU2h5Si9xU1YxRmsKeDd7UldXtJRCf4kBT5fX
mXIs+FAYayXkh/U3kvgM17lYawZCS5sG5/fip1/XcWM+8B8645PDC3c+1yFsF05kJXRR7ysUpqbczDMu0RgIzfb1sNH/LW2/VplnC+UIVfSQaK
SUHj6xz7OF/YnPK3tpwA==
""")


@pytest.fixture(autouse=True)
def utilisateur(tmp_path, monkeypatch):
    """Les données de l'utilisateur, dans un dossier neuf."""
    dossier = tmp_path / "utilisateur"
    monkeypatch.setattr(platformdirs, "user_data_path", lambda nom, **_: dossier / nom)
    monkeypatch.delenv(PHRASE, raising=False)
    return dossier


@pytest.fixture
def etude(tmp_path) -> Etude:
    (tmp_path / "etude/data/prive").mkdir(parents=True)
    return Etude(tmp_path / "etude")


@pytest.fixture
def sans_derivation(monkeypatch):
    """Remplacer le chiffrement par son inverse trivial, pour les tests qui ne portent que sur les fichiers."""
    monkeypatch.setattr(pyrage.passphrase, "encrypt", lambda clair, phrase: b"age-encryption.org/v1\n" + clair)
    monkeypatch.setattr(pyrage.passphrase, "decrypt", lambda octets, phrase: octets.split(b"\n", 1)[1])


def dit(fonction, *args) -> str:
    with pytest.raises(ErreurDonnees) as prise:
        fonction(*args)
    for nom in ("Zélie", "Ursule", SECRETE):
        assert nom not in str(prise.value)
    return str(prise.value)


# --- où elle est ------------------------------------------------------------------------------------------------


def test_la_cle_se_cherche_dans_l_etude_puis_dans_les_donnees_de_l_utilisateur(etude, utilisateur):
    assert trouver_cle(etude) is None
    etude.reglages.write_text("identifiant: jardins-3f2a\n", encoding="utf-8")
    dehors = utilisateur / "ess-analyse/etudes/jardins-3f2a"
    attendus = [dehors / "cle.csv.age", dehors / "cle.csv", etude.cle.with_name("cle.csv.age"), etude.cle]
    for chemin in attendus:
        ecrire_prive(chemin, CLAIR)
        assert trouver_cle(etude) == chemin


def test_sans_identifiant_rien_n_est_cherche_hors_de_l_etude(etude, utilisateur):
    ecrire_prive(utilisateur / "ess-analyse/etudes/cle.csv", CLAIR)
    assert trouver_cle(etude) is None


def test_des_reglages_fautifs_sont_dits(etude):
    etude.reglages.write_text("identifiant: ../ailleurs\n", encoding="utf-8")
    assert "identifiant mal formé" in dit(trouver_cle, etude)
    assert "identifiant mal formé" in dit(choisir_dossier, etude)


def test_une_etude_neuve_range_sa_cle_hors_de_son_dossier(etude, utilisateur):
    dossier = choisir_dossier(etude)
    identifiant = lire_reglages(etude.reglages).identifiant
    assert dossier == utilisateur / "ess-analyse/etudes" / identifiant
    assert dossier.is_dir()
    assert choisir_dossier(etude) == dossier
    ecrire_prive(dossier / "cle.csv", CLAIR)
    assert trouver_cle(etude) == dossier / "cle.csv"


def test_deux_etudes_n_ont_pas_le_meme_dossier(tmp_path):
    dossiers = set()
    for nom in "ab":
        (tmp_path / nom / "data").mkdir(parents=True)
        dossiers.add(choisir_dossier(Etude(tmp_path / nom)))
    assert len(dossiers) == 2


@pytest.mark.parametrize(
    "avant",
    [
        "# Une étude.\nfictif: non  # vraie\nseuil: 5\n",
        "fictif: non\nseuil: 5",
        'seuil: 5\nidentifiant: ""  # à remplir\nfictif: non\n',
        "identifiant: ''\nseuil: 5\n",
    ],
)
def test_l_identifiant_s_ajoute_aux_reglages_sans_en_rien_perdre(avant, etude):
    etude.reglages.write_text(avant, encoding="utf-8")
    choisir_dossier(etude)
    apres = etude.reglages.read_text(encoding="utf-8")
    reglages = lire_reglages(etude.reglages)
    assert reglages.identifiant.startswith("etude-")
    assert (reglages.seuil, reglages.fictif) == (5, "non")
    for ligne in avant.splitlines():
        assert ligne in apres or ligne.startswith("identifiant")
    assert apres.count("#") >= avant.count("#")


def test_un_identifiant_deja_choisi_est_garde(etude):
    etude.reglages.write_text("identifiant: jardins-3f2a\n", encoding="utf-8")
    assert choisir_dossier(etude).name == "jardins-3f2a"
    assert etude.reglages.read_text(encoding="utf-8") == "identifiant: jardins-3f2a\n"


def test_la_cle_peut_rester_dans_l_etude(etude):
    assert choisir_dossier(etude, dans_l_etude=True) == etude.cle.parent
    assert not etude.reglages.exists()


def test_un_dossier_impossible_a_creer_est_dit(etude, utilisateur):
    utilisateur.write_text("un fichier, pas un dossier", encoding="utf-8")
    assert "dossier impossible à créer. Vérifiez vos droits" in dit(choisir_dossier, etude)


@pytest.mark.skipif(os.name != "posix", reason="droits POSIX")
def test_personne_d_autre_n_entre_dans_le_dossier(etude):
    for dossier in (choisir_dossier(etude), choisir_dossier(etude, dans_l_etude=True)):
        assert stat.S_IMODE(dossier.stat().st_mode) == 0o700


# --- écrire sans ouvrir à tous ----------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="droits POSIX")
def test_un_fichier_prive_l_est_neuf_ou_remplace(tmp_path):
    chemin = tmp_path / "neuf/cle.csv"
    assert ecrire_prive(chemin, b"a")
    assert stat.S_IMODE(chemin.stat().st_mode) == 0o600
    chemin.chmod(0o644)
    assert ecrire_prive(chemin, b"b")
    assert stat.S_IMODE(chemin.stat().st_mode) == 0o600


def test_un_fichier_identique_n_est_pas_touche(tmp_path):
    chemin = tmp_path / "cle.csv"
    ecrire_prive(chemin, b"a")
    os.utime(chemin, (1, 1))
    assert not ecrire_prive(chemin, b"a")
    assert chemin.stat().st_mtime == 1


def test_une_ecriture_impossible_est_dite_et_ne_laisse_rien(tmp_path, monkeypatch):
    (tmp_path / "fichier").write_bytes(b"x")
    assert "écriture impossible" in dit(ecrire_prive, tmp_path / "fichier/cle.csv", b"a")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError))
    assert "écriture impossible" in dit(ecrire_prive, tmp_path / "cle.csv", b"a")
    assert not (tmp_path / "cle.csv").exists()


# --- chiffrer ---------------------------------------------------------------------------------------------------


def test_une_cle_chiffree_se_lit_sans_jamais_etre_ecrite_en_clair(etude, monkeypatch):
    ecrire_prive(etude.cle, CLAIR)
    coffre = chiffrer(etude.cle, SECRETE)
    assert coffre == trouver_cle(etude) == etude.cle.with_name("cle.csv.age")
    assert [chemin.name for chemin in etude.cle.parent.iterdir()] == ["cle.csv.age"]
    assert coffre.read_bytes().startswith(b"age-encryption.org/v1\n-> scrypt ")
    assert b"lie" not in coffre.read_bytes()
    assert os.name != "posix" or stat.S_IMODE(coffre.stat().st_mode) == 0o600
    monkeypatch.setenv(PHRASE, SECRETE)
    assert ouvrir_cle(etude)["reel"].tolist() == ["Zélie"]
    assert [chemin.name for chemin in etude.cle.parent.iterdir()] == ["cle.csv.age"]


def test_une_cle_dechiffree_est_celle_qui_a_ete_chiffree(etude):
    coffre = etude.cle.with_name("cle.csv.age")
    ecrire_prive(coffre, SCELLEE)
    assert dechiffrer(coffre, SECRETE) == etude.cle
    assert etude.cle.read_bytes() == CLAIR
    assert not coffre.exists()


def test_la_phrase_donnee_l_emporte_sur_l_environnement(ecrire, monkeypatch):
    monkeypatch.setenv(PHRASE, "une autre phrase")
    lue = lire_cle(ecrire("cle.csv.age", SCELLEE), SECRETE, toutes=True)
    assert lue["reel"].tolist() == ["Zélie", "Ursule"]
    assert lue.index.tolist() == [2, 3]


@pytest.mark.usefixtures("sans_derivation")
def test_une_cle_chiffree_se_reecrit_seulement_si_elle_change(etude):
    chemin = etude.cle.with_name("cle.csv.age")
    ecrire_prive(etude.cle, CLAIR)
    cle = lire_cle(etude.cle, toutes=True)[list(CLE)]
    etude.cle.unlink()
    assert ecrire_cle(chemin, cle, SECRETE)
    os.utime(chemin, (1, 1))
    assert not ecrire_cle(chemin, cle, SECRETE)
    assert chemin.stat().st_mtime == 1
    assert ecrire_cle(chemin, cle.assign(valide="oui"), SECRETE)
    assert len(lire_cle(chemin, SECRETE)) == 2
    assert [chemin.name for chemin in etude.cle.parent.iterdir()] == ["cle.csv.age"]


def test_une_phrase_tapee_autrement_est_la_meme(ecrire):
    assert ouvrir_coffre(ecrire("cle.csv.age", SCELLEE), unicodedata.normalize("NFD", SECRETE)) == CLAIR


@pytest.mark.parametrize("phrase", ["", "court", "onze signes", " " * 20])
def test_une_phrase_trop_courte_est_refusee_et_la_cle_reste(phrase, etude):
    ecrire_prive(etude.cle, CLAIR)
    message = dit(chiffrer, etude.cle, phrase)
    assert "phrase de passe trop courte. Au moins 12 signes" in message
    assert [chemin.name for chemin in etude.cle.parent.iterdir()] == ["cle.csv"]


def test_une_phrase_fausse_est_dite(ecrire):
    message = dit(lire_cle, ecrire("cle.csv.age", SCELLEE), "une autre phrase")
    assert "cle.csv.age : phrase de passe fausse. Vérifiez majuscules, accents et clavier" in message


def test_sans_phrase_le_remede_est_dit(ecrire):
    message = dit(lire_cle, ecrire("cle.csv.age", SCELLEE))
    assert (
        "cette clé est chiffrée. Donnez sa phrase de passe, ou posez-la dans la variable ESS_ANALYSE_PHRASE" in message
    )


@pytest.mark.parametrize(
    ("abimer", "message"),
    [
        (lambda octets: octets[:-1], "fichier chiffré abîmé"),
        (lambda octets: octets[:60], "fichier chiffré abîmé"),
        (lambda octets: octets.replace(b"scrypt", b"sprypt"), "fichier chiffré abîmé"),
        (lambda octets: CLAIR, "ce fichier n'est pas une clé chiffrée"),
        (lambda octets: b"", "fichier vide"),
    ],
)
def test_un_fichier_abime_est_dit(abimer, message, ecrire):
    assert message in dit(lire_cle, ecrire("cle.csv.age", abimer(SCELLEE)), SECRETE)


def test_un_fichier_chiffre_pour_une_autre_cle_est_dit(ecrire):
    pour = pyrage.x25519.Identity.generate().to_public()
    message = dit(lire_cle, ecrire("cle.csv.age", pyrage.encrypt(CLAIR, [pour])), SECRETE)
    assert "chiffré autrement que par une phrase" in message


def test_une_cle_chiffree_est_lisible_aussi_en_lettres(ecrire):
    lignes = textwrap.fill(base64.b64encode(SCELLEE).decode(), 64)
    chemin = ecrire("cle.csv.age", f"-----BEGIN AGE ENCRYPTED FILE-----\n{lignes}\n-----END AGE ENCRYPTED FILE-----\n")
    assert ouvrir_coffre(chemin, SECRETE) == CLAIR


# --- ne rien perdre ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("sans_derivation")
def test_deux_cles_cote_a_cote_ne_s_ecrasent_jamais(etude):
    coffre = ecrire_prive(etude.cle, CLAIR) and chiffrer(etude.cle, SECRETE)
    ecrire_prive(etude.cle, b"plus recente")
    scelle = coffre.read_bytes()
    assert "une clé chiffrée est déjà à côté de la clé en clair. Gardez la plus récente" in dit(
        chiffrer, etude.cle, SECRETE
    )
    assert "une clé en clair est déjà à côté de la clé chiffrée" in dit(dechiffrer, coffre, SECRETE)
    assert (etude.cle.read_bytes(), coffre.read_bytes()) == (b"plus recente", scelle)


@pytest.mark.usefixtures("sans_derivation")
def test_le_clair_n_est_efface_qu_une_fois_le_chiffre_relu(etude, monkeypatch):
    ecrire_prive(etude.cle, CLAIR)
    monkeypatch.setattr(pyrage.passphrase, "decrypt", lambda octets, phrase: b"autre chose")
    assert "la clé chiffrée ne se relit pas. La clé en clair est intacte" in dit(chiffrer, etude.cle, SECRETE)
    assert [chemin.name for chemin in etude.cle.parent.iterdir()] == ["cle.csv"]
    assert etude.cle.read_bytes() == CLAIR


@pytest.mark.usefixtures("sans_derivation")
def test_une_cle_que_le_tableur_retient_est_dite(etude, monkeypatch):
    ecrire_prive(etude.cle, CLAIR)
    effacer = Path.unlink
    monkeypatch.setattr(
        Path, "unlink", lambda chemin, **o: effacer(chemin, **o) if chemin.name.startswith(".ess") else refuser()
    )
    assert "l'ancienne clé ne peut être effacée. Fermez-la dans le tableur" in dit(chiffrer, etude.cle, SECRETE)
    assert ouvrir_coffre(etude.cle.with_name("cle.csv.age"), SECRETE) == CLAIR


def refuser():
    raise PermissionError


def test_chiffrer_le_chiffre_ou_dechiffrer_le_clair_n_a_pas_de_sens(ecrire):
    assert "cette clé est déjà chiffrée. Rien à faire" in dit(chiffrer, ecrire("cle.csv.age", SCELLEE), SECRETE)
    assert "cette clé n'est pas chiffrée. Rien à faire" in dit(dechiffrer, ecrire("cle.csv", CLAIR), SECRETE)
    assert "fichier introuvable" in dit(chiffrer, Path("absente.csv"), SECRETE)


@pytest.mark.usefixtures("sans_derivation")
@pytest.mark.parametrize(
    ("clair", "message"),
    [
        ("reel;pseudonyme;nature\nZélie;Anna;personne\n", "colonne manquante (« valide »)"),
        ("reel;pseudonyme;nature;valide\nZélie;Anna\n;Ursule;b;c;d\n", "ligne 2 : 2 cellules au lieu de 4"),
        ("reel;pseudonyme;nature;valide\nZélie;;personne;oui\n", "cle.csv.age, ligne 2 : pseudonyme manquant"),
        ("Zélie", "colonne manquante (« reel »)"),
    ],
)
def test_une_cle_chiffree_mal_formee_est_dite_sans_la_montrer(clair, message, ecrire):
    chemin = ecrire("cle.csv.age", b"age-encryption.org/v1\n" + clair.encode())
    assert message in dit(lire_cle, chemin, SECRETE)


@pytest.mark.usefixtures("sans_derivation")
@pytest.mark.parametrize("separateur", [",", "\t"])
def test_une_cle_chiffree_garde_le_separateur_du_tableur(separateur, ecrire):
    clair = CLAIR.decode().replace(";", separateur).encode()
    chemin = ecrire("cle.csv.age", b"age-encryption.org/v1\n" + clair)
    assert lire_cle(chemin, SECRETE)["reel"].tolist() == ["Zélie"]
