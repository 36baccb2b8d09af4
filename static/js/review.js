// Keys of a review session: numbers choose an option or a grade, Q W E check, Enter goes to the next card.
(() => {
  const keys = document.querySelectorAll(".keys-line");
  for (const line of keys) line.hidden = false;
  const turn = document.querySelector("[data-turn]");
  turn?.addEventListener("toggle", () => turn.querySelector(".thumb-row .button").focus());
  document.querySelector(".answer-form [autofocus], .stem")?.closest("form")?.querySelector("input:not([type=hidden]), select, textarea")?.focus({ preventScroll: true });

  addEventListener("keydown", (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey || event.defaultPrevented) return;
    if (target.matches("textarea, select, input:not([type=radio], [type=checkbox])")) return;
    if (turn && !turn.open && (key === " " || key === "Enter") && !target.matches("a, button, summary")) {
      event.preventDefault();
      turn.open = true;
      return;
    }
    const button = document.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? document.querySelector(`[data-key="${CSS.escape(key.toLowerCase())}"]`);
    if (button && !(key === "Enter" && target.matches("a, button, summary"))) {
      event.preventDefault();
      if (!turn || turn.open) button.click();
      return;
    }
    const option = /^[1-9]$/.test(key) && document.querySelectorAll(".option input")[key - 1];
    if (option) option.click(), option.focus();
  });
})();
