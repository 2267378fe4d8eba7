/* Functions that tables name: numbers in the reader's writing, as dashboard/formats.py writes them. */
(function () {
  "use strict";
  function number(value, decimals, hungarian) {
    var parts = Math.abs(value).toFixed(decimals).split(".");
    parts[0] = parts[0].replace(/\B(?=(\d{3})+(?!\d))/g, hungarian ? "\u00a0" : ",");
    return (value < 0 ? "\u2212" : "") + parts.join(hungarian ? "," : ".");
  }
  function minutes(value, hungarian) {
    var whole = Math.round(Math.abs(value));
    var said = [[Math.floor(whole / 60), hungarian ? "óra" : "h"], [whole % 60, hungarian ? "perc" : "min"]]
      .filter(function (part) { return part[0]; })
      .map(function (part) { return number(part[0], 0, hungarian) + "\u00a0" + part[1]; });
    return (value < 0 ? "\u2212" : "") + (said.join("\u00a0") || "0\u00a0" + (hungarian ? "perc" : "min"));
  }
  window.dashAgGridFunctions = window.dashAgGridFunctions || {};
  function calendar(value, language, options) {
    if (!value) return language === "hu" ? "n.\u00a0a." : "n/a";
    var moment = new Date(value.length > 10 ? value + "Z" : value + "T12:00:00Z");
    if (isNaN(moment)) return value;
    options.timeZone = "Europe/Budapest";
    return new Intl.DateTimeFormat(language === "hu" ? "hu-HU" : "en-GB", options).format(moment);
  }
  window.dashAgGridFunctions.aspDay = function (value, language) {
    return calendar(value, language, { dateStyle: "medium" });
  };
  window.dashAgGridFunctions.aspMoment = function (value, language) {
    return calendar(value, language, { dateStyle: "medium", timeStyle: "short" });
  };
  window.dashAgGridFunctions.aspValue = function (value, unit, language) {
    var hungarian = language === "hu";
    if (value === null || value === undefined || value === "") return hungarian ? "n.\u00a0a." : "n/a";
    if (unit === "rate") return number(value * 100, 1, hungarian) + (hungarian ? "\u00a0%" : "%");
    if (unit === "minutes") return minutes(value, hungarian);
    if (unit === "huf") return hungarian ? number(value, 0, true) + "\u00a0Ft" : "HUF\u00a0" + number(value, 0, false);
    return number(value, Number.isInteger(value) ? 0 : unit ? 1 : 2, hungarian);
  };
})();
