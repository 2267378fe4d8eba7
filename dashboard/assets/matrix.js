/* Responsibility matrix: arrow keys between cells, a cell opens its panel, components fold, the whole is printed. */
(function () {
  "use strict";
  function cellsOf(row) {
    return Array.prototype.filter.call(row.querySelectorAll(".matrix-cell"), function (one) {
      return one.offsetParent !== null;
    });
  }
  function rowsOf(table) {
    return Array.prototype.filter.call(table.querySelectorAll("tbody tr"), function (row) {
      return row.querySelector(".matrix-cell");
    });
  }
  function move(cell, right, down) {
    var table = cell.closest("table");
    if (!table) return false;
    var row = cell.closest("tr"), rows = rowsOf(table), cells = cellsOf(row);
    var to = rows[rows.indexOf(row) + down];
    var next = to && cellsOf(to)[cells.indexOf(cell) + right];
    if (!next) return false;
    enter(table, next);
    next.focus();
    return true;
  }
  /* One cell of the table is reached by Tab, the others by arrows. */
  function enter(table, cell) {
    table.querySelectorAll(".matrix-cell[tabindex='0']").forEach(function (one) { one.tabIndex = -1; });
    cell.tabIndex = 0;
  }
  function prepare(body) {
    var first = body.querySelector("table .matrix-cell");
    if (first) first.tabIndex = 0;
    body.querySelectorAll(".matrix-list .matrix-cell").forEach(function (one) { one.tabIndex = 0; });
  }
  function fold(table, folded) {
    var button = table.querySelector(".matrix-fold");
    table.classList.toggle("folded", folded);
    button.setAttribute("aria-expanded", String(!folded));
    button.closest("th").colSpan = folded ? 1 : Number(button.closest("th").dataset.wide);
  }
  var STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  document.addEventListener("keydown", function (event) {
    var cell = event.target.closest && event.target.closest(".matrix .matrix-cell");
    var step = STEPS[event.key];
    if (cell && step && move(cell, step[0], step[1])) event.preventDefault();
  });
  document.addEventListener("click", function (event) {
    var cell = event.target.closest(".matrix-cell");
    var button = event.target.closest(".matrix-fold");
    if (cell && !cell.dataset.service) {
      fold(cell.closest("table"), false);
      var part = cell.closest("tr").querySelector(".matrix-part .matrix-cell");
      enter(cell.closest("table"), part);
      part.focus();
    } else if (cell) {
      if (cell.closest("table")) enter(cell.closest("table"), cell);
      window.dash_clientside.set_props("matrix-chosen", {
        data: { process: cell.dataset.process, service: cell.dataset.service, at: Date.now() },
      });
    } else if (button) {
      var table = button.closest("table");
      fold(table, !table.classList.contains("folded"));
    } else if (event.target.closest(".matrix-print")) {
      window.print();
    }
  });
  /* The table comes as text, made and escaped by the server; what the reader had unfolded and reached stays so. */
  function show(text) {
    var body = document.getElementById("matrix-body");
    if (!body) return;
    var table = body.querySelector("table"), scroll = body.querySelector(".matrix-scroll");
    var open = table && !table.classList.contains("folded");
    var opened = Array.prototype.map.call(body.querySelectorAll("details"), function (one) { return one.open; });
    var at = scroll && [scroll.scrollLeft, scroll.scrollTop];
    var focused = body.contains(document.activeElement) && document.activeElement.dataset;
    body.innerHTML = text || "";
    prepare(body);
    table = body.querySelector("table");
    if (table && open) fold(table, false);
    body.querySelectorAll("details").forEach(function (one, place) { one.open = Boolean(opened[place]); });
    if (at && body.querySelector(".matrix-scroll")) body.querySelector(".matrix-scroll").scrollTo(at[0], at[1]);
    if (focused && focused.process) {
      var again = body.querySelector(
        '[data-process="' + focused.process + '"][data-service="' + focused.service + '"]'
      );
      if (again) again.focus();
    }
  }
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.asp = Object.assign(window.dash_clientside.asp || {}, {
    showMatrix: function (text) {
      show(text);
      return window.dash_clientside.no_update;
    },
  });
})();
