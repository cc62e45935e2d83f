// Loads a video's player in the place of the plain link to its provider; nothing comes from there before.
export function play(link) {
  const frame = document.createElement("iframe");
  frame.src = link.dataset.embedUrl;
  frame.title = link.dataset.embedTitle;
  frame.allow = "autoplay; fullscreen; picture-in-picture";
  frame.allowFullscreen = true;
  frame.referrerPolicy = "strict-origin-when-cross-origin";
  frame.tabIndex = 0;
  link.replaceWith(frame);
  frame.focus();
}
