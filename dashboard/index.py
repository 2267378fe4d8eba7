"""The first bytes of a page: language and theme of the reader, styles from this host, nothing that names another."""

import json
import re
from importlib.metadata import version
from typing import Any

from dash import Dash
from flask import request

from dashboard.locale import language, translate

THEME_COOKIE = "asp_theme"
THEMES = ("light", "dark")
# Dash tells the browser where to ask for newer versions, and which Python runs; neither is the reader's business.
UNSAID = ("dash_version_url", "python_version", "ddk_version")
VERSION = version("asp-dashboard")
CONFIG = re.compile(r'(<script id="_dash-config" type="application/json">)(.*?)(</script>)', re.DOTALL)


class LocalDash(Dash):
    """Dash with an index made for each request."""

    def interpolate_index(
        self,
        metas: Any = "",
        title: Any = "",
        css: Any = "",
        config: Any = "",
        scripts: Any = "",
        app_entry: Any = "",
        favicon: Any = "",
        renderer: Any = "",
    ) -> str:
        """The page's frame. Its language is right on the first byte, its theme before the first paint."""
        chosen = request.cookies.get(THEME_COOKIE)
        theme = chosen if chosen in THEMES else "light"
        spoken = language()
        return f"""<!DOCTYPE html>
<html lang="{spoken}" data-bs-theme="{theme}" data-theme-choice="{chosen if chosen in THEMES else "auto"}">
<head>
{metas}
<meta name="color-scheme" content="light dark">
<title>{translate("ASP supervision", spoken)}</title>
<link rel="icon" type="image/svg+xml" href="{self.get_asset_url("favicon.svg")}">
<link rel="stylesheet" href="/assets-vendor/bootstrap.min.css?v={VERSION}">
<script src="{self.get_asset_url("head.js")}?v={VERSION}"></script>
{css}
</head>
<body>
{app_entry.replace("Loading...", translate("Loading…", spoken))}
<noscript>{translate("This page needs JavaScript.", spoken)}</noscript>
<div hidden>
{CONFIG.sub(_without_unsaid, config)}
{scripts}
{renderer}
</div>
</body>
</html>"""


def _without_unsaid(found: re.Match[str]) -> str:
    config = {key: value for key, value in json.loads(found[2]).items() if key not in UNSAID}
    return f"{found[1]}{json.dumps(config)}{found[3]}"
