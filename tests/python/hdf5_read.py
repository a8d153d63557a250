"""Reads with h5py what tests/python_hdf5.rs has written; fails if anything is another than it should be."""

import json
import sys

import h5py
import numpy as np

count = np.arange(7 * 5).reshape(7, 5)
expected = {
    "float32": (count + 0.5).astype(np.float32),
    "float64": count + 0.25,
    "complex64": (count - 1.5j).astype(np.complex64),
    "complex128": count * 1j,
    "bool": count % 3 == 0,
}
for kind in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"):
    expected[kind] = count.astype(kind)

with h5py.File(sys.argv[1], "r") as file:
    for name, values in expected.items():
        found = file["types"][name]
        assert found.dtype == values.dtype, (name, found.dtype)
        assert found.chunks is None and found.compression is None
        assert np.array_equal(found[...], values), name
    packed = file["packed"]
    assert packed.chunks == (3, 2) and packed.compression == "gzip" and packed.compression_opts == 7
    assert packed.shuffle and np.array_equal(packed[...], expected["float64"])
    assert file["chunked"].chunks == (2, 5) and file["chunked"].compression is None
    assert np.array_equal(file["chunked"][...], expected["float64"])
    assert file["deep/er/point"].shape == () and file["deep/er/point"][()] == 2.5 - 1j
    assert file["empty"].shape == (3, 0) and file["empty"].dtype == np.float64

    layout = json.loads(file["types/float64"].attrs["lops_layout"])
    assert layout["ranks"] == 3 and layout["axes"] == [{"block": 2, "over": 3}, "whole"], layout

    attributes = file["types"].attrs
    assert attributes["flag"] is np.True_ or attributes["flag"] == True  # noqa: E712
    assert attributes["flag"].dtype == bool
    assert attributes["count"] == -7 and attributes["count"].dtype == np.int64
    assert attributes["large"] == 2**64 - 1
    assert attributes["spacing"] == 12.5 and np.isnan(attributes["nan"])
    assert np.array_equal(attributes["matrix"], [[1.0, 2.0], [3.0, np.inf]])
    assert attributes["impedance"] == 0.5 - 2j
    assert attributes["unit"] == "µm/s²" and isinstance(attributes["unit"], str)
    assert list(attributes["names"]) == ["x", "", "Größe"]
    assert len(attributes["none"]) == 0
print("all as it should be")
