//! The trees of all ranks, put together and printed.

use super::super::traffic::Sent;
use super::record::Node;
use std::fmt;
use std::ops::RangeInclusive;

/// The least, the mean and the most of what ranks have.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// Of the rank that has the least.
    pub least: f64,
    /// Of all ranks, those that have nothing included.
    pub mean: f64,
    /// Of the rank that has the most.
    pub most: f64,
}

/// What all marks of one name inside the same one came to, on all ranks. Ranks without such a mark count as 0.
#[derive(Clone, Debug, PartialEq)]
pub struct TimingNode {
    /// The name of the marks.
    pub name: String,
    /// How many marks it is in: 0 of the whole.
    pub depth: usize,
    /// How often a rank had such a mark, from the least to the most.
    pub calls: RangeInclusive<u64>,
    /// Seconds from beginning to end, what is inside included.
    pub seconds: Spread,
    /// Seconds of these that no mark inside has.
    pub own_seconds: Spread,
    /// What all ranks together sent meanwhile.
    pub sent: Sent,
    /// Bytes that passes over memory moved meanwhile on all ranks together, as [`Moved::bytes`](crate::comm::Moved::bytes).
    pub moved: u64,
}

/// The tree of a [`Timing`](super::Timing), the same on every rank. Printed, it is a table, of which some lines are, but for
/// the last column (`GB moved`):
///
/// ```text
/// timing of 2 ranks                calls    least s     mean s     most s      own s      %   messages          bytes
/// total                                1     5.0732     5.0787     5.0841     0.5429  100.0        177       72911800
///   all_reduce                         4     0.0240     0.5237     1.0233     0.5237   10.3          8             64
///   cgls                               1     1.6280     1.6304     1.6327     0.0148   32.1         51        3556336
///     CGLS                             1     1.5669     1.5697     1.5724     0.0020   96.3         44          30096
///       iterate                       10     1.3605     1.3623     1.3641     0.2893   86.8         40          27360
///         PoststackModelling(…)       10     0.5144     0.5203     0.5262     0.5203   38.2          0              0
///         all_reduce                  20     0.0159     0.0390     0.0622     0.0390    2.9         40          27360
///         PoststackModelling(…)ᴴ      10     0.5010     0.5137     0.5264     0.5137   37.7          0              0
/// ```
///
/// Seconds are those of the rank with the least, of the mean, and of the rank with the most; `own` is the mean of what no
/// mark inside has, `%` the mean's part of what is above it. Messages, bytes and what passes over memory
/// [moved](crate::comm::Moved::bytes) are those of all ranks. Long names are shortened.
///
/// # Example
/// ```
/// use lops::{comm::{Reduction, Timing, Verb}, launch_threads};
///
/// launch_threads(2, |comm| {
///     let timing = Timing::start(comm)?;
///     if comm.rank() == 0 {
///         let _mark = comm.mark("work");
///     }
///     comm.all_reduce(&mut [1.0], Reduction::Sum);
///     let report = timing.finish();
///     let names: Vec<_> = report.nodes().iter().map(|node| &*node.name).collect();
///     assert_eq!(names, ["total", "work", "all_reduce"]);
///     assert_eq!(report.node(&["work"]).unwrap().calls, 0..=1); // on rank 1 none
///     let reductions = report.node(&[Verb::AllReduce.name()]).unwrap();
///     assert_eq!((reductions.sent.messages, reductions.sent.bytes), (2, 16));
///     println!("rank 0 worked for {} s, others waited up to {} s", report.nodes()[1].seconds.most, reductions.seconds.most);
///     Ok(())
/// })
/// .unwrap();
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct TimingReport {
    ranks: usize,
    /// Each before those inside it.
    nodes: Vec<TimingNode>,
}

/// Numbers of a node that travel: its parent, calls, nanoseconds, calls of verbs, messages, bytes, bytes moved, and its
/// name's length.
const NUMBERS: usize = 8;

/// Nodes as they travel.
pub(super) fn in_bytes(nodes: &[Node]) -> Vec<u8> {
    let mut bytes = vec![];
    for Node { name, parent, calls, time, sent, moved, .. } in nodes {
        let time = time.as_nanos() as u64;
        let (parent, length) = (*parent as u64, name.len() as u64);
        let numbers = [parent, *calls, time, sent.calls, sent.messages, sent.bytes, *moved, length];
        bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        bytes.extend(name.as_bytes());
    }
    bytes
}

