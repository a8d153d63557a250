"""Files that the test has written, read by other programs; and files of theirs.

segy_files.py segyio FOLDER    reads r1_ibm.sgy, r1_ieee.sgy, r2_ibm.sgy, ...; writes theirs.sgy
segy_files.py obspy FOLDER     the same with obspy
"""

import sys

import numpy as np

INLINES, CROSSLINES, SAMPLES = 3, 4, 50


def expected(inlines=INLINES, crosslines=CROSSLINES, samples=SAMPLES):
    """Of every trace its number, and halves of the sample's."""
    traces = np.arange(inlines * crosslines, dtype="f4").reshape(-1, 1)
    return traces - 0.5 * np.arange(samples, dtype="f4")


def check(name, found, wanted=None):
    wanted = expected() if wanted is None else wanted
    assert np.array_equal(np.asarray(found, dtype="f8"), wanted), name


def with_segyio(folder):
    import segyio

    for name, format, interval in [("r1_ibm", 1, 4000), ("r1_ieee", 5, 4000), ("r2_ibm", 1, 4000), ("r2_ieee", 5, 4000)]:
        with segyio.open(f"{folder}/{name}.sgy") as file:  # strict: finds its inlines and crosslines
            check(name, file.trace.raw[:])
            assert int(file.format) == format
            assert file.bin[segyio.BinField.Interval] == interval
            assert list(file.ilines) == [1, 2, 3] and list(file.xlines) == [1, 2, 3, 4]
            assert np.array_equal(segyio.tools.cube(file).reshape(12, -1), expected())
            assert list(file.attributes(segyio.TraceField.CDP_X)[:]) == [100 + k for k in range(12)]
            assert list(file.attributes(segyio.TraceField.TRACE_SEQUENCE_FILE)[:]) == list(range(1, 13))
            text = bytes(file.text[0]).decode("ascii")
            assert text.startswith("C 1 A cube of {ours}, [1]!"), text[:80]
    for name in ["r1_i16", "r2_u8"]:
        with segyio.open(f"{folder}/{name}.sgy", ignore_geometry=True) as file:
            check(name, file.trace.raw[:], 2 * expected() + 60)
    spec = segyio.spec()
    spec.format, spec.samples = 1, range(0, 4 * SAMPLES, 4)
    spec.ilines, spec.xlines, spec.sorting = range(1, INLINES + 1), range(1, CROSSLINES + 1), 2
    with segyio.create(f"{folder}/theirs.sgy", spec) as file:
        file.bin[segyio.BinField.Interval] = 4000
        for k, trace in enumerate(expected()):
            file.header[k] = {segyio.su.iline: 1 + k // CROSSLINES, segyio.su.xline: 1 + k % CROSSLINES}
            file.trace[k] = trace


def with_obspy(folder):
    from obspy import Stream, Trace
    from obspy.io.segy.segy import _read_segy

    for name, format in [("r1_ibm", 1), ("r1_ieee", 5), ("r2_ibm", 1), ("r2_ieee", 5)]:
        file = _read_segy(f"{folder}/{name}.sgy")
        check(name, [trace.data for trace in file.traces])
        assert file.data_encoding == format and file.endian == ">"
        assert file.binary_file_header.sample_interval_in_microseconds == 4000
        assert [trace.header.for_3d_poststack_data_this_field_is_for_cross_line_number for trace in file.traces] == 3 * [1, 2, 3, 4]
        assert file.textual_header_encoding == "EBCDIC"
    for endian, name in [("<", "little"), (">", "big")]:
        for format in [1, 2, 3, 5]:
            kind = {1: "f4", 2: "i4", 3: "i2", 5: "f4"}[format]
            values = expected() if kind == "f4" else 2 * expected()
            stream = Stream([Trace(np.ascontiguousarray(trace, dtype=kind)) for trace in values])
            for trace in stream:
                trace.stats.delta = 0.004
            stream.write(f"{folder}/{name}_{format}.sgy", format="SEGY", data_encoding=format, byteorder=endian)


if __name__ == "__main__":
    {"segyio": with_segyio, "obspy": with_obspy}[sys.argv[1]](sys.argv[2])
