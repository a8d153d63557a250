//! Programs that use lops, each a folder with a `main.rs`; `cargo run --release --example NAME` runs one.
//!
//! - `poststack`: post-stack seismic inversion of a 3-D volume
//! - `features`, `layouts`, `tour_operators`: tours of distributed arrays, of layouts, and of all operators, with a picture each
//! - `ports`: the examples of PyLops-MPI and the notebook of DistArray, line by line, with the number of lines beside theirs
//! - `julia`, `pi`, `elimination`, `seismic_volume`: short programs, each about one thing
//! - `own_operator`, `own_method`: an operator and a solver of one's own
//! - `acoustic`: a wave equation of one's own in an operator of two closures, shots over the ranks
//! - `reflectivity`: sparse reflectivity inversion of the same volume
//! - `compressed_sensing`: missing traces filled in by a sparse spectrum
//! - `interpolation`: missing traces of a gather filled in by local slownesses, windows over the ranks
//! - `lowrank`: missing traces of a volume filled in by frequency slices of low rank, slices over the ranks
//! - `deblending`: sources that fired into one another, told apart by a sparse spectrum in windows
//! - `lsm`: least-squares migration of a section, sources over the ranks
//! - `prestack`: three properties of rocks from angle gathers
//! - `mdd`: multi-dimensional deconvolution, a kernel of frequencies over the ranks
//! - `tomography`, `deblur`, `denoise`: an image from rays through it, from a blurred one, from a noisy one
//! - `conformance`, `suite`: reference cases, and measurements of fixed work
//! - `predict`: how solvers would scale to 10,000 ranks, from what they move and send
//! - `gallery`: runs the others small, and writes a page of what they do
//!
//! A new one is a folder here, an entry in `Cargo.toml`, and one in `gallery/entries.rs`. Those that work long take `--timing`.

pub mod files;
pub mod images;
pub mod outputs;
pub mod pictures;
pub mod section;
pub mod synthetic;
pub mod traces;

use clap::{Args, Parser};
use lops::comm::Timing;
use lops::prelude::*;
use lops::solvers::Checkpoint;
use std::fmt::Display;
use std::path::PathBuf;
use std::time::Duration;

/// The arguments of the command line, which every rank has; `None` if words of help are all that was asked for.
///
/// # Errors
/// [`ErrorKind::Parameter`], in the words of the command line's parser, on every rank.
pub fn parse<A: Parser>(comm: &Comm) -> Result<Option<A>> {
    match A::try_parse() {
        Ok(arguments) => Ok(Some(arguments)),
        Err(help) if !help.use_stderr() => {
            if comm.rank() == 0 {
                help.print()?;
            }
            Ok(None)
        }
        Err(error) => {
            let words = error.to_string();
            Err(Error::new(ErrorKind::Parameter, words.trim_start_matches("error: ").trim_end()))
        }
    }
}

/// `Ok` if the numbers of these flags are finite, and not below 0.
///
/// # Errors
/// [`ErrorKind::Parameter`] of the first that is not.
pub fn not_below_0(flags: &[(&str, f64)]) -> Result<()> {
    match flags.iter().find(|(_, number)| !(0.0..f64::INFINITY).contains(number)) {
        None => Ok(()),
        Some((flag, number)) => Err(Error::expected(ErrorKind::Parameter, flag, "a finite number, 0 or more", number)),
    }
}

/// `Ok` if there is one at least of what these flags count.
///
/// # Errors
/// [`ErrorKind::Parameter`] of the first that is 0.
pub fn not_0(flags: &[(&str, usize)]) -> Result<()> {
    match flags.iter().find(|(_, number)| *number == 0) {
        None => Ok(()),
        Some((flag, _)) => Err(Error::expected(ErrorKind::Parameter, flag, "at least 1", 0)),
    }
}

