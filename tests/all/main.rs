//! All test bodies that run on every engine, in one binary.

#![allow(unreachable_pub, reason = "the macro that declares bodies is used by several modules")]

mod acting;
mod array;
mod assignment;
mod broadcasting;
mod cases;
mod chunk_chains;
mod chunk_maps;
mod chunk_products;
mod chunk_slices;
mod chunk_suite;
mod chunks;
mod comm;
mod creation;
mod files;
mod files_dnpy;
mod files_npz;
mod files_segy;
mod grids;
mod halos;
mod harness;
#[cfg(feature = "hdf5")]
mod hdf5;
mod hostile;
mod hostile_files;
mod indexing;
mod long_expressions;
mod operators;
mod over;
mod over_cases;
mod over_running;
mod picks;
mod pictures;
mod products;
mod protocol;
mod random;
mod rearranging;
mod rearranging_joins;
mod redistribution;
mod reductions;
mod registry;
mod solvers;
mod sorting;
mod sorting_uses;
mod stencils;
mod ufuncs;
#[cfg(feature = "mpi")]
mod under_mpirun;

/// The bodies of every module: what is missing here is an unused constant, which does not lint.
const MODULES: &[&[harness::Body]] = &[
    acting::BODIES,
    array::BODIES,
    assignment::BODIES,
    broadcasting::BODIES,
    chunk_products::BODIES,
    chunk_suite::BODIES,
    chunks::BODIES,
    chunk_slices::BODIES,
    comm::BODIES,
    creation::BODIES,
    files::BODIES,
    files_dnpy::BODIES,
    files_npz::BODIES,
    files_segy::BODIES,
    grids::BODIES,
    halos::BODIES,
    #[cfg(feature = "hdf5")]
    hdf5::BODIES,
    hostile::BODIES,
    hostile_files::BODIES,
    indexing::BODIES,
    long_expressions::BODIES,
    operators::BODIES,
    over::BODIES,
    over_cases::BODIES,
    over_running::BODIES,
    pictures::BODIES,
    products::BODIES,
    protocol::BODIES,
    random::BODIES,
    rearranging::BODIES,
    rearranging_joins::BODIES,
    redistribution::BODIES,
    reductions::BODIES,
    registry::BODIES,
    solvers::BODIES,
    sorting::BODIES,
    sorting_uses::BODIES,
    stencils::BODIES,
    ufuncs::BODIES[0],
    ufuncs::BODIES[1],
];

#[test]
fn every_body_has_its_own_name() {
    let mut names: Vec<_> = MODULES.iter().flat_map(|bodies| bodies.iter().map(|(name, _)| name)).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
}
