// The slug follows the headline by the transliteration of the page's language, which the server knows.
// Wagtail's headline field sends "w-sync:check" on focus and "w-sync:apply" on each change.
const WAIT = 300;

function follow(input) {
  const { articlesSlugUrl: url, articlesSlugLanguage: language } = input.dataset;
  let made = input.dataset.articlesSlugMade;
  let timer = 0;
  let asked = 0;

  async function ask(text) {
    const response = await fetch(`${url}?${new URLSearchParams({ text, language })}`, {
      headers: { "X-Requested-With": "XMLHttpRequest" },
    });
    if (!response.ok) throw new Error(`The slug was refused: ${response.status}`);
    return (await response.json()).slug;
  }

  function write(slug) {
    if (input.value === slug) return;
    input.value = slug;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function make(text) {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const mine = (asked += 1);
      try {
        const slug = await ask(text);
        if (mine !== asked || (input.value !== "" && input.value !== made)) return;
        made = slug;
        write(slug);
      } catch {
        // Left empty, the slug is made when the page is saved.
      }
    }, WAIT);
  }

  input.addEventListener("w-sync:check", (event) => {
    if (input.value !== "" && input.value !== made) event.preventDefault();
  });
  input.addEventListener("w-sync:apply", (event) => {
    event.preventDefault();
    if (input.value === "" || input.value === made) make(event.detail?.value ?? "");
  });
  // What a person typed in another script becomes Latin too.
  input.addEventListener("blur", async () => {
    const typed = input.value;
    if (typed === "" || /^[a-z0-9_-]+$/.test(typed)) return;
    try {
      const slug = await ask(typed);
      if (input.value === typed) write(slug);
    } catch {
      // The server says so when the page is saved.
    }
  });
}

document.querySelectorAll("[data-articles-slug]").forEach(follow);
