//! Files: a large array written and read by all ranks, beside one plain `write` and `read` of the same bytes in
//! the same run, both handed to the disk at the end (`fdatasync`).
//!
//! LOPS_BENCH_MIB sets the size (64), LOPS_BENCH_FOLDER the place (the system's folder for temporary files). Every
//! figure is the best of five.

use lops::io::{RawVolume, load_npy, save_npy};
use lops::{Comm, DistArray, Layout, launch_threads, layout::Cut};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

fn best(comm: &Comm, mut work: impl FnMut()) -> f64 {
    let once = |_| {
        comm.barrier();
        let start = Instant::now();
        work();
        comm.barrier();
        start.elapsed().as_secs_f64()
    };
    (0..5).map(once).fold(f64::INFINITY, f64::min)
}

/// One rank alone, with all in one call.
fn plain(comm: &Comm, path: &Path, bytes: &[u8]) -> (f64, f64) {
    let write = best(comm, || {
        let mut file = File::create(path).unwrap();
        file.write_all(bytes).unwrap();
        file.sync_data().unwrap();
    });
    let read = best(comm, || {
        let mut file = File::open(path).unwrap();
        let mut bytes = vec![0; bytes.len()];
        file.read_exact(&mut bytes).unwrap();
        std::hint::black_box(&bytes);
    });
    (write, read)
}

fn main() {
    // Run as a test, it is only to be seen that all of it works.
    let has = |flag: &str| std::env::args().any(|argument| argument == flag);
    let is_test = has("--test") || !has("--bench");
    let size = std::env::var("LOPS_BENCH_MIB").ok().and_then(|mib| mib.parse().ok());
    let mib: usize = if is_test { 1 } else { size.unwrap_or(64) };
    let folder = std::env::var_os("LOPS_BENCH_FOLDER").map_or_else(std::env::temp_dir, PathBuf::from);
    let path = folder.join(format!("lops-bench-{}.npy", std::process::id()));
    let columns = 1024;
    let shape = [mib * (1 << 20) / 8 / columns / 64, 64, columns];
    let bytes = shape.iter().product::<usize>() * 8;
    let gib = bytes as f64 / f64::from(1 << 30);
    println!("{shape:?} of float64, {gib:.3} GiB, in {}", folder.display());
    let (write, read) = plain(&Comm::solo(), &path, &vec![1; bytes]);
    let line = |what: &str, ranks: usize, times: (f64, f64)| {
        let (w, r) = times;
        let (ws, rs) = (gib / w, gib / r);
        let (against_write, against_read) = (w / write, r / read);
        println!(
            "{what:28} {ranks:2} ranks  write {w:7.3} s {ws:6.2} GiB/s ×{against_write:.2}   read {r:7.3} s {rs:6.2} GiB/s ×{against_read:.2}"
        );
    };
    line("one plain call", 1, (write, read));
    for ranks in [1, 2, 4] {
        launch_threads(ranks, |comm| {
            let cuts = [
                ("axis 0 in blocks", vec![Cut::Block]),
                ("axis 1 in blocks", vec![Cut::Whole, Cut::Block]),
                ("axis 2 in blocks", vec![Cut::Whole, Cut::Whole, Cut::Block]),
                ("axis 2 cyclic", vec![Cut::Whole, Cut::Whole, Cut::Cyclic]),
            ];
            for (name, cuts) in cuts {
                let layout = Layout::grid(comm, &shape, &cuts)?;
                let x = DistArray::full(&layout, 1.5);
                let write = best(comm, || save_npy(&path, &x).unwrap());
                let read = best(comm, || drop(load_npy::<f64>(&layout, &path).unwrap()));
                if comm.rank() == 0 {
                    line(name, ranks, (write, read));
                }
            }
            let layout = Layout::scatter(comm, &shape, 0)?;
            let x = DistArray::full(&layout, 1.5);
            for (name, volume) in [
                ("Fortran order", RawVolume::new(&shape).fortran_order()),
                ("the other byte order", RawVolume::new(&shape).big_endian()),
            ] {
                let write = best(comm, || volume.save(&path, &x).unwrap());
                let read = best(comm, || drop(volume.load(&layout, &path).unwrap()));
                if comm.rank() == 0 {
                    line(name, ranks, (write, read));
                }
            }
            Ok(())
        })
        .unwrap();
    }
    fs::remove_file(&path).unwrap();
}
