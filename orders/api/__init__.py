"""What programs may ask of orders."""
