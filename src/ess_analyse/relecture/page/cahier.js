// The notebook: every word of the interview goes through messages, never through the widget's saved state.
function ouvrirPont(model) {
  // A second window on the same notebook receives the same answers: the draw tells whose they are.
  const tirage = crypto.getRandomValues(new Uint32Array(2)).join("-");
  const attendues = new Map();
  let dernier = 0;
  const recevoir = ({ numero, reponse }) => {
    attendues.get(numero)?.(reponse);
    attendues.delete(numero);
  };
  model.on("msg:custom", recevoir);
  return {
    appeler: (action, corps) => new Promise((resoudre) => {
      dernier += 1;
      const numero = `${tirage}-${dernier}`;
      attendues.set(numero, resoudre);
      model.send({ numero, action, corps });
    }),
    fermer: () => model.off("msg:custom", recevoir),
  };
}

function render({ model, el }) {
  const { appeler, fermer } = ouvrirPont(model);
  const racine = noeud("div", { class: "ess-relire", role: "region", "aria-label": "Relire" });
  // JupyterLab reads this mark on the focused element first: on an ancestor alone, « d d » still deletes the cell.
  racine.addEventListener("focusin", ({ target }) => target.setAttribute("data-lm-suppress-shortcuts", "true"));
  racine.append(...new DOMParser().parseFromString(GABARIT, "text/html").body.childNodes);
  el.append(racine);
  monter(racine, appeler, {
    seule: false,
    titrer: (titre) => racine.setAttribute("aria-label", titre),
    patience: "Le noyau ne répond pas encore : tant qu’il se tait, rien ne s’enregistre. "
      + "S’il n’est pas occupé, exécutez de nouveau cette cellule.",
    arret: "La relecture s’est arrêtée : exécutez de nouveau la cellule. Les décisions précédentes sont enregistrées.",
  });
  return fermer;
}

export default { render };
