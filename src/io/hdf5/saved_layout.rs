//! The layout that an array had, kept as text beside its values.
//!
//! The text is JSON: how each axis is cut and which ranks have the cells of the grid, or the chunks of each
//! rank. It is read as any other part of a file is: as something that may say anything.

use super::wrong;
use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AxisMap, Cut, Grid, IndexSet, Layout, Mode, Partition, Region};
use hdf5::types::VarLenUnicode;
use serde_json::{Value, json};

/// The attribute that has it.
pub(super) const NAME: &str = "lops_layout";

/// Writes the layout beside the values.
pub(super) fn keep(dataset: &hdf5::Dataset, layout: &Layout) -> hdf5::Result<()> {
    let text: VarLenUnicode = written(layout).to_string().parse().map_err(|e| format!("{e}"))?;
    dataset.new_attr::<VarLenUnicode>().create(NAME)?.write_scalar(&text)
}

/// The text that is kept.
pub(super) fn kept(dataset: &hdf5::Dataset, what: &str) -> Result<String> {
    let what = format!("{what}, attribute {NAME}");
    if !dataset.attr_names().is_ok_and(|names| names.iter().any(|name| name == NAME)) {
        return wrong(what, "the layout of the array", "none");
    }
    match super::attributes::read(dataset, NAME, &what)? {
        super::Attribute::Text(text) if text.ndim() == 0 => Ok(text.into_iter().next().unwrap_or_default()),
        _ => wrong(what, "text", "something else"),
    }
}

fn written(layout: &Layout) -> Value {
    let ranks = layout.comm().size();
    let mut value = json!({ "ranks": ranks });
    match layout.partition() {
        Partition::Replicated => value["broadcast"] = "kept equal".into(),
        Partition::Unsynced => value["broadcast"] = "unsafe".into(),
        Partition::Grid(grid) => {
            value["axes"] = grid.axes().iter().map(axis).collect();
            value["grid_ranks"] = grid.ranks().into();
        }
        Partition::Chunks(chunks) => {
            let region = |region: &Region| region.sets().iter().map(set).collect::<Value>();
            let of_rank = |rank| chunks.of(rank).iter().map(region).collect::<Value>();
            value["mode"] = chunks.mode().to_string().into();
            value["chunks"] = (0..ranks).map(of_rank).collect();
        }
    }
    if let Some(mask) = layout.mask() {
        value["mask"] = mask.into();
    }
    value
}

fn axis(map: &AxisMap) -> Value {
    match map {
        AxisMap::Whole(_) => json!("whole"),
        AxisMap::Blocks(bounds) => json!({ "bounds": bounds }),
        AxisMap::Cyclic { block, over, .. } => json!({ "block": block, "over": over }),
        AxisMap::Listed(sets) => json!({ "listed": sets.iter().map(set).collect::<Vec<_>>() }),
    }
}

fn set(set: &IndexSet) -> Value {
    match set.as_blocks() {
        Some(blocks) => {
            json!({ "start": blocks.start, "block": blocks.block, "period": blocks.period, "stop": blocks.stop })
        }
        None => set.iter().collect(),
    }
}

/// The layout of a text, over an array of this shape. The same text on all ranks gives the same answer.
pub(super) fn parse(text: &str, comm: &Comm, shape: &[usize], what: &str) -> Result<Layout> {
    let what = format!("{what}, attribute {NAME}");
    let value: Value =
        serde_json::from_str(text).map_err(|error| Error::expected(ErrorKind::Format, &what, "JSON", error))?;
    let ranks = count(&value["ranks"]);
    if ranks.is_some_and(|ranks| ranks != comm.size()) {
        let found = format!("{} ranks", comm.size());
        return Err(Error::expected(ErrorKind::Layout, what, format!("{} ranks, as wrote it", value["ranks"]), found));
    }
    let layout = ranks.and_then(|_| read(&value, comm, shape).transpose());
    let Some(layout) = layout else {
        let start: String = text.chars().take(60).collect();
        return wrong(what, "a layout of the array", format!("{start}…"));
    };
    let layout = layout.map_err(|error| Error::expected(ErrorKind::Format, &what, "a layout of the array", error))?;
    match counts(&value["mask"]) {
        _ if value["mask"].is_null() => Ok(layout),
        Some(mask) => {
            layout.with_mask(&mask).map_err(|error| Error::expected(ErrorKind::Format, &what, "a mask", error))
        }
        None => wrong(what, "a mask", &value["mask"]),
    }
}

