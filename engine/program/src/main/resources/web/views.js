// The other pages: a client explained, the configuration, events, the doctor.
import { h, ask, get, state, say, write, bytes, number, age, time, encoded, mayChange, table, repeat, eventTable }
  from "./dom.js";

const failed = error => h("div", {}, h("p", { class: "error", role: "alert" }, error.message),
  (error.problems || []).length ? h("pre", {}, error.problems.join("\n")) : null);

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
  let watched = false; // there was a commit whose end has not been shown
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
    watched = true;
    show(value.message, value.details);
    guard();
  });
  const guard = async () => {
    const rollback = await get("/configuration/rollback", true);
    if (rollback.pending) {
      watched = true;
      pending.replaceChildren(h("p", { class: "card" }, state("checking", "watching"), " until " + time(rollback.until)
        + ": the former configuration comes back when a server goes down. ",
      h("button", { onclick: () => send(async () => { await ask("POST", "/configuration/confirm"); guard(); }) },
        "Keep it now")));
    } else {
      pending.replaceChildren(rollback.last ? h("p", { class: "dim" }, "Last commit: " + rollback.last) : "");
      if (watched && !rollback.last.startsWith("rolling back")) { // which takes its time
        watched = false;
        if (rollback.last.startsWith("rolled back")) { say(rollback.last); load(); }
      }
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

const KINDS = [["", "Everything"], ["admin", "Who changed what (audit)"], ["health", "Health of servers"],
  ["service", "State of services"], ["configuration", "Configuration"], ["started", "Starts"], ["stopping", "Stops"]];

export function events(main, store) {
  const kind = h("select", {}, KINDS.map(([word, text]) => h("option", { value: word }, text)));
  const words = h("input", { type: "search", placeholder: "subject, user, text" });
  const list = h("section", { class: "card scroll" });
  const count = h("p", { class: "dim", role: "status" });
  const all = [];
  const show = () => {
    const wanted = words.value.trim().toLowerCase();
    const found = all.filter(e => (!kind.value || e.kind === kind.value)
      && (!wanted || (e.subject + " " + e.text).toLowerCase().includes(wanted)));
    write(count, number(found.length) + " of the last " + number(all.length) + " events"
      + (found.length > 300 ? ", the newest 300 shown" : ""));
    list.replaceChildren(eventTable(found.slice(-300).reverse()));
  };
  const take = fresh => {
    const last = all.length ? all[all.length - 1].sequence : 0;
    all.push(...fresh.filter(e => e.sequence > last));
    all.splice(0, all.length - 1000);
    show();
  };
  kind.addEventListener("change", show);
  words.addEventListener("input", show);
  main.replaceChildren(h("h1", {}, "Events"), h("div", { class: "line" }, h("label", {}, "Show", kind),
    h("label", {}, "Filter", words), count), list);
  get("/events").then(take, error => list.replaceChildren(failed(error)));
  return store.hear(take);
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
        table("Features", ["FEATURE", "CAN RUN", "REMARK"], value.features.map(f =>
          [f.name, state(f["can-run"] ? "ok" : f.configured ? "error" : "info", f["can-run"] ? "yes" : "no"),
            f.remark || "–"]), "")));
  }, error => report.replaceChildren(failed(error)));
  return () => {};
}
