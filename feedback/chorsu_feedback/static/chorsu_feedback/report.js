/**
 * Report a mistake: select words, press Ctrl+Enter (⌘+Enter on a Mac) or, on a touch screen, the button below them.
 *
 * The markup and every text come from the page's <template id="feedback-template"> ({% feedback_assets %}).
 */

import { anchorOf, fold, points } from "./anchors.js";

const TIMEOUT = 20000;
const HINT_TIME = 7000;
const FIELDS = "input, textarea, select, [contenteditable]:not([contenteditable='false'])";
const OPEN_MODAL = "dialog[open]:modal";

const template = document.getElementById("feedback-template");

class Report {
  constructor() {
    this.settings = template.dataset;
    this.isMac = /mac|iphone|ipad/i.test(navigator.userAgentData?.platform ?? navigator.platform ?? "");
    this.root =
      document.querySelector(`article[data-page-id="${this.settings.page}"]`) ??
      document.querySelector("[data-feedback-root]") ??
      document.querySelector("main") ??
      document.body;
    this.revision = this.root.dataset.revisionId || this.settings.revision;
    this.touched = false;
    this.kept = new Map(); // what was written about a place and not sent, so that Escape loses nothing
    document.addEventListener("keydown", (event) => this.onKey(event));
    document.addEventListener("pointerdown", (event) => (this.touched = event.pointerType !== "mouse"), true);
    document.addEventListener("selectionchange", () => this.onSelection());
    this.showTips();
  }

  text(name) {
    const mac = this.isMac ? template.content.querySelector(`[data-name="${name}-mac"]`) : null;
    return (mac ?? template.content.querySelector(`[data-name="${name}"]`)).textContent.trim();
  }

  part(selector) {
    const element = template.content.querySelector(selector).cloneNode(true);
    document.body.append(element);
    return element;
  }

  showTips() {
    const keys = matchMedia("(any-hover: hover)").matches ? (this.isMac ? "keys-mac" : "keys") : null;
    const shown = [keys, navigator.maxTouchPoints > 0 ? "touch" : null];
    for (const tip of document.querySelectorAll("[data-feedback-tip]")) tip.hidden = !shown.includes(tip.dataset.feedbackTip);
  }

  onKey(event) {
    if (event.key === "Escape") this.hint?.remove();
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    if (this.dialog?.open) {
      if (this.form.hidden || event.target.closest?.("[data-feedback=close]")) return;
      event.preventDefault();
      if (!event.repeat) this.form.requestSubmit();
      return;
    }
    if (event.isComposing || event.target.closest?.(FIELDS) || document.querySelector(OPEN_MODAL)) return;
    event.preventDefault();
    if (!event.repeat) this.start(this.range());
  }

