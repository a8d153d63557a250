//! What the world knows of a group of ranks.

use super::super::rank_list::RankList;
use super::post::Post;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// What the world knows of a group.
pub(super) struct Group {
    /// World ranks, increasing.
    pub(super) members: Arc<[usize]>,
    /// What each member has posted to the collective under way.
    pub(super) posts: Vec<Option<Post>>,
    pub(super) arrived: usize,
    /// The member that arrived first.
    pub(super) first: usize,
    /// Members that have moved their part of the data.
    pub(super) moved: usize,
    /// A member (world rank) that has returned from the program.
    pub(super) left: Option<usize>,
    /// Mailboxes between members, by world ranks: source, destination.
    pub(super) mailboxes: HashMap<(usize, usize), usize>,
    /// Members that still have a handle.
    pub(super) handles: usize,
    whole_world: bool,
}

impl Group {
    /// The group of the whole world.
    pub(super) fn new(members: Vec<usize>) -> Self {
        Self {
            posts: members.iter().map(|_| None).collect(),
            arrived: 0,
            first: 0,
            moved: 0,
            left: None,
            mailboxes: HashMap::new(),
            handles: members.len(),
            whole_world: true,
            members: members.into(),
        }
    }

    pub(super) fn of_some(members: Vec<usize>) -> Self {
        Self { whole_world: false, ..Self::new(members) }
    }

    pub(super) fn has(&self, rank: usize) -> bool {
        self.members.binary_search(&rank).is_ok()
    }

    /// World ranks that the collective under way waits for.
    pub(super) fn absent(&self) -> Vec<usize> {
        let posted = self.members.iter().zip(&self.posts);
        posted.filter(|(_, post)| post.is_none()).map(|(&rank, _)| rank).collect()
    }

    /// The call that a rank has posted, in words.
    pub(super) fn describe_call(&self, rank: usize) -> String {
        let post = self.members.binary_search(&rank).ok().and_then(|member| self.posts[member].as_ref());
        post.map_or_else(|| "no collective".to_owned(), |post| self.in_group(&post.call))
    }

    /// The call, and of which group it is where that is not clear.
    pub(super) fn in_group(&self, call: &impl fmt::Display) -> String {
        if self.whole_world {
            return call.to_string();
        }
        format!("{call} of the group of {}", RankList(&self.members))
    }

    pub(super) fn left_words(&self, gone: usize, rank: usize) -> String {
        format!("rank {gone} has returned while rank {rank} waits for it in {}", self.describe_call(rank))
    }
}
