// What every page uses: elements, numbers as people read them, and the API.

/** h("td", {class: "num"}, "1") makes an element; a property that begins with "on" is a listener. */
export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

export function bytes(n) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let i = 0;
  while (n >= 1024 && i < units.length - 1) { n /= 1024; i++; }
  return (i === 0 ? Math.round(n) : n.toFixed(n < 10 ? 2 : 1)) + " " + units[i];
}

export const number = n => Number(n).toLocaleString("en");

export function age(ms) {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return s + " s";
  if (s < 3600) return Math.floor(s / 60) + " min " + (s % 60) + " s";
  if (s < 86400) return Math.floor(s / 3600) + " h " + Math.floor(s % 3600 / 60) + " min";
  return Math.floor(s / 86400) + " d " + Math.floor(s % 86400 / 3600) + " h";
}

export const time = text => text ? text.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC") : "never";

export function micros(us) {
  if (us < 0) return "over 5 s";
  return us < 1000 ? us + " µs" : us < 1000000 ? us / 1000 + " ms" : us / 1000000 + " s";
}

const STATES = {
  up: ["good", "▲"], online: ["good", "●"], degraded: ["warn", "◆"], checking: ["warn", "◌"], drain: ["warn", "◐"],
  down: ["bad", "▼"], halt: ["bad", "■"], ok: ["good", "✓"], info: ["none", "i"], warning: ["warn", "!"],
  error: ["bad", "✗"], unknown: ["none", "?"]
};

/** A state is a colour, a sign and a word. */
export function state(word, text = word) {
  return restate(h("span", {}), word, text);
}

/** Makes a state another one, where it is another one. */
export function restate(element, word, text = word) {
  const [kind, sign] = STATES[word] || ["none", "·"];
  if (element.dataset.is !== word + text) {
    element.dataset.is = word + text;
    element.className = "state " + kind;
    element.replaceChildren(h("span", { "aria-hidden": "true" }, sign), text);
  }
  return element;
}

/** Writes a text where it is another one: what does not change costs nothing. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Tells people, and screen readers. */
let hide = 0;
export function say(text) {
  const said = document.getElementById("said");
  said.textContent = text;
  clearTimeout(hide);
  hide = setTimeout(() => { said.textContent = ""; }, 6000);
}

export const session = { user: "", role: "", token: "" };
export const mayChange = () => session.role === "operator";

/** An answer that is no success. */
export class Refused extends Error {
  constructor(status, answer) {
    super(answer.error || "the daemon answered " + status);
    this.status = status;
    this.problems = answer.problems || [];
  }
}

/** Asks the API; resolves to {value, etag, may}, the last being the methods allowed. */
export async function ask(method, path, { body, type = "application/json", match, background } = {}) {
  const headers = {};
  if (body !== undefined) headers["Content-Type"] = type;
  if (match) headers["If-Match"] = match;
  if (background) headers["X-Sluice-Activity"] = "background";
  if (method !== "GET" && session.token) headers["X-CSRF-Token"] = session.token;
  const response = await fetch("/api/v1" + path, {
    method, headers, credentials: "same-origin", cache: "no-store",
    body: body === undefined ? undefined : type === "application/json" ? JSON.stringify(body) : body
  });
  const text = await response.text();
  const json = (response.headers.get("Content-Type") || "").startsWith("application/json");
  const value = json && text ? JSON.parse(text) : text;
  if (!response.ok) {
    if (response.status === 401 && path !== "/session") document.dispatchEvent(new Event("sluice-login"));
    throw new Refused(response.status, json ? value : {});
  }
  return { value, etag: response.headers.get("ETag"), may: response.headers.get("Allow") || "" };
}

export const get = async (path, background) => (await ask("GET", path, { background })).value;
export const encoded = encodeURIComponent;

/** A table with a caption for screen readers. */
export function table(caption, heads, rows, empty) {
  if (rows.length === 0) return h("p", { class: "dim" }, empty);
  const names = heads.map(head => head.replace(">", ""));
  return h("table", { "aria-label": caption, class: "stacks" },
    h("thead", {}, h("tr", {}, heads.map(head => {
      const numeric = head.startsWith(">");
      return h("th", { scope: "col", class: numeric ? "num" : null }, numeric ? head.slice(1) : head);
    }))),
    h("tbody", {}, rows.map(row => h("tr", {}, row.map((cell, i) =>
      h("td", { class: heads[i].startsWith(">") ? "num" : null, "data-head": names[i] }, cell))))));
}

/** Asks again and again while the page is shown. */
export function repeat(seconds, work) {
  let over = false;
  const once = async () => { if (!over) await work().catch(() => {}); };
  once();
  const timer = setInterval(once, seconds * 1000);
  return () => { over = true; clearInterval(timer); };
}

export function eventTable(events) {
  return table("Events", ["TIME", "KIND", "SUBJECT", "WHAT"], events.map(e =>
    [h("span", { class: "nowrap" }, time(e.time)), e.kind, e.subject || "daemon", e.text]), "Nothing has happened yet.");
}
