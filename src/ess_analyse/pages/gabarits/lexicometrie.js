(() => {
  "use strict";
  const formulaire = document.getElementById("filtres");
  const compte = document.getElementById("compte");
{% include "plier.js" %}
  const lignes = [...document.getElementById("mots-themes").rows].map((ligne) => ({
    ligne,
    mot: plat((ligne.cells[0].querySelector("a") || ligne.cells[0]).firstChild.textContent),
  }));

  const filtrer = () => {
    const { theme, mot, sens } = Object.fromEntries(new FormData(formulaire));
    const cherche = plat(mot.trim());
    let vues = 0;
    lignes.forEach((une) => {
      const { t, s } = une.ligne.dataset;
      const garde = (!theme || t === theme) && (!sens || s === sens) && une.mot.includes(cherche);
      une.ligne.hidden = !garde;
      vues += garde;
    });
    compte.textContent = vues > 1 ? `${vues} lignes` : vues ? "1 ligne" : "Aucune ligne";
  };

  formulaire.hidden = false;
  formulaire.addEventListener("input", filtrer);
  formulaire.addEventListener("submit", (evenement) => evenement.preventDefault());
})();
