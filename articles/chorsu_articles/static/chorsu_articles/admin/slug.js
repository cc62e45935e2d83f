// The slug follows the headline by the transliteration of the page's language, which the server knows.
// Wagtail's headline field sends "w-sync:check" on focus and "w-sync:apply" on each change.
import { ask, write } from "./editor.js";

const WAIT = 300;

function follow(input) {
  const { articlesSlugUrl: url, articlesSlugLanguage: language } = input.dataset;
  let made = input.dataset.articlesSlugMade;
  let timer = 0;
  let asked = 0;
  const isChosen = () => input.value !== "" && input.value !== made;
  const slugOf = async (text) => (await ask(`${url}?${new URLSearchParams({ text, language })}`)).slug;
  const put = (slug) => input.value === slug || write(input, slug);

  function make(text) {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const mine = (asked += 1);
      try {
        const slug = await slugOf(text);
        if (mine !== asked || isChosen()) return;
        made = slug;
        put(slug);
      } catch {
        // Left empty, the slug is made when the page is saved.
      }
    }, WAIT);
  }

  input.addEventListener("w-sync:check", (event) => isChosen() && event.preventDefault());
  input.addEventListener("w-sync:apply", (event) => {
    event.preventDefault();
    if (!isChosen()) make(event.detail?.value ?? "");
  });
  // What a person typed in another script becomes Latin too.
  input.addEventListener("blur", async () => {
    const typed = input.value;
    if (typed === "" || /^[a-z0-9_-]+$/.test(typed)) return;
    try {
      const slug = await slugOf(typed);
      if (input.value === typed) put(slug);
    } catch {
      // The server says so when the page is saved.
    }
  });
}

document.querySelectorAll("[data-articles-slug]").forEach(follow);
