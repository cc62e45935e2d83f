// What the text names is offered for the form below: each by a click, all by one key. One undo takes it back.
import { body, form, insert, isMarked, notice, remove, say, serialise, textOf, unlessChanged, write, writtenIn } from "./editor.js";

const elementsOf = (children) => children.map(({ element }) => element);
const UNAMBIGUOUS = "[data-articles-take]:not([data-articles-choice])";
const panel = document.querySelector("[data-articles-offers]");

let asked = new Map();

/** The blocks of words, each with what is written in it when the server is asked about it. */
export function offeredTexts() {
  serialise();
  const blocks = (body()?.children ?? []).filter(({ type }) => type === "paragraph" || type === "quotation");
  return new Map(blocks.map((child) => [child, writtenIn([child.element])]));
}

export function showOffers(html, texts = asked) {
  asked = texts;
  // Who stands on an offer with the keyboard stays in the panel.
  const at = [...(panel?.querySelectorAll("button") ?? [])].indexOf(document.activeElement);
  if (panel) panel.innerHTML = html;
  if (at >= 0) (panel.querySelectorAll("button")[at] ?? panel.querySelector("button"))?.focus();
}

/** Put blocks in the place of texts, all or none: none where somebody wrote on, or a remark stands at the words. */
function replace(value) {
  // A block that was never saved has no id here.
  serialise();
  const left = body().children.filter((child) => asked.get(child) === writtenIn([child.element]));
  const places = value.map(({ text, blocks }) => {
    const at = left.findIndex((child) => textOf(child).replace(/\s/g, "") === text);
    return { child: left.splice(at, at < 0 ? 0 : 1)[0], blocks };
  });
  if (places.some(({ child }) => !child || (child.type === "paragraph" && isMarked(child)))) return null;
  return places.map(({ child, blocks }) => {
    const [index, state] = [body().children.indexOf(child), child.getState()];
    remove(child);
    const made = insert(blocks, index);
    return unlessChanged(elementsOf(made), () => {
      const now = body().children.indexOf(made[0]);
      made.forEach(remove);
      insert([state], now < 0 ? body().children.length : now);
    });
  });
}

/** Set a field of the form, or add to it; return how to take that back, or null where it no longer fits the text. */
function set(name, value) {
  if (name === "body") return replace(value);
  const stream = document.getElementById(`${name}-root`)?.rootBlock;
  if (stream) {
    const made = value.map((state) => stream.insert(state, stream.children.length, { animate: false, focus: false }));
    const takeOut = (child) => stream.deleteBlock(stream.children.indexOf(child), { animate: false });
    return [unlessChanged(elementsOf(made), () => made.forEach(takeOut))];
  }
  const { widget } = document.getElementById(`id_${name}-chooser`) ?? {};
  if (widget) {
    const before = widget.getState();
    widget.setState(value);
    return [() => widget.setState(before)];
  }
  if (Array.isArray(value)) {
    const boxes = [...form.querySelectorAll(`[name="${name}"]`)].filter((box) => value.includes(box.value) && !box.checked);
    boxes.forEach((box) => box.click());
    return [() => boxes.forEach((box) => box.checked && box.click())];
  }
  const field = form.elements[name];
  const before = field.value;
  write(field, value);
  return [unlessChanged([field], () => write(field, before))];
}

function take(buttons) {
  const before = panel.innerHTML;
  const undos = [];
  const taken = buttons.filter((button) => {
    const ways = Object.entries(JSON.parse(button.dataset.articlesTake)).map(([name, value]) => set(name, value));
    undos.push(...ways.filter(Boolean).flat());
    // One of several was chosen.
    (button.hasAttribute("data-articles-choice") ? button.closest("dd") : button).remove();
    return !ways.includes(null);
  });
  panel.querySelectorAll("dl > div").forEach((group) => group.querySelector("button") || group.remove());
  if (!panel.querySelector("dd")) panel.replaceChildren();
  if (!taken.length) return notice(say("stays"));
  const what = [...new Set(taken.map((button) => button.querySelector("bdi").textContent))].join("; ");
  notice(say("taken", { what }), [() => showOffers(before), ...undos]);
}

window.addEventListener("load", () => (asked = offeredTexts()));
panel?.addEventListener("click", ({ target }) => {
  const one = target.closest("[data-articles-take]");
  const all = target.closest("[data-articles-take-all]") ? [...panel.querySelectorAll(UNAMBIGUOUS)] : [];
  if (one ?? all.length) take(one ? [one] : all);
});
