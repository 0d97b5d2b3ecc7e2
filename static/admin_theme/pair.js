"use strict";

// One key for what a button or a link does: what says data-key="e" is pressed with E.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const typing = event.target.closest("input:not([type=hidden]), textarea, select");
  if (typing) {
    // Out of the field again; Enter in a field would press the first button.
    if (event.key === "Escape" || event.key === "Enter") {
      event.preventDefault();
      typing.blur();
    }
    return;
  }
  const wanted = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches("input")) wanted.focus();
  else wanted.click();
});
