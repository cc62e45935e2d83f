// Several pictures at once, chosen by a button or dropped onto the body: a table asks for their words before they are placed.
// Picture blocks that wait for their file are filled first, in order; the others come as blocks of their own or one gallery.
import { PAUSES_MS, ask, body, bodyElement, childAround, childById, field, insert, keepCredit, notice, part, pictureOf, remove, say, splitText, tool, urls, waitingCredit, write } from "./editor.js";

// A browser may know no type for what an iPhone takes.
const PICTURE_NAME = /\.(avif|gif|heic|heif|jpe?g|png|webp)$/i;

let busy = false;

function waiting() {
  return body().children.filter((child) => child.type === "picture" && !pictureOf(child));
}

function commonCredit(children) {
  const credits = new Set(children.map(waitingCredit).filter(Boolean));
  return credits.size === 1 ? [...credits][0] : "";
}

function newBlock(type, values, index) {
  const value = { ...structuredClone(body().blockDef.initialChildStates[type]), ...values };
  return insert([{ type, value, id: crypto.randomUUID() }], index)[0];
}

/** Show a picture in a block; a change of the chooser brings what the library suggests. */
function show(child, picture) {
  const widget = part(child, "picture").widget;
  widget.setState(picture);
  (widget.input ?? field(child, "picture"))?.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Fill a block that waited for its picture; return how to empty it again. */
function fillWaiting(child, words, picture) {
  const before = { caption: field(child, "caption").value, alt: field(child, "alt").value };
  const { id } = child;
  const credit = waitingCredit(child);
  keepCredit(child, "");
  for (const name of Object.keys(before)) write(field(child, name), words[name]);
  show(child, picture);
  return () => {
    const still = childById(id);
    if (!still) return;
    part(still, "picture").widget.setState(null);
    for (const [name, text] of Object.entries(before)) write(field(still, name), text);
    keepCredit(still, credit);
  };
}

/** Upload a picture; while the database is busy it is sent again, a few times with a growing pause. */
async function upload(fields, again) {
  for (const pause of PAUSES_MS) {
    try {
      return await ask(urls.uploadUrl, { fields });
    } catch (error) {
      if (!error.isBusy) throw error;
    }
    again();
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return ask(urls.uploadUrl, { fields });
}

/** Upload the pictures of the rows and place them; return the rows that were refused. ``placed`` outlives a second try. */
async function placeAll(rows, shared, placed, progress) {
  const stream = body();
  const refused = [];
  for (const [number, row] of rows.entries()) {
    progress("uploading", number);
    const words = Object.fromEntries(["caption", "alt", "credit"].map((name) => [name, row.element.querySelector(`[name=${name}]`).value.trim().replace(/\s+/g, " ")]));
    try {
      const fields = { ...shared, file: row.file, credit: words.credit || shared.credit };
      const { picture } = await upload(fields, () => progress("again", number));
      const free = row.child && stream.children.includes(row.child) && !pictureOf(row.child);
      const values = { caption: words.caption, alt: words.alt };
      if (!free && placed.index === null) {
        const { child, key } = placed.place ?? {};
        const [at, join] = stream.children.includes(child) ? splitText(child, key) : [stream.children.length, () => {}];
        placed.index = at;
        placed.undos.push(join);
      }
      let child = row.child;
      if (free) placed.undos.push(fillWaiting(child, words, picture));
      else if (placed.isGallery) {
        placed.items.push({ id: crypto.randomUUID(), value: { ...values, picture } });
        if (placed.items.length > 1) remove(placed.gallery);
        child = placed.gallery = newBlock("gallery", { pictures: placed.items }, placed.index);
        if (placed.items.length === 1) placed.undos.push(() => remove(placed.gallery));
      } else {
        child = newBlock("picture", values, Math.min(placed.index++, stream.children.length));
        const made = child;
        placed.undos.push(() => remove(made));
        show(child, picture);
      }
      placed.first ??= child;
      placed.number += 1;
    } catch (error) {
      refused.push({ row, text: say("refused", { name: row.file.name, reason: error.said ?? say("no_connection") }) });
    }
  }
  if (placed.number) notice(say("added", { number: placed.number }), placed.undos);
  return refused;
}

function newRow(file, child, common) {
  const element = tool("picture-row");
  const picture = element.querySelector("img");
  picture.src = URL.createObjectURL(file);
  for (const type of ["load", "error"]) picture.addEventListener(type, () => URL.revokeObjectURL(picture.src));
  element.querySelector("[data-articles-text]").textContent = file.name;
  for (const name of child ? ["caption", "alt"] : []) element.querySelector(`[name=${name}]`).value = field(child, name).value;
  const credit = child ? waitingCredit(child) : "";
  if (credit !== common) element.querySelector("[name=credit]").value = credit;
  return { file, child, element };
}

async function open(files, place) {
  if (busy || !files.length) return;
  busy = true;
  const dialog = tool("pictures");
  const form = dialog.querySelector("form");
  const problem = dialog.querySelector("[data-articles-problem]");
  const button = dialog.querySelector("[data-articles-upload]");
  const text = dialog.querySelector("[data-articles-text]");
  const credit = form.elements.shared;
  const free = waiting();
  const common = commonCredit(free);
  let rows = files.map((file, number) => newRow(file, free[number], common));
  const placed = { place, index: null, number: 0, first: null, items: [], gallery: null, undos: [] };
  const told = () => {
    text.textContent = say("files", { number: rows.length });
    dialog.querySelector("[data-articles-files]").replaceChildren(...rows.map(({ element }) => element));
  };
  const hint = () => rows.forEach(({ element }) => (element.querySelector("[name=credit]").placeholder = credit.value));
  const fields = () => [...form.querySelectorAll("input[type=text], textarea")];
  credit.value = common;
  told();
  hint();
  form.elements.gallery.closest("label").hidden = rows.filter(({ child }) => !child).length < 2;
  document.body.append(dialog);
  dialog.showModal();
  credit.focus();
  credit.addEventListener("input", hint);
  // Enter leads to the next field as Tab does; from the last one it adds the pictures.
  form.addEventListener("keydown", (event) => {
    const next = fields()[fields().indexOf(event.target) + 1];
    if (event.key !== "Enter" || event.isComposing || event.ctrlKey || !next || !fields().includes(event.target)) return;
    event.preventDefault();
    next.focus();
  });
  dialog.addEventListener("close", () => {
    busy = false;
    dialog.remove();
    if (!placed.first) return;
    // What only a person can write comes next.
    placed.first.element.scrollIntoView({ block: "center" });
    const alts = [...placed.first.element.querySelectorAll('[name$="-alt"]')];
    (alts.find((alt) => !alt.value) ?? alts[0])?.focus({ preventScroll: true });
  });
  dialog.querySelector("[data-articles-cancel]").addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    problem.textContent = "";
    placed.isGallery = form.elements.gallery.checked;
    const shared = { kind: form.elements.kind.value, credit: credit.value.trim(), licence: form.elements.licence.value.trim() };
    const refused = await placeAll(rows, shared, placed, (name, number) => {
      text.textContent = say(name, { number: number + 1, total: rows.length });
    });
    button.disabled = false;
    if (!refused.length) return dialog.close();
    rows = refused.map(({ row }) => row);
    problem.textContent = refused.map((each) => each.text).join(" ");
    told();
  });
  try {
    const last = await ask(urls.picturesUrl);
    credit.value ||= last.credit;
    if (credit.value === last.credit) form.elements.licence.value ||= last.licence;
    hint();
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
    // Where the cursor stood in a text before.
    open(files, here && { child: here, key: here.type === "paragraph" && here.block.getState().getSelection().getAnchorKey() });
  });

  const section = bodyElement();
  let here = null;
  section.addEventListener("focusin", ({ target }) => (here = childAround(target) ?? here));
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
