"""Lire et écrire des tables CSV, comme un tableur français les enregistre."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ess_analyse.erreurs import ErreurDonnees, Probleme, lever, proposer, relatif
from ess_analyse.fichiers.octets import ecrire_octets
from ess_analyse.fichiers.textes import lire_texte

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "TIRETS",
    "analyser_table",
    "ecrire_table",
    "lire_table",
    "reconnaitre",
    "reconnaitre_cellules",
    "table_en_octets",
    "trouver_separateur",
]

TIRETS = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
"""Ce qu'un tableur ou un traitement de texte écrit à la place d'un trait d'union."""


def lire_table(chemin: Path, colonnes: Sequence[str], facultatives: Sequence[str] = ()) -> pd.DataFrame:
    """Lire une table CSV, comme un tableur français ou anglais l'enregistre.

    Parameters
    ----------
    chemin : Path
        Le fichier ; ``;``, ``,`` ou tabulation sont reconnus à la ligne d'en-tête.
    colonnes : sequence of str
        Les colonnes exigées, dans l'ordre du résultat.
    facultatives : sequence of str
        Les colonnes permises, vides si elles manquent.

    Returns
    -------
    DataFrame
        Les colonnes demandées, toutes en texte (vide plutôt que NaN). L'index ``ligne`` est le numéro de la ligne
        dans le fichier, pour que chaque message puisse la citer.

    Raises
    ------
    ErreurDonnees
        Fichier absent ou vide, colonne manquante ou inconnue, ligne trop courte ou trop longue, guillemet jamais fermé.
    """
    return analyser_table(lire_texte(chemin), relatif(chemin), colonnes, facultatives)


def analyser_table(texte: str, nom: str, colonnes: Sequence[str], facultatives: Sequence[str] = ()) -> pd.DataFrame:
    r"""Lire une table CSV dont on a déjà le texte.

    Parameters
    ----------
    texte : str
        Le contenu du fichier.
    nom : str
        Son nom, pour les messages.
    colonnes, facultatives : sequence of str
        Comme pour :func:`lire_table`.

    Returns
    -------
    DataFrame
        Comme :func:`lire_table`.

    Raises
    ------
    ErreurDonnees
        Comme :func:`lire_table`.

    Examples
    --------
    >>> analyser_table("code;usages\nR-SENS;3\n", "comptes.csv", ("code", "usages")).loc[2, "code"]
    'R-SENS'
    """
    separateur = trouver_separateur(texte)
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur, strict=True)
    permises, precedente = [*colonnes, *facultatives], 0
    try:
        noms = [cellule.strip() for cellule in next(lecteur)]
        lever(_problemes_entete(nom, noms, colonnes, permises))
        lignes, numeros, problemes, precedente = [], [], [], lecteur.line_num
        for cellules in lecteur:
            numero, precedente = precedente + 1, lecteur.line_num
            if not any(cellule.strip() for cellule in cellules):
                continue
            if len(cellules) != len(noms):
                message = f"{len(cellules)} cellule{'s' * (len(cellules) > 1)} au lieu de {len(noms)}"
                remede = "mettez entre guillemets les cellules qui contiennent le séparateur"
                problemes.append(Probleme(nom, numero, message, separateur.join(cellules)[:60], remede))
                continue
            lignes.append(cellules)
            numeros.append(numero)
    except csv.Error:
        remede = "fermez-le, et doublez ceux qui sont dans le texte d'une cellule"
        fautif = Probleme(nom, precedente + 1, "guillemet mal placé ou jamais fermé", remede=remede)
        raise ErreurDonnees([fautif]) from None
    lever(problemes)
    # Half of what a command takes to start: what reads no table does not pay for it.
    import pandas as pd

    table = pd.DataFrame(lignes, columns=noms, index=pd.Index(numeros, name="ligne", dtype="int64"), dtype="str")
    return table.reindex(columns=permises, fill_value="")


