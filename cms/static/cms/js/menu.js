// The menus are <details>, which work without script; this closes them like menus.
for (const menu of document.querySelectorAll("details.languages, details.nav-more")) {
  document.addEventListener("click", (event) => {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
}

// Links to other languages are the real addresses. Who follows one finds the same language at "/" next time: the
// site's only cookie, which an address of the site sets.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-choose]");
  if (link) fetch(link.dataset.choose, { keepalive: true, redirect: "manual" });
});
