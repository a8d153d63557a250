//! What one rank can tell: the protocol's own tests by behaviour, and texts that were tampered with.

use super::*;
use crate::array::DistArray;
use crate::comm::launch_threads;
use crate::error::{Error, ErrorKind, Result};
use ndarray::ArrayD;
use proptest::prelude::*;
use serde_json::{Value, json};

type Part = Structure<ArrayD<f64>>;

/// A structure of one dimension with a buffer of so many cells.
fn one(dim: Value, cells: usize) -> Result<Part> {
    read(json!({ "__version__": "0.10.0", "dim_data": [dim] }), &[cells])
}

fn read(whole: Value, shape: &[usize]) -> Result<Part> {
    Structure::from_json(&whole.to_string(), ArrayD::zeros(shape.to_vec()))
}

fn block(start: i64, stop: i64) -> Value {
    json!({ "dist_type": "b", "size": 50, "proc_grid_rank": 0, "proc_grid_size": 2, "start": start, "stop": stop })
}

/// `dim` with a key set to another value.
fn with(mut dim: Value, key: &str, value: Value) -> Value {
    dim[key] = value;
    dim
}

fn cyclic(size: usize, rank: usize, over: usize, start: usize, block: usize) -> Value {
    json!({ "dist_type": "c", "size": size, "proc_grid_rank": rank, "proc_grid_size": over, "start": start,
        "block_size": block })
}

fn format_error(found: Result<Part>) -> Error {
    let error = found.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Format, "{error}");
    error
}

#[test]
fn valid_dimensions_are_taken() {
    one(block(0, 10), 10).unwrap();
    one(json!({ "dist_type": "c", "size": 10, "proc_grid_rank": 1, "proc_grid_size": 2, "start": 1 }), 5).unwrap();
    one(cyclic(16, 1, 2, 5, 5), 6).unwrap();
    let indices = json!({ "dist_type": "u", "size": 10, "proc_grid_rank": 0, "proc_grid_size": 2,
        "indices": [3, 10, 9, 7, 0, 1, 2] });
    one(indices.clone(), 7).unwrap();
    one(with(indices, "indices", json!([-3, 100, 9])), 3).unwrap();
    one(cyclic(3, 0, 4, 0, 1), 1).unwrap();
    one(cyclic(3, 3, 4, 3, 1), 0).unwrap();
    // Behind the end the start may be written either way.
    one(cyclic(9, 3, 4, 15, 5), 0).unwrap();
    one(cyclic(9, 3, 4, 9, 5), 0).unwrap();
    assert_eq!(one(json!({}), 7).unwrap().dim_data, [DimData::whole(7)]);
    let padded = json!({ "dist_type": "b", "size": 20, "proc_grid_rank": 0, "proc_grid_size": 1, "start": 0,
        "stop": 20, "padding": [1, 1], "periodic": true });
    one(padded, 20).unwrap();
    read(json!({ "__version__": "0.10.0", "dim_data": [] }), &[]).unwrap();
}

#[test]
fn keys_missing_too_many_or_of_another_type_are_refused() {
    let dims = json!([block(0, 10)]);
    for whole in [
        json!({ "dim_data": dims }),
        json!({ "__version__": "0.10.0" }),
        json!({ "__version__": "0.10.0", "dim_data": dims, "buffer": [1.0] }),
        json!({ "__version__": "0.10.0", "dim_data": block(0, 10) }),
        json!({ "__version__": "0.10.0", "dim_data": [[]] }),
        json!({ "__version__": "0.10.0", "dim_data": [block(0, 10), {}] }),
        json!({ "__version__": "0.10.0", "dim_data": [] }),
        json!({ "__version__": "v1.0.0alpha", "dim_data": dims }),
        json!({ "__version__": "0.9.0", "dim_data": dims }),
        json!({ "__version__": "0.10", "dim_data": dims }),
        json!({ "__version__": "0.10.0a1", "dim_data": dims }),
        json!({ "__version__": [0, 10, 0], "dim_data": dims }),
        json!([dims]),
        json!(null),
    ] {
        format_error(read(whole, &[10]));
    }
    for text in ["", "{", "{\"__version__\": \"0.10.0\", \"dim_data\": [{}]} x", "nul", &"[".repeat(100_000)] {
        format_error(Part::from_json(text, ArrayD::zeros(vec![10])));
    }
    for key in ["dist_type", "size", "proc_grid_rank", "proc_grid_size", "start", "stop"] {
        let mut dim = block(0, 10);
        dim.as_object_mut().unwrap().remove(key);
        let words = format_error(one(dim, 10)).to_string();
        assert!(words.contains(&format!("a key {key:?}")), "{words}");
        for wrong in [json!("q"), json!(-1), json!(1.5), json!(null), json!([1]), json!(1e300)] {
            format_error(one(with(block(0, 10), key, wrong), 10));
        }
    }
    format_error(one(with(block(0, 10), "block_size", json!(1)), 10));
    format_error(one(json!({ "dist_type": "n", "size": 10 }), 10));
}

