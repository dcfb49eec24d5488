"""Workers killed in the middle of writes, and what must be true of the database afterwards."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.e2e.processes import eventually
from tests.faults.load import PATS, Person, at_once, on_the_line
from tests.faults.seed import OWNERS, PASSWORD
from tests.faults.site import Site

SIGN_IN = "/api/v1/token?grant_type=password"
SIGNED_IN = "SELECT coalesce(sum(successes), 0) FROM shellui_logintally"
PAT_TABLE = "shellui_personalaccesstoken"


@dataclass(frozen=True)
class Before:
    """What was in the database already."""

    pats: int
    signed_in: int


def before(site: Site) -> Before:
    database = site.service.database
    return Before(database.one(f"SELECT count(*) FROM {PAT_TABLE}"), database.one(SIGNED_IN))


@dataclass
class Diary:
    """What one person was told. A request without an answer may have been done, or not.

    Attributes:
        tokens: by PAT id, the last string that was answered.
        doubtful: PATs whose string may have been replaced without an answer.
        revoked: PATs whose revocation was answered.
        signed_in, unanswered: sign-ins with and without an answer.
    """

    person: Person
    email: str
    tokens: dict[str, str] = field(default_factory=dict, repr=False)
    doubtful: set[str] = field(default_factory=set)
    revoked: set[str] = field(default_factory=set)
    signed_in: int = 0
    unanswered: int = 0
    created: int = 0
    maybe_created: int = 0


def errand(diary: Diary) -> Callable[[], None]:
    """Creation, re-issue, revocation and sign-in, in an order of chance that is the same always."""
    chance = random.Random(diary.email)
    person = diary.person

    def create() -> None:
        answer = person.send("POST", PATS, {"name": "killed", "expires_in": 7200})
        if answer is None:
            diary.maybe_created += 1
        elif answer.status == 201:
            pat = answer.json()
            diary.tokens[pat["id"]] = pat["access_token"]
            diary.created += 1

    def reissue(pat: str) -> None:
        answer = person.send("POST", f"{PATS}/{pat}/reissue", {})
        if answer is None:
            diary.doubtful.add(pat)
        elif answer.status == 200:
            diary.tokens[pat] = answer.json()["access_token"]
            diary.doubtful.discard(pat)

    def revoke(pat: str) -> None:
        answer = person.send("POST", f"{PATS}/{pat}/revoke", {})
        if answer is None:
            diary.doubtful.add(pat)
        elif answer.status == 200:
            diary.revoked.add(pat)

    def sign_in() -> None:
        answer = person.send("POST", SIGN_IN, {"email": diary.email, "password": PASSWORD})
        diary.unanswered += answer is None
        diary.signed_in += answer is not None and answer.status == 200

    def next_errand() -> None:
        live = [pat for pat in diary.tokens if pat not in diary.revoked]
        wish = chance.random()
        if wish < 0.05:
            sign_in()
        elif wish < 0.5 and live:
            reissue(chance.choice(live))
        elif wish < 0.7 and live:
            revoke(chance.choice(live))
        else:
            create()

    return next_errand


def kill_workers(site: Site, *, times: int) -> list[Diary]:
    """Kill a worker so many times under load, each time when the one before has a successor."""
    service = site.service
    diaries = [
        Diary(site.person(email, address=f"198.51.100.{number}"), email)
        for number, email in enumerate(OWNERS[:8])
    ]
    with (
        on_the_line(*(diary.person for diary in diaries)),
        at_once([errand(diary) for diary in diaries]) as stop,
    ):
        for deaths in range(1, times + 1):
            before = answered(diaries)
            eventually(
                lambda b=before: stop.is_set() or answered(diaries) > b + 8, "the load goes on"
            )
            # The older one: Granian takes a worker that dies twice within 5.5 s for a crash loop.
            killed = service.worker_ids()[0]
            service.kill_worker(killed)
            service.running.wait_until(
                lambda d=deaths: has_started(site, d), "the worker was replaced"
            )
    return diaries


def answered(diaries: list[Diary]) -> int:
    return sum(
        count
        for diary in diaries
        for (_, _, status), count in list(diary.person.log.items())
        if status != "lost"
    )


def has_started(site: Site, deaths: int) -> bool:
    """Whether every worker serves again, the successors of the dead among them."""
    started = site.service.log.read_text().count("Started worker-")
    return started >= site.service.workers + deaths


def losses(site: Site, diaries: list[Diary], before: Before) -> Iterator[str]:
    """Everything that is not as it was promised; nothing, if all is well."""
    database = site.service.database
    yield from _strings(site, diaries)
    told = {pat: diary for diary in diaries for pat in diary.tokens}
    rows = {
        _uuid(row[0]): row[1] for row in database.execute(f"SELECT id, revoked_at FROM {PAT_TABLE}")
    }
    for pat, diary in told.items():
        if pat not in rows:
            yield f"{pat} was answered and has no row"
        elif pat in diary.revoked and rows[pat] is None:
            yield f"{pat} was revoked, and is not"
    extra = len(rows) - len(told) - before.pats
    most = sum(diary.maybe_created for diary in diaries)
    if not 0 <= extra <= most:
        yield f"{extra} rows nobody was told of, {most} creations had no answer"
    yield from _counters(site, diaries, before)


def _strings(site: Site, diaries: list[Diary]) -> Iterator[str]:
    """Each string works if its row lives and it is the last one, and else does not."""
    for diary in diaries:
        for pat, token in diary.tokens.items():
            status = site.service.call("GET", "/api/v1/user", token=token).status
            if pat in diary.revoked and status != 401:
                yield f"{pat} was revoked, and its string is answered with {status}"
            if pat not in diary.revoked and pat not in diary.doubtful and status != 200:
                yield f"{pat} lives, and its string is answered with {status}"


def _counters(site: Site, diaries: list[Diary], before: Before) -> Iterator[str]:
    database = site.service.database
    signed_in = database.one(SIGNED_IN)
    least = before.signed_in + sum(diary.signed_in for diary in diaries)
    most = least + sum(diary.unanswered for diary in diaries)
    if not least <= signed_in <= most:
        yield f"{signed_in} sign-ins counted, between {least} and {most} there were"
    for kind in ("issued", "revoked"):
        events = database.one(f"SELECT count(*) FROM shellui_tokenevent WHERE kind = '{kind}'")
        wanted = "1 = 1" if kind == "issued" else "revoked_at IS NOT NULL"
        rows = database.one(f"SELECT count(*) FROM {PAT_TABLE} WHERE {wanted}")
        if events != rows:
            yield f"{rows} PATs {kind} and {events} events of it"
    yield from _population(site)


def _population(site: Site) -> Iterator[str]:
    """What the metrics say of the PATs is what the rows say."""
    text = site.service.call("GET", "/api/v1/metrics", token=site.world.token(OWNERS[0])).text
    shown = {"active": 0, "revoked": 0, "expired": 0}
    for line in text.splitlines():
        if line.startswith("shellui_auth_company_personal_access_tokens{"):
            state = line.partition('state="')[2].partition('"')[0]
            shown[state] += int(float(line.rpartition(" ")[2]))
    lives = "pat.revoked_at IS NULL AND pat.generation = person.generation"
    count = f"SELECT count(*) FROM {PAT_TABLE} AS pat JOIN shellui_user AS person"
    count += " ON person.id = pat.user_id WHERE "
    rows = {"active": lives, "revoked": f"NOT ({lives})", "expired": "1 = 0"}
    real = {state: site.service.database.one(count + sql) for state, sql in rows.items()}
    if shown != real:
        yield f"the metrics show {shown}, the rows are {real}"


def _uuid(value: object) -> str:
    text = str(value).replace("-", "")
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
