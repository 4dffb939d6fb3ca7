// What is shown of one initiative when it is opened.
const SIDES = ["project_manager", "program_manager"];
const points = (count) => count + (count === 1 ? " point" : " points");

function ruleLink(place) {
  const link = make("a", data.rules[place][0]);
  link.href = "handbook.html#" + encodeURIComponent(data.rules[place][0]);
  return link;
}

function drawDetail(box, row, told) {
  const left = make("div"), right = make("div"), part = (parent, title, ...nodes) => add(parent, make("h3", title), ...nodes);
  const link = make("a", "Link to this initiative");
  link.href = "#" + toInitiative(row[ID]);
  box.replaceChildren(add(make("p", undefined, "permalink"), link));
  if (told.rationale) box.append(make("p", told.rationale, "lead"));
  if (told.decision) box.append(decisionBox(told.decision));
  if (told.change) box.append(changeBox(told.change));
  part(left, "Balance of the evidence", balance(told), arithmetic(row, told));
  part(right, "What would flip it", told.flips ? bullets(told.flips) : make("p", "No change of a single fact does."));
  if (told.questions) part(right, "What is missing", bullets(told.questions));
  if (told.advisories) part(right, "Advisories", add(make("ul"), ...told.advisories.map(advisory)));
  if (told.programs) part(right, "Programs nobody declared", add(make("ul"), ...told.programs.map(cluster)));
  if (told.suggested) part(right, "Suggested lead", suggested(told.suggested));
  if (told.past || told.taken) part(right, "History", ...[told.past && past(told.past), told.taken && taken(told.taken)].filter(Boolean));
  box.append(add(make("div", undefined, "overview"), left, right));
  if (!told.ids) box.append(add(make("div", undefined, "sides"), ...SIDES.map((role) => side(told, role))));
  if (told.misses) part(box, whyNot(row), missed(told.misses));
  if (told.unexplained) box.append(make("p", "Which rules nearly matched: see staffing explain, for this run and this id.", "note"));
  if (told.known) part(box, "What is known", known(told.known));
}

function whyNot(row) {
  const other = SIDES.find((role) => role !== row[VERDICT]);
  return row[VERDICT] === "undecided" ? "Rules that nearly matched" : "Why not a " + roleWord(other).toLowerCase();
}

function decisionBox([sentence, comment]) {
  const box = add(make("p", undefined, "callout"), make("b", "Decision of the project office. "), sentence);
  if (comment) add(box, " ", make("q", comment)); // the browser draws the quotation marks
  return box;
}

function changeBox([kind, before, after, cause, sentence]) {
  const turn = before && after && before !== after ? ": " + roleWord(before) + " → " + roleWord(after) : "";
  const title = "Since the last run: " + data.words.changes[kind].toLowerCase() + turn + (cause ? " (" + cause + ")" : "") + ". ";
  return add(make("p", undefined, "callout"), make("b", title), sentence);
}

function byAspect(told) {
  const aspects = new Map();
  for (const proof of told.evidence || []) {
    const aspect = data.rules[proof[0]][2];
    if (!aspects.has(aspect)) aspects.set(aspect, { project_manager: [], program_manager: [] });
    aspects.get(aspect)[proof[1]].push(proof);
  }
  return aspects;
}

const sum = (proofs) => proofs.reduce((total, proof) => total + proof[2], 0);

function bar(share, role) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), rect = document.createElementNS(svg.namespaceURI, "rect");
  const set = (node, values) => Object.entries(values).forEach(([key, value]) => node.setAttribute(key, value));
  set(svg, { viewBox: "0 0 100 12", preserveAspectRatio: "none", "aria-hidden": "true", class: "bar" });
  set(rect, { width: share * 100, height: 12, x: role === SIDES[0] ? 100 - share * 100 : 0, class: css(role) });
  return add(svg, rect);
}

function balance(told) {
  const aspects = byAspect(told);
  if (told.ids) return add(make("p", "Rules that matched; evidence.parquet has the details of so large a run: "), ...told.ids.flatMap((place) => [ruleLink(place), " "]));
  if (!aspects.size) return make("p", "No rule matched: nothing in the row speaks for either role.", "note");
  const table = make("table", undefined, "balance"), head = make("tr"), most = Math.max(1, ...[...aspects.values()].flatMap((sides) => SIDES.map((role) => sum(sides[role]))));
  for (const title of ["Aspect", "Project manager", "Program manager"]) { const cell = make("th", title); cell.scope = "col"; head.append(cell); }
  const line = (title, counts, scale) => {
    const tr = make("tr"), first = make("th", title);
    first.scope = "row";
    return add(tr, first, ...SIDES.map((role, place) => {
      const cell = make("td", undefined, css(role)), count = make("span", String(counts[place]));
      return scale ? add(cell, ...(place ? [count, bar(counts[place] / scale, role)] : [bar(counts[place] / scale, role), count])) : add(cell, count);
    }));
  };
  const body = make("tbody"), foot = make("tfoot");
  for (const [aspect, sides] of aspects) body.append(line(aspect, SIDES.map((role) => sum(sides[role])), most));
  foot.append(line("Score", told.scores || [0, 0], 0));
  return add(table, add(make("thead"), head), body, foot);
}

