"""La table des sources : quel fichier reçu est devenu quel document, aussi privée que la clé et rangée avec elle."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from ess_analyse.coffre import trouver_cle
from ess_analyse.etude import Etude
from ess_analyse.fichiers import ecrire_table, lire_table
from ess_analyse.modele import Corpus

__all__ = [
    "CHOIX",
    "PSEUDONYMES",
    "SOURCES",
    "ecrire_sources",
    "empreindre_source",
    "lire_connues",
    "lister_perimes",
    "relever_pseudonymes",
    "suivre_renommes",
    "suivre_sources",
    "tables_des_sources",
]

SOURCES = ("fichier", "entretien", "source", "texte")
"""Le fichier, le document, l'empreinte de l'un et celle du texte qu'il est devenu."""
CHOIX = ("locuteurs", "colonnes")
"""Ce qu'une personne a décidé pour un fichier : qui y parle, ce que disent ses colonnes."""
PSEUDONYMES = "pseudonymes"
"""Les pseudonymes de la clé que le texte porte : celui qui quitte la clé y reste jusqu'au prochain import."""
_LONGUEUR, _ENTRE = 16, " | "


def tables_des_sources(etude: Etude) -> tuple[Path, ...]:
    """Trouver les tables qui disent quel fichier est quel document : dans l'étude, et à côté de la clé.

    Returns
    -------
    tuple of Path
        Celles qui existent ; la première fait foi.

    Examples
    --------
    >>> tables_des_sources(Etude(Path("etude-neuve")))
    ()
    """
    cle = trouver_cle(etude)
    chemins = dict.fromkeys([etude.sources, *([] if cle is None else [cle.parent / etude.sources.name])])
    return tuple(chemin for chemin in chemins if chemin.is_file())


def lire_connues(etude: Etude) -> pd.DataFrame:
    """Lire ce que l'on sait des fichiers déjà importés.

    Returns
    -------
    DataFrame
        ``SOURCES``, ``CHOIX`` et ``PSEUDONYMES``, en texte ; vide si rien n'a été importé.

    Raises
    ------
    ErreurDonnees
        Si la table ne se lit pas.

    Examples
    --------
    >>> lire_connues(Etude(Path("etude-neuve"))).empty
    True
    """
    for chemin in tables_des_sources(etude):
        return lire_table(chemin, SOURCES, (*CHOIX, PSEUDONYMES))
    return pd.DataFrame(columns=[*SOURCES, *CHOIX, PSEUDONYMES], dtype="str")


def ecrire_sources(etude: Etude, sources: pd.DataFrame) -> bool:
    """Écrire la table là où elle est déjà, sinon à côté de la clé ; dire si elle a changé.

    Parameters
    ----------
    etude : Etude
        L'étude.
    sources : DataFrame
        ``SOURCES``, ``CHOIX`` et ``PSEUDONYMES``.
    """
    cle, la = trouver_cle(etude), tables_des_sources(etude)
    voisine = etude.sources if cle is None else cle.parent / etude.sources.name
    return ecrire_table(la[0] if la else voisine, sources)


def empreindre_source(octets: bytes) -> str:
    """Rendre l'empreinte d'un fichier reçu, ou d'un texte, telle que la table la garde.

    Examples
    --------
    >>> empreindre_source(b"Claire : oui.")
    '8d3831f4f852e97d'
    """
    return hashlib.sha256(octets).hexdigest()[:_LONGUEUR]


def suivre_renommes(connues: pd.DataFrame, fichiers: Iterable[Path]) -> pd.DataFrame:
    """Reconnaître, à son contenu, un fichier reçu que l'on a renommé depuis son import.

    Parameters
    ----------
    connues : DataFrame
        Ce que rend :func:`lire_connues`.
    fichiers : iterable of Path
        Ce que ``data/brut`` contient.

    Returns
    -------
    DataFrame
        La table, où chaque fichier disparu dont le contenu est sous un nom inconnu porte ce nom.

    Examples
    --------
    >>> import tempfile
    >>> chemin = Path(tempfile.mkdtemp(), "nouveau.txt")
    >>> _ = chemin.write_bytes(b"Claire : oui.")
    >>> connues = pd.DataFrame({"fichier": ["E01.txt"], "entretien": ["E01"], "source": ["8d3831f4f852e97d"]})
    >>> suivre_renommes(connues, [chemin])["fichier"].tolist()
    ['nouveau.txt']
    """
    ici = {chemin.name: chemin for chemin in fichiers}
    suivies, disparus = connues.copy(), connues[~connues["fichier"].isin(ici)]
    rangs: dict[str, list[int]] = {}
    for rang, source in disparus["source"].items():
        rangs.setdefault(source, []).append(rang)
    neufs = sorted(ici.keys() - set(connues["fichier"])) if rangs else []
    for nom in neufs:
        if attendus := rangs.get(empreindre_source(ici[nom].read_bytes())):
            suivies.at[attendus.pop(0), "fichier"] = nom
    return suivies


