//! `examples/lsm`: the figures of PyLops-MPI's tutorial, and the same on any number of ranks.

use crate::running::{ENGINES, Engine, run};
use lops::{Comm, DistArray, Layout, io};
use serde_json::Value;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, process};

/// Those that were begun: each has a folder of its own.
static RUNS: AtomicUsize = AtomicUsize::new(0);

/// The figures and the inverted section.
fn lsm(engine: Engine, ranks: usize, arguments: &[&str]) -> (Value, Vec<u8>) {
    let run_number = RUNS.fetch_add(1, Ordering::Relaxed);
    let folder = env::temp_dir().join(format!("lops-lsm-{}-{run_number}", process::id()));
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

/// Velocities and reflectivity of files in any format, with amplitudes and limits.
#[test]
fn sections_come_from_files() {
    let place = |end: &str| env::temp_dir().join(format!("lops-lsm-section-{}.{end}", process::id()));
    let layout = Layout::replicated(&Comm::solo(), &[25, 21]).unwrap();
    let velocity = |i: &[usize]| 900.0 + 10.0 * i[1] as f64;
    let section = DistArray::from_fn(&layout, |i| f64::from(i[1] == 12));
    io::save_npy(place("v.npy"), &DistArray::from_fn(&layout, velocity)).unwrap();
    io::save_segy(place("v.sgy"), &DistArray::from_fn(&layout, |i| velocity(i) as f32), 4000.0).unwrap();
    io::save_npy(place("m.npy"), &section).unwrap();
    let with = |ranks: usize, velocities: &str| {
        let files = [place(velocities), place("m.npy")].map(|path| path.to_str().unwrap().to_owned());
        let sizes = "--nx 25 --nz 21 --sources 3 --nt 150 --iterations 3 --dynamic --angles 40 70".split(' ');
        let arguments: Vec<_> = sizes.chain(["--velocities", &files[0], "--model", &files[1]]).collect();
        lsm(Engine::Threads, ranks, &arguments)
    };
    let (figures, inverted) = with(1, "v.npy");
    assert!(figures["runs"][0]["relative_error"].as_f64().unwrap() < 0.95, "{figures}");
    assert!((figures, inverted) == with(3, "v.sgy"));
    for end in ["v.npy", "v.sgy"] {
        fs::remove_file(place(end)).unwrap();
    }
    let refused = |arguments: &[&str], expected: &str| {
        let output = run(Engine::Threads, 2, "lsm", arguments);
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && words.contains(expected), "{words}");
    };
    refused(&["--velocities", "v.dat"], "ends in npy, npz, h5");
    refused(&["--receivers", "0"], "--receivers: expected at least 1");
    io::save_npy(place("m.npy"), &DistArray::full(&layout, f64::NAN)).unwrap();
    let path = place("m.npy");
    refused(&["--nx", "25", "--nz", "21", "--model", path.to_str().unwrap()], "finite numbers");
    fs::remove_file(path).unwrap();
}
