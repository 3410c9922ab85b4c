"""Slow, thorough checks in processes of their own. Nothing in the hot path imports anything from here."""
