// Sitting a quiz: no answer is lost while the connection is away, and keys for those who like them. htmx does the saving.
(() => {
  const get = (id) => document.getElementById(id), all = (what, where = document) => [...where.querySelectorAll(what)];
  const forms = all(".answer-form"), banner = get("offline"), dialog = get("keys"), toggle = get("keys-on");
  if (!forms.length || !window.htmx) return;

  // A browser may refuse storage: then the page alone holds what is not saved.
  let memory = {};
  try { memory = localStorage; } catch { /* as said */ }
  const isAnswer = (name) => /^(sequence|confidence|answer)/.test(name);

  const unsaved = new Set();
  addEventListener("beforeunload", (event) => unsaved.size && event.preventDefault());

  for (const form of forms) {
    // `edits` counts changes, so that the reply to an older save never passes for one to the newest.
    const key = `answer:${form.dataset.paper}`;
    let edits = 0, sent = 0, waiting = null, timer = 0;
    const save = () => htmx.trigger(form, "retry");

    const keep = () => {
      if (!form.hasAttribute("hx-post")) return;
      edits += 1;
      unsaved.add(form);
      memory[key] = JSON.stringify([...new FormData(form)].filter(([name]) => isAnswer(name)));
    };

    const restore = () => {
      if (!memory[key]) return;
      const given = JSON.parse(memory[key]);
      for (const field of form.elements) {
        if (!isAnswer(field.name)) continue;
        const values = given.filter(([name]) => name === field.name).map(([, value]) => value);
        if (/radio|checkbox/.test(field.type)) field.checked = values.includes(field.value);
        else field.value = values[0] ?? "";
      }
      keep();
      save();
    };

    form.addEventListener("input", keep);
    form.addEventListener("submit", (event) => {
      // Move on only once the answer has arrived; the button is pressed again then.
      if (!unsaved.has(form)) return;
      event.preventDefault();
      waiting = event.submitter;
      save();
    });
    addEventListener("online", () => unsaved.has(form) && save());
    addEventListener("pagehide", () => unsaved.has(form) && fetch(form.action, {
      method: "POST", body: new FormData(form), keepalive: true, headers: { "HX-Request": "true" },
    }));
    form.addEventListener("htmx:beforeRequest", ({ target }) => {
      if (target === form) sent = edits;
    });
    htmx.on("htmx:afterRequest", ({ detail }) => {
      const { elt } = detail.requestConfig, { status } = detail.xhr;
      if (elt !== form) return void (status || !form.contains(elt) || save()); // a flag that failed: the save says so
      const button = waiting, isUnread = status === 422;
      clearTimeout(timer);
      // 409: both answers are kept, and the page now asks which one counts.
      if (status === 409 || (status === 200 && sent === edits)) {
        unsaved.delete(form);
        delete memory[key];
      }
      banner.hidden = [200, 409, 422].includes(status);
      if (!banner.hidden) timer = setTimeout(save, 5000);
      if (isUnread || !unsaved.has(form)) waiting = null;
      const field = form.querySelector(":is([type=text], textarea)"), time = form.querySelector(".saved time");
      field?.setAttribute("aria-invalid", isUnread);
      if (isUnread && button) field?.focus();
      if (time) time.textContent = new Date(time.dateTime).toTimeString().slice(0, 5);
      if (status === 200 && !unsaved.has(form) && button) form.requestSubmit(button);
    });
    addEventListener("DOMContentLoaded", restore); // by then htmx listens
  }

  // Keys.
  const setKeys = (isOn) => forms[0].toggleAttribute("data-keys", (toggle.checked = isOn));
  setKeys(memory.keys !== "off");
  toggle.addEventListener("change", () => {
    setKeys(toggle.checked);
    memory.keys = toggle.checked ? "on" : "off";
  });
  get("show-keys").addEventListener("click", () => dialog.showModal());
  addEventListener("keydown", (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (!toggle.checked || ctrlKey || metaKey || altKey) return;
    if (target.closest("[type=text], [type=number], textarea, select, dialog")) return;
    const form = target.closest(".answer-form") ?? forms[0], option = all(".option input", form)[key - 1];
    if (option) option.focus(), option.click();
    else if (key === "?") dialog.showModal();
    else if (/^[npf]$/i.test(key)) form.querySelector(`[data-key=${key.toLowerCase()}]`)?.click();
  });

  for (const each of all(".with-script")) each.hidden = false;
})();
