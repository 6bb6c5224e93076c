"""Ce que les personnes ont décidé : lire leurs feuilles, les vérifier, en tirer un avis par phrase."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pandas as pd

from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, proposer, relatif
from ess_analyse.feuilles import Reperes, couper_codes, ecrire_feuille, lire_feuille, lister_feuilles, replacer_feuille
from ess_analyse.grille import Grille
from ess_analyse.modele import CODAGES, RIEN, Place, verifier_colonnes

__all__ = [
    "ARBITRAGE",
    "HUMAIN",
    "MAJORITE",
    "RELECTURE",
    "avancement",
    "consolider",
    "ecrire_feuille",
    "est_relecture",
    "lire_codages",
    "replacer_feuille",
]

ARBITRAGE = "arbitrage"
"""Le codeur dont l'avis l'emporte : la feuille remplie ensemble après discussion des désaccords."""

MAJORITE = "majorite"
"""Le codeur d'un avis consolidé que plusieurs personnes ont donné."""

HUMAIN = "humain"
"""L'origine d'un code que la machine n'avait pas proposé."""

RELECTURE = "@"
"""Entre le nom d'un codeur et la date où il a relu : ``paul@2026-03-01.csv`` n'est pas un codeur de plus."""

_PROPOSITION = re.compile(r"\s*(?P<code>[^:|\s]+):(?P<suite>\d+(?:[.,]\d+)?:[^:|]*:[^|]*)")
_TIRETS = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))


def lire_codages(dossier: Path, segments: pd.DataFrame, grille: Grille, *, relectures: bool = False) -> pd.DataFrame:
    r"""Lire tout ce que les codeurs ont décidé, et vérifier chaque décision.

    Parameters
    ----------
    dossier : Path
        Le dossier des feuilles, ou une seule feuille ; le nom du fichier est celui du codeur. ``paul@2026-03-01.csv``
        est la seconde lecture de Paul : elle est vérifiée comme les autres, mais ne compte pas comme un avis de plus.
    segments : DataFrame
        Les segments du corpus ; le texte de chaque ligne décidée leur est comparé, aux blancs et aux pertes du
        tableur près.
    grille : Grille
        Les codes permis.
    relectures : bool
        Rendre aussi les secondes lectures, sous le nom ``paul@2026-03-01``, pour
        :func:`~ess_analyse.mesurer_constance`.

    Returns
    -------
    DataFrame
        ``segment, codeur, code, origine`` : une ligne par code décidé, ou une ligne ``-`` si la phrase a été lue sans
        rien y coder. Une phrase pas encore lue est absente. ``origine`` est la suggestion acceptée
        (``score:méthode:indice``) ou ``humain``. Triée par place, codeur, ordre de la grille.

    Raises
    ------
    ErreurDonnees
        Toutes les fautes de toutes les feuilles : code inconnu, ``-`` mêlé à des codes, segment déplacé, absent ou en
        double, texte retapé, origine illisible, classeur non converti en CSV, seconde lecture sans date ou sans
        première.

    Examples
    --------
    >>> import tempfile
    >>> segments = pd.DataFrame([("E01:9-17", "E01", "Ben oui.")], columns=["segment", "entretien", "texte"])
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     feuille = "segment;locuteur;texte;codes\nE01:9-17;Marion;Ben oui.;-\n"
    ...     _ = Path(dossier, "ana.csv").write_text(feuille, encoding="utf-8")
    ...     lire_codages(Path(dossier), segments, Grille(1, (), ())).values.tolist()
    [['E01:9-17', 'ana', '-', 'humain']]
    """
    feuilles, problemes = lister_feuilles(dossier)
    reperes, lignes = Reperes.depuis(segments), []
    if Path(dossier).is_dir():
        problemes += _verifier_relectures(feuilles)
    for feuille in feuilles:
        try:
            table = lire_feuille(feuille)
        except ErreurDonnees as erreur:
            problemes += erreur.problemes
            continue
        codeur, decidees = _codeur(feuille), table[table["codes"].map(lambda cellule: bool(couper_codes(cellule)))]
        problemes += _verifier_codeur(relatif(feuille), codeur)
        problemes += _verifier_lignes(relatif(feuille), decidees, reperes, grille)
        if est_relecture(codeur) and not relectures:
            continue
        for ligne in decidees.itertuples():
            origines = _lire_origine(ligne.origine)[0]
            lignes += [
                (ligne.segment.strip(), codeur, code, origines.get(code, HUMAIN)) for code in couper_codes(ligne.codes)
            ]
    lever(problemes)
    codages = pd.DataFrame(lignes, columns=CODAGES, dtype="str")
    return _ordonner(codages, reperes.textes, [RIEN, *grille.ids()])


