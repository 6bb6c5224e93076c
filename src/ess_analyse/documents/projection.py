"""Projeter un diaporama : un pptx que l'on retouche, une page HTML autonome qui se passe de tout."""

from __future__ import annotations

import io
import posixpath
import re
import tempfile
import zipfile
from html import escape
from importlib.resources import as_file, files
from pathlib import Path

from ess_analyse.documents.impression import Document, convertir, ecrire_selon_modele
from ess_analyse.documents.modele_pptx import composer_modele_pptx

__all__ = ["en_html", "en_pptx"]

_DATE = (1980, 1, 1, 0, 0, 0)
_DIAPOSITIVE = re.compile(r"ppt/slides/slide(\d+)\.xml")
_TEXTES = re.compile(r"docProps/core\.xml|ppt/(?:slides|notesSlides)/\w+\.xml")
_GENRES = "[Content_Types].xml"
_PIECE = re.compile(r'<Override[^>]*PartName="/(?P<nom>[^"]+)"[^>]*/>')
_CIBLE = re.compile(r'Target="([^"]+)"')
_SANS_LANGUE = re.compile(r"<a:rPr(?![^>]*\blang=)")
_IMAGE = re.compile(r'descr="[^"]*?(?P<nom>[\w-]+)\.png"(?P<entre>[^>]*?)name="[^"]*"')
_SECTION = re.compile(r'(?P<debut><section id="(?P<nom>[^"]+)"[^>]*)>(?P<blanc>\s*)<h2(?=[ >])')
_REMPLACES = {
    # pandoc indents a quotation by an eighth of the slide.
    'marL="1270000"': 'marL="360000"',
    # In a quotation, what is in italics is where it comes from.
    '<a:rPr sz="2000" i="1" />': '<a:rPr sz="1500"><a:solidFill><a:schemeClr val="accent4"/></a:solidFill></a:rPr>',
    'lang="en-US"': 'lang="fr-FR"',
    "</dc:creator>": "</dc:creator><dc:language>fr-FR</dc:language>",
}


def en_pptx(document: Document) -> bytes:
    """Écrire un diaporama pour PowerPoint ou Impress.

    Parameters
    ----------
    document : Document
        Une diapositive par titre de premier niveau ; ``::: notes`` y devient les notes de l'orateur.

    Returns
    -------
    bytes
        Le pptx, toujours le même pour le même document : langue, numéros, textes de remplacement, ni date ni chemin.

    Raises
    ------
    ErreurDonnees
        Si un texte de l'étude ne peut être converti.
    """
    return _achever(ecrire_selon_modele(document, "pptx", composer_modele_pptx(), ["--slide-level=1"]), document)


def en_html(document: Document) -> bytes:
    """Écrire un diaporama en une page HTML : hors ligne, au clavier, imprimable, lisible sans script.

    Parameters
    ----------
    document : Document
        Une diapositive par titre de premier niveau ; ``::: notes`` s'y déplie sous la diapositive.

    Returns
    -------
    bytes
        La page, images et style compris, toujours la même pour le même document.

    Raises
    ------
    ErreurDonnees
        Si un texte de l'étude ne peut être converti.
    """
    with (
        tempfile.TemporaryDirectory() as dossier,
        as_file(files("ess_analyse.documents") / "gabarits/diaporama.html") as gabarit,
    ):
        options = ["--to=html5", "--section-divs", "--shift-heading-level-by=1", "--embed-resources"]
        html = convertir(document, [*options, f"--template={gabarit}"], Path(dossier), "svg").decode("utf-8")
    return _SECTION.sub(r'\g<debut> aria-labelledby="titre-\g<nom>">\g<blanc><h2 id="titre-\g<nom>"', html).encode()


def _achever(pptx: bytes, document: Document) -> bytes:
    """Ajouter ce que pandoc n'écrit pas (langue, alternatives, numéros), ôter ce qu'il écrit de trop (chemins)."""
    alternatives = {barres.nom: barres.alternative for barres in document.barres}
    tampon = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(pptx)) as source, zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        liees = _suivre_les_liens(source)
        for nom in source.namelist():
            contenu = source.read(nom)
            if nom == _GENRES:
                contenu = _PIECE.sub(lambda piece: piece[0] * (piece["nom"] in liees), contenu.decode("utf-8")).encode()
            elif nom not in liees:
                continue
            elif _TEXTES.fullmatch(nom):
                contenu = _completer(nom, contenu.decode("utf-8"), alternatives, document.titre).encode("utf-8")
            archive.writestr(zipfile.ZipInfo(nom, _DATE), contenu, zipfile.ZIP_DEFLATED)
    return tampon.getvalue()


def _suivre_les_liens(archive: zipfile.ZipFile) -> set[str]:
    """Lister les pièces auxquelles on arrive : pandoc en laisse de son propre modèle, que rien n'emploie."""
    noms, liees, restent = set(archive.namelist()), set(), [""]
    while restent:
        dossier, _, nom = restent.pop().rpartition("/")
        liens = posixpath.join(dossier, "_rels", f"{nom}.rels")
        if liens not in noms or liens in liees:
            continue
        liees.add(liens)
        for cible in _CIBLE.findall(archive.read(liens).decode("utf-8")):
            piece = posixpath.normpath(posixpath.join(dossier, cible)).lstrip("/")
            liees.add(piece)
            restent.append(piece)
    return liees


def _completer(nom: str, xml: str, alternatives: dict[str, str], pied: str) -> str:
    def decrire(image: re.Match[str]) -> str:
        return f'descr="{escape(alternatives[image["nom"]])}"{image["entre"]}name="Diagramme {image["nom"]}"'

    xml = _IMAGE.sub(decrire, xml)
    for avant, apres in _REMPLACES.items():
        xml = xml.replace(avant, apres)
    diapositive = _DIAPOSITIVE.fullmatch(nom)
    # The first slide bears the title: it needs no foot.
    if diapositive and int(diapositive[1]) > 1:
        xml = xml.replace("</p:spTree>", _pied(pied, int(diapositive[1])) + "</p:spTree>")
    return _SANS_LANGUE.sub('<a:rPr lang="fr-FR"', xml)


def _pied(texte: str, numero: int) -> str:
    champ = "{C5EF2332-01BF-834F-8236-50238282D533}"
    gris = '<a:solidFill><a:schemeClr val="accent4"/></a:solidFill><a:latin typeface="+mn-lt"/>'
    lettres = f'<a:rPr lang="fr-FR" sz="1000">{gris}</a:rPr>'
    return "".join(
        f'<p:sp><p:nvSpPr><p:cNvPr id="{rang}" name="{nom}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr>'
        f'<p:ph type="{genre}" sz="quarter" idx="{place}"/></p:nvPr></p:nvSpPr><p:spPr/>'
        f'<p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:pPr algn="{cote}"/>{dit}</a:p></p:txBody></p:sp>'
        for rang, nom, genre, place, cote, dit in (
            (90, "Pied", "ftr", 11, "l", f"<a:r>{lettres}<a:t>{escape(texte)}</a:t></a:r>"),
            (
                91,
                "Numéro",
                "sldNum",
                12,
                "r",
                f'<a:fld id="{champ}" type="slidenum">{lettres}<a:t>{numero}</a:t></a:fld>',
            ),
        )
    )
