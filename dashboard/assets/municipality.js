/* The search box for a municipality (a combobox: arrows, Enter, Esc), a text that means one of them, and printing. */
(function () {
  "use strict";
  var BOX = "municipality-search", LIST = "municipality-options";
  var dismissed = null;
  function box() { return document.getElementById(BOX); }
  function list() { return document.getElementById(LIST); }
  function entries() { return Array.prototype.slice.call((list() || document).querySelectorAll("#" + LIST + " [role=option]")); }
  function active() { return entries().find(function (one) { return one.getAttribute("aria-selected") === "true"; }); }
  function go(address, replaces) {
    window.aspGo(address, replaces);
    window.scrollTo(0, 0);
  }
  function isOpen() { return Boolean(list()) && !list().hidden; }
  function open(wanted) {
    if (!list()) return;
    var shown = wanted && entries().length > 0;
    if (list().hidden === shown) list().hidden = !shown;
    if (box().getAttribute("aria-expanded") !== String(shown)) box().setAttribute("aria-expanded", String(shown));
    if (!shown) choose(null);
  }
  function choose(entry) {
    entries().forEach(function (one) {
      var selected = String(one === entry);
      if (one.getAttribute("aria-selected") !== selected) one.setAttribute("aria-selected", selected);
    });
    if (entry) {
      box().setAttribute("aria-activedescendant", entry.id);
      entry.scrollIntoView({ block: "nearest" });
    } else {
      box().removeAttribute("aria-activedescendant");
    }
  }
  function submit() {
    var typed = box().value.trim();
    var chosen = active();
    /* Where the list is of what stands in the box, it knows which one is meant; else the page finds out. */
    var meant = entries().find(function (one) { return one.dataset.meant && one.dataset.typed === box().value; });
    if (chosen || meant) return go((chosen || meant).dataset.href);
    var address = new URL(window.location.href);
    if (typed) address.searchParams.set("name", typed); else address.searchParams.delete("name");
    dismissed = box().value;
    open(false);
    go(box().closest(".find").dataset.path + address.search);
  }
  document.addEventListener("keydown", function (event) {
    if (event.target.id !== BOX || event.isComposing) return;
    var all = entries(), at = all.indexOf(active());
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      open(true);
      if (all.length) choose(all[(at + (event.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1) + all.length) % all.length]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      submit();
    } else if (event.key === "Escape" && isOpen()) {
      event.preventDefault();
      dismissed = box().value;
      open(false);
    }
  });
  document.addEventListener("input", function (event) {
    if (event.target.id === BOX) dismissed = null;
  });
  document.addEventListener("mousedown", function (event) {
    var entry = event.target.closest && event.target.closest("#" + LIST + " [role=option]");
    if (!entry || event.button) return;
    event.preventDefault();
    go(entry.dataset.href);
  });
  document.addEventListener("focusout", function (event) {
    if (event.target.id === BOX) open(false);
  });
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("#municipality-print")) window.print();
  });
  /* What Dash's own input cannot carry, and what follows from what callbacks have written. */
  new MutationObserver(function () {
    var input = box();
    if (input && !input.hasAttribute("role")) {
      Object.entries({
        role: "combobox", "aria-autocomplete": "list", "aria-controls": LIST, "aria-expanded": "false",
        "aria-describedby": "municipality-hint",
      }).forEach(function (pair) { input.setAttribute(pair[0], pair[1]); });
      dismissed = input.value;
    }
    if (input && list() && document.activeElement === input) open(dismissed !== input.value);
    var jump = document.querySelector("#municipality-results [data-jump]");
    if (jump && !jump.dataset.gone) {
      jump.dataset.gone = "1";
      go(jump.dataset.jump, true);
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
