//! `examples/acoustic`: a propagator and its adjoint, with the same bits on any number of ranks.

use crate::running::{ENGINES, run};
use serde_json::Value;
use std::{env, fs, process};

#[test]
fn a_propagator_of_ones_own_migrates_the_same_bits_on_any_ranks() {
    let small = ["--nx", "40", "--nz", "40", "--steps", "150", "--shots", "3", "--iterations", "3"];
    for &engine in ENGINES {
        for ranks in [1, 2, 4] {
            let folder = env::temp_dir().join(format!("lops-acoustic-{}-{ranks}", process::id()));
            let json = folder.with_extension("json");
            let outputs = ["--out", folder.to_str().unwrap(), "--json", json.to_str().unwrap()];
            let output = run(engine, ranks, "acoustic", &[&outputs[..], &small[..]].concat());
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let words = String::from_utf8_lossy(&output.stdout);
            assert!(words.contains("one rank alone has the same bits"), "{words}");
            assert_eq!(&fs::read(folder.join("sections.png")).unwrap()[1..4], b"PNG");
            assert!((0..ranks).all(|rank| words.contains(&format!("rank {rank}: "))), "{words}");
            let figures: Value = serde_json::from_slice(&fs::read(&json).unwrap()).unwrap();
            assert_eq!((&figures["ranks"], &figures["runs"][0]["iterations"]), (&ranks.into(), &3.into()));
            fs::remove_dir_all(folder).unwrap();
            fs::remove_file(json).unwrap();
        }
    }
}
