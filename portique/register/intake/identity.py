"""The identity of a source line: its own number, else the hash of what it says and its rank among equal lines."""

import hashlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from portique.register.intake import fields, personal
from portique.register.intake.columns import Column
from portique.register.intake.dates import Period
from portique.register.intake.names import key

# An export of the register gives its lines their identity back.
_ALREADY = r"^(n:.{1,200}|h:[0-9a-f]{32}:[0-9]+(@[0-9-]+)?)$"


def keys(columns: Iterable[Column], number: Column | None) -> tuple[pa.Array, int]:
    """The key of every line in order, and how many lines equal an earlier one."""
    high, low = _digests(columns)
    rank = pd.DataFrame({"high": high, "low": low}).groupby(["high", "low"], sort=False).cumcount().to_numpy()
    if number is not None:
        texts = texts_of(number)
        marked = pc.binary_join_element_wise("n:", texts, "")
        return pc.if_else(pc.match_substring_regex(texts, _ALREADY), texts, marked), int((rank > 0).sum())
    joined = pc.binary_join_element_wise("h:", _hexadecimal(high, low), "")
    return pc.binary_join_element_wise(joined, pa.array(rank).cast(pa.string()), ":"), int((rank > 0).sum())


def is_unique(number: Column) -> bool:
    """Whether a column can identify its lines: every cell says something, no two the same, nothing personal."""
    texts = texts_of(number)
    return bool(texts.null_count == 0 and pc.count_distinct(texts).as_py() == len(texts))


def texts_of(column: Column) -> pa.Array:
    """Per line: the text of a number or reference, null where it is blank or holds personal data."""
    plain = pc.utf8_trim_whitespace(pc.replace_substring_regex(column.distinct, r"\p{C}+|\s+", " "))
    cut = pc.utf8_slice_codeunits(plain, 0, 200)
    kept = pc.if_else(pc.or_(pc.equal(cut, ""), pa.array(_personal(column))), None, cut)
    return kept.take(pa.array(column.codes))


def _personal(column: Column) -> npt.NDArray[np.bool_]:
    found = np.array(personal.suspects(column.distinct).to_numpy(zero_copy_only=False), dtype=bool)
    for position in np.flatnonzero(found):
        found[position] = bool(personal.findings(column.distinct[position].as_py()))
    return found


def in_period(line_keys: pa.Array, period_texts: pa.Array) -> pa.Array:
    """The keys of the cells of a wide table: the key of the line, then the period."""
    return pc.binary_join_element_wise(line_keys, period_texts, "@")


def period_text(period: Period) -> str:
    """A period as a key says it: first day and the day after the last."""
    return f"{period.start:%Y%m%d}-{period.end:%Y%m%d}"


def _digests(columns: Iterable[Column]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """128 bits per line: the sum of its cells' hashes, so that neither the order of columns nor a blank one matters."""
    high = low = np.zeros(0, dtype=np.uint64)
    for column in columns:
        if fields.added(column.heading):
            continue
        cells = np.frombuffer(b"".join(_digest(column.heading, text) for text in column.texts), dtype="<u8")
        pairs = cells.reshape(-1, 2)[column.codes] if len(cells) else np.zeros((len(column.codes), 2), dtype="<u8")
        high = pairs[:, 0] + high if len(high) else pairs[:, 0].copy()
        low = pairs[:, 1] + low if len(low) else pairs[:, 1].copy()
    return high, low


def _digest(heading: str, text: str) -> bytes:
    if not text:
        return bytes(16)
    return hashlib.blake2b(f"{key(heading)}\0{text}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _hexadecimal(high: npt.NDArray[np.uint64], low: npt.NDArray[np.uint64]) -> pa.Array:
    """Per line: 32 hexadecimal digits, built in one go."""
    digits = np.stack([high, low], axis=1).astype(">u8").tobytes().hex().encode()
    offsets = np.arange(0, 32 * (len(high) + 1), 32, dtype=np.int32)
    return pa.StringArray.from_buffers(len(high), pa.py_buffer(offsets), pa.py_buffer(digits))
