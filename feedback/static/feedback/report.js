/**
 * Report a mistake: select words, press Ctrl+Enter (⌘+Enter on a Mac) or, on a touch screen, the button below them.
 *
 * The markup and every text come from the page's <template id="feedback-template"> ({% feedback_assets %}).
 * Text rules are those of feedback/text.py; offsets and lengths are in code points.
 */

const CONTEXT = 48;
const SENTENCE = 180; // at most so much of the sentence is shown on either side of the words
const TIMEOUT = 20000;
const HINT_TIME = 7000;

const INVISIBLE = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u200b\u2060\ufeff]/g;
const SPACE = /[\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;
const NOTHING = /^[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u200b\u2060\ufeff\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/;
const MARK = /^\p{M}$/u;
const BLOCKS = new Set(
  ("ADDRESS ARTICLE ASIDE BLOCKQUOTE CAPTION DD DETAILS DIV DL DT FIGCAPTION FIGURE FOOTER H1 H2 H3 H4 H5 H6 HEADER HR " +
    "LI MAIN NAV OL P PRE SECTION SUMMARY TABLE TBODY TD TFOOT TH THEAD TR UL").split(" "),
);
const SILENT = "script, style, template, noscript, [hidden], [aria-hidden='true'], [data-content-skip]";
const LEAF = "[data-content-path]";
const FIELDS = "input, textarea, select, [contenteditable]:not([contenteditable='false'])";

export const fold = (text) => text.replace(INVISIBLE, "").normalize("NFC").replace(SPACE, " ");
const points = (text) => Array.from(text);

/** The leaf's text nodes in order, with a space wherever a block begins or ends: [{node, text}]. */
function pieces(leaf) {
  const found = [];
  const visit = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      found.push({ node, text: node.data });
    } else if (node.nodeType === Node.ELEMENT_NODE) {
      if (node !== leaf && (node.matches(SILENT) || (leaf.matches(LEAF) && node.matches(LEAF)))) return;
      const edge = node !== leaf && (BLOCKS.has(node.tagName) || node.tagName === "BR");
      if (edge) found.push({ node: null, text: " " });
      node.childNodes.forEach(visit);
      if (edge) found.push({ node: null, text: " " });
    }
  };
  visit(leaf);
  return found;
}

/** Where a range begins and ends in the leaf's raw text, and that text. */
function rawRange(leaf, range) {
  let raw = "";
  let start = 0;
  let end = 0;
  for (const { node, text } of pieces(leaf)) {
    const from = raw.length;
    raw += text;
    if (!node) continue;
    if (node === range.startContainer) start = from + range.startOffset;
    else if (range.comparePoint(node, 0) < 0) start = raw.length;
    if (node === range.endContainer) end = from + range.endOffset;
    else if (range.comparePoint(node, 0) <= 0) end = raw.length;
  }
  return { raw, start, end: Math.max(start, end) };
}

/** Move the edges off white space, and off the middle of a character with its combining marks. */
function trim({ raw, start, end }) {
  while (start < end && NOTHING.test(raw[start])) start += 1;
  while (end > start && NOTHING.test(raw[end - 1])) end -= 1;
  if (start === end) return { raw, start, end };
  const isInside = (at) =>
    at > 0 &&
    at < raw.length &&
    (/[\udc00-\udfff]/.test(raw[at]) || MARK.test(String.fromCodePoint(raw.codePointAt(at))));
  while (isInside(start)) start -= 1;
  while (isInside(end)) end += 1;
  return { raw, start, end };
}

/** The element whose text is the unit: the leaf, or without content paths the nearest block. */
function unitOf(node, root) {
  const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  const leaf = element?.closest(LEAF);
  if (leaf && root.contains(leaf)) return leaf;
  for (let at = element; at && at !== root; at = at.parentElement) if (BLOCKS.has(at.tagName)) return at;
  return root;
}

/** The first text node inside the range that has words; where the selection really begins. */
function firstWords(range) {
  const top = range.commonAncestorContainer;
  if (top.nodeType === Node.TEXT_NODE) return top;
  const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!range.intersectsNode(node) || node.parentElement.closest(SILENT)) continue;
    const from = node === range.startContainer ? range.startOffset : 0;
    const to = node === range.endContainer ? range.endOffset : node.length;
    if (fold(node.data.slice(from, to)).trim()) return node;
  }
  return null;
}

