"""What programs of suppliers may send."""
