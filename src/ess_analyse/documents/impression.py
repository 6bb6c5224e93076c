"""Du Markdown au PDF/UA et au docx, sans horloge, sans réseau, sans police de la machine."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Literal

from ess_analyse.documents.barres import Barres, dessiner
from ess_analyse.documents.ecriture import sans_controles
from ess_analyse.documents.modele_docx import composer_modele
from ess_analyse.erreurs import ErreurDonnees, Probleme

__all__ = ["TAILLE", "Document", "compter_pages", "convertir", "ecrire_selon_modele", "en_docx", "en_pdf"]

TAILLE = 10.5
"""Le corps du texte, en points : celui d'un livre."""

_LECTURE = "markdown" + "".join(
    f"-{extension}"
    for extension in (
        *("citations", "example_lists", "fancy_lists", "raw_attribute", "raw_html", "raw_tex", "smart"),
        "tex_math_dollars",
    )
)
"""Ce que l'étude écrit est de la prose : ni code d'un autre langage, ni signes changés."""
_EPOQUE = "315532800"
"""Le 1er janvier 1980, la plus ancienne date d'une archive : un docx n'a pas d'heure."""


@dataclass(frozen=True)
class Document:
    """Un document à imprimer ; ses textes perdent les caractères de contrôle, dont aucun format ne veut.

    Parameters
    ----------
    titre, sous_titre : str
        Du texte, sans Markdown.
    markdown : str
        Le corps ; ``![Légende](nom)`` y pose le diagramme de ce nom.
    barres : tuple of Barres
        Ses diagrammes.
    sommaire : bool
        Vrai s'il commence par une table des matières.
    """

    titre: str
    sous_titre: str
    markdown: str
    barres: tuple[Barres, ...] = ()
    sommaire: bool = False

    def __post_init__(self) -> None:
        for champ in ("titre", "sous_titre", "markdown"):
            object.__setattr__(self, champ, sans_controles(getattr(self, champ)))


def en_pdf(document: Document, taille: float = TAILLE) -> bytes:
    r"""Imprimer un document en PDF/UA-1 : balises, signets, alternatives, langue, titre, polices incorporées.

    Parameters
    ----------
    document : Document
        Ce qui est imprimé.
    taille : float
        Le corps du texte, en points.

    Returns
    -------
    bytes
        Le PDF, toujours le même pour le même document : ni date, ni police de la machine.

    Raises
    ------
    ErreurDonnees
        Si un texte de l'étude ne peut être mis en page, ou pas de façon accessible.

    Examples
    --------
    >>> en_pdf(Document("Essai", "", "# Un titre\n\nUn mot."))[:5]
    b'%PDF-'
    """
    import typst

    with tempfile.TemporaryDirectory() as dossier:
        racine = Path(dossier)
        mise_en_page = files("ess_analyse.documents") / "gabarits/mise_en_page.typ"
        (racine / mise_en_page.name).write_bytes(mise_en_page.read_bytes())
        with as_file(files("ess_analyse.documents") / "gabarits/document.typst") as gabarit:
            options = ["--to=typst-smart", f"--template={gabarit}", f"--variable=taille={taille}"]
            source = convertir(document, options, racine, "svg")
        (racine / "document.typ").write_bytes(source)
        try:
            return typst.compile(
                str(racine / "document.typ"),
                root=dossier,
                ignore_system_fonts=True,
                pdf_standards="ua-1",
            )
        except typst.TypstError as erreur:
            remede = "simplifiez le passage en cause : tables et liens d'un enseignement, d'une fiche, de la synthèse"
            message = f"la mise en page a échoué : {str(erreur).strip()[:300]}"
            raise ErreurDonnees([Probleme(document.titre, 0, message, remede=remede)]) from None


