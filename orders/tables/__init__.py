"""Tables of the orders context. They never query."""
