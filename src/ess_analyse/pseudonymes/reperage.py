"""Repérer dans un texte ce qui peut être un nom : sa place, sa nature, et à quel point c'est sûr."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ess_analyse.langue import Entite
from ess_analyse.pseudonymes.contextes import (
    ARTICLES,
    LIAISONS,
    ORAUX,
    TITRES,
    annonce_un_lieu,
    annonce_une_organisation,
    est_une_commune,
    est_une_rue,
    est_une_voie,
    lire_type,
)
from ess_analyse.pseudonymes.jugement import (
    COURT,
    DOUTEUX,
    PRENOM_AVANT_TOUT,
    PRENOM_CONNU,
    PROBABLE,
    SIGLE_MAX,
    SUR,
    TexteLu,
    est_courant,
    est_un_mot_outil,
    juger,
)
from ess_analyse.pseudonymes.lieux import chercher_lieu, debuts_de_lieux
from ess_analyse.pseudonymes.motif import aplatir, motif_noms
from ess_analyse.pseudonymes.mots import Mot, decouper_mots
from ess_analyse.pseudonymes.neutres import est_neutre, expressions_neutres
from ess_analyse.pseudonymes.prenoms import chercher_prenom

__all__ = ["Trouvaille", "reperer_noms"]

_MOT_TRES_COURANT = 3_000
"""En deçà de ce rang, un mot après « la rue » ne la nomme pas (« la rue principale », « la rue avec »)."""
_PARTICULES = frozenset(("ben", "bin", "el", "al", "van", "von", "da", "dos", "di", "le", "la"))


@dataclass(frozen=True)
class Trouvaille:
    """Un nom possible, là où il est écrit.

    Attributes
    ----------
    forme : str
        Tel qu'écrit, sans l'article qui le précède.
    debut, fin : int
        Sa place.
    nature : str
        ``personne``, ``lieu``, ``organisation``, ``autre``, ou vide si rien ne le dit.
    sorte : str
        ``prénom``, ``nom``, ``nom complet``, ``sigle``, une sorte de lieu, ou le mot qui dit ce que c'est (« lycée »).
    certitude : int
        De ``SUR`` (1) à ``FAIBLE`` (4).
    article : str
        L'article qui précède, avec sa capitale si elle est du nom (« La Grange »), ou vide.
    genre : str
        Celui que dit un titre (« madame ») : ``f``, ``m``, ou vide.
    """

    forme: str
    debut: int
    fin: int
    nature: str
    sorte: str
    certitude: int
    article: str = ""
    genre: str = ""


def reperer_noms(
    texte: str, entites: Sequence[Entite] = (), connus: Sequence[tuple[int, int]] = (), *, etiquette: bool = False
) -> list[Trouvaille]:
    """Repérer ce qui peut être un nom de personne, de lieu ou d'organisation.

    Parameters
    ----------
    texte : str
        Les paroles d'un tour, ou une cellule, une étiquette, un nom de fichier.
    entites : sequence of Entite
        Ce que l'apprentissage a reconnu ; il ne sert qu'à deviner la nature de ce que le reste a trouvé.
    connus : sequence of (int, int)
        Les places à ne pas regarder : une décision y est déjà prise.
    etiquette : bool
        Le texte est une étiquette : sa première capitale vaut celle d'un nom.

    Returns
    -------
    list of Trouvaille
        Dans l'ordre des places. « Marie Petit » est rendue en trois : le prénom, le nom, et les deux, parce que
        « petit » est aussi un mot.

    Examples
    --------
    >>> for trouve in reperer_noms("Ben j'ai dit à delphine que Mme Durand venait de la rue des Lavoirs à Montclair."):
    ...     print(trouve.forme, trouve.nature or "?", trouve.sorte, trouve.certitude)
    delphine personne prénom 1
    Durand personne nom 1
    rue des Lavoirs lieu rue 2
    Montclair ?  2
    """
    mots = decouper_mots(texte)
    if etiquette:
        mots = [replace(mot, tete=False) for mot in mots]
    places = [*connus, *(trouve.span() for trouve in _motif_neutre().finditer(texte))]
    ecartes = frozenset(
        rang for rang, mot in enumerate(mots) if any(debut < mot.fin and mot.debut < fin for debut, fin in places)
    )
    return sorted(_reperer(TexteLu(texte, mots, entites, ecartes)), key=lambda trouve: (trouve.debut, -trouve.fin))


@functools.cache
def _motif_neutre() -> re.Pattern:
    return motif_noms(expressions_neutres())


def _reperer(t: TexteLu) -> Iterator[Trouvaille]:
    rang = 0
    while rang < len(t.mots):
        if rang in t.ecartes:
            rang += 1
        elif fin := _lieu_long(t, rang):
            yield _trouver(t, rang, fin, "lieu", chercher_lieu(_forme(t, rang, fin)), SUR)
            rang = fin
        elif fin := _voie_sans_capitale(t, rang):
            yield _trouver(t, rang, fin, "lieu", t.mots[rang].minuscule, DOUTEUX)
            rang = fin
        elif certitude := juger(t, rang):
            fin = _prolonger(t, rang) if t.mots[rang].forme[0].isupper() else _prolonger_bas(t, rang)
            yield from _nommer(t, rang, fin, certitude)
            rang = fin
        else:
            rang += 1


def _lieu_long(t: TexteLu, rang: int) -> int:
    """Chercher un lieu connu en plusieurs mots (« saint brieuc », « Le Havre ») ; rendre où il finit, ou 0."""
    longueur = debuts_de_lieux().get(aplatir(t.mots[rang].forme), 1)
    for fin in range(min(rang + longueur, len(t.mots)), rang + 1, -1):
        if all(t.suit(suite) and suite not in t.ecartes for suite in range(rang + 1, fin)):
            forme = _forme(t, rang, fin)
            libre = forme.islower() and all(est_courant(mot.minuscule) for mot in t.mots[rang:fin])
            if chercher_lieu(forme) and not libre and t.mots[fin - 1].forme[0].isupper() == (not forme.islower()):
                return fin
    return 0


def _voie_sans_capitale(t: TexteLu, rang: int) -> int:
    """Chercher une adresse dite sans capitale (« rue pasteur », « avenue de la gare ») ; rendre où elle finit, ou 0."""
    if not est_une_rue(t.mots[rang]):
        return 0
    fin = rang + 1
    while fin - rang < 3 and t.suit(fin) and t.mots[fin].minuscule in LIAISONS:
        fin += 1
    nomme = t.suit(fin) and t.mots[fin].forme.islower() and fin not in t.ecartes
    return fin + 1 if nomme and not est_un_mot_outil(t.mots[fin].minuscule, _MOT_TRES_COURANT) else 0


def _prolonger(t: TexteLu, rang: int) -> int:
    """Suivre un nom à capitale : « Coup de Main Morvelle », « Le Goff » après un prénom, « Samir Ben Salah »."""
    titre = t.avant(rang) in TITRES
    personne = titre or _est_un_prenom(t.mots[rang], suite=True, titre=False)
    fin = rang + 1
    while True:
        suite = fin
        while not personne and suite - fin < 2 and t.suit(suite) and t.mots[suite].minuscule in LIAISONS:
            if t.mots[suite].forme[0].isupper():
                break
            suite += 1
        if not (t.suit(suite) and _continue(t, suite, personne)):
            return fin
        fin = suite + 1


def _continue(t: TexteLu, rang: int, personne: bool) -> bool:
    mot = t.mots[rang]
    sigle = t.mots[rang - 1].sigle and not mot.sigle and len(t.mots[rang - 1].forme) <= COURT
    if rang in t.ecartes or sigle or mot.tete or len(mot.forme) == 1 or est_neutre(mot.forme):
        return False
    if mot.forme[0].isupper():
        return True
    return personne and mot.minuscule in _PARTICULES and t.suit(rang + 1) and t.mots[rang + 1].forme[0].isupper()


def _prolonger_bas(t: TexteLu, rang: int) -> int:
    """Suivre un prénom sans capitale : « delphine barbet », « marie rose », « samir ben salah »."""
    if not chercher_prenom(t.mots[rang].forme):
        return rang + 1
    fin = rang + 1
    while fin < min(rang + 4, len(t.mots)) and t.suit(fin) and fin not in t.ecartes:
        mot = t.mots[fin]
        particule = mot.minuscule in _PARTICULES and fin + 1 < len(t.mots)
        if particule and not est_courant(t.mots[fin + 1].minuscule) and t.suit(fin + 1):
            fin += 2
        elif len(mot.forme) >= COURT and not est_courant(mot.minuscule) and mot.minuscule not in ORAUX:
            fin += 1
        else:
            break
    return fin


def _nommer(t: TexteLu, rang: int, fin: int, certitude: int) -> Iterator[Trouvaille]:
    mots = t.mots[rang:fin]
    while len(mots) > 1 and mots[0].minuscule in ARTICLES and mots[0].forme[0].isupper():
        # « La Remise » in mid-sentence: the article is the name's own, and is read again in front of it.
        rang, mots = rang + 1, mots[1:]
    titre = TITRES.get(t.avant(rang))
    forme = _forme(t, rang, fin)
    coupe, lieu = _couper_personne(mots, titre is not None), chercher_lieu(forme)
    if extension := _type_devant(t, rang, lieu=bool(lieu), personne=coupe is not None):
        debut, nature, sorte = extension
        yield _trouver(t, debut, fin, nature, sorte, min(certitude, PROBABLE))
    elif coupe is not None:
        yield from _nommer_personne(t, rang, rang + coupe, fin, certitude, titre or "")
    elif lieu or _commune_devant(t, rang):
        yield _trouver(t, rang, fin, "lieu", lieu or "bourg", certitude)
    elif len(mots) > 1 and _est_un_prenom(mots[-1], suite=True, titre=True) and not est_courant(mots[0].minuscule):
        yield from (
            _trouver(t, rang, fin - 1, "personne", "nom", certitude),
            _trouver(t, fin - 1, fin, "personne", "prénom", SUR),
        )
    elif len(mots) == 1 and mots[0].sigle and len(mots[0].forme) <= SIGLE_MAX:
        yield _trouver(t, rang, fin, "organisation", "sigle", certitude)
    else:
        yield _trouver(t, rang, fin, *_deviner_nature(t, rang, fin), PROBABLE if len(mots) > 1 else certitude)


def _deviner_nature(t: TexteLu, rang: int, fin: int) -> tuple[str, str]:
    if re.match(r"(?i)(?:saint|sainte|st|ste)[\s-]|\S+-(?:sur|sous|lès|en|la|le|de)-", _forme(t, rang, fin)):
        return "lieu", "bourg"
    debut = _avant_liaisons(t, rang)
    if annonce_une_organisation(t.mots, debut):
        return "organisation", "structure"
    if annonce_un_lieu(t.mots, rang):
        return "lieu", "bourg"
    return t.nature(t.mots[rang].debut, t.mots[fin - 1].fin), ""


def _couper_personne(mots: Sequence[Mot], titre: bool) -> int | None:
    """Dire combien de mots d'un nom sont des prénoms ; rien si ce n'est pas une personne."""
    prenoms = 0
    while prenoms < len(mots) and _est_un_prenom(mots[prenoms], suite=len(mots) > 1, titre=titre):
        prenoms += 1
    if not prenoms:
        return 0 if titre else None
    compose = len(mots) == prenoms == 2 and chercher_prenom(f"{mots[0].forme}-{mots[1].forme}")
    if compose and compose.nom.count("-"):
        return 2
    return max(1, min(prenoms, len(mots) - 1))


def _est_un_prenom(mot: Mot, *, suite: bool, titre: bool) -> bool:
    prenom = chercher_prenom(mot.forme)
    if not prenom or (suite and mot.minuscule in _PARTICULES):
        return False
    if titre:
        return prenom.rang < PRENOM_AVANT_TOUT
    return prenom.rang < PRENOM_CONNU or not (chercher_lieu(mot.forme) or est_courant(mot.minuscule))


def _nommer_personne(t: TexteLu, debut: int, coupe: int, fin: int, certitude: int, genre: str) -> Iterator[Trouvaille]:
    if debut < coupe:
        yield _trouver(t, debut, coupe, "personne", "prénom", certitude, genre)
    if coupe < fin:
        sur = min(certitude, PROBABLE) if debut < coupe else certitude
        yield _trouver(t, coupe, fin, "personne", "nom", sur, genre)
    if debut < coupe < fin and est_courant(t.mots[fin - 1].minuscule):
        yield _trouver(t, debut, fin, "personne", "nom complet", certitude, genre)


def _type_devant(t: TexteLu, rang: int, *, lieu: bool, personne: bool) -> tuple[int, str, str] | None:
    """Chercher devant un nom le mot qui dit ce que c'est : « lycée Vaugrand », « rue des Lavoirs »."""
    debut = _avant_liaisons(t, rang)
    if not t.suit(debut) or debut - 1 in t.ecartes:
        return None
    mot, lie = t.mots[debut - 1], debut < rang
    nature = lire_type(mot.minuscule)
    # « la mairie de Nantes », « l'atelier de Lucien », « la crèche de La Chesnelle »: the last word alone is the name.
    ailleurs = lie and not est_une_voie(mot) and (lieu or est_une_commune(mot) or _situe(t, debut, nature))
    if not nature or ailleurs or (lie and personne):
        return None
    return debut - 1, nature, mot.minuscule


