"""Type-ahead for municipalities: found whether or not the accents are typed."""

from collections.abc import Iterable

import pandas as pd

MOST_SUGGESTIONS = 50


def municipality_options(
    municipalities: pd.DataFrame, typed: str | None, chosen: Iterable[str] | None
) -> list[dict[str, str]]:
    """At most 50 municipalities whose name holds what was typed, accents or not, begins first; the chosen ones stay."""
    wanted = folded(typed or "")
    names = municipalities["name"].map(folded)
    found = municipalities[names.str.contains(wanted, regex=False)]
    found = found.assign(rank=~names[found.index].str.startswith(wanted)).sort_values(["rank", "name"])
    kept = municipalities[municipalities["municipality_id"].isin(list(chosen or ()))]
    shown = pd.concat([kept, found.head(MOST_SUGGESTIONS)]).drop_duplicates("municipality_id")
    shown = shown.assign(plain=shown["name"].map(folded))
    return [
        {
            "label": f"{row['name']} ({row['county']})",
            "value": str(row["municipality_id"]),
            # The component filters once more in the browser; what was typed must be found there as well.
            "search": f"{row['name']} {row['plain']} {typed or ''}",
        }
        for row in shown.to_dict("records")
    ]


def folded(text: str) -> str:
    """Lower case without accents: `Kömlő` as `komlo`."""
    return text.lower().translate(_PLAIN)


_PLAIN = str.maketrans("áéíóöőúüű", "aeiooouuu")
