//! `examples/features`: what it prints is the same on any number of ranks, but for who holds what.

use crate::running::{ENGINES, run};
use std::{env, fs, process};

/// Lines that name ranks, local shapes or a layout.
fn is_of_ranks(line: &str) -> bool {
    ["rank", "local shapes", "block", "shape [4, 5]"].iter().any(|word| line.contains(word))
}

#[test]
fn the_tour_is_the_same_on_any_ranks() {
    let folder = env::temp_dir().join(format!("lops-features-{}", process::id()));
    let mut tours = vec![];
    for &engine in ENGINES {
        for ranks in 1..=4 {
            let output = run(engine, ranks, "features", &["--out", folder.to_str().unwrap()]);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(text.contains("sin² + cos² is 1 within 1e-15: true; 0 calls"), "{text}");
            assert!(!text.contains("false"), "{text}");
            for name in ["block-cyclic", "parts"] {
                assert_eq!(&fs::read(folder.join(format!("{name}.png"))).unwrap()[1..4], b"PNG");
            }
            fs::remove_dir_all(&folder).unwrap();
            tours.push(text.lines().filter(|line| !is_of_ranks(line)).map(str::to_owned).collect::<Vec<_>>());
        }
    }
    for tour in &tours {
        assert_eq!(*tour, tours[0]);
    }
    assert!(tours[0].len() > 60);
}
