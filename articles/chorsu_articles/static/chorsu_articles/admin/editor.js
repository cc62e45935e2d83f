// What the editor's tools share: texts, requests, the stream of blocks of the body, a notice with "Undo".
const root = document.querySelector("[data-articles-editor]");
const texts = root ? JSON.parse(document.getElementById("articles-editor-messages").textContent) : {};
const plurals = new Intl.PluralRules(document.documentElement.lang || "en");
const NOTICE_MS = 20_000;
// Before a file that met a busy database is sent again. The server has waited for some seconds each time.
export const PAUSES_MS = [1000, 3000, 9000];

export const urls = root?.dataset ?? {};
export const form = document.querySelector("#page-edit-form");
export const language = document.querySelector("[data-articles-slug-language]")?.dataset.articlesSlugLanguage;

export function say(name, values = {}) {
  const text = texts[name] ?? texts[`${name}_${plurals.select(values.number)}`] ?? texts[`${name}_other`] ?? name;
  return text.replace(/\{(\w+)\}/g, (found, key) => values[key] ?? found);
}

export function tool(name) {
  return root.querySelector(`[data-articles-tool="${name}"]`).content.firstElementChild.cloneNode(true);
}

/** Tell whether an answer is the 503 of a busy database, and not of a full disk. */
export function isBusy(answer) {
  return answer?.reason === "locked";
}

/**
 * Ask the server and return its answer. An error carries ``said``, a sentence of the server, where there is one, and
 * ``isBusy`` where somebody else writes to the database.
 */
export async function ask(url, { json, fields } = {}) {
  const options = { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } };
  if (json || fields) {
    options.method = "POST";
    options.headers[window.wagtailConfig.CSRF_HEADER_NAME] = window.wagtailConfig.CSRF_TOKEN;
    options.body = json ? JSON.stringify(json) : fields instanceof FormData ? fields : new FormData();
    if (json) options.headers["Content-Type"] = "application/json";
    for (const [name, value] of Object.entries(fields ?? {})) options.body.append(name, value);
  }
  const response = await fetch(url, options);
  const answer = await response.json().catch(() => null);
  if (!response.ok || answer === null) {
    const refusal = { status: response.status, said: answer?.error, isBusy: isBusy(answer) };
    throw Object.assign(new Error(`Refused: ${response.status}`), refusal);
  }
  return answer;
}

/** A controller of Wagtail's. */
export function controller(element, name) {
  return window.wagtail.app.getControllerForElementAndIdentifier(element, name);
}

let shown = null;

/** Say something at the lower edge; ``undos`` take back what was done, from its end. */
export function notice(text, undos = []) {
  shown?.remove();
  const element = tool("notice");
  shown = element;
  element.querySelector("[data-articles-text]").textContent = text;
  const button = element.querySelector("[data-articles-undo]");
  button.hidden = !undos.length;
  button.addEventListener("click", () => {
    element.remove();
    if (undos.reverse().map((undo) => undo()).includes(false)) notice(say("stays"));
  });
  element.querySelector("[data-articles-close]").addEventListener("click", () => element.remove());
  document.body.append(element);
  setTimeout(() => element.remove(), NOTICE_MS);
  return element;
}

/** What is written in the fields inside these elements; rich text as it was serialised last. */
export function writtenIn(elements) {
  const fields = [...form.elements].filter((field) => field.draftailEditor || field.type !== "hidden");
  return fields.filter((field) => elements.some((each) => each.contains(field))).map(({ value }) => value).join("\n");
}

/** How to take something back; it returns false, and does nothing, where somebody has written in these elements since. */
export function unlessChanged(elements, undo) {
  const held = () => {
    serialise();
    return writtenIn(elements);
  };
  const left = held();
  return () => held() === left && undo() !== false;
}

/** The stream of blocks of the body, or null on other pages. */
export function body() {
  const stream = document.getElementById("body-root")?.rootBlock;
  return form && stream?.blockDef?.childBlockDefsByName?.paragraph && stream.blockDef.childBlockDefsByName.picture ? stream : null;
}

export function bodyElement() {
  const element = document.getElementById("body-root");
  return element?.closest("section[data-panel]") ?? element;
}

/** The block of the body that an element stands in: the outermost one. */
export function childAround(element) {
  return body()?.children.find((child) => child.element.contains(element)) ?? null;
}

export function childById(id) {
  return body()?.children.find((child) => child.id === id) ?? null;
}

/** The text of a block of rich text as it stands on the screen: its field follows only after a moment. */
export function textOf(child) {
  const blocks = child.element.querySelectorAll("[contenteditable=true] [data-block=true]");
  return [...blocks].map((block) => block.textContent).join("\n");
}

/** Tell whether remarks of Wagtail's stand at words of a rich text. */
export function isMarked(child) {
  return JSON.stringify(window.DraftJS.convertToRaw(child.block.getState().getCurrentContent())).includes('"COMMENT-');
}

