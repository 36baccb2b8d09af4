// What JavaScript adds to every page. All works without it.
const root = document.documentElement;
const all = (selector, within = root) => [...within.querySelectorAll(selector)];

// Colours: the choice is remembered; an empty one leaves them to the device. Other sites may offer none.
const [scheme] = all(".scheme");
const showScheme = () => {
  const theme = root.dataset.theme ?? "";
  for (const button of all("button", scheme)) button.ariaPressed = button.dataset.themeChoice === theme;
};
scheme?.addEventListener("click", ({ target }) => {
  const theme = target.dataset.themeChoice;
  if (theme === undefined) return;
  root.dataset.theme = theme;
  try {
    localStorage.theme = theme;
  } catch { /* it lasts as long as the page */ }
  showScheme();
});
if (scheme) showScheme(), (scheme.hidden = false);

// Folded lists stand open where there is room; most browsers do so by the stylesheet.
const wide = matchMedia("(width >= 76rem)");
if (!CSS.supports("selector(::details-content)")) {
  const unfold = () => all("[data-open-when-wide]").forEach((list) => (list.open = wide.matches));
  wide.addEventListener("change", unfold);
  unfold();
}
const unfolded = () => (wide.matches ? [] : all("[data-open-when-wide][open]"));
addEventListener("click", ({ target }) => {
  for (const list of unfolded()) if (!list.contains(target) || target.closest("a")) list.open = false;
});
addEventListener("keydown", ({ key }) => {
  const list = key === "Escape" && unfolded().find((each) => each.contains(document.activeElement));
  if (!list) return;
  list.open = false;
  list.firstElementChild.focus();
});

// Notes and terms open beside the words that lead to them. Esc, or a click elsewhere, closes them.
let peek = null;
const place = (box, link) => {
  const at = link.getBoundingClientRect(), room = box.offsetHeight + 12;
  const top = innerHeight - at.bottom > room || at.top < room ? at.bottom + 6 : at.top - room + 6;
  const left = Math.max(16, Math.min(at.left - 24, root.clientWidth - box.offsetWidth - 16));
  Object.assign(box.style, { top: `${top + scrollY}px`, left: `${left + scrollX}px` });
};
const open = (link, entry) => {
  const box = document.createElement("div"), more = document.createElement("a");
  Object.assign(box, { className: "peek", popover: "auto", tabIndex: -1, role: "dialog" });
  box.ariaLabel = link.ariaLabel ?? link.textContent;
  Object.assign(more, { className: "peek-more", href: link.hash, textContent: entry.closest("[data-more]").dataset.more });
  more.addEventListener("click", () => box.hidePopover());
  box.append(...entry.cloneNode(true).childNodes, more);
  (link.closest("sup") ?? link).after(box);
  box.showPopover();
  place(box, link);
  box.focus({ preventScroll: true });
  box.addEventListener("toggle", ({ newState }) => newState === "closed" && box.remove());
  peek = { link, box };
};
// A press on the link of an open note closes it; the click that follows must not open it again.
let justClosed = null;
addEventListener("pointerdown", () => { justClosed = peek?.box.isConnected ? peek.link : null; }, true);
addEventListener("click", (event) => {
  const link = event.target.closest?.("a.noteref, a.term");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !("popover" in root)) return;
  const entry = link.pathname === location.pathname && document.getElementById(link.hash.slice(1));
  if (!entry?.closest("[data-more]")) return;
  event.preventDefault();
  if (event.detail && justClosed === link) return;
  open(link, entry);
});

// The contents follow the section being read.
const sections = all("[data-section]"), [now] = all("[data-rail-now]");
const follow = () => {
  const at = sections.findLast((section) => section.getBoundingClientRect().top <= innerHeight * 0.3);
  for (const link of all(".rail nav a")) {
    const isHere = at && link.hash === `#${at.dataset.section}`;
    if (isHere && !link.ariaCurrent) {
      link.ariaCurrent = "location";
      now.textContent = link.lastElementChild.textContent;
    } else if (!isHere) link.ariaCurrent = null;
  }
};

// What the server takes from nobody, or from somebody else now, is not sent again from here.
addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  if (/40[134]/.test(xhr.status)) all("#stale")[0].hidden = false;
});

// A section is read once its end was in view and there was time to read it; then its form is sent.
const WORDS_A_SECOND = 25, seconds = new Map(), reached = new Set();
const watch = () => {
  if (document.hidden) return;
  for (const section of sections) {
    const [form] = all(".read-form[hx-post]", section), { top, bottom } = section.getBoundingClientRect();
    if (!form || top > innerHeight || bottom < 0) continue;
    if (bottom <= innerHeight + 8) reached.add(section);
    const spent = (seconds.get(section) ?? 0) + 1, words = section.textContent.split(/\s+/).length;
    const isRead = reached.has(section) && spent >= Math.min(15, Math.max(4, words / WORDS_A_SECOND));
    seconds.set(section, isRead ? -20 : spent); // should it fail: again later
    if (isRead) form.requestSubmit();
  }
};
if (sections.length) {
  addEventListener("scroll", follow, { passive: true });
  follow();
  if (window.htmx) setInterval(watch, 1000);
}
