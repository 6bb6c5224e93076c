// From a key to what it does; the physical key for digits, since those of a French keyboard's top row need Shift.
import { NUMEROS } from "./panneau.js";

export function frapper(evenement, touches, numeroter) {
  const chiffre = /^(?:Digit|Numpad)([0-9])$/.exec(evenement.code)?.[1];
  const lettre = evenement.key.length === 1 ? evenement.key.toLowerCase() : evenement.key;
  const touche = evenement.shiftKey && lettre === "z" ? "Z" : lettre;
  if (touche === "?") touches["?"]();
  else if (chiffre >= 1 && chiffre <= NUMEROS) numeroter(Number(chiffre), evenement.shiftKey, evenement.timeStamp);
  else if (chiffre === "0" && !evenement.shiftKey) touches[0](evenement.timeStamp);
  else if (!chiffre && Object.hasOwn(touches, touche)) touches[touche](evenement.timeStamp);
  else return false;
  return true;
}
