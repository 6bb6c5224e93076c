"""Corriger à la main le corpus de démonstration : chaque décision suit ses mots, ou est montrée."""

from __future__ import annotations

import random
import re
import shutil
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ess_analyse.corrections import appliquer_recalage, preparer_recalage
from ess_analyse.etude import Etude
from ess_analyse.feuilles import empreinte, lire_feuille
from ess_analyse.fichiers import ecrire_table, lire_table, lire_texte
from ess_analyse.lecture import lire_corpus
from ess_analyse.modele import DOCUMENTS, MOTIF_PLACE, Entretien
from ess_analyse.segments import couper, segmenter

DEMONSTRATION = Etude(Path(__file__).parents[1])
CHOISIS = ("E01", "E03", "E08", "E10", "E12", "O01")
SURES = 0.99


@pytest.fixture(scope="module")
def modele(tmp_path_factory):
    """Six documents de la démonstration ; le mémo de chaque ligne dit sa phrase d'origine."""
    etude = Etude(tmp_path_factory.mktemp("modele"))
    etude.corpus.mkdir(parents=True)
    for nom in CHOISIS:
        shutil.copy(DEMONSTRATION.corpus / f"{nom}.txt", etude.corpus)
    documents = lire_table(DEMONSTRATION.documents, DOCUMENTS)
    ecrire_table(etude.documents, documents[documents["entretien"].isin(CHOISIS)])
    etude.codages.mkdir()
    for chemin in sorted(DEMONSTRATION.codages.glob("*.csv")):
        feuille = lire_feuille(chemin)
        feuille = feuille[feuille["segment"].str.split(":").str[0].isin(CHOISIS)]
        ecrire_table(etude.codages / chemin.name, feuille.assign(memo=feuille["segment"]))
    for dossier in ("enseignements", "fiches"):
        shutil.copytree(DEMONSTRATION.data / dossier, etude.data / dossier)
    shutil.copy(DEMONSTRATION.plan, etude.plan)
    return etude


def decomposer(entretien: Entretien) -> list[list]:
    """Rendre les tours : le locuteur, et les phrases avec leur place d'origine."""
    tours = []
    for tour in entretien.tours:
        paroles = entretien.extrait(tour.debut, tour.fin)
        places = [(tour.debut + a, tour.debut + b) for a, b in couper(paroles)]
        tours.append(
            [tour.locuteur, [(f"{entretien.identifiant}:{a}-{b}", entretien.extrait(a, b)) for a, b in places]]
        )
    return tours


def composer(entretien: str, tours: list[list]) -> tuple[str, dict[str, str]]:
    """Rendre le texte, et la nouvelle place de chaque phrase d'origine."""
    texte, places = "", {}
    for locuteur, phrases in tours:
        if not phrases:
            continue
        texte += "\n\n" * bool(texte) + (f"{locuteur} : " if locuteur else "")
        for rang, (origine, dit) in enumerate(phrases):
            texte += " " * bool(rang)
            if origine:
                places[origine] = f"{entretien}:{len(texte)}-{len(texte) + len(dit)}"
            texte += dit
    return texte + "\n", places


def corriger(tours: list[list], genre: str, hasard: random.Random) -> set[str]:
    """Corriger comme une personne, et rendre les phrases touchées."""
    pleins = [tour for tour in tours if tour[1]]
    tour = hasard.choice(pleins)
    rang = hasard.randrange(len(tour[1]))
    origine, dit = tour[1][rang]
    match genre:
        case "faute":
            lettres = [lettre.start() for lettre in re.finditer(r"(?<=[a-z])[a-z](?=[a-z])", dit)]
            if lettres:
                place = hasard.choice(lettres)
                tour[1][rang] = (origine, dit[:place] + hasard.choice("aeinst") + dit[place + 1 :])
            return {origine}
        case "tour":
            ajout = hasard.choice(["Oui.", "D'accord.", "Et avant, vous faisiez comment, vous ?"])
            tours.insert(hasard.randrange(len(tours) + 1), [tour[0] and "Enquêtrice", [("", ajout)]])
            return set()
        case "oter":
            tour[1].pop(rang)
            return {origine}
        case "locuteur":
            ancien, nouveau = tour[0], hasard.choice(["Une salariée", "Ana"])
            for autre in tours if hasard.random() < 0.5 else [tour]:
                if ancien and autre[0] == ancien:
                    autre[0] = nouveau
            return set()
    autre = hasard.choice(pleins)
    vers = hasard.randrange(len(autre[1]))
    tour[1][rang], autre[1][vers] = autre[1][vers], tour[1][rang]
    return {origine, tour[1][rang][0]}


