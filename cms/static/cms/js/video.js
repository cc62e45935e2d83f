// A video is a plain link to its provider; a click loads the player here instead, and nothing before that.
for (const link of document.querySelectorAll("a[data-embed-url]")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button !== 0) return;
    event.preventDefault();
    const frame = document.createElement("iframe");
    frame.src = link.dataset.embedUrl;
    frame.title = link.dataset.embedTitle;
    frame.allow = "autoplay; fullscreen; picture-in-picture";
    frame.allowFullscreen = true;
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.tabIndex = 0;
    link.replaceWith(frame);
    frame.focus();
  });
}
