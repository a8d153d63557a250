//! The Distributed Array Protocol on several ranks: its example cases, and what is no array.

use crate::bodies;
use lops::ndarray::{Array1, ArrayD, IxDyn, s};
use lops::protocol::{DimData, DistType, Structure};
use lops::{
    Comm, DistArray, ErrorKind, Layout,
    comm::Verb,
    layout::{Cut, Grid},
};
use serde_json::{Value, json};

/// What the coordinates of one dimension hold: its dictionary, and the indices one by one.
type Axis = Vec<(Value, Vec<usize>)>;

fn blocks(size: usize, ranges: &[(usize, usize)]) -> Axis {
    let of = |(rank, &(start, stop)): (usize, &(usize, usize))| {
        let dict = json!({ "dist_type": "b", "size": size, "proc_grid_rank": rank, "proc_grid_size": ranges.len(),
            "start": start, "stop": stop, "padding": [0, 0] });
        (dict, (start..stop).collect())
    };
    ranges.iter().enumerate().map(of).collect()
}

fn cyclic(size: usize, block: usize, lists: &[&[usize]]) -> Axis {
    let of = |(rank, list): (usize, &&[usize])| {
        let mut dict = json!({ "dist_type": "c", "size": size, "proc_grid_rank": rank,
            "proc_grid_size": lists.len(), "start": rank * block });
        if block > 1 {
            dict["block_size"] = block.into();
        }
        (dict, list.to_vec())
    };
    lists.iter().enumerate().map(of).collect()
}

fn listed(size: usize, lists: &[&[usize]]) -> Axis {
    let of = |(rank, list): (usize, &&[usize])| {
        let dict = json!({ "dist_type": "u", "size": size, "proc_grid_rank": rank, "proc_grid_size": lists.len(),
            "indices": list });
        (dict, list.to_vec())
    };
    lists.iter().enumerate().map(of).collect()
}

/// The protocol's example cases but the padded one: name and dimensions.
fn cases() -> Vec<(&'static str, Vec<Axis>)> {
    let evens_and_odds: &[&[usize]] = &[&[0, 2, 4, 6, 8], &[1, 3, 5, 7]];
    let rows = || blocks(5, &[(0, 3), (3, 5)]);
    let thirty: &[&[usize]] = &[
        &[19, 1, 0, 12, 2, 15, 4],
        &[6, 13, 3],
        &[10, 25, 5, 21, 7, 18, 11, 26, 29, 24, 23, 28, 14, 20, 9, 16, 27, 8, 17, 22],
    ];
    let forty: &[&[usize]] = &[
        &[29, 38, 18, 19, 11, 33, 10, 1, 22, 25],
        &[5, 15, 34, 12, 16, 24, 23, 39, 6, 36],
        &[0, 7, 27, 4, 32, 37, 21, 26, 9, 17],
        &[35, 14, 20, 13, 3, 30, 2, 8, 28, 31],
    ];
    vec![
        ("block, block 3×1", vec![blocks(5, &[(0, 2), (2, 4), (4, 5)]), blocks(9, &[(0, 9)])]),
        ("block, block 1×3", vec![blocks(5, &[(0, 5)]), blocks(9, &[(0, 3), (3, 6), (6, 9)])]),
        ("block, block 2×2", vec![rows(), blocks(9, &[(0, 5), (5, 9)])]),
        ("block, cyclic", vec![rows(), cyclic(9, 1, evens_and_odds)]),
        ("cyclic, cyclic", vec![cyclic(5, 1, &[&[0, 2, 4], &[1, 3]]), cyclic(9, 1, evens_and_odds)]),
        ("irregular", vec![blocks(5, &[(0, 1), (1, 5)]), blocks(9, &[(0, 2), (2, 9)])]),
        ("block-cyclic", vec![cyclic(5, 2, &[&[0, 1, 4], &[2, 3]]), cyclic(9, 2, &[&[0, 1, 4, 5, 8], &[2, 3, 6, 7]])]),
        ("unstructured", vec![listed(5, &[&[3, 0], &[4, 2, 1]]), listed(9, &[&[2, 3, 7, 1], &[6, 5, 8, 0, 4]])]),
        (
            "cyclic, block, cyclic",
            vec![cyclic(5, 1, &[&[0, 2, 4], &[1, 3]]), blocks(9, &[(0, 5), (5, 9)]), cyclic(3, 1, &[&[0, 2], &[1]])],
        ),
        ("2 rows of 10", vec![blocks(2, &[(0, 1), (1, 2)]), blocks(10, &[(0, 10)])]),
        ("30 listed", vec![listed(30, thirty)]),
        ("40 listed", vec![listed(40, forty)]),
    ]
}

