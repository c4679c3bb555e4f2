"""Colours and sizes; each colour means one thing everywhere, and none stands alone."""

INK = "#1B1E23"  # words
QUIET = "#5B616A"  # secondary words (6.2:1 on white)
RULE = "#D5D8DC"  # grid lines and thin borders
AMOUNT = "#1F5A8A"  # how much: the one hue of amounts
AMOUNT_PALE = "#B9CCDD"  # amounts outside the selected period or as context
ACCENT = "#B34700"  # what is selected, and only that
UNKNOWN = "#9AA0A6"  # unknown, not reported, too little to say
STAMP = "#8A5A00"  # « données de démonstration »

# Suppliers and other series, in a fixed order: Okabe and Ito's hues, told apart by all common colour visions.
# https://jfly.uni-koeln.de/color/
SERIES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#44557A", "#7A6A00", "#AA4499")

# One hue from pale to dark, five classes (ColorBrewer « Blues », readable in greys).
CLASSES = ("#DCE9F4", "#A9CBE4", "#6AA5D0", "#2F79B5", "#0B4A86")

FONT = "'Source Sans', sans-serif"  # Streamlit's own face: nothing to fetch


def single_hue(codes: list[str]) -> dict[str, str]:
    """The hue of amounts for each code; « unknown » is grey."""
    return {code: UNKNOWN if code in ("unknown", "") else AMOUNT for code in codes}


def series_colours(codes: list[str]) -> dict[str, str]:
    """A colour for each code of a series in its order of display; « unknown » is grey."""
    hues = iter(SERIES * (1 + len(codes) // len(SERIES)))
    return {code: UNKNOWN if code in ("unknown", "") else AMOUNT if code == "total" else next(hues) for code in codes}


def rgba(colour: str, alpha: int = 255) -> list[int]:
    """A colour as deck.gl takes it: red, green, blue and opacity, 0 to 255."""
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)] + [alpha]