/** The anchor of a range: what the server needs to find the words again, and what the dialog shows; null if none. */
export function anchorOf(range, root) {
  const first = firstWords(range);
  if (!first || !root.contains(first)) return null;
  const unit = unitOf(first, root);
  const { raw, start, end } = trim(rawRange(unit, range));
  if (start === end) return null;
  const before = fold(raw.slice(0, start)).replace(/^ /, "");
  const selected = fold(raw.slice(start, end));
  const after = fold(raw.slice(end)).replace(/ $/, "");
  const path = unit.getAttribute("data-content-path") ?? "";
  const rest = document.createRange();
  rest.selectNodeContents(unit);
  rest.setStart(rest.endContainer, rest.endOffset);
  let clipped = false;
  if (range.compareBoundaryPoints(Range.END_TO_END, rest) > 0) {
    rest.setEnd(range.endContainer, range.endOffset);
    clipped = Boolean(fold(rest.toString()).trim());
  }
  return {
    path,
    offset: path ? points(before).length : null,
    selected,
    before: points(before).slice(-CONTEXT).join(""),
    after: points(after).slice(0, CONTEXT).join(""),
    clipped,
    sentence: sentence(before, selected, after, unit.closest("[lang]")?.lang),
    language: unit.closest("[lang]")?.lang ?? "",
    direction: getComputedStyle(unit).direction,
  };
}

/** The words' own sentence: [before, after]. */
function sentence(before, selected, after, language) {
  let [from, to] = [0, before.length + selected.length + after.length];
  const whole = before + selected + after;
  const last = before.length + selected.length;
  if (globalThis.Intl?.Segmenter) {
    let segments;
    try {
      segments = new Intl.Segmenter(language || undefined, { granularity: "sentence" }).segment(whole);
    } catch {
      segments = new Intl.Segmenter(undefined, { granularity: "sentence" }).segment(whole);
    }
    from = segments.containing(before.length)?.index ?? 0;
    const closing = segments.containing(Math.max(last - 1, 0));
    to = closing ? closing.index + closing.segment.length : to;
  }
  let head = points(whole.slice(from, before.length));
  let tail = points(whole.slice(last, to));
  if (head.length > SENTENCE) head = ["…", ...head.slice(-SENTENCE)];
  if (tail.length > SENTENCE) tail = [...tail.slice(0, SENTENCE), "…"];
  return [head.join("").trimStart(), tail.join("").trimEnd()];
}

class Report {
  constructor(template) {
    this.settings = template.dataset;
    this.content = template.content;
    this.isMac = /mac|iphone|ipad/i.test(navigator.userAgentData?.platform ?? navigator.platform ?? "");
    this.root =
      document.querySelector(`article[data-page-id="${template.dataset.page}"]`) ??
      document.querySelector("[data-feedback-root]") ??
      document.querySelector("main") ??
      document.body;
    this.revision = this.root.dataset.revisionId || template.dataset.revision;
    this.touched = false;
    this.kept = new Map(); // what was written about a place and not sent, so that Escape loses nothing
    document.addEventListener("keydown", (event) => this.onKey(event));
    document.addEventListener("pointerdown", (event) => (this.touched = event.pointerType !== "mouse"), true);
    document.addEventListener("selectionchange", () => this.onSelection());
    this.showTips();
  }

  text(name) {
    const mac = this.isMac ? this.content.querySelector(`[data-name="${name}-mac"]`) : null;
    return (mac ?? this.content.querySelector(`[data-name="${name}"]`)).textContent.trim();
  }

  part(selector) {
    const element = this.content.querySelector(selector).cloneNode(true);
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
    if (event.isComposing || event.target.closest?.(FIELDS) || document.querySelector("dialog[open]:modal")) return;
    event.preventDefault();
    if (!event.repeat) this.start(this.range());
  }

