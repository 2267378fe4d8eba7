/* Exports of a card's chart as an image: with its title, unit and footnote, under a translated file name. */
(function () {
  "use strict";
  var WIDTH = 1200, HEAD = 76, FOOT = 44;

  function text(card, selector) {
    var found = card.querySelector(selector);
    return found ? found.textContent : "";
  }
  function fileName(title) {
    return title.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "").slice(0, 80) || "asp";
  }
  /* The figure as it stands, with what the card says around it. */
  function framed(card, plot) {
    var layout = JSON.parse(JSON.stringify(plot.layout));
    var style = window.getComputedStyle(document.documentElement);
    var ink = style.getPropertyValue("--asp-text").trim();
    var muted = style.getPropertyValue("--asp-muted").trim();
    var surface = style.getPropertyValue("--asp-surface").trim();
    /* Plotly widens margins for labels; what it took on the screen is kept, and the words stand outside of it. */
    var taken = plot._fullLayout._size;
    layout.margin = { l: taken.l, r: taken.r, t: taken.t + HEAD, b: taken.b + FOOT };
    layout.width = WIDTH;
    layout.height = (plot.clientHeight || plot._fullLayout.height) + HEAD + FOOT;
    layout.autosize = false;
    layout.paper_bgcolor = surface;
    layout.title = {
      text: text(card, ".card-title"), x: 0.012, xanchor: "left", y: 1, yref: "container", yanchor: "top",
      pad: { t: 18 }, font: { size: 20, color: ink },
      subtitle: { text: text(card, ".card-subtitle"), font: { size: 14, color: muted } },
    };
    layout.annotations = (layout.annotations || []).concat([
      {
        text: text(card, ".card-foot"), x: 0, xref: "paper", xanchor: "left", y: 0, yref: "paper", yanchor: "top",
        yshift: -(taken.b + 12), xshift: 14 - taken.l, showarrow: false, align: "left", font: { size: 12, color: muted },
      },
    ]);
    return { data: plot.data, layout: layout, config: plot._context && { locale: plot._context.locale } };
  }
  function save(address, name) {
    var link = document.createElement("a");
    link.href = address;
    link.download = name;
    document.body.appendChild(link);
    link.click();
    link.remove();
  }
  function named(svg, title, description) {
    var tree = new DOMParser().parseFromString(svg, "image/svg+xml");
    var rootElement = tree.documentElement;
    var space = "http://www.w3.org/2000/svg";
    var titleElement = tree.createElementNS(space, "title");
    var descriptionElement = tree.createElementNS(space, "desc");
    titleElement.textContent = title;
    titleElement.id = "title";
    descriptionElement.textContent = description;
    descriptionElement.id = "description";
    rootElement.setAttribute("role", "img");
    rootElement.setAttribute("lang", document.documentElement.lang);
    rootElement.setAttribute("aria-labelledby", "title description");
    rootElement.insertBefore(descriptionElement, rootElement.firstChild);
    rootElement.insertBefore(titleElement, rootElement.firstChild);
    return new XMLSerializer().serializeToString(tree);
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.asp = Object.assign(window.dash_clientside.asp || {}, {
    exportImage: function () {
      var none = window.dash_clientside.no_update;
      var one = (window.dash_clientside.callback_context.triggered || []).find(function (each) { return each.value; });
      if (!one) return none;
      var id = JSON.parse(one.prop_id.slice(0, one.prop_id.lastIndexOf(".")));
      var format = id.part === "export-svg" ? "svg" : "png";
      var card = Array.from(document.querySelectorAll(".chart-card")).find(function (each) {
        return each.id === JSON.stringify({ card: id.card, part: "card" });
      });
      var plot = card && card.querySelector(".js-plotly-plot");
      if (!plot || !plot.data) return none;
      var figure = framed(card, plot);
      var title = text(card, ".card-title");
      var name = fileName(title) + "." + format;
      if (format === "png") {
        window.Plotly.downloadImage(figure, {
          format: "png", width: figure.layout.width, height: figure.layout.height, scale: 2, filename: fileName(title),
        });
        return none;
      }
      window.Plotly.toImage(figure, {
        format: "svg", width: figure.layout.width, height: figure.layout.height, imageDataOnly: true,
      }).then(function (svg) {
        var whole = named(svg, title, text(card, "figcaption"));
        var address = URL.createObjectURL(new Blob([whole], { type: "image/svg+xml" }));
        save(address, name);
        window.setTimeout(function () { URL.revokeObjectURL(address); }, 10000);
      });
      return none;
    },
  });
})();
