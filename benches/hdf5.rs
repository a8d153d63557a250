//! What it takes to write and to read an HDF5 file, beside a plain `write` of the same bytes by one rank.
//!
//! On thread ranks by `cargo bench --features hdf5 --bench hdf5`; on processes build it with `mpi` too and
//! start the binary with `scripts/mpirun.sh`. `LOPS_BENCH_MIB` is the size of the array (256),
//! `LOPS_BENCH_FOLDER` where files go (the system's temporary folder).

use lops::io::Hdf5File;
use lops::{Comm, DistArray, Layout, comm::Reduction, launch, layout::Cut};
use std::path::PathBuf;
use std::time::Instant;

const RUNS: usize = 5;

fn main() -> lops::Result<()> {
    let mib: usize = std::env::var("LOPS_BENCH_MIB").ok().and_then(|text| text.parse().ok()).unwrap_or(256);
    let folder = std::env::var_os("LOPS_BENCH_FOLDER").map_or_else(std::env::temp_dir, PathBuf::from);
    let path = folder.join("lops-bench.h5");
    launch(|comm| {
        let shape = [mib, 256, 512];
        let value = |i: &[usize]| ((i[0] * 7 + i[1] * 3 + i[2]) % 1000) as f64 + 0.25;
        let rows = DistArray::from_fn(&Layout::scatter(comm, &shape, 0)?, value);
        let cyclic = DistArray::from_fn(&Layout::grid(comm, &shape, &[Cut::Whole, Cut::Whole, Cut::Cyclic])?, value);
        let raw = path.with_extension("raw");
        let bytes = if comm.rank() == 0 { vec![1_u8; mib << 20] } else { vec![] };
        report(comm, mib, "one rank, no HDF5: written", || {
            if comm.rank() == 0 {
                std::fs::write(&raw, &bytes)?;
                std::fs::File::open(&raw)?.sync_all()?;
            }
            Ok(())
        })?;
        drop(bytes);
        let write = |x: &DistArray<f64>, packed: bool| {
            let file = Hdf5File::create(comm, &path)?;
            let new = file.new_dataset("x");
            let new = if packed { new.chunks(&[1, 256, 512]).shuffle().deflate(1) } else { new };
            new.write(x)?;
            file.finish()
        };
        let read = |x: &DistArray<f64>| Hdf5File::open(comm, &path)?.dataset("x")?.load::<f64>(x.layout()?);
        for (name, x, packed) in
            [("rows", &rows, false), ("cyclic columns", &cyclic, false), ("rows, packed", &rows, true)]
        {
            report(comm, mib, &format!("HDF5, {name}: written"), || write(x, packed))?;
            assert!(read(x)? == *x, "what was written");
            report(comm, mib, &format!("HDF5, {name}: read"), || read(x).map(drop))?;
        }
        comm.barrier();
        if comm.rank() == 0 {
            std::fs::remove_file(&path)?;
            std::fs::remove_file(&raw)?;
        }
        Ok(())
    })
}

/// Prints the best of a few runs.
fn report(comm: &Comm, mib: usize, name: &str, mut run: impl FnMut() -> lops::Result<()>) -> lops::Result<()> {
    let mut best = f64::INFINITY;
    for _ in 0..RUNS {
        comm.barrier();
        let started = Instant::now();
        comm.agree(run())?;
        let mut seconds = [started.elapsed().as_secs_f64()];
        comm.all_reduce(&mut seconds, Reduction::Max);
        best = best.min(seconds[0]);
    }
    if comm.rank() == 0 {
        println!("{name:<32} {:7.0} MiB/s on {} ranks ({})", mib as f64 / best, comm.size(), comm.engine_name());
    }
    Ok(())
}
