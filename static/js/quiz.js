// Sitting a quiz: no answer is lost while the connection is away. htmx does the saving.
(() => {
  const all = (what, where = document) => [...where.querySelectorAll(what)];
  const forms = all(".answer-form"), banners = all(".banner"), [shower, dialog, toggle] = all("#show-keys, #keys, #keys-on");
  if (!window.htmx) return;

  let memory = {};
  try { memory = localStorage; } catch { /* the page alone holds what is not saved */ }
  const outcomeOf = ({ xhr }) => xhr.getResponseHeader("Answer-Outcome");
  const isAnswer = (name) => /^(sequence|confidence|answer)/.test(name);

  const unsaved = new Set(), troubles = new Map(), MOST = 100000;
  const [reload] = all("#stale a");
  // When time is up, the clock leads away without asking. What a page out of date holds is sent by the next one.
  addEventListener("beforeunload", (event) => unsaved.size && !all(".clock.htmx-request")[0] && event.preventDefault());
  reload.addEventListener("click", () => unsaved.clear());

  // One thing is said at a time: the worst trouble of any question, and then no “Saved” beside it.
  const tell = (form, trouble) => {
    if (trouble) troubles.set(form, trouble), all(".saved", form)[0].replaceChildren();
    else troubles.delete(form);
    const worst = banners.find(({ id }) => [...troubles.values()].includes(id));
    for (const banner of banners) banner.hidden = banner !== worst;
  };

  for (const form of forms) {
    // `edits` counts changes, so that the reply to an older save never passes for one to the newest. A save without
    // a reply may have arrived: it is sent again as it was, before anything newer. One that was refused did not.
    const key = `answer:${form.dataset.paper}`;
    let edits = 0, sent = 0, pending = null, waiting = null, timer = 0;
    const save = () => htmx.trigger(form, "retry");
    const fields = () => [...new FormData(form)].filter(([name]) => isAnswer(name));
    const isStale = () => troubles.get(form) === "stale";
    const store = () => {
      try { memory[key] = JSON.stringify(fields()); } catch { /* more than a browser keeps: the page alone holds it */ }
    };

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
      if (isStale()) reload.focus();
      save();
    });
    addEventListener("online", () => unsaved.has(form) && save());
    addEventListener("pagehide", () => {
      const body = new FormData(form);
      if (pending) body.set("sequence", +body.get("sequence") + 1); // counts after the save on its way
      if (unsaved.has(form) && !isStale()) fetch(form.action, { method: "POST", body, keepalive: true, headers: { "HX-Request": "true" } });
    });
    form.addEventListener("htmx:configRequest", (event) => {
      const { target, detail } = event;
      if (target !== form) return;
      const isLarge = !pending && fields().join("").length > MOST;
      if (isLarge) tell(form, "large");
      if (isLarge || isStale()) return event.preventDefault();
      if (!pending) sent = edits;
      detail.parameters = pending ??= detail.formData;
    });
    // What does not say that it answers a save (an error page, a sign-in page) is no part of this page.
    htmx.on("htmx:beforeSwap", ({ detail }) => {
      if (detail.requestConfig.elt !== form) return;
      if (!outcomeOf(detail)) detail.shouldSwap = false;
      else for (const each of all(".error", form)) each.textContent = "";
    });
    htmx.on("htmx:afterRequest", ({ detail }) => {
      const { elt } = detail.requestConfig, { status } = detail.xhr, outcome = outcomeOf(detail);
      if (elt !== form) return void (status || !form.contains(elt) || save()); // a flag that failed: the save says so
      const button = waiting, isRefused = /4(?!08|25|29)../.test(status);
      clearTimeout(timer);
      if (outcome || isRefused) pending = null;
      else timer = setTimeout(save, 5000);
      tell(form, outcome ? "" : status === 413 ? "large" : isRefused ? "stale" : "offline");
      // choice: both answers are kept; the page now asks which counts.
      if (outcome === "choice" || (outcome === "saved" && sent === edits)) {
        unsaved.delete(form);
        delete memory[key];
      } else if (outcome) {
        store();
        if (sent !== edits) save();
      }
      if (outcome === "unread" || !unsaved.has(form)) waiting = null;
      for (const each of all(".error", form)) {
        const field = form[each.id.slice(0, -6)];
        if (field.type !== "fieldset") field.ariaInvalid = each.textContent ? "true" : null;
      }
      const [time] = all(".saved time", form);
      if (outcome === "unread" && button) all("[aria-invalid=true]", form)[0]?.focus();
      if (time) time.textContent = new Date(time.dateTime).toTimeString().slice(0, 5);
      if (outcome === "saved" && !unsaved.has(form) && button) form.requestSubmit(button);
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
