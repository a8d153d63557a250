//! Which ranks will wait for ever, from what ranks say of their waits.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// How many ranks a deadlock's message speaks of.
const RANKS_NAMED: usize = 8;

/// Something that is counted on a rank: calls on a communicator (see [`Calls`](super::job::Calls)).
pub(super) type Key = (u64, u64);

/// What a rank that does not go on says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Report {
    /// Which of its waits it is: another number, another wait.
    pub(super) epoch: u64,
    pub(super) wait: Wait,
    /// The call it waits in, in words.
    pub(super) words: String,
}

/// What a rank waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// For the end of the job: its program has returned.
    Returned,
    /// For all members of a group to make their `number`-th call there; `hash` tells which call it is.
    Collective { calls: Key, number: u64, hash: u64 },
    /// The same, where much may be under way.
    ManyMessages { calls: Key, number: u64 },
    /// For each of these ranks to make this call.
    Messages(Vec<(usize, Key, u64)>),
}

impl Wait {
    /// What has to be known of the counts of a rank to judge this wait.
    pub(super) fn keys_of(&self, rank: usize) -> impl Iterator<Item = Key> + '_ {
        let (collective, messages) = match self {
            Self::Returned => (None, &[][..]),
            Self::Collective { calls, .. } | Self::ManyMessages { calls, .. } => (Some(*calls), &[][..]),
            Self::Messages(needs) => (None, &needs[..]),
        };
        collective.into_iter().chain(messages.iter().filter(move |need| need.0 == rank).map(|need| need.1))
    }
}

/// Words, if some of these ranks will never go on.
///
/// All of them waited at one moment, at which `count` was what they had counted (`None` of what a rank knows nothing of: a
/// communicator that it is not in). A rank that has returned makes no more calls; nor does one that waits for a call
/// of a rank that makes none.
pub(super) fn find(reports: &BTreeMap<usize, Report>, count: impl Fn(usize, Key) -> Option<u64>) -> Option<String> {
    if let Some(words) = different_calls(reports) {
        return Some(words);
    }
    let waits_for = |rank: usize, stuck: &BTreeSet<usize>| match &reports[&rank].wait {
        Wait::Returned => None,
        Wait::Collective { calls, number, .. } | Wait::ManyMessages { calls, number } => {
            let lacks = |&other: &usize| other != rank && count(other, *calls).is_some_and(|made| made < *number);
            stuck.iter().copied().find(lacks)
        }
        Wait::Messages(needs) => {
            let lacks = |(other, key, number): &&(usize, Key, u64)| {
                stuck.contains(other) && count(*other, *key).unwrap_or(0) < *number
            };
            needs.iter().find(lacks).map(|need| need.0)
        }
    };
    let has_returned = |rank: usize| reports[&rank].wait == Wait::Returned;
    let mut stuck: BTreeSet<usize> = reports.keys().copied().collect();
    loop {
        let goes_on = |&rank: &usize| !has_returned(rank) && waits_for(rank, &stuck).is_none();
        let going: Vec<_> = stuck.iter().copied().filter(goes_on).collect();
        if going.is_empty() {
            break;
        }
        stuck.retain(|rank| !going.contains(rank));
    }
    let waiting: Vec<_> = stuck.iter().filter_map(|&rank| waits_for(rank, &stuck).map(|other| (rank, other))).collect();
    if let Some((rank, gone)) = waiting.iter().copied().find(|&(_, other)| has_returned(other)) {
        return Some(format!("rank {gone} has returned while rank {rank} waits for it in {}", reports[&rank].words));
    }
    (!waiting.is_empty()).then(|| {
        let mut words = String::from("deadlock: ");
        for (k, (rank, other)) in waiting.iter().take(RANKS_NAMED).enumerate() {
            let comma = if k > 0 { "; " } else { "" };
            let _ = write!(words, "{comma}rank {rank} waits in {} for rank {other}", reports[rank].words);
        }
        match waiting.len().saturating_sub(RANKS_NAMED) {
            0 => words,
            more => format!("{words}; and {more} more ranks wait"),
        }
    })
}

