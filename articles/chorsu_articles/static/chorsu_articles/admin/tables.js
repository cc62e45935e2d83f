// Tab and Enter in a table go from cell to cell, and begin a new row behind the last one. Escape leads out, to the button
// that adds a block below it, and so does Tab from an empty row.
import { childAround, form } from "./editor.js";

const FIELD = ":is(.column-heading, tbody :is(textarea, input:not([type=hidden]), [contenteditable=true]))";

// What Escape closes first.
const OPEN = "[data-tippy-root] [role=listbox]";

form?.addEventListener("keydown", (event) => {
  const isInside = event.target.matches(FIELD) && event.target.closest(".typed-table-block");
  if (event.key !== "Escape" || !isInside || event.isComposing || document.querySelector(OPEN)) return;
  const below = childAround(event.target)?.element.nextElementSibling?.querySelector("button");
  if (!below) return;
  event.preventDefault();
  below.focus();
});

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
