"""L'autodiagnostic dans un vrai navigateur : répondre, lire son bilan, l'enregistrer, le reprendre, l'imprimer."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from pypdf import PdfReader

RACINE = Path(__file__).parents[1]
PAGE = "rapports/autodiagnostic.html"
REPONSES = ("oui", "en partie", "non", "sans objet")
INCHANGEES = "Vos réponses n’ont pas changé."


@pytest.fixture(scope="module")
def site(demonstration_rendue):
    return demonstration_rendue / "_site"


def repondre(page, donnees):
    for numero, reponse in donnees.items():
        page.check(f'input[name="{numero}"][value="{reponse}"]')


def remplir(page, choisir):
    """Répondre d'un coup à toutes les questions, comme une personne qui clique : ``choisir(rang)``."""
    numeros = page.eval_on_selector_all("fieldset[data-numero]", "(n) => n.map((un) => un.dataset.numero)")
    donnees = {numero: choisir(rang) for rang, numero in enumerate(numeros)}
    page.evaluate(
        "(donnees) => Object.entries(donnees).forEach(([numero, reponse]) =>"
        ' document.querySelector(`input[name=${numero}][value="${reponse}"]`).click())',
        {numero: reponse for numero, reponse in donnees.items() if reponse},
    )
    return donnees


def reponses(page):
    return page.eval_on_selector_all("fieldset input:checked", "(n) => n.map((un) => [un.name, un.value])")


def deposer(page, contenu, nom="reponses.json"):
    octets = contenu if isinstance(contenu, bytes) else json.dumps(contenu).encode()
    page.set_input_files("[name=fichier]", {"name": nom, "mimeType": "application/json", "buffer": octets})
    page.wait_for_function("document.querySelector('#annonce').textContent")
    annonce = page.inner_text("#annonce")
    page.evaluate("document.querySelector('#annonce').textContent = ''")
    return annonce


def enregistrer(page):
    with page.expect_download() as telechargement:
        page.click("#enregistrer")
    chemin = telechargement.value.path()
    return telechargement.value.suggested_filename, json.loads(Path(chemin).read_text(encoding="utf-8"))


@pytest.mark.parametrize(("largeur", "theme"), [(1280, "light"), (390, "dark")])
def test_aucune_violation_une_fois_remplie(ouvrir, violations, largeur, theme):
    page = ouvrir(PAGE, largeur, theme)
    remplir(page, lambda rang: REPONSES[rang % 4] if rang % 7 else None)
    page.evaluate("document.querySelector('#ensuite').open = true")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= largeur


def test_aucune_violation_avant_de_repondre(ouvrir, violations):
    assert violations(ouvrir(PAGE, 390)) == []


def test_rien_ne_deborde_d_un_petit_ecran(ouvrir):
    page = ouvrir(PAGE, 320)
    remplir(page, lambda rang: REPONSES[rang % 4])
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_la_page_est_legere(site):
    assert (site / PAGE).stat().st_size < 300_000


def test_au_fil_de_l_eau_la_barre_dit_ce_qui_reste(ouvrir):
    page = ouvrir(PAGE)
    assert page.inner_text("#avancement").startswith("0 réponse sur 36. Il reste 36 questions")
    repondre(page, {"Q1": "oui", "Q14": "non"})
    dit = page.inner_text("#avancement")
    assert dit.startswith("2 réponses sur 36. Il reste 34 questions")
    assert "Activité de production 11" in dit
    page.click("#avancement a >> nth=0")
    assert page.evaluate("location.hash") == "#question-Q2"
    remplir(page, lambda rang: "sans objet")
    assert page.inner_text("#avancement") == "36 réponses sur 36."
    assert page.locator("#avancement a").count() == 0


