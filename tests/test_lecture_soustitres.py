"""Lire des sous-titres WebVTT et SubRip."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.lecture import depouiller, lire_entretien
from ess_analyse.lecture.horodatage import lire_moment, lire_moments
from ess_analyse.lecture.soustitres import lire_soustitres

VTT = """WEBVTT - Entretien
Kind: captions

STYLE
::cue { color: red }

REGION
id:bas

NOTE une remarque
sur deux lignes

premier
00:01.000 --> 00:02.500 align:start position:10%
<v Claire>Bonjour,
<i>merci</i> d'être là&nbsp;!</v>

00:00:03.000 --> 00:00:04.000
<v.fort Rose Petit>Oui &amp; non.<00:00:03.500> Voilà.</v>


00:00:05.000 --> 00:00:06.000
<v Claire>Bien. <v Rose Petit>Oui.

00:00:07.000 --> 00:00:08.000
- Ah ?
"""


def dits(lu) -> list[str]:
    return [paragraphe.texte for paragraphe in lu.paragraphes]


def test_un_vtt_garde_les_voix_et_les_temps_et_compte_le_reste():
    lu = lire_soustitres(VTT)
    assert [(p.locuteur, p.texte, p.temps) for p in lu.paragraphes] == [
        ("Claire", "Bonjour, merci d'être là\u00a0!", (1.0, 2.5)),
        ("Rose Petit", "Oui & non. Voilà.", (3.0, 4.0)),
        ("Claire", "Bien.", (5.0, 6.0)),
        ("Rose Petit", "Oui.", (5.0, 6.0)),
        (None, "- Ah ?", (7.0, 8.0)),
    ]
    assert lu.constats == ("5 titres, notes ou styles laissés de côté",)


def test_un_vtt_rend_des_tours_et_leur_temps(ecrire, paroles):
    lu = depouiller(ecrire("E05.vtt", VTT))
    assert paroles(lu.entretien) == [
        ("Claire", "Bonjour, merci d'être là\u00a0!"),
        ("Rose Petit", "Oui & non. Voilà."),
        ("Claire", "Bien."),
        ("Rose Petit", "Oui. - Ah ?"),
    ]
    assert [tour.temps for tour in lu.entretien.tours] == [(1.0, 2.5), (3.0, 4.0), (5.0, 6.0), (5.0, 8.0)]
    assert lu.tours == {"Claire": 2, "Rose Petit": 2}


def test_une_voix_entendue_une_seule_fois_est_un_locuteur(ecrire, paroles):
    repliques = ["<v Claire>Ça va ?", "<v Rose>Oui.", "Enfin…", "<v Paul>Bonjour !", "<v Rose>Attention : c'est lourd."]
    vtt = "WEBVTT\n\n" + "\n\n".join(f"00:0{n}.000 --> 00:0{n + 1}.000\n{dit}" for n, dit in enumerate(repliques))
    assert paroles(lire_entretien(ecrire("E01.vtt", vtt))) == [
        ("Claire", "Ça va ?"),
        ("Rose", "Oui. Enfin…"),
        ("Paul", "Bonjour !"),
        ("Rose", "Attention : c'est lourd."),
    ]


@pytest.mark.parametrize("fin", ["\n", "\r\n"])
def test_un_srt_rend_des_tours_quel_que_soit_l_encodage(fin, ecrire, paroles):
    srt = fin.join(
        [
            "1",
            "00:00:01,000 --> 00:00:02,000",
            "Claire : Ça va",
            "ou quoi ?",
            "",
            "",
            "2",
            "00:00:02,000 --> 00:00:03,000",
            "Élodie : <b>Oui</b>.",
            "",
            "3",
            "00:00:03,000 --> 00:00:04,000",
            "Enfin…",
            "",
            "4",
            "00:00:04,000 --> 00:00:05,000",
            "Claire : Bon.",
            "",
        ]
    )
    attendu = [("Claire", "Ça va ou quoi ?"), ("Élodie", "Oui. Enfin…"), ("Claire", "Bon.")]
    assert paroles(lire_entretien(ecrire("E08.srt", srt))) == attendu
    lu = depouiller(ecrire("E09.srt", srt.encode("cp1252")))
    assert paroles(lu.entretien) == attendu
    assert lu.constats[0] == "texte lu en CP1252, et non en UTF-8"
    assert [tour.temps for tour in lu.entretien.tours] == [(1.0, 2.0), (2.0, 4.0), (4.0, 5.0)]


@pytest.mark.parametrize(
    "srt",
    [
        "1\n00:00:01,000 --> 00:00:02,000\nUn.\n\nDeux.\n\n2\n00:00:03,000 --> 00:00:04,000\nTrois.\n",
        "1\n00:00:01 --> 00:00:02\nUn. Deux.\n\n2\n00:00:03 --> 00:00:04\nTrois.\n",
        "00:01,000 --> 00:02,000\nUn.\n \n\n\n\nDeux.\n\n00:03,000 --> 00:04,000\nTrois.",
        "1\n\n00:00:01,000 --> 00:00:02,000\nUn. Deux.\n\n\n\n2\n\n00:00:03,000 --> 00:00:04,000\nTrois.",
        "1\n00:00:01,000 -->\nUn. Deux.\n\n2\n00:00:03,000 --> 00:00:01,000\nTrois.",
    ],
)
def test_un_srt_mal_espace_ne_perd_ni_mot_ni_ordre(srt):
    lu = lire_soustitres(srt)
    assert " ".join(dits(lu)) == "Un. Deux. Trois."
    assert all(p.temps[0] <= p.temps[1] for p in lu.paragraphes)
    assert lu.constats == ()


def test_un_fichier_de_sous_titres_sans_paroles_est_refuse(ecrire):
    with pytest.raises(ErreurDonnees, match=r"aucun texte dans ce fichier\. Vérifiez que c'est le bon"):
        lire_entretien(ecrire("E01.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n\n"))


def test_des_voix_jamais_fermees_ne_font_pas_attendre():
    vtt = "00:01.000 --> 00:02.000\n" + "<v " * 200_000
    assert len(lire_soustitres(vtt).paragraphes) == 1


@pytest.mark.parametrize(
    ("texte", "moments"),
    [
        ("00:01:02", (62.0, 62.0)),
        ("[1:02,5]", (62.5, 62.5)),
        ("(00:01 --> 00:03)", (1.0, 3.0)),
        ("0:05-0:02", (5.0, 5.0)),
        ("9 h 05", None),
        ("9:5", None),
        ("", None),
    ],
)
def test_les_moments_se_lisent_en_secondes(texte, moments):
    assert lire_moments(texte) == moments


def test_un_moment_long_se_lit():
    assert lire_moment("100:00:00.250") == 360000.25


_REPLIQUE = st.from_regex(r"[A-Za-zéèàç]{1,8}( [A-Za-zéèàç',!?]{1,8}){0,4}", fullmatch=True)


@given(
    repliques=st.lists(
        st.tuples(
            st.sampled_from(["", "<v Zoé>", "<v Rose Petit>"]),
            _REPLIQUE.filter(lambda dit: not re.match("NOTE|STYLE|REGION", dit)),
        ),
        min_size=1,
        max_size=8,
    ),
    notes=st.integers(0, 3),
)
def test_toutes_les_repliques_sont_lues_et_les_notes_comptees(repliques, notes):
    srt = "NOTE remarque\n\n" * notes + "".join(
        f"{rang}\n00:00:{rang:02d},000 --> 00:00:{rang + 1:02d},000\n{voix}{dit}\n\n"
        for rang, (voix, dit) in enumerate(repliques, start=1)
    )
    lu = lire_soustitres(srt)
    assert [(p.locuteur, p.texte) for p in lu.paragraphes] == [(voix[3:-1] or None, dit) for voix, dit in repliques]
    assert [constat.split()[0] for constat in lu.constats] == [str(notes)] * bool(notes)
