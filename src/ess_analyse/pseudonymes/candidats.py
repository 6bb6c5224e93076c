"""Proposer une clé : tout ce qui peut être un nom, réuni, classé, avec de quoi décider."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import PurePath

import pandas as pd

from ess_analyse.langue import nommer
from ess_analyse.modele import REPONSE, Corpus, est_une_parole
from ess_analyse.pseudonymes.cle import CLE, CONTEXTE
from ess_analyse.pseudonymes.contextes import ROLES
from ess_analyse.pseudonymes.groupes import Candidat, reunir
from ess_analyse.pseudonymes.identifiants import reperer_identifiants
from ess_analyse.pseudonymes.jugement import DOUTEUX, FAIBLE, PROBABLE, SUR, est_courant
from ess_analyse.pseudonymes.motif import aplatir, forme, inverser, motif_cle
from ess_analyse.pseudonymes.neutres import est_neutre
from ess_analyse.pseudonymes.prenoms import chercher_prenom
from ess_analyse.pseudonymes.propositions import Nom, proposer_pseudonymes
from ess_analyse.pseudonymes.reperage import Trouvaille, reperer_noms

__all__ = ["proposer_cle"]

_CONTEXTES = 3
_AUTOUR = 28
"""Signes montrés de part et d'autre d'un nom."""
_ORDRE = ("personne", "coordonnées", "organisation", "lieu", "autre")
_SECRETS = frozenset(("âge", "date de naissance"))
"""Les identifiants qui peuvent contenir un nom à chercher lui aussi (« Samir, né le… »)."""
_COLONNES = ("structure", "fonction")


def proposer_cle(corpus: Corpus, cle: pd.DataFrame | None = None, *, fichiers: Iterable[str] = ()) -> pd.DataFrame:
    r"""Proposer à une personne ce qui reste à pseudonymiser : des noms possibles, chacun avec un remplacement.

    Rien n'est décidé : la colonne ``valide`` est vide. Les noms viennent des étiquettes des tours, des prénoms de
    l'état civil (sans capitale aussi), des lieux connus, des mots à capitale, des mots voisins (« madame », « rue »,
    « habiter à ») et de la forme des numéros et des adresses ; l'apprentissage (spaCy) aide à dire leur nature. Un nom
    que rien de cela ne distingue d'un mot (« coup de main », sans capitales) n'est pas trouvé : la proposition ne
    remplace pas la relecture.

    Parameters
    ----------
    corpus : Corpus
        Le corpus tel que lu, avant toute pseudonymisation.
    cle : DataFrame, optional
        La clé existante, toutes lignes (``lire_cle(…, toutes=True)``) : ce qui y est décidé, oui ou non, n'est pas
        proposé de nouveau ; ce qui n'y est pas décidé garde sa nature et son pseudonyme.
    fichiers : iterable of str
        Les noms des fichiers reçus, qui nomment souvent la personne.

    Returns
    -------
    DataFrame
        Colonnes de la clé, ``occurrences`` (ce que la ligne remplacerait ; pour un nom qui ne se dit qu'au sein d'un
        plus long, ce qu'elle remplacerait sans lui) et ``contextes`` (jusqu'à trois, séparés par
        `` | ``, chacun avec sa place et le nom entre ``›`` et ``‹``) ; du plus au moins certain, puis par nature, puis
        du plus au moins fréquent.

    Examples
    --------
    >>> from ess_analyse.modele import DOCUMENTS, Entretien
    >>> e01 = Entretien.depuis_texte("E01", "Delphine : Ben j'ai dit à samir de passer à Montclair.\n")
    >>> documents = pd.DataFrame([["E01", "entretien", "S1", "direction", "2025", "restreinte"]], columns=DOCUMENTS)
    >>> proposition = proposer_cle(Corpus((e01,), documents))
    >>> proposition[["reel", "nature", "occurrences"]].values.tolist()
    [['Delphine', 'personne', 1], ['Samir', 'personne', 1], ['Montclair', 'lieu', 1]]
    >>> proposition["contextes"].iloc[0]
    "E01:0-8 ›Delphine‹ : Ben j'ai dit à samir de p…"
    """
    cle = pd.DataFrame(columns=CLE, dtype="str") if cle is None else cle
    decidees, attente = cle[cle["valide"] != ""], cle[cle["valide"] == ""]
    lieux = [*_lieux(corpus), *((f"fichier {nom}", _nom_de_fichier(nom)) for nom in fichiers)]
    trouvailles, candidats = _chercher(corpus, lieux, decidees)
    candidats += reunir(trouvailles)
    candidats = _reprendre(candidats, attente, decidees)
    occurrences = _compter(lieux, candidats, decidees)
    oublies = _oublies(trouvailles, candidats, decidees)
    if oublies:
        occurrences = _compter(lieux, [*candidats, *oublies], decidees)
    _compter_parties(lieux, candidats, occurrences)
    candidats += oublies
    garder = [rang for rang, candidat in enumerate(candidats) if occurrences[rang] or candidat.cle in _formes(attente)]
    return _dresser([candidats[rang] for rang in garder], [occurrences[rang] for rang in garder], cle)


def _lieux(corpus: Corpus) -> Iterator[tuple[str, str]]:
    for entretien in corpus:
        yield entretien.identifiant, entretien.texte
    for document in corpus.documents.to_dict("records"):
        for colonne in _COLONNES:
            if document[colonne]:
                yield f"{document['entretien']} {colonne}", document[colonne]


def _nom_de_fichier(nom: str) -> str:
    """Rendre un nom de fichier lisible comme un texte : « E05_Tessier.vtt » → « Tessier »."""
    return " ".join(part for part in re.split(r"[\s_.-]+", PurePath(nom).stem) if not re.search(r"\d", part))


def _formes(cle: pd.DataFrame) -> frozenset[tuple[bool, str]]:
    return frozenset(map(forme, cle["reel"]))


def _chercher(
    corpus: Corpus, lieux: Sequence[tuple[str, str]], decidees: pd.DataFrame
) -> tuple[list[Trouvaille], list[Candidat]]:
    """Chercher partout ; rendre les noms possibles, et les identifiants."""
    motif = motif_cle(decidees)
    paroles = [entretien.extrait(tour.debut, tour.fin) for entretien in corpus for tour in entretien.tours]
    trouvailles: list[Trouvaille] = []
    identifiants: dict[str, Candidat] = {}
    for texte, entites in zip(paroles, nommer(paroles), strict=True):
        connus = [trouve.span() for trouve in motif.finditer(texte)]
        for sorte, debut, fin, sur in reperer_identifiants(texte):
            reel = re.sub(r"\s+", " ", texte[debut:fin])
            if not any(a <= debut and fin <= b for a, b in connus):
                identifiants.setdefault(
                    aplatir(reel), Candidat(Nom(reel, "coordonnées", sorte), SUR if sur else PROBABLE)
                )
            if sorte not in _SECRETS:
                connus.append((debut, fin))
        trouvailles += reperer_noms(texte, entites, connus)
    etiquettes = {tour.locuteur for entretien in corpus for tour in entretien.tours if tour.locuteur}
    parlent = [trouve for etiquette in sorted(etiquettes) for trouve in _lire_etiquette(etiquette, motif)]
    initiales = {trouve.forme for trouve in parlent if trouve.forme.isupper()}
    trouvailles = [_nommer_qui_parle(un) if un.forme in initiales else un for un in trouvailles] + parlent
    for lieu, texte in lieux:
        if lieu not in corpus:
            connus = [trouve.span() for trouve in motif.finditer(texte)]
            trouves = reperer_noms(texte, (), connus, etiquette=True)
            trouvailles += [trouve for trouve in trouves if trouve.certitude < FAIBLE]
    return trouvailles, [*identifiants.values(), *_initiales(trouvailles, paroles, motif)]


def _initiales(trouvailles: Sequence[Trouvaille], paroles: Iterable[str], motif: re.Pattern) -> list[Candidat]:
    """Chercher les initiales de qui est nommé en entier : « AR, c'est moi » pour Amandine Roussel."""
    paires = {
        prenom.forme[0] + nom.forme[0]
        for prenom, nom in pairwise(trouvailles)
        if (prenom.sorte, nom.sorte) == ("prénom", "nom") and nom.debut - prenom.fin == 1
    }
    ecrites = {mot for dit in paroles for mot in re.findall(r"(?<![^\W_])[A-ZÀ-Þ]{2}(?![^\W_])", dit)}
    return [
        Candidat(Nom(paire, "personne", "initiales"), DOUTEUX)
        for paire in sorted(paires & ecrites)
        if not est_neutre(paire) and not motif.search(paire)
    ]


