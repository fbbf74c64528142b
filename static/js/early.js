// Runs before anything is drawn, so that what JavaScript will fold away never flashes by.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
