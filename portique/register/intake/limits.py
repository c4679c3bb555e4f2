"""What a file of a user may cost: bytes, rows, cells, memory and seconds of the child process that reads it."""

MEGABYTE = 1 << 20

MOST_BYTES = 400 * MEGABYTE
MOST_UNPACKED_BYTES = 256 * MEGABYTE  # of a workbook, which is a zip
MOST_ENTRIES = 2_000  # files in that zip
MOST_ROWS = 2_000_000
MOST_COLUMNS = 500
MOST_CELLS = 4_000_000  # of one sheet, from its first used cell to its last; calamine holds them all at once
MOST_EQUAL_ROWS = 10_000  # an ODS row that says « repeat me » more often than that was not typed by anyone
MOST_LINE_BYTES = MEGABYTE
MOST_CELL_CHARACTERS = 32_767  # what a spreadsheet's cell can hold

CHILD_MEMORY_BYTES = 500 * MEGABYTE
# Address space is not memory: shared libraries and thread stacks are mapped, hardly touched.
CHILD_ADDRESS_BYTES = CHILD_MEMORY_BYTES + 1_000 * MEGABYTE
CHILD_OUTPUT_BYTES = 2_000 * MEGABYTE


def seconds(size: int) -> int:
    """The processor seconds that reading a file may take: 10, and 1 more per 8 megabytes."""
    return 10 + size // (8 * MEGABYTE)