def _lire_etiquette(etiquette: str, motif: re.Pattern) -> list[Trouvaille]:
    if (
        not est_une_parole(etiquette)
        or etiquette == REPONSE
        or motif.search(etiquette)
        or (ROLES.match(etiquette) and not chercher_prenom(etiquette))
    ):
        return []
    trouves = [replace(trouve, certitude=SUR) for trouve in reperer_noms(etiquette, etiquette=True)]
    if trouves:
        return [_nommer_qui_parle(trouve) for trouve in trouves]
    sorte = "prénom" if chercher_prenom(etiquette) else "nom"
    nomme = sum(map(str.isalpha, etiquette)) > 1 and not re.search(r"\d", etiquette)
    return [Trouvaille(etiquette, 0, len(etiquette), "personne", sorte, PROBABLE)] if nomme else []


def _nommer_qui_parle(trouve: Trouvaille) -> Trouvaille:
    """Tenir des initiales en tête d'un tour pour une personne, appelée comme par son prénom."""
    if trouve.sorte == "sigle":
        return replace(trouve, nature="personne", sorte="prénom")
    return replace(trouve, nature=trouve.nature or "personne")


def _reprendre(candidats: list[Candidat], attente: pd.DataFrame, decidees: pd.DataFrame) -> list[Candidat]:
    """Retirer ce qui est décidé, garder ce qu'une personne a déjà noté sans décider, ne rien dire deux fois."""
    connues = {aplatir(nu) for _, nu in _formes(decidees)}
    notes = {forme(ligne.reel): ligne for ligne in attente.itertuples()}
    proches = {aplatir(nu): note for (_, nu), note in notes.items()}
    repris: dict[tuple[bool, str], Candidat] = {}
    for candidat in sorted(candidats, key=lambda candidat: candidat.certitude):
        note = notes.get(candidat.cle, proches.get(aplatir(candidat.cle[1])))
        if note is not None:
            candidat = replace(candidat, nom=replace(candidat.nom, reel=note.reel, nature=note.nature))
        elif aplatir(candidat.cle[1]) in connues:
            continue
        repris.setdefault(candidat.cle, candidat)
    for cle, note in notes.items():
        repris.setdefault(cle, Candidat(Nom(note.reel, note.nature), PROBABLE))
    return list(repris.values())


