//! What the smaller examples compute, on threads and under `mpirun`.

mod acoustic;
mod deblending;
mod elimination;
mod features;
mod gallery;
mod images;
mod interpolation;
mod julia;
mod layouts;
mod lowrank;
mod lsm;
mod pi;
mod ports;
mod predict;
mod prestack;
mod running;
mod seismic_volume;
mod solving;
mod template;
mod tour_operators;
