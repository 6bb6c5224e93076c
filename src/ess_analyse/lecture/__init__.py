"""Lire les transcriptions telles que les équipes les reçoivent, et le corpus qui en est fait."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, proposer, relatif
from ess_analyse.fichiers import ecrire_table, ecrire_texte, lire_octets, lire_table, lire_texte
from ess_analyse.lecture.archive import IllisibleError
from ess_analyse.lecture.balisage import debaliser
from ess_analyse.lecture.bureautique import lire_docx, lire_odt
from ess_analyse.lecture.soustitres import lire_soustitres
from ess_analyse.lecture.tours import lire_etiquette, reconnaitre_tours
from ess_analyse.modele import DIFFUSIONS, DOCUMENTS, TYPES, Corpus, Entretien

__all__ = ["EXTENSIONS", "attribuer_identifiants", "ecrire_corpus", "lire_corpus", "lire_entretien", "lister_sources"]

EXTENSIONS = (".docx", ".md", ".odt", ".srt", ".txt", ".vtt")
_IDENTIFIANT = re.compile(r"[A-Z]{1,3}\d{1,4}(?![^\W_])")
_PUCE = re.compile(r"\s*(?:[-*•◊–—]|\d{1,2}[.)]|#+)\s")


def lister_sources(dossier: Path) -> list[Path]:
    """Lister les transcriptions d'un dossier.

    Parameters
    ----------
    dossier : Path
        Par exemple ``data/brut``.

    Returns
    -------
    list of Path
        Triées par nom ; les fichiers cachés et les notices (``LISEZ-MOI…``, ``README…``) sont laissés.

    Raises
    ------
    ErreurDonnees
        Dossier absent ou vide, ou fichier d'une extension que l'on ne sait pas lire.
    """
    dossier = Path(dossier)
    if not dossier.is_dir():
        remede = "créez-le et posez-y les transcriptions"
        raise ErreurDonnees([Probleme(relatif(dossier), 0, "dossier introuvable", remede=remede)])
    sources = [
        chemin
        for chemin in sorted(dossier.iterdir())
        if chemin.is_file() and not re.match(r"(?i)[.~]|lisez-?moi|readme", chemin.name)
    ]
    remede = f"convertissez-le en {', '.join(EXTENSIONS)}, ou retirez-le"
    lever(
        Probleme(relatif(chemin), 0, "extension inconnue", chemin.suffix or "aucune", remede)
        for chemin in sources
        if chemin.suffix.lower() not in EXTENSIONS
    )
    if not sources:
        remede = "posez-y au moins un fichier"
        raise ErreurDonnees([Probleme(relatif(dossier), 0, "aucune transcription", remede=remede)])
    return sources


def attribuer_identifiants(fichiers: Iterable[str], connus: Mapping[str, str] | None = None) -> dict[str, str]:
    """Donner à chaque fichier un identifiant qui ne dit rien de la personne.

    Parameters
    ----------
    fichiers : iterable of str
        Les noms des fichiers.
    connus : mapping of str to str, optional
        Les identifiants déjà donnés, qui ne changent pas.

    Returns
    -------
    dict of str to str
        Fichier → identifiant : celui qui commence son nom (``E01_….docx``), sinon le premier numéro libre.

    Examples
    --------
    >>> attribuer_identifiants(["E02_direction.docx", "entretien Sandrine.odt"])
    {'E02_direction.docx': 'E02', 'entretien Sandrine.odt': 'E01'}
    """
    connus = connus or {}
    fichiers = sorted(fichiers)
    donnes = {
        fichier: connus.get(fichier) or (trouve[0] if (trouve := _IDENTIFIANT.match(Path(fichier).stem)) else "")
        for fichier in fichiers
    }
    pris = {*connus.values(), *donnes.values()}
    libres = (numero for rang in range(1, 10_000) if (numero := f"E{rang:02d}") not in pris)
    return {fichier: identifiant or next(libres) for fichier, identifiant in donnes.items()}


def lire_entretien(chemin: Path, identifiant: str | None = None) -> Entretien:
    """Lire une transcription.

    Parameters
    ----------
    chemin : Path
        Un fichier ``.docx``, ``.odt``, ``.txt``, ``.md``, ``.vtt`` ou ``.srt``.
    identifiant : str, optional
        Par défaut, celui qui commence le nom du fichier, sinon ``E01``.

    Returns
    -------
    Entretien
        Le texte canonique et ses tours ; si aucun locuteur n'est reconnu, un tour sans locuteur par paragraphe.

    Raises
    ------
    ErreurDonnees
        Fichier absent, vide, illisible, ou sans aucun texte.
    """
    chemin = Path(chemin)
    identifiant = identifiant or attribuer_identifiants([chemin.name])[chemin.name]
    try:
        paroles = _lire_paroles(chemin)
    except IllisibleError as erreur:
        raise ErreurDonnees([Probleme(relatif(chemin), 0, str(erreur), remede=erreur.remede)]) from None
    if not any(dit.strip() for _, dit in paroles):
        remede = "vérifiez que c'est le bon"
        raise ErreurDonnees([Probleme(relatif(chemin), 0, "aucun texte dans ce fichier", remede=remede)])
    return Entretien.depuis_paroles(identifiant, paroles)


def _lire_paroles(chemin: Path) -> list[tuple[str, str]]:
    match chemin.suffix.lower():
        case ".docx":
            return reconnaitre_tours(lire_docx(lire_octets(chemin)))
        case ".odt":
            return reconnaitre_tours(lire_odt(lire_octets(chemin)))
        case ".vtt" | ".srt":
            return reconnaitre_tours(lire_soustitres(lire_texte(chemin)), suite=" ")
        case ".txt" | ".md":
            return reconnaitre_tours(_paragraphes(debaliser(lire_texte(chemin))))
    raise IllisibleError(f"extension inconnue (« {chemin.suffix} »)", f"formats lus : {', '.join(EXTENSIONS)}")


def _paragraphes(texte: str) -> list[str]:
    """Séparer les paragraphes d'un texte, en recollant les lignes qu'un éditeur a coupées à largeur fixe."""
    paragraphes = []
    for bloc in re.split(r"\n\s*\n", texte):
        lignes = [ligne.strip() for ligne in bloc.split("\n") if ligne.strip()]
        coupe = len(lignes) > 1 and all(40 <= len(ligne) <= 100 for ligne in lignes[:-1])
        for rang, ligne in enumerate(lignes):
            seule = _PUCE.match(ligne) or lire_etiquette(ligne) or re.match(r"[^\W\d_][^:]{0,40} :\s", ligne)
            if rang and coupe and not seule:
                paragraphes[-1] += f" {ligne}"
            else:
                paragraphes.append(ligne)
    return paragraphes


def lire_corpus(dossier: Path, identifiants: Mapping[str, str] | None = None) -> Corpus:
    """Lire un dossier de transcriptions, ou le corpus canonique qui en a été fait.

    Parameters
    ----------
    dossier : Path
        Un dossier de transcriptions (``data/brut``), ou le dossier du corpus (``data/corpus``), reconnu à son
        ``corpus.csv``.
    identifiants : mapping of str to str, optional
        Fichier → identifiant, pour les transcriptions déjà connues.

    Returns
    -------
    Corpus
        Un entretien par fichier. Depuis des transcriptions, la description est à compléter : ``type`` est deviné, et
        ``diffusion`` est « restreinte » jusqu'à ce qu'une personne en décide autrement.

    Raises
    ------
    ErreurDonnees
        Tous les problèmes du dossier ensemble.
    """
    dossier = Path(dossier)
    if (dossier / "corpus.csv").is_file():
        return _lire_canonique(dossier)
    sources, problemes, entretiens = lister_sources(dossier), [], []
    noms = attribuer_identifiants([source.name for source in sources], identifiants)
    for source in sources:
        try:
            entretiens.append(lire_entretien(source, noms[source.name]))
        except ErreurDonnees as erreur:
            problemes += erreur.problemes
    doubles = sorted({nom for nom in noms.values() if list(noms.values()).count(nom) > 1})
    problemes += [
        Probleme(relatif(dossier), 0, "deux fichiers ont le même identifiant", double, "renommez-en un")
        for double in doubles
    ]
    lever(problemes)
    entretiens.sort(key=lambda entretien: entretien.identifiant)
    lignes = [(entretien.identifiant, _deviner_type(entretien), "", "", "", "restreinte") for entretien in entretiens]
    return Corpus(tuple(entretiens), pd.DataFrame(lignes, columns=DOCUMENTS, dtype="str"))


def _deviner_type(entretien: Entretien) -> str:
    if any(tour.locuteur for tour in entretien.tours):
        return "entretien"
    return "observation" if entretien.identifiant.startswith("O") else "document"


def _lire_canonique(dossier: Path) -> Corpus:
    chemin = dossier / "corpus.csv"
    documents, nom = lire_table(chemin, DOCUMENTS), relatif(chemin)
    problemes, entretiens = [], []
    for ligne, document in zip(documents.index, documents.itertuples(index=False), strict=True):
        for valeur, choix, quoi in (
            (document.type, TYPES, "type inconnu"),
            (document.diffusion, DIFFUSIONS, "diffusion inconnue"),
        ):
            if valeur not in choix:
                problemes.append(Probleme(nom, ligne, quoi, valeur, proposer(valeur, choix)))
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", document.entretien):
            problemes.append(
                Probleme(
                    nom, ligne, "identifiant mal formé", document.entretien, "lettres, chiffres et tirets seulement"
                )
            )
            continue
        try:
            texte = lire_texte(dossier / f"{document.entretien}.txt")
            entretiens.append(Entretien.depuis_texte(document.entretien, texte, parle=document.type == "entretien"))
        except ErreurDonnees as erreur:
            problemes += erreur.problemes
    problemes += [
        Probleme(nom, ligne, "document en double", documents.at[ligne, "entretien"], "gardez une seule ligne")
        for ligne in documents.index[documents["entretien"].duplicated()]
    ]
    lever(problemes)
    return Corpus(tuple(entretiens), documents)


def ecrire_corpus(dossier: Path, corpus: Corpus) -> list[Path]:
    """Écrire le corpus canonique : un texte par entretien, et la table qui les décrit.

    Parameters
    ----------
    dossier : Path
        Par exemple ``data/corpus``.
    corpus : Corpus
        Pseudonymisé.

    Returns
    -------
    list of Path
        Les fichiers dont le contenu a changé. Une description déjà remplie par une personne est gardée ; un document
        nouveau y ajoute sa ligne.
    """
    dossier = Path(dossier)
    documents, table = corpus.documents, dossier / "corpus.csv"
    if table.is_file():
        connus = lire_table(table, DOCUMENTS)
        nouveaux = documents[~documents["entretien"].isin(connus["entretien"])]
        documents = pd.concat([connus, nouveaux]).sort_values("entretien", kind="stable")
    ecrits = [
        chemin
        for entretien in corpus
        if ecrire_texte(chemin := dossier / f"{entretien.identifiant}.txt", entretien.texte)
    ]
    return ecrits + [table] * ecrire_table(table, documents)
