"""``manage.py pat``: the token goes to its file or to standard output, and nowhere else."""

from __future__ import annotations

import io
import json
import os
from unittest import mock
from uuid import UUID

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError
from django.db.models import Value
from django.db.models.functions import Concat

from adapters.commands import pat_shell, token_file
from adapters.commands.shell import shell_actor
from adapters.jwt.codec import RsaTokenCodec
from adapters.jwt.keys import key_ring
from adapters.orm.models import Company, PersonalAccessToken, TokenEvent, User
from domain.tokens.changes import FlagsRequest
from tests.factories import CompanyFactory, PersonalAccessTokenFactory, StaffFactory, UserFactory
from tests.keys import new_key, private_pem
from tests.life.api import COMPANY, GOOD, PLATFORM, REVOKED, SUPERSEDED, kinds, session_of, used
from tests.service import NOON, SERVICES

OWNER = ("--user", "owner@acme.test", "--company", "acme")
REFUSED, USAGE, FAILED = 1, 2, 3


@pytest.fixture(autouse=True)
def _services(owner, staff):
    with mock.patch("adapters.commands.management.commands.pat.services", return_value=SERVICES):
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

    def test_a_token_that_nobody_got_was_never_made(self, file):
        full = mock.patch.object(token_file.os, "write", side_effect=OSError(28, "No space left"))
        with full:
            assert "No space left" in fails(FAILED, "issue", *OWNER, "--token-file", file)
        assert not PersonalAccessToken.objects.exists()
        assert not TokenEvent.objects.exists()
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

    @pytest.mark.parametrize("overlap", [(), ("--overlap", "1h")])
    def test_a_re_issue_that_cannot_be_written_ends_no_string(self, row, file, overlap):
        full = mock.patch.object(token_file.os, "write", side_effect=OSError(28, "No space left"))
        with full:
            fails(FAILED, "reissue", "--token-file", file, *overlap)
        assert used(row["access_token"]) == GOOD
        assert kinds(row["id"]) == ["issued"]
        pat("reissue", "--token-file", file, *overlap)
        assert used(file.read_text().strip()) == GOOD

    def test_a_database_that_fails_at_the_end_leaves_the_file_as_it_was(self, row, file):
        with mock.patch("adapters.commands.pat_shell.row_of", side_effect=OperationalError):
            fails(FAILED, "reissue", "--token-file", file)
            fails(FAILED, "reissue", row["id"])
        assert used(file.read_text().strip()) == GOOD
        assert kinds(row["id"]) == ["issued"]

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

    @pytest.mark.parametrize(
        ("content", "fault"),
        [
            (b"", "is empty"),
            (b" \n\n", "is empty"),
            (b"\xef\xbb\xbfTOKEN\n", "byte order mark"),
            ("TOKEN".encode("utf-16"), "byte order mark"),
            (b"Bearer TOKEN\n", "the word Bearer"),
            (b"bearer\tTOKEN", "the word Bearer"),
            (b"TOKEN\nTOKEN\n", "more than one word or line"),
            (b"# the scraper's\nTOKEN\n", "more than one word or line"),
            (b"junk", "not a signed JWT"),
            (b"\xff\x00\x80", "not a signed JWT"),
            (b'"TOKEN"', "not a signed JWT"),
        ],
        ids=str,
    )
    def test_what_is_wrong_with_a_file_is_told(self, row, file, content, fault):
        file.write_bytes(content.replace(b"TOKEN", row["access_token"].encode()))
        before = file.read_bytes()
        message = fails(USAGE, "reissue", "--token-file", file)
        assert f"{file} " in message
        assert fault in message
        assert row["access_token"][:20] not in message
        assert file.read_bytes() == before

    def test_a_token_of_somebody_else_is_told(self, row, file, owner, company):
        foreign = RsaTokenCodec(key_ring(private_pem(new_key())), "https://auth.test", "shellui")
        session = session_of(owner, company)["headers"]["Authorization"].split()[1]
        for token, word in (
            (foreign.sign({"pat_id": row["id"]}), "kid is no key of this service"),
            (session, "no personal access token"),
            (row["access_token"][:-8] + "AAAAAAAA", "does not verify"),
        ):
            file.write_text(token)
            assert word in fails(USAGE, "reissue", "--token-file", file)

    def test_around_the_token_there_may_be_space(self, row, file):
        """As Prometheus has it, which trims what it reads."""
        file.write_text(f"\n  {row['access_token']}\r\n")
        pat("reissue", "--token-file", file)
        assert used(file.read_text().strip()) == GOOD

    def test_a_superseded_string_names_no_row(self, row, file):
        """It may come from a backup, or from a thief: it gets no live string."""
        new = json.loads(pat("reissue", row["id"], "--json")[0])["access_token"]
        message = fails(REFUSED, "reissue", "--token-file", file)
        assert "re-issued" in message
        assert "by its id" in message
        assert file.read_text() == row["access_token"]
        assert used(new) == GOOD

    def test_nor_does_one_whose_overlap_has_ended(self, row, file, clock):
        new = json.loads(pat("reissue", row["id"], "--overlap", "1h", "--json")[0])["access_token"]
        clock.advance(hours=2)
        fails(REFUSED, "reissue", "--token-file", file)
        assert used(new) == GOOD

    def test_nor_does_an_old_one_of_a_row_that_has_expired(self, row, file, clock):
        """Its overlap would go on: the new string was made for a shorter time."""
        short = ("--overlap", "1h", "--expires-in", "60s", "--json")
        new = json.loads(pat("reissue", row["id"], *short)[0])["access_token"]
        clock.advance(minutes=2)
        fails(REFUSED, "reissue", "--token-file", file)
        file.write_text(new)
        pat("reissue", "--token-file", file)

    def test_nor_does_one_from_before_the_flags_were_changed(self, row, file):
        request = FlagsRequest(read_only=True)
        SERVICES.administer.change_flags(shell_actor(), UUID(row["id"]), request, now=NOON)
        assert "flags were changed" in fails(REFUSED, "reissue", "--token-file", file)
        pat("reissue", row["id"], "--token-file", file)
        assert used(file.read_text().strip()) == GOOD

    def test_a_file_with_any_content_takes_the_token_that_is_named(self, row, file):
        for content in (b"", b"\xff", b"Bearer", row["access_token"].encode()):
            file.write_bytes(content)
            pat("reissue", row["id"], "--token-file", file)
            assert used(file.read_text().strip()) == GOOD

    def test_of_two_at_once_the_second_is_told(self, row, file):
        """The string was looked at, and replaced before its row was locked."""
        real = pat_shell.claims_in

        def meanwhile(*arguments):
            claims = real(*arguments)
            pat("reissue", row["id"])
            return claims

        with mock.patch.object(pat_shell, "claims_in", meanwhile):
            assert "re-issued" in fails(REFUSED, "reissue", "--token-file", file)
        assert kinds(row["id"]) == ["issued", "reissued"]
        assert file.read_text() == row["access_token"]

    @pytest.mark.parametrize("given", [0o600, 0o640, 0o644])
    def test_the_file_is_what_it_was_and_says_when_all_may_read_it(self, row, file, given):
        file.chmod(given)
        _, err = pat("reissue", "--token-file", file)
        assert file.stat().st_mode & 0o777 == given
        assert ("every account of this machine" in err) is (given == 0o644)

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


