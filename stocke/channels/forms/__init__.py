"""Forms of the channels context: they check shape, operations check business."""
