// System Overview: every virtual service in a row, its real servers below it, live.
import { h, ask, get, state, say, bytes, number, age, time, encoded, mayChange } from "./dom.js";
import { chart } from "./charts.js";

const COLUMNS = ["VIRTUAL SERVICE", "IP", "PORTS", ">CONNS", "PROTOCOL", "METHOD", "MODE"];
const open = new Set();

function endpoints(listen) {
  const parts = listen.split(", ").map(text => {
    const colon = text.lastIndexOf(":", text.endsWith("]") && !text.startsWith("[") ? text.indexOf(":[") : undefined);
    return [text.slice(0, colon), text.slice(colon + 1)];
  });
  return { ip: [...new Set(parts.map(part => part[0]))].join(", "), ports: parts.map(part => part[1]).join(", ") };
}

const layer = service => service.mode === "proxy" ? "Layer 7" : "Layer 4";
const MODES = { proxy: "Proxy", snat: "SNAT", nat: "NAT", dr: "DR" };

export function overview(main, store) {
  const tables = h("table", { class: "wide", "aria-label": "Virtual services" },
    h("thead", {}, h("tr", {}, COLUMNS.map(head => h("th", { scope: "col", class: head[0] === ">" ? "num" : null },
      head.replace(">", ""))))));
  const filter = h("input", { type: "search", placeholder: "name, address, state", id: "filter" });
  const refreshed = h("span", { class: "dim", id: "refreshed" });
  const summary = h("span", {});
  const charts = h("div", { class: "cards" });
  const none = h("p", { class: "dim" }, "No Virtual Services configured.");
  const bodies = new Map();
  main.replaceChildren(
    h("div", { class: "row" }, h("h1", {}, "System Overview"), summary, h("span", { class: "push" }), refreshed),
    h("div", { class: "row" }, banner(), h("span", { class: "push" }),
      h("label", { for: "filter" }, "Filter"), filter),
    h("section", { class: "card" }, tables, none), charts);
  filter.addEventListener("input", filtered);

  function filtered() {
    const wanted = filter.value.toLowerCase();
    for (const body of bodies.values()) body.hidden = !body.words.includes(wanted);
  }

  function update(changed) {
    const all = [...store.services.values()];
    for (const name of bodies.keys()) {
      if (!store.services.has(name)) { bodies.get(name).remove(); bodies.delete(name); }
    }
    for (const service of changed) {
      let body = bodies.get(service.name);
      if (!body) {
        body = h("tbody", { class: "service" });
        bodies.set(service.name, body);
        tables.append(body);
      }
      fill(body, service, update);
    }
    none.hidden = all.length > 0;
    tables.hidden = all.length === 0;
    const count = word => all.filter(service => service.state === word).length;
    summary.replaceChildren(...["up", "degraded", "down"].filter(word => count(word) > 0)
      .flatMap(word => [state(word, number(count(word)) + " " + word), " "]));
    filtered();
  }

  async function graphs() {
    const history = await get("/metrics/history", true);
    const of = key => history.summary[key];
    charts.replaceChildren(
      chart("Network Bandwidth", history, [
        { label: "RX", of: s => s["rx-bytes-per-second"], summary: of("rx-bytes-per-second") },
        { label: "TX", of: s => s["tx-bytes-per-second"], summary: of("tx-bytes-per-second") }], n => bytes(n) + "/s"),
      chart("System Load Average", history, [
        { label: "1m average", of: s => s.load1, summary: of("load1") },
        { label: "5m average", of: s => s.load5, summary: of("load5") },
        { label: "15m average", of: s => s.load15, summary: of("load15") }], n => n.toFixed(2)),
      chart("Memory Usage", history, [
        { label: "used", of: s => s["memory-used-bytes"], summary: of("memory-used-bytes") }], bytes));
  }

  const unfollow = store.follow(update);
  update([...store.services.values()]);
  const ticking = setInterval(() => {
    refreshed.textContent = store.time === 0 ? "waiting for the daemon" : (store.live ? "" : "NOT LIVE, ")
      + "refreshed " + age(Date.now() - store.time) + " ago";
  }, 500);
  graphs().catch(() => {});
  const drawing = setInterval(() => graphs().catch(() => {}), 10000);
  return () => { unfollow(); clearInterval(ticking); clearInterval(drawing); };
}

