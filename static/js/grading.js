// Grading by keys: a digit chooses a level and goes on, a letter inserts a saved comment, Enter saves.
(() => {
  const all = (what, where = document) => [...where.querySelectorAll(what)];
  const [form] = all(".rubric-form"), [toggle, shower, dialog] = ["#keys-on", "#show-keys", "#keys"].map((id) => all(id)[0]);
  if (!form) return;
  const criteria = all(".criterion", form), [box] = all("textarea", form), inserts = all(".insert", form);
  const letters = "qwertyuiop";

  let memory = {};
  try { memory = localStorage; } catch { /* the switch holds for this page alone */ }
  const show = () => document.body.classList.toggle("with-keys", toggle.checked);
  toggle.checked = memory.keys !== "off";
  toggle.addEventListener("change", () => { memory.keys = toggle.checked ? "on" : "off"; show(); });
  shower.addEventListener("click", () => dialog.showModal());
  for (const each of all(".with-script")) each.hidden = false;
  show();

  // The criterion that a digit is for: the first without a level, or the one that has the focus.
  let at = criteria.findIndex((each) => !each.querySelector(":checked"));
  const point = () => criteria.forEach((each, index) => each.classList.toggle("now", index === at));
  const goOn = () => {
    const rest = [...criteria.keys()].map((step) => (at + 1 + step) % criteria.length);
    at = rest.find((index) => !criteria[index].querySelector(":checked")) ?? -1;
    point();
    (at < 0 ? all(".actions .button", form)[0] : criteria[at].querySelector("input")).focus({ preventScroll: at < 0 });
  };
  form.addEventListener("focusin", ({ target }) => {
    const index = criteria.indexOf(target.closest(".criterion"));
    if (index >= 0) at = index, point();
  });

  const insert = (button) => {
    box.value = `${box.value.trimEnd()} ${button.dataset.text}`.trim();
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };
  inserts.forEach((button, index) => {
    if (letters[index]) button.querySelector("kbd").textContent = letters[index].toUpperCase();
    button.addEventListener("click", (event) => { event.preventDefault(); insert(button); });
  });

  const keys = {
    c: () => box?.focus(),
    s: () => form.querySelector("[data-key=s]")?.click(),
    m: () => { const [model] = all("details.model"); if (model) model.open = !model.open; },
    "?": () => dialog.showModal(),
  };
  addEventListener("keydown", (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (target === box && key === "Escape") return all(".actions .button", form)[0].focus();
    if (target === box && key === "Enter" && (ctrlKey || metaKey)) return form.requestSubmit();
    if (!toggle.checked || ctrlKey || metaKey || altKey || target.closest("[type=text], textarea, select, dialog")) return;
    const level = criteria[at] && all("input", criteria[at])[key - 1], button = inserts[letters.indexOf(key.toLowerCase())];
    if (level) level.checked = true, goOn();
    else if (key.length === 1 && button) insert(button);
    else if (key === "Enter" && !target.closest("button, a, summary")) form.requestSubmit();
    else if (keys[key.toLowerCase()]) keys[key.toLowerCase()]();
    else return;
    event.preventDefault();
  });

  point();
  if (!all("[role=alert]")[0]) (criteria[at]?.querySelector("input") ?? all(".actions .button", form)[0]).focus({ preventScroll: true });
})();
