// A chosen picture brings the caption and alternative text that the library suggests in the page's language.
// Words of the journalist stay: a field is filled only while it is empty or still holds what came with the picture before.
const language = document.querySelector("[data-articles-slug-language]")?.dataset.articlesSlugLanguage;
const url = document.querySelector("[data-articles-completeness]")?.dataset.suggestionsUrl;
const filled = new WeakMap();

function fieldsBeside(input) {
  if (input.name === "main_picture") {
    return {
      caption: document.querySelector("[name=main_picture_caption]"),
      alt: document.querySelector("[name=main_picture_alt]"),
    };
  }
  const prefix = input.name.replace(/picture$/, "");
  return {
    caption: document.querySelector(`[name="${CSS.escape(`${prefix}caption`)}"]`),
    alt: document.querySelector(`[name="${CSS.escape(`${prefix}alt`)}"]`),
  };
}

function fill(field, text) {
  if (!field || (field.value !== "" && field.value !== filled.get(field))) return;
  filled.set(field, text);
  if (field.value === text) return;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("change", async (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || !/(^main_|-)picture$/.test(input.name) || !/^\d+$/.test(input.value)) return;
  if (!url || !language) return;
  const chosen = input.value;
  try {
    const response = await fetch(`${url.replace("/0/", `/${chosen}/`)}?${new URLSearchParams({ language })}`);
    if (!response.ok || input.value !== chosen) return;
    const suggestion = await response.json();
    const { caption, alt } = fieldsBeside(input);
    fill(caption, suggestion.caption);
    fill(alt, suggestion.alt);
  } catch {
    // Without the server there is nothing to suggest.
  }
});
