/**
 * Where selected words stand: a range of the page as an anchor, which anchors.py finds again.
 *
 * Text rules are those of anchors.py; offsets and lengths are in code points.
 */

const CONTEXT = 48;
const SENTENCE = 180; // of it at most, on either side of the words

const INVISIBLE = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u200b\u2060\ufeff]/g;
const NOTE = / ?\[\p{Nd}{1,3}\]/gu; // a footnote's mark
const BLOCKS = new Set(
  ("ADDRESS ARTICLE ASIDE BLOCKQUOTE CAPTION DD DETAILS DIV DL DT FIGCAPTION FIGURE FOOTER H1 H2 H3 H4 H5 H6 HEADER HR " +
    "LI MAIN NAV OL P PRE SECTION SUMMARY TABLE TBODY TD TFOOT TH THEAD TR UL").split(" "),
);
const SILENT = "script, style, template, noscript, [hidden], [aria-hidden='true'], [data-content-skip]";
const LEAF = "[data-content-path]";

export const fold = (text) => text.replace(INVISIBLE, "").normalize("NFC").replace(/\s+/g, " ");
export const points = (text) => Array.from(text);

/** The leaf's text nodes in order, with \v wherever a block begins or ends: [{node, text}]. */
function pieces(leaf) {
  const found = [];
  const visit = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      found.push({ node, text: node.data });
    } else if (node.nodeType === Node.ELEMENT_NODE) {
      if (node !== leaf && (node.matches(SILENT) || (leaf.matches(LEAF) && node.matches(LEAF)))) return;
      const edge = node !== leaf && (BLOCKS.has(node.tagName) || node.tagName === "BR") ? [{ text: "\v" }] : [];
      found.push(...edge);
      node.childNodes.forEach(visit);
      found.push(...edge);
    }
  };
  visit(leaf);
  return found;
}

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

const segments = (text, granularity) =>
  globalThis.Intl?.Segmenter ? new Intl.Segmenter(undefined, { granularity }).segment(text) : null;

/** Move the edges off white space, and out to those of words: a selection may begin within a word or a letter's marks. */
function wholeWords({ raw, start, end }) {
  while (start < end && !fold(raw[start]).trim()) start += 1;
  while (end > start && !fold(raw[end - 1]).trim()) end -= 1;
  const words = start < end && segments(raw, "word");
  if (words) {
    const last = words.containing(end - 1);
    start = words.containing(start).index;
    end = last.index + last.segment.length;
  }
  return { raw, start, end };
}

/** The leaf, or without content paths the nearest block. */
function unitOf(node, root) {
  const leaf = node.parentElement.closest(LEAF);
  if (leaf && root.contains(leaf)) return leaf;
  for (let at = node.parentElement; at !== root; at = at.parentElement) if (BLOCKS.has(at.tagName)) return at;
  return root;
}

/** The first text node of the selection with words of an article, and the article's element. */
function firstWords(range, unmarked) {
  const top = range.commonAncestorContainer;
  const walker = document.createTreeWalker(top.parentElement ?? top, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!range.intersectsNode(node) || element.closest(SILENT)) continue;
    const root = element.closest("[data-page-id]") ?? (unmarked?.contains(node) ? unmarked : null);
    const from = node === range.startContainer ? range.startOffset : 0;
    const to = node === range.endContainer ? range.endOffset : node.length;
    if (root && fold(node.data.slice(from, to)).trim()) return [node, root];
  }
  return [];
}

/**
 * The anchor of a range: what the server needs to find the words again, and what the dialog shows; null if none.
 *
 * `unmarked` is the element whose text counts where no element names its page; it belongs to the page of `settings`.
 */
export function anchorOf(range, unmarked, settings = {}) {
  const [first, root] = firstWords(range, unmarked);
  if (!first) return null;
  const unit = unitOf(first, root);
  const { raw, start, end } = wholeWords(rawRange(unit, range));
  if (start === end) return null;
  const before = fold(raw.slice(0, start)).trimStart();
  const selected = fold(raw.slice(start, end));
  const after = fold(raw.slice(end)).trimEnd();
  const path = unit.getAttribute("data-content-path") ?? "";
  const page = root.dataset.pageId ?? settings.page;
  const rest = document.createRange();
  rest.selectNodeContents(unit);
  rest.collapse();
  rest.setEnd(range.endContainer, range.endOffset);
  const { tagName } = unit;
  return {
    page: Number(page),
    revision: Number(root.dataset.revisionId || settings.revision) || null,
    path,
    offset: path ? points(before).length : null,
    selected,
    before: points(before).slice(-CONTEXT).join(""),
    after: points(after).slice(0, CONTEXT).join(""),
    clipped: Boolean(fold(rest.toString()).trim()),
    sentence: sentence(fold(raw.slice(0, start).split("\v").pop()), selected, fold(raw.slice(end).split("\v")[0])),
    language: unit.closest("[lang]")?.lang ?? "",
    direction: getComputedStyle(unit).direction,
    spot: JSON.stringify([page, tagName, [...root.getElementsByTagName(tagName)].indexOf(unit), start, end, selected]),
  };
}

/** The range of an anchor's `spot` in the element of its page; null where other words stand there. */
export function rangeOf(spot, root) {
  const [, tagName, index, start, end, selected] = JSON.parse(spot);
  const range = document.createRange();
  let raw = "";
  for (const { node, text } of pieces(root.getElementsByTagName(tagName)[index] ?? root)) {
    const from = raw.length;
    raw += text;
    if (node && from <= start && start < raw.length) range.setStart(node, start - from);
    if (node && from < end && end <= raw.length) range.setEnd(node, end - from);
  }
  return fold(raw.slice(start, end)) === selected ? range : null;
}

/** The words' own sentence, without the marks of footnotes: [before, after]. */
function sentence(before, selected, after) {
  const start = before.replace(NOTE, "");
  const whole = start + selected + after.replace(NOTE, "");
  const last = start.length + selected.length;
  const sentences = segments(whole, "sentence");
  const closing = sentences?.containing(last - 1);
  let head = points(whole.slice(sentences?.containing(start.length).index ?? 0, start.length));
  let tail = points(whole.slice(last, closing ? closing.index + closing.segment.length : whole.length));
  if (head.length > SENTENCE) head = ["…", ...head.slice(-SENTENCE)];
  if (tail.length > SENTENCE) tail = [...tail.slice(0, SENTENCE), "…"];
  return [head.join("").trimStart(), tail.join("").trimEnd()];
}
