//! `examples/layouts`: what it prints and draws.

use crate::running::{ENGINES, run};
use std::{env, fs, process};

#[test]
fn owners_and_what_moves() {
    let folder = env::temp_dir().join(format!("lops-layouts-{}", process::id()));
    for &engine in ENGINES {
        for ranks in 1..=4 {
            let output = run(engine, ranks, "layouts", &["--out", folder.to_str().unwrap()]);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let text = String::from_utf8(output.stdout).unwrap();
            let has = |line: &str| assert!(text.lines().any(|found| found.trim() == line), "{line}\n{text}");
            // What a redistribution moves, and where parts lie, on four ranks.
            if ranks == 4 {
                has("0 0 0 0 0 1 1 1 1 1");
                has("2 3 2 3 2 3 2 3 2 3");
                has("0 0 0 1 1 1 0 0 0 1");
                has("local shapes [8, 3] [8, 3] [8, 2] [8, 2]; 12 messages, 480 bytes to get here");
                has("[8, 10] scattered on axis 1 over 4 ranks in sizes [2, 8, 0, 0]");
                has("+ 0 0 + + + + + + + + + + 3 3 3");
            }
            has("0 calls for all that");
            has("x[3, 0] = -30, which its owner tells all");
            has("summed over rows: 0 calls, and the sum is still in parts");
            let pictures = ["rows", "blocks", "block-cyclic", "block-cyclic-parts", "last-rank", "reshaped", "chunks"];
            for name in pictures {
                let picture = fs::read(folder.join(format!("{name}.png"))).unwrap();
                assert_eq!(&picture[1..4], b"PNG");
            }
            fs::remove_dir_all(&folder).unwrap();
        }
    }
}
