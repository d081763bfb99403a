// Runs before textual.js, which opens the terminal when the page is loaded and says in classes of the body how
// far it is: -first-byte when the program has painted, -closed when the websocket is.
"use strict";

// The key came behind the #, which is never sent anywhere. It is kept for this port of this host alone, so that
// a second tab and a reloaded page find it, and leaves the address.
const key = location.hash.slice(1);
if (key) {
  localStorage.setItem("crm", key);
  history.replaceState(null, "", "/");
}

// A page that we open gets neither hold of this one nor to know where it was opened from. The terminal itself
// opens none: what is opened is shown before, whole, by the program, which says so with an address.
const open = window.open.bind(window);
window.open = (address, target) => {
  if (!/^(https?:\/\/|mailto:)/.test(address || "")) return null;
  return open(address, target, "noopener,noreferrer");
};

document.addEventListener("DOMContentLoaded", () => {
  const terminal = document.getElementById("terminal");
  const again = document.getElementById("again");
  terminal.dataset.sessionWebsocketUrl =
    "ws://" + location.host + "/ws/" + (localStorage.getItem("crm") || "-");
  again.addEventListener("click", () => location.replace("/"));
  // the keys belong to the program as soon as there is one, without a click
  const focus = () => {
    if (document.body.classList.contains("-closed")) again.focus();
    else if (document.body.classList.contains("-first-byte")) terminal.querySelector("textarea").focus();
  };
  new MutationObserver(focus).observe(document.body, { attributeFilter: ["class"] });
});
