//! The layout that an array had, kept as text beside its values.
//!
//! The text is JSON: how each axis is cut and which ranks have the cells of the grid, or the chunks of each
//! rank. It is read as any other part of a file is: as something that may say anything.

use super::{listing, wrong};
use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AxisMap, Cut, Grid, IndexSet, Layout, Mode, Partition, Region};
use hdf5::types::VarLenUnicode;
use serde_json::{Value, json};

/// The attribute that has it.
pub(super) const NAME: &str = "lops_layout";

/// No rank has more chunks than this on average, and none covers the array more often.
const MOST_CHUNKS: usize = 1024;
const MOST_COVER: usize = 16;

/// Writes the layout beside the values, if it is one that would be believed.
pub(super) fn keep(dataset: &hdf5::Dataset, layout: &Layout) -> hdf5::Result<()> {
    let text = written(layout).to_string();
    if too_long(&text, layout.comm(), layout.shape()).or_else(|| too_much(layout)).is_some() {
        return Ok(());
    }
    let text: VarLenUnicode = text.parse().map_err(|e| format!("{e}"))?;
    dataset.new_attr::<VarLenUnicode>().create(NAME)?.write_scalar(&text)
}

/// The text that is kept.
pub(super) fn kept(dataset: &hdf5::Dataset, what: &str) -> Result<String> {
    let what = format!("{what}, attribute {NAME}");
    if !listing::attributes(dataset).is_ok_and(|names| names.iter().any(|name| name == NAME)) {
        return wrong(what, "the layout of the array", "none");
    }
    match super::attributes::read(dataset, NAME, &what)? {
        super::Attribute::Text(text) if text.ndim() == 0 => Ok(text.into_iter().next().unwrap_or_default()),
        _ => wrong(what, "text", "something else"),
    }
}

/// What a text may have, if this one has more: room for every index of every axis, and for the chunks.
fn too_long(text: &str, comm: &Comm, shape: &[usize]) -> Option<(String, String)> {
    let indices = shape.iter().fold(comm.size(), |sum, &n| sum.saturating_add(n));
    let chunks = 80 * MOST_CHUNKS * comm.size() * shape.len();
    let most = indices.saturating_mul(32).saturating_add(chunks + (1 << 16));
    (text.len() > most).then(|| (format!("at most {most} bytes"), text.len().to_string()))
}

/// What a layout in chunks may have, if this one has more.
fn too_much(layout: &Layout) -> Option<(String, String)> {
    let Partition::Chunks(chunks) = layout.partition() else { return None };
    let ranks = layout.comm().size();
    let count = (0..ranks).map(|rank| chunks.of(rank).len()).sum();
    let lengths = |rank| chunks.of(rank).iter().map(Region::len).fold(0, usize::saturating_add);
    too_many(count, ranks).or_else(|| too_often((0..ranks).map(lengths), layout.shape()))
}

fn too_many(chunks: usize, ranks: usize) -> Option<(String, String)> {
    let most = MOST_CHUNKS.saturating_mul(ranks);
    (chunks > most).then(|| (format!("at most {most} chunks"), format!("{chunks} chunks")))
}

fn too_often(lengths: impl Iterator<Item = usize>, shape: &[usize]) -> Option<(String, String)> {
    let most = MOST_COVER.saturating_mul(shape.iter().product());
    let worst = lengths.max().filter(|&length| length > most)?;
    Some((format!("at most {most} elements in the chunks of a rank"), worst.to_string()))
}

fn written(layout: &Layout) -> Value {
    let ranks = layout.comm().size();
    let mut value = json!({ "ranks": ranks });
    match layout.partition() {
        Partition::Replicated => value["broadcast"] = "kept equal".into(),
        Partition::Unsynced => value["broadcast"] = "unsafe".into(),
        Partition::Grid(grid) => {
            value["axes"] = grid.axes().iter().map(axis).collect();
            value["grid_ranks"] = grid.ranks().collect();
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
        AxisMap::Blocks(bounds) => json!({ "bounds": bounds.iter().collect::<Vec<_>>() }),
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
    if let Some((expected, found)) = too_long(text, comm, shape) {
        return wrong(what, expected, found);
    }
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
        let count = |of_rank: &Value| of_rank.as_array().map_or(0, Vec::len);
        let count = value["chunks"].as_array().map_or(0, |ranks| ranks.iter().map(count).sum());
        let refused = |(expected, found)| Error::expected(ErrorKind::Format, "chunks", expected, found);
        if let Some(words) = too_many(count, comm.size()) {
            return Err(refused(words));
        }
        let chunks = chunks(&value["chunks"], shape).filter(|chunks| chunks.len() == comm.size());
        let length = |of_rank: &Vec<Region>| of_rank.iter().map(Region::len).fold(0, usize::saturating_add);
        if let Some(words) = chunks.as_ref().and_then(|chunks| too_often(chunks.iter().map(length), shape)) {
            return Err(refused(words));
        }
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

    /// 300 times the whole array, and 50,000 chunks.
    #[test]
    fn layouts_that_take_more_than_the_array_are_refused() {
        let comm = Comm::solo();
        let text = |chunk: &str, times: usize| {
            format!(r#"{{"ranks": 1, "mode": "replica", "chunks": [[{}]]}}"#, vec![chunk; times].join(","))
        };
        let run = |n: usize| format!(r#"{{"start": 0, "block": {n}, "period": {n}, "stop": {n}}}"#);
        let whole = format!("[{}, {}]", run(5), run(6));
        for (chunk, times, words) in [
            (&whole[..], 300, "expected at most 480 elements in the chunks of a rank, found 9000"),
            (&whole, 17, "expected at most 480 elements"),
            ("[[0],[0]]", 1500, "expected at most 1024 chunks, found 1500 chunks"),
            ("[[0],[0]]", 50_000, "bytes, found"),
        ] {
            let error = parse(&text(chunk, times), &comm, &[5, 6], "x").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Format);
            assert!(error.message().contains(words), "{error}");
        }
        assert!(parse(&text(&whole, 16), &comm, &[5, 6], "x").is_ok());
        assert!(parse(&text("[[0],[0]]", 480), &comm, &[5, 6], "x").is_ok());
        let long = format!(r#"{{"ranks": [{}]}}"#, "1,".repeat(10_000_000));
        assert!(parse(&long, &comm, &[5, 6], "x").unwrap_err().message().contains("bytes, found 20"));
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
