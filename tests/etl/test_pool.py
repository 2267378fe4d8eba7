"""Small inputs put together, and never more than memory is meant to hold."""

from etl.pool import Pool
from etl.sources import Batch, batches, inputs


def batch_of(source_of, tmp_path, text: str) -> Batch:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    source = source_of()
    (one,) = inputs(source, tmp_path)
    (batch,) = batches(one, source)
    return batch


def test_torn_rows_fill_the_pool_as_whole_ones_do(source_of, tmp_path):
    batch = batch_of(source_of, tmp_path, "id;opened\n1;2025-01-02\n" + "torn\n" * 3)
    pool = Pool(most=7)

    pool.add(batch, 1)

    assert (len(batch.rows), len(batch.torn)) == (1, 3)
    assert not pool.takes(batch)
    assert Pool(most=8, waiting=pool.waiting).takes(batch)
