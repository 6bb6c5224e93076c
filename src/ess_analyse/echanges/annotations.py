"""Les codages en annotations du Web : du JSON-LD que tout outil de la norme du W3C peut lire.

Source : *Web Annotation Data Model* et *Web Annotation Vocabulary*, recommandations du W3C, 23 février 2017
(https://www.w3.org/TR/annotation-model/). Une position y compte des points de code Unicode, fin exclue (§ 4.2.4 et
4.2.5) : ce sont les places du corpus.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pandas as pd

from ess_analyse import __version__
from ess_analyse.codages import ARBITRAGE, MAJORITE
from ess_analyse.echanges.codes import Provenance, lire_provenance, ranger, verifier_codages
from ess_analyse.fichiers import ecrire_texte
from ess_analyse.grille import Grille
from ess_analyse.modele import RIEN, Corpus, Entretien, Place

__all__ = ["PERTES", "exporter_annotations"]

PERTES = (
    "Le texte des documents n'y est pas : seulement chaque passage et un peu de ce qui l'entoure.",
    "Le mode d'emploi des codes (définitions, exemples, indices) n'y est pas : seulement leur libellé.",
    "La structure, la fonction et la date des documents n'y sont pas.",
)

_CONTEXTE = "http://www.w3.org/ns/anno.jsonld"
_URN = "urn:ess-analyse"
_ESPACE = uuid5(NAMESPACE_URL, _URN)
_AUTOUR = 32
"""Ce que les outils d'annotation courants gardent avant et après un passage pour le retrouver."""
_LU = {"id": f"{_URN}:code:aucun", "label": "Lu, rien à coder"}


def exporter_annotations(
    chemin: Path,
    corpus: Corpus,
    segments: pd.DataFrame,
    grille: Grille,
    codages: pd.DataFrame,
    *,
    memos: pd.DataFrame | None = None,
) -> bool:
    """Écrire une annotation par phrase et par codeur, dans une collection d'une page.

    La cible est une phrase d'un document, désignée à la fois par sa position et par ses mots. Chaque code est un corps
    (``classifying``) dont l'identifiant est ``urn:ess-analyse:code:R-CHARGE`` ; une phrase lue sans rien y coder a le
    corps ``urn:ess-analyse:code:aucun``. Un code venu d'une suggestion acceptée a pour ``generator`` la méthode qui
    l'avait proposé, et un corps qui en dit le score et l'indice. Un mémo est un corps ``commenting``.

    Parameters
    ----------
    chemin : Path
        Un ``.jsonld``.
    corpus, segments, grille, codages
        L'étude, passages restreints compris.
    memos : DataFrame, optional
        ``segment, codeur, memo`` ; ceux des phrases que leur auteur n'a pas décidées font une annotation à eux seuls.

    Returns
    -------
    bool
        Vrai si le fichier a changé. Deux exports des mêmes données sont identiques à l'octet.

    Raises
    ------
    ErreurDonnees
        Si un codage désigne un code ou une phrase qui n'existe pas.

    Examples
    --------
    >>> import tempfile
    >>> from ess_analyse.grille import Code
    >>> from ess_analyse.modele import CODAGES, DOCUMENTS, SEGMENTS
    >>> e01 = Entretien.depuis_texte("E01", "Marion : Ben oui.")
    >>> documents = pd.DataFrame([["E01", "entretien", "S1", "gérante", "2025-03", "publique"]], columns=DOCUMENTS)
    >>> segments = pd.DataFrame([["E01:9-17", "E01", 1, "Marion", 9, 17, "Ben oui."]], columns=SEGMENTS)
    >>> grille = Grille(1, (), (Code("R-SENS", "theme", "Sens du travail", "…", *[()] * 5),))
    >>> codages = pd.DataFrame([["E01:9-17", "ana", "R-SENS", "humain"]], columns=CODAGES)
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     chemin = Path(dossier, "annotations.jsonld")
    ...     _ = exporter_annotations(chemin, Corpus((e01,), documents), segments, grille, codages)
    ...     une = json.loads(chemin.read_text(encoding="utf-8"))["first"]["items"][0]
    >>> une["body"][0]["source"]["id"], une["target"]["selector"][0]["start"]
    ('urn:ess-analyse:code:R-SENS', 9)
    """
    verifier_codages(codages, segments, grille)
    poses: dict[tuple[str, str], dict[str, Any]] = {}
    for segment, codeur, code, origine in codages[["segment", "codeur", "code", "origine"]].itertuples(index=False):
        poses.setdefault((segment, codeur), {})[code] = lire_provenance(origine)
    notes = {} if memos is None else {(s, c): memo for s, c, memo in memos.itertuples(index=False)}
    rangs = {segment: rang for rang, segment in enumerate(segments["segment"])}
    qui = sorted((pose for pose in {**poses, **notes} if pose[0] in rangs), key=lambda pose: (rangs[pose[0]], pose[1]))
    annotations = [_annoter(corpus, grille, *pose, poses.get(pose, {}), notes.get(pose, "")) for pose in qui]
    contenu = json.dumps(_collection(annotations), ensure_ascii=False, indent=1)
    return ecrire_texte(chemin, contenu + "\n")


