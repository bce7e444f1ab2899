"""File → `Document`: one reader for each format, and one place where structure is found."""
