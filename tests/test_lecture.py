"""Lire un dossier de transcriptions : le même entretien dans tous les formats, les identifiants, les refus."""

import csv
import io
import json
import os
import random
import re
import time
import tracemalloc
from html import escape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.lecture import (
    EXTENSIONS,
    attribuer_identifiants,
    depouiller,
    lire_corpus,
    lire_entretien,
    lire_sources,
    lister_sources,
    reunir,
)

# --- un même entretien dans tous les formats -----------------------------------------------------------------------

ENTRETIEN = [
    ("Enquêtrice", ["Vous voulez bien vous présenter\u00a0?"]),
    ("Élodie", ["Élodie, coordinatrice. J’ai commencé à l’accueil, il y a onze ans."]),
    ("Enquêtrice", ["Et la ressaisie, ça se passe comment\u00a0?"]),
    (
        "Élodie",
        [
            "Ben… deux fois\u00a0: le matin sur la fiche, le soir dans le tableur.",
            "Et puis quand le réseau tombe, on recommence tout, de la première pesée à la dernière, sans rien oublier.",
            "«\u00a0Tu verras, c’est provisoire\u00a0», qu’on m’avait dit.",
        ],
    ),
    ("Noël", ["Provisoire depuis 2019\u00a0!"]),
    ("Élodie", ["Voilà. L’œuvre de la nuit, comme dit la cheffe d’équipe."]),
    ("Enquêtrice", ["Qui décide de l’outil\u00a0?"]),
    ("Noël", ["Le siège. Enfin, un peu tout le monde, donc personne."]),
    ("Élodie", ["Attention\u00a0: je ne me plains pas. Le porte-à-porte, c’était pire."]),
    ("Enquêtrice", ["Vous avez été formés\u00a0?"]),
    ("Noël", ["Une demi-journée, en visio, à 12\u202f% de batterie."]),
    ("Élodie", ["Moi, c’est Noël qui m’a montré. Ça compte, ça\u00a0?"]),
    ("Enquêtrice", ["Ça compte."]),
    ("Noël", ["Alors on est bien formés."]),
    ("Enquêtrice", ["Et les bénéficiaires, ils s’en servent\u00a0?"]),
    ("Élodie", ["Certains. D’autres me tendent leur téléphone, et je remplis à leur place."]),
    ("Noël", ["Tous les lundis."]),
    ("Enquêtrice", ["Qu’est-ce qui vous aiderait\u00a0?"]),
    ("Élodie", ["Peser une seule fois. Et du café\u00a0: trois machines, zéro café."]),
    ("Noël", ["Surtout le café."]),
    ("Enquêtrice", ["Merci à vous deux."]),
]
TOURS = [(nom, "\n".join(dits)) for nom, dits in ENTRETIEN]
TEXTE = "\n\n".join(f"{nom} : {dit}" for nom, dit in TOURS) + "\n"
INSTANTS = [(2.0 * rang, 2.0 * rang + 1.5) for rang in range(len(TOURS))]


def _fodt() -> str:
    def paragraphe(nom: str, dit: str) -> str:
        tete = f'<text:span text:style-name="G">{nom} :</text:span> ' if nom else ""
        return f"<text:p>{tete}{escape(dit)}</text:p>"

    corps = "".join(paragraphe("" if rang else nom, dit) for nom, dits in ENTRETIEN for rang, dit in enumerate(dits))
    espaces = " ".join(
        f'xmlns:{nom}="urn:oasis:names:tc:opendocument:xmlns:{uri}:1.0"'
        for nom, uri in {"office": "office", "text": "text", "style": "style", "fo": "xsl-fo-compatible"}.items()
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {espaces} office:version="1.2" '
        'office:mimetype="application/vnd.oasis.opendocument.text"><office:automatic-styles>'
        '<style:style style:name="G" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>'
        f"</office:automatic-styles><office:body><office:text>{corps}</office:text></office:body></office:document>"
    )


def _csv(separateur: str) -> str:
    sortie = io.StringIO()
    ecrivain = csv.writer(sortie, delimiter=separateur)
    ecrivain.writerow(["Locuteur", "Texte", "Début", "Fin"])
    ecrivain.writerows((nom, dit, *instants) for (nom, dit), instants in zip(TOURS, INSTANTS, strict=True))
    return sortie.getvalue()


