/* Mends what components leave in English or out of reach: the panel's close button and its name as a dialog;
   dcc.Dropdown for the keyboard and screen readers: its tab stop is an input hidden from them, and its name leaves its
   label out. The button takes the tab stop, and is named by the label and then the value. */
(function () {
  "use strict";
  function mend(wrapper) {
    var target = wrapper.querySelector(".dash-dropdown-focus-target");
    var button = wrapper.querySelector("button.dash-dropdown");
    if (!target || !button) return;
    if (target.tabIndex !== -1) target.tabIndex = -1;
    if (button.tabIndex !== 0) button.tabIndex = 0;
    var label = document.getElementById(button.id + "-label");
    var names = button.getAttribute("aria-labelledby") || "";
    if (label && names.split(" ").indexOf(label.id) === -1) {
      button.setAttribute("aria-labelledby", label.id + " " + names);
    }
  }
  function name(dialog) {
    var title = dialog.querySelector(".offcanvas-title");
    if (!title || dialog.hasAttribute("aria-labelledby")) return;
    title.id = title.id || dialog.id + "-title";
    dialog.setAttribute("aria-labelledby", title.id);
  }
  var waiting = false;
  new MutationObserver(function () {
    if (waiting) return;
    waiting = true;
    window.requestAnimationFrame(function () {
      waiting = false;
      document.querySelectorAll(".dash-dropdown-wrapper").forEach(mend);
      document.querySelectorAll(".offcanvas[role=dialog]").forEach(name);
      document.querySelectorAll(".btn-close").forEach(function (button) {
        var said = document.documentElement.lang === "hu" ? "Bezárás" : "Close";
        if (button.getAttribute("aria-label") !== said) button.setAttribute("aria-label", said);
      });
    });
  }).observe(document.documentElement, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["aria-labelledby", "tabindex", "aria-expanded"],
  });
})();
