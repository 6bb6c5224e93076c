// The note of a sentence: what was typed is kept until the sheet has it, even after « Échap », a conflict or a refusal.
export function monterMemo(un, garder) {
  const champ = un("texte-memo");
  const brouillons = new Map();
  let ouverte = "";
  const enregistrer = () => {
    un("d-memo").close();
    garder(ouverte, champ.value);
  };
  champ.addEventListener("input", () => brouillons.set(ouverte, champ.value));
  champ.addEventListener("keydown", (evenement) => {
    if (evenement.key === "Enter" && (evenement.ctrlKey || evenement.metaKey)) enregistrer();
  });
  un("garder-memo").addEventListener("click", enregistrer);
  return {
    ouvrir: ({ segment, memo }) => {
      ouverte = segment;
      champ.value = brouillons.get(segment) ?? memo;
      champ.focus();
    },
    constater: ({ segment, memo }) => {
      if (brouillons.get(segment)?.trim() === memo) brouillons.delete(segment);
    },
    oublier: () => brouillons.clear(),
  };
}
