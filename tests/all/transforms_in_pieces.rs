//! Fourier transforms whose blocks are transformed and sent in pieces: the same bits and bytes as in one piece, in as many
//! exchanges as there are pieces, in less memory.

use super::allocations::bytes_kept;
use lops::comm::Sent;
use lops::operators::{Communication, FFTND};
use lops::{Comm, Complex, DistArray, Layout, LinearOperator, Operator, Result, Scalar, layout::Cut};

type C = Complex<f64>;

/// The same bits both ways, the same bytes, and at least as many exchanges.
fn same<X: Scalar<Real = f64>>(whole: &Operator<X, C>, pieces: &Operator<X, C>, what: &str) {
    assert_eq!(whole.range().layout().unwrap(), pieces.range().layout().unwrap(), "{what}");
    let x = DistArray::<X>::random_signed(whole.domain(), 3);
    let y = whole * &x;
    assert_eq!(pieces * &x, y, "{what}");
    assert_eq!(pieces.adjoint() * &y, whole.adjoint() * &y, "{what}, adjoint");
    let (a, b) = (whole.communication(), pieces.communication());
    for (a, b) in [(a.forward, b.forward), (a.adjoint, b.adjoint)] {
        assert_eq!((a.bytes, a.calls <= b.calls), (b.bytes, true), "{what}");
    }
    if whole.domain().layout().unwrap().mask().is_none() {
        pieces.check(1).unwrap(); // counts exactly
    }
}

crate::bodies! {
    fn pieces_are_the_whole_to_the_last_bit(comm) {
        let shape = [7, 6, 5];
        let mut layouts: Vec<_> = (0..3).map(|axis| Layout::scatter(comm, &shape, axis).unwrap()).collect();
        layouts.push(Layout::replicated(comm, &shape).unwrap());
        layouts.push(Layout::grid(comm, &shape, &[Cut::Block, Cut::Cyclic]).unwrap());
        layouts.push(Layout::grid(comm, &shape, &[Cut::BlockCyclic(2), Cut::Whole, Cut::Block]).unwrap());
        let colours: Vec<_> = (0..comm.size()).map(|rank| rank % 2).collect();
        layouts.push(layouts[0].with_mask(&colours).unwrap());
        for layout in &layouts {
            for axes in [&[0][..], &[1], &[2, 0], &[0, 1, 2]] {
                for (lengths, bytes) in [(shape, 200), ([9, 4, 5], 1)] {
                    let nffts: Vec<_> = axes.iter().map(|&axis| lengths[axis]).collect();
                    let f = FFTND::over(axes).nffts(&nffts).fftshift_after(&axes[..axes.len() - 1]);
                    for f in [f.clone(), f.transposed()] {
                        let (what, cut) = (format!("{axes:?} to {lengths:?} of {layout}"), f.clone().piece(bytes));
                        same::<C>(&f.on(layout).unwrap(), &cut.on(layout).unwrap(), &what);
                        same::<f64>(&f.on_real(layout).unwrap(), &cut.on_real(layout).unwrap(), &what);
                        let (f, cut) = (f.whole_spectrum(), cut.whole_spectrum());
                        same::<f64>(&f.on_real(layout).unwrap(), &cut.on_real(layout).unwrap(), &what);
                    }
                }
            }
        }
    }

    fn a_slab_is_sent_row_by_row(comm) {
        let (ranks, n) = (comm.size() as u64, [16, 40, 2]);
        let layout = Layout::scatter(comm, &n, 0).unwrap();
        let f = FFTND::over(&[0, 1, 2]).transposed();
        let (whole, rows) = (f.on::<f64>(&layout).unwrap(), f.piece(1).on::<f64>(&layout).unwrap());
        let own = layout.local_shape()[0] as u64;
        let of_all = |sent: Sent, messages: u64| Sent { calls: n[0].div_ceil(comm.size()) as u64, messages, ..sent };
        if ranks == 1 {
            assert_eq!(rows.communication(), Communication::default());
        } else {
            let Communication { forward, adjoint } = whole.communication();
            // Each row of this rank goes to all others, and the way back each of theirs comes from here.
            let forward = of_all(forward, own * (ranks - 1));
            let adjoint = of_all(adjoint, n[0] as u64 - own);
            assert_eq!(rows.communication(), Communication { forward, adjoint });
        }
        let x = DistArray::<C>::random_signed(&layout, 1);
        let mut y = DistArray::zeros(rows.range());
        let before = comm.traffic().total();
        rows.apply(x.as_slice(), y.as_mut_slice());
        let spent = comm.traffic().total() - before;
        assert_eq!(spent, rows.communication().forward);
    }
}

/// What one of four ranks keeps of a slab of 32 MB.
#[test]
fn pieces_keep_a_few_pieces_and_say_so() -> Result<()> {
    let comm = Comm::pretend(1, 4);
    let layout = Layout::scatter(&comm, &[128, 128, 128], 0)?;
    let scratch = |f: &FFTND, real: bool| -> Result<usize> {
        let mut said = 0;
        let kept = if real {
            bytes_kept(|| f.on_real::<f64>(&layout).inspect(|f| said = f.scratch()))
        } else {
            bytes_kept(|| f.on::<f64>(&layout).inspect(|f| said = f.scratch()))
        };
        assert!((kept as f64 - said as f64).abs() <= 0.05 * said as f64, "{said} bytes were said, {kept} are kept");
        Ok(said)
    };
    let (block, piece) = (layout.local_len() * size_of::<C>(), 1 << 18);
    let all = FFTND::over(&[0, 1, 2]);
    for (f, real) in [(all.clone(), false), (all.clone().transposed(), false), (all, true)] {
        let (in_pieces, whole) = (scratch(&f.clone().piece(piece), real)?, scratch(&f.piece(usize::MAX), real)?);
        // What is between both exchanges is whole, beside three pieces in each, to send and to receive, there and back.
        assert!(in_pieces < block + 2 * 2 * 2 * 3 * piece + 5 * piece, "{in_pieces}");
        assert!(2 * in_pieces < whole, "{in_pieces} {whole}");
    }
    Ok(())
}