def trouver_separateur(texte: str) -> str:
    """Trouver le séparateur d'une table : celui que sa première ligne a le plus, le point-virgule à égalité.

    Examples
    --------
    >>> trouver_separateur("segment,texte; codes,memo")
    ','
    """
    return max(";,\t", key=texte.split("\n", 1)[0].count)


def reconnaitre(valeur: str, choix: Iterable[str]) -> str:
    """Rendre le choix qu'une cellule désigne, malgré ce que la correction automatique d'un tableur en fait.

    Parameters
    ----------
    valeur : str
        Ce qui est écrit.
    choix : iterable of str
        Ce qui est permis.

    Returns
    -------
    str
        Le choix qui s'écrit de même, à la casse, aux blancs du bord et aux tirets près ; sinon ce qui est écrit, sans
        ses blancs du bord.

    Examples
    --------
    >>> reconnaitre(" Oui", ("oui", "non")), reconnaitre("–", ("-",)), reconnaitre("oiu ", ("oui", "non"))
    ('oui', '-', 'oiu')
    """
    nue, choix = valeur.strip(), list(choix)
    pliee = nue.translate(TIRETS).casefold()
    return nue if nue in choix else next((un for un in choix if un.casefold() == pliee), nue)


def reconnaitre_cellules(table: pd.DataFrame, choix: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Reconnaître, comme :func:`reconnaitre`, toutes les cellules des colonnes dont le vocabulaire est fermé.

    Parameters
    ----------
    table : DataFrame
        Une table en texte.
    choix : mapping of str to sequence of str
        Colonne → ce qui y est permis ; vide, seuls les blancs du bord sont ôtés.

    Returns
    -------
    DataFrame
        La même table.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"valide": ["Oui", "peut-être "]})
    >>> reconnaitre_cellules(table, {"valide": ("oui", "non")})["valide"].tolist()
    ['oui', 'peut-être']
    """
    import pandas as pd

    reconnues = {nom: [reconnaitre(cellule, permis) for cellule in table[nom]] for nom, permis in choix.items()}
    return table.assign(**{nom: pd.Series(cellules, table.index, "str") for nom, cellules in reconnues.items()})


def _problemes_entete(nom, noms, colonnes, permises) -> list[Probleme]:
    problemes = [
        Probleme(nom, 1, "colonne manquante", colonne, f"ajoutez-la ; colonnes attendues : {', '.join(colonnes)}")
        for colonne in colonnes
        if colonne not in noms
    ]
    problemes += [
        Probleme(nom, 1, "colonne inconnue", colonne, proposer(colonne, permises))
        for colonne in noms
        if colonne not in permises
    ]
    doubles = sorted({colonne for colonne in noms if noms.count(colonne) > 1})
    return problemes + [Probleme(nom, 1, "colonne en double", colonne, "gardez-en une") for colonne in doubles]


def ecrire_table(chemin: Path, table: pd.DataFrame) -> bool:
    """Écrire une table CSV qui s'ouvre bien dans un tableur français : ``;`` et UTF-8 avec marque.

    Parameters
    ----------
    chemin : Path
        Le fichier.
    table : DataFrame
        Les colonnes sont écrites dans leur ordre, l'index ne l'est pas.

    Returns
    -------
    bool
        Vrai si le contenu a changé.
    """
    return ecrire_octets(chemin, table_en_octets(table))


def table_en_octets(table: pd.DataFrame) -> bytes:
    r"""Mettre une table dans la forme que ``ecrire_table`` écrit.

    Parameters
    ----------
    table : DataFrame
        Les colonnes sont écrites dans leur ordre, l'index ne l'est pas.

    Returns
    -------
    bytes
        Du CSV, ``;`` et UTF-8 avec marque.

    Examples
    --------
    >>> import pandas as pd
    >>> table_en_octets(pd.DataFrame({"code": ["R-SENS"], "usages": [3]})).decode("utf-8-sig")
    'code;usages\nR-SENS;3\n'
    """
    texte = table.replace(r"\r\n?", "\n", regex=True).to_csv(sep=";", index=False, lineterminator="\n")
    return texte.encode("utf-8-sig")
