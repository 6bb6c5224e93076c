"""D'où s'installe le programme dont une étude a besoin, et à quelles versions."""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, distribution, version

__all__ = ["PAQUETS", "composer_exigences", "dire_installation", "trouver_adresse"]

PAQUETS = "paquets"
"""Le dossier de l'étude où poser le programme, quand il ne vient pas d'un dépôt git."""

_ENTETE = """\
# Ce dont cette étude a besoin : python3 -m pip install -r requirements.txt
#
# ess_analyse n'est pas sur PyPI. {origine}
{programme}

# Les bibliothèques qu'il emploie, aux versions de l'ordinateur où l'étude a commencé.
"""
_DU_DEPOT = "Il vient de ce dépôt, à cette version exacte :"
_DU_DOSSIER = f"Il vient du fichier posé dans {PAQUETS}/ (LISEZ-MOI.md dit comment l'y mettre) :"
_INSTALLER = """\
Posez d'abord le programme dans `{dossier}/` : depuis le dossier d'ess_analyse,

```
python3 -m pip wheel --no-deps --wheel-dir CHEMIN-DE-CETTE-ETUDE/{dossier} .
```

"""


def trouver_adresse() -> str:
    """Trouver de quel dépôt git le programme a été installé.

    Returns
    -------
    str
        ``git+https://…@<enregistrement>``, d'après ce que l'installateur a noté (PEP 610) ; vide s'il vient d'un
        dossier ou d'un fichier, dont le chemin ne veut rien dire ailleurs.
    """
    note = json.loads(distribution("ess-analyse").read_text("direct_url.json") or "{}")
    depot = note.get("vcs_info", {})
    adresse, enregistrement = note.get("url", ""), depot.get("commit_id", "")
    if depot.get("vcs") != "git" or not enregistrement or not adresse.startswith(("https://", "ssh://")):
        return ""
    return f"git+{adresse}@{enregistrement}"


def composer_exigences(adresse: str = "") -> str:
    """Écrire ``requirements.txt``.

    Parameters
    ----------
    adresse : str
        Celle du programme (``git+https://…@v0.1.0``) ; vide, un fichier posé dans ``paquets/``. Jamais un nom seul :
        celui-ci n'étant à personne sur PyPI, n'importe qui pourrait l'y prendre.

    Returns
    -------
    str
        Le programme, puis les bibliothèques dont il dépend, à leur version d'ici.
    """
    if adresse:
        origine, programme = _DU_DEPOT, f"ess-analyse @ {adresse}"
    else:
        origine, programme = _DU_DOSSIER, f"./{PAQUETS}/ess_analyse-{version('ess-analyse')}-py3-none-any.whl"
    lignes = [f"{nom}=={installee}\n" for nom, installee in _versions().items()]
    return _ENTETE.format(origine=origine, programme=programme) + "".join(lignes)


def dire_installation(adresse: str = "") -> str:
    """Dire ce qu'il faut faire avant d'installer, en Markdown ; rien de plus si l'adresse suffit."""
    return "\n\n" if adresse else _INSTALLER.format(dossier=PAQUETS)


def _versions() -> dict[str, str]:
    trouvees = {}
    for exigence in distribution("ess-analyse").requires or ():
        if "extra ==" in exigence:
            continue
        nom = re.match(r"[\w.-]+", exigence)[0]
        try:
            trouvees[nom] = version(nom)
        except PackageNotFoundError:
            continue
    return dict(sorted(trouvees.items()))
