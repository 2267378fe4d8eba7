"""The decision log: questions and decisions recorded beside a figure, answered and closed, never rewritten.

It stands in the dashboard's own database (ASP_APP_URL), which ETL never touches. What other pages use:

    from dashboard.record import open_items, record_link

    found = open_items(5)                    # never fails: found.reachable says whether the log could be read
    record_link("sla_resolution_rate", "/service", query, language)
"""

from dashboard.record.items import OpenItem, OpenItems
from dashboard.record.link import record_href, record_link
from dashboard.record.reading import open_items

__all__ = ["OpenItem", "OpenItems", "open_items", "record_href", "record_link"]
