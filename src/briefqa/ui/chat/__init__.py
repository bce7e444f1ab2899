"""The conversation: turns, answers, citations, export."""