function banner() {
  return h("div", { class: "banner", "aria-label": "Pair" },
    h("span", { class: "pill" }, "Primary"), h("span", { class: "pill" }, "Secondary"),
    h("span", { class: "pill" }, "Active"), h("span", { class: "pill" }, "Passive"),
    h("span", { class: "pill" }, "Link"), h("span", { class: "dim" }, "no pair configured"));
}

function fill(body, service, update) {
  const id = "servers-" + encoded(service.name);
  const shown = open.has(service.name);
  const where = endpoints(service.listen);
  body.words = [service.name, service.listen, service.state, service.protocol, service.scheduler, service.mode,
    ...service.servers.flatMap(server => [server.name, server.address])].join(" ").toLowerCase();
  const keep = body.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const typed = body.querySelector("input:focus");
  const row = h("tr", {},
    h("td", {}, h("button", { class: "toggle", "data-key": "toggle", "aria-expanded": String(shown), "aria-controls": id,
      onclick: () => {
        if (!open.delete(service.name)) open.add(service.name);
        fill(body, service, update);
      } }, h("span", { "aria-hidden": "true" }, shown ? "▾ " : "▸ "), service.name), " ", state(service.state)),
    h("td", {}, where.ip), h("td", {}, where.ports), h("td", { class: "num" }, number(service.connections)),
    h("td", {}, service.protocol.toUpperCase()), h("td", {}, layer(service)),
    h("td", {}, MODES[service.mode] || service.mode));
  body.replaceChildren(row);
  if (shown) body.append(h("tr", { class: "inner", id }, h("td", { colspan: COLUMNS.length }, servers(service))));
  if (keep) {
    const again = body.querySelector(`[data-key="${CSS.escape(keep)}"]`);
    if (again) {
      if (typed && again.tagName === "INPUT") again.value = typed.value;
      again.focus();
    }
  }
}

export function servers(service) {
  return h("div", {},
    h("table", { "aria-label": "Real servers of " + service.name },
      h("thead", {}, h("tr", {}, ["REAL SERVER", "ADDRESS", "HEALTH", "ADMIN", "WEIGHT", "CONNS", "CHECK", "CHANGE"]
        .map(head => h("th", { scope: "col", class: head === "CONNS" ? "num" : null }, head)))),
      h("tbody", {}, service.servers.map(server => serverRow(service, server)))),
    service.fallback ? h("p", { class: "dim" }, "Fallback " + service.fallback.address) : null,
    h("p", { class: "dim" }, "Scheduler " + service.scheduler + (service.affinity ? ", with affinity" : "")
      + " · in " + bytes(service["bytes-in"]) + ", out " + bytes(service["bytes-out"]) + " · ",
      h("a", { href: "#/service/" + encoded(service.name) }, "Connections, affinity and history of " + service.name)));
}

function serverRow(service, server) {
  const path = "/services/" + encoded(service.name) + "/servers/" + encoded(server.name);
  const name = service.name + "/" + server.name;
  const weight = h("input", { class: "weight", type: "number", min: 0, max: 65535, value: server.weight,
    "aria-label": "Weight of " + name, "data-key": "weight-" + server.name, disabled: !mayChange() });
  const act = async (method, address, body, done) => {
    try {
      await ask(method, address, { body, match: server.version });
      say(name + ": " + done);
    } catch (refused) {
      say(name + ": " + refused.message);
    }
  };
  const button = (word, label) => h("button", { class: "small", "data-key": word + "-" + server.name,
    "aria-label": label + " " + name, disabled: !mayChange() || server.admin === word,
    onclick: () => act("POST", path + "/" + word, undefined, label) }, label);
  return h("tr", { "data-server": name },
    h("th", { scope: "row" }, server.name, server.role === "backup" ? " (backup)" : ""),
    h("td", {}, server.address), h("td", {}, state(server.health)), h("td", {}, state(server.admin)),
    h("td", {}, h("form", { class: "actions", onsubmit: event => {
      event.preventDefault();
      act("PATCH", path, { weight: Number(weight.value) }, "weight " + weight.value);
    } }, weight, h("button", { class: "small", "data-key": "set-" + server.name, "aria-label": "Set the weight of " + name,
      disabled: !mayChange() }, "Set"))),
    h("td", { class: "num" }, number(server.connections)),
    h("td", {}, server.check.detail || "–", h("br"), h("span", { class: "dim" }, "since " + time(server.check.changed))),
    h("td", {}, h("div", { class: "actions" }, button("drain", "Drain"), button("halt", "Halt"),
      button("online", "Online"))));
}
