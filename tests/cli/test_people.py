"""People and sites at the shell: try a synchronization, rehire, forget and export users, save sites, assign a file."""

from __future__ import annotations

import json
import stat
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import create_engine

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.licensing.users import Users
from superlicense.testing import site_license
from tests.cli.shop import CONFIG, OPENED, OURS, VENDOR, Shop, sold
from tests.for_each import for_each
from tests.installation import package, person, price_list


class TestDryRun:
    """`sync-users --dry-run` says what would be saved, and saves nothing."""

    LINES = '{"id": "anna", "may_log_in": true}\n{"id": "cy", "name": "Cy"}'

    def test_it_says_what_the_synchronization_says(self, shop: Shop) -> None:
        tried = shop.told("sync-users", "-", "--dry-run", "--retire-missing", "--force", stdin=self.LINES)
        assert tried[-1] == "  Nothing was saved. Without --dry-run this is what happens."
        assert shop.open().users.find("cy") is None
        assert shop.told("sync-users", "-", "--retire-missing", "--force", stdin=self.LINES) == tried[:-1]

    def test_programs_get_the_receipts(self, shop: Shop) -> None:
        tried = shop.json("sync-users", "-", "--dry-run", stdin=self.LINES)
        assert [(one["user"]["id"], one["status"]) for one in tried] == [("cy", "created")]

    def test_nothing_to_save_is_told(self, shop: Shop) -> None:
        assert shop.told("sync-users", "-", "--dry-run", stdin='{"id": "anna", "may_log_in": true}') == [
            "  All users are stored as listed; nothing to save."
        ]

    @for_each(
        ("words", "said"),
        [
            (("--retire-missing", "--expect-losses", "3"), "administer"),
            (("--retire-missing", "--force"), "expected losses"),
        ],
    )
    def test_it_is_refused_as_the_synchronization_is(self, shop: Shop, words: Sequence[str], said: str) -> None:
        line = '{"id": "cy"}'
        tried = shop.run("sync-users", "-", "--dry-run", *words, stdin=line)
        done = shop.run("sync-users", "-", *words, stdin=line)
        assert (tried.exit_code, tried.stderr) == (1, done.stderr)
        assert said in tried.stderr


class TestTrySync:
    """The library's half: `users.try_sync` answers as `users.sync`, and keeps nothing."""

    def test_a_wrong_number_of_losses_is_refused(self, shop: Shop) -> None:
        users = shop.open().users
        for method in (users.sync, users.try_sync):
            with pytest.raises(sl.InvalidValueError, match="expect_losses"):
                method([], expect_losses=-1)

    def test_it_is_refused_with_every_reason_and_its_place(self, shop: Shop) -> None:
        users = shop.open().users
        wanted = [person("anna"), person("bo"), person("signe", administrator=False)]
        with pytest.raises(sl.RefusedError) as tried:
            users.try_sync(wanted)
        with pytest.raises(sl.RefusedError) as refused:
            users.sync(wanted)
        assert tried.value.reasons == refused.value.reasons

    def test_it_answers_about_another_instant(self, shop: Shop) -> None:
        users: Users = shop.open().users
        before = OPENED - timedelta(days=1)
        assert {receipt.status for receipt in users.try_sync([person("anna")], at=before)} == {sl.SaveStatus.CREATED}


class TestFormerEmployees:
    """Rehired with the fields of before; forgotten for good."""

    def test_are_rehired(self, shop: Shop) -> None:
        shop.told("retire", "bo")
        assert shop.told("rehire", "bo") == ["  ✓ bo rehired"]
        bo = shop.open().users.find("bo")
        assert bo == person("bo")

    def test_who_works_here_stays_as_they_are(self, shop: Shop) -> None:
        assert shop.told("rehire", "bo") == ["  ✓ bo unchanged"]

    def test_are_forgotten(self, shop: Shop) -> None:
        shop.told("save-user", "bo", "--name", "Bo Lund")
        shop.told("start-event", "message_of_the_day", "--message", "Bo Lund leaves today")
        shop.told("retire", "bo")
        first, second = shop.told("forget", "bo")
        (event,) = shop.json("events")
        assert first == "  ✓ bo is forgotten"
        assert second == f"    These events still contain the name: {event['id']}"
        assert shop.open().users.find("bo") == person("bo", may_log_in=True, retired=True)

    @for_each(
        ("words", "said"),
        [
            (("rehire", "nobody"), "There is no user nobody."),
            (("forget", "nobody"), "There is no user nobody."),
            (("export-user", "nobody"), "There is no user nobody."),
        ],
    )
    def test_unknown_ones_are_refused(self, shop: Shop, words: tuple[str, ...], said: str) -> None:
        done = shop.run(*words)
        assert (done.exit_code, done.stderr.splitlines()[0]) == (1, f"superlicense: {said}")

    def test_who_works_here_is_not_forgotten(self, shop: Shop) -> None:
        assert shop.run("forget", "anna").exit_code == 1


class TestExport:
    """Everything about one person, for the person."""

    def test_is_what_the_library_exports(self, shop: Shop) -> None:
        assert json.loads("\n".join(shop.told("export-user", "anna"))) == shop.open().users.export("anna")
        assert shop.json("export-user", "anna") == shop.open().users.export("anna")

    def test_goes_to_a_new_file_that_only_its_owner_reads(self, shop: Shop) -> None:
        done = shop.run("export-user", "anna", "--out", "anna.json")
        assert (done.exit_code, done.stdout, done.stderr) == (0, "", "wrote anna.json\n")
        path = shop.folder / "anna.json"
        assert json.loads(path.read_bytes()) == shop.open().users.export("anna")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert shop.run("export-user", "anna", "--out", "anna.json").exit_code == 2


