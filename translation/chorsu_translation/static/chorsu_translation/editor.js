// A translation's source beside the fields of Wagtail's form.
import { draftail, fieldsByPath, form, placeOf, plain, putBlock, putLine, unitsOf } from "./fields.js";

const script = document.querySelector("script[data-translation-units]");
const page = window.location.pathname.match(/\/pages\/(\d+)\//)?.[1];
const url = page && script.dataset.translationUnits.replace("/0/", `/${page}/`);

let control = null;
let answer = null;
const rows = new Map(); // by content path
let cells = [];
let extras = {};

const sizes = new ResizeObserver(() => align());
const div = (name) => Object.assign(document.createElement("div"), { className: `chorsu-units__${name}` });
const part = (name, root = form) => root.querySelector(`[data-units-${name}]`);
const made = (name) => part(name).content.firstElementChild.cloneNode(true);

async function ask(address, fields) {
  const { CSRF_HEADER_NAME, CSRF_TOKEN } = window.wagtailConfig;
  const headers = { "X-Requested-With": "XMLHttpRequest", [CSRF_HEADER_NAME]: CSRF_TOKEN };
  const options = fields && { method: "POST", body: new URLSearchParams(fields) };
  const response = await fetch(address, { headers, ...options });
  if (response.status === 204) return;
  const said = await response.json().catch(() => ({}));
  // Drawn anew while it is pressed, a button isn't clicked.
  while (form.querySelector("button:active")) await new Promise(setTimeout);
  if (response.ok) return said;
  const detail = { clear: true, text: said.error ?? String(response.status), type: "error" };
  document.dispatchEvent(new CustomEvent("w-messages:add", { detail }));
}

const lent = { ask, current, url, cells: () => cells, host: ({ unit }) => rows.get(unit.field)?.host };
const also = () => localStorage.chorsuUnitsAlso ?? "";

async function refresh() {
  const got = await ask(`${url}?${new URLSearchParams({ language: also() })}`);
  if (got?.extras) extras = await import("./extras.js");
  if (got?.units.some(({ done }) => !done)) (await import("./suggestions.js")).begin(lent);
  if (got) show(got);
}

function show(got) {
  answer = got;
  if (!control) begin(got.bar);
  part("standing").textContent = got.standing;
  part("progress-text").textContent = got.progress.text;
  Object.assign(part("progress"), { max: got.progress.all || 1, value: got.progress.done });
  const here = cells.indexOf(current());
  const inside = cells[here]?.element.contains(document.activeElement);
  for (const { element } of cells) element.remove();
  const fields = fieldsByPath(extras.addOthers);
  for (const [path, { host, column }] of rows) {
    if (fields.get(path) !== host && rows.delete(path)) column.remove();
  }
  cells = got.units.map((unit) => ({ unit, element: cellOf(unit) }));
  const rest = part("rest").querySelector("ul");
  rest.replaceChildren();
  for (const { unit, element } of cells) {
    const host = fields.get(unit.field);
    // Choices take no text.
    if (!host || !(draftail(host) ?? plain(host))) part('put=""', element).remove();
    if (host) {
      if (!rows.has(unit.field)) rows.set(unit.field, rowOf(host));
      rows.get(unit.field).column.append(element);
    } else {
      element.querySelector(".chorsu-units__place").textContent = unit.place;
      rest.appendChild(document.createElement("li")).append(element);
    }
  }
  part("rest").hidden = !rest.children.length;
  cells[here]?.element.classList.add("chorsu-units--here");
  if (inside) part("mark", cells[here].element)?.focus();
  const box = control.querySelector("input");
  control.hidden = !got.behind;
  control.querySelector("span").textContent = got.control;
  if (!box.dataset.chosen) box.checked = got.ready;
  sizes.disconnect();
  for (const { element } of cells) sizes.observe(element);
  form.dispatchEvent(new CustomEvent("chorsu-units:shown", { bubbles: true, detail: got }));
}

function begin(html) {
  document.body.classList.add("chorsu-translating");
  form.insertAdjacentHTML("afterbegin", html);
  control = made("control");
  control.querySelector("input").addEventListener("change", ({ target }) => (target.dataset.chosen = "1"));
  document.querySelector("footer .footer__container, footer nav")?.append(control);
  part("next").addEventListener("click", () => go(1));
  part("only").addEventListener("change", ({ target }) => {
    document.body.classList.toggle("chorsu-units-only", target.checked);
    align();
  });
  part("also")?.addEventListener("change", ({ target }) => {
    localStorage.chorsuUnitsAlso = target.value;
    refresh();
  });
}

function cellOf(unit) {
  const element = made(unit.state === "removed" ? "gone" : "cell");
  if (unit.state !== "removed") element.dataset.translationUnit = unit.beside;
  element.toggleAttribute("data-units-to-do", !unit.done);
  element.querySelector(".chorsu-units__state").textContent = unit.label;
  element.querySelector(".chorsu-units__text").innerHTML = unit.html;
  const other = element.querySelector(".chorsu-units__also");
  other.innerHTML = answer.also?.texts[`${unit.path} ${unit.index}`] ?? "";
  if (answer.also) Object.assign(other, { lang: answer.also.lang, dir: answer.also.dir });
  element.querySelector(".chorsu-units__suggestions").innerHTML = unit.suggestions;
  part("mark", element).setAttribute("aria-pressed", unit.marked);
  return element;
}

function rowOf(host) {
  const column = div("cells");
  const input = host.querySelector(".w-field__input") ?? plain(host);
  host.classList.add("chorsu-units__row");
  input.before(column);
  new ResizeObserver(() => align(host)).observe(input);
  return { host, column };
}

/** Give each unit of rich text and its translation the same height and place. */
function align(only) {
  for (const { host, column } of rows.values()) {
    const editor = (only ?? host) === host && draftail(host);
    if (!editor || !column.offsetParent) continue;
    const beside = getComputedStyle(host).display === "grid";
    const found = unitsOf(host);
    const pairs = [...column.children].map((element) => {
      const { unit } = cells.find((cell) => cell.element === element);
      const at = placeOf(unit, found);
      const key = found[at]?.getKey();
      return { element, block: key && host.querySelector(`[data-block][data-offset-key="${key}-0-0"]`) };
    });
    for (const { element, block } of pairs) {
      element.style.marginBlockStart = "";
      if (block) block.style.minBlockSize = beside ? `${element.offsetHeight}px` : "";
    }
    if (!beside) continue;
    let end = column.firstElementChild.getBoundingClientRect().top;
    for (const { element, block, height = element.offsetHeight } of pairs) {
      const top = block ? Math.max(end, block.getBoundingClientRect().top) : end;
      element.style.marginBlockStart = `${top - end}px`;
      end = top + height;
    }
  }
}

/** The unit around the focus; in rich text the paragraph with the caret. */
function current() {
  const focus = document.activeElement;
  const inside = cells.find(({ element }) => element.contains(focus));
  if (inside) return inside;
  const [path, row] = [...rows].find(([, each]) => each.host.contains(focus)) ?? [];
  if (!row) return cells.find(({ element }) => element.classList.contains("chorsu-units--here"));
  const mine = cells.filter(({ unit }) => unit.field === path);
  const found = unitsOf(row.host);
  const editor = draftail(row.host);
  const caret = editor
    ? found.findIndex((block) => block.getKey() === editor.getEditorState().getSelection().getStartKey())
    : found.indexOf(focus.value?.slice(0, focus.selectionStart).split("\n").length - 1);
  return mine.find(({ unit }) => placeOf(unit, found) === caret) ?? mine[0];
}

function go(step) {
  const from = cells.indexOf(current());
  const order = cells.map((cell, number) => cells.at((from + step * (number + 1)) % cells.length));
  const next = order.find(({ unit }) => !unit.done);
  if (next) visit(next);
}

function visit(cell) {
  for (const { element } of cells) element.classList.toggle("chorsu-units--here", element === cell.element);
  const tab = cell.element.closest("[role=tabpanel][hidden]");
  if (tab) document.getElementById(tab.getAttribute("aria-labelledby"))?.click();
  const folded = ".w-panel__content[hidden]";
  for (let box = cell.element.closest(folded); box; box = box.parentElement.closest(folded)) {
    document.querySelector(`[data-panel-toggle][aria-controls="${box.id}"]`)?.click();
  }
  if (part("rest").contains(cell.element)) part("rest").open = true;
  // Tabs and panels open later.
  setTimeout(() => focus(cell));
}

function focus(cell) {
  const host = rows.get(cell.unit.field)?.host;
  const editor = host && draftail(host);
  const found = editor ? unitsOf(host) : [];
  const at = placeOf(cell.unit, found);
  if (editor && at !== null) {
    const { EditorState, SelectionState } = window.DraftJS;
    const selection = SelectionState.createEmpty(found[at].getKey());
    editor.onChange(EditorState.forceSelection(editor.getEditorState(), selection));
  } else {
    (editor ?? (host && plain(host)) ?? cell.element).focus();
  }
  // Draftail draws the selection later, which ends a scrolling.
  setTimeout(() => cell.element.scrollIntoView({ block: "center" }), editor ? 100 : 0);
}

/** Put the source in place of the translation of a unit; what it has no longer, a click takes out. */
async function put({ unit }, clicked) {
  const { path, index, key, state, text } = unit;
  const host = rows.get(unit.field)?.host;
  if (!host) return;
  if (state === "removed") return clicked && extras.takeOut(host, unit);
  const at = placeOf(unit, unitsOf(host));
  if (draftail(host)) {
    const raw = await ask(`${url}content/?${new URLSearchParams({ path, index, key })}`);
    if (raw) putBlock(host, raw, placeOf(unit, unitsOf(host)), unit.near);
  } else if (plain(host)) {
    putLine(plain(host), text, unitsOf(host)[at]);
  }
}

async function mark({ unit }, done) {
  const { path, index, key, state } = unit;
  const got = await ask(`${url}mark/`, { path, index, key, done: +done, kept: +(state === "removed"), language: also() });
  if (got) show(got);
  else refresh();
  return got;
}

/** Say what the control says with a button's request alone. */
function declare(event) {
  if (event.target !== form || !answer?.behind) return;
  const box = control.querySelector("input");
  const wanted = box.dataset.chosen ? (box.checked ? "yes" : "no") : "auto";
  for (const [name, value] of [["translation-up-to-date", wanted], ["translation-source", answer.digest]]) {
    const input = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    form.append(input);
    setTimeout(() => input.remove());
  }
}

function press(event) {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const cell = current();
  const act = {
    ArrowDown: () => go(1),
    ArrowUp: () => go(-1),
    KeyC: () => cell && put(cell),
    Enter: async () => cell && (await mark(cell, true)) && go(1),
  }[event.code];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}

function click({ target }) {
  const cell = cells.find(({ element }) => element.contains(target));
  if (!cell) return;
  if (target.closest("[data-units-put]")) put(cell, true);
  if (target.closest("[data-units-mark]")) mark(cell, !cell.unit.marked);
}

async function start() {
  await refresh();
  if (!answer) return;
  document.addEventListener("keydown", press, { capture: true });
  window.addEventListener("submit", declare, { capture: true });
  form.addEventListener("click", click);
  let waiting = null;
  document.addEventListener("w-autosave:success", () => (waiting ??= setTimeout(() => refresh((waiting = null)), 3000)));
  if (window.location.hash === "#translation-to-do") go(1);
}

if (form && url) {
  // By then Wagtail has built the form.
  if (document.readyState === "complete") start();
  else window.addEventListener("load", start, { once: true });
}