/// A node of one rank, as it came.
struct Came<'a> {
    name: &'a [u8],
    parent: usize,
    mine: Mine,
}

/// What one rank has of a node.
#[derive(Clone, Copy, Default)]
struct Mine {
    calls: u64,
    /// Nanoseconds.
    time: u64,
    inside: u64,
    sent: Sent,
    moved: u64,
}

/// The nodes of a rank.
fn came(mut bytes: &[u8]) -> Vec<Came<'_>> {
    let mut nodes: Vec<Came<'_>> = vec![];
    while let Some((numbers, rest)) = bytes.split_first_chunk::<{ 8 * NUMBERS }>() {
        let mut numbers = numbers.as_chunks::<8>().0.iter().map(|number| u64::from_le_bytes(*number));
        let [parent, calls, time, verbs, messages, sent, moved, length] =
            std::array::from_fn(|_| numbers.next().unwrap_or(0));
        let (name, rest) = rest.split_at(length as usize);
        let sent = Sent { calls: verbs, messages, bytes: sent };
        let parent = parent as usize;
        if let Some(above) = nodes.get_mut(parent) {
            above.mine.inside += time;
        }
        nodes.push(Came { name, parent, mine: Mine { calls, time, inside: 0, sent, moved } });
        bytes = rest;
    }
    nodes
}

/// A node of all ranks.
struct Union<'a> {
    name: &'a [u8],
    depth: usize,
    children: Vec<usize>,
    of_ranks: Vec<Mine>,
}

impl TimingReport {
    /// Of the nodes of all ranks, so many bytes of each.
    pub(super) fn of_ranks(all: &[u8], lengths: &[usize]) -> Self {
        let ranks = lengths.len();
        let mut union: Vec<Union<'_>> = vec![];
        let mut rest = all;
        for (rank, &length) in lengths.iter().enumerate() {
            let (own, others) = rest.split_at(length);
            rest = others;
            let mut places = vec![];
            for Came { name, parent, mine } in came(own) {
                let above = places.get(parent).copied();
                let place = place(&mut union, name, above);
                union[place].of_ranks.resize(ranks, Mine::default());
                union[place].of_ranks[rank] = mine;
                places.push(place);
            }
        }
        let mut nodes = Vec::with_capacity(union.len());
        let mut open = vec![0];
        while let Some(node) = open.pop().and_then(|place| union.get(place)) {
            open.extend(node.children.iter().rev());
            nodes.push(node.together());
        }
        Self { ranks, nodes }
    }

    /// The nodes, each before those inside it, the whole first.
    pub fn nodes(&self) -> &[TimingNode] {
        &self.nodes
    }

    /// The node of these names, from the outermost on; that of no names is the whole.
    pub fn node(&self, names: &[&str]) -> Option<&TimingNode> {
        let mut nodes = self.nodes.iter();
        let mut found = nodes.next()?;
        for name in names {
            let depth = found.depth + 1;
            found = nodes
                .by_ref()
                .take_while(|node| node.depth >= depth)
                .find(|node| (node.depth, &*node.name) == (depth, name))?;
        }
        Some(found)
    }

    /// The number of ranks.
    pub fn ranks(&self) -> usize {
        self.ranks
    }
}

/// Where the node of this name inside that one is, which is made if it is not there.
fn place<'a>(union: &mut Vec<Union<'a>>, name: &'a [u8], above: Option<usize>) -> usize {
    let Some(above) = above else {
        if union.is_empty() {
            union.push(Union { name, depth: 0, children: vec![], of_ranks: vec![] });
        }
        return 0;
    };
    let known = union[above].children.iter().find(|&&child| union[child].name == name);
    known.copied().unwrap_or_else(|| {
        let (place, depth) = (union.len(), union[above].depth + 1);
        union[above].children.push(place);
        union.push(Union { name, depth, children: vec![], of_ranks: vec![] });
        place
    })
}

