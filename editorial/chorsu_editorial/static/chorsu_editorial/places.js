// Go to a place of the editor's form by its content path, or to the nearest around it.
const FILLED_IN = "input:not([type=hidden], [type=file]), textarea, select, [contenteditable=true]";
const PRESSED = "button:not([data-panel-toggle], [data-comment-add])";

function placeOf(path) {
  const form = document.getElementById("page-edit-form");
  const [field, ...rest] = path.split(".").map((part) => CSS.escape(part));
  // Rows such as those of the byline have no path of their own.
  const rows = form.querySelector(`#id_${field}-TOTAL_FORMS`)?.closest("section");
  let place = form.querySelector(`[data-contentpath="${field}"]`) ?? rows;
  for (const part of place ? rest : []) place = place.querySelector(`[data-contentpath="${part}"]`) ?? place;
  return place;
}

function arrive(place) {
  const controls = [FILLED_IN, PRESSED].flatMap((kind) => [...place.querySelectorAll(kind)]);
  const control = controls.find((each) => each.checkVisibility());
  (control ?? place).scrollIntoView({ block: "center", behavior: "instant" });
  control?.focus({ preventScroll: true });
}

export function unfold(place) {
  for (let at = place; at; at = at.parentElement) {
    const toggle = at.querySelector(":scope > .w-panel__header [data-panel-toggle]");
    if (toggle?.getAttribute("aria-expanded") === "false") toggle.click();
  }
}

/** Show a place, and focus what is filled in there, or else the button that chooses it; return whether there is one. */
export function goTo(path) {
  const place = placeOf(path);
  if (!place) return false;
  unfold(place);
  const panel = place.closest("[role=tabpanel][hidden]");
  if (!panel) arrive(place);
  else {
    // Wagtail shows a tab some moments after the click.
    new MutationObserver((_changes, observer) => {
      if (panel.hidden) return;
      observer.disconnect();
      requestAnimationFrame(() => arrive(place));
    }).observe(panel, { attributeFilter: ["hidden"] });
    document.querySelector(`[role=tab][href="#${CSS.escape(panel.id)}"]`).click();
  }
  return true;
}
