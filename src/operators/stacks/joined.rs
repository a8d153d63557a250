//! The spaces of a stack over all ranks, made of its parts' spaces on groups of ranks.

use super::Groups;
use super::words::{Lies, Told, Words, tell};
use crate::array::Space;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AxisMap, Layout, Mode, Partition, ProcessGrid, Region};
use crate::numbers::Scalar;
use crate::operators::{LinearOperator, Operator};

/// What the parts' domains are together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Domains {
    /// One vector, the same for all parts and cut alike in every group.
    Shared,
    /// Each part's own.
    Own,
}

/// The domain and the range of a stack, parts in the order of groups and of each group's list. An own
/// space is a member of a stack of spaces, on the ranks of its group.
///
/// # Communication
/// Two small all-reduces and two all-gathers.
pub(super) fn joined<X: Scalar, Y: Scalar>(
    groups: &Groups,
    parts: &[Operator<X, Y>],
    domains: Domains,
    [domain, range]: [&str; 2],
) -> Result<[Space; 2]> {
    let comm = groups.comm();
    comm.agree(check(groups, parts, domains, domain))?;
    let (words, counts) = comm.all_gather_uneven(&message(groups, parts, domains));
    let starts: Vec<_> = counts.iter().scan(0, |at, count| Some(std::mem::replace(at, *at + count))).collect();
    let mut shared: Option<(usize, Told)> = None;
    let (mut of_domain, mut of_range) = (vec![], vec![]);
    for group in 0..groups.count() {
        let ranks = groups.ranks(group);
        let mut reader = Words(&words[starts[ranks[0]]..]);
        let count = reader.next();
        if let Some(&rank) = ranks.iter().find(|&&rank| words[starts[rank]] != count) {
            let expected = format!("{count}, as on the first rank of group {group}");
            return Err(
                Error::expected(ErrorKind::Shape, "number of parts", expected, words[starts[rank]]).at_rank(rank)
            );
        }
        for part in 0..count {
            if domains == Domains::Own {
                of_domain.push(on_group(groups, group, &reader.space())?);
            } else if part == 0 {
                let found = reader.space();
                let (first, told) = shared.get_or_insert_with(|| (group, found.clone()));
                if *told != found {
                    let expected = format!("{}, as of group {first}", on_group(groups, *first, told)?);
                    let what = format!("{domain} of the parts of group {group}");
                    let found = on_group(groups, group, &found)?;
                    return Err(Error::expected(ErrorKind::Shape, what, expected, found));
                }
            }
            of_range.push(on_group(groups, group, &reader.space())?);
        }
    }
    if of_range.is_empty() {
        let what = format!("parts of a stack with one {domain} and {range}");
        return Err(Error::expected(ErrorKind::Shape, what, "at least one on some group", "none"));
    }
    let of_domain = match &shared {
        Some((_, told)) => on_every_group(groups, told)?,
        None => Space::stack(of_domain)?,
    };
    Ok([of_domain, Space::stack(of_range)?])
}

/// `Ok` if parts live on the group and, where their domain is shared, on one domain. A local fact.
fn check<X: Scalar, Y: Scalar>(
    groups: &Groups,
    parts: &[Operator<X, Y>],
    domains: Domains,
    domain: &str,
) -> Result<()> {
    for (k, part) in parts.iter().enumerate() {
        let what = |of: &str| format!("{of} part {k} of group {}, {}", groups.index(), part.name());
        for space in [part.domain(), part.range()] {
            if space.comm() != groups.own() && (space.comm().size(), groups.own().size()) != (1, 1) {
                let expected = format!("those of its group ({:?}, Groups::own)", groups.own());
                let found = format!("other ranks ({:?})", space.comm());
                return Err(Error::expected(ErrorKind::Communicator, what("ranks of"), expected, found));
            }
            if space.mask().is_some() {
                return Err(Error::expected(ErrorKind::Layout, what("space of"), "one without mask", space));
            }
        }
        if domains == Domains::Own {
            continue;
        }
        if part.domain().combines() {
            let expected = "no chunks that are combined";
            return Err(Error::expected(ErrorKind::Layout, what(&format!("{domain} of")), expected, part.domain()));
        }
        let first = parts[0].domain();
        if part.domain() != first && words(part.domain()) != words(first) {
            let expected = format!("{first}, as of part 0");
            return Err(Error::expected(ErrorKind::Shape, what(&format!("{domain} of")), expected, part.domain()));
        }
    }
    Ok(())
}

