// Sitting a quiz: no answer is lost while the connection is away. htmx does the saving.
(() => {
  const all = (what, where = document) => [...where.querySelectorAll(what)];
  const forms = all(".answer-form"), [banner, shower, dialog, toggle] = all("#offline, #show-keys, #keys, #keys-on");
  if (!window.htmx) return;

  let memory = {};
  try { memory = localStorage; } catch { /* the page alone holds what is not saved */ }
  const isAnswer = (name) => /^(sequence|confidence|answer)/.test(name);

  const unsaved = new Set();
  // When time is up, the clock leads away without asking.
  addEventListener("beforeunload", (event) => unsaved.size && !all(".clock.htmx-request")[0] && event.preventDefault());

  for (const form of forms) {
    // `edits` counts changes, so that the reply to an older save never passes for one to the newest. A save without
    // a reply may have arrived: it is sent again as it was, before anything newer.
    const key = `answer:${form.dataset.paper}`;
    let edits = 0, sent = 0, pending = null, waiting = null, timer = 0;
    const save = () => htmx.trigger(form, "retry");
    const store = () => (memory[key] = JSON.stringify([...new FormData(form)].filter(([name]) => isAnswer(name))));

    const keep = () => {
      if (!form.hasAttribute("hx-post")) return;
      edits += 1;
      unsaved.add(form);
      store();
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
    addEventListener("pagehide", () => {
      const body = new FormData(form);
      if (pending) body.set("sequence", +body.get("sequence") + 1); // counts after the save on its way
      if (unsaved.has(form)) fetch(form.action, { method: "POST", body, keepalive: true, headers: { "HX-Request": "true" } });
    });
    form.addEventListener("htmx:configRequest", ({ target, detail }) => {
      if (target !== form) return;
      if (!pending) sent = edits;
      detail.parameters = pending ??= detail.formData;
    });
    htmx.on("htmx:afterRequest", ({ detail }) => {
      const { elt } = detail.requestConfig, { status } = detail.xhr;
      if (elt !== form) return void (status || !form.contains(elt) || save()); // a flag that failed: the save says so
      const button = waiting, isUnread = status === 422;
      clearTimeout(timer);
      banner.hidden = [200, 409, 422].includes(status);
      if (banner.hidden) pending = null;
      else timer = setTimeout(save, 5000);
      // 409: both answers are kept; the page now asks which counts.
      if (status === 409 || (status === 200 && sent === edits)) {
        unsaved.delete(form);
        delete memory[key];
      } else if (banner.hidden && sent !== edits) store(), save();
      if (isUnread || !unsaved.has(form)) waiting = null;
      const [field, more] = all(":is([type=text], textarea)", form), [time] = all(".saved time", form);
      if (!more) field?.setAttribute("aria-invalid", isUnread); // of several, the words say which
      if (isUnread && button) field?.focus();
      if (time) time.textContent = new Date(time.dateTime).toTimeString().slice(0, 5);
      if (status === 200 && !unsaved.has(form) && button) form.requestSubmit(button);
    });
    addEventListener("DOMContentLoaded", restore); // by then htmx listens
  }

  // Keys.
  toggle.checked = memory.keys !== "off";
  toggle.addEventListener("change", () => (memory.keys = toggle.checked ? "on" : "off"));
  shower.addEventListener("click", () => dialog.showModal());
  addEventListener("keydown", ({ key, target, ctrlKey, metaKey, altKey }) => {
    if (!toggle.checked || ctrlKey || metaKey || altKey) return;
    if (target.closest("[type=text], [type=number], textarea, select, dialog")) return;
    const form = target.closest(".answer-form") ?? forms[0], option = all(".option input", form)[key - 1];
    if (option) option.focus(), option.click();
    else if (key === "?") dialog.showModal();
    else if (/^[npf]$/i.test(key)) form.querySelector(`[data-key=${key.toLowerCase()}]`)?.click();
  });

  for (const each of all(".with-script")) each.hidden = false;
})();
