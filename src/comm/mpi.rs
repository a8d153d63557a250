//! Ranks as processes of an MPI job.
//!
//! Everything goes through the C functions of [`mpi::ffi`]: lengths are checked before they get
//! there, every return code is looked at, and nothing blocks inside MPI unless all ranks are known
//! to be in the same call (see [`wait`]). A rank that cannot go on ends the job with `MPI_Abort`:
//! MPI knows no other way to tell ranks that are busy elsewhere.

mod channel;
mod check;
mod deadlock;
mod group;
mod job;
mod wait;
mod watch;

use super::Comm;
use super::last_words::{self, UnderWay};
use super::launcher::Launcher;
use crate::error::{Error, ErrorKind, Result};
use group::Group;
use job::Job;
use mpi::ffi;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::rc::Rc;
use std::sync::Arc;
use std::thread;

/// Runs the program on this process's rank of the MPI job; returns this rank's result.
///
/// MPI is started here and, when the program has come to an end on every rank, shut down here.
/// Where somebody else has started MPI before, it is theirs to shut down.
pub(super) fn launch<T: Send>(program: impl Fn(&Comm) -> Result<T> + Sync) -> Result<T> {
    last_words::prepare();
    let ours = start()?; // may end the process in words of its own
    let under_way = UnderWay::begin();
    let job = Rc::new(Job::new());
    if let Err(error) = same_job_as_the_launchers(&job) {
        job.finish(ours);
        return Err(error);
    }
    last_words::set_rank(job.rank);
    let comm = Comm::new(Box::new(Group::world(job.clone())), Rc::default());
    let hook = Hook::install();
    match panic::catch_unwind(AssertUnwindSafe(|| program(&comm))) {
        Ok(Ok(result)) => {
            job.wait_for_all_to_return();
            drop(under_way);
            drop(comm);
            drop(hook);
            job.finish(ours);
            Ok(result)
        }
        // An error that the ranks have agreed on says itself which rank it comes from.
        Ok(Err(error)) if error.rank().is_some() => wait::end_job_with(&format!("lops: {error}")),
        Ok(Err(error)) => wait::end_job(error),
        Err(_) => wait::abort(), // the hook has printed it
    }
}

/// Starts MPI for the calling thread; whether it was this call that did.
fn start() -> Result<bool> {
    let (mut initialised, mut finalised, mut provided) = (0, 0, 0);
    // SAFETY: the two questions are allowed at any time, and initialisation once, before the end.
    unsafe {
        ffi::MPI_Finalized(&raw mut finalised);
        ffi::MPI_Initialized(&raw mut initialised);
        if finalised != 0 {
            return Err(Error::new(
                ErrorKind::Job,
                "launch: MPI has been shut down and cannot start twice in a process",
            ));
        }
        if initialised == 0 {
            let none = std::ptr::null_mut();
            ffi::MPI_Init_thread(none, none.cast(), ffi::RSMPI_THREAD_FUNNELED, &raw mut provided);
            // What goes wrong outside the communicators that are made here comes back as a code too.
            for comm in [ffi::RSMPI_COMM_WORLD, ffi::RSMPI_COMM_SELF] {
                wait::must(ffi::MPI_Comm_set_errhandler(comm, ffi::RSMPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
            }
        }
    }
    Ok(initialised == 0)
}

/// An MPI program under another MPI's launcher runs as so many jobs of one rank: say so.
fn same_job_as_the_launchers(job: &Job) -> Result<()> {
    let Some(Launcher { variable, processes, rank }) = Launcher::of_this_process() else { return Ok(()) };
    // A library that does not count its own node's ranks alone.
    if job.size > 1 || variable == "MPI_LOCALNRANKS" || std::env::var_os("LOPS_LAUNCH").is_some() {
        return Ok(());
    }
    // Where nobody says how many there are, a rank beyond the first tells that there are others.
    let started = match (processes, rank) {
        (Some(started), _) if started > 1 => format!("{started} ranks"),
        (None, Some(rank)) if rank > 0 => format!("at least {} ranks", rank + 1),
        _ => return Ok(()),
    };
    let words = format!(
        "launch: expected {started} ({variable}), found 1: the launcher belongs to another MPI than the one this \
         program was built with, or this is a shell in an allocation (then LOPS_LAUNCH=threads says so)"
    );
    Err(Error::new(ErrorKind::Job, words))
}

type PanicHook = dyn Fn(&PanicHookInfo<'_>) + Send + Sync;

/// While it lives, a panic of this thread is printed in one piece and with its rank.
struct Hook {
    previous: Arc<PanicHook>,
}

impl Hook {
    fn install() -> Self {
        let previous: Arc<PanicHook> = panic::take_hook().into();
        let (rank, others) = (thread::current().id(), previous.clone());
        panic::set_hook(Box::new(move |info| {
            if thread::current().id() == rank {
                wait::print_as_rank(&words_of(info));
            } else {
                others(info);
            }
        }));
        Self { previous }
    }
}

impl Drop for Hook {
    fn drop(&mut self) {
        if !thread::panicking() {
            let previous = self.previous.clone();
            panic::set_hook(Box::new(move |info| previous(info)));
        }
    }
}

/// Where and why, and the backtrace where `RUST_BACKTRACE` asks for one.
fn words_of(info: &PanicHookInfo<'_>) -> String {
    use std::backtrace::{Backtrace, BacktraceStatus};
    let payload = info.payload();
    let message = payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
    let message = message.unwrap_or("(a panic without words)");
    let mut words = match info.location() {
        Some(location) => format!("panicked at {location}: {message}"),
        None => format!("panicked: {message}"),
    };
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        words = format!("{words}\n{backtrace}");
    }
    words
}
