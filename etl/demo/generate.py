"""Writes all sample sources into a folder, with sources.toml and an account of what is in them."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path

from etl.demo import joining
from etl.demo.budget_files import own_places, write_budget
from etl.demo.config import CONFIG, config_of
from etl.demo.contract_files import write_contracts
from etl.demo.delivery import Delivery
from etl.demo.desk_files import allot, write_desk
from etl.demo.facts import TICKETS_PER_USER_MONTH
from etl.demo.folder import ACCOUNT, GENERATOR, earlier_files, moved, staging
from etl.demo.hours import ServiceHours
from etl.demo.life import Desk
from etl.demo.operation_files import write_operations
from etl.demo.operations import background, changes, problems
from etl.demo.plan import make_plan
from etl.demo.story import tell
from etl.demo.suppliers import EXPIRES_IN_DAYS, EXPIRING, LAPSED, LAPSED_DAYS, RENEWED
from etl.demo.training import LESSON, enrolments, lessons
from etl.demo.training_files import write_training
from etl.demo.usage_files import write_usage
from etl.demo.world import build_world

LEAST_TICKETS_A_MONTH = 20
MARGIN = timedelta(days=3 * 365)  # the latest that a ticket of the last day is resolved


def generate(
    out: Path,
    months: int,
    seed: int,
    tickets: int | None = None,
    municipalities: int | None = None,
    last: date | None = None,
) -> list[Path]:
    """Writes sample sources into out and gives the files written, in order of path; the same arguments, the same bytes.

    months: whole months up to last (default: the last month that is over today). tickets: of the service desk, in all
    (default: about 2,500 a month for all 30,000 users). municipalities: a part of the country, joint offices whole
    (default: all that joined). A folder of an earlier run is written anew.
    Raises ForeignFolder when out holds anything else, BadDemoRequest when a number is out of range.
    """
    earlier = earlier_files(out)
    delivery = Delivery(staging(out))
    _write_all(delivery, months, seed, tickets, municipalities, last)
    for path in earlier:
        path.unlink()
    return moved(delivery, out)


def _write_all(
    delivery: Delivery, months: int, seed: int, tickets: int | None, municipalities: int | None, last: date | None
) -> None:
    draft = make_plan(months, seed, 1 if tickets is None else tickets, last)
    world = build_world(draft.rng("world"), municipalities)
    usual = max(LEAST_TICKETS_A_MONTH * months, round(TICKETS_PER_USER_MONTH * world.users * months))
    plan = replace(draft, tickets=usual) if tickets is None else draft
    story = tell(plan)
    known_problems, known_changes = problems(story), changes(story)
    services = joining.services(world, plan)
    hours, learnt = ServiceHours(plan.first, plan.last + MARGIN), lessons(enrolments(world, services, plan))
    desk = Desk(story, world, background(known_problems, known_changes), hours, learnt)
    write_desk(delivery, plan, world, desk, allot(story.expected_tickets(), plan.tickets, plan.rng("volumes")))
    write_operations(delivery, story, world, known_problems, known_changes)
    write_contracts(delivery, plan, world, services)
    write_training(delivery, plan, world, services)
    use = write_usage(delivery, plan, world, services)
    totals = write_budget(delivery, plan, own_places(world))
    delivery.write(CONFIG, config_of(delivery.out))
    arguments = {
        "months": months,
        "seed": seed,
        "tickets": plan.tickets,
        "municipalities": len(world.members),
        "last": plan.last.isoformat(),
    }
    life = story.facts() | _contract_facts() | {"training_effect": LESSON} | use
    _write_account(delivery, arguments, life, totals)


def _write_account(
    delivery: Delivery, arguments: Mapping[str, object], life: Mapping[str, str], totals: Mapping[str, int]
) -> None:
    names = sorted(path.relative_to(delivery.out).as_posix() for path in delivery.files)
    account = {
        "generator": GENERATOR,
        "about": "Made-up sample; every row is invented. rows = keys + again + duplicate + defective (torn included).",
        "arguments": arguments,
        "life": life,
        "totals": totals,
        "sources": {name: asdict(put) | {"keys": put.keys} for name, put in delivery.sources.items()},
        "defects": [{"source": source, "file": file, "line": line} for source, file, line in delivery.defects],
        "files": sorted([*names, ACCOUNT]),
    }
    delivery.write(ACCOUNT, (json.dumps(account, ensure_ascii=False, indent=1) + "\n").encode())


def _contract_facts() -> dict[str, str]:
    return {
        "expiring_contract": f"{EXPIRING} ends {EXPIRES_IN_DAYS} days after the last day, renewal not started",
        "renewed_contract": f"{RENEWED}: renewal started",
        "lapsed_contract": f"{LAPSED}: ended {LAPSED_DAYS} days before the last day, not followed",
    }
