// "Insert" buttons: put a fact's name where the writer was. Without them the name is typed or copied.
(() => {
  "use strict";
  const fields = [...document.querySelectorAll("#words-form textarea, #words-form input[type=text][name=subject]")];
  let last = fields.find((field) => field.matches("textarea"));
  for (const field of fields) field.addEventListener("focus", () => { last = field; });
  for (const button of document.querySelectorAll("[data-insert]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      if (!last) return;
      last.focus();
      last.setRangeText(button.dataset.insert, last.selectionStart, last.selectionEnd, "end");
      last.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
})();
