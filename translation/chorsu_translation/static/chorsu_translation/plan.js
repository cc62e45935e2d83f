// Offer as assignees only those who may work in the chosen languages: a group of the list is a language.
(() => {
  const form = document.querySelector(".translation-plan");
  const list = form.elements.assignee;
  function offer() {
    const chosen = [...form.querySelectorAll("[name='languages']:checked")].map((box) => box.labels[0].textContent.trim());
    for (const group of list.querySelectorAll("optgroup")) group.hidden = group.disabled = !chosen.includes(group.label);
    if (list.selectedOptions[0]?.closest("optgroup")?.disabled) {
      const same = [...list.options].find((option) => option.value === list.value && !option.closest("optgroup")?.disabled);
      list.selectedIndex = same?.index ?? 0;
    }
  }
  form.addEventListener("change", offer);
  offer();
})();