fn shape(axes: &[Axis]) -> Vec<usize> {
    axes.iter().map(|axis| axis[0].0["size"].as_u64().unwrap() as usize).collect()
}

fn processes(axes: &[Axis]) -> usize {
    axes.iter().map(Vec::len).product()
}

/// A rank's dictionaries as JSON, and its buffer: elements are their C-order index.
fn part(axes: &[Axis], rank: usize) -> (String, ArrayD<f64>) {
    let shape = shape(axes);
    let mut cell = rank;
    let mut mine = vec![];
    for axis in axes.iter().rev() {
        mine.insert(0, &axis[cell % axis.len()]);
        cell /= axis.len();
    }
    let dims: Vec<_> = mine.iter().map(|(dict, _)| dict).collect();
    let lists: Vec<_> = mine.iter().map(|(_, list)| list).collect();
    let extents: Vec<_> = lists.iter().map(|list| list.len()).collect();
    let buffer = ArrayD::from_shape_fn(IxDyn(&extents), |at| {
        (0..shape.len()).fold(0, |place, axis| place * shape[axis] + lists[axis][at[axis]]) as f64
    });
    (json!({ "__version__": "0.10.0", "dim_data": dims }).to_string(), buffer)
}

fn numbered(shape: &[usize]) -> ArrayD<f64> {
    let count: usize = shape.iter().product();
    Array1::from_iter((0..count).map(|k| k as f64)).into_shape_with_order(IxDyn(shape)).unwrap()
}

/// A structure on every rank, with `spoil` having had its way with it; the error on all of them.
fn refused(comm: &Comm, layout: &Layout, spoil: impl FnOnce(&mut Structure<ArrayD<f64>>)) -> lops::Error {
    let x = DistArray::<f64>::zeros(layout);
    let mut part = x.protocol().unwrap().map(|part| part.to_owned());
    if let Some(part) = &mut part {
        spoil(part);
    }
    let error = DistArray::from_protocol(comm, part).unwrap_err();
    let words = error.to_string();
    let lengths = comm.all_gather(&[words.len(), words.bytes().map(usize::from).sum()]);
    assert!(lengths.chunks(2).all(|other| other == &lengths[..2]), "not the same on every rank: {words}");
    error
}