def relever_pseudonymes(texte: str, cle: pd.DataFrame) -> str:
    """Dire, en une cellule, quels pseudonymes de la clé un texte porte.

    Parameters
    ----------
    texte : str
        Un texte pseudonymisé.
    cle : DataFrame
        Les lignes validées.

    Returns
    -------
    str
        Les pseudonymes, triés ; jamais un nom réel.

    Examples
    --------
    >>> relever_pseudonymes("Véra : Samira est là.", pd.DataFrame({"pseudonyme": ["Véra", "Sami"]}))
    'Véra'
    """
    return _ENTRE.join(sorted({nom for nom in cle["pseudonyme"] if _porte(texte, nom)}))


def lister_perimes(connues: pd.DataFrame, cle: pd.DataFrame, corpus: Corpus) -> list[str]:
    """Lister les pseudonymes qui ont quitté la clé depuis l'import, et que les textes portent encore.

    Appliquer la clé n'y peut rien : elle remplace des noms réels, et ils ne sont plus là. Importer les refait.

    Parameters
    ----------
    connues : DataFrame
        Ce que rend :func:`lire_connues`.
    cle : DataFrame
        Les lignes validées aujourd'hui.
    corpus : Corpus
        Les textes d'aujourd'hui.

    Returns
    -------
    list of str
        Triés ; vide pour une étude importée avant que la table ne les note.

    Examples
    --------
    >>> from ess_analyse.modele import DOCUMENTS, Entretien
    >>> corpus = Corpus((Entretien.depuis_texte("E01", "Véra : oui."),), pd.DataFrame(
    ...     [("E01", "entretien", "", "", "", "")], columns=DOCUMENTS))
    >>> connues = pd.DataFrame({"entretien": ["E01"], "pseudonymes": ["Samir | Véra"]})
    >>> lister_perimes(connues, pd.DataFrame({"pseudonyme": ["Julie"]}), corpus)
    ['Véra']
    """
    actuels = set(cle["pseudonyme"])
    return sorted(
        {
            nom
            for entretien, cellule in zip(connues["entretien"], connues[PSEUDONYMES], strict=True)
            for nom in filter(None, cellule.split(_ENTRE))
            if nom not in actuels and entretien in corpus and _porte(corpus[entretien].texte, nom)
        }
    )


def suivre_sources(connues: pd.DataFrame, cle: pd.DataFrame, ancien: Corpus, nouveau: Corpus) -> pd.DataFrame:
    """Mettre la table à jour quand la clé est appliquée à des textes déjà importés.

    Parameters
    ----------
    connues : DataFrame
        Ce que rend :func:`lire_connues`.
    cle : DataFrame
        Les lignes appliquées.
    ancien, nouveau : Corpus
        Les mêmes documents, avant et après.

    Returns
    -------
    DataFrame
        La table : l'empreinte d'un texte corrigé à la main reste celle de son import, et ``PSEUDONYMES`` garde ceux
        qui sont périmés.
    """
    suivie = connues.copy()
    for rang, ligne in connues.iterrows():
        if ligne["entretien"] not in nouveau:
            continue
        avant, apres = (corpus[ligne["entretien"]].texte for corpus in (ancien, nouveau))
        if empreindre_source(avant.encode()) == ligne["texte"]:
            suivie.at[rang, "texte"] = empreindre_source(apres.encode())
        perimes = lister_perimes(connues.loc[[rang]], cle, nouveau)
        portes = relever_pseudonymes(apres, cle).split(_ENTRE)
        suivie.at[rang, PSEUDONYMES] = _ENTRE.join(sorted({*perimes, *filter(None, portes)}))
    return suivie


def _porte(texte: str, nom: str) -> bool:
    # The plain search first: most names are in few texts.
    return nom in texte and re.search(rf"(?<!\w){re.escape(nom)}(?!\w)", texte) is not None
