"""Lire les paragraphes d'un document RTF."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from typing import NamedTuple

from ess_analyse.lecture.analyseur import Jauge, constater
from ess_analyse.lecture.archive import IllisibleError, descendre
from ess_analyse.lecture.composition import Brouillon, joindre
from ess_analyse.lecture.paragraphes import Depouillement, Paragraphe
from ess_analyse.lecture.repliques import lire_repliques

__all__ = ["lire_rtf"]

_JETON = re.compile(rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}]+)|\\")
_JETONS = 750_000
"""Mots de commande et accolades admis : LibreOffice en écrit deux mille par page, Word un peu plus."""
_MUET, _CADRE, _DIT = 2, 1, 0
"""Un groupe que l'on tait ; une forme, tue sauf le texte de son cadre ; un groupe que l'on lit."""
_CADRES = frozenset({"shp", "shpgrp", "shpinst", "do", "object"})
_A_PART = {
    "shptxt": "cadre",
    "dptxbxtext": "cadre",
    "result": "cadre",
    "footnote": "note",
    "listtext": "puce",
    "pntext": "puce",
}
"""Les groupes dont le texte se lit à part : cadres et objets, notes de bas de page et de fin, numéros de liste."""
_NUMERO = re.compile(r"\d|\w[.)°]")
"""Ce qu'a un numéro de liste, qui se garde, et que n'a pas une puce."""
_FINS = frozenset({"par", "sect", "page", "cell", "row", "nestcell", "nestrow"})
_TUS = {
    "annotation": "commentaire",
    "pict": "image",
    "shppict": "image",
    **{f"{quoi}{ou}": "entete" for quoi in ("header", "footer") for ou in ("", "f", "l", "r")},
}
_JEUX = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_REFAIRE = "ouvrez-le dans votre traitement de texte et réenregistrez-le, en .rtf ou en .docx"


class _Groupe(NamedTuple):
    """Ce qu'une accolade fermante rend à sa valeur d'avant."""

    ecoute: int = _DIT
    gras: bool = False
    efface: bool = False
    police: int | None = None
    secours: int = 1
    en_table: bool = False
    flux: int = 0
    sorte: str = ""


class _Flux:
    """Le corps du document, ou un texte lu à part : ses paragraphes, le tableau et le paragraphe en cours."""

    def __init__(self, jauge: Jauge, comptes: Counter[str], constats: list[str]):
        self.jauge, self.comptes, self.constats = jauge, comptes, constats
        self.paragraphes: list[Paragraphe] = []
        self.lignes: list[list[list[Paragraphe]]] = []
        self.ligne: list[list[Paragraphe]] = []
        self.case: list[Paragraphe] = []
        self._vider()

    def _vider(self) -> None:
        self.brouillon = Brouillon()
        self.tete: list[str] = []
        self.reste: list[str] = []

    def dire(self, texte: str, gras: bool) -> None:
        self.jauge.ajouter(signes=len(texte))
        en_tete = not self.reste and (gras or not texte.strip())
        (self.tete if en_tete else self.reste).append(texte)

    def finir(self, fin: str, en_table: bool) -> None:
        """Finir un paragraphe, et la case ou la ligne qu'il finit."""
        self.jauge.ajouter(contenants=1)
        self.brouillon.morceaux = [(_reunir(self.tete), True), (_reunir(self.reste), False)]
        lus = self.brouillon.composer()
        self._vider()
        if fin == "cell":
            self.ligne.append(self.case + lus)
            self.case = []
        elif fin == "row":
            self._finir_ligne(lus)
        elif en_table:
            self.case += lus
        else:
            self._finir_table()
            self.paragraphes += lus

    def rendre(self) -> list[Paragraphe]:
        self.finir("par", False)
        return self.paragraphes

    def _finir_ligne(self, lus: list[Paragraphe]) -> None:
        dernieres = [self.case + lus] if self.case or lus else []
        if self.ligne or dernieres:
            self.lignes.append(self.ligne + dernieres)
        self.ligne, self.case = [], []

    def _finir_table(self) -> None:
        self._finir_ligne([])
        if repliques := lire_repliques(self.lignes):
            self.paragraphes += repliques.paragraphes
            self.comptes["tableau"] += 1
            self.comptes["numero_de_ligne"] += repliques.numeros
            if repliques.entete:
                self.constats.append(f"en-tête de tableau laissé de côté : « {repliques.entete} »")
        else:
            self.paragraphes += [p for ligne in self.lignes for case in ligne for p in case]
        self.lignes = []


