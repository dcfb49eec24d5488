// The copy button, where the browser allows it; without it the text can be selected by hand.
const button = document.querySelector("[data-copy]");
const source = document.getElementById(button.dataset.copy);
const told = document.getElementById("copied");

source.addEventListener("focus", () => source.select());
button.hidden = false;
button.addEventListener("click", async () => {
  source.select();
  try {
    await navigator.clipboard.writeText(source.value);
    told.textContent = "Copied.";
  } catch {
    told.textContent = "Selected: press Ctrl+C or ⌘C.";
  }
});
