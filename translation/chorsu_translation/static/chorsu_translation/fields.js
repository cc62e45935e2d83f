// The fields of Wagtail's form: which text is where, and how to put another one there.
export const form = document.getElementById("page-edit-form");

/** The fields of the form by content path; what is deleted has none. */
export function fieldsByPath(addOthers) {
  const found = new Map();
  for (const element of form.querySelectorAll("[data-contentpath]")) {
    if (element.closest('[data-contentpath-disabled], [aria-hidden="true"][data-contentpath]')) continue;
    const names = [];
    for (let at = element; at; at = at.parentElement.closest("[data-contentpath]")) names.unshift(at.dataset.contentpath);
    const host = element.matches(".w-field") ? element : element.querySelector(".w-field");
    if (host && !found.has(names.join("."))) found.set(names.join("."), host);
  }
  addOthers?.(found);
  return found;
}

export const draftail = (host) => host.querySelector("[data-draftail-editor-wrapper]") && host.querySelector("input[type=hidden]")?.draftailEditor;
export const plain = (host) => host.cell ?? host.querySelector("textarea, input:not([type=hidden], [type=checkbox], [type=radio])");

/** The units of a field as it stands: blocks of Draftail, or numbers of lines. */
export function unitsOf(host) {
  const editor = draftail(host);
  if (editor) {
    const blocks = editor.getEditorState().getCurrentContent().getBlocksAsArray();
    return blocks.filter((block) => block.getType() !== "atomic" && block.getText().trim());
  }
  const lines = (plain(host)?.value ?? "").split("\n");
  return lines.flatMap((line, number) => (line.trim() ? [number] : []));
}

/** Which unit of the field translates this one: as the server found it, as long as the field has as many units. */
export function placeOf(unit, found) {
  const at = found.length === unit.count ? unit.at : unit.near;
  return at in found ? at : null;
}

export function putLine(field, text, number) {
  const lines = field.value.trim() ? field.value.split("\n") : [];
  lines.splice(number ?? lines.length, 1, text);
  write(field, lines.join(field.matches?.("input, [data-one-line]") ? " " : "\n"));
}

/** Write a text in place of a field's, or at its caret, as if it was typed: so that it can be undone. */
export function write(field, text, all = true) {
  field.focus();
  if (all) field.select?.();
  const isLonger = field.maxLength > 0 && text.length > field.maxLength; // would be cut
  const isTyped = field.matches?.(":focus") && !isLonger && document.execCommand("insertText", false, text);
  if (!isTyped) all ? (field.value = text) : field.setRangeText(text);
  tell(field);
}

/** Put a paragraph in the form of the editor in place of a unit, or a range; without one, behind the unit before it. */
export function putBlock(host, raw, at, index, range) {
  const { BlockMapBuilder, EditorState, Modifier, SelectionState, convertFromRaw, genKey } = window.DraftJS;
  const editor = draftail(host);
  const known = (name) => new Set(editor.props[name].map(({ type }) => type));
  const [styles, entities, types] = ["inlineStyles", "entityTypes", "blockTypes"].map(known);
  const [block] = raw.blocks;
  block.inlineStyleRanges = block.inlineStyleRanges.filter(({ style }) => styles.has(style));
  block.entityRanges = block.entityRanges.filter(({ key }) => entities.has(raw.entityMap[key]?.type));
  if (!types.has(block.type)) block.type = "unstyled";
  const incoming = convertFromRaw(raw).getFirstBlock().set("key", genKey());
  const state = editor.getEditorState();
  const content = state.getCurrentContent();
  const found = unitsOf(host);
  let next;
  if (at === null && !range) {
    const before = found[Math.min(index, found.length) - 1];
    const blocks = content.getBlocksAsArray();
    const place = blocks.indexOf(before) + 1;
    blocks.splice(place, found.length ? 0 : blocks.length, incoming);
    next = content.merge({ blockMap: BlockMapBuilder.createFromArray(blocks) });
  } else {
    const all = range ?? SelectionState.createEmpty(found[at].getKey()).merge({ focusOffset: found[at].getLength() });
    next = Modifier.replaceWithFragment(content, all, BlockMapBuilder.createFromArray([incoming]));
  }
  const key = (found[at] ?? incoming).getKey();
  if (!range) next = next.merge({ selectionAfter: SelectionState.createEmpty(key) });
  change(host, EditorState.push(state, next, "insert-fragment"));
}

export function change(host, state) {
  const editor = draftail(host);
  editor.onChange(state);
  setTimeout(() => {
    editor.saveState();
    tell(host.querySelector("input[type=hidden]"));
  });
}

export function tell(field) {
  for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
}
