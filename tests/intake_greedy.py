"""A child that asks for more memory than its limit allows, as a parser led astray would."""

from portique.register.intake import child

if __name__ == "__main__":
    child._limit(0)
    held = [bytearray(100_000_000) for _ in range(12)]
