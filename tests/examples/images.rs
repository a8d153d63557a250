//! `examples/tomography`, `examples/deblur` and `examples/denoise`: images come back, with the same bits on any number of ranks.

use crate::running::Engine;
use crate::solving::{self, Solved, refuses, solve};
use lops::io::{read_npy, write_npy};
use lops::ndarray::Array2;
use serde_json::Value;
use std::{env, fs, process};

/// With the last image that was recovered.
fn recovered(engine: Engine, ranks: usize, name: &str, last: &str, arguments: &[&str]) -> Solved {
    let solved = solve(engine, ranks, name, &format!("recovered_{last}"), arguments);
    assert!((0..ranks).all(|rank| solved.words.contains(&format!("rank {rank}: "))), "{}", solved.words);
    solved.says("one rank alone computes the same bits")
}

fn errors(figures: &Value) -> Vec<f64> {
    figures["runs"].as_array().unwrap().iter().map(|run| run["relative_error"].as_f64().unwrap()).collect()
}

fn same_on_any_ranks(name: &str, last: &str, arguments: &[&str]) -> Value {
    let recovered = |engine, ranks| recovered(engine, ranks, name, last, arguments);
    solving::same_on_any_ranks(&[2, 3], recovered).figures
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
    refuses("denoise", &["--sigma", "0"], "--sigma");
    refuses("denoise", &["--noise=-1"], "--noise");
    refuses("denoise", &["--iterations", "0"], "--iterations");
    refuses("denoise", &["--cut", "2"], "--cut");
    refuses("denoise", &["--isotropic", "--anisotropic"], "--anisotropic");
}

#[test]
fn images_come_from_files() {
    let path = env::temp_dir().join(format!("lops-image-{}.npy", process::id()));
    let image = Array2::from_shape_fn((20, 30), |(i, k)| f32::from(u8::from((5..15).contains(&i) && k > 8)));
    write_npy(&path, image.view()).unwrap();
    let given = ["--image", path.to_str().unwrap(), "--iterations", "10"];
    let blurred = recovered(Engine::Threads, 2, "deblur", "cgls", &[&given[..], &["--solvers", "cgls"]].concat());
    assert_eq!(blurred.figures["shape"], serde_json::json!([20, 30]));
    let copy = path.with_extension("found.npy");
    fs::write(&copy, blurred.array).unwrap();
    let found: Array2<f64> = read_npy(&copy).unwrap();
    assert!(found[[10, 20]] > 0.7 && found[[1, 1]].abs() < 0.3);
    let measured =
        || recovered(Engine::Threads, 2, "tomography", "lsqr", &[&given[..], &["--solvers", "lsqr"]].concat()).figures;
    assert_eq!(measured()["shape"], serde_json::json!([20, 30]));
    write_npy(&path, lops::ndarray::Array1::<f64>::zeros(7).view()).unwrap();
    refuses("tomography", &["--image", path.to_str().unwrap()], "an image of two axes");
    refuses("deblur", &["--image", "/nowhere/at/all.npy"], "all.npy");
    refuses("tomography", &["--angles", "0"], "angles of CT2D");
    refuses("tomography", &["--noise=-1"], "--noise");
    refuses("tomography", &["--eps", "NaN"], "--eps");
    refuses("deblur", &["--sigma", "0"], "--sigma");
    refuses("deblur", &["--sparse", "NaN"], "--sparse");
    refuses("deblur", &["--size", "0"], "--size");
    write_npy(&path, Array2::from_elem((6, 5), f64::NAN).view()).unwrap();
    refuses("deblur", &["--image", path.to_str().unwrap()], "finite numbers");
    // Nothing comes of nothing, and is drawn.
    write_npy(&path, Array2::<f64>::zeros((6, 5)).view()).unwrap();
    measured();
    fs::remove_file(path).unwrap();
    fs::remove_file(copy).unwrap();
}
