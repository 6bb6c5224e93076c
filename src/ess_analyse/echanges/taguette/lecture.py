"""Lire ce que Taguette et LibreQDA enregistrent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ess_analyse.echanges.bases import Base, demesure, est_base, ouvrir_base
from ess_analyse.echanges.graduations import Graduation, memes_mots
from ess_analyse.echanges.lignes import CHEMINS, Mesure, en_reprises
from ess_analyse.echanges.projet import INCONNUE, Projet, Source
from ess_analyse.echanges.refi.codes import numeroter
from ess_analyse.echanges.taguette.balises import rendre
from ess_analyse.echanges.taguette.etiquettes import Auteurs, designer, lire_auteurs, ranger_etiquettes
from ess_analyse.erreurs import ErreurDonnees, Probleme, proposer, relatif
from ess_analyse.fichiers import analyser_table, lire_texte
from ess_analyse.modele import DOCUMENTS

__all__ = ["lire_taguette"]

_CITATIONS = ("document", "tag", "content")
_LIVRE = ("tag", "description")
_AUTRES = ("id", "collection", "color", "parent", "number of highlights", "number of documents")
"""Ce que Taguette 1.5 et LibreQDA 1.2 écrivent de plus dans leurs CSV."""
_APERCU = 60


def lire_taguette(chemin: Path, projet: str | None = None) -> Projet:
    r"""Lire un projet de Taguette ou de LibreQDA, ou l'un de leurs exports.

    Les positions, comptées là-bas en octets UTF-8 du HTML, deviennent des points de code du texte rendu. Quand les mots
    qui s'y trouvent ne sont pas ceux que Taguette a gardés avec le passage, la position est ``INCONNUE`` et les mots
    font foi. Le codeur est celui que le journal du projet nomme ; un projet exporté ne le dit plus.

    Parameters
    ----------
    chemin : Path
        Un projet ``.sqlite3``, un export CSV des passages (« highlights ») ou du livre de codes (« codebook »).
    projet : str, optional
        Le nom ou le numéro du projet, quand le fichier en contient plusieurs.

    Returns
    -------
    Projet
        D'un export des passages, les mots seuls ; d'un livre de codes, les codes seuls.

    Raises
    ------
    ErreurDonnees
        Fichier qui n'est ni l'un ni l'autre, abîmé ou piégé ; plusieurs projets, ou aucun de ce nom.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     csv = Path(dossier, "all_tags.csv")
    ...     _ = csv.write_text("id,document,tag,content\n1,E01,Charge,On ressaisit.\n", encoding="utf-8")
    ...     lire_taguette(csv).codages[["source", "code", "texte"]].values.tolist()
    [['E01', 'Charge', 'On ressaisit.']]
    """
    chemin = Path(chemin)
    if not est_base(chemin):
        return _lire_csv(chemin)
    with ouvrir_base(chemin) as base:
        return _lire_projet(base, _choisir(base, projet))


def _lire_csv(chemin: Path) -> Projet:
    texte, nom = lire_texte(chemin), relatif(chemin)
    if "content" not in texte.partition("\n")[0].lower():
        livre = analyser_table(texte, nom, _LIVRE, _AUTRES)
        etiquettes = livre.rename(columns={"tag": "path", "parent": "mere"}).to_dict("records")
        return Projet(nom, (), ranger_etiquettes(nom, etiquettes), en_reprises(nom, []))
    citations = analyser_table(texte, nom, _CITATIONS, _AUTRES)
    lignes, ecartes = [], []
    for citation in citations.itertuples():
        if not citation.content.strip():
            ecartes.append(Probleme(nom, citation.Index, "passage sans mots, laissé de côté"))
        elif not citation.tag:
            ecartes.append(_sans_etiquette(nom, citation.content, citation.Index))
        else:
            code = designer(citation.tag)
            lignes.append((citation.document, INCONNUE, INCONNUE, citation.content, "", code, "", ""))
    etiquettes = [
        {"path": chemin, "description": "", "mere": ""} for chemin in dict.fromkeys(citations["tag"]) if chemin
    ]
    sources = tuple(Source(document) for document in dict.fromkeys(citations["document"]))
    return Projet(nom, sources, ranger_etiquettes(nom, etiquettes), en_reprises(nom, lignes), tuple(ecartes))


def _choisir(base: Base, projet: str | None) -> int:
    noms = {str(ligne["id"]): ligne["name"] for ligne in base.lire("projects", {"id": int, "name": str})}
    if not noms:
        raise ErreurDonnees([Probleme(base.nom, 0, "ce fichier ne contient aucun projet")])
    choisis = [numero for numero, nom in noms.items() if projet in (None, nom, numero)]
    if len(choisis) == 1:
        return int(choisis[0])
    liste = ", ".join(f"« {nom} » (n° {numero})" for numero, nom in noms.items())
    if projet is None:
        raise ErreurDonnees(
            [
                Probleme(
                    base.nom, 0, "ce fichier contient plusieurs projets", remede=f"choisissez avec --projet : {liste}"
                )
            ]
        )
    message = "plusieurs projets ont ce nom" if choisis else "projet introuvable"
    remede = "" if choisis else proposer(projet, [*noms.values()])
    raise ErreurDonnees([Probleme(base.nom, 0, message, projet, remede or f"choisissez avec --projet : {liste}")])


def _lire_projet(base: Base, projet: int) -> Projet:
    etiquettes = _lire_etiquettes(base, projet)
    documents = _lire_documents(base, projet)
    colonnes = {"id": int, "document_id": int, "start_offset": int, "end_offset": int, "snippet": str}
    surlignages = [ligne for ligne in base.lire("highlights", colonnes) if ligne["document_id"] in documents]
    poses: dict[int, list[int]] = {}
    for lien in base.lire("highlight_tags", {"highlight_id": int, "tag_id": int}):
        if lien["tag_id"] in etiquettes:
            poses.setdefault(lien["highlight_id"], []).append(lien["tag_id"])
    auteurs = _lire_auteurs(base, projet)
    lignes, ecartes, mesure = [], [], Mesure(base.nom)
    for surlignage in sorted(
        surlignages, key=lambda s: (s["document_id"], s["start_offset"], s["end_offset"], s["id"])
    ):
        source, document = documents[surlignage["document_id"]]
        mesure.ajouter(min(surlignage["end_offset"] - surlignage["start_offset"], len(document.texte)))
        debut, fin, mots = _situer(surlignage, document)
        siennes = sorted(poses.get(surlignage["id"], []), key=lambda etiquette: etiquettes[etiquette]["path"])
        if not mots:
            ecartes.append(Probleme(base.nom, 0, "passage sans mots, laissé de côté", source.nom))
        elif not siennes:
            ecartes.append(_sans_etiquette(base.nom, mots))
        lignes += _coder(source.nom, (debut, fin, mots), surlignage["id"], siennes, etiquettes, auteurs) if mots else []
    sources = tuple(source for source, _ in documents.values())
    return Projet(
        base.nom,
        sources,
        ranger_etiquettes(base.nom, [*etiquettes.values()]),
        en_reprises(base.nom, lignes),
        tuple(ecartes),
    )


def _coder(
    source: str,
    passage: tuple[int, int, str],
    surlignage: int,
    siennes: Sequence[int],
    etiquettes: Mapping[int, Mapping[str, Any]],
    auteurs: Auteurs,
) -> Iterator[tuple[Any, ...]]:
    for etiquette in siennes:
        codeur, date = auteurs.trouver(surlignage, etiquette)
        yield (source, *passage, codeur, designer(etiquettes[etiquette]["path"]), "", date)


def _lire_etiquettes(base: Base, projet: int) -> dict[int, dict[str, Any]]:
    colonnes = {"id": int, "project_id": int, "path": str, "description": str}
    lignes = base.lire("tags", colonnes, {"parent_id": int})
    etiquettes = {ligne["id"]: ligne for ligne in lignes if ligne["project_id"] == projet}
    for etiquette in etiquettes.values():
        etiquette["mere"] = etiquettes.get(etiquette["parent_id"], {}).get("path", "")
    return etiquettes


def _lire_documents(base: Base, projet: int) -> dict[int, tuple[Source, Graduation]]:
    colonnes = {"id": int, "project_id": int, "name": str, "description": str, "contents": str}
    rayons = _lire_collections(base)
    pris: dict[str, int] = {}
    documents = {}
    for ligne in sorted(base.lire("documents", colonnes), key=lambda ligne: ligne["id"]):
        if ligne["project_id"] == projet:
            variables = _lire_description(ligne["description"])
            variables["collection"] = ", ".join(rayons.get(ligne["id"], []))
            variables = {nom: valeur for nom, valeur in variables.items() if valeur}
            document = rendre(ligne["contents"])
            documents[ligne["id"]] = Source(numeroter(ligne["name"], pris), document.texte, variables), document
    return documents


def _lire_description(description: str) -> dict[str, str]:
    """Lire la description d'un document, qui sort de l'export de ce programme si chaque ligne nomme une colonne."""
    lignes = [ligne.partition("\u00a0: ") for ligne in description.split("\n")]
    if all(nom in DOCUMENTS for nom, *_ in lignes):
        return {nom: valeur for nom, _, valeur in lignes}
    return {"description": description}


def _lire_collections(base: Base) -> dict[int, list[str]]:
    """Lire dans quelles collections LibreQDA range chaque document."""
    noms = {ligne["id"]: ligne["name"] for ligne in base.lire("collections", {"id": int, "name": str}, exigee=False)}
    rayons: dict[int, list[str]] = {}
    signes = 0
    for lien in base.lire("collection_documents", {"collection_id": int, "document_id": int}, exigee=False):
        if nom := noms.get(lien["collection_id"]):
            rayons.setdefault(lien["document_id"], []).append(nom)
            if (signes := signes + len(nom)) > CHEMINS:
                raise demesure(base.nom)
    return rayons


def _lire_auteurs(base: Base, projet: int) -> Auteurs:
    colonnes = {"id": int, "project_id": int, "user_login": str, "date": str, "payload": str}
    commandes = [ligne for ligne in base.lire("commands", colonnes, exigee=False) if ligne["project_id"] == projet]
    return lire_auteurs(sorted(commandes, key=lambda ligne: ligne["id"]))


def _situer(surlignage: Mapping[str, Any], document: Graduation) -> tuple[int, int, str]:
    """Trouver un passage, ou seulement ses mots quand la position en désigne d'autres."""
    gardes = rendre(surlignage["snippet"]).texte.strip()
    if place := document.situer(surlignage["start_offset"], surlignage["end_offset"]):
        mots = document.texte[slice(*place)]
        if not gardes or memes_mots(mots, gardes):
            return (*place, mots)
    return INCONNUE, INCONNUE, gardes


def _sans_etiquette(nom: str, mots: str, ligne: int = 0) -> Probleme:
    message = "passage surligné sans étiquette, laissé de côté"
    return Probleme(nom, ligne, message, " ".join(mots.split())[:_APERCU])