def consolider(codages: pd.DataFrame) -> pd.DataFrame:
    """Ramener plusieurs codeurs à un seul avis par segment.

    L'arbitrage s'il existe ; sinon l'unique codeur ; sinon les codes que plus de la moitié des codeurs de ce segment
    ont donnés (``-`` si aucun). À deux codeurs, seuls les codes communs sont donc gardés. Une seconde lecture n'est
    pas une voix de plus : elle est ôtée.

    Parameters
    ----------
    codages : DataFrame
        Colonnes ``segment, codeur, code, origine``.

    Returns
    -------
    DataFrame
        Mêmes colonnes, un seul codeur par segment : son nom, ``arbitrage``, ou ``majorite``. Un code que quelqu'un a
        accepté de la machine garde cette origine. Consolider deux fois ne change rien.

    Examples
    --------
    >>> avis = [("E01:0-9", "ana", "R-SENS", "humain"), ("E01:0-9", "bob", "R-SENS", "humain"),
    ...         ("E01:0-9", "bob", "O-COMP", "humain")]
    >>> consolider(pd.DataFrame(avis, columns=CODAGES)).values.tolist()
    [['E01:0-9', 'majorite', 'R-SENS', 'humain']]
    """
    verifier_colonnes(codages, CODAGES, "codages")
    codages = codages[~codages["codeur"].map(est_relecture).astype("bool")]
    arbitres = codages.loc[codages["codeur"] == ARBITRAGE, "segment"]
    avis = codages[(codages["codeur"] == ARBITRAGE) | ~codages["segment"].isin(arbitres)]
    codeurs = avis.groupby("segment", sort=False)["codeur"].agg(["nunique", "first"])
    # A suggested origin sorts before "humain", so that the machine's part is never forgotten.
    poses = avis[avis["code"] != RIEN].sort_values("origine", key=lambda origines: origines == HUMAIN, kind="stable")
    voix = poses.groupby(["segment", "code"], as_index=False).agg(
        voix=("codeur", "nunique"), origine=("origine", "first")
    )
    retenus = voix[voix["voix"] * 2 > voix["segment"].map(codeurs["nunique"])]
    vides = pd.DataFrame({"segment": codeurs.index.difference(retenus["segment"]), "code": RIEN, "origine": HUMAIN})
    tous = pd.concat([retenus, vides])
    noms = codeurs["first"].where(codeurs["nunique"] == 1, MAJORITE)
    tous = tous.assign(codeur=tous["segment"].map(noms))[list(CODAGES)].astype("str")
    return _ordonner(tous, codeurs.index, codages["code"].drop_duplicates().sort_values())


def est_relecture(codeur: str) -> bool:
    """Dire si un nom est celui d'une seconde lecture, et non d'un codeur.

    Parameters
    ----------
    codeur : str
        Un nom de la colonne ``codeur``.

    Returns
    -------
    bool
        Vrai s'il porte la marque des secondes lectures.

    Examples
    --------
    >>> est_relecture("paul@2026-03-01"), est_relecture("paul")
    (True, False)
    """
    return RELECTURE in codeur


def avancement(dossier: Path, segments: pd.DataFrame) -> pd.DataFrame:
    """Dire où en est chaque codeur.

    Parameters
    ----------
    dossier : Path
        Le dossier des feuilles, ou une seule feuille.
    segments : DataFrame
        Les segments du corpus.

    Returns
    -------
    DataFrame
        ``codeur``, ``lus`` (segments décidés, ``-`` compris) et ``total`` (segments de sa feuille) ; les lignes dont
        le segment n'est plus dans le corpus ne comptent pas. Une seconde lecture a sa ligne.

    Raises
    ------
    ErreurDonnees
        Si le dossier manque ou si une feuille ne peut être lue.

    Examples
    --------
    >>> import tempfile
    >>> segments = pd.DataFrame([("E01:9-17", "E01", "Marion", "Ben oui.")],
    ...                         columns=["segment", "entretien", "locuteur", "texte"])
    >>> with tempfile.TemporaryDirectory() as dossier:
    ...     ecrire_feuille(Path(dossier, "ana.csv"), segments)
    ...     avancement(Path(dossier), segments).values.tolist()
    True
    [['ana', 0, 1]]
    """
    verifier_colonnes(segments, ("segment",), "segments")
    feuilles, problemes = lister_feuilles(dossier)
    bilans = []
    for feuille in feuilles:
        try:
            table = lire_feuille(feuille)
        except ErreurDonnees as erreur:
            problemes += erreur.problemes
            continue
        table = table[table["segment"].isin(segments["segment"])]
        lus = table.loc[table["codes"].map(lambda cellule: bool(couper_codes(cellule))), "segment"]
        bilans.append((_codeur(feuille), lus.nunique(), table["segment"].nunique()))
    lever(problemes)
    return pd.DataFrame(bilans, columns=["codeur", "lus", "total"])


def _codeur(feuille: Path) -> str:
    return unicodedata.normalize("NFC", feuille.stem)


