//! The format's bytes as its description has them, and texts that are not it.

use super::*;

fn block(size: usize, rank: usize, over: usize, start: usize, stop: usize) -> DimData {
    let dist_type = DistType::Block { start, stop, padding: (0, 0), periodic: false };
    DimData { size, proc_grid_rank: rank, proc_grid_size: over, dist_type }
}

fn of_text(text: &str) -> Result<(Vec<Option<DimData>>, u64)> {
    let mut bytes = b"\x93DARRY\x01\x00".to_vec();
    bytes.extend((text.len() as u16).to_le_bytes());
    bytes.extend(text.as_bytes());
    read(&mut &bytes[..], "x_0.dnpy")
}

#[test]
fn bytes_are_those_of_the_format() {
    let dims = [block(3, 0, 2, 0, 2), block(2, 0, 1, 0, 2)];
    let expected = [
        &b"\x93DARRY\x01\x00\xf6\x00"[..],
        b"{'__version__': '0.10.0', 'dim_data': (",
        b"{'dist_type': 'b', 'size': 3, 'proc_grid_rank': 0, 'proc_grid_size': 2, 'start': 0, 'stop': 2}, ",
        b"{'dist_type': 'b', 'size': 2, 'proc_grid_rank': 0, 'proc_grid_size': 1, 'start': 0, 'stop': 2}), }",
        b"            \n",
    ]
    .concat();
    assert_eq!(text(&dims).unwrap(), expected);
    let cyclic = |start, block_size| DimData {
        size: 9,
        proc_grid_rank: 1,
        proc_grid_size: 2,
        dist_type: DistType::Cyclic { start, block_size },
    };
    let words = |dims: &[DimData]| String::from_utf8_lossy(&text(dims).unwrap()[10..]).trim_end().to_owned();
    let common = "'dist_type': 'c', 'size': 9, 'proc_grid_rank': 1, 'proc_grid_size': 2, 'start'";
    assert_eq!(words(&[cyclic(1, 1)]), format!("{{'__version__': '0.10.0', 'dim_data': ({{{common}: 1}},), }}"));
    assert!(words(&[cyclic(4, 4)]).contains(&format!("{{{common}: 4, 'block_size': 4}}")));
    // Block-cyclic: the length that the description names.
    let two = [DimData { size: 5, ..cyclic(2, 2) }, DimData { size: 9, ..cyclic(2, 2) }];
    assert!(text(&two).unwrap().len().is_multiple_of(16));
    assert_eq!(words(&[]), "{'__version__': '0.10.0', 'dim_data': (), }");
}

#[test]
fn what_is_written_is_read() {
    let listed = DimData {
        size: 9,
        proc_grid_rank: 0,
        proc_grid_size: 3,
        dist_type: DistType::Unstructured { indices: vec![3, 0, 8], one_to_one: false },
    };
    let cyclic = DimData { dist_type: DistType::Cyclic { start: 0, block_size: 3 }, ..listed.clone() };
    for dims in [vec![], vec![listed.clone()], vec![cyclic.clone(), listed, block(7, 2, 3, 5, 7)], vec![cyclic]] {
        let bytes = text(&dims).unwrap();
        let (found, length) = read(&mut &bytes[..], "x").unwrap();
        assert_eq!(found.into_iter().flatten().collect::<Vec<_>>(), dims);
        assert_eq!((length as usize, length % 16, bytes.last()), (bytes.len(), 0, Some(&b'\n')));
    }
    let indices = (0..20_000).collect();
    let long = DimData {
        size: 20_000,
        proc_grid_rank: 0,
        proc_grid_size: 1,
        dist_type: DistType::Unstructured { indices, one_to_one: true },
    };
    assert_eq!(text(&[long]).unwrap_err().kind(), ErrorKind::Layout);
}

