// What a click in an article does better than the link that it is. Without this each link goes where it says.

const isPlain = (event) => !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) && event.button === 0;

// A picture opens over the page; the viewer is loaded with the first one.
function openPicture(link) {
  import("./gallery.js").then(({ show }) => show(link)).catch(() => (location.href = link.href));
}

// A footnote opens at its mark: the note itself, taken out of its list for so long, so that its words can be reported.
function openNote(link) {
  const note = document.querySelector(`${link.hash} .note-text`);
  if (!note?.showPopover) return false;
  note.popover = "auto";
  note.tabIndex = -1;
  note.showPopover({ source: link });
  note.focus({ preventScroll: true });
  note.addEventListener("toggle", ({ newState }) => {
    if (newState === "closed") note.removeAttribute("popover");
  });
  return true;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.whole-picture, .note-ref a");
  if (!link || !isPlain(event)) return;
  if (link.matches(".whole-picture")) {
    event.preventDefault();
    openPicture(link);
  } else if (openNote(link)) {
    event.preventDefault();
  }
});
