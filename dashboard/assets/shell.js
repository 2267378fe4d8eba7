/* What the shell does in the browser: the view that cards depend on, theme, language, navigation, folding filters. */
(function () {
  "use strict";
  var root = document.documentElement;
  var visited = null;
  var waiting = [];
  var LONGEST_WAIT = 3000;
  var YEAR = 365 * 24 * 3600;

  function remember(name, value) {
    document.cookie = name + "=" + value + "; path=/; max-age=" + YEAR + "; samesite=lax";
  }

  function shown() {
    waiting.splice(0).forEach(function (go) { go(); });
  }

  function clicked() {
    return (window.dash_clientside.callback_context.triggered || []).find(function (one) {
      return one.value;
    });
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.asp = Object.assign(window.dash_clientside.asp || {}, {
    /* Everything a card depends on besides itself. */
    view: function (search, theme, snapshot) {
      var view = {
        search: search || "",
        theme: root.dataset.bsTheme,
        language: root.lang,
        narrow: window.innerWidth < 576,
        snapshot: snapshot || null,
        address: window.location.origin + window.location.pathname + (search || ""),
      };
      if (visited === null || visited === window.location.pathname) return view;
      /* The page is about to be replaced: its cards must not ask for what is meant for the next one. */
      return new Promise(function (resolve) {
        waiting.push(function () { resolve(view); });
        window.setTimeout(shown, LONGEST_WAIT);
      });
    },
    chooseTheme: function () {
      var one = clicked();
      if (!one) return window.dash_clientside.no_update;
      root.dataset.themeChoice = one.prop_id.split(".")[0].replace("shell-theme-", "");
      remember("asp_theme", root.dataset.themeChoice);
      window.aspApplyTheme();
      return root.dataset.bsTheme;
    },
    /* The whole page is in the language of its first byte, so it is loaded again; the selection stays. */
    chooseLanguage: function (clicks) {
      if (!clicks) return window.dash_clientside.no_update;
      remember("asp_language", document.getElementById("shell-language").dataset.language);
      var address = new URL(window.location.href);
      if (address.searchParams.has("lang")) {
        address.searchParams.delete("lang");
        window.location.replace(address.href);
      } else {
        window.location.reload();
      }
      return true;
    },
    openNavigation: function () {
      var one = clicked();
      return Boolean(one && one.prop_id === "shell-menu.n_clicks");
    },
    /* After a link to another page, a screen reader goes on at the content; a filter keeps the focus. */
    focusContent: function (title) {
      var content = document.getElementById("content");
      var path = window.location.pathname;
      if (content && visited !== null && visited !== path) {
        content.focus({ preventScroll: true });
        window.scrollTo(0, 0);
      }
      visited = path;
      shown();
      return null;
    },
  });

  /* Filters: folded to one line when the page scrolls, and on narrow screens until asked for. */
  function setOpen(open) {
    var bar = document.getElementById("shell-filters");
    var button = document.getElementById("shell-filters-toggle");
    if (!bar || !button) return;
    bar.classList.toggle("open", open);
    button.setAttribute("aria-expanded", String(open));
  }
  function isOpen() {
    var controls = document.getElementById("shell-filter-controls");
    return Boolean(controls && controls.offsetParent !== null);
  }
  document.addEventListener("click", function (event) {
    if (!event.target.closest("#shell-filters-toggle")) return;
    var bar = document.getElementById("shell-filters");
    var open = isOpen();
    bar.classList.toggle("closed", open);
    setOpen(!open);
  });
  document.addEventListener("keydown", function (event) {
    var bar = document.getElementById("shell-filters");
    if (event.key === "Escape" && bar && bar.classList.contains("open") && bar.contains(event.target)) {
      setOpen(false);
      document.getElementById("shell-filters-toggle").focus();
    }
  });
  function fold() {
    var bar = document.getElementById("shell-filters");
    if (!bar) return;
    var room = root.scrollHeight - window.innerHeight;
    var folded = bar.classList.contains("folded");
    if (!folded && window.scrollY > 160 && room > 480 && !bar.contains(document.activeElement)) {
      bar.classList.add("folded");
      setOpen(false);
    } else if (folded && window.scrollY < 8) {
      bar.classList.remove("folded");
    }
    document.getElementById("shell-filters-toggle").setAttribute("aria-expanded", String(isOpen()));
  }
  window.addEventListener("scroll", fold, { passive: true });
  window.addEventListener("resize", fold, { passive: true });
})();
