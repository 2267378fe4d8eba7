/* A cell of the work list that names municipalities: each leads to its profile. */
(function () {
  "use strict";
  window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};
  window.dashAgGridComponentFunctions.aspPlaces = function (props) {
    var text = props.value || "";
    var codes = ((props.data && props.data.asp_places) || "").split(",");
    var begin = text.lastIndexOf(": ") + 1; /* `joint office (seat): names`; no name has a colon */
    var names = text.slice(begin).trim().split(", ");
    var make = window.React.createElement;
    var links = [begin ? text.slice(0, begin) + " " : ""];
    names.forEach(function (name, at) {
      var href = props.address.replace("{}", codes[at]);
      if (at) links.push(", ");
      links.push(make("a", { key: href, href: href, onClick: function (event) { window.aspFollow(event, href); } }, name));
    });
    return make.apply(null, ["span", null].concat(links));
  };
})();
/* A link or a mark that narrows the list leads to it; a choice made in the list's own controls stays there. */
(function () {
  "use strict";
  var known = null, before = "", waits = false;
  function stay() { waits = false; }
  ["wheel", "touchmove", "keydown"].forEach(function (name) { window.addEventListener(name, stay, { passive: true }); });
  function lead(tools) {
    /* After the link, which goes to the top of the page. */
    window.setTimeout(function () { tools.closest(".page-section").scrollIntoView(); }, 50);
  }
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.asp_stuck = {
    /* Once for the address, and again when the list is there: on a page just opened what stands above it still grows. */
    show: function (search) {
      var query = new URLSearchParams(search || "");
      var now = [query.get("step"), query.get("idle")].filter(Boolean).join(" ");
      var tools = document.querySelector(".stuck-tools");
      if (tools !== known) before = "";
      if (tools && now && now !== before && !tools.contains(document.activeElement)) {
        waits = true;
        lead(tools);
      } else if (waits && tools && document.querySelector(".stuck-grid")) {
        stay();
        lead(tools);
      }
      known = tools;
      before = now;
      return window.dash_clientside.no_update;
    },
  };
})();
