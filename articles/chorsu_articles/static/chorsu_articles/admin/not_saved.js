// On a page that says that nothing was saved: the editor offers what this tab has sent, unless it is sent again from here.
import { markSent, takeBackSent } from "./copies.js";

const copies = takeBackSent(sessionStorage["articles-tab"]);

document.querySelector("form")?.addEventListener("submit", () => {
  for (const { user, page, tab } of copies) markSent(user, page, tab);
});
