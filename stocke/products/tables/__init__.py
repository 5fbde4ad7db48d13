"""Tables of the products context. They never query."""
