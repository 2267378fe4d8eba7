"""Sources: files as frames of canonical fields with their place, and nothing computed from them."""

from etl.sources.batch import Batch, TornRow
from etl.sources.errors import SourceError, UnreadableInput
from etl.sources.inputs import Input, inputs
from etl.sources.read import batches, reparsed

__all__ = ["Batch", "Input", "SourceError", "TornRow", "UnreadableInput", "batches", "inputs", "reparsed"]
