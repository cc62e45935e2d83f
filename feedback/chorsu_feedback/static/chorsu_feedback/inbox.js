// The list of typo reports. Keys: j and k go from row to row, a, e, n and x press what the row has, u undoes.
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

document.addEventListener('change', ({ target }) => {
  if (!target.matches('[data-typo-all]')) return;
  for (const box of target.closest('table').querySelectorAll('[name="row"]')) box.checked = target.checked;
});

// Not there for those who switched keyboard shortcuts off.
const list = document.getElementById('typo-keys');

document.addEventListener('keydown', (event) => {
  if (!list || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable], [role="dialog"]')) return;
  // By place on the keyboard where the letters are of another alphabet.
  const key = /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() : event.code.replace('Key', '').toLowerCase();
  if (key === 'j' || key === 'k') go(key === 'j' ? 1 : -1);
  else if ('aenux'.includes(key)) press(key);
  else return;
  event.preventDefault();
});

// Wagtail's own dialog of "?" lists them too; it is put into the page after modules have run.
addEventListener('load', () => {
  if (list) document.querySelector('#keyboard-shortcuts-dialog thead')?.after(list.content);
});
