"""What is known: the reference data, the register and its served copies."""
