// A comment that has the focus keeps it, and so does a dialogue: where one opens beside such a comment, each takes the
// focus back from the other until the browser gives up. So the comment is left first, as Wagtail itself leaves it.
(() => {
  function leaveComment() {
    const app = window.comments?.commentApp;
    if (app?.store.getState().comments.focusedComment == null) return;
    app.store.dispatch(app.actions.setFocusedComment(null, { updatePinnedComment: true, forceFocus: false }));
  }

  // Wagtail's two kinds of dialogues; the event of the second doesn't bubble.
  window.jQuery?.(document).on("show.bs.modal", leaveComment);
  document.addEventListener("show", ({ target }) => target.matches("[data-side-panel]") || leaveComment(), true);

  // The panel is seen a few frames after it was opened, and the rich text, which draws its mark, takes the focus back.
  function focusRemark(frames) {
    const field = document.querySelector("#comments [data-focus-target=true]");
    field?.focus({ preventScroll: true });
    if (frames && document.activeElement !== field) requestAnimationFrame(() => focusRemark(frames - 1));
  }

  // From a plain field Wagtail's keys begin a remark in a panel that stays closed, and its focus comes late everywhere:
  // what is typed would be in the text that waits for approval.
  document.addEventListener("keyup", (event) => {
    const { commentApp: app, isCommentShortcut } = window.comments ?? {};
    if (!isCommentShortcut?.(event) || app.store.getState().comments.focusedComment == null) return;
    app.activate();
    requestAnimationFrame(() => focusRemark(20));
  });

  // Wagtail marks the comment that the address names, in a panel that may be closed, and stops on its way to the place.
  if (new URLSearchParams(window.location.search).has("comment")) window.addEventListener("load", () => {
    // Wagtail opens the panel of last time again; on a phone it covers the text.
    const panel = "wagtail:side-panel-open", last = localStorage.getItem(panel) ?? "";
    document.querySelector('[data-side-panel="comments"]')?.dispatchEvent(new Event("open"));
    localStorage.setItem(panel, last);
    const path = decodeURIComponent(window.location.hash.split("=")[1] ?? "").split(".").map((part) => `[data-contentpath="${part}"]`);
    document.querySelector(path.join(" "))?.scrollIntoView({ behavior: "instant", block: "center" });
  });
})();

// "@" in a remark offers, below its field, the people to whom it can be given.
(() => {
  const address = document.currentScript.dataset.namesUrl;
  const list = Object.assign(document.createElement("ul"), { className: "chorsu-mentions", id: "chorsu-mentions", role: "listbox" });
  let names, field, chosen;
  const acts = { Enter: () => take(chosen), Tab: () => take(chosen), Escape: () => list.remove() };
  acts.ArrowDown = () => choose(chosen.nextSibling ?? list.firstChild);
  acts.ArrowUp = () => choose(chosen.previousSibling ?? list.lastChild);

  function choose(option) {
    chosen = option;
    for (const each of list.children) each.setAttribute("aria-selected", each === chosen);
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-activedescendant", chosen.id);
  }

  function take(option) {
    field.setRangeText(`${option.textContent} `, field.value.lastIndexOf("@", field.selectionStart - 1) + 1, field.selectionStart, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }

  document.addEventListener("input", async ({ target }) => {
    list.remove();
    const page = window.location.pathname.match(/\/pages\/(\d+)\//);
    const { value } = target;
    const typed = value?.slice(0, target.selectionStart).match(/(?<![\p{L}\p{N}_])@([^@\n]{0,60})$/u);
    if (!page || !typed || !target.matches("#comments textarea, .chorsu-review textarea")) return;
    const begun = ` ${typed[1].normalize().toLowerCase()}`;
    names ??= fetch(address.replace("/0/", `/${page[1]}/`)).then((answer) => answer.json()).catch(() => ({ people: [] }));
    const found = (await names).people.filter((name) => ` ${name.toLowerCase()}`.includes(begun)).slice(0, 5);
    if (target.value !== value || document.activeElement !== target || !found.length) return;
    field = target;
    list.replaceChildren(...found.map((name, at) => Object.assign(document.createElement("li"), { id: `chorsu-mention-${at}`, role: "option", textContent: name })));
    field.after(list);
    choose(list.firstChild);
  });
  document.addEventListener("focusout", () => list.remove());
  list.addEventListener("mousedown", (event) => event.preventDefault() ?? (event.target !== list && take(event.target)));
  window.addEventListener("keydown", (event) => { // before Wagtail, for which Escape and Tab leave the comment
    if (!list.isConnected || event.target !== field || event.isComposing || event.shiftKey || !acts[event.key]) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    acts[event.key]();
  }, true);
})();
