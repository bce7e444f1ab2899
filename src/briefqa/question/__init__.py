"""A question, read once: what it asks for, what it insists on, what it leans on."""
