//! How every program starts.

use super::{Comm, threads};
use crate::error::{Error, ErrorKind, Result};

/// Runs `program` once on every rank of a job and returns its result.
///
/// Under an MPI launcher (and built with feature `mpi`) the closure runs once in each process.
/// Otherwise it runs on `LOPS_RANKS` threads of this process, by default one per core.
///
/// An `Err` or a panic that leaves the closure on any rank ends the whole job on all ranks, with
/// the rank and its message and a non-zero exit code; so does a rank that returns while others
/// still wait for it. Inside, `?` takes this crate's errors and those of a program's own calls (see
/// [`Error`]).
///
/// # Errors
/// The first failing rank's error. (Under MPI the job is aborted instead: the error is printed.)
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
    if let Some(variable) = launcher() {
        #[cfg(feature = "mpi")]
        {
            let _ = variable;
            return super::mpi::launch(program);
        }
        #[cfg(not(feature = "mpi"))]
        if variable.1 > 1 {
            return Err(Error::new(
                ErrorKind::Job,
                format!(
                    "started on {} processes by an MPI launcher ({} is set), but built without MPI: \
                     build with `--features mpi`",
                    variable.1, variable.0
                ),
            ));
        }
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

/// The variable by which an MPI launcher shows itself, and the number of processes it names.
fn launcher() -> Option<(&'static str, usize)> {
    ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MPI_LOCALNRANKS"].into_iter().find_map(|variable| {
        let size = std::env::var(variable).ok()?.parse().ok()?;
        Some((variable, size))
    })
}
