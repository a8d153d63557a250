//! `examples/lsm`: the figures of PyLops-MPI's tutorial, and the same on any number of ranks.

use crate::running::{ENGINES, Engine, run};
use serde_json::Value;
use std::{env, fs, process};

/// The figures and the inverted section.
fn lsm(engine: Engine, ranks: usize, arguments: &[&str]) -> (Value, Vec<u8>) {
    let folder = env::temp_dir().join(format!("lops-lsm-{}-{ranks}", process::id()));
    let json = folder.with_extension("json");
    let outputs = ["--out", folder.to_str().unwrap(), "--json", json.to_str().unwrap()];
    let output = run(engine, ranks, "lsm", &[&outputs[..], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let words = String::from_utf8_lossy(&output.stdout);
    assert!(words.contains("one rank alone models and migrates the same bits"), "{words}");
    for picture in ["overview", "convergence"] {
        assert_eq!(&fs::read(folder.join(format!("{picture}.png"))).unwrap()[1..4], b"PNG", "{picture}");
    }
    let mut figures: Value = serde_json::from_slice(&fs::read(&json).unwrap()).unwrap();
    assert_eq!(figures["ranks"], ranks);
    figures["ranks"] = Value::Null;
    figures["runs"].as_array_mut().unwrap().iter_mut().for_each(|run| run["seconds"] = Value::Null);
    let inverted = fs::read(folder.join("inverted_cgls.npy")).unwrap();
    fs::remove_dir_all(folder).unwrap();
    fs::remove_file(json).unwrap();
    (figures, inverted)
}

/// After 100 iterations CGLS has left the way of exact arithmetic: a velocity that differs by 10⁻¹³ gives a cost from 4.139 to 4.1403, the
/// tutorial's is 4.1406.
#[test]
fn the_figures_are_those_of_the_tutorial() {
    let (figures, _) = lsm(Engine::Threads, 2, &[]);
    let near = |found: &Value, expected: f64, digits: i32| {
        let found = found.as_f64().unwrap();
        assert!((found - expected).abs() <= 0.5001 * 10f64.powi(-digits), "{found}, not {expected}");
    };
    assert_eq!(figures["shape"], serde_json::json!([143_220, 4860]));
    near(&figures["data_norm"], 522.4306, 4);
    near(&figures["data_max_abs"], 22.4779, 4);
    near(&figures["adjoint_norm"], 62014.68, 2);
    let run = &figures["runs"][0];
    assert_eq!((&run["solver"], &run["iterations"]), (&"cgls".into(), &100.into()));
    near(&run["cost"][0], 522.43, 2);
    near(&run["cost"][10], 53.68, 2);
    near(&run["cost"][50], 8.345, 3);
    near(&run["cost"][100], 4.14, 2);
    near(&run["relative_error"], 0.520, 3);
    near(&run["data_relative_residual"], 0.0079, 4);
}

#[test]
fn any_number_of_ranks_makes_the_same_bits() {
    let arguments = [
        "--sources",
        "5",
        "--nx",
        "33",
        "--nz",
        "21",
        "--nt",
        "200",
        "--iterations",
        "8",
        "--solvers",
        "cgls,lsqr,fista",
    ];
    let one = lsm(Engine::Threads, 1, &arguments);
    for &engine in ENGINES {
        for ranks in [2, 3, 4] {
            assert!(one == lsm(engine, ranks, &arguments), "{ranks} ranks");
        }
    }
}
