// Sitting a quiz: no answer is lost while the connection is away, and keys for those who like them. htmx does the saving.
(() => {
  const get = (id) => document.getElementById(id);
  const form = get("answer-form"), banner = get("offline"), dialog = get("keys"), toggle = get("keys-on");
  if (!form || !window.htmx) return;

  // A browser may refuse storage: then the page alone holds what is not saved.
  let memory = {};
  try { memory = localStorage; } catch { /* as said */ }

  // `edits` counts changes, so that the reply to an older save never passes for one to the newest.
  const place = `answer:${form.dataset.paper}`;
  let edits = 0, sent = 0, unsaved = false, waiting = null, timer = 0;
  const isAnswer = (name) => name === "sequence" || name.startsWith("answer");
  const save = () => htmx.trigger(form, "retry");

  function keep() {
    edits += 1;
    unsaved = true;
    memory[place] = JSON.stringify([...new FormData(form)].filter(([name]) => isAnswer(name)));
  }

  function restore() {
    if (!memory[place]) return;
    const given = JSON.parse(memory[place]);
    for (const field of form.elements) {
      if (!isAnswer(field.name)) continue;
      const values = given.filter(([name]) => name === field.name).map(([, value]) => value);
      if (/radio|checkbox/.test(field.type)) field.checked = values.includes(field.value);
      else field.value = values[0] ?? "";
    }
    keep();
    save();
  }

  form.addEventListener("input", keep);
  form.addEventListener("submit", (event) => {
    // Move on only once the answer has arrived; the button is pressed again then.
    if (!unsaved) return;
    event.preventDefault();
    waiting = event.submitter;
    save();
  });
  addEventListener("online", () => unsaved && save());
  addEventListener("beforeunload", (event) => unsaved && event.preventDefault());
  form.addEventListener("htmx:beforeRequest", ({ target }) => {
    if (target === form) sent = edits;
  });
  htmx.on("htmx:afterRequest", ({ detail }) => {
    const { elt } = detail.requestConfig, { status } = detail.xhr;
    if (elt !== form) return void (status || save()); // a flag that failed: the save says so
    const button = waiting, isUnread = status === 422;
    clearTimeout(timer);
    // 409: both answers are kept, and the page now asks which one counts.
    if (status === 409 || (status === 200 && sent === edits)) {
      unsaved = false;
      delete memory[place];
    }
    banner.hidden = [200, 409, 422].includes(status);
    if (!banner.hidden) timer = setTimeout(save, 5000);
    if (isUnread || !unsaved) waiting = null;
    const field = form.querySelector("#answer:is([type=text], textarea)"), time = get("saved")?.querySelector("time");
    field?.setAttribute("aria-invalid", isUnread);
    if (isUnread && button) field?.focus();
    if (time) time.textContent = new Date(time.dateTime).toTimeString().slice(0, 5);
    if (status === 200 && !unsaved && button) form.requestSubmit(button);
  });

  // Keys.
  const setKeys = (isOn) => form.toggleAttribute("data-keys", (toggle.checked = isOn));
  setKeys(memory.keys !== "off");
  toggle.addEventListener("change", () => {
    setKeys(toggle.checked);
    memory.keys = toggle.checked ? "on" : "off";
  });
  get("show-keys").addEventListener("click", () => dialog.showModal());
  addEventListener("keydown", (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (!toggle.checked || ctrlKey || metaKey || altKey || target.closest("[type=text], textarea, select, dialog")) return;
    const option = form.querySelectorAll(".option input")[key - 1];
    if (option) option.focus(), option.click();
    else if (key === "?") dialog.showModal();
    else if (/^[npf]$/i.test(key)) form.querySelector(`[data-key=${key.toLowerCase()}]`)?.click();
  });

  for (const each of document.querySelectorAll(".with-script")) each.hidden = false;
  addEventListener("DOMContentLoaded", restore); // by then htmx listens
})();
