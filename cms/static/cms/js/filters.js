// Filters apply themselves, and leave what isn't chosen out of the address. The button stays for those without script,
// and comes back for a keyboard: there the arrows change a value at each step, long before it is chosen.
for (const form of document.querySelectorAll(".filter-bar")) {
  const button = form.querySelector("button");
  let typing = false;

  // Who comes back finds what the list shows, not what was chosen before leaving.
  const reset = () => {
    form.reset();
    button.hidden = true;
  };
  reset();
  addEventListener("pageshow", reset);
  form.addEventListener("pointerdown", () => (typing = false));
  form.addEventListener("keydown", () => (typing = true));
  form.addEventListener("change", () => {
    button.hidden = !typing;
    if (!typing) form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = [...new FormData(form)].filter(([, value]) => value);
    const address = new URL(form.action);
    address.search = new URLSearchParams(chosen);
    location.assign(address);
  });
}
