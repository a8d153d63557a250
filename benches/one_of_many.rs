//! What one rank of 10,000 and of 100,000 needs to make layouts, operators, plans and exchanges: time, memory that
//! stays, the most at any time, and how often memory was taken. No array is made: an operator's figures are without its
//! ghosts' and messages' buffers, which are said beside.
//!
//! The other ranks do not exist ([`Comm::pretend`]).

use lops::{
    Comm, Layout, Result,
    array::Halo,
    comm::Neighbour,
    layout::{Chunk, Cut, Grid, Mode},
    operators::{FirstDerivative, Gradient, Laplacian, Redistribute},
};
use std::alloc::{GlobalAlloc, Layout as Memory, System};
use std::cell::Cell;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// An operator on a grid.
const OPERATOR: Aim = Aim { time: Duration::from_millis(1), bytes: 1_000_000 };
/// A plan of a redistribution.
const PLAN: Aim = Aim { time: Duration::from_millis(10), bytes: usize::MAX };
const NONE: Aim = Aim { time: Duration::MAX, bytes: usize::MAX };

#[derive(Clone, Copy)]
struct Aim {
    time: Duration,
    bytes: usize,
}

struct Counting;

#[derive(Clone, Copy, Default)]
struct Count {
    held: usize,
    most: usize,
    times: usize,
}

thread_local! {
    static COUNT: Cell<Count> = const { Cell::new(Count { held: 0, most: 0, times: 0 }) };
}

fn count(taken: usize, given: usize) {
    let _ = COUNT.try_with(|count| {
        let Count { held, most, times } = count.get();
        let held = (held + taken).saturating_sub(given);
        count.set(Count { held, most: most.max(held), times: times + usize::from(taken > 0) });
    });
}

