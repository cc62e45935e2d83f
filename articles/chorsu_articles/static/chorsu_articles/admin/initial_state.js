// Wagtail compares the form with what stood in it two seconds after it appeared, and when a save came back. What was
// typed until then would be taken for saved: so it is compared with what the server has.
import { controller, form, serialise } from "./editor.js";

const FIRST_TOUCH = ["pointerdown", "keydown", "beforeinput", "paste", "drop"];
const touching = new AbortController();
let known = null;
let sent = null;

const watcher = () => controller(form, "w-unsaved");

/** Note the form as it was built, rich text as Draftail writes it: the server writes the same with other spaces. */
function remember() {
  touching.abort();
  serialise();
  known = watcher().formData;
}

function start() {
  for (const type of FIRST_TOUCH) document.addEventListener(type, remember, { capture: true, signal: touching.signal });
  form.addEventListener("w-unsaved:watch-edits", () => {
    if (known === null) remember();
    watcher().initialFormData = known;
  });
  form.addEventListener("w-autosave:save", () => (sent = watcher().formData));
  // Before Wagtail's own listener, which begins to compare anew.
  document.addEventListener(
    "w-autosave:success",
    (event) => {
      if (event.target !== form) return;
      const fields = new URLSearchParams(sent);
      for (const [name, value] of Object.entries(event.detail.response.field_updates ?? {})) fields.set(name, value);
      known = fields.toString();
      // After a refusal the form is unsaved from the start. Wagtail saves such a form once, and looks for no changes later.
      const unsaved = watcher();
      if (!unsaved.forceValue) return;
      unsaved.forceValue = false;
      unsaved.checkIntervalValueChanged(unsaved.checkIntervalValue);
    },
    { capture: true },
  );
}

// Before everything that reads the form when it is submitted, by a button or Ctrl+S.
window.addEventListener("submit", (event) => event.target === form && serialise(), { capture: true });

// From "ready" on Wagtail has built the form.
if (form) form.addEventListener("w-unsaved:ready", start, { once: true });
