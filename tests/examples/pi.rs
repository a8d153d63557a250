//! `examples/pi`: the same estimates on any number of ranks, and near π.

use crate::running::{ENGINES, rows};
use std::f64::consts::PI;

#[test]
fn estimates_are_near_and_the_same_on_any_ranks() {
    let mut estimates: Vec<Vec<f64>> = vec![];
    for &engine in ENGINES {
        for ranks in 1..=4 {
            let rows = rows(engine, ranks, "pi", &["--most", "16", "--repeat", "1"]);
            assert_eq!(rows.len(), 14);
            assert!(rows.iter().all(|row| row["ranks"] == ranks && row["seconds"].as_f64().unwrap() > 0.0));
            for row in &rows {
                let (n, pi) = (row["points"].as_u64().unwrap() as f64, row["pi"].as_f64().unwrap());
                let deviation = (PI * (4.0 - PI) / n).sqrt();
                assert!((pi - PI).abs() < 4.0 * deviation, "{pi} of {n} points");
            }
            estimates.push(rows.iter().map(|row| row["pi"].as_f64().unwrap()).collect());
        }
    }
    assert!(estimates.iter().all(|other| *other == estimates[0]));
    assert_ne!(estimates[0][12], estimates[0][13]);
}
