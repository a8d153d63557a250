//! What it takes to plan a redistribution of 10⁹ elements between block-cyclic layouts on 1,000 and on 10,000 ranks. No
//! element exists, nor do the other ranks: a plan is arithmetic on layouts.

use criterion::{BatchSize, Criterion};
use lops::{
    Comm, Layout,
    layout::{Cut, Grid},
};
use std::hint::black_box;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for (ranks, grid, across) in [(1000, [25, 40], [40, 25]), (10_000, [80, 125], [125, 80])] {
        let comm = &Comm::pretend(ranks * 456 / 1000, ranks);
        let line = |block| Grid::cut(&[Cut::BlockCyclic(block)]).layout(comm, &[1_000_000_000]);
        let plane = |a, b, grid: [usize; 2]| {
            let cuts = [Cut::BlockCyclic(a), Cut::BlockCyclic(b)];
            Grid::cut(&cuts).over(&grid).layout(comm, &[31_250, 32_000])
        };
        let mut bench = |name: &str, make: &dyn Fn() -> lops::Result<(Layout, Layout)>| {
            // Layouts are made anew each time, for they keep their plans.
            criterion.bench_function(&format!("plan of 10^9 on {ranks} ranks: {name}"), |b| {
                b.iter_batched(
                    || make().expect("layouts"),
                    |(from, to)| black_box(from.sends_to(&to).expect("a plan")).len(),
                    BatchSize::PerIteration,
                );
            });
        };
        bench("blocks of 64 to blocks of 100", &|| Ok((line(64)?, line(100)?)));
        bench("blocks of 64 to blocks of 1001", &|| Ok((line(64)?, line(1001)?)));
        bench("cyclic to blocks of 10^6", &|| Ok((line(1)?, line(1_000_000)?)));
        bench("31250 x 32000, 64 x 64 to 100 x 32 on the grid turned", &|| {
            Ok((plane(64, 64, grid)?, plane(100, 32, across)?))
        });
    }
}
