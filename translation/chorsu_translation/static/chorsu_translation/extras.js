// What few pages need: rows of other objects and cells of tables, and taking out what the source has no longer.
import { change, draftail, form, plain, tell, unitsOf } from "./fields.js";

const grids = new Map(); // of Handsontable, by the element that they are drawn in
const drawn = "[id$='-handsontable-container']";

/** Add the fields of rows, which are counted from 0, and of tables. */
export function addOthers(found) {
  for (const element of form.querySelectorAll("[data-contentpath]")) {
    if (element.closest('[data-inline-panel-child].deleted, [aria-hidden="true"][data-contentpath]')) continue;
    const path = pathOf(element);
    const host = element.matches(".w-field") ? element : element.querySelector(".w-field");
    if (host && !found.has(path)) found.set(path, host);
    const own = (selector) => [...element.querySelectorAll(selector)].filter((each) => each.closest("[data-contentpath]") === element);
    for (const table of own(".typed-table-block")) addTyped(table, path, found);
    for (const container of own(drawn)) addDrawn(container, path, found);
  }
}

function pathOf(element) {
  const names = [];
  for (let at = element; at; at = at.parentElement.closest("[data-contentpath], [data-inline-panel-child]")) {
    names.unshift(at.dataset.contentpath ?? rowName(at));
  }
  return names.join(".");
}

function rowName(row) {
  const rows = [...row.parentElement.children].filter((each) => !each.matches(".deleted"));
  return `${row.parentElement.id.match(/(?:id_|-)(\w+)-FORMS$/)[1]}.${rows.indexOf(row)}`;
}

function addTyped(table, path, found) {
  found.set(`${path}.caption`, table.querySelector(".w-field"));
  table.querySelectorAll("thead .column-heading").forEach((input, column) => {
    found.set(`${path}.columns.${column}.heading`, input.parentElement);
  });
  [...table.querySelector("tbody").children].forEach((row, number) => {
    [...row.children].slice(1, -1).forEach((cell, column) => {
      const host = cell.querySelector(".w-field");
      if (host) found.set(`${path}.rows.${number}.values.${column}`, host);
    });
  });
}

function addDrawn(container, path, found) {
  const caption = container.parentElement.querySelector("[id$='-handsontable-col-caption']");
  if (caption) found.set(`${path}.caption`, caption.closest(".w-field"));
  if (!grids.has(container)) window.dispatchEvent(new Event("resize"));
  const grid = grids.get(container);
  if (!grid) return;
  container.sourceCells ??= new Map();
  if (!container.sourceGrid) {
    container.sourceGrid = Object.assign(document.createElement("div"), { className: "chorsu-units__grid" });
    container.before(container.sourceGrid);
  }
  for (let row = 0; row < grid.countRows(); row += 1) {
    for (let column = 0; column < grid.countCols(); column += 1) {
      const name = `rows.${row}.values.${column}`;
      if (!container.sourceCells.has(name)) container.sourceCells.set(name, cellHost(container, grid, row, column));
      found.set(`${path}.${name}`, container.sourceCells.get(name));
    }
  }
}

/** An element for the source of a cell, whose ``cell`` is used like a field. */
function cellHost(container, grid, row, column) {
  const host = document.createElement("div");
  host.append(Object.assign(document.createElement("div"), { className: "w-field__input" }));
  host.style.gridArea = `${row + 1} / ${column + 1}`;
  host.cell = {
    tagName: "TEXTAREA",
    get value() {
      return String(grid.getDataAtCell(row, column) ?? "");
    },
    set value(text) {
      grid.setDataAtCell(row, column, text);
    },
    setRangeText(words) {
      this.value += words;
    },
    focus() {
      grid.selectCell(row, column);
    },
    dispatchEvent(event) {
      container.parentElement.querySelector("input[type=hidden]").dispatchEvent(event);
    },
  };
  container.sourceGrid.append(host);
  return host;
}

/** Take a unit out of its field, where that is as the server saw it. */
export function takeOut(host, { at, count }) {
  const found = host ? unitsOf(host) : [];
  if (at === null || found.length !== count) return;
  if (!draftail(host)) {
    const field = plain(host);
    field.value = field.value.split("\n").filter((_line, number) => number !== found[at]).join("\n");
    tell(field);
    return;
  }
  const { EditorState, Modifier, SelectionState } = window.DraftJS;
  const state = draftail(host).getEditorState();
  const content = state.getCurrentContent();
  const [key, end] = [found[at].getKey(), found[at].getLength()];
  const next =
    content.getBlockMap().size > 1
      ? content.merge({ blockMap: content.getBlockMap().delete(key) })
      : Modifier.removeRange(content, SelectionState.createEmpty(key).merge({ focusOffset: end }), "backward");
  const caret = SelectionState.createEmpty(next.getFirstBlock().getKey());
  change(host, EditorState.push(state, next.merge({ selectionAfter: caret }), "remove-range"));
}

window.Handsontable?.hooks.add("beforeRender", function () {
  if (this.rootElement.matches(drawn)) grids.set(this.rootElement, this);
});
