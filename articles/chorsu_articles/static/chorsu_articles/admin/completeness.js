// The list of what a text lacks and its outline: current after each save, and shown before submission.
import { goTo } from "../../chorsu_editorial/places.js";
import { ask as askServer, form, say, textFields, textsIn } from "./editor.js";
import { offeredTexts, showOffers } from "./offers.js";

const root = document.querySelector("[data-articles-completeness]");
const COUNT_MS = 300;
// What is missing, and hints, each with a heading and a number of its own.
const GROUPS = ["missing", "hints"];
const SUBMITS = new Set(["action-submit", "action-restart-workflow"]);

function lineOf({ path, message }) {
  const line = document.createElement("li");
  const link = Object.assign(document.createElement("button"), { type: "button", className: "articles-completeness__link", textContent: message });
  link.dataset.articlesPath = path;
  line.append(link);
  return line;
}

/** The lines of each group in what the server answered. */
function linesIn(answered) {
  return Object.fromEntries(GROUPS.map((name) => [name, [...answered.querySelectorAll(`[data-articles-list=${name}] > li`)]]));
}

/** Show each group's number and lines; one without lines is hidden. */
function fill(element, lines) {
  for (const group of element.querySelectorAll("[data-articles-group]")) {
    const own = lines[group.dataset.articlesGroup];
    group.hidden = !own.length;
    group.querySelector("[data-articles-number]").textContent = own.length;
    group.querySelector("ul")?.replaceChildren(...own);
  }
}

/** Count words as the server does: what stands between spaces and has a letter or digit. */
function countWords() {
  const texts = textFields().flatMap(textsIn);
  return texts.reduce((sum, { text }) => sum + text.split(/\s+/).filter((each) => /[\p{L}\p{N}]/u.test(each)).length, 0);
}

function start() {
  const list = root.querySelector("[data-articles-completeness-list]");
  let url = root.dataset.checkUrl;
  let confirmed = false;
  let asked = 0;

  const badge = root.querySelector("[data-articles-completeness-badge]").content.firstElementChild.cloneNode(true);
  (document.querySelector("footer.footer .footer__container") ?? root).append(badge);
  const popup = root.querySelector("[data-articles-completeness-popup]").content.firstElementChild.cloneNode(true);
  document.body.append(popup);
  // What other apps found, such as the checks of a translation: lines of the same lists, where a field has none of ours.
  let others = [];
  document.addEventListener("chorsu-missing", ({ detail }) => {
    others = detail;
    show();
  });

  // The server knows which fields count: what has changed since it counted is counted here.
  const words = Object.assign(document.createElement("span"), { className: "articles-words" });
  badge.before(words);
  let counted = countWords();
  let timer = 0;

  function countSoon() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const number = Number(list.querySelector("[data-articles-words]").dataset.articlesWords) + countWords() - counted;
      const said = say("words", { number });
      if (words.textContent !== said) words.textContent = said; // It stands in the form, whose changes are counted.
    }, COUNT_MS);
  }

  function show() {
    const lines = linesIn(list.cloneNode(true));
    const paths = new Set(Object.values(lines).flat().map((line) => line.firstElementChild.dataset.articlesPath));
    for (const other of others) {
      if (!paths.has(other.path)) lines[other.isHint ? "hints" : "missing"].push(lineOf(other));
    }
    badge.hidden = !Object.values(lines).flat().length;
    fill(badge, lines);
    fill(popup, lines);
    if (badge.hidden) popup.hidePopover();
    tellWords();
    countSoon();
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
    const now = countWords();
    const texts = offeredTexts();
    const answer = await askServer(url, { fields: new FormData(form) });
    if (answer.valid && mine === asked) {
      list.innerHTML = answer.html;
      counted = now;
      show();
      showOffers(answer.offers, texts);
    }
    return answer;
  }

  function ask(answer, submitter) {
    const dialog = root.querySelector("[data-articles-completeness-dialog]").content.firstElementChild.cloneNode(true);
    const shown = document.createElement("template");
    shown.innerHTML = answer.html;
    fill(dialog, linesIn(shown.content));
    // The form is refused without a headline.
    const isRefused = answer.missing.some(({ what }) => ["title", "refused"].includes(what));
    for (const way of dialog.querySelectorAll("[data-articles-go-on]")) way.hidden = isRefused;
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
      // Confirmed before, and sent again by the script that keeps the text, or with the answer to a question above.
      if (form.dataset.articlesPassing || !form.contains(submitter)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      check().then(
        (answer) => (answer.valid && answer.missing.length + answer.hints.length ? ask(answer, submitter) : goOn(submitter)),
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
  // A mark beside a text may have taken it off.
  form.addEventListener("chorsu-units:shown", () => list.querySelector("[data-articles-what=refused]") && check().catch(() => {}));
  // It writes its own right after this event.
  document.addEventListener("w-preview:content", () => queueMicrotask(tellWords));
  new MutationObserver(countSoon).observe(form, { childList: true, characterData: true, subtree: true });
  form.addEventListener("input", countSoon);
  for (const lines of [root, popup]) {
    lines.addEventListener("click", (event) => {
      const link = event.target.closest("[data-articles-path]");
      if (!link) return;
      popup.hidePopover();
      goTo(link.dataset.articlesPath);
    });
  }
  show();
  // *Correct* leads here, from a list and from this screen.
  const toCorrections = () => location.hash === "#corrections" && goTo("corrections");
  window.addEventListener("hashchange", toCorrections);
  toCorrections();
}

// By then Wagtail has built the form.
if (root) window.addEventListener("load", start);
