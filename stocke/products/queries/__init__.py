"""Questions that the products context answers, one module per subject."""
