// Improves pages that are whole without it: starts the design system's components.
// Their address is on the page, because a stored file's name carries its own fingerprint.
const { initAll } = await import(document.getElementById("components").href);

initAll();

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
