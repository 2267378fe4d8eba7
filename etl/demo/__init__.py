"""Sample sources: made-up exports of the systems that an ASP centre has, with a believable life in them.

Every row is invented. Only the proportions come from named public facts (data/reference/asp_facts.csv, operating model,
SLA targets, working calendar), and municipalities are the real register. People appear as keys such as U0012345.
"""

from etl.demo.generate import generate

__all__ = ["generate"]