  range() {
    const selection = getSelection();
    return selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0).cloneRange() : null;
  }

  start(range) {
    if (!range || !fold(range.toString()).trim()) return this.showHint("nothing");
    const anchor = anchorOf(range, this.root);
    if (!anchor) return this.showHint("outside");
    if (points(anchor.selected).length > Number(this.settings.maxSelected)) return this.showHint("too-long");
    this.hint?.remove();
    return this.open(anchor, range);
  }

  showHint(name) {
    clearTimeout(this.hintTimer);
    this.hint?.remove();
    this.hint = this.content.querySelector(".feedback-hint").cloneNode(true);
    document.body.append(this.hint);
    // The element is there before its text, so that screen readers read the text out.
    requestAnimationFrame(() => (this.hint.textContent = this.text(name)));
    this.hintTimer = setTimeout(() => this.hint.remove(), HINT_TIME);
  }

  open(anchor, range) {
    this.dialog?.remove();
    this.button?.remove();
    this.button = null;
    this.anchor = anchor;
    this.sent = false;
    this.dialog = this.part(".feedback-dialog");
    this.form = this.dialog.querySelector("form");
    this.error = this.dialog.querySelector("[data-feedback=error]");
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
    const returnTo = document.activeElement;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.form.addEventListener("input", () => {
      this.error.textContent = "";
      this.kept.set(this.place(), { suggestion: suggestion.value, comment: comment.value });
    });
    for (const button of this.dialog.querySelectorAll("[data-feedback=close]")) {
      button.addEventListener("click", () => this.dialog.close());
    }
    const dialog = this.dialog;
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (returnTo instanceof HTMLElement && returnTo !== document.body) returnTo.focus({ preventScroll: true });
      const selection = getSelection();
      selection.removeAllRanges();
      // What isn't sent stays selected, so that it can be tried again.
      if (!this.sent) selection.addRange(range);
    });
    dialog.showModal();
    suggestion.focus();
    suggestion.setSelectionRange(suggestion.value.length, suggestion.value.length);
  }

  place() {
    return JSON.stringify([this.anchor.path, this.anchor.offset, this.anchor.before, this.anchor.selected]);
  }

  async send() {
    if (this.sending) return;
    const { suggestion, comment } = this.form.elements;
    if ((!suggestion.value.trim() || fold(suggestion.value).trim() === this.anchor.selected) && !comment.value.trim()) {
      this.fail(this.text("unchanged"), suggestion);
      return;
    }
    const dialog = this.dialog;
    const submit = this.form.querySelector("[type=submit]");
    const label = submit.textContent;
    this.sending = true;
    this.error.textContent = "";
    submit.setAttribute("aria-disabled", "true");
    submit.textContent = this.text("sending");
    const { path, offset, selected, before, after } = this.anchor;
    let problem = "";
    let message = "";
    try {
      const response = await fetch(this.settings.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({
          page: Number(this.settings.page),
          revision: this.revision ? Number(this.revision) : null,
          path, offset, selected, before, after,
          suggestion: suggestion.value,
          comment: comment.value,
        }),
        signal: AbortSignal.timeout?.(TIMEOUT),
      });
      const answer = await response.json().catch(() => ({}));
      if (response.ok) message = answer.message ?? this.text("thanks");
      else problem = answer.message ?? this.text("failed");
    } catch {
      problem = this.text("offline");
    }
    this.sending = false;
    submit.removeAttribute("aria-disabled");
    submit.textContent = label;
    if (!problem) this.kept.delete(this.place());
    if (this.dialog !== dialog || !dialog.open) {
      // Closed while it was on its way: say how it ended; what was written is kept and comes back at the same words.
      if (problem) this.showHintText(problem);
      return;
    }
    if (problem) this.fail(problem, submit);
    else this.thank(message);
  }

  showHintText(text) {
    this.showHint("nothing");
    requestAnimationFrame(() => (this.hint.textContent = text));
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
    this.dialog.setAttribute("aria-label", message);
    thanks.querySelector("button").focus();
  }

  /** On touch screens a button stands below the selection: above it is the system's own menu. */
  onSelection() {
    clearTimeout(this.selectionTimer);
    if (this.dialog?.open || !this.touched) return;
    this.selectionTimer = setTimeout(() => this.placeButton(), 250);
  }

  placeButton() {
    const range = this.range();
    const anchor = range && anchorOf(range, this.root);
    if (!anchor) {
      this.button?.remove();
      this.button = null;
      return;
    }
    if (!this.button) {
      this.button = this.part(".feedback-touch");
      this.button.hidden = false;
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
    this.button.style.setProperty("top", `${top + scrollY}px`);
    this.button.style.setProperty("left", `${left + scrollX}px`);
  }
}

const template = document.getElementById("feedback-template");
if (template && typeof HTMLDialogElement === "function") new Report(template);