/// `Ok(None)` if the text is of another form.
fn read(value: &Value, comm: &Comm, shape: &[usize]) -> Result<Option<Layout>> {
    match value["broadcast"].as_str() {
        Some("kept equal") => return Layout::replicated(comm, shape).map(Some),
        Some("unsafe") => return Layout::unsynced(comm, shape).map(Some),
        _ => {}
    }
    if let Some(mode) = value["mode"].as_str() {
        let mode = Mode::ALL.into_iter().find(|known| known.to_string() == mode);
        let chunks = chunks(&value["chunks"], shape).filter(|chunks| chunks.len() == comm.size());
        let (Some(mode), Some(chunks)) = (mode, chunks) else { return Ok(None) };
        return Layout::in_chunks(comm, shape, chunks, mode).map(Some);
    }
    let (Some(axes), Some(ranks)) = (value["axes"].as_array(), counts(&value["grid_ranks"])) else { return Ok(None) };
    let cuts: Option<Vec<_>> = axes.iter().zip(shape).map(|(axis, &n)| cut(axis, n)).collect();
    let Some(cuts) = cuts.filter(|cuts| cuts.len() == shape.len() && axes.len() == shape.len()) else {
        return Ok(None);
    };
    let (cuts, over): (Vec<_>, Vec<_>) = cuts.into_iter().unzip();
    if over.iter().try_fold(1usize, |cells, &p| cells.checked_mul(p)) != Some(ranks.len()) {
        return Ok(None);
    }
    Grid::cut(&cuts).over(&over).on_ranks(&ranks).layout(comm, shape).map(Some)
}

/// How an axis is cut, and over how many coordinates.
fn cut(value: &Value, n: usize) -> Option<(Cut, usize)> {
    if value == "whole" {
        return Some((Cut::Whole, 1));
    }
    if let Some(bounds) = counts(&value["bounds"]) {
        let over = bounds.len().checked_sub(1)?;
        return Some((Cut::Bounds(bounds), over));
    }
    if let Some(lists) = value["listed"].as_array() {
        let sets = lists.iter().map(|list| index_set(list, n)).collect::<Option<Vec<_>>>()?;
        // Before any of them is written out.
        if sets.iter().try_fold(0usize, |sum, set| sum.checked_add(set.len())) != Some(n) {
            return None;
        }
        return Some((Cut::Listed(sets.iter().map(|set| set.iter().collect()).collect()), sets.len()));
    }
    Some((Cut::BlockCyclic(count(&value["block"])?), count(&value["over"])?))
}

fn chunks(value: &Value, shape: &[usize]) -> Option<Vec<Vec<Region>>> {
    let region = |value: &Value| {
        let sets = value.as_array().filter(|sets| sets.len() == shape.len())?;
        sets.iter().zip(shape).map(|(set, &n)| index_set(set, n)).collect::<Option<_>>().map(Region::new)
    };
    let of_rank = |value: &Value| value.as_array()?.iter().map(region).collect();
    value.as_array()?.iter().map(of_rank).collect()
}

/// Indices of an axis of n, each once.
fn index_set(value: &Value, n: usize) -> Option<IndexSet> {
    let set = if let Some(items) = counts(value) {
        IndexSet::list(items)
    } else {
        let number = |key| count(&value[key]);
        let (start, block) = (number("start")?, number("block")?);
        let (period, stop) = (number("period")?, number("stop")?);
        if block == 0 || block > period || stop > n {
            return None;
        }
        IndexSet::blocks(start, block, period, stop)
    };
    (set.extent().end <= n && set.duplicate().is_none()).then_some(set)
}

fn count(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|n| usize::try_from(n).ok())
}

