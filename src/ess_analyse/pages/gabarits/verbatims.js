(() => {
  "use strict";
  const PAS = 50;
  const prendre = (id) => document.getElementById(id);
  const [formulaire, compte, citations, suite] = ["filtres", "compte", "citations", "suite"].map(prendre);
{% include "plier.js" %}
{% include "citer.js" %}
  const listes = [...document.querySelectorAll("#listes a")].map((lien) => ({ ...lien.dataset, page: lien.getAttribute("href") }));
  const libelles = Object.fromEntries([...formulaire.elements.code.options].filter((choix) => choix.value).map((choix) => [choix.value, choix.textContent]));
  const recues = new Map();
  const attendues = new Map();
  let demande = 0;
  let restantes = [];

  const creer = (nom, attributs, ...enfants) => {
    const balise = Object.assign(document.createElement(nom), attributs);
    balise.append(...enfants);
    return balise;
  };
  const accorder = (nombre) => `${nombre} citation${nombre > 1 ? "s" : ""}`;

  // A page opened from the disk cannot fetch: the quotations of a list are a script that calls this.
  window.essCitations = (nom, { documents, renvois }) => recues.set(nom, documents.flatMap(([entretien, source, famille, dites]) =>
    dites.map(([place, texte, phrases, avant, apres, cites]) => ({
      nom, entretien, source, famille, texte, avant, apres,
      place: `${entretien}:${place}`,
      plat: plat(texte),
      phrases: phrases.map((codes) => codes.split(" ")),
      renvois: cites.map((rang) => renvois[rang]),
    }))));

  const charger = (liste) => {
    if (!attendues.has(liste.nom)) attendues.set(liste.nom, new Promise((tenir, rompre) => {
      const script = creer("script", { src: `verbatims/${liste.nom}.js`, onload: tenir });
      script.addEventListener("error", () => { attendues.delete(liste.nom); rompre(new Error(liste.nom)); });
      document.head.append(script);
    }));
    return attendues.get(liste.nom);
  };

  const lier = (texte, href) => creer("a", { href }, texte);
  const etiqueter = (code) => Object.assign(lier(libelles[code], `risques-opportunites.html#theme-${code}`), {
    className: `etiquette ${code.startsWith("R") ? "risque" : "opportunite"}`,
  });

  const dessiner = (une) => {
    const codes = [...new Set(une.phrases.flat())].filter((code) => code in libelles);
    const adresse = `verbatims/${une.nom}.html#v-${une.place.replace(":", "-")}`;
    const article = creer("article", {},
      creer("blockquote", {}, une.texte),
      creer("p", {}, ...codes.flatMap((code) => [etiqueter(code), " "]), lier(une.place, adresse),
        ...une.renvois.flatMap(([texte, href], rang) => [rang ? ", " : " · citée par\u00a0: ", lier(texte, href)])),
      creer("details", { className: "contexte" }, creer("summary", {}, "Contexte"),
        creer("p", {}, une.avant, " ", creer("mark", {}, "[…]"), " ", une.apres)));
    equiper(article);
    return article;
  };

  const ajouter = () => {
    const prochaines = restantes.splice(0, PAS);
    const articles = prochaines.map((une) => {
      let section = citations.lastElementChild;
      if (section?.dataset.entretien !== une.entretien) {
        section = creer("section", {}, creer("h2", {}, `${une.source} `, creer("small", {}, une.entretien)));
        Object.assign(section.dataset, { entretien: une.entretien, source: une.source });
        citations.append(section);
      }
      const article = dessiner(une);
      section.append(article);
      return article;
    });
    suite.hidden = !restantes.length;
    suite.firstElementChild.textContent = restantes.length > PAS ? `Montrer les ${PAS} suivantes` : `Montrer la fin (${accorder(restantes.length)})`;
    return articles[0];
  };

  const montrer = (trouvees) => {
    citations.replaceChildren();
    restantes = trouvees;
    const nombre = trouvees.length;
    compte.textContent = nombre ? accorder(nombre) + (nombre > PAS ? `, les ${PAS} premières d’abord` : "") : "Aucune citation";
    ajouter();
  };

  const garder = (choix) => {
    const parametres = String(new URLSearchParams(Object.entries(choix).filter(([, valeur]) => valeur)));
    try {
      history.replaceState(null, "", (parametres ? `?${parametres}` : location.pathname) + location.hash);
    } catch {
      // Some browsers forbid it on file:// pages: the filter still works, only its address is not kept.
    }
  };

  const filtrer = async () => {
    const mienne = ++demande;
    const { mots, code, avec, prisme, structure, famille } = Object.fromEntries(new FormData(formulaire));
    const codes = [code, avec, prisme].filter(Boolean);
    const cherches = plat(mots).split(/\s+/).filter(Boolean);
    garder(Object.fromEntries(new FormData(formulaire)));
    if (formulaire.elements.prisme) prendre("aide-prisme").hidden = !prisme;
    if (![...codes, ...cherches, structure, famille].some(Boolean)) {
      montrer([]);
      compte.textContent = total;
      return;
    }
    const utiles = listes.filter((liste) => !structure || liste.structure === structure);
    try {
      if (!utiles.every(({ nom }) => recues.has(nom))) {
        compte.textContent = "Chargement des citations…";
        await Promise.all(utiles.map(charger));
      }
    } catch {
      compte.textContent = "Les citations n’ont pas pu être chargées : lisez-les structure par structure, plus bas.";
      return;
    }
    // What was typed meanwhile asks for another answer.
    if (mienne !== demande) return;
    montrer(utiles.flatMap(({ nom }) => recues.get(nom)).filter((une) =>
      (!famille || une.famille === famille)
      && cherches.every((mot) => une.plat.includes(mot))
      && (!codes.length || une.phrases.some((siens) => codes.every((un) => siens.includes(un))))));
  };

  // An address of before the lists, or copied without its page, still finds its quotation.
  const suivre = () => {
    const [, entretien, debut] = /^#v-(.+)-(\d+)-\d+$/.exec(decodeURIComponent(location.hash)) ?? [];
    const commence = ({ debuts }) => debuts.split(" ").map((un) => un.split(":")).some(([nom, place]) => nom === entretien && Number(place) <= Number(debut));
    const liste = entretien && listes.filter(commence).at(-1);
    if (liste) location.replace(liste.page + location.hash);
  };

  const total = compte.textContent;
  new URLSearchParams(location.search).forEach((valeur, nom) => {
    if (formulaire.elements[nom]) formulaire.elements[nom].value = valeur;
  });
  prendre("sans-script").hidden = true;
  formulaire.hidden = false;
  formulaire.addEventListener("input", filtrer);
  formulaire.addEventListener("submit", (evenement) => evenement.preventDefault());
  suite.firstElementChild.addEventListener("click", () => {
    const premier = ajouter();
    premier.tabIndex = -1;
    premier.focus();
  });
  window.addEventListener("hashchange", suivre);
  suivre();
  if (location.search) filtrer();
})();
