// Enter in a field of one line would press the form's first button: the editor is loaded anew, or a page is created.
import { form } from "./editor.js";

// From the headline to the lead, and into the text.
const LEADS_ON = new Set(["title", "lead"]);
const ONE_LINE = "[data-one-line], input:not([type=submit], [type=button], [type=reset], [type=image], [type=file])";

/** Return the next field that can be seen: rich text has a hidden one. */
function fieldAfter(field) {
  const fields = [...form.elements];
  const seen = (each) => each.draftailEditor || (each.offsetParent && each.matches("input, select, textarea"));
  return fields.slice(fields.indexOf(field) + 1).find(seen);
}

form?.addEventListener("keydown", (event) => {
  const { key, target } = event;
  const leadsOn = LEADS_ON.has(target.name) && !event.shiftKey;
  if (key !== "Enter" || event.isComposing || !(leadsOn || target.matches(ONE_LINE))) return;
  event.preventDefault();
  const next = leadsOn && fieldAfter(target);
  if (next) (next.draftailEditor ?? next).focus();
});

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
