"""Ce qui est personnel n'entre pas dans un dépôt : vrais dépôts git, vrais enregistrements."""

import io
import os
import subprocess
import sys
import zipfile

import pandas as pd
import pytest

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.publication import depot
from ess_analyse.publication.depot import poser_crochet, verifier_depot

CLE = pd.DataFrame({"reel": ["Ysoline", "Rose"]})
IDENTITE = {f"GIT_{qui}_{quoi}": "a@b.fr" for qui in ("AUTHOR", "COMMITTER") for quoi in ("NAME", "EMAIL")}
ISOLE = IDENTITE | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
BRUT = "rien de data/brut n'entre dans le dépôt d'une étude réelle"
PRIVE = "rien de data/prive n'entre dans le dépôt d'une étude réelle"
EST_CLE = "ce fichier est une clé : il dit qui est qui"
LIT = "un nom réel de la clé se lit dans ce fichier"


@pytest.fixture
def git(exiger, tmp_path, monkeypatch):
    """Un vrai dépôt, dans le dossier courant."""
    programme = exiger("git")
    for nom, valeur in ISOLE.items():
        monkeypatch.setenv(nom, valeur)
    monkeypatch.chdir(tmp_path)

    def lancer(*arguments, reussir=True):
        fini = subprocess.run([programme, *arguments], capture_output=True, text=True, check=False, timeout=60)
        assert (fini.returncode == 0) is reussir, fini.stderr
        return fini

    lancer("init", "-q", "-b", "main")
    return lancer


@pytest.fixture
def refuser(git, ecrire, tmp_path):
    """Préparer un fichier, et dire ce que le contrôle en pense."""

    def faire(nom, contenu="rien", racine=".", **options):
        ecrire(nom, contenu)
        git("add", "-f", "--", nom)
        problemes = verifier_depot(tmp_path / racine, **{"fictif": False, "cle": CLE} | options)
        return [(p.fichier, p.ligne, p.message) for p in problemes]

    return faire


@pytest.mark.parametrize(
    ("nom", "message"),
    [
        ("data/brut/E01.txt", BRUT),
        ("data/brut/sous/dossier/a.odt", BRUT),
        ("Data/Brut/E01.txt", BRUT),
        ("data/prive/sources.csv", PRIVE),
        ("ailleurs/cle.age", "un fichier chiffré n'entre pas dans le dépôt d'une étude réelle"),
    ],
)
def test_ce_qui_est_prive_par_sa_place_est_refuse(refuser, nom, message):
    assert refuser(nom) == [(nom, 0, message)]


@pytest.mark.parametrize(
    "contenu",
    [
        "reel;pseudonyme;nature;valide\nAna;Léa;personne;oui\n",
        "\ufeffreel;pseudonyme\n",
        "pseudonyme,reel,nature\r\n",
        '"Réel"\t"Pseudonyme"\n',
        "reel;pseudonyme\nAna;Léa\n".encode("utf-16"),
    ],
)
def test_une_cle_est_reconnue_ou_qu_elle_soit(refuser, contenu):
    assert refuser("notes/noms.csv", contenu) == [("notes/noms.csv", 0, EST_CLE)]


@pytest.mark.parametrize(
    "contenu", ["reel;valeur\n1;2\n", "Le réel et son pseudonyme.\n", "", b"\x00\x01reel;pseudonyme"]
)
def test_ce_qui_n_est_pas_une_cle_passe(refuser, contenu):
    assert refuser("notes/a.csv", contenu) == []


def test_un_nom_de_la_cle_est_lu_dans_le_contenu_et_le_chemin(refuser):
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "vu avec\nysoline")
    assert refuser("notes/a.zip", tampon.getvalue()) == [("notes/a.zip (a.txt)", 2, LIT)]
    assert ("notes/Y….md", 0, "un nom réel de la clé se lit dans le nom de ce fichier") in refuser("notes/Ysoline.md")


def test_ce_qui_ne_peut_etre_lu_est_refuse(refuser):
    assert refuser("a.7z", b"7z\xbc\xaf\x27\x1c") == [("a.7z", 0, "archive 7z, qui ne peut être contrôlée")]


def test_sans_cle_les_autres_regles_tiennent(refuser):
    assert refuser("a.txt", "Ysoline", cle=None) == []
    assert refuser("data/brut/a.txt", "rien", cle=None) == [("data/brut/a.txt", 0, BRUT)]


def test_une_etude_fictive_passe_meme_hors_d_un_depot(refuser, tmp_path):
    assert refuser("data/brut/E01.txt", "Ysoline", fictif=True) == []
    assert verifier_depot(tmp_path / "absent", fictif=True) == []


