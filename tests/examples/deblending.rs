//! `examples/deblending`: sources are told apart, with the same bits on any number of ranks.

use crate::running::{ENGINES, Engine, run};
use serde_json::Value;
use std::{env, fs, process};

const SMALL: [&str; 8] = ["--sources", "32", "--receivers", "3", "--samples", "80", "--iterations", "8"];

/// The figures and the deblended gathers.
fn deblending(engine: Engine, ranks: usize, arguments: &[&str]) -> (Value, Vec<u8>) {
    let folder = env::temp_dir().join(format!("lops-deblending-{}-{ranks}", process::id()));
    let json = folder.with_extension("json");
    let outputs = ["--out", folder.to_str().unwrap(), "--json", json.to_str().unwrap()];
    let output = run(engine, ranks, "deblending", &[&outputs[..], &SMALL, arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let words = String::from_utf8_lossy(&output.stdout);
    assert!(ranks == 1 || words.contains("one rank alone blends and deblends the same bits"), "{words}");
    for picture in ["overview", "convergence"] {
        assert_eq!(&fs::read(folder.join(format!("{picture}.png"))).unwrap()[1..4], b"PNG", "{picture}");
    }
    let mut figures: Value = serde_json::from_slice(&fs::read(&json).unwrap()).unwrap();
    assert_eq!(figures["ranks"], ranks);
    figures["ranks"] = Value::Null;
    figures["runs"][0]["seconds"] = Value::Null;
    let deblended = fs::read(folder.join("deblended.npy")).unwrap();
    fs::remove_dir_all(folder).unwrap();
    fs::remove_file(json).unwrap();
    (figures, deblended)
}

#[test]
fn sources_are_told_apart_with_the_same_bits_on_any_number_of_ranks() {
    for arguments in [&[][..], &["--kind", "group"], &["--kind", "half", "--group", "4", "--solver", "ista"]] {
        let one = deblending(Engine::Threads, 1, arguments);
        let [before, after] = ["error_before", "error_after"].map(|name| one.0[name].as_f64().unwrap());
        assert!(before > 0.9 && after < 0.8 * before, "{arguments:?}: {before} and {after}");
        for &engine in ENGINES {
            for &ranks in if arguments.is_empty() { &[2, 4][..] } else { &[3] } {
                assert!(one == deblending(engine, ranks, arguments), "{arguments:?} on {ranks} ranks");
            }
        }
    }
}

#[test]
fn arguments_that_make_no_sense_are_errors() {
    let folder = env::temp_dir().join(format!("lops-deblending-{}-wrong", process::id()));
    let wrong: [&[&str]; 6] = [
        &["--overlap", "1.5"],
        &["--overlap", "NaN"],
        &["--dither", "inf"],
        &["--window", "7"],
        &["--window", "48"],
        &["--group", "5", "--kind", "group"],
    ];
    for arguments in wrong {
        let output = run(
            Engine::Threads,
            2,
            "deblending",
            &[&["--out", folder.to_str().unwrap()], &SMALL[..], arguments].concat(),
        );
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && words.contains(arguments[0]), "{words}");
    }
    assert!(!folder.exists());
}
