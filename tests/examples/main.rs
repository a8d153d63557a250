//! What the smaller examples compute, on threads and under `mpirun`.

mod elimination;
mod julia;
mod layouts;
mod running;