/** The content of a rich text with these of its paragraphs alone, with its editor's past. */
export function withBlocks(state, blocks) {
  const { ContentState, EditorState } = window.DraftJS;
  return EditorState.push(state, ContentState.createFromBlockArray(blocks), "remove-range");
}

/** Make room for blocks below a paragraph of a text, or above it; return where, and how to join the text again. */
export function splitText(child, key, isBelow = true) {
  const index = body().children.indexOf(child);
  if (child.type !== "paragraph") return [index + 1, () => {}];
  const state = child.block.getState();
  const content = state.getCurrentContent();
  const paragraphs = content.getBlocksAsArray();
  const own = paragraphs.findIndex((each) => each.getKey() === key);
  const above = paragraphs.slice(0, own + isBelow);
  const below = paragraphs.slice(paragraphs[own]?.getText() ? above.length : own + 1);
  const [hasAbove, hasBelow] = [above, below].map((part) => part.some((each) => each.getText().trim()));
  if (own < 0 || isMarked(child) || !hasAbove || !hasBelow) return [index + (own < 0 || hasAbove), () => {}];
  child.block.setState(withBlocks(state, above));
  const [rest] = insert([{ type: child.type, value: withBlocks(state, below), id: null }], index + 1);
  return [index + 1, unlessChanged([child.element, rest.element], () => [remove(rest), child.block.setState(state)])];
}

/** Write each rich text into its field now; Draftail does it 250 ms after the last key. One's own account has no form. */
export function serialise() {
  for (const field of form?.elements ?? []) {
    const editor = field.draftailEditor;
    if (editor?.props.onSave) editor.saveState();
    else if (editor) saveCommented(field, editor);
  }
}

// Where Wagtail's comments are on, Draftail has nothing that saves at once. As it would: without the marks of comments.
function saveCommented(field, editor) {
  const raw = window.DraftJS.convertToRaw(editor.getEditorState().getCurrentContent());
  const known = new Set(editor.props.inlineStyles.map(({ type }) => type).filter((type) => !type.startsWith("COMMENT-")));
  for (const block of raw.blocks) block.inlineStyleRanges = block.inlineStyleRanges.filter(({ style }) => known.has(style));
  const isText = ({ text, entityRanges, inlineStyleRanges }) => text.trim() || entityRanges.length || inlineStyleRanges.length;
  field.rawContentState = raw.blocks.some(isText) ? raw : null;
  field.value = JSON.stringify(field.rawContentState);
}

const GONE = '[aria-hidden="true"][data-contentpath], [data-inline-panel-child].deleted';

/** The fields of the page's text in order, those of rich text too; what is deleted stays in the form, hidden. */
export function textFields() {
  const panel = document.getElementById("id_title")?.closest("[role=tabpanel]") ?? form;
  return [...form.elements].filter((each) => (each.draftailEditor || each.lang) && panel.contains(each) && !each.closest(GONE));
}

/** The texts of a field: of rich text that of each block, with its ``key``. */
export function textsIn(field) {
  if (!field.draftailEditor) return [{ text: field.value }];
  const blocks = field.draftailEditor.getEditorState().getCurrentContent().getBlocksAsArray();
  return blocks.map((block) => ({ key: block.getKey(), text: block.getText() }));
}

export function insert(states, index) {
  const stream = body();
  return states.map((state, offset) => stream.insert(state, index + offset, { animate: false, focus: false }));
}

export function remove(child) {
  const index = body().children.indexOf(child);
  if (index >= 0) body().deleteBlock(index, { animate: false });
}

/** Set the value of a field so that everything that watches it notices. */
export function write(field, value) {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

// --- picture blocks -------------------------------------------------------------------------------------------------

export function part(child, name) {
  return child.block.childBlocks?.[name] ?? null;
}

export function pictureOf(child) {
  return child.type === "picture" ? part(child, "picture").getState() ?? null : null;
}

export function field(child, name) {
  return child.element.querySelector(`[name$="-${name}"]`);
}

// A line under a picture may come before its file: the credit waits in the block, and is saved with the page.
export function waitingCredit(child) {
  return field(child, "credit")?.value.trim() ?? "";
}

export function keepCredit(child, credit) {
  const input = field(child, "credit");
  if (input && input.value !== credit) write(input, credit);
}

/** Hand the credit that waits in a block to the library, for the picture chosen there; return how to take it back. */
export async function handOver(child) {
  const credit = waitingCredit(child);
  const picture = child.type === "picture" && pictureOf(child);
  if (!credit || !picture) return () => {};
  const url = urls.creditUrl.replace("/0/", `/${picture.id}/`);
  try {
    const answer = await ask(url, { fields: { credit } });
    if (answer.given && waitingCredit(child) === credit) keepCredit(child, "");
    if (answer.changed) return () => ask(url, { fields: { credit: "", instead_of: credit } }).catch(() => {});
  } catch {
    // Not one's own picture, or no connection: the credit stays where everybody sees it.
  }
  return () => {};
}
