// A service: its servers, live connections, affinity entries, latency percentiles and the history of its servers' health.
import { h, ask, get, restate, state, say, write, bytes, number, age, micros, encoded, mayChange, table, repeat,
  eventTable } from "./dom.js";
import { servers } from "./overview.js";
import { timeline } from "./charts.js";

const SHOWN = 50;
const HOUR_MS = 3600e3;

export function service(main, store, name) {
  const health = state("checking"), facts = h("span", {});
  const inner = servers(false);
  const head = h("div", { class: "card" }, h("p", {}, health, " ", facts), inner.element);
  const missing = h("p", { class: "card", hidden: true }, "No service is called " + name + ".");
  const clients = h("section", { class: "card scroll long" });
  const affine = h("section", { class: "card scroll long" });
  const times = h("section", { class: "card" });
  const lives = h("section", { class: "card" });
  const past = h("section", { class: "card scroll long" });
  main.replaceChildren(h("p", {}, h("a", { href: "#/" }, "‹ System Overview")), h("h1", {}, name), missing, head,
    clients, h("div", { class: "cards top" }, times, affine), lives, past);

  const update = changed => {
    const found = store.services.get(name);
    missing.hidden = found || !store.time;
    head.hidden = !found;
    if (!found || !changed.some(one => one.name === name)) return;
    restate(health, found.state);
    write(facts, found.listen + ", " + found.protocol + ", " + found.mode + " · " + number(found.connections)
      + " connections now, " + number(found["total-connections"]) + " in all");
    inner.set(found);
  };
  const unfollow = store.follow(update);
  update([...store.services.values()]);

  const path = "/services/" + encoded(name);
  const stop = repeat(3, async () => {
    const only = "?limit=" + SHOWN + "&service=" + encoded(name);
    const [connections, affinity, connect, history] = await Promise.all([get("/connections" + only, true),
      get("/affinity" + only, true), get(path + "/connect-times", true), get(path + "/history", true)]);
    if (!clients.contains(document.activeElement)) clients.replaceChildren(...live(connections));
    affine.replaceChildren(...remembered(affinity));
    times.replaceChildren(...latency(connect));
    const found = store.services.get(name);
    if (found) lives.replaceChildren(...healthOf(found, history));
    past.replaceChildren(h("h2", {}, "History"), eventTable(history.slice(-100).reverse()));
  });
  return () => { unfollow(); stop(); };
}

const heading = (title, matching) => h("h2", {}, title + " ", h("span", { class: "dim" }, number(matching)
  + (matching > SHOWN ? ", " + SHOWN + " shown" : "")));

function live(connections) {
  const end = c => h("button", { class: "small", disabled: !mayChange(), "aria-label": "End the connection of " + c.client,
    onclick: () => ask("DELETE", "/connections/" + c.id).then(a => say(a.value.message), e => say(e.message)) }, "End");
  return [heading("Live connections", connections.matching),
    table("Live connections", ["CLIENT", "SERVER", "STATE", ">AGE", ">IN", ">OUT", "RELAY", ">RTT", "CHANGE"],
      connections.connections.map(c => [c.client, c.server, c.state, age(c["age-ms"]), bytes(c["bytes-in"]),
        bytes(c["bytes-out"]), c["relay-in"] + "/" + c["relay-out"], c["rtt-micros"] ? micros(c["rtt-micros"]) : "–",
        end(c)]), "No connections.")];
}

const remembered = affinity => [heading("Affinity entries", affinity.matching),
  table("Affinity entries", ["CLIENT", "SERVER", ">AGE", ">EXPIRES IN"], affinity.entries.map(e =>
    [e.client, e.server, age(e["age-ms"]), age(e["expires-in-ms"])]), "No affinity entries.")];

function latency(connect) {
  const rows = [["Last 5 minutes", connect.recent], ["Since the start", connect]].map(([when, t]) => [when,
    number(t.connects), ...(t.connects ? [t["average-micros"], t["p50-at-most-micros"], t["p90-at-most-micros"],
      t["p99-at-most-micros"]].map(micros) : ["–", "–", "–", "–"])]);
  return [h("h2", {}, "Latency: time to connect to a server"),
    table("Time to connect to a server", ["WHEN", ">CONNECTS", ">AVERAGE", ">50 % ≤", ">90 % ≤", ">99 % ≤"],
      rows, "")];
}

/** What the events say of each server in the last hour, from the newest backwards. */
function healthOf(service, history) {
  const end = Date.now(), start = end - HOUR_MS;
  const rows = service.servers.map(server => {
    const changes = history.filter(e => e.kind === "health" && e.subject === service.name + "/" + server.name)
      .map(e => ({ at: Date.parse(e.time), is: e.text.split(":")[0] }));
    const spans = [];
    let until = end, is = server.health;
    for (const change of changes.reverse()) {
      if (until <= start) break;
      spans.unshift({ from: Math.max(start, change.at), to: until, is: change.is });
      until = change.at;
      is = null;
    }
    if (until > start) {
      // before the first change that is known: as it is now, where nothing has changed since then
      const since = is ? Math.max(start, Date.parse(server.check.changed)) : until;
      if (is && since < until) spans.unshift({ from: since, to: until, is });
      if (Math.min(since, until) > start) spans.unshift({ from: start, to: Math.min(since, until), is: "unknown" });
    }
    const sum = word => spans.filter(one => one.is === word).reduce((all, one) => all + one.to - one.from, 0);
    const known = HOUR_MS - sum("unknown");
    const outages = spans.filter(one => one.is === "down").length;
    return [server.name, timeline(spans, start, end), known ? (100 * sum("up") / known).toFixed(1) + " %" : "–",
      number(outages), sum("down") ? age(sum("down")) : "–"];
  });
  return [h("h2", {}, "Health in the last hour"),
    table("Health in the last hour", ["SERVER", "60 MINUTES AGO … NOW", ">UP", ">OUTAGES", ">DOWN FOR"], rows,
      "No servers.")];
}
