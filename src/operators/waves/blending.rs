//! What all kinds of blending have in common: which sources make which record, and on which rank.

use super::blended::{Blended, Fired, Lengths};
use crate::error::{Error, ErrorKind, Result, check_above_0};
use crate::layout::{Axes, AxisMap, IndexSet, Layout, Partition};
use crate::numbers::Scalar;
use crate::operators::signal::Named;
use crate::operators::{Kernels, Operator, Redistribute, all_whole, check_moves, is_whole, with_lengths};
use ndarray::Array2;

/// Records of sources, each source in one of them.
pub(super) struct Blending {
    pub(super) name: String,
    /// The sources of each record, and by how many samples they are delayed.
    pub(super) records: Vec<Vec<(usize, f64)>>,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// One record of so many samples, into which traces are laid.
    Continuous(usize),
    /// Records as long as traces, which go around.
    Grouped,
}

/// `Ok` of arrays of traces without chunks.
pub(super) fn check(what: &str, layout: &Layout, sampling: f64) -> Result<()> {
    if layout.chunks().is_some() {
        return Err(Error::expected(ErrorKind::Layout, format!("layout of {what}"), "one without chunks", layout));
    }
    let shape = layout.shape();
    if shape.len() < 3 || shape[0] == 0 || shape[shape.len() - 1] == 0 {
        let expected = "[sources, receivers, times], with a source and a time";
        return Err(Error::expected(ErrorKind::Shape, format!("shape of {what}"), expected, format!("{shape:?}")));
    }
    check_above_0(format_args!("sampling of {what}"), sampling)
}

/// Delays of as many sources as there are, in samples.
pub(super) fn samples(
    what: &str,
    times: &[f64],
    sources: usize,
    sampling: f64,
    expected: &str,
    is_right: impl Fn(f64) -> bool,
) -> Result<Vec<f64>> {
    if times.len() != sources {
        let expected = format!("{sources}, one for each source");
        return Err(Error::expected(ErrorKind::Shape, format!("times of {what}"), expected, times.len()));
    }
    let samples: Vec<_> = times.iter().map(|time| time / sampling).collect();
    if let Some(source) = samples.iter().position(|&samples| !is_right(samples)) {
        let what = format!("time of source {source} of {what}, in samples");
        return Err(Error::expected(ErrorKind::Parameter, what, expected, samples[source]));
    }
    Ok(samples)
}

/// The operator of sources in groups, with times `[members of a group, groups]`: `source` is the number of a member of a group.
pub(super) fn of_groups<T: Scalar>(
    what: &str,
    times: &Array2<f64>,
    sampling: f64,
    layout: &Layout,
    source: impl Fn(usize, usize) -> usize,
) -> Result<Operator<T>> {
    let (size, groups) = times.dim();
    let name = format!("{what}({groups} groups of {size}, h {sampling})");
    let told: Vec<_> = times.iter().collect(); // an array leaves out some in print
    let _operation = layout.comm().operation("Operator::on", format_args!("{name}, {told:?}, {layout:#}"));
    check(what, layout, sampling)?;
    let times: Vec<_> = times.iter().copied().collect();
    let samples = samples(what, &times, layout.shape()[0], sampling, "a finite number", f64::is_finite)?;
    let sources =
        |group: usize| (0..size).map(|member| (source(member, group), samples[member * groups + group])).collect();
    let records = (0..groups).map(sources).collect();
    Blending { name, records, kind: Kind::Grouped }.on(layout)
}

impl Blending {
    /// The operator on arrays that are checked. Where a record's sources are on several ranks, all come together for
    /// some receivers.
    pub(super) fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let name = self.name.clone();
        let time = layout.ndim() - 1;
        if is_whole(layout, time)
            && let Some(range) = self.range(layout)?
        {
            return Ok(self.at_work(layout, &range));
        }
        check_moves(&name, layout)?;
        let at_work = all_whole(layout, &[0, time])?;
        let range =
            self.range(&at_work)?.ok_or_else(|| Error::new(ErrorKind::Layout, format!("{name} of {layout}")))?;
        let there = Redistribute::to(&at_work).on(layout)?;
        let inner = self.at_work(&at_work, &range).compose(&there)?;
        Ok(Operator::new(Named { name, inner }))
    }

    fn at_work<T: Scalar>(self, layout: &Layout, range: &Layout) -> Operator<T> {
        let shape = layout.local_shape();
        let time = shape.len() - 1;
        let traces = layout.shape()[time];
        let lengths = Lengths {
            receivers: shape[1..time].iter().product(),
            source: traces,
            delayed: match self.kind {
                Kind::Continuous(_) => traces + 1,
                Kind::Grouped => traces,
            },
            record: range.shape()[range.ndim() - 1],
        };
        let own = layout.regions(layout.comm().rank())[0].sets()[0].clone();
        let fired = |&(source, samples): &(usize, f64)| {
            let first = match self.kind {
                Kind::Continuous(_) => samples.floor(),
                Kind::Grouped => 0.0,
            };
            Some(Fired::new(own.position(source)?, first as usize, samples - first, lengths.delayed))
        };
        let records = self.records.iter().filter_map(|sources| sources.iter().map(fired).collect()).collect();
        Blended::new(self.name, records, lengths).between(layout, range)
    }

    /// The layout of the records of traces that are whole; `None` if a record's sources are on several ranks.
    fn range(&self, layout: &Layout) -> Result<Option<Layout>> {
        if let Kind::Continuous(samples) = self.kind {
            if !is_whole(layout, 0) {
                return Ok(None);
            }
            let receivers = layout.without(&Axes::new(layout.shape(), &[0])?)?;
            return with_lengths(&receivers, &[(layout.ndim() - 2, samples)]).map(Some);
        }
        let mut shape = layout.shape().to_vec();
        shape[0] = self.records.len();
        let Some(grid) = layout.process_grid() else { return layout.with_shape(&shape).map(Some) };
        let mut maps = grid.axes().to_vec();
        let sets: Option<Vec<_>> = (0..maps[0].coordinates()).map(|p| self.records_in(&maps[0].set(p))).collect();
        let Some(sets) = sets else { return Ok(None) };
        maps[0] = match maps[0] {
            AxisMap::Whole(_) => AxisMap::Whole(self.records.len()),
            _ => AxisMap::dealt(sets),
        };
        layout.with_partition(&shape, Partition::Grid(grid.with_axes(maps))).map(Some)
    }

    /// The records made of these sources alone, if they make nothing else.
    fn records_in(&self, sources: &IndexSet) -> Option<Vec<usize>> {
        let is_in = |record: &usize| self.records[*record].iter().all(|&(source, _)| sources.contains(source));
        let records: Vec<_> = (0..self.records.len()).filter(is_in).collect();
        let of_these: usize = records.iter().map(|&record| self.records[record].len()).sum();
        (of_these == sources.len()).then_some(records)
    }
}