/// Words, if a rank waits in a small collective that all its members have called, although all ranks of the job have waited
/// for long: then MPI has taken different calls for one another before.
pub(super) fn find_mixed_up(
    reports: &BTreeMap<usize, Report>,
    count: impl Fn(usize, Key) -> Option<u64>,
) -> Option<String> {
    let (rank, report) = reports.iter().find(|(_, report)| match report.wait {
        Wait::Collective { calls, number, .. } => {
            reports.keys().all(|&other| count(other, calls).is_none_or(|made| made >= number))
        }
        _ => false,
    })?;
    Some(format!(
        "nothing moves: rank {rank} waits in {}, which all ranks have called; were they in different calls before? \
         LOPS_CHECK=1 compares them",
        report.words
    ))
}

/// Two ranks whose calls on a communicator have the same number and are not the same.
fn different_calls(reports: &BTreeMap<usize, Report>) -> Option<String> {
    let mut first = BTreeMap::new();
    for (&rank, report) in reports {
        let Wait::Collective { calls, number, hash } = report.wait else { continue };
        let &mut (other, known) = first.entry((calls, number)).or_insert((rank, hash));
        if known != hash {
            let (a, b) = (&reports[&other].words, &report.words);
            return Some(format!("ranks are in different collectives: rank {other} in {a}, rank {rank} in {b}"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALLS: Key = (7, 0);

    fn report(wait: Wait, words: &str) -> Report {
        Report { epoch: 1, wait, words: words.into() }
    }

    fn collective(number: u64, words: &str) -> Report {
        report(Wait::Collective { calls: CALLS, number, hash: words.len() as u64 }, words)
    }

    fn message(from: usize, number: u64) -> Report {
        report(Wait::Messages(vec![(from, (7, 1), number)]), "exchange")
    }

    #[test]
    fn ranks_that_wait_for_one_another_are_named() {
        let reports = BTreeMap::from([(0, collective(4, "norm")), (1, message(0, 2))]);
        let counts = |rank, key| {
            Some(match (rank, key) {
                (0, CALLS) => 4,
                (1, CALLS) => 3,
                _ => 1,
            })
        };
        let words = find(&reports, counts).unwrap();
        assert_eq!(words, "deadlock: rank 0 waits in norm for rank 1; rank 1 waits in exchange for rank 0");
        // The message is on its way: rank 1 will go on.
        assert_eq!(find(&reports, |rank, key| if key == CALLS { counts(rank, key) } else { Some(2) }), None);
    }

    #[test]
    fn who_waits_for_a_rank_that_computes_is_left_alone() {
        let reports = BTreeMap::from([(0, collective(4, "norm")), (1, collective(4, "norm"))]);
        assert_eq!(find(&reports, |_, _| Some(4)), None); // rank 2 has said nothing
        let reports = BTreeMap::from([(0, message(2, 1)), (1, message(0, 1))]);
        assert_eq!(find(&reports, |_, _| Some(0)), None);
    }

    #[test]
    fn who_has_returned_makes_no_more_calls() {
        let returned = report(Wait::Returned, "");
        let reports = BTreeMap::from([(0, returned.clone()), (1, returned.clone())]);
        assert_eq!(find(&reports, |_, _| Some(3)), None);
        let reports = BTreeMap::from([(0, returned), (1, collective(4, "norm")), (2, message(1, 1))]);
        let words = find(&reports, |rank, key| (rank != 2 || key != CALLS).then_some(if rank == 0 { 3 } else { 4 }));
        assert_eq!(words.unwrap(), "rank 0 has returned while rank 1 waits for it in norm");
        assert_eq!(find(&reports, |_, _| Some(4)), None); // it has made its part
    }

    #[test]
    fn a_collective_that_all_have_called_and_does_not_end_is_mixed_up() {
        let reports = BTreeMap::from([(0, message(1, 2)), (1, collective(4, "norm"))]);
        assert_eq!(find_mixed_up(&reports, |rank, _| Some(3 + rank as u64)), None);
        let words = find_mixed_up(&reports, |_, key| (key == CALLS).then_some(4)).unwrap();
        assert!(words.starts_with("nothing moves: rank 1 waits in norm, which all ranks have called"), "{words}");
        let many = report(Wait::ManyMessages { calls: CALLS, number: 4 }, "all_to_all");
        assert_eq!(find_mixed_up(&BTreeMap::from([(0, many.clone()), (1, many)]), |_, _| Some(4)), None);
    }

    #[test]
    fn calls_of_one_number_are_one_call() {
        let reports = BTreeMap::from([(1, collective(4, "norm")), (3, collective(4, "sum()"))]);
        let words = find(&reports, |_, _| Some(4)).unwrap();
        assert_eq!(words, "ranks are in different collectives: rank 1 in norm, rank 3 in sum()");
    }
}
