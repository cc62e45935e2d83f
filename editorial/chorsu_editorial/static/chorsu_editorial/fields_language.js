// Each text of the page's form says the page's language, for spelling, letters and the direction of writing. The form
// itself is in the language of who writes; addresses are written from left to right. No text is cut off.
(() => {
  const { rightToLeft } = document.currentScript.dataset;
  const form = document.getElementById("page-edit-form");
  const lang = window.wagtailConfig?.ACTIVE_CONTENT_LOCALE;
  if (!form || !lang) return;
  const dir = rightToLeft.split(" ").includes(lang) ? "rtl" : "ltr";
  const ADDRESSES = ":is([type=url], [name=slug])";
  const TEXTS = `.w-field__input :is(input[type=text]:not([role=combobox], [autocomplete=off]), textarea, [contenteditable]):not(${ADDRESSES})`;

  /** Show the whole text below a field of one line that is too short for it, as those of tables and other sites are. */
  function showAll(line) {
    const full = Object.assign(document.createElement("div"), { className: "help", lang, dir });
    line.after(full);
    const fill = () => (full.textContent = line.scrollWidth > line.clientWidth + 1 ? line.value : "");
    line.addEventListener("input", fill);
    new ResizeObserver(fill).observe(line);
  }

  function mark(root) {
    for (const field of root.querySelectorAll(TEXTS)) {
      if (!field.lang && field.type === "text") showAll(field);
      Object.assign(field, { lang, dir });
    }
    for (const field of root.querySelectorAll(ADDRESSES)) field.dir = "ltr";
  }

  new MutationObserver((changes) => {
    // Blocks and editors are added as wholes; what is typed adds nodes, too, inside of an editor that is marked.
    for (const target of new Set(changes.map((change) => change.target))) if (!target.isContentEditable) mark(target);
  }).observe(form, { childList: true, subtree: true });
  mark(form);
})();
