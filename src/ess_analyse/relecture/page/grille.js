// Choosing a code of the grid: type-ahead, its definition and examples in view.
import { badge, noeud } from "./noeuds.js";

const plat = (texte) => texte.normalize("NFD").replace(/\p{M}/gu, "").replace(/œ/g, "oe").toLowerCase();

function noter(code, mots) {
  const champs = [code.id, code.libelle, [code.definition, ...code.indices, ...code.inclure].join(" ")].map(plat);
  return Math.max(...mots.map((mot) => {
    const rang = champs.findIndex((champ) => champ.includes(mot));
    return rang < 0 ? Infinity : rang + (champs[rang].split(/[^a-z0-9]+/).some((debut) => debut.startsWith(mot)) ? 0 : 0.5);
  }), 0);
}

export function trouver(codes, saisie) {
  const mots = plat(saisie).split(/\s+/).filter(Boolean);
  return [...codes.values()].map((code) => [noter(code, mots), code]).filter(([note]) => note < Infinity)
    .sort(([a], [b]) => a - b).map(([, code]) => code);
}

function definir(code) {
  const liste = (titre, textes) => (textes.length ? [noeud("p", {}, noeud("strong", {}, titre)), noeud("ul", {}, ...textes.map((texte) => noeud("li", {}, texte)))] : []);
  return [
    noeud("p", {}, badge(code.id), ` ${code.libelle} (${code.dimension})`),
    noeud("p", {}, code.definition),
    ...liste("Quand l’employer", code.inclure), ...liste("Quand ne pas l’employer", code.exclure),
    ...liste("Exemples", code.exemples), ...liste("Contre-exemples", code.contre_exemples),
  ];
}

export function monterGrille(un, codes, retenir) {
  let choisis = [];
  let choisi = 0;
  function montrer() {
    [...un("choix").children].forEach((element, rang) => element.setAttribute("aria-selected", String(rang === choisi)));
    const element = un("choix").children[choisi];
    if (!element) {
      un("champ").removeAttribute("aria-activedescendant");
      un("definition").replaceChildren(noeud("p", {}, "Aucun code ne correspond."));
      return;
    }
    un("champ").setAttribute("aria-activedescendant", element.id);
    element.scrollIntoView({ block: "nearest" });
    un("definition").replaceChildren(...definir(choisis[choisi]));
  }
  function completer() {
    choisis = trouver(codes, un("champ").value);
    choisi = 0;
    un("choix").replaceChildren(...choisis.map((code, rang) => {
      const element = noeud("li", { role: "option", id: `${un("choix").id}-${rang}`, "aria-selected": "false" }, badge(code.id), ` ${code.libelle}`);
      element.addEventListener("click", () => retenir(code.id));
      return element;
    }));
    montrer();
  }
  un("champ").addEventListener("input", completer);
  un("champ").addEventListener("keydown", (evenement) => {
    const pas = { ArrowDown: 1, ArrowUp: -1 }[evenement.key];
    if (pas && choisis.length) {
      choisi = (choisi + pas + choisis.length) % choisis.length;
      montrer();
    } else if (evenement.key === "Enter" && choisis[choisi]) retenir(choisis[choisi].id);
    else if (evenement.key !== "Enter") return;
    evenement.preventDefault();
  });
  return () => {
    un("champ").value = "";
    completer();
    un("champ").focus();
  };
}
