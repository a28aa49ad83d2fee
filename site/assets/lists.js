// Lists: filters by words and facets, kept in the address; rows are made as they come into view.
"use strict";
(() => {
  const STEP = 100; // rows made at once
  const { make, plain } = lightship;

  function text(table, cell) { return table.texts[cell]; }

  // A cell as `shown` of lists.py makes it.
  function cell(table, value) {
    if (!Array.isArray(value)) return text(table, value);
    if (value.length === 1) return make("time", { class: "ls-age", datetime: text(table, value[0]) });
    if (value.length === 2) return make("span", { class: `s ${text(table, value[0])}` }, text(table, value[1]));
    const bars = Array.from({ length: value[1] }, (_, at) => make("i", { class: at < value[0] ? "on" : null }));
    return make("span", { class: "lvl", title: `${value[0]} of ${value[1]}` }, ...bars, text(table, value[2]));
  }

  function row(table, [href, title, below, , cells]) {
    const name = make("th", { scope: "row" }, make("a", { href }, title), below ? make("small", {}, below) : null);
    return make("tr", {}, name, ...table.columns.map(([label, sort, narrow], at) => make("td", { class: narrow ? sort : `${sort} wide`, "data-label": sort === "num" ? label : null }, cell(table, cells[at]))));
  }

  function words(table, [href, title, below, more, cells]) {
    const told = cells.filter((each) => each.length !== 1).map((each) => (Array.isArray(each) ? text(table, each[each.length - 1]) : text(table, each)));
    return plain([href, title, below, more, ...told].join(" "));
  }

  class Filtered {
    constructor(place, table) {
      this.table = table;
      this.form = place.querySelector(".ls-filter");
      this.box = this.form.elements.q;
      this.count = place.querySelector(".ls-filter__count");
      this.body = place.querySelector("tbody");
      this.rest = place.querySelector(".ls-rest");
      this.facets = table.facets.map(([key, values]) => ({ key, values, place: this.form.querySelector(`[data-facet="${CSS.escape(key)}"]`), chosen: new Set() }));
      this.words = table.rows.map((each) => words(table, each));
      this.read();
      this.listen();
      this.form.hidden = false;
      new IntersectionObserver((seen) => seen.some((each) => each.isIntersecting) && this.more(), { rootMargin: "600px" }).observe(this.rest);
      if (this.isFiltered()) this.show();
      else this.begin(this.table.rows.map((_, at) => at), this.body.rows.length);
    }

    isFiltered() { return Boolean(this.box.value.trim()) || this.facets.some((facet) => facet.chosen.size); }

    // The address says what is filtered.
    read() {
      const asked = new URLSearchParams(location.search);
      this.box.value = asked.get("q") || "";
      for (const facet of this.facets) {
        facet.chosen = new Set(asked.getAll(facet.key).map((value) => facet.values.indexOf(value)).filter((at) => at >= 0));
      }
      this.press();
    }

    write() {
      const asked = new URLSearchParams();
      if (this.box.value.trim()) asked.set("q", this.box.value.trim());
      for (const facet of this.facets) for (const at of facet.chosen) asked.append(facet.key, facet.values[at]);
      const query = asked.toString();
      history.replaceState(null, "", `${location.pathname}${query ? `?${query}` : ""}${location.hash}`);
    }

    press() {
      for (const facet of this.facets) {
        for (const chip of facet.place.querySelectorAll("button")) {
          chip.setAttribute("aria-pressed", facet.chosen.has(facet.values.indexOf(chip.dataset.value)));
        }
        const hidden = facet.place.closest("details");
        if (hidden && facet.chosen.size) hidden.open = true;
        const select = facet.place.querySelector("select");
        if (!select) continue;
        const chosen = [...select.options].find((option) => option.value && facet.chosen.has(facet.values.indexOf(option.value)));
        select.value = chosen ? chosen.value : "";
        select.classList.toggle("on", Boolean(chosen));
      }
    }

    listen() {
      this.form.addEventListener("submit", (event) => event.preventDefault());
      this.box.addEventListener("input", () => this.changed());
      this.box.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && this.box.value) { event.preventDefault(); this.box.value = ""; this.changed(); }
        else if (event.key === "Escape") this.box.blur();
        else if (event.key === "Enter" || event.key === "ArrowDown") { event.preventDefault(); this.body.querySelector("a")?.focus(); }
      });
      this.body.addEventListener("keydown", (event) => {
        const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
        if (!step) return;
        event.preventDefault();
        const other = event.target.closest("tr")[step];
        if (other) other.querySelector("a").focus();
        else if (event.key === "ArrowUp") this.box.focus();
      });
      for (const facet of this.facets) {
        facet.place.addEventListener("click", (event) => {
          const chip = event.target.closest("button");
          if (chip) this.toggle(facet, facet.values.indexOf(chip.dataset.value));
        });
        facet.place.addEventListener("change", (event) => {
          for (const option of event.target.options) facet.chosen.delete(facet.values.indexOf(option.value));
          if (event.target.value) facet.chosen.add(facet.values.indexOf(event.target.value));
          this.changed();
        });
      }
      addEventListener("popstate", () => { this.read(); this.show(); });
    }

    toggle(facet, at) {
      if (!facet.chosen.delete(at)) facet.chosen.add(at);
      this.changed();
    }

    changed() { this.press(); this.write(); this.show(); }

    // Rows that hold every word typed and, of each facet with a choice, one of its values.
    matching() {
      const asked = plain(this.box.value).split(/\s+/).filter(Boolean);
      const chosen = this.facets.map((facet, at) => [at, facet.chosen]).filter(([, values]) => values.size);
      const found = [];
      this.table.rows.forEach((each, at) => {
        if (chosen.every(([facet, values]) => each[5][facet].some((value) => values.has(value))) && asked.every((word) => this.words[at].includes(word))) found.push(at);
      });
      return found;
    }

    show() {
      this.body.replaceChildren();
      this.begin(this.matching(), 0);
    }

    begin(found, made) {
      this.found = found;
      this.made = made;
      const [one, many] = this.table.noun, all = this.table.rows.length;
      const told = (count) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
      this.count.textContent = found.length === all ? told(all) : `${found.length.toLocaleString("en")} of ${told(all)}`;
      this.rest.replaceChildren();
      if (!found.length) {
        const clear = make("button", { type: "button", class: "ls-chip" }, "Show all");
        clear.addEventListener("click", () => { this.box.value = ""; for (const facet of this.facets) facet.chosen.clear(); this.changed(); });
        this.rest.append(`No ${one} is like that. `, clear);
      }
      if (!made) this.more();
    }

    more() {
      if (!this.found || this.made >= this.found.length) return;
      const next = this.found.slice(this.made, this.made + STEP);
      this.made += next.length;
      this.body.append(...next.map((at) => row(this.table, this.table.rows[at])));
      if (this.body.querySelector("time")) lightship.tick(new Date());
    }
  }

  for (const place of document.querySelectorAll("[data-list]")) {
    fetch(new URL(place.dataset.list, location.href), { credentials: "same-origin" })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))))
      .then((table) => { place.list = new Filtered(place, table); })
      .catch(() => { place.querySelector(".ls-rest").textContent = "The filter could not be loaded. Reload the page to try again."; });
  }
})();
