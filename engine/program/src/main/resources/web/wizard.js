// The Setup Wizard: questions in four steps become a virtual service in the configuration file.
import { h, ask, session, mayChange, say } from "./dom.js";
import { withService } from "./file.js";

const NAME = "[A-Za-z0-9_][A-Za-z0-9._\\-]{0,62}";
const PORTS = "[0-9]{1,5}(-[0-9]{1,5})?(\\s*,\\s*[0-9]{1,5}(-[0-9]{1,5})?)*";
const STEPS = ["Virtual service", "Real servers", "Health and affinity", "Review and commit"];
const SCHEDULERS = ["weighted-least-connections", "weighted-round-robin", "least-connections", "round-robin",
  "source-hash", "maglev", "random-of-two"];
const HEADS = ["NAME", "IP ADDRESS", "PORT", "WEIGHT"];
const CHECKS = {
  tcp: [["connect", "A connection succeeds"], ["http", "HTTP: a page answers"], ["https", "HTTPS: a page answers"],
    ["ping", "Ping"], ["none", "No check: always up"]],
  udp: [["ping", "Ping"], ["connect", "A TCP connection to another port succeeds"], ["http", "HTTP: a page answers"],
    ["none", "No check: always up"]]
};

const field = (label, input, hint) => h("label", {}, label, input, hint ? h("span", { class: "dim" }, hint) : null);
const select = (options, value) => {
  const element = h("select", {}, options.map(([word, text]) => h("option", { value: word }, text)));
  element.value = value;
  return element;
};
const text = (properties) => h("input", { autocomplete: "off", spellcheck: "false", ...properties });

