// Find and replace in the whole text, by Ctrl+H or the button above it. Rich text is changed by Draft.js, and so keeps
// its formatting and links; one "Undo" takes everything back.
import { unfold } from "../../chorsu_editorial/places.js";
import { body, form, notice, say, textFields, textsIn, tool, write } from "./editor.js";

const LETTER = "[\\p{L}\\p{M}\\p{N}_]";
const MARKED = "articles-found";
const dialog = tool("find");
const place = dialog.querySelector("[data-articles-place]");
const around = dialog.querySelector("[data-articles-around]");
const { words, replacement, exact, whole } = dialog.querySelector("form").elements;
let hits = [];
let at = -1;

/** The words as a pattern; a letter with a sign, such as "ӣ", is found too where the sign is a character of its own. */
function pattern() {
  const letters = [...words.value.normalize("NFC")].map((letter) => {
    const apart = letter.normalize("NFD");
    if (apart !== letter) return `(?:${letter}|${apart})`;
    return /\s/.test(letter) ? "\\s" : letter.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
  });
  const source = letters.join("");
  return new RegExp(whole.checked ? `(?<!${LETTER})${source}(?!${LETTER})` : `${source}(?!\\p{M})`, exact.checked ? "gu" : "giu");
}

function find() {
  const texts = words.value ? textFields().flatMap((field) => textsIn(field).map((each) => ({ ...each, field }))) : [];
  hits = texts.flatMap((each) =>
    [...each.text.matchAll(pattern())].map(({ 0: found, index: start }) => ({ ...each, start, end: start + found.length })),
  );
}

function rangeIn(block, { start, end }) {
  const range = document.createRange();
  const nodes = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  for (let passed = 0; passed < end && nodes.nextNode(); passed += nodes.currentNode.length) {
    const node = nodes.currentNode;
    if (start >= passed && start <= passed + node.length) range.setStart(node, start - passed);
    range.setEnd(node, Math.min(end - passed, node.length));
  }
  return range;
}

/** Show where the words stand: in the text, and with what is around them in the dialog, which may cover the text. */
function show() {
  unmark();
  const hit = hits[at];
  place.textContent = hit ? `${at + 1} / ${hits.length}` : words.value && say("not_found");
  around.replaceChildren();
  if (!hit) return;
  const { field, key, text, start, end } = hit;
  const found = Object.assign(document.createElement("mark"), { textContent: text.slice(start, end) });
  around.append(text.slice(Math.max(0, start - 40), start), found, text.slice(end, end + 40));
  const block = key && field.closest(".w-field__input").querySelector(`[data-block][data-offset-key="${key}-0-0"]`);
  unfold(block ?? field);
  (block ?? field).scrollIntoView({ block: "center" });
  if (block && window.Highlight) CSS.highlights.set(MARKED, new Highlight(rangeIn(block, hit)));
  else (block ?? field).classList.add(MARKED);
}

function unmark() {
  window.CSS.highlights?.delete(MARKED);
  for (const each of document.querySelectorAll(`.${MARKED}`)) each.classList.remove(MARKED);
}

function selectionOf({ key, start, end }) {
  return window.DraftJS.SelectionState.createEmpty(key).merge({ anchorOffset: start, focusOffset: end });
}

function close() {
  dialog.close();
  unmark();
  const { field, ...hit } = hits[at] ?? {};
  const editor = field?.draftailEditor;
  if (editor) editor.onChange(window.DraftJS.EditorState.forceSelection(editor.getEditorState(), selectionOf(hit)));
  field?.focus();
  if (field && !editor) field.setSelectionRange(hit.start, hit.end);
}

/** Replace in one field, from its end, so that the places before stay; return how to take that back. */
function replaceIn(field, backwards, by) {
  const editor = field.draftailEditor;
  if (!editor) {
    const before = field.value;
    write(field, backwards.reduce((text, { start, end }) => text.slice(0, start) + by + text.slice(end), before));
    return () => write(field, before);
  }
  const { EditorState, Modifier } = window.DraftJS;
  const content = backwards.reduce((old, hit) => {
    const block = old.getBlockForKey(hit.key);
    return Modifier.replaceText(old, selectionOf(hit), by, block.getInlineStyleAt(hit.start), block.getEntityAt(hit.start));
  }, editor.getEditorState().getCurrentContent());
  editor.onChange(EditorState.push(editor.getEditorState(), content, "insert-fragment"));
  return () => editor.onChange(EditorState.undo(editor.getEditorState()));
}

function replace(chosen) {
  if (!chosen.length || form.closest(".content-locked")) return;
  const by = replacement.value.normalize("NFC");
  const fields = [...new Set(chosen.map(({ field }) => field))];
  const undos = fields.map((field) => replaceIn(field, chosen.filter((hit) => hit.field === field).reverse(), by));
  const shown = notice(say("replaced", { number: chosen.length }), () => undos.forEach((undo) => undo()));
  // What is written after that would be undone first.
  form.addEventListener("beforeinput", () => shown.remove(), { once: true });
}

function act(what) {
  find();
  const { length, [at]: shown } = hits;
  if (what === "all") replace(hits);
  else if (what === "replace" && shown) replace([shown]);
  else at = what === "previous" ? Math.max(at, 0) - 1 : at + 1;
  find();
  // The words may stand in what replaced them.
  if (what === "replace" && shown) at += hits.length - length + 1;
  at = hits.length ? (at + hits.length) % hits.length : -1;
  show();
}

function open() {
  const selected = window.getSelection().toString();
  document.body.append(dialog);
  dialog.show();
  if (selected && !selected.includes("\n")) words.value = selected;
  words.select();
  at = -1;
  act("next");
}

dialog.addEventListener("input", ({ target }) => {
  if (target === replacement) return;
  at = -1;
  act("next");
});
dialog.addEventListener("keydown", (event) => {
  const { key, shiftKey, target } = event;
  if (key === "Escape") close();
  if (key !== "Enter" || !target.matches("[type=text]")) return;
  event.preventDefault();
  act(target === replacement ? "replace" : shiftKey ? "previous" : "next");
});
document.addEventListener("click", ({ target }) => {
  const { articlesFind: what } = target.closest("[data-articles-find]")?.dataset ?? {};
  if (what === "open") open();
  else if (what === "close") close();
  else if (what) act(what);
});
window.addEventListener(
  "keydown",
  (event) => {
    if (event.code !== "KeyH" || !event.ctrlKey || event.altKey || event.shiftKey || !body()) return;
    event.preventDefault();
    event.stopPropagation();
    open();
  },
  { capture: true },
);
