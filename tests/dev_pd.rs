#[path = "all/harness.rs"]
mod harness;
#[path = "all/proximal_primal_dual.rs"]
mod proximal_primal_dual;
