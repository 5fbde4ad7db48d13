"""Goods that come back: asked for, decided with the supplier, on their way, and the money in both directions.

Lock order: the order, then the return.
"""