def en_docx(document: Document) -> bytes:
    """Écrire un document pour un traitement de texte, avec de vrais styles.

    Parameters
    ----------
    document : Document
        Ce qui est écrit.

    Returns
    -------
    bytes
        Le docx, toujours le même pour le même document.

    Raises
    ------
    ErreurDonnees
        Si un texte de l'étude ne peut être converti.
    """
    options = ["--metadata=toc-title:Sommaire", *(["--toc", "--toc-depth=2"] if document.sommaire else [])]
    return ecrire_selon_modele(document, "docx", composer_modele(), options)


def ecrire_selon_modele(
    document: Document, forme: Literal["docx", "pptx"], modele: bytes, options: Sequence[str]
) -> bytes:
    """Écrire un document de bureautique, aux styles d'un modèle.

    Parameters
    ----------
    document : Document
        Ce qui est écrit.
    forme : {"docx", "pptx"}
        Le format.
    modele : bytes
        Un document de ce format, dont les styles sont repris.
    options : sequence of str
        Ce que pandoc doit savoir de plus.

    Returns
    -------
    bytes
        Ce que pandoc a écrit.

    Raises
    ------
    ErreurDonnees
        Si pandoc refuse.
    """
    with tempfile.TemporaryDirectory() as dossier:
        racine = Path(dossier)
        reference, sortie = racine / f"modele.{forme}", racine / f"document.{forme}"
        reference.write_bytes(modele)
        lues = [f"--to={forme}", f"--reference-doc={reference}", f"--output={sortie}", *options]
        convertir(document, lues, racine, "png")
        return sortie.read_bytes()


def compter_pages(pdf: bytes) -> int:
    """Compter les pages d'un PDF."""
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(pdf)).pages)


def convertir(document: Document, options: Sequence[str], racine: Path, forme: Literal["svg", "png"]) -> bytes:
    """Confier un document à pandoc, sans que rien de la machine y entre.

    Parameters
    ----------
    document : Document
        Ce qui est converti.
    options : sequence of str
        Le format, le modèle…
    racine : Path
        Un dossier provisoire, où les diagrammes sont dessinés.
    forme : {"svg", "png"}
        Sous quelle forme.

    Returns
    -------
    bytes
        Ce que pandoc écrit, s'il ne l'écrit pas dans un fichier.

    Raises
    ------
    ErreurDonnees
        Si pandoc refuse.
    """
    import pypandoc

    for barres in document.barres:
        (racine / f"{barres.nom}.{forme}").write_bytes(dessiner(barres, forme))
    figures = {
        barres.nom: {"fichier": f"{barres.nom}.{forme}", "dit": barres.alternative} for barres in document.barres
    }
    meta = {"lang": "fr-FR", "title": document.titre, "subtitle": document.sous_titre, "figures": figures}
    meta["sommaire"] = document.sommaire
    # Metadata is Markdown for pandoc, unless it comes as JSON from a file: then a string is a string.
    (racine / "meta.json").write_text(json.dumps(_sans_markdown(meta), ensure_ascii=False), encoding="utf-8")
    with ExitStack() as pile:
        filtre = pile.enter_context(as_file(files("ess_analyse.documents") / "gabarits/filtre.lua"))
        commande = [pypandoc.get_pandoc_path(), f"--from={_LECTURE}", "--standalone", "--wrap=none", "--columns=1"]
        commande += [f"--lua-filter={filtre}", f"--metadata-file={racine / 'meta.json'}", *options]
        fini = subprocess.run(
            commande,
            input=document.markdown.encode("utf-8"),
            capture_output=True,
            cwd=racine,
            check=False,
            env=os.environ | {"SOURCE_DATE_EPOCH": _EPOQUE},
        )
    if fini.returncode:
        dit = fini.stderr.decode("utf-8", "replace").strip()[:300]
        remede = "vérifiez le Markdown des enseignements, des fiches et de la synthèse"
        raise ErreurDonnees([Probleme(document.titre, 0, f"conversion impossible : {dit}", remede=remede)])
    return fini.stdout


def _sans_markdown(valeur: object) -> object:
    if isinstance(valeur, Mapping):
        return {cle: _sans_markdown(une) for cle, une in valeur.items()}
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", valeur) if isinstance(valeur, str) else valeur
