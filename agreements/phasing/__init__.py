"""The phasing out of A-numbers: where each agreement on one stands, and how it went."""

from agreements.phasing.history import Point, history
from agreements.phasing.standing import Asked, Cell, Phase, Standing, agreements, cells

__all__ = ["Asked", "Cell", "Phase", "Point", "Standing", "agreements", "cells", "history"]
