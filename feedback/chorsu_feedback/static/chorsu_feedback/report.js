/**
 * Report a mistake: select words, press Ctrl+Enter (⌘+Enter on a Mac) or, on a touch screen, the button below them.
 *
 * The dialog is loaded when somebody begins to read, or has reported something. The markup and every text come from the
 * page's <template id="feedback-template">.
 */

const FIELDS = "input, textarea, select, [contenteditable]:not([contenteditable='false'])";

const template = document.getElementById("feedback-template");
let dialog = null;

const load = () => (dialog ??= import("./dialog.js").catch(() => (dialog = null)));

async function onKey(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  if (event.isComposing || event.target.closest?.(FIELDS) || document.querySelector("dialog[open]:modal")) return;
  event.preventDefault();
  if (event.repeat) return;
  const loaded = await load();
  const hint = template.content.querySelector(".feedback-hint + p").cloneNode(true);
  if (loaded) loaded.start();
  else document.body.append(hint);
  setTimeout(() => hint.remove(), 7000);
}

if (typeof HTMLDialogElement === "function") {
  if (/mac|iphone|ipad/i.test(navigator.platform)) {
    for (const text of [...document.querySelectorAll(".feedback-form kbd"), ...template.content.querySelectorAll("li")]) {
      text.textContent = text.textContent.replace("Ctrl", "⌘");
    }
  }
  document.addEventListener("keydown", onKey);
  for (const name of ["scroll", "pointerdown", "selectionchange"]) document.addEventListener(name, load, { once: true });
  try {
    if (sessionStorage["chorsu-feedback"]) load();
  } catch {}
}
