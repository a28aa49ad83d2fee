// What the other scripts share: the portal's root, its data files, and a way to make elements from text (never from HTML).
"use strict";
const lightship = (() => {
  const root = new URL(document.querySelector("meta[name=lightship-root]").content || "./", location.href);
  const asked = new Map();

  // A data file below the root, parsed. `fresh` asks the server again whether it changed.
  function data(file, fresh = false) {
    const url = new URL(file, root).href;
    if (!asked.has(url)) {
      const answer = fetch(url, { cache: fresh ? "no-cache" : "default", credentials: "same-origin" }).then((found) => {
        if (!found.ok) throw new Error(`${url}: ${found.status}`);
        return found.json();
      });
      answer.catch(() => asked.delete(url));
      asked.set(url, answer);
    }
    return asked.get(url);
  }

  // An element: attributes as given (null ones are left out), children as elements or text.
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== ""));
    return element;
  }

  // Lower case, without accents: what is typed is compared with what is written.
  function plain(text) {
    return text.normalize("NFKD").replace(/\p{Mn}/gu, "").toLowerCase();
  }

  return { root, data, make, plain };
})();
