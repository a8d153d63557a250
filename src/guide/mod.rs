//! The guide: from a first program to the limits, for scientists who know NumPy and perhaps PyLops and `mpirun`.
//!
//! Every block of Rust in it is compiled and run by the tests of the crate. Read it in order, or go to what you need:
//!
//! | chapter | what is in it |
//! |---|---|
//! | [First program](first_program) | a crate of your own, a program, threads, processes |
//! | [All ranks call, rank 0 prints](all_ranks) | the one rule, what happens where it is broken, and how errors end a job |
//! | [Layouts in pictures](layouts) | who owns what: rows, grids, cyclic cuts, replicas, chunks; moving from one to another |
//! | [Local and distributed operators](local_and_distributed) | derivatives along cut axes, stacks of operators of the ranks' own, groups of ranks |
//! | [An operator of your own](own_operator) | two closures, or a type with two kernels; how it is checked |
//! | [One that communicates](own_operator_with_communication) | ghost rows, sums over ranks, what to say of messages |
//! | [Solving](solving) | which solver for which problem, tolerances, the reason to stop, regularisation, checkpoints |
//! | [Sparse models and proximal operators](proximal) | FISTA and its kin, functions with a prox |
//! | [A method of your own](own_method) | an iterative method in forty lines, with log, callback and report for nothing |
//! | [Where bits are kept](same_bits) | and where they are not |
//! | [Files](files) | `.npy`, `.npz`, HDF5, SEG-Y, bare bytes: each rank its own part |
//! | [Under mpirun, Slurm and in containers](running) | building with MPI, starting, placing ranks, what variables say |
//! | [From PyLops-MPI, line by line](from_pylops_mpi) | a program of theirs beside ours |
//! | [From DistArray](from_distarray) | the same |
//! | [Performance](performance) | words, in-place forms, by rows, placing ranks, measuring |
//! | [Limits](limits) | what is not there, and how large things may be |
//!
//! Programs to read and to copy are in the folder `examples` of the repository; `examples/template` is a crate to begin with.

macro_rules! chapters {
    ($($name:ident $file:literal)*) => {$(
        #[doc = include_str!($file)]
        pub mod $name {}
    )*};
}

chapters! {
    first_program "first_program.md"
    all_ranks "all_ranks.md"
    layouts "layouts.md"
    local_and_distributed "local_and_distributed.md"
    own_operator "own_operator.md"
    own_operator_with_communication "own_operator_with_communication.md"
    solving "solving.md"
    proximal "proximal.md"
    own_method "own_method.md"
    same_bits "same_bits.md"
    files "files.md"
    running "running.md"
    from_pylops_mpi "from_pylops_mpi.md"
    from_distarray "from_distarray.md"
    performance "performance.md"
    limits "limits.md"
}
