//! Ranks that go wrong in every operation, one at a time: every job ends, with words that name the rank and, where
//! ranks are not in the same operation, what they call.
//!
//! On threads all of them run here. Under `mpirun` each takes a job of its own, so a share of them runs; all do where
//! `LOPS_TORTURE` is set.

pub(crate) mod ends;

/// Declares a list of operations: a name, what errors may call it, whether what it is told is compared by itself, and the call.
macro_rules! operations {
    ($list:ident: $($name:ident $(in $($says:literal)+)? $(compared $yes:literal)? |$comm:ident, $t:ident| $body:expr;)*) => {
        pub(super) const $list: &[Operation] = &[$(Operation {
            name: stringify!($name),
            says: operations!(@says $name $($($says)+)?),
            call: |$comm, $t| { let _ = $body; Ok(()) },
            is_compared: operations!(@yes $($yes)?),
        }),*];
    };
    (@says $name:ident) => { &[stringify!($name)] };
    (@says $name:ident $($says:literal)+) => { &[$($says),+] };
    (@yes) => { false };
    (@yes $yes:literal) => { $yes };
}

mod operations;
mod proximal;
mod proximal_methods;
mod solving;

use crate::bodies;
use lops::operators::{FirstDerivative, Identity};
use lops::solvers::{Cgls, Method, Options};
use lops::{Comm, DistArray, Error, ErrorKind, Layout, Operator, Result, launch_threads};
use operations::{Operation, all};

/// What the last rank does other than the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// It leaves the operation out, and goes on to the next.
    Skips,
    /// It is told something else.
    Twists,
    /// It makes the next call first.
    Reorders,
    /// Its program returns before.
    Leaves,
    /// Its program ends with an error before.
    Fails,
    /// It panics before.
    Panics,
}

const FAULTS: [Fault; 6] = [Fault::Skips, Fault::Twists, Fault::Reorders, Fault::Leaves, Fault::Fails, Fault::Panics];

impl Fault {
    /// What a rank does.
    fn program(self, operation: &Operation, comm: &Comm) -> Result<()> {
        let is_last = comm.rank() + 1 == comm.size();
        match self {
            Self::Skips if is_last => {}
            Self::Leaves if is_last => return Ok(()),
            Self::Fails if is_last => return Err(Error::new(ErrorKind::Other, "my own error")),
            Self::Panics if is_last => panic!("my own panic"),
            Self::Reorders if is_last => {
                comm.barrier();
                (operation.call)(comm, false)?;
                return Ok(());
            }
            _ => (operation.call)(comm, self == Self::Twists && is_last)?,
        }
        comm.barrier();
        Ok(())
    }

    /// What must stand in the words of the job's end; one of each list.
    fn words(self, operation: &Operation, last: usize) -> Vec<Vec<String>> {
        let name: Vec<String> = operation.says.iter().map(ToString::to_string).collect();
        match self {
            Self::Twists if operation.is_compared => vec![vec!["ranks differ".into()], name],
            Self::Skips | Self::Twists | Self::Reorders => vec![vec![format!("rank {last}")], name],
            Self::Leaves => {
                vec![vec![format!("rank {last} has returned while rank"), format!("rank {last} waits")], name]
            }
            Self::Fails => vec![vec!["my own error".into()], vec![format!("rank {last}")]],
            Self::Panics => vec![vec!["my own panic".into()], vec![format!("rank {last}")]],
        }
    }

    /// What is wrong with the end of a job, if anything is.
    fn judge(self, operation: &Operation, ranks: usize, ended: Option<&str>) -> Option<String> {
        let case = format!("{} {self:?}", operation.name);
        let Some(words) = ended else { return Some(format!("{case}: all went well")) };
        let lacks = |list: &Vec<String>| !list.iter().any(|wanted| words.contains(wanted));
        let missing = self.words(operation, ranks - 1).into_iter().find(lacks)?;
        Some(format!("{case}: expected {missing:?}, found {words}"))
    }
}

