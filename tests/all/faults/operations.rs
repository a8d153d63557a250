//! Every operation that communicates, as a program calls it: rightly, or told something else than other ranks are.

use super::proximal::PROXIMAL;
use super::proximal_methods::PROXIMAL_METHODS;
use super::solving::SOLVERS;
use lops::array::Norm;
use lops::comm::Reduction;
use lops::io::{RawVolume, load_dnpy, load_npy, open_npy, open_segy, save_dnpy, save_npy, save_segy};
use lops::layout::{Cut, Mode};
use lops::library::{Random, apply_to, matmul, tensordot};
use lops::ndarray::Array2;
use lops::operators::{
    BlendingContinuous, BlendingGroup, BlockDiag, ChirpRadon2D, Convolve1D, ConvolveND, DistMatrixMult, FFT,
    FirstDerivative, FourierRadon2D, Fredholm1, Groups, HStack, Halo, Identity, Interp, Kirchhoff, Laplacian,
    Marchenko, MatrixMult, NonStationaryConvolve2D, Pad, PhaseShift, PressureToVelocity, Radon2D, Redistribute,
    Restriction, Shift, SparseMatrix, Spread, TransposeAxes, VStack, Windows,
};
use lops::plot::{Curves, Ownership, Section};
use lops::{Comm, Complex, DistArray, Layout, LinearOperator, Result, index};

/// An operation. `twisted` ranks are told something else than others; where that is
/// not possible, they have another layout.
pub(super) struct Operation {
    pub(super) name: &'static str,
    /// Names that errors may tell, one of them.
    pub(super) says: &'static [&'static str],
    pub(super) call: fn(&Comm, bool) -> Result<()>,
    /// Whether a twist is an error that all ranks get, whatever is compared.
    pub(super) is_compared: bool,
}

/// 12 × 8 numbers by rows, or 13 × 8.
pub(super) fn x(comm: &Comm, twisted: bool) -> Result<DistArray<f64>> {
    let layout = Layout::scatter(comm, &[12 + usize::from(twisted), 8], 0)?;
    Ok(DistArray::from_fn(&layout, |i| (i[0] * 8 + i[1]) as f64 + 1.0))
}

fn axis(twisted: bool) -> usize {
    usize::from(twisted)
}

fn chunks(comm: &Comm, mode: Mode) -> Result<DistArray<f64>> {
    let map: Vec<_> = (0..comm.size()).map(|rank| vec![lops::layout::Chunk::from(rank..rank + 3)]).collect();
    Ok(DistArray::full(&Layout::chunked(comm, &[comm.size() + 2], &map, mode)?, 1.0))
}

/// A temporary place that all ranks name alike.
fn place(name: &str) -> std::path::PathBuf {
    std::env::temp_dir().join(format!("lops-faults-{name}"))
}