class TestSites:
    """Sites are saved where there is a satellite license for them."""

    @pytest.fixture
    def far(self, shop: Shop) -> Shop:
        licenses = (*price_list(2), site_license("satellite", 1))
        document = VENDOR.issue(package(licenses=licenses, validity=sl.Validity()))
        (shop.folder / "far.json").write_bytes(document)
        shop.told("activate", "far.json")
        return shop

    def test_are_created_and_updated(self, far: Shop) -> None:
        assert far.told("save-site", "oslo") == ["  ✓ Site oslo saved"]
        assert far.json("save-site", "oslo", "--owned-by", "Nordvik AS")["name"] == "oslo"
        far.told("save-site", "oslo", "--name", "Oslo")
        assert far.open().sites.find("oslo") == sl.Site(id="oslo", name="Oslo", company="Nordvik AS")

    def test_beyond_the_license_they_are_refused(self, far: Shop) -> None:
        far.told("save-site", "oslo")
        assert far.run("save-site", "bergen").exit_code == 1


class TestRemovingPackages:
    """The package of a partner goes, with its assignments."""

    def test_it_ends_what_it_contained(self, nowhere: Shop) -> None:
        settings = CONFIG.replace('trust = "root.json"', "")
        (nowhere.folder / "superlicense.toml").write_text(settings, encoding="utf-8")
        nowhere.told("init")
        store = SqlStore(create_engine(f"sqlite:///{nowhere.folder / 'superlicense.db'}"))
        licensing = sl.Licensing(store, OURS, trust=None)
        licensing.users.save(person("anna"))
        partner = sl.LicensePackage(
            owner="Fjord",
            company="Nordvik Handel A/S",
            serial_number="1010000014",
            issue=1,
            issued_at=sl.utc_now().replace(microsecond=0),
            licenses=(sl.ModuleLicense(name="fjord.map", scope=sl.LicenseScope.USER, quantity=1),),
        )
        licensing.packages.adopt_unsigned(partner, by="signe")
        licensing.seats.assign("anna", "fjord.map", by="signe")
        assert nowhere.told("remove-package", "Fjord") == [
            "  ✓ The package of Fjord is removed; the assignments of its licenses have ended"
        ]
        assert [row["license"] for tab in nowhere.json("licenses") for row in tab["user_licenses"]] == []

    @for_each("owner", ["SUPEROFFICE", "nobody"])
    def test_that_of_the_vendor_and_unknown_ones_are_refused(self, shop: Shop, owner: str) -> None:
        assert shop.run("remove-package", owner).exit_code == 1


class TestAssigningAFile:
    """`assign --file` assigns all or nothing."""

    FORMS = (
        '{"holder": "bo", "license": "ten-sales", "comment": "new"}\n{"holder": "signe", "license": "ten-service"}',
        '[{"holder": "bo", "license": "ten-sales", "comment": "new"}, {"holder": "signe", "license": "ten-service"}]',
        "holder;license;comment\nbo;ten-sales;new\nsigne;ten-service;\n",
    )

    @pytest.mark.parametrize("text", FORMS, ids=["lines", "list", "csv"])
    def test_every_form_is_read(self, shop: Shop, text: str) -> None:
        lines = shop.told("assign", "--file", "-", stdin=text)
        assert [line.split(" (")[0] for line in lines] == [
            "  ✓ Sales Premium is assigned to bo",
            "  ✓ Service Essentials is assigned to signe",
            "  New assignments: 2 of 2 listed",
        ]
        assert shop.json("assign", "--file", "-", stdin=text) == []

    def test_one_that_is_refused_stops_all(self, shop: Shop) -> None:
        text = "holder,license\nbo,ten-sales\nnobody,ten-service\n"
        done = shop.run("assign", "--file", "-", stdin=text)
        assert (done.exit_code, "nobody" in done.stderr) == (1, True)
        assert shop.json("journal", "--user", "bo")[-1]["kind"] == "save_user"

    @for_each(
        ("text", "said"),
        [
            ("holder,license\nbo,=x=\n", "line 2"),
            ('{"holder": "bo"}', "line 1.license: is missing"),
            ('{"holder": "bo", "license": "ten-sales", "who": 1}', "is not a field of a assignment"),
        ],
    )
    def test_a_line_that_is_none_is_named(self, shop: Shop, text: str, said: str) -> None:
        done = shop.run("assign", "--file", "-", stdin=text)
        assert (done.exit_code, said in done.stderr) == (3, True), done.stderr

    def test_an_empty_file_assigns_nothing(self, shop: Shop) -> None:
        assert shop.told("assign", "--file", "-", stdin="") == ["  New assignments: 0 of 0 listed"]

    @for_each("words", [(), ("bo",), ("bo", "ten-sales", "--file", "-")])
    def test_it_says_what_to_type(self, shop: Shop, words: tuple[str, ...]) -> None:
        done = shop.run("assign", *words)
        assert done.exit_code == 2
        assert "--file" in done.stderr


@pytest.mark.parametrize("words", [("sync-users",), ("record",), ("idle",), ("assign", "--file")], ids=" ".join)
def test_a_document_instead_of_a_list_is_named_with_its_command(shop: Shop, words: tuple[str, ...]) -> None:
    (shop.folder / "package.json").write_bytes(sold(seats=3))
    done = shop.run(*words, "package.json")
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr.startswith("superlicense: wrong_file: package.json is ")
    assert "superlicense activate FILE" in done.stderr
