// The other pages: a service, a client explained, the configuration, events, the doctor.
import { h, ask, get, state, say, bytes, number, age, time, micros, encoded, mayChange, table } from "./dom.js";
import { servers } from "./overview.js";

const failed = error => h("div", {}, h("p", { class: "error", role: "alert" }, error.message),
  (error.problems || []).length ? h("pre", {}, error.problems.join("\n")) : null);

/** Asks again and again while the page is shown. */
function repeat(seconds, work) {
  let over = false;
  const once = async () => { if (!over) await work().catch(() => {}); };
  once();
  const timer = setInterval(once, seconds * 1000);
  return () => { over = true; clearInterval(timer); };
}

export function service(main, store, name) {
  const head = h("div", { class: "card" });
  const clients = h("section", { class: "card" });
  const affine = h("section", { class: "card" });
  const times = h("section", { class: "card" });
  const past = h("section", { class: "card" });
  main.replaceChildren(h("p", {}, h("a", { href: "#/" }, "‹ System Overview")), h("h1", {}, name), head, clients,
    h("div", { class: "cards" }, affine, times), past);
  const update = changed => {
    const found = store.services.get(name);
    if (!found) { if (store.time) head.replaceChildren(h("p", {}, "No service is called " + name + ".")); return; }
    if (changed.some(one => one.name === name) && !head.contains(document.activeElement)) {
      head.replaceChildren(h("p", {}, state(found.state), " " + found.listen + ", " + found.protocol + ", " + found.mode
        + ", " + found.scheduler + " · " + number(found.connections) + " connections now, "
        + number(found["total-connections"]) + " in all"), servers(found));
    }
  };
  const unfollow = store.follow(update);
  update([...store.services.values()]);
  const path = "/services/" + encoded(name);
  const stop = repeat(3, async () => {
    const [connections, affinity, connect, history] = await Promise.all([
      get("/connections?limit=50&service=" + encoded(name), true), get("/affinity?limit=50&service=" + encoded(name), true),
      get(path + "/connect-times", true), get(path + "/history", true)]);
    if (!clients.contains(document.activeElement)) clients.replaceChildren(
      h("h2", {}, "Live connections ", h("span", { class: "dim" }, number(connections.matching)
        + (connections.matching > 50 ? ", the 50 oldest shown" : ""))),
      table("Live connections", ["CLIENT", "SERVER", "STATE", ">AGE", ">IN", ">OUT", "RELAY", ">RTT", "CHANGE"],
        connections.connections.map(c => [c.client, c.server, c.state, age(c["age-ms"]), bytes(c["bytes-in"]),
          bytes(c["bytes-out"]), c["relay-in"] + "/" + c["relay-out"], c["rtt-micros"] ? micros(c["rtt-micros"]) : "–",
          h("button", { class: "small", disabled: !mayChange(), "aria-label": "End the connection of " + c.client,
            onclick: () => ask("DELETE", "/connections/" + c.id).then(a => say(a.value.message), e => say(e.message)) },
          "End")]), "No connections."));
    affine.replaceChildren(h("h2", {}, "Affinity entries ", h("span", { class: "dim" }, number(affinity.matching))),
      table("Affinity entries", ["CLIENT", "SERVER", ">AGE", ">EXPIRES IN"], affinity.entries.map(e =>
        [e.client, e.server, age(e["age-ms"]), age(e["expires-in-ms"])]), "No affinity entries."));
    times.replaceChildren(h("h2", {}, "Time to connect to servers"), h("dl", {},
      [["Connects", number(connect.connects)], ["Average", micros(connect["average-micros"])],
        ["50 % within", micros(connect["p50-at-most-micros"])], ["90 % within", micros(connect["p90-at-most-micros"])],
        ["99 % within", micros(connect["p99-at-most-micros"])]].flatMap(([k, v]) => [h("dt", {}, k), h("dd", {}, v)])));
    past.replaceChildren(h("h2", {}, "History"), eventTable(history.slice(-100).reverse()));
  });
  return () => { unfollow(); stop(); };
}

function eventTable(events) {
  return table("Events", ["TIME", "KIND", "SUBJECT", "WHAT"], events.map(e =>
    [time(e.time), e.kind, e.subject || "daemon", e.text]), "Nothing has happened yet.");
}

export function explain(main, store) {
  const client = h("input", { name: "client", required: true, placeholder: "192.0.2.7", autocomplete: "off" });
  const services = h("select", { name: "service" });
  const answer = h("div", { "aria-live": "polite" });
  const names = () => {
    if (services.length === store.services.size) return;
    services.replaceChildren(...[...store.services.keys()].map(name => h("option", { value: name }, name)));
  };
  main.replaceChildren(h("h1", {}, "Explain a client"),
    h("p", { class: "dim" }, "Which server this client would get or has, and why."),
    h("form", { class: "line card", onsubmit: async event => {
      event.preventDefault();
      try {
        const e = await get("/explain?client=" + encoded(client.value.trim()) + "&service=" + encoded(services.value));
        answer.replaceChildren(h("section", { class: "card" },
          h("h2", {}, e.client + " → " + (e.server ? e.server + " (" + e.address + ")" : "no server")),
          h("p", {}, "Decided by ", h("strong", {}, e.because), "."),
          h("ol", {}, e.reasons.map(reason => h("li", {}, reason))),
          e.affinity ? h("p", {}, "Affinity entry: " + e.affinity.server + ", made " + time(e.affinity.created)
            + ", expires in " + age(e.affinity["expires-in-ms"])) : null,
          h("p", {}, h("strong", {}, "If it fails: "), e["if-it-fails"])));
      } catch (error) { answer.replaceChildren(failed(error)); }
    } }, h("label", {}, "Client address", client), h("label", {}, "Virtual service", services),
    h("button", { class: "main" }, "Explain")), answer);
  names();
  return store.follow(names);
}

