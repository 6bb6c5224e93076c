  // The button is added by the script: without one it would do nothing.
  const equiper = (article) => {
    const bouton = document.createElement("button");
    bouton.type = "button";
    bouton.textContent = "Copier avec sa référence";
    article.append(bouton);
  };
  const citer = (article) => {
    const reference = article.querySelector("p a[href*='#v-']").textContent;
    return `« ${article.querySelector("blockquote").textContent.trim()} » (${article.closest("[data-source]").dataset.source}, ${reference})`;
  };
  document.addEventListener("click", async ({ target: bouton }) => {
    if (!bouton.matches(".citations button")) return;
    const nom = bouton.textContent;
    const annonce = document.getElementById("annonce");
    try {
      await navigator.clipboard.writeText(citer(bouton.closest("article")));
      bouton.textContent = "Copié";
    } catch {
      bouton.textContent = "Copie refusée par le navigateur";
    }
    // A screen reader does not say a button whose name changes.
    annonce.textContent = bouton.textContent;
    setTimeout(() => { bouton.textContent = nom; annonce.textContent = ""; }, 2000);
  });
