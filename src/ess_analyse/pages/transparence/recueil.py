"""Ce que l'étude montre de son recueil : documents, panel, dates, durées, textes, confidentialité."""

from __future__ import annotations

import re

from ess_analyse.pages.transparence.effectifs import accorder
from ess_analyse.pages.transparence.sources import Constat, Sources
from ess_analyse.pages.typographie import en_mois, en_nombre

__all__ = ["confidentialite", "dates", "documents", "minutage", "observations", "panel", "textes"]

_METHODE = ("panel et méthode", "methode.html")
_PLURIELS = {"entretien": "entretiens", "observation": "observations", "document": "autres documents"}
_MOIS = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_MINUTE = 60


def documents(sources: Sources) -> Constat | None:
    """Compter les documents, par type, et les personnes qui y répondent."""
    nombre, effectifs = len(sources.matiere.corpus), sources.effectifs
    if not nombre:
        return None
    texte = f"Le corpus réunit {effectifs.dire(nombre, 'document')}"
    if sources.types_montrables and len(sources.types) > 1:
        detail = [
            accorder(sources.types[type_], type_ if type_ != "document" else "autre document", pluriel)
            for type_, pluriel in _PLURIELS.items()
            if type_ in sources.types
        ]
        texte += f" ({', '.join(detail)})"
    # Fewer names than interviews: one name stands for several people, or one person came twice.
    nommes = sources.interroges and len(sources.interroges) >= len(sources.entretiens)
    if nommes and sources.types_montrables:
        personnes = effectifs.dire(len(sources.interroges), "personne")
        texte += f". Dans les entretiens répondent {personnes}, équipe de recherche non comprise"
    return Constat(f"{texte}.", (_METHODE,), suffit=effectifs.montrables(nombre))


def panel(sources: Sources) -> Constat | None:
    """Compter les structures et les étiquettes de fonctions montrées, jamais les intitulés."""
    documents, effectifs = sources.matiere.documents, sources.effectifs
    structures = documents["structure"].replace("", None).nunique()
    if not structures:
        return None
    etiquettes = documents["famille"].replace("", None).nunique()
    texte = f"Les documents viennent de {effectifs.dire(structures, 'structure')}"
    if etiquettes:
        texte += (
            f". Le site dit la fonction de qui parle par {effectifs.dire(etiquettes, 'étiquette')}, assez larges pour "
        )
        texte += "ne désigner personne, et tait l'intitulé des postes"
    return Constat(f"{texte}.", (_METHODE,), suffit=effectifs.montrables(structures))


def dates(sources: Sources) -> Constat | None:
    """Dire de quel mois à quel mois le recueil s'est fait."""
    mois = sorted(mois[0] for date in sources.matiere.documents["date"] if (mois := _MOIS.match(date)))
    if not mois:
        return None
    if not sources.effectifs.montrables(len(mois)):
        return Constat("Trop peu de documents sont datés pour que leurs dates soient publiées.", suffit=False)
    dates_connues = sources.effectifs.part(len(mois), len(sources.matiere.documents), "document")
    quand = f"en {en_mois(mois[0])}"
    if mois[0] != mois[-1]:
        depuis = en_mois(mois[0])
        # The year is said once.
        quand = f"de {depuis[:-5] if mois[0][:4] == mois[-1][:4] else depuis} à {en_mois(mois[-1])}"
    return Constat(f"Le recueil s'est fait {quand}, d'après la date que portent {dates_connues}.")


def minutage(sources: Sources) -> Constat | None:
    """Dire la durée des entretiens dont la transcription a gardé le temps des tours."""
    entretiens = set(sources.entretiens)
    temps = [
        [tour.temps for tour in un.tours if tour.temps] for un in sources.matiere.corpus if un.identifiant in entretiens
    ]
    durees = [max(fin for _, fin in tours) - min(debut for debut, _ in tours) for tours in temps if tours]
    if not durees:
        return None
    if not sources.effectifs.montrables(len(durees)):
        return Constat("Trop peu d'entretiens ont gardé leur minutage pour que leur durée soit publiée.", suffit=False)
    if sources.types_montrables:
        combien = sources.effectifs.part(len(durees), len(entretiens), "entretien")
    else:
        combien = "une partie des entretiens" if len(durees) < len(entretiens) else "les entretiens"
    total, moyenne = (accorder(round(duree / _MINUTE), "minute") for duree in (sum(durees), sum(durees) / len(durees)))
    return Constat(
        f"La transcription a gardé le minutage de l'enregistrement pour {combien} : {total} en tout, {moyenne} en "
        "moyenne, du premier tour de parole au dernier."
    )


def observations(sources: Sources) -> Constat | None:
    """Compter les notes d'observation."""
    nombre = sources.types.get("observation", 0)
    if not nombre:
        return None
    notes = sources.effectifs.dire(nombre, "note d'observation", "notes d'observation")
    texte = (
        f"Le corpus contient {notes}." if sources.types_montrables else "Le corpus contient des notes d'observation."
    )
    return Constat(texte, (_METHODE,))


def textes(sources: Sources) -> Constat | None:
    """Mesurer les textes analysés, et dire comment leurs codages y tiennent."""
    mots = sum(len(un.texte.split()) for un in sources.matiere.corpus)
    if not mots:
        return None
    phrases = accorder(len(sources.matiere.segments), "phrase")
    return Constat(
        f"Les transcriptions comptent {accorder(mots, 'mot')}, découpés en {phrases}. Chaque phrase a une adresse dans "
        "le texte, et chaque codage est comparé à elle, mot à mot, toutes les fois qu'il est lu.",
        (("données", "donnees.html"),),
    )


def confidentialite(sources: Sources) -> Constat | None:
    """Dire ce que le site cache pour ne désigner personne."""
    # In the agreement table, an empty cell is a coefficient without a value.
    nombre = sum(int(table.isna().sum().sum()) for nom, table in sources.tables.items() if nom != "accord")
    cachees = accorder(nombre, "cellule cachée", "cellules cachées")
    plusieurs = sources.matiere.documents["structure"].nunique() > 1
    seule = " ou par une seule structure (sauf dans la table par structure)" if plusieurs else ""
    return Constat(
        f"Une cellule portée par moins de {en_nombre(sources.effectifs.seuil)} documents{seule} n'est pas publiée "
        f"({cachees} dans les tables, celles qui la feraient deviner comprises). Une citation "
        "ne dit la fonction de qui parle que par une étiquette assez large.",
        (("protection des données", "protection-des-donnees.html"), ("données", "donnees.html")),
    )