  range() {
    const selection = getSelection();
    return selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0).cloneRange() : null;
  }

  start(range) {
    const words = range ? fold(range.toString()).trim() : "";
    const anchor = words && anchorOf(range, this.root);
    if (!words) this.showHint(this.text("nothing"));
    else if (!anchor) this.showHint(this.text("outside"));
    else if (points(words).length > Number(this.settings.maxSelected)) this.showHint(this.text("too-long"));
    else this.open(anchor, range);
  }

  showHint(text) {
    clearTimeout(this.hintTimer);
    this.hint?.remove();
    const hint = this.part(".feedback-hint");
    // The element is there before its text, so that screen readers read the text out.
    requestAnimationFrame(() => (hint.textContent = text));
    this.hintTimer = setTimeout(() => hint.remove(), HINT_TIME);
    this.hint = hint;
  }

  open(anchor, range) {
    this.hint?.remove();
    this.dialog?.remove();
    this.removeButton();
    this.anchor = anchor;
    this.sent = false;
    this.dialog = this.part(".feedback-dialog");
    this.form = this.dialog.querySelector("form");
    this.error = this.dialog.querySelector("[data-feedback=error]");
    this.fill();
    this.listen(range, document.activeElement);
    this.dialog.showModal();
    const { suggestion } = this.form.elements;
    suggestion.focus();
    suggestion.setSelectionRange(suggestion.value.length, suggestion.value.length);
  }

  /** Show the words in their sentence, and in the fields what was written about them before. */
  fill() {
    const { anchor } = this;
    const { suggestion, comment } = this.form.elements;
    const quote = this.dialog.querySelector("[data-feedback=quote]");
    const mark = document.createElement("mark");
    mark.textContent = anchor.selected;
    quote.replaceChildren(anchor.sentence[0], mark, anchor.sentence[1]);
    for (const element of [quote, suggestion]) {
      if (anchor.language) element.lang = anchor.language;
      element.dir = anchor.direction;
    }
    this.dialog.querySelector("[data-feedback=clipped]").hidden = !anchor.clipped;
    const kept = this.kept.get(this.place());
    suggestion.value = kept?.suggestion ?? anchor.selected;
    comment.value = kept?.comment ?? "";
  }

  listen(range, returnTo) {
    const { dialog, form } = this;
    const { suggestion, comment } = form.elements;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    form.addEventListener("input", () => {
      this.error.textContent = "";
      this.kept.set(this.place(), { suggestion: suggestion.value, comment: comment.value });
    });
    const end = () => {
      if (this.dialog !== dialog) return;
      this.dialog = null;
      dialog.close();
      dialog.remove();
      if (returnTo instanceof HTMLElement && returnTo !== document.body) returnTo.focus({ preventScroll: true });
      const selection = getSelection();
      selection.removeAllRanges();
      // What isn't sent stays selected, so that it can be tried again.
      if (!this.sent) selection.addRange(range);
    };
    for (const button of dialog.querySelectorAll("[data-feedback=close]")) button.addEventListener("click", end);
    // "close" comes in a later task: other words may be selected by then, or the next dialog be open.
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      end();
    });
    dialog.addEventListener("close", end);
  }

  place() {
    return JSON.stringify([this.anchor.path, this.anchor.offset, this.anchor.before, this.anchor.selected]);
  }

  async send() {
    const [dialog, place] = [this.dialog, this.place()];
    const submit = this.form.querySelector("[type=submit]");
    if (submit.hasAttribute("aria-disabled")) return; // on its way already
    const { suggestion, comment } = this.form.elements;
    const isUnchanged = !suggestion.value.trim() || fold(suggestion.value).trim() === this.anchor.selected;
    if (isUnchanged && !comment.value.trim()) {
      this.fail(this.text("unchanged"), suggestion);
      return;
    }
    const label = submit.textContent;
    this.error.textContent = "";
    submit.setAttribute("aria-disabled", "true");
    submit.textContent = this.text("sending");
    const { message, isTaken } = await this.post(suggestion.value, comment.value);
    submit.removeAttribute("aria-disabled");
    submit.textContent = label;
    if (isTaken) this.kept.delete(place);
    // Closed while it was on its way: say how it ended. What wasn't taken is kept and comes back at the same words.
    if (this.dialog !== dialog || !dialog.open) this.showHint(message);
    else if (isTaken) this.thank(message);
    else this.fail(message, submit);
  }

  async post(suggestion, comment) {
    const { path, offset, selected, before, after } = this.anchor;
    try {
      const response = await fetch(this.settings.url, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json",
          "Accept-Language": document.documentElement.lang || navigator.language, // a refusal speaks as the page does
        },
        body: JSON.stringify({
          page: Number(this.settings.page),
          revision: this.revision ? Number(this.revision) : null,
          path, offset, selected, before, after,
          suggestion,
          comment,
        }),
        signal: AbortSignal.timeout?.(TIMEOUT),
      });
      const answer = await response.json().catch(() => ({}));
      return { isTaken: response.ok, message: answer.message ?? this.text(response.ok ? "thanks" : "failed") };
    } catch {
      return { isTaken: false, message: this.text("offline") };
    }
  }

  fail(message, focus) {
    this.error.textContent = message;
    focus.focus();
  }

  thank(message) {
    const thanks = this.dialog.querySelector("[data-feedback=thanks]");
    this.sent = true;
    this.form.hidden = true;
    thanks.hidden = false;
    thanks.querySelector("[data-feedback=thanks-text]").textContent = message;
    this.dialog.removeAttribute("aria-labelledby");
    this.dialog.removeAttribute("aria-describedby");
    this.dialog.setAttribute("aria-label", message);
    thanks.querySelector("button").focus();
  }

  /** On touch screens a button stands below the selection: above it is the system's own menu. */
  onSelection() {
    clearTimeout(this.selectionTimer);
    if (this.dialog?.open || !this.touched) return;
    this.selectionTimer = setTimeout(() => this.placeButton(), 250);
  }

  removeButton() {
    this.button?.remove();
    this.button = null;
  }

  placeButton() {
    const range = this.range();
    if (!range || !anchorOf(range, this.root)) {
      this.removeButton();
      return;
    }
    if (!this.button) {
      this.button = this.part(".feedback-touch");
      // Keep the selection when the button is touched.
      this.button.addEventListener("pointerdown", (event) => event.preventDefault());
      this.button.addEventListener("click", () => this.start(this.touchedRange));
    }
    this.touchedRange = range;
    const rect = Array.from(range.getClientRects()).at(-1) ?? range.getBoundingClientRect();
    const view = globalThis.visualViewport;
    const bottom = (view ? view.offsetTop + view.height : innerHeight) - this.button.offsetHeight - 8;
    // Selection handles hang below the words.
    const top = Math.max(8, Math.min(rect.bottom + 28, bottom));
    const left = Math.max(8, Math.min(rect.left, document.documentElement.clientWidth - this.button.offsetWidth - 8));
    this.button.style.top = `${top + scrollY}px`;
    this.button.style.left = `${left + scrollX}px`;
  }
}

if (typeof HTMLDialogElement === "function") new Report();
