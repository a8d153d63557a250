#[path = "all/harness.rs"]
mod harness;
#[path = "all/proximal_admm.rs"]
mod proximal_admm;
