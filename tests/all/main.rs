//! All test bodies that run on every engine, in one binary.

#![allow(unreachable_pub, reason = "the macro that declares bodies is used by several modules")]

/// Declares modules of bodies, and lists the bodies of all.
macro_rules! modules {
    ($($(#[$meta:meta])* $name:ident)*) => {
        $($(#[$meta])* mod $name;)*

        const MODULES: &[&[harness::Body]] = &[
            $($(#[$meta])* $name::BODIES,)*
            ufuncs::BODIES[0],
            ufuncs::BODIES[1],
        ];
    };
}
modules! {
    acting
    along_axes
    array
    assignment
    avo
    broadcasting
    beyond_convergence
    bidiagonal
    blocks
    by_rows
    checkpoints
    chunk_products
    chunk_slices
    chunk_suite
    check_scale
    chunks
    collective_pictures
    columns
    comm
    convolutions_nd
    cosines
    creation
    directional
    dist_products
    eigenpairs
    ends_of_range
    faults
    files
    files_dnpy
    files_npz
    files_segy
    files_sparse_npz
    greedy
    grids
    groups
    groups_of_spgl1
    halos
    #[cfg(feature = "hdf5")]
    hdf5
    hostile
    hostile_files
    indexing
    kirchhoff
    kirchhoff_weights
    long_expressions
    moved
    mri
    near_problems
    operators
    over
    over_cases
    over_running
    own_methods
    phantoms
    pictures
    places
    preconditioned
    preconditioners
    predict_cg
    products
    programs
    protocol
    proximal
    proximal_backtracking
    proximal_gradient
    proximal_inner
    proximal_admm
    proximal_laws
    proximal_matrices
    proximal_methods
    proximal_primal_dual
    proximal_splitting
    proximal_tv
    radon
    radon_spectra
    random
    rearranging
    rearranging_joins
    redistribution
    reductions
    registry
    reweighted
    same_bits
    seislets
    shifts
    shifts_of_cg
    signals
    solvers
    solvers_truth
    sorting
    sorting_uses
    sparse_products
    sparse_solvers
    spread_along
    square_krylov
    stencils
    sums
    timing
    tomography
    transforms
    transforms_in_pieces
    wavelets
    waves_blending
    waves_marchenko
    waves_one_way
    waves_up_down
    windows
    wrong_adjoints
    zoo
}

mod allocations;
mod avo_figures;
mod cases;
mod chunk_chains;
mod chunk_maps;
mod compared;
mod compressed_sensing;
mod conformance;
mod harness;
mod killed_jobs;
mod layers;
mod mdd;
mod memory_plans;
mod one_of_many;
mod packaging;
mod picks;
mod proximal_admm_memory;
mod proximal_figures;
mod proximal_memory;
mod reflectivity;
mod ufuncs;
#[cfg(feature = "mpi")]
mod under_mpirun;

#[test]
fn every_body_has_its_own_name() {
    let mut names: Vec<_> = MODULES.iter().flat_map(|bodies| bodies.iter().map(|(name, _)| name)).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
}
