"""Sources → a new build of the index."""
