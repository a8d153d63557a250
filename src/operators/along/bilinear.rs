//! Values between the samples of two axes.

use super::as_one::AsOne;
use super::taken::{self, check_layout};
use super::weights::Weights;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AxisMap, Bounds, Layout, Partition, ProcessGrid};
use crate::numbers::Scalar;
use crate::operators::Operator;

/// `y[k, …] = x(pₖ, qₖ, …)`: values at places (pₖ, qₖ) between the samples of the first two axes, in units of their samples.
///
/// ```text
/// y = (1 − s) (1 − t) x[i, j] + (1 − s) t x[i, j + 1] + s (1 − t) x[i + 1, j] + s t x[i + 1, j + 1]
/// i = ⌊p⌋, s = p − i        j = ⌊q⌋, t = q − j
/// ```
///
/// The adjoint spreads each value over four samples with the same weights; places may come in any order and more than once, what they
/// spread is added. Along one axis it is [`Interp`](super::Interp).
///
/// # Spaces
/// `X`: an array of at least two axes, replicated or on any grid. `Y`: one axis for the places instead of the first two, cut evenly over all ranks over which
/// these are cut, and the others as they are. Chunks and masks are refused. Real or complex.
///
/// # Communication
/// One exchange where one of the first two axes is cut, in which a rank gets each sample that its values need once, and in the adjoint each
/// value that its samples need; otherwise none.
///
/// # Same bits
/// On any number of ranks and in any layout: each value is one sum on one rank, in ascending order of samples; of the adjoint, of places.
///
/// # Memory
/// Up to four weights for each value, of 16 bytes, twice, and 8 bytes for each sample of the two axes that a rank has.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::Bilinear};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[3, 3], 0)?;
///     let between = Bilinear::new(&[[0.5, 0.5], [2.0, 1.25], [1.75, 0.0]]).on(&layout)?;
///     let y = &between * &DistArray::from_fn(&layout, |i| (10 * i[0] + 4 * i[1]) as f64);
///     assert_eq!(y.gather_all().as_slice(), Some(&[7.0, 25.0, 17.5][..]));
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: pylops `Bilinear`, which takes two lists, refuses places that come twice, and has none on last samples.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct Bilinear {
    places: Vec<[f64; 2]>,
}

impl Bilinear {
    /// At these places: each on axis 0 and on axis 1.
    pub fn new(places: &[[f64; 2]]) -> Self {
        Self { places: places.to_vec() }
    }

    /// The operator on arrays of this layout. All ranks call it with the same places; nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no second axis; [`ErrorKind::Parameter`] of a place that is not finite, below 0 or above n − 1 of its
    /// axis; [`ErrorKind::Layout`] of chunks and masks.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let _operation = layout.comm().operation("Operator::on", format_args!("{self:?}, {layout:#}"));
        let places = &self.places;
        check_layout("Bilinear", 1, layout)?;
        let lengths = [layout.shape()[0], layout.shape()[1]];
        for (k, place) in places.iter().enumerate() {
            for axis in 0..2 {
                let last = lengths[axis] as f64 - 1.0;
                if !(0.0..=last).contains(&place[axis]) {
                    let what = format!("place {k} of Bilinear");
                    let expected = format!("0 to {last} (samples of axis {axis})");
                    return Err(Error::expected(ErrorKind::Parameter, what, expected, place[axis]));
                }
            }
        }
        let samples = lengths[0] * lengths[1];
        let weights = Weights::new(samples, places.iter().map(|&place| weights(place, lengths[1])));
        let range = with_places(layout, places.len())?;
        let name = format!("Bilinear({} places)", places.len());
        taken::between(name, &weights, AsOne::new(layout, 0..2), AsOne::new(&range, 0..1))
    }
}

/// Of a place the samples beside it with their weights, those that are not 0.
fn weights([p, q]: [f64; 2], width: usize) -> Vec<(usize, f64)> {
    let beside = |place: f64| {
        let behind = place - place.floor();
        [(place as usize, 1.0 - behind), (place as usize + 1, behind)].into_iter().filter(|(_, weight)| *weight != 0.0)
    };
    beside(p).flat_map(|(i, s)| beside(q).map(move |(j, t)| (i * width + j, s * t))).collect()
}

/// The layout with an axis of so many places instead of the first two.
fn with_places(layout: &Layout, places: usize) -> Result<Layout> {
    let shape = [&[places], &layout.shape()[2..]].concat();
    let Some(grid) = layout.process_grid() else { return layout.with_shape(&shape) };
    let [first, second, others @ ..] = grid.axes() else { return layout.with_shape(&shape) };
    let of_places = if first.is_whole() && second.is_whole() {
        AxisMap::Whole(places)
    } else {
        AxisMap::Blocks(Bounds::even(places, first.coordinates() * second.coordinates()))
    };
    let grid = ProcessGrid::from_parts([&[of_places], others].concat(), grid.ranks().collect());
    layout.with_partition(&shape, Partition::Grid(grid))
}