class _Lecteur:
    """Suivre les groupes d'un RTF et réunir le texte par paragraphe.

    striprtf donne ses tables (groupes muets, signes, jeux de caractères) ; sa boucle n'est pas employée : elle perd
    les notes et les cadres, garde les suppressions suivies et coupe en deux les signes hors du plan de base.
    """

    def __init__(self):
        from striprtf.striprtf import charset_map, destinations, specialchars

        self.jeux_connus, self.muets, self.signes = charset_map, destinations | {"nonshppict"}, specialchars
        self.jauge, self.comptes, self.constats = Jauge(), Counter(), []
        self.groupe, self.pile, self.flux = _Groupe(), [], []
        self.jeu, self.jeux, self.defaut = "cp1252", {}, None
        self.octets, self.a_sauter, self.etoile = bytearray(), 0, False
        self._ouvrir_flux()

    def _ouvrir_flux(self) -> None:
        self.jauge.ajouter(contenants=1)
        self.flux.append(_Flux(self.jauge, self.comptes, self.constats))

    def lire(self, octets: bytes) -> list[Paragraphe]:
        place = 0
        while jeton := _JETON.match(octets, place):
            place = jeton.end()
            mot, nombre, hexa, signe, accolade, texte = jeton.groups()
            if hexa:
                self._recevoir(bytes.fromhex(hexa.decode()))
            elif texte:
                self._recevoir(texte.translate(None, b"\r\n\0"))
            elif mot == b"bin":
                # Raw bytes may hold braces: they are stepped over, never read.
                place += max(int(nombre or 0), 0)
            else:
                self._decoder()
                if accolade == b"{":
                    descendre(len(self.pile))
                    self.pile.append(self.groupe)
                elif accolade:
                    self._fermer()
                    if not self.pile:
                        return self.flux[0].rendre()
                elif signe:
                    self._signe(signe.decode("latin-1"))
                elif mot:
                    self._mot(mot.decode(), int(nombre) if nombre else None)
        raise IllisibleError("document tronqué ou abîmé", _REFAIRE)

    def _recevoir(self, octets: bytes) -> None:
        """Garder des octets à décoder ensemble, sauf ceux qui doublent un signe déjà dit par son numéro."""
        saut = min(self.a_sauter, len(octets))
        self.a_sauter -= saut
        if self.groupe.ecoute == _DIT and not self.groupe.efface:
            self.octets += octets[saut:]

    def _decoder(self) -> None:
        if self.octets:
            self._dire(self.octets.decode(self.jeux.get(self.groupe.police, self.jeu), errors="replace"))
            self.octets.clear()
        self.a_sauter = 0

    def _dire(self, texte: str) -> None:
        if self.groupe.ecoute == _DIT and not self.groupe.efface:
            self.flux[-1].dire(texte, self.groupe.gras)

    def _fermer(self) -> None:
        avant = self.pile.pop()
        if avant.flux < self.groupe.flux:
            self._fermer_flux(self.flux.pop())
        self.groupe, self.etoile = avant, False

    def _fermer_flux(self, ferme: _Flux) -> None:
        porteur = self.flux[-1]
        match self.groupe.sorte:
            case "puce":
                numero = _reunir(ferme.tete + ferme.reste)
                porteur.dire(numero if _NUMERO.search(numero) else "", False)
            case "note":
                porteur.brouillon.notes += [note] if (note := joindre(ferme.rendre())) else []
                self.comptes["note"] += bool(note)
            case _:
                porteur.brouillon.recus += ferme.rendre()

    def _signe(self, signe: str) -> None:
        if signe == "*":
            self.etoile = True
        elif signe in "\r\n":
            self._finir("par")
        elif signe in self.signes:
            self._dire(self.signes[signe])

    def _finir(self, fin: str) -> None:
        if self.groupe.ecoute == _DIT:
            self.flux[-1].finir(fin, self.groupe.en_table or fin.startswith("nest"))

    def _mot(self, mot: str, nombre: int | None) -> None:
        etoile, self.etoile = self.etoile, False
        groupe = self.groupe
        if mot in _A_PART and groupe.ecoute != _MUET:
            self._ouvrir_flux()
            self.groupe = groupe._replace(
                ecoute=_DIT, gras=False, en_table=False, flux=len(self.flux), sorte=_A_PART[mot]
            )
        elif mot in _CADRES and groupe.ecoute != _MUET:
            self.groupe = groupe._replace(ecoute=_CADRE)
        elif etoile or mot in self.muets:
            self._taire(mot)
        elif mot == "u" and nombre is not None:
            self._dire(chr(nombre % 0x10000))
            self.a_sauter = groupe.secours
        elif mot in _FINS:
            self._finir(mot)
        elif mot in self.signes:
            self._dire(self.signes[mot])
        else:
            self._regler(mot, nombre)

    def _taire(self, mot: str) -> None:
        if self.groupe.ecoute != _MUET and mot in _TUS:
            self.comptes[_TUS[mot]] += 1
        self.groupe = self.groupe._replace(ecoute=_MUET)

    def _regler(self, mot: str, nombre: int | None) -> None:
        """Suivre ce qui change la lecture des signes qui viennent."""
        groupe, oui = self.groupe, nombre != 0
        match mot:
            case "b":
                self.groupe = groupe._replace(gras=oui)
            case "deleted":
                self.comptes["suppression"] += oui and not groupe.efface and groupe.ecoute == _DIT
                self.groupe = groupe._replace(efface=oui)
            case "revised":
                self.comptes["insertion"] += oui and groupe.ecoute == _DIT
            case "pard" | "intbl":
                self.groupe = groupe._replace(en_table=mot == "intbl")
            case "plain":
                self.groupe = groupe._replace(gras=False, efface=False, police=self.defaut)
            case "f":
                self.groupe = groupe._replace(police=nombre)
            case "uc":
                self.groupe = groupe._replace(secours=max(nombre or 0, 0))
            case "deff":
                self.defaut = nombre
            case "fcharset" if nombre in self.jeux_connus:
                self.jeux[groupe.police] = _jeu(self.jeux_connus[nombre], self.jeu)
            case "ansicpg":
                self.jeu = _jeu(f"cp{nombre}", self.jeu)
            case "mac" | "pc" | "pca":
                self.jeu = _JEUX[mot]
            case "lbr":
                self._dire("\n")


