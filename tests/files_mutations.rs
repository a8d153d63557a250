//! Files of every format with bytes changed, cut out, doubled and put in at random: read, or refused in words, and
//! never a panic. The fuzz targets' own entry points; `LOPS_TORTURE=1` tries 100,000 of each in place of 300,
//! `LOPS_MUTATIONS` says another number. (HDF5 has a test of its own, `files_hdf5.rs`: the library may crash.)

#[allow(unreachable_pub, reason = "a library there")]
#[path = "mutations/entry.rs"]
mod entry;

use lops::library::uniform;
use std::io::Write;

/// Whole files to begin with.
fn npy(text: &str, data: &[u8]) -> Vec<u8> {
    [&b"\x93NUMPY\x01\x00"[..], &(text.len() as u16).to_le_bytes(), text.as_bytes(), data].concat()
}

fn npy_seeds() -> Vec<Vec<u8>> {
    let text = |descr: &str, fortran: &str, shape: &str| {
        format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n")
    };
    vec![
        npy(&text("<f8", "False", "(3, 4)"), &[1; 96]),
        npy(&text(">c8", "True", "(2, 1, 3)"), &[2; 48]),
        npy(&text("|b1", "False", "(9,)"), &[1; 9]),
        npy(&text("<i2", "False", "()"), &[3; 2]),
    ]
}

fn npz_seeds() -> Vec<Vec<u8>> {
    let archive = |method| {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
        for (k, seed) in npy_seeds().iter().enumerate() {
            let options = zip::write::SimpleFileOptions::default().compression_method(method);
            writer.start_file(format!("{k}.npy"), options).unwrap();
            writer.write_all(seed).unwrap();
        }
        writer.finish().unwrap().into_inner()
    };
    // Few members, so that directories and their ends are hit as often as what is in them.
    vec![archive(zip::CompressionMethod::Stored), archive(zip::CompressionMethod::Deflated)]
}

fn dnpy_seeds() -> Vec<Vec<u8>> {
    let file = |dim: &str, n: usize| {
        let text = format!("{{'__version__': '0.10.0', 'dim_data': ({{{dim}}},), }}\n");
        let part = npy(&format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({n},), }}\n"), &vec![0; 8 * n]);
        [&b"\x93DARRY\x01\x00"[..], &(text.len() as u16).to_le_bytes(), text.as_bytes(), &part].concat()
    };
    let set = |kind: &str, first: &str, second: &str, lengths: [usize; 2]| {
        let dim = |rank: usize, own: &str| {
            format!("'dist_type': '{kind}', 'size': 4, 'proc_grid_rank': {rank}, 'proc_grid_size': 2, {own}")
        };
        let (first, second) = (file(&dim(0, first), lengths[0]), file(&dim(1, second), lengths[1]));
        [&(first.len() as u16).to_le_bytes()[..], &first, &second].concat()
    };
    vec![
        set("b", "'start': 0, 'stop': 3", "'start': 3, 'stop': 4", [3, 1]),
        set("c", "'start': 0", "'start': 1", [2, 2]),
        set("c", "'start': 0, 'block_size': 3", "'start': 3, 'block_size': 3", [3, 1]),
        set("u", "'indices': array([3, 0, 1])", "'indices': [2]", [3, 1]),
    ]
}

fn segy_seeds() -> Vec<Vec<u8>> {
    [(1, 4, 0), (3, 2, 1), (5, 4, 2), (16, 1, 2), (12, 8, 0)]
        .map(|(format, size, revision)| {
            let mut bytes = vec![b' '; 3600];
            bytes[3200..].fill(0);
            bytes[3220..3222].copy_from_slice(&[0, 6]);
            bytes[3224..3226].copy_from_slice(&[0, format]);
            bytes[3500] = revision;
            bytes.extend(vec![0; 3 * (240 + 6 * size)]);
            bytes
        })
        .to_vec()
}

struct Dice(u64, u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.1 += 1;
        ((f64::midpoint(uniform(self.0, self.1), 1.0) * n.max(1) as f64) as usize).min(n.max(1) - 1)
    }
}

/// A few changes, more of them where headers stand.
fn mutated(seed: &[u8], from: usize, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=dice.below(4) {
        let at = from
            + if dice.below(4) == 0 {
                dice.below(bytes.len() - from)
            } else {
                dice.below((bytes.len() - from).min(400))
            };
        let at = at.min(bytes.len().saturating_sub(1));
        let words: [&[u8]; 12] =
            [b"9", b"-", b"0", b"99999999999", b"L", b"(", b")", b"'", b", ", b"nan", b"\xff\xff", b"\x00"];
        match dice.below(7) {
            0 | 1 => bytes[at] = dice.below(256) as u8,
            2 => bytes[at] ^= 1 << dice.below(8),
            3 => bytes.truncate(at.max(from + 1)),
            4 => drop(bytes.drain(at..(at + 1 + dice.below(8)).min(bytes.len()))),
            5 => {
                let word = words[dice.below(words.len())];
                bytes.splice(at..at, word.iter().copied());
            }
            _ => {
                let word = words[dice.below(words.len())];
                let end = (at + word.len()).min(bytes.len());
                bytes.splice(at..end, word.iter().copied());
            }
        }
        if bytes.len() <= from + 1 {
            break;
        }
    }
    bytes
}

fn all(seeds: &[Vec<u8>], from: usize, read: fn(&[u8])) {
    for seed in seeds {
        read(seed);
    }
    let usual = if std::env::var("LOPS_TORTURE").as_deref() == Ok("1") { 100_000 } else { 300 };
    let times = std::env::var("LOPS_MUTATIONS").ok().and_then(|times| times.parse().ok()).unwrap_or(usual);
    let mut dice = Dice(from as u64 + seeds.len() as u64, 0);
    for k in 0..times {
        read(&mutated(&seeds[k % seeds.len()], from, &mut dice));
    }
    let (whole, refused) = entry::counts();
    println!("{times} damaged files: {whole} times read, {refused} times refused, no panic");
}

#[test]
fn npy_files() {
    all(&npy_seeds(), 0, entry::npy);
}

#[test]
fn npz_archives() {
    all(&npz_seeds(), 0, entry::npz);
}

#[test]
fn dnpy_sets() {
    all(&dnpy_seeds(), 0, entry::dnpy);
}

#[test]
fn segy_files() {
    all(&segy_seeds(), 3216, entry::segy);
}
