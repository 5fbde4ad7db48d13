"""Questions that the channels context answers, one module per subject."""
