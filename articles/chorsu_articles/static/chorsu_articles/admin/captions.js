// A line "Caption. Photo: Somebody" written directly below a picture becomes its caption and credit.
import { ask, body, childAround, field, handOver, insert, keepCredit, language, notice, remove, say, unlessChanged, urls, waitingCredit, withBlocks, write } from "./editor.js";

const LONGEST = 600;
// The first paragraph of a text.
const lineOf = (child) => child.element.querySelector("[contenteditable=true] [data-block=true]")?.textContent.trim() ?? "";

document.addEventListener("focusout", async (event) => {
  const stream = body();
  const child = stream && childAround(event.target);
  if (!child || child.type !== "paragraph" || child.element.contains(event.relatedTarget)) return;
  const above = () => stream.children[stream.children.indexOf(child) - 1];
  const text = lineOf(child);
  const same = () => above()?.type === "picture" && lineOf(child) === text;
  if (!same() || !text || text.length > LONGEST) return;
  try {
    const { caption, credit } = await ask(urls.captionLineUrl, { fields: { text } });
    // Meanwhile the journalist may have gone back to it.
    if (!credit || !stream.children.includes(child) || !same() || child.element.contains(document.activeElement)) return;
    // Words that stand there are the journalist's.
    if ((caption && field(above(), "caption").value.trim()) || waitingCredit(above())) return;
    take(above(), child, caption, credit);
  } catch {
    // Without connection it stays a paragraph.
  }
});

function take(picture, child, caption, credit) {
  const stream = body();
  const state = child.getState();
  const [, ...rest] = state.value.getCurrentContent().getBlocksAsArray();
  const index = stream.children.indexOf(child);
  const target = field(picture, "caption");
  const before = target.value;
  if (caption) write(target, caption);
  keepCredit(picture, credit);
  const given = handOver(picture);
  const isAll = !rest.some((block) => block.getText().trim());
  if (isAll) remove(child);
  else child.block.setState(withBlocks(state.value, rest));
  const undo = () => {
    write(target, before);
    given.then((undo) => undo());
    keepCredit(picture, "");
    if (isAll) insert([state], Math.min(index, stream.children.length));
    else child.block.setState(state.value);
  };
  notice(say("captioned"), [unlessChanged([child.element, target], undo)]);
}

// A chosen picture brings the caption and alternative text that the library suggests in the page's language, and takes
// along the credit that waited for it. A field is filled only while it is empty or holds what came with the picture before.
const url = document.querySelector("[data-articles-completeness]")?.dataset.suggestionsUrl;
const filled = new WeakMap();

function fill(target, text) {
  if (!target || (target.value !== "" && target.value !== filled.get(target))) return;
  filled.set(target, text);
  if (target.value !== text) write(target, text);
}

async function suggest(input) {
  if (!url || !language || !/(^main_|-)picture$/.test(input.name) || !/^\d+$/.test(input.value)) return;
  const chosen = input.value;
  const prefix = input.name === "main_picture" ? "main_picture_" : input.name.replace(/picture$/, "");
  try {
    const suggestion = await ask(`${url.replace("/0/", `/${chosen}/`)}?${new URLSearchParams({ language })}`);
    if (input.value !== chosen) return;
    for (const name of ["caption", "alt"]) fill(document.querySelector(`[name="${CSS.escape(prefix + name)}"]`), suggestion[name]);
  } catch {
    // Without the server there is nothing to suggest.
  }
}

document.addEventListener("change", ({ target }) => {
  if (!(target instanceof HTMLInputElement)) return;
  suggest(target);
  const child = target.name.endsWith("-picture") && childAround(target);
  if (child) handOver(child);
});