def _dire(secondes: float, virgule: str) -> str:
    return f"00:{int(secondes // 60):02d}:{secondes % 60:06.3f}".replace(".", virgule)


def _sous_titres(virgule: str, etiquette: str) -> str:
    return "".join(
        f"{rang}\n{_dire(debut, virgule)} --> {_dire(fin, virgule)}\n{etiquette.format(nom)}{dit}\n\n"
        for rang, ((nom, dit), (debut, fin)) in enumerate(zip(TOURS, INSTANTS, strict=True), start=1)
    )


def _whisper() -> str:
    segments = [
        {"id": rang, "start": debut, "end": fin, "text": f" {dit}", "speaker": nom}
        for rang, ((nom, dit), (debut, fin)) in enumerate(zip(TOURS, INSTANTS, strict=True))
    ]
    return json.dumps({"text": "", "language": "fr", "segments": segments}, ensure_ascii=False)


def _eaf() -> str:
    reperes = "".join(
        f'<TIME_SLOT TIME_SLOT_ID="t{2 * rang + cote}" TIME_VALUE="{int(borne * 1000)}"/>'
        for rang, bornes in enumerate(INSTANTS)
        for cote, borne in enumerate(bornes)
    )
    lignes = ""
    for nom in dict.fromkeys(nom for nom, _ in TOURS):
        annotations = "".join(
            f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a{rang}" TIME_SLOT_REF1="t{2 * rang}" '
            f'TIME_SLOT_REF2="t{2 * rang + 1}"><ANNOTATION_VALUE>{escape(dit)}</ANNOTATION_VALUE>'
            "</ALIGNABLE_ANNOTATION></ANNOTATION>"
            for rang, (qui, dit) in enumerate(TOURS)
            if qui == nom
        )
        lignes += f'<TIER LINGUISTIC_TYPE_REF="defaut" PARTICIPANT="{nom}" TIER_ID="{nom}">{annotations}</TIER>'
    return (
        '<?xml version="1.0" encoding="UTF-8"?><ANNOTATION_DOCUMENT AUTHOR="" DATE="2025-11-03T10:00:00+01:00" '
        'FORMAT="3.0" VERSION="3.0"><HEADER MEDIA_FILE="" TIME_UNITS="milliseconds"/>'
        f"<TIME_ORDER>{reperes}</TIME_ORDER>{lignes}"
        '<LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="defaut" TIME_ALIGNABLE="true"/></ANNOTATION_DOCUMENT>'
    )


def _tei() -> str:
    noms = list(dict.fromkeys(nom for nom, _ in TOURS))
    personnes = "".join(f'<person xml:id="p{noms.index(nom)}"><persName>{nom}</persName></person>' for nom in noms)
    dits = "".join(
        f'<u who="#p{noms.index(nom)}">' + "<lb/>".join(map(escape, dit.split("\n"))) + "</u>" for nom, dit in TOURS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><profileDesc>'
        f"<particDesc><listPerson>{personnes}</listPerson></particDesc></profileDesc></teiHeader>"
        f"<text><body>{dits}</body></text></TEI>"
    )


@pytest.fixture(scope="session")
def tous(convertir, tmp_path_factory) -> Path:
    """Le même entretien dans tous les formats, par LibreOffice quand c'est lui que les équipes emploient."""
    dossier = tmp_path_factory.mktemp("tous")
    textes = {
        "source.fodt": _fodt(),
        "utf8.txt": TEXTE,
        "gras.md": re.sub(r"(?m)^(\w+) : ", r"**\1 :** ", TEXTE),
        "voix.vtt": "WEBVTT\n\n" + _sous_titres(".", "<v {}>"),
        "deux-points.srt": _sous_titres(",", "{} : "),
        "whisper.json": _whisper(),
        "elan.eaf": _eaf(),
        "corpus.tei": _tei(),
        "corpus.xml": _tei(),
        "tours.csv": _csv(";"),
        "tours.tsv": _csv("\t"),
    }
    for nom, texte in textes.items():
        (dossier / nom).write_text(texte, encoding="utf-8")
    (dossier / "utf16.txt").write_text(TEXTE, encoding="utf-16")
    # cp1252 has no narrow non-breaking space: a French typist's program writes the wide one.
    (dossier / "cp1252.txt").write_text(TEXTE.replace("\u202f", "\u00a0"), encoding="cp1252")
    for format_ in ("docx", "odt", "rtf", "pdf", "html", "htm:HTML"):
        convertir(format_, dossier, dossier / "source.fodt")
    for format_ in ("xlsx", "ods"):
        convertir(format_, dossier, dossier / "tours.csv", infilter="CSV:59,34,76,1")
    return dossier