/// Debug builds compare what ranks are told.
#[test]
#[cfg_attr(not(debug_assertions), ignore = "compares calls only where LOPS_CHECK=1")]
fn on_threads() {
    let mut wrong = vec![];
    let mut count = 0;
    for operation in all() {
        for fault in FAULTS {
            for ranks in [2, 3] {
                let ended = launch_threads(ranks, |comm| fault.program(operation, comm));
                let words = ended.err().map(|error| error.to_string());
                wrong.extend(fault.judge(operation, ranks, words.as_deref()));
                count += 1;
            }
        }
    }
    println!("{} faults on threads, {} not told of", count, wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Right programs are not disturbed.
#[test]
fn without_a_fault() {
    for operation in all() {
        for ranks in [1, 2, 3] {
            let ended = launch_threads(ranks, |comm| (operation.call)(comm, false));
            assert_eq!(ended, Ok(()), "{}", operation.name);
        }
    }
}

/// An operation that is not put to faults, by the name with which the source begins it.
#[test]
fn every_operation_of_the_source_is_among_them() {
    let known: Vec<_> = all().flat_map(|operation| operation.says).copied().collect();
    let mut missing = vec![];
    let elsewhere = |path: &str| path.contains("src/comm/") || (path.contains("/hdf5/") && !cfg!(feature = "hdf5"));
    for (path, text) in crate::layers::sources(&["src"]).iter().filter(|(path, _)| !elsewhere(path)) {
        for begin in ["operation(\"", "reduction(\"", "of_whole(\"", "compare(\"", "begin::<X, Y>(groups.comm(), \""] {
            let names = text.match_indices(begin).map(|(at, _)| text[at + begin.len()..].split('"').next().unwrap());
            missing.extend(names.filter(|name| !known.contains(name)).map(|name| format!("{path}: {name}")));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

bodies! {
    /// Colours stop by themselves, so nobody may wait for another colour.
    fn solvers_stay_within_the_colours_of_a_mask(comm) {
        let colours: Vec<_> = (0..comm.size()).map(|rank| rank / 2).collect();
        let layout = Layout::scatter(comm, &[5 * comm.size()], 0).unwrap().with_mask(&colours).unwrap();
        let d = FirstDerivative::along(0).on::<f64>(&layout).unwrap();
        let one = Identity.on::<f64>(&layout);
        let b = DistArray::full(&layout, 1.0 + colours[comm.rank()] as f64);
        let solve = |a: &Operator<f64>| {
            let mut x = b.zeros_like();
            Cgls::new(a, &b, &mut x)?.solve(&Options::exactly(2 + colours[comm.rank()])).map(|report| report.iterations)
        };
        assert!(solve(&one).unwrap() <= 2 + colours[comm.rank()]);
        let crossing = solve(&d);
        if comm.size() > 2 {
            let error = crossing.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Layout);
            assert!(error.to_string().contains("messages within each colour of the mask"), "{error}");
        } else {
            crossing.unwrap();
        }
    }
}

/// The program of a rank under `mpirun`, named as `operation/fault`.
#[cfg(feature = "mpi")]
pub(crate) fn program(comm: &Comm) -> Result<()> {
    let case = std::env::var(CASE).unwrap_or_default();
    let (name, fault) = case.split_once('/').expect("a case");
    let operation = all().find(|operation| operation.name == name).expect("an operation");
    let fault = FAULTS.into_iter().find(|known| format!("{known:?}") == fault).expect("a fault");
    fault.program(operation, comm)
}

#[cfg(feature = "mpi")]
const CASE: &str = "LOPS_TEST_CASE";

#[cfg(feature = "mpi")]
#[test]
fn under_mpirun() {
    use crate::under_mpirun::{job, words};
    let torture = std::env::var_os("LOPS_TORTURE").is_some();
    // With calls compared all is told of. Without, a job must end where ranks do not come together.
    let cases = all().flat_map(|operation| FAULTS.into_iter().map(move |fault| (operation, fault)));
    let (mut wrong, mut count) = (vec![], 0);
    for (k, (operation, fault)) in cases.enumerate() {
        // A share that goes through all operations and all faults.
        if !torture && k % 23 != 0 {
            continue;
        }
        for compares in ["1", "0"] {
            if compares == "0" && fault == Fault::Twists {
                continue;
            }
            let ranks = 2 + k % 2;
            let case = format!("{}/{fault:?}", operation.name);
            let output = job("a fault", ranks, 60, &[("LOPS_CHECK", compares), (CASE, &case)]);
            let text = words(&output);
            let text = if output.status.success() { None } else { Some(&text[..]) };
            let is_hung = text.is_some_and(|text| !text.contains("lops:"));
            count += 1;
            if compares == "0" && !is_hung {
                continue; // what comes together by chance may pass, and MPI's words need not name all
            }
            let verdict = if is_hung {
                Some(format!("{case}: no word of lops: {text:?}"))
            } else {
                fault.judge(operation, ranks, text)
            };
            wrong.extend(verdict.map(|words| format!("LOPS_CHECK={compares}, {ranks} ranks, {words}")));
        }
    }
    println!("{} faults under mpirun, {} not told of", count, wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
