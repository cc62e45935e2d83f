// Drafts by a machine of what is to do, batch by batch, where a field has nothing or a copy of the source.
import { draftail, form, placeOf, plain, putBlock, putLine, unitsOf } from "./fields.js";

let [editor, running] = [null, false];
export const begin = (lent) => ((editor = lent), (form.querySelector("[data-units-machine]").onclick = draft));
const lettersOf = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent.replace(/\s/g, "");
const nameOf = ({ path, index, key }) => `${path} ${index} ${key}`;

/** Put a draft in the place of a unit, or without one tell whether it may be put: nobody has written there. */
function put({ unit }, [raw, text] = []) {
  const host = unit.done || unit.state === "removed" ? null : editor.host({ unit });
  if (!host || !(draftail(host) ?? plain(host))) return false;
  const [found, focus] = [unitsOf(host), document.activeElement];
  const at = placeOf(unit, found);
  const block = draftail(host) && found[at];
  const said = block ? block.getText() : plain(host)?.value.split("\n")[found[at]];
  if (at !== null && lettersOf(unit.state === "changed" ? unit.was : unit.html) !== said.replace(/\s/g, "")) return false;
  if (raw && block) Object.assign(raw.blocks[0], { type: block.getType(), depth: block.getDepth() });
  if (raw && draftail(host)) putBlock(host, raw, at, unit.near);
  else if (raw) putLine(plain(host), text, found[at]);
  focus.focus();
  return true;
}

async function draft({ currentTarget: button }) {
  if ((button.disabled = running)) return void (running = false);
  running = true;
  const [words, waiting] = [button.textContent, editor.cells().filter((cell) => put(cell))];
  for (let failures = 0, size = 0, all = waiting.length; running && waiting.length && failures < 2; size = 0) {
    button.textContent = `${button.dataset.unitsMachine} (${all - waiting.length} / ${all})`;
    const batch = waiting.splice(0, waiting.filter(({ unit }) => (size += unit.text.length) < 2000).length || 1);
    const asked = editor.ask(`${editor.url}machine/`, batch.map(({ unit }) => ["unit", nameOf(unit)]));
    const { drafts = {}, error: text } = (await asked.catch(({ message }) => ({ error: message }))) ?? {};
    failures = text && !Object.keys(drafts).length ? failures + 1 : 0;
    for (const cell of batch) if (drafts[nameOf(cell.unit)]) put(cell, drafts[nameOf(cell.unit)]);
    if (text) document.dispatchEvent(new CustomEvent("w-messages:add", { detail: { clear: true, text, type: "error" } }));
  }
  Object.assign(button, { textContent: words, disabled: (running = false) });
}
