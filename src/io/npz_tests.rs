//! Stored and deflated archives, and hostile ones.

use super::*;
use crate::io::npy::tests::npy_bytes;
use crate::io::tests::{Folder, folder};
use ndarray::{Ix1, Ix2, array};
use std::io::{Cursor, Write};
use std::path::PathBuf;
use zip::CompressionMethod::{Deflated, Stored};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const HEADER: &str = "{'descr': '<i8', 'fortran_order': False, 'shape': (300,), }";

fn archive(entries: &[(&str, &[u8])], method: zip::CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn saved(bytes: &[u8]) -> (Folder, PathBuf) {
    let folder = folder();
    let path = folder.path().join("m.npz");
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn counting() -> Vec<u8> {
    npy_bytes(HEADER, &(0..300_i64).flat_map(i64::to_le_bytes).collect::<Vec<_>>())
}

#[test]
fn stored_and_deflated_are_read() {
    let one = npy_bytes("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }", &2.5_f32.to_le_bytes());
    for method in [Stored, Deflated] {
        let (_folder, path) = saved(&archive(&[("one.npy", &one), ("x.npy", &counting())], method));
        assert_eq!(npz_names(&path).unwrap(), ["one", "x"]);
        assert_eq!(read_npz::<f32, Ix2>(&path, "one").unwrap(), array![[2.5]]);
        assert_eq!(read_npz_f64::<Ix2>(&path, "one").unwrap(), array![[2.5]]);
        assert_eq!(read_npz::<i64, Ix1>(&path, "x").unwrap()[299], 299);
        assert_eq!(read_npz_f64::<Ix1>(&path, "x").unwrap()[299], 299.0);
        for (error, words) in [
            (read_npz::<f64, Ix1>(&path, "x").unwrap_err(), "m.npz, array \"x\": expected float64, found int64"),
            (read_npz::<i64, Ix2>(&path, "x").unwrap_err(), "array \"x\": expected 2 dimensions, found shape [300]"),
            (read_npz::<f64, Ix1>(&path, "y").unwrap_err(), "expected one of its arrays [\"one\", \"x\"], found \"y\""),
        ] {
            assert_eq!(error.kind(), ErrorKind::Format);
            assert!(error.message().ends_with(words), "{error}");
        }
    }
}

#[test]
fn every_truncation_is_an_error() {
    for method in [Stored, Deflated] {
        let whole = archive(&[("x.npy", &counting())], method);
        for length in (0..whole.len()).step_by(7) {
            let (_folder, path) = saved(&whole[..length]);
            assert_eq!(read_npz::<i64, Ix1>(&path, "x").unwrap_err().kind(), ErrorKind::Format, "{length}");
        }
    }
}

#[test]
fn no_flipped_byte_goes_unseen() {
    for method in [Stored, Deflated] {
        let whole = archive(&[("x.npy", &counting())], method);
        for at in (0..whole.len()).step_by(3) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x55;
            let (_folder, path) = saved(&damaged);
            // Some bytes (dates, flags) do not matter; what is read is never wrong.
            if let Ok(read) = read_npz::<i64, Ix1>(&path, "x") {
                assert!(read.iter().copied().eq(0..300), "byte {at}");
            }
        }
    }
}

#[test]
fn claims_beyond_the_entry_take_no_memory() {
    let claim = "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }";
    for method in [Stored, Deflated] {
        let (_folder, path) = saved(&archive(&[("x.npy", &npy_bytes(claim, &[0; 8]))], method));
        let error = read_npz::<f64, Ix1>(&path, "x").unwrap_err();
        assert!(error.message().contains("bytes for [1000000000000] of float64, found"), "{error}");
    }
    // The archive's directory joins in the lie: the length of the entry, 4 bytes at 24 of its record.
    let mut lying = archive(&[("x.npy", &npy_bytes(claim, &[0; 8]))], Deflated);
    let directory = lying.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
    lying[directory + 24..directory + 28].copy_from_slice(&0xF000_0000_u32.to_le_bytes());
    let (_folder, path) = saved(&lying);
    let error = read_npz::<f64, Ix1>(&path, "x").unwrap_err();
    assert!(error.message().contains("an entry that its bytes can hold"), "{error}");
}

#[test]
fn what_is_no_archive_is_named() {
    let (_folder, path) = saved(&counting());
    let error = read_npz::<f64, Ix1>(&path, "x").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Format);
    assert!(error.message().contains("m.npz: expected a .npz archive"), "{error}");
    let error = npz_names(path.with_file_name("missing.npz")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.message().contains("missing.npz"));
}
