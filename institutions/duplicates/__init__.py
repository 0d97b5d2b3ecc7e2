"""Finds the institution in the register that an A-number is, and says why."""
