"""The institutions for systems: read by anyone, in the register's own names."""
