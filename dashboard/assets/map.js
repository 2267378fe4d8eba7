/* The map: areas are drawn once as SVG paths from geometry that is fetched once; a figure only paints them anew. */
(function () {
  "use strict";
  var SPACE = "http://www.w3.org/2000/svg";
  var NO_DATA = -1, WITHHELD = -2;
  var MOST_ZOOM = 40, STEP = 1.6, MOVED = 4;
  var LARGEST_DOT = { municipality: 20, district: 24, county: 44 };
  var known = {}; /* address of the geometry -> promise of it */
  var drawn = null; /* what stands on the page: {canvas, svg, geometry, groups, level, at, state, …} */

  function make(name, attributes, parent) {
    var made = document.createElementNS(SPACE, name);
    Object.keys(attributes).forEach(function (key) { made.setAttribute(key, attributes[key]); });
    if (parent) parent.appendChild(made);
    return made;
  }
  function fetched(address) {
    if (!known[address]) {
      known[address] = fetch(address).then(function (answer) {
        if (!answer.ok) throw new Error(answer.status);
        return answer.json();
      });
      known[address].catch(function () { delete known[address]; });
    }
    return known[address];
  }

  /* --- drawing ------------------------------------------------------------------------------------------------- */

  function pattern(defs, id, size) {
    var made = make("pattern", { id: id, width: size, height: size, patternUnits: "userSpaceOnUse" }, defs);
    make("rect", { width: size, height: size, class: "back" }, made);
    return made;
  }
  function frame(canvas, geometry) {
    var svg = make("svg", { class: "map-svg", role: "img", preserveAspectRatio: "xMidYMid meet" }, null);
    var defs = make("defs", {}, svg);
    var hatch = pattern(defs, "map-hatch", 6);
    make("path", { d: "M-1 7L7 -1M-1 1L1 -1M5 7L7 5", "stroke-width": 1, fill: "none" }, hatch);
    var spots = pattern(defs, "map-spots", 6);
    make("circle", { cx: 3, cy: 3, r: 1.3 }, spots);
    canvas.replaceChildren(svg);
    var tip = document.createElement("div");
    tip.className = "map-tip";
    tip.hidden = true;
    canvas.appendChild(tip);
    drawn = {
      canvas: canvas, svg: svg, tip: tip, geometry: geometry, groups: {}, patterns: [hatch, spots], at: null, zoomed: "",
    };
    listen(drawn);
  }
  function group(level, dots) {
    var name = level + (dots ? "-dots" : "");
    if (drawn.groups[name]) return drawn.groups[name];
    var one = drawn.geometry.levels[level];
    var whole = make("g", { class: "map-level" }, null);
    var shapes = one.path.map(function (path, i) {
      var shape = dots ? dot(one, level, i) : make("path", { d: path }, null);
      shape.dataset.i = i;
      return shape;
    });
    var order = shapes.slice();
    if (dots) order.sort(function (a, b) { return one.people[b.dataset.i] - one.people[a.dataset.i]; });
    whole.append.apply(whole, order);
    var lines = make("path", { class: "map-lines", fill: "none", d: drawn.geometry.lines[level] || "" }, null);
    if (dots) whole.prepend(lines); else whole.append(lines);
    drawn.groups[name] = { whole: whole, shapes: shapes, lines: lines };
    return drawn.groups[name];
  }
  function dot(one, level, i) {
    var most = drawn.most || (drawn.most = {});
    if (!most[level]) most[level] = Math.max.apply(null, one.people);
    var unit = drawn.geometry.box[0] / 1000;
    var r = Math.max(1.6, LARGEST_DOT[level] * Math.sqrt(one.people[i] / most[level])) * unit;
    return make("circle", { cx: one.at[i][0], cy: one.at[i][1], r: r.toFixed(0) }, null);
  }
  function paint(state) {
    var now = group(state.level, state.dots);
    var fills = {};
    state.colours.forEach(function (colour, at) { fills[at] = colour; });
    fills[NO_DATA] = "url(#map-hatch)";
    fills[WITHHELD] = "url(#map-spots)";
    for (var i = 0; i < now.shapes.length; i++) {
      var fill = fills[state.classes[i]] || state.plain.elsewhere;
      if (now.shapes[i].asp !== fill) {
        now.shapes[i].setAttribute("fill", fill);
        now.shapes[i].asp = fill;
      }
    }
    now.whole.setAttribute("stroke", state.dots ? state.plain.missing : state.plain.line);
    now.lines.setAttribute("stroke", state.plain.border);
    drawn.patterns.forEach(function (one) {
      one.querySelector(".back").setAttribute("fill", state.plain.elsewhere);
      one.lastChild.setAttribute(one.id === "map-hatch" ? "stroke" : "fill", state.plain.missing);
    });
    if (drawn.shown !== now.whole) {
      if (drawn.shown) drawn.shown.remove();
      drawn.svg.appendChild(now.whole);
      drawn.shown = now.whole;
    }
    drawn.svg.setAttribute("aria-label", state.label);
  }

  /* --- zoom ---------------------------------------------------------------------------------------------------- */

  function whole() {
    return { x: 0, y: 0, w: drawn.geometry.box[0], h: drawn.geometry.box[1] };
  }
  function look(at) {
    var all = whole();
    var w = Math.min(all.w, Math.max(all.w / MOST_ZOOM, at.w));
    var h = w * all.h / all.w;
    var x = Math.min(all.w - w, Math.max(0, at.x + (at.w - w) / 2));
    var y = Math.min(all.h - h, Math.max(0, at.y + (at.h - h) / 2));
    drawn.at = { x: x, y: y, w: w, h: h };
    drawn.svg.setAttribute("viewBox", [x, y, w, h].join(" "));
    drawn.canvas.classList.toggle("zoomed", w < all.w * 0.99);
    fit();
  }
  /* Lines and hatching keep their width on the screen. */
  function fit() {
    var pixel = drawn.at.w / Math.max(drawn.svg.clientWidth, 1);
    var near = drawn.state.level !== "municipality" || drawn.at.w < whole().w / 3;
    drawn.svg.style.setProperty("--map-line", pixel * (near ? 0.8 : 0.35));
    drawn.svg.style.setProperty("--map-border", pixel * (near ? 1.4 : 0.9));
    drawn.patterns.forEach(function (one) { one.setAttribute("patternTransform", "scale(" + pixel + ")"); });
  }
  function lookAt(box, room) {
    var all = whole(), ratio = all.w / all.h;
    var w = Math.max(box[2] - box[0], (box[3] - box[1]) * ratio) * room;
    look({ x: (box[0] + box[2] - w) / 2, y: (box[1] + box[3] - w / ratio) / 2, w: w, h: w / ratio });
  }
  function zoom(factor, x, y) {
    var at = drawn.at;
    var fx = x === undefined ? 0.5 : x, fy = y === undefined ? 0.5 : y;
    look({ x: at.x + at.w * fx * (1 - factor), y: at.y + at.h * fy * (1 - factor), w: at.w * factor, h: at.h * factor });
  }
  function pan(dx, dy) {
    look({ x: drawn.at.x + dx * drawn.at.w, y: drawn.at.y + dy * drawn.at.h, w: drawn.at.w, h: drawn.at.h });
  }
  function settle(state) {
    var key = JSON.stringify(state.zoom);
    if (drawn.at && drawn.zoomed === key) return fit();
    drawn.zoomed = key;
    var boxes = state.zoom.map(function (one) { return (drawn.geometry.boxes[one[0]] || {})[one[1]]; }).filter(Boolean);
    if (!boxes.length) return look(whole());
    lookAt(boxes.reduce(function (a, b) {
      return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
    }), 1.15);
  }

  /* --- pointer and keyboard ------------------------------------------------------------------------------------ */

  function indexOf(target) {
    return target && target.dataset && target.dataset.i !== undefined ? Number(target.dataset.i) : -1;
  }
  /* A district's name is an adjective ("Ajkai járás"), but in the capital, where it is the municipality's own. */
  function called(name, state) {
    return state.called && name.indexOf("Budapest") !== 0 ? state.called.replace("{name}", name) : name;
  }
  function said(i) {
    var state = drawn.state, one = drawn.geometry.levels[state.level];
    var county = drawn.geometry.counties[one.county[i]];
    var name = called(one.name[i], state);
    var place = state.level === "county" || county === name ? name : name + " · " + county;
    return [place, state.name + ": " + state.said[state.words[i]]];
  }
  function point(event) {
    var i = indexOf(event.target);
    drawn.tip.hidden = i < 0;
    if (i < 0) return;
    var words = said(i);
    var first = document.createElement("strong");
    first.textContent = words[0];
    drawn.tip.replaceChildren(first, document.createElement("br"), words[1]);
    var box = drawn.canvas.getBoundingClientRect();
    var x = event.clientX - box.left, y = event.clientY - box.top;
    var right = x > box.width / 2;
    drawn.tip.style.left = right ? "" : x + 14 + "px";
    drawn.tip.style.right = right ? box.width - x + 14 + "px" : "";
    drawn.tip.style.top = Math.max(4, Math.min(y + 12, box.height - drawn.tip.offsetHeight - 4)) + "px";
  }
  function address(i, state, geometry) {
    var one = geometry.levels[state.level], code = one.code[i];
    if (state.level === "municipality") return "/municipality/" + code + (state.query ? "?" + state.query : "");
    var next = new URLSearchParams(window.location.search);
    next.set("county", geometry.counties[one.county[i]]);
    next.set("level", state.level === "county" ? "district" : "municipality");
    if (state.level === "district") next.set("district", code); else next.delete("district");
    return window.location.pathname + "?" + next.toString();
  }
  function listen(of) {
    var pressed = {}, start = null;
    of.svg.addEventListener("pointermove", function (event) {
      if (!start) { if (event.pointerType !== "touch") point(event); return; }
      if (event.pointerType === "touch" && !of.canvas.classList.contains("zoomed")) return;
      var pixel = drawn.at.w / of.svg.clientWidth;
      var dx = event.clientX - start.x, dy = event.clientY - start.y;
      if (!start.dragged && Math.hypot(dx, dy) < MOVED) return;
      if (!start.dragged) { start.dragged = true; of.svg.setPointerCapture(event.pointerId); }
      of.tip.hidden = true;
      look({ x: start.at.x - dx * pixel, y: start.at.y - dy * pixel, w: start.at.w, h: start.at.h });
    });
    of.svg.addEventListener("pointerdown", function (event) {
      if (event.button) return;
      pressed = { i: indexOf(event.target) };
      start = { x: event.clientX, y: event.clientY, at: drawn.at, dragged: false };
    });
    ["pointerup", "pointercancel"].forEach(function (name) {
      of.svg.addEventListener(name, function (event) {
        var dragged = start && start.dragged;
        start = null;
        if (dragged || name === "pointercancel" || pressed.i < 0 || pressed.i === undefined) return;
        if (event.pointerType === "touch" && of.touched !== pressed.i) {
          of.touched = pressed.i; /* the first touch tells, the second opens */
          return point({ target: of.groups[groupName()].shapes[pressed.i], clientX: event.clientX, clientY: event.clientY });
        }
        var to = address(pressed.i, drawn.state, drawn.geometry);
        if (event.ctrlKey || event.metaKey) window.open(to, "_blank", "noopener"); else { of.tip.hidden = true; window.aspGo(to); }
      });
    });
    of.svg.addEventListener("pointerleave", function () { if (!start) of.tip.hidden = true; });
    of.svg.addEventListener("wheel", function (event) {
      if (!event.ctrlKey) return; /* the page goes on scrolling */
      event.preventDefault();
      var box = of.svg.getBoundingClientRect();
      zoom(event.deltaY > 0 ? STEP : 1 / STEP, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
    }, { passive: false });
    if (of.canvas.dataset.aspKeys) return;
    of.canvas.dataset.aspKeys = "1";
    of.canvas.addEventListener("keydown", function (event) {
      var keys = { ArrowLeft: [-0.2, 0], ArrowRight: [0.2, 0], ArrowUp: [0, -0.2], ArrowDown: [0, 0.2] };
      if (event.target !== of.canvas || event.ctrlKey || event.metaKey || event.altKey) return;
      if (keys[event.key]) pan.apply(null, keys[event.key]);
      else if (event.key === "+" || event.key === "=") zoom(1 / STEP);
      else if (event.key === "-") zoom(STEP);
      else if (event.key === "0") look(whole());
      else return;
      event.preventDefault();
    });
  }
  function groupName() {
    return drawn.state.level + (drawn.state.dots ? "-dots" : "");
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-map]");
    if (!button || !drawn || !drawn.canvas.isConnected) return;
    var wanted = button.dataset.map;
    if (wanted === "in") zoom(1 / STEP);
    if (wanted === "out") zoom(STEP);
    if (wanted === "whole") look(whole());
    if (wanted === "capital") lookAt(drawn.geometry.boxes.county[drawn.geometry.capital], 1.3);
    if (wanted === "svg" || wanted === "png") save(wanted);
  });
  window.addEventListener("resize", function () { if (drawn && drawn.at && drawn.canvas.isConnected) fit(); });

  /* --- the table twin ------------------------------------------------------------------------------------------ */

  /* After the map is on the screen: the table lies below it, and takes as long to fill. */
  function fill(state, geometry) {
    window.requestAnimationFrame(function () {
      window.setTimeout(function () {
        if (drawn && drawn.state === state && document.getElementById("map-table")) {
          window.dash_clientside.set_props("map-table", { rowData: rows(state, geometry) });
        }
      }, 30);
    });
  }
  function rows(state, geometry) {
    var one = geometry.levels[state.level], found = [];
    for (var i = 0; i < one.code.length; i++) {
      if (state.classes[i] === -3) continue;
      found.push({
        code: one.code[i], name: called(one.name[i], state), county: geometry.counties[one.county[i]],
        people: one.people[i],
        value: state.value[i] === null ? null : Math.round(state.value[i] * state.factor * 1e4) / 1e4,
        said: state.short[state.brief[i]], n: state.n[i], asp_link: address(i, state, geometry),
      });
    }
    var alphabet = new Intl.Collator("hu");
    return found.sort(function (a, b) { return alphabet.compare(a.name, b.name); });
  }

  /* --- export as an image -------------------------------------------------------------------------------------- */

  function text(id) {
    var found = document.getElementById(id);
    return found ? found.textContent : "";
  }
  function ink(name) {
    return window.getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }
  function framed() {
    var W = 1200, H = Math.round(W * drawn.at.h / drawn.at.w), top = 84;
    var entries = Array.from(document.querySelectorAll("#map-legend li"));
    var foot = top + H + 14;
    var out = make("svg", { xmlns: SPACE, width: W, height: foot + 28 * Math.ceil(entries.length / 4) + 44,
      "font-family": "system-ui, Arial, sans-serif", role: "img", lang: document.documentElement.lang }, null);
    make("title", {}, out).textContent = text("map-title");
    make("desc", {}, out).textContent = text("map-answer");
    make("rect", { width: "100%", height: "100%", fill: ink("--asp-surface") }, out);
    make("text", { x: 16, y: 34, "font-size": 20, "font-weight": 600, fill: ink("--asp-text") }, out).textContent =
      text("map-title");
    make("text", { x: 16, y: 60, "font-size": 14, fill: ink("--asp-muted") }, out).textContent = text("map-subtitle");
    var inside = drawn.svg.cloneNode(true);
    inside.setAttribute("x", 0);
    inside.setAttribute("y", top);
    inside.setAttribute("width", W);
    inside.setAttribute("height", H);
    var styles = window.getComputedStyle(drawn.svg);
    inside.querySelector(".map-level").setAttribute("stroke-width", styles.getPropertyValue("--map-line"));
    inside.querySelector(".map-lines").setAttribute("stroke-width", styles.getPropertyValue("--map-border"));
    inside.removeAttribute("style");
    out.appendChild(inside);
    entries.forEach(function (entry, at) {
      var x = 16 + (at % 4) * 292, y = foot + 28 * Math.floor(at / 4);
      make("rect", { x: x, y: y, width: 18, height: 14, fill: entry.dataset.fill, stroke: ink("--asp-muted") }, out);
      make("text", { x: x + 26, y: y + 12, "font-size": 13, fill: ink("--asp-text") }, out).textContent =
        entry.textContent;
    });
    make("text", { x: 16, y: out.getAttribute("height") - 14, "font-size": 12, fill: ink("--asp-muted") }, out)
      .textContent = text("map-note");
    return out;
  }
  function save(kind) {
    if (!drawn.at) return;
    var out = framed(), w = Number(out.getAttribute("width")), h = Number(out.getAttribute("height"));
    var blob = new Blob([new XMLSerializer().serializeToString(out)], { type: "image/svg+xml" });
    var from = URL.createObjectURL(blob), name = "asp-" + (document.documentElement.lang === "hu" ? "terkep" : "map");
    function done(to) {
      var link = document.createElement("a");
      link.href = to;
      link.download = name + "." + kind;
      document.body.appendChild(link);
      link.click();
      link.remove();
      window.setTimeout(function () { URL.revokeObjectURL(from); }, 10000);
    }
    if (kind === "svg") return done(from);
    var image = new Image();
    image.onload = function () {
      var sheet = document.createElement("canvas");
      sheet.width = 2 * w;
      sheet.height = 2 * h;
      sheet.getContext("2d").drawImage(image, 0, 0, 2 * w, 2 * h);
      done(sheet.toDataURL("image/png"));
    };
    image.src = from;
  }

  /* --- called by Dash ------------------------------------------------------------------------------------------ */

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.asp_map = {
    draw: function (state) {
      var none = window.dash_clientside.no_update;
      var canvas = document.getElementById("map-canvas");
      if (!canvas) return none;
      if (!state) { /* what could not be made is said in words: nothing old stays beside them */
        canvas.replaceChildren();
        drawn = null;
        window.dash_clientside.set_props("map-table", { rowData: [] });
        return none;
      }
      return fetched(state.geometry).then(function (geometry) {
        if (!drawn || drawn.canvas !== canvas || drawn.geometry !== geometry || !drawn.svg.isConnected) {
          frame(canvas, geometry);
        }
        drawn.state = state;
        drawn.touched = -1;
        drawn.tip.hidden = true;
        paint(state);
        settle(state);
        canvas.dataset.drawn = state.key;
        fill(state, geometry);
        return "";
      }).catch(function () { return state.failed; });
    },
  };
})();