#[test]
fn python_says_the_same_in_many_ways() {
    let dims = |text: &str| of_text(text).map(|(dims, _)| dims);
    let list = |text: &str| {
        let text = format!(
            "{{'dim_data': ({{'indices': {text}, 'proc_grid_size': 2, 'dist_type': 'u', 'size': 5, 'proc_grid_rank': 0}},), '__version__': '0.10.0'}}"
        );
        dims(&text).map(|dims| dims[0].clone().unwrap().dist_type)
    };
    let expected = DistType::Unstructured { indices: vec![3, 0], one_to_one: false };
    for text in [
        "[3, 0]",
        "(3, 0)",
        "[3,0,]",
        "array([3, 0])",
        "array([3,\n       0], dtype=int32)",
        "[3L, 0L]",
        "array([3, 0], dtype='<i4')",
    ] {
        assert_eq!(list(text).unwrap(), expected, "{text}");
    }
    assert!(list("array([0, 1, 2, ..., 997, 998, 999])").unwrap_err().message().contains("as NumPy shortens"));
    for text in [
        "array([3, 0]",
        "[3, 0",
        "[3 0]",
        "[3.0, 0]",
        "[nan]",
        "[inf, 0]",
        "3",
        "array(3)",
        "[[3, 0]]",
        "[True]",
        "[99999999999999999999]",
    ] {
        assert!(list(text).is_err(), "{text}");
    }
    let text = "{u'__version__': u\"0.10.0\", u'dim_data': [{'start': 0, 'stop': 5, 'size': 5L, 'dist_type': 'b', 'padding': [1, 0], 'periodic': True, 'proc_grid_size': 1, 'proc_grid_rank': 0}, {}], }";
    let found = dims(text).unwrap();
    let padded = DistType::Block { start: 0, stop: 5, padding: (1, 0), periodic: true };
    assert_eq!((&found[0].as_ref().unwrap().dist_type, &found[1]), (&padded, &None));
}

#[test]
fn other_texts_are_refused() {
    let good = "{'__version__': '0.10.0', 'dim_data': ({'dist_type': 'b', 'size': 3, 'proc_grid_rank': 0, 'proc_grid_size': 1, 'start': 0, 'stop': 3},), }";
    assert!(of_text(good).is_ok());
    for (from, to) in [
        ("0.10.0", "0.9.0"),
        ("'__version__': '0.10.0', ", ""),
        ("'dim_data'", "'data'"),
        ("(", ""),
        (",)", ",,)"),
        ("'b'", "'q'"),
        ("'b'", "b"),
        ("'b'", "'c'"),
        ("'size': 3, ", ""),
        ("'size': 3", "'size': -3"),
        ("'size': 3", "'size': nan"),
        ("'size': 3", "'size': 3.0"),
        ("'size': 3", "'size': 1e9"),
        ("'size': 3", "'size': 0x3"),
        ("'size': 3", "'size': 3 * 4"),
        ("'size': 3", "'size': 3, 'size': 3"),
        ("'size': 3", "'length': 3"),
        ("'stop': 3", "'stop': 3, 'block_size': 1"),
        ("'stop': 3", "'stop': 3, 'padding': (1, 2, 3)"),
        ("'stop': 3", "'stop': 3, 'periodic': 1"),
        (", 'stop': 3", ""),
        ("'start': 0, ", ""),
        ("}", ""),
        (", }", ", } {"),
        ("'dist_type'", "'dist\\x5ftype'"),
    ] {
        let text = good.replacen(from, to, 1);
        let error = of_text(&text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Format, "{text}");
        assert!(error.message().starts_with("x_0.dnpy: expected a header"), "{error}");
    }
    for text in ["", "{", "{}", "()", "((((((((((", &"(".repeat(60_000), "{'__version__'"] {
        assert!(of_text(text).is_err(), "{text}");
    }
    let whole = text(&[block(3, 0, 1, 0, 3)]).unwrap();
    for length in 0..whole.len() {
        assert_eq!(read(&mut &whole[..length], "x").unwrap_err().kind(), ErrorKind::Format);
    }
    let mut other = whole.clone();
    other[6] = 2;
    assert!(read(&mut &other[..], "x").unwrap_err().message().ends_with("expected .dnpy version 1.0, found 2.0"));
    other[0] = b'P';
    assert!(read(&mut &other[..], "x").unwrap_err().message().contains("which starts with"));
}
