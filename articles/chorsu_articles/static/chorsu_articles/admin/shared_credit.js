// Credit and licence go with every picture uploaded on this page: the uploader sends what its form holds.
import { PAUSES_MS, isBusy } from "./editor.js";

const shared = document.querySelector("[data-articles-shared-credit]");
const form = document.querySelector("#fileupload")?.closest("form");
if (shared && form) {
  form.prepend(shared);
}

// Of an answer that isn't its own Wagtail shows the number. The site's own says what is wrong, such as a full disk.
function refusalOf(answer) {
  try {
    return answer.status < 400 ? null : JSON.parse(answer.responseText);
  } catch {
    return null;
  }
}

/** While the database is busy a picture is sent again, a few times with a growing pause; return whether this one is. */
function sendAgain(data) {
  const { context } = data;
  const tries = context.data("articlesTries") ?? 0;
  const pause = PAUSES_MS[tries];
  if (pause === undefined) return false;
  context.data("articlesTries", tries + 1);
  // Wagtail's own listener calls it failed after this one.
  queueMicrotask(() => context.removeClass("upload-server-error upload-complete").addClass("upload-uploading"));
  setTimeout(() => {
    data.data = null;
    data.submit();
  }, pause);
  return true;
}

window.jQuery("#fileupload")
  .on("fileuploadsubmit", (_event, data) => { data.headers = { Accept: "application/json" }; })
  .on("fileuploadalways", (_event, data) => {
    const refusal = refusalOf(data.jqXHR);
    if (!refusal?.error || (isBusy(refusal) && sendAgain(data))) return;
    data.context.removeClass("upload-server-error").addClass("upload-failure").find(".error_messages").text(refusal.error);
  });
