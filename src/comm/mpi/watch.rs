//! Who waits for whom, all over the job: found out by rank 0 when waits get long.
//!
//! A rank that has waited long tells rank 0 what for; so does one whose program has returned. Rank 0, when it waits long
//! itself, asks the ranks that wait for the counts of calls on which their waits hang. Who answers is still in the wait
//! that it told of, so all of them waited when rank 0 asked; and then those whom [`deadlock`](super::deadlock) finds will
//! wait for ever. Ranks that compute are not disturbed, and nothing is sent while waits are short.

use super::deadlock::{self, Key, Report, Wait};
use super::job::test;
use super::wait::{self, must};
use mpi::ffi;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::mem::MaybeUninit;
use std::os::raw::c_int;
use std::time::{Duration, Instant};

/// A wait is long after this; each one that came to an end by itself doubles it for this rank, up to `LATEST`.
const FIRST: Duration = Duration::from_millis(300);
const LATEST: Duration = Duration::from_secs(10);
/// Rank 0 asks again after this, and then after twice as long.
const ASK_AGAIN: Duration = Duration::from_millis(500);
/// All ranks of a job that have waited so long, and not one for a thing that may take so long, are mixed up.
const STILL: Duration = Duration::from_secs(10);
/// Characters of words that are sent.
const WORDS: usize = 200;

/// Tags on the control communicator.
const TO_RANK_0: c_int = 0;
const QUESTION: c_int = 1;

/// The first word of a message to rank 0.
const REPORT: u64 = 0;
const LEFT: u64 = 1;
const ANSWER: u64 = 2;

pub(super) struct Watch {
    rank: usize,
    size: usize,
    control: ffi::MPI_Comm,
    /// The number of this rank's long waits.
    epoch: Cell<u64>,
    patience: Cell<Duration>,
    /// Messages this rank has sent to rank 0, and questions it has had from there.
    sent: Cell<u64>,
    asked: Cell<u64>,
    outbox: RefCell<Vec<(Vec<u64>, ffi::MPI_Request)>>,
    centre: RefCell<Centre>,
}

/// What rank 0 knows.
struct Centre {
    reports: BTreeMap<usize, Report>,
    round: Option<Round>,
    rounds: u64,
    /// Questions to each rank, and messages from all.
    questions: HashMap<usize, u64>,
    received: u64,
    is_new: bool,
    /// When a wait began or ended last.
    changed: Instant,
    asked: Instant,
    pause: Duration,
}

/// Questions under way.
struct Round {
    number: u64,
    reports: BTreeMap<usize, Report>,
    keys: BTreeMap<usize, Vec<Key>>,
    /// The counts of those who have answered, `u64::MAX` of a key that they don't have.
    counts: BTreeMap<usize, Vec<u64>>,
}

/// What a rank has counted of a key.
pub(super) trait Counting {
    fn counted(&self, key: Key) -> Option<u64>;
}

impl Watch {
    pub(super) fn new(rank: usize, size: usize, control: ffi::MPI_Comm) -> Self {
        Self {
            rank,
            size,
            control,
            epoch: Cell::new(0),
            patience: Cell::new(FIRST),
            sent: Cell::new(0),
            asked: Cell::new(0),
            outbox: RefCell::default(),
            centre: RefCell::new(Centre {
                reports: BTreeMap::new(),
                round: None,
                rounds: 0,
                questions: HashMap::new(),
                received: 0,
                is_new: false,
                changed: Instant::now(),
                asked: Instant::now(),
                pause: ASK_AGAIN,
            }),
        }
    }

    /// Waits until it is done; ends the job where that will never be.
    pub(super) fn wait(
        &self,
        counts: &impl Counting,
        done: impl FnMut() -> bool,
        describe: impl Fn() -> (Wait, String),
    ) {
        let mut has_told = false;
        wait::until(done, |waited| {
            if waited < self.patience.get() {
                return;
            }
            if !has_told {
                has_told = true;
                self.tell(describe());
            }
            self.answer(counts);
            if self.rank == 0 {
                self.find_out(counts);
            }
        });
        if has_told {
            self.patience.set((2 * self.patience.get()).min(LATEST));
            self.leave();
        }
    }

    fn tell(&self, (wait, words): (Wait, String)) {
        self.epoch.set(self.epoch.get() + 1);
        let report = Report { epoch: self.epoch.get(), wait, words };
        if self.rank == 0 {
            let mut centre = self.centre.borrow_mut();
            centre.is_new = true;
            centre.changed = Instant::now();
            centre.reports.insert(0, report);
        } else {
            self.send_to_0(report_to_wire(&report));
        }
    }

    fn leave(&self) {
        if self.rank == 0 {
            let mut centre = self.centre.borrow_mut();
            centre.reports.remove(&0);
            centre.changed = Instant::now();
            centre.round = None;
        } else {
            self.send_to_0(vec![LEFT, self.epoch.get()]);
        }
    }

