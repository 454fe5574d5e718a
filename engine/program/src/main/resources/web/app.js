// Login, the live status, and which page is shown.
import { h, ask, get, session, say } from "./dom.js";
import { overview } from "./overview.js";
import { service } from "./service.js";
import { explain, configuration, events, doctor } from "./views.js";
import { wizard } from "./wizard.js";
import { account } from "./account.js";

const main = document.getElementById("main");
const nav = document.getElementById("nav");
const who = document.getElementById("who");

/** What the daemon last said of every service; pages follow it. */
const store = {
  services: new Map(), pair: null, copy: null, faults: {}, time: 0, live: false, followers: new Set(), listeners: new Set(),
  stream: null,
  follow(listener) {
    this.followers.add(listener);
    return () => this.followers.delete(listener);
  },
  /** Hears of each event that happens from now on. */
  hear(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  },
  take(message, everything) {
    if (everything) this.services.clear();
    this.pair = message.pair || null;
    this.copy = message.durableCopy || null;
    this.faults = message.workerFaults || {};
    message.services.forEach(one => this.services.set(one.name, one));
    this.time = Date.now();
    this.live = true;
    this.followers.forEach(listener => listener(message.services));
  },
  start() {
    this.stop();
    const stream = new EventSource("/api/v1/stream");
    stream.addEventListener("status", event => this.take(JSON.parse(event.data), true));
    stream.addEventListener("change", event => this.take(JSON.parse(event.data), false));
    stream.addEventListener("events", event => {
      const fresh = JSON.parse(event.data);
      this.listeners.forEach(listener => listener(fresh));
    });
    stream.addEventListener("over", () => { stream.close(); login("Your session has ended."); });
    stream.addEventListener("error", () => {
      this.live = false;
      if (stream.readyState === EventSource.CLOSED) setTimeout(begin, 3000);
    });
    this.stream = stream;
  },
  stop() {
    if (this.stream) this.stream.close();
    this.stream = null;
    this.live = false;
  }
};

let leave = () => {};
let waiting = false;

const PAGES = [
  [/^#\/service\/(.+)$/, (found) => service(main, store, decodeURIComponent(found[1])), "Service"],
  [/^#\/explain$/, () => explain(main, store), "Explain a client"],
  [/^#\/configuration$/, () => configuration(main), "Configuration"],
  [/^#\/wizard$/, () => wizard(main, store), "Setup Wizard"],
  [/^#\/account$/, () => account(main, store), "Account"],
  [/^#\/events$/, () => events(main, store), "Events"],
  [/^#\/doctor$/, () => doctor(main), "Doctor"],
  [/.*/, () => overview(main, store), "System Overview"]
];

function show(focus) {
  if (!session.user) return;
  leave();
  const hash = location.hash || "#/";
  const [pattern, page, title] = PAGES.find(([one]) => one.test(hash));
  document.title = title + " · Sluice";
  leave = page(hash.match(pattern)) || (() => {});
  for (const link of nav.querySelectorAll("a")) {
    if (link.getAttribute("href") === hash) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (focus && !main.contains(document.activeElement)) main.focus();
}

function login(why = "") {
  if (waiting) return;
  waiting = true;
  leave();
  leave = () => {};
  store.stop();
  session.user = "";
  nav.hidden = true;
  who.replaceChildren();
  document.title = "Log in · Sluice";
  const user = h("input", { id: "user", autocomplete: "username", required: true });
  const password = h("input", { id: "password", type: "password", autocomplete: "current-password", required: true });
  const error = h("p", { class: "error", role: "alert" }, why);
  const button = h("button", { class: "main" }, "Log in");
  main.replaceChildren(h("section", { class: "card login" }, h("h1", {}, "Log in"), h("form", { class: "stack",
    onsubmit: async event => {
      event.preventDefault();
      button.disabled = true;
      session.token = "";
      try {
        await ask("POST", "/session", { body: { user: user.value, password: password.value } });
        waiting = false;
        await begin();
      } catch (refused) {
        error.textContent = refused.message;
        password.value = "";
        password.focus();
      }
      button.disabled = false;
    } }, h("label", { for: "user" }, "User"), user, h("label", { for: "password" }, "Password"), password, error, button),
  h("p", { class: "dim" }, "The first password was printed to the daemon's log at its first start.")));
  user.focus();
}

async function begin() {
  try {
    const found = await get("/session", true);
    session.user = found.user;
    session.role = found.role;
    session.token = found["csrf-token"] || "";
  } catch (refused) {
    if (refused.status) login();
    else setTimeout(begin, 3000);
    return;
  }
  nav.hidden = false;
  who.replaceChildren(h("a", { href: "#/account" }, session.user + " (" + session.role + ")"),
    h("button", { class: "small", onclick: async () => {
      await ask("DELETE", "/session").catch(refused => say(refused.message));
      login("You are logged out.");
    } }, "Log out"));
  store.start();
  show(false);
}

window.addEventListener("hashchange", () => show(true));
document.addEventListener("sluice-login", () => login("Your session has ended."));
document.querySelector(".skip").addEventListener("click", event => { event.preventDefault(); main.focus(); });
begin();
