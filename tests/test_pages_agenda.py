"""Le plan d'actions dans un agenda, les enseignements dans un flux : formats tenus, sans horloge."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_analyse.enseignements import Action, Enseignement
from ess_analyse.pages.agenda import ecrire_agenda, plier_ligne
from ess_analyse.pages.flux import ecrire_flux

ATOM = "{http://www.w3.org/2005/Atom}"
STRUCTURES = {"S1": "Le garage", "S2": "Les jardins"}


def agir(numero="A1", echeance="2026-09", **autres):
    """Composer une action."""
    champs = {"portee": "collective", "theme": "Temps", "axe": "Fixer", "action": "Fixer", "pilote": "Direction"}
    champs |= {"indicateur": "Une règle", "enseignements": (1,), "preuves": ()}
    return Action(numero=numero, echeance=echeance, **(champs | autres))


def lire(calendrier):
    """Déplier un calendrier, et rendre les propriétés de chaque événement."""
    lignes = calendrier.replace("\r\n ", "").split("\r\n")
    evenements, courant = [], None
    for ligne in lignes:
        if ligne == "BEGIN:VEVENT":
            courant = {}
        elif ligne == "END:VEVENT":
            evenements.append(courant)
            courant = None
        elif courant is not None:
            nom, _, valeur = ligne.partition(":")
            assert nom not in courant
            courant[nom] = valeur
    return evenements


def lire_texte_ical(valeur):
    """Rendre ses signes à un texte iCalendar."""
    return re.sub(r"\\(.)", lambda trouve: "\n" if trouve[1] == "n" else trouve[1], valeur)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=400))
def test_une_ligne_pliee_se_deplie_a_l_identique_et_tient_en_75_octets(texte):
    pliee = plier_ligne(texte)
    assert pliee.replace("\r\n ", "") == texte.replace("\r\n ", "")
    assert all(len(ligne.encode("utf-8")) <= 75 for ligne in pliee.split("\r\n"))


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_une_echeance_est_le_dernier_jour_de_son_mois(jour):
    (evenement,) = lire(ecrire_agenda([agir(echeance=f"{jour:%Y-%m}")], STRUCTURES, "2025-10"))
    debut, fin = (
        date.fromisoformat(re.sub(r"(....)(..)(..)", r"\1-\2-\3", evenement[f"{nom};VALUE=DATE"]))
        for nom in ("DTSTART", "DTEND")
    )
    assert (debut.year, debut.month) == (jour.year, jour.month)
    assert fin - debut == timedelta(days=1)
    assert fin.day == 1


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n;,\\:"), min_size=1, max_size=200))
def test_aucun_texte_n_echappe_a_sa_propriete(texte):
    calendrier = ecrire_agenda([agir(action=texte, axe=texte)], STRUCTURES, "2025-10")
    (evenement,) = lire(calendrier)
    assert lire_texte_ical(evenement["DESCRIPTION"]).startswith(texte + "\nPilote : Direction")
    assert lire_texte_ical(evenement["SUMMARY"]) == f"A1. {texte}"


def test_un_faux_evenement_dans_une_cellule_reste_du_texte():
    piege = "Agir\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:faux"
    assert len(lire(ecrire_agenda([agir(action=piege)], STRUCTURES, "2025-10"))) == 1


def test_chaque_evenement_a_ce_que_le_format_exige():
    actions = [agir(), agir("A2", "2026-12", portee="S2"), agir("A3", portee="S9")]
    calendrier = ecrire_agenda(actions, STRUCTURES, "2025-10")
    assert calendrier.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    assert calendrier.endswith("END:VEVENT\r\nEND:VCALENDAR\r\n")
    assert "\n" not in calendrier.replace("\r\n", "")
    evenements = lire(calendrier)
    assert len({un["UID"] for un in evenements}) == 3
    assert {un["DTSTAMP"] for un in evenements} == {"20251001T000000Z"}
    portees = [re.search(r"Portée : (.*?)\\n", un["DESCRIPTION"])[1] for un in evenements]
    assert portees == ["Action collective", "Les jardins", "S9"]


def test_l_identifiant_suit_l_action_non_ses_mots():
    (avant,), (apres,), (ailleurs,) = (
        lire(ecrire_agenda([agir(action=mots)], structures, "2025-10"))
        for mots, structures in (("Un", STRUCTURES), ("Deux", STRUCTURES), ("Un", {"S1": "L'atelier"}))
    )
    assert avant["UID"] == apres["UID"] != ailleurs["UID"]


@pytest.mark.parametrize("mois", ["", "printemps", "2025-13"])
def test_sans_date_d_etude_aucune_horloge_ne_la_remplace(mois):
    (evenement,) = lire(ecrire_agenda([agir()], STRUCTURES, mois))
    assert evenement["DTSTAMP"] == "20000101T000000Z"
    assert ET.fromstring(ecrire_flux([], ["Le garage"], mois)).findtext(f"{ATOM}updated") == "2000-01-01T00:00:00Z"


def test_le_flux_a_une_entree_par_enseignement():
    lecons = [
        Enseignement(numero, f"Leçon <{numero}> & suite", "Un résumé.", (), (), (), (), "", (), Path("x.md"))
        for numero in (1, 2)
    ]
    racine = ET.fromstring(ecrire_flux(lecons, STRUCTURES.values(), "2025-10"))
    entrees = racine.findall(f"{ATOM}entry")
    assert [un.findtext(f"{ATOM}title") for un in entrees] == ["Leçon <1> & suite", "Leçon <2> & suite"]
    assert [un.find(f"{ATOM}link").get("href") for un in entrees] == [f"../enseignements/e{n}.html" for n in (1, 2)]
    identifiants = [un.findtext(f"{ATOM}id") for un in (racine, *entrees)]
    assert len(set(identifiants)) == 3
    assert all(un.startswith("urn:uuid:") for un in identifiants)
    assert racine.findtext(f"{ATOM}updated") == "2025-10-01T00:00:00Z"
    assert racine.findtext(f"{ATOM}author/{ATOM}name")
