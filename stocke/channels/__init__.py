"""Shops: what they tell us (orders) and what we tell them (levels). Connectors come later; see incoming.py."""
