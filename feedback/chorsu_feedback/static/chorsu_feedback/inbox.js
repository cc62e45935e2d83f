// The list of typo reports, and the page of one. Keys: j and k go from row to row, or to the report beside, a, e, n and x
// press what the row or the page has, u undoes.
const rows = () => [...document.querySelectorAll('[data-typo]')].map((cell) => cell.closest('tr'));

function go(step) {
  const all = rows();
  const now = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[Math.min(Math.max(now + step, 0), all.length - 1)];
  next?.querySelector('a').focus();
}

function press(key) {
  const all = rows();
  const here = all.find((row) => row.contains(document.activeElement)) ?? all[0] ?? document;
  const control = (key === 'u' ? document : here).querySelector(`[data-typo-key="${key}"]`);
  if (control?.matches('textarea')) control.focus();
  else control?.click();
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
  if ('jk'.includes(key) && rows().length) go(key === 'j' ? 1 : -1);
  else if ('aejknux'.includes(key)) press(key);
  else return;
  event.preventDefault();
});

// Wagtail's own dialog of "?" lists them too; it is put into the page after modules have run.
addEventListener('load', () => {
  if (list) document.querySelector('#keyboard-shortcuts-dialog thead')?.after(list.content);
});
