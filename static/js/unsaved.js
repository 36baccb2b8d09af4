// Keeps what is typed into a form of the workshop until it is saved: on the server, and in this browser while that
// cannot be reached. Without JavaScript forms work as ever; only what is typed is not kept before it is saved.
addEventListener("DOMContentLoaded", () => {
  const told = document.querySelector("[data-unsaved-url]"), form = told?.closest("form");
  if (!form) return;
  const { unsavedUrl, typist, kept, lost, out, long, found, takeUp } = told.dataset;
  const has = form.elements.has_unsaved, LEFT_OUT = new Set(["csrfmiddlewaretoken", "has_unsaved", "discard"]);
  const place = `unsaved ${typist} ${unsavedUrl}`, EVERY = 4000;
  const fields = () => {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && !LEFT_OUT.has(name)) data.append(name, value);
    return data;
  };
  const store = (work) => {
    try {
      return work(localStorage);
    } catch { /* no room, or not allowed: the server has what came last */ }
  };
  const say = (words) => { if (told.textContent !== words) told.textContent = words; };
  const post = (text, extra = {}) => {
    const body = new URLSearchParams(text);
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    return fetch(unsavedUrl, { method: "POST", body, redirect: "manual", ...extra });
  };

  let last = `${fields()}`, isSaving = false, isSending = false;
  const keepHere = (text) => store((kept) => kept.setItem(place, JSON.stringify({ text, at: Date.now() })));
  const send = async () => {
    const text = `${fields()}`;
    if (isSaving || isSending || text === last) return;
    isSending = true;
    try {
      const answer = await post(text);
      if (answer.ok) {
        last = text;
        has.disabled = false;
        store((kept) => kept.removeItem(place));
        say(`${kept} ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`);
      } else {
        keepHere(text);
        say(answer.status === 413 ? long : out);
      }
    } catch {
      keepHere(text);
      say(lost);
    }
    isSending = false;
  };
  setInterval(send, EVERY);
  form.addEventListener("submit", ({ submitter }) => {
    if (isSending) has.disabled = false;
    if (submitter?.formTarget === "_blank") return; // a preview: the page stays
    isSaving = true;
    store((kept) => kept.removeItem(place));
  });
  // A page that is left has no time for an answer: what is typed is put aside here at once, and sent if it may go.
  addEventListener("pagehide", () => {
    const text = `${fields()}`;
    if (isSaving || text === last) return;
    keepHere(text);
    post(text, { keepalive: text.length < 60000 }).catch(() => {});
  });

  // What was put aside here goes to the server, which then offers it like anything that was not saved.
  const here = store((kept) => JSON.parse(kept.getItem(place)));
  if (!here?.text || here.text === last) return;
  post(here.text).then((answer) => {
    if (!answer.ok) return;
    store((kept) => kept.removeItem(place));
    const link = document.createElement("a"), at = new URL(location);
    at.searchParams.set("take_up", 1);
    Object.assign(link, { href: at, textContent: takeUp });
    has.disabled = false;
    if (!document.querySelector(".unsaved")) told.replaceChildren(`${found} `, link);
  }).catch(() => {});
});
