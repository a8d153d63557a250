//! What the smaller examples compute, on threads and under `mpirun`.

mod elimination;
mod features;
mod images;
mod julia;
mod layouts;
mod lsm;
mod pi;
mod predict;
mod running;
mod seismic_volume;
mod tour_operators;
