"""Tables of the customers context. They never query."""
