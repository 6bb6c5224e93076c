"""Lire un tableau d'un tour par ligne, d'un vrai tableur ou d'un malveillant."""

import csv
import datetime as dt
import io
import re
import subprocess
import sys
import unicodedata
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ess_analyse.lecture.archive import IllisibleError
from ess_analyse.lecture.classeur import lire_classeur, lire_csv
from ess_analyse.lecture.colonnes import lire_lignes

CSV = """Début;Fin;N°;Qui;Parole;Remarque
00:00:00,5;00:00:04;1;Claire;"Ça va ? ""Vraiment"" ;
oui ?";
00:00:04;00:01:02,25;2;Élodie;L’œuvre – 5 €;à revoir
00:01:02,25;01:00:00;3;Claire;Bien.;
"""
PAROLES = [
    ("Claire", 'Ça va ? "Vraiment" ;\noui ?', (0.5, 4.0)),
    ("Élodie", "L’œuvre – 5 €", (4.0, 62.25)),
    ("Claire", "Bien.", (62.25, 3600.0)),
]
CONSTATS = (
    "colonnes devinées : locuteur = « Qui », texte = « Parole », debut = « Début », fin = « Fin » ; confirmez par "
    "--colonnes locuteur=Qui,texte=Parole,debut=Début,fin=Fin",
    "colonnes laissées de côté : « N° », « Remarque »",
)
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
FODS = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="{OASIS}:office:1.0" xmlns:text="{OASIS}:text:1.0" xmlns:table="{OASIS}:table:1.0"
 xmlns:style="{OASIS}:style:1.0" xmlns:number="{OASIS}:datastyle:1.0" office:version="1.2"
 office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:automatic-styles>
<number:time-style style:name="N" number:truncate-on-overflow="false"><number:hours number:style="long"/>
<number:text>:</number:text><number:minutes number:style="long"/><number:text>:</number:text><number:seconds
 number:style="long"/></number:time-style>
