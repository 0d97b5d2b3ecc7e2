"use strict";

// While a job goes on its page is asked for again, and what changed takes the old one's place.
// Whoever stands on a button or has chosen text is not disturbed.
const refresh = async () => {
  const shown = document.querySelector("[data-goes-on]");
  if (!shown) return;
  const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  const isBusy = shown.contains(document.activeElement) || !window.getSelection().isCollapsed;
  if (answer?.ok && !answer.redirected && !isBusy) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("content-main");
    if (fresh) shown.replaceWith(document.adoptNode(fresh));
  }
  setTimeout(refresh, 1000 * (shown.dataset.goesOn || 2));
};
setTimeout(refresh, 1000);
