"""Seats and users from the shell: what is done, what is refused, and who did it."""

from __future__ import annotations

import json

import pytest

import superlicense as sl
from superlicense.cli.json_output import to_plain_data
from tests.cli.shop import OPENED, Shop


class TestSeats:
    """Assign, release, change plans."""

    def test_a_license_is_given(self, shop: Shop) -> None:
        (line,) = shop.told("assign", "bo", "ten-service", "--comment", "helps out")
        (held,) = shop.open().seats.held_by("bo")
        assert line.startswith("  ✓ Service Essentials is assigned to bo (since ")
        assert line.endswith(" CET, by signe)")
        assert (held.license.module, held.assigned_by, held.comment) == ("ten-service", "signe", "helps out")

    def test_a_license_is_named_by_its_title_too(self, shop: Shop) -> None:
        assert shop.told("assign", "bo", "service essentials")[0].startswith("  ✓ Service Essentials is assigned to bo")
        shop.told("change-plan", "bo", "Sales Premium")
        assert [row["id"] for row in shop.json("users", "--license", "Sales Premium")["users"]] == ["anna", "bo"]
        assert shop.json("licenses", "--license", "Sales Premium")["row"]["in_use"] == 2
        shop.told("release", "bo", "Sales Premium")
        assert shop.open().seats.held_by("bo") == ()
        refused = shop.run("assign", "bo", "Golden Premium")
        assert (refused.exit_code, "superoffice.golden premium" in refused.stderr) == (1, True)

    def test_programs_get_the_assignment(self, shop: Shop) -> None:
        told = shop.json("assign", "anna", "ten-sales")
        (held,) = shop.open().seats.held_by("anna")
        assert told == to_plain_data(held)
        assert told["start"] == "2026-01-02T09:00:00Z"

    def test_a_refusal_says_why_in_both_languages_and_changes_nothing(self, shop: Shop) -> None:
        before = shop.open().revision()
        english = shop.run("assign", "anna", "ten-service")
        danish = shop.run("assign", "anna", "ten-service", "--lang", "da")
        assert (english.exit_code, english.stdout, danish.exit_code, danish.stdout) == (1, "", 1, "")
        assert english.stderr == (
            "superlicense: anna: The user already has the user plan Sales Premium; "
            "change it to Service Essentials instead.\n"
        )
        assert danish.stderr == (
            "superlicense: anna: Brugeren har allerede brugerplanen Sales Premium; "
            "skift den til Service Essentials i stedet.\n"
        )
        assert shop.open().revision() == before

    def test_programs_get_every_reason(self, shop: Shop) -> None:
        shop.told("assign", "bo", "ten-sales")
        error = shop.json("assign", "signe", "ten-sales", code=1)["error"]
        assert error["code"] == "no_seat_left"
        assert [(one["code"], one["params"]["license"]) for one in error["reasons"]] == [
            ("no_seat_left", "superoffice.ten-sales")
        ]

    def test_what_comes_with_a_plan_is_not_said_to_be_gone(self, shop: Shop) -> None:
        assert shop.told("release", "anna", "web") == ["  ✓ Web login is not assigned to anna"]
        assert shop.open().gate.holds("anna", "web")

    def test_a_release_takes_what_depends_on_it_only_if_told_to(self, shop: Shop) -> None:
        shop.told("assign", "anna", "visible-for")
        done = shop.run("release", "anna", "ten-sales")
        assert (done.exit_code, done.stdout) == (1, "")
        assert "Confidential activities requires the license User login" in done.stderr
        assert shop.told("release", "anna", "ten-sales", "--cascade") == ["  ✓ Sales Premium is not assigned to anna"]
        assert shop.open().seats.held_by("anna") == ()
        assert shop.json("release", "anna", "ten-sales") == {"holder": "anna", "license": "superoffice.ten-sales"}

    def test_a_plan_is_changed_in_one_step(self, shop: Shop) -> None:
        assert shop.json("change-plan", "anna", "ten-service")["license"] == "superoffice.ten-service"
        assert shop.told("change-plan", "anna", "ten-sales", "--by", "bo")[0].endswith("by bo)")
        assert [one.license.module for one in shop.open().seats.held_by("anna")] == ["ten-sales"]

    def test_a_write_in_the_past_is_out_of_order(self, shop: Shop) -> None:
        done = shop.run("assign", "bo", "ten-sales", "--at", "2026-01-01")
        assert (done.exit_code, done.stdout) == (3, "")
        assert done.stderr.startswith("superlicense: write_out_of_order: ")

    def test_a_write_may_be_dated_between_the_last_one_and_now(self, shop: Shop) -> None:
        told = shop.json("assign", "bo", "ten-sales", "--at", OPENED.isoformat())
        assert told["start"] == "2026-01-02T09:00:00Z"

    def test_whoever_does_it_has_to_be_somebody(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("SUPERLICENSE_BY")
        monkeypatch.setattr("getpass.getuser", lambda: "birgit")
        assert shop.json("assign", "bo", "ten-sales")["assigned_by"] == "birgit"

        def nobody() -> str:
            raise KeyError

        monkeypatch.setattr("getpass.getuser", nobody)
        done = shop.run("assign", "bo", "ten-sales")
        assert (done.exit_code, done.stdout) == (2, "")
        assert "--by is missing" in done.stderr


class TestUsers:
    """Users are saved one by one, or brought in line with a file."""

    def test_a_new_user_has_what_is_given(self, shop: Shop) -> None:
        told = shop.json(
            "save-user", "cy", "--name", "Cy Berg", "--may-log-in", "--group", "sales", "--type", "external"
        )
        user = shop.open().users.find("cy")
        assert user == sl.User(id="cy", name="Cy Berg", type=sl.UserType.EXTERNAL, may_log_in=True, groups=("sales",))
        assert told == {"user": to_plain_data(user), "status": "created"}

    def test_what_is_not_given_stays_as_it_is(self, shop: Shop) -> None:
        shop.told("save-user", "anna", "--name", "Anna Berg")
        assert shop.told("save-user", "anna", "--no-may-log-in") == ["  ✓ anna updated"]
        assert shop.open().users.find("anna") == sl.User(id="anna", name="Anna Berg")

    def test_a_mistyped_id_is_said_to_be_new(self, shop: Shop) -> None:
        assert shop.told("save-user", "Anna") == ["  ✓ Anna created"]
        assert shop.told("save-user", "anna", "--may-log-in") == ["  ✓ anna unchanged"]
        shop.told("save-user", "Anna", "--may-log-in")
        (warning,) = [line for line in shop.told("verify-store") if "Anna" in line]
        assert warning == (
            "    ! Warning: users Anna: User ids differ only by letter case or Unicode form "
            "(the id 'Anna' looks like 'anna')"
        )
        report = shop.json("verify-store")
        assert (report["ok"], report["findings"][0]["severity"]) == (True, "warning")

    def test_a_former_employee_is_rehired_on_request_only(self, shop: Shop) -> None:
        shop.told("retire", "anna")
        refused = shop.run("save-user", "anna", "--name", "Anna Berg")
        assert (refused.exit_code, refused.stderr) == (
            1,
            (
                "superlicense: The user anna is a former employee and stays one "
                "unless the command says to rehire them.\n"
                "superlicense: Next step: superlicense rehire anna\n"
            ),
        )
        assert shop.told("sync-users", "-", stdin='{"id": "anna"}') == ["  ✗ anna is still a former employee"]
        assert shop.told("save-user", "anna", "--rehire") == ["  ✓ anna rehired"]
        shop.told("retire", "anna")
        assert shop.told("retire", "anna", "--lang", "da") == ["  ✓ anna er uændret"]
        assert shop.told("sync-users", "-", "--rehire", "--lang", "da", stdin='{"id": "anna"}') == [
            "  ✓ anna er genansat"
        ]

    def test_the_last_administrator_leaves_only_by_force(self, shop: Shop) -> None:
        for line in (["retire", "signe"], ["save-user", "signe", "--no-administrator"]):
            assert shop.json(*line, code=1)["error"]["code"] == "last_administrator"
        assert shop.told("save-user", "signe", "--no-administrator", "--force") == ["  ✓ signe updated"]
        shop.told("save-user", "signe", "--administrator")
        assert shop.told("retire", "signe", "--force") == ["  ✓ signe is a former employee"]

    def test_a_directory_that_is_empty_is_not_believed(self, shop: Shop) -> None:
        error = shop.json("sync-users", "-", "--retire-missing", stdin="", code=1)["error"]
        (reason,) = error["reasons"]
        assert (error["code"], reason["params"]["losses"], reason["params"]["users"]) == ("too_many_losses", 3, 3)
        lines = ["sync-users", "-", "--retire-missing", "--expect-losses", "3"]
        assert shop.json(*lines, stdin="", code=1)["error"]["code"] == "last_administrator"
        assert [one["status"] for one in shop.json(*lines, "--force", stdin="")] == ["retired"] * 3

    def test_whoever_leaves_holds_nothing(self, shop: Shop) -> None:
        assert shop.told("retire", "anna", "--lang", "da") == ["  ✓ anna er fratrådt"]
        assert shop.open().seats.held_by("anna") == ()
        assert shop.json("retire", "nobody", code=1)["error"]["code"] == "unknown_user"

    def test_a_file_is_saved_all_at_once(self, shop: Shop) -> None:
        lines = [{"id": "anna", "may_log_in": True}, {"id": "cy", "groups": ["a", "b"], "type": "resource"}]
        (shop.folder / "users.jsonl").write_text("\n\n".join(map(json.dumps, lines)), encoding="utf-8")
        (receipt,) = shop.json("sync-users", "users.jsonl")
        assert (receipt["user"]["id"], receipt["status"]) == ("cy", "created")
        user = shop.open().users.find("cy")
        assert user == sl.User(id="cy", type=sl.UserType.RESOURCE, groups=("a", "b"))

    def test_whoever_is_missing_leaves_only_if_told_to(self, shop: Shop) -> None:
        everybody = '{"id": "anna", "may_log_in": true}\n{"id": "signe", "may_log_in": true, "administrator": true}\n'
        assert shop.told("sync-users", "-", stdin=everybody) == [
            "  All users are stored as listed; nothing to save.",
        ]
        assert shop.told("sync-users", "-", "--retire-missing", stdin=everybody) == [
            "  ✓ bo is a former employee",
        ]

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("anna", "line 2: must be a JSON object with the fields of a user, got 'anna'"),
            ("{}", "line 2.id: is missing"),
            ("7", "line 2: must be a JSON object"),
            ('{"type": "pigeon", "id": "a"}', "line 2.type: must be one of internal, resource"),
            ('{"name": "Anna"}', "line 2.id: is missing"),
            ('{"id": "anna", "age": 7}', "line 2: is not a field of a user, got 'age'"),
            ('{"id": "anna", "may_log_in": 1}', "line 2.may_log_in: must be a bool"),
        ],
    )
    def test_a_line_that_is_no_user_is_named_and_nothing_is_saved(self, shop: Shop, line: str, said: str) -> None:
        done = shop.run("sync-users", "-", stdin=f'{{"id": "cy"}}\n{line}\n')
        assert (done.exit_code, done.stdout) == (3, "")
        assert done.stderr.startswith(f"superlicense: invalid_value: {said}")
        assert shop.open().users.find("cy") is None


