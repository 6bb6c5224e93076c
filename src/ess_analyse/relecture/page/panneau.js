// The panel beside the text: what is put forward for a sentence, why, and what has been decided of it.
import { badge, noeud } from "./noeuds.js";

export const NUMEROS = 5;

function dessinerProposition(lu, rang, decider) {
  const numero = rang < NUMEROS ? String(rang + 1) : "";
  const gestes = noeud("p", {});
  for (const [geste, mot, touche] of [["accepter", "Accepter", numero], ["refuser", "Refuser", `Maj ${numero}`]]) {
    const bouton = noeud("button", { type: "button", "aria-label": `${mot} ${lu.code}` }, mot);
    if (numero) bouton.append(" ", noeud("kbd", {}, touche));
    bouton.addEventListener("click", (clic) => decider(geste, lu.code, clic.timeStamp));
    gestes.append(bouton, " ");
  }
  const article = noeud("li", { "data-decision": lu.decision },
    noeud("p", {}, numero && noeud("kbd", {}, numero), " ", badge(lu.code), ` ${lu.libelle} — ${lu.decision}`),
    noeud("p", { class: "raison" }, lu.raisons.join(" · ")));
  if (lu.exemple) article.append(noeud("p", { class: "raison" }, `Exemple proche : « ${lu.exemple} »`));
  article.append(gestes);
  return article;
}

function dessinerPose(code, libelle, decider) {
  const element = noeud("li", {}, badge(code), ` ${libelle} `);
  if (code === "-") return element;
  const bouton = noeud("button", { type: "button", "aria-label": `Ôter ${code}` }, "Ôter");
  bouton.addEventListener("click", (clic) => decider("refuser", code, clic.timeStamp));
  element.append(bouton);
  return element;
}

export function dessinerPanneau(un, ligne, seance, codes, decider) {
  un("suggestions").replaceChildren(...ligne.suggestions.map((lu, rang) => dessinerProposition(lu, rang, decider)));
  un("sans").textContent = ligne.suggestions.length ? "" : seance.sans;
  un("poses").replaceChildren(...ligne.codes.map((code) => dessinerPose(code, codes.get(code)?.libelle ?? "", decider)));
  if (!ligne.codes.length) un("poses").append(noeud("li", { class: "discret" }, `Aucun${ligne.attente && ` : ${ligne.attente}`}.`));
  un("memo-lu").textContent = ligne.memo && `${seance.memo} : ${ligne.memo}`;
}
