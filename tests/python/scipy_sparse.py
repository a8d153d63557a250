"""Sparse matrices that SciPy saves, in every format and type, with the same as dense arrays, for the test to read.

scipy_sparse.py FOLDER    csr-float32.npz, csr-float32.npy, ...
"""

import sys

import numpy as np
import scipy.sparse as sparse

folder = sys.argv[1]
random = np.random.default_rng(5)
for dtype in ["float32", "float64", "complex64", "complex128"]:
    dense = random.normal(size=(12, 8)) * (random.random((12, 8)) < 0.3)
    dense = (dense * (1 - 2j if dtype.startswith("c") else 1)).astype(dtype)
    for kind in ["csr", "csc", "coo", "bsr", "dia"]:
        # Blocks that are not square.
        matrix = sparse.bsr_matrix(dense, blocksize=(3, 2)) if kind == "bsr" else sparse.coo_matrix(dense).asformat(kind)
        sparse.save_npz(f"{folder}/{kind}-{dtype}.npz", matrix, compressed=True)
        sparse.save_npz(f"{folder}/{kind}-{dtype}-stored.npz", matrix, compressed=False)
    np.save(f"{folder}/{dtype}.npy", dense)
    if hasattr(sparse, "csr_array"):
        array = sparse.csr_array(dense)
        array.indices, array.indptr = array.indices.astype("int64"), array.indptr.astype("int64")
        sparse.save_npz(f"{folder}/array-{dtype}.npz", array)
print("as SciPy saves them,", __import__("scipy").__version__)
