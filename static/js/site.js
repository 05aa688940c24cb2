import { initAll } from "../nhsuk/nhsuk-frontend.min.js";

initAll();

// The key / goes to the search, unless somebody is writing. Who speaks to their device, or touches
// keys by accident, switches it off on the page of the search (WCAG 2.1.4).
const box = document.querySelector("[data-key] #search-field");

function isWriting(element) {
  return element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName);
}

if (box) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey) return;
    if (isWriting(event.target)) return;
    event.preventDefault();
    box.focus();
  });
}

// Paper has every table, whatever is folded on the screen, and as it was afterwards.
let folded = [];

window.addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll(".app-fold:not([open])")];
  folded.forEach((fold) => { fold.open = true; });
});

window.addEventListener("afterprint", () => {
  folded.forEach((fold) => { fold.open = false; });
});