def _plat(texte: str) -> str:
    """Ne plus distinguer les blancs."""
    return re.sub(r"\s+", " ", texte)


def _enchaine(texte: str) -> str:
    """Ne plus distinguer un saut de ligne d'une espace."""
    return texte.replace("\n", " ")


def _large(texte: str) -> str:
    """Ne plus distinguer l'insécable fine de l'insécable."""
    return texte.replace("\u202f", "\u00a0")


EXACT = str
FORMATS = {
    "source.docx": EXACT,
    "source.odt": EXACT,
    "source.rtf": EXACT,
    # A page knows lines, not paragraphs nor kinds of blank.
    "source.pdf": _plat,
    "source.html": EXACT,
    "source.htm": EXACT,
    "tours.xlsx": EXACT,
    "tours.ods": EXACT,
    "tours.csv": EXACT,
    "tours.tsv": EXACT,
    "utf8.txt": EXACT,
    "utf16.txt": EXACT,
    "cp1252.txt": _large,
    "gras.md": EXACT,
    # In subtitles a line break is where the screen ends.
    "voix.vtt": _enchaine,
    "deux-points.srt": _enchaine,
    "whisper.json": EXACT,
    "elan.eaf": EXACT,
    "corpus.tei": EXACT,
    "corpus.xml": EXACT,
}


@pytest.mark.parametrize("nom", FORMATS)
def test_le_meme_entretien_se_lit_pareil_dans_chaque_format(nom, tous, paroles):
    lu = depouiller(tous / nom)
    normaliser = FORMATS[nom]
    assert [(qui, normaliser(dit)) for qui, dit in paroles(lu.entretien)] == [
        (qui, normaliser(dit)) for qui, dit in TOURS
    ]
    assert lu.tours == {"Enquêtrice": 8, "Élodie": 7, "Noël": 6}
    assert lu.format == Path(nom).suffix[1:]
    assert lu.fichier == nom


@pytest.mark.parametrize(
    "nom",
    ["voix.vtt", "deux-points.srt", "whisper.json", "elan.eaf", "tours.csv", "tours.tsv", "tours.xlsx", "tours.ods"],
)
def test_le_temps_des_tours_est_garde_quand_le_format_le_dit(nom, tous):
    assert [tour.temps for tour in lire_entretien(tous / nom).tours] == INSTANTS


def test_chaque_extension_annoncee_est_essayee():
    assert {Path(nom).suffix for nom in FORMATS} == set(EXTENSIONS)


# --- identifiants, dossiers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fichiers", "connus", "attendu"),
    [
        (["E02_direction.docx", "b.odt", "a.odt"], None, {"E02_direction.docx": "E02", "a.odt": "E01", "b.odt": "E03"}),
        (
            ["O01 tri.txt", "E1.txt", "ABC1234-x.md"],
            None,
            {"O01 tri.txt": "O01", "E1.txt": "E1", "ABC1234-x.md": "ABC1234"},
        ),
        (["E02bis.txt", "e02.txt", "2025.txt"], None, {"2025.txt": "E01", "E02bis.txt": "E02", "e02.txt": "E03"}),
        (["a.odt", "b.odt"], {"b.odt": "E01", "parti.odt": "E02"}, {"a.odt": "E03", "b.odt": "E01"}),
        (["E01_x.odt"], {"E01_x.odt": "E09"}, {"E01_x.odt": "E09"}),
        ([], None, {}),
    ],
)
def test_les_identifiants_ne_disent_rien_des_personnes_et_ne_changent_pas(fichiers, connus, attendu):
    assert attribuer_identifiants(fichiers, connus) == attribuer_identifiants(fichiers[::-1], connus) == attendu


