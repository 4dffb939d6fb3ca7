// Everything together: the address decides what is shown, and what is shown is written to it.
function show({ id, state }) {
  setFilters(state);
  search();
  open = byId.has(id) ? id : "";
  let at = found.indexOf(byId.get(open));
  if (open && at < 0) {
    // A link to an initiative wins over filters that hide it.
    setFilters(new URLSearchParams());
    search();
    at = found.indexOf(byId.get(open));
  }
  if (open) page = Math.floor(at / size);
  draw();
}

function focusOn(id) {
  const button = buttonOf(id);
  if (!button) return;
  button.focus({ preventScroll: true });
  button.scrollIntoView({ block: "start" });
}

function toList() {
  el("~initiatives").scrollIntoView({ block: "start" });
  el("~initiatives").focus({ preventScroll: true });
}

function follow() {
  const address = readAddress();
  if (!address) return;
  show(address);
  if (open) focusOn(open);
}

function toggle(id) {
  open = open === id ? "" : id;
  writeAddress(open, readFilters(), { isNew: true });
  draw();
  const button = buttonOf(id);
  button.focus({ preventScroll: true });
  if (button.getBoundingClientRect().top < 0) button.scrollIntoView({ block: "start" });
}

function filtered({ isNew }) {
  open = "";
  writeAddress("", readFilters(), { isNew });
  search();
  draw();
}

function fillControls() {
  const named = [...new Set(rows.map((row) => row[UNIT]))];
  units = [null, ...named.filter(Boolean).sort(collator.compare)];
  if (named.includes("") && units.length > 1) units.push("");
  add(el("unit"), ...units.map((unit) => make("option", unit === null ? "All" : unit || "Not stated")));
  el("changed").parentElement.hidden = !data.has.changes;
  el("decision").parentElement.hidden = !data.has.decisions;
  for (const column of columns) {
    const head = make("th", undefined, "c-" + column.key), button = make("button", column.title);
    head.scope = "col";
    head.dataset.title = column.title;  // for paper, where browsers repeat texts but not buttons
    button.type = "button";
    button.addEventListener("click", () => {
      sort = { by: column.key, down: sort.by === column.key && !sort.down };
      filtered({ isNew: true });
    });
    list.tHead.rows[0].append(add(head, button));
  }
}

function listen() {
  let typed = false;
  body.addEventListener("click", (event) => {
    const button = event.target.closest(".open");
    // A click anywhere in a row opens it, but not one that selects text.
    const line = event.target.closest("tr:not(.detail)");
    if (event.target.closest(".detail") || (!button && !getSelection().isCollapsed)) return;
    if (line) toggle(line.querySelector(".open").dataset.id);
  });
  body.addEventListener("keydown", (event) => { if (event.key === "Escape" && open) toggle(open); });
  filters.addEventListener("change", (event) => {
    if (event.target.id === "search") typed = false;
    else filtered({ isNew: true });
  });
  el("search").addEventListener("input", () => { filtered({ isNew: !typed }); typed = true; });
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("reset", (event) => { event.preventDefault(); sort = { by: "", down: false }; setFilters(new URLSearchParams()); filtered({ isNew: true }); });
  for (const [id, step] of [["previous", -1], ["next", 1]]) {
    el(id).addEventListener("click", () => { page += step; draw(); el("~initiatives").scrollIntoView({ block: "start" }); });
  }
  addEventListener("popstate", follow);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || !(link.getAttribute("href") || "").startsWith("#?")) return;
    setTimeout(toList);
  });
  const redraw = (count) => { size = count; page = open ? Math.floor(found.indexOf(byId.get(open)) / size) : 0; draw(); };
  addEventListener("beforeprint", () => redraw(PRINTED));
  addEventListener("resize", () => { const cell = body.querySelector(".detail > td"); if (cell) cell.colSpan = visibleColumns(); });
  addEventListener("afterprint", () => redraw(SIZE));
}

async function start() {
  if (!list) return;
  if (typeof DecompressionStream === "undefined") { el("old").hidden = false; return; }
  await load();
  columns = columnsOf(data.has);
  haystack = rows.map((row) => [row[ID], row[NAME], row[UNIT], ...row[RULES].map((place) => data.rules[place][0])].join(" ").toLowerCase());
  fillControls();
  listen();
  for (const node of [filters, el("status"), list]) node.hidden = false;
  const address = readAddress();
  show(address || { id: "", state: new URLSearchParams() });
  if (open) focusOn(open);
  else if (address && address.state.size) toList();
  document.documentElement.dataset.ready = "";
}

start();
