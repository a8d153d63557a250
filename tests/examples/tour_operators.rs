//! `examples/tour_operators`: a picture of every operator, and the same figures on any number of ranks.

use crate::running::{ENGINES, Engine, run};
use serde_json::Value;
use std::path::Path;
use std::{env, fs, process};

/// The figures; pictures in this folder.
fn tour(engine: Engine, ranks: usize, folder: &Path) -> Vec<Value> {
    let json = folder.with_extension("json");
    let output =
        run(engine, ranks, "tour_operators", &["--out", folder.to_str().unwrap(), "--json", json.to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = fs::read_to_string(&json).unwrap();
    fs::remove_file(json).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// All but what is sent and the vectors of the dot test, which depend on the ranks, and the halo, whose range does.
fn of_any_ranks(rows: &[Value]) -> Vec<[&Value; 4]> {
    let others = rows.iter().filter(|row| row["name"] != "Halo");
    others.map(|row| ["name", "domain", "range", "norms"].map(|name| &row[name])).collect()
}

#[test]
fn every_operator_has_a_picture_and_the_same_figures_on_any_ranks() {
    let folder = env::temp_dir().join(format!("lops-tour-operators-{}", process::id()));
    let mut all = vec![];
    for &engine in ENGINES {
        for ranks in 1..=3 {
            let rows = tour(engine, ranks, &folder);
            for row in &rows {
                let name = row["name"].as_str().unwrap();
                assert_eq!(&fs::read(folder.join(format!("{name}.png"))).unwrap()[1..4], b"PNG", "{name}");
                assert!(row["dot_test"].as_f64().unwrap() < 1e-15, "{row}");
                // Nothing is sent on one rank.
                let messages = ["forward", "adjoint"].map(|way| row[way]["messages"].as_u64().unwrap());
                assert!(ranks > 1 || messages == [0, 0], "{row}");
            }
            fs::remove_dir_all(&folder).unwrap();
            all.push(rows);
        }
    }
    assert!(all[0].len() > 30, "{}", all[0].len());
    for rows in &all {
        assert_eq!(of_any_ranks(rows), of_any_ranks(&all[0]));
    }
}

/// Every operator that the crate exports is on the tour.
#[test]
fn no_operator_is_left_out() {
    let exports = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/operators/mod.rs")).unwrap();
    let folder = env::temp_dir().join(format!("lops-tour-names-{}", process::id()));
    let rows = tour(ENGINES[0], 1, &folder);
    fs::remove_dir_all(folder).unwrap();
    let shown: Vec<_> = rows.iter().map(|row| row["name"].as_str().unwrap()).collect();
    // What is no operator, but belongs to one.
    let others = [
        "OnTheRight",
        "Overlaps",
        "CheckReport",
        "Communication",
        "Operator",
        "Groups",
        "Linearization",
        "Shares",
        "Points",
        "Stencil",
        "FFTNorm",
        "WaveletFilter",
        "Sent",
        "Window",
    ];
    let lists = exports.lines().filter(|line| !line.trim_start().starts_with("//"));
    let text = lists.collect::<Vec<_>>().join(" ");
    for list in text.split("pub use ").skip(1).map(|list| list.split(';').next().unwrap()) {
        let names =
            list.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|name| name.starts_with(char::is_uppercase));
        for name in names.filter(|name| !others.contains(name)) {
            assert!(shown.contains(&name), "{name} is not among {shown:?}");
        }
    }
}
