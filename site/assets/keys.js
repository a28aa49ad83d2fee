// Keys: `/` finds or filters, `g` and a letter goes somewhere, `?` shows them all.
"use strict";
(() => {
  const { make, root } = lightship;
  const PLACES = { h: ["", "Home"], i: ["incidents/", "Incidents"], m: ["metrics/", "Metrics"], s: ["services/", "Services"], o: ["oncall/", "On call"], r: ["runbooks/", "Runbooks"], c: ["scorecards/", "Scorecards"], n: ["initiatives/", "Initiatives"], t: ["teams/", "Teams"], p: ["people/", "People"], y: ["systems/", "Systems"], f: ["findings/", "To fix"] };
  const PATIENCE = 1200; // ms between g and the letter
  let since = 0, help;

  function isTyping(target) {
    return target instanceof Element && target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]") !== null;
  }

  function row(keys, words) {
    return make("div", {}, make("dt", {}, ...keys.map((key) => make("kbd", {}, key))), make("dd", {}, words));
  }

  function show() {
    if (!help) {
      const rows = [row(["/"], document.querySelector(".ls-filter") ? "Filter this list" : "Find anything"), row(["s"], "Find anything"), row(["?"], "These keys"), row(["Esc"], "Close")];
      const places = Object.entries(PLACES).map(([key, [, name]]) => row(["g", key], name));
      const close = make("button", { type: "button", class: "ls-act" }, "Close");
      help = make("dialog", { class: "ls-keys", "aria-labelledby": "ls-keys-title" }, make("h2", { id: "ls-keys-title" }, "Keys"), make("dl", {}, ...rows, ...places), close);
      close.addEventListener("click", () => help.close());
      help.addEventListener("click", (event) => event.target === help && help.close());
      document.body.append(help);
    }
    if (!help.open) help.showModal();
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "k") {
      event.preventDefault();
      lightship.find();
      return;
    }
    if (event.ctrlKey || event.metaKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const went = performance.now() - since < PATIENCE && PLACES[event.key];
    since = event.key === "g" ? performance.now() : 0;
    if (went) {
      event.preventDefault();
      location.assign(new URL(went[0], root).href);
    } else if (event.key === "?") {
      event.preventDefault();
      show();
    } else if (event.key === "/" || event.key === "s") {
      event.preventDefault();
      const filter = event.key === "/" && document.querySelector(".ls-filter__box");
      if (filter) filter.select();
      else lightship.find();
    }
  });
  for (const button of document.querySelectorAll("[data-ls-keys]")) button.addEventListener("click", show);
})();