def test_le_lecteur_d_ecran_n_entend_que_les_etapes(ouvrir):
    page = ouvrir(PAGE)
    production = [f"Q{numero}" for numero in range(1, 13)]
    repondre(page, dict.fromkeys(production[:-1], "oui"))
    assert page.inner_text("#annonce") == ""
    repondre(page, {production[-1]: "oui"})
    assert page.inner_text("#annonce") == "« Activité de production » est complet."
    assert page.get_attribute("#annonce", "role") == "status"
    remplir(page, lambda rang: "oui")
    assert page.inner_text("#annonce") == "Toutes les questions ont une réponse. Votre bilan est complet."


def profil(page):
    """Lire la table par thème : code, comptes, ce qui est acquis."""
    return page.eval_on_selector_all(
        'tr[data-champ="theme"]',
        "(n) => n.map((un) => [un.dataset.code,"
        " [...un.querySelectorAll('td:not(.carres, .acquis)')].map((cellule) => +cellule.textContent),"
        " un.querySelector('.acquis').textContent])",
    )


def test_le_radar_dit_ce_que_dit_la_table_et_un_sans_objet_n_est_pas_un_zero(ouvrir):
    page = ouvrir(PAGE)
    assert not page.is_visible("#radar"), "sans réponse, pas de profil"
    remplir(page, lambda rang: (*REPONSES, None)[rang % 5])
    lignes = profil(page)
    for _, (oui, en_partie, non, _, manque), acquis in lignes:
        comptees = oui + en_partie + non
        if comptees:
            assert int(acquis.removesuffix("\u00a0%")) == int(100 * (oui + en_partie / 2) / comptees + 0.5)
        else:
            assert acquis == ("à répondre" if manque else "sans objet")
    vides = [acquis for _, _, acquis in lignes if not acquis.endswith("%")]
    assert {"à répondre", "sans objet"} == set(vides)
    radar = page.locator("#radar svg")
    assert radar.locator(".point").count() == len(lignes) - len(vides)
    assert radar.locator(".carre").count() == radar.locator(".grille[stroke-dasharray]").count() == len(vides)
    distances = radar.evaluate(
        "(un) => [...un.querySelectorAll('.point')].map(({ cx, cy }) =>"
        " Math.hypot(cx.baseVal.value - 200, cy.baseVal.value - 200))"
    )
    parts = [int(acquis[:-2]) for _, _, acquis in lignes if acquis.endswith("%")]
    assert [round(distance / 1.6) for distance in distances] == pytest.approx(parts, abs=1)


def test_le_radar_se_lit_sans_le_voir(ouvrir):
    page = ouvrir(PAGE)
    remplir(page, lambda rang: "sans objet" if rang % 3 else "non")
    radar = page.locator("#radar svg")
    assert radar.get_attribute("role") == "img"
    nomme = [page.text_content(f"#{nom}") for nom in ("radar-titre", "radar-dit")]
    assert radar.get_attribute("aria-labelledby") == "radar-titre radar-dit"
    assert nomme[0] == "Votre profil, thème par thème"
    lignes = profil(page)
    places = sum(acquis.endswith("%") for _, _, acquis in lignes)
    assert nomme[1].startswith(f"{places} thèmes sur {len(lignes)} ont un point")
    assert "Sans point, sans objet : " in nomme[1]
    assert nomme[1].endswith("La table qui suit dit chaque valeur.")
    numeros = page.locator('tr[data-champ="theme"] .rang').all_inner_texts()
    assert numeros == [str(rang) for rang in range(1, len(lignes) + 1)]
    assert radar.locator("text:not(.repere)").all_text_contents() == numeros
    reperes = page.locator(".reperes li").all_text_contents()
    assert reperes == page.locator('tr[data-champ="theme"] .etiquette').all_text_contents()


def test_tout_sans_objet_ne_dessine_rien(ouvrir):
    page = ouvrir(PAGE)
    remplir(page, lambda rang: "sans objet")
    assert not page.is_visible("#radar")
    assert {acquis for _, _, acquis in profil(page)} == {"sans objet"}


