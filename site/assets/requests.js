// A request carries an id and times of the moment at which it is asked for: older ones are refused.
"use strict";
(() => {
  const LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";
  const DAY = 24 * 3600e3;
  const stamp = (moment) => `${new Date(moment).toISOString().slice(0, 19)}Z`;

  function ulid(now) {
    let text = "";
    for (let rest = now, place = 0; place < 10; place++, rest = Math.floor(rest / 32)) text = LETTERS[rest % 32] + text;
    for (const byte of crypto.getRandomValues(new Uint8Array(16))) text += LETTERS[byte % 32];
    return text;
  }

  function renew(link) {
    const address = new URL(link.href), now = Date.now();
    address.searchParams.set("filename", `actions/requests/req-${ulid(now)}.yaml`);
    const text = address.searchParams.get("value")
      .replace(/^requested_at: .*$/m, `requested_at: ${stamp(now)}`)
      .replace(/^not_after: .*$/m, `not_after: ${stamp(now + DAY)}`);
    address.searchParams.set("value", text);
    link.href = address.href;
  }

  for (const link of document.querySelectorAll("a[data-request]")) {
    for (const event of ["pointerdown", "focus"]) link.addEventListener(event, () => renew(link));
  }
})();
