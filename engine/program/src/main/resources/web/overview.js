// System Overview: every virtual service in a row, its real servers below it, live. Rows are made once; afterwards only
// what has changed is written, so that hundreds of services cost little and focus and screen readers stay where they are.
import { h, ask, get, state, restate, write, say, bytes, number, age, time, encoded, mayChange } from "./dom.js";
import { chart } from "./charts.js";

const COLUMNS = ["VIRTUAL SERVICE", "IP", "PORTS", ">CONNS", "PROTOCOL", "METHOD", "MODE"];
const MODES = { proxy: "Proxy", snat: "SNAT", nat: "NAT", dr: "DR" };
const open = new Set();
let wizardDismissed = false;

function endpoints(listen) {
  const parts = listen.split(", ").map(text => {
    const colon = text.lastIndexOf(":", text.endsWith("]") && !text.startsWith("[") ? text.indexOf(":[") : undefined);
    return [text.slice(0, colon), text.slice(colon + 1)].map(part => part.replace(/^\[|\]$/g, "").replaceAll(",", ", "));
  });
  return { ip: [...new Set(parts.map(part => part[0]))].join(", "), ports: parts.map(part => part[1]).join(", ") };
}

export function overview(main, store) {
  const heads = h("thead", {}, h("tr", {}, COLUMNS.map(head => h("th", { scope: "col",
    class: head[0] === ">" ? "num" : null }, head.replace(">", "")))));
  const table = h("table", { class: "wide", "aria-label": "Virtual services" }, heads);
  const filter = h("input", { type: "search", placeholder: "name, address, state", id: "filter" });
  const refreshed = h("span", { class: "dim", id: "refreshed" });
  const summary = h("span", { class: "summary" });
  const charts = h("div", { class: "cards" });
  const pair = banner();
  const copy = copyBanner();
  const faults = h("span", { class: "state bad", id: "faults", hidden: true });
  const add = h("a", { class: "button small", href: "#/wizard", hidden: !mayChange() }, "Add a virtual service");
  const list = h("section", { class: "card scroll" }, table);
  const none = h("div", {});
  const rows = new Map();
  main.replaceChildren(
    h("div", { class: "row" }, h("h1", {}, "System Overview"), summary, h("span", { class: "push" }), refreshed),
    h("div", { class: "row" }, pair.element, faults, copy.element, h("span", { class: "push" }), add,
      h("span", { class: "pairing" }, h("label", { for: "filter" }, "Filter"), filter)),
    none, list, charts);
  filter.addEventListener("input", () => rows.forEach(sift));

  function sift(row) {
    row.element.hidden = !row.words.includes(filter.value.trim().toLowerCase());
  }

  function update(changed) {
    for (const [name, row] of rows) {
      if (!store.services.has(name)) { row.element.remove(); rows.delete(name); }
    }
    const fresh = [];
    for (const service of changed) {
      let row = rows.get(service.name);
      if (!row) {
        row = serviceRow();
        rows.set(service.name, row);
        fresh.push(row.element);
      }
      row.set(service);
      sift(row);
    }
    table.append(...fresh);
    const empty = store.services.size === 0 && store.time > 0;
    list.hidden = store.services.size === 0;
    if (none.hidden || empty !== none.childElementCount > 0) none.replaceChildren(...empty ? [welcome()] : []);
    count();
    pair.set(store.pair);
    copy.set(store.copy);
    const kinds = Object.entries(store.faults);
    faults.hidden = kinds.length === 0;
    faults.textContent = "Worker faults contained, see the log: " + kinds.map(kind => kind.join(" ")).join(", ");
  }

  function count() {
    const counts = {};
    for (const service of store.services.values()) counts[service.state] = (counts[service.state] || 0) + 1;
    const words = JSON.stringify(counts);
    if (summary.dataset.words === words) return;
    summary.dataset.words = words;
    summary.replaceChildren(...["up", "degraded", "down"].filter(word => counts[word])
      .flatMap(word => [state(word, number(counts[word]) + " " + word), " "]));
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
  const tick = () => write(refreshed, store.time === 0 ? "waiting for the daemon" : (store.live ? "" : "NOT LIVE, ")
    + "refreshed " + age(Date.now() - store.time) + " ago");
  tick();
  const ticking = setInterval(tick, 500);
  graphs().catch(() => {});
  const drawing = setInterval(() => graphs().catch(() => {}), 10000);
  return () => { unfollow(); clearInterval(ticking); clearInterval(drawing); };
}

function welcome() {
  const ask = h("div", { class: "row", hidden: wizardDismissed || !mayChange() },
    h("p", {}, "Would you like to run the Setup Wizard?"),
    h("a", { class: "button main", href: "#/wizard" }, "Accept"),
    h("button", { onclick: () => { wizardDismissed = true; ask.hidden = true; } }, "Dismiss"));
  return h("section", { class: "card" }, h("h2", {}, "No Virtual Services configured."), ask,
    h("p", { class: "dim" }, mayChange() ? "The whole file is under Configuration." : "An operator can add one."));
}

/** What the daemon reports of the pair; without one this node stands alone. */
function banner() {
  const element = h("div", { class: "banner", role: "group", "aria-label": "Pair" });
  let shown;
  const pill = (text, on) => h("span", { class: on ? "pill on" : "pill", "aria-hidden": on ? null : "true" }, text);
  return {
    element,
    set(pair) {
      const words = JSON.stringify(pair || null);
      if (words === shown) return;
      shown = words;
      if (!pair) {
        element.replaceChildren(pill("Standalone", true), h("span", { class: "dim" }, "no pair"));
        return;
      }
      element.replaceChildren(pill("Primary", pair.role === "primary"), pill("Secondary", pair.role === "secondary"),
        pill("Active", pair.state === "active"), pill("Passive", pair.state === "passive"),
        h("span", {}, "Link ", state(pair.link)), h("span", { class: "dim" }, pair.node + " with " + pair.peer));
    }
  };
}

/** How the durable copy is; hidden where the daemon keeps none. */
function copyBanner() {
  const element = h("div", { class: "copy", role: "group", "aria-label": "Durable copy", hidden: true });
  return {
    element,
    set(copy) {
      element.hidden = !copy;
      if (!copy) return;
      const words = number(copy.affinity) + " clients, " + number(copy.sessions) + " sessions, lag " + copy["lag-ms"]
        + " ms, repaired " + copy.recoveries + " times" + (copy.full ? ", full" : "");
      if (element.dataset.words === copy.state + words) return;
      element.dataset.words = copy.state + words;
      element.replaceChildren(h("span", {}, "Durable copy ", state(copy.state)), h("span", { class: "dim" }, words));
    }
  };
}

function serviceRow() {
  const arrow = h("span", { "aria-hidden": "true" }, "▸ ");
  const name = h("span", {});
  const toggle = h("button", { class: "toggle", "aria-expanded": "false", onclick: () => {
    if (!open.delete(row.service.name)) open.add(row.service.name);
    row.unfold();
  } }, arrow, name);
  const health = state("checking");
  const [ip, ports, protocol, method, mode] = Array.from({ length: 5 }, () => h("td", {}));
  const connections = h("td", { class: "num" });
  const row = {
    element: h("tbody", { class: "service" },
      h("tr", {}, h("td", {}, toggle, " ", health), ip, ports, connections, protocol, method, mode)),
    service: null, words: "", inner: null,
    set(service) {
      this.service = service;
      const where = endpoints(service.listen);
      write(name, service.name);
      restate(health, service.state);
      write(ip, where.ip);
      write(ports, where.ports);
      write(connections, number(service.connections));
      write(protocol, service.protocol.toUpperCase());
      write(method, service.mode === "proxy" ? "Layer 7" : "Layer 4");
      write(mode, MODES[service.mode] || service.mode);
      this.words = [service.name, service.listen, service.state, service.protocol, service.scheduler, service.mode,
        ...service.servers.flatMap(server => [server.name, server.address])].join(" ").toLowerCase();
      this.unfold();
    },
    unfold() {
      const shown = open.has(this.service.name);
      toggle.setAttribute("aria-expanded", String(shown));
      write(arrow, shown ? "▾ " : "▸ ");
      if (shown && !this.inner) {
        this.inner = servers();
        const id = "servers-" + encoded(this.service.name);
        toggle.setAttribute("aria-controls", id);
        this.element.append(h("tr", { class: "inner", id }, h("td", { colspan: COLUMNS.length }, this.inner.element)));
      } else if (!shown && this.inner) {
        this.element.lastElementChild.remove();
        this.inner = null;
      }
      if (this.inner) this.inner.set(this.service);
    }
  };
  return row;
}

/** The real servers of a service: {element, set(service)}. */
export function servers(withLink = true) {
  const body = h("tbody", {});
  const table = h("table", { class: "stacks" }, h("thead", {}, h("tr", {},
    ["REAL SERVER", "ADDRESS", "HEALTH", "ADMIN", "WEIGHT", ">CONNS", "CHECK", "CHANGE"].map(head =>
      h("th", { scope: "col", class: head[0] === ">" ? "num" : null }, head.replace(">", ""))))), body);
  const fallback = h("p", { class: "dim" });
  const facts = h("span", {});
  const link = h("a", {});
  const rows = new Map();
  return {
    element: h("div", { class: "scroll" }, table, fallback, h("p", { class: "dim" }, facts, withLink ? " · " : null,
      withLink ? link : null)),
    set(service) {
      table.setAttribute("aria-label", "Real servers of " + service.name);
      for (const [name, row] of rows) {
        if (!service.servers.some(server => server.name === name)) { row.element.remove(); rows.delete(name); }
      }
      for (const server of service.servers) {
        if (!rows.has(server.name)) {
          const row = serverRow(service.name, server.name);
          rows.set(server.name, row);
          body.append(row.element);
        }
        rows.get(server.name).set(server);
      }
      fallback.hidden = !service.fallback;
      write(fallback, service.fallback ? "Fallback " + service.fallback.address : "");
      write(facts, "Scheduler " + service.scheduler + (service.affinity ? ", with affinity" : "")
        + " · in " + bytes(service["bytes-in"]) + ", out " + bytes(service["bytes-out"]));
      link.setAttribute("href", "#/service/" + encoded(service.name));
      write(link, "Connections, affinity, latency and history of " + service.name);
    }
  };
}

function serverRow(service, server) {
  const path = "/services/" + encoded(service) + "/servers/" + encoded(server);
  const name = service + "/" + server;
  let now = null;
  const act = async (method, address, body, done) => {
    try {
      const { value } = await ask(method, address, { body, match: now.version });
      row.set(Object.assign(now, value)); // what every page knows of it
      say(name + ": " + done);
    } catch (refused) {
      say(name + ": " + refused.message);
    }
  };
  const weight = h("input", { class: "weight", type: "number", min: 0, max: 65535, required: true,
    "aria-label": "Weight of " + name, disabled: !mayChange() });
  const button = (word, label) => h("button", { class: "small", "aria-label": label + " " + name, disabled: !mayChange(),
    onclick: () => { if (now.admin !== word) act("POST", path + "/" + word, undefined, label); } }, label);
  const buttons = { drain: button("drain", "Drain"), halt: button("halt", "Halt"), online: button("online", "Online") };
  const role = h("span", { class: "dim" });
  const health = state("checking"), admin = state("online"), agent = h("span", { class: "dim" });
  const address = h("td", { "data-head": "ADDRESS" }), connections = h("td", { class: "num", "data-head": "CONNS" });
  const detail = h("span", {}), since = h("span", { class: "dim" });
  const row = {
    element: h("tr", { "data-server": name },
      h("th", { scope: "row" }, server, role), address, h("td", { "data-head": "HEALTH" }, health),
      h("td", { "data-head": "ADMIN" }, admin, agent), h("td", { "data-head": "WEIGHT" }, h("form", { class: "actions", onsubmit: event => {
        event.preventDefault();
        act("PATCH", path, { weight: Number(weight.value) }, "weight " + weight.value);
      } }, weight, h("button", { class: "small", "aria-label": "Set the weight of " + name, disabled: !mayChange() },
        "Set"))),
      connections, h("td", { "data-head": "CHECK" }, h("div", {}, detail, h("br"), since)),
      h("td", {}, h("div", { class: "actions" }, Object.values(buttons)))),
    set(server) {
      const before = now;
      now = server;
      write(role, server.role === "backup" ? " (backup)" : "");
      write(address, server.address);
      restate(health, server.health);
      restate(admin, server.admin);
      write(agent, server.agent ? " (agent: " + server.agent.admin + ", " + server.agent["weight-percent"] + " %)" : "");
      // what somebody is typing stays
      if (!before || (document.activeElement !== weight && weight.value === String(before.weight))) {
        weight.value = server.weight;
      }
      write(connections, number(server.connections));
      write(detail, server.check.detail || "–");
      write(since, "since " + time(server.check.changed));
      // not disabled: that would take the focus from who has just pressed it
      for (const [word, one] of Object.entries(buttons)) {
        one.setAttribute("aria-disabled", String(server.admin === word));
      }
    }
  };
  return row;
}
