//! Ranks that end their process without unwinding: a word tells which, and the job does not pass for done.

use lops::{Comm, Result, launch_threads};
use std::process::{Command, Output};

const END: &str = "LOPS_TEST_END";

/// What the last rank does while the others wait for it.
#[allow(clippy::unnecessary_wraps, reason = "programs of one type")]
pub(crate) fn program(comm: &Comm) -> Result<()> {
    if comm.rank() + 1 == comm.size() {
        match std::env::var(END).as_deref() {
            Ok("exit") => std::process::exit(0),
            Ok("exit 3") => std::process::exit(3),
            Ok("abort") => std::process::abort(),
            Ok("memory") => drop(std::hint::black_box(Vec::<u8>::with_capacity(isize::MAX as usize / 2))),
            Ok("stack") => assert!(std::hint::black_box(deep(u64::MAX, &mut [0; 64])) > 0),
            end => panic!("an end: {end:?}"),
        }
    }
    comm.barrier();
    Ok(())
}

#[allow(unconditional_recursion, reason = "it is to overflow")]
fn deep(n: u64, room: &mut [u64; 64]) -> u64 {
    let mut more = *room;
    more[(n % 64) as usize] = n;
    deep(n - 1, std::hint::black_box(&mut more)) + more[3]
}

#[test]
#[ignore = "ends the process: started by the tests of this module"]
fn one_end() {
    if std::env::var_os(END).is_some() {
        launch_threads(3, program).unwrap();
    }
}

fn ends(end: &str) -> Output {
    let path = concat!(module_path!(), "::one_end").split_once("::").unwrap().1;
    Command::new(std::env::current_exe().unwrap())
        .args([path, "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env(END, end)
        .env("UCX_HANDLE_ERRORS", "none") // else the handlers of UCX, which some MPIs bring, come before Rust's
        .output()
        .unwrap()
}

/// Elsewhere the system tells of no end.
#[test]
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn on_threads() {
    for (end, code, words) in [
        ("exit", Some(1), "lops: rank 2: called `exit` inside a job"),
        ("exit 3", Some(3), "lops: rank 2: called `exit` inside a job"),
        ("abort", None, "lops: rank 2: aborts"),
        ("memory", None, "lops: rank 2: aborts"),
        ("stack", None, "lops: rank 2: aborts"),
    ] {
        let output = ends(end);
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.contains(words), "{end}: {text}");
        assert_eq!(output.status.code(), code, "{end}: {text}");
    }
}

#[cfg(feature = "mpi")]
#[test]
fn under_mpirun() {
    use crate::under_mpirun::{job, words};
    for end in ["exit", "abort", "memory"] {
        let output = job("an end", 3, 20, &[(END, end)]);
        let text = words(&output);
        assert!(!output.status.success() && text.contains("lops: rank 2: "), "{end}: {text}");
    }
}