/// `Ok` if `--solvers` has no solver twice.
///
/// # Errors
/// [`ErrorKind::Parameter`] of the first that is.
pub fn each_solver_once<S: PartialEq + Display>(solvers: &[S]) -> Result<()> {
    match solvers.iter().enumerate().find(|(i, solver)| solvers[..*i].contains(solver)) {
        None => Ok(()),
        Some((_, solver)) => {
            let (expected, found) = ("each solver at most once", format!("{solver} twice"));
            Err(Error::expected(ErrorKind::Parameter, "--solvers", expected, found))
        }
    }
}

/// `Display` of choices of the command line: by their names there.
#[macro_export]
macro_rules! told_by_name {
    ($($choice:ident),+) => {$(
        impl ::std::fmt::Display for $choice {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                let value = ::clap::ValueEnum::to_possible_value(self);
                f.pad(value.as_ref().map_or("", ::clap::builder::PossibleValue::get_name))
            }
        }
    )+};
}

/// `--checkpoint` and `--memory`, for any program that solves for long.
#[derive(Args, Clone, Debug)]
pub struct SolveFlags {
    /// Folder for checkpoints: a job that is run again goes on from there, on any number of ranks. One a minute, and at SIGUSR1 and
    /// SIGTERM to any rank
    #[arg(long, value_name = "DIR")]
    checkpoint: Option<PathBuf>,

    /// A checkpoint every so many iterations too
    #[arg(long, value_name = "N", requires = "checkpoint")]
    checkpoint_every: Option<usize>,

    /// Tell of each solver what memory it takes, before it begins
    #[arg(long)]
    memory: bool,
}

impl SolveFlags {
    /// Solves, with checkpoints in a folder of this name where they are asked for, and its memory told where that is.
    ///
    /// # Errors
    /// Those of the method and of its checkpoints; [`ErrorKind::Other`] where a signal ended it.
    pub fn solve<M: Method>(
        &self,
        name: &str,
        method: M,
        options: &Options,
    ) -> Result<Report<<M::Model as Scalar>::Real>> {
        if self.memory {
            print_memory(name, &method);
        }
        let solver = method.start(options)?;
        let Some(folder) = &self.checkpoint else { return solver.solve() };
        let checkpoint = Checkpoint::to(folder.join(name)).each(Duration::new(60, 0)).on_signals();
        let checkpoint = self.checkpoint_every.map_or(checkpoint.clone(), |every| checkpoint.every(every));
        let report = solver.checkpoint(&checkpoint)?.solve()?;
        if report.reason == Reason::Signal {
            // The job was asked to end: no other solver begins.
            let words = format!("{name}: {}; the same command goes on from there", report.reason);
            return Err(Error::new(ErrorKind::Other, words));
        }
        Ok(report)
    }
}

/// What a solve takes of memory: of rank 0 by vectors, of all ranks together.
fn print_memory(name: &str, method: &impl Method) {
    let (plan, comm) = (method.memory_plan(), method.model().comm());
    let [least, most, sum] = plan.over_ranks(comm).map(|bytes| bytes as f64 / 1e6);
    if comm.rank() == 0 {
        println!("{name} takes {least:.1} to {most:.1} MB on a rank, {sum:.1} MB on all; on rank 0: {plan}");
    }
}

/// `--timing`, for any program that works.
#[derive(Args, Clone, Copy, Debug)]
pub struct TimingFlag {
    /// Tell at the end where the time went, on standard error: a tree of operations, operators and solvers
    #[arg(long)]
    timing: bool,
}

impl TimingFlag {
    /// Runs a program on all ranks, and prints its tree on rank 0 where that is asked for.
    ///
    /// # Errors
    /// Those of the program; then there is no tree.
    pub fn run(self, comm: &Comm, program: impl FnOnce() -> Result<()>) -> Result<()> {
        let timing = if self.timing { Some(Timing::start(comm)?) } else { None };
        program()?;
        let report = timing.map(Timing::finish);
        if let Some(report) = report.filter(|_| comm.rank() == 0) {
            eprintln!("{report}");
        }
        Ok(())
    }
}