def test_le_profil_compte_chaque_reponse_par_activite_et_par_theme(ouvrir):
    page = ouvrir(PAGE)
    donnees = remplir(page, lambda rang: (*REPONSES, None)[rang % 5])
    for champ in ("prisme", "theme"):
        lignes = page.eval_on_selector_all(
            f'tr[data-champ="{champ}"]',
            "(n) => n.map((un) => [un.dataset.code,"
            " [...un.querySelectorAll('td:not(.carres, .acquis)')].map((cellule) => +cellule.textContent),"
            " un.querySelectorAll('.carres rect').length])",
        )
        attendus = {}
        for question in page.locator("fieldset[data-numero]").all():
            numero, code = question.get_attribute("data-numero"), question.get_attribute(f"data-{champ}")
            attendus.setdefault(code, [0] * 5)[[*REPONSES, None].index(donnees[numero])] += 1
        assert {code: comptes for code, comptes, _ in lignes} == attendus
        assert all(carres == sum(comptes) for _, comptes, carres in lignes)
    assert page.locator("#resultats svg:not([aria-hidden=true], [role=img])").count() == 0, (
        "la table dit tout ce que montre le dessin"
    )
    assert "Bilan provisoire : il reste 7 questions." in page.inner_text("#resume")


def test_d_abord_les_non_puis_les_en_partie_les_plus_dites_devant(ouvrir):
    page = ouvrir(PAGE)
    assert "Aucune réponse" in page.inner_text("#aucune")
    donnees = remplir(page, lambda rang: ("en partie", "non", "oui", "sans objet")[rang % 4])
    poids = dict(
        page.eval_on_selector_all(
            "fieldset[data-numero]", "(n) => n.map((un) => [un.dataset.numero, +un.dataset.poids])"
        )
    )
    page.evaluate("document.querySelector('#ensuite').open = true")
    titres = page.locator(":is(#priorites, #ensuite ol) > li strong").all_inner_texts()
    numeros = [titre.split(".")[0] for titre in titres]
    rang = ["non", "en partie"]
    attendus = sorted(
        (numero for numero in donnees if donnees[numero] in rang),
        key=lambda numero: (rang.index(donnees[numero]), -poids[numero]),
    )
    assert numeros == attendus
    assert page.locator("#priorites > li").count() == 5
    assert page.inner_text("#ensuite summary") == f"Les {len(attendus) - 5} points suivants"
    assert page.get_attribute("#ensuite ol", "start") == "6"
    premier = page.locator("#priorites > li").first
    assert f"Votre réponse : non · {poids[numeros[0]]} citations à ce sujet" in premier.inner_text()
    assert page.inner_text("#aucune") == ""


def test_chaque_priorite_mene_a_l_enseignement_a_la_fiche_et_a_l_action(ouvrir):
    page = ouvrir(PAGE)
    repondre(page, {"Q1": "non"})
    attendus = page.get_attribute("#question-Q1", "data-liens").split()
    liens = page.locator("#priorites li li a")
    mots = {"F": "Fiche ", "A": "Action "}
    assert [re.match(r"\w+ \w+", texte).group() for texte in liens.all_inner_texts()] == [
        mots.get(numero[0], "Enseignement ") + numero for numero in attendus
    ]
    adresses = [lien.get_attribute("href") for lien in liens.all()]
    assert any(adresse.startswith("fiches/") for adresse in adresses)
    page.on("dialog", lambda dialogue: dialogue.accept())
    liens.last.click()
    page.wait_for_url(f"**/plan-actions.html#action-{attendus[-1]}")
    assert page.locator(f"#action-{attendus[-1]}").count() == 1


