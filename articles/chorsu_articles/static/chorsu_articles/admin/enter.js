// Enter in a field of one line would press the form's first button: the editor is loaded anew, or a page is created.
import { body, childAround, form, insert, tool } from "./editor.js";

// From the headline to the lead, and into the text.
const LEADS_ON = new Set(["title", "lead"]);
const ONE_LINE = "[data-one-line], input:not([type=submit], [type=button], [type=reset], [type=image], [type=file])";
// Not the search in a list of blocks: there, Enter chooses.
const WRITTEN = "[data-one-line], input:is([type=text], [type=url], [type=number], :not([type])):not([role=combobox])";

/** Tell whether a field can be seen: that of a rich text is hidden itself. */
const isSeen = (field) => (field.draftailEditor ? field.parentElement : field).checkVisibility();

function fieldsAfter(field) {
  const fields = [...form.elements];
  return fields.slice(fields.indexOf(field) + 1).filter((each) => (each.draftailEditor || each.matches("input, select, textarea")) && isSeen(each));
}

/** From a line of a block to its next one, and from the last into the text below, which is begun where there is none. */
function leadOn(field, child) {
  const next = fieldsAfter(field).find((each) => child.element.contains(each) && (each.draftailEditor || each.matches(WRITTEN)));
  if (next) return (next.draftailEditor ?? next).focus();
  const stream = body();
  const below = stream.children.indexOf(child) + 1;
  const state = () => ({ type: "paragraph", value: structuredClone(stream.blockDef.initialChildStates.paragraph), id: crypto.randomUUID() });
  if (stream.children[below]?.type !== "paragraph") insert([state()], below);
  stream.children[below].focus();
}

form?.addEventListener("keydown", (event) => {
  const { key, target } = event;
  const leadsOn = LEADS_ON.has(target.name) && !event.shiftKey;
  if (key !== "Enter" || event.isComposing || !(leadsOn || target.matches(ONE_LINE))) return;
  event.preventDefault();
  const child = !event.shiftKey && target.matches(WRITTEN) && childAround(target);
  if (child) return leadOn(target, child);
  const [next] = leadsOn ? fieldsAfter(target) : [];
  if (next) (next.draftailEditor ?? next).focus();
});

// Before Wagtail's own, which leads to all that stands above the form.
if (document.getElementById("id_title")) document.querySelector(".skiplink")?.before(tool("skip"));

// The browser looks for it before Wagtail shows its tab.
window.addEventListener("load", () => {
  if (document.activeElement === document.body) form?.querySelector("[autofocus]")?.focus({ preventScroll: true });
});

// What grows with its text is a field of several lines for the browser, which would keep the line breaks of what is pasted.
form?.addEventListener("beforeinput", (event) => {
  const { data, target } = event;
  if (!target.matches("[data-one-line]") || !data?.includes("\n")) return;
  event.preventDefault();
  document.execCommand("insertText", false, data.replace(/\s*\n\s*/g, " "));
});
