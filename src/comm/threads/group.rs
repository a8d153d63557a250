//! A group of ranks and one rank's membership in it.

use super::post::Post;
use super::world::{State, World};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

/// What the world knows of a group.
pub(super) struct Group {
    /// World ranks, increasing.
    members: Arc<[usize]>,
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
    handles: usize,
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

/// `rank 3`, `ranks 0, 1`, `ranks 0, 1, 2, 3 and 5 more`.
pub(super) struct RankList<'a>(pub(super) &'a [usize]);

impl fmt::Display for RankList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMED: usize = 4;
        let named: Vec<_> = self.0.iter().take(NAMED).map(ToString::to_string).collect();
        write!(f, "rank{} {}", if self.0.len() == 1 { "" } else { "s" }, named.join(", "))?;
        if self.0.len() > NAMED {
            write!(f, " and {} more", self.0.len() - NAMED)?;
        }
        Ok(())
    }
}

/// One rank's handle on a group: the engine behind its `Comm`.
pub(super) struct Member(pub(super) Rc<Handle>);

/// Lives as long as the communicator or any of its channels.
pub(super) struct Handle {
    pub(super) world: Arc<World>,
    pub(super) group: usize,
    /// This rank in the world and in the group.
    pub(super) world_rank: usize,
    pub(super) rank: usize,
    pub(super) members: Arc<[usize]>,
    /// Memory that collectives use again and again.
    pub(super) posts: RefCell<Vec<Post>>,
    pub(super) send_at: RefCell<Vec<usize>>,
    pub(super) receive_at: RefCell<Vec<usize>>,
}

impl Member {
    /// A rank's handle on the whole world.
    pub(super) fn of_world(world: &Arc<World>, rank: usize) -> Self {
        Self::new(world, 0, rank, &world.lock())
    }

    /// A rank's handle on a group. Each member makes one.
    pub(super) fn new(world: &Arc<World>, group: usize, world_rank: usize, state: &State) -> Self {
        let members = state.groups[group].members.clone();
        let rank = members.binary_search(&world_rank).expect("a member of the group");
        Self(Rc::new(Handle {
            world: world.clone(),
            group,
            world_rank,
            rank,
            // Whoever comes last fills it: no rank may have to take memory for it later.
            posts: RefCell::new(Vec::with_capacity(members.len())),
            members,
            send_at: RefCell::default(),
            receive_at: RefCell::default(),
        }))
    }
}

impl Drop for Handle {
    /// The last member's handle takes the group with it.
    fn drop(&mut self) {
        let mut state = self.world.lock();
        let group = &mut state.groups[self.group];
        group.handles -= 1;
        if group.handles > 0 {
            return;
        }
        let Some(group) = state.groups.remove(self.group) else { return };
        for mailbox in group.mailboxes.into_values() {
            let words = state.mailboxes.remove(mailbox).and_then(|mailbox| mailbox.unreceived());
            state.unreceived = state.unreceived.take().or(words);
        }
    }
}
