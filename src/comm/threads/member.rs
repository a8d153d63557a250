//! One rank's membership in a group.

use super::post::Post;
use super::world::{State, World};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

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
