// The pictures of a gallery, or a single one, whole and as large as the screen: in a row that scrolls and snaps, so that
// a finger needs no script. The page has the markup and every text: <template id="viewer-template">, links and captions.

/** One picture with its caption. It has no address before it is near. */
function slide(link) {
  const figure = document.createElement("figure");
  const image = new Image();
  image.alt = link.querySelector("img")?.alt ?? "";
  figure.append(image);
  const caption = link.closest("figure")?.querySelector("figcaption")?.cloneNode(true);
  if (caption) {
    // The words belong to the article, where they are reported.
    for (const leaf of caption.querySelectorAll("[data-content-path]")) leaf.removeAttribute("data-content-path");
    figure.append(caption);
  }
  return figure;
}

function load(figure, link) {
  const image = figure?.querySelector("img");
  if (!image || image.src) return;
  image.sizes = "100vw";
  image.srcset = link.dataset.srcset ?? "";
  image.src = link.href;
}

/** Show the picture of a link, among those of its gallery. */
export function show(link) {
  const links = [...(link.closest(".gallery") ?? link.parentElement).querySelectorAll("a.whole-picture")];
  const dialog = document.getElementById("viewer-template").content.firstElementChild.cloneNode(true);
  const row = dialog.querySelector(".viewer-pictures");
  const steps = [...dialog.querySelectorAll("[data-step]")];
  const slides = links.map(slide);
  let at = links.indexOf(link);

  const settle = (index) => {
    at = index;
    for (const near of [at, at + 1, at - 1]) load(slides[near], links[near]);
    dialog.querySelector(".viewer-number").textContent = links[at].querySelector("[data-number]")?.textContent.trim() ?? "";
    for (const button of steps) button.setAttribute("aria-disabled", String(!slides[at + Number(button.dataset.step)]));
  };
  const go = (index, behavior) => {
    if (!slides[index]) return;
    settle(index);
    slides[index].scrollIntoView({ behavior, inline: "center", block: "nearest" });
  };

  const settleAt = (entries) => entries.filter((entry) => entry.isIntersecting).forEach(({ target }) => settle(slides.indexOf(target)));
  const seen = new IntersectionObserver(settleAt, { root: row, threshold: 0.6 });

  dialog.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button?.dataset.step) go(at + Number(button.dataset.step));
    else if (button || target.matches(".viewer-pictures, .viewer-pictures > figure")) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    const forward = getComputedStyle(dialog).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
    const to = { [forward]: at + 1, [back]: at - 1, Home: 0, End: slides.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    go(to);
  });
  // The browser gives the focus back to the link.
  dialog.addEventListener("close", () => {
    seen.disconnect();
    dialog.remove();
  });

  row.append(...slides);
  for (const button of steps) button.hidden = slides.length < 2;
  document.body.append(dialog);
  dialog.showModal();
  row.focus();
  go(at, "instant");
  for (const figure of slides) seen.observe(figure);
}
