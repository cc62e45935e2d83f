// Offline or signed out, nothing is lost: the form stays as it is, a copy is kept in this browser until the server has
// the text, and saving goes on by itself as soon as the same person is signed in and the server answers.
import { copiesOf, forget, forgetOld, keep, markSent } from "./copies.js";
import { ask, controller, form, notice, say, tool, urls } from "./editor.js";

const ASK_AGAIN_MS = 4000;
const PASSING_BUTTONS = "[name=action-preview]";

// "saved", or why not: "offline", "signed_out", "other_user", "server".
let state = "saved";
let user = document.querySelector("[data-articles-user]")?.dataset.articlesUser ?? null;
let other = "";
let banner = null;
let timer = 0;
let unsaved = false;
let isKept = true;
let renewed = false;
let passing = false;
let leaving = false;
let lastSave = null;

// What a copy belongs to. Once a new page is saved, the form leads to its own address.
const page = form ? currentKey() : "";
let tab = (sessionStorage["articles-tab"] ??= newName());

function newName() {
  return crypto.randomUUID?.() ?? String(Math.random()).slice(2);
}

/** Hold a lock as long as this page is open; return whether no other page holds it. */
function hold(name) {
  return new Promise((resolve) => {
    navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock && new Promise(() => {});
    });
  });
}

/** Who duplicates a tab duplicates its name too: each keeps its own text. */
async function nameTab() {
  if (!navigator.locks || (await hold(`articles-tab:${tab}`))) return;
  tab = sessionStorage["articles-tab"] = newName();
  await hold(`articles-tab:${tab}`);
}

function currentKey() {
  return new URL(form.action, location.href).pathname;
}