export function wizard(main, store) {
  if (!mayChange()) {
    main.replaceChildren(h("h1", {}, "Setup Wizard"), h("p", {}, session.user + " is a viewer; this needs an operator."));
    return () => {};
  }
  const name = text({ required: true, pattern: NAME, title: "1 to 63 letters, digits, '.', '_' and '-'",
    placeholder: "web" });
  const protocol = select([["tcp", "TCP"], ["udp", "UDP"]], "tcp");
  const address = text({ required: true, placeholder: "192.0.2.10", title: "An IPv4 or IPv6 address" });
  const ports = text({ required: true, pattern: PORTS, placeholder: "443", title: "443, 8000-8010 or 80,443" });

  const servers = h("tbody", {});
  const serverRow = () => {
    const inputs = [text({ required: true, pattern: NAME, placeholder: "web" + (servers.childElementCount + 1),
      "aria-label": "Name of the real server" }), text({ required: true, placeholder: "10.0.0.11",
      "aria-label": "Address of the real server" }), text({ type: "number", min: 1, max: 65535, placeholder: "the same",
      class: "weight", "aria-label": "Port of the real server" }), text({ type: "number", min: 0, max: 65535, value: 100,
      required: true, class: "weight", "aria-label": "Weight of the real server" })];
    const row = h("tr", {}, inputs.map((input, i) => h("td", { "data-head": HEADS[i] }, input)), h("td", {}, h("button", { type: "button",
      class: "small", onclick: () => { if (servers.childElementCount > 1) row.remove(); } }, "Remove")));
    row.read = () => inputs.map(input => input.value.trim());
    servers.append(row);
    return inputs[0];
  };
  serverRow();
  serverRow();

  const check = h("select", {});
  const checkPort = text({ type: "number", min: 1, max: 65535, placeholder: "the server's" });
  const path = text({ value: "/", pattern: "/\\S*", title: "A path that starts with '/'" });
  const expect = text({ placeholder: "any answer" });
  const verify = h("input", { type: "checkbox", checked: true });
  const http = h("div", { class: "fields" }, field("Path", path), field("The answer must contain", expect));
  const tls = h("label", { class: "box" }, verify, "The certificate must be valid");
  const portField = field("Port to check", checkPort);
  const scheduler = select(SCHEDULERS.map(one => [one, one]), SCHEDULERS[0]);
  const affinity = select([["none", "No: any server, each time"], ["source-ip", "Yes, by the client's address"]], "none");
  const timeout = text({ value: "6m", pattern: "[0-9]+(ms|s|m|h|d)", required: true, title: "Such as 30s, 6m or 6h" });
  const timeoutField = field("Remembered for", timeout, "after the last activity");
  const depend = () => {
    const before = check.value;
    check.replaceChildren(...CHECKS[protocol.value].map(([word, label]) => h("option", { value: word }, label)));
    if ([...check.options].some(option => option.value === before)) check.value = before;
    http.hidden = !check.value.startsWith("http");
    tls.hidden = check.value !== "https";
    portField.hidden = check.value === "ping" || check.value === "none";
    timeoutField.hidden = affinity.value === "none";
  };
  for (const one of [protocol, check, affinity]) one.addEventListener("change", depend);
  depend();

  const yaml = h("pre", { tabindex: "0", "aria-label": "What is added to the configuration" });
  const planned = h("div", { "aria-live": "polite" });
  const panels = [
    [h("div", { class: "fields" }, field("Name", name, "its label everywhere"), field("Protocol", protocol),
      field("IP address", address, "where clients connect; this host must have it"),
      field("Ports", ports, "443, 8000-8010 or 80,443"))],
    [h("div", { class: "scroll" }, h("table", { "aria-label": "Real servers", class: "stacks" }, h("thead", {}, h("tr", {},
      [...HEADS, ""].map(head => h("th", { scope: "col" }, head)))), servers)),
    h("p", {}, h("button", { type: "button", onclick: () => serverRow().focus() }, "Add a real server"))],
    [h("div", { class: "fields" }, field("Health check", check), portField), http, tls,
      h("div", { class: "fields" }, field("Scheduler", scheduler, "how a server is chosen for a new client"),
        field("Affinity: clients come back to their server", affinity), timeoutField)],
    [h("p", {}, "This is added to the configuration file:"), yaml, planned]
  ];
  let step = 0, etag = null, whole = null;
  const title = h("h2", { tabindex: "-1" });
  const trail = h("ol", { class: "trail", "aria-label": "Steps" });
  const holder = h("div", {});
  const back = h("button", { type: "button", onclick: () => show(step - 1) }, "Back");
  const next = h("button", { class: "main" });

  function show(to) {
    step = to;
    trail.replaceChildren(...STEPS.map((one, i) => h("li", { "aria-current": i === step ? "step" : null,
      class: i < step ? "done" : null }, one)));
    title.textContent = "Step " + (step + 1) + " of " + STEPS.length + ": " + STEPS[step];
    holder.replaceChildren(...panels[step]);
    back.disabled = step === 0;
    next.textContent = step === STEPS.length - 1 ? "Commit" : "Next";
    next.disabled = false;
    if (step === STEPS.length - 1) review();
    title.focus();
  }

  function service() {
    const lines = [];
    const at = address.value.trim();
    const port = ports.value.replaceAll(/\s/g, "");
    const listen = (at.includes(":") ? "[" + at + "]" : at) + ":" + (port.includes(",") ? "[" + port + "]" : port);
    lines.push("listen: " + JSON.stringify(listen));
    if (protocol.value !== "tcp") lines.push("protocol: " + protocol.value);
    if (scheduler.value !== SCHEDULERS[0]) lines.push("scheduler: " + scheduler.value);
    if (affinity.value !== "none") lines.push("affinity: { by: " + affinity.value + ", timeout: " + timeout.value + " }");
    lines.push("health-check:", "  type: " + check.value);
    if (!portField.hidden && checkPort.value) lines.push("  port: " + checkPort.value);
    if (!http.hidden) lines.push("  path: " + JSON.stringify(path.value));
    if (!http.hidden && expect.value) lines.push("  expect: " + JSON.stringify(expect.value));
    if (!tls.hidden && !verify.checked) lines.push("  verify-certificate: false");
    lines.push("servers:");
    for (const row of servers.children) {
      const [server, ip, own, weight] = row.read();
      const where = own ? (ip.includes(":") ? "[" + ip + "]" : ip) + ":" + own : ip;
      lines.push("  " + server + ": " + (weight === "100" ? JSON.stringify(where)
        : "{ address: " + JSON.stringify(where) + ", weight: " + weight + " }"));
    }
    return lines;
  }

  const problem = error => planned.replaceChildren(h("p", { class: "error", role: "alert" }, error.message),
    (error.problems || []).length ? h("pre", {}, error.problems.join("\n")) : "");

  async function review() {
    next.disabled = true;
    yaml.textContent = name.value + ":\n" + service().map(line => "  " + line).join("\n");
    planned.replaceChildren("Planning…");
    try {
      const read = await ask("GET", "/configuration");
      etag = read.etag;
      whole = withService(read.value, name.value, service());
      const { value } = await ask("POST", "/configuration/plan", { body: whole, type: "application/yaml" });
      planned.replaceChildren(h("h3", {}, "The plan: " + value.message), h("pre", {},
        [...value.details, ...value.warnings].join("\n")), read.may.includes("PUT") ? "" : h("p", { class: "error" },
        "This daemon may not write its configuration file: add the text there yourself, then run 'sluice reload'."));
      next.disabled = !read.may.includes("PUT");
    } catch (error) {
      problem(error);
    }
  }

  async function commit() {
    next.disabled = true;
    try {
      const { value } = await ask("PUT", "/configuration?rollback-within=30",
        { body: whole, type: "application/yaml", match: etag });
      say(value.message);
      location.hash = "#/service/" + encodeURIComponent(name.value);
    } catch (error) {
      problem(error);
      next.disabled = error.status === 412;
    }
  }

  main.replaceChildren(h("h1", {}, "Setup Wizard"), trail, h("form", { class: "card wizard", onsubmit: event => {
    event.preventDefault();
    if (step === 0 && store.services.has(name.value)) {
      say("There is a virtual service '" + name.value + "' already: take another name.");
      name.focus();
    } else if (step < STEPS.length - 1) {
      show(step + 1);
    } else {
      commit();
    }
  } }, title, holder, h("div", { class: "row" }, back, next, h("span", { class: "push" }),
    h("a", { href: "#/" }, "Cancel"))));
  show(0);
  name.focus();
  return () => {};
}
