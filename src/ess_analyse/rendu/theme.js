(() => {
  "use strict";
  // Loaded before the first paint: a reader's own choice must not flash.
  try {
    const theme = localStorage.getItem("ess-theme");
    if (theme === "clair" || theme === "sombre") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage may be forbidden on file:// pages: the system's theme is used.
  }
  document.documentElement.classList.add("js");
})();
