// From a key to what it does; the physical key for digits, since those of a French keyboard's top row need Shift.
import { NUMEROS } from "./panneau.js";

// Held down, any other key would decide, or undo, sentence after sentence.
const REPETEES = new Set(["j", "k"]);

// Without Num Lock, or with Shift under Windows, the keypad sends End, Page Down or Delete, and Shift itself is lost.
export const estPaveSansChiffre = ({ code, key }) => /^Numpad(?:[0-9]|Decimal)$/.test(code) && key.length > 1;

function traduire({ code, shiftKey, timeStamp }, touche, touches, numeroter) {
  const chiffre = /^(?:Digit|Numpad)([0-9])$/.exec(code)?.[1];
  if (touche === "?") return touches["?"];
  if (chiffre >= 1 && chiffre <= NUMEROS) return () => numeroter(Number(chiffre), shiftKey, timeStamp);
  if (chiffre === "0" && !shiftKey) return () => touches[0](timeStamp);
  if (!chiffre && Object.hasOwn(touches, touche)) return () => touches[touche](timeStamp);
  return null;
}

export function frapper(evenement, touches, numeroter) {
  const { key, repeat, shiftKey } = evenement;
  const lettre = key.length === 1 ? key.toLowerCase() : key;
  const touche = shiftKey && lettre === "z" ? "Z" : lettre;
  const geste = traduire(evenement, touche, touches, numeroter);
  if (geste && (!repeat || REPETEES.has(touche))) geste();
  return geste !== null;
}
