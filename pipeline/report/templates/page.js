"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const rows = data.rows;
  if (!rows.length) return;
  // Places of a row's cells, as page_data.py lists them.
  const [ID, NAME, UNIT, VERDICT, LEAN, CONFIDENCE, PERCENT, REASON, DECIDE, RATIONALE, FLIPS, TODAY, PROJECT, PROGRAM, ADVISORIES, FACTS, EVIDENCE, MORE] = Array(18).keys();
  const COLUMNS = [["Initiative", NAME], ["Business unit", UNIT], ["Verdict", VERDICT], ["Confidence", PERCENT], ["Role today", TODAY], ["Look at", REASON], ["What would flip it", FLIPS]];
  const SIZE = 50, PRINTED = 200;
  const el = (id) => document.getElementById(id);
  const filters = el("filters"), list = el("list"), body = list.tBodies[0];
  const byId = new Map(rows.map((row, place) => [row[ID], place]));
  const haystack = rows.map((row) => (row[ID] + " " + row[NAME] + " " + row[UNIT]).toLowerCase());
  const compare = new Intl.Collator("en", { numeric: true }).compare;
  let found = [], page = 0, size = SIZE, open = "", sortBy = -1, down = false;

  const make = (tag, text, name) => {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    if (name) node.className = name;
    return node;
  };
  const add = (parent, ...nodes) => { parent.append(...nodes); return parent; };
  const css = (word) => word.toLowerCase().replace(" ", "-");

  function search() {
    const text = el("search").value.toLowerCase().trim(), verdict = el("verdict").value, unit = el("unit").value;
    const confidence = el("confidence").value, reason = el("reason").value;
    found = [];
    rows.forEach((row, place) => {
      if (text && !haystack[place].includes(text)) return;
      if (verdict && row[VERDICT] !== verdict || unit && row[UNIT] !== unit) return;
      if (confidence && row[CONFIDENCE] !== confidence) return;
      if (reason && (reason === "!" ? !row[DECIDE] : row[REASON] !== reason)) return;
      found.push(place);
    });
    if (sortBy >= 0) {
      const key = COLUMNS[sortBy][1];
      const order = key === PERCENT ? (a, b) => rows[a][key] - rows[b][key] : (a, b) => compare(rows[a][key], rows[b][key]);
      found.sort(down ? (a, b) => order(b, a) : order);
    }
    page = 0;
    draw();
  }

  function draw() {
    const last = Math.max(0, Math.ceil(found.length / size) - 1);
    page = Math.min(page, last);
    body.replaceChildren();
    for (const place of found.slice(page * size, (page + 1) * size)) {
      body.append(line(rows[place]));
      if (rows[place][ID] === open) body.append(detail(rows[place]));
    }
    el("status").textContent = found.length.toLocaleString("en") + " of " + rows.length.toLocaleString("en") + " initiatives"
      + (size === PRINTED && found.length > PRINTED ? "; the first " + PRINTED + " are printed, report.xlsx has all" : "");
    el("page").textContent = "Page " + (page + 1) + " of " + (last + 1);
    el("previous").disabled = page === 0;
    el("next").disabled = page === last;
    el("pages").hidden = last === 0;
  }

  function line(row) {
    const tr = make("tr"), head = make("th"), button = make("button", row[NAME] || row[ID], "open");
    head.scope = "row";
    button.type = "button";
    button.dataset.id = row[ID];
    button.setAttribute("aria-expanded", String(row[ID] === open));
    add(tr, add(head, button, make("small", row[ID])), make("td", row[UNIT]));
    const verdict = add(make("td"), make("span", row[VERDICT], "badge " + css(row[VERDICT])));
    if (row[VERDICT] === "Undecided" && row[LEAN]) verdict.append(make("small", "leans to " + row[LEAN].toLowerCase()));
    const confidence = row[CONFIDENCE] ? row[CONFIDENCE] + ", " + row[PERCENT] + " %" : "";
    return add(tr, verdict, make("td", confidence), make("td", row[TODAY]), make("td", row[REASON]), make("td", row[FLIPS]));
  }

  function detail(row) {
    const tr = make("tr", undefined, "detail"), cell = make("td");
    cell.colSpan = COLUMNS.length;
    if (row[RATIONALE]) cell.append(make("p", row[RATIONALE]));
    const facts = make("dl", undefined, "facts");
    row[FACTS].forEach((text, place) => text && facts.append(add(make("div"), make("dt", data.columns[place]), make("dd", text))));
    const sides = make("div", undefined, "sides");
    for (const [role, score] of [["Project manager", row[PROJECT]], ["Program manager", row[PROGRAM]]]) sides.append(side(row, role, score));
    cell.append(sides);
    const [changes, misses, questions] = row[MORE] || [[], [], []];
    if (misses.length) {
      const other = { "Project manager": "program manager", "Program manager": "project manager" }[row[VERDICT]];
      add(cell, make("h4", other ? "Why not a " + other : "Rules that nearly matched"), missed(misses));
    }
    if (changes.length) add(cell, make("h4", "What would flip it"), bullets(changes));
    else if (row[FLIPS]) add(cell, make("h4", "What would flip it"), make("p", row[FLIPS]));
    if (questions.length) add(cell, make("h4", "What is missing"), bullets(questions));
    if (row[ADVISORIES].length) {
      const notes = make("ul");
      row[ADVISORIES].forEach((text) => notes.append(make("li", text)));
      add(cell, make("h4", "Advisories"), notes);
    }
    if (facts.childElementCount) add(cell, make("h4", "What is known"), facts);
    return add(tr, cell);
  }

  function bullets(texts) {
    return add(make("ul"), ...texts.map((text) => make("li", text)));
  }

  function missed(misses) {
    return add(make("ul"), ...misses.map(([rule, points, shortfalls]) => {
      const [id, title] = data.rules[rule];
      const item = add(make("li"), make("b", title + " (" + points + ")"));
      const link = make("a", id);
      link.href = "handbook.html#" + encodeURIComponent(id);
      return add(item, add(make("small"), link, " " + shortfalls.join("; ")));
    }));
  }

  function side(row, role, score) {
    const box = make("section", undefined, "side " + css(role)), aspects = new Map();
    box.append(make("h4", "For a " + role.toLowerCase() + ": " + score + (score === 1 ? " point" : " points")));
    for (const proof of row[EVIDENCE]) {
      if (proof[1] !== role) continue;
      const [id, title, aspect] = data.rules[proof[0]];
      if (!aspects.has(aspect)) aspects.set(aspect, make("ul"));
      const item = add(make("li"), make("b", title + " (" + proof[2] + ")"), " " + proof[3]);
      if (proof[4]) item.append(make("small", "Matched: " + proof[4]));
      if (proof[5]) item.append(add(make("small", "In its words: "), make("q", proof[5])));
      const rule = make("a", id);
      rule.href = "handbook.html#" + encodeURIComponent(id);
      item.append(add(make("small"), rule, proof[6] ? ", stands on " + proof[6] : ""));
      aspects.get(aspect).append(item);
    }
    if (!aspects.size) box.append(make("p", "No evidence.", "note"));
    for (const [aspect, items] of aspects) add(box, make("h5", aspect), items);
    return box;
  }

  function show(id) {
    if (!byId.has(id)) return;
    open = id;
    let at = found.indexOf(byId.get(id));
    if (at < 0) { for (const control of filters.elements) control.value = ""; search(); at = found.indexOf(byId.get(id)); }
    page = Math.floor(at / size);
    draw();
    focusOn(id);
  }

  function focusOn(id) {
    const button = [...body.querySelectorAll(".open")].find((one) => one.dataset.id === id);
    if (button) { button.focus({ preventScroll: true }); button.scrollIntoView({ block: "start" }); }
  }

  function named() {
    try { return decodeURIComponent(location.hash.slice(1)); } catch { return ""; }
  }

  COLUMNS.forEach(([title], place) => {
    const head = make("th"), button = make("button", title);
    head.scope = "col";
    button.type = "button";
    button.addEventListener("click", () => {
      down = sortBy === place && !down;
      sortBy = place;
      for (const other of list.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      search();
    });
    list.tHead.rows[0].append(add(head, button));
  });
  [...new Set(rows.map((row) => row[UNIT]))].filter(Boolean).sort(compare).forEach((unit) => el("unit").append(make("option", unit)));
  body.addEventListener("click", (event) => {
    const button = event.target.closest(".open");
    if (!button) return;
    const id = button.dataset.id;
    open = open === id ? "" : id;
    history.replaceState(null, "", open ? "#" + encodeURIComponent(id) : location.pathname + location.search);
    draw();
    focusOn(id);
  });
  filters.addEventListener("input", search);
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("reset", () => setTimeout(search));
  el("previous").addEventListener("click", () => { page -= 1; draw(); });
  el("next").addEventListener("click", () => { page += 1; draw(); });
  addEventListener("hashchange", () => show(named()));
  addEventListener("beforeprint", () => { size = PRINTED; page = 0; draw(); });
  addEventListener("afterprint", () => { size = SIZE; draw(); });
  for (const node of [filters, el("status"), list]) node.hidden = false;
  search();
  show(named());
})();
