//! `examples/ports`: the same bits on any number of ranks, theirs to the digits that they have, and the lines of code that are told.

use crate::running::{ENGINES, rows};
use serde_json::Value;
use std::{env, fs, process};

/// What the scripts of PyLops-MPI 0.8 come to on four ranks, measured: norms, in single precision of `mdc`.
#[allow(clippy::approx_constant)] // norms, as their scripts gave them
const THEIRS: &[(&str, &[(&str, f64)])] = &[
    (
        "derivative",
        &[
            ("first derivative", 0.7071067811865476),
            ("second derivative", 2.449489742783178),
            ("symmetric Laplacian", 4.47213595499958),
            ("asymmetric Laplacian", 9.16515138991168),
            ("gradient", 1.0),
            ("adjoint of the gradient", 1.118033988749895),
        ],
    ),
    (
        "ffts",
        &[
            ("spectrum", 3_449_634.031_878_578),
            ("inverted", 19_056.715_754_322_147),
            ("spectrum of three axes", 2_827_370.184_338_631),
            ("inverted from three axes", 8_663.951_768_084_795),
        ],
    ),
    (
        "halo",
        &[
            ("derivative of 3 points in blocks", 15.937377450509228),
            ("derivative of 5 points in blocks", 15.874507866387544),
            ("convolution in blocks", 3.927523902486831),
            ("adjoint of the convolution", 11.200264707161136),
            ("convolution of two axes in blocks", 17.007519601405786),
            ("adjoint of the convolution of two axes", 231.79876895367804),
        ],
    ),
    ("mdc", &[("model", 6.531103548491797), ("data", 28.3553466796875), ("adjoint", 367.1144104003906)]),
    ("mpilinop", &[("of ones", 0.0), ("forward", 8.660254037844387), ("adjoint", 15.811388300841896)]),
    (
        "nonstatconv",
        &[
            ("forward on [256]", 5.073030208551689),
            ("adjoint on [256]", 11.831324764635543),
            ("forward on [256, 20]", 22.687280796463),
            ("adjoint on [256, 20]", 52.91129287520346),
            ("forward on [20, 256]", 22.68728079646306),
            ("adjoint on [20, 256]", 52.91129287520355),
        ],
    ),
    (
        "prox",
        &[
            ("‖x‖₁", 900.0),
            ("prox of ‖x‖₁", 91.4955736634292),
            ("dual prox of ‖x‖₁", 11.874342087037917),
            ("prox of bounds", 19.390719429665317),
            ("dual prox of bounds", 24.979991993593593),
            ("‖x‖²", 8550.0),
            ("prox of ‖x‖²", 77.0551750371122),
            ("gradient of ‖x‖²", 184.9324200890693),
            ("‖A x − b‖²", 6150.0),
            ("prox of ‖A x − b‖²", 79.50366867845366),
            ("gradient of ‖A x − b‖²", 156.8438714135812),
        ],
    ),
    ("proxsolver", &[("blocky model, on every rank", 17.12160434462275), ("blocky model, cut", 9.697487300819045)]),
    (
        "stacked_array",
        &[
            ("x", 33.075670817082454),
            ("y", 39.698866482558415),
            ("x + y", 65.98484674529449),
            ("x − y", 31.400636936215164),
            ("x ∘ y", 167.49328344742662),
            ("⟨x, y⟩", 842.0),
            ("norm of order 0", 56.0),
            ("norm of order 1", 162.0),
            ("norm of order 2", 33.075670817082454),
            ("norm of order ∞", 10.0),
            ("A x", 121.6552506059644),
            ("Aᴴ A x", 2340.085468524601),
            ("inverted", 6.324555320336759),
            ("z", 44.36214602563767),
        ],
    ),
    ("stacking", &[("VStack", 18.973665961010276), ("HStack", 44.721359549995796), ("BlockDiag", 18.973665961010276)]),
    (
        "summamatrixmult",
        &[("Y = A X", 13_381.631_066_503_067), ("Aᴴ Y", 1_632_172.431_607_641), ("conj A X", 13_381.631_066_503_067)],
    ),
];

/// The norm of a result.
fn norm(rows: &[Value], example: &str, result: &str) -> f64 {
    let row = rows.iter().find(|row| row["name"] == example).unwrap();
    let mut results = row["results"].as_array().unwrap().iter();
    let found = results.find(|found| found["name"] == result);
    found.unwrap_or_else(|| panic!("{result} is not in {row}"))["norm"].as_f64().unwrap()
}

#[test]
fn the_same_on_any_ranks_and_what_theirs_come_to() {
    let folder = env::temp_dir().join(format!("lops-ports-{}", process::id()));
    let mut all = vec![];
    for &engine in ENGINES {
        for ranks in [1, 3] {
            all.push(rows(engine, ranks, "ports", &["--small", "--out", folder.to_str().unwrap()]));
            fs::remove_dir_all(&folder).unwrap();
        }
    }
    assert_eq!(all[0].len(), 20);
    for rows in &all {
        assert_eq!(*rows, all[0]);
    }
    let folder = folder.to_str().unwrap();
    let whole = rows(ENGINES[0], 2, "ports", &["--only", "mdc", "--out", folder]);
    fs::remove_dir_all(folder).unwrap();
    for &(example, results) in THEIRS {
        // What is summed in single precision has six digits.
        let (rows, digits) = if example == "mdc" { (&whole, 2e-6) } else { (&all[0], 1e-12) };
        for &(result, theirs) in results {
            let ours = norm(rows, example, result);
            assert!((ours - theirs).abs() <= digits * theirs, "{example}, {result}: {ours} and {theirs}");
        }
    }
}

#[test]
fn one_alone_and_names_that_are_not_there() {
    let folder = env::temp_dir().join(format!("lops-ports-one-{}", process::id()));
    let found = rows(ENGINES[0], 2, "ports", &["--only", "stacking", "--out", folder.to_str().unwrap()]);
    assert_eq!((found.len(), &found[0]["name"]), (1, &"stacking".into()));
    let output = crate::running::run(ENGINES[0], 2, "ports", &["--only", "stacks"]);
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && words.contains("stacks") && words.contains("stacking"), "{words}");
    fs::remove_dir_all(&folder).unwrap();
}

/// The table of the program has the lines that there are.
#[test]
fn lines_of_code_are_those_that_are_told() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/ports/");
    let page = fs::read_to_string(format!("{folder}main.rs")).unwrap();
    let table = page.lines().filter_map(|line| line.strip_prefix("//! | `"));
    let mut told = vec![];
    for row in table {
        let cells: Vec<_> = row.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let file = cells[2];
        let code = fs::read_to_string(format!("{folder}{file}.rs")).unwrap();
        let lines = code.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")).count();
        assert_eq!(cells[3], lines.to_string(), "{file}");
        told.push(file.to_owned());
    }
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut names: Vec<_> = files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.retain(|name| !["main", "page"].contains(&&name[..]));
    names.sort();
    told.sort();
    assert_eq!(told, names);
}
