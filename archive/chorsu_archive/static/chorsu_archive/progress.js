// Follow an import: ask every two seconds how far it is, and show the page anew when its state changes.
const SECONDS = 2;

for (const box of document.querySelectorAll("[data-archive-progress]")) {
  const bar = box.querySelector("progress");
  const words = box.querySelector("[role=status]");

  const ask = async () => {
    try {
      const answer = await fetch("?progress", { headers: { "X-Requested-With": "XMLHttpRequest" } });
      if (answer.ok) {
        const { state, position, total } = await answer.json();
        if (state !== box.dataset.archiveProgress) {
          window.location.reload();
          return;
        }
        if (total) {
          bar.max = total;
          bar.value = position;
          words.textContent = `${position} / ${total}`;
        }
      }
    } catch {
      // The connection is away for a while: the import goes on without it.
    }
    setTimeout(ask, SECONDS * 1000);
  };
  setTimeout(ask, SECONDS * 1000);
}
