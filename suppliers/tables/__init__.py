"""Tables of the suppliers context. They never query."""