def test_enregistrer_recharger_la_page_puis_le_fichier(ouvrir):
    page = ouvrir(PAGE)
    donnees = remplir(page, lambda rang: REPONSES[rang % 4] if rang % 5 else None)
    page.fill("[name=structure]", "L'Étape & Cie")
    nom, fichier = enregistrer(page)
    assert re.fullmatch(r"autodiagnostic-l-etape-cie-\d{4}-\d\d-\d\d\.json", nom)
    assert (fichier["format"], fichier["version"], fichier["structure"]) == (
        "ess_analyse/autodiagnostic",
        1,
        "L'Étape & Cie",
    )
    assert {une["numero"]: une["reponse"] for une in fichier["reponses"]} == {n: r for n, r in donnees.items() if r}
    assert fichier["reponses"][0]["question"] == page.inner_text("#question-Q2 .enonce")
    avant = reponses(page)
    page.reload()
    assert reponses(page) == [], "sans brouillon demandé, rien ne reste dans le navigateur"
    assert page.input_value("[name=structure]") == ""
    assert deposer(page, fichier) == f"{len(avant)} réponses reprises."
    assert reponses(page) == avant
    assert "L'Étape & Cie" in page.inner_text("#entete")


def test_un_fichier_que_l_on_ne_peut_pas_reprendre_ne_change_rien(ouvrir):
    page = ouvrir(PAGE)
    repondre(page, {"Q1": "non"})
    bon = enregistrer(page)[1]
    etrangere = bon | {"reponses": [{"numero": "Q1", "question": "Une tout autre question ?", "reponse": "oui"}]}
    messages = {
        "Ce fichier est abîmé, ou n’a pas été enregistré par cette page.": json.dumps(bon).encode()[:-9],
        "Ce fichier n’est pas un autodiagnostic.": {"format": "autre"},
        "Ce fichier a une autre forme (version 2) que cette page ne sait pas lire.": bon | {"version": 2},
        "Ce fichier est abîmé : ses réponses manquent.": bon | {"reponses": "oui"},
        "Ce fichier vient d’une autre étude : aucune de ses questions n’est posée ici.": etrangere,
        "Ce fichier est trop gros pour être un autodiagnostic.": b" " * 1_000_001,
    }
    for message, contenu in messages.items():
        assert deposer(page, contenu) == f"{message} {INCHANGEES}"
        assert reponses(page) == [["Q1", "non"]]
        assert not page.is_visible("#retablir")
    for contenu in (b"", b"\xff\xfe\x00", b"null", b"[]", b"3", b'"Q1"'):
        assert deposer(page, contenu).endswith(INCHANGEES)


def test_un_fichier_dont_une_question_a_change_garde_le_reste(ouvrir):
    page = ouvrir(PAGE)
    repondre(page, {"Q1": "non", "Q2": "oui", "Q3": "oui"})
    fichier = enregistrer(page)[1]
    fichier["reponses"][1]["question"] += " Autrement dit."
    fichier["reponses"][2]["reponse"] = "peut-être"
    fichier["reponses"] += [None, 3, {"question": {}}]
    assert deposer(page, fichier) == "1 réponse reprise. 5 autres laissées : la question a changé."
    assert reponses(page) == [["Q1", "non"]]
    page.click("#retablir")
    assert reponses(page) == [["Q1", "non"], ["Q2", "oui"], ["Q3", "oui"]]


def test_une_reponse_suit_les_mots_de_sa_question(ouvrir):
    """Les questions ont été renumérotées depuis l'enregistrement : la réponse va à la même phrase."""
    page = ouvrir(PAGE)
    repondre(page, {"Q7": "non"})
    fichier = enregistrer(page)[1]
    fichier["reponses"][0]["numero"] = "Q1"
    assert deposer(page, fichier) == "1 réponse reprise."
    assert reponses(page) == [["Q7", "non"]]


def test_un_nom_hostile_reste_du_texte(ouvrir):
    page = ouvrir(PAGE)
    repondre(page, {"Q1": "oui"})
    fichier = enregistrer(page)[1]
    piege = '<img src="http://ailleurs.test/x" onerror="alert(1)">' + "x" * 500
    deposer(page, fichier | {"structure": piege})
    assert page.input_value("[name=structure]") == piege[:80]
    assert page.locator("#entete img").count() == 0
    deposer(page, fichier | {"structure": {"toString": "non"}})
    assert page.input_value("[name=structure]") == ""


