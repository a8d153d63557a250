//! Round trips, NumPy's variants of the format, and hostile files.

use super::*;
use crate::io::tests::folder;
use ndarray::{Array2, Array3, ArrayD, Ix1, Ix2, arr0, array};
use num_complex::Complex;

/// The bytes of a `.npy` file with this header text and these data.
pub(in crate::io) fn npy_bytes(header: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

fn read_bytes<T: NpyElement, D: Dimension>(bytes: &[u8]) -> Result<Array<T, D>> {
    let folder = folder();
    let path = folder.path().join("x.npy");
    std::fs::write(&path, bytes).unwrap();
    read_npy(path)
}

fn refused<T: NpyElement, D: Dimension>(bytes: &[u8], words: &str) {
    let error = read_bytes::<T, D>(bytes).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Format, "{error}");
    assert!(error.message().contains("x.npy: expected"), "{error}");
    assert!(error.message().contains(words), "{error}");
}

#[test]
fn every_type_comes_back() {
    fn trip<T: NpyElement>(values: [T; 4]) {
        let folder = folder();
        let path = folder.path().join("x.npy");
        let a = Array2::from_shape_vec((2, 2), values.to_vec()).unwrap();
        write_npy(&path, a.view()).unwrap();
        assert_eq!(read_npy::<T, Ix2>(&path).unwrap(), a);
        write_npy(&path, a.t()).unwrap();
        assert_eq!(read_npy::<T, Ix2>(&path).unwrap(), a.t());
        assert!(read_npy::<T, Ix2>(&path).unwrap().is_standard_layout());
    }
    trip([true, false, false, true]);
    trip([i8::MIN, -1, 0, i8::MAX]);
    trip([i16::MIN, -1, 0, i16::MAX]);
    trip([i32::MIN, -1, 0, i32::MAX]);
    trip([i64::MIN, -1, 0, i64::MAX]);
    trip([0, 1, 2, u8::MAX]);
    trip([0, 1, 2, u16::MAX]);
    trip([0, 1, 2, u32::MAX]);
    trip([0, 1, 2, u64::MAX]);
    trip([0.5_f32, -1.0, f32::INFINITY, f32::MIN_POSITIVE]);
    trip([0.5_f64, -1.0, f64::INFINITY, f64::MIN_POSITIVE]);
    trip([1.0_f32, 2.0, 3.0, 4.0].map(|x| Complex::new(x, -x)));
    trip([1.0_f64, 2.0, 3.0, 4.0].map(|x| Complex::new(x, -x)));
}

#[test]
fn strided_scalar_and_empty_arrays_come_back() {
    let folder = folder();
    let path = folder.path().join("x.npy");
    let a = Array3::from_shape_fn((4, 3, 5), |(i, j, k)| (100 * i + 10 * j + k) as f64);
    let every_other = a.slice(ndarray::s![..;2, ..;-1, 1..;3]);
    write_npy(&path, every_other).unwrap();
    assert_eq!(read_npy::<f64, ndarray::Ix3>(&path).unwrap(), every_other);
    write_npy(&path, arr0(7.0).view()).unwrap();
    assert_eq!(read_npy::<f64, IxDyn>(&path).unwrap(), arr0(7.0).into_dyn());
    write_npy(&path, Array2::<f64>::zeros((0, 3)).view()).unwrap();
    assert_eq!(read_npy::<f64, Ix2>(&path).unwrap().shape(), [0, 3]);
}

#[test]
fn a_large_array_is_read_in_pieces() {
    let folder = folder();
    let path = folder.path().join("x.npy");
    let a = Array::from_iter((0..100_003).map(f64::from));
    write_npy(&path, a.view()).unwrap();
    assert_eq!(read_npy::<f64, Ix1>(&path).unwrap(), a);
}

#[test]
fn either_byte_order_and_memory_order() {
    let values = [1_i16, 2, 3, 4, 5, 6].map(i16::to_be_bytes).concat();
    let c = "{'descr': '>i2', 'fortran_order': False, 'shape': (2, 3), }";
    assert_eq!(read_bytes::<i16, Ix2>(&npy_bytes(c, &values)).unwrap(), array![[1, 2, 3], [4, 5, 6]]);
    let f = "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }\n";
    assert_eq!(read_bytes::<i16, Ix2>(&npy_bytes(f, &values)).unwrap(), array![[1, 3, 5], [2, 4, 6]]);
}

