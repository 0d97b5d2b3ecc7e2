"""Data agreements for the systems that have them."""
