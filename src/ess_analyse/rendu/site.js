(() => {
  "use strict";
  const racine = document.documentElement;
  const etroit = window.matchMedia("(max-width: 60em)");
  const un = (choix, dans = document) => dans.querySelector(choix);
  const tous = (choix, dans = document) => [...dans.querySelectorAll(choix)];

  const theme = () => {
    const bouton = un("#ess-theme");
    const systeme = window.matchMedia("(prefers-color-scheme: dark)");
    const sombre = () => (racine.dataset.theme ? racine.dataset.theme === "sombre" : systeme.matches);
    const dire = () => bouton.setAttribute("aria-pressed", String(sombre()));
    bouton.hidden = false;
    bouton.addEventListener("click", () => {
      racine.dataset.theme = sombre() ? "clair" : "sombre";
      try {
        localStorage.setItem("ess-theme", racine.dataset.theme);
      } catch {
        // Not kept where storage is forbidden.
      }
      dire();
    });
    systeme.addEventListener("change", dire);
    dire();
  };

  const menu = () => {
    const bouton = un("#ess-menu");
    if (!bouton) return;
    bouton.hidden = false;
    const ouvrir = (oui) => {
      bouton.setAttribute("aria-expanded", String(oui));
      un("#ess-navigation").classList.toggle("ouverte", oui);
    };
    bouton.addEventListener("click", () => ouvrir(bouton.getAttribute("aria-expanded") !== "true"));
    const deroulants = tous(".deroulant");
    document.addEventListener("keydown", (touche) => {
      if (touche.key !== "Escape") return;
      const ouvert = deroulants.find((deroulant) => deroulant.open);
      if (ouvert) {
        ouvert.open = false;
        un("summary", ouvert).focus();
      } else if (bouton.getAttribute("aria-expanded") === "true") {
        ouvrir(false);
        bouton.focus();
      }
    });
    document.addEventListener("click", (clic) =>
      deroulants.forEach((deroulant) => {
        if (!deroulant.contains(clic.target)) deroulant.open = false;
      }));
  };

  // On a wide screen every section shows; on a narrow one only the way to this page stays open.
  const replis = () => {
    const sections = tous(".laterale .repli details").map((section) => [section, section.open]);
    const ranger = () => {
      tous(".repli").forEach((repli) => (repli.open = !etroit.matches));
      sections.forEach(([section, ouverte]) => (section.open = !etroit.matches || ouverte));
    };
    etroit.addEventListener("change", ranger);
    ranger();
  };

  const suivre = () => {
    const liens = new Map(tous(".sommaire a").map((lien) => [decodeURIComponent(lien.hash.slice(1)), lien]));
    const cibles = [...liens.keys()].map((nom) => document.getElementById(nom)).filter(Boolean);
    if (!cibles.length) return;
    let prevu = false;
    const dire = () => {
      prevu = false;
      const passees = cibles.filter((cible) => cible.getBoundingClientRect().top < window.innerHeight / 4);
      const lue = passees.at(-1) ?? cibles[0];
      liens.forEach((lien, nom) => lien.toggleAttribute("data-lu", nom === lue.id));
    };
    document.addEventListener("scroll", () => {
      if (!prevu) requestAnimationFrame(dire);
      prevu = true;
    }, { passive: true });
    dire();
  };

  // What scrolls sideways must be reachable from the keyboard, and only then.
  const defilants = () => {
    const cadres = tous(".table-large:not([role]), pre, p:has(> math[display=block]:only-child)");
    const regler = () => cadres.forEach((cadre) => {
      const defile = cadre.scrollWidth > cadre.clientWidth + 1;
      cadre.toggleAttribute("data-defile", defile);
      if (!defile) ["tabindex", "role", "aria-label"].forEach((nom) => cadre.removeAttribute(nom));
      else {
        cadre.tabIndex = 0;
        cadre.setAttribute("role", "group");
        cadre.setAttribute("aria-label", un("caption", cadre)?.textContent.trim() || ({ PRE: "Texte", P: "Formule" }[cadre.tagName] ?? "Tableau") + " à faire défiler");
      }
    });
    new ResizeObserver(regler).observe(document.body);
    regler();
  };

  const onglets = () => {
    const groupes = [];
    tous(".onglets").forEach((groupe) => {
      const volets = tous(":scope > .volet", groupe);
      const liste = document.createElement("div");
      liste.setAttribute("role", "tablist");
      liste.setAttribute("aria-label", groupe.dataset.titre);
      const boutons = volets.map((volet) => {
        const titre = un(".volet-titre", volet);
        const bouton = document.createElement("button");
        bouton.type = "button";
        bouton.innerHTML = titre.innerHTML;
        bouton.id = `${volet.id}-onglet`;
        bouton.setAttribute("role", "tab");
        bouton.setAttribute("aria-controls", volet.id);
        volet.setAttribute("role", "tabpanel");
        volet.setAttribute("aria-labelledby", bouton.id);
        volet.tabIndex = 0;
        liste.append(bouton);
        return bouton;
      });
      const choisir = (rang, nom) => {
        const choisi = nom ? boutons.findIndex((bouton) => bouton.textContent === nom) : rang;
        if (choisi < 0) return;
        boutons.forEach((bouton, place) => {
          bouton.setAttribute("aria-selected", String(place === choisi));
          bouton.tabIndex = place === choisi ? 0 : -1;
          volets[place].classList.toggle("cache", place !== choisi);
        });
      };
      const suivre = (rang) => {
        choisir(rang);
        groupes.filter((autre) => autre.nom && autre.nom === groupe.dataset.groupe && autre.choisir !== choisir)
          .forEach((autre) => autre.choisir(0, boutons[rang].textContent));
      };
      boutons.forEach((bouton, rang) => bouton.addEventListener("click", () => suivre(rang)));
      liste.addEventListener("keydown", (touche) => {
        const rang = boutons.indexOf(document.activeElement);
        const vers = { ArrowRight: rang + 1, ArrowLeft: rang - 1, Home: 0, End: boutons.length - 1 }[touche.key];
        if (vers === undefined) return;
        touche.preventDefault();
        const place = (vers + boutons.length) % boutons.length;
        suivre(place);
        boutons[place].focus();
      });
      groupe.prepend(liste);
      groupe.classList.add("prets");
      groupes.push({ nom: groupe.dataset.groupe, choisir });
      choisir(0);
      volets.forEach((volet, rang) => volet.addEventListener("montrer", () => choisir(rang)));
    });
  };

  // A link to something folded away opens what hides it.
  const deplier = () => {
    const cible = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!cible) return;
    for (let noeud = cible; noeud; noeud = noeud.parentElement) {
      if (noeud.matches("details")) noeud.open = true;
      if (noeud.matches(".volet.cache")) noeud.dispatchEvent(new Event("montrer"));
    }
    cible.scrollIntoView();
  };

  const imprimer = () => {
    let replies = [];
    window.addEventListener("beforeprint", () => {
      replies = tous("main details:not([open]):not(.cellule-code)");
      replies.forEach((repli) => (repli.open = true));
    });
    window.addEventListener("afterprint", () => replies.forEach((repli) => (repli.open = false)));
  };

  const plat = (texte) => texte.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/œ/g, "oe").replace(/æ/g, "ae").replace(/[’ʼ]/g, "'");

  const recherche = () => {
    const bouton = un("#ess-ouvrir-recherche");
    if (!bouton) return;
    const [boite, champ, compte, liste] = ["#ess-recherche", "#ess-mots", "#ess-compte", "#ess-resultats"].map((nom) => un(nom));
    const aide = compte.textContent;
    const limite = 30;
    let index = null;
    const preparer = () => {
      index = window.essRecherche.map(([adresse, page, section, texte]) => ({ adresse, page, section, texte, t: plat(texte), s: plat(section), p: plat(page) }));
      chercher();
    };
    const charger = () => {
      if (index) return;
      const script = document.createElement("script");
      script.src = `${document.body.dataset.racine}site_libs/recherche.js`;
      script.addEventListener("load", preparer);
      document.head.append(script);
    };
    const debutDeMot = (texte, mot) => {
      for (let place = texte.indexOf(mot); place >= 0; place = texte.indexOf(mot, place + 1)) {
        if (!place || !/[\p{L}\p{N}]/u.test(texte[place - 1])) return place;
      }
      return -1;
    };
    const noter = (entree, mots) => {
      let note = 0;
      for (const mot of mots) {
        const places = [[entree.s, 8], [entree.p, entree.section ? 3 : 10], [entree.t, 2]];
        const gain = places.reduce((somme, [texte, poids]) => somme + (debutDeMot(texte, mot) >= 0 ? poids : 0), 0);
        if (!gain) return 0;
        note += gain;
      }
      return note;
    };
    // Folding changes lengths (« œ »): each folded character remembers the one it comes from.
    const extrait = (texte, mots) => {
      const lettres = [...texte];
      let pliee = "";
      const origine = [];
      lettres.forEach((lettre, rang) => [...plat(lettre)].forEach((signe) => { pliee += signe; for (let i = 0; i < signe.length; i += 1) origine.push(rang); }));
      const marques = mots.map((mot) => [debutDeMot(pliee, mot), mot.length]).filter(([place]) => place >= 0).sort((a, b) => a[0] - b[0]);
      const premiere = marques.length ? origine[marques[0][0]] : 0;
      // An excerpt starts and ends between two words.
      const debut = premiere < 70 ? 0 : lettres.indexOf(" ", premiere - 70) + 1;
      const coupe = lettres.indexOf(" ", debut + 180);
      const fin = coupe < 0 ? lettres.length : coupe;
      const morceau = document.createElement("span");
      let place = debut;
      if (debut) morceau.append("… ");
      marques.forEach(([rang, longueur]) => {
        const [de, a] = [origine[rang], origine[rang + longueur - 1] + 1];
        if (de < place || a > fin) return;
        const marque = document.createElement("mark");
        marque.textContent = lettres.slice(de, a).join("");
        morceau.append(lettres.slice(place, de).join(""), marque);
        place = a;
      });
      morceau.append(lettres.slice(place, fin).join(""), fin < lettres.length ? " …" : "");
      return morceau;
    };
    const chercher = () => {
      const mots = plat(champ.value).split(/[^\p{L}\p{N}']+/u).filter((mot) => mot.length > 1);
      liste.replaceChildren();
      if (!mots.length) { compte.textContent = aide; return; }
      if (!index) { compte.textContent = "Chargement de l’index…"; return; }
      const trouves = index.map((entree, rang) => ({ entree, rang, note: noter(entree, mots) })).filter(({ note }) => note)
        .sort((a, b) => b.note - a.note || a.rang - b.rang);
      compte.textContent = trouves.length > 1 ? `${trouves.length} résultats${trouves.length > limite ? `, les ${limite} premiers sont montrés` : ""}` : trouves.length ? "1 résultat" : "Aucun résultat";
      liste.append(...trouves.slice(0, limite).map(({ entree }) => {
        const [ligne, lien, titre, lieu, texte] = ["li", "a", "strong", "small", "p"].map((nom) => document.createElement(nom));
        lien.href = document.body.dataset.racine + entree.adresse;
        titre.textContent = entree.section || entree.page;
        lieu.textContent = entree.section ? entree.page : "";
        texte.append(extrait(entree.texte, mots));
        lien.append(titre, lieu, texte);
        lien.addEventListener("click", () => boite.close());
        ligne.append(lien);
        return ligne;
      }));
    };
    const ouvrir = () => {
      charger();
      boite.showModal();
      champ.focus();
      champ.select();
    };
    bouton.hidden = false;
    bouton.addEventListener("click", ouvrir);
    champ.addEventListener("input", chercher);
    boite.addEventListener("click", (clic) => { if (clic.target === boite) boite.close(); });
    boite.addEventListener("keydown", (touche) => {
      const liens = tous("a", liste);
      const rang = liens.indexOf(document.activeElement);
      if (touche.key === "Enter" && document.activeElement === champ && liens.length) liens[0].click();
      else if (touche.key === "ArrowDown" && liens.length) liens[Math.min(rang + 1, liens.length - 1)].focus();
      else if (touche.key === "ArrowUp" && rang > 0) liens[rang - 1].focus();
      else if (touche.key === "ArrowUp" && rang === 0) champ.focus();
      else return;
      touche.preventDefault();
    });
    document.addEventListener("keydown", (touche) => {
      const ecrit = touche.target.closest?.("input, textarea, select, [contenteditable]");
      if ((touche.key === "/" && !ecrit) || (touche.key.toLowerCase() === "k" && (touche.ctrlKey || touche.metaKey))) {
        touche.preventDefault();
        if (!boite.open) ouvrir();
      }
    });
  };

  [theme, menu, replis, onglets, suivre, defilants, imprimer, recherche, deplier].forEach((faire) => faire());
  window.addEventListener("hashchange", deplier);
})();
