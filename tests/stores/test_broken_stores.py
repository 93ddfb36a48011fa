"""The contract bites: a store with one defect fails the test that is meant to find it, and a sound one passes all."""

from __future__ import annotations

from pathlib import Path

import pytest

from superlicense.errors import StoreBusyError
from superlicense.testing import MakeStore, Reopen, StoreContract
from tests.for_each import for_each
from tests.stores.broken import aliases, atomicity, heads, journal, keeping, many, revisions, tenants, usage
from tests.stores.broken.bites import CONTRACT, Broken, Strict, bites
from tests.stores.broken.sound import SoundOnDisk, SoundStore

pytestmark = pytest.mark.slow

DEFECTS: dict[Broken, str] = {
    # All together or not at all
    atomicity.CommitsHalf: """
        an_error_undoes_the_whole_block a_conflict_undoes_the_whole_block
        what_was_undone_is_not_there_in_a_store_opened_anew a_revision_that_was_undone_is_never_made""",
    atomicity.SwallowsErrors: "whatever_leaves_the_block_undoes_it_and_comes_out_as_it_is",
    atomicity.WrapsErrorsOfTheBlock: "whatever_leaves_the_block_undoes_it_and_comes_out_as_it_is",
    atomicity.ShowsWhatIsNotCommitted: """
        what_a_block_writes_is_there_once_it_has_ended what_is_not_committed_yet_is_not_there""",
    atomicity.IsBlindToItsOwnBlock: "a_block_sees_what_it_has_written_itself",
    atomicity.LetsReadersWrite: "a_reader_changes_nothing",
    atomicity.LosesEntries: "an_entry_alone_makes_a_revision entries_come_out_equal",
    atomicity.LosesATable: "rows_of_every_table_commit_together_with_the_entry every_noun_comes_out_equal",
    # One writer after the other
    atomicity.LetsASecondWriterIn: """
        no_update_is_lost_and_no_cap_exceeded_by_threads whoever_has_the_patience_comes_next""",
    atomicity.LocksItselfOnly: "two_stores_on_one_storage_write_one_after_the_other",
    atomicity.GoesAheadWhenItIsBusy: "whoever_waits_longer_than_their_patience_is_told",
    atomicity.HasNoPatience: """
        whoever_waits_longer_than_their_patience_is_told whoever_has_the_patience_comes_next""",
    atomicity.RaisesTheDriversErrors: """
        whoever_waits_longer_than_their_patience_is_told what_does_not_fit_is_a_conflict""",
    atomicity.LetsAThreadWriteTwice: "a_thread_that_writes_cannot_begin_to_write",
    # Readers
    atomicity.ReadsWhatIsNewest: "a_reader_sees_one_state_to_its_end readers_see_whole_commits_only",
    atomicity.ClosesOneViewWithAnother: "views_may_be_open_side_by_side",
    # What goes in comes out
    keeping.LosesMicroseconds: "instants_keep_their_microseconds an_ended_row_comes_out_with_its_end",
    keeping.LeavesUtc: "every_noun_comes_out_equal instants_keep_their_microseconds",
    keeping.ReadsLocalTime: "an_instant_may_be_asked_about_in_any_time_zone",
    keeping.ForgetsDocuments: "documents_and_seals_are_kept_to_the_byte",
    keeping.ForgetsSeals: "documents_and_seals_are_kept_to_the_byte",
    keeping.KeepsTheSealOfTheStart: "the_seal_of_a_row_is_the_one_of_its_end_once_it_has_ended",
    keeping.TakesEmptyForNone: "documents_and_seals_are_kept_to_the_byte",
    keeping.CutsLongDocuments: "documents_and_seals_are_kept_to_the_byte",
    keeping.LosesWhatIsNotModeled: "every_noun_comes_out_equal",
    keeping.ForgetsWhoEnded: "an_ended_row_comes_out_with_its_end",
    keeping.OrdersBySequenceAlone: "rows_come_by_start_and_then_by_sequence",
    keeping.OrdersSequencesAsText: "sequences_are_numbers_and_no_text",
    keeping.HoldsAtTheEndToo: "a_row_holds_from_its_start_until_before_its_end",
    keeping.ForgetsHistory: "history_of_a_key_has_every_row_of_it",
    keeping.DropsWhatNeverHeld: "a_row_that_ends_when_it_starts_never_held_and_is_kept",
    keeping.RefusesAnEndBeforeTheStart: "a_row_may_end_before_its_start_where_the_clock_was_corrected",
    keeping.IgnoresCaseOfKeys: "keys_are_told_apart_to_the_character",
    keeping.GivesListsForStreams: "streams_are_read_side_by_side",
    keeping.TakesTheNewestRowForTheFloor: "the_floor_is_that_of_the_newest_entry",
    keeping.SharesMutableState: "what_came_out_does_not_change_any_more",
    keeping.SharesOneStorage: "stores_share_nothing a_new_store_has_a_storage_of_its_own",
    keeping.FindsRowsThatRunOnly: "rows_are_found_by_sequence",
    keeping.KnowsEveryTable: "a_record_comes_out_as_it_went_in_whatever_it_says",
    keeping.KnowsEveryKind: "an_entry_of_any_kind_comes_out_as_it_went_in",
    keeping.EncodesRecordsAgain: "personal_texts_and_salts_come_out_equal",
    keeping.BlanksWhatRuns: "blanking_takes_the_texts_of_every_row_of_a_user_and_of_nobody_else",
    keeping.BlanksEverybodyAlike: "blanking_takes_the_texts_of_every_row_of_a_user_and_of_nobody_else",
    keeping.RemembersWhatItBlanked: "what_was_written_before_is_not_known_after_blanking",
    keeping.BlanksAtOnce: "a_block_that_fails_blanks_nothing",
    # The journal
    journal.IgnoresSince: "entries_are_found_by_time_holder_and_license",
    journal.IgnoresUntil: "entries_are_found_by_time_holder_and_license",
    journal.IgnoresTheHolder: "entries_are_found_by_time_holder_and_license",
    journal.IgnoresTheLicense: "entries_are_found_by_time_holder_and_license",
    journal.IgnoresWhereToGoOn: """
        entries_are_found_by_time_holder_and_license a_block_finds_its_own_entries_too""",
    journal.TakesTwoSubjectsForOne: "entries_are_found_by_time_holder_and_license",
    journal.KeepsOneSubject: "entries_are_found_by_time_holder_and_license",
    journal.LooksForLicensesOnly: "an_entry_is_about_sites_too",
    journal.OrdersEntriesByTime: "entries_are_in_order_of_their_numbers",
    journal.OrdersEntriesAsText: "entries_are_in_order_of_their_numbers",
    journal.FindsCommittedEntriesOnly: "a_block_finds_its_own_entries_too",
    journal.ForgetsRecordsOfEntries: "entries_come_out_equal",
    journal.CutsMicrosecondsOfEntries: "entries_come_out_equal instants_keep_their_microseconds",
    # Revisions
    revisions.BeginsAtOne: "a_new_installation_has_nothing",
    revisions.ReusesATokenForEveryRevision: "every_commit_makes_a_revision_of_its_own",
    revisions.TakesTheNumberForTheToken: "an_unknown_revision_is_not_guessed_at",
    revisions.MakesARevisionOfNothing: "a_block_that_writes_nothing_makes_no_revision",
    revisions.CountsUndoneRevisions: "a_revision_that_was_undone_is_never_made",
    revisions.RowsSinceLackEnds: "rows_since_a_revision_come_as_they_were_written",
    revisions.RowsSinceComeAsTheyAreNow: "a_row_that_started_and_ended_in_one_commit_comes_twice",
    revisions.RowsSinceComeBySequence: "rows_since_a_revision_come_as_they_were_written",
    revisions.RowsSinceLackOtherTables: "rows_since_leave_out_what_other_tables_and_tenants_did_not_write",
    revisions.RowsSinceHaveOnesOwn: "what_a_writer_has_written_itself_it_has_not_missed",
    revisions.RowsSinceLackTheNewest: "a_writer_is_told_what_it_has_missed",
    revisions.GuessesAtUnknownRevisions: "an_unknown_revision_is_not_guessed_at",
    revisions.GuessesAtTheBeginning: "rows_since_the_beginning_are_all_or_unknown",
    revisions.ComparesRevisionsAsText: "revisions_are_numbers_and_no_text",
    revisions.ItsHeartStops: "the_heartbeat_is_the_newest_revision_itself",
    revisions.RaisesTheMarkBeforeItCommits: "a_block_sees_what_it_has_written_itself",
    # Heads, seals and counts
    heads.ForgetsTheHead: "a_head_is_kept_with_the_revision_that_was_foretold",
    heads.KeepsAHeadForOneRevision: "a_head_stays_until_another_is_kept",
    heads.InventsAHead: "a_new_installation_has_no_head",
    heads.KeepsHeadsAtOnce: "an_error_undoes_the_head_with_the_block every_installation_has_a_head_of_its_own",
    heads.TakesAHeadForNothing: "a_head_alone_makes_a_revision",
    heads.ForetellsTheWrongRevision: "a_head_is_kept_with_the_revision_that_was_foretold",
    heads.CountsWhatRuns: "rows_are_counted_by_table_and_by_end",
    heads.ForgetsSealsOfEntries: "the_seal_of_an_entry_comes_out_equal",
    # Installations
    tenants.MixesInstallations: """
        installations_never_see_each_other each_counts_revisions_sequences_and_entries_by_itself
        they_are_written_at_the_same_time_without_meeting installations_stay_apart_in_a_store_opened_anew""",
    tenants.MixesDatabasesOfACustomer: "databases_of_one_serial_number_are_installations_of_their_own",
    tenants.KeepsThemByCompany: "an_installation_is_known_by_its_key_alone",
    tenants.KnowsTheEndOfAKey: "keys_of_installations_are_told_apart_to_the_character",
    tenants.DropsTheKindOfAKey: "a_database_id_and_a_serial_number_never_meet",
    # Many at once
    many.TellsTheNewestOfAll: "the_revisions_of_many_are_those_of_their_views",
    many.TellsKeysThatBeginAlike: "the_revisions_of_many_are_asked_by_the_character",
    many.TellsWhatIsNotCommitted: "the_revisions_of_many_are_committed",
    many.KnowsNoAliases: "an_alias_has_the_revision_of_what_it_stands_for",
    many.ReadsOneTableOfMany: "rows_of_many_tables_come_at_once_in_order",
    # Aliases
    aliases.ForgetsAliases: "an_alias_opens_what_is_stored one_who_looked_at_the_alias_before_finds_it",
    aliases.TakesTakenKeys: "a_key_with_rows_of_its_own_is_taken a_key_with_usage_of_its_own_is_taken",
    aliases.RefusesItsOwnKeys: "its_own_keys_are_never_taken",
    aliases.MakesAliasesAtOnce: "an_alias_commits_with_its_block",
    aliases.RecordsUnderTheAlias: "an_alias_is_written_and_recorded_like_the_key_itself",
    aliases.MovesAliases: "an_alias_of_another_installation_is_taken",
    aliases.MakesARevisionOfAnAlias: "an_alias_makes_no_revision",
    aliases.KnowsNothingUnderAnAlias: "what_was_written_under_one_key_is_known_under_the_other",
    aliases.TakesWhatWasOpened: "what_was_only_looked_at_is_not_taken",
    aliases.RemembersTheMarkOfAnAlias: "writers_of_both_keys_wait_for_each_other",
    aliases.ForgetsAliasesInTheEnd: "an_alias_stays_in_a_store_opened_anew",
    aliases.ForgetsWhoWaits: """
        a_writer_who_waits_meanwhile_writes_under_the_key
        a_recording_that_waits_meanwhile_is_refused_or_recorded_under_the_key""",
    aliases.ShowsTheKeyItWasAskedFor: "an_alias_opens_what_is_stored",
    # Conflicts
    tenants.LetsItThrough: "what_does_not_fit_is_a_conflict a_conflict_undoes_the_whole_block",
    tenants.StaysBrokenAfterAConflict: "a_store_goes_on_after_a_conflict",
    tenants.KnowsAKeyOnce: "a_key_runs_once_in_each_table a_key_may_start_again_once_it_has_ended",
    # Usage
    usage.InventsUsage: """
        a_new_installation_has_no_usage a_recording_is_stored_when_its_block_ends""",
    usage.CommitsUsageAlways: "an_error_undoes_the_whole_recording",
    usage.WritesUsageAside: "a_writer_commits_facts_and_usage_together",
    usage.MakesRevisionsOfUsage: "usage_alone_makes_no_revision",
    usage.IsBlindToItsOwnUsage: "a_recording_sees_what_it_has_written_itself",
    usage.KeepsTheLastOfAnId: "an_event_is_stored_only_once threads_that_record_the_same_event_store_it_once",
    usage.LosesWhatIsSentTwice: "an_event_is_stored_only_once",
    usage.FindsNothing: "a_recording_sees_what_it_has_written_itself",
    usage.CrossesAgain: "a_crossing_is_stored_once",
    usage.FreezesAgain: "a_statement_is_added_once",
    usage.ForgetsSealsOfMeterMonths: "meter_months_come_out_equal",
    usage.ForgetsSealsOfMonths: "months_come_out_equal",
    usage.ReadsRecords: "a_record_is_stored_as_it_is",
    usage.ForgetsTheNewestMonth: "months_come_in_order",
    usage.LetsMonthsThrough: "months_that_do_not_fit_are_a_conflict",
    usage.CutsMicrosecondsOfUsage: "events_come_out_equal",
    usage.OrdersUsageByMonthOfService: "events_come_by_the_month_that_counts_them_and_by_position",
    usage.FindsAllEvents: "some_events_are_found_by_when_they_were_used_and_accepted",
    usage.LeavesOutAMeter: "meter_months_come_by_month_and_meter",
    usage.MixesUsage: "installations_never_see_each_others_usage",
    usage.LetsUsageThrough: "meter_months_that_do_not_fit_are_a_conflict",
    usage.LocksStaleMeterMonths: """
        no_count_is_lost_by_threads a_writer_and_a_recording_of_the_same_meter_months_wait_for_each_other""",
    usage.WaitsForEveryWriter: "a_recording_does_not_wait_for_a_writer_that_has_locked_no_meter_month",
    usage.NeverSaysItIsBusy: "a_recording_that_waits_longer_than_its_patience_gets_an_error",
    usage.RecordsInARecording: "a_recording_thread_cannot_start_another_recording",
    # What outlives a store
    atomicity.ForgetsWhenItIsClosed: """
        what_was_committed_is_there_in_a_store_opened_anew a_store_opened_anew_goes_on_where_the_other_stopped""",
    tenants.CommitsAsItGoes: "a_process_that_is_killed_leaves_nothing_half_done",
    tenants.KeepsAFileForEveryProcess: """
        what_a_process_has_committed_outlives_its_death no_update_is_lost_and_no_cap_exceeded_by_processes""",
}
"""Every broken store, with the tests of the contract that find it; a new test needs a store that fails it."""


