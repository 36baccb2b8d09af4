// Answering in comfort: what the fields say anyway, moved, drawn and counted. Without script the fields do alone.
(() => {
  const all = (what, where = document) => [...where.querySelectorAll(what)];
  const changed = (field) => {
    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
  };
  const make = (name, features, ...inside) => {
    const made = Object.assign(document.createElement(name), features);
    made.append(...inside);
    return made;
  };

  // Ordering: rows are moved by buttons or by their handle, and numbered as they then stand.
  const order = (list) => {
    const rows = () => all(":scope > .row", list), menu = (row) => all("select", row)[0];
    const { up, down, handle, placed } = list.dataset;
    const said = make("p", { className: "visually-hidden", role: "status" });
    const label = (row) => all("label", row)[0].textContent.trim();
    const words = (text, row, at) =>
      text.replace("%(entry)s", label(row)).replace("%(place)s", at + 1).replace("%(all)s", rows().length);

    const number = (row) => {
      rows().forEach((each, at) => (menu(each).value = at + 1));
      said.textContent = words(placed, row, rows().indexOf(row));
      changed(menu(row));
    };
    const move = (row, by) => {
      const other = rows()[rows().indexOf(row) + by];
      if (!other) return;
      if (by < 0) other.before(row);
      else other.after(row);
      number(row);
    };
    // What has been placed already stands where it was placed.
    const values = rows().map((row) => +menu(row).value);
    if (values.every(Boolean) && new Set(values).size === values.length) {
      list.append(...rows().sort((one, other) => menu(one).value - menu(other).value));
    }
    for (const row of rows()) {
      const button = (sign, text, by) => {
        const made = make("button", { type: "button", className: "button quiet move", textContent: sign, ariaLabel: words(text, row, 0) });
        made.addEventListener("click", () => {
          move(row, by);
          made.focus();
        });
        return made;
      };
      const grip = make("span", { className: "grip", textContent: "⠿", title: handle });
      grip.ariaHidden = "true";
      grip.addEventListener("pointerdown", (event) => {
        grip.setPointerCapture(event.pointerId);
        event.preventDefault();
        row.classList.add("moving");
        let isMoved = false;
        // The others step aside: a row that left its place for a moment would lose the pointer.
        grip.onpointermove = ({ clientY }) => {
          for (const each of rows()) {
            const { top, height } = each.getBoundingClientRect(), isBelow = rows().indexOf(each) > rows().indexOf(row);
            if (each === row || (clientY > top + height / 2) !== isBelow) continue;
            if (isBelow) row.before(each);
            else row.after(each);
            isMoved = true;
          }
        };
        grip.onpointerup = grip.onpointercancel = () => {
          grip.onpointermove = grip.onpointerup = grip.onpointercancel = null;
          row.classList.remove("moving");
          if (isMoved) number(row);
        };
      });
      row.append(make("span", { className: "moves" }, button("↑", up, -1), button("↓", down, 1), grip));
    }
    list.append(said);
  };

  // Timeline: a dot for each year that is typed.
  const draw = (fields) => {
    const years = all("input", fields), { first, last } = fields.dataset;
    const dots = () => {
      for (const scale of all("svg[data-from]", fields.parentElement)) {
        const { from, to, line } = scale.dataset;
        all(".typed-year", scale).forEach((dot) => dot.remove());
        years.forEach(({ value }, at) => {
          const year = /^\s*\d{1,4}\s*$/.test(value) ? +value : NaN;
          if (!(year >= first && year <= last)) return;
          const dot = document.createElementNS(scale.namespaceURI, "circle");
          dot.setAttribute("class", "typed-year");
          dot.setAttribute("cx", +from + ((year - first) / (last - first)) * (to - from));
          dot.setAttribute("cy", line);
          dot.setAttribute("r", 5);
          scale.append(dot);
        });
      }
    };
    fields.addEventListener("input", dots);
    dots();
  };

  // Written answers: words are counted as they are written.
  const count = (shown) => {
    const field = document.getElementById(shown.dataset.wordsOf);
    const words = () => (shown.textContent = shown.dataset.words.replace("%(n)s", (field.value.match(/\S+/g) ?? []).length));
    field.addEventListener("input", words);
    words();
    shown.hidden = false;
  };

  all("fieldset[data-up]:enabled").forEach(order);
  all("fieldset[data-first]").forEach(draw);
  all("[data-words-of]").forEach(count);
})();
