// Tab and Enter in a table go from cell to cell, and begin a new row behind the last one; an empty row leads out.
import { form } from "./editor.js";

const FIELD = ":is(.column-heading, tbody :is(textarea, input:not([type=hidden]), [contenteditable=true]))";

form?.addEventListener(
  "keydown",
  (event) => {
    const { key, shiftKey, target } = event;
    const cell = target.matches(FIELD) && target.closest(".typed-table-block :is(th, td)");
    const isEnter = key === "Enter" && !shiftKey && !target.isContentEditable;
    if (!cell || !(isEnter || key === "Tab") || event.ctrlKey || event.altKey || event.isComposing) return;
    const [row, table] = [cell.parentElement, cell.closest("table")];
    const inside = (element) => [...element.querySelectorAll(FIELD)];
    const next = () => {
      if (isEnter) return table.rows[row.rowIndex + 1].cells[cell.cellIndex]?.querySelector(FIELD);
      return inside(table)[inside(table).indexOf(target) + (shiftKey ? -1 : 1)];
    };
    const isEmpty = inside(row).every((field) => !(field.value ?? field.textContent).trim());
    if (!next() && !shiftKey && !isEmpty) table.querySelector("[data-add-row]").click();
    if (!next()) return;
    event.preventDefault();
    event.stopPropagation();
    next().focus();
  },
  { capture: true },
);