@pytest.mark.parametrize(
    ("broken", "test"),
    [
        pytest.param(broken, f"test_{test}", id=f"{broken.__name__}-{test}")
        for broken, tests in DEFECTS.items()
        for test in tests.split()
    ],
)
def test_the_contract_finds_what_is_broken(broken: Broken, test: str, tmp_path: Path) -> None:
    assert bites(broken, test, tmp_path) is not None


@for_each("test", CONTRACT)
def test_every_test_of_the_contract_finds_something(test: str) -> None:
    assert test.removeprefix("test_") in {name for tests in DEFECTS.values() for name in tests.split()}


class TestSoundStore(StoreContract):
    """What the broken stores are made of is sound."""

    @pytest.fixture
    def make_store(self) -> MakeStore:
        return SoundStore

    @pytest.fixture
    def reopen(self) -> Reopen:
        return SoundStore.reopened

    @pytest.fixture
    def elsewhere(self) -> Reopen:
        pytest.skip("no other process can open a storage in memory")


@pytest.mark.parametrize(("contract", "outcome"), [(StoreContract, pytest.skip.Exception), (Strict, StoreBusyError)])
def test_a_store_with_one_lock_is_let_be_unless_that_is_a_defect(
    contract: type[StoreContract], outcome: type[BaseException]
) -> None:
    with pytest.raises(outcome):
        contract().test_a_recording_does_not_wait_for_a_writer_that_has_locked_no_meter_month(
            usage.WaitsForEveryWriter()
        )


@pytest.mark.parametrize("test", CONTRACT)
def test_a_sound_store_passes_without_pytest_too(test: str, tmp_path: Path) -> None:
    sound = SoundOnDisk if "process" in test else SoundStore
    assert bites(sound, test, tmp_path) is None
