// Find and replace in the whole text, by Ctrl+H or the button above it. Rich text is changed by Draft.js, and so keeps
// its formatting and links; one "Undo" takes everything back.
import { unfold } from "../../chorsu_editorial/places.js";
import { body, form, notice, say, textFields, textsIn, tool, unlessChanged, write } from "./editor.js";

const LETTER = "[\\p{L}\\p{M}\\p{N}_]";
const MARKED = "articles-found";
const dialog = tool("find");
const place = dialog.querySelector("[data-articles-place]");
const around = dialog.querySelector("[data-articles-around]");
const { words, replacement, whole } = dialog.querySelector("form").elements;
let hits = [];
let at = -1;

/** The words as a pattern; a letter with a sign, such as "ӣ", is found too where the sign is a character of its own. */
function pattern() {
  const literal = words.value.normalize("NFC").replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replace(/\s/g, "\\s");
  const source = literal.replace(/[^\0-\x7F]/gu, (letter) => `(?:${letter}|${letter.normalize("NFD")})`);
  return new RegExp(whole.checked ? `(?<!${LETTER})${source}(?!${LETTER})` : `${source}(?!\\p{M})`, "giu");
}

function find() {
  const wanted = pattern();
  const texts = words.value ? textFields().flatMap((field) => textsIn(field).map((each) => ({ ...each, field }))) : [];
  hits = texts.flatMap((each) =>
    [...each.text.matchAll(wanted)].map(({ 0: found, index: start }) => ({ ...each, start, end: start + found.length })),
  );
}

/** Show a place: its paragraph in the text, and what is around the words in the dialog, which may cover the text. */
function show(number) {
  at = hits.length ? (number + hits.length) % hits.length : -1;
  document.querySelector(`.${MARKED}`)?.classList.remove(MARKED);
  const { field, key, text, start, end } = hits[at] ?? {};
  place.textContent = field ? `${at + 1} / ${hits.length}` : words.value && say("not_found");
  around.replaceChildren();
  if (!field) return;
  const found = Object.assign(document.createElement("mark"), { textContent: text.slice(start, end) });
  around.append(text.slice(Math.max(0, start - 40), start), found, text.slice(end, end + 40));
  const block = field.closest(".w-field__input")?.querySelector(`[data-block][data-offset-key="${key}-0-0"]`) ?? field;
  unfold(block);
  block.scrollIntoView({ block: "center" });
  block.classList.add(MARKED);
}

function selectionOf({ key, start, end }) {
  return window.DraftJS.SelectionState.createEmpty(key).merge({ anchorOffset: start, focusOffset: end });
}

/** Leave the words that were found selected. */
function close() {
  dialog.close();
  const { field, ...hit } = hits[at] ?? {};
  hits = [];
  show(0);
  const editor = field?.draftailEditor;
  if (editor) editor.onChange(window.DraftJS.EditorState.forceSelection(editor.getEditorState(), selectionOf(hit)));
  field?.focus();
  if (field && !editor) field.setSelectionRange(hit.start, hit.end);
}

/** Replace in one field, from its end, so that the places before stay; return how to take that back. */
function replaceIn(field, backwards, by) {
  const { draftailEditor: editor, value: before } = field;
  if (!editor) {
    write(field, backwards.reduce((text, { start, end }) => text.slice(0, start) + by + text.slice(end), before));
    return unlessChanged([field], () => write(field, before));
  }
  const { EditorState, Modifier } = window.DraftJS;
  const content = backwards.reduce((old, hit) => {
    const block = old.getBlockForKey(hit.key);
    return Modifier.replaceText(old, selectionOf(hit), by, block.getInlineStyleAt(hit.start), block.getEntityAt(hit.start));
  }, editor.getEditorState().getCurrentContent());
  editor.onChange(EditorState.push(editor.getEditorState(), content, "insert-fragment"));
  return unlessChanged([field], () => editor.onChange(EditorState.undo(editor.getEditorState())));
}

function replace(chosen) {
  if (!chosen.length || form.closest(".content-locked")) return;
  const by = replacement.value.normalize("NFC");
  const undos = [...Map.groupBy(chosen, ({ field }) => field)].map(([field, there]) => replaceIn(field, there.reverse(), by));
  notice(say("replaced", { number: chosen.length }), undos);
}

function act(what) {
  const shown = hits[at];
  find();
  const { length, [at]: hit } = hits;
  // Somebody may have written in between: only the place that is shown is replaced.
  const one = hit && ["field", "text", "start"].every((name) => hit[name] === shown[name]) ? [hit] : [];
  if (what === "all") replace(hits);
  else if (what === "replace") replace(one);
  if (what === "all" || what === "replace") find();
  // The words may stand in what replaced them.
  const passed = what === "replace" ? one.length && hits.length - length + 1 : what === "next";
  show(what === "previous" ? Math.max(at, 0) - 1 : at + passed);
}

function begin() {
  at = -1;
  act("next");
}

function open() {
  const selected = window.getSelection().toString();
  document.body.append(dialog);
  dialog.show();
  if (selected && !selected.includes("\n")) words.value = selected;
  words.select();
  begin();
}

dialog.addEventListener("input", ({ target }) => target === replacement || begin());
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
// Before Draft.js, for which it is "delete".
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
