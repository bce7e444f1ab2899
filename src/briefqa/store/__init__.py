"""A build on disk and back: documents, passages, vectors, terms."""
