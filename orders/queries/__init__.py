"""Questions that the orders context answers, one module per subject."""
