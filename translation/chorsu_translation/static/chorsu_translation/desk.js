// Select all rows of the desk; copy the address of a list, which is the filter itself.
(() => {
  const all = document.querySelector("[data-translation-all]");
  const boxes = [...document.querySelectorAll('input[form="translation-plan"]')];
  all?.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
  const plan = document.getElementById("translation-plan");
  plan?.addEventListener("submit", (event) => {
    if (!boxes.some((box) => box.checked)) {
      event.preventDefault();
      boxes[0]?.focus();
    }
  });
  const copy = document.querySelector("[data-translation-copy]");
  if (copy && navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", () => navigator.clipboard.writeText(window.location.href));
  }
})();
