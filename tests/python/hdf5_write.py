"""Writes with h5py what tests/python_hdf5.rs reads."""

import sys

import h5py
import numpy as np

count = np.arange(7 * 5).reshape(7, 5)

with h5py.File(sys.argv[1], "w") as file:
    types = file.create_group("types")
    for kind in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"):
        types[kind] = count.astype(kind)
        types[kind + " big"] = count.astype(np.dtype(kind).newbyteorder(">"))
    for kind in ("float32", "float64"):
        types[kind] = (count + 0.5).astype(kind)
        types[kind + " big"] = (count + 0.5).astype(np.dtype(kind).newbyteorder(">"))
    for kind in ("complex64", "complex128"):
        types[kind] = (count - 1.5j).astype(kind)
        types[kind + " big"] = (count - 1.5j).astype(np.dtype(kind).newbyteorder(">"))
    types["bool"] = count % 3 == 0

    stored = file.create_group("stored")
    values = count + 0.5
    stored.create_dataset("contiguous", data=values)
    stored.create_dataset("chunks", data=values, chunks=(3, 2))
    stored.create_dataset("gzip", data=values, chunks=(2, 4), compression="gzip", compression_opts=9)
    stored.create_dataset("all filters", data=values, chunks=(7, 1), compression="gzip", shuffle=True, fletcher32=True)
    stored.create_dataset("resizable", data=values, maxshape=(None, 5))
    stored.create_dataset("never written", shape=(7, 5), dtype="f8", fillvalue=1.25)
    stored["soft"] = h5py.SoftLink("/stored/gzip")
    compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    compact.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple((7, 5))
    dataset = h5py.h5d.create(stored.id, b"compact", h5py.h5t.NATIVE_DOUBLE, space, compact)
    dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, np.ascontiguousarray(values))

    attributes = stored.attrs
    attributes["text"] = "Größe"
    attributes["bytes"] = np.bytes_(b"ASCII")
    attributes["fixed"] = np.array([b"one", b"three"], dtype="S5")
    attributes["texts"] = ["x", "", "y z"]
    attributes["small"] = np.int16(-3)
    attributes["big end"] = np.array([1, 2, 3], dtype=">u4")
    attributes["float"] = np.float32(0.1)
    attributes["truths"] = np.array([True, False])
    attributes["complex"] = np.complex64(1 - 2j)

    attributes["one"] = np.array([2.5])
    attributes["one whole"] = np.array([[7]], dtype="i2")
    attributes["one text"] = np.array([b"metres"])
    attributes["half"] = np.float16(0.5)
    attributes["re im"] = np.array((1.0, -2.0), dtype=[("re", "f4"), ("im", "f4")])
    attributes["imag real"] = np.array((-2.0, 1.0), dtype=[("imag", "f8"), ("real", "f8")])
    # Latin-1, of a given length and of any.
    scalar = h5py.h5s.create(h5py.h5s.SCALAR)
    fixed = h5py.h5t.C_S1.copy()
    fixed.set_size(6)
    attribute = h5py.h5a.create(stored.id, b"latin", fixed, scalar)
    attribute.write(np.array(b"Gr\xf6\xdfe"))
    attributes.create("latins", [b"Gr\xf6\xdfe", b"x"], dtype=h5py.string_dtype("ascii"))

    # Other spellings of what we have.
    others = file.create_group("others")
    others["half"] = count.astype(np.float16)
    others["half big"] = count.astype(">f2")
    for name, fields, padding in [("re im", "re im", 0), ("imag real", "imag real", 0), ("i r", "i r", 0), ("padded", "real imag", 8)]:
        for kind in ["<f4", ">f8"] if name != "padded" else ["<f8"]:
            size = int(kind[-1])
            names = fields.split()
            layout = {"names": names, "formats": [kind, kind], "offsets": [padding, padding + size], "itemsize": padding + 2 * size + padding}
            pairs = np.zeros((7, 5), dtype=layout)
            real, imag = (names[0], names[1]) if names[0].startswith("r") else (names[1], names[0])
            pairs[real], pairs[imag] = count, -1.5
            others[f"{name} {kind[1:]}"] = pairs
    halves = np.zeros((7, 5), dtype=[("r", "f2"), ("i", "f2")])
    halves["r"], halves["i"] = count, -1.5
    others["half pair"] = halves
    for kind, plain in [("STD_B8LE", "u1"), ("STD_B16BE", ">u2"), ("STD_B32LE", "<u4"), ("STD_B64BE", ">u8")]:
        bits = getattr(h5py.h5t, kind)
        dataset = h5py.h5d.create(others.id, kind.encode(), bits, space)
        dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, np.ascontiguousarray(count.astype(plain)), mtype=bits)

    strange = file.create_group("strange")
    strange["text"] = "words"
    strange["record"] = np.zeros(3, dtype=[("a", "i4"), ("b", "f8")])
    strange["other pair"] = np.zeros(3, dtype=[("x", "f8"), ("y", "f8")])
    strange["uneven pair"] = np.zeros(3, dtype=[("re", "f8"), ("im", "f4")])
    strange["whole pair"] = np.zeros(3, dtype=[("re", "i4"), ("im", "i4")])
    strange["colours"] = np.zeros(3, dtype=h5py.enum_dtype({"RED": 0, "GREEN": 1}, basetype="i1"))
    strange["lists"] = np.array([np.arange(2), np.arange(3)], dtype=h5py.vlen_dtype(np.int32))
    strange.create_dataset("nothing", data=h5py.Empty("f8"))
    strange.create_dataset("huge", shape=(1 << 40, 1 << 20), dtype="f8", chunks=(1024, 1024))
    strange["elsewhere"] = h5py.ExternalLink(sys.argv[2], "/secret")
    strange["broken"] = h5py.SoftLink("/no/where")
    strange["circle"] = file["/"]
    strange.create_dataset("raw", shape=(4,), dtype="u1", external=[(sys.argv[2], 0, 4)])
    virtual = h5py.VirtualLayout(shape=(3,), dtype="f8")
    virtual[:] = h5py.VirtualSource(sys.argv[2], "secret", shape=(3,))
    strange.create_virtual_dataset("virtual", virtual)
    bad = strange.create_dataset("bad truths", shape=(3,), dtype=bool)
    bad.id.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([0, 1, 7], dtype=np.int8), mtype=bad.id.get_type())
    strange.attrs["nothing"] = h5py.Empty("f8")
    strange.attrs["record"] = np.zeros((), dtype=[("a", "i4"), ("b", "f8")])
    saved = strange.create_dataset("claims", shape=(1 << 36,), dtype="f8", chunks=(1024,))
    saved.attrs["lops_layout"] = '{"ranks": 3, "broadcast": "unsafe"}'

with h5py.File(sys.argv[2], "w") as file:
    file["secret"] = np.arange(3.0)
