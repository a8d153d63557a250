//! The bodies as processes of a real MPI job: this test binary starts itself again under `mpirun`,
//! once for each number of ranks, and every rank runs all bodies, one after another.
//!
//! `LOPS_TEST_BODY=text` runs only the bodies whose name contains the text.

#![allow(clippy::unnecessary_wraps, reason = "programs of one type")]

use lops::{Comm, Error, ErrorKind, Result, comm::Reduction, launch};
use std::{
    env,
    fs::File,
    io::Write,
    panic,
    process::{Command, Output, Stdio},
    thread,
    time::Duration,
};

/// Names the program that a rank is to run.
const PROGRAM: &str = "LOPS_TEST_PROGRAM";
/// The number of ranks it must find.
const RANKS: &str = "LOPS_TEST_RANKS";
/// What a rank prints when it has got to the end.
const DONE: &str = "this rank is done";

type Program = fn(&Comm) -> Result<()>;

const PROGRAMS: &[(&str, Program)] = &[
    ("all bodies", all_bodies),
    ("panic", panics),
    ("panic in an exchange", panics_in_an_exchange),
    ("error in an exchange", fails_in_an_exchange),
    ("early return in an exchange", returns_in_an_exchange),
    ("flights given up", flights_given_up),
    ("bytes for bools", sends_bytes_for_bools),
    ("error", fails),
    ("agreed error", fails_everywhere),
    ("early return", returns_early),
    ("early return of a sender", does_not_send),
    ("late return", returns_late),
    ("many splits", splits_often),
    ("wait", waits_for_ever),
    ("different collectives", disagrees),
    ("a fault", crate::faults::program),
    ("an end", crate::faults::ends::program),
];

/// One rank of a job, when a test below has started it; on its own it has nothing to do.
#[test]
#[ignore = "started by the tests of this module, under mpirun"]
fn one_rank() {
    let Ok(name) = env::var(PROGRAM) else { return };
    let program = PROGRAMS.iter().find(|(known, _)| *known == name).expect("a program's name").1;
    let ranks = env::var(RANKS).unwrap();
    launch(|comm| {
        assert_eq!(comm.size().to_string(), ranks, "the launcher's ranks and MPI's: do they belong to one another?");
        assert_eq!(comm.engine_name(), "MPI");
        program(comm)
    })
    .unwrap();
    println!("{DONE}");
}

