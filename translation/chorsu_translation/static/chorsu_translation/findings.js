// What the checks find in a translation: listed above its form and beside the units, anew after each save.
let found = [];
const address = document.querySelector("script[data-findings-url]").dataset.findingsUrl;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// The field of a content path: Wagtail nests elements with one part of the path each.
function fieldOf(path) {
  let found = document.querySelector("#page-edit-form");
  let deepest = null;
  for (const part of path.split(".")) {
    found = found?.querySelector(`[data-contentpath="${CSS.escape(part)}"]`);
    deepest = found ?? deepest;
  }
  return deepest;
}

function goTo(path) {
  const field = fieldOf(path);
  if (!field) return;
  for (let at = field; at; at = at.parentElement) {
    const tab = at.matches("[role='tabpanel'][hidden]") && document.querySelector(`[href="#${CSS.escape(at.id)}"]`);
    if (tab) tab.click();
  }
  field.scrollIntoView({ block: "center" });
  field.querySelector("input:not([type='hidden']), textarea, [contenteditable='true'], select, button")?.focus({ preventScroll: true });
}

function listed(finding, answer) {
  const { language, words } = answer;
  const where = element("button", { type: "button", className: "button button-small button-secondary", textContent: finding.label });
  where.addEventListener("click", () => goTo(finding.path));
  const text = element("span", {}, element("strong", { textContent: finding.message }), " ");
  if (finding.excerpt) text.append(element("span", { className: "translation-finding__where", lang: language, textContent: finding.excerpt }));
  if (finding.untranslated) text.append(` — ${words.blocks}`);
  const item = element("li", { className: finding.blocks ? "translation-finding--blocks" : "" }, text, where);
  if (!answer.dismiss_url) return item;
  const dismiss = element("button", { type: "button", className: "button button-small button-secondary", textContent: words.dismiss });
  dismiss.setAttribute("aria-label", `${words.dismiss}: ${finding.message}`);
  dismiss.addEventListener("click", () => letStand(finding, answer.dismiss_url));
  item.append(dismiss);
  return item;
}

async function letStand(finding, url) {
  const body = new URLSearchParams({ check: finding.check, path: finding.path, index: finding.index, text_hash: finding.text_hash });
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
    unit?.append(element("p", { className: "translation-finding--here", textContent: `${finding.label}: ${finding.message}` }));
  }
}

function panel(answer, isOpen) {
  const { findings, dismissed, explanation, words } = answer;
  const summary = element("summary", { textContent: `${words.title}: ${findings.length}` });
  const made = element("details", { className: "translation-findings", open: isOpen && findings.length > 0 }, summary);
  if (explanation) made.append(element("p", {}, element("strong", { textContent: `${words.explained} ` }), `${explanation.text} (${[explanation.who, explanation.when].filter(Boolean).join(", ")})`));
  if (findings.length) made.append(element("ul", {}, ...findings.map((finding) => listed(finding, answer))));
  else made.append(element("p", { textContent: words.none }));
  if (dismissed.length) made.append(element("p", { className: "translation-finding__where", textContent: words.dismissed }));
  return made;
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
  made.hidden = !answer.findings.length && !answer.dismissed.length && !answer.explanation;
  if (old) old.replaceWith(made);
  else (form.querySelector(".w-tabs") ?? form).prepend(made);
  found = answer.findings;
  besideUnits();
}

document.addEventListener("w-autosave:success", show);
document.addEventListener("chorsu-units:shown", besideUnits);
// The script is deferred: the form is there, and Wagtail fills its fields now.
show();
