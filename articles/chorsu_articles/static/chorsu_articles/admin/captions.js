// A line "Caption. Photo: Somebody" written directly below a picture becomes its caption and credit.
import { ask, body, childAround, field, handOver, insert, keepCredit, notice, remove, say, textOf, urls, waitingCredit, write } from "./editor.js";

const LONGEST = 600;

document.addEventListener("focusout", async (event) => {
  const stream = body();
  const child = stream && childAround(event.target);
  if (!child || child.type !== "paragraph" || child.element.contains(event.relatedTarget)) return;
  const above = () => stream.children[stream.children.indexOf(child) - 1];
  const text = textOf(child).trim();
  const same = () => above()?.type === "picture" && textOf(child).trim() === text;
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
  const index = stream.children.indexOf(child);
  const target = field(picture, "caption");
  const before = target.value;
  if (caption) write(target, caption);
  keepCredit(picture, credit);
  const given = handOver(picture);
  remove(child);
  notice(say("captioned"), () => {
    write(target, before);
    given.then((undo) => undo());
    keepCredit(picture, "");
    insert([state], Math.min(index, stream.children.length));
  });
}

// A picture chosen from the library takes along the credit that waited for it.
document.addEventListener("change", (event) => {
  const child = event.target instanceof HTMLInputElement && event.target.name.endsWith("-picture") && childAround(event.target);
  if (child) handOver(child);
});
