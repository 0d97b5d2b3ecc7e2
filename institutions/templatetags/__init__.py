"""What templates say of institutions."""
