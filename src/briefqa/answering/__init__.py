"""Ranked passages → an answer with its citations and its confidence, or an honest refusal."""
