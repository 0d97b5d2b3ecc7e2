"""What makes a registry. Knows nothing of institutions or agreements."""
