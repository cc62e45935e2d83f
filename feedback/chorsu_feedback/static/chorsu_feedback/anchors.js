/**
 * Where selected words stand: a range of the page as an anchor, which feedback/anchors.py finds again.
 *
 * Text rules are those of feedback/text.py; offsets and lengths are in code points.
 */

const CONTEXT = 48;
const SENTENCE = 180; // at most so much of the sentence is shown on either side of the words

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

export const fold = (text) => text.replace(INVISIBLE, "").normalize("NFC").replace(SPACE, " ");
export const points = (text) => Array.from(text);

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

/** The first text node of the range in the article that has words; where the selection really begins. */
function firstWords(range, root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
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
  const first = firstWords(range, root);
  if (!first) return null;
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
