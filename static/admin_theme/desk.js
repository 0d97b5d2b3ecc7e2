"use strict";

// A long choice in the margin leads on by itself.
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-go]")) window.location.search = event.target.value;
});

// A number box proposes institutions while one types.
const listOf = (box) => {
  if (!box.list) {
    const list = document.createElement("datalist");
    list.id = `${box.id}_forslag`;
    box.after(list);
    box.setAttribute("list", list.id);
  }
  return box.list;
};
const propose = async (box) => {
  const text = box.value.trim();
  if (text.length < 2 || text === box.dataset.asked) return;
  box.dataset.asked = text;
  const url = new URL(box.dataset.propose, window.location.href);
  url.searchParams.set("q", text);
  if (box.dataset.levels) url.searchParams.set("niveau", box.dataset.levels);
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok || box.value.trim() !== text) return;
  const { forslag } = await answer.json();
  const options = forslag.map(({ nummer, tekst }) => {
    const option = document.createElement("option");
    // The words are in the value too: a browser shows only what holds what was typed.
    option.value = `${nummer} ${tekst}`;
    return option;
  });
  listOf(box).replaceChildren(...options);
};
const waiting = new WeakMap();
document.addEventListener("input", (event) => {
  const box = event.target;
  if (!box.matches("input[data-propose]")) return;
  clearTimeout(waiting.get(box));
  waiting.set(box, setTimeout(() => propose(box), 150));
});

// After a refusal the reader stands at the summary.
document.addEventListener("DOMContentLoaded", () => document.querySelector("[data-focus]")?.focus());
