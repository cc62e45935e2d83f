// Says in the link to the same words elsewhere how many there are; the link goes where there are none.
for (const link of document.querySelectorAll('[data-typo-elsewhere]')) {
  const answer = await fetch(`${link.href}?count`);
  if (!answer.ok) continue;
  const { text } = await answer.json();
  if (text) link.textContent = text;
  else link.hidden = true;
}
