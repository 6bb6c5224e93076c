"""Renommer, fusionner, supprimer un code : la grille et tout ce qui la cite changent ensemble."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from ess_analyse.erreurs import Probleme, lever, relatif
from ess_analyse.etude import Etude
from ess_analyse.evolution.changement import APRES, Chantier, Evolution, lire_raison
from ess_analyse.evolution.citants import DESACCORDS, QUESTIONS, RECITS, REGLAGES, Choix, Migration
from ess_analyse.evolution.livre import Livre
from ess_analyse.grille import Code

__all__ = ["dire_seuils", "lister_citations", "preparer_fusion", "preparer_renommage", "preparer_suppression"]

_CITEURS = {
    RECITS: "retirez-le de la liste « codes »",
    QUESTIONS: "donnez un autre code à cette question, ou retirez-la",
    DESACCORDS: "portez cette décision par « ess-analyse arbitrer », ou changez-la",
}
_INVISIBLES = ("Cc", "Cs", "Zl", "Zp")


def preparer_renommage(
    etude: Etude, code: str, vers: str = "", *, libelle: str = "", raison: str, le: date
) -> Evolution:
    """Préparer un nouvel identifiant, un nouveau libellé, ou les deux.

    Parameters
    ----------
    etude : Etude
        L'étude.
    code : str
        L'identifiant d'aujourd'hui.
    vers : str
        Le nouvel identifiant, dans la même famille ; rien pour le garder. Pour revenir, renommez dans l'autre sens.
    libelle : str
        Le nouveau libellé ; rien pour le garder.
    raison : str
        Ce que le journal en gardera.
    le : date
        Le jour, pour le journal.

    Returns
    -------
    Evolution
        Le changement, que rien n'a encore écrit.

    Raises
    ------
    ErreurDonnees
        Code inconnu, identifiant mal formé, déjà pris ou déjà cité, famille changée, rien à changer, raison vide.
    """
    chantier, vers = Chantier(etude), vers or code
    libelle = re.sub(r"[ \t\r\n]+", " ", unicodedata.normalize("NFC", libelle)).strip()
    raison, problemes = lire_raison(raison)
    problemes += [*chantier.verifier_scission(), *chantier.verifier_codes([code])]
    nom = chantier.nom_grille
    if vers != code and vers in chantier.grille:
        remede = f"pour réunir les deux : ess-analyse grille fusionner {code} --en {vers}"
        problemes.append(Probleme(nom, 0, "cet identifiant est déjà celui d'un code", vers, remede))
    if any(unicodedata.category(signe) in _INVISIBLES for signe in libelle):
        problemes.append(Probleme("libellé", 0, "signe invisible interdit", remede="retapez-le"))
    lever(problemes)
    ancien = chantier.grille[code]
    if vers == code and libelle in ("", ancien.libelle):
        remede = "donnez un nouvel identifiant, ou un nouveau libellé par --libelle"
        lever([Probleme(nom, 0, "rien à renommer : le code s'appelle déjà ainsi", code, remede)])
    chantier.livre.monter(chantier.version)
    chantier.livre.renommer(code, vers, libelle)
    brut, grille = chantier.livre.relire(APRES)
    lever(_verifier_famille(grille[vers], ancien))
    suites, migrations = {code: (vers,)} if vers != code else {}, []
    if suites:
        migrations = chantier.migrer({code, vers}, lambda *_: Choix(suites, suites))
        lever(_deja_cites(chantier, migrations, vers))
        chantier.livre.suivre_mentions(suites)
        brut, _ = chantier.livre.relire(APRES)
    dit = f"{vers} « {libelle} »" if libelle not in ("", ancien.libelle) else vers
    return chantier.conclure("renommer", [code], dit, raison, le, brut, migrations, set(suites))


def preparer_fusion(etude: Etude, codes: Iterable[str], vers: str, *, raison: str, le: date) -> Evolution:
    """Préparer la réunion de plusieurs codes en un seul, qui existe déjà.

    Ce que le code gardé n'a pas (consignes, exemples, contre-exemples, indices, exceptions) lui vient des codes
    absorbés ; sa définition et son libellé restent les siens. Le seuil d'un code absorbé est ôté : il ne vaut rien
    pour un autre. Pour revenir : remettre le code absorbé dans la grille (``data/evolutions/v1.yml`` garde celle
    d'avant), puis scinder, en recopiant dans ``nouveau`` les codes que ``data/evolutions/v2.csv`` dit d'avant.

    Parameters
    ----------
    etude : Etude
        L'étude.
    codes : iterable of str
        Ceux à réunir ; le code gardé peut en être.
    vers : str
        Le code gardé.
    raison, le
        Comme pour :func:`preparer_renommage`.

    Returns
    -------
    Evolution
        Le changement, que rien n'a encore écrit.

    Raises
    ------
    ErreurDonnees
        Code inconnu, codes de dimensions ou de familles différentes, rien à réunir, raison vide, ou plus aucun
        contre-exemple.
    """
    chantier, codes = Chantier(etude), list(dict.fromkeys(codes))
    raison, problemes = lire_raison(raison)
    absorbes = [code for code in codes if code != vers]
    problemes += [*chantier.verifier_scission(), *chantier.verifier_codes([*codes, vers])]
    lever(problemes)
    if not absorbes:
        remede = "nommez un autre code, qui rejoindra celui-ci"
        lever([Probleme(chantier.nom_grille, 0, "rien à fusionner : un code seul", vers, remede)])
    garde = chantier.grille[vers]
    siens = [chantier.grille[code] for code in absorbes]
    lever([*_verifier_parente(siens, garde, chantier.nom_grille), *_verifier_contraires([garde, *siens], chantier)])
    suites = {code: (vers,) for code in absorbes}
    chantier.livre.monter(chantier.version)
    chantier.livre.fusionner(absorbes, vers)
    chantier.livre.suivre_mentions(suites, sauf=vers)
    brut, _ = chantier.livre.relire(APRES)
    otes = Choix(dict.fromkeys(absorbes, ()), {})
    migrations = chantier.migrer(set(absorbes), lambda sorte, *_: otes if sorte is REGLAGES else Choix(suites, suites))
    avis = [f"relisez la définition et les consignes de {vers} : elles parlent d'un code plus large"]
    if a_relire := [ligne for ligne, code, _ in Livre(brut).lister_mentions({vers, *absorbes}) if code == vers]:
        lignes = ", ".join(map(str, dict.fromkeys(a_relire)))
        avis.append(
            f"des consignes de {vers} le distinguent encore de ce qu'il absorbe : {chantier.nom_grille}, ligne {lignes}"
        )
    avis += dire_seuils(migrations)
    return chantier.conclure("fusionner", codes, vers, raison, le, brut, migrations, set(absorbes), avis)


def preparer_suppression(etude: Etude, code: str, *, raison: str, le: date) -> Evolution:
    """Préparer le retrait d'un code que plus rien ne cite.

    Une phrase qui n'avait que lui devient « - » : elle a été lue. Pour revenir : remettre le code dans la grille
    (``data/evolutions/v1.yml`` garde celle d'avant), puis dans les feuilles les codes que ``data/evolutions/v2.csv``
    dit d'avant.

    Parameters
    ----------
    etude : Etude
        L'étude.
    code : str
        L'identifiant.
    raison, le
        Comme pour :func:`preparer_renommage`.

    Returns
    -------
    Evolution
        Le changement, que rien n'a encore écrit.

    Raises
    ------
    ErreurDonnees
        Code inconnu, seul de la grille, ou encore cité : par un enseignement, une fiche, l'autodiagnostic, une
        consigne d'un autre code ; raison vide.
    """
    chantier = Chantier(etude)
    raison, problemes = lire_raison(raison)
    lever([*problemes, *chantier.verifier_scission(), *chantier.verifier_codes([code])])
    if len(chantier.grille) == 1:
        remede = "une grille a au moins un code : écrivez d'abord un autre code, ou renommez celui-ci"
        lever([Probleme(chantier.nom_grille, 0, "c'est le seul code de la grille", code, remede)])
    migrations = chantier.migrer({code}, lambda *_: Choix({code: ()}, {code: ()}))
    lever(lister_citations(chantier, migrations, code))
    chantier.livre.monter(chantier.version)
    chantier.livre.oter(code)
    brut, _ = chantier.livre.relire(APRES)
    avis = dire_seuils(migrations)
    return chantier.conclure("supprimer", [code], "", raison, le, brut, migrations, {code}, avis)


def lister_citations(chantier: Chantier, migrations: Iterable[Migration], code: str) -> list[Probleme]:
    """Dire ce qui cite encore un code et empêche de l'ôter de la grille."""
    problemes = [
        Probleme(relatif(une.avant.chemin), ligne, "le code est encore cité", cite, _CITEURS[une.sorte])
        for une in migrations
        if une.sorte in _CITEURS
        for ligne, cite in une.citations
        if cite == code
    ]
    remede = "récrivez cette consigne : elle enverrait vers un code qui n'existe plus"
    return problemes + [
        Probleme(chantier.nom_grille, ligne, f"le code est encore nommé par {autre}", code, remede)
        for ligne, autre, _ in chantier.livre.lister_mentions([code])
        if autre != code
    ]


def _verifier_famille(code: Code, ancien: Code) -> list[Probleme]:
    if code.famille == ancien.famille:
        return []
    remede = (
        "la famille dit si une phrase est un risque, une opportunité ou un prisme : la changer changerait le sens de "
        "chaque codage sans que personne ne le relise ; écrivez le nouveau code dans la grille, puis répartissez les "
        "phrases par « ess-analyse grille scinder »"
    )
    return [Probleme("nouvel identifiant", 0, f"changement de famille depuis {ancien.id}", code.id, remede)]


def _verifier_parente(absorbes: list[Code], garde: Code, nom: str) -> list[Probleme]:
    problemes = []
    for code in absorbes:
        if code.dimension != garde.dimension:
            remede = "les dimensions se codent à part : la phrase n'aurait plus de code dans la sienne"
            message = f"{code.id} et {garde.id} ne sont pas de la même dimension"
            problemes.append(Probleme(nom, 0, message, f"{code.dimension}, {garde.dimension}", remede))
        elif code.famille != garde.famille:
            remede = (
                "un risque ne devient pas une opportunité sans qu'on le relise : répartissez les phrases par "
                "« ess-analyse grille scinder »"
            )
            problemes.append(Probleme(nom, 0, f"{code.id} et {garde.id} ne sont pas de la même famille", remede=remede))
    return problemes


def _verifier_contraires(codes: list[Code], chantier: Chantier) -> list[Probleme]:
    exemples = {texte.casefold() for code in codes for texte in code.exemples}
    if any(texte.casefold() not in exemples for code in codes for texte in code.contre_exemples):
        return []
    remede = f"chacun est un exemple de l'un de ces codes : écrivez d'abord un autre contre-exemple pour {codes[0].id}"
    return [Probleme(chantier.nom_grille, 0, "la fusion n'aurait plus aucun contre-exemple", remede=remede)]


def _deja_cites(chantier: Chantier, migrations: Iterable[Migration], vers: str) -> list[Probleme]:
    """Refuser un nom déjà écrit quelque part : après coup, on ne distinguerait plus ce qui était à qui."""
    remede = "choisissez un autre identifiant, ou corrigez d'abord cette ligne"
    places = [(relatif(une.avant.chemin), ligne) for une in migrations for ligne, cite in une.citations if cite == vers]
    places += [(chantier.nom_grille, ligne) for ligne, _, _ in chantier.livre.lister_mentions([vers])]
    return [
        Probleme(ou, ligne, "ce nom est déjà écrit, pour un code qui n'existe pas", vers, remede)
        for ou, ligne in places
    ]


def dire_seuils(migrations: Iterable[Migration]) -> list[str]:
    """Dire quels seuils un changement ôte des réglages."""
    return [
        f"{relatif(une.avant.chemin)} : le seuil « {change.codes_avant} » est ôté ; pour en choisir un autre, "
        "« ess-analyse evaluer --precision »"
        for une in migrations
        if une.sorte is REGLAGES
        for change in une.changements
        if not change.codes_apres
    ]
