// Now: ages and clocks in the reader's time, who is on call at this minute, and how old the data is.
"use strict";
(() => {
  const MINUTE = 60e3, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
  const OLD = 26 * HOUR; // the portal is built every night
  const { make, data, root } = lightship;

  function span(ms) {
    const away = Math.abs(ms);
    if (away < HOUR) return `${Math.max(1, Math.round(away / MINUTE))} min`;
    if (away < 2 * DAY) return `${Math.round(away / HOUR)} h`;
    if (away < 21 * DAY) return `${Math.round(away / DAY)} days`;
    if (away < 90 * DAY) return `${Math.round(away / DAY / 7)} weeks`;
    if (away < 730 * DAY) return `${Math.round(away / DAY / 30.44)} months`;
    return `${Math.round(away / DAY / 365.25)} years`;
  }
  const relative = (moment, now) => (moment >= now ? `in ${span(moment - now)}` : `${span(now - moment)} ago`);
  const hours = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
  const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "short" });
  const dayOfMonth = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
  const full = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "short" });
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

  function midnight(moment) {
    const day = new Date(moment);
    day.setHours(0, 0, 0, 0);
    return day;
  }

  function clock(moment, now) {
    const away = Math.round((midnight(moment) - midnight(now)) / DAY);
    if (away === 0) return hours.format(moment);
    if (away > 0 && away < 7) return `${weekday.format(moment)} ${hours.format(moment)}`;
    const day = dayOfMonth.format(moment);
    return moment.getFullYear() === now.getFullYear() ? `${day} ${hours.format(moment)}` : `${day} ${moment.getFullYear()}`;
  }

  function days(text, now) {
    const today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
    const away = Math.round((Date.parse(`${text}T00:00Z`) - today) / DAY);
    if (Math.abs(away) < 2) return ["yesterday", "today", "tomorrow"][away + 1];
    const words = away === 2 || away === -2 ? "2 days" : span(away * DAY);
    return away > 0 ? `in ${words}` : `${words} ago`;
  }

  // The day unless it is today, and always the minute.
  const minute = (moment, now) => (+midnight(moment) === +midnight(now) ? "" : `${dayOfMonth.format(moment)} `) + hours.format(moment);
  const WAYS = { "ls-clock": clock, "ls-minute": minute, "ls-relative": relative };

  // How long something went on, as words.py says it.
  function lasted(ms) {
    const minutes = Math.round(ms / MINUTE);
    if (minutes < 1) return "under a minute";
    if (minutes < 60) return `${minutes} min`;
    if (minutes < 1440) return `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ""}`;
    const hours = Math.round(minutes / 60), days = Math.floor(hours / 24);
    return `${days.toLocaleString("en")} ${days === 1 ? "day" : "days"}${hours % 24 && days < 10 ? ` ${hours % 24} h` : ""}`;
  }

  // Every <time>: the reader's clock; on hover the whole, there and in the zone that the portal was written for.
  function tick(now) {
    for (const time of document.querySelectorAll("time.ls-clock, time.ls-minute, time.ls-relative")) {
      const moment = new Date(time.dateTime);
      if (!time.dataset.there) time.dataset.there = time.title || " ";
      time.textContent = WAYS[time.className](moment, now);
      const here = `${full.format(moment)} (${zone})`;
      time.title = time.dataset.there.trim() ? `${here}\n${time.dataset.there}` : here;
    }
    for (const time of document.querySelectorAll("time.ls-age")) time.textContent = lasted(now - new Date(time.dateTime));
    for (const time of document.querySelectorAll("time[title]:not([class])")) {
      if (/^\d{4}-\d\d-\d\d$/.test(time.dateTime)) time.textContent = days(time.dateTime, now);
    }
  }

  lightship.tick = tick;
  for (const told of document.querySelectorAll(".ls-zone")) told.textContent = `your time, ${zone}`;

  const at = (moment) => make("time", { class: "ls-clock", datetime: moment.toISOString() });

  // The turn that holds, and the next of somebody else.
  function duty(schedule, now) {
    const turns = schedule.turns.map(([start, end, person, promised]) => ({ start: new Date(start), end: new Date(end), person, promised }));
    const index = turns.findIndex((turn) => turn.start <= now && now < turn.end);
    if (index < 0) return null;
    const current = turns[index];
    const next = turns.slice(index + 1).find((turn) => turn.person && turn.person !== current.person);
    return { current, next };
  }

  // Somebody whom only the pager knows has no page.
  function link(people, id) {
    if (!people[id]) return id;
    return make("a", { href: new URL(`people/${id}/`, root).href }, people[id] || id);
  }

  // A card or a row says who is on call: put right where the turn has changed since the page was made.
  function show(place, { current, next }, people) {
    const who = place.querySelector(".ls-who, .ls-person");
    if (!who) return;
    const name = current.person ? people[current.person] || current.person : "";
    const known = who.querySelector("a");
    if (name ? (known || !people[current.person]) && who.textContent.trim() === name : place.dataset.on === "" || !known) return;
    const isOpen = !current.person && current.promised;
    place.classList.toggle("gap", isOpen);
    who.replaceChildren(...(current.person ? [link(people, current.person)] : next ? ["Nobody until ", at(next.start)] : ["Nobody is on call"]));
    const words = current.person ? ["until ", at(current.end), ...(next ? [", then ", link(people, next.person)] : [])] : next ? [link(people, next.person), " is next"] : [];
    const card = who.classList.contains("ls-who");
    const line = card ? who.nextElementSibling : place.querySelector(".end");
    if (line) line.replaceChildren(...words);
    const ways = place.querySelector(".ls-acts");
    if (ways) {
      const button = current.person && people[current.person] && make("a", { class: "ls-act first", href: new URL(`people/${current.person}/`, root).href }, `Reach ${name}`);
      ways.replaceChildren(...(button ? [button] : []));
    }
  }

  // What a pager said is believed for so long; then nobody is named.
  function unknown(place, schedule, now) {
    const who = place.querySelector(".ls-who, .ls-person");
    if (!who) return;
    place.classList.remove("gap");
    who.replaceChildren("See the pager");
    const line = who.classList.contains("ls-who") ? who.nextElementSibling : place.querySelector(".end");
    if (line) line.replaceChildren(`Who is on call is unknown: last heard from ${schedule.source} ${span(now - new Date(schedule.observed_at))} ago.`);
    for (const told of place.querySelectorAll(".ls-acts, .ls-left")) told.replaceChildren();
  }

  function left(place, current, now) {
    for (const told of place.querySelectorAll(".ls-left")) told.textContent = current.person ? ` (${span(current.end - now)} left)` : "";
  }

  const FEW = 3; // schedules that are asked for one by one

  async function onCall(now) {
    const places = [...document.querySelectorAll("[data-schedule]")];
    const ids = [...new Set(places.map((place) => place.dataset.schedule))].filter(Boolean);
    if (!ids.length) return;
    const all = ids.length > FEW ? await data("api/oncall.json", true) : Object.fromEntries(await Promise.all(ids.map(async (id) => [id, await data(`api/oncall/${id}.json`, true)])));
    for (const place of places) {
      const schedule = all[place.dataset.schedule];
      if (schedule && schedule.known && schedule.until && now >= new Date(schedule.until)) {
        unknown(place, schedule, now);
        continue;
      }
      const found = schedule && schedule.known && duty(schedule, now);
      if (!found) continue;
      show(place, found, schedule.people);
      left(place, found.current, now);
    }
  }

  async function age(now) {
    const { built } = await data("api/portal.json", true);
    const moment = new Date(built);
    const stamp = document.querySelector("[data-now=stamp]");
    if (stamp) stamp.replaceChildren("Data as of ", make("time", { class: "ls-relative", datetime: built }), ".");
    if (now - moment < OLD) return;
    const place = document.querySelector("[data-md-component=announce]");
    if (!place || place.childElementCount) return;
    const text = `This was worked out ${span(now - moment)} ago. Scores and findings may be out of date; who is on call is right as long as the schedules have not changed.`;
    place.append(make("aside", { class: "md-banner ls-old", role: "status" }, make("div", { class: "md-banner__inner md-grid md-typeset" }, text)));
  }

  async function update() {
    const now = new Date();
    tick(now);
    // Without the data files, what the page says stands.
    await Promise.allSettled([onCall(now), age(now)]);
    tick(now);
  }
  update();
  setInterval(update, MINUTE);
})();
