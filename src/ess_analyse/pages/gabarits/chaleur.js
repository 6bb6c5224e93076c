(() => {
  "use strict";
  const formulaire = document.getElementById("filtres");
  const compte = document.getElementById("compte");
  const tables = [...document.querySelectorAll("#chaleurs tbody")].map((corps) => ({
    corps,
    lignes: [...corps.rows].map((ligne, rang) => {
      const valeurs = [...ligne.querySelectorAll("td:not(.masque)")].map((un) => parseInt(un.textContent, 10));
      const nom = ligne.cells[0].textContent;
      return { ligne, rang, nom, plus: Math.max(0, ...valeurs), somme: valeurs.reduce((a, b) => a + b, 0) };
    }),
  }));
  const ordres = {
    "": (a, b) => a.rang - b.rang,
    nombre: (a, b) => b.somme - a.somme || a.rang - b.rang,
    nom: (a, b) => a.nom.localeCompare(b.nom, "fr"),
  };

  const filtrer = () => {
    const { famille, seuil, tri } = Object.fromEntries(new FormData(formulaire));
    const vus = new Set();
    tables.forEach(({ corps, lignes }) => {
      [...lignes].sort(ordres[tri]).forEach(({ ligne, nom, plus }) => {
        ligne.hidden = (famille && !ligne.classList.contains(famille)) || plus < (parseInt(seuil, 10) || 0);
        if (!ligne.hidden) vus.add(nom);
        corps.append(ligne);
      });
    });
    compte.textContent = vus.size > 1 ? `${vus.size} thèmes` : vus.size ? "1 thème" : "Aucun thème";
  };

  formulaire.hidden = false;
  formulaire.addEventListener("input", filtrer);
  formulaire.addEventListener("submit", (evenement) => evenement.preventDefault());
})();
