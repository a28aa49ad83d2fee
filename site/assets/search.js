// The finder: every page by name, from one small index that is fetched when it is first wanted.
"use strict";
(() => {
  const MOST = 40;
  const { data, make, plain, root } = lightship;
  const ORDER = ["service", "runbook", "team", "person", "schedule", "system"];
  let index = null, dialog, input, list, told, shown = [], at = -1;

  async function load() {
    if (index) return index;
    const { sorts, pages } = await data("search.json");
    index = pages.map(([sort, id, title, words = "", hidden = ""]) => {
      const [name, folder] = sorts[sort];
      const rank = ORDER.indexOf(name);
      return { name, path: `${folder}${id}${id ? "/" : ""}`, title, words, rank: rank < 0 ? ORDER.length : rank, key: plain(title), id, rest: plain(`${id} ${words} ${hidden} ${name}`) };
    });
    return index;
  }

  // How well one word fits an entry: 0 not at all, more is better.
  function fit(entry, word) {
    if (entry.id === word || entry.key === word) return 100;
    if (entry.id.startsWith(word) || entry.key.startsWith(word)) return 60;
    const place = entry.key.indexOf(word);
    if (place > 0) return /[\s-]/.test(entry.key[place - 1]) ? 40 : 20;
    const other = entry.rest.indexOf(word);
    if (other < 0) return 0;
    return other === 0 || /\s/.test(entry.rest[other - 1]) ? 12 : 5;
  }

  // Letters in order, for names that are only half remembered.
  function loose(entry, letters) {
    let place = -1;
    for (const letter of letters) if ((place = entry.key.indexOf(letter, place + 1)) < 0) return false;
    return true;
  }

  function find(text) {
    const words = plain(text).split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const scored = [];
    for (const entry of index) {
      let sum = 0;
      for (const word of words) {
        const each = fit(entry, word);
        if (!each) { sum = 0; break; }
        sum += each;
      }
      if (sum) scored.push([sum - entry.rank - entry.key.length / 100, entry]);
    }
    if (!scored.length && words.join("").length > 2) {
      for (const entry of index) if (loose(entry, words.join(""))) scored.push([-entry.rank - entry.key.length / 100, entry]);
    }
    return scored.sort((one, other) => other[0] - one[0]).map(([, entry]) => entry);
  }

  function marked(text, words) {
    const low = plain(text);
    const word = low.length === text.length && words.find((each) => low.includes(each));
    if (!word) return [text];
    const place = low.indexOf(word);
    return [text.slice(0, place), make("mark", {}, text.slice(place, place + word.length)), text.slice(place + word.length)];
  }

  function draw() {
    const text = input.value.trim(), words = plain(text).split(/\s+/).filter(Boolean);
    const found = find(text);
    shown = found.slice(0, MOST);
    at = shown.length ? 0 : -1;
    list.replaceChildren(...shown.map((entry, place) => make("li", { role: "option", id: `ls-hit-${place}` },
      make("a", { href: new URL(entry.path, root).href, tabindex: "-1" },
        make("span", { class: "ls-hit__title" }, ...marked(entry.title, words)),
        make("span", { class: "ls-hit__sort" }, entry.name),
        make("span", { class: "ls-hit__words" }, entry.words)))));
    told.textContent = !text ? "Services, runbooks, people, teams, schedules … by name, id or tag."
      : found.length > MOST ? `The best ${MOST} of ${found.length.toLocaleString("en")}` : found.length ? "" : `Nothing is called “${text}”.`;
    choose(at);
  }

  function choose(place) {
    at = place;
    [...list.children].forEach((item, each) => item.setAttribute("aria-selected", each === at));
    input.setAttribute("aria-activedescendant", at < 0 ? "" : `ls-hit-${at}`);
    if (at >= 0) list.children[at].scrollIntoView({ block: "nearest" });
  }

  function build() {
    input = make("input", { type: "text", inputmode: "search", class: "ls-finder__box", placeholder: "Find anything", "aria-label": "Find anything", role: "combobox", "aria-expanded": "true", "aria-controls": "ls-hits", autocomplete: "off", spellcheck: "false", autocapitalize: "off" });
    list = make("ul", { id: "ls-hits", class: "ls-finder__hits", role: "listbox", "aria-label": "Found" });
    told = make("p", { class: "ls-finder__told", role: "status" });
    const close = make("button", { type: "button", class: "ls-finder__close", "aria-label": "Close" }, "Esc");
    dialog = make("dialog", { class: "ls-finder", "aria-label": "Find" }, make("div", { class: "ls-finder__head" }, input, close), told, list);
    close.addEventListener("click", () => dialog.close());
    input.addEventListener("input", () => index && draw());
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && shown.length) {
        event.preventDefault();
        choose((at + step + shown.length) % shown.length);
      } else if (event.key === "Enter" && at >= 0) {
        event.preventDefault();
        const link = list.children[at].firstElementChild;
        if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
        else location.assign(link.href);
      }
    });
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    document.body.append(dialog);
  }

  async function open() {
    if (!dialog) build();
    if (!dialog.open) dialog.showModal();
    input.select();
    try {
      await load();
      draw();
    } catch {
      told.textContent = "The index could not be read. Reload the page to try again.";
    }
  }

  for (const button of document.querySelectorAll("[data-ls-find]")) {
    button.addEventListener("click", open);
    for (const sign of ["pointerenter", "focus"]) button.addEventListener(sign, () => load().catch(() => {}), { once: true });
  }
  lightship.find = open;
})();
