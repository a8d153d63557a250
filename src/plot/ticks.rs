//! Where ticks go, and what they say.

/// A place on an axis and its label.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    pub(super) at: f64,
    pub(super) label: String,
}

/// Ticks at 1, 2 or 5 times a power of ten between two finite values in any order, `most` at most.
pub(super) fn linear(from: f64, to: f64, most: usize) -> Vec<Tick> {
    let (low, high) = (from.min(to), from.max(to));
    let span = high - low;
    if span <= 0.0 || !span.is_finite() {
        return vec![Tick { at: from, label: number(from, from.abs(), 3) }];
    }
    let rough = span / most.max(2) as f64;
    let power = rough.log10().floor() as i32;
    let candidates = (power..=power + 2).flat_map(|power| [1.0, 2.0, 5.0].map(|digit| (digit, power)));
    for (digit, power) in candidates {
        // Dividing by 10⁵ is exact to the last bit where multiplying by 10⁻⁵ is not.
        let place = |i: f64| if power < 0 { i * digit / 10_f64.powi(-power) } else { i * digit * 10_f64.powi(power) };
        let step = place(1.0);
        // A hair beyond the ends still counts: 0.3 may be stored as 0.30000000000000004.
        let (first, last) = ((low / step - 1e-9).ceil(), (high / step + 1e-9).floor());
        if step > 0.0 && last - first < most.max(2) as f64 {
            let largest = low.abs().max(high.abs());
            let ticks = (0..=(last - first) as usize).map(|i| place(first + i as f64));
            return ticks.map(|at| Tick { at, label: number(at, largest, power) }).collect();
        }
    }
    Vec::new()
}

/// Ticks for a logarithmic axis between two positive values: powers of ten, thinned out to `most`,
/// with 2 and 5 between where there are few; within less than a decade the ticks of a linear axis, if there are fewer than three of these.
pub(super) fn logarithmic(low: f64, high: f64, most: usize) -> Vec<Tick> {
    // A margin may have widened the range beyond what numbers reach.
    let (low, high) = (low.max(f64::MIN_POSITIVE), high.min(f64::MAX));
    let (first, last) = (low.log10(), high.log10());
    let decades = last.floor() - first.ceil();
    let digits: &[f64] = if decades * 3.0 < most as f64 { &[1.0, 2.0, 5.0] } else { &[1.0] };
    let every = (((decades + 1.0) / most.max(2) as f64).ceil() as i32).max(1);
    let powers = (first.floor() as i32..=last.floor() as i32).filter(|power| power.rem_euclid(every) == 0);
    let ticks: Vec<_> = powers
        .flat_map(|power| digits.iter().map(move |&digit| (digit, power)))
        .map(|(digit, power)| Tick { at: digit * 10_f64.powi(power), label: power_of_ten(digit, power) })
        .filter(|tick| (low..=high).contains(&tick.at))
        .collect();
    if ticks.len() < 3 && last - first < 1.0 {
        return linear(low, high, most).into_iter().filter(|tick| tick.at > 0.0).collect();
    }
    ticks
}

fn power_of_ten(digit: f64, power: i32) -> String {
    match (power, digit) {
        (-2..=3, _) => number(digit * 10_f64.powi(power), 1.0, power),
        (_, 1.0) => format!("10{}", superscript(power)),
        _ => format!("{digit}·10{}", superscript(power)),
    }
}

/// A number to the decimal place 10^`place`, in plain digits where `largest` of its axis allows.
fn number(value: f64, largest: f64, place: i32) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let text = if largest >= 1e6 || place < -5 {
        let own = value.abs().log10().floor() as i32;
        let digits = usize::try_from(own - place).unwrap_or(0).min(15);
        let text = format!("{value:.digits$e}");
        let (mantissa, power) = text.split_once('e').unwrap_or((&text, "0"));
        format!("{mantissa}·10{}", superscript(power.parse().unwrap_or(0)))
    } else {
        format!("{value:.*}", usize::try_from(-place).unwrap_or(0))
    };
    text.replace('-', "−")
}

fn superscript(power: i32) -> String {
    let sign = |c| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        digit => char::from_u32('⁰' as u32 + digit as u32 - '0' as u32).unwrap_or(digit),
    };
    power.to_string().chars().map(sign).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|tick| tick.label.as_str()).collect()
    }

    #[test]
    fn linear_ticks_are_round() {
        assert_eq!(labels(&linear(0.0, 1.0, 6)), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"].map(zero));
        assert_eq!(labels(&linear(550.0, 0.0, 6)), ["0", "100", "200", "300", "400", "500"]);
        assert_eq!(labels(&linear(-0.3, 0.3, 7)), ["−0.3", "−0.2", "−0.1", "0", "0.1", "0.2", "0.3"]);
        assert_eq!(labels(&linear(0.0, 2e7, 5)), ["0", "5·10⁶", "1.0·10⁷", "1.5·10⁷", "2.0·10⁷"]);
        assert_eq!(labels(&linear(0.0, 2e-7, 3)), ["0", "1·10⁻⁷", "2·10⁻⁷"]);
        for (low, high) in [(0.1, 0.7), (-1e9, 3.0), (1e-300, 2e-300), (-f64::MAX / 4.0, f64::MAX / 4.0), (5.0, 5.0)] {
            for most in 2..12 {
                let ticks = linear(low, high, most);
                assert!(!ticks.is_empty() && ticks.len() <= most, "{low} {high} {most} {ticks:?}");
            }
        }
    }

    fn zero(label: &str) -> &str {
        if label == "0.0" { "0" } else { label }
    }

    #[test]
    fn logarithmic_ticks_are_powers_of_ten() {
        assert_eq!(
            labels(&logarithmic(1e-6, 1e2, 9)),
            ["10⁻⁶", "10⁻⁵", "10⁻⁴", "10⁻³", "0.01", "0.1", "1", "10", "100"]
        );
        assert_eq!(labels(&logarithmic(0.5, 120.0, 9)), ["0.5", "1", "2", "5", "10", "20", "50", "100"]);
        assert_eq!(labels(&logarithmic(1e-30, 1.0, 5)), ["10⁻²⁸", "10⁻²¹", "10⁻¹⁴", "10⁻⁷", "1"]);
        assert!(logarithmic(0.0, f64::INFINITY, 9).len() < 10);
        assert_eq!(labels(&logarithmic(200.0, 500.0, 5)), ["200", "300", "400", "500"]);
        assert_eq!(labels(&logarithmic(0.15, 5.6, 8)), ["0.2", "0.5", "1", "2", "5"]); // evenly, not 0.5, 1.0, …, 5.5
        assert_eq!(labels(&logarithmic(0.2, 0.9, 5)), ["0.2", "0.4", "0.6", "0.8"]);
    }
}
