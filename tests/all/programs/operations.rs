//! What programs do to arrays of any type.

use super::{MOST, Machine, types::Kind};
use crate::picks::any_index;
use lops::layout::{Along, Chunk, Mode, by};
use lops::library::{Pad, matmul, uniform};
use lops::{DistArray, Layout, Result};

/// An operation of any kind; the first ones make arrays.
pub(super) fn any<T: Kind>(machine: &mut Machine<'_, T>) -> Result<()> {
    if machine.arrays.len() < 2 {
        let shape = machine.dice.shape();
        fresh(machine, &shape);
        return Ok(());
    }
    match machine.dice.below(24) {
        0 => {
            let shape = machine.dice.shape();
            fresh(machine, &shape);
            Ok(())
        }
        1 | 2 => moved(machine),
        3 => sliced(machine),
        4 => assigned(machine),
        5 | 6 => arithmetic(machine),
        7..=9 => rearranged(machine),
        10 => running(machine),
        11 | 12 => reduced(machine),
        13 => ordered(machine),
        14 | 15 => product(machine),
        16..=18 => chunks(machine),
        _ => T::own(machine),
    }
}

/// Numbers that follow from an index; some programs have some that are far larger.
fn value<T: Kind>(seed: u64, index: u64) -> T {
    let size = match seed % 4 {
        0 => 10f64.powi((31.0 * uniform(seed + 3, index)).round() as i32 % 9),
        _ => 1.0,
    };
    T::make(2.0 * size * uniform(seed, index), size * uniform(seed + 1, index))
}

fn flat(shape: &[usize], index: &[usize]) -> u64 {
    index.iter().zip(shape).fold(0, |flat, (&i, &n)| flat * n as u64 + i as u64)
}

fn fresh<T: Kind>(machine: &mut Machine<'_, T>, shape: &[usize]) {
    let seed = machine.seed * 64 + machine.dice.below(64) as u64;
    let layout = machine.layout(shape);
    machine.say(("fresh", &layout.to_string()));
    machine.keep(DistArray::from_fn(&layout, |index| value(seed, flat(shape, index))));
}

fn moved<T: Kind>(machine: &mut Machine<'_, T>) -> Result<()> {
    let x = machine.any();
    let layout = machine.layout(&x.shape());
    machine.say(("redistribute", x.layout()?.to_string(), layout.to_string()));
    machine.keep(x.redistribute(&layout)?);
    Ok(())
}

fn sliced<T: Kind>(machine: &mut Machine<'_, T>) -> Result<()> {
    let x = machine.any();
    let index = any_index(&mut machine.dice, &x.shape());
    machine.say(("slice", &index));
    machine.keep(x.slice(&index)?);
    Ok(())
}

fn assigned<T: Kind>(machine: &mut Machine<'_, T>) -> Result<()> {
    let mut x = machine.any();
    let index = any_index(&mut machine.dice, &x.shape());
    machine.say(("assign", &index));
    if machine.dice.below(2) == 0 {
        x.assign(&index, T::make(0.25, -0.5))?;
    } else {
        let part = x.slice(&index)?;
        let layout = machine.layout(&part.shape());
        let value = part.redistribute(&layout)?.flip(&(0..part.shape().len()).collect::<Vec<_>>())?;
        x.assign(&index, &value)?;
    }
    machine.keep(x);
    Ok(())
}

fn arithmetic<T: Kind>(machine: &mut Machine<'_, T>) -> Result<()> {
    let x = machine.any();
    let other = machine.any();
    let other = if other.shape() == x.shape() { other } else { x.flip(&[])? };
    let layout = machine.layout(&x.shape());
    let other = other.redistribute(&layout)?.like(&x)?;
    let which = machine.dice.below(5);
    machine.say(["x + y", "x - y", "x y", "3 x", "x + row"][which]);
    let made = match which {
        0 => &x + &other,
        1 => &x - &other,
        2 => &x * &other,
        3 => x.map(|x| T::make(3.0, 0.0) * x),
        _ => {
            let mut row = vec![machine.dice.below(2); x.shape().len()];
            row.iter_mut().zip(x.shape()).for_each(|(row, n)| *row = if *row == 0 { 1.min(n) } else { n });
            let seed = machine.seed;
            let layout = machine.layout(&row);
            let row = DistArray::from_fn(&layout, |index| value(seed, flat(&row, index)));
            x.zip(&row.like(&x)?, |x, y| x + y)?
        }
    };
    machine.keep(made);
    Ok(())
}

fn rearranged<T: Kind>(machine: &mut Machine<'_, T>) -> Result<()> {
    let (x, axis) = machine.any_axis();
    let (shape, axes) = (x.shape(), x.shape().len());
    let which = machine.dice.below(9);
    let by = machine.dice.below(20) as isize - 10;
    machine.say((["join", "roll", "flip", "transpose", "pad", "repeat", "diff", "take", "tile"][which], axis, by));
    let made = match which {
        0 => {
            let layout = machine.layout(&shape);
            DistArray::concatenate(&[&x, &x.redistribute(&layout)?], axis)?
        }
        1 => x.roll(&[by], &[axis])?,
        2 => x.flip(&[axis])?,
        3 => {
            let order = machine.dice.shuffled(axes);
            x.transpose(&order)?
        }
        4 => {
            let modes = [Pad::Constant(T::make(0.5, 0.0)), Pad::Edge, Pad::Reflect, Pad::Symmetric, Pad::Wrap];
            let mode = modes[machine.dice.below(modes.len())];
            let margins: Vec<_> = (0..axes).map(|_| (machine.dice.below(3), machine.dice.below(3))).collect();
            x.pad(&margins, mode)?
        }
        5 => x.repeat(1 + machine.dice.below(3), axis)?,
        6 => x.diff(1 + machine.dice.below(2), axis)?,
        7 => {
            let n = shape.get(axis).copied().unwrap_or(0);
            let indices: Vec<_> = (0..machine.dice.below(9)).map(|_| machine.dice.below(n.max(1))).collect();
            x.take(&indices, axis)?
        }
        _ => x.tile(&vec![1 + machine.dice.below(2); axes])?,
    };
    machine.keep(made);
    Ok(())
}

