"""What needs a person now, and later forecasts and figures: reads all contexts, writes only its own tables."""
