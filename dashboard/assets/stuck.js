/* A cell of the work list that names municipalities: each leads to its profile. */
(function () {
  "use strict";
  /* As dcc.Link does: Dash's own address component listens to this event. */
  function go(event, address) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    window.history.pushState({}, "", address);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  }
  window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};
  window.dashAgGridComponentFunctions.aspPlaces = function (props) {
    var places = (props.data && props.data.asp_places) || { before: "", links: [] };
    var make = window.React.createElement;
    var links = [places.before];
    places.links.forEach(function (place, at) {
      if (at) links.push(", ");
      links.push(
        make(
          "a",
          { key: place.href, href: place.href, onClick: function (event) { go(event, place.href); } },
          place.name
        )
      );
    });
    return make.apply(null, ["span", null].concat(links));
  };
})();
