// Building blocks: text always goes through textContent.
export function noeud(nom, attributs = {}, ...enfants) {
  const element = document.createElement(nom);
  for (const [cle, valeur] of Object.entries(attributs)) element.setAttribute(cle, valeur);
  element.append(...enfants);
  return element;
}

const FAMILLES = { R: "Risque", O: "Opportunité", P: "Prisme" };
const famille = (code) => (code.charAt(1) === "-" && FAMILLES[code.charAt(0)] ? code.charAt(0) : "");
export const etiquette = (code) => (famille(code) ? `${FAMILLES[famille(code)]} : ` : "");
export const badge = (code) =>
  noeud("span", { class: "code", "data-famille": famille(code) }, code === "-" ? "rien à coder" : etiquette(code) + code);
export const texteDe = (ligne) => ligne.morceaux.map(([texte]) => texte).join("");

// Several components may share a document: every id, and what refers to it, gets its component's own prefix.
const RENVOIS = ["for", "aria-labelledby", "aria-describedby", "aria-controls"];
export function nommer(racine) {
  const prefixe = `ess-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}-`;
  const noms = new Map();
  for (const element of racine.querySelectorAll("[id]")) {
    noms.set(element.id, element);
    element.id = prefixe + element.id;
  }
  for (const renvoi of RENVOIS) {
    for (const element of racine.querySelectorAll(`[${renvoi}]`)) {
      element.setAttribute(renvoi, element.getAttribute(renvoi).split(" ").map((nom) => prefixe + nom).join(" "));
    }
  }
  return (nom) => noms.get(nom);
}
