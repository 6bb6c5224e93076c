(() => {
  "use strict";
  const formulaire = document.getElementById("filtres");
  const articles = [...document.querySelectorAll("#citations article")];
  const sansAccent = (texte) => texte.normalize("NFD").replace(/\p{M}/gu, "").replace(/’/g, "'").toLowerCase();
  const textes = articles.map((article) => sansAccent(article.querySelector("blockquote").textContent));
  const compte = document.getElementById("compte");

  const filtrer = () => {
    const choix = Object.fromEntries(new FormData(formulaire));
    const mots = sansAccent(choix.mots).split(/\s+/).filter(Boolean);
    let vus = 0;
    articles.forEach((article, rang) => {
      const garde =
        mots.every((mot) => textes[rang].includes(mot)) &&
        (!choix.code || article.dataset.c.split(" ").includes(choix.code)) &&
        (!choix.structure || article.dataset.s === choix.structure) &&
        (!choix.famille || article.dataset.f === choix.famille);
      article.hidden = !garde;
      vus += garde;
    });
    compte.textContent = vus > 1 ? `${vus} citations` : vus ? "1 citation" : "Aucune citation";
    const parametres = new URLSearchParams(Object.entries(choix).filter(([, valeur]) => valeur));
    try {
      history.replaceState(null, "", (parametres.size ? `?${parametres}` : location.pathname) + location.hash);
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
