"""Shops: what they tell us (orders) and what we tell them (levels, parcels, refunds)."""