def _collection(annotations: list[dict[str, Any]]) -> dict[str, Any]:
    noms = [annotation["id"] for annotation in annotations]
    return {
        "@context": _CONTEXTE,
        "id": _guid("collection", *noms),
        "type": "AnnotationCollection",
        "label": f"Codages, ess_analyse {__version__}",
        "total": len(annotations),
        "first": {"id": _guid("page", *noms), "type": "AnnotationPage", "startIndex": 0, "items": annotations},
    }


def _annoter(
    corpus: Corpus, grille: Grille, segment: str, codeur: str, codes: dict[str, Provenance], memo: str
) -> dict[str, Any]:
    corps = [_classer(grille, code) for code in codes]
    for code, provenance in codes.items():
        if provenance.score is not None:
            corps.append(_ecrire(f"{code} : {provenance}", "describing"))
    if memo:
        corps.append(_ecrire(memo, "commenting"))
    annotation = {
        "id": _guid("annotation", _source(corpus[Place.lire(segment).entretien]), segment, codeur),
        "type": "Annotation",
        "motivation": "classifying" if codes else "commenting",
        "creator": _decrire_codeur(codeur),
        "body": corps,
        "target": _viser(corpus, Place.lire(segment)),
    }
    methodes = sorted({provenance.methode for provenance in codes.values() if provenance.score is not None})
    if methodes:
        annotation["generator"] = [
            {"id": f"{_URN}:suggestion:{methode}", "type": "Software", "name": f"ess_analyse, suggestion ({methode})"}
            for methode in methodes
        ]
    return annotation


def _classer(grille: Grille, code: str) -> dict[str, Any]:
    source = _LU if code == RIEN else {"id": f"{_URN}:code:{code}", "label": ranger(grille[code])}
    return {"type": "SpecificResource", "purpose": "classifying", "source": source}


def _ecrire(texte: str, but: str) -> dict[str, str]:
    return {"type": "TextualBody", "purpose": but, "value": texte, "format": "text/plain", "language": "fr"}


def _decrire_codeur(codeur: str) -> dict[str, str]:
    genre = "Organization" if codeur in (ARBITRAGE, MAJORITE) else "Person"
    return {"id": _guid("codeur", codeur), "type": genre, "name": codeur}


def _viser(corpus: Corpus, place: Place) -> dict[str, Any]:
    texte = corpus[place.entretien].texte
    return {
        "type": "SpecificResource",
        "source": {
            "id": _source(corpus[place.entretien]),
            "type": "Text",
            "format": "text/plain",
            "language": "fr",
            "label": place.entretien,
        },
        "selector": [
            {"type": "TextPositionSelector", "start": place.debut, "end": place.fin},
            {
                "type": "TextQuoteSelector",
                "exact": corpus.extrait(place),
                "prefix": texte[max(0, place.debut - _AUTOUR) : place.debut],
                "suffix": texte[place.fin : place.fin + _AUTOUR],
            },
        ],
    }


def _source(entretien: Entretien) -> str:
    """Un identifiant par texte : dès qu'un mot change, les positions d'avant n'ont plus de sens."""
    return _guid("source", entretien.identifiant, entretien.texte)


def _guid(*mots: str) -> str:
    # The separator keeps ("a", "bc") and ("ab", "c") apart.
    return uuid5(_ESPACE, "\x1f".join(mots)).urn
