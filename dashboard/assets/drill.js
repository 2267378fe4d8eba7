/* Marks and rows that lead to what stands behind them. */
(function () {
  "use strict";
  window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};
  window.dashAgGridComponentFunctions.aspLink = function (props) {
    var address = props.data && props.data.asp_link;
    var text = props.valueFormatted || props.value;
    if (!address) return text === null || text === undefined ? "" : text;
    return window.React.createElement(
      "a",
      { href: address, onClick: function (event) { window.aspFollow(event, address); } },
      text
    );
  };
  /* A mark under the pointer can be opened: say so by the pointer, since a chart has no links. */
  function follow(plot) {
    if (plot.dataset.aspMarks || typeof plot.on !== "function" || !plot.closest(".card-body")) return;
    plot.dataset.aspMarks = "1";
    plot.on("plotly_hover", function (event) {
      var point = (event.points || [])[0];
      plot.classList.toggle("asp-opens", Boolean(point));
    });
    plot.on("plotly_unhover", function () {
      plot.classList.remove("asp-opens");
    });
  }
  document.addEventListener(
    "mouseover",
    function (event) {
      var plot = event.target.closest && event.target.closest(".js-plotly-plot");
      if (plot) follow(plot);
    },
    { passive: true }
  );
})();
