//! `plot_distributed_array.py`: arrays cut along an axis, held by all, cut as one likes; arithmetic, and masks.

use crate::page::Page;
use lops::ndarray::Array2;
use lops::{operators::Shares, prelude::*};

pub(crate) fn run(page: &mut Page<'_>) -> Result<()> {
    // Cut along the first axis, along the second one, and held by all.
    let shape = [10, 5];
    let number = |i: &[usize]| (shape[1] * i[0] + i[1]) as f64;
    let rows = Layout::scatter(page.comm, &shape, 0)?;
    let columns = Layout::scatter(page.comm, &shape, 1)?;
    let everywhere = Layout::replicated(page.comm, &shape)?;
    for layout in [&rows, &columns, &everywhere] {
        page.say(layout);
        page.show("x", &DistArray::from_fn(layout, number));
    }

    // Local shapes of one's own: here the last rank has everything.
    let (ranks, rank) = (page.comm.size(), page.comm.rank());
    let mut sizes = vec![0; ranks];
    sizes[ranks - 1] = shape[0];
    let on_one = Layout::scatter_sizes(page.comm, &shape, 0, &sizes)?;
    page.show("x", &DistArray::from_fn(&on_one, number));

    // From an array that all ranks have.
    let array = Array2::from_shape_fn(shape, |(i, j)| number(&[i, j]) / 50.0);
    let x = DistArray::from_global(&columns, &array)?;
    let y = DistArray::from_global(&columns, &(array / 2.0))?;

    // Arithmetic, element by element.
    page.show("x / 2", &(0.5 * &x));
    let mut sum = &x + &y;
    page.show("x + y", &sum);
    sum += &y;
    page.show("x + y + y", &sum);
    page.show("x − y", &(&x - &y));
    page.show("x ∘ y", &(&x * &y));

    // Ranks in two colours, or in one: each has the array once, and products and norms are of a colour.
    let colours = if ranks.is_multiple_of(2) { 2 } else { 1 };
    let of_colour = ranks / colours;
    let mask: Vec<_> = (0..ranks).map(|rank| rank / of_colour).collect();
    let share = |rank| Ok(Shares::from(10).of(rank % of_colour, of_colour)?.len());
    let sizes = (0..ranks).map(share).collect::<Result<Vec<_>>>()?;
    for (shape, axis) in [(vec![10 * colours], 0), (vec![2, 10 * colours], 1), (vec![10 * colours, 2], 0)] {
        let layout = Layout::scatter_sizes(page.comm, &shape, axis, &sizes)?.with_mask(&mask)?;
        let x = DistArray::from_fn(&layout, |i| if i[axis] % 10 < 5 { 1.0 } else { 2.0 });
        page.say(format!("rank {rank} is of colour {}, which has {:?}", mask[rank], x.gather_group().shape()));
        page.tell("⟨x, x⟩", x.dot(&x)?);
        page.tell("norm", x.norm());
        page.tell("norm along the axis that is cut", x.norm_axis(Norm::P(2.0), axis)?.as_slice()[0]);
        page.ensure(x.dot(&x)? == (25 * shape.len()) as f64, "a colour has the array once")?;
    }
    Ok(())
}