operations! {
    EVERYWHERE:
    sum |comm, t| x(comm, t)?.sum();
    dot |comm, t| { let x = x(comm, t)?; x.dot(&x)? };
    vdot |comm, t| { let x = x(comm, t)?; x.vdot(&x)? };
    norm |comm, t| x(comm, t)?.norm();
    show |comm, t| x(comm, t)?.show()?;
    norm_of |comm, t| x(comm, false)?.norm_of(if t { Norm::Inf } else { Norm::P(1.0) })?;
    mean |comm, t| x(comm, t)?.mean();
    var |comm, t| x(comm, false)?.var(usize::from(t));
    std |comm, t| x(comm, false)?.std(usize::from(t));
    prod |comm, t| x(comm, t)?.prod()?;
    min |comm, t| x(comm, t)?.min()?;
    max |comm, t| x(comm, t)?.max()?;
    argmin |comm, t| x(comm, t)?.argmin()?;
    argmax |comm, t| x(comm, t)?.argmax()?;
    any |comm, t| x(comm, t)?.any();
    all |comm, t| x(comm, t)?.all();
    count_nonzero |comm, t| x(comm, t)?.count_nonzero();
    array_equal |comm, t| { let x = x(comm, t)?; x.array_equal(&x)? };
    allclose |comm, t| { let x = x(comm, false)?; x.allclose(&x, if t { 1e-3 } else { 1e-6 }, 0.0)? };
    over_sum in "over.sum" |comm, t| x(comm, false)?.over(&[axis(t)]).sum()?;
    over_max in "over.max" |comm, t| x(comm, false)?.over(&[axis(t)]).max()?;
    over_norm in "over.norm" |comm, t| x(comm, false)?.over(&[axis(t)]).norm(Norm::P(2.0))?;
    cumsum |comm, t| x(comm, false)?.cumsum(axis(t))?;
    cumprod |comm, t| x(comm, false)?.cumprod(axis(t))?;
    outer |comm, t| {
        let line = DistArray::full(&Layout::scatter(comm, &[6 + usize::from(t)], 0)?, 2.0);
        line.outer(&line)?
    };
    gather |comm, t| x(comm, false)?.gather(axis(t));
    gather_all |comm, t| x(comm, t)?.gather_all();
    get |comm, t| x(comm, t)?.get(&[0, 0])?;
    redistribute |comm, t| {
        let to = if t { [Cut::Block, Cut::Whole] } else { [Cut::Cyclic, Cut::Whole] };
        x(comm, false)?.redistribute(&Layout::grid(comm, &[12, 8], &to)?)?
    };
    redistribute_axis |comm, t| x(comm, false)?.redistribute_axis(1 - axis(t))?;
    distribute_as |comm, t| {
        let shape: &[usize] = if t { &[8, 12] } else { &[96] };
        x(comm, false)?.distribute_as(&Layout::scatter(comm, shape, 0)?)?
    };
    broadcast_to |comm, t| {
        let line = DistArray::full(&Layout::scatter(comm, &[8], 0)?, 2.0);
        line.broadcast_to(&Layout::scatter(comm, &[12, 8], axis(t))?)?
    };
    change_mode |comm, t| chunks(comm, Mode::Sum)?.change_mode(if t { Mode::Max } else { Mode::Replica })?;
    reshard |comm, t| {
        let width = 3 + usize::from(t && comm.rank() > 0);
        let map: Vec<_> = (0..comm.size()).map(|rank| vec![lops::layout::Chunk::from(rank..(rank + width).min(comm.size() + 2))]).collect();
        chunks(comm, Mode::Replica)?.reshard(&map)?
    };
    add_ghost_cells |comm, t| x(comm, t)?.add_ghost_cells(1, 1)?;
    concatenate |comm, t| { let x = x(comm, false)?; DistArray::concatenate(&[&x, &x], axis(t))? };
    stack_along |comm, t| { let x = x(comm, false)?; DistArray::stack_along(&[&x, &x], axis(t))? };
    roll |comm, t| x(comm, false)?.roll(&[1 + isize::from(t)], &[0])?;
    flip |comm, t| x(comm, false)?.flip(&[axis(t)])?;
    diff |comm, t| x(comm, false)?.diff(1, axis(t))?;
    pad |comm, t| x(comm, false)?.pad(&[(1, axis(t)), (0, 0)], lops::library::Pad::Edge)?;
    tile |comm, t| x(comm, false)?.tile(&[2, 1 + axis(t)])?;
    sort |comm, t| DistArray::full(&Layout::scatter(comm, &[9 + usize::from(t)], 0)?, 1.0).sort()?;
    argsort |comm, t| DistArray::full(&Layout::scatter(comm, &[9 + usize::from(t)], 0)?, 1.0).argsort()?;
    sort_axis |comm, t| x(comm, false)?.sort_axis(axis(t))?;
    unique |comm, t| DistArray::full(&Layout::scatter(comm, &[9 + usize::from(t)], 0)?, 1.0).unique()?;
    histogram |comm, t| x(comm, false)?.histogram(4 + usize::from(t))?;
    searchsorted |comm, t| {
        let line = |n| Ok::<_, lops::Error>(DistArray::full(&Layout::scatter(comm, &[n], 0)?, 1.0));
        line(9)?.searchsorted(&line(4 + usize::from(t))?, lops::library::Side::Left)?
    };
    reduce_axis |comm, t| x(comm, false)?.reduce_axis(Mode::Sum, axis(t))?;
    matmul |comm, t| {
        let b = DistArray::full(&Layout::scatter(comm, &[8, 4 + usize::from(t)], 0)?, 1.0);
        matmul(&x(comm, false)?, &b)?
    };
    tensordot |comm, t| { let x = x(comm, false)?; tensordot(&x, &x, ([axis(t)], [axis(t)]))? };
    apply |comm, t| {
        let x = x(comm, false)?;
        if t { x.norm() } else { apply_to(&x, |_| Ok(1.0))?[0] }
    };
    from_local |comm, t| {
        let layout = Layout::scatter(comm, &[12 + usize::from(t), 8], 0)?;
        DistArray::from_local(&layout, vec![0.0; layout.local_len()])?
    };
    sync |comm, t| DistArray::<f64>::zeros(&Layout::replicated(comm, &[4 + usize::from(t)])?).sync();
    random |comm, t| Random::seed(u64::from(t)).uniform::<f64>(&Layout::scatter(comm, &[12], 0)?, 0.0, 1.0)?;
    derivative in "Operator::on" |comm, t| {
        FirstDerivative::along(0).sampling(1.0 + f64::from(u8::from(t))).on::<f64>(&Layout::scatter(comm, &[12], 0)?)?
    };
    convolution in "Operator::on" |comm, t| {
        Convolve1D::new(&[1.0, 2.0 + f64::from(u8::from(t)), 1.0], 1).on(&Layout::scatter(comm, &[12], 0)?)?
    };
    convolution_over_axes in "Operator::on" |comm, t| {
        let filter = Array2::from_shape_fn((3, 3), |i| if t && i == (2, 2) { 2.0 } else { 1.0 });
        ConvolveND::new(&filter).on(&Layout::scatter(comm, &[12, 8], 0)?)?
    };
    varying_convolution in "Operator::on" |comm, t| {
        let filters = lops::ndarray::Array4::<f64>::ones((1, 1, 3, 3));
        NonStationaryConvolve2D::new(&filters, [&[5 + usize::from(t)], &[3]]).on(&Layout::scatter(comm, &[12, 8], 0)?)?
    };
    shift in "Operator::on" |comm, t| {
        let shifts = lops::ndarray::Array1::from_shape_fn(8, |i| if t && i == 7 { 2.0 } else { 1.0 });
        Shift::by_each(&shifts).on::<f64>(&Layout::scatter(comm, &[12, 8], 0)?)?
    };
    interpolation in "Operator::on" |comm, t| {
        Interp::linear(&[1.5, if t { 4.0 } else { 4.5 }]).on::<f64>(&Layout::scatter(comm, &[12], 0)?)?
    };
    padding in "Operator::on" |comm, t| {
        Pad::new(&[(1 + usize::from(t), 2)]).on::<f64>(&Layout::scatter(comm, &[12], 0)?)?
    };
    migration in "Operator::on" |comm, t| {
        let receivers = [[1.0], [if t { 2.0 } else { 1.5 }]];
        let kirchhoff = Kirchhoff::new([&[0.0, 1.0, 2.0]], &[[0.0]], &receivers).velocity(1.0).record(9, 1.0);
        kirchhoff.on::<f64>(&Layout::replicated(comm, &[3])?)?
    };
    blending in "Operator::on" |comm, t| {
        let times = [0.0, if t { 2.0 } else { 1.5 }];
        BlendingContinuous::new(&times).on::<f64>(&Layout::scatter(comm, &[2, 3, 4], 1)?)?
    };
    blending_in_groups in "Operator::on" |comm, t| {
        let times = Array2::from_shape_fn((4, 3), |i| if t && i == (3, 2) { 2.0 } else { 1.5 });
        BlendingGroup::new(&times).on::<f64>(&Layout::scatter(comm, &[12, 3, 4], 1)?)?
    };
    phase_shift in "Operator::on" |comm, t| {
        PhaseShift::new(2.0, 1.0 + f64::from(u8::from(t))).on::<f64>(&Layout::scatter(comm, &[12, 8], 0)?)?
    };
    pressure in "Operator::on" |comm, t| {
        let conversion = PressureToVelocity::new(1.0, 2.0).taper(1 + usize::from(t));
        conversion.on_real::<f64>(&Layout::scatter(comm, &[12, 8], 0)?)?
    };
    focusing in "Operator::on" |comm, t| {
        let response = DistArray::<Complex<f64>>::zeros(Layout::scatter(comm, &[3, 2, 2], 0)?);
        let times = Array2::from_shape_fn((2, 1), |i| if t && i == (1, 0) { 2.0 } else { 1.0 });
        Marchenko::new(&response, &times).smooth(0).on(&Layout::scatter(comm, &[7, 2, 1], 0)?)?
    };
    windows in "Operator::on" |comm, t| {
        let windows = Windows::new([4], [2 * usize::from(t)]);
        windows.on(&Layout::scatter(comm, &[12], 0)?, |window| Ok(Identity.on::<f64>(window.layout())))?
    };
    stacking_along_curves in "Operator::on" |comm, t| {
        let radon = Radon2D::linear(&[0.0, 1.0], [&[0.0, 1.0]], [&[if t { 0.5 } else { 0.25 }]]);
        radon.on::<f64>(&Layout::scatter(comm, &[1, 2], 1)?)?
    };
    delaying_spectra in "Operator::on" |comm, t| {
        let radon = FourierRadon2D::linear(&[0.0, 1.0], [&[0.0, 1.0]], [&[0.5]]).nfft(3 + usize::from(t));
        radon.on::<f64>(&Layout::scatter(comm, &[1, 2], 1)?)?
    };
    chirping in "Operator::on" |comm, t| {
        ChirpRadon2D::new([if t { 0.5 } else { 0.25 }]).on::<f64>(&Layout::scatter(comm, &[3, 4], 1)?)?
    };
    restriction in "Operator::on" |comm, t| {
        Restriction::new(&[1, 4 + usize::from(t)]).along(0).on::<f64>(&Layout::scatter(comm, &[12], 0)?)?
    };
    redistributing in "Operator::on" |comm, t| {
        let layouts = [0, 1].map(|axis| Layout::scatter(comm, &[12, 12], axis));
        let [rows, columns] = layouts;
        let (rows, columns) = (rows?, columns?);
        Redistribute::to(if t { &rows } else { &columns }).on::<f64>(&rows)?
    };
    application in "apply" "Operator::on" |comm, t| {
        let d = Laplacian::over(&[0, 1]).on::<f64>(&Layout::scatter(comm, &[12, 8], 0)?)?;
        let x = x(comm, false)?;
        if t { d.apply_adjoint_to(&x)? } else { d.apply_to(&x)? }
    };
    stacked in "apply_adjoint" "VStack" |comm, t| {
        let own = Layout::scatter(&comm.alone(), &[5], 0)?;
        let a = VStack::over(comm, 6, |_| Ok(Identity.on::<f64>(&own)))?;
        let (x, y) = (DistArray::full(a.domain(), 1.0), DistArray::full(a.range(), 1.0));
        if t { a.apply_to(&x)?.norm() } else { a.apply_adjoint_to(&y)?.norm() }
    };
    matrix in "Operator::on" |comm, t| {
        MatrixMult::new(&Array2::<f64>::ones((2, 12))).on(&Layout::scatter(comm, &[12, 8 + usize::from(t)], 1)?)?
    };
    matrix_that_is_cut in "Operator::on" |comm, t| {
        DistMatrixMult::new(&x(comm, false)?).on(&Layout::scatter(comm, &[8, 1 + usize::from(t)], 0)?)?
    };
    transform in "Operator::on" |comm, t| FFT::along(axis(t)).on::<f64>(&Layout::scatter(comm, &[12, 8], 0)?)?;
    slices in "Operator::on" |comm, t| {
        let kernel = DistArray::full(&Layout::scatter(comm, &[6, 2, 3], 0)?, 1.0);
        Fredholm1::new(&kernel).on(&Layout::scatter(comm, &[6, 3, 1 + usize::from(t)], 0)?)?
    };
    halos in "Operator::on" |comm, t| {
        Halo::new(&[1 + usize::from(t)]).on::<f64>(&Layout::scatter(comm, &[12, 8], 0)?)?
    };
    to_dense |comm, t| Identity.on::<f64>(&Layout::scatter(comm, &[6 + usize::from(t)], 0)?).to_dense()?;
    from_triplets |comm, t| SparseMatrix::from_triplets(comm, [9, 9 + usize::from(t)], [(comm.rank(), 0, 1.0)])?;
    blocks in "apply" "BlockDiag" |comm, t| {
        let own = Layout::scatter(&comm.alone(), &[5], 0)?;
        let a = BlockDiag::of(comm, vec![Identity.on::<f64>(&own)])?;
        let x = DistArray::full(a.domain(), 1.0);
        if t { a.apply_adjoint_to(&x)? } else { a.apply_to(&x)? }
    };
    check in "check" "Operator::on" compared true |comm, t| {
        let layout = Layout::scatter(comm, &[12 + usize::from(t)], 0)?;
        FirstDerivative::along(0).on::<f64>(&Layout::scatter(comm, &[12], 0)?)?.check(u64::from(t))
            .and_then(|_| Identity.on::<f64>(&layout).check(1))?
    };
    dot_test compared true |comm, t| Identity.on::<f64>(&Layout::scatter(comm, &[12 + usize::from(t)], 0)?).dot_test(1)?;
    save_npy in "save" compared true |comm, t| save_npy(place("a.npy"), &x(comm, t)?)?;
    save_raw in "save" compared true |comm, t| {
        RawVolume::<f64>::new(&[12, 8]).offset(if t { 16 } else { 8 }).save(place("a.bin"), &x(comm, false)?)?;
    };
    save_picture in "save" compared true |comm, t| {
        Ownership::of(&Layout::scatter(comm, &[12, 8], axis(t))?).save(place("a.png"))?;
    };
    save_section in "save" compared true |comm, t| Section::of(&x(comm, t)?).save(place("b.png"))?;
    save_curves in "save" compared true |comm, t| {
        let line = x(comm, t)?.slice(&index![.., 0])?;
        Curves::new().values_of("", &line).save(place("c.png"))?;
    };
    save_dnpy compared true |comm, t| save_dnpy(place("a"), &x(comm, t)?)?;
    save_segy compared true |comm, t| save_segy(place("a.sgy"), &x(comm, false)?.map(|x| x as f32), 1e3 * (1.0 + axis(t) as f64))?;
    argsort_axis |comm, t| x(comm, false)?.argsort_axis(axis(t))?;
    unique_counts |comm, t| DistArray::full(&Layout::scatter(comm, &[9 + usize::from(t)], 0)?, 1.0).unique_counts()?;
    histogram_in |comm, t| x(comm, false)?.histogram_in(4, 0.0, 10.0 + f64::from(u8::from(t)))?;
    histogram_between |comm, t| x(comm, false)?.histogram_between(&[0.0, 1.0, 2.0 + f64::from(u8::from(t))])?;
    over_prod in "over.prod" |comm, t| x(comm, false)?.over(&[axis(t)]).prod()?;
    over_mean in "over.mean" |comm, t| x(comm, false)?.over(&[axis(t)]).mean()?;
    over_var in "over.var" |comm, t| x(comm, false)?.over(&[axis(t)]).var(0)?;
    over_std in "over.std" |comm, t| x(comm, false)?.over(&[axis(t)]).std(0)?;
    over_min in "over.min" |comm, t| x(comm, false)?.over(&[axis(t)]).min()?;
    over_argmin in "over.argmin" |comm, t| x(comm, false)?.over(&[axis(t)]).argmin()?;
    over_argmax in "over.argmax" |comm, t| x(comm, false)?.over(&[axis(t)]).argmax()?;
    over_any in "over.any" |comm, t| x(comm, false)?.over(&[axis(t)]).any()?;
    over_all in "over.all" |comm, t| x(comm, false)?.over(&[axis(t)]).all()?;
    over_count in "over.count_nonzero" |comm, t| x(comm, false)?.over(&[axis(t)]).count_nonzero()?;
    gather_group |comm, t| x(comm, t)?.gather_group();
    from_blocks |comm, t| DistArray::from_blocks(comm, axis(t), &Array2::<f64>::ones((2, 2)))?;
    from_protocol |comm, t| {
        if t {
            DistArray::<f32>::from_protocol(comm, None)?.norm();
        } else {
            let x = x(comm, false)?;
            DistArray::from_protocol(comm, x.protocol()?.map(|part| part.to_owned()))?;
        }
    };
    groups in "Groups" |comm, t| {
        let colours: Vec<_> = (0..comm.size()).map(|rank| rank % 2 + usize::from(t)).collect();
        Groups::by_colour(comm, &colours)?
    };
    with_mask |comm, t| {
        let colours: Vec<_> = (0..comm.size()).map(|rank| rank % 2 + usize::from(t)).collect();
        Layout::scatter(comm, &[12], 0)?.with_mask(&colours)?
    };
    horizontal in "HStack" |comm, t| {
        let own = Layout::scatter(&comm.alone(), &[5], 0)?;
        if t {
            let _ = HStack::over(comm, 6, |_| Ok(Identity.on::<f32>(&own)))?;
        } else {
            let _ = HStack::over(comm, 6, |_| Ok(Identity.on::<f64>(&own)))?;
        }
    };
    spread in "Operator::on" |comm, t| {
        let layout = Layout::scatter(comm, &[12], 0)?;
        let whole: Vec<_> = (0..comm.size()).map(|_| vec![lops::layout::Chunk::from(0..11 + usize::from(t))]).collect();
        Spread::to(&Layout::chunked(comm, &[12], &whole, Mode::Sum)?).on::<f64>(&layout)?
    };
    transposed in "Operator::on" |comm, t| {
        let layout = Layout::scatter(comm, &[12, 12], 0)?;
        TransposeAxes::new(if t { &[0, 1] } else { &[1, 0] }).on::<f64>(&layout)?
    };
    open_npy in "open" "save" |comm, t| {
        let path = place(if t { "c.npy" } else { "b.npy" });
        save_npy(place("b.npy"), &x(comm, false)?)?;
        open_npy(comm, path)?
    };
    load_npy in "load" "open" "save" |comm, t| {
        save_npy(place("d.npy"), &x(comm, false)?)?;
        load_npy::<f64>(&Layout::scatter(comm, &[12, 8], axis(t))?, place("d.npy"))?
    };
    load_sparse_npz |comm, t| {
        // No archive is there: an error on every rank, in words that a right program gets too.
        let path = place(if t { "s.npz" } else { "r.npz" });
        let refused = lops::io::load_sparse_npz::<f64>(comm, path);
        if refused.is_ok() { return Err("no file was expected".into()) }
    };
    load_dnpy in "load" "open" "save_dnpy" |comm, t| {
        save_dnpy(place("d"), &x(comm, false)?)?;
        load_dnpy::<f64>(&Layout::scatter(comm, &[12, 8], axis(t))?, place("d"))?
    };
    open_segy in "open" "save_segy" |comm, t| {
        save_segy(place("d.sgy"), &x(comm, false)?.map(|x| x as f32), 1e3)?;
        open_segy(comm, place(if t { "e.sgy" } else { "d.sgy" }))?
    };
    all_to_all |comm, t| {
        let ones = vec![1 + usize::from(t); comm.size()];
        let values = vec![0.0; ones.iter().sum()];
        comm.all_to_all_into(&values, &ones, &mut values.clone(), &ones);
    };
    reduce_scatter |comm, t| {
        let ones = vec![1 + usize::from(t); comm.size()];
        comm.reduce_scatter_into(&vec![1; ones.iter().sum()], &ones, &mut vec![0; ones[0]]);
    };
    agree in "all_reduce" |comm, t| {
        if t { comm.broadcast(&mut [0], 0) } else { comm.agree(Ok(()))? }
    };
    splitting in "split" |comm, t| {
        if t { comm.broadcast(&mut [0], 0) } else { drop(comm.split(comm.rank() % 2)) }
    };
    broadcast |comm, t| comm.broadcast(&mut [0.0], axis(t));
    all_reduce |comm, t| comm.all_reduce(&mut [0.0], if t { Reduction::Max } else { Reduction::Sum });
    all_gather |comm, t| comm.all_gather(&vec![0.0; 1 + usize::from(t)]);
    assign |comm, t| {
        let mut x = x(comm, false)?;
        let line = DistArray::full(&Layout::scatter(comm, &[8], 0)?, 2.0);
        x.assign(&index![1 + axis(t), ..], &line)?;
    };
}

