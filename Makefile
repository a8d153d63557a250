# What a developer runs, and what CI runs: the same commands.

.PHONY: run test lint bench doc gallery packages torture

# The real job on all cores: needs Rust and nothing else.
run:
	cargo run --release --example poststack

# Everything: threads only, then with MPI (mpirun on 1 to 4 ranks), doc tests and examples.
test: packages
	cargo test
	cargo test --all-features

# The campaigns of the tests, long: files that are damaged, saves and jobs that are killed, systems that are hard,
# programs at random.
torture: packages
	LOPS_TORTURE=1 LOPS_ARGUMENTS=20000 cargo test --all-features --lib complex -- --nocapture
	LOPS_TORTURE=1 cargo test --all-features --test files_mutations --test files_kills --test files_hdf5 -- --nocapture
	LOPS_TORTURE=1 cargo test --all-features --test all zoo -- --nocapture
	cargo build --all-features --example reflectivity --example mdd
	LOPS_TORTURE=1 cargo test --all-features --test all killed_jobs -- --nocapture --test-threads=1
	LOPS_TORTURE=1 cargo test --all-features --test all faults -- --nocapture --test-threads=1
	LOPS_TORTURE=1 LOPS_PROGRAMS=600 cargo test --all-features --test all programs_have_one_hash -- --nocapture

lint: packages
	cargo fmt --all --check
	rustfmt --check --edition 2024 tests/all/*.rs
	cargo clippy --all-targets -- -D warnings
	cargo clippy --all-targets --all-features -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --all-features
	scripts/checks-where-available.sh

# Kernels and scaling over thread ranks (criterion), then the suite of cases under mpirun.
bench: packages
	cargo bench
	cargo build --release --all-features --example suite
	scripts/mpirun.sh -n 1 target/release/examples/suite --case all
	scripts/mpirun.sh -n 2 target/release/examples/suite --case all

# All examples run small: doc/gallery/index.html, with their pictures, the hearts of their code and what they print.
gallery:
	cargo build --release --examples -p lops-examples
	cargo run --release --example gallery

doc:
	cargo doc --no-deps -p lops --open

packages:
	scripts/install-system-packages.sh
