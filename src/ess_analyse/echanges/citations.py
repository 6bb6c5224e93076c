"""Les citations codées, une ligne par citation et par code : ce que l'on filtre, trie et colle dans un article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

import pandas as pd

from ess_analyse.codages import ARBITRAGE, HUMAIN, MAJORITE
from ess_analyse.echanges.classeur import en_classeur
from ess_analyse.echanges.codes import ACCEPTEE, lire_provenance, ranger, verifier_codages
from ess_analyse.enseignements import Enseignement
from ess_analyse.erreurs import ErreurDonnees, Probleme, proposer, relatif
from ess_analyse.feuilles import proteger
from ess_analyse.fichiers import ecrire_octets, ecrire_table
from ess_analyse.grille import Grille
from ess_analyse.modele import RIEN, Corpus, Place
from ess_analyse.publication import verbatims_publiables

__all__ = ["CITATIONS", "PERTES", "composer_citations", "exporter_citations"]

CITATIONS = {
    "code": "L'identifiant du code dans la grille.",
    "libelle": "Son libellé.",
    "chemin": "Où il est rangé : « Risque > Charge de travail ».",
    "dimension": "La manière de coder dont il fait partie : le thème, le prisme.",
    "citation": "La phrase, telle que le corpus la dit.",
    "locuteur": "Qui la dit, sous son pseudonyme.",
    "avant": "Les deux phrases qui la précèdent dans le document.",
    "apres": "Les deux phrases qui la suivent.",
    "document": "L'entretien, l'observation ou le document d'où elle vient.",
    "type": "Entretien, observation ou document.",
    "structure": "La structure.",
    "fonction": "La fonction de la personne, ou sa famille de fonctions.",
    "date": "La date du document.",
    "diffusion": "« publique » si la phrase peut être citée, « restreinte » sinon.",
    "codeur": "Qui a posé le code ; « majorite » ou « arbitrage » pour un avis consolidé.",
    "origine": "« humain », ou « suggestion acceptée » si la machine avait proposé ce code.",
    "methode": "Comment la machine l'avait proposé.",
    "score": "Son score, de 0 à 1.",
    "indice": "Les mots qui en étaient la cause.",
    "memo": "Ce que la personne a noté à côté.",
    "enseignements": "Les enseignements qui citent cette phrase ; « (contre) » s'ils la citent comme opposée.",
    "place": "Sa place dans le corpus : document, début, fin (en caractères, fin exclue).",
    "lien": "Son adresse dans la page des verbatims du site, si elle y est publiée.",
}
"""Chaque colonne, et ce qu'elle veut dire."""

PERTES = (
    "Les phrases lues sans rien y coder n'y sont pas.",
    "Le texte entier des documents n'y est pas : seulement les phrases codées et leurs voisines.",
    "Le mode d'emploi des codes (définitions, exemples, indices) n'y est pas.",
    "Les mémos des phrases sans code n'y sont pas.",
)

_RESERVEES = ["locuteur", "type", "date", "codeur", "memo"]
"""Ce que le site ne montre pas à côté d'une citation : un export publiable n'en dit pas plus que lui."""
_THEME = "theme"
_AUTOUR = 2
_COUPE = "[…]"
_LARGEURS = {"citation": 60, "avant": 40, "apres": 40, "chemin": 32, "memo": 32, "libelle": 26, "place": 18, "lien": 30}
"""En caractères, pour ce qui est plus long qu'un mot."""


