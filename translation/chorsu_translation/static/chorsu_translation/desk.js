// Select all rows of the desk; copy the address of a list, which is the filter itself; fold the filter on a phone.
(() => {
  const fold = document.querySelector("[data-translation-fold]");
  const narrow = window.matchMedia("(max-width: 50rem)");
  const foldOnPhones = () => { fold.open = !narrow.matches; };
  if (fold) {
    foldOnPhones();
    narrow.addEventListener("change", foldOnPhones);
    fold.classList.add("is-ready");
  }
  const all = document.querySelector("[data-translation-all]");
  const boxes = [...document.querySelectorAll('input[form="translation-plan"]')];
  const say = (text, type) => document.dispatchEvent(new CustomEvent("w-messages:add", { detail: { clear: true, text, type } }));
  all?.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
  const plan = document.getElementById("translation-plan");
  plan?.addEventListener("submit", (event) => {
    // A file is brought in without a choice: it names its articles itself.
    if (!event.submitter?.hasAttribute("formaction") && !boxes.some((box) => box.checked)) {
      event.preventDefault();
      say(plan.dataset.none, "warning");
      boxes[0]?.focus();
    }
  });
  const copy = document.querySelector("[data-translation-copy]");
  if (copy && navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      const address = new URL(window.location.href);
      for (const [name, value] of [...address.searchParams]) {
        // An empty state says more than none: without it a language opens as its list of work.
        if (!value && name !== "state") address.searchParams.delete(name);
      }
      await navigator.clipboard.writeText(address.href);
      say(copy.dataset.translationCopy, "success");
    });
  }
})();
