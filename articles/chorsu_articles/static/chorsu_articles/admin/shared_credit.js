// Credit and licence go with every picture uploaded on this page: the uploader sends what its form holds.
const shared = document.querySelector("[data-articles-shared-credit]");
const form = document.querySelector("#fileupload")?.closest("form");
if (shared && form) {
  form.prepend(shared);
}

// Of an answer that isn't its own Wagtail shows the number. The site's own says what is wrong, such as a full disk.
function sentenceOf(answer) {
  try {
    return answer.status < 400 ? "" : JSON.parse(answer.responseText).error;
  } catch {
    return "";
  }
}

window.jQuery("#fileupload")
  .on("fileuploadsubmit", (_event, data) => { data.headers = { Accept: "application/json" }; })
  .on("fileuploadalways", (_event, { context, jqXHR }) => {
    const sentence = sentenceOf(jqXHR);
    if (sentence) context.removeClass("upload-server-error").addClass("upload-failure").find(".error_messages").text(sentence);
  });
