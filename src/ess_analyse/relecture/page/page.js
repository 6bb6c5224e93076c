// The local page: the component fills it, and speaks to the program that served it.
import { monter } from "./relire.js";

const JETON = location.pathname.split("/")[1];

async function appeler(action, corps) {
  const reponse = await fetch(`/api/${action}`, {
    method: "POST",
    headers: { "X-Ess-Jeton": JETON, "Content-Type": "application/json" },
    body: JSON.stringify(corps),
  });
  return reponse.json();
}

monter(document.querySelector("main"), appeler, {
  seule: true,
  titrer: (titre) => { document.title = titre; },
  patience: "Le programme ne répond pas encore : tant qu’il se tait, rien ne s’enregistre.",
  arret: "Le programme s’est arrêté : la dernière décision n’est pas enregistrée, les précédentes le sont. "
    + "Relancez la commande, puis ouvrez la nouvelle adresse.",
});
