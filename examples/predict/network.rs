//! Networks, as two numbers each.

use std::str::FromStr;

/// Name, microseconds from a rank to another one, GB/s of a node. Rounded figures of what programs see, not of what is on
/// the box: a message of MPI through a switch or two, and nine tenths or so of a link's rate.
pub(crate) const NETWORKS: [(&str, f64, f64); 3] = [
    ("InfiniBand HDR", 1.0, 25.0),   // 200 Gbit/s
    ("RoCE, 100 Gbit/s", 3.0, 12.5), // Ethernet with remote memory access; Slingshot-10 is like it
    ("Ethernet, 10 Gbit/s", 30.0, 1.25),
];

/// What messages take.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    pub(crate) name: String,
    /// Seconds.
    pub(crate) latency: f64,
    /// Bytes a second, of a node.
    pub(crate) bandwidth: f64,
}

impl From<(&str, f64, f64)> for Network {
    fn from((name, microseconds, gigabytes): (&str, f64, f64)) -> Self {
        Self { name: name.into(), latency: microseconds * 1e-6, bandwidth: gigabytes * 1e9 }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || format!("expected NAME:MICROSECONDS:GB/S, both positive, found {text:?}");
        let positive = |text: &str| text.parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0);
        let (rest, gigabytes) = text.rsplit_once(':').ok_or_else(expected)?;
        let (name, microseconds) = rest.rsplit_once(':').ok_or_else(expected)?;
        let (microseconds, gigabytes) = positive(microseconds).zip(positive(gigabytes)).ok_or_else(expected)?;
        Ok((name, microseconds, gigabytes).into())
    }
}