bodies! {
    fn example_cases_come_in_and_go_out(comm) {
        for (name, axes) in cases() {
            if processes(&axes) != comm.size() {
                continue;
            }
            let (text, buffer) = part(&axes, comm.rank());
            let part = Structure::from_json(&text, buffer.clone()).unwrap();
            let (dims, at) = (part.dim_data.clone(), part.buffer.as_ptr());
            let before = comm.traffic();
            let x = DistArray::from_protocol(comm, part).unwrap();
            let spent = comm.traffic() - before;
            assert_eq!((spent[Verb::AllReduce].calls, spent[Verb::AllGather].calls, spent.total().calls), (1, 2, 3));
            assert_eq!(spent[Verb::AllReduce].bytes + spent[Verb::AllGather].bytes, spent.total().bytes);
            assert_eq!(x.as_slice().as_ptr(), at, "{name}: values are moved");
            assert_eq!(x.local(), buffer, "{name}");
            assert_eq!(x.gather_all(), numbered(&shape(&axes)), "{name}");

            let shown = x.protocol().unwrap().unwrap();
            assert_eq!(shown.buffer.as_ptr(), at, "{name}: values are borrowed");
            for (shown, mut dim) in shown.dim_data.iter().zip(dims) {
                if let DistType::Unstructured { one_to_one, .. } = &mut dim.dist_type {
                    *one_to_one = true; // as a layout's lists are
                }
                assert_eq!(*shown, dim, "{name}");
            }
            let again = Structure::from_json(&shown.json(), buffer).unwrap();
            assert_eq!(again.view(), shown, "{name}");
        }
    }

    fn buffers_of_the_examples_are_those_of_its_text(comm) {
        let buffer = |name: &str| {
            let (_, axes) = cases().into_iter().find(|(other, _)| *other == name).unwrap();
            let (text, buffer) = part(&axes, comm.rank());
            let part = Structure::from_json(&text, buffer).unwrap();
            DistArray::from_protocol(comm, part).unwrap().into_vec()
        };
        if comm.size() == 4 {
            let unstructured: [&[i32]; 4] = [
                &[29, 30, 34, 28, 2, 3, 7, 1],
                &[33, 32, 35, 27, 31, 6, 5, 8, 0, 4],
                &[38, 39, 43, 37, 20, 21, 25, 19, 11, 12, 16, 10],
                &[42, 41, 44, 36, 40, 24, 23, 26, 18, 22, 15, 14, 17, 9, 13],
            ];
            let floats = |list: &[i32]| list.iter().map(|&i| f64::from(i)).collect::<Vec<_>>();
            assert_eq!(buffer("unstructured"), floats(unstructured[comm.rank()]));
            let first = buffer("block-cyclic");
            if comm.rank() == 0 {
                assert_eq!(first, floats(&[0, 1, 4, 5, 8, 9, 10, 13, 14, 17, 36, 37, 40, 41, 44]));
            }
        }
        if comm.size() == 8 {
            let lengths = [30, 15, 24, 12, 20, 10, 16, 8];
            assert_eq!(buffer("cyclic, block, cyclic").len(), lengths[comm.rank()]);
        }
    }

    fn the_padded_example_keeps_what_is_owned(comm) {
        if comm.size() != 2 {
            return;
        }
        let values = [
            [0.2, 0.6, 0.9, 0.6, 0.8, 0.4, 0.2, 0.2, 0.3, 0.9],
            [0.3, 0.9, 0.2, 1.0, 0.4, 0.5, 0.0, 0.6, 0.8, 0.6],
        ];
        let rank = comm.rank();
        let (start, stop) = [(0, 10), (8, 18)][rank];
        let text = json!({ "__version__": "0.10.0", "dim_data": [{ "dist_type": "b", "size": 18,
            "proc_grid_rank": rank, "proc_grid_size": 2, "start": start, "stop": stop, "padding": [1, 1] }] });
        let buffer = Array1::from(values[rank].to_vec()).into_dyn();
        let part = Structure::from_json(&text.to_string(), buffer).unwrap();
        assert_eq!(part.dim_data[0].num_owned_indices(), 9);
        let x = DistArray::from_protocol(comm, part).unwrap();
        assert_eq!((0..2).map(|r| x.layout().unwrap().range(r)).collect::<Vec<_>>(), [0..9, 9..18]);
        let all = [&values[0][..9], &values[1][1..]].concat();
        assert_eq!(x.gather_all(), Array1::from(all).into_dyn());
    }

    fn every_grid_comes_back(comm) {
        let mut layouts = vec![
            Layout::scatter(comm, &[0, 3], 0).unwrap(),
            Layout::scatter(comm, &[2, 3], 0).unwrap(),
            Layout::scatter(comm, &[4, 7, 2], 1).unwrap(),
            Grid::cut(&[Cut::Listed(vec![vec![2, 0, 1]])]).layout(comm, &[3, 4]).unwrap(),
            Grid::cut(&[Cut::BlockCyclic(5), Cut::CeilBlock]).layout(comm, &[7, 6]).unwrap(),
            Grid::cut(&[Cut::Cyclic, Cut::Whole, Cut::BlockCyclic(2)]).layout(comm, &[6, 2, 9]).unwrap(),
        ];
        let reversed: Vec<_> = (0..comm.size()).rev().collect();
        layouts.push(Grid::parse("bc").unwrap().on_ranks(&reversed).layout(comm, &[6, 7]).unwrap());
        layouts.push(Grid::parse("cb").unwrap().over(&[1, 1]).on_ranks(&reversed[..1]).layout(comm, &[6, 7]).unwrap());
        for layout in layouts {
            let x = DistArray::from_fn(&layout, |i| i.iter().fold(0.0, |at, &i| 10.0 * at + i as f64));
            let before = comm.traffic();
            let part = x.protocol().unwrap();
            assert_eq!((comm.traffic() - before).total().calls, 0, "local");
            let y = DistArray::from_protocol(comm, part.as_ref().map(Structure::to_owned)).unwrap();
            assert_eq!(y.as_slice(), x.as_slice(), "{layout}");
            assert_eq!(y.layout().unwrap().shape(), layout.shape());
            for rank in 0..comm.size() {
                // A rank outside the grid, or with an empty block behind it: both hold nothing.
                let held = |layout: &Layout| layout.regions(rank).iter().filter(|r| !r.is_empty()).cloned().collect::<Vec<_>>();
                assert_eq!(held(y.layout().unwrap()), held(&layout), "{layout}");
            }
        }
    }

    fn padding_is_added_and_left_out_again(comm) {
        let layout = Layout::scatter(comm, &[3, 4 * comm.size() + 1], 1).unwrap();
        let x = DistArray::from_fn(&layout, |i| (100 * i[0] + i[1]) as f64);
        for width in [0, 1, 4] {
            let part = x.protocol_padded(&[7, width]).unwrap().unwrap();
            part.check().unwrap();
            let own = layout.range(comm.rank());
            let DistType::Block { start, stop, padding, .. } = part.dim_data[1].dist_type else { unreachable!() };
            assert_eq!((start + padding.0, stop - padding.1), (own.start, own.end));
            assert_eq!(part.buffer, x.gather_all().slice(s![.., start..stop]).into_dyn());
            assert_eq!(part.dim_data[1].num_owned_indices(), own.len());
            let again = DistArray::from_protocol(comm, part).unwrap();
            assert_eq!(again.local(), x.local());
            assert!(comm.size() == 1 || again == x);
        }
        if comm.size() > 1 {
            assert_eq!(x.protocol_padded(&[0, 6]).unwrap_err().kind(), ErrorKind::Layout);
        }
        let columns = Grid::parse("cc").unwrap().layout(comm, &[8, 8]).unwrap();
        let cyclic = DistArray::<f32>::zeros(&columns);
        if comm.size() > 1 {
            assert_eq!(cyclic.protocol_padded(&[1, 1]).unwrap_err().kind(), ErrorKind::Layout);
        }
        assert_eq!(cyclic.protocol_padded(&[0, 0]).unwrap(), cyclic.protocol().unwrap().map(|part| part.to_owned()));
        assert_eq!(cyclic.protocol_padded(&[0]).unwrap_err().kind(), ErrorKind::Axis);

        let grid = Grid::parse("bb").unwrap().layout(comm, &[16, 17]).unwrap();
        let x = DistArray::from_fn(&grid, |i| (100 * i[0] + i[1]) as f64);
        let all = x.gather_all();
        if let Some(part) = x.protocol_padded(&[2, 1]).unwrap() {
            part.check().unwrap();
            let ranges = part.dim_data.iter().map(|dim| match dim.dist_type {
                DistType::Block { start, stop, .. } => start..stop,
                _ => unreachable!("blocks"),
            });
            let ranges: Vec<_> = ranges.collect();
            assert_eq!(part.buffer, all.slice(s![ranges[0].clone(), ranges[1].clone()]).into_dyn());
        }
        let again = DistArray::from_protocol(comm, x.protocol_padded(&[2, 1]).unwrap()).unwrap();
        assert_eq!(again.as_slice(), x.as_slice());
    }

    fn what_the_protocol_cannot_say_is_refused(comm) {
        for layout in [Layout::replicated(comm, &[4]), Layout::unsynced(comm, &[])] {
            let x = DistArray::full(layout.unwrap(), 2.5);
            match x.protocol() {
                Ok(part) => {
                    assert_eq!(comm.size(), 1);
                    let y = DistArray::from_protocol(comm, part.unwrap().to_owned()).unwrap();
                    assert_eq!(y.gather_all(), x.gather_all());
                }
                Err(error) => assert_eq!((comm.size() > 1, error.kind()), (true, ErrorKind::Layout)),
            }
        }
        let x = DistArray::<f64>::zeros(Layout::scatter(comm, &[4], 0).unwrap());
        let stack = DistArray::stack(&[&x, &x]).unwrap();
        assert_eq!(stack.protocol().unwrap_err().kind(), ErrorKind::Layout);
        let nothing = DistArray::<f64>::from_protocol(comm, None).unwrap_err();
        assert_eq!(nothing.kind(), ErrorKind::Layout);
    }

    fn a_fault_on_one_rank_is_an_error_on_all(comm) {
        let layout = Layout::scatter(comm, &[3 * comm.size(), 2], 0).unwrap();
        let last = comm.size() - 1;
        let on_last = comm.rank() == last;
        let error = refused(comm, &layout, |part| if on_last { part.version = "0.9.0".into() });
        assert_eq!(error.kind(), ErrorKind::Format);
        let error = refused(comm, &layout, |part| if on_last { part.buffer = ArrayD::zeros(vec![3, 3]) });
        assert_eq!(error.kind(), ErrorKind::Format);
        assert!(error.message().contains("axis 1 of the buffer: expected 2 cells, found 3"), "{error}");
        let error = refused(comm, &layout, |part| if on_last { part.dim_data.pop().map_or((), drop) });
        assert_eq!(error.kind(), ErrorKind::Format);
        if comm.size() > 1 {
            // Each rank by itself is right: together they are no array.
            let alone = |n: usize| vec![DimData::whole(n), DimData::whole(2)];
            let error = refused(comm, &layout, |part| part.dim_data = alone(3));
            assert_eq!(error.kind(), ErrorKind::Layout);
            assert!(error.message().starts_with("product of proc_grid_size"), "{error}");
            let error = refused(comm, &layout, |part| if on_last { part.dim_data = alone(3) });
            assert!(error.message().contains(&format!("dim_data 0 on rank {last}")), "{error}");
        }
    }

    fn blocks_that_do_not_meet_are_refused(comm) {
        if comm.size() < 2 {
            return;
        }
        let n = 4 * comm.size();
        let layout = Layout::scatter(comm, &[n], 0).unwrap();
        let is_first = comm.rank() == 0;
        let block = |start, stop, padding| DistType::Block { start, stop, padding, periodic: false };
        let first = |dist_type: DistType, cells: usize| {
            refused(comm, &layout, |part| {
                if is_first {
                    part.dim_data[0].dist_type = dist_type;
                    part.buffer = ArrayD::zeros(vec![cells]);
                }
            })
        };
        for (dist_type, cells, words) in [
            (block(0, 3, (0, 0)), 3, "ranges that meet"),
            (block(0, 5, (0, 0)), 5, "ranges that meet"),
            (block(0, 5, (0, 1)), 5, "equal widths"),
            (DistType::Cyclic { start: 0, block_size: 4 }, 4 + 4 * usize::from(comm.size() == 1), "dim_data 0 on rank"),
        ] {
            let error = first(dist_type, cells);
            assert_eq!(error.kind(), ErrorKind::Layout);
            assert!(error.message().contains(words), "{error}");
        }
        if comm.size() > 2 {
            // Padding wider than what the neighbour owns: 4 rows each, 5 shown.
            let (rank, last) = (comm.rank(), comm.size() - 1);
            let error = refused(comm, &layout, |part| {
                let (front, back) = (if rank == 0 { 0 } else { 5 }, if rank == last { 0 } else { 5 });
                let (start, stop) = ((4 * rank).saturating_sub(front), (4 * rank + 4 + back).min(n));
                let padding = (4 * rank - start, stop - 4 * rank - 4);
                part.dim_data[0].dist_type = block(start, stop, padding);
                part.buffer = ArrayD::zeros(vec![stop - start]);
            });
            assert_eq!(error.kind(), ErrorKind::Layout);
        }
        let x = DistArray::<f64>::zeros(&layout);
        let twice = x.protocol().unwrap().unwrap().to_owned();
        let same = if comm.rank() == 1 { part_of(0, &layout) } else { twice };
        let error = DistArray::from_protocol(comm, same).unwrap_err();
        assert!(error.message().contains("ranks 0 and 1"), "{error}");
    }

    fn lists_that_miss_or_repeat_are_refused(comm) {
        let p = comm.size();
        let rank = comm.rank();
        let with = |indices: Vec<i64>, size: usize| {
            let cells = indices.len();
            let dist_type = DistType::Unstructured { indices, one_to_one: false };
            let dim = DimData { size, proc_grid_rank: rank, proc_grid_size: p, dist_type };
            DistArray::<u8>::from_protocol(comm, Structure::new(ArrayD::zeros(vec![cells]), vec![dim]))
        };
        let own = [2 * rank as i64 + 1, 2 * rank as i64];
        assert!(with(own.to_vec(), 2 * p).is_ok());
        assert_eq!(with(vec![own[0]; 2], 2 * p).unwrap_err().kind(), ErrorKind::Format);
        for (indices, size) in [
            (vec![own[0], -own[1] - 1], 2 * p),          // names, not places
            (own.to_vec(), 2 * p + 1),                   // one is missing
            (own.map(|i| i + 1).to_vec(), 2 * p),        // one too far
            (vec![0, 1 + rank as i64 + p as i64], 2 * p), // 0 on every rank
        ] {
            let found = with(indices.clone(), size);
            let kind = found.unwrap_err().kind();
            let alone = p == 1 && indices.len() != size;
            assert_eq!(kind, if alone { ErrorKind::Format } else { ErrorKind::Layout }, "{indices:?}");
        }
    }
}

/// The part of another rank, as that rank would show it.
fn part_of(rank: usize, layout: &Layout) -> Structure<ArrayD<f64>> {
    let range = layout.range(rank);
    let dist_type = DistType::Block { start: range.start, stop: range.end, padding: (0, 0), periodic: false };
    let (size, proc_grid_size) = (layout.shape()[0], layout.comm().size());
    let dim = DimData { size, proc_grid_rank: rank, proc_grid_size, dist_type };
    Structure::new(ArrayD::zeros(vec![range.len()]), vec![dim])
}
