// Several pictures at once, with one credit: chosen by a button or dropped onto the body.
// Picture blocks that wait for their file are filled first, in order; the other files become blocks of their own.
import { ask, body, bodyElement, childAround, field, insert, keepCredit, notice, part, pictureOf, remove, say, splitText, tool, urls, waitingCredit } from "./editor.js";

// A browser may know no type for what an iPhone takes.
const PICTURE_NAME = /\.(avif|gif|heic|heif|jpe?g|png|webp)$/i;

let busy = false;
let shownFirst = null;

function waiting() {
  return body().children.filter((child) => child.type === "picture" && !pictureOf(child));
}

function commonCredit(children) {
  const credits = new Set(children.map(waitingCredit).filter(Boolean));
  return credits.size === 1 ? [...credits][0] : "";
}

function newPicture(index) {
  const stream = body();
  const state = structuredClone(stream.blockDef.initialChildStates.picture);
  return insert([{ type: "picture", value: state, id: crypto.randomUUID() }], index)[0];
}

/** Show a picture in a block; a change of the chooser brings what the library suggests. */
function show(child, picture) {
  const widget = part(child, "picture").widget;
  widget.setState(picture);
  (widget.input ?? field(child, "picture"))?.dispatchEvent(new Event("change", { bubbles: true }));
}

async function uploadAll(files, shared, place, progress) {
  const stream = body();
  const free = waiting();
  const undos = [];
  const problems = [];
  let index = null;
  let added = 0;
  let last = null;
  for (const [number, file] of files.entries()) {
    progress(number);
    const before = free[0];
    const fields = { ...shared, file, credit: (before && waitingCredit(before)) || shared.credit };
    try {
      const { picture } = await ask(urls.uploadUrl, { fields });
      let child = free.shift();
      if (child && !stream.children.includes(child)) child = null;
      if (child) {
        const credit = waitingCredit(child);
        keepCredit(child, "");
        const { id } = child;
        undos.push(() => {
          const still = stream.children.find((candidate) => candidate.id === id);
          if (!still) return;
          part(still, "picture").widget.setState(null);
          keepCredit(still, credit);
        });
      } else {
        if (index === null) {
          const isThere = stream.children.includes(place?.child);
          const [at, join] = isThere ? splitText(place.child, place.key) : [stream.children.length, () => {}];
          index = at;
          undos.push(join);
        }
        child = newPicture(Math.min(index, stream.children.length));
        index += 1;
        const made = child;
        undos.push(() => remove(made));
      }
      show(child, picture);
      last ??= child;
      added += 1;
    } catch (error) {
      problems.push({ file, text: say("refused", { name: file.name, reason: error.said ?? say("no_connection") }) });
    }
  }
  if (added) {
    notice(say("added", { number: added }), () => undos.reverse().forEach((undo) => undo()));
    shownFirst = last;
  }
  return problems;
}

async function open(files, place) {
  if (busy || !files.length) return;
  busy = true;
  const dialog = tool("pictures");
  const form = dialog.querySelector("form");
  const list = dialog.querySelector("[data-articles-files]");
  const problem = dialog.querySelector("[data-articles-problem]");
  const button = dialog.querySelector("[data-articles-upload]");
  const text = dialog.querySelector("[data-articles-text]");
  let left = files;
  shownFirst = null;

  function list_files() {
    text.textContent = say("files", { number: left.length });
    list.replaceChildren(
      ...left.map((file) => Object.assign(document.createElement("li"), { textContent: file.name })),
    );
  }

  list_files();
  form.elements.credit.value = commonCredit(waiting());
  document.body.append(dialog);
  dialog.showModal();
  form.elements.credit.focus();
  dialog.addEventListener("close", () => {
    busy = false;
    dialog.remove();
    if (!shownFirst) return;
    // What only a person can write comes next.
    shownFirst.element.scrollIntoView({ block: "center" });
    field(shownFirst, "alt").focus({ preventScroll: true });
  });
  dialog.querySelector("[data-articles-cancel]").addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    problem.textContent = "";
    const shared = Object.fromEntries(["kind", "credit", "licence"].map((name) => [name, form.elements[name].value.trim()]));
    const problems = await uploadAll(left, shared, place, (number) => {
      text.textContent = say("uploading", { number: number + 1, total: left.length });
    });
    button.disabled = false;
    if (!problems.length) return dialog.close();
    left = problems.map(({ file }) => file);
    problem.textContent = problems.map((item) => item.text).join(" ");
    list_files();
  });
  try {
    const last = await ask(urls.picturesUrl);
    form.elements.credit.value ||= last.credit;
    if (form.elements.credit.value === last.credit) form.elements.licence.value ||= last.licence;
  } catch (error) {
    problem.textContent = error.said ?? say(error.status === 403 ? "may_not" : "no_connection");
  }
}

function start() {
  const stream = body();
  if (!stream) return;
  const bar = tool("toolbar");
  document.getElementById("body-root").before(bar);
  const choose = Object.assign(document.createElement("input"), { type: "file", multiple: true, accept: "image/*", hidden: true });
  choose.dataset.articlesPictureFiles = "";
  // Without a name the field is no part of the page's form.
  bar.append(choose);
  bar.querySelector("[data-articles-add-pictures]").addEventListener("click", () => choose.click());
  choose.addEventListener("change", (event) => {
    event.stopPropagation();
    const files = [...choose.files];
    choose.value = "";
    open(files, null);
  });

  const section = bodyElement();
  const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  section.addEventListener(
    "dragover",
    (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      section.classList.add("articles-dropping");
    },
    { capture: true },
  );
  section.addEventListener("dragleave", (event) => {
    if (!section.contains(event.relatedTarget)) section.classList.remove("articles-dropping");
  });
  section.addEventListener(
    "drop",
    (event) => {
      section.classList.remove("articles-dropping");
      if (!carriesFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      const dropped = [...event.dataTransfer.files];
      const files = dropped.filter((file) => file.type.startsWith("image/") || PICTURE_NAME.test(file.name));
      const others = dropped.filter((file) => !files.includes(file)).map((file) => file.name);
      if (others.length) notice(say("no_picture", { name: others.join(", ") }));
      const key = event.target.closest("[data-block=true]")?.dataset.offsetKey.split("-")[0];
      open(files, { child: childAround(event.target), key });
    },
    { capture: true },
  );
}

window.addEventListener("load", start);
