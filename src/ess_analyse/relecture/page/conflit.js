// A conflict: nothing is overwritten, every state of the sentence is shown, a person chooses.
import { noeud } from "./noeuds.js";

const decrire = (etat) => (etat
  ? [etat.codes.map((code) => (code === "-" ? "rien à coder" : code)).join(" ") || "aucune décision", etat.memo || "—"]
  : ["ligne absente ou feuille illisible", "—"]);

export function monterConflit(un, recharger) {
  const dialogue = un("d-conflit");
  let repondre = () => {};
  const essayer = async (refaire) => {
    un("faute-conflit").textContent = await recharger();
    if (un("faute-conflit").textContent) return;
    repondre(refaire);
    dialogue.close();
  };
  un("recharger").addEventListener("click", () => essayer(false));
  un("refaire").addEventListener("click", () => essayer(true));
  dialogue.addEventListener("keydown", (evenement) => { if (evenement.key === "Escape") evenement.preventDefault(); });
  dialogue.addEventListener("cancel", (evenement) => evenement.preventDefault());
  // A browser may close a dialog all the same: the decision is then given up.
  dialogue.addEventListener("close", () => repondre(false));
  return (conflit, phrase, refaisable) => {
    // Undoing starts from what the sheet said: once reloaded, there is nothing to write again.
    un("refaire").hidden = !refaisable;
    un("phrase-conflit").textContent = phrase;
    un("etats").replaceChildren(...[
      ["Cette page avait lu", conflit.lu], ["Cette page voulait écrire", conflit.voulu], ["La feuille dit maintenant", conflit.fichier],
    ].map(([titre, etat]) => noeud("tr", {}, noeud("th", { scope: "row" }, titre), ...decrire(etat).map((texte) => noeud("td", {}, texte)))));
    un("faute-conflit").textContent = "";
    dialogue.showModal();
    return new Promise((resoudre) => { repondre = resoudre; });
  };
}