fn running<T: Kind>(machine: &mut Machine<'_, T>) -> Result<()> {
    let (x, axis) = machine.any_axis();
    machine.say(("cumsum, cumprod", axis));
    machine.note_array(&x.cumsum(axis)?);
    machine.note_array(&x.cumprod(axis)?);
    Ok(())
}

fn reduced<T: Kind>(machine: &mut Machine<'_, T>) -> Result<()> {
    let (x, axis) = machine.any_axis();
    let which = machine.dice.below(3);
    machine.say((["lines", "statistics", "whole"][which], axis));
    match which {
        0 => {
            machine.note_array(&x.over(&[axis]).sum()?);
            machine.note_array(&x.over(&[axis]).keep_dims().prod()?);
            machine.note_array(&x.over(&[axis]).count_nonzero()?);
        }
        1 => {
            machine.note_array(&x.over(&[axis]).mean()?);
            machine.note_array(&x.over(&[axis]).var(1)?);
            machine.note((x.mean(), x.var(0), x.std(1)));
        }
        _ => {
            machine.note((x.prod()?, x.any(), x.all(), x.count_nonzero()));
            let axes: Vec<_> = (0..x.shape().len()).collect();
            machine.note_array(&x.over(&axes).sum()?);
        }
    }
    Ok(())
}

fn ordered<T: Kind>(machine: &mut Machine<'_, T>) -> Result<()> {
    let (x, axis) = machine.any_axis();
    machine.say(("sort", axis));
    machine.note_array(&x.argsort_axis(axis)?);
    machine.keep(x.sort_axis(axis)?);
    let size = x.shape().iter().product();
    let layout = machine.layout(&[size]);
    let line = x.distribute_as(&layout)?;
    machine.note_array(&line.argsort()?);
    machine.note_array(&line.unique()?);
    machine.keep(line.sort()?);
    Ok(())
}

fn product<T: Kind>(machine: &mut Machine<'_, T>) -> Result<()> {
    let (m, k, n) = (1 + machine.dice.below(30), machine.dice.below(60), 1 + machine.dice.below(30));
    let (m, n) = if machine.dice.below(3) == 0 { (1, n) } else { (m, n) };
    machine.say(("matmul", m, k, n));
    let seed = machine.seed;
    let (left, right) = (machine.layout(&[m, k]), machine.layout(&[k, n]));
    let a = DistArray::from_fn(&left, |index| value::<T>(seed, flat(&[m, k], index)));
    let b = DistArray::from_fn(&right, |index| value::<T>(seed + 5, flat(&[k, n], index)));
    machine.say((left.to_string(), right.to_string()));
    machine.keep(matmul(&a, &b)?);
    Ok(())
}

/// Pieces that overlap, dealt out to ranks as it comes.
fn chunks<T: Kind>(machine: &mut Machine<'_, T>) -> Result<()> {
    let shape: Vec<_> = machine.dice.shape().into_iter().take(3).map(|n| n.max(1)).collect();
    let count = 1 + machine.dice.below(8);
    let mut map = vec![vec![]; machine.comm.size()];
    for _ in 0..count {
        let axes: Vec<Along> = shape
            .iter()
            .map(|&n| {
                let start = machine.dice.below(n);
                by(start..start + 1 + machine.dice.below(n - start), 1 + machine.dice.below(5) / 4)
            })
            .collect();
        map[machine.cuts.below(machine.comm.size())].push(Chunk::of(axes));
    }
    let mode = Mode::ALL[1 + machine.dice.below(4)];
    let layout = Layout::chunked(machine.comm, &shape, &map, mode)?;
    machine.say(("chunks", layout.to_string()));
    let (seed, mut values) = (machine.seed * 64 + machine.dice.below(64) as u64, vec![]);
    for region in layout.regions(machine.comm.rank()).iter() {
        let ends = region.sets().iter().fold(seed, |ends, set| ends * 31 + (set.extent().start * 7 + set.len()) as u64);
        values.extend((0..region.len()).map(|at| value::<T>(ends, flat(&shape, &region.index(at)))));
    }
    let x = DistArray::from_local(&layout, values)?;
    let target = machine.layout(&shape);
    machine.say(target.to_string());
    let last = shape.len() - 1;
    let greatest = if mode == Mode::Max { Some(x.reduce_axis(Mode::Max, last)?) } else { None };
    if let Some(greatest) = greatest {
        machine.note_array(&greatest);
    }
    machine.note_array(&x.change_mode(Mode::Replica)?);
    machine.note_array(&x.over(&[0]).sum()?);
    let whole = x.redistribute(&target)?;
    debug_assert!(shape.iter().product::<usize>() <= MOST);
    machine.keep(whole);
    Ok(())
}