<style:style style:name="T" style:family="table-cell" style:data-style-name="N"/></office:automatic-styles>
<office:body><office:spreadsheet>
<table:table table:name="Vide"><table:table-row><table:table-cell/></table:table-row></table:table>
<table:table table:name="Chiffres"><table:table-row><table:table-cell office:value-type="float" office:value="3"/>
</table:table-row></table:table>
<table:table table:name="Entretien">
<table:table-row>{{titre}}</table:table-row>
<table:table-row>{{tours}}</table:table-row>
<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="1024"/>
</table:table-row></table:table>
<table:table table:name="Notes"><table:table-row><table:table-cell office:value-type="string"><text:p>rien</text:p>
</table:table-cell></table:table-row></table:table>
</office:spreadsheet></office:body></office:document>
"""


def case(valeur):
    if isinstance(valeur, str):
        return f'<table:table-cell office:value-type="string"><text:p>{valeur}</text:p></table:table-cell>'
    if isinstance(valeur, dt.timedelta):
        heures = f"PT{int(valeur.total_seconds() // 3600)}H{int(valeur.total_seconds() % 3600 // 60)}M0S"
        return f'<table:table-cell table:style-name="T" office:value-type="time" office:time-value="{heures}"/>'
    return f'<table:table-cell office:value-type="float" office:value="{valeur}"/>'


def fods(titres, *tours):
    rangees = "</table:table-row><table:table-row>".join("".join(map(case, tour)) for tour in tours)
    return FODS.replace("{titre}", "".join(map(case, titres))).replace("{tours}", rangees)


@pytest.fixture(scope="session")
def classeur(convertir, tmp_path_factory):
    """De vrais classeurs, écrits par LibreOffice."""
    dossier = tmp_path_factory.mktemp("classeur")

    def enregistrer(vers, nom, **options):
        convertir(vers, dossier, dossier / nom, **options)
        return (dossier / nom).with_suffix(f".{vers.partition(':')[0]}").read_bytes()

    (dossier / "texte.csv").write_text(CSV, encoding="utf-8")
    heures = [dt.timedelta(minutes=2), dt.timedelta(minutes=70), dt.timedelta(hours=30)]
    (dossier / "feuilles.fods").write_text(
        fods(["Qui", "Texte", "Début"], *([qui, "oui", heure] for qui, heure in zip("ABA", heures, strict=True))),
        encoding="utf-8",
    )
    # Separator « ; », quotes, UTF-8, every column as text.
    comme_texte = "/".join(f"{colonne}/2" for colonne in range(1, 7))
    filtre = f"CSV:59,34,76,1,{comme_texte}"
    lus = {vers: enregistrer(vers, "texte.csv", infilter=filtre) for vers in ("xlsx", "ods")}
    lus |= {f"feuilles.{vers}": enregistrer(vers, "feuilles.fods") for vers in ("xlsx", "ods")}
    secret = '{"EncryptFile":{"type":"boolean","value":"true"},"Password":{"type":"string","value":"x"}}'
    return lus | {"csv": enregistrer(f"csv:Text - txt - csv (StarCalc):9,34,76:{secret}", "texte.csv", infilter=filtre)}


def dites(lu):
    return [(p.locuteur, p.texte, p.temps) for p in lu.paragraphes]


def lettres(texte):
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", texte)))


@pytest.mark.parametrize("format_", ["xlsx", "ods"])
def test_un_vrai_classeur_rend_les_memes_paroles_que_le_csv(format_, classeur):
    lu = lire_classeur(classeur[format_])
    assert dites(lu) == PAROLES
    assert lu.constats == CONSTATS


def test_un_csv_rend_ses_paroles():
    lu = lire_csv(CSV)
    assert dites(lu) == PAROLES
    assert lu.constats == CONSTATS


def test_un_csv_a_tabulations_ecrit_par_un_vrai_tableur_se_lit(classeur):
    assert dites(lire_csv(classeur["csv"].decode("utf-8-sig").replace("\r\n", "\n"))) == PAROLES


@pytest.mark.parametrize("format_", ["feuilles.xlsx", "feuilles.ods"])
def test_la_premiere_feuille_qui_convient_est_lue_et_les_autres_dites(format_, classeur):
    lu = lire_classeur(classeur[format_])
    assert dites(lu) == [
        ("A", "oui", (120.0, 4200.0)),
        ("B", "oui", (4200.0, 108_000.0)),
        ("A", "oui", (108_000.0,) * 2),
    ]
    assert lu.constats[0] == "feuille lue : « Entretien » ; feuilles laissées de côté : « Chiffres », « Notes »"


@pytest.mark.parametrize("format_", ["feuilles.xlsx", "feuilles.ods"])
def test_une_colonne_demandee_choisit_la_feuille(format_, classeur):
    lu = lire_classeur(classeur[format_], {"texte": "Texte"})
    assert {p.locuteur for p in lu.paragraphes} == {None}
    assert len(lu.paragraphes) == 3
    with pytest.raises(IllisibleError, match="colonne introuvable"):
        lire_classeur(classeur[format_], {"texte": "Propos"})


@pytest.mark.parametrize("format_", ["xlsx", "ods"])
@pytest.mark.parametrize("part", [0.2, 0.6, 0.95])
def test_un_vrai_classeur_tronque_est_refuse(format_, part, classeur):
    octets = classeur[format_]
    with pytest.raises(IllisibleError, match="tronqué ou abîmé"):
        lire_classeur(octets[: int(part * len(octets))])


# --- qui, quoi, quand ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("separateur", [";", ",", "\t", "|"])
def test_le_separateur_se_devine(separateur):
    texte = "".join(f"{qui}{separateur}« Oui, je dis ; enfin\u00a0: non. »\n" for qui in ("Qui", "A", "B", "A"))
    texte = texte.replace("« Oui, je dis ; enfin\u00a0: non. »", '"« Oui, je dis ; enfin\u00a0: non. »"')
    assert [p.texte for p in lire_csv(texte).paragraphes][-1] == "« Oui, je dis ; enfin\u00a0: non. »"
    assert len(lire_csv(texte).paragraphes[0].texte) > 10


def test_le_separateur_annonce_par_excel_est_cru():
    assert dites(lire_csv("sep=,\nQui,Parole\nA,oui ; non\n")) == [("A", "oui ; non", None)]


@pytest.mark.parametrize(
    ("titres", "roles"),
    [
        (("Locuteur", "Texte"), "locuteur=Locuteur,texte=Texte"),
        (("INTERVENANTE", "Verbatim"), "locuteur=INTERVENANTE,texte=Verbatim"),
        (("speaker", "text"), "locuteur=speaker,texte=text"),
        (("Nom :", "Contenu"), "locuteur=Nom :,texte=Contenu"),
        (("Transcription", "Qui parle"), "locuteur=Qui parle,texte=Transcription"),
        (("start", "transcription"), "texte=transcription,debut=start"),
    ],
)
def test_les_titres_disent_les_colonnes(titres, roles):
    lu = lire_lignes([titres, ("1", "un"), ("2", "deux")])
    assert lu.constats[0].endswith(f"confirmez par --colonnes {roles}")


def test_un_titre_d_etude_avant_les_titres_est_laisse_et_dit():
    lu = lire_lignes([("Étude du tri", ""), ("", ""), ("Qui", "Parole"), ("A", "oui")])
    assert dites(lu) == [("A", "oui", None)]
    assert lu.constats[1] == "ligne laissée de côté : « Étude du tri »"


def test_sans_titre_le_contenu_dit_les_colonnes():
    lignes = [
        ("x1", "A", "une parole assez longue", "0:01"),
        ("x2", "B", "une autre parole", "0:05"),
        ("x3", "A", "fin", "0:09"),
    ]
    lu = lire_lignes(lignes)
    assert dites(lu) == [
        ("A", "une parole assez longue", (1.0, 5.0)),
        ("B", "une autre parole", (5.0, 9.0)),
        ("A", "fin", (9.0, 9.0)),
    ]
    assert lu.constats == (
        "colonnes devinées : locuteur = « B », texte = « C », debut = « D » ; confirmez par --colonnes "
        "locuteur=B,texte=C,debut=D",
        "colonne laissée de côté : « A »",
    )
    assert dites(lire_lignes(lignes, {"locuteur": "B", "texte": "C", "debut": "D"})) == dites(lu)


def test_des_titres_inconnus_ne_sont_pas_des_paroles():
    lu = lire_lignes([("Initiales", "Ce qu'elle dit"), ("A", "oui"), ("B", "non"), ("A", "si"), ("B", "bon")])
    assert [p.texte for p in lu.paragraphes] == ["oui", "non", "si", "bon"]
    assert "ligne laissée de côté : « Initiales | Ce qu'elle dit »" in lu.constats


def test_une_colonne_seule_est_celle_des_paroles():
    assert dites(lire_csv("Oui, bon.\nVoilà.\n")) == [(None, "Oui, bon.", None), (None, "Voilà.", None)]


def test_une_case_de_nom_vide_continue_le_tour():
    lu = lire_lignes([("Qui", "Parole"), ("", "avant"), ("A", "un"), ("", "deux"), ("B :", "trois")])
    assert [p.locuteur for p in lu.paragraphes] == [None, "A", "A", "B"]


def test_une_ligne_sans_parole_est_dite():
    lu = lire_lignes([("Qui", "Parole"), ("A", "un"), ("B", ""), ("", "")])
    assert lu.constats[-1] == "1 ligne sans parole laissée de côté"


@pytest.mark.parametrize(
    ("colonnes", "message", "remede"),
    [
        ({"texte": "Paroles"}, "colonne introuvable (« Paroles »)", "vouliez-vous dire « Parole » ?"),
        ({"texte": "Parole", "locuteur": "xyz"}, "colonne introuvable (« xyz »)", "choix possibles : Parole, Qui"),
        ({"locuteur": "Qui"}, "la colonne des paroles n'est pas dite", "ajoutez par exemple texte=Parole"),
        ({"texte": "Parole", "locuteurs": "Qui"}, "rôle de colonne inconnu (« locuteurs »)", "« locuteur » ?"),
        ({"texte": "Z"}, "colonne introuvable (« Z »)", "choix possibles"),
    ],
)
def test_une_colonne_demandee_qui_manque_est_refusee(colonnes, message, remede):
    with pytest.raises(IllisibleError, match=re.escape(message)) as prise:
        lire_lignes([("Qui", "Parole"), ("A", "un")], colonnes)
    assert remede in prise.value.remede


@pytest.mark.parametrize("titre", ["Parole", "parole", " PAROLE ", "pärole"])
def test_une_colonne_demandee_se_reconnait_sans_casse_ni_accent(titre):
    lu = lire_lignes([("Qui", "Parole"), ("A", "un")], {"texte": titre})
    assert dites(lu) == [(None, "un", None)]
    assert lu.constats == ("colonne laissée de côté : « Qui »",)


@pytest.mark.parametrize(
    ("cellule", "secondes"),
    [
        ("00:01:02,5", 62.5),
        ("[00:01:02.5]", 62.5),
        ("1:02", 62.0),
        ("62,5", 62.5),
        ("62.5 s", 62.5),
        (62, 62.0),
        (62.5, 62.5),
        (dt.time(0, 1, 2, 500_000), 62.5),
        (dt.timedelta(hours=30), 108_000.0),
        ("PT30H1M2.5S", 108_062.5),
        ("PT2M", 120.0),
        (dt.datetime(1899, 12, 31, 1, 0), 90_000.0),
        (dt.datetime(2025, 1, 2), None),
        (dt.date(2025, 1, 2), None),
        (True, None),
        ("bientôt", None),
        ("-3", None),
        (-3, None),
        (1e12, None),
        ("", None),
    ],
)
def test_un_temps_se_lit_dans_chaque_ecriture(cellule, secondes):
    lu = lire_lignes([("Début", "Fin", "Texte"), (cellule, 2e5, "oui")])
    assert lu.paragraphes[0].temps == (None if secondes is None else (secondes, 200_000.0))
    assert any("temps vide ou illisible" in constat for constat in lu.constats) == (secondes is None)


def test_une_fraction_de_jour_est_une_heure_de_tableur():
    lu = lire_lignes([("Début", "Texte"), (0.0, "un"), (0.5 / 24, "deux"), (1 / 24, "trois")])
    assert [p.temps for p in lu.paragraphes] == [(0.0, 1800.0), (1800.0, 3600.0), (3600.0, 3600.0)]


def test_une_fin_avant_son_debut_est_ramenee():
    assert lire_lignes([("Début", "Fin", "Texte"), (5, 3, "oui")]).paragraphes[0].temps == (5.0, 5.0)


@pytest.mark.parametrize(
    ("cellule", "texte"),
    [
        (3.0, "3"),
        (3.5, "3,5"),
        (1234567.25, "1234567,25"),
        (3, "3"),
        (True, "vrai"),
        (dt.date(2025, 1, 2), "02/01/2025"),
        (dt.datetime(2025, 1, 2, 9, 30), "02/01/2025 09:30:00"),
        (dt.time(9, 30), "09:30:00"),
        ("\tnume\u0301\u00adrique\u00a0?\r\nligne", "numérique\u00a0?\nligne"),
    ],
)
def test_une_cellule_s_ecrit_comme_le_tableur_la_montre(cellule, texte):
    assert lire_lignes([("Qui", "Parole"), ("A", cellule)], {"texte": "Parole"}).paragraphes[0].texte == texte


_TEXTE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20) | st.just(
    'deux\nlignes ; "oui", bon'
)


@given(st.lists(st.tuples(st.sampled_from(["A", "B", ""]), _TEXTE), max_size=10), st.sampled_from(";,\t"))
def test_toutes_les_lettres_d_un_csv_sont_lues(tours, separateur):
    tampon = io.StringIO(newline="")
    csv.writer(tampon, delimiter=separateur, lineterminator="\n").writerows([("Qui", "Parole"), *tours])
    lu = lire_csv(tampon.getvalue(), {"locuteur": "Qui", "texte": "Parole"})
    assert lettres("".join(p.texte for p in lu.paragraphes)) == lettres("".join(texte for _, texte in tours))


@settings(max_examples=200)
@given(
    st.lists(
        st.lists(
            st.sampled_from(["", "A", "B", "Qui", "Texte", "Début", "0:05", "12", "une parole longue"]),
            min_size=3,
            max_size=3,
        ),
        max_size=8,
    )
)
def test_un_tableau_quelconque_ne_perd_pas_un_mot_sans_le_dire(lignes):
    lu = lire_lignes(lignes)
    if lu is None:
        return
    dit = "".join([*(p.texte + (p.locuteur or "") for p in lu.paragraphes), *lu.constats])
    ecrit = sum(case == "une parole longue" for ligne in lignes for case in ligne)
    assert dit.count("une parole longue") >= ecrit or any("de côté" in constat for constat in lu.constats)


# --- tableaux hostiles ---------------------------------------------------------------------------------------------

PAQUET = "http://schemas.openxmlformats.org/package/2006"
LIENS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TABLEUR = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def zipper(**pieces):
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, contenu in pieces.items():
            archive.writestr(nom, contenu)
    return tampon.getvalue()


def xlsx(corps, partages="", feuille="worksheets/sheet1.xml"):
    types = f'<Types xmlns="{PAQUET}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
    return zipper(
        **{
            "[Content_Types].xml": types,
            "_rels/.rels": relier(officeDocument="xl/workbook.xml"),
            "xl/workbook.xml": f'<workbook xmlns="{TABLEUR}" xmlns:r="{LIENS}"><sheets>'
            '<sheet name="F" sheetId="1" r:id="worksheet"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": relier(worksheet=feuille, sharedStrings="sharedStrings.xml"),
            f"xl/{feuille}": f'<worksheet xmlns="{TABLEUR}"><sheetData>{corps}</sheetData></worksheet>',
            "xl/sharedStrings.xml": f'<sst xmlns="{TABLEUR}">{partages}</sst>',
        }
    )


def relier(**cibles):
    liens = "".join(
        f'<Relationship Id="{usage}" Type="{LIENS}/{usage}" Target="{cible}"/>' for usage, cible in cibles.items()
    )
    return f'<Relationships xmlns="{PAQUET}/relationships">{liens}</Relationships>'


def ods(corps, entete=""):
    espaces = " ".join(f'xmlns:{nom}="{OASIS}:{nom}:1.0"' for nom in ("office", "table", "text"))
    return zipper(
        **{
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{OASIS}:manifest:1.0"/>',
            "content.xml": f"{entete}<office:document-content {espaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="F">{corps}</table:table></office:spreadsheet></office:body>'
            "</office:document-content>",
        }
    )


CHAINES = "<si><t>Qui</t></si><si><t>Parole</t></si><si><t>A</t></si><si><r><t>ou</t></r><r><t>i</t></r></si>"
CELLULES = "".join(
    f'<row r="{ligne}"><c r="A{ligne}" t="s"><v>{un}</v></c><c r="B{ligne}" t="s"><v>{deux}</v></c></row>'
    for ligne, un, deux in ((1, 0, 1), (2, 2, 3))
)
LIGNE = (
    "<table:table-row{}><table:table-cell{} office:value-type='string'><text:p>{}</text:p></table:table-cell>"
    "</table:table-row>"
)
FOIS = ' table:number-{}-repeated="{}"'


def test_un_classeur_fait_a_la_main_se_lit():
    assert dites(lire_classeur(xlsx(CELLULES, CHAINES))) == [("A", "oui", None)]
    inline = (
        '<row><c t="inlineStr"><is><t>Qui</t></is></c><c t="str"><v>Parole</v></c></row>'
        "<row><c><v>1</v></c><c><v>2.5</v></c></row>"
    )
    assert dites(lire_classeur(xlsx(inline))) == [("1", "2,5", None)]
    assert (
        dites(lire_classeur(ods(LIGNE.format(FOIS.format("rows", 2), "", "une parole"))))
        == [(None, "une parole", None)] * 2
    )


HOSTILES = {
    "coins": (
        xlsx('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "trop de cases, même vides",
    ),
    "coins_minuscules": (xlsx('<row><c r="a1"><v>1</v></c><c r="xfd1048576"><v>1</v></c></row>'), "trop de cases"),
    "coins_sans_extension": (
        xlsx('<row><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>', feuille="feuille.vml"),
        "trop de cases",
    ),
    "suite": (xlsx('<row r="999999"><c><v>1</v></c></row><row r="1"><c r="B1"><v>1</v></c></row>'), "trop de cases"),
    "reference": (xlsx('<row><c r="A-1"><v>1</v></c></row>'), "tronqué ou abîmé"),
    "ligne": (xlsx('<row r="un"><c><v>1</v></c></row>'), "tronqué ou abîmé"),
    "partage": (
        xlsx("<row>" + '<c t="s"><v>0</v></c>' * 5000 + "</row>", f"<si><t>{'a' * 100_000}</t></si>"),
        "ses textes sont répétés",
    ),
    "renvoi": (xlsx('<row><c t="s"><v>7</v></c></row>'), "tronqué ou abîmé"),
    "renvoi_mot": (xlsx('<row><c t="s"><v>x</v></c></row>'), "tronqué ou abîmé"),
    "lignes_repetees": (ods(LIGNE.format(FOIS.format("rows", 4_000_000_000), "", "a")), "trop de cases"),
    "colonnes_repetees": (
        ods(LIGNE.format(FOIS.format("rows", 1000), FOIS.format("columns", 16_384), "a")),
        "trop de cases",
    ),
    "deux_espaces": (
        ods(
            LIGNE.format(
                f"{FOIS.format('rows', 4_000_000)} xmlns:autre='autre' autre:number-rows-repeated='1'", "", "a"
            )
        ),
        "trop de cases",
    ),
    "tables": (
        ods((LIGNE.format(FOIS.format("rows", 400_000), "", "a") + "</table:table><table:table>") * 4),
        "trop de cases",
    ),
    "texte_repete": (ods(LIGNE.format(FOIS.format("rows", 100_000), "", "a" * 1000)), "ses textes sont répétés"),
    "negatif": (ods(LIGNE.format(FOIS.format("rows", "x"), "", "a")), "tronqué ou abîmé"),
    "entites": (ods("", '<!DOCTYPE a [<!ENTITY b "c">]>'), "il déclare des entités"),
    "bombe": (ods("a" * 80_000_000), "démesuré une fois décompressé"),
    "elements": (xlsx("<row/>" * 4_000_000), "démesuré"),
    "imbrique": (xlsx("<a>" * 3000), "trop imbriqués"),
    "vide": (xlsx(""), "aucune feuille n'a de colonne de paroles"),
    "sans_feuille": (zipper(a="<a/>"), "tronqué ou abîmé"),
    "texte": (b"Qui;Parole", "tronqué ou abîmé"),
    "chiffre": (bytes.fromhex("D0CF11E0A1B11AE1"), "mot de passe"),
}
LIRE = """
import sys
from pathlib import Path
from ess_analyse.lecture.archive import IllisibleError
from ess_analyse.lecture.classeur import lire_classeur
import python_calamine
octets = sys.stdin.buffer.read()
def sommet():
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
avant = sommet()
try:
    print(len(lire_classeur(octets).paragraphes))
