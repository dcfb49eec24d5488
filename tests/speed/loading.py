"""A made-up platform, for as long as a block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from adapters.commands.management.commands.load_world import tables
from adapters.demo.bulk import insert, reset_sequences
from adapters.demo.world import World
from tests.factories import CompanyFactory, StaffFactory
from tests.helpers import people
from tests.helpers.people import Arguments
from tests.service import NOON


@contextmanager
def platform(companies: int, *, users: int) -> Iterator[Arguments]:
    """So many companies and users, and a scraper of one company more, who may scrape them all."""
    with transaction.atomic():
        if companies:
            made = tables(World(companies, users, tokens=companies, now=NOON))
            for table in made:
                insert(table.model, table.columns, table.rows)
            reset_sequences(*(table.model for table in made))
        company = CompanyFactory()
        yield people.global_pat_of(people.owner_of(company), company, by=StaffFactory())
        transaction.set_rollback(True)