#[test]
fn values_out_of_bounds_are_refused() {
    format_error(one(block(0, 51), 51));
    format_error(one(block(10, 5), 0));
    format_error(one(block(-1, 10), 11));
    format_error(one(block(1, 10), 9)); // the first process starts at 0
    format_error(one(with(block(0, 50), "proc_grid_size", json!(0)), 50));
    format_error(one(with(block(0, 10), "proc_grid_size", json!(1)), 10)); // the last stops at the size
    format_error(one(with(block(0, 10), "proc_grid_rank", json!(2)), 10));
    for key in ["start", "stop", "proc_grid_rank"] {
        format_error(one(with(block(0, 10), key, json!(u64::MAX)), 10));
    }
    format_error(one(block(0, 10), 9)); // cells of the buffer
    for padding in [json!(["a", "b"]), json!([1]), json!([1, 2, 3]), json!([-1, 0]), json!([6, 5]), json!(1), json!({})]
    {
        format_error(one(with(block(0, 10), "padding", padding), 10));
    }
    format_error(one(with(block(0, 10), "padding", json!([u64::MAX, 1])), 10));
    format_error(one(with(block(0, 10), "periodic", json!(1)), 10));
    for size in [json!(-10), json!(0), json!(2.0)] {
        format_error(one(with(cyclic(10, 0, 2, 0, 1), "block_size", size), 5));
    }
    format_error(one(cyclic(10, 1, 2, 2, 1), 5));
    let list = |indices: Value| json!({ "dist_type": "u", "size": 3, "proc_grid_rank": 0, "proc_grid_size": 2, "indices": indices });
    for indices in [json!([0, 0]), json!([0, 1.5]), json!("01"), json!([[0], [1]]), json!([0, u64::MAX]), json!([1])] {
        format_error(one(list(indices), 2));
    }
    format_error(one(list(json!([0, 1, 2, 3])), 4));
    format_error(one(with(list(json!([0, 1])), "one_to_one", json!("no")), 2));
}

#[test]
fn owned_indices_are_counted() {
    let owned = |dist_type, size, rank, over| {
        DimData { size, proc_grid_rank: rank, proc_grid_size: over, dist_type }.num_owned_indices()
    };
    let block = |start, stop, padding| DistType::Block { start, stop, padding, periodic: false };
    assert_eq!(owned(block(0, 10, (0, 0)), 50, 0, 2), 10);
    assert_eq!(owned(block(10, 20, (0, 0)), 50, 1, 4), 10);
    assert_eq!(owned(block(0, 20, (3, 4)), 100, 0, 4), 16);
    assert_eq!(owned(block(80, 100, (3, 4)), 100, 3, 4), 17);
    assert_eq!(owned(block(20, 40, (3, 4)), 100, 1, 4), 13);
    assert_eq!(owned(block(0, 100, (3, 4)), 100, 0, 1), 100);
    let cyclic = |start, block_size| DistType::Cyclic { start, block_size };
    assert_eq!((owned(cyclic(0, 1), 9, 0, 4), owned(cyclic(3, 1), 9, 3, 4)), (3, 2));
    assert_eq!((owned(cyclic(0, 2), 9, 0, 4), owned(cyclic(9, 5), 9, 3, 4)), (3, 0));
    // Where the protocol's own helper counts the last block to the wrong process.
    assert_eq!([0, 1, 2, 3].map(|rank| owned(cyclic(2 * rank, 2), 11, rank, 4)), [4, 3, 2, 2]);
    let indices = DistType::Unstructured { indices: vec![7, 1, 3], one_to_one: false };
    assert_eq!(owned(indices, 10, 0, 2), 3);
    // Nothing that can be written in the fields makes it panic.
    assert_eq!(owned(cyclic(0, 0), 10, 0, 0), 10);
    assert_eq!(owned(block(9, 3, (usize::MAX, usize::MAX)), 5, usize::MAX, 0), 0);
}

/// Structures that are right, to be tampered with.
fn seeds() -> Vec<(Value, Vec<usize>)> {
    let whole = |dims: Value| json!({ "__version__": "0.10.0", "dim_data": dims });
    let indices = json!({ "dist_type": "u", "size": 4, "proc_grid_rank": 0, "proc_grid_size": 1,
        "indices": [3, 0, 2, 1], "one_to_one": true });
    let padded = json!({ "dist_type": "b", "size": 4, "proc_grid_rank": 0, "proc_grid_size": 1, "start": 0, "stop": 4,
        "padding": [1, 0], "periodic": false });
    vec![
        (whole(json!([padded, cyclic(4, 0, 1, 0, 3)])), vec![4, 4]),
        (whole(json!([indices, {}])), vec![4, 4]),
        (whole(json!([{}, padded])), vec![4, 4]),
    ]
}

