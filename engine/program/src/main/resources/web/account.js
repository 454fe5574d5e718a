// One's own password, and for operators who else may log in.
import { h, ask, get, say, session, mayChange, encoded } from "./dom.js";

const secret = (id, autocomplete) => h("input", { id, type: "password", required: true, autocomplete, minlength:
  autocomplete === "new-password" ? 12 : null });

export function account(main, store) {
  main.replaceChildren(h("h1", {}, "Account"), h("div", { class: "cards" }, ownPassword(store),
    mayChange() ? users() : null));
  return () => {};
}

function ownPassword(store) {
  const now = secret("now", "current-password"), fresh = secret("fresh", "new-password"),
    again = secret("again", "new-password");
  const answer = h("p", { class: "error", role: "alert" });
  return h("section", { class: "card" }, h("h2", {}, "Password of " + session.user), h("form", { class: "stack",
    onsubmit: async event => {
      event.preventDefault();
      answer.textContent = "";
      if (fresh.value !== again.value) { answer.textContent = "The two new passwords differ."; return; }
      try {
        await ask("POST", "/session/password", { body: { password: now.value, "new-password": fresh.value } });
        store.stop(); // the session ends with the password that began it
        await ask("POST", "/session", { body: { user: session.user, password: fresh.value } })
          .then(({ value }) => { session.token = value["csrf-token"]; });
        store.start();
        event.target.reset();
        say("Your password is changed; your other sessions have ended.");
      } catch (refused) {
        answer.textContent = refused.message;
      }
    } }, h("label", { for: "now" }, "Password now"), now, h("label", { for: "fresh" }, "New password, at least 12 characters"),
  fresh, h("label", { for: "again" }, "New password again"), again, answer, h("button", { class: "main" }, "Change it")));
}

function users() {
  const list = h("div", {});
  const name = h("input", { required: true, autocomplete: "off", pattern: "[A-Za-z0-9_][A-Za-z0-9._@\\-]{0,62}" });
  const password = secret("first", "new-password");
  const role = h("select", {}, ["viewer", "operator"].map(word => h("option", { value: word }, word)));
  const answer = h("p", { class: "error", role: "alert" });
  const send = async (method, user, body, done) => {
    answer.textContent = "";
    try {
      await ask(method, "/users/" + encoded(user), { body });
      say(user + ": " + done);
    } catch (refused) {
      answer.textContent = refused.message;
    }
    await show();
  };
  const show = async () => {
    const found = await get("/users");
    list.replaceChildren(h("table", { "aria-label": "Users" }, h("thead", {}, h("tr", {},
      ["USER", "ROLE", "CHANGE"].map(head => h("th", { scope: "col" }, head)))), h("tbody", {}, found.map(user => {
      const other = user.role === "viewer" ? "operator" : "viewer";
      const self = user.name === session.user;
      return h("tr", {}, h("th", { scope: "row" }, user.name), h("td", {}, user.role), h("td", {}, self ? "you" : h("div",
        { class: "actions" }, h("button", { class: "small", "aria-label": "Make " + user.name + " a " + other,
          onclick: () => send("PUT", user.name, { role: other }, other) }, "Make " + other),
        h("button", { class: "small", "aria-label": "Remove " + user.name, onclick: () => {
          if (confirm("Remove the user " + user.name + "?")) send("DELETE", user.name, undefined, "removed");
        } }, "Remove"))));
    }))));
  };
  show().catch(refused => { answer.textContent = refused.message; });
  return h("section", { class: "card" }, h("h2", {}, "Users"), list, answer, h("h3", {}, "Add a user, or set a password"),
    h("form", { class: "line", onsubmit: event => {
      event.preventDefault();
      send("PUT", name.value, { role: role.value, password: password.value }, role.value);
      event.target.reset();
    } }, h("label", {}, "Name", name), h("label", {}, "Password", password), h("label", {}, "Role", role),
    h("button", { class: "main" }, "Save")));
}
