// What a click in an article does better than the link that it is. Without this each link goes where it says.

const isPlain = (event) => !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) && event.button === 0;

// A video plays in the place of the plain link to its provider; nothing comes from there before.
function play(link) {
  const frame = Object.assign(document.createElement("iframe"), {
    src: link.dataset.embedUrl,
    title: link.dataset.embedTitle,
    allow: "autoplay; fullscreen; picture-in-picture",
    allowFullscreen: true,
    referrerPolicy: "strict-origin-when-cross-origin",
    tabIndex: 0,
  });
  link.replaceWith(frame);
  frame.focus();
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

async function copy(address) {
  const answer = document.querySelector(".share-answer");
  answer.textContent = "";
  await navigator.clipboard?.writeText(address).then(() => (answer.textContent = answer.dataset.copied), () => {});
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.whole-picture, a[data-embed-url], a.heading-link, .note-ref a, [data-copy], [data-share]");
  if (!link || !isPlain(event)) return;
  if (link.matches(".whole-picture")) {
    event.preventDefault();
    // It opens over the page; what does it is loaded with the first one.
    import("./gallery.js").then(({ show }) => show(link)).catch(() => (location.href = link.href));
  } else if (link.dataset.embedUrl) {
    event.preventDefault();
    play(link);
  } else if (link.matches(".note-ref a")) {
    if (openNote(link)) event.preventDefault();
  } else if (link.matches(".heading-link")) {
    copy(link.href);
  } else if (link.dataset.copy) {
    copy(link.dataset.copy);
  } else {
    navigator.share({ url: link.dataset.share, title: link.dataset.shareTitle }).catch(() => {});
  }
});

for (const [name, isThere] of [["copy", navigator.clipboard], ["share", navigator.share]]) {
  for (const button of document.querySelectorAll(`[data-${name}]`)) button.parentElement.hidden = !isThere;
}
