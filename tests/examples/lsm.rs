//! `examples/lsm`: the figures of PyLops-MPI's tutorial, and the same on any number of ranks.

use crate::running::{Engine, run};
use crate::solving::{Solved, folder, refuses, same_on_any_ranks, solve};
use lops::{Comm, DistArray, Layout, io};
use serde_json::Value;
use std::{env, fs, process};

/// The inverted section.
fn lsm(engine: Engine, ranks: usize, arguments: &[&str]) -> Solved {
    let solved = solve(engine, ranks, "lsm", "inverted_cgls", arguments);
    solved.says("one rank alone models and migrates the same bits")
}

/// After 100 iterations CGLS has left the way of exact arithmetic: a velocity that differs by 10⁻¹³ gives a cost from 4.139 to 4.1403, the
/// tutorial's is 4.1406.
#[test]
fn the_figures_are_those_of_the_tutorial() {
    let figures = lsm(Engine::Threads, 2, &[]).figures;
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
    same_on_any_ranks(&[2, 3, 4], |engine, ranks| lsm(engine, ranks, &arguments));
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
    let one = with(1, "v.npy");
    assert!(one.figures["runs"][0]["relative_error"].as_f64().unwrap() < 0.95, "{}", one.figures);
    assert!(one == with(3, "v.sgy"));
    for end in ["v.npy", "v.sgy"] {
        fs::remove_file(place(end)).unwrap();
    }
    refuses("lsm", &["--velocities", "v.dat"], "ends in npy, npz, h5");
    refuses("lsm", &["--receivers", "0"], "--receivers: expected at least 1");
    io::save_npy(place("m.npy"), &DistArray::full(&layout, f64::NAN)).unwrap();
    let path = place("m.npy");
    // A model is read when the folder is there.
    let folder = folder("lsm-refused");
    let [model, out] = [&path, &folder].map(|path| path.to_str().unwrap());
    let output = run(Engine::Threads, 2, "lsm", &["--nx", "25", "--nz", "21", "--model", model, "--out", out]);
    assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains("finite numbers"));
    fs::remove_dir_all(&folder).unwrap();
    fs::remove_file(path).unwrap();
}
