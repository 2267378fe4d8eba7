/* Runs before the first paint: decides the theme where the reader left it to the device. */
(function () {
  "use strict";
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function apply() {
    var choice = root.dataset.themeChoice;
    root.dataset.bsTheme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
  }
  apply();
  dark.addEventListener("change", function () {
    apply();
    if (window.dash_clientside && window.dash_clientside.set_props) {
      window.dash_clientside.set_props("shell-theme", { data: root.dataset.bsTheme });
    }
  });
  window.aspApplyTheme = apply;
})();