def _ordonner(codages: pd.DataFrame, segments: Iterable[str], codes: Iterable[str]) -> pd.DataFrame:
    places = {nom: rang for rang, nom in enumerate(segments)}
    rangs = {nom: rang for rang, nom in enumerate(codes)}
    cles = pd.DataFrame(
        {"place": codages["segment"].map(places), "codeur": codages["codeur"], "rang": codages["code"].map(rangs)}
    )
    return codages.iloc[cles.reset_index(drop=True).sort_values([*cles]).index].reset_index(drop=True)


def _lire_origine(cellule: str) -> tuple[dict[str, str], list[str]]:
    morceaux = [morceau for morceau in cellule.split("|") if morceau.strip()]
    lus = [(morceau, _PROPOSITION.fullmatch(morceau)) for morceau in morceaux]
    return ({lu["code"]: lu["suite"].strip() for _, lu in lus if lu}, [morceau for morceau, lu in lus if not lu])


def _verifier_relectures(feuilles: list[Path]) -> list[Probleme]:
    noms = {_codeur(feuille) for feuille in feuilles}
    remede = "remettez la feuille de sa première lecture, ou renommez celle-ci sans « @ » ni date"
    return [
        Probleme(relatif(feuille), 0, "seconde lecture sans la première", premiere, remede)
        for feuille in feuilles
        for premiere, marque, _ in [_codeur(feuille).partition(RELECTURE)]
        if marque and premiere not in noms
    ]


def _verifier_codeur(fichier: str, codeur: str) -> list[Probleme]:
    codeur, marque, quand = codeur.partition(RELECTURE)
    if marque and not _est_date(quand):
        remede = "nommez la feuille par exemple paul@2026-03-01.csv"
        return [Probleme(fichier, 0, "seconde lecture sans date lisible", quand, remede)]
    if re.search(r"\s", codeur):
        return [Probleme(fichier, 0, "nom de codeur avec une espace", codeur, "renommez le fichier sans espace")]
    if codeur == MAJORITE:
        return [Probleme(fichier, 0, "nom de codeur réservé", codeur, "renommez le fichier")]
    return []


def _est_date(texte: str) -> bool:
    # date.fromisoformat also reads « 20260301 », which would not sort among the others.
    try:
        return date.fromisoformat(texte).isoformat() == texte
    except ValueError:
        return False


def _verifier_lignes(fichier: str, decidees: pd.DataFrame, reperes: Reperes, grille: Grille) -> list[Probleme]:
    problemes, vus = [], {}
    for ligne in decidees.itertuples():
        fautes = [
            *_verifier_place(ligne.segment.strip(), ligne.texte, reperes),
            *_verifier_codes(couper_codes(ligne.codes), grille),
        ]
        fautes += [
            ("suggestion illisible dans « origine »", morceau, "remettez-la comme elle était, ou effacez-la")
            for morceau in _lire_origine(ligne.origine)[1]
        ]
        premiere = vus.setdefault(ligne.segment.strip(), ligne.Index)
        if premiere != ligne.Index:
            fautes.append(("segment en double", ligne.segment, f"il est décidé ligne {premiere} : gardez une ligne"))
        problemes += [Probleme(fichier, ligne.Index, *faute) for faute in fautes]
    return problemes


def _verifier_place(segment: str, texte: str, reperes: Reperes) -> list[tuple[str, str, str]]:
    if reperes.reconnait(segment, texte):
        return []
    if trouves := reperes.ailleurs(segment, texte):
        return [("segment déplacé", segment, f"sa phrase est maintenant en {' ou '.join(trouves[:3])}")]
    if segment in reperes.textes:
        return [("texte retapé", _abreger(texte), f"le corpus dit : « {_abreger(reperes.textes[segment])} »")]
    try:
        entretien = Place.lire(segment).entretien
    except ValueError:
        return [("place mal écrite", segment, "recopiez la place d'origine, par exemple E01:71-95")]
    entretiens = {place.partition(":")[0] for place in reperes.textes}
    if entretien not in entretiens:
        return [("entretien absent du corpus", segment, proposer(entretien, entretiens))]
    return [("segment absent du corpus", segment, "sa phrase a changé : reportez la décision, puis effacez la ligne")]


def _verifier_codes(codes: list[str], grille: Grille) -> list[tuple[str, str, str]]:
    choix = [*grille.ids(), RIEN]
    fautes = [
        ("code inconnu", code, proposer(code.translate(_TIRETS).upper(), choix) or "voyez la grille")
        for code in codes
        if code not in choix
    ]
    if RIEN in codes and len(codes) > 1:
        fautes.append(("« - » mêlé à des codes", " ".join(codes), "gardez les codes, ou « - » seul"))
    return fautes


def _abreger(texte: str) -> str:
    texte = " ".join(texte.split())
    return texte if len(texte) <= 80 else texte[:79] + "…"
