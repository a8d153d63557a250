//! How every program starts.

use super::launcher::{How, Launcher, how};
use super::{Comm, threads};
use crate::error::{Error, ErrorKind, Result};

/// Runs `program` once on every rank of a job and returns its result.
///
/// Under an MPI launcher (and built with feature `mpi`) the closure runs once in each process.
/// Otherwise it runs on `LOPS_RANKS` threads of this process, by default one per core. A launcher is known by the
/// variables that it sets (Open MPI, MPICH, Intel MPI, `srun`, PALS, Flux, …); `LOPS_LAUNCH=threads` or
/// `LOPS_LAUNCH=mpi` says which it is to be, whatever they are. A build without MPI under a launcher of more than one
/// process is an error: each would run the whole job by itself.
///
/// An `Err` or a panic that leaves the closure on any rank ends the whole job on all ranks, with
/// the rank and its message and a non-zero exit code; so does a rank that returns while others
/// still wait for it. Inside, `?` takes this crate's errors and those of a program's own calls (see
/// [`Error`]).
///
/// # Errors
/// The first failing rank's error. (Under MPI the job is aborted instead: the error is printed.)
/// [`ErrorKind::Job`] and [`ErrorKind::Parameter`] if ranks cannot be started as they should.
///
/// # Example
/// ```
/// fn main() -> lops::Result<()> {
///     lops::launch(|comm| {
///         let mut sum = [comm.rank() + 1];
///         comm.all_reduce(&mut sum, lops::comm::Reduction::Sum);
///         assert_eq!(sum[0], comm.size() * (comm.size() + 1) / 2);
///         Ok(())
///     })
/// }
/// ```
pub fn launch<T: Send>(program: impl Fn(&Comm) -> Result<T> + Sync) -> Result<T> {
    let wish = std::env::var("LOPS_LAUNCH").ok();
    if how(Launcher::of_this_process(), wish.as_deref())? == How::Mpi {
        #[cfg(feature = "mpi")]
        return super::mpi::launch(program);
    }
    launch_threads(ranks_wanted()?, program)
}

/// Runs `program` on this many ranks, as threads of this process, whatever the environment says.
///
/// There may be many more ranks than cores. The result is rank 0's.
///
/// # Errors
/// The first failing rank's error, or what was wrong with the job: ranks in different collectives,
/// a rank that left while others wait for it, a deadlock.
pub fn launch_threads<T: Send>(ranks: usize, program: impl Fn(&Comm) -> Result<T> + Sync) -> Result<T> {
    if ranks == 0 {
        return Err(Error::expected(ErrorKind::Parameter, "ranks", "at least 1", 0));
    }
    threads::run(ranks, program)
}

/// The number of ranks that `LOPS_RANKS` asks for, else one per core.
fn ranks_wanted() -> Result<usize> {
    match std::env::var("LOPS_RANKS") {
        Err(_) => Ok(std::thread::available_parallelism().map_or(1, usize::from)),
        Ok(text) => text.parse().ok().filter(|&n| n > 0).ok_or_else(|| {
            Error::expected(ErrorKind::Parameter, "LOPS_RANKS", "a number of ranks, at least 1", format!("{text:?}"))
        }),
    }
}