def _table(candidats: Sequence[Candidat], decidees: pd.DataFrame) -> pd.DataFrame:
    lignes = [(candidat.nom.reel, candidat.nom.nature) for candidat in candidats]
    lignes += list(decidees[["reel", "nature"]].itertuples(index=False, name=None))
    return pd.DataFrame(lignes, columns=["reel", "nature"], dtype="str")


def _compter(
    lieux: Sequence[tuple[str, str]], candidats: Sequence[Candidat], decidees: pd.DataFrame
) -> list[list[tuple[str, str]]]:
    """Rendre, pour chaque candidat, chaque place que sa ligne remplacerait, avec son contexte."""
    table = _table(candidats, decidees)
    index: dict[tuple[bool, str], list[int]] = defaultdict(list)
    noms = list(table[["reel", "nature"]].itertuples(index=False, name=None))
    for rang, reel in [*enumerate(table["reel"]), *((rang, inverser(*nom)) for rang, nom in enumerate(noms))]:
        a_article, nu = forme(reel)
        index[a_article, aplatir(nu)].append(rang)
    motif = motif_cle(table)
    places: list[list[tuple[str, str]]] = [[] for _ in range(len(table))]
    for lieu, texte in lieux:
        for trouve in motif.finditer(texte):
            nu = trouve["nu"] or trouve["nom"]
            rangs = index[bool(trouve["nu"]), aplatir(nu)]
            rang = next((rang for rang in rangs if table["reel"].iat[rang].endswith(nu)), rangs[0])
            places[rang].append((lieu, _contexte(lieu, texte, trouve)))
    return places[: len(candidats)]


