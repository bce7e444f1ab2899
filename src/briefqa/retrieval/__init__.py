"""Question and build → ranked passages, and which sentence of each to quote."""
