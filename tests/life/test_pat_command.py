"""``manage.py pat``: the token goes to its file or to standard output, and nowhere else."""

from __future__ import annotations

import io
import json
import os
from unittest import mock

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError

from adapters.orm.models import PersonalAccessToken, TokenEvent
from config import token_file
from tests.factories import CompanyFactory, PersonalAccessTokenFactory, StaffFactory, UserFactory
from tests.life.api import COMPANY, GOOD, PLATFORM, REVOKED, SUPERSEDED, kinds, used
from tests.service import NOON, SERVICES

OWNER = ("--user", "owner@acme.test", "--company", "acme")
REFUSED, USAGE, FAILED = 1, 2, 3


@pytest.fixture(autouse=True)
def _services(owner, staff):
    with mock.patch("config.management.commands.pat.services", return_value=SERVICES):
        yield


def pat(*arguments: object) -> tuple[str, str]:
    """Standard output and standard error."""
    out, err = io.StringIO(), io.StringIO()
    call_command("pat", *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def fails(code: int, *arguments: object) -> str:
    with pytest.raises(CommandError) as caught:
        pat(*arguments)
    assert caught.value.returncode == code, caught.value
    return str(caught.value)


def issued(*arguments: object) -> dict:
    return json.loads(pat("issue", *OWNER, "--json", *arguments)[0])


@pytest.fixture
def file(tmp_path):
    return tmp_path / "scraper.token"


class TestIssue:
    def test_the_token_alone_is_on_standard_output(self):
        out, err = pat("issue", *OWNER, "--name", "prometheus")
        assert used(out.rstrip("\n"), COMPANY) == GOOD
        row = PersonalAccessToken.objects.get()
        assert (row.name, row.user.email, row.company.slug) == (
            "prometheus",
            "owner@acme.test",
            "acme",
        )
        assert str(row.pk) in err
        assert out.strip() not in err

    def test_json_is_the_row_with_the_token(self):
        row = issued("--read-only", "--expires-in", "30d")
        assert row["expires_at"] == "2026-04-17T12:00:00Z"
        assert row["read_only"] is True
        assert used(row["access_token"], COMPANY) == GOOD

    def test_into_a_file_and_nowhere_else(self, file, capfd, caplog):
        out, err = pat("issue", *OWNER, "--token-file", file)
        token = file.read_text().strip()
        assert used(token, COMPANY) == GOOD
        assert file.stat().st_mode & 0o777 == 0o600
        everything = out + err + str(capfd.readouterr()) + caplog.text
        assert not any(part in everything for part in token.split("."))
        out, _ = pat("issue", *OWNER, "--token-file", file, "--json")
        assert "access_token" not in json.loads(out)
        assert json.loads(out)["token_file"] == str(file)

    def test_global_is_a_grant_by_somebody(self, staff):
        token = issued("--global", "--granted-by", "STAFF@acme.test")["access_token"]
        assert used(token, PLATFORM) == GOOD
        row = PersonalAccessToken.objects.get()
        assert (row.granted_by, row.granted_at) == (staff, NOON)

    def test_the_account_says_the_shell_and_who(self):
        import pwd

        row = issued()
        event = TokenEvent.objects.get(pat_id=row["id"])
        name = pwd.getpwuid(os.getuid()).pw_name
        assert (event.means, event.actor_id, event.actor_name) == ("shell", None, name)

    def test_nobody_answers_for_the_flag(self):
        assert "--granted-by" in fails(USAGE, "issue", *OWNER, "--global")
        giver = ("--global", "--granted-by")
        assert "grant" in fails(REFUSED, "issue", *OWNER, *giver, "owner@acme.test")
        StaffFactory(email="gone@acme.test", is_active=False)
        fails(REFUSED, "issue", *OWNER, *giver, "gone@acme.test")
        fails(REFUSED, "issue", *OWNER, *giver, "nobody@acme.test")
        assert not PersonalAccessToken.objects.exists()

    def test_a_user_who_could_not_use_it(self, owner):
        other = CompanyFactory()
        for arguments, word in (
            (("--user", "nobody@acme.test", "--company", "acme"), "no user"),
            (("--user", "owner@acme.test", "--company", "nowhere"), "no company"),
            (("--user", "owner@acme.test", "--company", other.slug), "not a member"),
        ):
            assert word in fails(REFUSED, "issue", *arguments)
        owner.is_active = False
        owner.save()
        assert "deactivated" in fails(REFUSED, "issue", *OWNER)

    def test_too_many(self, owner, company):
        PersonalAccessTokenFactory.create_batch(100, user=owner, company=company)
        assert "Revoke one first" in fails(REFUSED, "issue", *OWNER)

    def test_a_life_that_is_too_long(self):
        assert "90d" in fails(USAGE, "issue", *OWNER, "--expires-in", "91d")

    def test_a_name_that_is_too_long_or_no_text(self):
        for name, why in (("x" * 201, "at most 200 characters"), ("\udcff", "text that is UTF-8")):
            with pytest.raises(CommandError, match=why):
                pat("issue", *OWNER, "--name", name)
        assert issued("--name", "x" * 200)["name"] == "x" * 200

    def test_a_file_that_cannot_be_is_found_out_before_there_is_a_token(self, tmp_path):
        fails(FAILED, "issue", *OWNER, "--token-file", tmp_path / "missing" / "token")
        (tmp_path / "link").symlink_to(tmp_path / "target")
        fails(FAILED, "issue", *OWNER, "--token-file", tmp_path / "link")
        assert not PersonalAccessToken.objects.exists()

    def test_a_token_that_nobody_got_is_revoked(self, file):
        full = mock.patch.object(token_file.os, "write", side_effect=OSError(28, "No space left"))
        with full:
            assert "No space left" in fails(FAILED, "issue", *OWNER, "--token-file", file)
        assert PersonalAccessToken.objects.get().revoked_at == NOON
        assert not file.exists()

    def test_a_database_that_fails(self):
        broken = mock.patch.object(type(SERVICES.administer), "issue", side_effect=OperationalError)
        with broken:
            assert "Try again" in fails(FAILED, "issue", *OWNER)


class TestReissue:
    @pytest.fixture
    def row(self, file):
        row = issued("--name", "prometheus")
        file.write_text(row["access_token"])
        return row

    def test_one_line_rotates_a_scrapers_file(self, row, file):
        out, _ = pat("reissue", "--token-file", file, "--overlap", "1h")
        new = file.read_text().strip()
        assert used(row["access_token"], COMPANY) == GOOD
        assert used(new, COMPANY) == GOOD
        assert used(row["access_token"], COMPANY) == SUPERSEDED
        assert row["id"] in out
        assert new not in out

    def test_what_the_file_holds_is_what_the_overlap_keeps(self, row, file):
        """Rotated twice before the scraper came by: it still comes with what the file held."""
        pat("reissue", "--token-file", file, "--overlap", "1h")
        second = file.read_text().strip()
        pat("reissue", "--token-file", file, "--overlap", "1h")
        assert used(second) == GOOD

    def test_a_re_issue_whose_string_was_lost_is_done_again(self, row, file):
        full = mock.patch.object(token_file.os, "write", side_effect=OSError(28, "No space left"))
        with full:
            fails(FAILED, "reissue", "--token-file", file, "--overlap", "1h")
        assert used(row["access_token"]) == GOOD
        pat("reissue", "--token-file", file, "--overlap", "1h")
        assert used(row["access_token"]) == GOOD
        assert used(file.read_text().strip()) == GOOD

    def test_a_file_whose_token_has_expired_still_names_its_row(self, row, file, clock):
        clock.advance(days=91)
        pat("reissue", "--token-file", file, "--overlap", "1h")
        assert used(file.read_text().strip()) == GOOD

    def test_by_id_by_name_or_by_file(self, row, file):
        for arguments in ((row["id"],), (*OWNER, "--name", "prometheus"), OWNER):
            out, _ = pat("reissue", *arguments)
            assert used(out.strip()) == GOOD

    def test_names_that_fit_none_or_several(self, row):
        assert "no token" in fails(REFUSED, "reissue", *OWNER, "--name", "other")
        issued("--name", "prometheus")
        assert "several" in fails(REFUSED, "reissue", *OWNER, "--name", "prometheus")

    def test_wrong_choices(self, row, tmp_path):
        fails(USAGE, "reissue")
        fails(USAGE, "reissue", "--user", "owner@acme.test")
        fails(USAGE, "reissue", row["id"], *OWNER)
        fails(USAGE, "reissue", "--token-file", tmp_path / "nothing there")
        (tmp_path / "junk").write_text("no token")
        fails(USAGE, "reissue", "--token-file", tmp_path / "junk")

    def test_flags(self, row):
        new = json.loads(pat("reissue", row["id"], "--read-only", "--json")[0])
        assert new["read_only"] is True
        fails(USAGE, "reissue", row["id"], "--global")
        giver = ("--granted-by", "staff@acme.test")
        new = json.loads(pat("reissue", row["id"], "--global", *giver, "--json")[0])
        assert used(new["access_token"], PLATFORM) == GOOD
        new = json.loads(pat("reissue", row["id"], "--no-global", "--no-read-only", "--json")[0])
        assert (new["read_only"], new["access_global_metrics"]) == (False, False)

    def test_a_grant_that_lives_is_kept_and_one_that_lapsed_is_not_renewed(self, staff):
        row = issued("--global", "--granted-by", staff.email)
        out, _ = pat("reissue", row["id"])
        assert used(out.strip(), PLATFORM) == GOOD
        staff.is_staff = False
        staff.save()
        assert "not active staff any more" in fails(REFUSED, "reissue", row["id"])
        other = StaffFactory()
        out, _ = pat("reissue", row["id"], "--granted-by", other.email)
        assert used(out.strip(), PLATFORM) == GOOD

    def test_revoked_or_unknown(self, row, file):
        pat("revoke", row["id"])
        assert "revoked" in fails(REFUSED, "reissue", row["id"])
        assert "revoked" in fails(REFUSED, "reissue", "--token-file", file)
        fails(REFUSED, "reissue", "00000000-0000-4000-8000-000000000000")
        assert file.read_text() == row["access_token"]


class TestRevoke:
    def test_one(self):
        row = issued()
        out, _ = pat("revoke", row["id"], "--json")
        assert json.loads(out)["revoked_at"] == "2026-03-18T12:00:00Z"
        assert used(row["access_token"]) == REVOKED
        pat("revoke", row["id"])  # again: nothing changes
        assert kinds(row["id"]) == ["issued", "revoked"]

    def test_by_name_once(self):
        row = issued("--name", "prometheus")
        pat("revoke", *OWNER, "--name", "prometheus")
        assert used(row["access_token"]) == REVOKED
        fails(REFUSED, "revoke", *OWNER, "--name", "prometheus")

    def test_all_of_a_user_and_nobody_elses(self, owner):
        mine = [issued()["access_token"] for _ in range(3)]
        other = PersonalAccessTokenFactory(user=UserFactory())
        out, _ = pat("revoke", "--user", owner.email, "--all")
        assert out == "3 revoked\n"
        assert {used(token) for token in mine} == {REVOKED}
        other.refresh_from_db()
        assert other.revoked_at is None
        out, _ = pat("revoke", "--user", owner.email, "--all", "--json")
        assert json.loads(out) == {"revoked": 0}

    def test_everything_is_never_revoked_by_mistake(self):
        row = issued()
        fails(USAGE, "revoke", "--all")
        fails(USAGE, "revoke", row["id"], "--all")
        fails(USAGE, "revoke")
        assert used(row["access_token"]) == GOOD


class TestList:
    def test_rows_and_no_strings(self):
        row = issued("--name", "prometheus")
        out, _ = pat("list")
        assert out.split("\t")[:4] == [row["id"], "owner@acme.test", "acme", "prometheus"]
        (line,) = pat("list", "--json")[0].splitlines()
        assert json.loads(line) == {k: v for k, v in row.items() if k != "access_token"}

    def test_of_one_user_or_company(self, owner):
        issued()
        other = PersonalAccessTokenFactory()
        assert len(pat("list")[0].splitlines()) == 2
        assert str(other.pk) in pat("list", "--company", other.company.slug)[0]
        assert str(other.pk) not in pat("list", "--user", owner.email)[0]
        fails(REFUSED, "list", "--user", "nobody@acme.test")

    def test_the_token_of_a_company_that_is_gone(self, company):
        issued()
        company.delete()
        assert pat("list")[0].split("\t")[2] == "-"