def relever(etude: Etude) -> dict[str, list[tuple[str, str, str]]]:
    """Rendre, par fichier, les places citées et les mots qu'elles désignent."""
    corpus = lire_corpus(etude.corpus)
    chemins = [*etude.enseignements.glob("*.md"), *etude.fiches.glob("*.md"), etude.plan]
    releves = {}
    for chemin in chemins:
        places = [trouve[0] for trouve in MOTIF_PLACE.finditer(lire_texte(chemin)) if trouve["entretien"] in CHOISIS]
        textes = {nom: corpus[nom].texte for nom in CHOISIS}
        releves[chemin.name] = [
            (place, " ".join(textes[place[:3]][slice(*map(int, place[4:].split("-")))].split())) for place in places
        ]
    return releves


def photographier(etude: Etude) -> dict[Path, bytes]:
    return {chemin: chemin.read_bytes() for chemin in sorted(etude.data.rglob("*")) if chemin.is_file()}


CORRECTIONS = st.lists(st.sampled_from(["faute", "tour", "oter", "locuteur", "intervertir"]), min_size=1, max_size=12)


@settings(max_examples=12)
@given(genres=CORRECTIONS, graine=st.integers(0, 10**9))
def test_apres_des_corrections_au_hasard_chaque_decision_suit_ses_mots(modele, tmp_path_factory, genres, graine):
    racine = tmp_path_factory.mktemp("corrige")
    shutil.copytree(modele.data, racine / "data")
    etude, hasard = Etude(racine), random.Random(graine)
    corpus = lire_corpus(etude.corpus)
    tours = {entretien.identifiant: decomposer(entretien) for entretien in corpus}
    touchees = set()
    corriges = set()
    for genre in genres:
        nom = hasard.choice(CHOISIS)
        corriges.add(nom)
        touchees |= corriger(tours[nom], genre, hasard)
    vraies = {}
    for nom in CHOISIS:
        texte, places = composer(nom, tours[nom])
        vraies |= places
        if nom in corriges:
            (etude.corpus / f"{nom}.txt").write_text(texte, encoding="utf-8")
    citees = relever(modele)
    segments = set(segmenter(lire_corpus(etude.corpus))["segment"])

    recalage = preparer_recalage(etude)
    appliquer_recalage(etude, recalage)

    attendues = defaultdict(set)
    for attente in recalage.attentes:
        for ou in attente.ou:
            attendues[Path(ou).name].add(attente.segment)
    perdues = set(zip(recalage.perdus["ou"].map(lambda ou: Path(ou).name), recalage.perdus["memo"], strict=True))
    intactes = bien = 0
    for chemin in sorted(etude.codages.glob("*.csv")):
        avant, apres = lire_feuille(modele.codages / chemin.name), lire_feuille(chemin)
        dits = dict(zip(avant["memo"], avant["texte"], strict=True))
        codes = dict(zip(avant["memo"], avant["codes"], strict=True))
        assert sorted([*apres["memo"], *(memo for nom, memo in perdues if nom == chemin.name)]) == sorted(avant["memo"])
        for ligne in apres.itertuples():
            if ligne.memo in attendues[chemin.name]:
                assert (ligne.segment, ligne.codes) == (ligne.memo, codes[ligne.memo])
                continue
            assert empreinte(ligne.texte) == empreinte(dits[ligne.memo])
            assert ligne.segment == vraies[ligne.memo]
            assert ligne.codes == codes[ligne.memo]
        for memo in avant["memo"]:
            if memo[:3] in corriges and memo not in touchees and vraies[memo] in segments:
                intactes += 1
                bien += memo not in attendues[chemin.name] and (chemin.name, memo) not in perdues
    assert bien >= SURES * intactes
    for nom, places in relever(etude).items():
        for (ancienne, dit), (nouvelle, maintenant) in zip(citees[nom], places, strict=True):
            if ancienne in attendues[nom]:
                assert nouvelle == ancienne
            else:
                assert maintenant == dit

    fige = photographier(etude)
    assert appliquer_recalage(etude, preparer_recalage(etude)) == []
    assert photographier(etude) == fige
    shutil.rmtree(racine)
