//! Archives as others write them, and directories that lie.

use super::*;
use crate::io::tests::{Folder, folder};
use std::fs::{self, File};
use std::io::{Cursor, Read, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

fn saved(bytes: &[u8]) -> (Folder, PathBuf) {
    let folder = folder();
    let path = folder.path().join("x.npz");
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

/// The members of an archive and what is in them.
fn all(path: &PathBuf) -> Result<Vec<(String, Vec<u8>)>> {
    let file = File::open(path).unwrap();
    let directory = Directory::of(&file, file.metadata().unwrap().len(), "x.npz")?;
    let mut records = vec![];
    directory.for_each(|record| records.push(record.clone()))?;
    let contents = |record: Record| {
        let (name, mut bytes) = (record.name(), vec![]);
        let mut entry = Entry::of(&directory, record, "x.npz")?;
        entry.read_to_end(&mut bytes).map_err(|e| Error::new(ErrorKind::Format, e.to_string()))?;
        assert_eq!(bytes.len() as u64, entry.size());
        Ok((name, bytes))
    };
    records.into_iter().map(contents).collect()
}

fn archive(members: &[(&str, &[u8])], options: SimpleFileOptions, comment: &str) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(vec![]));
    writer.set_comment(comment);
    for (name, bytes) in members {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn what_the_zip_crate_writes() {
    let long = [b'x'; 5000].repeat(20);
    let members = [("one.npy", &b"1"[..]), ("no bytes", b""), ("Größe.npy", &long), ("a/b.npy", b"slash")];
    let expected: Vec<_> = members.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        for large in [false, true] {
            for comment in [String::new(), "a comment".into(), "PK\x05\x06".repeat(2000), "x".repeat(65_535)] {
                let options = SimpleFileOptions::default().compression_method(method).large_file(large);
                let bytes = archive(&members, options, &comment);
                let (_folder, path) = saved(&bytes);
                assert_eq!(all(&path).unwrap(), expected);
                // Behind something else, as programs that unpack themselves are.
                let (_folder, path) = saved(&[&b"#!/bin/sh\n".repeat(50), &bytes[..]].concat());
                assert_eq!(all(&path).unwrap(), expected);
            }
        }
    }
    let (_folder, path) = saved(&archive(&[], SimpleFileOptions::default(), ""));
    assert_eq!(all(&path).unwrap(), []);
}

/// More members than two bytes count: the larger end record.
#[test]
fn many_members() {
    let names: Vec<_> = (0..66_000).map(|k| format!("{k}.npy")).collect();
    let members: Vec<_> = names.iter().map(|name| (&name[..], &b""[..])).collect();
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let (_folder, path) = saved(&archive(&members, options, ""));
    let found = all(&path).unwrap();
    assert_eq!((found.len(), &found[65_999].0[..]), (66_000, "65999.npy"));
}

fn end(count: u16, size: u32, offset: u32, comment: u16) -> Vec<u8> {
    let mut bytes = b"PK\x05\x06\0\0\0\0".to_vec();
    bytes.extend([count, count].map(u16::to_le_bytes).concat());
    bytes.extend([size, offset].map(u32::to_le_bytes).concat());
    bytes.extend(comment.to_le_bytes());
    bytes
}

/// The larger end record, and the locator that names its place.
fn large_end(count: u64, size: u64, offset: u64, at: u64) -> Vec<u8> {
    let mut bytes = b"PK\x06\x06".to_vec();
    bytes.extend(44_u64.to_le_bytes());
    bytes.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend([count, count, size, offset].map(u64::to_le_bytes).concat());
    bytes.extend(b"PK\x06\x07\0\0\0\0");
    bytes.extend(at.to_le_bytes());
    bytes.extend(1_u32.to_le_bytes());
    bytes
}

#[test]
fn directories_that_lie() {
    let most = u32::MAX;
    for bytes in [
        vec![],
        b"PK\x05\x06".to_vec(),
        end(0xffff, 0, most - 15, 0), // what took 14 MB
        end(1, 0, 0, 0),
        end(0xffff, most, most, 0),
        end(9, 46, 0, 0),
        [vec![0; 46], end(1, 46, 0, 0)].concat(),
        [large_end(u64::MAX, u64::MAX, u64::MAX, 0), end(0xffff, most, most, 0)].concat(),
        [large_end(1 << 40, 1 << 46, 0, 0), end(0xffff, most, most, 0)].concat(),
        [large_end(u64::MAX / 46, 0, u64::MAX, u64::MAX), end(0xffff, most, most, 0)].concat(),
        [large_end(3_000_000, 0, 0, 0), vec![7; 60], end(0xffff, most, most, 0)].concat(),
    ] {
        let (_folder, path) = saved(&bytes);
        assert_eq!(all(&path).unwrap_err().kind(), ErrorKind::Format, "{bytes:?}");
    }
}

/// A megabyte of end records, each of which might be the one; and one directory that is its own member many times.
#[test]
fn time_is_that_of_the_file() {
    let begun = Instant::now();
    for record in
        [end(1, 46, 0, 0), end(0xffff, 0, 0, 0), end(2, 22, 0, 0), [large_end(1, 46, 0, 0), end(1, 46, 0, 0)].concat()]
    {
        let (_folder, path) = saved(&record.repeat((1 << 20) / record.len()));
        all(&path).unwrap_err();
    }
    let whole = archive(&[("x", b"1")], SimpleFileOptions::default(), "");
    let at = whole.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    let record = &whole[at..at + 47];
    let count = 20_000_u16;
    let directory = record.repeat(count.into());
    let bytes = [&whole[..at], &directory, &end(count, directory.len() as u32, at as u32, 0)].concat();
    let (_folder, path) = saved(&bytes);
    assert_eq!(all(&path).unwrap().len(), 20_000);
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}

/// A file of a terabyte that is not there.
#[cfg(target_os = "linux")]
#[test]
fn a_sparse_file_is_refused_at_once() {
    let begun = Instant::now();
    let folder = folder();
    let path = folder.path().join("x.npz");
    let length = 1_u64 << 40;
    for directory in [0, length - 200, length / 2] {
        let file = File::create(&path).unwrap();
        let last =
            [large_end(1 << 33, length - 200 - directory, directory, length - 98), end(0xffff, u32::MAX, u32::MAX, 0)];
        let last = last.concat();
        if file.set_len(length).is_err() {
            return; // no such files here
        }
        crate::io::positioned::write_all_at(&file, &last, length - last.len() as u64).unwrap();
        assert_eq!(all(&path).unwrap_err().kind(), ErrorKind::Format);
    }
    assert!(begun.elapsed() < Duration::from_secs(60));
}