def _situe(t: TexteLu, debut: int, nature: str) -> bool:
    """Dire si « de » situe une structure (« chantier de Montclair ») au lieu de la nommer (« résidence des Pins »)."""
    return nature != "lieu" and t.mots[debut].minuscule in ("de", "d'")


def _commune_devant(t: TexteLu, rang: int) -> bool:
    debut = _avant_liaisons(t, rang)
    if debut == rang or not t.suit(debut):
        return False
    mot = t.mots[debut - 1]
    return est_une_commune(mot) or (bool(lire_type(mot.minuscule)) and _situe(t, debut, lire_type(mot.minuscule)))


def _avant_liaisons(t: TexteLu, rang: int) -> int:
    debut = rang
    while debut > 0 and rang - debut < 2 and t.suit(debut) and t.mots[debut - 1].minuscule in LIAISONS:
        debut -= 1
    return debut


def _trouver(t: TexteLu, debut: int, fin: int, nature: str, sorte: str, certitude: int, genre: str = "") -> Trouvaille:
    article = ""
    if t.suit(debut) and (avant := t.mots[debut - 1]).minuscule in ARTICLES:
        article = ARTICLES[avant.minuscule]
        article = article.capitalize() if avant.forme[0].isupper() and not avant.tete else article
    places = t.mots[debut].debut, t.mots[fin - 1].fin
    return Trouvaille(_forme(t, debut, fin), *places, nature, sorte or "", certitude, article, genre)


def _forme(t: TexteLu, debut: int, fin: int) -> str:
    return t.texte[t.mots[debut].debut : t.mots[fin - 1].fin]
