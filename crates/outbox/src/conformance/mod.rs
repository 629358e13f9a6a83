//! The rules that every store keeps, as checks that run against any of them. Each panics with what is wrong.
//! [`conformance!`](crate::conformance!) makes a test of each.

mod accept;
mod callback;
mod claim;
mod control;
mod finish;
mod lab;
mod lane;
mod late;
mod lost;
mod model;
mod random;
mod revision;
mod view;

use std::sync::Arc;

use crate::store::LeadStore;

/// A store under test, empty at first, with a worker of its own.
#[async_trait::async_trait]
pub trait Bed: Send + Sync {
    /// The store as its worker has it open.
    fn store(&self) -> Arc<dyn LeadStore>;

    /// Loses the worker as a process that is killed does, and starts another one on what is stored.
    async fn restart(&mut self);
}

/// Every check, for whoever makes something of the list.
#[doc(hidden)]
#[macro_export]
macro_rules! __each_check {
    ($make:path, $($with:tt)*) => {
        $make! { $($with)*;
            accept::a_new_lead_is_kept_and_due_at_once,
            accept::the_same_record_again_changes_nothing,
            accept::a_changed_record_is_refused_with_the_first_lead,
            accept::a_duplicate_never_fails_its_batch,
            accept::the_same_key_of_another_source_is_another_lead,
            accept::a_known_lead_can_go_to_a_further_sink,
            revision::an_update_files_a_revision,
            revision::an_update_with_the_same_record_files_nothing,
            revision::a_revision_takes_the_place_of_what_was_not_sent,
            revision::a_revision_waits_for_what_is_in_flight_or_in_doubt,
            revision::an_older_record_without_update_is_a_known_one,
            revision::a_revision_goes_to_a_further_sink_with_update_alone,
            revision::an_update_at_a_further_sink_takes_the_place_of_what_was_not_sent,
            revision::no_change_goes_where_it_could_be_a_second_lead,
            revision::a_cancelled_doubt_is_no_proof_that_nothing_arrived,
            revision::a_purged_lead_that_was_cancelled_may_be_there,
            revision::a_change_goes_where_certainly_nothing_arrived,
            revision::a_change_goes_to_those_sinks_alone_that_may_get_it,
            revision::an_earlier_lead_at_the_vendor_stays_there,
            claim::no_more_is_claimed_than_slots_are_free,
            claim::what_is_claimed_is_not_claimed_again,
            claim::the_longest_due_comes_first,
            claim::one_lane_does_not_hold_up_another,
            claim::a_claim_gives_the_lead_and_its_context,
            claim::an_attempt_is_written_before_it_is_made,
            claim::nothing_begins_without_a_claim,
            claim::renewal_names_what_was_lost,
            finish::an_answer_ends_a_delivery,
            finish::pending_waits_for_the_final_word,
            finish::a_failure_spends_an_attempt_and_is_due_again,
            finish::the_last_failure_is_a_dead_letter,
            finish::a_postponed_attempt_spends_nothing,
            finish::an_unseen_answer_leaves_doubt_with_its_bytes,
            finish::doubt_is_never_a_dead_letter,
            finish::a_lead_that_the_vendor_lacks_is_sent_anew,
            finish::a_lead_that_the_vendor_has_is_done,
            finish::what_is_due_later_is_not_forgotten,
            lost::what_was_not_sent_is_due_without_doubt,
            lost::what_may_have_been_sent_is_in_doubt,
            lost::a_lead_that_kills_its_worker_is_not_tried_for_ever,
            lost::doubt_without_attempts_left_is_due_to_be_asked_about,
            lost::time_without_a_worker_ends_nothing,
            lost::a_living_worker_loses_nothing,
            lost::what_was_lost_twice_in_a_row_is_claimed_alone,
            lost::what_has_no_attempt_to_lose_is_claimed_alone,
            lost::a_suspect_is_named_also_where_others_fill_the_slots,
            late::a_late_answer_is_recorded_while_another_works,
            late::a_late_answer_settles_what_nobody_works_on,
            late::a_late_answer_outweighs_a_look_that_found_nothing,
            late::a_late_word_that_does_not_tell_leaves_its_attempt_in_doubt,
            late::a_late_word_that_nothing_was_sent_ends_its_doubt,
            late::a_late_word_that_nothing_was_sent_leaves_the_doubt_of_others,
            late::a_late_answer_outweighs_a_refusal_of_what_came_after_it,
            late::a_late_pending_is_kept_for_the_one_that_works,
            late::a_late_answer_settles_what_waits_for_a_call_back,
            late::a_late_word_ends_its_doubt_when_the_one_that_works_is_lost,
            late::a_late_word_of_one_does_not_excuse_the_others,
            late::a_late_pending_gives_way_to_a_final_word,
            late::a_late_word_ends_its_doubt_when_the_one_that_works_is_finished,
            late::a_late_word_leaves_the_doubt_of_the_one_that_works,
            late::what_fails_for_good_is_dead_once_the_old_doubt_is_gone,
            late::a_doubt_that_was_settled_counts_no_more,
            callback::it_ends_what_waits_for_it,
            callback::it_counts_once,
            callback::it_may_come_before_the_attempt_is_finished,
            callback::it_may_come_before_a_worker_is_lost,
            callback::it_settles_a_doubt,
            callback::it_is_kept_when_it_matches_nothing,
            lane::a_pause_outlasts_a_restart_and_a_hold,
            lane::a_wish_to_wait_is_heeded_and_never_moved_back,
            lane::claims_keep_the_quota_across_a_restart,
            lane::further_requests_count_for_the_same_quota,
            lane::an_open_breaker_lets_one_through_to_try,
            lane::a_trial_holds_for_as_long_as_its_request_may_take,
            lane::a_probe_that_is_lost_does_not_shut_the_lane,
            control::a_dead_letter_is_tried_anew,
            control::retry_leaves_what_is_held_or_replaced,
            control::a_cancelled_delivery_is_over,
            control::a_person_settles_a_doubt,
            control::a_selection_names_lead_and_sink,
            control::a_selection_names_the_source,
            control::a_release_leaves_the_lead_of_another_source,
            control::purge_leaves_the_keys,
            control::purge_leaves_what_is_open_or_young,
            control::a_purged_lead_can_go_to_a_further_sink,
            view::a_list_has_pages_and_filters,
            view::counts_are_by_sink_and_state,
            view::nothing_personal_is_in_debug,
            random::any_course_of_events_agrees_with_the_model,
        }
    };
}

/// Makes one `#[tokio::test]` of each check. Takes the path of an `async fn` without arguments that makes a [`Bed`],
/// or none where the store cannot be had here, which it says itself.
#[macro_export]
macro_rules! conformance {
    ($bed:path) => {
        $crate::__each_check! { $crate::__conformance_tests, $bed }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_tests {
    ($bed:path; $($module:ident::$name:ident,)+) => {$(
        #[tokio::test]
        async fn $name() {
            if let Some(mut bed) = $bed().await {
                $crate::conformance::run(stringify!($name), &mut bed).await;
            }
        }
    )+};
}

macro_rules! dispatch {
    (; $($module:ident::$name:ident,)+) => {
        /// Runs a check by its name.
        ///
        /// # Panics
        /// When the store does not keep the rule, or there is no such check.
        pub async fn run(name: &str, bed: &mut dyn Bed) {
            let mut lab = lab::Lab::new(bed);
            match name {
                $(stringify!($name) => $module::$name(&mut lab).await,)+
                _ => panic!("there is no check `{name}`"),
            }
        }
    };
}

__each_check!(dispatch,);
