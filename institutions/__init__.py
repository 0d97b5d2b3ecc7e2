"""The institutions of the register."""