#[test]
fn a_claim_beyond_the_file_takes_no_memory() {
    let short = npy_bytes("{'descr': '<f8', 'fortran_order': False, 'shape': (134217728,)}", &[0; 8]);
    refused::<f64, Ix1>(&short, "bytes for [134217728] of float64, found 81 bytes");
    // More than any machine has: this would abort the process if it were asked for.
    let huge = npy_bytes("{'descr': '|i1', 'fortran_order': False, 'shape': (9000000000000000000,)}", &[]);
    refused::<i8, Ix1>(&huge, "found 83 bytes");
    let overflow = npy_bytes("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", &[]);
    refused::<f64, Ix2>(&overflow, "an array that fits in memory");
    let mut long_header = b"\x93NUMPY\x02\x00".to_vec();
    long_header.extend(u32::MAX.to_le_bytes());
    refused::<f64, Ix1>(&long_header, "a .npy header of at most 65536 bytes, found 4294967295");
}

#[test]
fn damage_is_named() {
    let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }";
    let whole = npy_bytes(header, &[0; 16]);
    assert!(read_bytes::<f64, Ix1>(&whole).is_ok());
    for length in 0..whole.len() {
        assert_eq!(read_bytes::<f64, Ix1>(&whole[..length]).unwrap_err().kind(), ErrorKind::Format);
    }
    refused::<f64, Ix1>(&npy_bytes(header, &[0; 17]), "bytes for [2] of float64");
    refused::<f64, Ix1>(
        b"PK\x03\x04 and so on",
        "a .npy array, which starts with \"\\x93NUMPY\", found \"PK\\x03\\x04",
    );
    refused::<f64, Ix1>(b"\x93NUMPY\x09\x00and so on", ".npy version 1, 2 or 3, found 9");
    refused::<f64, Ix1>(&npy_bytes("{'descr': '<f8', ", &[]), "a header {'descr'");
    refused::<f32, Ix1>(&whole, "expected float32, found float64");
    refused::<f64, Ix2>(&whole, "expected 2 dimensions, found shape [2]");
    let bools = npy_bytes("{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }", &[1, 2, 0]);
    assert_eq!(read_bytes::<bool, Ix1>(&bools).unwrap(), array![true, true, false]); // as NumPy reads it
}

#[test]
fn what_cannot_be_read_is_an_io_error() {
    let folder = folder();
    let missing = folder.path().join("nowhere.npy");
    let error = read_npy::<f64, Ix1>(&missing).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.message().starts_with(&format!("{}: expected a file that can be read, found", missing.display())));
    let error = read_npy::<f64, Ix1>(folder.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.message().ends_with("found a folder"));
}

#[test]
fn widening_is_exact_or_refused() {
    fn widened<T: NpyElement>(values: &[T]) -> Result<ArrayD<f64>> {
        let folder = folder();
        let path = folder.path().join("x.npy");
        write_npy(&path, ArrayView::from(values)).unwrap();
        read_npy_f64(path)
    }
    let expected = array![0.0, 1.0, 100.0].into_dyn();
    assert_eq!(widened(&[0.0_f64, 1.0, 100.0]).unwrap(), expected);
    assert_eq!(widened(&[0.0_f32, 1.0, 100.0]).unwrap(), expected);
    assert_eq!(widened(&[0_i8, 1, 100]).unwrap(), expected);
    assert_eq!(widened(&[0_i16, 1, 100]).unwrap(), expected);
    assert_eq!(widened(&[0_i32, 1, 100]).unwrap(), expected);
    assert_eq!(widened(&[0_i64, 1, 100]).unwrap(), expected);
    assert_eq!(widened(&[0_u8, 1, 100]).unwrap(), expected);
    assert_eq!(widened(&[0_u16, 1, 100]).unwrap(), expected);
    assert_eq!(widened(&[0_u32, 1, 100]).unwrap(), expected);
    assert_eq!(widened(&[0_u64, 1, 100]).unwrap(), expected);
    assert_eq!(widened(&[i64::MIN]).unwrap()[0], i64::MIN as f64);
    let error = widened(&[(1_i64 << 53) + 1]).unwrap_err();
    assert!(error.message().ends_with("expected integers exact as float64, found 9007199254740993"));
    assert_eq!(widened(&[u64::MAX]).unwrap_err().kind(), ErrorKind::Format);
    assert_eq!(widened(&[i64::MAX]).unwrap_err().kind(), ErrorKind::Format);
    assert_eq!(widened(&[Complex::new(1.0, 0.0)]).unwrap_err().kind(), ErrorKind::Format);
    assert_eq!(widened(&[true]).unwrap_err().kind(), ErrorKind::Format);
}
