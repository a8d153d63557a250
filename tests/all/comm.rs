//! The verbs of `Comm`.

crate::bodies! {
    fn ranks_are_numbered(comm) {
        assert!(comm.rank() < comm.size());
    }
}