    fn send_to_0(&self, words: Vec<u64>) {
        self.sent.set(self.sent.get() + 1);
        self.send(words, 0, TO_RANK_0);
    }

    fn send(&self, words: Vec<u64>, to: usize, tag: c_int) {
        let mut outbox = self.outbox.borrow_mut();
        outbox.retain_mut(|(_, request)| !test(request, "MPI_Isend"));
        let mut request = unsafe { ffi::RSMPI_REQUEST_NULL };
        // SAFETY: the words' heap memory is kept in the outbox until the request is complete.
        let code = unsafe {
            let (buffer, length) = (words.as_ptr().cast(), words.len() as c_int);
            ffi::MPI_Isend(buffer, length, ffi::RSMPI_UINT64_T, to as c_int, tag, self.control, &raw mut request)
        };
        must(code, "MPI_Isend");
        outbox.push((words, request));
    }

    /// A message with this tag that has come, and its sender.
    fn receive(&self, tag: c_int) -> Option<(usize, Vec<u64>)> {
        let (mut found, mut status) = (0, MaybeUninit::zeroed());
        // SAFETY: `status` is for MPI to write.
        let code =
            unsafe { ffi::MPI_Iprobe(ffi::RSMPI_ANY_SOURCE, tag, self.control, &raw mut found, status.as_mut_ptr()) };
        must(code, "MPI_Iprobe");
        // SAFETY: a probe that found a message has written the status.
        (found != 0).then(|| self.read(unsafe { status.assume_init() }, tag))
    }

    /// Waits for a message with this tag, which is under way.
    fn await_message(&self, tag: c_int) -> (usize, Vec<u64>) {
        let mut status = MaybeUninit::zeroed();
        // SAFETY: the probe writes the status.
        let status = unsafe {
            must(ffi::MPI_Probe(ffi::RSMPI_ANY_SOURCE, tag, self.control, status.as_mut_ptr()), "MPI_Probe");
            status.assume_init()
        };
        self.read(status, tag)
    }

    fn read(&self, status: ffi::MPI_Status, tag: c_int) -> (usize, Vec<u64>) {
        let (mut length, source) = (0, status.MPI_SOURCE);
        // SAFETY: the message described by `status` is received whole: there is room for its length.
        let words = unsafe {
            must(ffi::MPI_Get_count(&raw const status, ffi::RSMPI_UINT64_T, &raw mut length), "MPI_Get_count");
            let mut words = vec![0u64; length as usize];
            let buffer = words.as_mut_ptr().cast();
            let ignored = ffi::RSMPI_STATUS_IGNORE;
            must(ffi::MPI_Recv(buffer, length, ffi::RSMPI_UINT64_T, source, tag, self.control, ignored), "MPI_Recv");
            words
        };
        (source as usize, words)
    }

    /// Answers what rank 0 has asked.
    fn answer(&self, counts: &impl Counting) {
        while let Some((_, question)) = self.receive(QUESTION) {
            self.asked.set(self.asked.get() + 1);
            let mut words = vec![ANSWER, question[0], self.epoch.get()];
            words.extend(question[1..].chunks_exact(2).map(|key| counts.counted((key[0], key[1])).unwrap_or(u64::MAX)));
            self.send_to_0(words);
        }
    }

    /// On rank 0: hears what there is, judges when all have answered, and asks.
    fn find_out(&self, counts: &impl Counting) {
        let mut centre = self.centre.borrow_mut();
        while let Some((rank, words)) = self.receive(TO_RANK_0) {
            centre.hear(rank, &words);
        }
        if let Some(round) = centre.round.take_if(|round| round.is_complete()) {
            let count = |rank, key| if rank == 0 { counts.counted(key) } else { round.count(rank, key) };
            let is_still = round.reports.len() == self.size && centre.changed.elapsed() >= STILL;
            let found = deadlock::find(&round.reports, count);
            let found = found.or_else(|| deadlock::find_mixed_up(&round.reports, count).filter(|_| is_still));
            if let Some(words) = found {
                wait::end_job_with(&format!("lops: {words}"));
            }
            centre.asked = Instant::now();
        }
        if centre.round.is_none() && (centre.is_new || centre.asked.elapsed() >= centre.pause) {
            centre.pause = if centre.is_new { ASK_AGAIN } else { (2 * centre.pause).min(LATEST) };
            centre.is_new = false;
            centre.asked = Instant::now();
            let round = centre.ask();
            for (&rank, keys) in &round.keys {
                *centre.questions.entry(rank).or_default() += 1;
                let keys = keys.iter().flat_map(|key| [key.0, key.1]);
                self.send(std::iter::once(round.number).chain(keys).collect(), rank, QUESTION);
            }
            centre.round = Some(round);
        }
    }

