// Sets light or dark before the page is painted: as chosen, else as the device says. Material's own script does the rest.
"use strict";
(function () {
  const kept = __md_get("__palette");
  const color = kept && kept.color;
  const followed = !color || color.media === "(prefers-color-scheme)";
  const wanted = followed ? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light") : color.media.includes("dark") ? "dark" : "light";
  const option = document.querySelector(`[data-md-color-media="(prefers-color-scheme: ${wanted})"]`);
  if (option) document.body.setAttribute("data-md-color-scheme", option.getAttribute("data-md-color-scheme"));
})();
