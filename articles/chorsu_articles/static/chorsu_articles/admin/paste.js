// Several paragraphs pasted into the body become texts, pictures, tables and quotations, as the server reads them.
// Nothing but one text goes to the cursor in the text that is there. One paragraph that is no address alone, a copy from
// another block and everything without a connection is pasted as Draftail does it.
import { ask, body, childAround, childById, field, handOver, insert, keepCredit, language, notice, pictureOf, remove, say, splitText, textOf, urls, waitingCredit, write } from "./editor.js";

const PARAGRAPHS = "p, h1, h2, h3, h4, h5, h6, li, blockquote, tr, div";
const OWN_COPY = "data-draftjs-conductor-fragment";
const BIG = 1_000_000;
const passedOn = new WeakSet();

/** The HTML without Word's conditional comments; what browsers show ("<!--[if !vml]-->") stays. */
function withoutConditional(html) {
  let kept = "";
  let from = 0;
  // A pattern up to the end of the comment would search the rest of the text again from each beginning.
  for (const { index, 0: beginning } of html.matchAll(/<!--\[if [^\]<>]*\]>/gi)) {
    if (index < from) continue;
    const end = html.indexOf("-->", index + beginning.length);
    if (end < 0) break;
    kept += html.slice(from, index);
    from = end + "-->".length;
  }
  return kept + html.slice(from);
}

function paragraphs(html, text) {
  if (html) {
    const { body: page } = new DOMParser().parseFromString(html, "text/html");
    const own = [...page.querySelectorAll(PARAGRAPHS)].filter(
      (element) => element.textContent.trim() && !element.querySelector(PARAGRAPHS),
    );
    const broken = page.innerHTML.split(/<br[^<>]*>\s*<br[^<>]*>/i).filter((piece) => piece.replace(/<[^<>]*>/g, "").trim());
    const count = Math.max(own.length, broken.length);
    if (count > 1) return count;
  }
  return text.split(/\n/).filter((line) => line.trim()).length;
}

/** What is pasted where: an index of the stream, and the block that makes room because it is empty. */
function placeOf(target) {
  const stream = body();
  const child = childAround(target);
  if (child) {
    if (child.type !== "paragraph" || !target.closest("[contenteditable=true]")) return null;
    const index = stream.children.indexOf(child);
    const text = textOf(child).trim();
    const selection = window.getSelection();
    if (!text || (text.length > 0 && selection.toString().trim().replace(/\s+/g, " ") === text.replace(/\s+/g, " "))) {
      return { index, replaced: child };
    }
    return { index: index + 1, replaced: null, text: child };
  }
  if (target.closest("input, textarea, select, [contenteditable=true], dialog")) return null;
  const place = { index: stream.children.length, replaced: null };
  const inserter = stream.inserters.findIndex((candidate) => candidate.element.contains(target));
  if (inserter >= 0) place.index = inserter;
  const last = stream.children[place.index - 1];
  if (last?.type === "paragraph" && !textOf(last).trim()) Object.assign(place, { index: place.index - 1, replaced: last });
  return place;
}

/** An address in an empty paragraph may be that of a video, which the server knows. */
function isAddressAlone(text, { replaced }) {
  return replaced && !textOf(replaced).trim() && /^https?:\/\/\S+$/.test(text.trim());
}

function passOn(target, html, text) {
  const data = new DataTransfer();
  if (html) data.setData("text/html", html);
  data.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  passedOn.add(event);
  (target.isConnected ? target : document.body).dispatchEvent(event);
}

/** A line under a picture that stands above: its parts go there. Return how to take that back, or null. */
function fillAbove(above, state) {
  if (!above || above.type !== "picture" || state?.type !== "picture" || !state.value.credit) return null;
  const caption = field(above, "caption");
  const before = caption.value;
  if (!pictureOf(above) || waitingCredit(above) || (before.trim() && state.value.caption)) return null;
  if (state.value.caption) write(caption, state.value.caption);
  keepCredit(above, state.value.credit);
  const given = handOver(above);
  return () => {
    write(caption, before);
    given.then((undo) => undo());
    keepCredit(above, "");
  };
}

function put(answer, place) {
  const stream = body();
  const undos = [];
  let { index } = place;
  let { blocks } = answer;
  if (place.replaced && stream.children.includes(place.replaced)) {
    const state = place.replaced.getState();
    index = stream.children.indexOf(place.replaced);
    remove(place.replaced);
    undos.push(() => insert([state], Math.min(index, stream.children.length)));
  }
  if (stream.children.includes(place.text)) {
    const selection = place.text.block.getState().getSelection();
    const [at, join] = splitText(place.text, selection.getEndKey(), !selection.isCollapsed() || selection.getEndOffset() > 0);
    index = at;
    undos.push(join);
  }
  index = Math.min(index, stream.children.length);
  const total = blocks.length;
  const undoAbove = fillAbove(stream.children[index - 1], blocks[0]);
  if (undoAbove) {
    undos.push(undoAbove);
    blocks = blocks.slice(1);
  }
  const children = insert(blocks, index);
  const ids = blocks.map(({ id }) => id);
  undos.push(() => ids.map(childById).filter(Boolean).forEach(remove));
  if (answer.headline) {
    const headline = document.querySelector("#id_title");
    write(headline, answer.headline);
    headline.dispatchEvent(new Event("keyup", { bubbles: true }));
    undos.push(() => write(headline, ""));
  }
  const pasted = say("pasted", { number: total });
  const sentences = [];
  if (answer.headline) sentences.push(say("headline"));
  if (answer.merged) sentences.push(say("merged"));
  notice(sentences.length ? `${pasted}. ${sentences.join(" ")}` : pasted, undos);
  const last = children.at(-1) ?? stream.children[index - 1];
  last?.focus?.({ soft: true });
  last?.element.scrollIntoView({ block: "nearest" });
}

async function paste(target, place, html, text) {
  const headline = document.querySelector("#id_title")?.value.trim() === "";
  const busy = notice(say("pasting"));
  try {
    const answer = await ask(urls.pasteUrl, { json: { html, text, headline, language } });
    busy.remove();
    const isSeveral = paragraphs(html, text) > 1;
    if (answer.blocks.length && (answer.headline || !answer.html || !childAround(target) || (isSeveral && place.replaced))) {
      return put(answer, place);
    }
    return passOn(target, (isSeveral && answer.html) || html, text);
  } catch (error) {
    busy.remove();
    if (error.said) notice(error.said);
    else if (!childAround(target)) notice(say("no_connection"));
    return passOn(target, html, text);
  }
}

document.addEventListener(
  "paste",
  (event) => {
    if (passedOn.has(event) || !body() || !event.clipboardData) return;
    let html = event.clipboardData.getData("text/html");
    const text = event.clipboardData.getData("text/plain");
    if (html.includes(OWN_COPY) || (!html.trim() && !text.trim())) return;
    const place = placeOf(event.target);
    if (!place) return;
    const isAsked = navigator.onLine && (paragraphs(html, text) > 1 || isAddressAlone(text, place));
    if (childAround(event.target) && !isAsked) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    // Pictures inside a document can be millions of characters, and are no text.
    if (html.length > BIG) html = withoutConditional(html).replace(/(src\s*=\s*["'])data:[^"']*/gi, "$1");
    paste(event.target, place, html, text);
  },
  { capture: true },
);