def test_l_identifiant_d_un_document_retire_ne_ressert_pas():
    assert attribuer_identifiants(["a.odt"], {"b.odt": "E01"}, ["E02"]) == {"a.odt": "E03"}


@given(st.lists(st.from_regex(r"([A-Z]{1,3}\d{1,4}[_ ])?[a-z]{1,6}\.txt", fullmatch=True), unique=True, max_size=12))
def test_les_identifiants_attribues_restent_quand_un_fichier_s_ajoute(fichiers):
    avant = attribuer_identifiants(fichiers)
    apres = attribuer_identifiants([*fichiers, "un nouveau.docx"], avant)
    assert {fichier: apres[fichier] for fichier in fichiers} == avant
    assert apres["un nouveau.docx"] not in avant.values()


def test_un_dossier_se_liste_sans_notices_ni_fichiers_caches(ecrire, tmp_path):
    for nom in (
        "b.TXT",
        "a.md",
        "LISEZ-MOI.md",
        "lisezmoi.pdf",
        "README.md",
        ".DS_Store",
        "~$a.docx",
        ".~lock.a.odt#",
        "sous-dossier/c.xyz",
    ):
        ecrire(nom, "x")
    assert [chemin.name for chemin in lister_sources(tmp_path)] == ["a.md", "b.TXT"]


def test_tous_les_fichiers_refuses_sont_dits_ensemble_avec_leur_remede(ecrire, tmp_path):
    for nom in ("a.xyz", "b", "c.txt", "d.doc", "e.docm", "f.mp3", "g.XLS"):
        ecrire(nom, "x")
    with pytest.raises(ErreurDonnees) as prise:
        lister_sources(tmp_path)
    assert [(Path(p.fichier).name, p.message, p.valeur) for p in prise.value.problemes] == [
        ("a.xyz", "extension inconnue", ".xyz"),
        ("b", "extension inconnue", "aucune"),
        ("d.doc", "ancien format de Word", ".doc"),
        ("e.docm", "document à macros", ".docm"),
        ("f.mp3", "enregistrement, et non transcription", ".mp3"),
        ("g.XLS", "ancien format d'Excel", ".xls"),
    ]
    assert all(probleme.remede for probleme in prise.value.problemes)
    assert ", ".join(EXTENSIONS) in str(prise.value)
    with pytest.raises(ErreurDonnees, match=r"document à macros \(« \.docm »\)"):
        lire_entretien(tmp_path / "e.docm")


def test_un_dossier_vide_ou_absent_est_dit(tmp_path):
    with pytest.raises(ErreurDonnees, match="aucune transcription"):
        lire_corpus(tmp_path)
    with pytest.raises(ErreurDonnees, match=r"dossier introuvable\. Créez-le et posez-y les transcriptions"):
        lire_sources(tmp_path / "absent")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="ce système n'a pas de tubes")
def test_ce_qui_n_est_pas_un_fichier_du_dossier_est_dit(ecrire, tmp_path):
    ecrire("ailleurs/E09.txt", "Secret.")
    ecrire("brut/E01.txt", "Il pleut.")
    brut = tmp_path / "brut"
    (brut / "E02.docx").mkdir()
    os.mkfifo(brut / "E03.txt")
    (brut / "E04.txt").symlink_to(tmp_path / "ailleurs" / "E09.txt")
    (brut / "E05.txt").symlink_to(tmp_path / "absent.txt")
    with pytest.raises(ErreurDonnees) as prise:
        lire_sources(brut)
    assert [(Path(p.fichier).name, p.message) for p in prise.value.problemes] == [
        ("E02.docx", "c'est un dossier, pas un fichier"),
        ("E03.txt", "ce n'est pas un fichier ordinaire"),
        ("E04.txt", "lien vers un fichier hors du dossier"),
        ("E05.txt", "lien vers un fichier qui n'existe pas"),
    ]
    for nom in ("E02.docx", "E03.txt"):
        with pytest.raises(ErreurDonnees):
            lire_entretien(brut / nom)


