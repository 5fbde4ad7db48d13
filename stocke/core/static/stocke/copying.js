// "Copy" buttons: shown only where the browser lets a page write to the clipboard. Without them the field can be selected.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    document.getElementById("live").textContent = button.dataset.copied;
    button.lastChild.textContent = button.dataset.copied;
  });
}
