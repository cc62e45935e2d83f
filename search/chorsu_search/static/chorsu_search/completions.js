// A combobox (WAI-ARIA Authoring Practices: editable, with list autocomplete) on each field with data-completions, the
// address that answers ?q= with what begins so. Without this script the field is a plain one.
const LEAST_LETTERS = 2;
const WAIT_MS = 120;
let styled; // the list's style sheet, asked for with the first letter

function make(name, attributes, ...content) {
  const element = document.createElement(name);
  set(element, attributes);
  element.append(...content);
  return element;
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

function style(href) {
  styled ??= new Promise((done) => {
    const link = make("link", { rel: "stylesheet", href });
    link.onload = link.onerror = done;
    document.head.append(link);
  });
}

class Combobox {
  constructor(input) {
    this.input = input;
    this.known = new Map();
    const id = `${input.id}-completions`;
    this.list = make("ul", { id, class: "chorsu-completions", role: "listbox", "aria-label": input.dataset.completionsLabel });
    input.form.classList.add("chorsu-completions-form");
    input.form.append(this.list);
    input.type = "text"; // a search field may not be a combobox
    set(input, { role: "combobox", "aria-autocomplete": "list", "aria-controls": id, autocapitalize: "none" });
    this.fill([]);
    input.addEventListener("input", (event) => event.isComposing || this.ask());
    input.addEventListener("compositionend", () => this.ask());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    // The field keeps the focus, or the list would be gone before the click.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.go(event.target.closest("[role=option]")));
  }

  ask() {
    style(this.input.dataset.completionsStyle);
    clearTimeout(this.timer);
    const text = this.input.value.trim().toLowerCase();
    if ([...text].length < LEAST_LETTERS) return this.close();
    this.timer = setTimeout(() => this.show(text), WAIT_MS);
  }

  async show(text) {
    this.request?.abort();
    this.request = new AbortController();
    const { signal } = this.request;
    try {
      if (!this.known.has(text)) {
        const address = new URL(this.input.dataset.completions, location);
        address.searchParams.set("q", text);
        const answer = await fetch(address, { signal });
        if (!answer.ok) return this.close();
        this.known.set(text, (await answer.json()).found);
      }
    } catch {
      return; // a newer question, or no network: what is there stays
    }
    await styled;
    if (!signal.aborted) this.fill(this.known.get(text));
  }

  fill(found) {
    this.list.replaceChildren(...found.map((item, index) => {
      const kind = item.kind ? [" ", make("small", {}, item.kind)] : [];
      const text = make("span", { lang: item.lang, dir: item.dir }, item.text);
      return make("li", { id: `${this.list.id}-${index}`, role: "option", "data-url": item.url }, text, ...kind);
    }));
    this.choose(-1);
    this.list.hidden = !found.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.list.style.insetBlockStart = `${this.input.offsetTop + this.input.offsetHeight}px`;
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.fill([]);
  }

  choose(index) {
    this.active = index;
    [...this.list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
    const option = this.list.children[index];
    this.input.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.scrollIntoView({ block: "nearest" });
  }

  go(option) {
    if (!option) return;
    this.close();
    location.assign(option.dataset.url);
  }

  key(event) {
    const count = this.list.children.length;
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!count) return this.ask();
      if (event.altKey) return event.key === "ArrowUp" && this.close();
      // One place more than there are options: the field itself.
      const step = event.key === "ArrowDown" ? 1 : count;
      this.choose(((this.active + 1 + step) % (count + 1)) - 1);
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.go(this.list.children[this.active]);
    } else if (event.key === "Escape" && count) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Tab") {
      this.close();
    } else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
      this.choose(-1);
    }
  }
}

for (const input of document.querySelectorAll("input[data-completions]")) new Combobox(input);