def test_un_lien_qui_reste_dans_le_dossier_se_lit(ecrire, tmp_path):
    ecrire("E01.txt", "Il pleut.")
    (tmp_path / "E02.txt").symlink_to(tmp_path / "E01.txt")
    assert [lu.entretien.texte for lu in lire_sources(tmp_path)] == ["Il pleut.\n"] * 2


@pytest.mark.parametrize("extension", ["txt", "docx", "json", "pdf"])
def test_deux_cents_megaoctets_de_bruit_n_entrent_jamais_en_memoire(extension, tmp_path):
    chemin = tmp_path / f"E01.{extension}"
    with chemin.open("wb") as bruit:
        bruit.truncate(200 * 2**20)
    tracemalloc.start()
    try:
        with pytest.raises(
            ErreurDonnees, match=r"fichier démesuré : plus de 64 Mo \(« 200 Mo »\)\. Vérifiez que c'est"
        ):
            lire_entretien(chemin)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("extension", ["txt", "md", "vtt", "srt"])
@pytest.mark.parametrize("dits", ["Il pleut. " * 510_000, "a\n" * 500_000], ids=["signes", "lignes"])
def test_un_texte_demesure_est_refuse(extension, dits, ecrire):
    texte = "00:01.000 --> 00:02.000\n" + dits
    with pytest.raises(ErreurDonnees, match="document démesuré"):
        lire_entretien(ecrire(f"E01.{extension}", texte))


@pytest.mark.parametrize("nom", ["absent.txt", "absent.docx", "absent.pdf"])
def test_un_fichier_absent_est_dit(nom, tmp_path):
    with pytest.raises(ErreurDonnees, match=rf"{nom} : fichier introuvable\. Vérifiez son nom et son dossier"):
        lire_entretien(tmp_path / nom)


@pytest.mark.parametrize("extension", [extension for extension in EXTENSIONS if extension != ".rtf"])
def test_un_fichier_vide_est_dit_dans_chaque_format(extension, ecrire):
    with pytest.raises(ErreurDonnees, match="fichier vide"):
        lire_entretien(ecrire(f"E01{extension}", b""))


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize(
    "octets", [b"PK\x03\x04 oui", bytes(range(256)) * 8, b"{" * 3000, b"<a>" * 3000, b"\xff\xfe\x00"]
)
def test_n_importe_quoi_est_lu_ou_refuse_proprement_dans_chaque_format(extension, octets, ecrire):
    chemin = ecrire(f"E01{extension}", octets)
    try:
        dits = [depouiller(chemin).entretien.texte.strip()]
    except ErreurDonnees as erreur:
        dits = [dit for probleme in erreur.problemes for dit in (probleme.message, probleme.remede)]
    # Any other exception fails the test.
    assert all(dits)


def test_des_colonnes_ne_se_choisissent_que_dans_un_tableau(ecrire, paroles):
    chemin = ecrire("E01.csv", "qui;quoi;sens\nClaire;Ça va ?;a\nRose;Oui.;b\n")
    lu = depouiller(chemin, colonnes={"locuteur": "qui", "texte": "quoi"})
    assert paroles(lu.entretien) == [("Claire", "Ça va ?"), ("Rose", "Oui.")]
    with pytest.raises(ErreurDonnees, match="ce format n'a pas de colonnes à choisir"):
        depouiller(ecrire("E01.txt", "Il pleut."), colonnes={"texte": "quoi"})


# --- tout un dossier -----------------------------------------------------------------------------------------------


def test_un_dossier_devient_un_corpus_trie_et_restreint(
    ecrire, tmp_path, docx, entretien_simple, tours_simples, paroles
):
    ecrire("b.txt", entretien_simple)
    ecrire("O01_tri.txt", "Il est 9 h.\n\nOn trie.")
    ecrire("E01_x.docx", docx("<w:p><w:t>Un compte rendu.</w:t></w:p>"))
    corpus = lire_corpus(tmp_path)
    assert corpus.documents[["entretien", "type", "diffusion"]].values.tolist() == [
        ["E01", "document", "restreinte"],
        ["E02", "entretien", "restreinte"],
        ["O01", "observation", "restreinte"],
    ]
    assert paroles(corpus["E02"]) == tours_simples
    lectures = lire_sources(tmp_path)
    assert [(lu.entretien.identifiant, lu.fichier, lu.format) for lu in lectures] == [
        ("E01", "E01_x.docx", "docx"),
        ("E02", "b.txt", "txt"),
        ("O01", "O01_tri.txt", "txt"),
    ]
    assert reunir(reversed(lectures)).entretiens == corpus.entretiens


