// The first picture of the text is the main picture too, with its words, until another one is chosen.
import { body, field, form, pictureOf, write } from "./editor.js";

const WORDS = ["caption", "alt"];
let before = null;

function first() {
  const child = body()?.children.find(pictureOf);
  return child ? { id: String(pictureOf(child).id), child, ...Object.fromEntries(WORDS.map((name) => [name, field(child, name).value])) } : null;
}

function follow(chooser) {
  const now = first();
  const last = before;
  before = now;
  const chosen = String(chooser.getValue() ?? "");
  // One that was taken out stays away, until the text begins with another.
  if (!now || (chosen === "" ? now.id === last?.id : chosen !== last?.id)) return;
  if (chosen !== now.id) chooser.setState(pictureOf(now.child));
  for (const name of WORDS) {
    const words = form.elements[`main_picture_${name}`];
    if (words.value !== now[name] && ["", last?.[name]].includes(words.value)) write(words, now[name]);
  }
}

window.addEventListener("load", () => {
  const chooser = document.getElementById("id_main_picture-chooser")?.widget;
  if (!chooser || !body()) return;
  before = first();
  document.addEventListener("change", () => follow(chooser));
  // Blocks that were moved or taken out.
  form.addEventListener("w-unsaved:add", () => follow(chooser));
});
