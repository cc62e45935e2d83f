// Credit and licence go with every picture uploaded on this page: the uploader sends what its form holds.
const shared = document.querySelector("[data-articles-shared-credit]");
const form = document.querySelector("#fileupload")?.closest("form");
if (shared && form) {
  form.prepend(shared);
}