def composer_citations(
    corpus: Corpus,
    segments: pd.DataFrame,
    grille: Grille,
    codages: pd.DataFrame,
    *,
    memos: pd.DataFrame | None = None,
    enseignements: Iterable[Enseignement] = (),
    liens: Mapping[str, str] | None = None,
    sources: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Mettre les codages en table, une ligne par citation et par code (et par codeur, s'ils sont plusieurs).

    Parameters
    ----------
    corpus, segments, grille, codages
        L'étude ; les codages d'une personne, de plusieurs, ou leur avis consolidé.
    memos : DataFrame, optional
        ``segment, codeur, memo``. Un avis de la majorité ou arbitré reçoit ceux de tous, précédés de leur
        nom, si d'autres que lui en ont écrit.
    enseignements : iterable of Enseignement
        Ceux dont on veut savoir s'ils citent la phrase.
    liens : mapping of str to str, optional
        Place → adresse dans le site.
    sources : DataFrame, optional
        Ce que l'on peut dire de chaque document (:func:`~ess_analyse.decrire_sources`). S'il est donné, la table ne
        contient que ce qui peut sortir, et n'en dit pas plus que les citations du site : phrases publiques des
        personnes interrogées, thèmes seuls (les prismes, croisés aux citations, rendraient des cellules masquées),
        structure et famille de fonctions élargie, « […] » à la place d'une voisine restreinte, ni locuteur, ni date,
        ni codeur, ni mémo.

    Returns
    -------
    DataFrame
        Les colonnes de ``CITATIONS``, dans l'ordre de la grille, puis du corpus, puis des codages.

    Raises
    ------
    ErreurDonnees
        Si un codage désigne un code ou une phrase qui n'existe pas.

    Examples
    --------
    >>> from ess_analyse.grille import Code
    >>> from ess_analyse.modele import CODAGES, DOCUMENTS, SEGMENTS, Entretien
    >>> e01 = Entretien.depuis_texte("E01", "Marion : Ben oui. On ressaisit tout.")
    >>> documents = pd.DataFrame([["E01", "entretien", "S1", "gérante", "2025-03", "publique"]], columns=DOCUMENTS)
    >>> lignes = [["E01:9-17", "E01", 1, "Marion", 9, 17, "Ben oui."],
    ...           ["E01:18-36", "E01", 1, "Marion", 18, 36, "On ressaisit tout."]]
    >>> segments = pd.DataFrame(lignes, columns=SEGMENTS)
    >>> grille = Grille(1, (), (Code("R-CHARGE", "theme", "Charge de travail", "…", *[()] * 5),))
    >>> codages = pd.DataFrame([["E01:18-36", "ana", "R-CHARGE", "humain"]], columns=CODAGES)
    >>> table = composer_citations(Corpus((e01,), documents), segments, grille, codages)
    >>> table[["chemin", "citation", "avant"]].values.tolist()
    [['Risque > Charge de travail', 'On ressaisit tout.', 'Ben oui.']]
    """
    verifier_codages(codages, segments, grille)
    poses, documents = codages[codages["code"] != RIEN], corpus.documents
    if sources is not None:
        poses = poses[poses["code"].isin(grille.ids(_THEME))]
        poses = poses[poses["segment"].isin(verbatims_publiables(segments, poses, corpus)["segment"])]
        documents = _elargir(documents, sources)
    rangs = {nom: rang for rang, nom in enumerate([*grille.ids(), *segments["segment"]])}
    poses = poses.sort_values(["code", "segment"], key=lambda noms: noms.map(rangs), kind="stable")
    table = poses.merge(segments, on="segment").merge(documents.drop(columns="diffusion"), on="entretien")
    codes, provenances = [grille[code] for code in table["code"]], list(map(lire_provenance, table["origine"]))
    voisines = _lire_voisines(segments, set(table["segment"]), corpus if sources is not None else None)
    publics = table["segment"].map(corpus.est_public).astype("bool")
    preuves, notes = _Preuves(enseignements), _Notes(memos)
    table = table.assign(
        libelle=[code.libelle for code in codes],
        chemin=list(map(ranger, codes)),
        dimension=[code.dimension for code in codes],
        citation=table["texte"],
        avant=[voisines[segment][0] for segment in table["segment"]],
        apres=[voisines[segment][1] for segment in table["segment"]],
        document=table["entretien"],
        diffusion=["publique" if public else "restreinte" for public in publics],
        origine=[HUMAIN if provenance.score is None else ACCEPTEE for provenance in provenances],
        methode=[provenance.methode for provenance in provenances],
        score=pd.array([provenance.score for provenance in provenances], dtype="Float64"),
        indice=[provenance.indice for provenance in provenances],
        memo=[notes.dire(*pose) for pose in zip(table["segment"], table["codeur"], strict=True)],
        enseignements=[preuves.citer(Place.lire(segment)) for segment in table["segment"]],
        place=table["segment"],
        lien=[(liens or {}).get(segment, "") for segment in table["segment"]],
    )[list(CITATIONS)]
    table = table.astype(dict.fromkeys(set(CITATIONS) - {"score"}, "str"))
    return table if sources is None else table.drop(columns=_RESERVEES)


def exporter_citations(
    chemin: Path, citations: pd.DataFrame, *, titre: str = "", fictif: bool = False, avis: str = ""
) -> bool:
    """Écrire les citations dans une table CSV ou un classeur.

    Un texte n'y est jamais une formule : le classeur ne contient que des textes et des nombres ; dans le CSV, ce qu'un
    tableur prendrait pour une formule, un nombre ou une date reçoit une apostrophe en tête, comme dans une feuille de
    codage. Le classeur s'ouvre sur une feuille « Lisez-moi » qui dit ce que chaque colonne veut dire.

    Parameters
    ----------
    chemin : Path
        Un ``.csv`` ou un ``.xlsx``.
    citations : DataFrame
        Ce que rend :func:`composer_citations`.
    titre, avis : str
        Le nom de l'étude, et de qui sont les codages, pour la feuille « Lisez-moi ».
    fictif : bool
        Vrai si personne ne se cache derrière les paroles.

    Returns
    -------
    bool
        Vrai si le fichier a changé. Deux exports des mêmes données sont identiques à l'octet.

    Raises
    ------
    ErreurDonnees
        Extension inconnue, ou écriture impossible.

    Examples
    --------
    >>> exporter_citations(Path("citations.doc"), pd.DataFrame())
    Traceback (most recent call last):
    ess_analyse.erreurs.ErreurDonnees: citations.doc : extension inconnue (« .doc »). Choix possibles : .csv, .xlsx.
    """
    extension = Path(chemin).suffix.lower()
    if extension == ".csv":
        textes = citations.columns.difference(["score"])
        return ecrire_table(chemin, citations.assign(**{nom: citations[nom].map(proteger) for nom in textes}))
    if extension == ".xlsx":
        presentation = _presenter(citations, titre, fictif, avis)
        return ecrire_octets(chemin, en_classeur("Citations", citations, presentation, _LARGEURS))
    remede = proposer(extension, (".csv", ".xlsx"))
    raise ErreurDonnees([Probleme(relatif(chemin), 0, "extension inconnue", extension, remede)])


def _elargir(documents: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    decrits = documents[["entretien"]].merge(sources, on="entretien", how="left", validate="1:1").fillna("")
    libelles = decrits["libelle_structure"].to_numpy()
    structures = documents["structure"].mask(libelles != "", libelles)
    return documents.assign(structure=structures, fonction=decrits["famille"].to_numpy())


def _lire_voisines(segments: pd.DataFrame, voulus: set[str], corpus: Corpus | None) -> dict[str, tuple[str, str]]:
    """Lire ce qui entoure des phrases ; un corpus donné, « […] » remplace ce qui ne peut être cité."""
    voisines = {}
    for _, rangee in segments.groupby("entretien", sort=False):
        noms, textes = list(rangee["segment"]), list(rangee["texte"])
        if corpus is not None:
            textes = [texte if corpus.est_public(nom) else _COUPE for nom, texte in zip(noms, textes, strict=True)]
        for rang, nom in enumerate(noms):
            if nom in voulus:
                autour = textes[max(0, rang - _AUTOUR) : rang], textes[rang + 1 : rang + 1 + _AUTOUR]
                voisines[nom] = tuple(" ".join(texte for texte, _ in groupby(cote)) for cote in autour)
    return voisines


class _Preuves:
    """Les places que citent les enseignements, rangées par document."""

    def __init__(self, enseignements: Iterable[Enseignement]):
        self._places: dict[str, list[tuple[Place, str]]] = {}
        for enseignement in enseignements:
            for places, marque in ((enseignement.preuves, ""), (enseignement.contre, " (contre)")):
                for place in places:
                    self._places.setdefault(place.entretien, []).append((place, f"{enseignement.numero}{marque}"))

    def citer(self, place: Place) -> str:
        places = self._places.get(place.entretien, ())
        return ", ".join(dict.fromkeys(nom for p, nom in places if p.debut < place.fin and place.debut < p.fin))


class _Notes:
    """Les mémos de chaque phrase, par codeur."""

    def __init__(self, memos: pd.DataFrame | None):
        self._notes: dict[str, dict[str, str]] = {}
        for segment, codeur, memo in () if memos is None else memos.itertuples(index=False):
            self._notes.setdefault(segment, {})[codeur] = memo

    def dire(self, segment: str, codeur: str) -> str:
        notes = self._notes.get(segment, {})
        if codeur in (MAJORITE, ARBITRAGE) and notes.keys() != {codeur}:
            return "\n".join(f"{nom} : {memo}" for nom, memo in notes.items())
        return notes.get(codeur, "")


def _presenter(citations: pd.DataFrame, titre: str, fictif: bool, avis: str) -> list[tuple[str, str]]:
    """Écrire la feuille « Lisez-moi » : une ligne par chose à savoir."""
    restreintes = int((citations["diffusion"] == "restreinte").sum())
    if "codeur" not in citations:
        sortie = "Ce classeur ne contient que ce que le site peut montrer : phrases publiques, sources élargies."
    else:
        sortie = (
            f"Ce classeur n'est pas publiable : {restreintes} de ses {len(citations)} lignes sont des passages "
            "restreints, et il dit la fonction exacte des personnes. Ne le déposez pas."
        )
    return [
        ("Étude", titre or "(sans titre)"),
        ("Paroles", "Fictives." if fictif else "De vraies personnes, pseudonymisées, non anonymisées."),
        ("Codages", avis or "De tous les codeurs."),
        ("Diffusion", sortie),
        ("Lignes", "Une par citation et par code : une phrase qui porte deux codes tient sur deux lignes."),
        *(("Ce qui n'y est pas", perte) for perte in PERTES),
        *((nom, sens) for nom, sens in CITATIONS.items() if nom in citations),
    ]