function arithmetic(row, told) {
  const texts = SIDES.map((role, place) => {
    const weights = (told.evidence || []).filter((proof) => proof[1] === role).map((proof) => proof[2]);
    const total = (told.scores || [0, 0])[place];
    return roleWord(role) + ": " + (weights.length > 1 && !told.ids ? weights.join(" + ") + " = " : "") + points(total);
  });
  const lead = (told.scores || [0, 0])[0] - (told.scores || [0, 0])[1];
  const ahead = lead ? "; " + points(Math.abs(lead)) + " ahead for a " + roleWord(SIDES[lead > 0 ? 0 : 1]).toLowerCase() : "; nobody is ahead";
  const line = make("p", texts.join("; ") + ahead + ". ", "note");
  if (told.decided) add(line, "Decided by ", ruleLink(told.decided[0]), ": " + data.rules[told.decided[0]][1] + ".");
  return line;
}

function side(told, role) {
  const box = make("section", undefined, "side " + css(role)), aspects = byAspect(told);
  const score = (told.scores || [0, 0])[SIDES.indexOf(role)];
  box.append(make("h3", "For a " + roleWord(role).toLowerCase() + ": " + points(score)));
  let any = false;
  for (const [aspect, sides] of aspects) {
    if (!sides[role].length) continue;
    any = true;
    add(box, make("h4", aspect), add(make("ul"), ...sides[role].map(proofItem)));
  }
  if (!any) box.append(make("p", "No evidence.", "note"));
  return box;
}

function proofItem([rule, , weight, rationale, facts, passage, source]) {
  const item = add(make("li"), make("b", data.rules[rule][1] + " (" + weight + ")"), " " + rationale);
  if (facts) item.append(make("small", "Matched: " + facts));
  if (passage) item.append(add(make("small", "In its words: "), make("q", passage)));
  return add(item, add(make("small"), ruleLink(rule), source ? ", stands on " + source : ""));
}

function missed(misses) {
  return add(make("ul"), ...misses.map(([rule, role, weight, shortfalls]) => add(
    make("li"), make("b", data.rules[rule][1] + " (" + weight + " for a " + roleWord(role).toLowerCase() + ")"),
    add(make("small"), ruleLink(rule), " " + shortfalls.join("; ")))));
}

function advisory([severity, text]) {
  const item = make("li");
  if (severity === "attention") add(item, make("b", "Attention: "));
  return add(item, text);
}

function cluster([id, name]) {
  const target = el("~program-" + id), link = make(target ? "a" : "span", name);
  if (target) link.href = "#~program-" + id;
  return add(make("li"), link, " (" + id + ")");
}

const suggested = ([person, reason]) => add(make("p"), make("b", person || "Nobody"), ". A suggestion, for a person to decide. " + reason);

function past(spells) {
  const table = make("table", undefined, "past"), head = make("tr"), body = make("tbody");
  for (const title of ["From", "To", "Verdict", "Confidence"]) { const cell = make("th", title); cell.scope = "col"; head.append(cell); }
  for (const [first, last, verdict, percent] of spells) {
    body.append(add(make("tr"), make("td", first), make("td", last), add(make("td"), make("span", roleWord(verdict), "badge " + css(verdict))),
      make("td", verdict === "undecided" ? "" : percent + " %")));
  }
  return add(table, add(make("thead"), head), body);
}

function taken(decisions) {
  const table = make("table", undefined, "past"), head = make("tr"), body = make("tbody");
  for (const title of ["Decided on", "Decision", "By", "State"]) { const cell = make("th", title); cell.scope = "col"; head.append(cell); }
  for (const cells of decisions) body.append(add(make("tr"), ...cells.map((text) => make("td", text))));
  return add(table, add(make("thead"), head), body);
}

function known(facts) {
  return add(make("dl", undefined, "facts"), ...facts.map(([name, text]) => add(make("div"), make("dt", name), make("dd", text))));
}
