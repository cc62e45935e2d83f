/** What is copied holds no soft hyphens and no-break spaces: they are for the lines of this page (chorsu_locales.typesetting). */

const plain = (text) => text.replaceAll("\u00ad", "").replaceAll("\u00a0", " ");

document.addEventListener("copy", (event) => {
  const selection = getSelection();
  const text = selection.toString();
  if (event.defaultPrevented || plain(text) === text || event.target.closest?.("input, textarea")) return;
  const copied = document.createElement("div");
  for (let index = 0; index < selection.rangeCount; index += 1) copied.append(selection.getRangeAt(index).cloneContents());
  event.clipboardData.setData("text/plain", plain(text));
  event.clipboardData.setData("text/html", plain(copied.innerHTML).replaceAll("&shy;", "").replaceAll("&nbsp;", " "));
  event.preventDefault();
});
