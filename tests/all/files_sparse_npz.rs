//! Sparse matrices as `scipy.sparse.save_npz` writes them: in all its formats, on any ranks; and what is damaged.

use crate::bodies;
use crate::files::{Folder, put};
use lops::io::{NpyElement, load_sparse_npz};
use lops::ndarray::{Array, Array1, Array2, Array3, Dimension, arr1, arr2, array};
use lops::operators::SparseMatrix;
use lops::{Comm, Complex, ErrorKind, Layout, Result, Scalar};
use ndarray_npy::{WritableElement, WriteNpyExt};
use std::io::{Cursor, Write};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// An archive that is being written.
struct Archive(ZipWriter<Cursor<Vec<u8>>>, CompressionMethod);

impl Archive {
    /// With its format, as bytes, and its shape.
    fn new(deflated: bool, format: &str, shape: [i64; 2]) -> Self {
        let method = if deflated { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        let archive = Self(ZipWriter::new(Cursor::new(vec![])), method);
        let bytes = word(&format!("|S{}", format.len()), format.as_bytes());
        archive.entry("format", &bytes).array("shape", &arr1(&shape))
    }

    fn entry(mut self, name: &str, bytes: &[u8]) -> Self {
        self.0.start_file(format!("{name}.npy"), SimpleFileOptions::default().compression_method(self.1)).unwrap();
        self.0.write_all(bytes).unwrap();
        self
    }

    fn array<T: WritableElement, D: Dimension>(self, name: &str, array: &Array<T, D>) -> Self {
        let mut bytes = vec![];
        array.write_npy(&mut bytes).unwrap();
        self.entry(name, &bytes)
    }

    fn bytes(self) -> Vec<u8> {
        self.0.finish().unwrap().into_inner()
    }
}

/// A `.npy` array of one word.
fn word(descr: &str, bytes: &[u8]) -> Vec<u8> {
    let mut text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': (), }}");
    text.push_str(&" ".repeat(117 - text.len()));
    text.push('\n');
    [b"\x93NUMPY\x01\x00", &(text.len() as u16).to_le_bytes()[..], text.as_bytes(), bytes].concat()
}

/// ```text
/// 1 0 2 0
/// 0 0 0 0
/// 0 3 7 5
/// ```
fn dense<T: Scalar>() -> Array2<T> {
    arr2(&[[1.0, 0.0, 2.0, 0.0], [0.0; 4], [0.0, 3.0, 7.0, 5.0]]).mapv(|value| T::from_parts(value, -value))
}

fn of<T: Scalar>(values: &[f64]) -> Array1<T> {
    values.iter().map(|&value| T::from_parts(value, -value)).collect()
}

/// The matrix in every format; the 7 in csr and coo of two entries, and rows not in order.
fn archives<T: Scalar + WritableElement>(deflated: bool) -> Vec<(&'static str, Vec<u8>)> {
    let new = |format| Archive::new(deflated, format, [3, 4]);
    let csr = |format| {
        let of_rows =
            new(format).array("indices", &arr1(&[2_i32, 0, 1, 2, 3, 2])).array("indptr", &arr1(&[0_i32, 2, 2, 6]));
        of_rows.array("data", &of::<T>(&[2.0, 1.0, 3.0, 4.0, 5.0, 3.0])).bytes()
    };
    let csc = new("csc").array("indices", &arr1(&[0_i64, 2, 0, 2, 2])).array("indptr", &arr1(&[0_i64, 1, 2, 4, 5]));
    let coo = new("coo").array("row", &arr1(&[2_i32, 0, 2, 2, 0, 2])).array("col", &arr1(&[3_i32, 0, 2, 1, 2, 2]));
    let values = of::<T>(&[5.0, 1.0, 3.0, 3.0, 2.0, 4.0]);
    let coords = new("coo").array("coords", &arr2(&[[2_i64, 0, 2, 2, 0, 2], [3, 0, 2, 1, 2, 2]]));
    let blocks = [1.0, 0.0, 2.0, 0.0, 0.0, 3.0, 7.0, 5.0];
    let bsr = new("bsr").array("indices", &arr1(&[0_i32, 1, 0, 1])).array("indptr", &arr1(&[0_i32, 2, 2, 4]));
    let blocks = Array3::from_shape_vec((4, 1, 2), of::<T>(&blocks).to_vec()).unwrap();
    let dia = new("dia").array("offsets", &arr1(&[0_i32, 2, -1, 1]));
    let diagonals = [[1.0, 0.0, 7.0, 9.0], [8.0, 0.0, 2.0, 0.0], [0.0, 3.0, 0.0, 6.0], [6.0, 0.0, 0.0, 5.0]];
    let diagonals = Array2::from_shape_vec((4, 4), of::<T>(&diagonals.concat()).to_vec()).unwrap();
    vec![
        ("csr", csr("csr")),
        ("csc", csc.array("data", &of::<T>(&[1.0, 3.0, 2.0, 7.0, 5.0])).bytes()),
        ("coo", coo.array("data", &values).bytes()),
        ("coords", coords.array("data", &values).bytes()),
        ("bsr", bsr.array("data", &blocks).bytes()),
        ("dia", dia.array("data", &diagonals).bytes()),
    ]
}

/// What is read as an operator, as a dense matrix.
fn read<T: Scalar + NpyElement>(comm: &Comm, path: &Path) -> Result<Array2<T>> {
    let read = load_sparse_npz::<T>(comm, path)?;
    let a = SparseMatrix::from_triplets(comm, read.shape, read.entries)?;
    a.on(&Layout::scatter(comm, &[read.shape[1]], 0)?)?.to_dense()
}

fn all_formats<T: Scalar + NpyElement + WritableElement>(comm: &Comm, folder: &Folder) {
    for deflated in [false, true] {
        for (name, bytes) in archives::<T>(deflated) {
            let path = folder.path("a.npz");
            put(comm, &path, &bytes);
            assert_eq!(read::<T>(comm, &path).unwrap(), dense::<T>(), "{name}");
            comm.barrier();
        }
    }
}

bodies! {
    fn every_format_is_the_matrix(comm) {
        let folder = Folder::new(comm);
        all_formats::<f64>(comm, &folder);
        all_formats::<f32>(comm, &folder);
        all_formats::<Complex<f64>>(comm, &folder);
        all_formats::<Complex<f32>>(comm, &folder);
    }

    fn a_rank_reads_its_share_of_the_rows(comm) {
        let folder = Folder::new(comm);
        let path = folder.path("a.npz");
        let (rows, columns) = (5 * comm.size(), 7);
        let each = |i: usize| 1 + i % 3;
        let starts = (0..=rows).scan(0, |sum, i| Some(std::mem::replace(sum, *sum + each(i) as i64))).collect::<Array1<_>>();
        let places: Vec<_> = (0..rows).flat_map(|i| (0..each(i)).map(move |j| (i, 2 * j))).collect();
        let archive = Archive::new(true, "csr", [rows as i64, columns])
            .array("indptr", &starts)
            .array("indices", &places.iter().map(|&(_, k)| k as i64).collect::<Array1<_>>())
            .array("data", &places.iter().map(|&(i, k)| (10 * i + k) as f64).collect::<Array1<_>>());
        put(comm, &path, &archive.bytes());
        let own = 5 * comm.rank()..5 * comm.rank() + 5;
        let expected: Vec<_> =
            places.into_iter().filter(|(i, _)| own.contains(i)).map(|(i, k)| (i, k, (10 * i + k) as f64)).collect();
        assert_eq!(load_sparse_npz::<f64>(comm, &path).unwrap().entries, expected);
    }

    fn nothing_is_a_matrix_too(comm) {
        let folder = Folder::new(comm);
        let path = folder.path("a.npz");
        for shape in [[0_i64, 0], [0, 3], [3, 0]] {
            let archive = Archive::new(false, "csr", shape).array("indices", &arr1::<i32>(&[]));
            let archive = archive.array("indptr", &Array1::<i32>::zeros(shape[0] as usize + 1)).array("data", &arr1::<f64>(&[]));
            put(comm, &path, &archive.bytes());
            let read = load_sparse_npz::<f64>(comm, &path).unwrap();
            assert_eq!((read.shape.map(|n| n as i64), read.entries.len()), (shape, 0));
            comm.barrier();
        }
    }

    fn what_does_not_fit_is_refused_on_every_rank(comm) {
        let folder = Folder::new(comm);
        let path = folder.path("a.npz");
        let refused = |archive: Archive, words: &str| {
            put(comm, &path, &archive.bytes());
            let error = load_sparse_npz::<f64>(comm, &path).unwrap_err();
            assert!(error.kind() == ErrorKind::Format && error.message().contains(words), "{error}\n{words}");
            comm.barrier();
        };
        let csr = |indices: &[i32], indptr: &[i64], data: usize| {
            let archive = Archive::new(true, "csr", [3, 4]).array("indices", &arr1(indices));
            archive.array("indptr", &arr1(indptr)).array("data", &Array1::<f64>::ones(data))
        };
        refused(csr(&[0, 4], &[0, 1, 1, 2], 2), "array \"indices\": expected indices below 4, found 4");
        refused(csr(&[0, -1], &[0, 1, 1, 2], 2), "array \"indices\": expected indices below 4, found -1");
        refused(csr(&[0, 1], &[0, 1, 1, 3], 2), "array \"indptr\": expected numbers that rise from 0 to at most 2");
        refused(csr(&[0, 1], &[0, 2, 1, 2], 2), "array \"indptr\": expected numbers that rise from 0 to at most 2");
        refused(csr(&[0, 1], &[1, 1, 1, 2], 2), "array \"indptr\": expected numbers that rise from 0 to at most 2");
        refused(csr(&[0, 1], &[-1, 0, 1, 2], 2), "array \"indptr\": expected numbers that rise from 0 to at most 2");
        refused(csr(&[0, 1], &[0, 1, 2], 2), "array \"indptr\": expected shape [4], found [3]");
        refused(csr(&[0, 1], &[0, 1, 1, 2], 3), "array \"indices\": expected shape [3], found [2]");
        let new = |format, shape| Archive::new(false, format, shape);
        refused(new("lil", [3, 4]), "array \"format\": expected one of csr, csc, bsr, coo, dia, found \"lil\"");
        refused(new("csr", [-3, 4]), "array \"shape\": expected lengths from 0 on, found [-3, 4]");
        refused(new("csr", [3, 4]), "a.npz: expected one of its arrays [\"format\", \"shape\"], found \"data\"");
        let coo = |rows: &[i32], columns: &[i32]| new("coo", [3, 4]).array("row", &arr1(rows)).array("col", &arr1(columns));
        let two = array![1.0, 2.0];
        refused(coo(&[0, 3], &[0, 0]).array("data", &two), "array \"row\": expected indices below 3, found 3");
        refused(coo(&[0, 1], &[0, 9]).array("data", &two), "array \"col\": expected indices below 4, found 9");
        refused(coo(&[0, 1], &[0]).array("data", &two), "array \"col\": expected shape [2], found [1]");
        refused(coo(&[0, 1], &[0, 1]).array("data", &array![1_f32, 2.0]), "array \"data\": expected float64, found float32");
        let halves = new("coo", [3, 4]).array("row", &two).array("col", &two).array("data", &two);
        refused(halves, "array \"row\": expected integers of 32 or 64 bits, found float64");
        let dia = new("dia", [3, 4]).array("offsets", &arr1(&[1, 1])).array("data", &Array2::<f64>::ones((2, 4)));
        refused(dia, "array \"offsets\": expected each diagonal once, found 1 twice");
        let bsr = new("bsr", [3, 4]).array("data", &Array3::<f64>::ones((1, 2, 2)));
        refused(bsr, "array \"data\": expected blocks of which whole ones make 3 × 4, found shape [1, 2, 2]");
        let bsr = new("bsr", [3, 4]).array("data", &Array3::<f64>::ones((0, 0, 2)));
        refused(bsr, "array \"data\": expected blocks of which whole ones make 3 × 4, found shape [0, 0, 2]");
    }

    fn archives_of_something_else_are_refused(comm) {
        let folder = Folder::new(comm);
        let path = folder.path("a.npz");
        let refused = |archive: Archive| {
            put(comm, &path, &archive.bytes());
            assert_eq!(load_sparse_npz::<f64>(comm, &path).unwrap_err().kind(), ErrorKind::Format);
            comm.barrier();
        };
        let empty = || Archive(ZipWriter::new(Cursor::new(vec![])), CompressionMethod::Deflated);
        refused(empty());
        refused(empty().array("format", &arr1(&[1.0])));
        refused(empty().entry("format", &word("|S3", b"cs")));
        refused(empty().entry("format", &word("|S3", b"csr-")));
        refused(empty().entry("format", &word("|S9999", b"csr")));
        refused(empty().entry("format", &word("|O", b"csr")));
        refused(empty().entry("format", &word("", b"csr")));
        for shape in [arr1(&[3_i64]), arr1(&[3, 4, 5])] {
            refused(empty().entry("format", &word("|S3", b"coo")).array("shape", &shape));
        }
        let missing = load_sparse_npz::<f64>(comm, folder.path("b.npz")).unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::Io);
        // Before SciPy 1.0 the format was of characters.
        let letters: Vec<_> = "coo".chars().flat_map(|letter| u32::from(letter).to_le_bytes()).collect();
        let old = empty().entry("format", &word("<U3", &letters)).array("shape", &arr1(&[2_i32, 2]));
        let old = old.array("row", &arr1(&[1_i32])).array("col", &arr1(&[0_i32])).array("data", &array![2.5]);
        put(comm, &path, &old.bytes());
        assert_eq!(read::<f64>(comm, &path).unwrap(), array![[0.0, 0.0], [2.5, 0.0]]);
    }

    fn a_cut_or_damaged_archive_is_an_error_or_the_matrix(comm) {
        let folder = Folder::new(comm);
        let path = folder.path("a.npz");
        let (_, whole) = &archives::<f64>(true)[0];
        for cut in (0..whole.len()).step_by(41) {
            put(comm, &path, &whole[..cut]);
            let error = load_sparse_npz::<f64>(comm, &path).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Format | ErrorKind::Io), "{cut}: {error}");
            comm.barrier();
        }
        for at in (0..whole.len()).step_by(23) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x55;
            put(comm, &path, &damaged);
            match read::<f64>(comm, &path) {
                Ok(found) => assert_eq!(found, dense::<f64>(), "byte {at}"),
                Err(error) => assert!(matches!(error.kind(), ErrorKind::Format | ErrorKind::Io), "{at}: {error}"),
            }
            comm.barrier();
        }
    }
}