except IllisibleError as erreur:
    assert erreur.remede
    print(erreur)
print((sommet() - avant) // 1024)
"""


def lire_a_part(octets):
    # The library is compiled: tracemalloc does not see it, and a failed allocation would end this very process.
    sortie = subprocess.run([sys.executable, "-c", LIRE], input=octets, capture_output=True, check=True, timeout=120)
    message, memoire = sortie.stdout.decode().splitlines()
    return message, int(memoire)


@pytest.mark.parametrize("nom", HOSTILES)
def test_un_classeur_hostile_est_refuse(nom):
    octets, message = HOSTILES[nom]
    with pytest.raises(IllisibleError, match=message) as prise:
        lire_classeur(octets)
    assert prise.value.remede


@pytest.mark.parametrize("nom", ["coins", "partage", "colonnes_repetees", "bombe", "elements"])
@pytest.mark.skipif(sys.platform != "linux", reason="la mémoire prise se lit dans /proc")
def test_un_classeur_hostile_est_refuse_en_memoire_bornee(nom):
    message, memoire = lire_a_part(HOSTILES[nom][0])
    assert HOSTILES[nom][1] in message
    assert memoire < 200


@pytest.mark.skipif(sys.platform != "linux", reason="la mémoire prise se lit dans /proc")
def test_un_gros_classeur_reste_en_memoire_bornee():
    lignes = "".join(f'<row><c t="s"><v>{n % 2}</v></c><c t="s"><v>2</v></c></row>' for n in range(30_000))
    message, memoire = lire_a_part(xlsx(lignes, f"<si><t>A</t></si><si><t>B</t></si><si><t>{'oui ' * 50}</t></si>"))
    assert message == "30000"
    assert memoire < 150


def test_des_macros_ne_sont_ni_lues_ni_gardees(monkeypatch):
    import python_calamine

    vus = []
    ouvrir = python_calamine.CalamineWorkbook.from_filelike

    class Classeur:
        @staticmethod
        def from_filelike(flux):
            vus.extend(zipfile.ZipFile(flux).namelist())
            flux.seek(0)
            return ouvrir(flux)

    monkeypatch.setattr(python_calamine, "CalamineWorkbook", Classeur)
    tampon = io.BytesIO(xlsx(CELLULES, CHAINES))
    with zipfile.ZipFile(tampon, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf")
    assert dites(lire_classeur(tampon.getvalue())) == [("A", "oui", None)]
    assert "xl/workbook.xml" in vus
    assert "xl/vbaProject.bin" not in vus


@pytest.mark.parametrize(
    ("texte", "message"),
    [
        ('Qui;Parole\nA;"' + "a" * 200_000, "une cellule de ce CSV est démesurée"),
        ("a;" * 1000 + "\n", "tableau démesuré"),
        ("a\n" * 400_000, "démesuré"),
        (("a;" * 150 + "\n") * 10_000, "tableau démesuré"),
        ("1;2\n3;4\n", "aucune colonne de paroles"),
        (" \n", "aucune colonne de paroles"),
    ],
)
def test_un_csv_malsain_est_refuse(texte, message):
    with pytest.raises(IllisibleError, match=message) as prise:
        lire_csv(texte)
    assert prise.value.remede


SAINS = [xlsx(CELLULES, CHAINES), ods(LIGNE.format("", "", "une parole") * 3)]


@settings(max_examples=200)
@given(
    st.sampled_from(SAINS),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_un_classeur_abime_n_importe_ou_est_lu_ou_refuse(sain, alterations):
    octets = bytearray(sain)
    for part, valeur in alterations:
        octets[int(part * len(octets))] = valeur
    # Any other exception fails the test, a panic of the compiled library included.
    with suppress(IllisibleError):
        lire_classeur(bytes(octets))


_MORCEAUX = sorted(
    {
        *re.findall(r"<[^>]+>|[^<>]+", CELLULES + CHAINES),
        'r="Z9"',
        "<v>",
        "99",
        '<c t="e">',
        '<c t="d"><v>x</v></c>',
        '<c t="b">',
    }
)


@settings(max_examples=200)
@given(
    st.lists(st.sampled_from(_MORCEAUX), max_size=12).map("".join),
    st.lists(st.sampled_from(_MORCEAUX), max_size=6).map("".join),
)
def test_une_feuille_quelconque_est_lue_ou_refusee(feuille, chaines):
    with suppress(IllisibleError):
        lire_classeur(xlsx(feuille, chaines))
