//! `examples/deblending`: sources are told apart, with the same bits on any number of ranks.

use crate::running::Engine;
use crate::solving::{Solved, refuses, same_on_any_ranks, solve};

const SMALL: [&str; 8] = ["--sources", "32", "--receivers", "3", "--samples", "80", "--iterations", "8"];

/// The deblended gathers.
fn deblending(engine: Engine, ranks: usize, arguments: &[&str]) -> Solved {
    let solved = solve(engine, ranks, "deblending", "deblended", &[&SMALL, arguments].concat());
    if ranks == 1 { solved } else { solved.says("one rank alone blends and deblends the same bits") }
}

#[test]
fn sources_are_told_apart_with_the_same_bits_on_any_number_of_ranks() {
    for arguments in [&[][..], &["--kind", "group"], &["--kind", "half", "--group", "4", "--solver", "ista"]] {
        let all = if arguments.is_empty() { &[2, 4][..] } else { &[3] };
        let one = same_on_any_ranks(all, |engine, ranks| deblending(engine, ranks, arguments));
        let [before, after] = ["error_before", "error_after"].map(|name| one.figure(name));
        assert!(before > 0.9 && after < 0.8 * before, "{arguments:?}: {before} and {after}");
    }
}

#[test]
fn arguments_that_make_no_sense_are_errors() {
    let wrong: [&[&str]; 6] = [
        &["--overlap", "1.5"],
        &["--overlap", "NaN"],
        &["--dither", "inf"],
        &["--window", "7"],
        &["--window", "48"],
        &["--group", "5", "--kind", "group"],
    ];
    for arguments in wrong {
        refuses("deblending", &[&SMALL[..], arguments].concat(), arguments[0]);
    }
}
