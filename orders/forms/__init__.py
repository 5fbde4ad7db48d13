"""Forms of the orders context: they check shape, operations check business."""
