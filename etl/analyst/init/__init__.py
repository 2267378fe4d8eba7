"""A first sources.toml for a file or a server that nobody has described: looked at, guessed, written to be read.

What is not certain is a comment. Nothing of a person is ever written: neither names nor addresses nor long texts.
"""

from etl.analyst.init.live import propose_live as propose_live
from etl.analyst.init.live import settings_of as settings_of
from etl.analyst.init.looking import look as look
from etl.analyst.init.proposal import Proposal as Proposal
from etl.analyst.init.proposal import propose as propose
from etl.analyst.init.proposal import propose_all as propose_all
from etl.analyst.init.writing import proposed_in_words as proposed_in_words
from etl.analyst.init.writing import save as save
from etl.analyst.init.writing import written as written
