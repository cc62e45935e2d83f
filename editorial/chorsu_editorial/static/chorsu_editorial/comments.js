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
  document.addEventListener("show", leaveComment, true);
})();