def test_le_contenu_prepare_compte_pas_celui_du_dossier(refuser, ecrire, tmp_path):
    assert refuser("a.txt", "Ysoline") == [("a.txt", 1, LIT)]
    ecrire("a.txt", "corrigé")
    assert [p.message for p in verifier_depot(tmp_path, fictif=False, cle=CLE)] == [LIT]
    assert refuser("a.txt", "corrigé") == []
    ecrire("a.txt", "Ysoline")
    ecrire("b.txt", "Ysoline")
    assert verifier_depot(tmp_path, fictif=False, cle=CLE) == []


def test_ce_qui_est_deja_enregistre_n_est_relu_que_sur_demande(refuser, git, tmp_path):
    refuser("data/brut/a.txt", "Ysoline")
    git("commit", "-qm", "avant")
    assert refuser("b.txt", "rien") == []
    problemes = verifier_depot(tmp_path, fictif=False, cle=CLE, seulement_indexes=False)
    assert [p.message for p in problemes] == [BRUT]


def test_un_fichier_retire_ou_renomme_est_bien_compris(refuser, git):
    refuser("data/brut/a.txt", "un texte assez long pour être reconnu")
    refuser("b.txt", "un autre texte assez long, lui aussi")
    git("commit", "-qm", "avant")
    git("rm", "-q", "--cached", "data/brut/a.txt")
    assert refuser("c.txt") == []
    git("mv", "b.txt", "data/brut/b.txt")
    assert refuser("c.txt") == [("data/brut/b.txt", 0, BRUT)]


@pytest.mark.parametrize("nom", ["é è/a b.txt", "-rf.txt", "a'b;$(x).txt", ":(top)a.txt"])
def test_un_nom_de_fichier_etrange_est_lu(refuser, nom, git, ecrire):
    ecrire(nom, "Ysoline")
    git("add", "-A")
    assert (nom, 1, LIT) in refuser("z.txt")


def test_une_etude_dans_un_sous_dossier_du_depot(refuser):
    assert refuser("etudes/une/data/prive/a.txt", racine="etudes/une") == [("etudes/une/data/prive/a.txt", 0, PRIVE)]
    # Another study's folder, seen from the first one, is read for its words alone.
    assert refuser("etudes/deux/data/brut/a.txt", racine="etudes/une")[1:] == []


def test_aucun_message_ne_dit_le_nom_et_chacun_a_son_remede(refuser, tmp_path):
    refuser("Rose/a.txt", "Ysoline")
    problemes = verifier_depot(tmp_path, fictif=False, cle=CLE)
    assert len(problemes) == 2
    assert all("git" in probleme.remede for probleme in problemes)
    assert not any(nom in str(probleme) for probleme in problemes for nom in ("Rose", "soline"))


def test_hors_d_un_depot_ou_sans_git_le_probleme_est_clair(git, tmp_path, tmp_path_factory, monkeypatch):
    ailleurs = tmp_path_factory.mktemp("ailleurs")
    for action in (poser_crochet, lambda racine: verifier_depot(racine, fictif=False)):
        with pytest.raises(ErreurDonnees, match=r"ce dossier n'est pas dans un dépôt git\. Lancez « git init »"):
            action(ailleurs)
        with pytest.raises(ErreurDonnees, match="dossier introuvable"):
            action(ailleurs / "absent")
    monkeypatch.setenv("PATH", str(ailleurs))
    with pytest.raises(ErreurDonnees, match="git n'est pas installé"):
        poser_crochet(tmp_path)


def test_un_depot_abime_se_dit(git, tmp_path, ecrire):
    ecrire("a.txt", "rien")
    git("add", "a.txt")
    (tmp_path / ".git/index").write_bytes(b"n'importe quoi")
    with pytest.raises(ErreurDonnees, match=r"git refuse de lire ce dépôt\. Lancez « git status »"):
        verifier_depot(tmp_path, fictif=False)


def test_git_qui_ne_repond_pas_se_dit(git, tmp_path, monkeypatch):
    def attendre(*arguments, **options):
        raise subprocess.TimeoutExpired("git", 60)

    monkeypatch.setattr(depot.subprocess, "run", attendre)
    with pytest.raises(ErreurDonnees, match="git ne répond pas"):
        poser_crochet(tmp_path)


# --- le crochet ------------------------------------------------------------------------------------------------------

