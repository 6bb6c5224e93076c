// How far the person is: this interview, every interview, and what to open when this one is done.
export const enTexte = (seance, { nom, lues, total }) => `${nom}, ${seance.compte.toLowerCase()} : ${lues} sur ${total}`;

export function chercherSuivant(seance, { entretiens }) {
  const debut = entretiens.findIndex(({ nom }) => nom === seance.entretien) + 1;
  return [...entretiens.slice(debut), ...entretiens.slice(0, debut)].find(({ lues, total }) => lues < total);
}

export function dessinerSuivi(un, seance, suivi) {
  un("compte").textContent = `${seance.compte} : ${suivi.lues} sur ${suivi.total}`;
  un("barre").max = suivi.total;
  un("barre").value = suivi.lues;
  un("annuler").setAttribute("aria-disabled", String(!suivi.annulable));
  un("retablir").setAttribute("aria-disabled", String(!suivi.retablissable));
  const choisi = un("entretiens").value;
  un("entretiens").replaceChildren(...suivi.entretiens.map((lu) => new Option(enTexte(seance, lu), lu.nom)));
  un("entretiens").value = choisi;
  const suivant = chercherSuivant(seance, suivi);
  un("fin").hidden = suivi.lues < suivi.total;
  un("texte-fin").textContent = suivant
    ? `${seance.fini} dans ${seance.entretien}. Ensuite : ${enTexte(seance, suivant)}.`
    : `${seance.fini}, dans tous les entretiens.`;
  un("suivant").hidden = !suivant;
  un("suivant").textContent = suivant ? `Ouvrir ${suivant.nom}` : "";
}
