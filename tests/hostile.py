"""A register whose free texts try to run as scripts, fetch pictures, become formulas or templates."""

import pandas as pd
from worlds import search_rows, seizure_rows

SCRIPT = "<script>window.pwned=1</script>"
PICTURE = '<img src=x onerror="window.pwned=2">'
MARKDOWN = "![x](http://attacker.example/pixel.png)"
LINK = "[clic](javascript:window.pwned=3)"
BREAKOUT = "\"'></button><svg onload=window.pwned=4>"
TEMPLATE = "%{customdata} {{7*7}} ${7*7} {n} @@=alert(1)"
FORMULA = '=HYPERLINK("http://attacker.example","clic")'
FORMULAS = (FORMULA, "+1+1", "-1+1", "@SUM(1)", " =1+1", "＝1+1")
HOSTILE = (SCRIPT, PICTURE, MARKDOWN, LINK, BREAKOUT, TEMPLATE, *FORMULAS)

SEARCHES = "day place cells\n" + "2025-01-10 sante 40\n2025-06-10 nice 30"


def searches() -> pd.DataFrame:
    """Two searches, of cells enough for a rate."""
    return search_rows(SEARCHES)


def seizures() -> pd.DataFrame:
    """A line for each hostile text, which is its supplier, channel, model and operation at once."""
    lines = [f"2025-{1 + rank % 12:02d}-10 sante {rank + 1}" for rank in range(len(HOSTILE))]
    rows = seizure_rows("when place qty\n" + "\n".join(lines))
    return rows.assign(supplier=HOSTILE, channel=HOSTILE, model=HOSTILE, operation=None)
