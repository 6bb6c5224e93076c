(() => {
  "use strict";
  const FORMAT = "ess_analyse/autodiagnostic";
  const VERSION = 1;
  const PLUS_GROS_FICHIER = 1_000_000;
  const DETAILLEES = 5;
  const MANQUE = "à répondre";
  const ETATS = ["oui", "en partie", "non", "sans objet", MANQUE];
  const A_REVOIR = ["non", "en partie"];
  const CARRE = 12;
  const RADAR = { cote: 400, rayon: 160, numero: 180, point: 6 };
  const DESSINS = {
    oui: "M0 0H12V12H0Z",
    "en partie": "M12 0V12H0Z",
    non: "M2.5 2.5L9.5 9.5M9.5 2.5L2.5 9.5",
    "sans objet": "M3 6H9",
    [MANQUE]: "",
  };

  const prendre = (id) => document.getElementById(id);
  const atelier = prendre("atelier");
  const questions = [...document.querySelectorAll("fieldset[data-numero]")].map((champ) => ({
    ...champ.dataset,
    poids: Number(champ.dataset.poids),
    texte: champ.querySelector(".enonce").textContent,
    radios: [...champ.querySelectorAll("input")],
  }));
  const lignes = [...document.querySelectorAll("tr[data-code]")];
  const libelles = Object.fromEntries(lignes.map((ligne) => [ligne.dataset.code, ligne.querySelector(".etiquette")]));
  const prismes = [...new Set(questions.map((question) => question.prisme))];
  const liens = new Map([...document.querySelectorAll("#liens [data-lien]")].map((lien) => [lien.dataset.lien, lien]));
  const brouillon = `${FORMAT} ${location.pathname}`;
  let avant = null;
  let aGarder = false;

  const creer = (nom, ...enfants) => {
    const balise = document.createElement(nom);
    balise.append(...enfants);
    return balise;
  };
  const classer = (balise, classe) => Object.assign(balise, { className: classe });
  const reponse = (question) => question.radios.find((radio) => radio.checked)?.value ?? MANQUE;
  const choisir = (etat, parmi = questions) => parmi.filter((question) => reponse(question) === etat);
  const accorder = (nombre, mot) => `${nombre} ${mot}${nombre > 1 ? "s" : ""}`;
  const annoncer = (texte, retour = null) => {
    avant = retour;
    prendre("annonce").textContent = texte;
    prendre("retablir").hidden = !retour;
  };

  // What a file holds: also what a draft holds, and what « Rétablir » gives back.
  const rassembler = () => ({
    format: FORMAT,
    version: VERSION,
    page: document.title,
    structure: atelier.elements.structure.value,
    date: new Date().toLocaleDateString("sv"),
    reponses: questions
      .filter((question) => reponse(question) !== MANQUE)
      .map((question) => ({ numero: question.numero, question: question.texte, reponse: reponse(question) })),
  });

  // An answer follows the words of its question: a number may be given to another question one day.
  const poser = (etat) => {
    const donnees = new Map(etat.reponses.map((une) => [une.question, une.reponse]));
    questions.forEach((question) =>
      question.radios.forEach((radio) => { radio.checked = donnees.get(question.texte) === radio.value; }),
    );
    atelier.elements.structure.value = etat.structure;
    montrer();
  };

  const refuser = (raison) => { throw new Error(`${raison} Vos réponses n’ont pas changé.`); };

  const lire = (texte) => {
    let etat;
    try {
      etat = JSON.parse(texte);
    } catch {
      refuser("Ce fichier est abîmé, ou n’a pas été enregistré par cette page.");
    }
    if (etat?.format !== FORMAT) refuser("Ce fichier n’est pas un autodiagnostic.");
    if (etat.version !== VERSION) refuser(`Ce fichier a une autre forme (version ${Number(etat.version)}) que cette page ne sait pas lire.`);
    if (!Array.isArray(etat.reponses)) refuser("Ce fichier est abîmé : ses réponses manquent.");
    const permises = ETATS.filter((une) => une !== MANQUE);
    const connues = new Set(questions.map((question) => question.texte));
    const reponses = etat.reponses.filter((une) => connues.has(une?.question) && permises.includes(une.reponse));
    if (etat.reponses.length && !reponses.length) refuser("Ce fichier vient d’une autre étude : aucune de ses questions n’est posée ici.");
    return {
      structure: typeof etat.structure === "string" ? etat.structure.slice(0, atelier.elements.structure.maxLength) : "",
      reponses,
      perdues: etat.reponses.length - reponses.length,
    };
  };

  const raconter = ({ reponses, perdues }) => {
    const reprises = `${accorder(reponses.length, "réponse")} reprise${reponses.length > 1 ? "s" : ""}.`;
    return perdues ? `${reprises} ${accorder(perdues, "autre")} laissée${perdues > 1 ? "s" : ""} : la question a changé.` : reprises;
  };

  const reprendre = async (fichier) => {
    try {
      if (fichier.size > PLUS_GROS_FICHIER) refuser("Ce fichier est trop gros pour être un autodiagnostic.");
      const etat = lire(await fichier.text());
      const actuelles = rassembler();
      poser(etat);
      changer();
      aGarder = false;
      annoncer(raconter(etat), actuelles);
    } catch (erreur) {
      annoncer(erreur.message);
    }
  };

  const enregistrer = () => {
    const etat = rassembler();
    const nom = etat.structure.normalize("NFD").replace(/\p{M}/gu, "").replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "").toLowerCase();
    const lien = creer("a");
    lien.href = `data:application/json;charset=utf-8,${encodeURIComponent(`${JSON.stringify(etat, null, 2)}\n`)}`;
    lien.download = `${["autodiagnostic", nom, etat.date].filter(Boolean).join("-")}.json`;
    lien.click();
    aGarder = false;
    annoncer(`Fichier enregistré sur votre ordinateur : ${lien.download}`);
  };

  const garder = () => {
    const { checked } = atelier.elements.brouillon;
    try {
      if (checked) localStorage.setItem(brouillon, JSON.stringify(rassembler()));
      else localStorage.removeItem(brouillon);
      return checked;
    } catch {
      atelier.elements.brouillon.checked = false;
      if (checked) annoncer("Ce navigateur refuse de garder un brouillon : enregistrez plutôt un fichier.");
      return false;
    }
  };

  const changer = () => {
    aGarder = !garder() && questions.some((question) => reponse(question) !== MANQUE);
    montrer();
  };

  const svg = (nom, attributs, ...enfants) => {
    const balise = document.createElementNS("http://www.w3.org/2000/svg", nom);
    Object.entries(attributs).forEach(([cle, valeur]) => balise.setAttribute(cle, valeur));
    balise.append(...enfants);
    return balise;
  };

  const carrer = (etat, x, y) =>
    svg("g", { class: "carre", transform: `translate(${x} ${y})`, stroke: "currentColor", "stroke-width": 1.4, fill: "none" },
      svg("rect", { width: CARRE, height: CARRE, ...(etat === MANQUE && { "stroke-dasharray": "2 2" }) }),
      svg("path", { d: DESSINS[etat], ...(["oui", "en partie"].includes(etat) && { fill: "currentColor" }) }));

  const dessiner = (etats) => {
    const pas = CARRE + 4;
    const carres = etats.map((etat, rang) => carrer(etat, rang * pas + 1, 1));
    const largeur = etats.length * pas;
    return svg("svg", { viewBox: `0 0 ${largeur} ${CARRE + 2}`, width: largeur, height: CARRE + 2, "aria-hidden": "true" }, ...carres);
  };

  // What has no answer, or cannot have one, has no value: it is not a zero.
  const mesurer = ({ dataset: { champ, code } }) => {
    const siennes = questions.filter((question) => question[champ] === code);
    const comptes = ETATS.map((etat) => choisir(etat, siennes).length);
    const [oui, enPartie, non, , manque] = comptes;
    const comptees = oui + enPartie + non;
    return { code, comptes, part: comptees ? (oui + enPartie / 2) / comptees : null, vide: manque ? MANQUE : "sans objet" };
  };
  const dire = ({ part, vide }) => (part === null ? vide : `${Math.round(100 * part)}\u00a0%`);

  const profiler = () => {
    const mesures = lignes.map(mesurer);
    lignes.forEach((ligne, place) => {
      const { comptes } = mesures[place];
      const carres = classer(creer("td", dessiner(ETATS.flatMap((etat, rang) => Array(comptes[rang]).fill(etat)))), "carres");
      const acquis = classer(creer("td", dire(mesures[place])), "acquis");
      ligne.replaceChildren(ligne.cells[0], carres, ...comptes.map((compte) => creer("td", compte)), acquis);
    });
    const themes = mesures.filter((_, place) => lignes[place].dataset.champ === "theme");
    const radar = prendre("radar");
    // Two rays make no shape.
    radar.hidden = themes.length < 3 || themes.every(({ part }) => part === null);
    if (!radar.hidden) radar.firstElementChild.replaceChildren(tracer(themes));
  };

  const tracer = (themes) => {
    const { cote, rayon, numero, point } = RADAR;
    const placer = (rang, distance) => {
      const angle = (2 * Math.PI * rang) / themes.length - Math.PI / 2;
      return [cote / 2 + distance * Math.cos(angle), cote / 2 + distance * Math.sin(angle)].map((place) => Number(place.toFixed(1)));
    };
    const relier = (...places) => `M${places.map((place) => place.join(" ")).join("L")}`;
    const centre = [cote / 2, cote / 2];
    const poses = themes.map((theme, rang) => ({ ...theme, place: theme.part === null ? null : placer(rang, rayon * theme.part) }));
    const cotes = poses.map((theme, rang) => [theme.place, poses[(rang + 1) % poses.length].place]).filter(([a, b]) => a && b);
    const nommer = (liste) => liste.map(({ code }) => libelles[code].textContent).join(", ");
    const parts = poses.filter(({ place }) => place);
    const faibles = parts.filter(({ part }) => part < 0.5);
    const dit = [
      `${accorder(parts.length, "thème")} sur ${themes.length} ${parts.length > 1 ? "ont" : "a"} un point, du centre, « non », au bord, « oui ».`,
      faibles.length ? `Plus près du centre que du bord : ${nommer(faibles)}.` : "Aucun n’est plus près du centre que du bord.",
      ...["sans objet", MANQUE].map((vide) => [vide, poses.filter((theme) => !theme.place && theme.vide === vide)])
        .filter(([, siens]) => siens.length).map(([vide, siens]) => `Sans point, ${vide} : ${nommer(siens)}.`),
      "La table qui suit dit chaque valeur.",
    ].join(" ");
    const repere = (texte, part) => {
      const [x, y] = placer(-0.5, rayon * part);
      return svg("text", { class: "repere", x, y: y + 4 }, texte);
    };
    return svg("svg", { viewBox: `0 0 ${cote} ${cote}`, role: "img", "aria-labelledby": "radar-titre radar-dit" },
      svg("title", { id: "radar-titre" }, "Votre profil, thème par thème"),
      svg("desc", { id: "radar-dit" }, dit),
      ...[0.5, 1].map((part) => svg("circle", { class: "grille", cx: cote / 2, cy: cote / 2, r: rayon * part })),
      ...poses.map(({ place }, rang) => svg("path", { class: "grille", d: relier(centre, placer(rang, rayon)), ...(!place && { "stroke-dasharray": "2 6" }) })),
      ...cotes.map(([a, b]) => svg("path", { class: "aire", d: `${relier(centre, a, b)}Z` })),
      ...cotes.map(([a, b]) => svg("path", { class: "bord", d: relier(a, b) })),
      ...[["en partie", 0.5], ["oui", 1]].map(([texte, part]) => repere(texte, part)),
      ...poses.map(({ place, vide }, rang) => {
        if (place) return svg("circle", { class: "point", cx: place[0], cy: place[1], r: point });
        const [x, y] = placer(rang, rayon);
        return carrer(vide, x - CARRE / 2, y - CARRE / 2);
      }),
      ...poses.map((_, rang) => {
        const [x, y] = placer(rang, numero);
        return svg("text", { x, y: y + 6 }, rang + 1);
      }));
  };

  const decrire = (question) => {
    const raison = question.poids ? ` · ${accorder(question.poids, "citation")} à ce sujet` : "";
    const suites = question.liens.split(" ").filter((lien) => liens.has(lien)).map((lien) => creer("li", copier(liens.get(lien))));
    return creer("li",
      creer("p", creer("strong", `${question.numero}. ${question.texte}`)),
      classer(creer("p", libelles[question.theme].cloneNode(true), ` Votre réponse : ${reponse(question)}${raison}`), "motif"),
      ...(suites.length ? [creer("ul", ...suites)] : []));
  };

  const copier = (lien) => {
    const copie = lien.cloneNode(true);
    delete copie.dataset.lien;
    return copie;
  };

  const prioriser = () => {
    const points = A_REVOIR.flatMap((etat) => choisir(etat).sort((a, b) => b.poids - a.poids));
    const suivants = points.slice(DETAILLEES);
    prendre("aucune").textContent = points.length ? "" : "Aucune réponse « non » ou « en partie » pour l’instant.";
    prendre("priorites").replaceChildren(...points.slice(0, DETAILLEES).map(decrire));
    const ensuite = prendre("ensuite");
    ensuite.hidden = !suivants.length;
    ensuite.firstElementChild.textContent = suivants.length > 1 ? `Les ${suivants.length} points suivants` : "Le point suivant";
    ensuite.lastElementChild.start = DETAILLEES + 1;
    ensuite.lastElementChild.replaceChildren(...suivants.map(decrire));
    prendre("en-bref").textContent = suivants.length
      ? `Ensuite : ${suivants.map((une) => `${une.numero} ${libelles[une.theme].textContent} (${reponse(une)})`).join(", ")}.`
      : "";
  };

  const viser = (texte, question) => {
    const lien = creer("a", texte);
    lien.href = `#question-${question.numero}`;
    return lien;
  };

  const avancer = () => {
    const faites = questions.length - choisir(MANQUE).length;
    const manquantes = choisir(MANQUE);
    const restes = prismes.flatMap((prisme) => {
      const siennes = manquantes.filter((question) => question.prisme === prisme);
      return siennes.length ? [" · ", viser(`${libelles[prisme].textContent} ${siennes.length}`, siennes[0])] : [];
    });
    const total = `${accorder(faites, "réponse")} sur ${questions.length}`;
    const reste = accorder(manquantes.length, "question");
    prendre("avancement").replaceChildren(
      creer("strong", `${total}.`),
      ...(restes.length ? [" Il reste ", viser(reste, manquantes[0]), classer(creer("span", " : ", ...restes.slice(1)), "detail")] : []),
    );
    prendre("entete").textContent = [atelier.elements.structure.value.trim(), new Date().toLocaleDateString("fr-FR", { dateStyle: "long" })].filter(Boolean).join(" · ");
    const comptes = ETATS.slice(0, -1).map((etat) => `${choisir(etat).length} «\u00a0${etat}\u00a0»`).join(", ");
    prendre("resume").textContent = `${total} : ${comptes}.${restes.length ? ` Bilan provisoire : il reste ${reste}.` : ""}`;
    document.documentElement.dataset.imprime = faites ? "bilan" : "questionnaire";
  };

  const montrer = () => { avancer(); profiler(); prioriser(); };

  const feliciter = (question) => {
    const manquantes = choisir(MANQUE);
    if (!manquantes.length) annoncer("Toutes les questions ont une réponse. Votre bilan est complet.");
    else if (manquantes.every((une) => une.prisme !== question.prisme)) annoncer(`« ${libelles[question.prisme].textContent} » est complet.`);
    else annoncer("");
  };

  questions.forEach((question) => question.radios.forEach((radio) => radio.addEventListener("change", () => {
    feliciter(question);
    changer();
  })));
  atelier.elements.structure.addEventListener("input", changer);
  atelier.elements.brouillon.addEventListener("change", ({ target }) => {
    annoncer(target.checked ? "Brouillon gardé dans ce navigateur." : "Brouillon effacé de ce navigateur.");
    changer();
  });
  atelier.elements.fichier.addEventListener("change", async ({ target }) => {
    if (target.files.length) await reprendre(target.files[0]);
    target.value = "";
  });
  prendre("enregistrer").addEventListener("click", enregistrer);
  prendre("effacer").addEventListener("click", () => {
    const actuelles = rassembler();
    poser({ structure: "", reponses: [] });
    changer();
    annoncer("Réponses effacées.", actuelles);
  });
  prendre("retablir").addEventListener("click", () => {
    poser(avant);
    changer();
    annoncer("Réponses rétablies.");
  });
  prendre("imprimer").addEventListener("click", () => window.print());
  atelier.elements.papier.addEventListener("click", () => {
    document.documentElement.dataset.imprime = "questionnaire";
    window.print();
  });
  window.addEventListener("afterprint", avancer);
  window.addEventListener("beforeunload", (evenement) => { if (aGarder) evenement.preventDefault(); });

  document.head.append(creer("style", prendre("habillage").textContent));
  document.querySelectorAll(".sans-script").forEach((texte) => { texte.hidden = true; });
  prendre("cles").append(...ETATS.map((etat) => creer("span", dessiner([etat]), etat)));
  ["atelier", "barre", "resultats"].forEach((id) => { prendre(id).hidden = false; });
  try {
    const garde = localStorage.getItem(brouillon);
    if (garde) {
      const etat = lire(garde);
      poser(etat);
      atelier.elements.brouillon.checked = true;
      annoncer(`Brouillon retrouvé : ${raconter(etat)}`);
    }
  } catch {
    // A draft from another form of this page, or storage forbidden: the person starts again.
  }
  montrer();
})();