fn counts(value: &Value) -> Option<Vec<usize>> {
    value.as_array()?.iter().map(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{Chunk, by};

    fn layouts(comm: &Comm) -> Vec<Layout> {
        let shape = [5, 6];
        let lists = Cut::Listed(vec![vec![5, 0, 2, 1, 4, 3]]);
        vec![
            Layout::replicated(comm, &shape).unwrap(),
            Layout::unsynced(comm, &shape).unwrap(),
            Layout::scatter(comm, &shape, 1).unwrap(),
            Layout::scatter(comm, &shape, 0).unwrap().with_mask(&[3]).unwrap(),
            Layout::grid(comm, &shape, &[Cut::Cyclic, Cut::BlockCyclic(4)]).unwrap(),
            Layout::grid(comm, &shape, &[Cut::Whole, lists]).unwrap(),
            Layout::chunked(comm, &shape, &[vec![Chunk::from(1..3), Chunk::from(by(0.., 2))]], Mode::Sum).unwrap(),
        ]
    }

    #[test]
    fn layouts_survive_the_text() {
        let comm = Comm::solo();
        for layout in layouts(&comm) {
            let text = written(&layout).to_string();
            let again = parse(&text, &comm, layout.shape(), "x").unwrap();
            assert_eq!(again.to_string(), layout.to_string(), "{text}");
            assert_eq!((again.partition(), again.mask()), (layout.partition(), layout.mask()), "{text}");
        }
    }

    #[test]
    fn texts_that_say_anything_are_layouts_or_errors() {
        let comm = Comm::solo();
        let huge = u64::MAX;
        for text in [
            String::new(),
            "{}".into(),
            "[[]]".into(),
            r#"{"ranks": 2, "broadcast": "unsafe"}"#.into(),
            r#"{"ranks": 1}"#.into(),
            r#"{"ranks": 1, "axes": ["whole"], "grid_ranks": [0]}"#.into(),
            r#"{"ranks": 1, "axes": ["whole", "whole"], "grid_ranks": []}"#.into(),
            r#"{"ranks": 1, "axes": ["whole", "whole"], "grid_ranks": [1]}"#.into(),
            r#"{"ranks": 1, "axes": ["whole", {"bounds": []}], "grid_ranks": [0]}"#.into(),
            r#"{"ranks": 1, "axes": ["whole", {"bounds": [0, 7]}], "grid_ranks": [0]}"#.into(),
            r#"{"ranks": 1, "axes": ["whole", {"block": 0, "over": 1}], "grid_ranks": [0]}"#.into(),
            format!(r#"{{"ranks": 1, "axes": ["whole", {{"block": 1, "over": {huge}}}], "grid_ranks": [0]}}"#),
            r#"{"ranks": 1, "axes": ["whole", {"listed": [[0, 1, 1, 2, 3, 4]]}], "grid_ranks": [0]}"#.into(),
            format!(r#"{{"ranks": 1, "axes": ["whole", {{"listed": [[{huge}]]}}], "grid_ranks": [0]}}"#),
            r#"{"ranks": 1, "mode": "mean", "chunks": [[]]}"#.into(),
            r#"{"ranks": 1, "mode": "sum", "chunks": [[], []]}"#.into(),
            r#"{"ranks": 1, "mode": "sum", "chunks": [[[[0], [6]]]]}"#.into(),
            r#"{"ranks": 1, "mode": "sum", "chunks": [[[[0]]]]}"#.into(),
            format!(
                r#"{{"ranks": 1, "mode": "sum", "chunks":
                    [[[[0], {{"start": 0, "block": 1, "period": 1, "stop": {huge}}}]]]}}"#
            ),
            r#"{"ranks": 1, "broadcast": "unsafe", "mask": [0, 1]}"#.into(),
            r#"{"ranks": 1, "broadcast": "unsafe", "mask": "x"}"#.into(),
        ] {
            let error = parse(&text, &comm, &[5, 6], "x").unwrap_err();
            assert!([ErrorKind::Format, ErrorKind::Layout].contains(&error.kind()), "{text}: {error}");
        }
    }
}