#[cfg(not(feature = "hdf5"))]
const HDF5: &[Operation] = &[];

/// A file with a dataset, a group and an attribute, at a place of this name.
#[cfg(feature = "hdf5")]
fn hdf5_file(comm: &Comm, name: &str) -> Result<lops::io::Hdf5File> {
    let file = lops::io::Hdf5File::create(comm, place(name))?;
    file.write("x", &x(comm, false)?)?;
    file.set_attribute("x", "unit", "m")?;
    file.finish()?;
    lops::io::Hdf5File::open(comm, place(name))
}

#[cfg(feature = "hdf5")]
operations! {
    HDF5:
    hdf5_create in "create" compared true |comm, t| lops::io::Hdf5File::create(comm, place(if t { "p.h5" } else { "q.h5" }))?;
    hdf5_write in "write" "create" compared true |comm, t| {
        let file = lops::io::Hdf5File::create(comm, place("r.h5"))?;
        file.write(if t { "a" } else { "b" }, &x(comm, false)?)?;
    };
    hdf5_group in "create_group" "create" compared true |comm, t| {
        lops::io::Hdf5File::create(comm, place("s.h5"))?.create_group(if t { "a" } else { "b" })?;
    };
    hdf5_attribute_set in "set_attribute" "create" compared true |comm, t| {
        lops::io::Hdf5File::create(comm, place("t.h5"))?.set_attribute("/", if t { "a" } else { "b" }, 1.0)?;
    };
    hdf5_finish in "finish" "barrier" "create" |comm, t| {
        let file = lops::io::Hdf5File::create(comm, place("u.h5"))?;
        if t { comm.barrier() } else { file.finish()? }
    };
    hdf5_open in "open" "create" |comm, t| {
        hdf5_file(comm, "v.h5")?;
        lops::io::Hdf5File::open(comm, place(if t { "none.h5" } else { "v.h5" }))?
    };
    hdf5_append in "append" |comm, t| lops::io::Hdf5File::append(comm, place(if t { "a.h5" } else { "w.h5" }))?;
    hdf5_verify in "verify" "create" |comm, t| {
        hdf5_file(comm, "y.h5")?;
        lops::io::Hdf5File::verify(comm, place(if t { "none.h5" } else { "y.h5" }))?;
    };
    hdf5_names in "names" "create" |comm, t| {
        let file = hdf5_file(comm, "z.h5")?;
        if t { file.dataset("x")?.name().len() } else { file.names()?.len() }
    };
    hdf5_dataset in "dataset" "create" |comm, t| hdf5_file(comm, "aa.h5")?.dataset(if t { "y" } else { "x" })?.name().len();
    hdf5_load in "load" "create" |comm, t| {
        let layout = Layout::scatter(comm, &[12, 8], axis(t))?;
        hdf5_file(comm, "bb.h5")?.dataset("x")?.load::<f64>(&layout)?
    };
    hdf5_saved_layout in "saved_layout" "dataset" "create" |comm, t| {
        let file = hdf5_file(comm, "cc.h5")?;
        if t { file.names()?.len() } else { file.dataset("x")?.saved_layout()?.ndim() }
    };
    hdf5_attribute in "attribute" "create" |comm, t| hdf5_file(comm, "dd.h5")?.attribute("x", if t { "none" } else { "unit" })?;
    hdf5_attribute_names in "attribute_names" "create" |comm, t| {
        hdf5_file(comm, "ee.h5")?.attribute_names(if t { "/" } else { "x" })?
    };
}

/// All of them.
pub(super) fn all() -> impl Iterator<Item = &'static Operation> {
    EVERYWHERE.iter().chain(SOLVERS).chain(PROXIMAL).chain(PROXIMAL_METHODS).chain(HDF5)
}
