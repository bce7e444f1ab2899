"""Text → vectors and token states."""
