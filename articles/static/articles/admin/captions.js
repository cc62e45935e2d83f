// A line "Caption. Photo: Somebody" written directly below a picture without caption becomes its caption and credit.
import { ask, body, childAround, field, giveCredit, insert, keepCredit, notice, pictureOf, remove, say, textOf, urls, waitingCredit, write } from "./editor.js";

const LONGEST = 600;

document.addEventListener("focusout", async (event) => {
  const stream = body();
  const child = stream && childAround(event.target);
  if (!child || child.type !== "paragraph" || child.element.contains(event.relatedTarget)) return;
  const above = () => stream.children[stream.children.indexOf(child) - 1];
  const text = textOf(child).trim();
  const fits = () => above()?.type === "picture" && !field(above(), "caption").value.trim() && textOf(child).trim() === text;
  if (!fits() || !/[:：]/.test(text) || text.length > LONGEST) return;
  try {
    const { caption, credit } = await ask(urls.captionLineUrl, { fields: { text } });
    // Meanwhile the journalist may have gone back to it.
    if (!credit || !stream.children.includes(child) || !fits() || child.element.contains(document.activeElement)) return;
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
  const chosen = pictureOf(picture);
  const waited = waitingCredit(picture.id);
  write(target, caption);
  const credited = chosen ? giveCredit(chosen.id, credit) : Promise.resolve(() => keepCredit(picture.id, waited));
  if (!chosen && !waited) keepCredit(picture.id, credit);
  remove(child);
  notice(say("captioned"), () => {
    write(target, "");
    credited.then((undo) => undo());
    insert([state], Math.min(index, stream.children.length));
  });
}
