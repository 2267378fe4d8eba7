/* Choices of a page that stand in its address: made in quick succession, each of them holds. */
(function () {
  "use strict";
  /* rules: of each control {id, key, first, known, of, is, drops}: its id; its key in the address; the value that needs no word
     there; the values there are (empty: any); where it means something only while the control `of` says `is`, these
     two; and the keys which only its first value leaves in the address. */
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
  /* What the controls of each page last said, by the names of their keys: what differs from it has been chosen since. */
  var held = {};
  function page(rules) { return rules.map(function (rule) { return rule.key; }).join(); }
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.asp_choices = {
    /* A choice changes the address; everything else follows from that. The server is not asked, so that no answer to
       one choice can take back the next; and a control that has not yet heard of the newest address says nothing. */
    choose: function () {
      var rules = arguments[arguments.length - 1], said = Array.prototype.slice.call(arguments, 0, rules.length);
      var now = meaning(read(window.location.search, rules), rules);
      var before = held[page(rules)] || now;
      var heard = window.dash_clientside.callback_context.triggered.map(function (one) { return one.prop_id; });
      var chosen = rules.map(function (rule, at) {
        return heard.indexOf(rule.id + ".value") >= 0 && said[at] !== before[at];
      });
      held[page(rules)] = before.map(function (value, at) { return chosen[at] ? said[at] : value; });
      var wanted = meaning(now.map(function (value, at) { return chosen[at] ? said[at] : value; }), rules);
      if (wanted.join("\n") !== now.join("\n")) {
        var next = new URLSearchParams(window.location.search);
        rules.forEach(function (rule, at) {
          next.delete(rule.key);
          if (wanted[at] !== rule.first) next.set(rule.key, wanted[at]);
          if (wanted[at] !== rule.first) rule.drops.forEach(function (key) { next.delete(key); });
        });
        var query = next.toString().replaceAll("%2C", ",");
        window.aspGo(window.location.pathname + (query ? "?" + query : ""));
      }
      return window.dash_clientside.no_update;
    },
    /* Back and forward, and links, set the choices; one that means nothing just now cannot be made. The address is
       read where it stands: the one this was called with may be older. A control that says something else than last
       has just been used: `choose` is still to hear of that, so it is left as it is. */
    follow: function () {
      var rules = arguments[arguments.length - 1], said = Array.prototype.slice.call(arguments, 1, rules.length + 1);
      var values = meaning(read(window.location.search, rules), rules);
      var first = !window.dash_clientside.callback_context.triggered.length; /* the page has just been opened */
      var before = first ? said : held[page(rules)] || said;
      held[page(rules)] = values.map(function (value, at) { return said[at] === before[at] ? value : before[at]; });
      var dependent = rules.filter(function (rule) { return rule.of; });
      return values.map(function (value, at) {
        return said[at] === before[at] ? value : window.dash_clientside.no_update;
      }).concat(dependent.map(function (rule) {
        return values[rules.findIndex(function (other) { return other.key === rule.of; })] !== rule.is;
      }));
    },
  };
})();
