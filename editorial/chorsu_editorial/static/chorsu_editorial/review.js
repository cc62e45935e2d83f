// A link to a place of the text that is on this screen goes there; by itself it would load the editor anew.
function findPlace(path) {
  let place = document.getElementById("page-edit-form");
  for (const part of path.split(".")) {
    const inner = place.querySelector(`[data-contentpath="${CSS.escape(part)}"]`);
    if (!inner) break;
    place = inner;
  }
  return place.dataset.contentpath ? place : null;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-chorsu-place]");
  const place = link && findPlace(link.dataset.chorsuPlace);
  if (!place || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const tab = place.closest("[role=tabpanel][hidden]");
  if (tab) document.querySelector(`[role=tab][href="#${CSS.escape(tab.id)}"]`)?.click();
  place.scrollIntoView({ block: "center" });
  place.querySelector("[contenteditable=true], textarea, input:not([type=hidden]), select, button")?.focus();
});

// The buttons that decide stand below the whole text: the keyboard would pass each field and its comment button.
const toDecision = document.querySelector("[data-chorsu-decide]");
if (toDecision && document.querySelector("footer [data-workflow-action-name]")) {
  const menu = document.querySelector("footer .w-dropdown__toggle");
  toDecision.hidden = !menu;
  toDecision.addEventListener("click", () => {
    if (menu.getAttribute("aria-expanded") !== "true") menu.click();
    menu.focus();
  });
}