def test_le_brouillon_n_est_garde_que_si_on_le_demande(ouvrir):
    page = ouvrir(PAGE)
    brouillons = "Object.keys(localStorage).filter((cle) => cle.includes('autodiagnostic')).length"
    repondre(page, {"Q1": "non"})
    assert page.evaluate(brouillons) == 0
    page.check("[name=brouillon]")
    repondre(page, {"Q2": "en partie"})
    page.fill("[name=structure]", "Le Relais")
    page.reload()
    assert reponses(page) == [["Q1", "non"], ["Q2", "en partie"]]
    assert page.input_value("[name=structure]") == "Le Relais"
    assert page.is_checked("[name=brouillon]")
    assert page.inner_text("#annonce") == "Brouillon retrouvé : 2 réponses reprises."
    page.uncheck("[name=brouillon]")
    assert page.evaluate(brouillons) == 0
    page.reload()
    assert reponses(page) == []


def test_un_brouillon_illisible_ne_bloque_pas_la_page(ouvrir):
    page = ouvrir(PAGE)
    page.check("[name=brouillon]")
    page.evaluate("Object.keys(localStorage).forEach((cle) => localStorage.setItem(cle, '{abîmé'))")
    page.reload()
    assert not page.is_checked("[name=brouillon]")
    repondre(page, {"Q1": "oui"})
    assert page.inner_text("#resume").startswith("1 réponse sur 36")


def test_un_navigateur_qui_refuse_le_brouillon_le_dit(ouvrir):
    page = ouvrir(PAGE)
    page.evaluate("(() => { Storage.prototype.setItem = () => { throw new Error('plein'); }; })()")
    page.click("[name=brouillon]")
    assert not page.is_checked("[name=brouillon]")
    assert "refuse de garder un brouillon" in page.inner_text("#annonce")


def test_effacer_puis_retablir(ouvrir):
    page = ouvrir(PAGE)
    repondre(page, {"Q1": "non", "Q20": "sans objet"})
    page.fill("[name=structure]", "Le Relais")
    page.click("#effacer")
    assert (reponses(page), page.inner_text("#annonce")) == ([], "Réponses effacées.")
    assert page.input_value("[name=structure]") == ""
    page.click("#retablir")
    assert reponses(page) == [["Q1", "non"], ["Q20", "sans objet"]]
    assert page.input_value("[name=structure]") == "Le Relais"
    page.click("#effacer")
    repondre(page, {"Q2": "oui"})
    assert not page.is_visible("#retablir"), "rétablir effacerait ce que l'on vient de répondre"


def test_quitter_sans_avoir_enregistre_previent(ouvrir, site):
    page = ouvrir(PAGE)
    dialogues = []
    page.on("dialog", lambda dialogue: (dialogues.append(dialogue.type), dialogue.accept()))
    repondre(page, {"Q1": "non"})
    enregistrer(page)
    page.goto((site / "index.html").as_uri())
    assert dialogues == []
    page.goto((site / PAGE).as_uri())
    repondre(page, {"Q1": "non"})
    page.goto((site / "index.html").as_uri())
    assert dialogues == ["beforeunload"]


@pytest.mark.parametrize("choisir", [lambda rang: "non", lambda rang: REPONSES[rang % 3]], ids=["tout non", "mêlé"])
def test_le_bilan_s_imprime_sur_deux_pages(ouvrir, tmp_path, choisir):
    page = ouvrir(PAGE)
    page.fill("[name=structure]", "La Ressourcerie du Val")
    remplir(page, choisir)
    page.pdf(path=tmp_path / "bilan.pdf", format="A4")
    profil, priorites = [feuille.extract_text() for feuille in PdfReader(tmp_path / "bilan.pdf").pages]
    assert "La Ressourcerie du Val" in profil
    assert "Vos réponses par thème" in profil
    assert "Par où commencer" in priorites
    assert "Enseignement 6" in priorites
    assert re.search(r"Ensuite.:", priorites)
    for feuille in (profil, priorites):
        assert "Tout effacer" not in feuille
        assert "Voir l’enseignement" not in feuille


