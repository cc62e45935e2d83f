// A new text stands on its review screen as readers will see it, in a frame as long as the text is.

// A page that is a little longer than its frame, whatever that is, would grow without end.
const MOST_FITS = 30;

// What stands on each page of the site, above and below its main part, is no text to approve.
function leaveMain(frame) {
  const body = frame.contentDocument?.body;
  for (let part = body?.querySelector("main"); part && part !== body; part = part.parentElement) {
    for (const other of part.parentElement.children) {
      if (other !== part) other.style.display = "none";
    }
  }
}

function fit(frame) {
  const text = frame.contentDocument?.documentElement;
  if (text) frame.style.blockSize = `${Math.ceil(text.getBoundingClientRect().height)}px`;
}

function keepFitting(frame) {
  const text = frame.contentDocument?.documentElement;
  if (!text) return;
  let fits = 0;
  new ResizeObserver(() => {
    fits += 1;
    if (fits <= MOST_FITS) fit(frame);
  }).observe(text);
}

// Whoever looks where a link leads keeps the review.
function openLinksElsewhere(frame) {
  frame.contentDocument?.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (link && !link.getAttribute("href").startsWith("#")) link.target = "_blank";
  });
}

function whenLoaded(frame, act) {
  const text = frame.contentDocument;
  const isLoaded = text?.readyState === "complete" && text.URL !== "about:blank";
  if (isLoaded) act();
  else frame.addEventListener("load", act, { once: true });
}

function whenEndWasShown(text, end, act) {
  const observer = new IntersectionObserver(([entry]) => {
    const isPassed = entry.boundingClientRect.bottom < 0;
    if (!text.open || !(entry.isIntersecting || isPassed)) return;
    observer.disconnect();
    act();
  });
  observer.observe(end);
}

/** Show in the place of what approves a button to the end of the text, until that was shown; return the button. */
export function decideAfterReading() {
  const text = document.querySelector("[data-chorsu-text]");
  if (!text) return null;
  const frame = text.querySelector("iframe");
  const end = text.querySelector("[data-chorsu-end]");
  const approve = document.querySelector(".chorsu-action-bar [data-workflow-action-name^=approve]");
  const isUnread = text.open && approve !== null;
  const toEnd = document.querySelector("[data-chorsu-to-end]");
  let isAskedFor = false;

  function offerDecision() {
    document.body.classList.remove("chorsu-unread");
    toEnd.remove();
    if (isAskedFor) approve.focus();
  }

  if (isUnread) {
    document.body.classList.add("chorsu-unread");
    approve.after(toEnd);
    toEnd.hidden = false;
    toEnd.addEventListener("click", () => {
      isAskedFor = true;
      text.open = true;
      end.scrollIntoView({ block: "center", behavior: "instant" });
    });
  }
  whenLoaded(frame, () => {
    leaveMain(frame);
    fit(frame);
    keepFitting(frame);
    openLinksElsewhere(frame);
    if (isUnread) whenEndWasShown(text, end, offerDecision);
  });
  return isUnread ? toEnd : null;
}
