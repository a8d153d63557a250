//! `examples/julia`: steps by rank, to the last one, as DistArray's benchmark counted them in 2015.

use crate::running::{ENGINES, Engine};
use serde_json::Value;

fn runs(ranks: usize, arguments: &[&str]) -> Vec<Value> {
    of(Engine::Threads, ranks, arguments)
}

fn of(engine: Engine, ranks: usize, arguments: &[&str]) -> Vec<Value> {
    let arguments: Vec<_> = arguments.iter().copied().chain(["--repeat", "1"]).collect();
    crate::running::rows(engine, ranks, "julia", &arguments)
}

/// The steps by rank of one row.
fn steps(rows: &[Value], kernel: &str, layout: &str, side: u64, ranks: u64) -> Vec<u64> {
    let wanted = |row: &&Value| {
        row["kernel"] == kernel && row["layout"] == layout && row["resolution"][0] == side && row["ranks"] == ranks
    };
    let row = rows.iter().find(wanted).unwrap_or_else(|| panic!("{kernel} {layout} {side} {ranks}"));
    row["steps"].as_array().unwrap().iter().map(|steps| steps.as_u64().unwrap()).collect()
}

/// 1024 × 1024 on 2, 3 and 4 ranks, by layout.
const TABLE: [(&str, [&[u64]; 3]); 4] = [
    ("bn", [&[16345977, 16417855], &[6243924, 20326746, 6193162], &[2725843, 13620134, 13659620, 2758235]]),
    ("cn", [&[16382826, 16381006], &[10922548, 10921645, 10919639], &[8190582, 8190503, 8192244, 8190503]]),
    ("bb", [&[16354361, 16409471], &[6779920, 19264315, 6719597], &[5859333, 10486644, 10495028, 5922827]]),
    ("cc", [&[16384932, 16378900], &[10921355, 10920452, 10922025], &[8193330, 8189496, 8191602, 8189404]]),
];

fn check_table(rows: &[Value]) {
    for (layout, by_ranks) in TABLE {
        assert_eq!(steps(rows, "escape", layout, 1024, 1), [32763832]);
        for steps_by_rank in by_ranks {
            assert_eq!(steps(rows, "escape", layout, 1024, steps_by_rank.len() as u64), steps_by_rank, "{layout}");
        }
    }
}

#[test]
fn steps_by_rank_are_the_published_ones() {
    for &engine in ENGINES {
        check_table(&of(engine, 4, &["1024", "--kernel", "escape"]));
    }
}

#[test]
fn totals_of_both_kernels() {
    let totals = [
        ("escape", [(64, 129032), (100, 312312), (128, 513478), (256, 2049342), (512, 8193330)]),
        ("masked", [(64, 126192), (100, 305348), (128, 502102), (256, 2003758), (512, 8011000)]),
    ];
    let rows = runs(3, &["64", "100", "128", "256", "512"]);
    for (kernel, by_side) in totals {
        for (side, total) in by_side {
            for (layout, _) in TABLE {
                assert_eq!(steps(&rows, kernel, layout, side, 3).iter().sum::<u64>(), total, "{kernel} {layout}");
            }
        }
    }
    assert_eq!(steps(&rows, "escape", "bn", 100, 3), [60100, 197037, 55175]);
    assert_eq!(steps(&rows, "escape", "cc", 100, 3), [104380, 104291, 103641]);
}

#[test]
fn smaller_planes_and_another_constant() {
    let rows = runs(4, &["64", "100"]);
    assert_eq!(steps(&rows, "escape", "bn", 100, 4), [24517, 128103, 132088, 27604]);
    assert_eq!(steps(&rows, "escape", "bb", 100, 4), [53110, 99510, 100375, 59317]);
    assert_eq!(steps(&rows, "masked", "bn", 100, 4), [22258, 126850, 130876, 25364]);
    assert_eq!(steps(&rows, "masked", "cc", 100, 4), [76470, 76344, 76178, 76356]);
    assert_eq!(steps(&rows, "escape", "cc", 64, 4), [32012, 32102, 32646, 32272]);
    let rows = runs(1, &["64", "100", "512", "--c", "0.285", "0.01"]);
    for (kernel, side, total) in [("escape", 64, 51470), ("escape", 100, 125623), ("escape", 512, 3261376)] {
        assert_eq!(steps(&rows, kernel, "cc", side, 1), [total]);
    }
    // What NumPy counts in real arithmetic; its complex product, which is fused, makes it 3004139.
    assert_eq!(steps(&rows, "masked", "cc", 512, 1), [3004221]);
}

#[test]
fn weak_scaling_has_as_many_points_for_each_rank() {
    let rows = runs(3, &["30", "--scaling", "weak", "--kernel", "masked"]);
    let sides: Vec<_> = rows.iter().step_by(4).map(|row| row["resolution"][0].as_u64().unwrap()).collect();
    assert_eq!(sides, [30, 42, 51]);
}
