(() => {
  "use strict";
  const formulaire = document.getElementById("filtres");
  const compte = document.getElementById("compte");
  const annonce = document.getElementById("annonce");
{% include "plier.js" %}
  const sections = [...document.querySelectorAll("#citations section")].map((section) => ({
    section,
    citations: [...section.querySelectorAll("article")].map((article) => ({
      article,
      texte: plat(article.querySelector("blockquote").textContent),
      codes: article.dataset.c.split(" "),
    })),
  }));

  const filtrer = () => {
    const choix = Object.fromEntries(new FormData(formulaire));
    const mots = plat(choix.mots).split(/\s+/).filter(Boolean);
    let vus = 0;
    sections.forEach(({ section, citations }) => {
      const { s, f } = section.dataset;
      const source = (!choix.structure || s === choix.structure) && (!choix.famille || f === choix.famille);
      let gardes = 0;
      citations.forEach(({ article, texte, codes }) => {
        const garde = source && mots.every((mot) => texte.includes(mot)) && (!choix.code || codes.includes(choix.code));
        article.hidden = !garde;
        gardes += garde;
      });
      section.hidden = !gardes;
      vus += gardes;
    });
    compte.textContent = vus > 1 ? `${vus} citations` : vus ? "1 citation" : "Aucune citation";
    const parametres = new URLSearchParams(Object.entries(choix).filter(([, valeur]) => valeur));
    try {
      history.replaceState(null, "", (String(parametres) ? `?${parametres}` : location.pathname) + location.hash);
    } catch {
      // Some browsers forbid it on file:// pages: the filter still works, only its address is not kept.
    }
  };

  const citer = (article) => {
    const titre = article.closest("section").querySelector("h2").cloneNode(true);
    titre.querySelector("small").remove();
    const reference = article.querySelector("p a[href^='#']").textContent;
    return `« ${article.querySelector("blockquote").textContent.trim()} » (${titre.textContent.trim()}, ${reference})`;
  };

  // The button is added here: without a script it would do nothing.
  const modele = document.createElement("button");
  modele.type = "button";
  modele.textContent = "Copier avec sa référence";
  document.querySelectorAll("#citations article").forEach((article) => article.append(modele.cloneNode(true)));
  document.getElementById("citations").addEventListener("click", async ({ target }) => {
    if (target.localName !== "button") return;
    try {
      await navigator.clipboard.writeText(citer(target.closest("article")));
      target.textContent = "Copié";
    } catch {
      target.textContent = "Copie refusée par le navigateur";
    }
    // A screen reader does not say a button whose name changes.
    annonce.textContent = target.textContent;
    setTimeout(() => { target.textContent = modele.textContent; annonce.textContent = ""; }, 2000);
  });

  new URLSearchParams(location.search).forEach((valeur, nom) => {
    if (formulaire.elements[nom]) formulaire.elements[nom].value = valeur;
  });
  formulaire.hidden = false;
  formulaire.addEventListener("input", filtrer);
  formulaire.addEventListener("submit", (evenement) => evenement.preventDefault());
  if (location.search) filtrer();
})();
