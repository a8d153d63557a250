"""Files that NumPy writes, and files of DistArray's format, for the test to read; and a look at the test's own.

numpy_files.py write FOLDER    c.npy, f.npy, ... and x_b_0.dnpy, ...
numpy_files.py check FOLDER    compares every .npy in the folder with what numpy.save writes
"""

import io
import itertools
import struct
import sys

import numpy as np

SHAPE = (5, 7)


def numbered(dtype, shape=SHAPE):
    """1, 2, 3, ... in C order, in halves where the type has them."""
    count = int(np.prod(shape))
    array = np.arange(1, count + 1).reshape(shape)
    kind = np.dtype(dtype).kind
    if kind == "b":
        return array % 3 == 0
    if kind == "c":
        return (array - 0.5j * array).astype(dtype)
    return (array * 0.5 if kind == "f" else array).astype(dtype)


def write(folder):
    x = numbered("<f8")
    np.save(f"{folder}/c.npy", x)
    np.save(f"{folder}/f.npy", np.asfortranarray(x))
    for name in ["<f4", ">f8", ">i2", "<i4", "<u8", "|b1", ">c16", "<c8", "|i1"]:
        np.save(f"{folder}/{name[1:]}{'be' if name[0] == '>' else ''}.npy", numbered(name))
    np.save(f"{folder}/scalar.npy", np.float64(2.5))
    np.save(f"{folder}/empty.npy", np.zeros((0, 3)))
    with open(f"{folder}/v2.npy", "wb") as file:
        np.lib.format.write_array(file, x, version=(2, 0))
    np.savez(f"{folder}/stored.npz", x=x, f=np.asfortranarray(x), flags=numbered("|b1"))
    np.savez_compressed(f"{folder}/packed.npz", x=x, f=np.asfortranarray(x), flags=numbered("|b1"))
    np.save(f"{folder}/object.npy", np.array([1, "two"], dtype=object), allow_pickle=True)
    np.save(f"{folder}/record.npy", np.zeros(3, dtype=[("a", "<f4"), ("b", "<i4")]))
    sets = {
        "bn": [blocks(5, 2), blocks(7, 1)],
        "bb": [blocks(5, 2), blocks(7, 2)],
        "bounds": [bounds([0, 0, 4, 5]), blocks(7, 1)],
        "cn": [cyclic(5, 3, 1), blocks(7, 1)],
        "cc": [cyclic(5, 2, 2), cyclic(7, 2, 3)],
        "uu": [listed(5, [[3, 0], [4, 2, 1]]), listed(7, [[2, 3, 6, 1], [5, 0, 4]])],
    }
    for name, axes in sets.items():
        write_dnpy(f"{folder}/{name}", x, axes)
    write_dnpy(f"{folder}/scalar", np.float64(2.5).reshape(()), [])
    write_dnpy(f"{folder}/ints", numbered("<i4"), sets["cc"])


# One axis of a set: for each process the indices that it holds, and its dictionary.


def dims(size, over, entries):
    common = {"size": size, "proc_grid_size": over}
    of = []
    for rank, (letter, indices, own) in enumerate(entries):
        own = {
            "dist_type": letter,
            "size": common["size"],
            "proc_grid_rank": rank,
            "proc_grid_size": common["proc_grid_size"],
            **own,
        }
        of.append((list(indices), own))
    return of


def bounds(edges):
    pairs = list(zip(edges, edges[1:]))
    return dims(edges[-1], len(pairs), [("b", range(a, b), {"start": a, "stop": b}) for a, b in pairs])


def blocks(size, over):
    block = -(-size // over)
    return bounds([min(p * block, size) for p in range(over)] + [size])


def cyclic(size, over, block):
    entries = []
    for p in range(over):
        indices = [i for i in range(size) if i // block % over == p]
        own = {"start": p * block}
        if block > 1:
            own["block_size"] = block
        entries.append(("c", indices, own))
    return dims(size, over, entries)


def listed(size, lists):
    return dims(size, len(lists), [("u", one, {"indices": np.array(one)}) for one in lists])


def write_dnpy(name, array, axes):
    for cell, of_axes in enumerate(itertools.product(*axes)):
        part = array[np.ix_(*[indices for indices, _ in of_axes])] if axes else array
        fields = {"__version__": "0.10.0", "dim_data": tuple(own for _, own in of_axes)}
        text = "{" + "".join(f"'{key}': {fields[key]!r}, " for key in sorted(fields)) + "}"
        text += " " * (16 - ((8 + 2 + len(text) + 1) % 16)) + "\n"
        with open(f"{name}_{cell}.dnpy", "wb") as file:
            file.write(b"\x93DARRY\x01\x00" + struct.pack("<H", len(text)) + text.encode("latin1"))
            np.save(file, part)


def check(folder):
    shapes = {"scalar": (), "empty": (0, 3), "line": (11,)}
    names = "float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64 complex64 complex128 bool".split()
    for name in names + list(shapes):
        expected = numbered(name if name in names else "float64", shapes.get(name, SHAPE))
        path = f"{folder}/{name}.npy"
        found = np.load(path)
        assert found.dtype == expected.dtype and found.shape == expected.shape, (name, found.dtype, found.shape)
        assert np.array_equal(found, expected), name
        saved = io.BytesIO()
        np.save(saved, expected)
        with open(path, "rb") as file:
            bytes_found = file.read()
        # Old versions of NumPy leave no room for the first length to grow: the same text, fewer spaces.
        assert bytes_found == saved.getvalue(), (name, bytes_found[:200], saved.getvalue()[:200])
    print("as numpy.save writes them, NumPy", np.__version__)


if __name__ == "__main__":
    {"write": write, "check": check}[sys.argv[1]](sys.argv[2])
