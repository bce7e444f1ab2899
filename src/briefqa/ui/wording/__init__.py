"""The texts of the page, by room: key → (Chinese, English)."""
