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
