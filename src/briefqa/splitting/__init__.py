"""`Document` → passages and sentences, as slices and as arrays."""
