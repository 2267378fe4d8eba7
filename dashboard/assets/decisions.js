/* Forms of the decision log: ties help and complaint to their control, and moves the focus where the server says. */
(function () {
  "use strict";
  function controlOf(id) {
    var found = document.getElementById(id);
    if (!found) return null;
    return found.matches("input, select, textarea, button, [tabindex]") ? found : found.querySelector("input:checked, input");
  }
  function set(element, name, value) {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }
  /* A complaint makes its control invalid, and is read with it. */
  function tie(field) {
    var id = field.dataset.control;
    var control = controlOf(id);
    var complaint = document.getElementById(id + "-error");
    if (!control || !complaint) return;
    var wrong = complaint.childNodes.length > 0;
    set(control, "aria-invalid", String(wrong));
    if (field.tagName === "FIELDSET") return;
    var said = [id + "-help", id + "-error"].filter(function (one) { return document.getElementById(one); });
    set(control, "aria-describedby", said.join(" "));
    set(control, "aria-required", "true");
  }
  var waiting = false;
  new MutationObserver(function () {
    if (waiting) return;
    waiting = true;
    window.requestAnimationFrame(function () {
      waiting = false;
      /* The server says what is wrong, in the reader's language and beside the field; the browser would say it first. */
      document.querySelectorAll("form.log-form").forEach(function (form) { form.noValidate = true; });
      document.querySelectorAll(".field[data-control]").forEach(tie);
    });
  }).observe(document.documentElement, { childList: true, subtree: true });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.asp = Object.assign(window.dash_clientside.asp || {}, {
    /* What is focused may only be drawn a moment after the answer. */
    focusField: function (wanted) {
      var tries = 0;
      function go() {
        var control = wanted && controlOf(wanted.id);
        tries += 1;
        if (control) control.focus();
        else if (wanted && tries < 20) window.setTimeout(go, 50);
      }
      window.setTimeout(go, 50);
      return window.dash_clientside.no_update;
    },
  });
})();