impl Union<'_> {
    fn together(&self) -> TimingNode {
        let calls = self.of_ranks.iter().map(|mine| mine.calls);
        TimingNode {
            name: String::from_utf8_lossy(self.name).into_owned(),
            depth: self.depth,
            calls: calls.clone().min().unwrap_or(0)..=calls.max().unwrap_or(0),
            seconds: spread(self.of_ranks.iter().map(|mine| mine.time)),
            own_seconds: spread(self.of_ranks.iter().map(|mine| mine.time.saturating_sub(mine.inside))),
            sent: self.of_ranks.iter().fold(Sent::NOTHING, |sum, mine| sum + mine.sent),
            moved: self.of_ranks.iter().map(|mine| mine.moved).sum(),
        }
    }
}

/// Of nanoseconds, in seconds.
fn spread(times: impl ExactSizeIterator<Item = u64> + Clone) -> Spread {
    let seconds = |time: u64| time as f64 * 1e-9;
    let mean = seconds(times.clone().sum()) / times.len().max(1) as f64;
    let [least, most] = [times.clone().min(), times.max()].map(|time| seconds(time.unwrap_or(0)));
    Spread { least, mean, most }
}

/// The widest that names are printed, with what they are moved in.
const WIDEST: usize = 42;

impl fmt::Display for TimingReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title =
            format!("timing of {}", if self.ranks == 1 { "1 rank".into() } else { format!("{} ranks", self.ranks) });
        let names: Vec<_> = self.nodes.iter().map(shown).collect();
        let width = names.iter().chain([&title]).map(|name| name.chars().count()).max().unwrap_or(0);
        write!(f, "{title:width$} {:>9} {:>10} {:>10} {:>10}", "calls", "least s", "mean s", "most s")?;
        write!(f, " {:>10} {:>6} {:>10} {:>14} {:>8}", "own s", "%", "messages", "bytes", "GB moved")?;
        let mut above: Vec<f64> = vec![];
        for (node, name) in self.nodes.iter().zip(&names) {
            let TimingNode { calls, seconds, own_seconds, sent, moved, depth, .. } = node;
            above.truncate(*depth);
            let part = above.last().map_or(1.0, |above| if *above > 0.0 { seconds.mean / above } else { 0.0 });
            above.push(seconds.mean);
            let (least, most) = (calls.start(), calls.end());
            let calls = if least == most { most.to_string() } else { format!("{least}–{most}") };
            let Spread { least, mean, most } = seconds;
            write!(f, "\n{name:width$} {calls:>9} {least:>10.4} {mean:>10.4} {most:>10.4}")?;
            let (own, percent) = (own_seconds.mean, 100.0 * part);
            write!(f, " {own:>10.4} {percent:>6.1} {:>10} {:>14}", sent.messages, sent.bytes)?;
            write!(f, " {:>8.3}", *moved as f64 / 1e9)?;
        }
        Ok(())
    }
}

/// The name as it is printed: moved in, in one line, and shortened where there is not the room for it.
fn shown(node: &TimingNode) -> String {
    let indent = 2 * node.depth;
    let name = node.name.replace(char::is_control, " ");
    format!("{:indent$}{}", "", shortened(&name, WIDEST.saturating_sub(indent).max(12)))
}

/// The name in so many characters: without what stands in parentheses after a name, `A(…)ᴴ`, and with the last character,
/// which may say that it is an adjoint.
fn shortened(name: &str, room: usize) -> String {
    if name.chars().count() <= room {
        return name.to_string();
    }
    let (mut short, mut inside) = (String::new(), 0);
    for c in name.chars() {
        let opens = c == '(' && (inside > 0 || short.ends_with(char::is_alphanumeric));
        match c {
            _ if opens => inside += 1,
            ')' if inside > 0 => inside -= 1,
            c if inside == 0 => short.push(c),
            _ => {}
        }
        if opens && inside == 1 {
            short.push_str("(…)");
        }
    }
    let mut short: Vec<_> = short.chars().collect();
    if short.len() > room {
        let last = short.len() - 1;
        short.splice(room - 2..last, ['…']);
    }
    short.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_say_what_they_are() {
        let short = |name| shortened(name, 20);
        assert_eq!(short("Laplacian(axes [0])"), "Laplacian(axes [0])");
        assert_eq!(short("Laplacian(axes [0, 1], (centered))ᴴ"), "Laplacian(…)ᴴ");
        assert_eq!(short("10 (Laplacian(axes [0, 1]) + B)"), "10 (Laplacian(…) +…)");
        assert_eq!(short("a name of many letters, ("), "a name of many let…(");
        assert_eq!(short("rank(rank(rank(rank(rank("), "rank(…)");
    }
}
