//! `examples/elimination`: right to rounding, and the same to the last bit on any layout and any ranks.

use crate::running::{ENGINES, rows, run};

#[test]
fn factors_and_solutions() {
    let mut pivots = vec![];
    for &engine in ENGINES {
        for ranks in 1..=4 {
            // The example itself compares the factors of its layouts, bit by bit.
            let rows = rows(engine, ranks, "elimination", &["1", "9", "24"]);
            assert_eq!(rows.len(), 12);
            for row in &rows {
                let [n, lu, solve] = ["n", "lu_error", "solve_error"].map(|name| row[name].as_f64().unwrap());
                assert!(lu < 1e-14 * n * n && solve < 1e-14 * n, "{row}");
            }
            pivots.push(rows.iter().map(|row| row["last_pivot"].as_f64().unwrap()).collect::<Vec<_>>());
        }
    }
    assert!(pivots.iter().all(|other| *other == pivots[0]), "{pivots:?}");
}

#[test]
fn a_matrix_without_rows_is_refused() {
    let output = run(ENGINES[0], 2, "elimination", &["0"]);
    assert!(!output.status.success());
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(words.contains("rows of a matrix: expected at least 1, found 0"), "{words}");
}
