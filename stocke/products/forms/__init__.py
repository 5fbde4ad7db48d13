"""Forms of the products context: they check shape, operations check business."""
