// What the checks find in a translation: listed above its form and beside the units, anew after each save.
import { goTo } from "../chorsu_editorial/places.js";

let found = [];
const address = document.querySelector("script[data-findings-url]").dataset.findingsUrl;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function listed(finding, answer) {
  const { language, words } = answer;
  const said = `${finding.label}: ${finding.message}`;
  const text = element("span", {}, element("strong", { textContent: said }), " ");
  if (finding.excerpt) text.append(element("span", { className: "translation-finding__where", lang: language, dir: "auto", textContent: finding.excerpt }));
  if (finding.untranslated) text.append(` — ${words.blocks}`);
  const item = element("li", { className: finding.untranslated ? "translation-finding--blocks" : "" }, text);
  item.append(button(words.show, said, () => goTo(finding.path)));
  if (answer.dismiss_url && !finding.untranslated) item.append(button(words.dismiss, said, () => letStand(finding, answer.dismiss_url)));
  return item;
}

function stands(finding, answer) {
  const said = `${finding.label}: ${finding.message}`;
  const item = element("li", {}, element("span", {}, `${said} `, element("span", { lang: answer.language, dir: "auto", textContent: finding.excerpt })));
  if (answer.dismiss_url) item.append(button(answer.words.take_back, said, () => letStand(finding, answer.dismiss_url, { take_back: "on" })));
  return item;
}

function button(text, about, act) {
  const made = element("button", { type: "button", className: "button button-small button-secondary", textContent: text });
  made.setAttribute("aria-label", `${text}: ${about}`);
  made.addEventListener("click", act);
  return made;
}

// Many findings of one check are one line until it is opened.
const APART = 3;
const opened = new Set();

function grouped(findings, answer) {
  const labels = [...new Set(findings.map((finding) => finding.label))];
  return labels.flatMap((label) => {
    const group = findings.filter((finding) => finding.label === label);
    const items = group.map((finding) => listed(finding, answer));
    if (items.length <= APART) return items;
    return [element("li", {}, folded(label, `${label}: ${items.length}${blocks(group, answer)}`, items))];
  });
}

const blocks = (group, answer) => (group.some((finding) => finding.untranslated) ? ` — ${answer.words.blocks}` : "");

function folded(key, title, items) {
  const made = element("details", { open: opened.has(key) }, element("summary", { textContent: title }), element("ul", {}, ...items));
  made.addEventListener("toggle", () => opened[made.open ? "add" : "delete"](key));
  return made;
}

async function letStand(finding, url, also = {}) {
  const { check, path, index, text_hash } = finding;
  const body = new URLSearchParams({ check, path, index, text_hash, ...also });
  const token = document.querySelector("#page-edit-form [name='csrfmiddlewaretoken']").value;
  const answer = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token, "X-Requested-With": "XMLHttpRequest" } });
  if (!answer.ok) {
    const { error } = await answer.json().catch(() => ({}));
    const detail = { clear: true, text: error ?? answer.statusText, type: "error" };
    document.dispatchEvent(new CustomEvent("w-messages:add", { detail }));
  }
  await show();
  document.querySelector(".translation-findings summary")?.focus();
}

// The cells of the source are the other script's, which makes them anew.
function besideUnits() {
  for (const old of document.querySelectorAll(".translation-finding--here")) old.remove();
  for (const finding of found) {
    const unit = document.querySelector(`[data-translation-unit="${CSS.escape(`${finding.path} ${finding.index}`)}"]`);
    const untranslated = finding.untranslated ? " translation-finding--untranslated" : "";
    unit?.append(element("p", { className: `translation-finding--here${untranslated}`, textContent: `${finding.label}: ${finding.message}` }));
  }
}

function panel(answer, isOpen) {
  const { findings, to_do, dismissed, explanations, words } = answer;
  const summary = element("summary", { textContent: [`${words.title}: ${findings.length}`, ...(to_do.length ? [words.to_do] : [])].join(" · ") });
  const made = element("details", { className: "translation-findings", open: isOpen && findings.length + to_do.length > 0 }, summary);
  for (const { text, who, when } of explanations) made.append(element("p", {}, element("strong", { textContent: `${words.explained} ` }), `${text} (${[who, when].filter(Boolean).join(", ")})`));
  if (words.rule) made.append(element("p", { textContent: words.rule }));
  if (findings.length) made.append(element("ul", {}, ...grouped(findings, answer)));
  else made.append(element("p", { textContent: words.none }));
  if (to_do.length) made.append(folded("to-do", `${words.to_do}${blocks(to_do, answer)}`, to_do.map((finding) => listed(finding, answer))));
  if (dismissed.length) made.append(folded("", words.dismissed, dismissed.map((finding) => stands(finding, answer))));
  return made;
}

// The editor's list of what is missing, where there is one: what is to do is one line, which leads to the first of it.
// It knows by itself what nobody has looked at.
function tellList({ findings, to_do, words }) {
  const lines = findings.map(({ path, label, message }) => ({ path, message: `${label}: ${message}`, isHint: true }));
  const detail = [...to_do.filter(({ check }) => check !== "drafted").slice(0, 1).map(({ path }) => ({ path, message: words.to_do })), ...lines];
  document.dispatchEvent(new CustomEvent("chorsu-missing", { detail }));
}

async function show() {
  const page = window.location.pathname.match(/\/pages\/(\d+)\//);
  const form = document.querySelector("#page-edit-form");
  if (!page || !form) return;
  const response = await fetch(address.replace("/0/", `/${page[1]}/`), { headers: { Accept: "application/json" } });
  if (!response.ok) return;
  const answer = await response.json();
  if (!answer.checked) return;
  const old = form.querySelector(".translation-findings");
  // Closed stays closed, but for the first findings.
  const made = panel(answer, !old || old.open || !old.querySelector("li"));
  made.hidden = !answer.findings.length && !answer.to_do.length && !answer.dismissed.length;
  if (old) old.replaceWith(made);
  else (form.querySelector(".w-tabs") ?? form).prepend(made);
  found = answer.findings;
  tellList(answer);
  besideUnits();
}

document.addEventListener("w-autosave:success", show);
document.addEventListener("chorsu-units:shown", besideUnits);
// The script is deferred: the form is there, and Wagtail fills its fields now.
show();