def test_tous_les_problemes_d_un_dossier_sont_dits_ensemble(ecrire, tmp_path):
    ecrire("E01_a.txt", "un")
    ecrire("E01_b.txt", "deux")
    ecrire("E02.txt", " ")
    ecrire("E03.docx", "pas un docx")
    ecrire("E04.doc", "ancien")
    with pytest.raises(ErreurDonnees) as prise:
        lire_corpus(tmp_path)
    assert [(Path(p.fichier).name, p.message) for p in prise.value.problemes] == [
        ("E04.doc", "ancien format de Word"),
        ("E02.txt", "fichier vide"),
        ("E03.docx", "document tronqué ou abîmé"),
        ("E01_b.txt", f"même identifiant que {tmp_path / 'E01_a.txt'}"),
    ]
    assert prise.value.problemes[-1].valeur == "E01"


def test_le_choix_d_une_personne_vaut_pour_son_fichier(ecrire, tmp_path):
    texte = "Claire : Ça va ?\n\nRose : Oui.\n\nClaire : Bien.\n\nRose : Voilà.\n"
    for nom in ("E01.txt", "E02.txt", "E03.txt"):
        ecrire(nom, texte)
    choix = {
        "E01.txt": {"locuteurs": ("rose",)},
        "E02.txt": {"locuteurs": "aucun"},
        "parti.txt": {"locuteurs": "aucun"},
    }
    lectures = lire_sources(tmp_path, {"E03.txt": "E07"}, choix)
    assert [(lu.entretien.identifiant, lu.tours) for lu in lectures] == [
        ("E01", {"Préambule": 1, "Rose": 1}),
        ("E02", {}),
        ("E07", {"Claire": 2, "Rose": 2}),
    ]


# ─── Des milliers de fichiers abîmés ───

ESSAIS = 120
"""Par format : il y en a vingt."""


def _abimer(octets: bytes, tirage: random.Random) -> bytes:
    """Changer, couper, répéter ou mêler des octets d'un vrai fichier."""
    sortie = bytearray(octets)
    for _ in range(tirage.randint(1, 8)):
        place = tirage.randrange(len(sortie) or 1)
        match tirage.randrange(5):
            case 0:
                sortie[place : place + 1] = bytes([tirage.randrange(256)])
            case 1:
                del sortie[place : place + tirage.randint(1, 400)]
            case 2:
                sortie[place:place] = sortie[place : place + tirage.randint(1, 200)] * tirage.randint(1, 5)
            case 3:
                sortie[place:place] = tirage.choice(
                    (b"\x00", b"<", b">", b"&b;", b"\\", b"{", b"}", b'"', b"\xff\xfe", b"PK\x03\x04", b"--", b"[[[[")
                )
            case _:
                sortie = sortie[: tirage.randint(0, len(sortie))] if tirage.random() < 0.3 else sortie
    return bytes(sortie)


@pytest.mark.parametrize("nom", FORMATS)
def test_un_fichier_abime_est_lu_ou_refuse_en_francais(nom, tous, tmp_path):
    octets, tirage = (tous / nom).read_bytes(), random.Random(nom)
    chemin, refus, debut = tmp_path / f"E01{Path(nom).suffix}", [], time.monotonic()
    for _ in range(ESSAIS):
        chemin.write_bytes(_abimer(octets, tirage))
        try:
            assert depouiller(chemin).entretien.texte.strip()
        except ErreurDonnees as erreur:
            refus += erreur.problemes
    assert all(probleme.message and probleme.remede for probleme in refus)
    assert [ecrit.name for ecrit in tmp_path.iterdir()] == [chemin.name], "lire n'écrit rien"
    assert time.monotonic() - debut < 5 * ESSAIS


def test_deux_mille_entrees_au_moins():
    assert ESSAIS * len(FORMATS) >= 2000
