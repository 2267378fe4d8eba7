"""A first sources.toml for a file or a server that nobody has described: looked at, guessed, written to be read.

What is not certain is a comment. Nothing of a person is ever written: neither names nor addresses nor long texts.
"""

from etl.init.live import propose_live as propose_live
from etl.init.live import settings_of as settings_of
from etl.init.looking import look as look
from etl.init.proposal import Proposal as Proposal
from etl.init.proposal import propose as propose
from etl.init.proposal import propose_all as propose_all
from etl.init.writing import proposed_in_words as proposed_in_words
from etl.init.writing import save as save
from etl.init.writing import written as written