/// Runs a program on so many ranks, one job at a time on this machine.
pub(crate) fn job(program: &str, ranks: usize, timeout: u32, settings: &[(&str, &str)]) -> Output {
    let lock = File::create(env::temp_dir().join("lops-mpi-tests.lock")).unwrap();
    lock.lock().unwrap();
    let path = concat!(module_path!(), "::one_rank").split_once("::").unwrap().1;
    Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/mpirun.sh"))
        .args(["-n", &ranks.to_string()])
        .arg(env::current_exe().unwrap())
        .args([path, "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .envs([(PROGRAM, program), (RANKS, &ranks.to_string()), ("TIMEOUT", &timeout.to_string())])
        .envs([("LOPS_CHECK", "0")]) // a debug build compares calls if nothing else is said
        .envs(settings.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("scripts/mpirun.sh")
}

pub(crate) fn words(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text)).concat()
}

fn all_bodies_pass(ranks: usize, settings: &[(&str, &str)]) {
    let output = job("all bodies", ranks, 900, settings);
    let words = words(&output);
    let done = words.matches(DONE).count();
    assert!(output.status.success() && done == ranks, "{done} of {ranks} ranks got to the end\n{words}");
}

#[test]
fn under_mpirun_1() {
    all_bodies_pass(1, &[]);
}

#[test]
fn under_mpirun_2() {
    all_bodies_pass(2, &[]);
}

/// Here calls are compared, which changes nothing of what is computed.
#[test]
fn under_mpirun_3_with_checks() {
    all_bodies_pass(3, &[("LOPS_CHECK", "1")]);
}

#[test]
fn under_mpirun_4() {
    all_bodies_pass(4, &[]);
}

#[test]
fn under_mpirun_in_small_pieces() {
    all_bodies_pass(3, &[("LOPS_MPI_PIECE_BYTES", "32")]);
}

fn all_bodies(comm: &Comm) -> Result<()> {
    let wanted = env::var("LOPS_TEST_BODY").unwrap_or_default();
    for (name, body) in crate::MODULES.iter().copied().flatten().filter(|(name, _)| name.contains(&wanted)) {
        if comm.rank() == 0 {
            println!("{name}");
            std::io::stdout().flush()?;
        }
        if let Err(panic) = panic::catch_unwind(panic::AssertUnwindSafe(|| body(comm))) {
            eprintln!("rank {} failed in {name}", comm.rank());
            panic::resume_unwind(panic);
        }
        comm.barrier();
    }
    Ok(())
}

/// The job ends by itself (long before the timeout), not well, and with these words.
fn ends_with(program: &str, ranks: usize, settings: &[(&str, &str)], expected: &[&str]) {
    let output = job(program, ranks, 60, settings);
    let words = words(&output);
    assert!(!output.status.success(), "{program}: the job should have failed\n{words}");
    assert!(!words.contains(DONE), "{program}: a rank got to the end\n{words}");
    for text in expected {
        assert_eq!(words.matches(text).count(), 1, "{program}: expected once {text:?}, found\n{words}");
    }
}

#[test]
fn a_panic_ends_the_job() {
    ends_with("panic", 3, &[], &["lops: rank 2: panicked at tests/all/under_mpirun.rs", "row 7 is missing"]);
}

fn panics(comm: &Comm) -> Result<()> {
    let part = comm.split(comm.rank() % 2);
    assert_ne!(comm.rank(), 2, "row 7 is missing");
    part.barrier();
    comm.barrier();
    Ok(())
}

#[test]
fn a_panic_with_messages_under_way_ends_the_job() {
    ends_with("panic in an exchange", 2, &[], &["lops: rank 1: panicked at", "no such trace"]);
}

fn panics_in_an_exchange(comm: &Comm) -> Result<()> {
    let mut halo = other_rank(comm)?;
    let flight = halo.start();
    assert_eq!(comm.rank(), 0, "no such trace");
    flight.finish();
    other_rank(comm)?.start().finish();
    Ok(())
}

#[test]
fn an_error_with_messages_under_way_ends_the_job() {
    for (program, words) in [
        ("error in an exchange", "lops: rank 1: no such trace"),
        ("early return in an exchange", "rank 1 has returned while rank 0 waits for it in barrier()"),
    ] {
        ends_with(program, 2, &[], &[words]);
    }
}

fn fails_in_an_exchange(comm: &Comm) -> Result<()> {
    let mut halo = other_rank(comm)?;
    if comm.rank() == 1 {
        let _flight = halo.start();
        return Err("no such trace".into());
    }
    comm.barrier();
    Ok(())
}

fn returns_in_an_exchange(comm: &Comm) -> Result<()> {
    let mut halo = other_rank(comm)?;
    if comm.rank() == 1 {
        drop(halo.start());
        return Ok(());
    }
    comm.barrier();
    Ok(())
}

/// Messages that nobody waits for do not come to others, and do not keep the job.
fn flights_given_up(comm: &Comm) -> Result<()> {
    for round in 0..5 {
        let mut first = other_rank(comm)?;
        first.send_mut(0).fill(-1.0);
        drop(first.start());
        drop(first);
        let mut second = other_rank(comm)?;
        second.send_mut(0).fill(f64::from(round));
        assert_eq!(second.start().finish().from(0)[7], f64::from(round));
    }
    Ok(())
}

#[test]
fn bytes_are_no_bools() {
    ends_with(
        "bytes for bools",
        2,
        &[],
        &["exchange: expected values of bool, found a byte of 5: another rank sends another type"],
    );
}

fn sends_bytes_for_bools(comm: &Comm) -> Result<()> {
    let one = [lops::comm::Neighbour { rank: 1 - comm.rank(), send: 1, receive: 1 }];
    if comm.rank() == 0 {
        let mut bytes = comm.exchange::<u8>(&one)?;
        bytes.send_mut(0)[0] = 5;
        bytes.start().finish();
    } else {
        comm.exchange::<bool>(&one)?.start().finish();
    }
    comm.barrier();
    Ok(())
}

#[test]
fn flights_given_up_disturb_nobody() {
    let output = job("flights given up", 2, 60, &[]);
    let words = words(&output);
    assert!(output.status.success() && words.matches(DONE).count() == 2, "{words}");
}

fn other_rank(comm: &Comm) -> Result<lops::comm::Exchange<f64>> {
    let elements = 100_000; // too many to be sent before they are wanted
    comm.exchange(&[lops::comm::Neighbour { rank: 1 - comm.rank(), send: elements, receive: elements }])
}

#[test]
fn an_error_ends_the_job() {
    ends_with("error", 2, &[], &["lops: rank 1: wavelet: expected 41, found 40"]);
}

fn fails(comm: &Comm) -> Result<()> {
    if comm.rank() == 1 {
        return Err(Error::expected(ErrorKind::Shape, "wavelet", 41, 40));
    }
    comm.barrier();
    Ok(())
}

#[test]
fn an_error_of_all_ranks_is_printed_once() {
    ends_with("agreed error", 4, &[], &["lops: rank 3: model: not a file"]);
}

fn fails_everywhere(comm: &Comm) -> Result<()> {
    comm.agree(if comm.rank() == 3 { Err("model: not a file".into()) } else { Ok(()) })
}

#[test]
fn a_rank_that_returns_early_ends_the_job() {
    ends_with("early return", 2, &[], &["rank 1 has returned while rank 0 waits for it in barrier()"]);
}

fn returns_early(comm: &Comm) -> Result<()> {
    if comm.rank() == 0 {
        comm.barrier();
    }
    Ok(())
}

#[test]
fn a_rank_that_returns_without_sending_ends_the_job() {
    ends_with("early return of a sender", 2, &[], &["rank 1 has returned while rank 0 waits for it in exchange"]);
}

fn does_not_send(comm: &Comm) -> Result<()> {
    let mut halo = other_rank(comm)?;
    halo.start().finish();
    if comm.rank() == 0 {
        halo.start().finish();
    }
    Ok(())
}

#[test]
fn a_rank_may_return_long_before_the_others() {
    let output = job("late return", 3, 60, &[]);
    let words = words(&output);
    assert!(output.status.success() && words.matches(DONE).count() == 3, "{words}");
}

/// Rank 0 has sent all that the others want of it, and goes, long before rank 1 comes for it.
fn returns_late(comm: &Comm) -> Result<()> {
    let rest = comm.split(usize::from(comm.rank() > 0));
    if comm.rank() > 0 {
        thread::sleep(Duration::from_millis(700 * comm.rank() as u64));
        let mut sum = [1];
        rest.all_reduce(&mut sum, Reduction::Sum);
        assert_eq!(sum, [2]);
    }
    Ok(())
}

/// More communicators than MPICH has numbers for, if they were not given back.
#[test]
fn communicators_are_given_back() {
    let output = job("many splits", 2, 300, &[]);
    let words = words(&output);
    assert!(output.status.success() && words.matches(DONE).count() == 2, "{words}");
}

fn splits_often(comm: &Comm) -> Result<()> {
    for turn in 0..2_500 {
        let mut largest = [turn + comm.rank() as u64];
        comm.duplicate().all_reduce(&mut largest, Reduction::Max);
        assert_eq!(largest, [turn + 1]);
    }
    Ok(())
}

#[test]
fn a_job_that_hangs_is_killed_at_the_timeout() {
    let output = job("wait", 2, 3, &[]);
    let words = words(&output);
    assert!(!output.status.success() && !words.contains(DONE), "{words}");
}

fn waits_for_ever(comm: &Comm) -> Result<()> {
    if comm.rank() == 1 {
        loop {
            thread::sleep(Duration::from_secs(1));
        }
    }
    comm.barrier();
    Ok(())
}

#[test]
fn different_collectives_are_named_when_checked() {
    let text = "rank 0 in all_reduce(sum, 2 × float64), rank 1 in broadcast(from rank 0, 2 × float64)";
    ends_with("different collectives", 3, &[("LOPS_CHECK", "1")], &[text]);
}

fn disagrees(comm: &Comm) -> Result<()> {
    if comm.rank() == 1 {
        comm.broadcast(&mut [0.0; 2], 0);
    } else {
        comm.all_reduce(&mut [0.0; 2], Reduction::Sum);
    }
    Ok(())
}
