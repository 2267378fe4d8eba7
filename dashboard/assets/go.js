/* How scripts open a page of this app without loading it anew. */
(function () {
  "use strict";
  /* As dcc.Link does: Dash's own address component listens to this event. */
  window.aspGo = function (address, replaces) {
    window.history[replaces ? "replaceState" : "pushState"]({}, "", address);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  };
  /* A click on a link: with a key held, or another button, it is the browser's. */
  window.aspFollow = function (event, address) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    window.aspGo(address);
    window.scrollTo(0, 0);
  };
})();
