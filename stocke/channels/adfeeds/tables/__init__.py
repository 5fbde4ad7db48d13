"""How ad feeds are shown; tables never query."""
