// What every page gains from JavaScript. Without it each link, form and list still does its work.
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// Colours: the choice is remembered; an empty one leaves them to the device.
const scheme = document.querySelector(".scheme");
const showScheme = () => {
  const theme = document.documentElement.dataset.theme ?? "";
  for (const button of all("button", scheme)) button.setAttribute("aria-pressed", button.dataset.themeChoice === theme);
};
scheme.addEventListener("click", (event) => {
  const theme = event.target.dataset.themeChoice;
  if (theme === undefined) return;
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("theme", theme);
  } catch { /* no storage: the choice lasts as long as the page */ }
  showScheme();
});
showScheme();
scheme.hidden = false;

// Folded lists stand open where there is room; browsers that can do so in the stylesheet need no help.
const wide = matchMedia("(width >= 76rem)");
if (!CSS.supports("selector(::details-content)")) {
  const unfold = () => all("[data-open-when-wide]").forEach((list) => (list.open = wide.matches));
  wide.addEventListener("change", unfold);
  unfold();
}
document.addEventListener("click", (event) => {
  for (const list of all("[data-open-when-wide][open]")) {
    if (!wide.matches && (!list.contains(event.target) || event.target.closest("a"))) list.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const list = event.key === "Escape" && document.activeElement.closest("[data-open-when-wide][open]");
  if (!list || wide.matches) return;
  list.open = false;
  list.querySelector("summary").focus();
});

// Notes and terms open beside the words that lead to them. Esc, or a click elsewhere, closes them.
let peek = null;
const place = (box, link) => {
  const at = link.getBoundingClientRect();
  const below = innerHeight - at.bottom > box.offsetHeight + 12 || at.top < box.offsetHeight + 12;
  const top = below ? at.bottom + 6 : at.top - box.offsetHeight - 6;
  const left = Math.max(16, Math.min(at.left - 24, document.documentElement.clientWidth - box.offsetWidth - 16));
  Object.assign(box.style, { top: `${top + scrollY}px`, left: `${left + scrollX}px` });
};
const open = (link, entry) => {
  const box = document.createElement("div");
  box.className = "peek";
  box.popover = "auto";
  box.tabIndex = -1;
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", link.getAttribute("aria-label") ?? link.textContent);
  box.append(...entry.cloneNode(true).childNodes);
  const more = document.createElement("a");
  more.className = "peek-more";
  more.href = link.hash;
  more.textContent = entry.closest("[data-more]").dataset.more;
  more.addEventListener("click", () => box.hidePopover());
  box.append(more);
  (link.closest("sup") ?? link).after(box);
  box.showPopover();
  place(box, link);
  box.focus({ preventScroll: true });
  box.addEventListener("toggle", (event) => { if (event.newState === "closed") box.remove(); });
  peek = { link, box };
};
// A press on the link of an open note closes it before the click arrives; that click must not open it again.
let justClosed = null;
document.addEventListener("pointerdown", () => { justClosed = peek?.box.isConnected ? peek.link : null; }, true);
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.noteref, a.term");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !("popover" in HTMLElement.prototype)) return;
  const entry = link.pathname === location.pathname && document.getElementById(link.hash.slice(1));
  if (!entry?.closest("[data-more]")) return;
  event.preventDefault();
  if (event.detail && justClosed === link) return;
  open(link, entry);
});

// The contents follow the section being read.
const sections = all("[data-section]");
const now = document.querySelector("[data-rail-now]");
const follow = () => {
  const line = innerHeight * 0.3;
  const at = sections.findLast((section) => section.getBoundingClientRect().top <= line);
  for (const link of all(".rail nav a")) {
    const isHere = at && link.hash === `#${at.dataset.section}`;
    if (isHere && !link.hasAttribute("aria-current")) {
      link.setAttribute("aria-current", "location");
      now.textContent = link.lastElementChild.textContent;
    } else if (!isHere) link.removeAttribute("aria-current");
  }
};

// A section counts as read once its end has been in view and there was time to read it; then its own form is sent.
const WORDS_A_SECOND = 25;
const seconds = new Map();
const reached = new Set();
const watch = () => {
  if (document.visibilityState !== "visible") return;
  for (const section of sections) {
    const form = section.querySelector("form.read-form[hx-post]");
    const { top, bottom } = section.getBoundingClientRect();
    if (!form || top > innerHeight || bottom < 0) continue;
    if (bottom <= innerHeight + 8) reached.add(section);
    seconds.set(section, (seconds.get(section) ?? 0) + 1);
    const needed = Math.min(15, Math.max(4, section.textContent.split(/\s+/).length / WORDS_A_SECOND));
    if (!reached.has(section) || seconds.get(section) < needed) continue;
    seconds.set(section, -20); // Should it fail, it is tried again, but not at once.
    form.requestSubmit();
  }
};
if (sections.length) {
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; follow(); });
  }, { passive: true });
  follow();
  if (window.htmx) setInterval(watch, 1000);
}
