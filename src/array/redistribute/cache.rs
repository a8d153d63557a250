//! The last few plans from a layout.

use super::Plan;
use std::{
    cell::RefCell,
    rc::{Rc, Weak},
};

/// How many plans are kept.
const KEPT: usize = 4;

/// Plans to targets of type `K`, which are not kept alive by them.
#[derive(Debug)]
pub(crate) struct PlanCache<K>(RefCell<Vec<(Weak<K>, Rc<Plan>)>>);

impl<K> Default for PlanCache<K> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<K> PlanCache<K> {
    /// The plan to this target, made if there is none to one that is the same.
    pub(crate) fn plan(&self, target: &Rc<K>, same: impl Fn(&Rc<K>) -> bool, make: impl FnOnce() -> Plan) -> Rc<Plan> {
        let mut plans = self.0.borrow_mut();
        plans.retain(|(target, _)| target.strong_count() > 0);
        if let Some(at) = plans.iter().position(|(known, _)| known.upgrade().is_some_and(|known| same(&known))) {
            let found = plans.remove(at);
            let plan = found.1.clone();
            plans.push(found); // the one used last is the last to go
            return plan;
        }
        let plan = Rc::new(make());
        plans.push((Rc::downgrade(target), plan.clone()));
        if plans.len() > KEPT {
            plans.remove(0);
        }
        plan
    }
}
