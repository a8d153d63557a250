//! Runs reference cases: every case of a folder whose operator lops has, on the ranks it is started on.
//!
//! ```text
//! cargo run --release --example conformance -- DIR
//! mpirun -n 4 target/release/examples/conformance DIR        (built with --features mpi)
//! ```
//!
//! DIR holds `manifest.json` and the `.npz` files it names. Inputs are scattered along every axis,
//! evenly and unevenly, and kept whole; every result must be what the case says. Each failure is a
//! line; the last line counts; the exit code is not zero where a case failed.

mod cases;
mod manifest;
mod trial;

use clap::Parser;
use lops::prelude::*;
use manifest::Set;
use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};
use trial::{Outcome, Trial};

#[derive(Parser)]
#[command(about = "Run reference cases on the ranks this is started on")]
struct Arguments {
    /// The folder with manifest.json
    dir: PathBuf,
    /// Only cases whose id or op contains this
    #[arg(long, default_value = "")]
    only: String,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match launch(|comm| run(comm, &arguments)) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("conformance: {error}");
            ExitCode::from(2)
        }
    }
}

/// The number of failed cases.
fn run(comm: &Comm, arguments: &Arguments) -> Result<usize> {
    let set = comm.agree(Set::read(&arguments.dir, |op| cases::find(op).is_some()))?;
    let (mut passed, mut failed) = (0, 0);
    let mut skipped = BTreeMap::<String, usize>::new();
    let say = |line: String| {
        if comm.rank() == 0 {
            println!("{line}");
        }
    };
    let wanted = |text: &str| text.contains(&arguments.only);
    for case in set.cases.iter().filter(|case| wanted(&case.id) || wanted(&case.op)) {
        let Some(run) = cases::find(&case.op) else {
            *skipped.entry(format!("{}: lops has no such operator yet", case.op)).or_default() += 1;
            continue;
        };
        let mut trial = Trial::new(case, comm);
        let named = NamedInPanics(&case.id);
        let outcome = run(&mut trial);
        drop(named);
        match outcome {
            Ok(Outcome::Skipped(reason)) => *skipped.entry(format!("{}: {reason}", case.op)).or_default() += 1,
            Ok(Outcome::Ran) if trial.failures.is_empty() => passed += 1,
            Ok(Outcome::Ran) => {
                failed += 1;
                trial.failures.iter().for_each(|failure| say(format!("FAILED {} ({}): {failure}", case.id, case.op)));
            }
            Err(error) => {
                failed += 1;
                say(format!("FAILED {} ({}): {error}", case.id, case.op));
            }
        }
    }
    for (reason, count) in &skipped {
        say(format!("skipped {count} × {reason}"));
    }
    say(format!("{passed} passed, {failed} failed, {} skipped", skipped.values().sum::<usize>()));
    Ok(failed)
}

/// Says which case it was when a rank panics, which ends the job.
struct NamedInPanics<'a>(&'a str);

impl Drop for NamedInPanics<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("in case {}", self.0);
        }
    }
}
