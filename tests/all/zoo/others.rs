//! Systems of methods that are like CG or CGLS, made of theirs.

use super::systems::{BEYOND, Method, Promise, Stop, System};

/// A share of those of CG and CGLS for columns, shifts, greedy methods and reweighting: of them no more is asked than the truth.
pub(super) fn of_others(others: &[System]) -> Vec<System> {
    use Method::{Cg, CgColumns, Cgls, CglsColumns, Irls, MatchingPursuit, Omp, ShiftedCg};
    let mut all = vec![];
    let is_near = |system: &&System| !BEYOND.contains(&[system.scales[0], system.scales[1]]);
    let nothing = |promise| if promise == Promise::Wrong { promise } else { Promise::Nothing };
    let of = |method| others.iter().filter(move |system| system.method == method).filter(is_near);
    for (k, system) in of(Cg).enumerate().filter(|(k, _)| k % 2 == 0) {
        let method = [CgColumns, ShiftedCg][k / 2 % 2];
        // Shifts begin at 0.
        let start = if method == ShiftedCg { "zero" } else { system.start };
        all.push(System { method, start, promise: nothing(system.promise), ..system.clone() });
    }
    for (k, system) in of(Cgls).enumerate().filter(|(k, _)| k % 2 == 0) {
        let (method, [_, of_b, of_damp]) = ([CglsColumns, Omp, MatchingPursuit, Irls][k / 2 % 4], system.scales);
        let is_greedy = method.is_greedy();
        let damp = if is_greedy { [0.3, 0.0, 1e-3][k / 8 % 3] } else { system.damp };
        let scales = [system.scales[0], of_b, if is_greedy { of_b } else { of_damp }];
        let start = if is_greedy { "zero" } else { system.start };
        all.push(System { method, damp, scales, start, promise: nothing(system.promise), ..system.clone() });
    }
    all
}

/// Those of CGLS for the least ‖x‖₁ that explains the data to σ, and for the best x of ‖x‖₁ = τ: of it no more is asked than the truth.
pub(super) fn of_size(others: &[System]) -> Vec<System> {
    use Method::{Cgls, Lasso, Spgl1};
    let undamped =
        others.iter().filter(|system| system.method == Cgls && system.damp == 0.0 && system.stop != Stop::OfData);
    let mut all = vec![];
    for (k, system) in undamped.enumerate() {
        let [of_a, of_b, _] = system.scales;
        let (method, of_damp) =
            if k % 3 == 2 && (of_b - of_a).abs() < 0.97 { (Lasso, of_b - of_a) } else { (Spgl1, of_b) };
        let damp = [0.3, 0.0, 1.0, 0.05, 0.5, 30.0, 1e-3][k % 7];
        let promise = if system.promise == Promise::Wrong { Promise::Wrong } else { Promise::Nothing };
        all.push(System { method, damp, scales: [of_a, of_b, of_damp], promise, ..system.clone() });
    }
    all
}
