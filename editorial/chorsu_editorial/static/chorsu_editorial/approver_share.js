// After each autosave of a text in review: may this person, who changes it, still approve it?
const address = document.currentScript.dataset.approverShareUrl;

async function ask(form) {
  const buttons = document.querySelectorAll('[data-workflow-action-name="approve"], [data-workflow-action-name="approve_and_hold"]');
  const page = window.location.pathname.match(/\/pages\/(\d+)\//);
  if (!buttons.length || !page) return;
  const answer = await fetch(address.replace("/0/", `/${page[1]}/`), { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const { refusal } = await answer.json();
  const known = form.dataset.approverShare ?? "";
  for (const button of buttons) button.disabled = Boolean(refusal);
  if (refusal === known) return;
  form.dataset.approverShare = refusal;
  const detail = refusal ? { clear: true, text: refusal, type: "warning" } : { clear: true };
  document.dispatchEvent(new CustomEvent("w-messages:add", { detail }));
}

document.addEventListener("w-autosave:success", (event) => ask(event.target));
