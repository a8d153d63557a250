//! What the smaller examples compute, on threads and under `mpirun`.

mod acoustic;
mod deblending;
mod elimination;
mod features;
mod images;
mod interpolation;
mod julia;
mod layouts;
mod lsm;
mod pi;
mod ports;
mod predict;
mod prestack;
mod running;
mod seismic_volume;
mod tour_operators;
