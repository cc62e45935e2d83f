// The list of what a text lacks and its outline: current after each save, and shown before submission.
import { goTo } from "../../chorsu_editorial/places.js";
import { ask as askServer, form } from "./editor.js";

const root = document.querySelector("[data-articles-completeness]");
const SUBMITS = new Set(["action-submit", "action-restart-workflow"]);

function start() {
  const list = root.querySelector("[data-articles-completeness-list]");
  let url = root.dataset.checkUrl;
  let confirmed = false;
  let asked = 0;

  const badge = root.querySelector("[data-articles-completeness-badge]").content.firstElementChild.cloneNode(true);
  const count = badge.querySelector("[data-articles-count]");
  (document.querySelector("footer.footer .footer__container") ?? root).append(badge);
  const popup = root.querySelector("[data-articles-completeness-popup]").content.firstElementChild.cloneNode(true);
  document.body.append(popup);

  function show() {
    const number = list.querySelector("[data-articles-missing-count]").dataset.articlesMissingCount;
    count.textContent = number;
    badge.hidden = number === "0";
    popup.replaceChildren(...[...list.querySelectorAll(".articles-completeness__missing")].map((each) => each.cloneNode(true)));
    if (badge.hidden) popup.hidePopover();
    tellWords();
  }

  // Wagtail's panel of checks counts all that the preview shows, such as bylines and other articles' headlines.
  function tellWords() {
    const { articlesWords, articlesMinutes } = list.querySelector("[data-articles-words]").dataset;
    const [words, minutes] = ["word-count", "reading-time"].map((name) => document.querySelector(`[data-content-${name}]`));
    if (words) words.textContent = articlesWords;
    if (minutes) minutes.textContent = articlesMinutes;
  }

  async function check() {
    const mine = (asked += 1);
    const answer = await askServer(url, { fields: new FormData(form) });
    if (answer.valid && mine === asked) {
      list.innerHTML = answer.html;
      show();
    }
    return answer;
  }

  function ask(answer, submitter) {
    const dialog = root.querySelector("[data-articles-completeness-dialog]").content.firstElementChild.cloneNode(true);
    const shown = document.createElement("template");
    shown.innerHTML = answer.html;
    const missing = shown.content.querySelector(".articles-completeness__missing").children;
    dialog.querySelector("[data-articles-dialog-list]").append(...missing);
    dialog.addEventListener("click", ({ target }) => {
      const { articlesPath: path, articlesGoOn, articlesGoBack } = target.dataset;
      if ([path, articlesGoOn, articlesGoBack].every((each) => each === undefined)) return;
      dialog.close();
      if (path) goTo(path);
      else if (articlesGoOn !== undefined) goOn(submitter);
    });
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  function goOn(submitter) {
    confirmed = true;
    form.requestSubmit(submitter);
    confirmed = false;
  }

  // Before Wagtail's own listeners: those take a submission that was stopped for one that happened.
  document.addEventListener(
    "submit",
    (event) => {
      const { submitter } = event;
      if (event.target !== form || confirmed || !submitter || !SUBMITS.has(submitter.name)) return;
      // Confirmed before, and sent again by the script that keeps the text.
      if (form.dataset.articlesPassing) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      check().then(
        (answer) => (answer.valid && answer.missing.length ? ask(answer, submitter) : goOn(submitter)),
        () => goOn(submitter),
      );
    },
    { capture: true },
  );
  form.addEventListener("w-autosave:success", (event) => {
    const pk = event.detail?.response?.pk;
    if (pk) url = root.dataset.savedUrl.replace("/0/", `/${pk}/`);
    check().catch(() => {});
  });
  // It writes its own right after this event.
  document.addEventListener("w-preview:content", () => queueMicrotask(tellWords));
  for (const lines of [root, popup]) {
    lines.addEventListener("click", (event) => {
      const link = event.target.closest("[data-articles-path]");
      if (!link) return;
      popup.hidePopover();
      goTo(link.dataset.articlesPath);
    });
  }
  show();
}

if (root) start();
