//! Waiting without hanging, and the end of a job that cannot go on.
//!
//! A rank never waits inside MPI: it tests, over and over, and when that takes long it looks
//! around for a reason why it might be for ever.

use crate::comm::last_words;
use crate::numbers::DType;
use mpi::ffi;
use std::fmt::Display;
use std::io::Write;
use std::os::raw::c_int;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Tests before the core is offered to others: about the time of a small collective.
const SPINS: usize = 200;
/// From here on a wait sleeps between tests, so that busy ranks on the same cores get on.
const SLEEP_AFTER: Duration = Duration::from_millis(10);
/// How often a long wait looks around.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// The head start of rank 0 in telling of an error: where all ranks have it, it is printed once.
const FIRST_TO_SPEAK: Duration = Duration::from_millis(200);

/// So long a launcher has to pass on what was said before the job is aborted; MPICH's loses it else.
const TO_BE_HEARD: Duration = Duration::from_millis(100);

/// Tests until it is done. `look` is called about every 100 ms with the time waited so far.
pub(super) fn until(mut done: impl FnMut() -> bool, mut look: impl FnMut(Duration)) {
    for _ in 0..SPINS {
        if done() {
            return;
        }
    }
    let start = Instant::now();
    let mut next_look = LOOK_EVERY;
    while !done() {
        let waited = start.elapsed();
        if waited < SLEEP_AFTER {
            thread::yield_now();
            continue;
        }
        if waited >= next_look {
            look(waited);
            next_look = waited + LOOK_EVERY;
        }
        // An added two per cent at most.
        thread::sleep((waited / 50).min(Duration::from_micros(500)) / 2);
    }
}

/// This rank in `MPI_COMM_WORLD`, for messages from where nothing else is at hand.
static RANK: AtomicUsize = AtomicUsize::new(0);

pub(super) fn set_rank(rank: usize) {
    RANK.store(rank, Ordering::Relaxed);
}

/// Ends the job if an MPI call has failed.
pub(super) fn must(code: c_int, call: impl Display) {
    if code != 0 {
        let hint = "are all ranks in the same call, with as many values? LOPS_CHECK=1 compares them";
        end_job(format!("{call}: {} ({hint})", error_words(code)));
    }
}

/// Ends the job if what other ranks sent as the values of this type are none: MPI moves bytes, and a byte of 5 is no
/// `bool`. (Of the other types any bytes are some value.)
pub(super) fn must_be_values(dtype: Option<DType>, bytes: &[u8], call: impl Display) {
    if dtype == Some(DType::Bool)
        && let Some(byte) = bytes.iter().find(|&&byte| byte > 1)
    {
        end_job(format!("{call}: expected values of bool, found a byte of {byte}: another rank sends another type"));
    }
}

fn error_words(code: c_int) -> String {
    let (mut words, mut length) = ([0u8; 4096], 0); // more than any MPI_MAX_ERROR_STRING
    // SAFETY: the buffer is longer than the longest error string.
    unsafe { ffi::MPI_Error_string(code, words.as_mut_ptr().cast(), &raw mut length) };
    String::from_utf8_lossy(&words[..usize::try_from(length).unwrap_or(0)]).into_owned()
}

/// Prints why, and ends the job on all ranks.
pub(super) fn end_job(why: impl Display) -> ! {
    print_as_rank(&why.to_string());
    abort()
}

/// The same, with words that name the rank themselves.
pub(super) fn end_job_with(line: &str) -> ! {
    print_in_turn(line);
    abort()
}

/// One line (or block) on stderr, in one piece, with this rank.
pub(super) fn print_as_rank(words: &str) {
    print_in_turn(&format!("lops: rank {}: {words}", RANK.load(Ordering::Relaxed)));
}

fn print_in_turn(line: &str) {
    if RANK.load(Ordering::Relaxed) != 0 {
        thread::sleep(FIRST_TO_SPEAK);
    }
    let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
}

/// Ends the job on all ranks with exit code 1.
pub(super) fn abort() -> ! {
    let _ = std::io::stdout().flush();
    crate::comm::leftovers::remove();
    last_words::all_is_said();
    thread::sleep(TO_BE_HEARD);
    // SAFETY: MPI is running: only ranks of a running job come here.
    unsafe { ffi::MPI_Abort(ffi::RSMPI_COMM_WORLD, 1) };
    std::process::exit(1)
}