HOSTILE = "a\tb\nc\x1b[2K\x7f\x85\u2028\u202e\\d"
SHOWN = r"a\tb\nc\x1b[2K\x7f\x85\u2028\u202e\\d"


class TestList:
    def test_a_row_is_a_line_whatever_its_names_are(self, owner, company):
        """The door refuses such a name today; a row may be older, or come by another way."""
        row = issued()
        PersonalAccessToken.objects.update(name=HOSTILE)
        User.objects.update(email=Concat("email", Value("\n\x1b[2J")))
        Company.objects.update(slug=Concat("slug", Value("\t")))
        (line,) = pat("list")[0].removesuffix("\n").split("\n")
        mail, slug = r"owner@acme.test\n\x1b[2J", r"acme\t"
        assert line.split("\t")[:4] == [row["id"], mail, slug, SHOWN]
        (line,) = pat("list", "--json")[0].removesuffix("\n").split("\n")
        assert line.isascii()
        assert line.isprintable()
        assert json.loads(line)["name"] == HOSTILE

    def test_an_error_is_a_line_too(self, tmp_path):
        message = fails(FAILED, "issue", *OWNER, "--token-file", tmp_path / "a\x1b\nb" / "c")
        assert r"a\x1b\nb" in message
        assert "\n" not in message
        with pytest.raises(CommandError, match="one line"):
            pat("list", "--user", "a\x1b")

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