def _compter_parties(
    lieux: Sequence[tuple[str, str]], candidats: Sequence[Candidat], occurrences: list[list[tuple[str, str]]]
) -> None:
    """Montrer une partie qui ne se dit jamais seule là où elle est : dans le nom qui la contient."""
    seuls = [rang for rang in range(len(candidats)) if not occurrences[rang]]
    aucune = pd.DataFrame(columns=CLE, dtype="str")
    for rang, places in zip(seuls, _compter(lieux, [candidats[rang] for rang in seuls], aucune), strict=True):
        occurrences[rang] = places


def _contexte(lieu: str, texte: str, trouve: re.Match) -> str:
    debut, fin = trouve.span()
    avant, apres = texte[max(0, debut - _AUTOUR) : debut], texte[fin : fin + _AUTOUR]
    montre = f"{'…' * (debut > _AUTOUR)}{avant}›{trouve[0]}‹{apres}{'…' * (fin + _AUTOUR < len(texte))}"
    place = f"{lieu}:{debut}-{fin}" if " " not in lieu else lieu
    montre = re.sub(r"\s+", " ", montre).replace("|", "/").strip()
    return f"{place} {montre}"


def _oublies(
    trouvailles: Sequence[Trouvaille], candidats: Sequence[Candidat], decidees: pd.DataFrame
) -> list[Candidat]:
    """Ajouter telle quelle une écriture qu'aucune ligne ne remplacerait, sauf si elle est aussi un mot."""
    motif = motif_cle(_table(candidats, decidees))
    par_cle = {aplatir(candidat.cle[1]): candidat for candidat in candidats}
    ajouts: dict[tuple[bool, str], Candidat] = {}
    for trouve in trouvailles:
        ecrit, modele = re.sub(r"\s+", " ", trouve.forme), par_cle.get(aplatir(trouve.forme))
        if (
            modele
            and not motif.search(ecrit)
            and not all(est_courant(mot.lower()) for mot in re.split(r"[\s-]", ecrit))
        ):
            ajouts.setdefault(forme(ecrit), replace(modele, nom=replace(modele.nom, reel=ecrit)))
    return list(ajouts.values())


def _dresser(
    candidats: Sequence[Candidat], occurrences: Sequence[Sequence[tuple[str, str]]], cle: pd.DataFrame
) -> pd.DataFrame:
    pseudonymes = _pseudonymes(candidats, cle)
    lignes = [
        (*ligne, "", len(places), " | ".join(_echantillon(places)), candidat.certitude)
        for candidat, places, *ligne in (
            (candidat, places, candidat.nom.reel, pseudonyme, candidat.nom.nature)
            for candidat, places, pseudonyme in zip(candidats, occurrences, pseudonymes, strict=True)
        )
    ]
    table = pd.DataFrame(lignes, columns=[*CLE, *CONTEXTE, "certitude"])
    table["rang"] = table["nature"].map(_ORDRE.index)
    ordre = ["certitude", "rang", "occurrences", "reel"]
    table = table.sort_values(ordre, ascending=[True, True, False, True], kind="stable", ignore_index=True)
    types = {**dict.fromkeys([*CLE, "contextes"], "str"), "occurrences": "int64"}
    return table[[*CLE, *CONTEXTE]].astype(types)


def _echantillon(places: Sequence[tuple[str, str]]) -> list[str]:
    """Montrer des contextes de documents différents d'abord."""
    premiers = {lieu: contexte for lieu, contexte in reversed(places)}
    autres = [contexte for _, contexte in places if contexte not in premiers.values()]
    return [*reversed(premiers.values()), *autres][:_CONTEXTES]


def _pseudonymes(candidats: Sequence[Candidat], cle: pd.DataFrame) -> list[str]:
    """Proposer les pseudonymes ; garder ceux qu'une personne a écrits ; n'en laisser aucun contenir un vrai nom."""
    ecrits: Mapping[tuple[bool, str], str] = {
        forme(ligne.reel): ligne.pseudonyme for ligne in cle.itertuples() if ligne.pseudonyme and not ligne.valide
    }
    pris = [*cle["reel"], *(mot for nom in cle["reel"] for mot in nom.split()), *cle["pseudonyme"]]
    proposes = proposer_pseudonymes([candidat.nom for candidat in candidats], pris)
    motif = motif_cle(_table(candidats, cle))
    return [
        ecrits.get(candidat.cle) or (f"[{candidat.nom.nature}]" if motif.search(propose) else propose)
        for candidat, propose in zip(candidats, proposes, strict=True)
    ]
