// Follow an import: ask every two seconds how far it is, and show the page anew when it has ended.
const SECONDS = 2;

for (const box of document.querySelectorAll("[data-archive-progress]")) {
  const bar = box.querySelector("progress");
  const words = box.querySelector("[data-archive-words]");

  const ask = async () => {
    try {
      const answer = await fetch(box.dataset.archiveProgress, { headers: { "X-Requested-With": "XMLHttpRequest" } });
      if (answer.ok) {
        const { position, total, text, ended } = await answer.json();
        if (ended) {
          window.location.reload();
          return;
        }
        words.textContent = text;
        if (total) {
          bar.max = total;
          bar.value = position;
        }
      }
    } catch {
      // The connection is away for a while: the import goes on without it.
    }
    setTimeout(ask, SECONDS * 1000);
  };
  setTimeout(ask, SECONDS * 1000);
}
