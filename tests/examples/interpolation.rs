//! `examples/interpolation`: traces are filled in, with the same bits on any number of ranks; wrong arguments are errors.

use crate::running::{Engine, run};
use crate::solving::{Solved, folder, refuses, same_on_any_ranks, solve};
use std::fs;

const SMALL: [&str; 12] = [
    "--traces",
    "38",
    "--samples",
    "60",
    "--window",
    "10",
    "--overlap",
    "3",
    "--slownesses",
    "13",
    "--iterations",
    "30",
];

/// The gather that is filled in.
fn filled(engine: Engine, ranks: usize, arguments: &[&str]) -> Solved {
    solve(engine, ranks, "interpolation", "filled", arguments).says("one rank alone fills in the same bits")
}

#[test]
fn any_number_of_ranks_makes_the_same_bits() {
    for (solver, events) in [("fista", "hyperbolas"), ("lsqr", "lines")] {
        let arguments = [&SMALL[..], &["--keep", "60", "--solver", solver, "--events", events]].concat();
        let one = same_on_any_ranks(&[2, 3, 4], |engine, ranks| filled(engine, ranks, &arguments));
        let figures = &one.figures;
        assert_eq!((&figures["recorded"], &figures["model"]), (&23.into(), &serde_json::json!([5, 13, 60])));
        assert!(one.figure("error_after") < 0.7 * one.figure("error_before"), "{figures}");
    }
}

/// An error of 0.777 becomes 0.348 in twenty iterations.
#[test]
fn reflections_are_filled_in() {
    let solved = filled(Engine::Threads, 2, &["--iterations", "20"]);
    assert!(solved.figure("error_before") > 0.7 && solved.figure("error_after") < 0.36, "{}", solved.figures);
    assert!(solved.figure("snr_after") > 8.8, "{}", solved.figures);
}

/// A gather that was written before, and one of another shape.
#[test]
fn gathers_may_come_from_files() {
    let folder = folder("gathers");
    let made = run(Engine::Threads, 2, "interpolation", &[&["--out", folder.to_str().unwrap()], &SMALL[..]].concat());
    assert!(made.status.success());
    let gather = folder.join("gather.npy");
    let again = filled(Engine::Threads, 3, &[&["--data", gather.to_str().unwrap()], &SMALL[4..]].concat());
    assert!(fs::read(folder.join("filled.npy")).unwrap() == again.array);
    refuses("interpolation", &["--data", "/nowhere.npy"], "nowhere.npy");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn wrong_arguments_are_errors() {
    for (arguments, words) in [
        (["--keep", "0"], "--keep"),
        (["--samples", "1"], "--samples"),
        (["--traces", "120"], "length of axis 0: expected 110 or 121"),
        (["--overlap", "22"], "overlap of windows along axis 0: expected below 22"),
        (["--steepest", "inf"], "slownesses of Radon2D"),
        (["--slownesses", "0"], "--slownesses"),
    ] {
        refuses("interpolation", &arguments, words);
    }
}
