(() => {
  "use strict";
  const formulaire = document.getElementById("filtres");
  const actions = [...document.querySelectorAll("#actions article")];
  const sections = [...document.querySelectorAll("#actions section")];
  const compte = document.getElementById("compte");
{% include "plier.js" %}

  const filtrer = () => {
    const choix = Object.fromEntries(new FormData(formulaire));
    let vues = 0;
    actions.forEach((action) => {
      const { theme, pilote, echeance, portee } = action.dataset;
      const garde =
        (!choix.theme || theme === choix.theme) &&
        plat(pilote).includes(plat(choix.pilote.trim())) &&
        (!choix.echeance || echeance <= choix.echeance) &&
        (!choix.portee || portee === choix.portee);
      action.hidden = !garde;
      vues += garde;
    });
    sections.forEach((section) => { section.hidden = !section.querySelector("article:not([hidden])"); });
    compte.textContent = vues > 1 ? `${vues} actions` : vues ? "1 action" : "Aucune action";
    const parametres = new URLSearchParams(Object.entries(choix).filter(([, valeur]) => valeur));
    try {
      history.replaceState(null, "", (String(parametres) ? `?${parametres}` : location.pathname) + location.hash);
    } catch {
      // Some browsers forbid it on file:// pages: the filter still works, only its address is not kept.
    }
  };

  new URLSearchParams(location.search).forEach((valeur, nom) => {
    if (formulaire.elements[nom]) formulaire.elements[nom].value = valeur;
  });
  formulaire.hidden = false;
  formulaire.addEventListener("input", filtrer);
  formulaire.addEventListener("submit", (evenement) => evenement.preventDefault());
  if (location.search) filtrer();
})();
