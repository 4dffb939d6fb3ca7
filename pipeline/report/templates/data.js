// What the page holds: the list, unpacked at once, and details, unpacked when they are asked for.
// Places of a row's cells, as rows.py lists them.
const [ID, NAME, UNIT, VERDICT, LEAN, BAND, PERCENT, LOOK, DECIDE, TODAY, FLIPS, CHANGE, DECISION, STATE, RULES, BEFORE] = Array(16).keys();
const el = (id) => document.getElementById(id);
const unpacked = new Map();
let data, rows, byId;

async function unpack(id) {
  const letters = atob(el(id).textContent), bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

async function load() {
  data = await unpack("list-data");
  rows = data.rows;
  byId = new Map(rows.map((row, place) => [row[ID], place]));
}

// Details come after the script, so a quick hand may ask for some that are not there yet.
async function arrived(id) {
  if (!el(id) && document.readyState === "loading") await new Promise((go) => document.addEventListener("DOMContentLoaded", go, { once: true }));
  return id;
}

// Calls back at once where they are unpacked already: a printer does not wait.
function withDetails(place, use) {
  const pack = Math.floor(place / data.together), some = unpacked.get(pack);
  if (some) use(some[place % data.together]);
  else arrived("details-" + pack).then(unpack).then((all) => { unpacked.set(pack, all); use(all[place % data.together]); });
}

const roleWord = (code) => data.words.roles[code] || code;
const slug = (text) => text.toLowerCase().replace(/,/g, "").replace(/ /g, "-");
const css = (code) => code.replace(/_/g, "-");
const number = (value) => value.toLocaleString("en");

function make(tag, text, name) {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  if (name) node.className = name;
  return node;
}
const add = (parent, ...nodes) => { parent.append(...nodes); return parent; };
const bullets = (texts) => add(make("ul"), ...texts.map((text) => make("li", text)));

// The address: #id, #?filters or #id?filters. Every other sign of an id is encoded, "~" too, which
// begins the names of sections.
const toInitiative = (id) => encodeURIComponent(id).replace(/~/g, "%7E");

function readAddress() {
  const raw = location.hash.slice(1);
  if (raw.startsWith("~")) return null;
  const cut = raw.indexOf("?"), name = cut < 0 ? raw : raw.slice(0, cut);
  let id = "";
  try { id = decodeURIComponent(name); } catch { /* no id has such an address */ }
  return { id, state: new URLSearchParams(cut < 0 ? "" : raw.slice(cut + 1)) };
}

function writeAddress(id, state, { isNew }) {
  const filters = state.toString();
  const hash = (id || filters ? "#" : "") + toInitiative(id) + (filters ? "?" + filters : "");
  if (hash === location.hash) return;
  const address = hash || location.pathname + location.search;
  // Previews in a sandbox forbid it; the page then works without.
  try { history[isNew ? "pushState" : "replaceState"](null, "", address); } catch { /* no address */ }
}
