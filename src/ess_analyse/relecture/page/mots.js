// What is said of a decision.
export const RESULTATS = {
  accepter: (code) => `${code} accepté`,
  refuser: (code) => `${code} refusé`,
  "refuser-toutes": () => "Tout refusé",
  ajouter: (code) => `${code} ajouté`,
  rien: () => "Rien à coder",
  effacer: () => "Décision ôtée",
};

// Of keys struck before the sheet was read again: the person had not seen what it now says.
export const REPRENDRE = "La feuille a été rechargée : les touches tapées juste avant n’ont rien décidé. Reprenez à cette phrase.";
