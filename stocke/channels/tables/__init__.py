"""Tables of the channels context. They never query."""
