"""Each a program of its own: takes a labelled set, says in JSON what it took and how well it did."""
