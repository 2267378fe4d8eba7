"""Small numbers: a figure that would tell of fewer people than the threshold is withheld before anyone sees it.

The threshold is set in one place (ASP_LEAST_PEOPLE); a store hands it to its readers as an option of the connection. A
row is withheld where few people stand behind it, and with it so many others that what was withheld cannot be computed
from a total: the rows of a group that are withheld are at least two, of at least as many people together.
What this does not prevent: differences of one figure over two periods, or as of two runs.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

LEAST_PEOPLE = 5
LEAST_ROWS = 2
EVERYBODY = 10**9
OPTION = "least_people"
WITHHELD = "withheld"
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def least_people(connection: Connection) -> int:
    """Fewer people than these are not told of."""
    return int(connection.get_execution_options().get(OPTION, LEAST_PEOPLE))


def least_counted(connection: Connection, municipalities: Sequence[str]) -> int:
    """Fewer people than these are not told of in a count outside the catalogue: none at all of municipalities chosen by
    name, for those of two such choices that differ by one municipality would tell of it."""
    return EVERYBODY if municipalities else least_people(connection)


def is_safe(rows: int, people: int, least: int = LEAST_PEOPLE) -> bool:
    """Whether the sum of rows that are withheld may be known."""
    return rows == 0 or (rows >= LEAST_ROWS and people >= least)


def withhold(
    frame: pd.DataFrame,
    *,
    people: str,
    values: Sequence[str],
    groups: Sequence[Sequence[str]] = ((),),
    least: int = LEAST_PEOPLE,
) -> pd.DataFrame:
    """The frame with people and values missing in the rows to be withheld, and a column `withheld` (bool).

    people: column with the number of people behind each row (missing: none). groups: by which columns totals are known;
    () is the total of all rows; none at all (groups=()) withholds the small rows alone. Empty frames stay empty.
    """
    hidden = too_few(frame[people], [frame[list(by)] for by in groups], least)
    return without(frame, hidden, [people, *values])


def without(frame: pd.DataFrame, hidden: "pd.Series[bool]", values: Sequence[str]) -> pd.DataFrame:
    """The frame with values missing where hidden, and that written in a column `withheld`; whole numbers stay whole."""
    changed = {name: _nullable(frame[name]).mask(hidden) for name in values} if hidden.any() else {}
    return frame.assign(**changed, **{WITHHELD: hidden.astype(bool)})


def too_few(
    people: pd.Series, groups: Sequence[pd.DataFrame], least: int, also: "pd.Series[bool] | None" = None
) -> "pd.Series[bool]":
    """Which rows are withheld: those of 1 to least - 1 people, and the smallest others that it takes in each group.

    groups: of each total that is known the columns it is known by, with the rows of people; no column: one total.
    also: rows that have to be withheld for another reason.
    """
    counted = people.fillna(0).to_numpy(dtype="int64")
    hidden = (counted >= 1) & (counted < least)
    if also is not None:
        hidden |= also.to_numpy(dtype=bool)
    codes = [_codes(group) for group in groups] if hidden.any() else []
    before = -1
    while before != (before := int(hidden.sum())):
        for code in codes:
            hidden[_cover(counted, hidden, code, least)] = True
    return pd.Series(hidden, people.index)


def pool(shown: pd.DataFrame, totals: pd.DataFrame, holder: str, sums: Sequence[str]) -> pd.DataFrame:
    """What is withheld, added up instead: of each holder (a county) of such rows its total less what is shown, so that
    nothing is told that the two frames do not tell.

    shown, totals: frames with holder, sums and `withheld`; of totals one row per holder. Columns: holder, sums, members
    (rows that each is made of); holders whose total is withheld are left out.
    """
    hidden = shown[shown[WITHHELD]].groupby(holder).size()
    known = totals[~totals[WITHHELD] & totals[holder].isin(hidden.index)].set_index(holder)[list(sums)]
    told = shown[~shown[WITHHELD]].groupby(holder)[list(sums)].sum().reindex(known.index, fill_value=0)
    rest = known.astype("int64") - told.astype("int64")
    return rest.assign(members=hidden.reindex(known.index)).reset_index()


def _codes(group: pd.DataFrame) -> Whole:
    """A number for the group of each row."""
    if not len(group.columns):
        return np.zeros(len(group), dtype=np.int64)
    numbers = group.groupby(list(group.columns), dropna=False, sort=False).ngroup()
    return np.asarray(numbers, dtype=np.int64)


def _cover(people: Whole, hidden: Flags, codes: Whole, least: int) -> Whole:
    """In each group whose withheld rows are too few, or of too few people, the place of the smallest row that is not
    withheld, the first of several."""
    rows = np.bincount(codes, hidden)
    sums = np.bincount(codes, people * hidden)
    is_open = (rows > 0) & ((rows < LEAST_ROWS) | (sums < least))
    free = np.flatnonzero(is_open[codes] & ~hidden & (people > 0))
    free = free[np.lexsort((people[free], codes[free]))]
    first: Whole = free[np.unique(codes[free], return_index=True)[1]]
    return first


def _nullable(values: pd.Series) -> pd.Series:
    return values.astype("Int64") if pd.api.types.is_integer_dtype(values) else values
