"""Strings → values: how text is folded, cut into terms, and read for numbers, years and names."""
