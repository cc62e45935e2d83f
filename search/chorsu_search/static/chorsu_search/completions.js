// A combobox (WAI-ARIA Authoring Practices: editable, with list autocomplete) on each field with data-completions, the
// address that answers ?q= with what begins so. Without this script the field is a plain one.
const LEAST_LETTERS = 2;
const WAIT_MS = 120;

class Combobox {
  constructor(input) {
    this.input = input;
    this.known = new Map();
    this.active = -1;
    this.list = document.createElement("ul");
    this.list.id = `${input.id}-completions`;
    this.list.className = "chorsu-completions";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", input.dataset.completionsLabel);
    input.form.classList.add("chorsu-completions-form");
    input.form.append(this.list);
    input.type = "text"; // a search field may not be a combobox
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"],
      ["aria-controls", this.list.id], ["autocapitalize", "none"]]) input.setAttribute(name, value);
    input.addEventListener("input", (event) => event.isComposing || this.ask());
    input.addEventListener("compositionend", () => this.ask());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    // The field keeps the focus, or the list would be gone before the click.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.go(event.target.closest("[role=option]")));
  }

  ask() {
    clearTimeout(this.timer);
    const text = this.input.value.trim().toLowerCase();
    if ([...text].length < LEAST_LETTERS) return this.close();
    this.timer = setTimeout(() => this.show(text), WAIT_MS);
  }

  async show(text) {
    this.request?.abort();
    this.request = new AbortController();
    try {
      if (!this.known.has(text)) {
        const address = new URL(this.input.dataset.completions, location);
        address.searchParams.set("q", text);
        const answer = await fetch(address, { signal: this.request.signal });
        if (!answer.ok) return this.close();
        this.known.set(text, (await answer.json()).found);
      }
    } catch {
      return; // a newer question, or no network: what is there stays
    }
    if (document.activeElement === this.input) this.fill(this.known.get(text));
  }

  fill(found) {
    this.list.replaceChildren(...found.map((item, index) => {
      const option = document.createElement("li");
      option.id = `${this.list.id}-${index}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.url = item.url;
      const text = document.createElement("span");
      Object.assign(text, { textContent: item.text, lang: item.lang, dir: item.dir });
      option.append(text);
      if (item.kind) {
        const kind = document.createElement("small");
        kind.textContent = item.kind;
        option.append(" ", kind);
      }
      return option;
    }));
    this.choose(-1);
    this.list.hidden = !found.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    const box = this.input.parentElement;
    this.list.style.insetBlockStart = `${box.offsetTop + box.offsetHeight}px`;
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
    if (option) {
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  go(option) {
    if (option) location.assign(option.dataset.url);
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
