// The list of what a text lacks and its outline: current after each save, and shown before submission.
import { ask as askServer, form } from "./editor.js";
import { showOffers } from "./offers.js";

const root = document.querySelector("[data-articles-completeness]");
const SUBMITS = new Set(["action-submit", "action-restart-workflow"]);

function unfold(section) {
  const toggle = section?.querySelector(":scope > .w-panel__header [data-panel-toggle]");
  if (toggle?.getAttribute("aria-expanded") === "false") toggle.click();
}

function goTo(path) {
  const [field, ...rest] = path.split(".");
  const block = rest.length ? document.querySelector(`[data-contentpath="${CSS.escape(rest[0])}"]`) : null;
  let target = block ?? document.querySelector(`[data-contentpath="${CSS.escape(field)}"]`);
  for (const part of block ? rest.slice(1) : []) {
    target = target.querySelector(`[data-contentpath="${CSS.escape(part)}"]`) ?? target;
  }
  target ??= document.querySelector(`#id_${CSS.escape(field)}`) ?? document.querySelector(`#id_${CSS.escape(field)}-TOTAL_FORMS`)?.closest("section");
  if (!target) return;
  let section = target.closest("section[data-panel]");
  while (section) {
    unfold(section);
    section = section.parentElement?.closest("section[data-panel]");
  }
  target.scrollIntoView({ block: "center" });
  target.querySelector("input:not([type=hidden]), textarea, select, [contenteditable=true], button")?.focus({ preventScroll: true });
}

function start() {
  const list = root.querySelector("[data-articles-completeness-list]");
  let url = root.dataset.checkUrl;
  let confirmed = false;
  let asked = 0;

  const badge = root.querySelector("[data-articles-completeness-badge]").content.firstElementChild.cloneNode(true);
  const count = badge.querySelector("[data-articles-count]");
  (document.querySelector("footer.footer .footer__container") ?? root).append(badge);
  badge.addEventListener("click", () => {
    unfold(root.closest("section"));
    root.scrollIntoView({ block: "center" });
  });

  function show() {
    const number = list.querySelector("[data-articles-missing-count]").dataset.articlesMissingCount;
    count.textContent = number;
    badge.hidden = number === "0";
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
      showOffers(answer.offers);
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
  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-articles-path]");
    if (link) goTo(link.dataset.articlesPath);
  });
  show();
}

if (root) start();
