"""Forms of the customers context: they check shape, operations check business."""
