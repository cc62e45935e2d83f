// What is typed into a locked page would be refused. Wagtail keeps only the pointer away from its fields: here they are
// read-only for the keyboard too. None is disabled, since the preview and "Withdraw from approval" send the whole form.
(() => {
  const form = document.querySelector(".content-locked #page-edit-form");
  if (!form) return;

  function lock() {
    for (const field of form.querySelectorAll(".w-panel__content :is(input, select, textarea)")) {
      field.readOnly = true;
      field.draftailEditor?.lockEditor();
      for (const option of field.options ?? []) option.disabled = !option.selected;
    }
  }

  // Buttons, checkboxes and date pickers know no "read-only", and rich text appears late.
  function keepOut(event) {
    if (!event.target.closest(".w-panel__content")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    lock();
  }

  form.addEventListener("w-unsaved:ready", lock);
  for (const type of ["click", "focusin"]) form.addEventListener(type, keepOut, { capture: true });
})();
