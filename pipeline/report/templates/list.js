// The list: filtered, sorted, a page at a time; only what is shown is in the document.
const SIZE = 50, PRINTED = 200;
const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
const FILTERS = ["verdict", "confidence", "look", "changed", "decision"];
const filters = el("filters"), list = el("list"), body = list && list.tBodies[0];
let columns, haystack, units, found = [], page = 0, size = SIZE, open = "";
let sort = { by: "", down: false };

function columnsOf(has) {
  return [
    { key: "name", title: "Initiative", of: (row) => row[NAME] || row[ID], cell: headCell },
    { key: "unit", title: "Business unit", of: (row) => row[UNIT], cell: (row) => make("td", row[UNIT]) },
    { key: "verdict", title: "Verdict", of: (row) => roleWord(row[VERDICT]), cell: verdictCell },
    { key: "confidence", title: "Confidence", of: (row) => row[PERCENT], cell: (row) => add(make("td", row[BAND]), row[BAND] ? make("small", row[PERCENT] + " %") : "") },
    { key: "today", title: "Role today", of: (row) => roleWord(row[TODAY]), cell: (row) => make("td", roleWord(row[TODAY])) },
    { key: "look", title: "Look at", of: (row) => row[LOOK], cell: (row) => make("td", row[LOOK]) },
    has.changes && { key: "changed", title: "Since last run", of: (row) => changeWord(row), cell: changeCell },
    has.decisions && { key: "decision", title: "Decision", of: (row) => row[DECISION], cell: decisionCell },
    { key: "flips", title: "What would flip it", of: (row) => row[FLIPS], cell: flipsCell },
  ].filter(Boolean);
}

const changeWord = (row) => data.words.changes[row[CHANGE]] || "";

function changeCell(row) {
  const cell = make("td", changeWord(row));
  return row[BEFORE] ? add(cell, make("small", "from " + roleWord(row[BEFORE]).toLowerCase())) : cell;
}

// The first of them on a screen, where the rest is a click away; on paper all.
function flipsCell(row) {
  const [first, ...more] = row[FLIPS].split("; "), cell = make("td", first);
  return more.length ? add(cell, make("small", "or " + more.length + " other", "count"), make("span", "; " + more.join("; "), "rest")) : cell;
}

function headCell(row) {
  const cell = make("th"), button = make("button", row[NAME] || row[ID], "open");
  cell.scope = "row";
  button.type = "button";
  button.dataset.id = row[ID];
  button.setAttribute("aria-expanded", String(row[ID] === open));
  return add(cell, button, make("small", row[ID]));
}

function verdictCell(row) {
  const cell = add(make("td"), make("span", roleWord(row[VERDICT]), "badge " + css(row[VERDICT])));
  return row[VERDICT] === "undecided" && row[LEAN] ? add(cell, make("small", "leans to " + roleWord(row[LEAN]).toLowerCase())) : cell;
}

function decisionCell(row) {
  const cell = make("td", data.words.decisions[row[DECISION]] || "");
  const state = { reopened: "opened again", waiting: "waiting" }[row[STATE]];
  return state ? add(cell, make("small", state)) : cell;
}

// The filters as the address has them; what is not set is not there.
function readFilters() {
  const state = new URLSearchParams(), text = el("search").value.trim(), unit = units[el("unit").selectedIndex];
  if (text) state.set("search", text);
  if (unit !== null) state.set("unit", unit);
  for (const key of FILTERS) if (el(key).value) state.set(key, el(key).value);
  if (sort.by) state.set("sort", (sort.down ? "-" : "") + sort.by);
  return state;
}

function setFilters(state) {
  el("search").value = state.get("search") || "";
  el("unit").selectedIndex = Math.max(0, state.has("unit") ? units.indexOf(state.get("unit")) : 0);
  for (const key of FILTERS) {
    const options = [...el(key).options].map((option) => option.value);
    el(key).value = options.includes(state.get(key)) ? state.get(key) : "";
  }
  const by = state.get("sort") || "", key = by.replace(/^-/, "");
  sort = columns.some((column) => column.key === key) ? { by: key, down: by !== key } : { by: "", down: false };
}

const TESTS = {
  verdict: (row, value) => row[VERDICT] === value,
  confidence: (row, value) => row[BAND].toLowerCase() === value,
  look: (row, value) => (value === "decide" ? row[DECIDE] === 1 : slug(row[LOOK]) === value),
  changed: (row, value) => (value === "any" ? row[CHANGE] !== "" : row[CHANGE] === value),
  decision: (row, value) => (row[STATE] || "none") === value,
};

function search() {
  const words = el("search").value.toLowerCase().split(/\s+/).filter(Boolean), unit = units[el("unit").selectedIndex];
  const tests = FILTERS.filter((key) => el(key).value).map((key) => (row) => TESTS[key](row, el(key).value));
  found = [];
  rows.forEach((row, place) => {
    if (unit !== null && row[UNIT] !== unit) return;
    if (tests.every((test) => test(row)) && words.every((word) => haystack[place].includes(word))) found.push(place);
  });
  const column = columns.find((one) => one.key === sort.by);
  if (column) {
    const keys = new Map(found.map((place) => [place, column.of(rows[place])]));
    const order = (a, b) => (column.key === "confidence" ? keys.get(a) - keys.get(b) : collator.compare(keys.get(a), keys.get(b)));
    // What is empty stays at the end, whichever way.
    const empty = (place) => (keys.get(place) === "" ? 1 : 0);
    found.sort((a, b) => empty(a) - empty(b) || (sort.down ? order(b, a) : order(a, b)) || a - b);
  }
  page = 0;
}

function draw() {
  const last = Math.max(0, Math.ceil(found.length / size) - 1);
  page = Math.min(page, last);
  body.replaceChildren();
  for (const place of found.slice(page * size, (page + 1) * size)) {
    const row = rows[place];
    body.append(add(make("tr", undefined, row[ID] === open ? "opened" : ""), ...columns.map((column) => { const cell = column.cell(row); cell.classList.add("c-" + column.key); return cell; })));
    if (row[ID] === open) body.append(detailRow(place));
  }
  for (const [place, cell] of [...list.tHead.rows[0].cells].entries()) {
    if (columns[place].key === sort.by) cell.setAttribute("aria-sort", sort.down ? "descending" : "ascending");
    else cell.removeAttribute("aria-sort");
  }
  const from = page * size, to = Math.min(found.length, from + size);
  const capped = size === PRINTED && found.length > PRINTED ? "; here " + number(from + 1) + " to " + number(to) + ", report.xlsx has all" : "";
  el("status").textContent = (found.length ? number(found.length) + " of " + number(rows.length) + " initiatives" : "No initiative matches; show all, or search for less") + capped;
  el("page").textContent = "Page " + (page + 1) + " of " + (last + 1);
  el("previous").disabled = page === 0;
  el("next").disabled = page === last;
  el("pages").hidden = last === 0;
}

function detailRow(place) {
  const tr = make("tr", undefined, "detail"), cell = make("td"), box = make("div");
  cell.colSpan = visibleColumns();
  withDetails(place, (told) => drawDetail(box, rows[place], told));
  return add(tr, add(cell, box));
}

// Narrow screens leave columns out, paper has all; a cell that spans more than there are widens it.
const visibleColumns = () => (size === PRINTED ? columns : [...list.tHead.rows[0].cells].filter((cell) => cell.offsetParent !== null)).length;

const buttonOf = (id) => [...body.querySelectorAll(".open")].find((one) => one.dataset.id === id);
