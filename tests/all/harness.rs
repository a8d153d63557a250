//! One body, every engine: a test is a function over a `Comm`, run on one rank, on threads, and
//! under `mpirun`.

use lops::{Comm, launch_threads};

/// A named test body.
pub(crate) type Body = (&'static str, fn(&Comm));

/// Thread ranks every body runs on: fewer and more than cores, odd and even. They are dealt out to the tests with and without MPI,
/// as threads are the same in both; with it the bodies run under `mpirun` on 1 to 4 ranks too.
pub(crate) const THREADS: &[usize] = if cfg!(feature = "mpi") { &[3, 8] } else { &[1, 2, 5] };

/// Runs a body on every number of thread ranks.
pub(crate) fn on_threads(body: fn(&Comm)) {
    for &ranks in THREADS {
        launch_threads(ranks, |comm| {
            body(comm);
            Ok(())
        })
        .unwrap_or_else(|error| panic!("on {ranks} threads: {error}"));
    }
}

/// Declares test bodies: each becomes a `#[test]` on threads and an entry of `BODIES`, which the
/// launcher tests run under `mpirun`.
#[macro_export]
macro_rules! bodies {
    ($($(#[$meta:meta])* fn $name:ident($comm:ident) $body:block)*) => {
        $($(#[$meta])* fn $name($comm: &lops::Comm) $body)*

        pub const BODIES: &[$crate::harness::Body] =
            &[$((concat!(module_path!(), "::", stringify!($name)), $name)),*];

        mod on_threads {
            $(#[test]
            fn $name() {
                $crate::harness::on_threads(super::$name);
            })*
        }
    };
}
