"""Questions that the customers context answers, one module per subject."""
