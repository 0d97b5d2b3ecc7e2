"""Webhooks (Standard Webhooks): signed calls that wake a system up when the feed has grown. They carry no data."""

from registry.hooks.acts import add, end, replay, tell_of, wake

__all__ = ["add", "end", "replay", "tell_of", "wake"]
