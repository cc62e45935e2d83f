// Where somebody else saved since the form was loaded: a button that keeps this form as a version and shows both.
(() => {
  const { label } = document.currentScript.dataset;
  const form = document.querySelector("#page-edit-form");
  const session = document.querySelector(".w-editing-sessions");
  if (!form || !session) return;

  function offer() {
    for (const place of form.querySelectorAll(".w-editing-sessions-dialog-buttons, .footer__save-warning")) {
      if (place.parentElement.querySelector(".chorsu-compare")) continue;
      const button = document.createElement("button");
      Object.assign(button, { name: "action-compare", textContent: label, className: "button chorsu-compare" });
      // The revision that this form's autosave made last, if any: both versions began with it.
      const tell = () => (button.value = form.dataset.wAutosaveRevisionIdValue ?? "0");
      button.addEventListener("click", tell, { capture: true });
      place.before(button);
      place.querySelector("[data-w-dialog-target=confirm]")?.classList.add("button-secondary");
    }
  }

  form.addEventListener("w-autosave:error", ({ detail }) => detail.type === "invalid_revision" && offer());
  // Nobody may have written here, so that no autosave was refused.
  const isOvertaken = ({ data }) => data?.other_sessions?.some((each) => each.revision_id);
  session.addEventListener("w-swap:json", ({ detail }) => isOvertaken(detail) && offer());
})();