def test_imprimer_montre_le_bilan_ou_le_questionnaire(ouvrir):
    page = ouvrir(PAGE)
    page.evaluate("window.vu = []")
    page.evaluate("(() => { window.print = () => vu.push(document.documentElement.dataset.imprime); })()")
    page.click("[name=papier]")
    repondre(page, {"Q1": "non"})
    page.click("#imprimer")
    page.click("[name=papier]")
    assert page.evaluate("window.vu") == ["questionnaire", "bilan", "questionnaire"]
    page.emulate_media(media="print")
    assert page.is_visible("#question-Q1")
    assert not page.is_visible("#resultats")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.is_visible("#resultats")
    for cache in ("#question-Q1", "#atelier", "#barre", "#imprimer", "#liens", "main p >> text=Rien ne quitte"):
        assert not page.locator(cache).first.is_visible(), cache


def test_au_clavier_seul_repondre_lire_et_enregistrer(ouvrir):
    page = ouvrir(PAGE)
    page.focus("[name=structure]")
    page.keyboard.type("Le Relais")
    actif = "document.activeElement.name || document.activeElement.id || document.activeElement.textContent"

    def aller(cible, limite=40):
        for _ in range(limite):
            page.keyboard.press("Tab")
            if page.evaluate(actif) == cible:
                return
        pytest.fail(f"« {cible} » ne s'atteint pas au clavier")

    aller("Q1")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    aller("Q2")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    assert reponses(page) == [["Q1", "non"], ["Q2", "oui"]]
    assert page.url.endswith("autodiagnostic.html"), "Entrée n'envoie rien"
    page.focus("#barre a[href='#resultats']")
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash === '#resultats'")
    aller("imprimer", 2)
    aller("enregistrer", 1)
    with page.expect_download() as telechargement:
        page.keyboard.press("Enter")
    assert telechargement.value.suggested_filename.startswith("autodiagnostic-le-relais-")


def test_rien_de_ce_que_l_on_atteint_au_clavier_n_est_sous_la_barre(ouvrir):
    page = ouvrir(PAGE, 390, reduced_motion="reduce")
    page.focus("[name=Q1][value=oui]")
    for _ in range(30):
        page.keyboard.press("Tab")
        dessous = page.evaluate(
            "(() => { const [un, barre] = [document.activeElement, document.querySelector('#barre')]"
            ".map((element) => element.getBoundingClientRect());"
            " return un.top >= barre.top && un.bottom <= barre.bottom + 1; })()"
        )
        assert not dessous


def test_hors_ligne_sans_cookie_et_sans_trace_dans_l_adresse(ouvrir):
    page = ouvrir(PAGE)
    page.context.set_offline(True)
    remplir(page, lambda rang: REPONSES[rang % 4])
    page.fill("[name=structure]", "Le Relais")
    page.press("[name=structure]", "Enter")
    enregistrer(page)
    assert page.context.cookies() == []
    assert page.evaluate("document.cookie") == ""
    assert page.evaluate("location.search + location.hash") == ""


def test_sans_javascript_le_questionnaire_se_remplit_a_la_main(ouvrir):
    page = ouvrir(PAGE, java_script_enabled=False)
    assert page.locator("fieldset[data-numero]:visible").count() == 36
    assert page.locator(".sans-script:visible").count() == 2
    for cache in ("#atelier", "#barre", "#resultats"):
        assert not page.is_visible(cache)
    page.check("input[name=Q1][value=non]")
    page.press("input[name=Q1][value=non]", "Enter")
    assert page.url.endswith("autodiagnostic.html")
    assert page.is_checked("input[name=Q1][value=non]")
    assert page.locator("#liens a").count() > 20
