"""The document beside the answer: its text, its pages, its addresses."""
