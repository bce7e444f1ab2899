"""The list of documents, and the work of changing it."""
