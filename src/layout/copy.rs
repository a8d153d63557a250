//! Copying what two regions share: from buffer to buffer, into a message, out of one.

use super::overlap::{Overlap, Piece};

impl Overlap {
    /// Elements of the one region's buffer into the other's.
    pub(crate) fn copy<T: Copy>(&self, from: &[T], to: &mut [T]) {
        self.for_each_piece(|piece| {
            for k in 0..piece.count {
                let (a, b) = (piece.from + k * piece.from_step, piece.to + k * piece.to_step);
                copy_run(&mut to[b..b + piece.len], &from[a..a + piece.len]);
            }
        });
    }

    /// Elements of the first region's buffer into a message, of which it fills the beginning.
    pub(crate) fn pack<T: Copy>(&self, from: &[T], message: &mut [T]) {
        let mut at = 0;
        self.for_each_piece(|piece| {
            if piece.len == 1 {
                let strided = from[piece.from..].iter().step_by(piece.from_step.max(1));
                message[at..at + piece.count].iter_mut().zip(strided).for_each(|(to, from)| *to = *from);
                at += piece.count;
                return;
            }
            for k in 0..piece.count {
                let a = piece.from + k * piece.from_step;
                copy_run(&mut message[at..at + piece.len], &from[a..a + piece.len]);
                at += piece.len;
            }
        });
    }

    /// Elements of a message, from its beginning, into the second region's buffer.
    pub(crate) fn unpack<T: Copy>(&self, message: &[T], to: &mut [T]) {
        let mut at = 0;
        self.for_each_piece(|piece| {
            if piece.len == 1 {
                let strided = to[piece.to..].iter_mut().step_by(piece.to_step.max(1));
                strided.zip(&message[at..at + piece.count]).for_each(|(to, from)| *to = *from);
                at += piece.count;
                return;
            }
            for k in 0..piece.count {
                let b = piece.to + k * piece.to_step;
                copy_run(&mut to[b..b + piece.len], &message[at..at + piece.len]);
                at += piece.len;
            }
        });
    }

    /// Calls `f` with each piece of the last axis, in places of the whole buffers, in C order.
    pub(crate) fn for_each_piece(&self, mut f: impl FnMut(Piece)) {
        self.walk(0, 0, 0, &mut f);
    }

    fn walk(&self, axis: usize, from: usize, to: usize, f: &mut dyn FnMut(Piece)) {
        let Some(pieces) = self.axes.get(axis) else {
            return f(Piece { from, to, len: 1, count: 1, from_step: 0, to_step: 0 });
        };
        if axis + 1 == self.axes.len() {
            return pieces.iter().for_each(|piece| f(Piece { from: from + piece.from, to: to + piece.to, ..*piece }));
        }
        let from_stride: usize = self.from_shape[axis + 1..].iter().product();
        let to_stride: usize = self.to_shape[axis + 1..].iter().product();
        for piece in pieces {
            for k in 0..piece.count {
                for i in 0..piece.len {
                    let a = piece.from + k * piece.from_step + i;
                    let b = piece.to + k * piece.to_step + i;
                    self.walk(axis + 1, from + a * from_stride, to + b * to_stride, f);
                }
            }
        }
    }
}

#[inline]
fn copy_run<T: Copy>(to: &mut [T], from: &[T]) {
    if let ([to], [from]) = (&mut *to, from) {
        *to = *from;
    } else {
        to.copy_from_slice(from);
    }
}
