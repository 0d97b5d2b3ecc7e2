"""Tilslutning: vendors, systems and their data agreements."""
