// The reading component, in a page or in a notebook: `appeler` speaks to the program, nothing here knows how.
import { badge, etiquette, noeud, nommer, texteDe } from "./noeuds.js";
import { monterConflit } from "./conflit.js";
import { monterGrille } from "./grille.js";
import { monterMemo } from "./memo.js";
import { REPRENDRE, RESULTATS } from "./mots.js";
import { dessinerPanneau } from "./panneau.js";
import { chercherSuivant, dessinerSuivi, enTexte } from "./suivi.js";
import { estPaveSansChiffre, frapper } from "./touches.js";

// Longer than any write to the sheet, in milliseconds: past it, a person must know that a decision is still waiting.
const PATIENCE = 3000;

class Refus extends Error {}

export function monter(racine, appeler, { seule, titrer, patience, arret }) {
  const un = nommer(racine);
  const phrases = new Map();
  const options = new Map();
  const codes = new Map();
  let seance = {};
  let suivi = {};
  let ordre = [];
  let courante = "";
  let visee = "";
  let arrete = false;
  let lectures = 0;
  let file = Promise.resolve();

  const dire = (texte) => {
    un("annonce").textContent = "";
    requestAnimationFrame(() => { un("annonce").textContent = texte; });
  };
  const alerter = (texte) => { un("alerte").textContent = texte; };

  // ---- The program.
  async function demander(action, corps = {}) {
    const minuterie = setTimeout(() => alerter(patience), PATIENCE);
    try {
      const reponse = await appeler(action, { entretien: seance.entretien ?? "", ...corps });
      if (reponse.probleme !== undefined) throw new Refus(reponse.probleme);
      return reponse;
    } finally {
      clearTimeout(minuterie);
      if (un("alerte").textContent === patience) alerter("");
    }
  }
  // One thing at a time, in the order of the keys: a fast hand never overtakes its own decisions.
  function enfiler(faire) {
    file = file.then(async () => {
      if (arrete) return;
      try {
        await faire();
      } catch (erreur) {
        arrete = !(erreur instanceof Refus);
        alerter(arrete ? arret : erreur.message);
      }
    });
  }

  // ---- Drawing.
  function suivre(recu) {
    suivi = recu;
    dessinerSuivi(un, seance, suivi);
  }
  function dessinerPhrase(ligne) {
    phrases.set(ligne.segment, ligne);
    const option = options.get(ligne.segment);
    option.dataset.lue = ligne.codes.length ? "oui" : "non";
    option.replaceChildren(...ligne.morceaux.map(([texte, familles]) =>
      familles.length ? noeud("mark", { "data-familles": familles.join(" ") }, texte) : texte));
    const marques = ligne.codes.flatMap((code) => [" ", badge(code)]);
    if (ligne.memo) marques.push(" ", noeud("span", { class: "code", "data-famille": "" }, seance.memo.toLowerCase()));
    if (ligne.attente) marques.push(noeud("span", { class: "attente" }, ` — ${ligne.attente}`));
    option.append(noeud("span", { class: "marques" }, ...marques));
  }
  function dessinerTour(tour, rang) {
    const groupe = noeud("div", { role: "group", class: tour.enqueteur ? "tour enqueteur" : "tour", "aria-label": tour.locuteur || `Passage ${rang + 1}` });
    if (tour.locuteur) groupe.append(noeud("p", { class: "qui", "aria-hidden": "true" }, tour.locuteur));
    for (const ligne of tour.phrases) {
      const option = noeud("div", { role: "option", class: "phrase", id: `${un("phrases").id}-${ordre.length}`, "data-segment": ligne.segment, tabindex: "-1", "aria-selected": "false" });
      options.set(ligne.segment, option);
      ordre.push(ligne.segment);
      dessinerPhrase(ligne);
      groupe.append(option);
    }
    return groupe;
  }
  function dessiner(etat) {
    seance = etat;
    titrer(etat.titre);
    for (const element of racine.querySelectorAll("[data-mot]")) element.textContent = etat[element.dataset.mot];
    for (const element of racine.querySelectorAll("[data-si]")) element.hidden = !etat[element.dataset.si];
    for (const table of [codes, phrases, options]) table.clear();
    for (const code of etat.grille) codes.set(code.id, code);
    ordre = [];
    lectures += 1;
    un("phrases").replaceChildren(...etat.tours.map(dessinerTour));
    suivre(etat);
    un("entretiens").value = etat.entretien;
    racine.dataset.choisies = etat.total < ordre.length ? "oui" : "non";
    racine.dataset.prete = "oui";
  }
  const montrerPhrase = () => dessinerPanneau(un, phrases.get(courante), seance, codes, decider);
  function aller(segment, { focus = true } = {}) {
    if (!options.has(segment)) return;
    const ancienne = options.get(courante);
    if (ancienne) {
      ancienne.setAttribute("aria-selected", "false");
      ancienne.tabIndex = -1;
    }
    courante = segment;
    const option = options.get(segment);
    option.setAttribute("aria-selected", "true");
    option.tabIndex = 0;
    montrerPhrase();
    if (!focus) {
      un("zone").scrollTop = option.offsetTop - un("zone").clientHeight / 3;
      return;
    }
    option.focus({ preventScroll: true });
    option.scrollIntoView({ block: "nearest" });
    const lus = phrases.get(segment).suggestions;
    if (lus.length) dire(`${seance.quoi}, ${lus.length} : ` + lus.map((lu, rang) => `${rang + 1}, ${etiquette(lu.code)}${lu.libelle}, ${lu.decision}`).join(" ; "));
  }
  const voisine = (pas) => ordre[Math.min(Math.max(ordre.indexOf(courante) + pas, 0), ordre.length - 1)];

  // ---- Decisions.
  function recevoir(reponse, texte, quand) {
    suivre(reponse);
    if (reponse.ligne && options.has(reponse.ligne.segment)) {
      memo.constater(reponse.ligne);
      dessinerPhrase(reponse.ligne);
      if (reponse.ligne.segment === courante) {
        const avait = un("suggestions").contains(document.activeElement) || un("poses").contains(document.activeElement);
        montrerPhrase();
        if (avait) options.get(courante).focus({ preventScroll: true });
      }
    }
    alerter("");
    performance.measure("touche-enregistree", { start: quand, end: performance.now() });
    dire(`${texte}, enregistré. ${un("compte").textContent}. ${un("fin").hidden ? "" : un("texte-fin").textContent}`);
  }
  async function enregistrer(action, corps, texte, quand) {
    const reponse = await demander(action, { ...corps, empreinte: suivi.empreinte });
    if (!reponse.conflit) {
      recevoir(reponse, texte(reponse), quand);
      return reponse;
    }
    const lue = phrases.get(reponse.conflit.segment);
    const refaire = await montrerConflit(reponse.conflit, lue ? texteDe(lue) : reponse.conflit.segment, action === "decider");
    if (refaire) return enregistrer(action, corps, texte, quand);
    aller(reponse.conflit.segment);
    return {};
  }
  function decider(geste, valeur, quand, segment = courante) {
    if (!segment) return;
    const texte = () => (geste === "memo" ? seance.memo : RESULTATS[geste](valeur));
    const lecture = lectures;
    enfiler(() => {
      if (lecture === lectures) return enregistrer("decider", { geste, segment, valeur }, texte, quand);
      if (ordre.indexOf(segment) < ordre.indexOf(courante)) aller(segment);
      throw new Refus(REPRENDRE);
    });
  }
  function revenir(action, quand) {
    enfiler(async () => {
      const [fait, vide] = action === "annuler" ? ["Annulé", "Rien à annuler"] : ["Rétabli", "Rien à rétablir"];
      const { ligne } = await enregistrer(action, {}, (reponse) => (reponse.ligne ? fait : vide), quand);
      if (ligne) aller(ligne.segment);
    });
  }
  function chercher(action) {
    enfiler(async () => {
      const { segment } = await demander(action, { segment: courante });
      if (segment) aller(segment);
      else if (un("fin").hidden) dire(`${seance.suite} : il n’y en a plus.`);
      else {
        dire(un("texte-fin").textContent);
        un("suivant").focus();
      }
    });
  }
  function ouvrirEntretien(nom) {
    const ou = courante;
    // Until the other interview is there, a key has no sentence to act on.
    courante = "";
    enfiler(async () => {
      try {
        dessiner(await demander("ouvrir", { entretien: nom }));
        memo.oublier();
      } catch (erreur) {
        courante = ou;
        throw erreur;
      }
      alerter("");
      aller(seance.depart);
      dire(`${seance.titre}. ${un("compte").textContent}.`);
    });
  }
  const montrerConflit = monterConflit(un, async () => {
    const ou = courante;
    try {
      dessiner(await demander("recharger"));
    } catch (erreur) {
      return erreur instanceof Refus ? erreur.message : arret;
    }
    aller(options.has(ou) ? ou : seance.depart);
    return "";
  });

  // ---- Dialogs.
  function ouvrirDialogue(nom) {
    // What was asked before may yet move to another sentence: the decision is of the one shown.
    visee = courante;
    if (nom !== "aide") un(`phrase-${nom}`).textContent = texteDe(phrases.get(visee));
    un(`d-${nom}`).showModal();
  }
  const choisirCode = monterGrille(un, codes, (code) => {
    un("d-ajouter").close();
    decider("ajouter", code, performance.now(), visee);
  });
  const memo = monterMemo(un, (segment, texte) => decider("memo", texte, performance.now(), segment));
  for (const bouton of racine.querySelectorAll("[data-fermer]")) {
    bouton.addEventListener("click", () => bouton.closest("dialog").close());
  }
  for (const dialogue of racine.querySelectorAll("dialog")) {
    dialogue.addEventListener("close", () => options.get(courante)?.focus({ preventScroll: true }));
  }

  // ---- Keys.
  const TOUCHES = {
    a: () => { ouvrirDialogue("ajouter"); choisirCode(); },
    m: () => { ouvrirDialogue("memo"); memo.ouvrir(phrases.get(visee)); },
    e: () => un("entretiens").focus(),
    "?": () => ouvrirDialogue("aide"),
    j: () => aller(voisine(1)),
    k: () => aller(voisine(-1)),
    n: () => chercher("non-lue"),
    i: () => { if (seance.suite) chercher("incertaine"); },
    z: (quand) => revenir("annuler", quand),
    Z: (quand) => revenir("retablir", quand),
    x: (quand) => { if (phrases.get(courante).suggestions.length) decider("refuser-toutes", "", quand); },
    Delete: (quand) => decider("effacer", "", quand),
    0: (quand) => { decider("rien", "", quand); aller(voisine(1)); },
  };
  const HABITUDES = {
    s: () => dire("Vos décisions sont déjà enregistrées."),
    y: ({ timeStamp }) => revenir("retablir", timeStamp),
    z: ({ shiftKey, timeStamp }) => revenir(shiftKey ? "retablir" : "annuler", timeStamp),
  };
  const FLECHES = { ArrowDown: () => voisine(1), ArrowUp: () => voisine(-1), Home: () => ordre[0], End: () => ordre.at(-1) };
  function numeroter(numero, refuse, quand) {
    const lu = phrases.get(courante).suggestions[numero - 1];
    if (lu) decider(refuse ? "refuser" : "accepter", lu.code, quand);
    else dire(`Rien au numéro ${numero}.`);
  }
  racine.addEventListener("keydown", (evenement) => {
    const { key, target } = evenement;
    if (racine.querySelector("dialog[open]") || evenement.isComposing || evenement.altKey) return;
    if (evenement.ctrlKey || evenement.metaKey) {
      const habitude = HABITUDES[key.toLowerCase()];
      if (!habitude) return;
      if (courante && !evenement.repeat) habitude(evenement);
    } else if (target === un("entretiens")) {
      if (key === "Enter") ouvrirEntretien(un("entretiens").value);
      else if (key === "Escape") options.get(courante)?.focus();
      else return;
    } else if (!courante) {
      return;
    } else if (estPaveSansChiffre(evenement)) {
      dire("Pavé numérique : seuls ses chiffres servent, sans Maj.");
    } else if (FLECHES[key] && (target === racine || un("phrases").contains(target))) {
      aller(FLECHES[key]());
    } else if (!un("raccourcis").checked || !frapper(evenement, TOUCHES, numeroter)) {
      return;
    }
    evenement.preventDefault();
  });
  for (const bouton of racine.querySelectorAll("[data-touche]")) {
    bouton.addEventListener("click", (clic) => { if (courante) TOUCHES[bouton.dataset.touche](clic.timeStamp); });
  }
  un("aide").addEventListener("click", () => ouvrirDialogue("aide"));
  un("ouvrir").addEventListener("click", () => ouvrirEntretien(un("entretiens").value));
  un("suivant").addEventListener("click", () => ouvrirEntretien(chercherSuivant(seance, suivi).nom));
  un("phrases").addEventListener("click", (clic) => {
    const option = clic.target.closest("[role=option]");
    if (option) aller(option.dataset.segment);
  });
  un("terminer").addEventListener("click", () => enfiler(async () => {
    suivre(await demander("terminer"));
    arrete = true;
    alerter(`Terminé, tout est enregistré (${enTexte(seance, { nom: seance.entretien, ...suivi })}). Vous pouvez fermer cet onglet.`);
  }));

  // The root takes the focus of a click beside the controls: keys then stay in the component.
  racine.tabIndex = -1;
  un("terminer").hidden = !seule;
  enfiler(async () => {
    dessiner(await demander("etat"));
    aller(seance.depart, { focus: seule });
  });
}
