// Words that are selected in a source, and then in the translation beside it, can be proposed as a term.
let link = null;

document.addEventListener("selectionchange", () => {
  const selection = window.getSelection();
  const words = `${selection}`.trim();
  const { anchorNode } = selection;
  const at = anchorNode?.nodeType === Node.ELEMENT_NODE ? anchorNode : anchorNode?.parentElement;
  if (!words || words.length > 255) return;
  const found = at?.closest(".chorsu-units__text")?.closest(".chorsu-units__cell").querySelector("[data-units-term]");
  const row = (element) => element?.closest(".chorsu-units__row");
  if (!found && (!link || row(at) !== row(link))) return;
  const url = new URL((found ?? link).href);
  if (found) {
    if (link) link.hidden = true;
    link = found;
    url.searchParams.delete("target");
  }
  url.searchParams.set(found ? "source" : "target", words);
  link.href = url;
  link.hidden = false;
});
