// Suggestions beside the units: what is similar to the unit that one comes to, the keys, and putting one in.
import { draftail, form, placeOf, plain, putBlock, putLine, unitsOf, write } from "./fields.js";

const [similar, offered] = [new Map(), new Map()]; // by the key of the source's text
let [editor, waiting] = [null, null];
const listOf = ({ element }) => element.querySelector(".chorsu-units__suggestions");

/** Take what the editor lends: its cells, the fields beside them and the server. */
export const begin = (lent) => (editor = lent);

/** Ask for what is similar to the unit that somebody stays at, once. */
function come() {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const { path, index, key, done } = editor.current()?.unit ?? { done: true };
    if (done || similar.has(key)) return;
    similar.set(key, "");
    const got = await editor.ask(`${editor.url}similar/?${new URLSearchParams({ path, index, key })}`);
    similar.set(key, got?.suggestions ?? "");
    editor.cells().filter(({ unit }) => unit.key === key).forEach(addSimilar);
  }, 200);
}

function addSimilar(cell) {
  const [list, more] = [listOf(cell), document.createElement("ul")];
  more.innerHTML = similar.get(cell.unit.key) ?? "";
  for (const each of [...more.children]) list.insertBefore(each, list.querySelector(".chorsu-units__term"));
}

/** A paragraph counts as done as soon as anything is written there: to who is at it all is offered as before. */
function restore() {
  if (form.querySelector("[data-units-machine]")) import("./machine.js").then(({ begin: lend }) => lend(editor));
  const here = editor.current();
  for (const cell of editor.cells()) {
    const { key, done, suggestions } = cell.unit;
    if (!done) offered.set(key, suggestions);
    else if (cell === here) listOf(cell).innerHTML = offered.get(key) ?? "";
    if (!done || cell === here) addSimilar(cell);
  }
}

function press(event) {
  const number = event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey && /^Digit([1-3])$/.exec(event.code)?.[1];
  const cell = number && editor.current();
  const button = cell && listOf(cell).querySelectorAll(".chorsu-units__match [data-units-offer]")[number - 1];
  if (!button) return;
  event.preventDefault();
  put(cell, button.dataset);
}

/** Put a suggestion in place of a unit, or of the sentence of the source that still stands there; else at the caret. */
function put(cell, { unitsOffer: suggestion, text, sentence }) {
  const [host, isWhole] = [editor.host(cell), suggestion && !sentence];
  if (!host) return;
  const place = () => placeOf(cell.unit, unitsOf(host));
  if (!draftail(host)) {
    const [field, line] = [plain(host), unitsOf(host)[place()]];
    const now = field.value.split("\n")[line] ?? "";
    if (isWhole) return putLine(field, text, line);
    return sentence && now.includes(sentence) ? putLine(field, now.replace(sentence, () => text), line) : write(field, text, false);
  }
  const inlineStyleRanges = [...draftail(host).getEditorState().getCurrentInlineStyle()].map((style) => ({ style, offset: 0, length: text.length }));
  const words = { blocks: [{ text, type: "unstyled", inlineStyleRanges, entityRanges: [] }], entityMap: {} };
  const raw = suggestion ? JSON.parse(suggestion) : words;
  const block = unitsOf(host)[place()];
  const part = (from, to) => window.DraftJS.SelectionState.createEmpty(block.getKey()).merge({ anchorOffset: from, focusOffset: to });
  const caret = draftail(host).getEditorState().getSelection();
  const start = sentence && block ? block.getText().indexOf(sentence) : -1;
  const there = !block || caret.getStartKey() === block.getKey() ? caret : part(block.getLength(), block.getLength());
  putBlock(host, raw, place(), cell.unit.near, isWhole ? undefined : start < 0 ? there : part(start, start + sentence.length));
}

document.addEventListener("selectionchange", come);
document.addEventListener("keydown", press, { capture: true });
form.addEventListener("focusin", come);
form.addEventListener("chorsu-units:shown", restore);
form.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-units-offer]");
  if (button) put(editor.cells().find(({ element }) => element.contains(button)), button.dataset);
});