class TestJournal:
    """Who did what, when."""

    JOURNAL = (
        "No.   When                          By      Change               Rows",
        "  1   2 January 2026 at 10:00 CET   signe   Install trust root   + trust root 1",
        "  2   2 January 2026 at 10:00 CET   signe   Activate package     + package superoffice",
        "  3   2 January 2026 at 10:00 CET   signe   Save user            + user anna",
        "  4   2 January 2026 at 10:00 CET   signe   Save user            + user bo",
        "  5   2 January 2026 at 10:00 CET   signe   Save user            + user signe",
        "  6   2 January 2026 at 10:00 CET   signe   Assign               + assignment anna Sales Premium",
    )

    def test_it_is_told_in_order(self, shop: Shop) -> None:
        assert shop.told("journal") == list(self.JOURNAL)

    def test_only_the_latest_are_told_on_request(self, shop: Shop) -> None:
        assert [entry["number"] for entry in shop.json("journal", "--last", "2")] == [5, 6]
        assert [entry["number"] for entry in shop.json("journal", "--last", "1", "--user", "bo")] == [4]

    def test_it_is_told_in_danish_too(self, shop: Shop) -> None:
        with (shop.folder / "superlicense.toml").open("a", encoding="utf-8") as settings:
            settings.write("\n[meters.mailings]\n")
        shop.told("close-month", "2026-01", "--by", "signe")
        lines = [" ".join(line.split()[8:]) for line in shop.told("journal", "--lang", "da")]
        assert lines[3] == "Gem bruger + bruger anna"
        assert lines[6] == "Tildel + tildeling anna Sales Premium"
        assert lines[-1] == "Luk måned: januar 2026"

    def test_programs_get_every_row(self, shop: Shop) -> None:
        shop.told("change-plan", "anna", "ten-service")
        told = shop.json("journal")
        entries = shop.open().journal.entries()
        assert told == to_plain_data(entries)
        assert [row["noun"]["license"] for row in (*told[-1]["before"], *told[-1]["after"])] == [
            "superoffice.ten-sales",
            "superoffice.ten-service",
        ]

    def test_it_is_cut_by_time_user_and_license(self, shop: Shop) -> None:
        assert shop.told("journal", "--at", "2026-01-02T10:00:00") == []
        assert shop.told("journal", "--until", "2026-01-02") == []
        assert shop.told("journal", "--since", "2026-01-02", "--until", "2126-01-01") == list(self.JOURNAL)
        assert len(shop.told("journal", "--user", "bo")) == 2
        assert len(shop.told("journal", "--license", "ten-sales", "--at", "2126-01-01")) == 2
        assert shop.json("journal", "--user", "nobody") == []