    /// All ranks have returned: what was sent and not yet read is read.
    pub(super) fn settle(&self) {
        let centre = &mut *self.centre.borrow_mut();
        let of_ranks: Vec<u64> = (0..self.size).map(|rank| centre.questions.get(&rank).copied().unwrap_or(0)).collect();
        let (mut questions, sent, mut total) = (0u64, self.sent.get(), 0u64);
        // SAFETY: one number for each rank, and from each; all ranks make these calls, in this order.
        unsafe {
            let word = ffi::RSMPI_UINT64_T;
            let (from, to) = (of_ranks.as_ptr().cast(), (&raw mut questions).cast());
            must(ffi::MPI_Scatter(from, 1, word, to, 1, word, 0, self.control), "MPI_Scatter");
            let (from, to) = ((&raw const sent).cast(), (&raw mut total).cast());
            must(ffi::MPI_Reduce(from, to, 1, word, ffi::RSMPI_SUM, 0, self.control), "MPI_Reduce");
        }
        for _ in self.asked.get()..questions {
            self.await_message(QUESTION);
        }
        if self.rank == 0 {
            for _ in centre.received..total {
                self.await_message(TO_RANK_0);
            }
        }
        for (_words, mut request) in self.outbox.take() {
            // SAFETY: its memory `_words` is still there.
            must(unsafe { ffi::MPI_Wait(&raw mut request, ffi::RSMPI_STATUS_IGNORE) }, "MPI_Wait");
        }
    }
}

impl Centre {
    fn hear(&mut self, rank: usize, words: &[u64]) {
        self.received += 1;
        if words[0] != ANSWER {
            self.changed = Instant::now();
        }
        match words[0] {
            REPORT => {
                self.is_new = true;
                self.reports.insert(rank, report_from_wire(&words[1..]));
            }
            LEFT => {
                self.reports.remove(&rank);
                if let Some(round) = &mut self.round {
                    round.forget(rank);
                }
            }
            _ => {
                if let Some(round) = self.round.as_mut().filter(|round| round.number == words[1])
                    && round.reports.get(&rank).is_some_and(|report| report.epoch == words[2])
                {
                    round.counts.insert(rank, words[3..].to_vec());
                }
            }
        }
    }

    /// The questions to all who wait.
    fn ask(&mut self) -> Round {
        self.rounds += 1;
        let mut keys = BTreeMap::new();
        for &rank in self.reports.keys().filter(|&&rank| rank != 0) {
            let mut of_rank: Vec<Key> = self.reports.values().flat_map(|report| report.wait.keys_of(rank)).collect();
            of_rank.sort_unstable();
            of_rank.dedup();
            keys.insert(rank, of_rank);
        }
        Round { number: self.rounds, reports: self.reports.clone(), keys, counts: BTreeMap::new() }
    }
}

impl Round {
    fn is_complete(&self) -> bool {
        self.counts.len() == self.keys.len()
    }

    fn forget(&mut self, rank: usize) {
        self.reports.remove(&rank);
        self.keys.remove(&rank);
        self.counts.remove(&rank);
    }

    fn count(&self, rank: usize, key: Key) -> Option<u64> {
        let at = self.keys.get(&rank)?.binary_search(&key).ok()?;
        self.counts.get(&rank)?.get(at).copied().filter(|&count| count != u64::MAX)
    }
}

fn report_to_wire(report: &Report) -> Vec<u64> {
    let mut words = vec![REPORT, report.epoch];
    match &report.wait {
        Wait::Returned => words.push(0),
        Wait::Collective { calls, number, hash } => words.extend([1, calls.0, calls.1, *number, *hash]),
        Wait::ManyMessages { calls, number } => words.extend([3, calls.0, calls.1, *number]),
        Wait::Messages(needs) => {
            words.extend([2, needs.len() as u64]);
            words.extend(needs.iter().flat_map(|(rank, key, number)| [*rank as u64, key.0, key.1, *number]));
        }
    }
    words.extend(report.words.chars().take(WORDS).map(u64::from));
    words
}

fn report_from_wire(words: &[u64]) -> Report {
    let (epoch, kind, rest) = (words[0], words[1], &words[2..]);
    let (wait, text) = match kind {
        0 => (Wait::Returned, rest),
        3 => (Wait::ManyMessages { calls: (rest[0], rest[1]), number: rest[2] }, &rest[3..]),
        1 => (Wait::Collective { calls: (rest[0], rest[1]), number: rest[2], hash: rest[3] }, &rest[4..]),
        _ => {
            let (needs, text) = rest[1..].split_at(4 * rest[0] as usize);
            let need = |need: &[u64]| (need[0] as usize, (need[1], need[2]), need[3]);
            (Wait::Messages(needs.chunks_exact(4).map(need).collect()), text)
        }
    };
    let text = text.iter().filter_map(|&c| char::from_u32(c as u32)).collect();
    Report { epoch, wait, words: text }
}
