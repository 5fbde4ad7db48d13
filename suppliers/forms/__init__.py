"""Forms of the suppliers context: they check shape, operations check business."""
