"""Questions that the suppliers context answers, one module per subject."""
