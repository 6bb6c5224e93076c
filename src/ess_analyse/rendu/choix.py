Xdef choisir_fichiers(racine: Path, motifs: Iterable[str]) -> list[str]:
    """Choisir des fichiers par motifs, comme Quarto : ``!`` retire, un dossier vaut tout ce qu'il contient.

    Parameters
    ----------
    racine : Path
        Le dossier de départ.
    motifs : iterable of str
        Par exemple ``rapports/*.qmd``, ``!rapports/essai.qmd``.

    Returns
    -------
    list of str
        Les chemins depuis ``racine``, sans doublon, dans l'ordre des motifs puis des noms.
    """
    choisis: dict[str, None] = {}
    for motif in motifs:
        retire, nu = motif.startswith("!"), motif.lstrip("!/")
        if (racine / nu).is_dir():
            nu = f"{nu.rstrip('/')}/**/*"
        trouves = sorted(chemin.relative_to(racine).as_posix() for chemin in racine.glob(nu or "*") if chemin.is_file())
        for nom in trouves:
            if retire:
                choisis.pop(nom, None)
            else:
                choisis.setdefault(nom)
    return list(choisis)


def choisir_pages(racine: Path, arbre: Arbre, sortie: str) -> tuple[tuple[str, ...], list[Probleme]]:
    motifs = bloc(projet.arbre.valeur, "project").get("render")
    place = ("project", "render")
    if motifs is not None and not _est_liste_de_textes(motifs):
        return (), [
            projet.probleme(
                place, "une liste de motifs est attendue", motifs, "écrivez un motif par ligne, avec un tiret"
            )
        ]
    # A glob from "/" would walk the whole project, its environment and its hidden folders included.
    candidats = choisir_fichiers(projet.racine, motifs) if motifs else _parcourir(projet)
    pages = [nom for nom in candidats if nom.endswith(EXTENSIONS) and _est_page(nom, projet)]
    problemes = []
    for rang, motif in enumerate(motifs or ()):
        if (
            not motif.startswith("!")
            and not any(c in motif for c in "*?[")
            and not (projet.racine / motif.lstrip("/")).exists()
        ):
            problemes.append(projet.probleme((*place, rang), "page introuvable", motif, proposer(motif, candidats)))
    if not pages:
        problemes.append(projet.probleme(place, "aucune page à rendre", "", "écrivez au moins index.qmd"))
    elif not any(PurePosixPath(nom).with_suffix("").as_posix() == "index" for nom in pages):
        problemes.append(
            projet.probleme(place, "le site n'a pas de page d'accueil", "", "ajoutez index.qmd à la racine")
        )
    vues: dict[str, str] = {}
    for nom in pages:
        autre = vues.setdefault(str(PurePosixPath(nom).with_suffix("")), nom)
        if autre != nom:
            problemes.append(Probleme(nom, 0, "deux pages auraient la même adresse", autre, "renommez l'une des deux"))
    return tuple(pages), problemes


def _parcourir(racine: Path, arbre: Arbre, sortie: str) -> list[str]:
    ecartes = {projet.sortie.name}
    noms, dossiers = [], [projet.racine]
    while dossiers:
        for chemin in dossiers.pop().iterdir():
            if chemin.name.startswith(("_", ".")) or chemin.name in ecartes:
                continue
            if chemin.is_dir():
                dossiers.append(chemin)
            elif chemin.name.upper() != "README.MD":
                noms.append(chemin.relative_to(projet.racine).as_posix())
    return sorted(noms, key=lambda nom: (nom.count("/"), nom))


def _est_page(nom: str, racine: Path, arbre: Arbre, sortie: str) -> bool:
    parties = PurePosixPath(nom).parts
    return not any(partie.startswith(("_", ".")) for partie in parties) and parties[0] != projet.sortie.name


def choisir_ressources(racine: Path, arbre: Arbre, sortie: str) -> tuple[tuple[str, ...], list[Probleme]]:
    motifs = bloc(projet.arbre.valeur, "project").get("resources") or []
    motifs = [motifs] if isinstance(motifs, str) else motifs
    place = ("project", "resources")
    if not _est_liste_de_textes(motifs):
        return (), [
            projet.probleme(
                place, "une liste de motifs est attendue", motifs, "écrivez un motif par ligne, avec un tiret"
            )
        ]
    problemes = [
        projet.probleme((*place, rang), "aucun fichier ne répond à ce motif", motif, "vérifiez son nom, ou retirez-le")
        for rang, motif in enumerate(motifs)
        if not motif.startswith("!") and "*" not in motif and not choisir_fichiers(projet.racine, [motif])
    ]
    return tuple(choisir_fichiers(projet.racine, motifs)), problemes


def _est_liste_de_textes(valeur: object) -> bool:
    return isinstance(valeur, list) and all(isinstance(element, str) for element in valeur)
