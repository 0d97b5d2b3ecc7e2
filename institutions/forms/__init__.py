"""What people may fill in."""
