//! `examples/lowrank`: traces are filled in, with the same bits on any number of ranks; wrong arguments are errors.

use crate::running::{Engine, run};
use crate::solving::{refuses, same_on_any_ranks, solve};

const SMALL: [&str; 8] = ["--lines", "9", "--traces", "11", "--samples", "32", "--iterations", "30"];

#[test]
fn any_number_of_ranks_makes_the_same_bits() {
    for events in ["planes", "reflections"] {
        let arguments = [&SMALL[..], &["--keep", "60", "--events", events]].concat();
        let one = same_on_any_ranks(&[2, 3, 5], |engine, ranks| solve(engine, ranks, "lowrank", "filled", &arguments));
        assert_eq!((&one.figures["recorded"], &one.figures["slices"]), (&59.into(), &17.into()));
        assert!(one.figure("error_after") < 0.8 * one.figure("error_before"), "{}", one.figures);
    }
}

#[test]
fn wrong_arguments_are_errors() {
    for (arguments, words) in [
        (["--keep", "0"], "--keep"),
        (["--samples", "1"], "--samples"),
        (["--lines", "0"], "--lines"),
        (["--sigma", "0"], "--sigma"),
        (["--events", "none"], "--events"),
    ] {
        refuses("lowrank", &arguments, words);
    }
    let help = run(Engine::Threads, 2, "lowrank", &["--help"]);
    assert!(help.status.success() && String::from_utf8_lossy(&help.stdout).contains("--sigma"));
}
