import { goTo } from "./places.js";
import { decideAfterReading } from "./reading.js";

// A link to a place of the text that is on this screen goes there; by itself it would load the editor anew.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-chorsu-place]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (goTo(link.dataset.chorsuPlace)) event.preventDefault();
});

// Until the end of a new text has been on the screen, nothing approves it.
const toEnd = decideAfterReading();

// The buttons that decide stand below the whole text: the keyboard would pass each field and its comment button.
const toDecision = document.querySelector("[data-chorsu-decide]");
if (toDecision && document.querySelector("footer [data-workflow-action-name]")) {
  const menu = document.querySelector("footer .w-dropdown__toggle");
  toDecision.hidden = !menu;
  toDecision.addEventListener("click", () => {
    if (toEnd?.isConnected) {
      toEnd.click();
      return;
    }
    if (menu.getAttribute("aria-expanded") !== "true") menu.click();
    (document.querySelector(".chorsu-action-bar [data-workflow-action-name]") ?? menu).focus();
  });
}

// One key takes a suggestion after the other. A form that is sent before all of its fields are there is incomplete.
window.addEventListener("load", () => {
  const answers = document.querySelectorAll("button[name=suggestion]");
  for (const each of answers) each.disabled = false;
  if (document.activeElement === document.body) answers[0]?.focus();
});
