// On every page of the admin. A text that was sent has arrived when the next page is here.
// A chooser and the list of blocks open with the focus in their search.
// Whoever signs out leaves no text behind in this browser: unsaved copies are deleted, after a question.
import { count, forgetAll, forgetSent } from "./copies.js";

const script = document.querySelector("script[data-articles-sign-out]");

// The form for signing in says the contrary.
if (document.getElementById("wagtail-sidebar")) forgetSent(sessionStorage["articles-tab"]);

document.addEventListener(
  "submit",
  (event) => {
    const action = new URL(event.target.action, location.href).pathname;
    if (action !== script.dataset.articlesSignOut || !count()) return;
    if (window.confirm(script.dataset.articlesQuestion)) {
      forgetAll();
    } else {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  },
  { capture: true },
);

// Wagtail's dialogue takes the focus when it has opened, from the search of pages too.
document.addEventListener("focusin", ({ target, relatedTarget }) => {
  if (target.matches(".modal") && !target.contains(relatedTarget)) target.querySelector("#id_q")?.focus();
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest(".c-sf-add-button");
  setTimeout(() => {
    const search = button && document.querySelector("[data-tippy-root] [role=combobox]");
    search?.focus();
    search?.addEventListener("keydown", ({ key }) => key === "Escape" && button.focus());
  });
});
