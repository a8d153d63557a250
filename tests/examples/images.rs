//! `examples/tomography`, `examples/deblur` and `examples/denoise`: images come back, with the same bits on any number of ranks.

use crate::running::{ENGINES, Engine, run};
use lops::io::{read_npy, write_npy};
use lops::ndarray::Array2;
use serde_json::Value;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, process};

/// So many have begun: tests beside one another have a folder each.
static RUNS: AtomicUsize = AtomicUsize::new(0);

/// The figures but for ranks and times, and the last image that was recovered.
fn figures(engine: Engine, ranks: usize, name: &str, last: &str, arguments: &[&str]) -> (Value, Vec<u8>) {
    let number = RUNS.fetch_add(1, Ordering::Relaxed);
    let folder = env::temp_dir().join(format!("lops-{name}-{}-{number}", process::id()));
    let json = folder.with_extension("json");
    let outputs = ["--out", folder.to_str().unwrap(), "--json", json.to_str().unwrap()];
    let output = run(engine, ranks, name, &[&outputs[..], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let words = String::from_utf8_lossy(&output.stdout);
    assert!(words.contains("one rank alone computes the same bits"), "{words}");
    assert!((0..ranks).all(|rank| words.contains(&format!("rank {rank}: "))), "{words}");
    for picture in ["overview", "convergence"] {
        assert_eq!(&fs::read(folder.join(format!("{picture}.png"))).unwrap()[1..4], b"PNG", "{picture}");
    }
    let mut figures: Value = serde_json::from_slice(&fs::read(&json).unwrap()).unwrap();
    assert_eq!(figures["ranks"], ranks);
    figures["ranks"] = Value::Null;
    figures["runs"].as_array_mut().unwrap().iter_mut().for_each(|run| run["seconds"] = Value::Null);
    let recovered = fs::read(folder.join(format!("recovered_{last}.npy"))).unwrap();
    fs::remove_dir_all(folder).unwrap();
    fs::remove_file(json).unwrap();
    (figures, recovered)
}

fn errors(figures: &Value) -> Vec<f64> {
    figures["runs"].as_array().unwrap().iter().map(|run| run["relative_error"].as_f64().unwrap()).collect()
}

fn same_on_any_ranks(name: &str, last: &str, arguments: &[&str]) -> Value {
    let one = figures(Engine::Threads, 1, name, last, arguments);
    for &engine in ENGINES {
        for ranks in [2, 3] {
            assert!(one == figures(engine, ranks, name, last, arguments), "{ranks} ranks");
        }
    }
    one.0
}

#[test]
fn a_head_comes_back_from_its_sinogram() {
    let small = ["--size", "32", "--angles", "40", "--iterations", "40", "--noise", "0.05", "--eps", "1"];
    let parallel = same_on_any_ranks("tomography", "smoothed", &small);
    let errors_of = errors(&parallel);
    assert_eq!((&parallel["detectors"], errors_of.len()), (&46.into(), 2));
    assert!(errors_of[0] < 0.45 && errors_of[1] < errors_of[0], "{errors_of:?}");
    let fan = same_on_any_ranks("tomography", "cgls", &[&small[..], &["--fan", "--solvers", "cgls"]].concat());
    assert!(errors(&fan)[0] < 0.5, "{fan}");
}

/// Of few views total variation makes less than half the error.
#[test]
fn few_views_are_enough_for_pieces() {
    let figures = same_on_any_ranks("tomography", "tv", &["--tv", "--size", "20", "--iterations", "12"]);
    let errors = errors(&figures);
    assert_eq!(figures["angles"], 40);
    assert!(errors.len() == 2 && errors[1] < 0.5 * errors[0], "{errors:?}");
}

#[test]
fn a_head_comes_back_sharper() {
    let small = ["--size", "40", "--iterations", "30", "--sigma", "1.2"];
    let head = same_on_any_ranks("deblur", "fista", &small);
    let blurred = head["blurred_relative_error"].as_f64().unwrap();
    assert!(errors(&head).len() == 3 && errors(&head).iter().all(|&error| error < 0.85 * blurred), "{head}");
}

/// And in any layout: a volume by rows, and one that is cut along another axis.
#[test]
fn a_head_and_a_solid_one_come_back_without_noise() {
    let small = ["--size", "40", "--volume", "16", "--iterations", "60"];
    let of = |more: &[&str]| same_on_any_ranks("denoise", "volume", &[&small[..], more].concat());
    let isotropic = of(&[]);
    assert_eq!(of(&["--cut", "1"]), isotropic);
    let anisotropic = of(&["--anisotropic"]);
    for (figures, most) in [(&isotropic, [0.24, 0.24]), (&anisotropic, [0.24, 0.25])] {
        assert!(errors(figures).iter().zip(most).all(|(&error, most)| error < most), "{:?}", errors(figures));
        for run in figures["runs"].as_array().unwrap() {
            let [before, after] = [0, 1].map(|k| run["decibels_before_after"][k].as_f64().unwrap());
            assert!((before - 8.0).abs() < 0.3 && after > before + 4.0, "{before} {after}"); // the noise is 0.4 of the signal
            let objective = run["objective"].as_array().unwrap();
            assert!(objective.last().unwrap().as_f64() < objective[0].as_f64());
        }
    }
    assert!(isotropic != anisotropic);
    let refused = |arguments: &[&str], words: &str| {
        let output = run(Engine::Threads, 2, "denoise", arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(words), "{told}");
    };
    refused(&["--sigma", "0"], "--sigma");
    refused(&["--noise=-1"], "--noise");
    refused(&["--iterations", "0"], "--iterations");
    refused(&["--cut", "2"], "--cut");
    refused(&["--isotropic", "--anisotropic"], "--anisotropic");
}

#[test]
fn images_come_from_files() {
    let path = env::temp_dir().join(format!("lops-image-{}.npy", process::id()));
    let image = Array2::from_shape_fn((20, 30), |(i, k)| f32::from(u8::from((5..15).contains(&i) && k > 8)));
    write_npy(&path, image.view()).unwrap();
    let given = ["--image", path.to_str().unwrap(), "--iterations", "10"];
    let (blurred, found) =
        figures(Engine::Threads, 2, "deblur", "cgls", &[&given[..], &["--solvers", "cgls"]].concat());
    assert_eq!(blurred["shape"], serde_json::json!([20, 30]));
    let copy = path.with_extension("found.npy");
    fs::write(&copy, found).unwrap();
    let found: Array2<f64> = read_npy(&copy).unwrap();
    assert!(found[[10, 20]] > 0.7 && found[[1, 1]].abs() < 0.3);
    let (measured, _) =
        figures(Engine::Threads, 2, "tomography", "lsqr", &[&given[..], &["--solvers", "lsqr"]].concat());
    assert_eq!(measured["shape"], serde_json::json!([20, 30]));
    let refused = |name: &str, arguments: &[&str], words: &str| {
        let output = run(Engine::Threads, 2, name, arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(words), "{told}");
    };
    write_npy(&path, lops::ndarray::Array1::<f64>::zeros(7).view()).unwrap();
    refused("tomography", &["--image", path.to_str().unwrap()], "an image of two axes");
    refused("deblur", &["--image", Path::new("/nowhere/at/all.npy").to_str().unwrap()], "all.npy");
    refused("tomography", &["--angles", "0"], "angles of CT2D");
    refused("tomography", &["--noise=-1"], "--noise");
    refused("tomography", &["--eps", "NaN"], "--eps");
    refused("deblur", &["--sigma", "0"], "--sigma");
    refused("deblur", &["--sparse", "NaN"], "--sparse");
    refused("deblur", &["--size", "0"], "--size");
    write_npy(&path, Array2::from_elem((6, 5), f64::NAN).view()).unwrap();
    refused("deblur", &["--image", path.to_str().unwrap()], "finite numbers");
    // Nothing comes of nothing, and is drawn.
    write_npy(&path, Array2::<f64>::zeros((6, 5)).view()).unwrap();
    figures(Engine::Threads, 2, "tomography", "lsqr", &[&given[..], &["--solvers", "lsqr"]].concat());
    fs::remove_file(path).unwrap();
    fs::remove_file(copy).unwrap();
}
