"""Keys made of content."""

import pandas as pd

from etl.keys import content_keys


def rows(**columns):
    return pd.DataFrame(columns)


def test_the_same_content_gives_the_same_key_for_ever():
    frame = rows(
        who=pd.Series(["a", None], dtype="str"),
        count=pd.array([1, None], dtype="Int64"),
        at=pd.array(["2025-03-03 09:00", None], dtype="datetime64[us]"),
        score=pd.array([0.5, None], dtype="Float64"),
        done=pd.array([True, None], dtype="boolean"),
    )

    assert content_keys(frame, frame.columns).tolist() == ["e2bad1c5ce310d014682cc0fd4f54c51", "0" * 32]


def test_every_column_counts_and_a_missing_value_does_not():
    one = rows(a=pd.Series(["x", "x", "y"], dtype="str"), b=pd.Series(["1", "2", "1"], dtype="str"))

    keys = content_keys(one, ["a", "b"])

    assert keys.nunique() == 3
    assert content_keys(one.assign(c=pd.Series([None] * 3, dtype="str")), ["a", "b", "c"]).tolist() == keys.tolist()
    assert content_keys(one, ["a"]).nunique() == 2
    assert content_keys(one.rename(columns={"a": "z"}), ["z", "b"]).tolist() != keys.tolist()


def test_values_do_not_run_into_each_other():
    left = rows(a=pd.Series(["ab"], dtype="str"), b=pd.Series(["c"], dtype="str"))
    right = rows(a=pd.Series(["a"], dtype="str"), b=pd.Series(["bc"], dtype="str"))
    swapped = rows(a=pd.Series(["c"], dtype="str"), b=pd.Series(["ab"], dtype="str"))

    assert len({content_keys(frame, ["a", "b"])[0] for frame in (left, right, swapped)}) == 3


def test_the_type_of_a_time_column_does_not_matter():
    times = pd.Series(pd.array(["2025-03-03 09:00"], dtype="datetime64[us]"))

    assert (
        content_keys(rows(at=times), ["at"]).tolist()
        == content_keys(rows(at=times.astype("datetime64[s]")), ["at"]).tolist()
    )


def test_a_hundred_thousand_rows_have_as_many_keys():
    frame = rows(n=pd.array(range(100_000), dtype="Int64"), m=pd.array([n % 7 for n in range(100_000)], dtype="Int64"))

    assert content_keys(frame, ["n", "m"]).nunique() == 100_000


def test_no_rows_give_no_keys():
    assert content_keys(rows(a=pd.Series([], dtype="str")), ["a"]).empty