function entries() {
  return [...new FormData(form).entries()].filter(
    ([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken" && name !== "next",
  );
}

function keepNow() {
  if (leaving) return;
  unsaved = true;
  // A page that doesn't say whose it is asks; without an answer the text can't be kept.
  isKept = user !== null && keep(user, currentKey(), tab, { title: form.elements.title?.value ?? "", entries: entries() });
  show();
}

function saved(event) {
  if (leaving) return;
  // A change made while the server was saving is kept by the next turn.
  unsaved = false;
  renewed = false;
  if (user !== null) {
    forget(user, currentKey(), tab);
    forget(user, page, tab);
  }
  const was = state;
  become("saved");
  if (was !== "saved" && event.type !== "quiet") notice(say("back"));
}

function become(next) {
  state = next;
  show();
  clearTimeout(timer);
  if (state !== "saved") timer = setTimeout(tryAgain, ASK_AGAIN_MS);
}

function show() {
  if (state === "saved") {
    banner?.remove();
    banner = null;
    return;
  }
  if (!banner) {
    banner = tool("banner");
    form.before(banner);
  }
  const text = isKept ? say(state, { name: other }) : say("full");
  const line = banner.querySelector("[data-articles-text]");
  if (line.textContent !== text) line.textContent = text;
  const link = banner.querySelector("[data-articles-sign-in]");
  link.hidden = !["signed_out", "other_user"].includes(state);
  link.href = urls.loginUrl;
}

/** Ask who is signed in, take over the token of that session, and return the state that follows. */
async function askSession() {
  let answer;
  try {
    answer = await ask(urls.sessionUrl);
  } catch ({ status }) {
    return status === 403 ? "signed_out" : status ? "server" : "offline";
  }
  if (user === null) {
    user = answer.user;
    if (unsaved) keepNow();
  }
  if (answer.user !== user) {
    other = answer.name;
    return "other_user";
  }
  other = "";
  const fields = document.querySelectorAll("input[name=csrfmiddlewaretoken]");
  fields.forEach((field) => (field.value = answer.token));
  window.wagtailConfig.CSRF_TOKEN = answer.token;
  return "saved";
}

function saveAgain() {
  form.dispatchEvent(
    new CustomEvent("w-unsaved:add", { bubbles: true, cancelable: true, detail: { type: "edits" } }),
  );
}

async function tryAgain() {
  const answer = await askSession();
  if (answer !== "saved") return become(answer);
  if (!unsaved) return saved({ type: "success" });
  if (state === "server" && renewed) return become("server");
  renewed = true;
  // The banner stays until the server has said that it has the text.
  clearTimeout(timer);
  timer = setTimeout(() => {
    renewed = false;
    tryAgain();
  }, ASK_AGAIN_MS * 2);
  saveAgain();
}

async function failed(event) {
  if (leaving) return;
  keepNow();
  const { type } = event.detail;
  if (type === "network_error") return become("offline");
  // What Wagtail explains itself: a date is wrong, somebody else saved, the page is locked.
  if (type !== "server_error") return state === "saved" ? undefined : become("saved");
  const answer = await askSession();
  if (answer !== "saved") return become(answer);
  if (renewed) {
    renewed = false;
    return become("server");
  }
  // The token of a session before this one: with the new one it is saved.
  renewed = true;
  saveAgain();
}

/** End autosave, also a save under way: one that came after the post would be refused, and its text kept as unsaved. */
async function endAutosave() {
  const autosave = controller(form, "w-autosave");
  if (!autosave) return;
  autosave.activeValue = false;
  // One that Wagtail still holds back isn't sent at all.
  lastSave?.preventDefault();
  await autosave.submitPromise;
}

/** Nothing was posted after all, or the browser was told to stop. */
function resumeAutosave() {
  leaving = false;
  const autosave = controller(form, "w-autosave");
  if (autosave) autosave.activeValue = true;
  // While cut off, saving goes on once the same person is signed in.
  if (state === "saved") saveAgain();
}

// A click on "Save" or "Submit" while cut off would replace the page by an error: ask first.
async function askBeforeSubmission(event) {
  const { submitter } = event;
  if (event.target !== form || passing || submitter?.matches(PASSING_BUTTONS)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  keepNow();
  const [answer] = await Promise.all([askSession(), endAutosave()]);
  if (answer === "saved") return submit(submitter);
  const progress = submitter && controller(submitter, "w-progress");
  if (progress) progress.loadingValue = false;
  become(answer);
  resumeAutosave();
  notice(say("unchanged_page"));
  banner?.scrollIntoView({ block: "nearest" });
}

function submit(submitter) {
  // What was typed since the button was pressed is posted too.
  keepNow();
  if (user !== null) markSent(user, currentKey(), tab);
  leaving = true;
  // Wagtail disables a button that works, and a disabled one is not sent.
  const disabled = submitter?.disabled;
  if (disabled) submitter.disabled = false;
  passing = true;
  form.dataset.articlesPassing = "1";
  let posted = false;
  window.addEventListener("submit", (event) => (posted = !event.defaultPrevented), { once: true });
  form.requestSubmit(submitter);
  if (!posted) resumeAutosave();
  delete form.dataset.articlesPassing;
  passing = false;
  if (disabled) submitter.disabled = true;
}

/** When a text was kept, in the time zone of the admin: the browser's may be another one. As Django writes it there. */
function time(copy) {
  const { lang } = document.documentElement;
  const written = (options) =>
    new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { ...options, timeZone: urls.timeZone }).format(copy.time);
  return `${written({ dateStyle: "long" })}, ${written({ timeStyle: "short" })}`;
}

/** The fields of a copy as its form would post them, but for some. */
function fieldsOf(copy, without = []) {
  const fields = new FormData();
  for (const [name, value] of copy.entries) if (!without.includes(name)) fields.append(name, value);
  return fields;
}

/** Show which is newer, the copy or the stored text, and what differs. Of a new page nothing is stored. */
async function compare(copy, element) {
  const [, pk] = copy.page.match(/\/(\d+)\/edit\/$/) ?? [];
  if (!pk) return;
  try {
    const url = `${urls.keptUrl.replace("/0/", `/${pk}/`)}?${new URLSearchParams({ kept: copy.time })}`;
    const answer = await ask(url, { fields: fieldsOf(copy) });
    if (answer.valid) element.innerHTML = answer.html;
  } catch {
    // Restoring goes without it.
  }
}

/** Offer what a closed or crashed editor of this page left; another open tab keeps its own. */
async function offer() {
  const locks = await navigator.locks?.query?.().catch(() => null);
  const open = new Set((locks?.held ?? []).map((lock) => lock.name));
  // Where it was refused, or a question has to be answered first, the form shows the text that this tab has sent.
  const isShown = form.dataset.wUnsavedForceValue === "true";
  const copies = copiesOf(user, page).filter((copy) => (copy.tab === tab ? !isShown : !open.has(`articles-tab:${copy.tab}`)));
  if (!copies.length) return;
  const [copy] = copies;
  const element = tool("offer");
  const text = element.querySelector("[data-articles-text]");
  text.textContent = say("offer", { title: copy.title.trim() || say("untitled"), time: time(copy) });
  form.before(element);
  compare(copy, element.querySelector("[data-articles-difference]"));
  element.querySelector("[data-articles-discard]").addEventListener("click", () => {
    forget(user, copy.page, copy.tab);
    element.remove();
    offer();
  });
  element.querySelector("[data-articles-restore]").addEventListener("click", async (event) => {
    event.target.disabled = true;
    text.textContent = say("restoring");
    const reason = await restore(copy);
    event.target.disabled = false;
    if (reason) text.textContent = say("not_restored", { reason });
  });
}

/** Save the copy as a new version of the page and open that; return the reason where it can't be. */
async function restore(copy) {
  // Without the versions that the copy was made from: nothing that is saved is overwritten, a version is added.
  const data = fieldsOf(copy, ["loaded_revision_id", "loaded_revision_created_at", "overwrite_revision_id"]);
  data.set("csrfmiddlewaretoken", window.wagtailConfig.CSRF_TOKEN);
  try {
    const response = await fetch(copy.page, { method: "POST", body: data, headers: { Accept: "application/json" } });
    const answer = await response.json();
    if (!answer.success) return answer.error_message;
    forget(user, copy.page, copy.tab);
    passing = true;
    window.addEventListener("w-unsaved:confirm", (event) => event.preventDefault(), { once: true });
    location.assign(answer.url ?? copy.page);
    return "";
  } catch {
    return say("no_connection");
  }
}

async function start() {
  forgetOld();
  document.addEventListener("w-unsaved:add", (event) => event.target === form && keepNow());
  document.addEventListener("w-autosave:save", (event) => {
    if (event.target !== form) return;
    lastSave = event;
    // Under another name nothing is saved.
    if (other) event.preventDefault();
  });
  // After the list of what is missing, which listens on the document, and before Wagtail's own listeners.
  form.addEventListener("submit", askBeforeSubmission, { capture: true });
  // Wagtail's dialogues of the workflow post the form by submit(), of which no listener is told.
  form.submit = () => form.requestSubmit();
  form.addEventListener("w-autosave:success", saved);
  form.addEventListener("w-autosave:error", failed);
  window.addEventListener("offline", () => become("offline"));
  window.addEventListener("online", tryAgain);
  window.navigation?.addEventListener("navigateerror", () => leaving && resumeAutosave());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && state !== "saved") tryAgain();
  });
  window.addEventListener("focus", () => state !== "saved" && tryAgain());
  await nameTab();
  const answer = await askSession();
  if (answer !== "saved") become(answer);
  if (user !== null) offer();
}

if (form) start();
