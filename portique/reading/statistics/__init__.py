"""What can be said of counts, how surely; each method has a room, and says in a typed reason when it cannot answer.

The intervals that every page uses are named here; a method is imported from its room when it is wanted.
"""

from portique.reading.statistics.rates import CONFIDENCE, poisson_interval, rate_difference, rate_ratio

__all__ = ["CONFIDENCE", "poisson_interval", "rate_difference", "rate_ratio"]