def _reunir(textes: list[str]) -> str:
    """Joindre des morceaux, et les deux moitiés d'un signe hors du plan de base."""
    return "".join(textes).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _jeu(nom: str, defaut: str) -> str:
    try:
        return codecs.lookup(nom).name
    except LookupError:
        return defaut


def lire_rtf(octets: bytes) -> Depouillement:
    r"""Lire les paragraphes d'un document RTF.

    Parameters
    ----------
    octets : bytes
        Le fichier.

    Returns
    -------
    Depouillement
        Un paragraphe par ``\\par`` ou par case de tableau, sauf un tableau « locuteur | parole », dont chaque ligne est
        un tour ; une note (« [Note : …] ») ou un cadre suit le paragraphe qui le porte ; suppressions suivies,
        commentaires, images, en-têtes et pieds de page sont écartés, et dits.

    Raises
    ------
    IllisibleError
        Si ce n'est pas un RTF, s'il est tronqué ou démesuré.

    Examples
    --------
    >>> lire_rtf(rb"{\rtf1\ansi\ansicpg1252 {\b \'c9lodie :} \u199?a va ?\par}").paragraphes
    (Paragraphe(texte='Élodie : Ça va ?', locuteur=None, temps=None, gras=8),)
    """
    octets = octets.lstrip()
    if not octets.startswith(b"{\\rtf"):
        raise IllisibleError("ce n'est pas un document RTF, malgré son nom", _REFAIRE)
    if octets.count(b"\\") + octets.count(b"{") > _JETONS:
        raise IllisibleError("document démesuré", "vérifiez d'où il vient, il n'a pas été lu")
    lecteur = _Lecteur()
    paragraphes = lecteur.lire(octets)
    constats = [*constater(lecteur.comptes), *lecteur.constats]
    if images := lecteur.comptes["image"]:
        constats.append(f"{images} image{'s' * (images > 1)} laissée{'s' * (images > 1)} de côté")
    if perdus := sum(paragraphe.texte.count("\ufffd") for paragraphe in paragraphes):
        constats.append(f"{perdus} signe{'s' * (perdus > 1)} illisible{'s' * (perdus > 1)}, à la place : « \ufffd »")
    return Depouillement(tuple(paragraphes), tuple(constats))
