// Keys of the list of typo reports: j and k go from row to row, a, e and n press the buttons of the row, u undoes.
const rows = () => [...document.querySelectorAll('[data-typo]')].map((cell) => cell.closest('tr'));

function go(step) {
  const all = rows();
  const now = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[Math.min(Math.max(now + step, 0), all.length - 1)];
  next?.querySelector('a').focus();
}

function press(key) {
  const here = rows().find((row) => row.contains(document.activeElement)) ?? rows()[0];
  const within = key === 'u' ? document : here;
  within?.querySelector(`[data-typo-key="${key}"]`)?.click();
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest('input, textarea, select, [contenteditable], [role="dialog"]')) return;
  // By place on the keyboard where the letters are of another alphabet.
  const key = /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() : event.code.replace('Key', '').toLowerCase();
  if (key === 'j' || key === 'k') go(key === 'j' ? 1 : -1);
  else if ('aenu'.includes(key)) press(key);
  else return;
  event.preventDefault();
});

// Wagtail's own dialog of "?" lists them too; it is put into the page after modules have run.
addEventListener('load', () => {
  const keys = document.getElementById('typo-keys').content;
  document.querySelector('#keyboard-shortcuts-dialog thead')?.after(keys);
});