// SAFETY: hands everything to the system's allocator; what is counted is thread-local numbers.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, memory: Memory) -> *mut u8 {
        count(memory.size(), 0);
        // SAFETY: the caller's contract is the system allocator's.
        unsafe { System.alloc(memory) }
    }

    unsafe fn alloc_zeroed(&self, memory: Memory) -> *mut u8 {
        count(memory.size(), 0);
        // SAFETY: as in `alloc`.
        unsafe { System.alloc_zeroed(memory) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, memory: Memory, size: usize) -> *mut u8 {
        count(size, memory.size());
        // SAFETY: as in `alloc`.
        unsafe { System.realloc(pointer, memory, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, memory: Memory) {
        count(0, memory.size());
        // SAFETY: as in `alloc`.
        unsafe { System.dealloc(pointer, memory) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Makes something a few times, and prints a line: the best time, and the memory of the first time less what `buffers`
/// says are those of messages.
fn line<T>(name: &str, aim: Aim, make: impl Fn() -> Result<T>, buffers: impl Fn(&T) -> usize) -> Result<()> {
    let before = COUNT.with(Cell::get);
    COUNT.with(|count| count.set(Count { most: before.held, ..before }));
    let first = make()?;
    let after = COUNT.with(Cell::get);
    let (stays, most) = (after.held - before.held, after.most - before.held);
    let (times, buffers) = (after.times - before.times, buffers(&first));
    drop(first);
    let (begun, mut best) = (Instant::now(), Duration::MAX);
    for _ in 0..20 {
        let start = Instant::now();
        let made = black_box(make()?);
        best = best.min(start.elapsed());
        drop(made);
        if begun.elapsed() > Duration::from_secs(2) {
            break;
        }
    }
    let stays = stays.saturating_sub(buffers);
    let met = best <= aim.time && stays <= aim.bytes;
    let word = if aim.time == Duration::MAX {
        ""
    } else if met {
        "met"
    } else {
        "MISSED"
    };
    println!(
        "{name:<64} {:>10.3} ms {:>9.1} kB {:>9.1} kB {times:>8} {:>9.1} kB {word}",
        best.as_secs_f64() * 1e3,
        stays as f64 / 1e3,
        most as f64 / 1e3,
        buffers as f64 / 1e3
    );
    Ok(())
}

fn main() -> Result<()> {
    println!("aims: an operator on a grid below 1 ms and 1 MB, a plan of a redistribution below 10 ms");
    for ranks in [10_000, 100_000] {
        of(ranks)?;
    }
    Ok(())
}

fn of(ranks: usize) -> Result<()> {
    let comm = &Comm::pretend(ranks * 4 / 9, ranks);
    let none = |_: &Layout| 0;
    println!(
        "\none rank of {ranks:<51} {:>13} {:>12} {:>12} {:>8} {:>12}",
        "time", "stays", "at most", "times", "buffers"
    );
    let n = ranks * 64;
    let cube = [20_000, 20_000, 10_000];
    let blocks = [Cut::Block, Cut::Block, Cut::Block];
    let box3 = || Layout::grid(comm, &cube, &blocks);
    let rows = || Layout::scatter(comm, &[n, 100], 0);
    line("layout: rows", NONE, rows, none)?;
    line("layout: blocks of three axes", NONE, box3, none)?;
    let backwards: Vec<_> = (0..ranks).rev().collect();
    let turned = Grid::cut(&blocks).on_ranks(&backwards);
    line("layout: blocks of three axes, ranks backwards", NONE, || turned.layout(comm, &cube), none)?;
    let uneven: Vec<_> = (0..ranks).map(|rank| 63 + 2 * (rank % 2)).collect();
    line("layout: rows of given sizes", NONE, || Layout::scatter_sizes(comm, &[n, 100], 0, &uneven), none)?;
    let windows: Vec<_> =
        (0..ranks).map(|rank| vec![Chunk::from((rank * 64).saturating_sub(3)..rank * 64 + 64)]).collect();
    line("layout: overlapping chunks", NONE, || Layout::chunked(comm, &[n], &windows, Mode::Sum), none)?;

    let (rows, turned) = (rows()?, turned.layout(comm, &cube)?);
    let uneven = Layout::scatter_sizes(comm, &[n, 100], 0, &uneven)?;
    let few = Layout::grid(comm, &[2_000, 2_000, 1_000], &blocks)?;
    let small = Layout::scatter(comm, &[ranks * 4, 10], 0)?;
    for (kind, layout) in [("three axes", &few), ("rows", &small)] {
        line(
            &format!("operator: first derivative, {kind}"),
            OPERATOR,
            || FirstDerivative::along(0).on::<f64>(layout),
            lops::LinearOperator::scratch,
        )?;
        let axes: Vec<_> = (0..layout.ndim()).collect();
        line(
            &format!("operator: Laplacian, {kind}"),
            OPERATOR,
            || Laplacian::over(&axes).on::<f64>(layout),
            lops::LinearOperator::scratch,
        )?;
        line(
            &format!("operator: gradient, {kind}"),
            OPERATOR,
            || Gradient::default().on::<f64>(layout),
            lops::LinearOperator::scratch,
        )?;
    }
    let turned_small = Grid::cut(&blocks).on_ranks(&backwards).layout(comm, &[2_000, 2_000, 1_000])?;
    line(
        "operator: Laplacian, ranks backwards",
        OPERATOR,
        || Laplacian::over(&[0, 1, 2]).on::<f64>(&turned_small),
        lops::LinearOperator::scratch,
    )?;
    line("halo along an axis", NONE, || Halo::<f64>::along(&few, 0, 2, 2), Halo::buffers)?;

    // Layouts keep their plans: `Redistribute` would find one, so the layouts are made anew.
    let plan = |name: &str, from: &dyn Fn() -> Result<Layout>, to: &dyn Fn() -> Result<Layout>| {
        line(name, PLAN, || from()?.sends_to(&to()?), |_| 0)
    };
    let cut = |shape: &'static [usize], axis| move || Layout::scatter(comm, shape, axis);
    let pencils = |over: [usize; 3]| {
        let cuts = over.map(|p| if p == 1 { Cut::Whole } else { Cut::Block });
        move || Grid::cut(&cuts).over(&over).layout(comm, &cube)
    };
    let (side, other) = if ranks == 10_000 { (100, 100) } else { (250, 400) };
    plan("plan: rows to given sizes", &|| rows.with_shape(&[n, 100]), &|| uneven.with_shape(&[n, 100]))?;
    plan("plan: pencils along axis 2 to pencils along axis 0", &pencils([side, other, 1]), &pencils([1, side, other]))?;
    plan("plan: blocks of three axes to pencils", &box3, &pencils([side, other, 1]))?;
    plan("plan: blocks of three axes to the same on ranks backwards", &box3, &|| turned.with_shape(&cube))?;
    plan("plan: blocks of three axes to rows", &box3, &cut(&[20_000, 20_000, 10_000], 0))?;
    plan("plan: rows to columns", &cut(&[100_000, 100_000], 0), &cut(&[100_000, 100_000], 1))?;
    let line_of = |block| move || Grid::cut(&[Cut::BlockCyclic(block)]).layout(comm, &[1_000_000_000]);
    plan("plan: 10⁹ in blocks of 64 to blocks of 100", &line_of(64), &line_of(100))?;
    plan("plan: 10⁹ in blocks of 64 to blocks of 1001", &line_of(64), &line_of(1001))?;
    plan("plan: 10⁹ cyclic to even blocks", &line_of(1), &|| Layout::scatter(comm, &[1_000_000_000], 0))?;
    let plane = |block: [usize; 2], over: [usize; 2]| {
        let cuts = block.map(Cut::BlockCyclic);
        move || Grid::cut(&cuts).over(&over).layout(comm, &[312_500, 320_000])
    };
    plan(
        "plan: 64 × 64 in turn to 100 × 32 in turn",
        &plane([64, 64], [side, other]),
        &plane([100, 32], [other, side]),
    )?;
    line(
        "operator: redistribution, blocks of three axes to pencils",
        NONE,
        || {
            let small = [200, 200, 100];
            let cuts = [Cut::Block, Cut::Block];
            let to = Grid::cut(&cuts).over(&[side, other]).layout(comm, &small)?;
            Redistribute::to(&to).on::<f64>(&Layout::grid(comm, &small, &blocks)?)
        },
        lops::LinearOperator::scratch,
    )?;

    for (name, count) in [("exchange with 26 neighbours", 26), ("exchange with all", ranks - 1)] {
        let all: Vec<_> = (0..ranks).rev().filter(|&rank| rank != comm.rank()).take(count).collect();
        let neighbours: Vec<_> = all.iter().map(|&rank| Neighbour { rank, send: 1, receive: 1 }).collect();
        line(name, NONE, || comm.exchange::<f64>(&neighbours), lops::comm::Exchange::buffers)?;
    }
    Ok(())
}