fn words(space: &Space) -> Vec<usize> {
    let mut words = vec![];
    tell(space, &mut words);
    words
}

/// The number of parts and, from the first rank of a group, their spaces.
fn message<X: Scalar, Y: Scalar>(groups: &Groups, parts: &[Operator<X, Y>], domains: Domains) -> Vec<usize> {
    let mut words = vec![parts.len()];
    if groups.own().rank() > 0 {
        return words;
    }
    for (k, part) in parts.iter().enumerate() {
        if domains == Domains::Own || k == 0 {
            tell(part.domain(), &mut words);
        }
        tell(part.range(), &mut words);
    }
    words
}

/// The space on the ranks of one group; the others hold nothing.
fn on_group(groups: &Groups, group: usize, told: &Told) -> Result<Space> {
    let (shape, lies) = match told {
        Told::Stack(members) => {
            return Space::stack(members.iter().map(|member| on_group(groups, group, member)).collect::<Result<_>>()?);
        }
        Told::Array { shape, lies } => (shape, lies),
    };
    let (comm, ranks) = (groups.comm(), groups.ranks(group));
    let chunks = |mode: Mode, of: &dyn Fn(usize) -> Vec<Region>| {
        let mut regions = vec![vec![]; comm.size()];
        ranks.iter().enumerate().for_each(|(place, &rank)| regions[rank] = of(place));
        Layout::in_chunks(comm, shape, regions, mode)
    };
    let layout = match lies {
        Lies::Replicated | Lies::Unsynced if ranks.len() == 1 && !shape.is_empty() => {
            let axes = shape.iter().map(|&n| AxisMap::Whole(n)).collect();
            grid(groups, shape, ProcessGrid::from_parts(axes, ranks.to_vec()))?
        }
        Lies::Replicated | Lies::Unsynced => chunks(Mode::Replica, &|_| vec![Region::whole(shape)])?,
        Lies::Grid(of_group) => {
            let on_ranks = of_group.ranks().map(|place| ranks[place]).collect();
            grid(groups, shape, ProcessGrid::from_parts(of_group.axes().to_vec(), on_ranks))?
        }
        Lies::Chunks(mode, regions) => chunks(*mode, &|place| regions[place].clone())?,
    };
    Ok(layout.into())
}

/// One vector, of which each group holds all, its ranks as told.
fn on_every_group(groups: &Groups, told: &Told) -> Result<Space> {
    let (shape, lies) = match told {
        Told::Stack(members) => {
            return Space::stack(members.iter().map(|member| on_every_group(groups, member)).collect::<Result<_>>()?);
        }
        Told::Array { shape, lies } => (shape, lies),
    };
    let (comm, places) = (groups.comm(), groups.own().size());
    let of_place = |place: usize| match lies {
        Lies::Replicated | Lies::Unsynced => vec![Region::whole(shape)],
        Lies::Grid(grid) => vec![grid.region(place)],
        Lies::Chunks(_, regions) => regions[place].clone(),
    };
    let whole = || (0..places).all(|place| of_place(place) == [Region::whole(shape)]);
    let layout = match lies {
        Lies::Unsynced => Layout::unsynced(comm, shape)?,
        _ if groups.count() == 1 => return on_group_alone(groups, told),
        _ if whole() => Layout::replicated(comm, shape)?,
        _ => {
            let mut regions = vec![vec![]; comm.size()];
            for group in 0..groups.count() {
                groups.ranks(group).iter().enumerate().for_each(|(place, &rank)| regions[rank] = of_place(place));
            }
            Layout::in_chunks(comm, shape, regions, Mode::Replica)?
        }
    };
    Ok(layout.into())
}

/// As told, where the only group is all ranks.
fn on_group_alone(groups: &Groups, told: &Told) -> Result<Space> {
    match told {
        Told::Array { shape, lies: Lies::Replicated } => Ok(Layout::replicated(groups.comm(), shape)?.into()),
        _ => on_group(groups, 0, told),
    }
}

fn grid(groups: &Groups, shape: &[usize], grid: ProcessGrid) -> Result<Layout> {
    Layout::replicated(groups.comm(), shape)?.with_partition(shape, Partition::Grid(grid))
}