export function configuration(main) {
  const text = h("textarea", { id: "yaml", spellcheck: "false", readonly: !mayChange(),
    "aria-label": "Configuration file" });
  const grace = h("input", { type: "number", min: 0, max: 3600, value: 30, class: "weight", id: "grace" });
  const answer = h("div", { "aria-live": "polite" });
  const pending = h("div", {});
  let etag = null;
  const load = async () => {
    const read = await ask("GET", "/configuration");
    text.value = read.value;
    etag = read.etag;
  };
  const show = (title, lines, kind = "ok") => answer.replaceChildren(h("section", { class: "card" },
    h("h2", {}, state(kind, title)), lines.length ? h("pre", {}, lines.join("\n")) : null));
  const send = async work => {
    try { await work(); } catch (error) {
      show(error.message, error.problems || [], "error");
    }
  };
  const body = () => ({ body: text.value, type: "application/yaml" });
  const check = () => send(async () => {
    const { value } = await ask("POST", "/configuration/check", body());
    show(value.valid ? "valid" : value.problems.length + " problems", value.problems, value.valid ? "ok" : "error");
  });
  const plan = () => send(async () => {
    const { value } = await ask("POST", "/configuration/plan", body());
    show("plan: " + value.message, [...value.details, ...value.warnings], "info");
  });
  const commit = () => send(async () => {
    const { value, etag: now } = await ask("PUT", "/configuration?rollback-within=" + grace.value,
      { ...body(), match: etag });
    etag = now;
    show(value.message, value.details);
    guard();
  });
  const guard = async () => {
    const rollback = await get("/configuration/rollback", true);
    if (rollback.pending) {
      pending.replaceChildren(h("p", { class: "card" }, state("checking", "watching"), " until " + time(rollback.until)
        + ": the former configuration comes back when a server goes down. ",
      h("button", { onclick: () => send(async () => { await ask("POST", "/configuration/confirm"); guard(); }) },
        "Keep it now")));
    } else {
      const before = pending.childElementCount > 0 && pending.textContent.includes("watching");
      pending.replaceChildren(rollback.last ? h("p", { class: "dim" }, "Last commit: " + rollback.last) : "");
      if (before && rollback.last.startsWith("rolled back")) { say(rollback.last); load(); }
    }
  };
  main.replaceChildren(h("h1", {}, "Configuration"), pending, h("section", { class: "card" }, text,
    h("div", { class: "row" }, h("button", { onclick: check }, "Check"), h("button", { onclick: plan }, "Show the plan"),
      h("label", { for: "grace" }, "Roll back when servers go down within (s)"), grace,
      h("button", { class: "main", disabled: !mayChange(), onclick: commit }, "Commit"), h("span", { class: "push" }),
      h("button", { onclick: () => send(load) }, "Read again"))), answer);
  send(load);
  return repeat(2, guard);
}

export function events(main) {
  const list = h("section", { class: "card" });
  const all = [];
  main.replaceChildren(h("h1", {}, "Events"), list);
  return repeat(2, async () => {
    const fresh = await get("/events?after=" + (all.length ? all[all.length - 1].sequence : 0), true);
    if (fresh.length || !all.length) {
      all.push(...fresh);
      list.replaceChildren(eventTable(all.slice(-500).reverse()));
    }
  });
}

export function doctor(main) {
  const report = h("div", {}, h("p", {}, "Looking at the host…"));
  main.replaceChildren(h("h1", {}, "Doctor"), report);
  get("/doctor").then(value => {
    const wrong = value.findings.filter(f => f.severity !== "ok");
    report.replaceChildren(
      h("p", {}, value.host.name + ": Linux " + value.host.kernel + ", " + value.host.cpus + " CPUs, "
        + bytes(value.host["memory-bytes"])),
      h("p", {}, Object.entries(value.summary).filter(([, n]) => n).flatMap(([word, n]) => [state(word, n + " " + word), " "])),
      ...wrong.map(f => h("section", { class: "card" },
        h("h2", {}, state(f.severity), " " + f.title + (f.subject ? " · " + f.subject : "")),
        h("dl", {}, [["Now", f.current], ["Wanted", f.wanted], ["Why", f.why], ["Source", f.source]].filter(p => p[1])
          .flatMap(([k, v]) => [h("dt", {}, k), h("dd", {}, v)])),
        f.command ? h("pre", { tabindex: "0", "aria-label": "Command that mends it" }, f.command) : null)),
      h("section", { class: "card" }, h("h2", {}, "What can run here"),
        table("Features", ["FEATURE", "CAN RUN", "MISSING"], value.features.map(f =>
          [f.name, state(f["can-run"] ? "ok" : f.configured ? "error" : "info", f["can-run"] ? "yes" : "no"),
            f.missing.join("; ") || "–"]), "")));
  }, error => report.replaceChildren(failed(error)));
  return () => {};
}
