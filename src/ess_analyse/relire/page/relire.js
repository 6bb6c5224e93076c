"use strict";

(() => {
  const JETON = location.pathname.split("/")[1];
  const FAMILLES = { R: "Risque", O: "Opportunité", P: "Prisme" };
  const un = (id) => document.getElementById(id);
  const phrases = new Map();
  const options = new Map();
  const codes = new Map();
  let ordre = [];
  let courante = "";
  let empreinte = "";
  let aveugle = false;
  let arrete = false;
  let file = Promise.resolve();

  // ---- Building blocks: text always goes through textContent.
  function noeud(nom, attributs = {}, ...enfants) {
    const element = document.createElement(nom);
    for (const [cle, valeur] of Object.entries(attributs)) element.setAttribute(cle, valeur);
    element.append(...enfants);
    return element;
  }
  const famille = (code) => (code.charAt(1) === "-" && FAMILLES[code.charAt(0)] ? code.charAt(0) : "");
  const etiquette = (code) => (famille(code) ? `${FAMILLES[famille(code)]} : ` : "");
  const badge = (code) =>
    noeud("span", { class: "code", "data-famille": famille(code) }, code === "-" ? "rien à coder" : etiquette(code) + code);
  const texteDe = (ligne) => ligne.morceaux.map(([texte]) => texte).join("");
  const dire = (texte) => {
    un("annonce").textContent = "";
    requestAnimationFrame(() => { un("annonce").textContent = texte; });
  };
  const alerter = (texte) => { un("alerte").textContent = texte; };

  // ---- The local program.
  class Refus extends Error {
    constructor(statut, corps) {
      super(corps.probleme || "");
      this.statut = statut;
      this.corps = corps;
    }
  }
  async function appeler(action, corps) {
    const reponse = await fetch(`/api/${action}`, {
      method: corps ? "POST" : "GET",
      headers: { "X-Ess-Jeton": JETON, "Content-Type": "application/json" },
      body: corps && JSON.stringify(corps),
    });
    const lu = await reponse.json();
    if (!reponse.ok) throw new Refus(reponse.status, lu);
    return lu;
  }
  // One thing at a time, in the order of the keys: a fast hand never overtakes its own decisions.
  function enfiler(faire) {
    file = file.then(async () => {
      if (arrete) return;
      try {
        await faire();
      } catch (erreur) {
        if (erreur instanceof Refus) {
          alerter(erreur.message);
          return;
        }
        arrete = true;
        alerter("Le programme s’est arrêté : la dernière décision n’est pas enregistrée, les précédentes le sont. "
          + "Relancez « ess-analyse relire », puis ouvrez la nouvelle adresse.");
      }
    });
    return file;
  }

  // ---- Drawing.
  function suivre(suivi) {
    empreinte = suivi.empreinte;
    un("compte").textContent = `Phrases lues : ${suivi.lues} sur ${suivi.total}`;
    un("barre").max = suivi.total;
    un("barre").value = suivi.lues;
    un("annuler").setAttribute("aria-disabled", String(!suivi.annulable));
    un("retablir").setAttribute("aria-disabled", String(!suivi.retablissable));
  }
  function dessinerPhrase(ligne) {
    phrases.set(ligne.segment, ligne);
    const option = options.get(ligne.segment);
    option.dataset.lue = ligne.codes.length ? "oui" : "non";
    option.replaceChildren(...ligne.morceaux.map(([texte, familles]) =>
      familles.length ? noeud("mark", { "data-familles": familles.join(" ") }, texte) : texte));
    const marques = ligne.codes.flatMap((code) => [" ", badge(code)]);
    if (ligne.memo) marques.push(" ", noeud("span", { class: "code", "data-famille": "" }, "mémo"));
    if (!ligne.codes.length) marques.push(noeud("span", { class: "cache" }, " — non lue"));
    option.append(noeud("span", { class: "marques" }, ...marques));
  }
  function dessiner(etat) {
    aveugle = etat.aveugle;
    document.title = `${etat.entretien} · ${etat.codeur} · Relire`;
    un("titre").textContent = `Relire ${etat.entretien}, ${etat.codeur}`;
    un("mode").textContent = aveugle ? "Lecture à l’aveugle : aucune suggestion n’est montrée." : "";
    un("incertaine").hidden = !etat.suggestions;
    codes.clear();
    etat.grille.forEach((code) => codes.set(code.id, code));
    phrases.clear();
    options.clear();
    ordre = [];
    un("phrases").replaceChildren(...etat.tours.map((tour, rang) => {
      const groupe = noeud("div", { role: "group", class: tour.enqueteur ? "tour enqueteur" : "tour", "aria-label": tour.locuteur || `Passage ${rang + 1}` });
      if (tour.locuteur) groupe.append(noeud("p", { class: "qui", "aria-hidden": "true" }, tour.locuteur));
      for (const ligne of tour.phrases) {
        const option = noeud("div", { role: "option", class: "phrase", id: `p-${ordre.length}`, "data-segment": ligne.segment, tabindex: "-1", "aria-selected": "false" });
        options.set(ligne.segment, option);
        ordre.push(ligne.segment);
        dessinerPhrase(ligne);
        groupe.append(option);
      }
      return groupe;
    }));
    suivre(etat);
  }
  function dessinerPanneau() {
    const ligne = phrases.get(courante);
    un("suggestions").replaceChildren(...ligne.suggestions.map((lu, rang) => {
      const numero = rang + 1;
      const raisons = [`« ${lu.indice} »`, lu.methode, `score ${lu.score}`, ...lu.nuances];
      const article = noeud("li", { "data-decision": lu.decision },
        noeud("p", {}, rang < 5 ? noeud("kbd", {}, String(numero)) : "", " ", badge(lu.code), ` ${lu.libelle} — ${lu.decision}`),
        noeud("p", { class: "raison" }, (lu.indice ? raisons : raisons.slice(1)).join(" · ")));
      if (lu.exemple) article.append(noeud("p", { class: "raison" }, `Exemple proche : « ${lu.exemple} »`));
      const gestes = noeud("p", {});
      for (const [geste, mot, touche] of [["accepter", "Accepter", numero], ["refuser", "Refuser", `Maj ${numero}`]]) {
        const bouton = noeud("button", { type: "button", "aria-label": `${mot} ${lu.code}` }, mot);
        if (rang < 5) bouton.append(" ", noeud("kbd", {}, String(touche)));
        bouton.addEventListener("click", (clic) => decider(geste, lu.code, clic.timeStamp));
        gestes.append(bouton, " ");
      }
      article.append(gestes);
      return article;
    }));
    un("sans").textContent = ligne.suggestions.length ? "" : "Aucune suggestion pour cette phrase.";
    un("poses").replaceChildren(...ligne.codes.map((code) => {
      const element = noeud("li", {}, badge(code), codes.has(code) ? ` ${codes.get(code).libelle} ` : " ");
      if (code !== "-") {
        const bouton = noeud("button", { type: "button", "aria-label": `Ôter ${code}` }, "Ôter");
        bouton.addEventListener("click", (clic) => decider("refuser", code, clic.timeStamp));
        element.append(bouton);
      }
      return element;
    }));
    if (!ligne.codes.length) un("poses").append(noeud("li", { class: "discret" }, "Pas encore lue."));
    un("memo-lu").textContent = ligne.memo ? `Mémo : ${ligne.memo}` : "";
  }
  function aller(segment, avecFocus = true) {
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
    dessinerPanneau();
    if (avecFocus) option.focus({ preventScroll: true });
    option.scrollIntoView({ block: "nearest" });
    const lus = phrases.get(segment).suggestions;
    if (lus.length) {
      dire(`${lus.length} suggestion${lus.length > 1 ? "s" : ""} : ` + lus.map((lu, rang) => `${rang + 1}, ${etiquette(lu.code)}${lu.libelle}, ${lu.decision}`).join(" ; "));
    }
  }
  const voisine = (pas) => ordre[Math.min(Math.max(ordre.indexOf(courante) + pas, 0), ordre.length - 1)];

  // ---- Decisions.
  function recevoir(reponse, texte, quand) {
    suivre(reponse);
    if (reponse.ligne) {
      dessinerPhrase(reponse.ligne);
      if (reponse.ligne.segment === courante) {
        const avait = un("suggestions").contains(document.activeElement) || un("poses").contains(document.activeElement);
        dessinerPanneau();
        if (avait) options.get(courante).focus({ preventScroll: true });
      }
    }
    alerter("");
    if (quand !== undefined) performance.measure("touche-enregistree", { start: quand, end: performance.now() });
    dire(`${texte}, enregistré. ${un("compte").textContent}.`);
  }
  async function enregistrer(action, corps, texte, quand) {
    let reponse;
    try {
      reponse = await appeler(action, { ...corps, empreinte });
    } catch (erreur) {
      if (!(erreur instanceof Refus) || erreur.statut !== 409) throw erreur;
      if (!(await montrerConflit(erreur.corps.conflit)) || action !== "decider") return null;
      return enregistrer(action, corps, texte, quand);
    }
    recevoir(reponse, texte(reponse), quand);
    return reponse;
  }
  const RESULTATS = {
    accepter: (code) => `${code} accepté`,
    refuser: (code) => `${code} refusé`,
    "refuser-toutes": () => "Suggestions refusées",
    ajouter: (code) => `${code} ajouté`,
    rien: () => "Rien à coder",
    effacer: () => "Phrase remise en non lue",
    memo: () => "Mémo",
  };
  function decider(geste, valeur, quand, segment = courante) {
    enfiler(() => enregistrer("decider", { geste, segment, valeur }, () => RESULTATS[geste](valeur), quand));
  }
  function revenir(action, quand) {
    enfiler(async () => {
      const vide = action === "annuler" ? "Rien à annuler" : "Rien à rétablir";
      const fait = action === "annuler" ? "Annulé" : "Rétabli";
      const reponse = await enregistrer(action, {}, (lue) => (lue.ligne ? fait : vide), quand);
      if (reponse && reponse.ligne) aller(reponse.ligne.segment);
    });
  }
  function chercher(action, vide) {
    enfiler(async () => {
      const { segment } = await appeler(action, { segment: courante });
      if (segment) aller(segment);
      else dire(vide);
    });
  }

  // ---- The conflict: nothing is overwritten, both states are shown.
  function montrerConflit(conflit) {
    const decrire = (etat) => (etat ? [etat.codes.map((code) => (code === "-" ? "rien à coder" : code)).join(" ") || "pas encore lue", etat.memo || "—"] : ["ligne absente ou feuille illisible", "—"]);
    un("phrase-conflit").textContent = phrases.has(conflit.segment) ? texteDe(phrases.get(conflit.segment)) : conflit.segment;
    un("etats").replaceChildren(...[
      ["Cette page avait lu", conflit.lu], ["Cette page voulait écrire", conflit.voulu], ["La feuille dit maintenant", conflit.fichier],
    ].map(([titre, etat]) => noeud("tr", {}, noeud("th", { scope: "row" }, titre), ...decrire(etat).map((texte) => noeud("td", {}, texte)))));
    un("faute-conflit").textContent = "";
    const dialogue = un("d-conflit");
    dialogue.showModal();
    return new Promise((resoudre) => {
      const essayer = async (refaire) => {
        try {
          const ou = courante;
          dessiner(await appeler("recharger", {}));
          dialogue.close();
          aller(options.has(ou) ? ou : ordre[0]);
          dire("Feuille rechargée.");
          resoudre(refaire);
        } catch (erreur) {
          un("faute-conflit").textContent = erreur instanceof Refus ? erreur.message : "Le programme s’est arrêté : relancez « ess-analyse relire ».";
        }
      };
      un("recharger").onclick = () => essayer(false);
      un("refaire").onclick = () => essayer(true);
    });
  }
  un("d-conflit").addEventListener("cancel", (evenement) => evenement.preventDefault());

  // ---- Adding a code.
  const plat = (texte) => texte.normalize("NFD").replace(/\p{M}/gu, "").replace(/œ/g, "oe").toLowerCase();
  let choisis = [];
  let choisi = 0;
  function trouver(saisie) {
    const mots = plat(saisie).split(/\s+/).filter(Boolean);
    const noter = (code) => {
      const champs = [code.id, code.libelle, [code.definition, ...code.indices, ...code.inclure].join(" ")].map(plat);
      return Math.max(...mots.map((mot) => {
        const rang = champs.findIndex((champ) => champ.includes(mot));
        return rang < 0 ? 9 : rang + (champs[rang].split(/[^a-z0-9]+/).some((debut) => debut.startsWith(mot)) ? 0 : 0.5);
      }), 0);
    };
    return [...codes.values()].map((code) => [noter(code), code]).filter(([note]) => note < 9)
      .sort(([a], [b]) => a - b).map(([, code]) => code);
  }
  function completer() {
    choisis = trouver(un("champ").value);
    choisi = 0;
    un("choix").replaceChildren(...choisis.map((code, rang) => {
      const element = noeud("li", { role: "option", id: `c-${rang}`, "aria-selected": "false" }, badge(code.id), ` ${code.libelle}`);
      element.addEventListener("click", () => { choisi = rang; ajouter(); });
      return element;
    }));
    montrerChoix();
  }
  function montrerChoix() {
    [...un("choix").children].forEach((element, rang) => element.setAttribute("aria-selected", String(rang === choisi)));
    const code = choisis[choisi];
    if (!code) {
      un("champ").removeAttribute("aria-activedescendant");
      un("definition").replaceChildren(noeud("p", {}, "Aucun code ne correspond."));
      return;
    }
    un("champ").setAttribute("aria-activedescendant", `c-${choisi}`);
    un("choix").children[choisi].scrollIntoView({ block: "nearest" });
    const liste = (titre, textes) => (textes.length ? [noeud("p", {}, noeud("strong", {}, titre)), noeud("ul", {}, ...textes.map((texte) => noeud("li", {}, texte)))] : []);
    un("definition").replaceChildren(
      noeud("p", {}, badge(code.id), ` ${code.libelle} (${code.dimension})`),
      noeud("p", {}, code.definition),
      ...liste("Quand l’employer", code.inclure), ...liste("Quand ne pas l’employer", code.exclure),
      ...liste("Exemples", code.exemples), ...liste("Contre-exemples", code.contre_exemples));
  }
  function ajouter() {
    const code = choisis[choisi];
    if (!code) return;
    un("d-ajouter").close();
    decider("ajouter", code.id, performance.now());
  }
  un("champ").addEventListener("input", completer);
  un("champ").addEventListener("keydown", (evenement) => {
    const pas = { ArrowDown: 1, ArrowUp: -1 }[evenement.key];
    if (pas && choisis.length) {
      choisi = (choisi + pas + choisis.length) % choisis.length;
      montrerChoix();
    } else if (evenement.key === "Enter") ajouter();
    else return;
    evenement.preventDefault();
  });

  // ---- Dialogs.
  function ouvrir(nom) {
    if (nom !== "aide") un(`phrase-${nom}`).textContent = texteDe(phrases.get(courante));
    un(`d-${nom}`).showModal();
  }
  function ouvrirAjout() {
    ouvrir("ajouter");
    un("champ").value = "";
    completer();
    un("champ").focus();
  }
  function ouvrirMemo() {
    ouvrir("memo");
    un("texte-memo").value = phrases.get(courante).memo;
    un("texte-memo").focus();
  }
  function garderMemo() {
    un("d-memo").close();
    decider("memo", un("texte-memo").value, performance.now());
  }
  un("garder-memo").addEventListener("click", garderMemo);
  un("texte-memo").addEventListener("keydown", (evenement) => {
    if (evenement.key === "Enter" && (evenement.ctrlKey || evenement.metaKey)) garderMemo();
  });
  for (const bouton of document.querySelectorAll("[data-fermer]")) {
    bouton.addEventListener("click", () => bouton.closest("dialog").close());
  }
  for (const dialogue of document.querySelectorAll("dialog")) {
    dialogue.addEventListener("close", () => { if (options.has(courante)) options.get(courante).focus({ preventScroll: true }); });
  }

  // ---- Keys.
  const TOUCHES = {
    a: ouvrirAjout,
    m: ouvrirMemo,
    "?": () => ouvrir("aide"),
    j: () => aller(voisine(1)),
    k: () => aller(voisine(-1)),
    n: () => chercher("non-lue", "Tout est lu."),
    i: () => chercher("incertaine", aveugle ? "Lecture à l’aveugle : aucun ordre de la machine." : "Aucune phrase incertaine."),
    z: (quand) => revenir("annuler", quand),
    Z: (quand) => revenir("retablir", quand),
    x: (quand) => { if (phrases.get(courante).suggestions.length) decider("refuser-toutes", "", quand); },
    Delete: (quand) => decider("effacer", "", quand),
    0: (quand) => { decider("rien", "", quand); aller(voisine(1)); },
  };
  const FLECHES = { ArrowDown: () => aller(voisine(1)), ArrowUp: () => aller(voisine(-1)), Home: () => aller(ordre[0]), End: () => aller(ordre.at(-1)) };
  function numeroter(numero, refuse, quand) {
    const lu = phrases.get(courante).suggestions[numero - 1];
    if (lu) decider(refuse ? "refuser" : "accepter", lu.code, quand);
    else dire(`Pas de suggestion ${numero}.`);
  }
  document.addEventListener("keydown", (evenement) => {
    if (evenement.ctrlKey || evenement.altKey || evenement.metaKey || evenement.isComposing || !courante) return;
    if (document.querySelector("dialog[open]")) return;
    const dansListe = un("phrases").contains(evenement.target) || evenement.target === document.body;
    if (dansListe && FLECHES[evenement.key]) {
      FLECHES[evenement.key]();
      evenement.preventDefault();
      return;
    }
    if (!un("raccourcis").checked) return;
    // The physical key: on a French keyboard, the digits of the top row need Shift.
    const chiffre = /^(?:Digit|Numpad)([0-9])$/.exec(evenement.code);
    const lettre = evenement.key.length === 1 ? evenement.key.toLowerCase() : evenement.key;
    const touche = evenement.shiftKey && lettre === "z" ? "Z" : lettre;
    if (touche === "?") TOUCHES["?"]();
    else if (chiffre && chiffre[1] >= "1" && chiffre[1] <= "5") numeroter(Number(chiffre[1]), evenement.shiftKey, evenement.timeStamp);
    else if (chiffre && chiffre[1] === "0" && !evenement.shiftKey) TOUCHES[0](evenement.timeStamp);
    else if (!chiffre && Object.hasOwn(TOUCHES, touche)) TOUCHES[touche](evenement.timeStamp);
    else return;
    evenement.preventDefault();
  });
  for (const bouton of document.querySelectorAll("[data-touche]")) {
    bouton.addEventListener("click", (clic) => { if (courante) TOUCHES[bouton.dataset.touche](clic.timeStamp); });
  }
  un("aide").addEventListener("click", () => ouvrir("aide"));
  un("phrases").addEventListener("click", (clic) => {
    const option = clic.target.closest("[role=option]");
    if (option) aller(option.dataset.segment);
  });
  un("terminer").addEventListener("click", () => enfiler(async () => {
    const { lues, total } = await appeler("terminer", {});
    arrete = true;
    alerter(`Terminé, tout est enregistré : phrases lues, ${lues} sur ${total}. Vous pouvez fermer cet onglet.`);
  }));

  enfiler(async () => {
    const etat = await appeler("etat");
    dessiner(etat);
    aller(etat.depart);
  });
})();