/// What a key or an entry may become.
fn strange() -> impl Strategy<Value = Value> {
    prop_oneof![
        (-3i64..12).prop_map(|i| json!(i)),
        prop_oneof![Just(u64::MAX), Just(1 << 63), Just(1 << 62), Just(1 << 32)].prop_map(|i| json!(i)),
        any::<f64>().prop_map(|x| json!(x)),
        any::<bool>().prop_map(|b| json!(b)),
        prop_oneof![Just("b"), Just("c"), Just("u"), Just("n"), Just("0.10.0"), Just("")].prop_map(|s| json!(s)),
        proptest::collection::vec(-1i64..6, 0..6).prop_map(|list| json!(list)),
        Just(json!(null)),
        Just(json!({})),
        Just(json!([])),
    ]
}

/// Every place in a value, as the pointer to it.
fn places(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Object(object) => object.iter().for_each(|(key, value)| places(value, &format!("{at}/{key}"), all)),
        Value::Array(list) => list.iter().enumerate().for_each(|(i, value)| places(value, &format!("{at}/{i}"), all)),
        _ => {}
    }
}

fn tamper(whole: &mut Value, pick: usize, how: usize, value: Value) {
    let mut all = vec![];
    places(whole, "", &mut all);
    let Some(place) = whole.pointer_mut(&all[pick % all.len()]) else { return };
    match (place, how) {
        (Value::Object(object), 0) => {
            let keys = ["start", "stop", "size", "block_size", "indices", "padding", "buffer", "one_to_one"];
            object.insert(keys[pick % keys.len()].to_owned(), value);
        }
        (Value::Object(object), 1) => {
            let key = object.keys().nth(pick % object.len().max(1)).cloned();
            key.map(|key| object.remove(&key));
        }
        (Value::Array(list), 0) => list.push(value),
        (Value::Array(list), 1) => drop(list.pop()),
        (place, _) => *place = value,
    }
}

/// An array, or an error of the two kinds.
fn array_or_error(comm: &crate::Comm, part: Result<Part>) -> Result<(), TestCaseError> {
    let array = comm.agree(part).and_then(|part| DistArray::from_protocol(comm, part));
    match array {
        Ok(array) => prop_assert_eq!(array.layout().unwrap().local_len(), array.as_slice().len()),
        Err(error) => prop_assert!([ErrorKind::Format, ErrorKind::Layout, ErrorKind::Shape].contains(&error.kind())),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn texts_tampered_with_are_arrays_or_errors(
        seed in 0usize..3,
        changes in proptest::collection::vec((0usize..64, 0usize..4, strange()), 1..4),
        cut in 0usize..4000,
    ) {
        let (mut whole, shape) = seeds().swap_remove(seed);
        for (pick, how, value) in changes {
            tamper(&mut whole, pick, how, value);
        }
        let mut text = whole.to_string();
        text.truncate(cut);
        let part = Part::from_json(&text, ArrayD::zeros(shape));
        if let Ok(part) = &part {
            let again = Part::from_json(&part.json(), part.buffer.clone()).unwrap();
            prop_assert_eq!(&again, part);
        }
        array_or_error(&crate::Comm::solo(), part)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn fields_of_any_value_on_two_ranks_are_arrays_or_errors(
        dims in proptest::collection::vec((0usize..3, 0usize..7, 0usize..4, 0usize..4, 0usize..6, 0usize..3), 2),
        huge in 0usize..8,
    ) {
        launch_threads(2, |comm| {
            let (kind, size, rank, over, start, extra) = dims[comm.rank()];
            let (mut size, over) = (size, if over == 3 { usize::MAX } else { over });
            if huge == 0 {
                size = usize::MAX - size;
            }
            let dist_type = match kind {
                0 => DistType::Block { start, stop: size, padding: (extra, 0), periodic: false },
                1 => DistType::Cyclic { start, block_size: if huge == 1 { usize::MAX } else { extra } },
                _ => DistType::Unstructured { indices: (0..start as i64).collect(), one_to_one: false },
            };
            let dim = DimData { size, proc_grid_rank: rank, proc_grid_size: over, dist_type };
            let buffer = ArrayD::zeros(vec![dim.cells().min(20)]);
            let part = Structure::new(buffer, vec![dim]);
            array_or_error(comm, Ok(part)).map_err(Error::other)
        })
        .unwrap();
    }
}
