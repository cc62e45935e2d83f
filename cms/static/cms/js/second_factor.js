// What the library of passkeys says in English alone, in the page's words.
const others = window.gettext ?? ((text) => text);
const status = () => document.querySelector("[data-factor-status]");

window.gettext = (text) => (text.endsWith("...") && status()?.dataset.factorStatus) || others(text);
for (const step of ["verification", "register"]) {
  document.addEventListener(`otp_webauthn.${step}_failed`, () => (status().textContent = status().dataset.factorFailed));
}
document.addEventListener("otp_webauthn.register_complete", () => document.getElementById("factor-added").submit());