PROGRAMME = """\
#!/bin/sh
exec "{python}" -c '
import sys
import pandas as pd
from pathlib import Path
from ess_analyse.erreurs import lever
from ess_analyse.publication.depot import verifier_depot
print(sys.argv[1:])
etude = Path(sys.argv[sys.argv.index("--etude") + 1])
problemes = verifier_depot(etude, fictif=False, cle=pd.DataFrame({{"reel": ["Ysoline"]}}))
print(*problemes, sep="\\n", file=sys.stderr)
sys.exit(1 if problemes else 0)
' "$@"
"""


@pytest.fixture
def crochet(git, tmp_path, tmp_path_factory, monkeypatch):
    """Poser le crochet, avec un programme qui fait ce que fera la commande."""
    programme = tmp_path_factory.mktemp("prog") / "python"
    programme.write_text(PROGRAMME.format(python=sys.executable), encoding="utf-8")
    programme.chmod(0o755)
    monkeypatch.setattr(depot.sys, "executable", str(programme))
    return lambda racine=".": poser_crochet(tmp_path / racine)


def test_le_crochet_laisse_passer_le_propre_et_arrete_le_reste(crochet, git, ecrire, tmp_path):
    assert crochet() == tmp_path / ".git/hooks/pre-commit"
    ecrire("a.txt", "rien")
    git("add", "a.txt")
    git("commit", "-qm", "un")
    ecrire("a.txt", "vu avec Ysoline")
    assert f"a.txt, ligne 1 : {LIT}" in git("commit", "-qam", "deux", reussir=False).stderr
    assert git("log", "--oneline").stdout.count("\n") == 1
    git("commit", "-q", "--no-verify", "-am", "quand même")


def test_le_crochet_lit_ce_que_git_enregistre_pas_ce_qui_attend(crochet, git, ecrire):
    crochet()
    ecrire("a.txt", "rien")
    ecrire("b.txt", "Ysoline")
    git("add", "a.txt", "b.txt")
    git("commit", "-qm", "seulement a", "a.txt")
    assert "b.txt" in git("commit", "-qm", "b", reussir=False).stderr


def test_le_crochet_d_une_etude_dans_un_sous_dossier_et_d_un_arbre_lie(crochet, git, ecrire, tmp_path, monkeypatch):
    ecrire("etudes/l'une/data/a.txt", "rien")
    assert crochet("etudes/l'une") == tmp_path / ".git/hooks/pre-commit"
    git("add", "-A")
    git("commit", "-qm", "un")
    git("worktree", "add", "-q", "arbre")
    monkeypatch.chdir(tmp_path / "arbre")
    ecrire("arbre/etudes/l'une/data/brut/b.txt", "rien")
    git("add", "-A")
    assert "data/brut/b.txt" in git("commit", "-qm", "deux", reussir=False).stderr


def test_le_crochet_est_execute_avec_la_bonne_commande(crochet, tmp_path):
    chemin = crochet()
    fini = subprocess.run([chemin], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert fini.stdout.strip() == str(["-m", "ess_analyse", "--etude", ".", "publication", "depot"])[1:-1].join("[]")


def test_un_crochet_repose_est_le_meme_et_suit_le_dossier_des_crochets(crochet, git, tmp_path):
    premier = crochet()
    texte = premier.read_bytes()
    assert crochet().read_bytes() == texte
    assert os.access(premier, os.X_OK)
    git("config", "core.hooksPath", "mes crochets")
    assert crochet() == tmp_path / "mes crochets/pre-commit"


def test_un_autre_crochet_n_est_jamais_touche(crochet, tmp_path, ecrire):
    existant = ecrire(".git/hooks/pre-commit", "#!/bin/sh\n# publication depot\nexit 0\n")
    with pytest.raises(ErreurDonnees) as erreur:
        crochet()
    assert existant.read_text() == "#!/bin/sh\n# publication depot\nexit 0\n"
    (probleme,) = erreur.value.problemes
    assert probleme.message == "un autre crochet est déjà là, il n'a pas été touché"
    assert "ess-analyse --etude . publication depot || exit 1" in probleme.remede
    existant.write_text("#!/bin/sh\ness-analyse --etude . publication depot || exit 1\n", encoding="utf-8")
    assert crochet() == existant


def test_sans_programme_le_crochet_refuse_d_enregistrer(git, ecrire, tmp_path, monkeypatch):
    monkeypatch.setattr(depot.sys, "executable", str(tmp_path / "parti"))
    poser_crochet(tmp_path)
    ecrire("a.txt", "rien")
    git("add", "a.txt")
    chemins = [dossier for dossier in os.environ["PATH"].split(os.pathsep) if not dossier.startswith(sys.prefix)]
    monkeypatch.setenv("PATH", os.pathsep.join(chemins))
    assert "ess-analyse est introuvable" in git("commit", "-qm", "un", reussir=False).stderr
