/* Choices of a page that stand in its address: made in quick succession, each of them holds. */
(function () {
  "use strict";
  /* rules: of each control {key, first, known, of, is}: its key in the address; the value that needs no word there; the
     values there are (empty: any); and, where it means something only while the control `of` says `is`, these two. */
  function read(search, rules) {
    var query = new URLSearchParams(search || "");
    return rules.map(function (rule) {
      var value = query.get(rule.key);
      return value && (!rule.known.length || rule.known.indexOf(value) >= 0) ? value : rule.first;
    });
  }
  function meaning(values, rules) {
    return rules.map(function (rule, at) {
      var master = rules.findIndex(function (other) { return other.key === rule.of; });
      return master >= 0 && values[master] !== rule.is ? rule.first : values[at] || rule.first;
    });
  }
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.asp_choices = {
    /* A choice changes the address; everything else follows from that. The server is not asked, so that no answer to
       one choice can take back the next. */
    choose: function () {
      var rules = arguments[arguments.length - 1];
      var wanted = meaning(Array.prototype.slice.call(arguments, 0, rules.length), rules);
      var now = meaning(read(window.location.search, rules), rules);
      if (wanted.join("\n") !== now.join("\n")) {
        var next = new URLSearchParams(window.location.search);
        rules.forEach(function (rule, at) {
          next.delete(rule.key);
          if (wanted[at] !== rule.first) next.set(rule.key, wanted[at]);
        });
        var said = next.toString().replaceAll("%2C", ",");
        window.aspGo(window.location.pathname + (said ? "?" + said : ""));
      }
      return window.dash_clientside.no_update;
    },
    /* Back and forward, and links, set the choices; one that means nothing just now cannot be made. */
    follow: function (search, rules) {
      var values = meaning(read(search, rules), rules);
      return values.concat(rules.map(function (rule) {
        var master = rules.findIndex(function (other) { return other.key === rule.of; });
        return master >= 0 && values[master] !== rule.is;
      }));
    },
  };
})();
