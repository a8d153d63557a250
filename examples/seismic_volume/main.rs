//! A seismic volume of two dipping horizons and noise: made, measured trace by trace, filtered, sliced, saved,
//! and read back in another layout or by another number of ranks.
//!
//! ```text
//! cargo run --release --example seismic_volume -- --out volume           256 × 256 × 1024 of f32, on all cores
//! LOPS_RANKS=3 cargo run --release --example seismic_volume -- --read volume    the same figures on three ranks
//!
//! cargo build --release --all-features --example seismic_volume         with MPI and HDF5
//! scripts/mpirun.sh -n 4 target/release/examples/seismic_volume --out volume
//! ```
//!
//! Problem: the seismic volume example of DistArray (Enthought).

mod files;
mod filters;
mod pictures;
mod volume;

use clap::Parser;
use filters::{average, largest};
use lops::prelude::*;
use lops_examples::TimingFlag;
use lops_examples::outputs::{make_folder, on_rank_0};
use std::{path::PathBuf, time::Instant};

#[derive(Parser)]
#[command(about = "A seismic volume: made, measured, filtered, sliced, saved and read back")]
struct Arguments {
    /// Traces across, traces along, samples a trace
    #[arg(long, num_args = 3, default_values_t = [256, 256, 1024])]
    shape: Vec<usize>,
    /// What the noise follows from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Save and draw everything into this folder
    #[arg(long, conflicts_with = "read")]
    out: Option<PathBuf>,
    /// Do not make the volume: read it from this folder
    #[arg(long)]
    read: Option<PathBuf>,
    #[command(flatten)]
    timing: TimingFlag,
}

/// Prints on rank 0 what was done and how long it took.
struct Log<'a> {
    comm: &'a Comm,
    start: Instant,
}

impl Log<'_> {
    fn say(&mut self, words: &str) {
        self.comm.barrier();
        if self.comm.rank() == 0 {
            println!("{:7.3} s  {words}", self.start.elapsed().as_secs_f64());
        }
        self.start = Instant::now();
    }
}

/// What is known of each trace.
struct Statistics {
    fields: Vec<(&'static str, DistArray<f32>)>,
}

impl Statistics {
    /// Of the samples of each trace: along the last axis, which is whole on its rank.
    fn of(volume: &DistArray<f32>) -> Result<Self> {
        let traces = || volume.over(&[2]);
        Ok(Self {
            fields: vec![
                ("min", traces().min()?),
                ("max", traces().max()?),
                ("mean", traces().mean()?),
                ("var", traces().var(0)?),
                ("std", traces().std(0)?),
            ],
        })
    }

    /// Figures of which the last bit does not depend on ranks.
    fn print(&self, comm: &Comm) -> Result<()> {
        for (name, field) in &self.fields {
            let (least, mean, most) = (field.min()?, field.mean(), field.max()?);
            if comm.rank() == 0 {
                println!("           {name:<5} of the traces: {least:>14.7} … {most:<14.7} mean {mean:.7}");
            }
        }
        Ok(())
    }
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    launch(|comm| {
        arguments.timing.run(comm, || {
            let mut log = Log { comm, start: Instant::now() };
            let volume = if let Some(folder) = &arguments.read {
                let volume = files::read(comm, folder)?;
                log.say(&format!("read {:?} of f32 from {}", volume.shape(), folder.display()));
                volume
            } else {
                // Traces are whole on their ranks: cut across and along, not in depth.
                let layout = Grid::cut(&[Cut::Block, Cut::Block, Cut::Whole]).layout(comm, &arguments.shape)?;
                let volume = volume::make(&layout, arguments.seed)?;
                log.say(&format!("made {} of f32", volume.space()));
                volume
            };
            let statistics = Statistics::of(&volume)?;
            log.say("least, largest, mean, variance and deviation of every trace");
            statistics.print(comm)?;
            log = Log { comm, start: Instant::now() };

            let smooth = average(&volume)?;
            log.say("averages of three samples");
            let peaks = largest(&volume)?;
            log.say("largest of three samples");
            check_on_other_cut(&volume, &smooth)?;
            log.say("the same averages of a volume that is cut in depth, to the last bit");
            let (sum, smooth_norm, peak_sum) = (volume.sum(), smooth.norm(), peaks.sum());
            if comm.rank() == 0 {
                println!("           sum {sum}, norm of averages {smooth_norm}, sum of peaks {peak_sum}");
            }

            if let Some(folder) = &arguments.out {
                on_rank_0(comm, || make_folder(folder))?;
                log = Log { comm, start: Instant::now() };
                files::write(&volume, &statistics, folder, &mut log)?;
                pictures::draw(&volume, &smooth, &statistics, folder)?;
                log.say("slices and pictures");
            }
            Ok(())
        })
    })
}

/// The filters take any cut: in depth, ranks lend each other the samples at the ends of their parts.
fn check_on_other_cut(volume: &DistArray<f32>, smooth: &DistArray<f32>) -> Result<()> {
    let in_depth = Layout::scatter(volume.comm(), &volume.shape(), 2)?;
    let again = average(&volume.redistribute(&in_depth)?)?.like(smooth)?;
    if again.array_equal(smooth)? {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Other, "averages differ between two layouts"))
}
