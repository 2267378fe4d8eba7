/* Names the drawing of every chart for screen readers: Plotly leaves its SVG without role and title. */
(function () {
  "use strict";
  var count = 0;
  function name(plot) {
    var figure = plot.closest("figure");
    var caption = figure && figure.querySelector("figcaption");
    plot.querySelectorAll("svg.main-svg").forEach(function (svg, index) {
      if (index > 0) {
        svg.setAttribute("aria-hidden", "true");
        return;
      }
      svg.setAttribute("role", "img");
      if (!caption) return;
      if (!caption.dataset.captionId) caption.dataset.captionId = caption.id || "chart-caption-" + ++count;
      var words = caption.textContent;
      if (svg.getAttribute("aria-label") !== words) svg.setAttribute("aria-label", words);
    });
  }
  function nameAll() {
    document.querySelectorAll(".js-plotly-plot").forEach(name);
  }
  var waiting = false;
  new MutationObserver(function () {
    if (waiting) return;
    waiting = true;
    window.requestAnimationFrame(function () {
      waiting = false;
      nameAll();
    });
  }).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
})();
