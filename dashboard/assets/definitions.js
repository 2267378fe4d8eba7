/* Definitions are searched as they are typed, in the page itself: no letter waits for an answer of the server. */
(function () {
  "use strict";
  var BOX = "definitions-search";
  /* Lower case without accents: "Kömlő" as "komlo". */
  function folded(text) {
    return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  }
  function search(box) {
    var wanted = folded(box.value.trim()), found = 0;
    document.querySelectorAll(".definitions").forEach(function (table) {
      var rows = Array.prototype.filter.call(table.querySelectorAll("tbody tr"), function (row) {
        /* name, code and meaning; the facts beside them say the same words too often */
        var said = row.querySelector(".definition-name").textContent + " " +
          row.querySelector(".definition-text").textContent;
        row.hidden = folded(said).indexOf(wanted) < 0;
        return !row.hidden;
      });
      table.closest("section").hidden = !rows.length;
      found += rows.length;
    });
    var said = document.getElementById("definitions-found");
    said.textContent = !wanted ? "" : found ? said.dataset.found.replace("{count}", found) : said.dataset.none;
  }
  document.addEventListener("input", function (event) {
    if (event.target.id === BOX) search(event.target);
  });
})();
