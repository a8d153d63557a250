//! What it takes to plan a redistribution of 10⁹ elements between block-cyclic layouts on 1,000 ranks. No
//! element exists: a plan is arithmetic on layouts.
//!
//! One of a thousand thread ranks plans, the others wait.

use criterion::{BatchSize, Criterion};
use lops::{
    Layout, launch_threads,
    layout::{Cut, Grid},
};
use std::hint::black_box;

const RANKS: usize = 1000;

fn main() -> lops::Result<()> {
    launch_threads(RANKS, |comm| {
        let line = |block| Grid::cut(&[Cut::BlockCyclic(block)]).layout(comm, &[1_000_000_000]);
        let plane = |a, b, grid: [usize; 2]| {
            let cuts = [Cut::BlockCyclic(a), Cut::BlockCyclic(b)];
            Grid::cut(&cuts).over(&grid).layout(comm, &[31_250, 32_000])
        };
        if comm.rank() == 456 {
            let mut criterion = Criterion::default().configure_from_args();
            let mut bench = |name: &str, make: &dyn Fn() -> lops::Result<(Layout, Layout)>| {
                // Layouts are made anew each time, for they keep their plans.
                criterion.bench_function(name, |b| {
                    b.iter_batched(
                        || make().expect("layouts"),
                        |(from, to)| black_box(from.sends_to(&to).expect("a plan")).len(),
                        BatchSize::PerIteration,
                    );
                });
            };
            bench("plan of 10^9 on 1000 ranks: blocks of 64 to blocks of 100", &|| Ok((line(64)?, line(100)?)));
            bench("plan of 10^9 on 1000 ranks: blocks of 64 to blocks of 1001", &|| Ok((line(64)?, line(1001)?)));
            bench("plan of 10^9 on 1000 ranks: cyclic to blocks of 10^6", &|| Ok((line(1)?, line(1_000_000)?)));
            bench("plan of 31250 x 32000 on 1000 ranks: 64 x 64 on 25 x 40 to 100 x 32 on 40 x 25", &|| {
                Ok((plane(64, 64, [25, 40])?, plane(100, 32, [40, 25])?))
            });
        }
        comm.barrier();
        Ok(())
    })
}
