/** The dialog about selected words: what it should be, sent, kept where it can't be sent, and marked in the text. */

import { anchorOf, fold, points, rangeOf } from "./anchors.js";

const TIMEOUT = 20000;
const RETRY = 5000;
const MINUTE = 60000;
const HINT_TIME = 7000;
const STORE = "chorsu-feedback";

const template = document.getElementById("feedback-template");
const settings = template.dataset;
// Without markup the whole page is its page's text; with it, what stands in an element that names its page.
const isMarked = !settings.page || document.querySelector("[data-page-id]");
const unmarked = isMarked ? null : (document.querySelector("main") ?? document.body);

let dialog = null;
let button = null;
let hint = null;
let hintTimer = 0;
let selectionTimer = 0;
let isTouched = matchMedia("(pointer: coarse)").matches;

/**
 * What was written about each place: {suggestion, comment, sent, nonce}, and what is to be sent again at the time `due`:
 * {report, due}. It is gone with the tab.
 */
let store = {};
try {
  store = JSON.parse(sessionStorage.getItem(STORE)) ?? {};
} catch {}

function keep(spot, written) {
  store[spot] = { ...store[spot], ...written };
  try {
    sessionStorage.setItem(STORE, JSON.stringify(store));
  } catch {}
}

/** Mark what this reader has reported, leaving the text's elements alone. */
function mark() {
  const ranges = Object.keys(store).map((spot) => {
    const page = JSON.parse(spot)[0];
    const root = document.querySelector(`[data-page-id="${page}"]`) ?? (page === settings.page ? unmarked : null);
    return store[spot].sent && root && rangeOf(spot, root);
  });
  if (globalThis.Highlight) CSS.highlights.set("feedback-reported", new Highlight(...ranges.filter(Boolean)));
}

/** Remember how sending ended: what was taken is marked, what may come later is sent again then. */
function settle(spot, isTaken, wait) {
  const { sent, report } = store[spot];
  keep(spot, { sent: isTaken || sent, due: wait && Date.now() + wait, report: wait ? report : undefined });
  mark();
  if (wait) sendLater(spot);
}

/** Send what waits when its time has come, whichever page stands in the tab by then. */
function sendLater(spot) {
  const { due } = store[spot];
  setTimeout(async () => {
    // Sent by hand meanwhile, or put off again.
    if (store[spot].due !== due) return;
    const { message, isTaken, isPassing, wait } = await post(store[spot].report);
    const later = wait || (isPassing ? MINUTE : 0);
    settle(spot, isTaken, later);
    if (!later) say(message);
  }, Math.max(0, due - Date.now()));
}

const text = (name) => template.content.querySelector(`[data-name=${name}]`).textContent;

function part(selector) {
  const element = template.content.querySelector(selector).cloneNode(true);
  document.body.append(element);
  return element;
}

function selectedRange() {
  const selection = getSelection();
  return selection.isCollapsed ? null : selection.getRangeAt(0).cloneRange();
}

export function start(range = selectedRange()) {
  const words = range ? fold(range.toString()).trim() : "";
  const anchor = words && anchorOf(range, unmarked, settings);
  if (!words) say(text("nothing"));
  else if (!anchor) say(text("outside"));
  else if (points(words).length > settings.maxSelected) say(text("too-long"));
  else open(anchor, range);
}

function say(message) {
  clearTimeout(hintTimer);
  hint?.remove();
  const shown = (hint = part(".feedback-hint"));
  // The element is there before its text, so that screen readers read the text out.
  requestAnimationFrame(() => (shown.textContent = message));
  hintTimer = setTimeout(() => shown.remove(), HINT_TIME);
}

