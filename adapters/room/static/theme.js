// Sets light or dark before anything is painted; without a choice the system's own counts.
const chosen = localStorage.getItem("tacit.theme");
if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
