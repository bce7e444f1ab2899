"""An index on a Milvus server: the same builds, the same answers, in collections in place of files."""