function open(anchor, range) {
  const { selected, sentence, spot } = anchor;
  const returnTo = document.activeElement;
  hint?.remove();
  dialog?.remove();
  removeButton();
  const box = (dialog = part(".feedback-dialog"));
  const find = (name) => box.querySelector(`[data-feedback=${name}]`);
  const form = box.querySelector("form");
  const submit = box.querySelector("[type=submit]");
  const { suggestion, comment } = form.elements;
  const error = find("error");
  const nonce = store[spot]?.nonce ?? `${Math.random()}`; // what is sent twice counts once
  let isSent = false;
  let delay = RETRY;
  let retry = 0;

  /** Show the sentence as it stands and as it would be, with the letters that differ. */
  const compare = () => {
    const [was, is] = [points(selected), points(fold(suggestion.value).trim())];
    let [from, to] = [0, 0];
    while (from < was.length && was[from] === is[from]) from += 1;
    while (to < Math.min(was.length, is.length) - from && was[was.length - to - 1] === is[is.length - to - 1]) to += 1;
    for (const [name, tag, letters] of [["quote", "del", was], ["after", "ins", is]]) {
      const [words, differing] = [document.createElement("mark"), document.createElement(tag)];
      const end = letters.length - to;
      differing.append(...letters.slice(from, end));
      words.append(...letters.slice(0, from), differing, ...letters.slice(end));
      find(name).replaceChildren(sentence[0], words, sentence[1]);
    }
    find("change").hidden = is.join("") === selected;
  };

  const end = () => {
    if (dialog !== box) return;
    dialog = null;
    clearTimeout(retry);
    box.close();
    box.remove();
    if (returnTo instanceof HTMLElement && returnTo !== document.body) returnTo.focus({ preventScroll: true });
    // What isn't sent stays selected, so that it can be tried again; after the rest one reads on.
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    if (isSent) selection.collapseToEnd();
  };

  const send = async (isByItself) => {
    clearTimeout(retry);
    if (submit.hasAttribute("aria-disabled")) return;
    const written = { suggestion: suggestion.value, comment: comment.value };
    if (!written.comment.trim() && fold(written.suggestion).trim() === selected) {
      error.textContent = text("unchanged");
      suggestion.focus();
      return;
    }
    const label = submit.textContent;
    error.textContent = "";
    submit.setAttribute("aria-disabled", "true");
    submit.textContent = text("sending");
    const report = { ...anchor, ...written, nonce };
    keep(spot, { due: 0 });
    const { message, isTaken, isPassing, wait } = await post(report);
    submit.removeAttribute("aria-disabled");
    submit.textContent = label;
    isSent = isTaken || wait > 0;
    if (isSent) {
      keep(spot, { ...written, nonce, report });
      settle(spot, isTaken, wait);
      end();
    }
    // Closed while it was on its way: say how it ended. What wasn't taken is kept and comes back at the same words.
    if (!box.open) {
      say(message);
      return;
    }
    error.textContent = message;
    if (!isByItself) submit.focus();
    if (isPassing) retry = setTimeout(send, delay, true);
    delay *= 2;
  };

  for (const element of [find("quote"), find("after"), suggestion]) {
    if (anchor.language) element.lang = anchor.language;
    element.dir = anchor.direction;
  }
  find("clipped").hidden = !anchor.clipped;
  find("reported").hidden = !store[spot]?.sent;
  suggestion.value = store[spot]?.suggestion ?? selected;
  comment.value = store[spot]?.comment ?? "";
  compare();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  form.addEventListener("input", () => {
    clearTimeout(retry);
    error.textContent = "";
    keep(spot, { suggestion: suggestion.value, comment: comment.value });
    compare();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.target === find("close")) return;
    event.preventDefault();
    if (!event.repeat) send();
  });
  find("close").addEventListener("click", end);
  // "close" comes in a later task: other words may be selected by then, or the next dialog be open.
  box.addEventListener("cancel", (event) => {
    event.preventDefault();
    end();
  });
  box.addEventListener("close", end);
  box.showModal();
  suggestion.focus();
  suggestion.setSelectionRange(suggestion.value.length, suggestion.value.length);
}

async function post({ page, revision, path, offset, selected, before, after, suggestion, comment, nonce }) {
  try {
    const response = await fetch(settings.url, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "Accept-Language": document.documentElement.lang || navigator.language, // a refusal speaks as the page does
      },
      body: JSON.stringify({ page, revision, path, offset, selected, before, after, suggestion, comment, nonce }),
      signal: AbortSignal.timeout?.(TIMEOUT),
    });
    const { message } = await response.json().catch(() => ({}));
    const { ok, status, headers } = response;
    const wait = status === 429 ? Number(headers.get("Retry-After")) * 1000 || MINUTE : 0;
    return { isTaken: ok, isPassing: status >= 500, wait, message: message ?? text(ok ? "thanks" : "failed") };
  } catch {
    return { isTaken: false, isPassing: true, wait: 0, message: text("offline") };
  }
}

function removeButton() {
  button?.remove();
  button = null;
}

/** On touch screens a button stands below the selection: the system's own menu is above it, or at the top below. */
function placeButton() {
  const range = selectedRange();
  if (!range || !anchorOf(range, unmarked, settings)) {
    removeButton();
    return;
  }
  if (!button) {
    button = part(".feedback-touch");
    button.popover = "manual"; // above the words of another popover, too
    button.showPopover?.();
    // Keep the selection when the button is touched.
    button.addEventListener("pointerdown", (event) => event.preventDefault());
  }
  button.onclick = () => start(range);
  const { top, bottom, left } = range.getBoundingClientRect();
  const { offsetTop, height } = visualViewport;
  // Selection handles hang below the words; the menu needs 64 px above them.
  const below = bottom + (top - offsetTop < 64 ? 92 : 28);
  const lowest = offsetTop + height - button.offsetHeight - 8;
  const widest = document.documentElement.clientWidth - button.offsetWidth - 8;
  button.style.top = `${Math.max(8, Math.min(below, lowest)) + scrollY}px`;
  button.style.left = `${Math.max(8, Math.min(left, widest)) + scrollX}px`;
}

function onSelection() {
  clearTimeout(selectionTimer);
  if (isTouched && !dialog?.open) selectionTimer = setTimeout(placeButton, 250);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hint?.remove();
});
document.addEventListener("pointerdown", (event) => (isTouched = event.pointerType !== "mouse"), true);
document.addEventListener("selectionchange", onSelection);
onSelection();
mark();
Object.keys(store).filter((spot) => store[spot].due).forEach(sendLater);
